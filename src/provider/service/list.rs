//! Queries (RFC 7644 section 3.4.2): filter, sort, page.
//!
//! In: the parameters. Out: one page. What an index can answer is not scanned for, and what is not shown is not read.

use super::narrow::narrow;
use super::{Done, Reply, Work};
use crate::provider::behaviour::{BadFilter, Hidden, LocalAccounts, Total};
use crate::provider::store::{GroupKey, GroupRow, UserKey, UserRow};
use crate::scim::error::ScimError;
use crate::scim::filter::Filter;
use crate::scim::list::{Page, list_response};
use crate::scim::path::AttrPath;
use crate::scim::project::Projection;
use crate::scim::schema::ResourceType;
use crate::scim::{sort, urn};
use serde_json::Value;
use std::sync::atomic::Ordering;

/// What a client asks of a collection.
pub(super) struct Query {
    filter: Option<String>,
    sort_by: Option<String>,
    descending: bool,
    page: Page,
    projection: Projection,
    count_given: bool,
}

/// The filter as it will be applied.
enum Wanted {
    Everybody,
    Nobody,
    Those(Filter),
}

/// The stretch of the matches to show.
#[derive(Clone, Copy)]
struct Window {
    skip: i64,
    take: i64,
}

/// Counts every match and keeps those in the window, or all while their order is open.
struct Matches<R> {
    window: Window,
    ordered: bool,
    kept: Vec<R>,
    total: i64,
}

impl<R> Matches<R> {
    fn offer(&mut self, row: R) {
        let inside = self.total >= self.window.skip && (self.kept.len() as i64) < self.window.take;
        if inside || !self.ordered {
            self.kept.push(row);
        }
        self.total += 1;
    }
}

impl Work<'_> {
    /// The query in the URL.
    pub(super) fn query(&self) -> Done<Query> {
        Ok(Query {
            filter: self.parameter("filter").map(str::to_owned),
            sort_by: self.parameter("sortBy").map(str::to_owned),
            descending: self.parameter("sortOrder").is_some_and(|o| o.eq_ignore_ascii_case("descending")),
            page: self.page_asked(self.parameter("startIndex"), self.parameter("count"))?,
            projection: self.projection()?,
            count_given: self.parameter("count").is_some(),
        })
    }

    fn page_asked(&self, start_index: Option<&str>, count: Option<&str>) -> Done<Page> {
        let start_index = self.narrowed(self.behaviour().query.start_index, "startIndex", start_index)?;
        Ok(Page::parse(start_index, count)?)
    }

    /// The query in the body of a POST to `.search` (RFC 7644 section 3.4.3).
    pub(super) fn search(&self) -> Done<Query> {
        let body = self.json()?;
        let schemas = body.get("schemas").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        if !schemas.iter().filter_map(Value::as_str).any(|s| urn::same(s, urn::SEARCH_REQUEST)) {
            return Err(ScimError::invalid_syntax(format!("schemas does not name {}", urn::SEARCH_REQUEST)).into());
        }
        let text = |name: &str| match body.get(name) {
            Some(Value::String(text)) => Some(text.clone()),
            Some(Value::Number(number)) => Some(number.to_string()),
            Some(Value::Array(names)) => Some(names.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(",")),
            _ => None,
        };
        Ok(Query {
            filter: text("filter"),
            sort_by: text("sortBy"),
            descending: text("sortOrder").is_some_and(|o| o.eq_ignore_ascii_case("descending")),
            page: self.page_asked(text("startIndex").as_deref(), text("count").as_deref())?,
            projection: Projection::parse(text("attributes").as_deref(), text("excludedAttributes").as_deref())?,
            count_given: body.get("count").is_some(),
        })
    }

    pub(super) fn list_users(&self, query: &Query) -> Done<Reply> {
        let rt = &self.service.users;
        let wanted = self.wanted(query, rt)?;
        let sort_by = self.sort_by(query)?;
        let shuffled = self.behaviour().faults.shuffled_pages;
        let window = self.window(query);
        let everybody_is_known = self.behaviour().local_accounts == LocalAccounts::Visible
            && !self.behaviour().faults.local_accounts_hidden
            && self.behaviour().faults.filter_hides == Hidden::Nobody;
        let mut found = Matches { window, ordered: sort_by.is_none() && !shuffled, kept: Vec::new(), total: 0 };
        match &wanted {
            Wanted::Nobody => {}
            Wanted::Everybody if found.ordered && everybody_is_known => {
                found.total = self.store.count_users(&self.call.tenant)?;
                found.kept = self.store.users_page(&self.call.tenant, window.skip, window.take)?;
            }
            Wanted::Everybody => {
                self.store.each_user(&self.call.tenant, |user| {
                    if self.knows(&user) {
                        found.offer(user);
                    }
                })?;
            }
            Wanted::Those(filter) => self.match_users(filter, &mut found)?,
        }
        let shows_groups = query.projection.wants("groups", rt);
        let render = |user: &UserRow, all: bool| self.user_resource(user, all || shows_groups);
        self.page(query, found, sort_by.as_ref(), rt, render)
    }

    fn match_users(&self, filter: &Filter, found: &mut Matches<UserRow>) -> Done<()> {
        let asks_groups = mentions(filter, "groups");
        let mut trouble = None;
        let key = user_key(filter);
        let mut offer = |user: UserRow| {
            if !self.finds(&user) {
                return;
            }
            match self.user_resource(&user, asks_groups) {
                Ok(resource) if filter.matches(&resource, &self.service.users) => found.offer(user),
                Ok(_) => {}
                Err(refusal) => trouble = Some(refusal),
            }
        };
        match &key {
            Some(key) => {
                let exact = self.behaviour().faults.filter_name_exact;
                for user in self.store.users_by(&self.call.tenant, key)? {
                    if !exact || !matches!(key, UserKey::UserName(name) if *name != user.user_name) {
                        offer(user);
                    }
                }
            }
            None => self.store.each_user(&self.call.tenant, &mut offer)?,
        }
        trouble.map_or(Ok(()), Err)
    }

    pub(super) fn list_groups(&self, query: &Query) -> Done<Reply> {
        let rt = &self.service.groups;
        let wanted = self.wanted(query, rt)?;
        let sort_by = self.sort_by(query)?;
        let window = self.window(query);
        let ordered = sort_by.is_none() && !self.behaviour().faults.shuffled_pages;
        let mut found = Matches { window, ordered, kept: Vec::new(), total: 0 };
        match &wanted {
            Wanted::Nobody => {}
            Wanted::Everybody if ordered => {
                found.total = self.store.count_groups(&self.call.tenant)?;
                found.kept = self.store.groups_page(&self.call.tenant, window.skip, window.take)?;
            }
            Wanted::Everybody => {
                self.store.all_groups(&self.call.tenant)?.into_iter().for_each(|group| found.offer(group));
            }
            Wanted::Those(filter) => self.match_groups(filter, &mut found)?,
        }
        let shows_members = query.projection.wants("members", rt);
        let render = |group: &GroupRow, all: bool| self.group_resource(group, all || shows_members);
        self.page(query, found, sort_by.as_ref(), rt, render)
    }

    fn match_groups(&self, filter: &Filter, found: &mut Matches<GroupRow>) -> Done<()> {
        self.check_member_of_filter(filter)?;
        let key = group_key(filter);
        let candidates = match &key {
            Some(key) => self.store.groups_by(&self.call.tenant, key)?,
            None => self.store.all_groups(&self.call.tenant)?,
        };
        // A lookup by one member is answered by the index alone; its group's members stay unread.
        let answered = matches!(key, Some(GroupKey::Member(_))) && !matches!(filter, Filter::And(_));
        let asks_members = mentions(filter, "members");
        for group in candidates {
            if answered || filter.matches(&self.group_with(&group, asks_members)?, &self.service.groups) {
                found.offer(group);
            }
        }
        Ok(())
    }

    /// The answer: the page of what was found, sorted and projected.
    fn page<R>(
        &self,
        query: &Query,
        found: Matches<R>,
        sort_by: Option<&AttrPath>,
        rt: &ResourceType,
        render: impl Fn(&R, bool) -> Done<Value>,
    ) -> Done<Reply> {
        let faults = &self.behaviour().faults;
        let Matches { window, ordered, kept, total } = found;
        if faults.no_match_is_404 && total == 0 && query.filter.is_some() {
            return Err(ScimError::not_found("nothing matches the filter").into());
        }
        let mut resources = kept.iter().map(|row| render(row, sort_by.is_some())).collect::<Done<Vec<Value>>>()?;
        if let Some(by) = sort_by {
            sort::sort(&mut resources, by, query.descending, rt);
        } else if !ordered {
            self.shuffle(&mut resources);
        }
        let outside = if ordered { 0 } else { window.skip };
        let shown: Vec<Value> = resources
            .iter()
            .skip(usize::try_from(outside).unwrap_or(usize::MAX))
            .take(usize::try_from(window.take).unwrap_or_default())
            .map(|resource| query.projection.apply(resource, rt))
            .collect();
        let total = match faults.total {
            Total::Matches => total,
            Total::Capped => total.min(100),
            Total::OnPage => shown.len() as i64,
        };
        Ok(Reply::json(200, list_response(shown, total.unsigned_abs(), query.page.start_index)))
    }

    /// Another order for every answer, the same in every run.
    fn shuffle(&self, resources: &mut [Value]) {
        let turn = self.service.lists.fetch_add(1, Ordering::Relaxed) as usize + 1;
        let middle = turn % resources.len().max(1);
        resources.rotate_left(middle);
        resources.reverse();
    }

    fn window(&self, query: &Query) -> Window {
        let faults = &self.behaviour().faults;
        let offset = if faults.start_index_ignored { 0 } else { query.page.offset() };
        // SQLite counts in i64; what lies beyond is beyond every list.
        let mut skip = i64::try_from(offset).unwrap_or(i64::MAX);
        if skip > 0 {
            skip = skip.saturating_add(faults.page_shift);
        }
        let asked = query.page.count.filter(|count| !(faults.count_zero_ignored && *count == 0));
        let most = self.behaviour().max_page;
        let take = asked.map_or(self.behaviour().default_page.min(most), |count| most.min(count));
        Window { skip, take: i64::try_from(take).unwrap_or(i64::MAX) }
    }

    fn sort_by(&self, query: &Query) -> Done<Option<AttrPath>> {
        let Some(text) = query.sort_by.as_deref().filter(|t| !t.is_empty()) else { return Ok(None) };
        let path = AttrPath::parse(text).map_err(|e| ScimError::invalid_value(format!("sortBy: {e}")))?;
        Ok(Some(path))
    }

    /// The filter, read and checked; what becomes of an unreadable one the behaviour says.
    fn wanted(&self, query: &Query, rt: &ResourceType) -> Done<Wanted> {
        let Some(text) = query.filter.as_deref() else { return Ok(Wanted::Everybody) };
        let faults = &self.behaviour().faults;
        if faults.empty_pages_when_filtered && !query.count_given {
            return Ok(Wanted::Nobody);
        }
        let rules = &self.behaviour().query;
        let allowed =
            if rt.endpoint == self.service.users.endpoint { &rules.user_filters } else { &rules.group_filters };
        let read = read_filter(text, rt).and_then(|filter| narrow(&filter, rules, allowed.as_deref()).map(|()| filter));
        match (read, faults.bad_filter) {
            (Ok(Filter::And(parts)), _) if faults.filter_stops_at_and => {
                Ok(parts.into_iter().next().map_or(Wanted::Everybody, Wanted::Those))
            }
            (Ok(filter), _) => Ok(Wanted::Those(filter)),
            (Err(_), BadFilter::Everybody) => Ok(Wanted::Everybody),
            (Err(_), BadFilter::Nobody) => Ok(Wanted::Nobody),
            (Err(error), BadFilter::Refused) => Err(error.into()),
        }
    }
}

fn read_filter(text: &str, rt: &ResourceType) -> Result<Filter, ScimError> {
    let filter = Filter::parse(text)?;
    filter.check(rt)?;
    if let Some(unknown) = filter.unknown_attributes(rt).first() {
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

fn user_key(filter: &Filter) -> Option<UserKey> {
    let (name, value) = plain(filter, urn::USER)?;
    match name.as_str() {
        "id" => Some(UserKey::Id(value.to_owned())),
        "username" => Some(UserKey::UserName(value.to_owned())),
        "externalid" => Some(UserKey::ExternalId(value.to_owned())),
        _ => None,
    }
}

fn group_key(filter: &Filter) -> Option<GroupKey> {
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
