//! Requests that are odd on purpose: forged headers, filters of blanks, names that look alike.

use super::super::basis::Basis;
use super::super::expectations;
use super::super::step_end::Stop;
use super::super::world::World;
use super::client::{GROUP, USER, content, patch, target};
use client::observe::{id_text, member};
use client::wire::{Method, Request, encode_query_value};
use cucumber::{then, when};
use serde_json::{Value, json};

/// A client reads an account and says in the headers of a proxy that the target is called otherwise.
/// Example: a client forges the host "elsewhere.example" and reads the account of "Ada"
#[when(expr = "a client forges the host {string} and reads the account of {string}")]
async fn forges_host(world: &mut World, host: String, name: String) -> Result<(), Stop> {
    let account = world.account_of(&name).await?;
    let request = Request::new(Method::Get, target("/Users", &account))
        .header("forwarded", format!("host={host};proto=https"))
        .header("x-forwarded-host", host)
        .header("x-forwarded-proto", "https");
    world.evidence.send(request).await
}

/// Neither the body of the last answer nor its Location has this text in it.
/// Example: the answer does not name "elsewhere.example"
#[then(expr = "the answer does not name {string}")]
async fn does_not_name(world: &mut World, text: String) -> Result<(), Stop> {
    let last = world.evidence.last_answer()?;
    let body = last.exchange.result.as_ref().map(|a| String::from_utf8_lossy(&a.body).into_owned()).unwrap_or_default();
    let location = last.header("location").unwrap_or_default();
    if !body.contains(&text) && !location.contains(&text) {
        return Ok(());
    }
    let place = if location.contains(&text) { "Location" } else { "the body" };
    Err(world.evidence.broken(
        expectations::NO_REFLECTION,
        &Basis::LastAnswer,
        format!("addresses without {text}"),
        format!("{place} names {text}"),
    ))
}

/// A client looks for users with a sound filter that has so many blanks in a row.
/// Example: a client looks for users with a filter of 2000 blanks
#[when(expr = "a client looks for users with a filter of {int} blanks")]
async fn filters_blanks(world: &mut World, blanks: usize) -> Result<(), Stop> {
    let filter = format!("userName eq{}\"nobody.{}\"", " ".repeat(blanks), world.cast.tag);
    world.evidence.send(Request::new(Method::Get, format!("/Users?filter={}", encode_query_value(&filter)))).await
}

/// Whether a group may be called like another but for a blank at the end or the case is the product's choice; a create and a
/// rename have to choose alike.
/// Example: create and rename agree on names like "Engineering"
#[then(expr = "create and rename agree on names like {string}")]
async fn one_rule(world: &mut World, name: String) -> Result<(), Stop> {
    let own = world.cast.group_name(&name);
    create(world, &own).await?;
    let other = create(world, &world.cast.group_name("Elsewhere")).await?;
    let Some(other) = other else { return Err(world.evidence.unprepared("a second group could not be made")) };
    for twin in [format!("{own} "), own.to_uppercase()] {
        let made = create(world, &twin).await?;
        if let Some(made) = &made {
            world.evidence.send(Request::new(Method::Delete, target("/Groups", made))).await?;
        }
        let operation = json!({ "op": "replace", "path": "displayName", "value": twin });
        world.evidence.send(patch("/Groups", &other, &operation)).await?;
        let renamed = world.evidence.last_answer()?.succeeded();
        if made.is_some() != renamed {
            let word = |allowed: bool| if allowed { "allowed" } else { "refused" };
            let seen = format!("{twin:?} {} by create, {} by rename", word(made.is_some()), word(renamed));
            return Err(world.evidence.broken(
                expectations::NAME_RULE,
                &Basis::LastAnswer,
                "the same rule for both".into(),
                seen,
            ));
        }
    }
    Ok(())
}

/// Whether two people may carry one externalId is the product's choice; a create and an update have to choose alike.
/// Example: create and update agree on giving "Ada" the externalId of "Ben"
#[then(expr = "create and update agree on giving {string} the externalId of {string}")]
async fn one_rule_for_links(world: &mut World, name: String, holder: String) -> Result<(), Stop> {
    let (account, holder) = (world.account_of(&name).await?, world.account_of(&holder).await?);
    let Some(link) = member(&holder, "externalId").filter(|link| !link.is_null()).cloned() else {
        return Err(world.evidence.unprepared("the account whose externalId is to be given has none"));
    };
    let body = json!({ "schemas": [USER], "userName": world.cast.addresses.of("twin"), "externalId": link });
    // Refused for what it lacks, the create would say nothing of the externalId.
    let body = world.fitting("/Users", body);
    world.evidence.send(content(Request::new(Method::Post, "/Users"), &body)).await?;
    let last = world.evidence.last_answer()?;
    let made = last.json().filter(|_| last.succeeded()).cloned();
    if let Some(made) = &made {
        world.evidence.send(Request::new(Method::Delete, target("/Users", made))).await?;
    }
    let operation = json!({ "op": "replace", "path": "externalId", "value": link });
    world.evidence.send(patch("/Users", &account, &operation)).await?;
    let given = world.evidence.last_answer()?.succeeded();
    if made.is_some() == given {
        return Ok(());
    }
    let word = |allowed: bool| if allowed { "allowed" } else { "refused" };
    let seen = format!("{link} {} by create, {} by update", word(made.is_some()), word(given));
    Err(world.evidence.broken(expectations::LINK_RULE, &Basis::LastAnswer, "the same rule for both".into(), seen))
}

/// Makes a group; none where that is refused.
async fn create(world: &mut World, name: &str) -> Result<Option<Value>, Stop> {
    let body = world.fitting("/Groups", json!({ "schemas": [GROUP], "displayName": name }));
    world.evidence.send(content(Request::new(Method::Post, "/Groups"), &body)).await?;
    let last = world.evidence.last_answer()?;
    Ok(last.json().filter(|made| last.succeeded() && id_text(made).is_some()).cloned())
}
