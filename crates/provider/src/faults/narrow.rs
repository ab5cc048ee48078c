//! One lawful way of writing taken for the only one, and what a request does not speak of lost with it.

use super::layer::{Layer, parameter};
use super::names::FaultName as F;
use super::sent::{is_op, operations, path, speaks_of};
use crate::service::{Done, Method};
use crate::store::UserRow;
use scim::error::ScimError;
use serde_json::{Value, json};

/// What a careless update of a user empties.
const EMPTIED: &[&str] = &["roles", "entitlements", "photos", "addresses"];

impl Layer<'_> {
    /// Refuses what is written in a lawful way that a narrow server does not know.
    pub(super) fn refuse_narrowly(&self, body: &Value) -> Done<()> {
        let patch = self.method_is(Method::Patch);
        let wrong = |why: &str| Err(ScimError::invalid_value(why).into());
        let title_case = |op: &&str| op.starts_with(|c: char| c.is_ascii_uppercase());
        let op = operations(body).iter().map(|o| text_of(o, "op")).find(title_case);
        if let Some(op) = op.filter(|_| patch && self.has(F::TitleCaseOpRefused)) {
            return wrong(&format!("unknown op {op}"));
        }
        let written: Value = serde_json::from_slice(&self.asked.body).unwrap_or_default();
        let keys = written.as_object().into_iter().flat_map(|object| object.keys()).map(String::as_str);
        if self.has(F::OtherLettersRefused) && keys.chain(operations(body).iter().map(path)).any(in_capitals) {
            return wrong("there is no such attribute");
        }
        let nothing = written.as_object().is_some_and(|object| object.values().any(Value::is_null));
        if self.has(F::NullRefused) && nothing {
            return wrong("null is no value");
        }
        if self.has(F::PutAnswers409) && self.method_is(Method::Put) {
            return Err(ScimError::uniqueness("there is such a resource already").into());
        }
        let number = |name| parameter(self.call, name).and_then(|text| text.parse::<i64>().ok());
        let below = number("startIndex").is_some_and(|n| n < 1) || number("count").is_some_and(|n| n < 0);
        if self.asks_list() && self.has(F::LowPagesRefused) && below {
            return wrong("pages begin at 1");
        }
        Ok(())
    }

    /// Operations of a PATCH that a narrow server passes over, or makes others of.
    pub(super) fn misread_narrowly(&self, fault: F, operations: &mut Vec<Value>) {
        match fault {
            F::QualifiedValuePathSkipped => {
                operations.retain(|o| !(path(o).starts_with("urn:") && path(o).contains('[')));
            }
            F::JoinedPathFilterHalved => operations.iter_mut().for_each(halve_filter),
            F::BooleanFilterSkipped => operations.retain(|o| !path(o).contains("primary eq true")),
            F::PathlessMembersSkipped => {
                for operation in operations.iter_mut().filter(|o| is_op(o, "add") && path(o).is_empty()) {
                    if let Some(value) = operation.get_mut("value").and_then(Value::as_object_mut) {
                        value.shift_remove("members");
                    }
                }
            }
            F::FilteredAddsMakeValues => {
                let parts = |o: &Value| {
                    let (attribute, rest) = path(o).split_once("[type eq \"")?;
                    let (kind, sub) = rest.split_once("\"].")?;
                    Some((attribute.to_owned(), kind.to_owned(), sub.to_owned()))
                };
                let all: Vec<_> = operations.iter().filter_map(parts).collect();
                for operation in operations.iter_mut().filter(|o| is_op(o, "add")) {
                    let Some((attribute, kind, sub)) = parts(operation) else { continue };
                    if all.iter().filter(|(a, k, _)| *a == attribute && *k == kind).count() > 1 {
                        let value = json!([{ "type": kind, (sub): operation["value"] }]);
                        *operation = json!({ "op": "add", "path": attribute, "value": value });
                    }
                }
            }
            _ => {}
        }
    }

    /// The name of a new group, each word of it with a capital and no other.
    pub(super) fn title_case_name(&self, fault: F, group: &mut Value) {
        let word = |word: &str| {
            let lower = word.to_lowercase();
            let mut letters = lower.chars();
            letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>()).unwrap_or_default()
        };
        if let (F::GroupNameTitleCased, Some(name)) = (fault, group.get("displayName").and_then(Value::as_str)) {
            let cased = name.split(' ').map(word).collect::<Vec<_>>().join(" ");
            group["displayName"] = cased.into();
        }
    }

    /// What an update loses that it did not speak of; a PUT loses it though it was sent.
    pub(super) fn emptied(&self, now: &UserRow, body: &Value) -> Done<()> {
        if !self.has(F::ChangeEmptiesRoles) {
            return Ok(());
        }
        let lost = |name: &&&str| self.method_is(Method::Put) || !speaks_of(body, name);
        let changes: Vec<_> = EMPTIED.iter().filter(lost).map(|name| (*name, Value::Null)).collect();
        self.overwrite(now, &changes)?;
        Ok(())
    }
}

/// Drops what stands behind the first `and` of the filter in a path.
fn halve_filter(operation: &mut Value) {
    let halved = path(operation).split_once(" and ").and_then(|(front, rest)| {
        let end = rest.rfind(']')?;
        front.contains('[').then(|| format!("{front}{}", &rest[end..]))
    });
    if let Some(halved) = halved {
        operation["path"] = halved.into();
    }
}

fn text_of<'v>(operation: &'v Value, name: &str) -> &'v str {
    operation.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// Whether a name is written in capitals throughout, its URN aside.
fn in_capitals(name: &str) -> bool {
    let local = name.rsplit(':').next().unwrap_or_default();
    local.chars().any(char::is_alphabetic) && !local.chars().any(char::is_lowercase)
}
