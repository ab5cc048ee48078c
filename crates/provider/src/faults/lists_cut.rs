//! Lists put together: whom a query finds, in which order, and where a page begins and ends.
//!
//! Each of these asks the one before it for its pages, so that one does not hide what another does: an order that changes is
//! an order of what was found, and a page by status is made of pages in that order.

use super::layer::{Layer, parameter, set_parameter};
use super::lists::FIND_WRONGLY;
use super::names::FaultName as F;
use crate::service::{Call, Done, Refusal, Reply, Target};
use serde_json::Value;

impl Layer<'_> {
    /// The list a call asks for.
    pub(super) fn listed(&self) -> Done<Reply> {
        match self.paged_by_status()? {
            Some(reply) => Ok(reply),
            None => self.ordered(),
        }
    }

    /// A page made of a page of the active and one of the inactive; none where the product has no such filter.
    fn paged_by_status(&self) -> Done<Option<Reply>> {
        let filter = parameter(self.call, "filter");
        let asks_status = filter.as_ref().is_some_and(|filter| filter.contains("active eq"));
        if !self.has(F::PagesByStatus) || self.call.target != Target::Users || asks_status {
            return Ok(None);
        }
        let own = filter.map(|filter| format!("({filter}) and ")).unwrap_or_default();
        let (mut shown, mut total) = (None, 0);
        for active in [true, false] {
            let mut call = self.call.clone();
            set_parameter(&mut call, "filter", Some(format!("{own}active eq {active}")));
            let reply = match (Layer { call: &call, ..*self }).ordered() {
                Ok(reply) => reply,
                Err(Refusal::Scim(_)) => return Ok(None),
                Err(other) => return Err(other),
            };
            total += count_of(&reply);
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
    fn ordered(&self) -> Done<Reply> {
        let has_order = ["sortBy", "cursor"].into_iter().any(|name| parameter(self.call, name).is_some());
        if !self.has(F::PageOrderChanges) || has_order {
            return self.found();
        }
        let turn = self.memory.next_list();
        let total = count_of(&self.stretch(1, 0)?);
        let behaviour = &self.service.behaviour;
        let (start, most) = (self.number("startIndex").unwrap_or(1).max(1), behaviour.max_page);
        let count =
            self.number("count").unwrap_or(behaviour.default_page).min(most).min(total.saturating_sub(start - 1));
        if total < 2 || count == 0 {
            return self.found();
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
        Ok(reply)
    }

    /// The page of whom the query finds. Who is left out or added is so before the list is cut into pages.
    fn found(&self) -> Done<Reply> {
        let mut reply = self.run()?;
        if !self.has_one_of(FIND_WRONGLY) {
            return Ok(reply);
        }
        let Some(filter) = parameter(self.call, "filter") else { return Ok(reply) };
        let total = count_of(&reply);
        let Some(body) = reply.body.as_mut() else { return Ok(reply) };
        let shown = body["Resources"].as_array().cloned().unwrap_or_default();
        let is_part = shown.len() as u64 != total && parameter(self.call, "cursor").is_none();
        let whole = if is_part { self.whole(total)? } else { None };
        let (is_whole, mut all) = (whole.is_some(), whole.unwrap_or(shown));
        let before = all.len() as u64;
        self.find_wrongly(&filter, &mut all)?;
        body["totalResults"] = (total + all.len() as u64).saturating_sub(before).into();
        if is_whole {
            let behaviour = &self.service.behaviour;
            let skip = body["startIndex"].as_u64().unwrap_or(1).max(1) - 1;
            let count = self.number("count").unwrap_or(behaviour.default_page).min(behaviour.max_page);
            let place = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
            all = all.into_iter().skip(place(skip)).take(place(count)).collect();
        }
        body["Resources"] = all.into();
        counted(body);
        Ok(reply)
    }

    /// Everything the query finds; none where the product does not page.
    fn whole(&self, total: u64) -> Done<Option<Vec<Value>>> {
        let mut all: Vec<Value> = Vec::new();
        while (all.len() as u64) < total {
            let reply = self.run_other(&self.part(all.len() as u64 + 1, self.service.behaviour.max_page))?;
            let page = reply.body.and_then(|mut body| body.get_mut("Resources").map(Value::take));
            let Some(Value::Array(page)) = page else { return Ok(None) };
            let Some(next) = page.first() else { return Ok(None) };
            if all.first().is_some_and(|first| first["id"] == next["id"]) {
                return Ok(None);
            }
            all.extend(page);
        }
        Ok(Some(all))
    }

    fn number(&self, name: &str) -> Option<u64> {
        let number = parameter(self.call, name)?.parse::<i64>().ok()?;
        Some(number.max(0).unsigned_abs())
    }

    /// A page of the right order.
    fn stretch(&self, start: u64, count: u64) -> Done<Reply> {
        Layer { call: &self.part(start, count), ..*self }.found()
    }

    /// The call that asks for a part of the list.
    fn part(&self, start: u64, count: u64) -> Call {
        let mut call = self.call.clone();
        set_parameter(&mut call, "startIndex", Some(start.to_string()));
        set_parameter(&mut call, "count", Some(count.to_string()));
        call
    }
}

fn count_of(reply: &Reply) -> u64 {
    reply.body.as_ref().and_then(|body| body["totalResults"].as_u64()).unwrap_or_default()
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
