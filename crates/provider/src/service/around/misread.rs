//! Requests misread: the call as a defective service understands it.

use super::{is_op, parameter, path};
use crate::defects::RequestDefect as D;
use crate::service::{Call, Done, Method, Target, Work};
use crate::store::UserKey;
use scim::path::{AttrPath, PatchPath};
use serde_json::{Value, json};

impl Work<'_> {
    /// The call as it is understood.
    pub(super) fn misread(&self) -> Done<Call> {
        let mut call = self.call.clone();
        let defects = &self.behaviour().faults.requests;
        if defects.contains(&D::ExclusionForgotten) && call.query.iter().any(|(name, _)| name == "filter") {
            call.query.retain(|(name, _)| name != "excludedAttributes");
        }
        for defect in defects {
            if let Some(filter) = parameter(&mut call, "filter") {
                misread_filter(*defect, filter);
            }
        }
        if defects.contains(&D::Injection) {
            call.query.retain(|(name, value)| name != "filter" || !value.contains("' OR '1'='1"));
        }
        if defects.contains(&D::ExternalIdIsId)
            && let Target::User(id) = &call.target
            && self.store.user(&call.tenant, id)?.is_none()
            && let Some(user) = self.store.users_by(&call.tenant, &UserKey::ExternalId(id.clone()))?.into_iter().next()
        {
            call.target = Target::User(user.id);
        }
        if let Ok(mut body) = serde_json::from_slice::<Value>(&call.body) {
            for defect in defects {
                self.misread_body(*defect, &mut body)?;
            }
            call.body = body.to_string().into();
        }
        Ok(call)
    }

    fn misread_body(&self, defect: D, body: &mut Value) -> Done<()> {
        match (self.call.method, &self.call.target) {
            (Method::Put, Target::User(id))
                if defect == D::ExternalIdFromId && body.get("externalId").is_none_or(Value::is_null) =>
            {
                body["externalId"] = id.as_str().into();
            }
            (Method::Post, Target::Users) if defect == D::NameSuffixed => {
                let name = body.get("userName").and_then(Value::as_str).unwrap_or_default().to_owned();
                if self.holder(&name)?.is_some() {
                    body["userName"] = format!("{name}_2").into();
                }
            }
            (Method::Post, Target::Users) if defect == D::NameLowered => {
                if let Some(name) = body.get("userName").and_then(Value::as_str).map(str::to_lowercase) {
                    body["userName"] = name.into();
                }
            }
            (Method::Put, Target::Group(own)) if defect == D::SharedMembersDropped => {
                if let Some(members) = body.get_mut("members").and_then(Value::as_array_mut) {
                    let mut kept = Vec::new();
                    for member in members.drain(..) {
                        let id = member.get("value").and_then(Value::as_str).unwrap_or_default();
                        let groups = self.store.memberships(self.call.tenant.row, id)?;
                        if groups.iter().all(|group| group.id == *own) {
                            kept.push(member);
                        }
                    }
                    *members = kept;
                }
            }
            (Method::Patch, _) => self.misread_operations(defect, body),
            _ => {}
        }
        Ok(())
    }

    fn misread_operations(&self, defect: D, body: &mut Value) {
        let known = |path: &str| {
            let rt = if matches!(self.call.target, Target::Group(_)) {
                &self.service.types.groups
            } else {
                &self.service.types.users
            };
            let bare = PatchPath::parse(path).map(|p| AttrPath { sub: None, ..p.attr });
            bare.is_ok_and(|attr| rt.attribute(&attr).is_some() || rt.whole_extension(&attr).is_some())
        };
        let Some(operations) = body.get_mut("Operations").and_then(Value::as_array_mut) else { return };
        match defect {
            D::OperationsReversed => operations.reverse(),
            D::UrnPathsSkipped => operations.retain(|o| !path(o).starts_with("urn:")),
            D::UnknownPathsSkipped => operations.retain(|o| path(o).is_empty() || known(path(o))),
            _ => operations.iter_mut().for_each(|operation| misread_operation(defect, operation)),
        }
    }
}

fn misread_operation(defect: D, operation: &mut Value) {
    let own_path = path(operation).to_owned();
    match (defect, operation.get_mut("value")) {
        (D::ActiveListIsTrue, Some(value)) if own_path.eq_ignore_ascii_case("active") && value.is_array() => {
            *value = true.into();
        }
        (D::FirstHundredValues, Some(Value::Array(values))) => values.truncate(100),
        (D::UrnKeysSkipped, Some(Value::Object(object))) if own_path.is_empty() => {
            object.retain(|name, _| !name.starts_with("urn:"));
        }
        (D::ValueWithoutType, Some(value)) if !is_plain(&own_path) => {
            let value = value.clone();
            if let Some((attribute, _)) = own_path.split_once("[type eq ") {
                *operation = json!({ "op": "add", "path": attribute, "value": [{ "value": value }] });
            }
        }
        _ => {}
    }
}

fn is_plain(path: &str) -> bool {
    !path.contains("[type eq ") || !path.ends_with("].value")
}

fn misread_filter(defect: D, filter: &mut String) {
    match defect {
        D::PlusIsBlank => *filter = filter.replace('+', " "),
        D::EscapesKept => *filter = filter.replace("\\\"", "\\\\\\\""),
        D::SplitAtEq => {
            if let Some((attribute, rest)) = filter.split_once(" eq ")
                && let Some(at) = rest.to_ascii_lowercase().find("eq")
            {
                *filter = format!("{attribute} eq {}\"", &rest[..at]);
            }
        }
        D::Wildcards => {
            if let Some((attribute, value)) = filter.clone().split_once(" eq \"")
                && let Some((start, end)) = value.split_once(['_', '%'])
            {
                *filter = format!("{attribute} sw \"{start}\" and {attribute} ew \"{end}");
            }
        }
        D::NameFindsMail => {
            if let Some(value) = filter.strip_prefix("userName eq ") {
                *filter = format!("userName eq {value} or emails.value eq {value}");
            }
        }
        _ => {}
    }
}

/// Whether a PATCH was left without anything to do.
pub(super) fn is_idle(body: &Value) -> bool {
    body.get("Operations").and_then(Value::as_array).is_some_and(Vec::is_empty)
        || super::operations(body).iter().all(|o| {
            !is_op(o, "remove")
                && path(o).is_empty()
                && o.get("value").and_then(Value::as_object).is_some_and(|v| v.is_empty())
        }) && !super::operations(body).is_empty()
}
