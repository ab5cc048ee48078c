//! Pages put together from others: by status, or in an order that is another each time.

use super::layer::{Layer, parameter, set_parameter};
use super::names::FaultName as F;
use crate::service::{Done, Reply, Target};
use serde_json::Value;
use std::sync::atomic::{AtomicU64, Ordering};

impl Layer<'_> {
    /// A page made of a page of the active and one of the inactive.
    pub(super) fn paged_by_status(&self) -> Done<Option<Reply>> {
        let filter = parameter(self.call, "filter");
        let asks_status = filter.as_ref().is_some_and(|filter| filter.contains("active eq"));
        if !self.has(F::PagesByStatus) || self.call.target != Target::Users || !self.asks_list() || asks_status {
            return Ok(None);
        }
        let own = filter.map(|filter| format!("({filter}) and ")).unwrap_or_default();
        let (mut shown, mut total) = (None, 0);
        for active in [true, false] {
            let mut call = self.call.clone();
            set_parameter(&mut call, "filter", Some(format!("{own}active eq {active}")));
            let reply = self.run_other(&call)?;
            total += reply.body.as_ref().and_then(|body| body["totalResults"].as_u64()).unwrap_or_default();
            shown = Some(match shown {
                None => reply,
                Some(first) => joined(first, reply),
            });
        }
        let most = self.number("count").and_then(|n| usize::try_from(n).ok()).unwrap_or(usize::MAX);
        Ok(shown.map(|mut reply| {
            if let Some(body) = &mut reply.body {
                if let Some(all) = body["Resources"].as_array_mut() {
                    all.truncate(most);
                }
                body["totalResults"] = total.into();
                counted(body);
            }
            reply
        }))
    }

    /// The page that stands there when the order is another for every answer, the same in every run.
    pub(super) fn in_another_order(&self, lists: &AtomicU64) -> Done<Option<Reply>> {
        let ordered = ["sortBy", "cursor"].into_iter().any(|name| parameter(self.call, name).is_some());
        if !self.has(F::PageOrderChanges) || !self.asks_list() || ordered {
            return Ok(None);
        }
        let turn = lists.fetch_add(1, Ordering::Relaxed) + 1;
        let total = self.stretch(1, 0)?.body.and_then(|body| body["totalResults"].as_u64()).unwrap_or_default();
        let behaviour = &self.service.behaviour;
        let (start, most) = (self.number("startIndex").unwrap_or(1).max(1), behaviour.max_page);
        let count =
            self.number("count").unwrap_or(behaviour.default_page).min(most).min(total.saturating_sub(start - 1));
        if total < 2 || count == 0 {
            return Ok(None);
        }
        // All of them, turned and backwards: the page ends before the place where it would begin.
        let end = (turn % total + total - start) % total + 1;
        let mut reply = if count <= end {
            self.stretch(end + 1 - count, count)?
        } else {
            let rest = count - end;
            joined(self.stretch(total + 1 - rest, rest)?, self.stretch(1, end)?)
        };
        if let Some(body) = &mut reply.body {
            if let Some(all) = body["Resources"].as_array_mut() {
                all.reverse();
            }
            body["startIndex"] = start.into();
            counted(body);
        }
        Ok(Some(reply))
    }

    fn number(&self, name: &str) -> Option<u64> {
        parameter(self.call, name).and_then(|number| number.parse().ok())
    }

    /// A page of the right order.
    fn stretch(&self, start: u64, count: u64) -> Done<Reply> {
        let mut call = self.call.clone();
        set_parameter(&mut call, "startIndex", Some(start.to_string()));
        set_parameter(&mut call, "count", Some(count.to_string()));
        self.run_other(&call)
    }
}

/// One page after the other.
fn joined(mut first: Reply, second: Reply) -> Reply {
    let more = second.body.and_then(|mut body| body.get_mut("Resources").map(Value::take));
    if let (Some(all), Some(Value::Array(more))) =
        (first.body.as_mut().and_then(|body| body["Resources"].as_array_mut()), more)
    {
        all.extend(more);
    }
    first
}

fn counted(body: &mut Value) {
    body["itemsPerPage"] = body["Resources"].as_array().map_or(0, Vec::len).into();
}
