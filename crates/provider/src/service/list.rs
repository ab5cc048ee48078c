//! Queries (RFC 7644 section 3.4.2): filter, then the page.
//!
//! In: the parameters. Out: one page. What an index can answer is not scanned for, and what is not shown is not read.

use super::allowed_queries::narrow;
use super::page::{Found, Item, Matches, Window};
use super::query::Query;
use super::{Done, Reply, Work};
use crate::behaviour::LocalAccounts;
use crate::store::{GroupKey, GroupRow, UserKey, UserRow};
use scim::error::ScimError;
use scim::filter::Filter;
use scim::path::AttrPath;
use scim::schema::ResourceType;
use scim::sort::SortKey;
use scim::urn;
use serde_json::Value;

/// The filter as it will be applied.
pub(super) enum Wanted {
    Everybody,
    Those(Filter),
}

impl Work<'_> {
    pub(super) fn list_users(&self, query: &Query) -> Done<Reply> {
        let rt = &self.service.types.users;
        let wanted = self.wanted(query, &[rt])?;
        let (window, ordered) = (self.window(query, &rt.name)?, self.is_ordered(query));
        if let Some(by) = &query.sort_by {
            return self.list_users_sorted(query, &window, (by, &wanted));
        }
        let everybody_is_known = self.behaviour().local_accounts == LocalAccounts::Visible;
        let mut found = Matches::new(&window, ordered, |user: &UserRow| user.row);
        match &wanted {
            Wanted::Everybody if ordered && everybody_is_known => {
                found.total = self.store.count_users(&self.call.tenant)?;
                found.kept = match window.after() {
                    Some(row) => self.store.users_after(&self.call.tenant, row, window.reach())?,
                    None => self.store.users_page(&self.call.tenant, window.skip, window.reach())?,
                };
            }
            Wanted::Everybody => {
                self.store.each_user(&self.call.tenant, |user| {
                    if self.knows(&user) {
                        found.offer(user);
                    }
                })?;
            }
            Wanted::Those(filter) => self.match_users(filter, false, |user, _| found.offer(user))?,
        }
        let groups = query.projection.wants("groups", rt);
        let Matches { kept, total, .. } = found;
        let item = |user: &UserRow| Ok(Item { place: user.row, rt, value: self.user_resource(user, groups)? });
        let items = kept.iter().map(item).collect::<Done<_>>()?;
        self.page(query, &window, Found { items, total, ordered })
    }

    /// The same in a wanted order. Of everybody the key and the row are kept, and of the page alone the resources.
    fn list_users_sorted(&self, query: &Query, window: &Window, (by, wanted): (&AttrPath, &Wanted)) -> Done<Reply> {
        let rt = &self.service.types.users;
        let mut keyed = Vec::new();
        let groups = by.name.eq_ignore_ascii_case("groups");
        match wanted {
            Wanted::Everybody => {
                let mut trouble = None;
                self.store.each_user(&self.call.tenant, |user| {
                    if self.knows(&user) {
                        match self.user_resource(&user, groups) {
                            Ok(resource) => keyed.push((SortKey::of(&resource, by, rt), user.row)),
                            Err(refusal) => trouble = Some(refusal),
                        }
                    }
                })?;
                trouble.map_or(Ok(()), Err)?;
            }
            Wanted::Those(filter) => {
                let mut keep = |user: UserRow, resource: Value| keyed.push((SortKey::of(&resource, by, rt), user.row));
                self.match_users(filter, groups, &mut keep)?;
            }
        }
        let total = keyed.len() as i64;
        let mut items = Vec::new();
        for row in window.rows(query, keyed) {
            // In memory somebody may have gone since the row was seen.
            if let Some(user) = self.store.user_at(row)? {
                items.push(Item { place: row, rt, value: self.user_resource(&user, true)? });
            }
        }
        self.page(query, window, Found { items, total, ordered: true })
    }

    /// Shows whom a filter finds to `found`, with their groups where they are asked for.
    fn match_users(&self, filter: &Filter, groups: bool, mut found: impl FnMut(UserRow, Value)) -> Done<()> {
        let asks_groups = groups || mentions(filter, "groups");
        let mut trouble = None;
        let key = user_key(filter);
        let mut offer = |user: UserRow| {
            if !self.knows(&user) {
                return;
            }
            match self.user_resource(&user, asks_groups) {
                Ok(resource) if filter.matches(&resource, &self.service.types.users) => found(user, resource),
                Ok(_) => {}
                Err(refusal) => trouble = Some(refusal),
            }
        };
        match &key {
            Some(key) => {
                self.store.users_by(&self.call.tenant, key)?.into_iter().for_each(&mut offer);
            }
            None => self.store.each_user(&self.call.tenant, &mut offer)?,
        }
        trouble.map_or(Ok(()), Err)
    }

    pub(super) fn list_groups(&self, query: &Query) -> Done<Reply> {
        let rt = &self.service.types.groups;
        let wanted = self.wanted(query, &[rt])?;
        let (window, ordered) = (self.window(query, &rt.name)?, self.is_ordered(query));
        let mut found = Matches::new(&window, ordered, |group: &GroupRow| group.row);
        match &wanted {
            Wanted::Everybody if ordered => {
                found.total = self.store.count_groups(&self.call.tenant)?;
                found.kept = match window.after() {
                    Some(row) => self.store.groups_after(&self.call.tenant, row, window.reach())?,
                    None => self.store.groups_page(&self.call.tenant, window.skip, window.reach())?,
                };
            }
            Wanted::Everybody => {
                self.store.each_group(&self.call.tenant, |group| {
                    found.offer(group);
                    Done::Ok(())
                })?;
            }
            Wanted::Those(filter) => self.match_groups(filter, &mut found)?,
        }
        let members = query.projection.wants("members", rt) || query.sort_by.is_some();
        let Matches { kept, total, .. } = found;
        let item = |group: &GroupRow| Ok(Item { place: group.row, rt, value: self.group_resource(group, members)? });
        let items = kept.iter().map(item).collect::<Done<_>>()?;
        self.page(query, &window, Found { items, total, ordered })
    }

    fn match_groups(&self, filter: &Filter, found: &mut Matches<GroupRow>) -> Done<()> {
        self.check_member_of_filter(filter)?;
        let key = group_key(filter);
        // A lookup by one member is answered by the index alone; its group's members stay unread.
        let answered = matches!(key, Some(GroupKey::Member(_))) && !matches!(filter, Filter::And(_));
        let asks_members = mentions(filter, "members");
        let mut offer = |group: GroupRow| -> Done<()> {
            if answered || filter.matches(&self.group_with(&group, asks_members)?, &self.service.types.groups) {
                found.offer(group);
            }
            Ok(())
        };
        match &key {
            Some(key) => self.store.groups_by(&self.call.tenant, key)?.into_iter().try_for_each(offer),
            None => self.store.each_group(&self.call.tenant, &mut offer),
        }
    }

    /// A collection of a type from a schema file.
    pub(super) fn list_others(&self, query: &Query, rt: &ResourceType) -> Done<Reply> {
        let wanted = self.wanted(query, &[rt])?;
        let window = self.window(query, &rt.name)?;
        let ordered = self.is_ordered(query);
        let mut found = Matches::new(&window, ordered, |item: &Item<'_>| item.place);
        for row in self.store.all_resources(&self.call.tenant, &rt.name)? {
            let value = self.other_resource(rt, &row);
            let matches = match &wanted {
                Wanted::Everybody => true,
                Wanted::Those(filter) => filter.matches(&value, rt),
            };
            if matches {
                found.offer(Item { place: row.row, rt, value });
            }
        }
        let Matches { kept, total, .. } = found;
        self.page(query, &window, Found { items: kept, total, ordered })
    }

    /// The resources of every type (RFC 7644 section 3.4.2.1).
    pub(super) fn list_everything(&self, query: &Query) -> Done<Reply> {
        let types: Vec<&ResourceType> = self.service.types.all().collect();
        let wanted = self.wanted(query, &types)?;
        let window = self.window(query, "")?;
        let ordered = self.is_ordered(query);
        let mut found = Matches::new(&window, ordered, |item: &Item<'_>| item.place);
        for item in self.everything()? {
            let matches = match &wanted {
                Wanted::Everybody => true,
                Wanted::Those(filter) => filter.matches_among_types(&item.value, item.rt),
            };
            if matches {
                found.offer(item);
            }
        }
        let Matches { kept, total, .. } = found;
        self.page(query, &window, Found { items: kept, total, ordered })
    }

    fn everything(&self) -> Done<Vec<Item<'_>>> {
        // Rows count up within a type; the type stands above them.
        let place = |kind: usize, row: i64| ((kind as i64) << 48) | row;
        let types = &self.service.types;
        let mut users = Vec::new();
        self.store.each_user(&self.call.tenant, |user| users.push(user))?;
        let mut items = Vec::new();
        for user in users.iter().filter(|user| self.knows(user)) {
            items.push(Item { place: place(0, user.row), rt: &types.users, value: self.user_resource(user, true)? });
        }
        for group in self.store.all_groups(&self.call.tenant)? {
            items.push(Item {
                place: place(1, group.row),
                rt: &types.groups,
                value: self.group_resource(&group, true)?,
            });
        }
        for (kind, rt) in types.others.iter().enumerate() {
            for row in self.store.all_resources(&self.call.tenant, &rt.name)? {
                items.push(Item { place: place(kind + 2, row.row), rt, value: self.other_resource(rt, &row) });
            }
        }
        Ok(items)
    }

    /// The filter, read and checked.
    fn wanted(&self, query: &Query, types: &[&ResourceType]) -> Done<Wanted> {
        let Some(text) = query.filter.as_deref() else { return Ok(Wanted::Everybody) };
        let rules = &self.behaviour().query;
        let allowed = match types {
            [rt] if rt.endpoint == self.service.types.users.endpoint => rules.user_filters.as_deref(),
            [rt] if rt.endpoint == self.service.types.groups.endpoint => rules.group_filters.as_deref(),
            _ => None,
        };
        let filter = read_filter(text, types)?;
        narrow(&filter, rules, allowed)?;
        Ok(Wanted::Those(filter))
    }
}

/// An attribute no type has is refused where there is one type; among several it has no value.
fn read_filter(text: &str, types: &[&ResourceType]) -> Result<Filter, ScimError> {
    let filter = Filter::parse(text)?;
    types.iter().try_for_each(|rt| filter.check(rt))?;
    if let [rt] = types
        && let Some(unknown) = filter.unknown_attributes(rt).first()
    {
        return Err(ScimError::invalid_filter(format!("{} has no attribute {unknown}", rt.name)));
    }
    Ok(filter)
}

/// Whether a filter may ask for an attribute; too often yes costs time, never truth.
fn mentions(filter: &Filter, name: &str) -> bool {
    filter.to_string().to_ascii_lowercase().contains(name)
}

/// The part of a filter that every match fulfils and an index may answer.
fn leading(filter: &Filter) -> &Filter {
    match filter {
        Filter::And(parts) => parts.first().map_or(filter, leading),
        other => other,
    }
}

fn plain<'f>(filter: &'f Filter, core: &str) -> Option<(String, &'f str)> {
    let (path, value) = leading(filter).as_equality()?;
    let in_core = path.urn.as_ref().is_none_or(|u| urn::same(u, core));
    let sub = path.sub.as_ref().map(|sub| format!(".{sub}")).unwrap_or_default();
    in_core.then(|| (format!("{}{sub}", path.name).to_ascii_lowercase(), value))
}

pub(super) fn user_key(filter: &Filter) -> Option<UserKey> {
    let (name, value) = plain(filter, urn::USER)?;
    match name.as_str() {
        "id" => Some(UserKey::Id(value.to_owned())),
        "username" => Some(UserKey::UserName(value.to_owned())),
        "externalid" => Some(UserKey::ExternalId(value.to_owned())),
        _ => None,
    }
}

pub(super) fn group_key(filter: &Filter) -> Option<GroupKey> {
    if let Filter::ValuePath { attr, filter: inner } = leading(filter)
        && attr.name.eq_ignore_ascii_case("members")
        && let Some((path, value)) = inner.as_equality()
        && path.name.eq_ignore_ascii_case("value")
    {
        return Some(GroupKey::Member(value.to_owned()));
    }
    let (name, value) = plain(filter, urn::GROUP)?;
    match name.as_str() {
        "id" => Some(GroupKey::Id(value.to_owned())),
        "displayname" => Some(GroupKey::DisplayName(value.to_owned())),
        "externalid" => Some(GroupKey::ExternalId(value.to_owned())),
        "members" | "members.value" => Some(GroupKey::Member(value.to_owned())),
        _ => None,
    }
}
