//! One walk through a collection, page by page (RFC 7644 section 3.4.2.4), by cursor where a page names one (RFC 9865).
//!
//! In: a client and an endpoint. Out: the resources of each page that were not seen before, and in the end what speaks
//! against having seen them all. Never: more of the collection in memory than a page and the ids.

use super::{ReadError, RepeatedPage, TenantState, get};
use crate::mask::Mask;
use client::observe::{List, Observation, id_text};
use client::wire::{Client, encode_query_value};
use serde_json::Value;
use std::collections::HashSet;

/// Asked for on each page; a server may give fewer.
const PAGE: usize = 100;
/// More pages than any directory has; the end of a server that never says it is at the end.
const MOST_PAGES: usize = 20_000;

/// A walk under way.
pub(crate) struct PagedRead<'a> {
    endpoint: &'a str,
    most: usize,
    size: usize,
    /// Ids so far; pseudonyms where there is a mask.
    seen: HashSet<String>,
    /// Makes an id what `seen` has of it.
    mask: Option<Mask>,
    /// Resources handed out.
    read: usize,
    total: Option<u64>,
    doubts: Vec<String>,
    received: usize,
    /// Pages that came.
    pub(crate) pages: usize,
    unsettled: bool,
    paged: bool,
    done: bool,
    /// The page that brought nothing new.
    stuck: Option<RepeatedPage>,
    /// Where the next page begins, if the last one named a cursor.
    cursor: Option<String>,
}

/// Where a walk stands between two pages.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Place {
    /// Resources received, those that came twice counted twice.
    pub(crate) received: usize,
    /// Pages that came.
    pub(crate) pages: usize,
    /// What `totalResults` said last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) total: Option<u64>,
    /// The cursor of the next page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cursor: Option<String>,
    /// Whether there is no next page.
    #[serde(default)]
    pub(crate) done: bool,
    /// What was odd so far.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) doubts: Vec<String>,
}

impl<'a> PagedRead<'a> {
    /// From the beginning; of the collection no more than `most` resources, up to a page.
    pub(crate) fn new(endpoint: &'a str, most: usize) -> Self {
        Self {
            endpoint,
            most,
            size: PAGE,
            seen: HashSet::new(),
            mask: None,
            read: 0,
            total: None,
            doubts: Vec::new(),
            received: 0,
            pages: 0,
            unsettled: false,
            paged: false,
            done: false,
            stuck: None,
            cursor: None,
        }
    }

    /// From the beginning, in pages of that size.
    pub(crate) fn with_size(endpoint: &'a str, size: usize) -> Self {
        Self { size, ..Self::new(endpoint, usize::MAX) }
    }

    /// From where an earlier walk stood. `seen` are the ids it read, under that mask.
    pub(crate) fn resume(self, place: Place, seen: HashSet<String>, mask: Option<Mask>) -> Self {
        let Place { received, pages, total, cursor, done, doubts } = place;
        let (read, paged) = (seen.len(), pages > 1);
        Self { received, pages, total, cursor, done, doubts, read, seen, mask, paged, ..self }
    }

    /// Where it stands.
    pub(crate) fn place(&self) -> Place {
        Place {
            received: self.received,
            pages: self.pages,
            total: self.total,
            cursor: self.cursor.clone(),
            done: self.done,
            doubts: self.doubts.clone(),
        }
    }

    /// What is new on the next page; `None` after the last.
    pub(crate) async fn next(&mut self, client: &Client) -> Result<Option<Vec<Value>>, ReadError> {
        while !self.done {
            if self.pages >= MOST_PAGES {
                self.doubt(format!("{} does not end: {MOST_PAGES} pages were read", self.endpoint));
                break;
            }
            self.paged |= self.received > 0;
            let from = match &self.cursor {
                Some(cursor) => format!("cursor={}", encode_query_value(cursor)),
                None => format!("startIndex={}", self.received + 1),
            };
            let target = format!("{}?{from}&count={}", self.endpoint, self.size);
            let page = get(client, &target).await?;
            self.pages += 1;
            if page.exchange.result.as_ref().is_ok_and(|a| a.truncated.is_some()) && self.size > 1 {
                self.size = (self.size / 4).max(1);
                continue;
            }
            if !page.member("Resources").is_none_or(|r| r.is_array() || r.is_null())
                || page.json().is_none_or(|b| !b.is_object())
            {
                return Err(ReadError { what: target, why: "the answer is no list".into(), status: page.status() });
            }
            let items = self.take(&page);
            if !self.done && self.read >= self.most {
                self.doubt(format!("{} was read up to the limit of {}", self.endpoint, self.most));
                self.done = true;
            }
            return Ok(Some(items));
        }
        self.done = true;
        Ok(None)
    }

    /// Takes a page in; what is new on it.
    fn take(&mut self, page: &Observation) -> Vec<Value> {
        let at = self.endpoint;
        let total = page.list().and_then(List::total);
        let moved = self.total.is_some() && total.is_some() && self.total != total;
        if moved {
            self.unsettled = true;
            self.doubt(format!("{at}: totalResults changed while pages were read"));
        }
        self.total = total.or(self.total);
        let came = page.resources();
        self.received += came.len();
        let mut new = Vec::with_capacity(came.len());
        for item in came {
            let Some(id) = id_text(item) else {
                self.doubt(format!("{at}: a resource has no id"));
                new.push(item.clone());
                continue;
            };
            let id = self.mask.as_ref().map_or_else(|| id.clone(), |mask| mask.text(&id));
            if self.seen.insert(id) {
                new.push(item.clone());
            } else {
                self.unsettled = true;
                self.doubt(format!("{at}: an id came on two pages, or twice on one"));
            }
        }
        if !came.is_empty() && new.is_empty() {
            self.doubt(format!("{at}: a page repeats what came before; paging was ended there"));
            // Where others came in between, what was at the end of one page is at the beginning of the next.
            self.stuck = (!moved).then(|| RepeatedPage {
                endpoint: at.to_owned(),
                target: page.exchange.request.target.clone(),
                exchange: page.index,
                read: self.read,
                total: self.total,
            });
            self.done = true;
            return new;
        }
        self.read += new.len();
        let by_cursor = self.cursor.take().is_some();
        self.cursor = page.list().and_then(List::further);
        let last = by_cursor && self.cursor.is_none();
        self.done = came.is_empty() || last || self.total.is_some_and(|total| self.received as u64 >= total);
        new
    }

    fn doubt(&mut self, text: String) {
        if !self.doubts.contains(&text) {
            self.doubts.push(text);
        }
    }

    /// What it says of the view.
    pub(crate) fn finish(mut self, state: &mut TenantState) {
        let read = self.read;
        match self.total {
            Some(total) if total != read as u64 => {
                self.doubt(format!("{}: totalResults says {total}, {read} could be read", self.endpoint));
            }
            None => state.remarks.push(format!("{}: no totalResults, so nothing confirms the end", self.endpoint)),
            Some(_) => {}
        }
        state.unsettled |= self.unsettled;
        state.paged |= self.paged;
        state.repeats = state.repeats.take().or_else(|| self.stuck.take());
        state.complete &= self.doubts.is_empty() && self.total.is_some();
        state.remarks.append(&mut self.doubts);
    }
}
