//! Lists that show, find or count more or less than they should.

use super::layer::{Layer, parameter};
use super::names::FaultName as F;
use super::sent::keep_where;
use super::tombstones::Tombstone;
use crate::service::{Done, Reply};
use crate::store::{GroupKey, GroupRow, UserRow};
use scim::error::ScimError;
use scim::filter::Filter;
use scim::urn;
use serde_json::{Value, json};

/// The faults that have to do with whom a filter finds.
pub(super) const FIND_WRONGLY: &[F] = &[
    F::LookupHidesUnlinkedUser,
    F::LookupHidesInactiveUser,
    F::UserNameFilterCaseExact,
    F::CompoundFilterCaseExact,
    F::OneOfSeveralMatches,
    F::RenamedGroupNotFound,
    F::OldGroupNameStays,
    F::GroupSlugsCompared,
];

/// A page on its way out.
struct List {
    is_filtered: bool,
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

    /// The page as the client gets to see it.
    pub(super) fn list_wrongly(&self, body: &mut Value) -> Done<()> {
        let mut list = List {
            is_filtered: parameter(self.call, "filter").is_some_and(|filter| !filter.is_empty()),
            start: body["startIndex"].as_u64().unwrap_or(1),
            all: body["Resources"].as_array().cloned().unwrap_or_default(),
            total: body["totalResults"].as_u64().unwrap_or_default(),
        };
        self.on.iter().for_each(|fault| self.show_list_wrongly(fault, &mut list));
        let shown = list.all.len() as u64;
        if list.total == 0 && list.is_filtered && self.has(F::NoMatchIs404) {
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

    fn show_list_wrongly(&self, fault: F, list: &mut List) {
        match fault {
            F::FirstHundredSearched if list.is_filtered => {
                let room = 101_u64.saturating_sub(list.start);
                list.all.truncate(usize::try_from(room).unwrap_or_default());
                list.total = list.total.min(100);
            }
            _ if !self.of_users() => {}
            F::UnlinkedUserCountedOnly => list.all.retain(|user| user.get("externalId").is_some()),
            F::RowPerMembership => {
                let before = list.all.len() as u64;
                list.all = list.all.iter().flat_map(|user| vec![user.clone(); rows(user)]).collect();
                list.total += list.all.len() as u64 - before;
            }
            F::ServiceAccountListed if !list.is_filtered && list.start == 1 => {
                let account = json!({ "schemas": [urn::USER], "id": "service", "displayName": "Service account" });
                list.all.insert(0, account);
                list.total += 1;
            }
            _ => {}
        }
    }

    /// Leaves out of what a filter found, or adds to it.
    pub(super) fn find_wrongly(&self, filter: &str, found: &mut Vec<Value>) -> Done<()> {
        for fault in self.on.iter() {
            match fault {
                F::OneOfSeveralMatches if filter.contains("emails") => found.truncate(1),
                _ if self.of_users() => self.find_users_wrongly(fault, filter, found)?,
                _ => self.find_groups_wrongly(fault, filter, found)?,
            }
        }
        Ok(())
    }

    fn find_users_wrongly(&self, fault: F, filter: &str, found: &mut Vec<Value>) -> Done<()> {
        match fault {
            F::LookupHidesUnlinkedUser => self.hide(found, |user| user.external_id.is_none()),
            F::LookupHidesInactiveUser => self.hide(found, |user| !user.active),
            F::UserNameFilterCaseExact => match name_asked(filter) {
                Some(name) => self.hide(found, |user| user.user_name != name),
                None => Ok(()),
            },
            F::CompoundFilterCaseExact
                if (filter.contains(" and ") || filter.contains(" or ")) && filter.contains("userName") =>
            {
                let asked = filter.split('"').skip(1).step_by(2);
                self.hide(found, |user| !asked.clone().any(|value| user.user_name.contains(value)))
            }
            _ => Ok(()),
        }
    }

    /// Leaves users out, by what is stored of them.
    fn hide(&self, users: &mut Vec<Value>, hidden: impl Fn(&UserRow) -> bool) -> Done<()> {
        keep_where(users, |user| {
            let row = self.store.user(&self.call.tenant, user["id"].as_str().unwrap_or_default())?;
            Ok(!row.is_some_and(|row| hidden(&row)))
        })
    }

    fn find_groups_wrongly(&self, fault: F, filter: &str, found: &mut Vec<Value>) -> Done<()> {
        match fault {
            F::RenamedGroupNotFound if filter.contains("displayName") => keep_where(found, |group| {
                let id = group["id"].as_str().unwrap_or_default();
                Ok(!self.is_buried(Tombstone::RenamedGroup, id)?)
            }),
            F::OldGroupNameStays => self.find_more(filter, found, |layer, name| layer.once_called(name)),
            F::GroupSlugsCompared => self.find_more(filter, found, |layer, name| {
                let slug = |name: &str| name.to_lowercase().replace([' ', '_'], "-");
                let groups = layer.store.all_groups(&layer.call.tenant)?.into_iter();
                Ok(groups.filter(|group| slug(&group.display_name) == slug(name)).collect())
            }),
            _ => Ok(()),
        }
    }

    /// Adds groups that a filter on displayName should not find.
    fn find_more(
        &self,
        filter: &str,
        found: &mut Vec<Value>,
        more: impl Fn(&Self, &str) -> Done<Vec<GroupRow>>,
    ) -> Done<()> {
        let Some(name) = filter.strip_prefix("displayName eq \"") else { return Ok(()) };
        for group in more(self, name.trim_end_matches('"'))? {
            if !found.iter().any(|shown| shown["id"] == *group.id) {
                found.push(self.work().group_resource(&group, true)?);
            }
        }
        Ok(())
    }

    /// Groups that had this name once.
    fn once_called(&self, name: &str) -> Done<Vec<GroupRow>> {
        let mut found = Vec::new();
        for id in self.buried(Tombstone::GroupAlias, name)? {
            found.extend(self.store.groups_by(&self.call.tenant, &GroupKey::Id(id))?);
        }
        Ok(found)
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
