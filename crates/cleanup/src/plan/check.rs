//! What makes a plan contradict itself: each of these is a slip of who edited it, and is refused before anything is sent.

use super::{Action, FORMAT, Item, ObjectType, Plan, VERSION};
use serde_json::Value;
use state::diagnosis as kinds;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Why a plan cannot be carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// It is too large to be read.
    #[error("the plan has {bytes} bytes, more than are read; split it: every part keeps the header")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// It is no YAML, or has other members.
    #[error("the plan cannot be read: {message}{hint}; `scimulate state plan` writes one", hint = near(message))]
    Unreadable {
        /// What is wrong, with the line.
        message: String,
    },
    /// It is something else, or newer than this program.
    #[error("the file is `{format}` of version {version}; this program reads `{FORMAT}` up to version {VERSION}")]
    Foreign {
        /// What it says it is.
        format: String,
        /// Its version.
        version: u32,
    },
    /// Two items, or an item and the header, do not go together.
    #[error("the plan contradicts itself: item {item} {why}; correct it, or delete its line")]
    Contradiction {
        /// The item's number.
        item: u32,
        /// What is wrong with it.
        why: String,
    },
    /// It takes away more than it may.
    #[error(
        "the plan takes away {count} of {total} {what}, more than the {allowed} allowed; if that is meant, raise the limit: \
         `state plan --limit {what}={count}`, or `limits` in the plan"
    )]
    OverLimit {
        /// Users, groups or memberships.
        what: &'static str,
        /// How many.
        count: usize,
        /// How many are allowed.
        allowed: usize,
        /// How many there are.
        total: usize,
    },
    /// It takes something away, and nobody is protected.
    #[error(
        "the plan takes access away, and no account is protected: name an administrator who has to be able to sign in \
         afterwards with `state plan --protect USERNAME`"
    )]
    NobodyProtected,
}

/// For an unknown action: the one that was meant.
fn near(message: &str) -> String {
    let given = message.split_once("unknown variant `").and_then(|(_, rest)| rest.split('`').next());
    let near = given.and_then(|given| scim::nearest(given, Action::ALL.iter().map(|a| a.name())));
    near.map(|name| format!(" (did you mean `{name}`?)")).unwrap_or_default()
}

impl Plan {
    /// Holds the plan to itself.
    ///
    /// # Errors
    /// When items contradict each other or the header, or more is taken away than may be.
    pub fn check(&self) -> Result<(), PlanError> {
        self.each()?;
        self.sequences()?;
        self.guards()
    }

    /// Each item by itself.
    fn each(&self) -> Result<(), PlanError> {
        let mut numbers = HashSet::new();
        for item in &self.items {
            let wrong = |why: &str| Err(PlanError::Contradiction { item: item.number, why: why.to_owned() });
            if !numbers.insert(item.number) {
                return wrong("is there twice");
            }
            if item.id.trim().is_empty() {
                return wrong("has no id");
            }
            let member = matches!(item.action, Action::AddMember | Action::RemoveMember);
            let object = match item.action {
                Action::DeleteGroup | Action::AddMember | Action::RemoveMember => Some(ObjectType::Group),
                Action::ClearLink | Action::SetLink => None,
                _ => Some(ObjectType::User),
            };
            if object.is_some_and(|object| object != item.object) {
                return wrong(&format!("cannot {} a {}", item.action, item.object.name()));
            }
            if member && item.member().is_none_or(|member| member.trim().is_empty()) {
                return wrong("names no member");
            }
            let text = matches!(item.action, Action::SetLink | Action::Rename | Action::SetMail);
            if text && item.after.as_str().is_none_or(|after| after.trim().is_empty()) {
                return wrong("has no text in `after`");
            }
        }
        Ok(())
    }

    /// Items on one object, or one membership, have to follow from each other and to lead somewhere.
    fn sequences(&self) -> Result<(), PlanError> {
        let mut deleted: HashMap<&str, u32> = HashMap::new();
        let mut chains: BTreeMap<(&str, &str), Vec<&Item>> = BTreeMap::new();
        for item in &self.items {
            let touched = [Some(item.id.as_str()), item.member().filter(|_| item.action == Action::AddMember)];
            if let Some(before) = touched.into_iter().flatten().find_map(|id| deleted.get(id)) {
                let why = format!("needs an object that item {before} deletes");
                return Err(PlanError::Contradiction { item: item.number, why });
            }
            if item.action.deletes() {
                deleted.insert(&item.id, item.number);
            }
            let of = match item.action {
                Action::ClearLink | Action::SetLink => "externalId",
                Action::Rename => "userName",
                Action::SetMail => "mail",
                Action::Activate | Action::Deactivate => "active",
                Action::AddMember | Action::RemoveMember => item.member().unwrap_or_default(),
                Action::DeleteUser | Action::DeleteGroup => continue,
            };
            chains.entry((&item.id, of)).or_default().push(item);
        }
        chains.into_values().try_for_each(|chain| follows(&chain))
    }

    /// Nobody loses what the header says they keep.
    fn guards(&self) -> Result<(), PlanError> {
        for item in &self.items {
            let named = |all: &BTreeMap<String, String>| all.contains_key(&item.id);
            let why = match item.action {
                action if action.deletes() && named(&self.kept) => "deletes what was chosen to stay (`kept`)",
                // The account of somebody who has left stays, and nobody signs in to it.
                Action::Deactivate if named(&self.kept) && item.reason == kinds::TWO_ACCOUNTS.id => {
                    "deactivates what was chosen to stay (`kept`)"
                }
                Action::AddMember | Action::RemoveMember => {
                    let of_group = named(&self.protected);
                    let of_member = item.member().is_some_and(|member| self.protected.contains_key(member));
                    if item.action == Action::RemoveMember && (of_group || of_member) {
                        "takes a membership from what is protected"
                    } else {
                        continue;
                    }
                }
                _ if named(&self.protected) => "changes what is protected (`protected`)",
                action if action.deletes() && !self.state.complete => {
                    "deletes, and the state was not read completely: who looks superfluous may not be"
                }
                _ => continue,
            };
            return Err(PlanError::Contradiction { item: item.number, why: why.to_owned() });
        }
        if self.protected.is_empty() && self.items.iter().any(|item| item.action.takes_away()) {
            return Err(PlanError::NobodyProtected);
        }
        match self.limits.exceeded_by(self).into_iter().next() {
            Some((what, count, allowed, total)) => Err(PlanError::OverLimit { what, count, allowed, total }),
            None => Ok(()),
        }
    }
}

/// Each item begins where the one before it ended, and the last does not end where the first began.
fn follows(chain: &[&Item]) -> Result<(), PlanError> {
    let wrong = |item: &Item, why: String| Err(PlanError::Contradiction { item: item.number, why });
    for pair in chain.windows(2) {
        if pair[0].after != pair[1].before {
            let (first, second) = (pair[0].number, &pair[1].before);
            let why = format!("expects {second} where item {first} has left {}", pair[0].after);
            return wrong(pair[1], why);
        }
    }
    match chain {
        [first, .., last] if first.before == last.after => {
            wrong(last, format!("undoes what item {} does", first.number))
        }
        [only] if only.before == only.after && only.before != Value::Null => {
            wrong(only, "changes nothing: `before` and `after` are the same".to_owned())
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{item, plan};
    use serde_json::json;

    fn refused(items: Vec<Item>) -> String {
        plan(items).check().unwrap_err().to_string()
    }

    #[test]
    fn a_value_may_be_freed_and_given_again() {
        let swap = vec![
            item(1, Action::ClearLink, "u1", json!("b"), json!(null)),
            item(2, Action::ClearLink, "u2", json!("a"), json!(null)),
            item(3, Action::SetLink, "u1", json!(null), json!("a")),
            item(4, Action::SetLink, "u2", json!(null), json!("b")),
        ];
        plan(swap).check().unwrap();
    }

    #[test]
    fn slips_of_who_edits_are_told_by_the_item() {
        let off = item(1, Action::Deactivate, "u1", json!(true), json!(false));
        let on = item(2, Action::Activate, "u1", json!(false), json!(true));
        assert!(refused(vec![off.clone(), on]).contains("item 2 undoes what item 1 does"));
        assert!(refused(vec![off.clone(), off.clone()]).contains("item 1 is there twice"));
        let add = item(1, Action::AddMember, "g1", json!(null), json!("u1"));
        let take = item(2, Action::RemoveMember, "g1", json!("u1"), json!(null));
        assert!(refused(vec![add, take.clone()]).contains("item 2 undoes what item 1 does"));
        let gone = item(1, Action::DeleteUser, "u1", json!(null), json!(null));
        let late = item(2, Action::SetLink, "u1", json!(null), json!("e"));
        assert!(refused(vec![gone.clone(), late]).contains("item 2 needs an object that item 1 deletes"));
        let into = item(2, Action::AddMember, "g1", json!(null), json!("u1"));
        assert!(refused(vec![gone, into]).contains("item 2 needs an object that item 1 deletes"));
        let first = item(1, Action::SetLink, "u1", json!("a"), json!("b"));
        let other = item(2, Action::SetLink, "u1", json!("x"), json!("c"));
        assert!(refused(vec![first, other]).contains("item 2 expects \"x\" where item 1 has left \"b\""));
        let mut strange = off;
        strange.object = ObjectType::Group;
        assert!(refused(vec![strange]).contains("cannot deactivate a group"));
        assert!(refused(vec![item(1, Action::Rename, "u1", json!("a"), json!(" "))]).contains("no text in `after`"));
        let mut bare = take;
        bare.before = json!(null);
        assert!(refused(vec![bare]).contains("names no member"));
    }

    #[test]
    fn who_is_kept_or_protected_loses_nothing() {
        let kept = |items| {
            let mut plan = plan(items);
            plan.kept.insert("u1".into(), "ada".into());
            plan.check().unwrap_err().to_string()
        };
        assert!(kept(vec![item(1, Action::DeleteUser, "u1", json!(null), json!(null))]).contains("chosen to stay"));
        assert!(kept(vec![item(1, Action::Deactivate, "u1", json!(true), json!(false))]).contains("chosen to stay"));
        for (action, before, after) in [
            (Action::Deactivate, json!(true), json!(false)),
            (Action::Rename, json!("root"), json!("toor")),
            (Action::ClearLink, json!("e"), json!(null)),
        ] {
            assert!(refused(vec![item(1, action, "root", before, after)]).contains("protected"), "{action}");
        }
        assert!(refused(vec![item(1, Action::RemoveMember, "g1", json!("root"), json!(null))]).contains("protected"));
        plan(vec![item(1, Action::AddMember, "g1", json!(null), json!("root"))]).check().unwrap();
    }

    #[test]
    fn guards_fail_closed() {
        let off = || vec![item(1, Action::Deactivate, "u1", json!(true), json!(false))];
        let mut nobody = plan(off());
        nobody.protected.clear();
        assert_eq!(nobody.check(), Err(PlanError::NobodyProtected));
        let mut partly = plan(vec![item(1, Action::DeleteUser, "u1", json!(null), json!(null))]);
        partly.state.complete = false;
        assert!(partly.check().unwrap_err().to_string().contains("not read completely"));
        let mut tight = plan(off());
        tight.limits.users = "0".parse().unwrap();
        let error = tight.check().unwrap_err().to_string();
        assert!(error.contains("1 of 20 users") && error.contains("--limit users=1"), "{error}");
        tight.limits.users = "5%".parse().unwrap();
        tight.check().unwrap();
    }
}
