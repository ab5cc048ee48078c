//! What the product's operator does outside SCIM. A target without that action skips the scenario and says so.

use super::super::basis::Basis;
use super::super::expectations;
use super::super::noted::CleanupAnswer;
use super::super::parameters::{IdpName, LocalWord};
use super::super::site::NOT_ALONE;
use super::super::step_end::Stop;
use super::super::world::World;
use crate::operator::{Action, OperatorError};
use client::observe::id_text;
use client::wire::Secret;
use cucumber::{given, then, when};
use idp::Event;
use judge::verdict::{Hindrance, OutcomeKind};
use serde_json::Value;

/// A local administrator exists who signs in without any IdP.
/// Example: a local administrator with built-in sign-in
#[given(expr = "a local administrator with built-in sign-in")]
async fn local_admin(world: &mut World) -> Result<(), Stop> {
    let user_name = world.cast.addresses.of("admin");
    let email = user_name.clone();
    let action = Action::AddAccount { user_name, email, admin: true, builtin_sign_in: true };
    world.operate_or_skip(action).await.map(drop)
}

/// A person has a local account already, with the user name the IdP will send.
/// Example: a local account for "Ada"
#[given(expr = "a local account for {string}")]
async fn local_account(world: &mut World, name: String) -> Result<(), Stop> {
    let person = world.cast.persona(&name);
    let email = person.email.clone().unwrap_or_default();
    let action = Action::AddAccount { user_name: person.user_name, email, admin: false, builtin_sign_in: true };
    world.operate_or_skip(action).await.map(drop)
}

/// A person has an account that SCIM did not make, with the user name the IdP will send: a local administrator with or
/// without built-in sign-in, or somebody who was let in by single sign-on alone.
/// Example: "Ada" is a local administrator without built-in sign-in
#[given(expr = "{string} {local}")]
async fn is_local(world: &mut World, name: String, local: LocalWord) -> Result<(), Stop> {
    let person = world.cast.persona(&name);
    let email = person.email.clone().unwrap_or_default();
    let LocalWord { admin, builtin_sign_in } = local;
    let action = Action::AddAccount { user_name: person.user_name, email, admin, builtin_sign_in };
    world.operate_or_skip(action).await.map(drop)
}

const CLEANUP: &str = "the operator runs the server-side cleanup";

/// Whether a step does something to everybody in the tenant: then nobody else may be there.
pub fn suspends_everybody(text: &str) -> bool {
    text == CLEANUP
}

/// The operator runs the server-side cleanup: all provisioned users suspended, all provisioned groups removed.
/// Example: the operator runs the server-side cleanup
#[when(expr = "the operator runs the server-side cleanup")]
async fn cleanup(world: &mut World) -> Result<(), Stop> {
    if world.site.shares_its_tenant() {
        return Err(world.evidence.hindered(Hindrance::Settings, NOT_ALONE));
    }
    match world.operate(&Action::Cleanup).await {
        Ok(_) => {
            world.noted.cleanup = Some(CleanupAnswer::Done);
            Ok(())
        }
        Err(OperatorError::Refused { message, .. }) => {
            world.noted.cleanup = Some(CleanupAnswer::Refused(message));
            Ok(())
        }
        Err(error @ OperatorError::Unavailable(_)) => {
            Err(world.evidence.hindered(Hindrance::Settings, error.to_string()))
        }
        Err(error) => Err(world.evidence.stop(OutcomeKind::Blocked, error.to_string())),
    }
}

/// The server-side cleanup was refused.
/// Example: the server-side cleanup is refused
#[then(expr = "the server-side cleanup is refused")]
async fn cleanup_refused(world: &mut World) -> Result<(), Stop> {
    judge_cleanup(world, true)
}

/// The server-side cleanup was carried out.
/// Example: the server-side cleanup is done
#[then(expr = "the server-side cleanup is done")]
async fn cleanup_done(world: &mut World) -> Result<(), Stop> {
    judge_cleanup(world, false)
}

fn judge_cleanup(world: &mut World, refused: bool) -> Result<(), Stop> {
    let Some(answer) = world.noted.cleanup.clone() else {
        return Err(world.evidence.misuse("no server-side cleanup was run in this scenario"));
    };
    if answer.refused() == refused {
        return Ok(());
    }
    let expected = if refused { "a refusal" } else { "success" }.to_owned();
    let seen = match &answer {
        CleanupAnswer::Refused(why) => format!("the product refused the cleanup: {why}"),
        CleanupAnswer::Done => "the product ran the cleanup".to_owned(),
    };
    Err(world.evidence.broken(expectations::CLEANUP_SAFE, &Basis::Other("the operator's cleanup"), expected, seen))
}

/// The local administrator still signs in.
/// Example: the local administrator can sign in
#[then(expr = "the local administrator can sign in")]
async fn admin_signs_in(world: &mut World) -> Result<(), Stop> {
    let user_name = world.cast.addresses.of("admin");
    sign_in(world, &user_name, "the local administrator", true).await
}

/// A person can sign in to the product.
/// Example: "Ada" can sign in
#[then(expr = "{string} can sign in")]
async fn can_sign_in(world: &mut World, name: String) -> Result<(), Stop> {
    let user_name = world.cast.persona(&name).user_name;
    sign_in(world, &user_name, &name, true).await
}

/// A person cannot sign in to the product.
/// Example: "Ada" cannot sign in
#[then(expr = "{string} cannot sign in")]
async fn cannot_sign_in(world: &mut World, name: String) -> Result<(), Stop> {
    let user_name = world.cast.persona(&name).user_name;
    sign_in(world, &user_name, &name, false).await
}

async fn sign_in(world: &mut World, user_name: &str, who: &str, wanted: bool) -> Result<(), Stop> {
    let allowed = match world.operate(&Action::SignIn { user_name: user_name.to_owned() }).await {
        Ok(_) => true,
        Err(OperatorError::Refused { .. }) => false,
        Err(error @ OperatorError::Unavailable(_)) => {
            return Err(world.evidence.hindered(Hindrance::Settings, error.to_string()));
        }
        Err(error) => return Err(world.evidence.stop(OutcomeKind::Blocked, error.to_string())),
    };
    if allowed == wanted {
        return Ok(());
    }
    let expected = if wanted { "a sign-in that succeeds" } else { "a refusal" }.to_owned();
    let seen = format!("{who} {} sign in", if allowed { "can" } else { "cannot" });
    Err(world.evidence.broken(expectations::STATE_ACTIVE, &Basis::Other("a sign-in"), expected, seen))
}

/// The operator renames a group in the product, not through SCIM.
/// Example: the operator renames group "Engineering" to "Makers" in the product
#[when(expr = "the operator renames group {string} to {string} in the product")]
async fn renames_in_product(world: &mut World, name: String, new: String) -> Result<(), Stop> {
    let group = world.group_called(&name).await?;
    let id = id_text(&group).unwrap_or_default();
    let display_name = world.cast.group_name(&new);
    world.operate_or_skip(Action::RenameGroup { id, display_name }).await.map(drop)
}

/// The operator revokes the token an IdP was given.
/// Example: the operator revokes the token of the old IdP
#[when(expr = "the operator revokes the token of {idp}")]
async fn revokes(world: &mut World, idp: IdpName) -> Result<(), Stop> {
    let Some(name) = world.player(&idp).await?.token.clone() else {
        return Err(world.evidence.stop(OutcomeKind::Skipped, "this target gives no token of its own to each IdP"));
    };
    world.operate_or_skip(Action::RevokeToken { name }).await.map(drop)
}

/// The operator issues a new token, and the administrator of the IdP puts it in.
/// Example: the operator issues a new token to the old IdP
#[when(expr = "the operator issues a new token to {idp}")]
async fn issues(world: &mut World, idp: IdpName) -> Result<(), Stop> {
    let name = format!("{}-again", idp.short().to_lowercase().replace(' ', "-"));
    let answer = world.operate_or_skip(Action::IssueToken { name: name.clone() }).await?;
    let token = answer.get("token").and_then(Value::as_str).unwrap_or_default();
    let secret =
        Secret::new(token, "the admin API").map_err(|e| world.evidence.stop(OutcomeKind::Blocked, e.to_string()))?;
    let secret = world.site.operator.kept_out(secret);
    let player = world.player(&idp).await?;
    let client = player.idp.client().with_credential(Some(secret.into()));
    player.idp.set_client(client);
    player.token = Some(name);
    Ok(())
}

/// The administrator of the IdP puts a token in that nobody issued.
/// Example: the administrator of the IdP puts a wrong token in
#[given(expr = "the administrator of {idp} puts a wrong token in")]
#[when(expr = "the administrator of {idp} puts a wrong token in")]
async fn wrong_token(world: &mut World, idp: IdpName) -> Result<(), Stop> {
    let secret = Secret::new("nobody-issued-this-token", "the scenario");
    let secret = secret.map_err(|e| world.evidence.stop(OutcomeKind::Blocked, e.to_string()))?;
    let player = world.player(&idp).await?;
    let client = player.idp.client().with_credential(Some(secret.into()));
    player.idp.set_client(client);
    Ok(())
}

/// Virtual days pass for the product: what expires there does.
/// Example: 365 days pass for the product
#[when(expr = "{int} days pass for the product")]
async fn days_pass(world: &mut World, days: u32) -> Result<(), Stop> {
    let seconds = days.saturating_mul(24 * 60 * 60);
    world.operate_or_skip(Action::MoveClock { seconds }).await.map(drop)
}

/// The token an IdP holds is refused.
/// Example: the token of the old IdP is refused
#[then(expr = "the token of {idp} is refused")]
async fn token_refused(world: &mut World, idp: IdpName) -> Result<(), Stop> {
    probe_token(world, &idp, false).await
}

/// The token an IdP holds works.
/// Example: the token of the new IdP works
#[then(expr = "the token of {idp} works")]
async fn token_works(world: &mut World, idp: IdpName) -> Result<(), Stop> {
    probe_token(world, &idp, true).await
}

async fn probe_token(world: &mut World, idp: &IdpName, wanted: bool) -> Result<(), Stop> {
    world.evidence.mark = world.evidence.exchanges();
    world.happen_now(idp, Event::TestConnection).await?;
    let statuses: Vec<u16> = world.sent_by(idp).iter().filter_map(|e| e.status()).collect();
    let works = !statuses.is_empty() && statuses.iter().all(|s| *s != 401 && *s != 403);
    if works == wanted {
        return Ok(());
    }
    let expected = if wanted { "an answer other than 401 and 403" } else { "401" }.to_owned();
    let statuses: Vec<String> = statuses.iter().map(ToString::to_string).collect();
    let seen = match statuses.as_slice() {
        [] => "no request was answered".to_owned(),
        statuses => statuses.join(", "),
    };
    Err(world.evidence.broken(expectations::TOKEN_ENDS, &Basis::Other("the connection test"), expected, seen))
}
