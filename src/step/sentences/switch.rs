//! A switch from one IdP to another: how it begins, what only a switch has, and the oracle of its end.

use super::super::basis::Basis;
use super::super::cast::Player;
use super::super::expectations;
use super::super::parameters::{IdpName, People};
use super::super::step_end::Stop;
use super::super::world::World;
use cucumber::gherkin::Step;
use cucumber::{Parameter, given, then, when};
use directory::{Change, Person};
use idp::{Event, Kind};
use judge::verdict::OutcomeKind;
use state::TenantState;
use state::switch::{DamageKind, GroupBeforeAndAfter, IdpRecord, PersonBeforeAndAfter, Switch, judge};
use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

/// Kinds of damage as a sentence lists them.
#[derive(Debug, Clone, PartialEq, Eq, Parameter)]
#[param(name = "damage", regex = "[A-Za-z-]+(?: [A-Za-z-]+)*(?:, [A-Za-z-]+(?: [A-Za-z-]+)*)*")]
struct Listed(String);

impl FromStr for Listed {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.to_owned()))
    }
}

/// The target is noted as it is now: what the end of the switch is held against.
/// Example: the switch begins
#[given(expr = "the switch begins")]
async fn begins(world: &mut World) -> Result<(), Stop> {
    let state = world.read_state().await?;
    world.noted.before_switch =
        Some(TenantState { users: state.users, groups: state.groups, complete: true, ..TenantState::default() });
    Ok(())
}

/// A group with these people is in the IdP's directory, not pushed yet.
/// Example: the new IdP knows group "Crew" with "Ada" and "Joe"
#[given(expr = "{idp} knows group {string} with {people}")]
async fn knows_group(world: &mut World, idp: IdpName, name: String, people: People) -> Result<(), Stop> {
    let group = world.group(&idp, &name).await?;
    let members: Vec<String> = world.crowd(&idp, &people).await?.into_iter().map(|(_, key)| key).collect();
    let added = world.player(&idp).await?.idp.directory_mut().add_members(&group, &members);
    added.map_err(|e| world.evidence.misuse(e.to_string()))
}

/// The IdP's administrator types in the token that another IdP uses already.
/// Example: the new IdP uses the token of the old IdP
#[given(expr = "{idp} uses the token of {idp}")]
async fn shares_token(world: &mut World, idp: IdpName, other: IdpName) -> Result<(), Stop> {
    let lender = world.player(&other).await?;
    let (client, token) = (lender.idp.client().clone(), lender.token.clone());
    let player = world.player(&idp).await?;
    let own = player.idp.client();
    let shared = client.named(own.actor().clone()).with_base(own.base().clone());
    player.idp.set_client(shared);
    player.token = token;
    Ok(())
}

/// The IdP's directory has another user name for the people. In the pattern, `{local}` and `{domain}` are what stands before
/// and after the @ of the user name they have, `{LOCAL}` is in capitals, and `\u00e9` is the character of that number.
/// Example: the new IdP has the user name "{local}@new.example" for "Ada" and "Joe"
#[given(expr = "{idp} has the user name {string} for {people}")]
async fn spells(world: &mut World, idp: IdpName, pattern: String, people: People) -> Result<(), Stop> {
    for (name, person, user_name) in respelt(world, &idp, &pattern, &people).await? {
        world.cast.alias(&name, &user_name);
        let change = Change::UserName(user_name);
        let changed = world.player(&idp).await?.idp.directory_mut().change(&person, change);
        changed.map_err(|e| world.evidence.misuse(e.to_string()))?;
    }
    Ok(())
}

/// The IdP renames the people, one after the other, by a pattern (see "has the user name").
/// Example: the old IdP renames "Ada" and "Lea" by the pattern "{local}@new.example"
#[when(expr = "{idp} renames {people} by the pattern {string}")]
async fn renames_by(world: &mut World, idp: IdpName, people: People, pattern: String) -> Result<(), Stop> {
    for (name, person, user_name) in respelt(world, &idp, &pattern, &people).await? {
        world.cast.alias(&name, &user_name);
        world.happen(&idp, Event::Rename { person, user_name }).await?;
    }
    Ok(())
}

/// A group has another name in the IdP's directory; `{name}` in the pattern is the one it had.
/// Example: the new IdP writes the name of group "Crew" as "{name} "
#[given(expr = "{idp} writes the name of group {string} as {string}")]
async fn spells_group(world: &mut World, idp: IdpName, name: String, pattern: String) -> Result<(), Stop> {
    let group = world.group(&idp, &name).await?;
    let written = pattern.replace("{name}", &world.cast.group_name(&name));
    let renamed = world.player(&idp).await?.idp.directory_mut().rename_group(&group, &written);
    renamed.map_err(|e| world.evidence.misuse(e.to_string()))
}

/// The administrator links each group of the directory to the group of that name on the target (Okta: import, then link).
/// Example: the new IdP links its groups to those of the target
#[when(expr = "{idp} links its groups to those of the target")]
async fn links_groups(world: &mut World, idp: IdpName) -> Result<(), Stop> {
    world.happen(&idp, Event::Import).await?;
    let groups: Vec<String> = world.player(&idp).await?.groups.values().cloned().collect();
    for group in groups {
        world.happen(&idp, Event::LinkGroup { group }).await?;
    }
    Ok(())
}

/// The first cycle: everybody and every group in the IdP's directory is provisioned. A group linked before is not pushed anew.
/// Example: the new IdP provisions everybody and every group that it knows
#[when(expr = "{idp} provisions everybody and every group that it knows")]
async fn first_cycle(world: &mut World, idp: IdpName) -> Result<(), Stop> {
    for (_, person) in world.crowd(&idp, &People::Everybody).await? {
        world.happen_now(&idp, Event::Assign { person }).await?;
    }
    let player = world.player(&idp).await?;
    let groups: Vec<String> =
        player.groups.values().filter(|key| player.idp.links().group(key).is_none()).cloned().collect();
    for group in groups {
        world.happen_now(&idp, Event::PushGroup { group }).await?;
    }
    world.settle(&idp).await
}

/// The switch has done no damage: one account for each person, linked to the new IdP and to no other; groups as in the new
/// directory; no access for whoever it does not have; local accounts as before.
/// Example: the switch is clean
#[then(expr = "the switch is clean")]
async fn clean(world: &mut World) -> Result<(), Stop> {
    judge_switch(world, "none").await
}

/// The switch has done this damage, and no other kind; "none" for none.
/// Example: the switch has done this damage: second account, ghost group
#[then(expr = "the switch has done this damage: {damage}")]
async fn damaged(world: &mut World, damage: Listed) -> Result<(), Stop> {
    judge_switch(world, &damage.0).await
}

/// The switch has done the damage that the table has for this pair of IdPs, and no other kind. Columns: from, to (a family such
/// as okta, or a mode such as okta/custom; several with commas), damage.
/// Example: the switch has done this damage, by pair of IdPs:
#[then(expr = "the switch has done this damage, by pair of IdPs:")]
async fn damaged_by_pair(world: &mut World, step: &Step) -> Result<(), Stop> {
    let old = player(world, OLD)?.idp.kind();
    let new = player(world, NEW)?.idp.kind();
    let rows = step.table.as_ref().map(|t| t.rows.as_slice()).unwrap_or_default();
    let mut fitting = Vec::new();
    for row in rows.iter().skip(1) {
        let [from, to, damage] = row.as_slice() else {
            return Err(world.evidence.misuse("the table has the columns from, to and damage"));
        };
        if kinds(world, from)?.contains(&old) && kinds(world, to)?.contains(&new) {
            fitting.push(damage.clone());
        }
    }
    match fitting.as_slice() {
        [damage] => judge_switch(world, damage).await,
        several => {
            let pair = format!("{} -> {}", old.id(), new.id());
            Err(world
                .evidence
                .misuse(format!("{} rows of the table are about {pair}; there should be one", several.len())))
        }
    }
}

fn kinds(world: &mut World, cell: &str) -> Result<Vec<Kind>, Stop> {
    let mut found = Vec::new();
    for name in cell.split(',') {
        found.extend(Kind::select(name).map_err(|e| world.evidence.misuse(e.to_string()))?);
    }
    Ok(found)
}

/// Holds the end of the switch against the damage expected.
async fn judge_switch(world: &mut World, expected: &str) -> Result<(), Stop> {
    let wanted = damages(world, expected)?;
    let before = before(world)?;
    let (people, groups) = (people(world)?, groups(world)?);
    let troubles: Vec<String> = player(world, NEW)?.report.troubles.iter().map(ToString::to_string).collect();
    let after = world.read_state().await?;
    let switch = Switch { before: &before, after: &after, people: &people, groups: &groups, troubles: &troubles };
    let harms = judge(&switch);
    let seen: BTreeSet<DamageKind> = harms.iter().map(|h| h.damage).collect();
    if seen == wanted {
        return Ok(());
    }
    if seen.is_subset(&wanted) && !world.site.session.ours_and_faultless {
        let spared: Vec<&str> = wanted.difference(&seen).map(|damage| damage.name()).collect();
        let why = format!("this target is safe from what a switch in this order can do: no {}", spared.join(", no "));
        return Err(world.evidence.stop(OutcomeKind::Skipped, why));
    }
    let unexpected = harms.iter().filter(|h| !wanted.contains(&h.damage));
    let mut told: Vec<String> = unexpected.map(|h| format!("{}: {}", h.damage.name(), h.text)).collect();
    told.extend(wanted.difference(&seen).map(|damage| format!("no {}, although it was expected", damage.name())));
    let expected = match listed(&wanted).as_str() {
        "none" => "one account for everybody, linked to the new IdP".to_owned(),
        list => format!("only what switching in this order does to a sound server: {list}"),
    };
    Err(world.evidence.broken(expectations::STATE_SWITCH, &Basis::Everything, expected, told.join("; ")))
}

fn listed(damages: &BTreeSet<DamageKind>) -> String {
    let names: Vec<&str> = damages.iter().map(|d| d.name()).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

fn damages(world: &mut World, list: &str) -> Result<BTreeSet<DamageKind>, Stop> {
    if list.trim() == "none" {
        return Ok(BTreeSet::new());
    }
    let mut found = BTreeSet::new();
    for name in list.split(',').map(str::trim) {
        let Some(damage) = DamageKind::named(name) else {
            let known = listed(&DamageKind::ALL.iter().copied().collect());
            return Err(world.evidence.misuse(format!("no damage is called \"{name}\"; there are: {known}")));
        };
        found.insert(damage);
    }
    Ok(found)
}

const OLD: &str = "the old IdP";
const NEW: &str = "the new IdP";

fn player<'a>(world: &'a mut World, role: &str) -> Result<&'a Player, Stop> {
    if !world.cast.players.contains_key(&IdpName(role.to_owned())) {
        return Err(world.evidence.misuse(format!("{role} plays no part in this scenario")));
    }
    world.cast.players.get(&IdpName(role.to_owned())).ok_or_else(Stop::marker)
}

fn before(world: &mut World) -> Result<TenantState, Stop> {
    let noted = world.noted.before_switch.clone();
    noted.ok_or_else(|| world.evidence.misuse("the scenario does not say where the switch begins"))
}

/// What both directories say of each person. Whoever the old IdP has erased is still somebody it knew.
fn people(world: &mut World) -> Result<Vec<PersonBeforeAndAfter>, Stop> {
    let persons = world.cast.everybody();
    let mut found = Vec::new();
    for (name, persona) in &persons {
        let claim = |player: &Player, knows_erased: bool| {
            let key = player.people.get(name)?;
            let there = player.idp.directory().person(key);
            (there.is_some() || knows_erased).then(|| IdpRecord {
                external_id: player
                    .idp
                    .external_id_of(there.unwrap_or(&Person { key: key.clone(), ..persona.clone() })),
                link: player.idp.links().person(key).map(|l| l.id.clone()),
                active: there.is_some_and(|p| p.active && !p.deleted),
            })
        };
        let (old, new) = (claim(player(world, OLD)?, true), claim(player(world, NEW)?, false));
        found.push(PersonBeforeAndAfter { name: name.clone(), user_names: world.cast.user_names(name), old, new });
    }
    Ok(found)
}

/// What both directories say of each group.
fn groups(world: &mut World) -> Result<Vec<GroupBeforeAndAfter>, Stop> {
    let mut found: BTreeMap<String, GroupBeforeAndAfter> = BTreeMap::new();
    for role in [OLD, NEW] {
        let player = player(world, role)?;
        for (name, key) in &player.groups {
            let Some(group) = player.idp.directory().group(key) else { continue };
            let link = player.idp.links().group(key).map(|l| l.id.clone());
            let claim = IdpRecord { external_id: key.clone(), link, active: true };
            let team = found.entry(name.clone()).or_default();
            team.name.clone_from(&group.name);
            if role == OLD {
                team.old = Some(claim);
            } else {
                team.new = Some(claim);
                let has = |(name, key): (&String, &String)| group.members.contains(key).then(|| name.clone());
                team.members = player.people.iter().filter_map(has).collect();
            }
        }
    }
    Ok(found.into_values().collect())
}

/// The people with their keys and the user names the pattern gives them.
async fn respelt(
    world: &mut World,
    idp: &IdpName,
    pattern: &str,
    people: &People,
) -> Result<Vec<(String, String, String)>, Stop> {
    let pattern = characters(pattern);
    let mut found = Vec::new();
    for (name, key) in world.crowd(idp, people).await? {
        let player = world.player(idp).await?;
        let now = player.idp.directory().person(&key).map(|p| p.user_name.clone()).unwrap_or_default();
        let (local, domain) = now.split_once('@').unwrap_or((&now, ""));
        let written =
            pattern.replace("{local}", local).replace("{LOCAL}", &local.to_uppercase()).replace("{domain}", domain);
        found.push((name, key, written));
    }
    Ok(found)
}

/// A pattern with `\u00e9` read as the character of that number.
fn characters(pattern: &str) -> String {
    let mut parts = pattern.split("\\u");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let character = part.get(..4).and_then(|hex| u32::from_str_radix(hex, 16).ok()).and_then(char::from_u32);
        match character {
            Some(character) => {
                text.push(character);
                text.push_str(&part[4..]);
            }
            None => {
                text.push_str("\\u");
                text.push_str(part);
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_may_name_characters_by_number() {
        assert_eq!(characters("ren\\u00e9.{local}"), "ren\u{e9}.{local}");
        assert_eq!(characters("EXT\\{local}"), "EXT\\{local}");
        assert_eq!(characters("\\u12"), "\\u12");
    }

    #[test]
    fn every_damage_can_stand_in_a_sentence() {
        let regex = cucumber::codegen::Regex::new(&format!("^(?:{})$", Listed::REGEX)).unwrap();
        let all = listed(&DamageKind::ALL.iter().copied().collect());
        assert!(regex.is_match(&all) && regex.is_match("none"), "{all}");
        assert!(!regex.is_match("old link; ghost group"));
    }
}
