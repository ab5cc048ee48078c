//! From wishes to items in an order that can be carried out: a value is freed before somebody else gets it, a membership moves
//! before its account goes, and what is deleted is deleted last.

use super::draft::{Draft, Reason, UserWish, Wish, id, link, name};
use crate::mark::mark;
use crate::plan::{Action, Item, Left, ObjectType};
use client::observe::{Resource, member};
use serde_json::Value;
use state::{KINDS, address, fold};
use std::collections::{BTreeMap, HashMap};

/// When an item's turn comes within its case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    Clear,
    FreeName,
    Link,
    Activate,
    Join,
    Mail,
    Leave,
    Deactivate,
    DeleteUser,
    DeleteGroup,
    Name,
}

/// An item before it has a number.
struct Step {
    phase: Phase,
    item: Item,
}

/// What is to be done, and what comes with it.
pub(super) struct Ordered {
    /// The items in their order.
    pub(super) items: Vec<Item>,
    /// Who stays.
    pub(super) kept: BTreeMap<String, String>,
    /// What is left.
    pub(super) left: Vec<Left>,
    /// Items that a target would refuse, because their object lacks its name, and those that must not be done without them.
    pub(super) refused: Vec<Item>,
}

/// Puts everything in its order.
pub(super) fn items(mut draft: Draft<'_>) -> Ordered {
    let mut cases = Cases::default();
    for all in &draft.together {
        all.windows(2).for_each(|pair| cases.join(&pair[0], &pair[1]));
    }
    let mut steps = Vec::new();
    users(&draft, &mut steps, &mut cases);
    groups(&draft, &mut steps);
    let rank = |item: &Item| KINDS.iter().position(|k| k.id == item.reason).unwrap_or(KINDS.len());
    let deleted = |id: &str| draft.group_wishes.get(id).is_some_and(|wish| wish.delete.is_some());
    let mut by_case: BTreeMap<String, Vec<Step>> = BTreeMap::new();
    for step in steps {
        let key = match step.item.member() {
            // What moves with an account or a group belongs to its case.
            Some(member) if step.item.reason == "two-accounts" || deleted(member) => cases.of(member),
            _ => cases.of(&step.item.id),
        };
        by_case.entry(key).or_default().push(step);
    }
    let mut refused = Vec::new();
    for case in by_case.values_mut() {
        without_nameless(&draft, case, &mut refused);
    }
    let mut ordered: Vec<Vec<Step>> = by_case.into_values().filter(|case| !case.is_empty()).collect();
    for case in &mut ordered {
        case.sort_by(|a, b| (a.phase, &a.item.name).cmp(&(b.phase, &b.item.name)));
    }
    // By name, as a person reads it: ids are the target's, and say nothing.
    let first = |case: &[Step]| {
        case.iter().map(|step| (rank(&step.item), step.item.name.to_lowercase(), step.item.id.clone())).min()
    };
    ordered.sort_by_cached_key(|case| first(case));
    let mut items = Vec::new();
    for (case, steps) in (1..).zip(ordered) {
        for step in steps {
            let number = u32::try_from(items.len() + 1).unwrap_or(u32::MAX);
            items.push(Item { number, case, ..step.item });
        }
    }
    Ordered { items, kept: std::mem::take(&mut draft.kept), left: std::mem::take(&mut draft.left), refused }
}

/// Takes out of a case what targets refuse: a change to an object without its userName or displayName, which both are required
/// (RFC 7643 sections 4.1.1 and 4.2). In the same case nothing is deleted then, as its membership could not move, and no value is given
/// out that could not be freed.
fn without_nameless(draft: &Draft<'_>, case: &mut Vec<Step>, refused: &mut Vec<Item>) {
    let nameless = |item: &Item| {
        let (all, name) = match item.object {
            ObjectType::User => (&draft.users, "userName"),
            ObjectType::Group => (&draft.groups, "displayName"),
        };
        all.get(&item.id).is_some_and(|r| Resource::of(r).text(name).is_none_or(|name| name.trim().is_empty()))
    };
    if !case.iter().any(|step| nameless(&step.item) && !step.item.action.deletes()) {
        return;
    }
    let waits = |item: &Item| item.action.deletes() || matches!(item.action, Action::SetLink | Action::Rename);
    let (out, stay) = std::mem::take(case).into_iter().partition(|s| nameless(&s.item) || waits(&s.item));
    *case = stay;
    refused.extend(Vec::into_iter(out).map(|step: Step| step.item));
}

fn step(phase: Phase, action: Action, of: (ObjectType, &Value), (before, after): (Value, Value), why: &Reason) -> Step {
    let (object, resource) = of;
    let item = Item {
        number: 0,
        case: 0,
        action,
        object,
        id: id(resource),
        name: name(resource),
        before,
        after,
        reason: why.kind.to_owned(),
        why: why.why.clone(),
        risk: action.risk(),
        reversible: action.reversible(),
        mark: mark(object, resource),
    };
    Step { phase, item }
}

/// The externalId of an object: freed first where it is another's to come, then set.
fn links(of: (ObjectType, &Value), wish: &Wish<Option<String>>, frees: Option<&Reason>, steps: &mut Vec<Step>) {
    let raw = member(of.1, "externalId").cloned().unwrap_or(Value::Null);
    let Some((wanted, why)) = wish else {
        // What belongs to somebody else goes, even where nobody knows what belongs here.
        steps.extend(frees.map(|why| step(Phase::Clear, Action::ClearLink, of, (raw, Value::Null), why)));
        return;
    };
    let after = wanted.clone().map_or(Value::Null, Value::from);
    if raw == after {
        return;
    }
    let clears = !raw.is_null() && (frees.is_some() || wanted.is_none());
    if clears {
        steps.push(step(Phase::Clear, Action::ClearLink, of, (raw.clone(), Value::Null), why));
    }
    if wanted.is_some() {
        let before = if clears { Value::Null } else { raw };
        steps.push(step(Phase::Link, Action::SetLink, of, (before, after), why));
    }
}

fn users(draft: &Draft<'_>, steps: &mut Vec<Step>, cases: &mut Cases) {
    let mut wishes = draft.user_wishes.clone();
    // Who holds what somebody else is to get.
    let mut holders: HashMap<String, &Value> = HashMap::new();
    for user in &draft.state.users {
        link(user).map(|link| holders.insert(format!("link {link}"), user));
        holders.insert(format!("name {}", fold(&name(user))), user);
    }
    let mut frees_link: HashMap<String, Reason> = HashMap::new();
    let mut frees_name: HashMap<String, Reason> = HashMap::new();
    for (own, wish) in &draft.user_wishes {
        let wanted_link = wish.link.as_ref().and_then(|(link, why)| Some((format!("link {}", link.as_ref()?), why)));
        let wanted_name = wish.user_name.as_ref().map(|(name, why)| (format!("name {}", fold(name)), why));
        for (wanted, frees) in [(wanted_link, &mut frees_link), (wanted_name, &mut frees_name)] {
            let Some((key, why)) = wanted else { continue };
            let Some(holder) = holders.get(&key).map(|holder| id(holder)) else { continue };
            // What a protected account holds stays; the target says what it thinks of that.
            if holder != *own && !draft.protected.contains_key(&holder) {
                cases.join(own, &holder);
                wishes.entry(holder.clone()).or_default();
                frees.insert(holder, why.clone());
            }
        }
    }
    for (own, wish) in &wishes {
        let Some(user) = draft.users.get(own).copied() else { continue };
        let of = (ObjectType::User, user);
        links(of, &wish.link, frees_link.get(own), steps);
        names(user, wish, frees_name.get(own), steps);
        if let Some((mail, why)) = &wish.mail {
            let before = address(user).map_or(Value::Null, Value::from);
            steps.push(step(Phase::Mail, Action::SetMail, of, (before, mail.clone().into()), why));
        }
        if let Some((wanted, why)) = &wish.active {
            let before = member(user, "active").cloned().unwrap_or(Value::Null);
            let (phase, action) =
                if *wanted { (Phase::Activate, Action::Activate) } else { (Phase::Deactivate, Action::Deactivate) };
            if before != Value::Bool(*wanted) {
                steps.push(step(phase, action, of, (before, Value::Bool(*wanted)), why));
            }
        }
        if let Some(why) = &wish.delete {
            steps.push(step(Phase::DeleteUser, Action::DeleteUser, of, (Value::Null, Value::Null), why));
        }
    }
}

/// The userName: where somebody else is to get it, the holder first takes one that nobody has. One that is deleted is gone before
/// the name is given away.
fn names(user: &Value, wish: &UserWish, frees: Option<&Reason>, steps: &mut Vec<Step>) {
    let before = name(user);
    let free = |word: &str| format!("{word}-{}-{before}", id(user).chars().take(8).collect::<String>());
    let frees = frees.filter(|_| wish.delete.is_none());
    match (&wish.user_name, frees) {
        (None, None) => {}
        (None, Some(why)) => {
            let change = (before.clone().into(), free("retired").into());
            steps.push(step(Phase::FreeName, Action::Rename, (ObjectType::User, user), change, why));
        }
        (Some((wanted, why)), None) => {
            let change = (before.into(), wanted.clone().into());
            steps.push(step(Phase::Name, Action::Rename, (ObjectType::User, user), change, why));
        }
        (Some((wanted, why)), Some(_)) => {
            let between = free("moving");
            let change = (before.clone().into(), between.clone().into());
            steps.push(step(Phase::FreeName, Action::Rename, (ObjectType::User, user), change, why));
            let change = (between.into(), wanted.clone().into());
            steps.push(step(Phase::Name, Action::Rename, (ObjectType::User, user), change, why));
        }
    }
}

fn groups(draft: &Draft<'_>, steps: &mut Vec<Step>) {
    for (own, wish) in &draft.group_wishes {
        let Some(group) = draft.groups.get(own).copied() else { continue };
        let of = (ObjectType::Group, group);
        links(of, &wish.link, None, steps);
        let listed: Vec<String> = super::draft::members(group).collect();
        for (member, (comes, why)) in &wish.members {
            let there = listed.contains(member);
            // Somebody who is deactivated in this plan does not join.
            let leaves = draft.user_wishes.get(member).and_then(|w| w.active.as_ref()).is_some_and(|(on, _)| !on);
            let spared = draft.protected.contains_key(own) || draft.protected.contains_key(member);
            match (*comes, there) {
                (true, false) if !leaves && wish.delete.is_none() => {
                    let change = (Value::Null, member.clone().into());
                    steps.push(step(Phase::Join, Action::AddMember, of, change, why));
                }
                (false, true) if !spared && (wish.delete.is_none() || draft.gives_way.contains_key(member)) => {
                    let change = (member.clone().into(), Value::Null);
                    steps.push(step(Phase::Leave, Action::RemoveMember, of, change, why));
                }
                _ => {}
            }
        }
        if let Some(why) = &wish.delete {
            steps.push(step(Phase::DeleteGroup, Action::DeleteGroup, of, (Value::Null, Value::Null), why));
        }
    }
}

/// Which objects belong to one case.
#[derive(Default)]
struct Cases(HashMap<String, String>);

impl Cases {
    /// The object that stands for the case.
    fn of(&self, id: &str) -> String {
        let mut at = id;
        while let Some(up) = self.0.get(at).filter(|up| *up != at) {
            at = up;
        }
        at.to_owned()
    }

    fn join(&mut self, one: &str, other: &str) {
        let (one, other) = (self.of(one), self.of(other));
        if one != other {
            self.0.insert(one, other);
        }
    }
}
