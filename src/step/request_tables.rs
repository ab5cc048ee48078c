//! Plays tables of requests: each row a request, the answers allowed, what has to hold, and the requirement that says so.
//!
//! In: the table below a step. Out: findings, each of the row's requirement; the rows after it are played all the same.
//! Never: a judgement of its own, beyond what the cells say.

use super::basis::Basis;
use super::discovery::is_extra;
use super::evidence::Mismatch;
use super::expectations;
use super::lacks::is_kept;
use super::placeholders::{filled, filled_target};
use super::row_judgement::{ExpectedAnswer, Judged};
use super::step_end::Stop;
use super::table::{Row, rows};
use super::table_cells::{BodyKind, Expected, Item, items};
use super::world::World;
use client::observe::{Capabilities, Observation, member};
use client::wire::{Method, Request, encode_part, encode_target, split_query};
use cucumber::gherkin::Table;
use judge::verdict::{Hindrance, Outcome, OutcomeKind};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What became of a row.
enum Played {
    /// It was held against the target; whether it fails the scenario.
    Held(bool),
    /// It was not sent, or not judged: what was in the way, and the same in words.
    PassedOver(Hindrance, String),
    /// Something else than its requirements was found broken, and they were not judged.
    ToldOtherwise,
}

/// What goes with a request unless the row says otherwise.
const SCIM: &str = "application/scim+json";

impl World {
    /// Plays a table, all of it, and ends the step by the first finding that fails.
    pub(super) async fn play_table(&mut self, table: Option<&Table>) -> Result<(), Stop> {
        let rows = rows(table).map_err(|e| self.evidence.misuse(e))?;
        let mut asked = TableReads::default();
        let (mut failed, mut played) = (false, 0);
        for row in &rows {
            let ids = self.ids_of(row)?;
            match self.play_row(row, &ids, &mut asked, failed).await? {
                Played::Held(fails) => {
                    failed |= fails;
                    played += 1;
                    self.evidence.clauses.held.extend(ids);
                }
                Played::PassedOver(hindrance, why) => self.evidence.clauses.pass_over(ids, hindrance, &why),
                Played::ToldOtherwise => {
                    failed = true;
                    played += 1;
                    let why = "its answer had an unexpected status, which is a finding of its own";
                    self.evidence.clauses.pass_over(ids, Hindrance::Setup, why);
                }
            }
        }
        if played == 0 {
            let hindrances = self.evidence.clauses.passed_over.values().map(|(hindrance, _)| *hindrance);
            let hindrance = hindrances.max().unwrap_or(Hindrance::NotOffered);
            return Err(self.evidence.hindered(hindrance, "nothing of what the table asks applies to this target"));
        }
        self.evidence.conclude(failed)
    }

    /// Plays one row, and tells what of it does not hold; `failed` where a row above did.
    async fn play_row(
        &mut self,
        row: &Row<'_>,
        ids: &[String],
        asked: &mut TableReads,
        failed: bool,
    ) -> Result<Played, Stop> {
        if let Some((hindrance, why)) = self.lacking(row).await? {
            if !why.is_empty() {
                self.evidence.note(format!("{} was not sent: {why}", row.cell("request")));
            }
            return Ok(Played::PassedOver(hindrance, why));
        }
        let judged = match self.ask(row, asked).await {
            Ok(judged) => judged,
            Err(stop) => {
                return self.not_to_be_asked(row, stop).map(|(hindrance, why)| Played::PassedOver(hindrance, why));
            }
        };
        let prepares = ids.is_empty() && !self.evidence.clauses.ids.is_empty();
        if judged.is_broken()
            && !ids.is_empty()
            && let Some((hindrance, why)) =
                self.why_not_judged(BodyKind::read(row.cell("body")).0, ids, &judged).await?
        {
            self.evidence.note(why.clone());
            return Ok(Played::PassedOver(hindrance, why));
        }
        match judged {
            judged if prepares => match judged.reason().filter(|_| !failed) {
                Some(why) => Err(self.evidence.unprepared(&why)),
                None => Ok(Played::Held(false)),
            },
            Judged::SaysNothing(why) => {
                self.evidence.note(format!("{} was not judged: {why}", row.cell("request")));
                Ok(Played::PassedOver(Hindrance::Setup, why))
            }
            Judged::Status((_, expected, seen, _), exchange) => {
                self.evidence.tell_status(exchange, expected, seen);
                Ok(Played::ToldOtherwise)
            }
            Judged::Mismatches(mismatches, exchange) => self.tell_all(ids, mismatches, exchange),
        }
    }

    /// Tells what does not hold, for each requirement of the row; without one it ends the step.
    fn tell_all(&mut self, ids: &[String], mismatches: Vec<Mismatch>, exchange: usize) -> Result<Played, Stop> {
        let mut failed = false;
        for mismatch in mismatches {
            if ids.is_empty() {
                let (_, expected, seen, _) = mismatch;
                return Err(self.evidence.broken(expectations::ANSWER_BODY, &Basis::LastAnswer, expected, seen));
            }
            for id in ids {
                failed |= self.evidence.tell(id, exchange, mismatch.clone());
            }
        }
        Ok(Played::Held(failed))
    }

    /// The requirements a row proves: those in its cell; without that column, those of the scenario.
    fn ids_of(&mut self, row: &Row<'_>) -> Result<Vec<String>, Stop> {
        if !row.has("clause") {
            return Ok(self.evidence.clauses.ids.clone());
        }
        let ids: Vec<String> = row.cell("clause").split_whitespace().map(str::to_owned).collect();
        match ids.iter().find(|id| !self.evidence.clauses.ids.contains(id)) {
            Some(stranger) => Err(self.evidence.misuse(format!("the scenario has no tag @{stranger}"))),
            None => Ok(ids),
        }
    }

    /// Goes on to the next row where this one cannot be asked for want of what an earlier answer should have shown.
    fn not_to_be_asked(&mut self, row: &Row<'_>, stop: Stop) -> Result<(Hindrance, String), Stop> {
        match self.evidence.take_stop() {
            Some(Outcome { kind: OutcomeKind::Skipped, reason, hindrance }) => {
                let why = reason.unwrap_or_default();
                self.evidence.note(format!("{} was not sent: {why}", row.cell("request")));
                Ok((hindrance.unwrap_or(Hindrance::Setup), why))
            }
            Some(Outcome { kind, reason, .. }) => Err(self.evidence.stop(kind, reason.unwrap_or_default())),
            None => Err(stop),
        }
    }

    /// Why a row does not apply to this target; empty where the target has what the row needs to be missing.
    async fn lacking(&mut self, row: &Row<'_>) -> Result<Option<(Hindrance, String)>, Stop> {
        let endpoint = if row.cell("request").contains("/Groups") { "/Groups" } else { "/Users" };
        let needs = filled(self, row.cell("needs")).await?;
        let not_offered = |why: String| Ok(Some((Hindrance::NotOffered, why)));
        for need in needs.split(',').map(str::trim).filter(|n| !n.is_empty()) {
            if need == "alone" {
                if self.site.shares_its_tenant() {
                    let why = "it addresses more than one resource, and others share the tenant";
                    return Ok(Some((Hindrance::Settings, why.to_owned())));
                }
                continue;
            }
            if let Some(attribute) = need.strip_prefix("caseless ") {
                let told = self.evidence.told.attribute(endpoint, attribute);
                if told.is_some_and(|told| member(&told, "caseExact") == Some(&Value::Bool(true))) {
                    return not_offered(format!("here the case of {attribute} counts, by its schema"));
                }
                continue;
            }
            let (need, wanted) = need.strip_prefix("no ").map_or((need, true), |rest| (rest, false));
            let there = match self.is_attribute(endpoint, need).await {
                Some(known) => Some(known),
                None => self.supports(need).await?,
            };
            match (there, wanted) {
                (None, true) if is_extra(need) => {
                    return not_offered(format!("this target does not say that it has {need}"));
                }
                (Some(false), true) => return not_offered(format!("this target has no {need}, as it says")),
                (None | Some(true), false) => return not_offered(String::new()),
                _ => {}
            }
        }
        let Some(attribute) = self.unavailable_to(row) else { return Ok(None) };
        let of = if endpoint == "/Groups" { "groups" } else { "users" };
        let why = format!("this target does not store {attribute} of {of}");
        match row.has("clause") && row.cell("clause").is_empty() {
            true => Err(self.evidence.unprepared(&format!("{} was not sent: {why}", row.cell("request")))),
            false => Ok(Some((self.hindered_by(endpoint, &attribute), why))),
        }
    }

    /// What it is that an attribute is not kept: lawful where the schemas do not have it, or let no client change it.
    fn hindered_by(&self, endpoint: &str, attribute: &str) -> Hindrance {
        let told = &self.evidence.told;
        let kept = |how: &str| is_kept(told, endpoint, attribute, how);
        match told.knows(endpoint, attribute) && !kept("readonly") && !kept("immutable") {
            true => Hindrance::Setup,
            false => Hindrance::NotOffered,
        }
    }

    /// Whether the target has an attribute. `None` where neither it nor the RFCs know one of that name: then a feature is meant.
    async fn is_attribute(&self, endpoint: &str, name: &str) -> Option<bool> {
        let known = self.site.capabilities().await.knows(endpoint, name);
        let meant = known || name.contains(':') || Capabilities::read(None, None, None).knows(endpoint, name);
        meant.then_some(known)
    }

    /// Plays one row.
    async fn ask(&mut self, row: &Row<'_>, asked: &mut TableReads) -> Result<Judged, Stop> {
        let cell = |name: &str| row.cell(name);
        let mut request = filled_target(self, cell("request")).await?;
        let filter = filled(self, cell("filter")).await?;
        if !filter.is_empty() {
            request.push_str(if request.contains('?') { "&filter=" } else { "?filter=" });
            request.push_str(&encode_part(&filter));
        }
        let Some((method, target)) =
            request.split_once(' ').and_then(|(m, t)| Some((verb(m)?, encode_target(t.trim()))))
        else {
            return Err(self.evidence.misuse(format!("`{request}` is no request; write GET /Users")));
        };
        let expected = Expected::read(cell("answer")).map_err(|e| self.evidence.misuse(e))?;
        let tolerated = match cell("tolerated") {
            "" => None,
            text => Some(Expected::read(text).map_err(|e| self.evidence.misuse(e))?),
        };
        let afterwards = filled(self, cell("afterwards")).await?;
        let afterwards = items(&afterwards).map_err(|e| self.evidence.misuse(e))?;
        let path = split_query(&target).0.to_owned();
        let afterwards = self.available(&path, afterwards);
        // What a product documents to keep is compared with what was there.
        let keeps = method.writes() && !self.evidence.witness.departures().kept.is_empty();
        let before =
            if afterwards.contains(&Item::Unchanged) || keeps { self.evidence.state_at(&path).await? } else { None };
        self.evidence.before = before.clone();
        let (request, credential) = self.request(method, &target, cell("headers"), cell("body")).await?;
        let answer = match asked.answer(&request, credential) {
            Some(answer) => answer,
            None => asked.note(request.clone(), credential, self.evidence.dispatch(request, credential).await?),
        };
        self.evidence.last = Some(answer.clone());
        if !answer.outcome().is_the_targets() {
            let status = answer.status().unwrap_or_default();
            return Err(self.evidence.stop(OutcomeKind::Blocked, format!("{method} {target} was answered {status}")));
        }
        let expected = ExpectedAnswer { expected, tolerated, holds: cell("holds"), afterwards, path, before };
        self.judge_answer(&answer, expected, &mut asked.told).await
    }

    /// The request of a row, and whether the credential goes with it.
    async fn request(
        &mut self,
        method: Method,
        target: &str,
        headers: &str,
        body: &str,
    ) -> Result<(Request, bool), Stop> {
        let mut request = Request::new(method, target);
        let mut credential = true;
        let headers = filled(self, headers).await?;
        for header in headers.split("&&").map(str::trim).filter(|h| !h.is_empty()) {
            match header.split_once(':') {
                Some((name, value)) => request = request.header(&name.trim().to_ascii_lowercase(), value.trim()),
                None if header == "no token" => credential = false,
                None => return Err(self.evidence.misuse(format!("`{header}` is no header"))),
            }
        }
        let has = |request: &Request, name: &str| request.headers.iter().any(|(n, _)| n == name);
        if !has(&request, "accept") {
            request = request.header("accept", SCIM);
        }
        if body.trim().is_empty() {
            return Ok((request, credential));
        }
        if !has(&request, "content-type") {
            request = request.header("content-type", SCIM);
        }
        let body = filled(self, body).await?;
        if let Some(text) = body.strip_prefix("text ") {
            request.body = Some(text.trim().as_bytes().to_vec().into());
            return Ok((request, credential));
        }
        let mut value = self.body_of(method, target, &body).await?;
        send_nulls(&mut value);
        Ok((request.json(&value), credential))
    }

    /// A body as a cell writes it: `user {...}`, `group {...}` and `same {...}` are completed, operations and searches are
    /// wrapped in their message, `raw {...}` is left alone. In what is completed a null takes an attribute out; `"(null)"` sends one.
    async fn body_of(&mut self, method: Method, target: &str, cell: &str) -> Result<Value, Stop> {
        let (kind, rest) = BodyKind::read(cell);
        let value: Value =
            serde_json::from_str(rest).map_err(|e| self.evidence.misuse(format!("{rest} is no JSON: {e}")))?;
        let path = split_query(target).0;
        Ok(match (kind, method) {
            (BodyKind::User, _) => self.body_for("/Users", value).await,
            (BodyKind::Group, _) => self.body_for("/Groups", value).await,
            (BodyKind::Same, _) => {
                let Some(Value::Object(mut now)) = self.evidence.state_at(path).await? else {
                    return Err(self.evidence.unprepared(&format!("{path} cannot be read")));
                };
                for (name, value) in value.as_object().cloned().unwrap_or_default() {
                    match value {
                        Value::Null => now.shift_remove(&name),
                        value => now.insert(name, value),
                    };
                }
                Value::Object(now)
            }
            (BodyKind::Plain, Method::Patch) if value.is_array() => message("PatchOp", json!({ "Operations": value })),
            (BodyKind::Plain, Method::Post) if path == "/Bulk" && value.is_array() => {
                message("BulkRequest", self.with_whole_data(json!({ "Operations": value })))
            }
            (BodyKind::Plain, Method::Post) if path == "/Bulk" => message("BulkRequest", self.with_whole_data(value)),
            (BodyKind::Plain, Method::Post) if path.ends_with("/.search") => message("SearchRequest", value),
            _ => value,
        })
    }
}

/// What the rows of a table have read since the last of them that wrote: what one row was answered, a later row that asks the
/// very same is judged by.
#[derive(Default)]
struct TableReads {
    all: Vec<(Request, bool, Observation)>,
    /// The requests whose status was told already.
    told: BTreeSet<String>,
}

impl TableReads {
    fn answer(&self, request: &Request, credential: bool) -> Option<Observation> {
        let same = self.all.iter().find(|(sent, with, _)| sent == request && *with == credential);
        same.map(|(.., answer)| answer.clone())
    }

    fn note(&mut self, request: Request, credential: bool, answer: Observation) -> Observation {
        match request.method {
            Method::Get => self.all.push((request, credential, answer.clone())),
            _ => self.all.clear(),
        }
        answer
    }
}

/// Puts a null where a cell has `"(null)"`.
fn send_nulls(body: &mut Value) {
    match body {
        Value::String(text) if text == "(null)" => *body = Value::Null,
        Value::Array(values) => values.iter_mut().for_each(send_nulls),
        Value::Object(members) => members.values_mut().for_each(send_nulls),
        _ => {}
    }
}

/// A message of the protocol; what the body says itself stays.
fn message(name: &str, body: Value) -> Value {
    let mut out = json!({ "schemas": [format!("urn:ietf:params:scim:api:messages:2.0:{name}")] });
    if let (Some(out), Value::Object(body)) = (out.as_object_mut(), body) {
        out.extend(body);
    }
    out
}

fn verb(text: &str) -> Option<Method> {
    [Method::Get, Method::Post, Method::Put, Method::Patch, Method::Delete].into_iter().find(|m| m.as_str() == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_is_read_again_after_a_write_only() {
        let mut asked = TableReads::default();
        let seen = |request: &Request, index| {
            let nobody = Err(client::wire::Failure::Refused);
            Observation::read(client::wire::Exchange::made_up("", request.clone(), nobody).into(), index)
        };
        let read = Request::new(Method::Get, "/Users/1").header("accept", SCIM);
        asked.note(read.clone(), true, seen(&read, 7));
        assert_eq!(asked.answer(&read, true).map(|o| o.index), Some(7));
        assert!(asked.answer(&read, false).is_none(), "without the credential it is another question");
        assert!(asked.answer(&read.clone().header("if-none-match", "x"), true).is_none());
        let write = Request::new(Method::Patch, "/Users/1");
        asked.note(write.clone(), true, seen(&write, 8));
        assert!(asked.answer(&read, true).is_none() && asked.answer(&write, true).is_none());
    }

    #[test]
    fn a_null_is_sent_where_a_cell_says_so() {
        let mut body = json!({ "title": "(null)", "emails": [{ "type": "(null)" }], "name": null, "x": "null" });
        send_nulls(&mut body);
        assert_eq!(body, json!({ "title": null, "emails": [{ "type": null }], "name": null, "x": "null" }));
    }

    #[test]
    fn messages_keep_what_the_row_says() {
        assert_eq!(message("X", json!({ "schemas": ["own"], "a": 1 })), json!({ "schemas": ["own"], "a": 1 }));
    }
}
