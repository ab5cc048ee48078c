//! From matches to the page a client asked for, by index (RFC 7644 section 3.4.2.4) or by cursor (RFC 9865).

use super::cursor::{Position, Walk};
use super::query::Query;
use super::{Done, Reply, Work};
use scim::list::{cursor_response, list_response};
use scim::schema::ResourceType;
use scim::sort::SortKey;
use serde_json::Value;
use std::cmp::Ordering;

/// The stretch of the matches to show.
pub(super) struct Window {
    pub(super) skip: i64,
    pub(super) take: i64,
    /// By cursor, not by index.
    pub(super) walk: Option<Walk>,
}

impl Window {
    /// The place after which an unsorted walk goes on.
    pub(super) fn after(&self) -> Option<i64> {
        self.walk.as_ref().and_then(|walk| walk.after.as_ref()).map(|position| position.place)
    }

    /// The rows to show of a list of keys and rows, which stand in the order of their making, once it is sorted; one
    /// more where a walk has to know whether anything follows.
    pub(super) fn rows(&self, query: &Query, mut keyed: Vec<(SortKey, i64)>) -> Vec<i64> {
        keyed.sort_by(|(a, _), (b, _)| a.order(b, query.descending));
        let first = match self.walk.as_ref().map(|walk| walk.after.as_ref()) {
            None => usize::try_from(self.skip).unwrap_or(usize::MAX),
            Some(None) => 0,
            Some(Some(after)) => {
                keyed.iter().position(|(key, row)| after.is_before(query, Some(key), *row)).unwrap_or(keyed.len())
            }
        };
        let reach = usize::try_from(self.reach()).unwrap_or_default();
        keyed.into_iter().skip(first).take(reach).map(|(_, row)| row).collect()
    }

    /// How many to read: a walk has to know whether anything follows.
    pub(super) fn reach(&self) -> i64 {
        self.take.saturating_add(i64::from(self.walk.is_some()))
    }
}

/// Counts every match and keeps those in the window, or all while their order is open.
pub(super) struct Matches<R> {
    skip: i64,
    reach: i64,
    after: Option<i64>,
    ordered: bool,
    place: fn(&R) -> i64,
    pub(super) kept: Vec<R>,
    pub(super) total: i64,
}

impl<R> Matches<R> {
    pub(super) fn new(window: &Window, ordered: bool, place: fn(&R) -> i64) -> Self {
        let (after, reach) = (window.after(), window.reach());
        Self { skip: window.skip, reach, after, ordered, place, kept: Vec::new(), total: 0 }
    }

    pub(super) fn offer(&mut self, row: R) {
        let passed = self.total >= self.skip && self.after.is_none_or(|after| (self.place)(&row) > after);
        if !self.ordered || passed && (self.kept.len() as i64) < self.reach {
            self.kept.push(row);
        }
        self.total += 1;
    }
}

/// A whole resource with its place in the order of making.
pub(super) struct Item<'r> {
    pub(super) place: i64,
    pub(super) rt: &'r ResourceType,
    pub(super) value: Value,
}

/// What a query found: all of it, or when the order was settled beforehand, the window.
pub(super) struct Found<'r> {
    pub(super) items: Vec<Item<'r>>,
    pub(super) total: i64,
    pub(super) ordered: bool,
}

impl Work<'_> {
    /// Whether what is found first stands first.
    pub(super) fn is_ordered(&self, query: &Query) -> bool {
        query.sort_by.is_none()
    }

    /// The stretch to show of the collection `name`.
    pub(super) fn window(&self, query: &Query, name: &str) -> Done<Window> {
        // SQLite counts in i64; what lies beyond is beyond every list.
        let skip = i64::try_from(query.page.offset()).unwrap_or(i64::MAX);
        let most = self.behaviour().max_page;
        let take = query.page.count.map_or(self.behaviour().default_page.min(most), |count| most.min(count));
        let sort_by = query.sort_by.as_ref().map(ToString::to_string);
        let through = || format!("{:?}", (name, &query.filter, sort_by, query.descending));
        let walk = query.cursor.as_ref().map(|cursor| self.walk(cursor, through())).transpose()?;
        Ok(Window { skip, take: i64::try_from(take).unwrap_or(i64::MAX), walk })
    }

    /// The answer: the page of what was found, sorted and projected.
    pub(super) fn page(&self, query: &Query, window: &Window, found: Found<'_>) -> Done<Reply> {
        let Found { mut items, total, ordered } = found;
        let keys = arrange(query, &mut items);
        let first = match (&window.walk, ordered) {
            (_, true) => 0,
            (None, false) => usize::try_from(window.skip).unwrap_or(usize::MAX),
            (Some(walk), false) => begin(query, walk, &items, &keys),
        };
        let take = usize::try_from(window.take).unwrap_or_default();
        let end = first.saturating_add(take).min(items.len());
        let shown: Vec<Value> = items
            .iter_mut()
            .take(end)
            .skip(first)
            .map(|item| query.projection.apply(std::mem::take(&mut item.value), item.rt))
            .collect();
        let Some(walk) = &window.walk else {
            return Ok(Reply::json(200, list_response(shown, total.unsigned_abs(), query.page.start_index)));
        };
        // A page of none goes nowhere: it asked for the total alone.
        let last = items.get(..end).and_then(<[_]>::last).filter(|_| !shown.is_empty() && end < items.len());
        let next = last.map(|last| Position { place: last.place, key: keys.get(end - 1).cloned() });
        let next = next.map(|position| self.cursor(&position, &walk.through)).transpose()?;
        Ok(Reply::json(200, cursor_response(shown, total.unsigned_abs(), next)))
    }
}

/// Brings the items into order; says what they were sorted by, where they were.
fn arrange(query: &Query, items: &mut Vec<Item<'_>>) -> Vec<SortKey> {
    if let Some(by) = &query.sort_by {
        let keyed = std::mem::take(items).into_iter().map(|item| (SortKey::of(&item.value, by, item.rt), item));
        let mut keyed: Vec<_> = keyed.collect();
        keyed.sort_by(|(a, _), (b, _)| a.order(b, query.descending));
        let (keys, sorted) = keyed.into_iter().unzip();
        *items = sorted;
        return keys;
    }
    Vec::new()
}

/// The first item of a sorted list that stands after the walk's position.
fn begin(query: &Query, walk: &Walk, items: &[Item<'_>], keys: &[SortKey]) -> usize {
    let Some(after) = &walk.after else { return 0 };
    items
        .iter()
        .enumerate()
        .position(|(at, item)| after.is_before(query, keys.get(at), item.place))
        .unwrap_or(items.len())
}

impl Position {
    /// Whether what has this key and this place stands after the position.
    fn is_before(&self, query: &Query, key: Option<&SortKey>, place: i64) -> bool {
        let order = match (key, &self.key) {
            (Some(key), Some(known)) => key.order(known, query.descending),
            _ => Ordering::Equal,
        };
        order.then(place.cmp(&self.place)).is_gt()
    }
}
