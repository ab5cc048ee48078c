//! Which rows of a table are not held against a target, although they were answered otherwise than they say: where what a row
//! only makes use of was refused, which other rows judge, and where the product that the target is expected to be documents it.
//!
//! In: the last answer and the requirements of its row. Out: the reason, where there is one. Never: a finding.

use super::lacks::filters;
use super::plain_filter::plain;
use super::row_judgement::Judged;
use super::step_end::Stop;
use super::table_cells::BodyKind;
use super::world::World;
use client::observe::{Endpoint, Observation, member};
use client::wire::{Exchange, Method, Request, encode_query_value};
use judge::check::{catalogue, passive};
use judge::verdict::{Departures, Hindrance};
use scim::filter::Filter;
use scim::schema::ResourceType;
use serde_json::{Value, json};

/// The requirement of filters that are joined with `and`.
const JOINED: &str = "RFC7644-3.4.2.2-24";

impl World {
    /// Why the last answer, which has mismatches, says nothing of these requirements. `body` is what the row says of the body.
    pub(super) async fn why_not_judged(
        &mut self,
        body: BodyKind,
        ids: &[String],
        judged: &Judged,
    ) -> Result<Option<(Hindrance, String)>, Stop> {
        let Some(answer) = self.evidence.last.clone() else { return Ok(None) };
        let request = format!("{} {}", answer.method(), answer.exchange.request.target);
        if judged.is_of_a_password() && self.shows_a_password(&answer) {
            return Ok(Some((
                Hindrance::Setup,
                format!("{request} was not judged: it shows a password, which RFC7643-7-35 is about"),
            )));
        }
        if let Some(lack) = self.evidence.lack_shown_by(&answer) {
            return Ok(Some((
                Hindrance::NotOffered,
                format!("{request} was not judged: {}", lack.in_words(&self.evidence.told)),
            )));
        }
        let about_filters = ids.iter().any(|id| is_about(id, "filter"));
        let documented = self.evidence.witness.departures().clone();
        if documented.few_filters && filter_refused(&answer) {
            return Ok(Some((Hindrance::NotOffered, documents(&request))));
        }
        let refuses = matches!(answer.status(), Some(400 | 403 | 404 | 405 | 414 | 501));
        if refuses && answer.asked("filter").is_some() && !about_filters {
            return Ok(Some((
                Hindrance::Setup,
                format!("{request} was not judged: the server refused its filter, which other rows judge"),
            )));
        }
        if self.filters_nothing(&answer, about_filters).await? {
            let why = "even the simplest filter gets a wrong answer, which is a finding of RFC7644-3.4.2.2-10";
            return Ok(Some((Hindrance::Setup, format!("{request} was not judged: {why}"))));
        }
        if !ids.iter().any(|id| id == JOINED) && self.joins_nothing(&answer).await? {
            let why = format!("this target does not join two attributes with `and`, which is a finding of {JOINED}");
            return Ok(Some((Hindrance::Setup, format!("{request} was not judged: {why}"))));
        }
        if self.projects_nothing(&answer).await? {
            let why = "this target ignores `attributes`, which is a finding of RFC7644-3.9-02";
            return Ok(Some((Hindrance::Setup, format!("{request} was not judged: {why}"))));
        }
        if finds_too_many(&answer) {
            return Ok(Some((
                Hindrance::NotOffered,
                format!(
                    "{request} was not judged: it finds more than the target is willing to process (RFC 7644 section 3.12, tooMany)"
                ),
            )));
        }
        if self.refuses_plainly(&answer).await? {
            return Ok(Some((
                Hindrance::NotOffered,
                format!(
                    "{request} was not judged: the target answers invalidFilter to the same filter in its plainest spelling too, \
                 and which filters there are is the target's (RFC 7644 section 3.4.2.2)"
                ),
            )));
        }
        let made = matches!(body, BodyKind::User | BodyKind::Group) && refused(&answer);
        if made && let Endpoint::Collection(endpoint) = &answer.endpoint {
            let endpoint = endpoint.clone();
            if answer.method() == Method::Post && self.refuses_all(&endpoint).await? {
                return Ok(Some((
                    Hindrance::Setup,
                    format!(
                        "{request} was not judged: this target refuses a plain create too, which RFC7643-1.1-02 is about"
                    ),
                )));
            }
        }
        if self.lost(&answer, ids).await? {
            return Ok(Some((
                Hindrance::Setup,
                format!("{request} was not judged: what it is about is gone, which is told above"),
            )));
        }
        if documented == Departures::NONE {
            return Ok(None);
        }
        let kept = self.kept(&answer, &documented).await?;
        let gone = documented.deleted_stay && self.about_the_deleted(ids).await?;
        let whole = documented.unprojected && ids.iter().any(|id| is_about(id, "projection")) && answer.succeeded();
        let sent = answer.sent.as_ref();
        let taboo =
            refused(&answer) && documented.refused.iter().any(|name| sent.is_some_and(|s| member(s, name).is_some()));
        Ok((kept || gone || whole || taboo).then(|| (Hindrance::NotOffered, documents(&request))))
    }

    /// Whether the check of every answer finds a password in this one.
    fn shows_a_password(&self, answer: &Observation) -> bool {
        let found = passive(answer, &self.evidence.witness.context(&answer.exchange.actor));
        found.findings.iter().any(|finding| finding.requirement == "RFC7643-7-35")
    }

    /// Whether the filter that was refused is one that the target does not take at all, however it is spelled. Each is asked
    /// once in a scenario.
    pub(super) async fn refuses_plainly(&mut self, answer: &Observation) -> Result<bool, Stop> {
        let sent = answer.sent.as_ref().and_then(|sent| member(sent, "filter")).and_then(Value::as_str);
        let text = answer.query_value("filter").or(sent).filter(|_| filter_refused(answer));
        let Some(filter) = text.and_then(|text| Filter::parse(text).ok()) else { return Ok(false) };
        let path = answer.exchange.request.path().trim_end_matches("/.search").to_owned();
        // Below the root there are several types; the names that filters there ask for are written alike in all.
        let rt = ResourceType::for_endpoint(&path).unwrap_or_else(ResourceType::user);
        let target = format!("{path}?filter={}", encode_query_value(&plain(&filter, rt).to_string()));
        if let Some(known) = self.noted.plain_filter_refused.get(&target) {
            return Ok(*known);
        }
        let refuses = filter_refused(&self.evidence.dispatch(Request::new(Method::Get, &target), true).await?);
        self.noted.plain_filter_refused.insert(target, refuses);
        Ok(refuses)
    }

    /// Whether a create of nothing but what the schemas require is refused as well. Asked once in a scenario.
    async fn refuses_all(&mut self, endpoint: &str) -> Result<bool, Stop> {
        if let Some(known) = self.noted.plain_create_refused.get(endpoint) {
            return Ok(*known);
        }
        let body = self.body_for(endpoint, json!({})).await;
        let request = Request::new(Method::Post, endpoint).header("content-type", "application/scim+json").json(&body);
        let refuses = refused(&self.evidence.dispatch(request, true).await?);
        self.noted.plain_create_refused.insert(endpoint.to_owned(), refuses);
        Ok(refuses)
    }

    /// Whether a row meets nothing because an earlier request, found wrong already, did away with what it is about.
    async fn lost(&mut self, answer: &Observation, ids: &[String]) -> Result<bool, Stop> {
        let path = answer.exchange.request.path().to_owned();
        let told = !self.evidence.judged.findings.is_empty() || !self.evidence.witness.verdicts().findings.is_empty();
        let met = answer.status() == Some(404) && self.noted.name_at(&path).is_some();
        if !told || !met || ids.iter().any(|id| is_about(id, "delete")) {
            return Ok(false);
        }
        Ok(self.evidence.state_at(&path).await?.is_none())
    }

    /// Whether the answer is the success of an update of which the product keeps a part as it was, and it did keep it.
    async fn kept(&mut self, answer: &Observation, documented: &Departures) -> Result<bool, Stop> {
        let (Endpoint::Resource(endpoint, _), Some(before)) = (&answer.endpoint, self.evidence.before.clone()) else {
            return Ok(false);
        };
        if endpoint != "/Users" || !answer.succeeded() || documented.kept.is_empty() {
            return Ok(false);
        }
        let path = answer.exchange.request.path().to_owned();
        let now = self.evidence.state_at(&path).await?.unwrap_or_default();
        let sent = answer.sent.as_ref().map(Value::to_string).unwrap_or_default().to_lowercase();
        let named = |name: &&String| sent.contains(&name.to_lowercase());
        let mut all = documented.kept.iter().filter(named).peekable();
        Ok(all.peek().is_some() && all.all(|name| member(&now, name) == member(&before, name)))
    }

    /// Whether a row is about what was deleted, which the product documents to keep, inactive.
    async fn about_the_deleted(&mut self, ids: &[String]) -> Result<bool, Stop> {
        if !ids.iter().any(|id| id.starts_with("RFC7644-3.6-")) {
            return Ok(false);
        }
        let succeeded = |e: &Exchange| e.status().is_some_and(|s| s < 300);
        let deletes = |e: &Exchange| e.method() == Method::Delete && e.request.target.starts_with("/Users/");
        let Some((at, deletion)) = self.evidence.journal.since(0).enumerate().find(|(_, e)| deletes(e) && succeeded(e))
        else {
            return Ok(false);
        };
        let path = &deletion.request.target;
        let changes = |e: &Exchange| matches!(e.method(), Method::Put | Method::Patch) && e.request.target == *path;
        let woken = self.evidence.journal.since(at + 1).any(|e| changes(&e) && succeeded(&e));
        let user = self.evidence.state_at(path).await?;
        Ok(user.is_some_and(|user| woken || member(&user, "active") == Some(&Value::Bool(false))))
    }
}

/// Why a row is passed over that shows what the product documents.
fn documents(request: &str) -> String {
    format!("{request} was not judged: the product documents this")
}

/// Whether a requirement is about a topic; what the catalogue does not know is about none.
fn is_about(id: &str, topic: &str) -> bool {
    catalogue::get(id).is_some_and(|r| r.topic == topic)
}

/// A refusal that says why, in a word of the protocol.
fn refused(answer: &Observation) -> bool {
    answer.status() == Some(400) && answer.member("scimType").is_some_and(Value::is_string)
}

/// Whether a filter was asked for and refused as one that is not understood.
pub(super) fn filter_refused(answer: &Observation) -> bool {
    filter_refused_as(answer, "invalidFilter")
}

/// Whether a filter was asked for and refused because of how many it finds.
pub(super) fn finds_too_many(answer: &Observation) -> bool {
    filter_refused_as(answer, "tooMany")
}

fn filter_refused_as(answer: &Observation, word: &str) -> bool {
    let told = answer.member("scimType").and_then(Value::as_str);
    filters(answer) && refused(answer) && told == Some(word)
}
