//! Groups of the product itself: made, mapped to those of an IdP, renamed, and who is in them.

use super::super::basis::Basis;
use super::super::expectations;
use super::super::parameters::{IdpName, People};
use super::super::product_view::text;
use super::super::resource_values::{wanted_members, wrong_members};
use super::super::step_end::Stop;
use super::super::world::World;
use crate::operator::Action;
use cucumber::{given, then, when};
use std::collections::BTreeSet;

/// The product has a group of its own, which no IdP made.
/// Example: the product has a group "Analysts" of its own
#[given(expr = "the product has a group {string} of its own")]
async fn has_group(world: &mut World, name: String) -> Result<(), Stop> {
    let name = world.cast.group_name(&name);
    world.operate_or_skip(Action::CreateProductGroup { name }).await.map(drop)
}

/// The operator maps a group of the product to a group of an IdP by its name, pushed already or not.
/// Example: the operator has mapped product group "Analysts" to group "Engineering"
/// Example: the operator maps product group "Analysts" to group "Engineering"
#[given(expr = "the operator has mapped product group {string} to group {string}")]
#[when(expr = "the operator maps product group {string} to group {string}")]
async fn maps(world: &mut World, own: String, pushed: String) -> Result<(), Stop> {
    let id = world.product_group_id(&own).await?;
    let display_name = world.cast.group_name(&pushed);
    world.operate_or_skip(Action::MapGroup { id, display_name }).await.map(drop)
}

/// The operator ends the mapping of a group of the product.
/// Example: the operator ends the mapping of product group "Analysts"
#[when(expr = "the operator ends the mapping of product group {string}")]
async fn unmaps(world: &mut World, own: String) -> Result<(), Stop> {
    let id = world.product_group_id(&own).await?;
    world.operate_or_skip(Action::UnmapGroup { id }).await.map(drop)
}

/// The operator renames a group of the product itself.
/// Example: the operator renames product group "Analysts" to "Data team"
#[when(expr = "the operator renames product group {string} to {string}")]
async fn renames(world: &mut World, own: String, new: String) -> Result<(), Stop> {
    let id = world.product_group_id(&own).await?;
    let name = world.cast.group_name(&new);
    world.operate_or_skip(Action::RenameProductGroup { id, name }).await.map(drop)
}

/// The product's own group is there.
/// Example: the product still has its group "Analysts"
#[then(expr = "the product still has its group {string}")]
async fn still_there(world: &mut World, own: String) -> Result<(), Stop> {
    world.product_group(&own).await.map(drop)
}

/// The product's own group has exactly these people.
/// Example: product group "Analysts" has exactly the members "Ada" and "Ben"
#[then(expr = "product group {string} has exactly the member(s) {people}")]
async fn has_exactly(world: &mut World, own: String, people: People) -> Result<(), Stop> {
    let mut wanted = BTreeSet::new();
    for person in world.cast.names(&people) {
        wanted.insert(world.product_name(&person).await?);
    }
    judge_members(world, &own, &wanted).await
}

/// The product's own group is there, and nobody is in it.
/// Example: product group "Analysts" has no members
#[then(expr = "product group {string} has no members")]
async fn has_none(world: &mut World, own: String) -> Result<(), Stop> {
    judge_members(world, &own, &BTreeSet::new()).await
}

async fn judge_members(world: &mut World, own: &str, wanted: &BTreeSet<String>) -> Result<(), Stop> {
    let seen = world.product_members(own).await?;
    if seen == *wanted {
        return Ok(());
    }
    let (missing, extra): (Vec<_>, Vec<_>) =
        (wanted.difference(&seen).cloned().collect(), seen.difference(wanted).cloned().collect());
    let wanted: Vec<String> = wanted.iter().cloned().collect();
    let text = wrong_members(&format!("the product's group {own}"), seen.len(), &missing, &extra);
    Err(world.evidence.broken(expectations::PRODUCT_MEMBERS, &Basis::Product, wanted_members(&wanted), text))
}

/// The product's own group is mapped to the group of an IdP that has this name now.
/// Example: product group "Analysts" is mapped to group "Engineering"
#[then(expr = "product group {string} is mapped to group {string}")]
async fn is_mapped(world: &mut World, own: String, pushed: String) -> Result<(), Stop> {
    let wanted = world.cast.group_name(&pushed);
    judge_mapping(world, &own, Some(&wanted)).await
}

/// The product's own group is mapped to no group of an IdP.
/// Example: product group "Analysts" is not mapped
#[then(expr = "product group {string} is not mapped")]
async fn is_not_mapped(world: &mut World, own: String) -> Result<(), Stop> {
    judge_mapping(world, &own, None).await
}

async fn judge_mapping(world: &mut World, own: &str, wanted: Option<&str>) -> Result<(), Stop> {
    let group = world.product_group(own).await?;
    let seen = text(&group, "mapped_to");
    if seen == wanted {
        return Ok(());
    }
    let expected = wanted.map_or_else(|| "no mapping".to_owned(), |to| format!("a mapping to {to}"));
    let seen = match seen {
        Some(to) => format!("the product's group {own} is mapped to {to}"),
        None => format!("the product's group {own} is not mapped"),
    };
    Err(world.evidence.broken(expectations::PRODUCT_MAPPING, &Basis::Product, expected, seen))
}

/// The product has no group of this name: what an IdP pushed reached nothing.
/// Example: the product has no group "Engineering" of its own
#[then(expr = "the product has no group {string} of its own")]
async fn has_no_group(world: &mut World, name: String) -> Result<(), Stop> {
    let wanted = world.cast.group_name(&name);
    let state = world.product_state().await?;
    if super::super::product_view::list(&state, "product_groups").iter().all(|g| text(g, "name") != Some(&wanted)) {
        return Ok(());
    }
    Err(world.evidence.broken(
        expectations::PRODUCT_MAPPING,
        &Basis::Product,
        "none".to_owned(),
        format!("the product has a group {wanted}"),
    ))
}

/// Every request of the IdP for its groups succeeded and its administrator sees no error, and yet the person is not in the
/// product's group. The report keeps a note of it: nothing else tells anybody.
/// Example: the IdP was told success, and yet "Ada" is not in product group "Analysts"
#[then(expr = "{idp} was told success, and yet {string} is not in product group {string}")]
async fn silently_missing(world: &mut World, idp: IdpName, name: String, own: String) -> Result<(), Stop> {
    let about_groups: Vec<u16> = {
        let sent = world.sent_by(&idp);
        let groups = sent.iter().filter(|e| e.method().writes() && e.request.target.starts_with("/Groups"));
        groups.filter_map(|e| e.status()).collect()
    };
    if about_groups.is_empty() {
        return Err(world.evidence.misuse(format!("{} sent nothing about a group in the last When", idp.0)));
    }
    let trouble = world.player(&idp).await?.report.troubles.first().map(ToString::to_string);
    let refused = about_groups.iter().find(|s| !(200..300).contains(*s)).map(|s| format!("an answer {s}"));
    if let Some(seen) = trouble.or(refused) {
        return Err(world.evidence.broken(
            expectations::PRODUCT_SILENT,
            &Basis::IdpLog,
            "success, and no error".to_owned(),
            seen,
        ));
    }
    let mut names = world.cast.user_names(&name);
    names.extend(world.noted.older_user_names.get(&name).map(|older| older.to_lowercase()));
    let members = world.product_members(&own).await?;
    match members.iter().find(|m| names.contains(&m.to_lowercase())) {
        None => {
            world.evidence.note(format!(
                "{name} is missing in the product's group {own} although every request was answered with success: only a \
                 comparison of who should be a member with who is one shows it"
            ));
            Ok(())
        }
        Some(there) => {
            let expected = format!("{name} missing from it, because the product knows {name} under another name");
            Err(world.evidence.broken(
                expectations::PRODUCT_SILENT,
                &Basis::Product,
                expected,
                format!("{there} is in the product's group {own}"),
            ))
        }
    }
}
