//! What an administrator does by hand in the product, and whether the product lets it: that depends on whether SCIM is on and
//! single sign-on is enforced.

use super::super::basis::Basis;
use super::super::expectations;
use super::super::noted::{ByHand, Permission};
use super::super::step_end::Stop;
use super::super::world::World;
use crate::operator::{Action, Operator, OperatorError};
use cucumber::{given, then, when};
use judge::verdict::{Hindrance, OutcomeKind};

/// SCIM is on or off, and single sign-on is enforced or not.
/// Example: SCIM is "on" and single sign-on is "not enforced"
#[given(expr = "SCIM is {string} and single sign-on is {string}")]
async fn sign_on(world: &mut World, scim: String, sso: String) -> Result<(), Stop> {
    let (scim, sso_enforced) = match (scim.as_str(), sso.as_str()) {
        ("on", "enforced") => (true, true),
        ("on", "not enforced") => (true, false),
        ("off", "enforced") => (false, true),
        ("off", "not enforced") => (false, false),
        _ => {
            return Err(world
                .evidence
                .misuse("SCIM is \"on\" or \"off\", single sign-on \"enforced\" or \"not enforced\""));
        }
    };
    world.operate_or_skip(Action::SetSignOn { scim, sso_enforced }).await.map(drop)
}

/// An administrator invites somebody by hand, not through any IdP.
/// Example: an administrator invites "Zoe" by hand
#[when(expr = "an administrator invites {string} by hand")]
async fn invites(world: &mut World, name: String) -> Result<(), Stop> {
    let person = world.cast.persona(&name);
    let email = person.email.clone().unwrap_or_default();
    by_hand(world, Action::Invite { user_name: person.user_name, email }).await
}

/// An administrator edits somebody's profile by hand.
/// Example: an administrator edits the profile of "Ada" by hand
#[when(expr = "an administrator edits the profile of {string} by hand")]
async fn edits(world: &mut World, name: String) -> Result<(), Stop> {
    let user_name = world.product_name(&name).await?;
    by_hand(world, Action::EditProfile { user_name, title: "Edited by hand".to_owned() }).await
}

/// An administrator disables somebody by hand.
/// Example: an administrator disables "Ada" by hand
#[when(expr = "an administrator disables {string} by hand")]
async fn disables(world: &mut World, name: String) -> Result<(), Stop> {
    let user_name = world.product_name(&name).await?;
    by_hand(world, Action::SetEnabled { user_name, enabled: false }).await
}

/// An administrator enables somebody by hand.
/// Example: an administrator enables "Ada" by hand
#[when(expr = "an administrator enables {string} by hand")]
async fn enables(world: &mut World, name: String) -> Result<(), Stop> {
    let user_name = world.product_name(&name).await?;
    by_hand(world, Action::SetEnabled { user_name, enabled: true }).await
}

/// An administrator puts somebody into a group of the product by hand.
/// Example: an administrator adds "Ada" to product group "Analysts" by hand
#[when(expr = "an administrator adds {string} to product group {string} by hand")]
async fn adds(world: &mut World, name: String, own: String) -> Result<(), Stop> {
    let id = world.product_group_id(&own).await?;
    let user_name = world.product_name(&name).await?;
    by_hand(world, Action::AddProductMember { id, user_name }).await
}

/// Notes how it ended.
async fn by_hand(world: &mut World, action: Action) -> Result<(), Stop> {
    // What the settings call a refusal is one; of our own provider only these statuses are.
    let told = matches!(world.site.operator, Operator::Configured(_));
    let (permission, why) = match world.operate(&action).await {
        Ok(_) => (Permission::Allowed, String::new()),
        Err(OperatorError::Refused { by, message, .. }) if !told && by == "409" && message.contains("unknown") => {
            (Permission::Unknown, message)
        }
        Err(OperatorError::Refused { by, message, .. }) if told || by == "403" => (Permission::Refused, message),
        Err(error @ OperatorError::Unavailable(_)) => {
            return Err(world.evidence.hindered(Hindrance::Settings, error.to_string()));
        }
        Err(error) => return Err(world.evidence.stop(OutcomeKind::Blocked, error.to_string())),
    };
    world.noted.by_hand = Some(ByHand { permission, why });
    Ok(())
}

/// The product did what the administrator asked.
/// Example: the product allows it
#[then(expr = "the product allows it")]
async fn allowed(world: &mut World) -> Result<(), Stop> {
    judge(world, Permission::Allowed)
}

/// The product refused what the administrator asked.
/// Example: the product refuses it
#[then(expr = "the product refuses it")]
async fn refused(world: &mut World) -> Result<(), Stop> {
    judge(world, Permission::Refused)
}

/// No source says whether the product allows it, and the simulated product says so instead of guessing.
/// Example: whether the product allows it is not known
#[then(expr = "whether the product allows it is not known")]
async fn unknown(world: &mut World) -> Result<(), Stop> {
    judge(world, Permission::Unknown)?;
    world.evidence.note(
        "whether the product allows this is not published: the simulated product refuses it as unknown".to_owned(),
    );
    Ok(())
}

fn judge(world: &mut World, wanted: Permission) -> Result<(), Stop> {
    let Some(answer) = world.noted.by_hand.clone() else {
        return Err(world.evidence.misuse("no administrator did anything by hand in this scenario"));
    };
    if answer.permission == wanted {
        return Ok(());
    }
    let seen = [answer.permission.text(), &answer.why].join(" ");
    Err(world.evidence.broken(
        expectations::PRODUCT_PERMISSION,
        &Basis::Other("the administrator's action"),
        wanted.text().to_owned(),
        seen.trim().to_owned(),
    ))
}
