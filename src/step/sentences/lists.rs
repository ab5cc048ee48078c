//! Whole reads: page by page, counted, and in crowds larger than a page.

use super::super::basis::Basis;
use super::super::expectations;
use super::super::lawful_refusals::{filter_refused, finds_too_many};
use super::super::step_end::Stop;
use super::super::world::World;
use super::client::{GROUP, USER, content, patch};
use client::observe::{Observation, Resource, id_text};
use client::wire::{Actor, Method, Request, encode_query_value};
use cucumber::{given, then, when};
use judge::verdict::{Hindrance, OutcomeKind};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::ops::Range;

/// A crowd of accounts that a client made; their user names begin with `crowd`.
/// Example: a crowd of 105 accounts
#[given(expr = "a crowd of {int} accounts")]
async fn crowd(world: &mut World, size: usize) -> Result<(), Stop> {
    gather(world, 0..size, |_| true).await
}

/// A crowd in which every second account is inactive.
/// Example: a crowd of 8 accounts, every second of them inactive
#[given(expr = "a crowd of {int} accounts, every second of them inactive")]
async fn mixed_crowd(world: &mut World, size: usize) -> Result<(), Stop> {
    gather(world, 0..size, |n| n % 2 == 0).await
}

/// Makes those of the crowd with these numbers, active or not.
async fn gather(world: &mut World, numbers: Range<usize>, active: impl Fn(usize) -> bool) -> Result<(), Stop> {
    let mut ids = world.noted.crowd.clone();
    for n in numbers {
        let user_name = world.cast.addresses.of(&format!("crowd{n:03}"));
        let body = json!({ "schemas": [USER], "userName": user_name, "externalId": format!("crowd-{n}-{}", world.cast.tag),
            "displayName": format!("Crowd {n}"), "active": active(n),
            "emails": [{ "value": user_name, "type": "work", "primary": true }] });
        let body = world.fitting("/Users", body);
        ids.push(create(world, "/Users", &body).await?);
    }
    world.noted.crowd = ids;
    Ok(())
}

/// A client reads the crowd page by page; after the first page one account of the crowd is deleted and another is made.
/// Whoever reads by numbers may then miss somebody or meet somebody twice, so only the pages themselves are held.
/// Example: a client reads the crowd 3 at a time while it changes
#[when(expr = "a client reads the crowd {int} at a time while it changes")]
async fn read_while_changing(world: &mut World, size: usize) -> Result<(), Stop> {
    let mut ids = world.noted.crowd.clone();
    let (count, filter) = (ids.len(), crowd_filter(world));
    for start in (1..=count).step_by(size.max(1)) {
        let page = world.evidence.get(&format!("/Users?filter={filter}&startIndex={start}&count={size}")).await?;
        judge_page(world, &page, count, start, size)?;
        if start == 1 {
            let gone = ids.remove(0);
            let client =
                world.evidence.client.named(Actor::Client).with_interceptor(world.evidence.witness.ledger_only());
            let exchange =
                client.send(Request::new(Method::Delete, format!("/Users/{}", encode_query_value(&gone)))).await;
            if !Observation::read(exchange, 0).succeeded() {
                return Err(world.evidence.unprepared("an account of the crowd could not be deleted"));
            }
            world.noted.crowd.clone_from(&ids);
            gather(world, count..count + 1, |_| true).await?;
            world.evidence.witness.forget();
        }
    }
    Ok(())
}

fn crowd_filter(world: &World) -> String {
    encode_query_value(&format!("userName sw \"crowd\" and userName co \"{}\"", world.cast.tag))
}

/// A group that holds the whole crowd.
/// Example: group "Everybody" holds the crowd
#[given(expr = "group {string} holds the crowd")]
async fn crowd_group(world: &mut World, name: String) -> Result<(), Stop> {
    let members: Vec<Value> = world.noted.crowd.iter().map(|id| json!({ "value": id, "type": "User" })).collect();
    let body = json!({ "schemas": [GROUP], "displayName": world.cast.group_name(&name), "members": members });
    let body = world.fitting("/Groups", body);
    create(world, "/Groups", &body).await.map(drop)
}

/// A client adds the whole crowd to a group in one operation.
/// Example: a client adds the crowd to group "Engineering"
#[when(expr = "a client adds the crowd to group {string}")]
async fn adds_crowd(world: &mut World, name: String) -> Result<(), Stop> {
    let group = world.group_called(&name).await?;
    let members: Vec<Value> = world.noted.crowd.iter().map(|id| json!({ "value": id, "type": "User" })).collect();
    let operation = json!({ "op": "add", "path": "members", "value": members });
    world.evidence.send(patch("/Groups", &group, &operation)).await
}

/// The group still has everybody of the crowd, whoever else it has.
/// Example: everybody of the crowd is in group "Everybody"
#[then(expr = "everybody of the crowd is in group {string}")]
async fn crowd_in(world: &mut World, name: String) -> Result<(), Stop> {
    let group = world.group_called(&name).await?;
    let seen: BTreeSet<String> = super::super::resource_values::member_ids(&group).into_iter().collect();
    let missing = world.noted.crowd.iter().filter(|id| !seen.contains(*id)).count();
    if missing == 0 {
        return Ok(());
    }
    let expected = "everybody".to_owned();
    let seen = format!("{name} lacks {missing} of the {} people of the crowd", world.noted.crowd.len());
    Err(world.evidence.broken(expectations::STATE_MEMBERS, &Basis::Group, expected, seen))
}

/// Reading the crowd page by page, so many at a time, shows everybody once, and every page the right total.
/// Example: the crowd read 3 at a time is whole
#[then(expr = "the crowd read {int} at a time is whole")]
async fn read_in_pages(world: &mut World, size: usize) -> Result<(), Stop> {
    let wanted = world.noted.crowd.clone();
    let filter = crowd_filter(world);
    let mut seen: Vec<String> = Vec::new();
    let mut start = 1;
    // Servers may give less than asked for, so the next page begins after what came; the bound ends a list without end.
    while start <= wanted.len() && seen.len() <= 2 * wanted.len() {
        let page = world.evidence.get(&format!("/Users?filter={filter}&startIndex={start}&count={size}")).await?;
        judge_page(world, &page, wanted.len(), start, size)?;
        let ids: Vec<String> = page.resources().iter().filter_map(id_text).collect();
        start += ids.len();
        seen.extend(ids);
    }
    let distinct: BTreeSet<&String> = seen.iter().collect();
    let missing = wanted.iter().filter(|id| !distinct.contains(id)).count();
    if missing == 0 && seen.len() == distinct.len() && distinct.len() == wanted.len() {
        return Ok(());
    }
    let text = format!("the pages lack {missing} accounts and repeat {}", seen.len() - distinct.len());
    Err(world.evidence.broken(
        expectations::LIST_WHOLE,
        &Basis::UserPages,
        format!("{} accounts, each once", wanted.len()),
        text,
    ))
}

/// Holds a page of the crowd. How many resources it says that it has is for the check of every list to say.
fn judge_page(world: &mut World, page: &Observation, total: usize, start: usize, size: usize) -> Result<(), Stop> {
    let number = |name: &str| page.member(name).and_then(Value::as_u64);
    let shown = page.resources().len();
    let counted = number("totalResults") == Some(total as u64);
    if page.succeeded() && counted && shown > 0 && shown <= size {
        return Ok(());
    }
    let evidence = &mut world.evidence;
    if let Some(lack) = evidence.lack_shown_by(page) {
        return Err(evidence.lacking(&lack));
    }
    if filter_refused(page) || finds_too_many(page) {
        let why = "the target refuses the filter that reads the crowd, which RFC 7644 section 3.4.2.2 allows";
        return Err(evidence.stop(OutcomeKind::Skipped, why));
    }
    let tag = world.cast.tag.to_ascii_lowercase();
    let ours = |resource: &Value| {
        Resource::of(resource).text("userName").is_none_or(|name| name.to_ascii_lowercase().contains(&tag))
    };
    if !page.resources().iter().all(ours) {
        let why = "the filter that reads the crowd also returns other users, which is a finding of RFC7644-3.4.2.2-04";
        return Err(evidence.hindered(Hindrance::Setup, why));
    }
    let told = number("totalResults").map_or_else(|| "no totalResults".to_owned(), |n| format!("totalResults {n}"));
    let seen = match page.succeeded() {
        true => format!("{told} and {shown} resources"),
        false => page.status_text(),
    };
    let expected = format!("totalResults {total} and 1 to {size} resources from startIndex {start}");
    Err(evidence.broken(expectations::LIST_WHOLE, &Basis::UserPage, expected, seen))
}

/// Creates, and gives the id.
async fn create(world: &mut World, endpoint: &str, body: &Value) -> Result<String, Stop> {
    let client = world.evidence.client.named(Actor::Client).with_interceptor(world.evidence.witness.ledger_only());
    let request = content(Request::new(Method::Post, endpoint), body).header("accept", "application/scim+json");
    let exchange = client.send(request).await;
    let answer = Observation::read(exchange, world.evidence.exchanges());
    match answer.json().filter(|_| answer.succeeded()).and_then(id_text) {
        Some(id) => Ok(id),
        None if answer.failure().is_some() => Err(world.evidence.stop(OutcomeKind::Blocked, "a create got no answer")),
        None => {
            let seen = answer.status_text();
            Err(world.evidence.broken(
                expectations::ANSWER_STATUS,
                &Basis::Other("a create"),
                "201 with an id".into(),
                seen,
            ))
        }
    }
}
