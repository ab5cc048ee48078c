//! Requests misread: the call as a careless service understands it.

use super::layer::{Layer, parameter, set_parameter};
use super::names::FaultName as F;
use super::sent::{keep_where, members, sent};
use super::unassigned::{keep_nulls, leave_one_primary};
use crate::service::{Call, Done, Method, Target, put, stored};
use crate::store::{Tenant, UserKey, UserRow};
use scim::filter::Filter;
use serde_json::Value;

/// The query parameter in which the layer around HTTP hands the tenant of a header on.
pub(super) const TENANT_PARAMETER: &str = "x-tenant-id";

impl Layer<'_> {
    /// The call as it is understood.
    pub(super) fn misread(&self) -> Done<Call> {
        let mut call = self.call.clone();
        self.misread_place(&mut call)?;
        if self.has(F::IfMatchIgnored) {
            call.if_match = None;
        }
        if self.asks_list() {
            self.misread_query(&mut call);
        }
        if let Some(sent) = sent(&call, &self.service.types).filter(|_| !call.target.is_search()) {
            let (layer, mut body) = (Layer { call: &call, ..*self }, sent.clone());
            for fault in self.on.iter() {
                layer.misread_body(fault, &mut body)?;
            }
            if body != sent {
                call.body = body.to_string().into();
            }
        }
        Ok(call)
    }

    /// Whose tenant, and which resource.
    fn misread_place(&self, call: &mut Call) -> Done<()> {
        if self.has(F::TenantHeaderBelieved)
            && let Some(name) = call.query.iter().find(|(name, _)| name == TENANT_PARAMETER).map(|(_, name)| name)
        {
            call.tenant = self.store.tenant(name)?.unwrap_or_else(|| call.tenant.clone());
            call.query.retain(|(name, _)| name != TENANT_PARAMETER);
        }
        if self.has(F::ExternalIdAddressesUser)
            && let Target::User(id) = &call.target
            && self.store.user(&call.tenant, id)?.is_none()
            && let Some(user) = self.store.users_by(&call.tenant, &UserKey::ExternalId(id.clone()))?.into_iter().next()
        {
            call.target = Target::User(user.id);
        }
        if self.has(F::IdsCrossTenants) {
            let owner = match &call.target {
                Target::User(id) if self.store.user(&call.tenant, id)?.is_none() => self.store.tenant_of_user(id)?,
                Target::Group(id) if self.store.group(&call.tenant, id)?.is_none() => self.store.tenant_of_group(id)?,
                _ => None,
            };
            if let Some(row) = owner {
                call.tenant = Tenant { row, name: call.tenant.name.clone() };
            }
        }
        Ok(())
    }

    fn misread_query(&self, call: &mut Call) {
        if let Some(mut filter) = parameter(call, "filter") {
            if self.has(F::ExcludedMembersShown) {
                set_parameter(call, "excludedAttributes", None);
            }
            self.on.iter().for_each(|fault| misread_filter(fault, &mut filter));
            let injected = self.has(F::QuoteReachesDatabase) && filter.contains("' OR '1'='1");
            set_parameter(call, "filter", (!injected).then_some(filter));
        }
        if self.has(F::CountZeroIgnored) && parameter(call, "count").as_deref() == Some("0") {
            set_parameter(call, "count", None);
        }
        let start = parameter(call, "startIndex").and_then(|start| start.parse::<u64>().ok());
        let Some(start) = start.filter(|start| *start > 1) else { return };
        let understood = match () {
            () if self.has(F::TotalCappedAt100) => None,
            () if self.has(F::StartIndexSkipsOne) => Some(start + 1),
            () if self.has(F::StartIndexRepeatsOne) => Some(start - 1),
            () => Some(start),
        };
        set_parameter(call, "startIndex", understood.map(|start| start.to_string()));
    }

    fn misread_body(&self, fault: F, body: &mut Value) -> Done<()> {
        match (self.call.method, &self.call.target) {
            (Method::Post, Target::Users) => self.misread_new_user(fault, body),
            (Method::Put, Target::User(id)) => {
                if let Some(user) = self.store.user(&self.call.tenant, id)? {
                    misread_whole_user(fault, &user, body);
                }
                Ok(())
            }
            (Method::Put, Target::Group(own)) => {
                if fault == F::SharedMembersDropped
                    && let Some(members) = members(body)
                {
                    keep_where(members, |member| {
                        let id = member.get("value").and_then(Value::as_str).unwrap_or_default();
                        let groups = self.store.memberships(self.call.tenant.row, id)?;
                        Ok(groups.iter().all(|group| group.id == *own))
                    })?;
                }
                self.misread_members(fault, body)
            }
            (Method::Post, Target::Groups) => {
                self.title_case_name(fault, body);
                self.misread_members(fault, body)
            }
            (Method::Patch, _) => self.misread_operations(fault, body),
            _ => Ok(()),
        }
    }

    fn misread_new_user(&self, fault: F, body: &mut Value) -> Done<()> {
        let name = body.get("userName").and_then(Value::as_str).unwrap_or_default().to_owned();
        match fault {
            F::SeveralPrimariesKept => leave_one_primary(body),
            F::TakenNameGetsSuffix if self.holder(&name)?.is_some() => body["userName"] = format!("{name}_2").into(),
            F::LowerCaseStoredExactSearched if !name.is_empty() => body["userName"] = name.to_lowercase().into(),
            _ => misread_active(fault, body),
        }
        Ok(())
    }

    /// Members passed over, in a resource or in an operation.
    pub(super) fn misread_members(&self, fault: F, holder: &mut Value) -> Done<()> {
        let Some(members) = members(holder) else { return Ok(()) };
        keep_where(members, |member| {
            let id = member.get("value").and_then(Value::as_str).unwrap_or_default();
            Ok(match fault {
                F::UnknownMemberSkippedAfterClearing => self.store.kind_of(self.call.tenant.row, id)?.is_some(),
                F::UntypedMembersDropped => member.get("type").is_some(),
                _ => true,
            })
        })
    }
}

/// The body of a PUT of a user.
fn misread_whole_user(fault: F, user: &UserRow, body: &mut Value) {
    match fault {
        F::PutInventsExternalId if body.get("externalId").is_none_or(Value::is_null) => {
            body["externalId"] = user.id.as_str().into();
        }
        F::SeveralPrimariesKept => leave_one_primary(body),
        F::NullKeepsValue => keep_nulls(user, body),
        F::PutIgnoresActive => put(body, "active", user.active.into()),
        F::PutKeepsRemovedEmails => {
            let before = stored(&user.body);
            let Some(before) = before.get("emails").and_then(Value::as_array) else { return };
            let mut emails = body.get("emails").and_then(Value::as_array).cloned().unwrap_or_default();
            let left_out = |old: &&Value| !emails.iter().any(|e| e.get("value") == old.get("value"));
            let left_out: Vec<Value> = before.iter().filter(left_out).cloned().collect();
            emails.extend(left_out);
            put(body, "emails", emails.into());
        }
        _ => misread_active(fault, body),
    }
}

/// An `active` given as a string.
pub(super) fn misread_active(fault: F, attributes: &mut Value) {
    let Some(object) = attributes.as_object_mut() else { return };
    let is_it = |name: &str, value: &Value| name.eq_ignore_ascii_case("active") && value.is_string();
    match fault {
        F::DeactivationByStringIgnored => object.retain(|name, value| !is_it(name, value)),
        F::FalseStringIsTrue => {
            object.iter_mut().filter(|(name, value)| is_it(name, value)).for_each(|(_, value)| *value = true.into());
        }
        _ => {}
    }
}

fn misread_filter(fault: F, filter: &mut String) {
    match fault {
        F::PlusDecodedTwice => *filter = filter.replace('+', " "),
        F::EscapedQuotesKept => *filter = filter.replace("\\\"", "\\\\\\\""),
        F::FilterStopsAtAnd => {
            if let Ok(Filter::And(parts)) = Filter::parse(filter)
                && let Some(first) = parts.first()
            {
                *filter = first.to_string();
            }
        }
        F::FilterSplitAtEq => {
            if let Some((attribute, rest)) = filter.split_once(" eq ")
                && let Some(at) = rest.to_ascii_lowercase().find("eq")
            {
                *filter = format!("{attribute} eq {}\"", &rest[..at]);
            }
        }
        F::WildcardsInFilter => {
            if let Some((attribute, value)) = filter.clone().split_once(" eq \"")
                && let Some((start, end)) = value.split_once(['_', '%'])
            {
                *filter = format!("{attribute} sw \"{start}\" and {attribute} ew \"{end}");
            }
        }
        F::NameFilterFindsMail => {
            if let Some(value) = filter.strip_prefix("userName eq ") {
                *filter = format!("userName eq {value} or emails.value eq {value}");
            }
        }
        _ => {}
    }
}
