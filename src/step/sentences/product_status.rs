//! How people stand in the product, beyond what SCIM shows: enabled or disabled, last seen, owners of things, erased.

use super::super::basis::Basis;
use super::super::expectations;
use super::super::parameters::{IdpName, People};
use super::super::product_view::{list, seen_users, text};
use super::super::step_end::Stop;
use super::super::world::World;
use super::client::noted;
use crate::operator::{Action, OperatorError};
use client::observe::{id_text, member};
use cucumber::{given, then, when};
use idp::Event;
use judge::verdict::{Hindrance, OutcomeKind};
use serde_json::{Value, json};

/// A person has an account from before SCIM, with the same e-mail address and another user name: the part of it before the
/// at sign.
/// Example: "Ada" has an older account with a shorter user name
#[given(expr = "{string} has an older account with a shorter user name")]
async fn older_account(world: &mut World, name: String) -> Result<(), Stop> {
    let person = world.cast.persona(&name);
    let user_name = person.user_name.split('@').next().unwrap_or_default().to_owned();
    world.noted.older_user_names.insert(name, user_name.clone());
    let email = person.email.clone().unwrap_or_default();
    world.evidence.witness.expect_unrecognised();
    world.operate_or_skip(Action::AddAccount { user_name, email, admin: false, builtin_sign_in: true }).await.map(drop)
}

/// Somebody else has the user name already that the IdP will send for this person, with another e-mail address.
/// Example: somebody else with another e-mail address has the user name of "Ada"
#[given(expr = "somebody else with another e-mail address has the user name of {string}")]
async fn namesake(world: &mut World, name: String) -> Result<(), Stop> {
    let user_name = world.cast.persona(&name).user_name;
    let email = format!("other.{user_name}");
    world.operate_or_skip(Action::AddAccount { user_name, email, admin: false, builtin_sign_in: true }).await?;
    let users = world.product_users(&name).await?;
    world.noted.product_users.insert(name, users);
    Ok(())
}

/// What the product has under a person's user name is what it had before the IdP came: one user, with the same e-mail address.
/// Example: the product still has only the first user under the user name of "Ada"
#[then(expr = "the product still has only the first user under the user name of {string}")]
async fn first_user_only(world: &mut World, name: String) -> Result<(), Stop> {
    let Some(before) = world.noted.product_users.get(&name).cloned() else {
        return Err(world.evidence.misuse(format!("nobody had the user name of {name} before")));
    };
    let now = world.product_users(&name).await?;
    if now.len() != before.len() {
        let expected = "as many as before the IdP came".to_owned();
        return Err(world.evidence.broken(
            expectations::STATE_ONE_ACCOUNT,
            &Basis::Product,
            expected,
            seen_users(&now, &name),
        ));
    }
    let shown = |users: &[Value]| json!(users.iter().map(|u| u.get("resource")).collect::<Vec<_>>()).to_string();
    if shown(&now) == shown(&before) {
        return Ok(());
    }
    Err(world.evidence.broken(expectations::STATE_UNTOUCHED, &Basis::Product, shown(&before), shown(&now)))
}

/// Somebody signs in to the product.
/// Example: "Ada" has signed in
/// Example: "Ada" signs in
#[given(expr = "{string} has signed in")]
#[when(expr = "{string} signs in")]
async fn signs_in(world: &mut World, name: String) -> Result<(), Stop> {
    let user_name = world.product_name(&name).await?;
    match world.operate(&Action::SignIn { user_name }).await {
        Ok(_) => Ok(()),
        Err(error @ OperatorError::Unavailable(_)) => {
            Err(world.evidence.hindered(Hindrance::Settings, error.to_string()))
        }
        Err(OperatorError::Refused { message, .. }) => Err(world.evidence.broken(
            expectations::STATE_ACTIVE,
            &Basis::Other("a sign-in"),
            "a sign-in that succeeds".to_owned(),
            format!("the product refused to sign {name} in: {message}"),
        )),
        Err(error) => Err(world.evidence.stop(OutcomeKind::Blocked, error.to_string())),
    }
}

/// The vendor's support erases a user for good, which SCIM cannot.
/// Example: the operator erases "Ada"
#[when(expr = "the operator erases {string}")]
async fn erases(world: &mut World, name: String) -> Result<(), Stop> {
    let user_name = world.product_name(&name).await?;
    match world.operate(&Action::EraseUser { user_name }).await {
        Ok(_) => Ok(()),
        Err(error @ OperatorError::Unavailable(_)) => {
            Err(world.evidence.hindered(Hindrance::Settings, error.to_string()))
        }
        Err(OperatorError::Refused { message, .. }) => Err(world.evidence.broken(
            expectations::PRODUCT_PERMISSION,
            &Basis::Product,
            "the user erased".to_owned(),
            format!("the product refused to erase {name}: {message}"),
        )),
        Err(error) => Err(world.evidence.stop(OutcomeKind::Blocked, error.to_string())),
    }
}

/// The operator makes somebody the owner of an asset; the product may refuse.
/// Example: the operator has made "Ada" the owner of asset "Sales"
/// Example: the operator makes "Ada" the owner of asset "Sales"
#[given(expr = "the operator has made {string} the owner of asset {string}")]
#[when(expr = "the operator makes {string} the owner of asset {string}")]
async fn makes_owner(world: &mut World, name: String, asset: String) -> Result<(), Stop> {
    let user_name = world.product_name(&name).await?;
    match world.operate(&Action::AssignOwner { asset: asset.clone(), user_name }).await {
        Ok(_) => Ok(()),
        Err(error @ OperatorError::Unavailable(_)) => {
            Err(world.evidence.hindered(Hindrance::Settings, error.to_string()))
        }
        Err(OperatorError::Refused { message, .. }) => Err(world.evidence.broken(
            expectations::PRODUCT_OWNER,
            &Basis::Product,
            format!("{name} as the owner"),
            format!("the product refused to make {name} the owner of {asset}: {message}"),
        )),
        Err(error) => Err(world.evidence.stop(OutcomeKind::Blocked, error.to_string())),
    }
}

/// The asset belongs to the person's one user.
/// Example: asset "Sales" belongs to "Ada"
#[then(expr = "asset {string} belongs to {string}")]
async fn belongs_to(world: &mut World, asset: String, name: String) -> Result<(), Stop> {
    let wanted = world.product_name(&name).await?;
    judge_owner(world, &asset, &wanted).await
}

/// The asset belongs to the account that was noted for the person, whoever else the person is by now.
/// Example: asset "Sales" belongs to the noted account of "Ada"
#[then(expr = "asset {string} belongs to the noted account of {string}")]
async fn belongs_to_noted(world: &mut World, asset: String, name: String) -> Result<(), Stop> {
    let noted = noted(world, &name)?;
    let wanted = member(&noted, "userName").and_then(Value::as_str).unwrap_or_default().to_owned();
    judge_owner(world, &asset, &wanted).await
}

async fn judge_owner(world: &mut World, asset: &str, wanted: &str) -> Result<(), Stop> {
    let state = world.product_state().await?;
    let found = list(&state, "assets").iter().find(|a| text(a, "name") == Some(asset)).cloned();
    let seen = found.as_ref().and_then(|a| text(a, "owner")).unwrap_or("nobody").to_owned();
    if seen == wanted {
        return Ok(());
    }
    Err(world.evidence.broken(
        expectations::PRODUCT_OWNER,
        &Basis::Product,
        wanted.to_owned(),
        format!("{seen} owns {asset}"),
    ))
}

/// The product shows the people with this status: Enabled or Disabled.
/// Example: the product shows "Ada" and "Ben" as Disabled
#[then(expr = "the product shows {people} as {word}")]
async fn shows_as(world: &mut World, people: People, status: String) -> Result<(), Stop> {
    for name in world.cast.names(&people) {
        let user = world.product_user(&name).await?;
        let seen = text(&user, "status").unwrap_or("no status").to_owned();
        if seen != status {
            return Err(world.evidence.broken(
                expectations::PRODUCT_STATUS,
                &Basis::Product,
                status,
                format!("the product shows {name} with {seen}"),
            ));
        }
    }
    Ok(())
}

/// The product shows the account that was noted for the person with this status, whoever else the person is by now.
/// Example: the product shows the noted account of "Ada" as Disabled
#[then(expr = "the product shows the noted account of {string} as {word}")]
async fn shows_noted_as(world: &mut World, name: String, status: String) -> Result<(), Stop> {
    let id = id_text(&noted(world, &name)?).unwrap_or_default();
    let state = world.product_state().await?;
    let user = list(&state, "users").iter().find(|u| text(u, "id") == Some(&id));
    let seen = user.and_then(|u| text(u, "status")).unwrap_or("no such user").to_owned();
    if seen == status {
        return Ok(());
    }
    Err(world.evidence.broken(
        expectations::PRODUCT_STATUS,
        &Basis::Product,
        status,
        format!("the product shows the first account of {name} with {seen}"),
    ))
}

/// The IdP does not manage the account that was noted for the person: to the product they are two people.
/// Example: the new IdP has not found the noted account of "Ada"
#[then(expr = "{idp} has not found the noted account of {string}")]
async fn not_found(world: &mut World, idp: IdpName, name: String) -> Result<(), Stop> {
    let id = id_text(&noted(world, &name)?).unwrap_or_default();
    let key = world.person(&idp, &name).await?;
    let linked = world.player(&idp).await?.idp.links().person(&key).is_some_and(|link| link.id == id);
    if !linked {
        return Ok(());
    }
    let expected = "a link to another account, or none".to_owned();
    Err(world.evidence.broken(
        expectations::PRODUCT_NAMES,
        &Basis::IdpLinks,
        expected,
        format!("{} is linked to the noted account of {name} (id \"{id}\")", idp.0),
    ))
}

/// The product has never seen the person sign in.
/// Example: the product shows no last activity of "Ada"
#[then(expr = "the product shows no last activity of {string}")]
async fn never_active(world: &mut World, name: String) -> Result<(), Stop> {
    judge_activity(world, &name, false).await
}

/// The product shows when the person was last there.
/// Example: the product shows a last activity of "Ada"
#[then(expr = "the product shows a last activity of {string}")]
async fn was_active(world: &mut World, name: String) -> Result<(), Stop> {
    judge_activity(world, &name, true).await
}

async fn judge_activity(world: &mut World, name: &str, wanted: bool) -> Result<(), Stop> {
    let user = world.product_user(name).await?;
    let seen = text(&user, "last_active");
    if seen.is_some() == wanted {
        return Ok(());
    }
    let expected = if wanted { "a last activity" } else { "no last activity" }.to_owned();
    let seen = match seen {
        Some(when) => format!("the product shows {when} as the last activity of {name}"),
        None => format!("the product shows no last activity of {name}"),
    };
    Err(world.evidence.broken(expectations::PRODUCT_STATUS, &Basis::Product, expected, seen))
}

/// The product has so many users under the names and ids the person ever had.
/// Example: the product has 2 users for "Ada"
#[then(expr = "the product has {int} user(s) for {string}")]
async fn users_for(world: &mut World, count: usize, name: String) -> Result<(), Stop> {
    let users = world.product_users(&name).await?;
    if users.len() == count {
        return Ok(());
    }
    let expectation = if count == 0 { expectations::STATE_NO_ACCOUNT } else { expectations::STATE_ONE_ACCOUNT };
    Err(world.evidence.broken(expectation, &Basis::Product, format!("exactly {count}"), seen_users(&users, &name)))
}

/// The noted account is still there under the user name it had, with the e-mail address it had, whatever the IdP sent since.
/// Example: the noted account of "Ada" keeps its user name and e-mail address
#[then(expr = "the noted account of {string} keeps its user name and e-mail address")]
async fn keeps_names(world: &mut World, name: String) -> Result<(), Stop> {
    let before = noted(world, &name)?;
    let id = id_text(&before).unwrap_or_default();
    let accounts = world.accounts_of(&name).await?;
    let now = accounts.iter().find(|u| id_text(u).as_ref() == Some(&id)).cloned();
    let shown = |account: Option<&Value>| {
        account.map_or_else(
            || "no account of that id".to_owned(),
            |a| {
                let emails = member(a, "emails").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
                let emails: Vec<&Value> = emails.iter().filter_map(|e| member(e, "value")).collect();
                format!("userName {}, emails {}", member(a, "userName").unwrap_or(&Value::Null), json!(emails))
            },
        )
    };
    let (wanted, seen) = (shown(Some(&before)), shown(now.as_ref()));
    if wanted == seen {
        return Ok(());
    }
    Err(world.evidence.broken(expectations::PRODUCT_NAMES, &Basis::AllUsers, wanted, seen))
}

/// The IdP has this person in its directory under a user name of another format; nothing is sent.
/// Example: the new IdP knows "Ada" under the user name "ada.king"
#[given(expr = "{idp} knows {string} under the user name {string}")]
async fn knows_as(world: &mut World, idp: IdpName, name: String, new: String) -> Result<(), Stop> {
    let user_name = world.cast.addresses.of(&new);
    let person = world.person(&idp, &name).await?;
    world.cast.alias(&name, &user_name);
    world.happen(&idp, Event::Rename { person, user_name }).await
}

/// A person gets, at this IdP, the user name again under which the account was first provisioned.
/// Example: the new IdP gives "Ada" the first user name back
#[when(expr = "{idp} gives {string} the first user name back")]
async fn first_name_back(world: &mut World, idp: IdpName, name: String) -> Result<(), Stop> {
    let user_name = world.cast.persona(&name).user_name;
    let person = world.person(&idp, &name).await?;
    world.happen(&idp, Event::Rename { person, user_name }).await
}
