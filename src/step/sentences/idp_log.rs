//! What the IdP's administrator sees, and what the IdP did not send.

use super::super::basis::Basis;
use super::super::expectations;
use super::super::parameters::IdpName;
use super::super::step_end::Stop;
use super::super::world::World;
use cucumber::then;
use idp::{ConnectionState, ProvisioningErrorKind};

/// The IdP's administrator sees no error.
/// Example: the IdP reports no trouble
#[then(expr = "{idp} reports no trouble")]
async fn no_trouble(world: &mut World, idp: IdpName) -> Result<(), Stop> {
    let troubles = world.player(&idp).await?.report.troubles.clone();
    match troubles.first() {
        None => Ok(()),
        Some(first) => {
            let seen = format!("{first} ({} in all)", troubles.len());
            Err(world.evidence.broken(expectations::IDP_CONTENT, &Basis::IdpLog, "no error".into(), seen))
        }
    }
}

/// The IdP's administrator sees that a person could not be provisioned because of a conflict.
/// Example: the IdP reports a conflict
#[then(expr = "{idp} reports a conflict")]
async fn conflict(world: &mut World, idp: IdpName) -> Result<(), Stop> {
    let troubles = world.player(&idp).await?.report.troubles.clone();
    if troubles
        .iter()
        .any(|t| matches!(t.kind, ProvisioningErrorKind::Conflict | ProvisioningErrorKind::DuplicateTarget))
    {
        return Ok(());
    }
    let seen = troubles.first().map_or_else(|| "the IdP logged no error".to_owned(), ToString::to_string);
    Err(world.evidence.broken(expectations::IDP_CONFLICT, &Basis::IdpLog, "a conflict".into(), seen))
}

/// The IdP's administrator sees that an object it is linked to is gone from the target.
/// Example: the IdP reports that an object is gone
#[then(expr = "{idp} reports that an object is gone")]
async fn gone(world: &mut World, idp: IdpName) -> Result<(), Stop> {
    let troubles = world.player(&idp).await?.report.troubles.clone();
    if troubles.iter().any(|t| t.kind == ProvisioningErrorKind::NotFound) {
        return Ok(());
    }
    let seen = troubles.first().map_or_else(|| "the IdP logged no error".to_owned(), ToString::to_string);
    Err(world.evidence.broken(expectations::ANSWER_STATUS, &Basis::IdpLog, "an answer 404".into(), seen))
}

/// The IdP's administrator sees that this person could not be provisioned. Which status of refusal led there is left open: 409
/// as the RFC has it, or another from 400 to 499 where a product documents none.
/// Example: the IdP reports that "Ada" was not provisioned
#[then(expr = "{idp} reports that {string} was not provisioned")]
async fn not_provisioned(world: &mut World, idp: IdpName, name: String) -> Result<(), Stop> {
    let key = world.person(&idp, &name).await?;
    let player = world.player(&idp).await?;
    let user_name = player.idp.directory().person(&key).map(|p| p.user_name.clone()).unwrap_or_default();
    let kinds =
        [ProvisioningErrorKind::Conflict, ProvisioningErrorKind::Rejected, ProvisioningErrorKind::DuplicateTarget];
    if player.report.troubles.iter().any(|t| t.object == user_name && kinds.contains(&t.kind)) {
        return Ok(());
    }
    let seen = player.report.troubles.first().map_or_else(|| "the IdP logged no error".to_owned(), ToString::to_string);
    Err(world.evidence.broken(expectations::IDP_CONFLICT, &Basis::IdpLog, format!("a refusal for {name}"), seen))
}

/// The IdP tried again by itself to write what was refused.
/// Example: the IdP has tried again
#[then(expr = "{idp} has tried again")]
async fn tried_again(world: &mut World, idp: IdpName) -> Result<(), Stop> {
    if world.sent_by(&idp).iter().any(|e| e.method().writes()) {
        return Ok(());
    }
    Err(world.not_as_documented(&format!("{} did not try again, which its documentation says", idp.0)))
}

/// The IdP's administrator sees that the target does not let the IdP in.
/// Example: the IdP reports that it is not let in
#[then(expr = "{idp} reports that it is not let in")]
async fn not_let_in(world: &mut World, idp: IdpName) -> Result<(), Stop> {
    let troubles = world.player(&idp).await?.report.troubles.clone();
    if troubles.iter().any(|t| t.kind == ProvisioningErrorKind::Unauthorized) {
        return Ok(());
    }
    let seen = troubles.first().map_or_else(|| "the IdP logged no error".to_owned(), ToString::to_string);
    Err(world.evidence.broken(expectations::TOKEN_ENDS, &Basis::IdpLog, "an answer 401".into(), seen))
}

/// The whole job stands still until the connection works again (Entra).
/// Example: the IdP is in quarantine
#[then(expr = "{idp} is in quarantine")]
async fn quarantined(world: &mut World, idp: IdpName) -> Result<(), Stop> {
    if matches!(world.player(&idp).await?.idp.state(), ConnectionState::Quarantined { .. }) {
        return Ok(());
    }
    Err(world.not_as_documented("the IdP's job is not in quarantine, which its documentation says of a refused token"))
}

/// The IdP holds deletions back and waits for its administrator.
/// Example: the IdP holds the deletions back
#[then(expr = "{idp} holds the deletions back")]
async fn withheld(world: &mut World, idp: IdpName) -> Result<(), Stop> {
    let player = world.player(&idp).await?;
    if player.report.has(ProvisioningErrorKind::Withheld)
        || matches!(player.idp.state(), ConnectionState::Quarantined { .. })
    {
        return Ok(());
    }
    Err(world.not_as_documented("the IdP did not hold the deletions back"))
}

/// The IdP sent nothing because of the last event.
/// Example: the IdP sent nothing
#[then(expr = "{idp} sent nothing")]
async fn sent_nothing(world: &mut World, idp: IdpName) -> Result<(), Stop> {
    let sent = world.sent_by(&idp);
    match sent.first() {
        None => Ok(()),
        Some(first) => {
            let what = format!("{} sent {} {}, which its documentation does not say", idp.0, first.method(), first.url);
            Err(world.not_as_documented(&what))
        }
    }
}

/// The IdP sent no request that writes because of the last event.
/// Example: the IdP changed nothing
#[then(expr = "{idp} changed nothing")]
async fn changed_nothing(world: &mut World, idp: IdpName) -> Result<(), Stop> {
    let sent = world.sent_by(&idp);
    match sent.iter().find(|e| e.method().writes()) {
        None => Ok(()),
        Some(first) => {
            let what = format!("{} sent {} {}, which its documentation does not say", idp.0, first.method(), first.url);
            Err(world.not_as_documented(&what))
        }
    }
}
