//! A name and a password in place of a token (RFC 7617).

use super::super::basis::Basis;
use super::super::evidence::Evidence;
use super::super::expectations;
use super::super::step_end::Stop;
use super::super::world::World;
use crate::operator::{Action, OperatorError};
use client::observe::Observation;
use client::wire::{Actor, Credential, Method, Request, Secret};
use cucumber::{given, then};
use judge::verdict::{Hindrance, OutcomeKind};

/// The name every scenario uses.
const NAME: &str = "provisioning";

/// The operator issues a name and a password for SCIM, beside the token.
/// Example: a name and a password for SCIM
#[given(expr = "a name and a password for SCIM")]
async fn issued(world: &mut World) -> Result<(), Stop> {
    // It opens this scenario's own tenant, and only as long as the scenario runs.
    let password = secret(&mut world.evidence, &format!("{}-{:016x}", world.cast.tag, world.site.session.seed))?;
    world.noted.password = Some(Credential::basic(NAME, password.clone()));
    match world.operate(&Action::IssuePassword { name: NAME.to_owned(), password }).await {
        Err(OperatorError::Refused { message, .. }) => {
            let expected = "a name and a password for SCIM".to_owned();
            Err(world.evidence.broken(
                expectations::CREDENTIAL_KINDS,
                &Basis::Other("the operator's console"),
                expected,
                message,
            ))
        }
        Err(error @ OperatorError::Unavailable(_)) => {
            Err(world.evidence.hindered(Hindrance::Settings, error.to_string()))
        }
        Err(error) => Err(world.evidence.stop(OutcomeKind::Blocked, error.to_string())),
        Ok(_) => Ok(()),
    }
}

fn secret(evidence: &mut Evidence, password: &str) -> Result<Secret, Stop> {
    Secret::new(password, "the scenario").map_err(|e| evidence.stop(OutcomeKind::Blocked, e.to_string()))
}

/// A client reads with the name and its password.
/// Example: a client with the name and the password is let in
#[then(expr = "a client with the name and the password is let in")]
async fn let_in(world: &mut World) -> Result<(), Stop> {
    let credential = known(world)?;
    ask(&mut world.evidence, credential, 200).await
}

/// The name with its password opens nothing: in a copy of the environment, for example.
/// Example: a client with the name and the password is refused
#[then(expr = "a client with the name and the password is refused")]
async fn kept_out(world: &mut World) -> Result<(), Stop> {
    let credential = known(world)?;
    ask(&mut world.evidence, credential, 401).await
}

/// The name with another password opens nothing.
/// Example: a client with the name and a wrong password is refused
#[then(expr = "a client with the name and a wrong password is refused")]
async fn wrong_password(world: &mut World) -> Result<(), Stop> {
    known(world)?;
    let wrong = secret(&mut world.evidence, "not-the-password")?;
    ask(&mut world.evidence, Credential::basic(NAME, wrong), 401).await
}

/// A client reads with the token of the tenant.
/// Example: a client with the token is let in
#[then(expr = "a client with the token is let in")]
async fn token(world: &mut World) -> Result<(), Stop> {
    let evidence = &mut world.evidence;
    let exchange = evidence.client.named(Actor::Client).send(request()).await;
    judge(evidence, &Observation::read(exchange, evidence.exchanges().saturating_sub(1)), 200)
}

fn known(world: &mut World) -> Result<Credential, Stop> {
    let credential = world.noted.password.clone();
    credential.ok_or_else(|| world.evidence.misuse("no name and password were issued in this scenario"))
}

fn request() -> Request {
    Request::new(Method::Get, "/Users?count=1").header("accept", "application/scim+json")
}

async fn ask(evidence: &mut Evidence, credential: Credential, wanted: u16) -> Result<(), Stop> {
    let client = evidence.client.named(Actor::Client).with_credential(Some(credential));
    let exchange = client.send(request()).await;
    judge(evidence, &Observation::read(exchange, evidence.exchanges().saturating_sub(1)), wanted)
}

fn judge(evidence: &mut Evidence, answer: &Observation, wanted: u16) -> Result<(), Stop> {
    if answer.status() == Some(wanted) {
        return Ok(());
    }
    let expectation = if wanted == 401 { expectations::TOKEN_NEEDED } else { expectations::CREDENTIAL_KINDS };
    Err(evidence.broken(expectation, &Basis::Other("a request of a client"), wanted.to_string(), answer.status_text()))
}
