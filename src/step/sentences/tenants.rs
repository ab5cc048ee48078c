//! What keeps tenants and strangers out.

use super::super::basis::Basis;
use super::super::expectations;
use super::super::site::SecondTenant;
use super::super::step_end::Stop;
use super::super::world::World;
use super::client::{GROUP, content, user};
use crate::operator::OperatorError;
use client::observe::{Observation, id_text};
use client::wire::{Actor, Method, Request};
use cucumber::{given, then, when};
use judge::verdict::{Hindrance, OutcomeKind};
use serde_json::{Value, json};

/// Headers in which a product might look for a tenant. Chosen: no list of them was found, and others are not tried.
const TENANT_HEADERS: &[&str] = &["x-tenant-id", "x-tenant", "x-organization-id", "x-org-id"];

/// Credentials shorter than this may stand in a text by chance.
const LONG_ENOUGH: usize = 8;

/// Another tenant of the target, with an account for the same person.
/// Example: a second tenant with an account for "Ada"
#[given(expr = "a second tenant with an account for {string}")]
async fn second_tenant(world: &mut World, name: String) -> Result<(), Stop> {
    let session = world.site.session.clone();
    let opened = world.site.operator.open_tenant(&session.transport, &format!("{}x", world.cast.tag)).await;
    let tenancy = match opened {
        Ok(tenancy) => tenancy,
        Err(error @ OperatorError::Unavailable(_)) => {
            return Err(world.evidence.hindered(Hindrance::Settings, error.to_string()));
        }
        Err(error) => return Err(world.evidence.stop(OutcomeKind::Blocked, error.to_string())),
    };
    world.site.second_tenant = Some(SecondTenant { tenancy, account: None, group: None });
    let request = content(Request::new(Method::Post, "/Users"), &user(world, &name));
    let made = ask_other(world, request).await?;
    let Some(account) = made.json().filter(|_| made.succeeded()).cloned() else {
        let seen = made.status_text();
        return Err(world.evidence.broken(
            expectations::TENANT_APART,
            &Basis::Other("a create in the second tenant"),
            "201".into(),
            seen,
        ));
    };
    if let Some(second) = &mut world.site.second_tenant {
        second.account = Some(account);
    }
    Ok(())
}

/// The second tenant has a group, and the account there is in it.
/// Example: the second tenant has a group "Board" of its account
#[given(expr = "the second tenant has a group {string} of its account")]
async fn second_tenants_group(world: &mut World, name: String) -> Result<(), Stop> {
    let member = account_id(world).unwrap_or_default();
    let body = json!({ "schemas": [GROUP], "displayName": world.cast.group_name(&name),
        "members": [{ "value": member, "type": "User" }] });
    let made = ask_other(world, content(Request::new(Method::Post, "/Groups"), &body)).await?;
    let Some(id) = made.json().filter(|_| made.succeeded()).and_then(id_text) else {
        let seen = made.status_text();
        return Err(world.evidence.broken(
            expectations::TENANT_APART,
            &Basis::Other("a create in the second tenant"),
            "201".into(),
            seen,
        ));
    };
    // The account shows the group from now on.
    let account = ask_other(world, Request::new(Method::Get, format!("/Users/{member}"))).await?;
    let group = ask_other(world, Request::new(Method::Get, format!("/Groups/{id}"))).await?;
    if let Some(second) = &mut world.site.second_tenant {
        for (noted, read) in [(&mut second.account, account), (&mut second.group, group)] {
            if let Some(resource) = read.json().filter(|_| read.succeeded()) {
                *noted = Some(resource.clone());
            }
        }
    }
    Ok(())
}

/// A client reads the account of the second tenant, with the token of this one and that tenant's name in headers where
/// a product might look for one.
/// Example: a client names the second tenant in headers and reads its account
#[when(expr = "a client names the second tenant in headers and reads its account")]
async fn names_other_tenant(world: &mut World) -> Result<(), Stop> {
    let Some(name) = world.site.second_tenant.as_ref().map(|second| second.tenancy.name.clone().unwrap_or_default())
    else {
        return Err(world.evidence.misuse("no second tenant was opened in this scenario"));
    };
    let id = account_id(world).unwrap_or_default();
    let request = Request::new(Method::Get, format!("/Users/{id}"));
    world
        .evidence
        .send(TENANT_HEADERS.iter().fold(request, |request, header| request.header(header, name.clone())))
        .await
}

/// The second tenant does not let the token of this one in.
/// Example: the second tenant refuses the token of this one
#[then(expr = "the second tenant refuses the token of this one")]
async fn token_elsewhere(world: &mut World) -> Result<(), Stop> {
    let Some(SecondTenant { tenancy, .. }) = &world.site.second_tenant else {
        return Err(world.evidence.misuse("no second tenant was opened in this scenario"));
    };
    let token = world.site.tenancy.credential.clone();
    let client = world.site.client_aside(tenancy, Actor::Stranger).with_credential(token);
    for target in ["/Users", "/Groups"] {
        let exchange = client.send(Request::new(Method::Get, target).header("accept", "application/scim+json")).await;
        let answer = Observation::read(exchange, 0);
        if !matches!(answer.status(), Some(401 | 403 | 404)) {
            let seen = format!("{} for {target}", answer.status_text());
            return Err(world.evidence.broken(
                expectations::TENANT_APART,
                &Basis::Other("a read in the second tenant"),
                "401, 403 or 404".into(),
                seen,
            ));
        }
    }
    Ok(())
}

/// The group in the second tenant is what it was.
/// Example: the group in the second tenant is unchanged
#[then(expr = "the group in the second tenant is unchanged")]
async fn other_group_unchanged(world: &mut World) -> Result<(), Stop> {
    let before = world.site.second_tenant.as_ref().and_then(|second| second.group.clone());
    compare_other(world, before, "/Groups").await
}

/// The account in the second tenant is what it was.
/// Example: the account in the second tenant is unchanged
#[then(expr = "the account in the second tenant is unchanged")]
async fn other_unchanged(world: &mut World) -> Result<(), Stop> {
    let before = world.site.second_tenant.as_ref().and_then(|second| second.account.clone());
    compare_other(world, before, "/Users").await
}

async fn compare_other(world: &mut World, before: Option<Value>, endpoint: &str) -> Result<(), Stop> {
    let before = before.unwrap_or_default();
    let id = id_text(&before).unwrap_or_default();
    let now = ask_other(world, Request::new(Method::Get, format!("{endpoint}/{id}"))).await?;
    let strip = |value: &Value| {
        let mut value = value.clone();
        value.as_object_mut().map(|o| o.shift_remove("meta"));
        value
    };
    match now.json() {
        Some(account) if now.succeeded() && strip(account) == strip(&before) => Ok(()),
        other => {
            let seen = other.map_or_else(|| now.status_text(), Value::to_string);
            Err(world.evidence.broken(
                expectations::TENANT_APART,
                &Basis::Other("a read in the second tenant"),
                "the resource as it was before".into(),
                seen,
            ))
        }
    }
}

/// The last answer does not hand out the account of the second tenant.
/// Example: the answer is not the account of the second tenant
#[then(expr = "the answer is not the account of the second tenant")]
async fn no_stranger(world: &mut World) -> Result<(), Stop> {
    let other = account_id(world);
    let last = world.evidence.last_answer()?;
    let seen = last.json().and_then(id_text);
    if seen.is_some() && seen == other {
        let text = format!("the account of the second tenant (id \"{}\")", seen.unwrap_or_default());
        return Err(world.evidence.broken(
            expectations::TENANT_APART,
            &Basis::LastAnswer,
            "a resource of this tenant".into(),
            text,
        ));
    }
    Ok(())
}

/// The id of the account in the second tenant.
fn account_id(world: &World) -> Option<String> {
    world.site.second_tenant.as_ref()?.account.as_ref().and_then(id_text)
}

async fn ask_other(world: &mut World, request: Request) -> Result<Observation, Stop> {
    let Some(SecondTenant { tenancy, .. }) = &world.site.second_tenant else {
        return Err(world.evidence.misuse("no second tenant was opened in this scenario"));
    };
    // A journal of its own: what happens there is no exchange with the tenant under test.
    let client = world.site.client_aside(tenancy, Actor::Neighbour);
    let exchange = client.send(request.header("accept", "application/scim+json")).await;
    Ok(Observation::read(exchange, 0))
}

/// Requests with this Authorization header, or with none where the text is empty, are answered 401, and no answer repeats
/// what stood in the header.
/// Example: a client with the Authorization header "Bearer unknown" is refused
#[then(expr = "a client with the Authorization header {string} is refused")]
async fn refused_with(world: &mut World, header: String) -> Result<(), Stop> {
    let client = world.evidence.client.named(Actor::Stranger).with_credential(None);
    for target in ["/Users?count=1", "/Groups?count=1"] {
        let mut request = Request::new(Method::Get, target).header("accept", "application/scim+json");
        if !header.is_empty() {
            request = request.header("authorization", header.clone());
        }
        let exchange = client.send(request).await;
        let answer = Observation::read(exchange, world.evidence.exchanges().saturating_sub(1));
        if answer.status() != Some(401) {
            let seen = format!("{} for {target}", answer.status_text());
            return Err(world.evidence.broken(
                expectations::TOKEN_NEEDED,
                &Basis::Other("a request of a stranger"),
                "401".into(),
                seen,
            ));
        }
        let secret = header.split_once(' ').map_or("", |(_, secret)| secret.trim());
        let body = answer.exchange.result.as_ref().map(|a| String::from_utf8_lossy(&a.body).into_owned());
        if secret.len() >= LONG_ENOUGH && body.is_ok_and(|body| body.contains(secret)) {
            let seen = format!("the body repeats the credential (GET {target})");
            return Err(world.evidence.broken(
                expectations::TOKEN_KEPT,
                &Basis::Other("a request of a stranger"),
                "a body without it".into(),
                seen,
            ));
        }
    }
    Ok(())
}
