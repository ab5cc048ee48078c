//! Holds the answer to a row of a table against what the row says of it.
//!
//! In: the answer, the statuses allowed, what it has to hold, what has to be stored afterwards. Out: what does not hold, or why the
//! answer says nothing of that. Never: which requirement it is about.

use super::evidence::Mismatch;
use super::placeholders::filled;
use super::step_end::Stop;
use super::table_cells::{Comparison, Expected, Item, at, items, wrong};
use super::world::World;
use client::observe::Observation;
use judge::verdict::{Place, Severity};
use serde_json::Value;
use std::collections::BTreeSet;

/// What a row says of its answer.
pub(super) struct ExpectedAnswer<'a> {
    pub(super) expected: Expected,
    pub(super) tolerated: Option<Expected>,
    /// The cell, in which `<last>` is the answer itself.
    pub(super) holds: &'a str,
    pub(super) afterwards: Vec<Item>,
    /// Where what is stored is read.
    pub(super) path: String,
    /// What was stored before.
    pub(super) before: Option<Value>,
}

/// What comes of a row.
pub(super) enum Judged {
    /// What does not hold, and the place of the exchange.
    Mismatches(Vec<Mismatch>, usize),
    /// The answer has another status than a good one, so that nothing is known of what a good one would hold.
    Status(Mismatch, usize),
    /// The answer says nothing of the row's clause, for this reason.
    SaysNothing(String),
}

impl Judged {
    /// Whether something does not hold.
    pub(super) fn is_broken(&self) -> bool {
        match self {
            Self::Mismatches(all, _) => !all.is_empty(),
            Self::Status(..) => true,
            Self::SaysNothing(_) => false,
        }
    }

    /// Whether all that does not hold is a password that is there, or a text that has it in it.
    pub(super) fn is_of_a_password(&self) -> bool {
        let of_it = |place: &Place| matches!(place, Place::Body(at) if at.is_empty() || at.ends_with("/password"));
        matches!(self, Self::Mismatches(all, _) if all.iter().all(|(place, ..)| of_it(place)))
    }

    /// What does not hold first, or is not known, in words.
    pub(super) fn reason(&self) -> Option<String> {
        let told = |(_, expected, seen, _): &Mismatch| format!("expected {expected}; seen: {seen}");
        match self {
            Self::Mismatches(all, _) => all.first().map(told),
            Self::Status(mismatch, _) => Some(told(mismatch)),
            Self::SaysNothing(why) => Some(why.clone()),
        }
    }
}

impl ExpectedAnswer<'_> {
    /// Whether the row is about what a good answer holds, or what it leaves behind, rather than about the status.
    fn is_about_content(&self) -> bool {
        let content = !self.holds.trim().is_empty() || !self.afterwards.is_empty();
        content && !self.expected.refuses()
    }
}

impl World {
    /// Judges the answer to a row. `told` are the requests whose status was told by a row above.
    pub(super) async fn judge_answer(
        &mut self,
        answer: &Observation,
        row: ExpectedAnswer<'_>,
        told: &mut BTreeSet<String>,
    ) -> Result<Judged, Stop> {
        let status = answer.status().unwrap_or_default();
        let keyword = answer.member("scimType").and_then(Value::as_str);
        let said = keyword.map(|keyword| format!(" {keyword}")).unwrap_or_default();
        let seen = format!("{status}{said} to {} {}", answer.method(), answer.exchange.request.target);
        let judged = row.expected.judge(status, keyword);
        let mut mismatches = Vec::new();
        if judged == Comparison::Otherwise {
            let tolerated = row.tolerated.as_ref().is_some_and(|t| t.judge(status, keyword) != Comparison::Otherwise);
            let weight = tolerated.then_some(Severity::Warning);
            let mismatch = (Place::Status, row.expected.to_string(), seen, weight);
            let success = !row.is_about_content() && !row.expected.refuses();
            if let Some(why) = no_answer_of_its_kind(status, success) {
                return Ok(Judged::SaysNothing(why.to_owned()));
            }
            if matches!(status, 401 | 403 | 404 | 405) {
                if !told.insert(format!("{} {}", answer.method(), answer.exchange.request.target)) {
                    return Ok(Judged::SaysNothing(format!("it was answered {status}, which is told above")));
                }
                if row.is_about_content() && !tolerated {
                    return Ok(Judged::Status(mismatch, answer.index));
                }
            }
            if !tolerated {
                return Ok(Judged::Mismatches(vec![mismatch], answer.index));
            }
            mismatches.push(mismatch);
        } else if judged == Comparison::OtherKeyword {
            let (place, weight) = (Place::Body("/scimType".into()), Some(Severity::Warning));
            mismatches.push((place, row.expected.to_string(), seen, weight));
        }
        // What a success holds says nothing where a refusal was allowed as well, and given.
        if answer.succeeded() || row.expected.refuses() || status < 400 {
            match self.held(answer, row.holds).await? {
                Ok(broken) => mismatches.extend(broken),
                Err(why) => return Ok(Judged::SaysNothing(why)),
            }
        }
        if (answer.succeeded() || row.expected.refuses()) && !row.afterwards.is_empty() {
            let after = self.evidence.state_at(&row.path).await?;
            let stored = |item| stored_mismatch(item, &row.path, row.before.as_ref(), after.as_ref());
            mismatches.extend(row.afterwards.iter().filter_map(stored));
        }
        Ok(Judged::Mismatches(mismatches, answer.index))
    }

    /// What of a cell does not hold; why that cannot be told, where it cannot.
    async fn held(&mut self, answer: &Observation, cell: &str) -> Result<Result<Vec<Mismatch>, String>, Stop> {
        let cell = filled(self, cell).await?;
        let items = items(&cell).map_err(|e| self.evidence.misuse(e))?;
        let items = self.available(answer.exchange.request.path(), items);
        let mut listed = Vec::new();
        if items.iter().any(|item| matches!(item, Item::Finds(_) | Item::Order(_))) {
            match self.evidence.whole_list(answer).await? {
                Ok(resources) => {
                    let key = |resource: &Value| sort_key(answer, resource);
                    let named = self.noted.named(&resources).into_iter();
                    listed = named.map(|(name, resource)| (name.to_owned(), key(resource))).collect();
                }
                Err(why) => return Ok(Err(why)),
            }
        }
        let broken: Vec<Mismatch> = items.iter().filter_map(|item| mismatch_of(item, answer, &listed)).collect();
        let of_body = |(place, ..): &Mismatch| matches!(place, Place::Body(_));
        let no_json = answer.body.is_some() && !answer.json().is_some_and(|body| body.is_object() || body.is_array());
        if no_json && broken.iter().all(of_body) && !broken.is_empty() {
            return Ok(Err("the answer is no JSON, which RFC7644-3.2-09 is about".to_owned()));
        }
        // Where a server cuts a list shorter than it was asked, the page says nothing of what is not on it.
        let of_page = |(place, ..): &Mismatch| matches!(place, Place::Body(at) if at.starts_with("/Resources/") || at.to_lowercase().contains("cursor"));
        if answer.is_cut() && !broken.is_empty() && broken.iter().all(of_page) {
            return Ok(Err("the server gives smaller pages than it was asked for".to_owned()));
        }
        Ok(Ok(broken))
    }
}

/// Why a status says nothing of the clause of a row, but for those that ask for success and no more.
fn no_answer_of_its_kind(status: u16, success: bool) -> Option<&'static str> {
    match status {
        500 => Some("it was answered 500, which HTTP-03 is about"),
        501 if !success => Some("it was answered 501: the target does not offer this"),
        _ => None,
    }
}

/// A resource of a list that the scenario made: its name, and what the list is sorted by.
type Listed = (String, Option<Value>);

/// What a resource has of the attribute that the list was to be sorted by.
fn sort_key(answer: &Observation, resource: &Value) -> Option<Value> {
    let path = answer.asked("sortBy")?;
    let name = path.rsplit(':').next()?.replace('.', "/");
    at(resource, &format!("/{name}"))
}

fn sorted_names(names: &[String]) -> Vec<&String> {
    let mut names: Vec<&String> = names.iter().collect();
    names.sort();
    names
}

/// Whether a list stands in that order; among those that are alike in what it is sorted by, any order will do.
fn stands_as(listed: &[Listed], names: &[String]) -> bool {
    let found: Vec<String> = listed.iter().map(|(name, _)| name.clone()).collect();
    let key = |name: &String| listed.iter().find(|(n, _)| n == name).and_then(|(_, key)| key.clone());
    let alike = |(a, b): (&String, &String)| a == b || key(a).is_some() && key(a) == key(b);
    sorted_names(&found) == sorted_names(names) && found.iter().zip(names).all(alike)
}

/// What an answer lacks.
fn mismatch_of(item: &Item, answer: &Observation, listed: &[Listed]) -> Option<Mismatch> {
    let shown = |value: Option<&Value>| value.map_or_else(|| "nothing".to_owned(), Value::to_string);
    let mismatch = |place, expected: String, seen: String| Some((place, expected, seen, None));
    match item {
        Item::Body(pointer, test) => {
            let seen = wrong(answer.json(), pointer, test)?;
            mismatch(Place::Body(pointer.clone()), test.to_string(), seen)
        }
        Item::Header(name, test) => {
            let value = answer.header(name).map(Value::from);
            let seen = shown(value.as_ref());
            (!test.holds(value.as_ref())).then(|| mismatch(Place::Header(name.clone()), test.to_string(), seen))?
        }
        Item::Text(test) => {
            let text = answer.exchange.result.as_ref().map(|a| String::from_utf8_lossy(&a.body).into_owned());
            let value = Value::from(text.unwrap_or_default());
            (!test.holds(Some(&value)))
                .then(|| mismatch(Place::Body(String::new()), test.to_string(), value.to_string()))?
        }
        Item::Empty => {
            let length = answer.exchange.result.as_ref().map_or(0, |a| a.body.len());
            (length > 0).then(|| mismatch(Place::Body(String::new()), "no body".into(), format!("{length} bytes")))?
        }
        Item::Finds(names) | Item::Order(names) => {
            let found: Vec<String> = listed.iter().map(|(name, _)| name.clone()).collect();
            let seen = format!("{} for {}", some(&found), answer.exchange.request.target);
            let well = match item {
                Item::Finds(_) => sorted_names(&found) == sorted_names(names),
                _ => stands_as(listed, names),
            };
            (!well).then(|| mismatch(Place::Body("/Resources".into()), some(names), seen))?
        }
        Item::Unchanged | Item::Gone => None,
    }
}

/// What is stored otherwise than it should be.
fn stored_mismatch(item: &Item, path: &str, before: Option<&Value>, after: Option<&Value>) -> Option<Mismatch> {
    let place = |what: &str| Place::State(format!("GET {path}{what}"));
    match item {
        Item::Body(pointer, test) => {
            let seen = wrong(after, pointer, test)?;
            Some((place(&format!(" at {pointer}")), test.to_string(), seen, None))
        }
        Item::Unchanged => {
            let (before, after) = (before.map(sorted), after.map(sorted));
            let differs = before != after;
            let seen = || difference(before.as_ref(), after.as_ref());
            differs.then(|| (place(""), "what was there before the request".to_owned(), seen(), None))
        }
        Item::Gone => after.map(|_| (place(""), "nothing".to_owned(), "a resource".to_owned(), None)),
        _ => None,
    }
}

/// A value with its arrays in one order, for comparing: multi-valued attributes have none of their own.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Array(values) => {
            let mut values: Vec<Value> = values.iter().map(sorted).collect();
            values.sort_by_key(Value::to_string);
            Value::Array(values)
        }
        Value::Object(members) => {
            let mut all: Vec<(String, Value)> = members.iter().map(|(n, v)| (n.clone(), sorted(v))).collect();
            all.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Object(all.into_iter().collect())
        }
        other => other.clone(),
    }
}

/// The members that differ, as text.
fn difference(before: Option<&Value>, after: Option<&Value>) -> String {
    let (Some(Value::Object(before)), Some(Value::Object(after))) = (before, after) else {
        return if after.is_some() { "a resource".to_owned() } else { "nothing".to_owned() };
    };
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let shown = |value: Option<&Value>| value.map_or_else(|| "nothing".to_owned(), Value::to_string);
    let differs = names.into_iter().filter(|n| before.get(*n) != after.get(*n));
    differs
        .map(|n| format!("{n} is {}, was {}", shown(after.get(n)), shown(before.get(n))))
        .collect::<Vec<_>>()
        .join("; ")
}

/// Names as a sentence has them.
fn some(names: &[String]) -> String {
    if names.is_empty() { "none of the resources made here".to_owned() } else { names.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_alike_in_what_a_list_is_sorted_by_stands_in_any_order() {
        let list = |all: &[(&str, Option<&str>)]| -> Vec<Listed> {
            all.iter().map(|(name, key)| ((*name).to_owned(), key.map(Value::from))).collect()
        };
        let wanted = ["Cem", "Ada", "Ben"].map(str::to_owned);
        let ties = list(&[("Ada", Some("t1")), ("Cem", Some("t1")), ("Ben", Some("t2"))]);
        assert!(stands_as(&ties, &wanted));
        assert!(!stands_as(&list(&[("Ben", Some("t2")), ("Cem", Some("t1")), ("Ada", Some("t1"))]), &wanted));
        assert!(!stands_as(&ties[..2], &wanted), "one is missing");
        let unknown = list(&[("Ada", None), ("Cem", None), ("Ben", None)]);
        assert!(!stands_as(&unknown, &wanted), "of what is not shown nobody knows that it is alike");
    }

    #[test]
    fn what_is_stored_is_compared_without_the_order_of_values() {
        let (a, b) = (json!({ "x": [1, 2], "y": 1 }), json!({ "y": 1, "x": [2, 1] }));
        assert_eq!(stored_mismatch(&Item::Unchanged, "/p", Some(&a), Some(&b)), None);
        let other = json!({ "x": [1, 2], "y": 2, "z": 0 });
        let (_, _, seen, _) = stored_mismatch(&Item::Unchanged, "/p", Some(&a), Some(&other)).unwrap();
        assert_eq!(seen, "y is 2, was 1; z is 0, was nothing");
        assert!(stored_mismatch(&Item::Gone, "/p", None, Some(&a)).is_some());
        assert!(stored_mismatch(&Item::Gone, "/p", None, None).is_none());
    }
}
