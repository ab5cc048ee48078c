//! What the target holds of groups.

use super::super::basis::Basis;
use super::super::expectations;
use super::super::parameters::People;
use super::super::resource_values::{display_name, member_ids, seen_groups, wanted_members, wrong_members};
use super::super::step_end::Stop;
use super::super::world::World;
use client::observe::{id_text, member};
use cucumber::{given, then, when};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Who should be in a group: the name that the scenario has for each, by the id of the account.
type Wanted = BTreeMap<String, String>;

/// Notes a group as it is now, for later comparison.
/// Example: group "Engineering" is noted
#[given(expr = "group {string} is noted")]
#[when(expr = "group {string} is noted")]
async fn note(world: &mut World, name: String) -> Result<(), Stop> {
    let group = world.group_called(&name).await?;
    world.noted.group = Some(group);
    Ok(())
}

/// The group has exactly these members.
/// Example: group "Engineering" has exactly the members "Ada" and "Ben"
#[then(expr = "group {string} has exactly the member(s) {people}")]
async fn has_exactly(world: &mut World, name: String, people: People) -> Result<(), Stop> {
    let (group, wanted) = group_and_ids(world, &name, &people).await?;
    judge_members(world, &name, &group, &wanted)
}

/// The group has exactly these members and shows none of them twice (RFC 7644 section 3.5.2.1 recommends it).
/// Example: group "Engineering" lists exactly "Ada" and "Ben", each once
#[then(expr = "group {string} lists exactly {people}, each once")]
async fn lists_each_once(world: &mut World, name: String, people: People) -> Result<(), Stop> {
    let (group, wanted) = group_and_ids(world, &name, &people).await?;
    judge_members(world, &name, &group, &wanted)?;
    let shown = member_ids(&group).len();
    if shown == wanted.len() {
        return Ok(());
    }
    let (expected, seen) = (format!("each of the {} once", wanted.len()), format!("{name} lists {shown} members"));
    Err(world.evidence.broken(expectations::STATE_MEMBERS, &Basis::Group, expected, seen))
}

/// The group, and who should be in it.
async fn group_and_ids(world: &mut World, name: &str, people: &People) -> Result<(Value, Wanted), Stop> {
    let group = world.group_called(name).await?;
    world.evidence.needs_attribute("/Groups", "members")?;
    let mut wanted = Wanted::new();
    for person in world.cast.names(people) {
        wanted.insert(id_text(&world.account_of(&person).await?).unwrap_or_default(), person);
    }
    Ok((group, wanted))
}

/// The group exists and has no members.
/// Example: group "Engineering" has no members
#[then(expr = "group {string} has no members")]
async fn has_none(world: &mut World, name: String) -> Result<(), Stop> {
    let group = world.group_called(&name).await?;
    judge_members(world, &name, &group, &Wanted::new())
}

fn judge_members(world: &mut World, name: &str, group: &Value, wanted: &Wanted) -> Result<(), Stop> {
    let seen = member_ids(group);
    let distinct: BTreeSet<&String> = seen.iter().collect();
    // A member shown twice is a member: that the RFC only advises against it is for the check of lists to say.
    if distinct.iter().copied().eq(wanted.keys()) {
        return Ok(());
    }
    let named = |(id, person): (&String, &String)| format!("{person} (id \"{id}\")");
    let missing: Vec<String> = wanted.iter().filter(|(id, _)| !distinct.contains(id)).map(named).collect();
    let others: Vec<String> = world.cast.everybody().into_keys().collect();
    let who = |id: &String| others.iter().find(|other| world.cast.linked_ids(other).contains(id));
    let stranger = "somebody else".to_owned();
    let extra = distinct.into_iter().filter(|id| !wanted.contains_key(*id));
    let extra: Vec<String> = extra.map(|id| named((id, who(id).unwrap_or(&stranger)))).collect();
    let expected = wanted_members(&wanted.iter().map(named).collect::<Vec<_>>());
    let text = wrong_members(name, seen.len(), &missing, &extra);
    Err(world.evidence.broken(expectations::STATE_MEMBERS, &Basis::Group, expected, text))
}

/// Exactly one group of that name exists.
/// Example: there is exactly one group "Engineering"
#[then(expr = "there is exactly one group {string}")]
async fn exactly_one(world: &mut World, name: String) -> Result<(), Stop> {
    world.group_called(&name).await.map(drop)
}

/// No group of that name exists.
/// Example: there is no group "Engineering"
#[then(expr = "there is no group {string}")]
async fn no_group(world: &mut World, name: String) -> Result<(), Stop> {
    let groups = world.groups_called(&name).await?;
    if groups.is_empty() {
        return Ok(());
    }
    let (expected, seen) = ("none".to_owned(), seen_groups(groups.len(), &name));
    Err(world.evidence.broken(expectations::STATE_GROUP_GONE, &Basis::AllGroups, expected, seen))
}

/// The group has the id it had when it was noted, whatever its name is now.
/// Example: group "Platform" keeps its id
#[then(expr = "group {string} keeps its id")]
async fn keeps_id(world: &mut World, name: String) -> Result<(), Stop> {
    judge_id(world, &name, true).await
}

/// The group has another id than when it was noted: it is a new one.
/// Example: group "Engineering" has a new id
#[then(expr = "group {string} has a new id")]
async fn new_id(world: &mut World, name: String) -> Result<(), Stop> {
    judge_id(world, &name, false).await
}

async fn judge_id(world: &mut World, name: &str, same: bool) -> Result<(), Stop> {
    let Some(before) = world.noted.group.as_ref().and_then(id_text) else {
        return Err(world.evidence.misuse("no group was noted in this scenario"));
    };
    let now = id_text(&world.group_called(name).await?).unwrap_or_default();
    if (now == before) == same {
        return Ok(());
    }
    let (expected, seen) = match same {
        true => (format!("the id it had before, \"{before}\""), format!("{name} has the id \"{now}\"")),
        false => ("a new id".to_owned(), format!("{name} has the id of the noted group, \"{now}\"")),
    };
    Err(world.evidence.broken(expectations::STATE_SAME_ID, &Basis::AllGroups, expected, seen))
}

/// No account lists the noted group among its groups.
/// Example: nobody lists the noted group
#[then(expr = "nobody lists the noted group")]
async fn nobody_lists(world: &mut World) -> Result<(), Stop> {
    let Some(group) = world.noted.group.clone() else {
        return Err(world.evidence.misuse("no group was noted in this scenario"));
    };
    let id = id_text(&group).unwrap_or_default();
    let state = world.read_state().await?;
    let lists = |user: &&Value| {
        let groups = member(user, "groups").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        groups.iter().any(|g| member(g, "value").and_then(Value::as_str) == Some(&id))
    };
    match state.users.iter().find(lists) {
        None => Ok(()),
        Some(user) => {
            let who = member(user, "userName").and_then(Value::as_str).unwrap_or("an account").to_owned();
            let seen = format!("{who} still lists the group {}, which is gone", display_name(&group));
            let expected = "nobody in it".to_owned();
            Err(world.evidence.broken(expectations::STATE_GROUP_GONE, &Basis::AllUsers, expected, seen))
        }
    }
}
