//! What keeps tenants and strangers out.

use super::super::stop::Stop;
use super::super::world::World;
use super::client::{content, user};
use crate::observe::{Observation, member};
use crate::target::{OperatorError, id_text};
use crate::verdict::OutcomeKind;
use crate::wire::{Client, Journal, Method, Request};
use cucumber::{given, then};
use serde_json::Value;

/// Another tenant of the target, with an account for the same person.
/// Example: a second tenant with an account for "Ada"
#[given(expr = "a second tenant with an account for {string}")]
async fn second_tenant(world: &mut World, name: String) -> Result<(), Stop> {
    let session = world.session.clone();
    let opened = world.operator.open_tenant(&session.transport, &format!("{}x", world.tag)).await;
    let tenancy = match opened {
        Ok(tenancy) => tenancy,
        Err(error @ OperatorError::Unavailable(_)) => {
            return Err(world.stop(OutcomeKind::Skipped, error.to_string()));
        }
        Err(error) => return Err(world.stop(OutcomeKind::Blocked, error.to_string())),
    };
    world.others.push(tenancy);
    let request = content(Request::new(Method::Post, "/Users"), &user(world, &name));
    let made = ask_other(world, request).await?;
    let Some(account) = made.json().filter(|_| made.succeeded()).cloned() else {
        let seen = format!("{:?}", made.status());
        return Err(world.broken("TENANT-APART", "a create in the second tenant", "201".into(), seen));
    };
    world.remembered.insert("other".into(), account);
    Ok(())
}

/// The account in the second tenant is what it was.
/// Example: the account in the second tenant is unchanged
#[then(expr = "the account in the second tenant is unchanged")]
async fn other_unchanged(world: &mut World) -> Result<(), Stop> {
    let before = world.remembered.get("other").cloned().unwrap_or_default();
    let id = id_text(&before).unwrap_or_default();
    let now = ask_other(world, Request::new(Method::Get, format!("/Users/{id}"))).await?;
    let strip = |value: &Value| {
        let mut value = value.clone();
        value.as_object_mut().map(|o| o.shift_remove("meta"));
        value
    };
    match now.json() {
        Some(account) if now.succeeded() && strip(account) == strip(&before) => Ok(()),
        other => {
            let seen = other.map_or_else(|| format!("{:?}", now.status()), Value::to_string);
            Err(world.broken("TENANT-APART", "a read in the second tenant", "the account as it was".into(), seen))
        }
    }
}

/// The last answer does not hand out the account of the second tenant.
/// Example: the answer is no account of the second tenant
#[then(expr = "the answer is no account of the second tenant")]
async fn no_stranger(world: &mut World) -> Result<(), Stop> {
    let other = world.remembered.get("other").and_then(id_text);
    let last = super::client::last(world)?;
    let seen = last.json().and_then(|body| member(body, "id")).and_then(Value::as_str).map(str::to_owned);
    if seen.is_some() && seen == other {
        let text = format!("id {}", seen.unwrap_or_default());
        return Err(world.broken("TENANT-APART", "the last answer", "a resource of this tenant".into(), text));
    }
    Ok(())
}

async fn ask_other(world: &mut World, request: Request) -> Result<Observation, Stop> {
    let Some(tenancy) = world.others.first() else {
        return Err(world.misuse("no second tenant was opened in this scenario"));
    };
    let transport = world.session.transport.clone();
    // A journal of its own: what happens there is no exchange with the tenant under test.
    let client =
        Client::new(transport, tenancy.base.clone(), tenancy.credential.clone(), "neighbour", Journal::default());
    let exchange = client.send(request.header("accept", "application/scim+json")).await;
    Ok(Observation::read(exchange, 0))
}

/// Requests with this Authorization header, or with none where the text is empty, are answered 401.
/// Example: a client with the Authorization header "Bearer unknown" is refused
#[then(expr = "a client with the Authorization header {string} is refused")]
async fn refused_with(world: &mut World, header: String) -> Result<(), Stop> {
    let client = world.client.named("stranger").with_credential(None);
    for target in ["/Users?count=1", "/Groups?count=1"] {
        let mut request = Request::new(Method::Get, target).header("accept", "application/scim+json");
        if !header.is_empty() {
            request = request.header("authorization", header.clone());
        }
        let exchange = client.send(request).await;
        let answer = Observation::read(exchange, world.exchanges().saturating_sub(1));
        if answer.status() != Some(401) {
            let seen = format!("{:?} for {target}", answer.status());
            return Err(world.broken("TOKEN-NEEDED", "a request of a stranger", "401".into(), seen));
        }
    }
    Ok(())
}
