//! PATCH misread: operations passed over, taken for others, or read in another order (RFC 7644 section 3.5.2).

use super::layer::Layer;
use super::names::FaultName as F;
use super::requests_misread::misread_active;
use super::sent::{is_op, path, reaches};
use crate::service::{Done, Target};
use scim::patch::PatchPath;
use scim::path::AttrPath;
use serde_json::{Value, json};

impl Layer<'_> {
    pub(super) fn misread_operations(&self, fault: F, body: &mut Value) -> Done<()> {
        let Some(operations) = body.get_mut("Operations").and_then(Value::as_array_mut) else { return Ok(()) };
        let on_group = matches!(self.call.target, Target::Group(_));
        let removes_members = |o: &Value| on_group && is_op(o, "remove") && reaches(o, "members");
        match fault {
            F::BooleanFilterSkipped
            | F::FilteredAddsMakeValues
            | F::QualifiedValuePathSkipped
            | F::JoinedPathFilterHalved => self.misread_narrowly(fault, operations),
            F::PathlessMembersSkipped if on_group => self.misread_narrowly(fault, operations),
            F::OperationsReversed => operations.reverse(),
            F::QualifiedPathsSkipped => operations.retain(|o| !path(o).starts_with("urn:")),
            F::UnknownPathSucceeds => operations.retain(|o| path(o).is_empty() || self.knows(path(o))),
            F::UpperCaseOpSkipped => operations.retain(|o| {
                let op = o.get("op").and_then(Value::as_str);
                op.is_none_or(|op| !op.chars().any(char::is_uppercase))
            }),
            F::FilteredRemovalIgnored => operations.retain(|o| !(removes_members(o) && path(o).contains('['))),
            F::DeactivationByStringIgnored => {
                operations.retain(|o| !sets_active_by_string(o));
                operations.iter_mut().for_each(|o| misread_operation(fault, o));
            }
            F::RenameEmptiesGroup if on_group && !operations.iter().any(|o| reaches(o, "members")) => {
                operations.insert(0, json!({ "op": "remove", "path": "members" }));
            }
            F::RemoveValueEmptiesGroup | F::AnyRemovalEmptiesGroup => {
                for operation in operations.iter_mut().filter(|o| removes_members(o)) {
                    if fault == F::AnyRemovalEmptiesGroup || !path(operation).contains('[') {
                        *operation = json!({ "op": "remove", "path": "members" });
                    }
                }
            }
            F::UnknownMemberSkippedAfterClearing | F::UntypedMembersDropped if on_group => {
                for operation in operations.iter_mut().filter(|o| !is_op(o, "remove")) {
                    self.misread_members(fault, operation)?;
                }
            }
            F::AddReplacesMembers | F::ReplaceOnlyAddsMembers if on_group => {
                let (meant, done) =
                    if fault == F::AddReplacesMembers { ("add", "replace") } else { ("replace", "add") };
                for operation in operations.iter_mut().filter(|o| is_op(o, meant) && reaches(o, "members")) {
                    operation["op"] = done.into();
                }
            }
            _ => operations.iter_mut().for_each(|operation| misread_operation(fault, operation)),
        }
        Ok(())
    }

    /// Whether a path leads to an attribute that is there.
    fn knows(&self, path: &str) -> bool {
        let types = &self.service.types;
        let rt = if matches!(self.call.target, Target::Group(_)) { &types.groups } else { &types.users };
        let bare = PatchPath::parse(path).map(|p| AttrPath { sub: None, ..p.attr });
        bare.is_ok_and(|attr| rt.attribute(&attr).is_some() || rt.whole_extension(&attr).is_some())
    }
}

fn misread_operation(fault: F, operation: &mut Value) {
    let own_path = path(operation).to_owned();
    let on_active = own_path.eq_ignore_ascii_case("active");
    match (fault, operation.get_mut("value")) {
        (F::ListedFalseIsTrue, Some(value)) if on_active && value.is_array() => *value = true.into(),
        (F::FalseStringIsTrue, Some(value)) if on_active && value.is_string() => *value = true.into(),
        (F::DeactivationByStringIgnored | F::FalseStringIsTrue, Some(value)) if own_path.is_empty() => {
            misread_active(fault, value);
        }
        (F::FirstHundredValuesApplied, Some(Value::Array(values))) => values.truncate(100),
        (F::QualifiedKeysSkipped, Some(Value::Object(object))) if own_path.is_empty() => {
            object.retain(|name, _| !name.starts_with("urn:"));
        }
        (F::ValuePathWithoutType, Some(value)) if own_path.ends_with("].value") => {
            let value = value.clone();
            if let Some((attribute, _)) = own_path.split_once("[type eq ") {
                *operation = json!({ "op": "add", "path": attribute, "value": [{ "value": value }] });
            }
        }
        _ => {}
    }
}

fn sets_active_by_string(operation: &Value) -> bool {
    path(operation).eq_ignore_ascii_case("active") && operation.get("value").is_some_and(Value::is_string)
}
