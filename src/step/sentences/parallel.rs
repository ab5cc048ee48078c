//! Requests that meet: sent at the same time, or sent again because the answer never came.

use super::super::stop::Stop;
use super::super::words::People;
use super::super::world::World;
use super::client::{PATCH, content, target, user};
use crate::target::id_text;
use crate::wire::{Method, Request};
use cucumber::when;
use futures::future::join_all;
use serde_json::json;

/// Clients add one person each to a group, all at the same time.
/// Example: clients add "Ada", "Ben" and "Cem" to group "Engineering" at the same time
#[when(expr = "clients add {people} to group {string} at the same time")]
async fn add_at_once(world: &mut World, people: People, name: String) -> Result<(), Stop> {
    let group = world.group_called(&name).await?;
    let mut requests = Vec::new();
    for person in world.names(&people) {
        let id = id_text(&world.account_of(&person).await?).unwrap_or_default();
        let operation = json!({ "op": "add", "path": "members", "value": [{ "value": id, "type": "User" }] });
        let body = json!({ "schemas": [PATCH], "Operations": [operation] });
        requests.push(content(Request::new(Method::Patch, target("/Groups", &group)), &body));
    }
    send_at_once(world, requests).await
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

/// Sends all at once. The witness does not follow: with several writes under way no read tells which did what.
async fn send_at_once(world: &mut World, requests: Vec<Request>) -> Result<(), Stop> {
    let client = world.client.named("client").with_hooks(world.witness.ledger_only());
    let requests = requests.into_iter().map(|request| request.header("accept", "application/scim+json"));
    let sent: Vec<_> = requests.map(|request| client.send(request)).collect();
    world.golden &= sent.len() <= 1;
    join_all(sent).await;
    world.witness.forget();
    Ok(())
}
