//! Requests that meet: sent at the same time, or sent again because the answer never came.

use super::super::basis::Basis;
use super::super::expectations;
use super::super::lacks::is_shown_on_request;
use super::super::noted::GroupReads;
use super::super::parameters::People;
use super::super::resource_values::{display_name, member_ids};
use super::super::step_end::Stop;
use super::super::world::World;
use super::client::{GROUP, content, patch, target, user};
use client::observe::{Observation, id_text, member};
use client::wire::{Actor, Method, Request};
use cucumber::{then, when};
use futures::future::join_all;
use serde_json::{Value, json};

/// Clients add one person each to a group, all at the same time.
/// Example: clients add "Ada", "Ben" and "Cem" to group "Engineering" at the same time
#[when(expr = "clients add {people} to group {string} at the same time")]
async fn add_at_once(world: &mut World, people: People, name: String) -> Result<(), Stop> {
    let group = world.group_called(&name).await?;
    let requests = additions(world, &people, &group).await?;
    send_at_once(world, requests).await
}

/// Some clients add one person each to a group, and others take one person each out of it, all at the same time.
/// Example: clients add "Cem" and "Dan" to group "Engineering" and remove "Ada" from it at the same time
#[when(expr = "clients add {people} to group {string} and remove {people} from it at the same time")]
async fn add_and_remove(world: &mut World, added: People, name: String, removed: People) -> Result<(), Stop> {
    let group = world.group_called(&name).await?;
    let mut requests = additions(world, &added, &group).await?;
    for person in world.cast.names(&removed) {
        let id = id_text(&world.account_of(&person).await?).unwrap_or_default();
        requests.push(patch(
            "/Groups",
            &group,
            &json!({ "op": "remove", "path": format!("members[value eq \"{id}\"]") }),
        ));
    }
    send_at_once(world, requests).await
}

/// Some clients add one person each to a group while another renames it.
/// Example: clients add "Cem" to group "Engineering" and rename it to "Platform" at the same time
#[when(expr = "clients add {people} to group {string} and rename it to {string} at the same time")]
async fn add_and_rename(world: &mut World, added: People, name: String, new: String) -> Result<(), Stop> {
    let group = world.group_called(&name).await?;
    let mut requests = additions(world, &added, &group).await?;
    let new = world.cast.group_name(&new);
    requests.push(patch("/Groups", &group, &json!({ "op": "replace", "path": "displayName", "value": new })));
    send_at_once(world, requests).await
}

/// Some clients add one person each to a group while another deletes it.
/// Example: clients add "Ben" and "Cem" to group "Engineering" and delete it at the same time
#[when(expr = "clients add {people} to group {string} and delete it at the same time")]
async fn add_and_delete(world: &mut World, added: People, name: String) -> Result<(), Stop> {
    let group = world.group_called(&name).await?;
    let mut requests = additions(world, &added, &group).await?;
    // In the middle, so that some may come before and some after.
    requests.insert(requests.len() / 2, Request::new(Method::Delete, target("/Groups", &group)));
    send_at_once(world, requests).await
}

/// One client deactivates an account while others give it titles.
/// Example: clients deactivate "Ada" and change the title of the account at the same time
#[when(expr = "clients deactivate {string} and change the title of the account at the same time")]
async fn deactivate_and_change(world: &mut World, name: String) -> Result<(), Stop> {
    let account = world.account_of(&name).await?;
    let titled = |n: usize| json!({ "op": "replace", "path": "title", "value": format!("Title {n}") });
    let mut requests: Vec<_> = (0..4).map(|n| patch("/Users", &account, &titled(n))).collect();
    requests.insert(2, patch("/Users", &account, &json!({ "op": "replace", "path": "active", "value": false })));
    send_at_once(world, requests).await
}

/// A client writes the whole list of a group's members, the one it has, so many times, while another reads the group over and
/// over.
/// Example: a client writes the members of group "Engineering" anew 10 times while another reads it
#[when(expr = "a client writes the members of group {string} anew {int} times while another reads it")]
async fn rewrite_under_readers(world: &mut World, name: String, times: usize) -> Result<(), Stop> {
    let group = world.group_called(&name).await?;
    let members: Vec<Value> = member_ids(&group).into_iter().map(|id| json!({ "value": id, "type": "User" })).collect();
    let mut body = json!({ "schemas": [GROUP], "displayName": display_name(&group), "members": members });
    if let Some(external) = member(&group, "externalId") {
        body["externalId"] = external.clone();
    }
    let client = world.evidence.client.named(Actor::Client).with_interceptor(world.evidence.witness.ledger_only());
    let at = target("/Groups", &group);
    let read_at = match is_shown_on_request(&world.evidence.told, "/Groups", "members") {
        true => format!("{at}?attributes=members"),
        false => at.clone(),
    };
    let mut fewest = members.len();
    for _ in 0..times {
        let write = client.send(scim(content(Request::new(Method::Put, at.clone()), &body)));
        let reads = (0..3).map(|_| client.send(scim(Request::new(Method::Get, read_at.clone()))));
        let (_, seen) = futures::future::join(write, join_all(reads)).await;
        let seen = seen.into_iter().map(|exchange| Observation::read(exchange, 0)).filter(Observation::succeeded);
        fewest = seen.filter_map(|read| read.json().map(|g| member_ids(g).len())).fold(fewest, usize::min);
    }
    world.evidence.judged.golden = false;
    world.evidence.witness.forget();
    world.noted.group_reads.insert(name, GroupReads { fewest, all: members.len() });
    Ok(())
}

/// Whoever read the group while it was written saw all of its members.
/// Example: no reader saw group "Engineering" with fewer members
#[then(expr = "no reader saw group {string} with fewer members")]
async fn never_fewer(world: &mut World, name: String) -> Result<(), Stop> {
    let Some(GroupReads { fewest, all }) = world.noted.group_reads.get(&name).copied() else {
        return Err(world.evidence.misuse(format!("nobody read group {name} while it was written")));
    };
    if fewest == all {
        return Ok(());
    }
    let (expected, seen) = (format!("all {all} in every read"), format!("a read of {name} showed {fewest} members"));
    Err(world.evidence.broken(expectations::STATE_MEMBERS, &Basis::Other("reads during a write"), expected, seen))
}

/// Clients create the same user, so many of them at the same time.
/// Example: 5 clients create a user for "Ada" at the same time
#[when(expr = "{int} clients create a user for {string} at the same time")]
async fn create_at_once(world: &mut World, count: usize, name: String) -> Result<(), Stop> {
    let body = user(world, &name);
    let requests = (0..count).map(|_| content(Request::new(Method::Post, "/Users"), &body)).collect();
    send_at_once(world, requests).await
}

/// A client creates a user, and never learns whether that worked.
/// Example: a client creates a user for "Ada" and loses the answer
#[when(expr = "a client creates a user for {string} and loses the answer")]
async fn loses_answer(world: &mut World, name: String) -> Result<(), Stop> {
    let body = user(world, &name);
    send_at_once(world, vec![content(Request::new(Method::Post, "/Users"), &body)]).await
}

/// Clients create the same group, so many of them at the same time.
/// Example: 4 clients create group "Engineering" at the same time
#[when(expr = "{int} clients create group {string} at the same time")]
async fn create_group_at_once(world: &mut World, count: usize, name: String) -> Result<(), Stop> {
    let body = world.fitting("/Groups", json!({ "schemas": [GROUP], "displayName": world.cast.group_name(&name) }));
    let requests = (0..count).map(|_| content(Request::new(Method::Post, "/Groups"), &body)).collect();
    send_at_once(world, requests).await
}

/// A request for each of some people, to be added to a group.
async fn additions(world: &mut World, people: &People, group: &Value) -> Result<Vec<Request>, Stop> {
    let mut requests = Vec::new();
    for person in world.cast.names(people) {
        let id = id_text(&world.account_of(&person).await?).unwrap_or_default();
        let member = json!([{ "value": id, "type": "User" }]);
        requests.push(patch("/Groups", group, &json!({ "op": "add", "path": "members", "value": member })));
    }
    Ok(requests)
}

fn scim(request: Request) -> Request {
    request.header("accept", "application/scim+json")
}

/// Sends all at once. The witness does not follow: with several writes under way no read tells which did what.
async fn send_at_once(world: &mut World, requests: Vec<Request>) -> Result<(), Stop> {
    let from = world.exchanges();
    let client = world.evidence.client.named(Actor::Client).with_interceptor(world.evidence.witness.ledger_only());
    let sent: Vec<_> = requests.into_iter().map(|request| client.send(scim(request))).collect();
    world.evidence.judged.golden &= sent.len() <= 1;
    let answers = join_all(sent).await;
    world.evidence.witness.forget();
    if let Some(lack) = world.evidence.lack_met_by(&Actor::Client, from) {
        return Err(world.evidence.lacking(&lack));
    }
    // Who meets whom is not to be seen where none was let in.
    match answers.iter().all(|answer| answer.status() == Some(400)) {
        true => Err(world.evidence.unprepared("each of the requests was answered 400")),
        false => Ok(()),
    }
}
