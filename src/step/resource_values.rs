//! Values of users and groups that several sentences read, and how findings show them.
//!
//! In: a resource as it was read. Out: texts and ids. Never: a request, or a judgement.

use client::observe::{Resource, id_text, member};
use serde_json::Value;
use std::borrow::Cow;

/// The display name of a group, empty when there is none.
pub(super) fn display_name(group: &Value) -> &str {
    member(group, "displayName").and_then(Value::as_str).unwrap_or_default()
}

/// The ids in a resource's `members`.
pub(super) fn member_ids(group: &Value) -> Vec<String> {
    Resource::of(group).values("members").filter_map(|m| m.key("value")).map(Cow::into_owned).collect()
}

/// Accounts as a finding shows them.
pub(super) fn seen_accounts(count: usize, accounts: &[Value]) -> String {
    let shown = accounts.iter().map(|a| {
        let name = member(a, "userName").and_then(Value::as_str).unwrap_or("no userName");
        match id_text(a) {
            Some(id) => format!("{name} (id \"{id}\")"),
            None => format!("{name} (no id)"),
        }
    });
    match count {
        0 => "no account".to_owned(),
        1 => format!("one account, {}", shown.collect::<String>()),
        n => format!("{n} accounts: {}", shown.collect::<Vec<_>>().join(", ")),
    }
}

/// Groups of one name as a finding shows them.
pub(super) fn seen_groups(count: usize, name: &str) -> String {
    match count {
        0 => format!("there is no group {name}"),
        1 => format!("there is a group {name}"),
        n => format!("there are {n} groups {name}"),
    }
}

/// Most names that a finding lists; of more it says how many.
const NAMED: usize = 5;

/// Names as a finding lists them, no more than it has room for.
fn listed(names: &[String]) -> String {
    let shown = names.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(NAMED) {
        0 => shown,
        left => format!("{shown} and {left} more"),
    }
}

/// The members that a group should have, as a finding expects them.
pub(super) fn wanted_members(names: &[String]) -> String {
    if names.is_empty() { "no members".to_owned() } else { format!("exactly {}", listed(names)) }
}

/// How the members of a group differ from those it should have.
pub(super) fn wrong_members(group: &str, seen: usize, missing: &[String], extra: &[String]) -> String {
    let mut told = format!("{group} has {seen} {}", if seen == 1 { "member" } else { "members" });
    if !missing.is_empty() {
        let are = if missing.len() == 1 { "is" } else { "are" };
        told = format!("{told}; {} {are} missing", listed(missing));
    }
    if !extra.is_empty() {
        told = format!("{told}; {} should not be in it", listed(extra));
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn wrong_members_are_told_by_name_and_counted_where_there_are_many() {
        let names = |n: usize| (1..=n).map(|at| format!("P{at}")).collect::<Vec<_>>();
        assert_eq!(wrong_members("Engineering", 0, &names(1), &[]), "Engineering has 0 members; P1 is missing");
        assert_eq!(
            wrong_members("Engineering", 1, &names(7), &names(2)),
            "Engineering has 1 member; P1, P2, P3, P4, P5 and 2 more are missing; P1, P2 should not be in it"
        );
        assert_eq!((wanted_members(&names(2)), wanted_members(&[])), ("exactly P1, P2".into(), "no members".into()));
    }

    #[test]
    fn accounts_are_told_with_their_ids() {
        let one = json!({ "id": "7", "userName": "ada" });
        assert_eq!(seen_accounts(0, &[]), "no account");
        assert_eq!(seen_accounts(1, std::slice::from_ref(&one)), "one account, ada (id \"7\")");
        assert_eq!(seen_accounts(2, &[one, json!({})]), "2 accounts: ada (id \"7\"), no userName (no id)");
    }
}
