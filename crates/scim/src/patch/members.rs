//! A group's PATCH as changes of rows, so that a store need not load a group to add one member.

use super::path::PatchPath;
use super::read::{Op, Operation, Patch};
use crate::filter::Filter;
use crate::path::AttrPath;
use crate::rules::{PatchRules, RemoveValue};
use crate::schema::{Attribute, ResourceType};
use crate::value::Reader;
use crate::{key, urn};
use serde_json::Value;

/// One change of a group's member rows, to be applied in order.
#[derive(Debug, Clone, PartialEq)]
pub enum MemberChange {
    /// Add these members (objects with a `value`); one that is there already is no change.
    Add(Vec<Value>),
    /// Remove the members with these `value`s; one that is not there is no change.
    Remove(Vec<String>),
    /// These members (objects with a `value`) and no others.
    Replace(Vec<Value>),
    /// Remove every member.
    Clear,
}

impl Patch {
    /// The patch as row changes, if it touches nothing but `members` in row-wise shapes; `None` means: load the group
    /// and use [`Patch::apply`], which also gives the error if there is one.
    ///
    /// A member that is there already keeps its row; `apply` would complete a missing `display` of it.
    #[must_use]
    pub fn only_members(&self, rules: &PatchRules) -> Option<Vec<MemberChange>> {
        let attribute = ResourceType::group().base_attribute("members")?;
        let reader = Reader { rules, patch: true };
        self.operations.iter().map(|operation| change(operation, attribute, reader)).collect()
    }
}

/// The change of one operation; `None` if it is not row-wise.
fn change(operation: &Operation, attribute: &Attribute, reader: Reader<'_>) -> Option<MemberChange> {
    let rules = reader.rules;
    let (path, value) = match (&operation.path, &operation.value) {
        (Some(path), value) => (path.clone(), value.as_ref()),
        (None, Some(Value::Object(attributes))) if attributes.len() == 1 => {
            let (name, value) = attributes.iter().next()?;
            (PatchPath::parse(name).ok()?, Some(value))
        }
        _ => return None,
    };
    if !is_members(&path.attr) || path.sub.is_some() {
        return None;
    }
    let rows = || rows(value.unwrap_or(&Value::Null), attribute, reader);
    match (operation.op, &path.filter, value) {
        (Op::Add, None, _) => rows().map(MemberChange::Add),
        (Op::Replace, None, _) => rows().map(MemberChange::Replace),
        (Op::Remove, Some(filter), _) => {
            let mut ids = Vec::new();
            selected(filter, &mut ids).then_some(MemberChange::Remove(ids))
        }
        (Op::Remove, None, None | Some(Value::Null)) => Some(MemberChange::Clear),
        (Op::Remove, None, Some(_)) => match rules.remove_value {
            RemoveValue::Reject => None,
            RemoveValue::Listed => {
                let id = |v: &Value| Some(v.get("value")?.as_str()?.to_owned());
                rows()?.iter().map(id).collect::<Option<_>>().map(MemberChange::Remove)
            }
        },
        (Op::Add | Op::Replace, Some(_), _) => None,
    }
}

fn is_members(path: &AttrPath) -> bool {
    path.name.eq_ignore_ascii_case("members")
        && path.sub.is_none()
        && path.urn.as_deref().is_none_or(|u| urn::same(u, urn::GROUP))
}

/// The members in a value; `None` if one is no member, or has no `value` to be a row by.
fn rows(value: &Value, attribute: &Attribute, reader: Reader<'_>) -> Option<Vec<Value>> {
    let rows = reader.elements(value, attribute, "members").ok()?;
    let has_value = |v: &Value| v.as_object().and_then(|o| key::get(o, "value")).is_some_and(Value::is_string);
    rows.iter().all(has_value).then_some(rows)
}

/// Collects the ids of `value eq "x"`, also joined with `or`; false if the filter is anything else.
fn selected(filter: &Filter, ids: &mut Vec<String>) -> bool {
    if let Filter::Or(parts) = filter {
        return parts.iter().all(|part| selected(part, ids));
    }
    match filter.as_equality() {
        Some((path, id)) if path.urn.is_none() && path.sub.is_none() && path.name.eq_ignore_ascii_case("value") => {
            ids.push(id.to_owned());
            true
        }
        _ => false,
    }
}
