//! Lists that show, find or count more or less than they should.

use super::layer::{Layer, parameter};
use super::names::FaultName as F;
use crate::service::{Done, Reply};
use crate::store::{GroupKey, GroupRow, UserRow};
use scim::error::ScimError;
use scim::filter::Filter;
use scim::urn;
use serde_json::{Value, json};

/// A page on its way out.
struct List {
    filter: String,
    start: u64,
    all: Vec<Value>,
    total: u64,
}

impl Layer<'_> {
    /// What a query is answered without looking; `None` when it is looked.
    pub(super) fn in_place_of_lists(&self) -> Option<Reply> {
        let filter = parameter(self.call, "filter").filter(|_| self.asks_list())?;
        let asks = |name: &str| filter.to_ascii_lowercase().contains(&name.to_ascii_lowercase());
        let blind = |fault: F| match fault {
            F::ExternalIdNotSearched => asks("externalId"),
            F::OnlyNamesAreSearched => !["userName", "displayName", "id eq"].into_iter().any(asks),
            F::ValuePathFindsNobody => filter.contains('['),
            F::LowerCaseStoredExactSearched => {
                let value = filter.split('"').nth(1).unwrap_or_default();
                asks("userName") && value.chars().any(char::is_uppercase)
            }
            F::UpperCaseOperatorFindsNobody => filter.contains(" EQ ") || filter.contains(" SW "),
            F::FilterWithoutCountIsEmpty => parameter(self.asked, "count").is_none(),
            _ => false,
        };
        self.on.iter().any(blind).then(|| self.nothing_found())
    }

    /// The list as the client gets to see it.
    pub(super) fn list_wrongly(&self, body: &mut Value) -> Done<()> {
        let mut list = List {
            filter: parameter(self.call, "filter").unwrap_or_default(),
            start: body["startIndex"].as_u64().unwrap_or(1),
            all: body["Resources"].as_array().cloned().unwrap_or_default(),
            total: body["totalResults"].as_u64().unwrap_or_default(),
        };
        for fault in self.on.iter() {
            if self.of_users() {
                self.list_users_wrongly(fault, &mut list)?;
            } else {
                self.list_groups_wrongly(fault, &mut list)?;
            }
        }
        let shown = list.all.len() as u64;
        if list.total == 0 && !list.filter.is_empty() && self.has(F::NoMatchIs404) {
            return Err(ScimError::not_found("nothing matches the filter").into());
        }
        let asked = |name: &str| parameter(self.asked, name).and_then(|number| number.parse::<u64>().ok());
        body["itemsPerPage"] = asked("count").filter(|_| self.has(F::ItemsPerPageIsCount)).unwrap_or(shown).into();
        body["totalResults"] = match () {
            () if self.has(F::TotalCountsPage) => shown,
            () if self.has(F::TotalCappedAt100) => list.total.min(100),
            () => list.total,
        }
        .into();
        if let Some(start) = asked("startIndex").filter(|_| body.get("startIndex").is_some()) {
            body["startIndex"] = start.max(1).into();
        }
        body["Resources"] = list.all.into();
        Ok(())
    }

    fn list_users_wrongly(&self, fault: F, list: &mut List) -> Done<()> {
        let filtered = !list.filter.is_empty();
        match fault {
            F::LookupHidesUnlinkedUser if filtered => self.hide(list, |user| user.external_id.is_none()),
            F::LookupHidesInactiveUser if filtered => self.hide(list, |user| !user.active),
            F::UserNameFilterCaseExact => match name_asked(&list.filter) {
                Some(name) => self.hide(list, |user| user.user_name != name),
                None => Ok(()),
            },
            F::UnlinkedUserCountedOnly => {
                list.all.retain(|user| user.get("externalId").is_some());
                Ok(())
            }
            F::RowPerMembership => {
                let before = list.all.len() as u64;
                list.all = list.all.iter().flat_map(|user| vec![user.clone(); rows(user)]).collect();
                list.total += list.all.len() as u64 - before;
                Ok(())
            }
            F::ServiceAccountListed if !filtered && list.start == 1 => {
                let account = json!({ "schemas": [urn::USER], "id": "service", "displayName": "Service account" });
                list.all.insert(0, account);
                list.total += 1;
                Ok(())
            }
            _ => {
                list_wrongly(fault, list);
                Ok(())
            }
        }
    }

    /// Leaves users out, by what is stored of them.
    fn hide(&self, list: &mut List, hidden: impl Fn(&UserRow) -> bool) -> Done<()> {
        let mut kept = Vec::new();
        for user in list.all.drain(..) {
            let row = self.store.user(&self.call.tenant, user["id"].as_str().unwrap_or_default())?;
            if row.is_some_and(|row| hidden(&row)) {
                list.total = list.total.saturating_sub(1);
            } else {
                kept.push(user);
            }
        }
        list.all = kept;
        Ok(())
    }

    fn list_groups_wrongly(&self, fault: F, list: &mut List) -> Done<()> {
        match fault {
            F::RenamedGroupNotFound if list.filter.contains("displayName") => {
                let mut kept = Vec::new();
                for group in list.all.drain(..) {
                    let id = group["id"].as_str().unwrap_or_default();
                    if !self.store.is_buried(self.call.tenant.row, "Renamed", id)? {
                        kept.push(group);
                    }
                }
                list.total = kept.len() as u64;
                list.all = kept;
            }
            F::OldGroupNameStays => self.list_more(list, |layer, name| layer.once_called(name))?,
            F::GroupSlugsCompared => self.list_more(list, |layer, name| {
                let slug = |name: &str| name.to_lowercase().replace([' ', '_'], "-");
                let groups = layer.store.all_groups(&layer.call.tenant)?.into_iter();
                Ok(groups.filter(|group| slug(&group.display_name) == slug(name)).collect())
            })?,
            _ => list_wrongly(fault, list),
        }
        Ok(())
    }

    /// Adds groups that a filter on displayName should not find.
    fn list_more(&self, list: &mut List, found: impl Fn(&Self, &str) -> Done<Vec<GroupRow>>) -> Done<()> {
        let Some(name) = list.filter.strip_prefix("displayName eq \"") else { return Ok(()) };
        for group in found(self, name.trim_end_matches('"'))? {
            if !list.all.iter().any(|shown| shown["id"] == *group.id) {
                list.all.push(self.work().group_resource(&group, true)?);
                list.total += 1;
            }
        }
        Ok(())
    }

    /// Groups that had this name once.
    fn once_called(&self, name: &str) -> Done<Vec<GroupRow>> {
        let mut found = Vec::new();
        for id in self.store.buried(self.call.tenant.row, "Alias", name)? {
            found.extend(self.store.groups_by(&self.call.tenant, &GroupKey::Id(id))?);
        }
        Ok(found)
    }
}

/// What goes wrong with lists of any type.
fn list_wrongly(fault: F, list: &mut List) {
    let filter = &list.filter;
    match fault {
        F::CompoundFilterCaseExact if filter.contains(" and ") || filter.contains(" or ") => {
            list.all.retain(|user| {
                let name = user["userName"].as_str().unwrap_or_default();
                !filter.contains("userName") || filter.split('"').skip(1).step_by(2).any(|v| name.contains(v))
            });
            list.total = list.all.len() as u64;
        }
        F::OneOfSeveralMatches if filter.contains("emails") => {
            list.all.truncate(1);
            list.total = list.all.len() as u64;
        }
        F::FirstHundredSearched if !filter.is_empty() => {
            let room = 101_u64.saturating_sub(list.start);
            list.all.truncate(usize::try_from(room).unwrap_or_default());
            list.total = list.total.min(100);
        }
        _ => {}
    }
}

/// The userName that a filter asks for by `eq`.
fn name_asked(filter: &str) -> Option<String> {
    let filter = Filter::parse(filter).ok()?;
    let first = match &filter {
        Filter::And(parts) => parts.first()?,
        other => other,
    };
    let (path, value) = first.as_equality()?;
    (path.name.eq_ignore_ascii_case("userName") && path.sub.is_none()).then(|| value.to_owned())
}

/// How often a user comes.
fn rows(user: &Value) -> usize {
    user.get("groups").and_then(Value::as_array).map_or(1, |groups| groups.len().max(1))
}
