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
        format!("{name} (id {})", id_text(a).unwrap_or_else(|| "none".to_owned()))
    });
    match count {
        0 => "no account".to_owned(),
        n => format!("{n} accounts: {}", shown.collect::<Vec<_>>().join(", ")),
    }
}
