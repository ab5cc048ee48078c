//! The plainest question of a kind, asked where a finer one was answered otherwise than a row says: a server that knows no filter,
//! or leaves nothing out of an answer, breaks that one clause and not every clause that makes use of it.
//!
//! In: the answer to the finer question. Out: whether the plain one is answered as it should be. Never: a finding.

use super::step_end::Stop;
use super::world::World;
use client::observe::{Endpoint, Observation, id_text, member};
use client::wire::{Method, Request, encode_query_value, split_query};
use judge::check::passive;
use scim::filter::Filter;
use serde_json::Value;

impl World {
    /// Whether the plainest filter finds somebody else than whom it names, or nobody; asked only where the answer is to a filter.
    /// Where the question is `about_filters`, the plainest itself says what it says.
    pub(super) async fn filters_nothing(&mut self, answer: &Observation, about_filters: bool) -> Result<bool, Stop> {
        let Some(filter) = answer.asked("filter").filter(|_| answer.succeeded()) else { return Ok(false) };
        let path = split_query(&answer.exchange.request.target).0.trim_end_matches("/.search");
        let path = if path.is_empty() { "/" } else { path }.to_owned();
        let endpoint = if path == "/Groups" { "/Groups/" } else { "/Users/" };
        let mut made: Vec<(String, String)> = self.noted.made.clone().into_iter().collect();
        // Where nothing of that kind is there, the other kind has to do.
        made.sort_by_key(|(_, at)| !at.starts_with(endpoint));
        for (name, at) in made {
            if self.evidence.state_at(&at).await?.is_none() {
                continue;
            }
            let (own, named) = match at.starts_with("/Groups/") {
                true => ("/Groups", format!("displayName eq {}", Value::from(self.cast.group_name(&name)))),
                false => ("/Users", format!("userName eq {}", Value::from(self.cast.persona(&name).user_name))),
            };
            if named == filter && about_filters {
                return Ok(false);
            }
            let asked = if at.starts_with(endpoint) { &path } else { own };
            let target = format!("{asked}?filter={}", encode_query_value(&named));
            return Ok(!self.finds_only(&target, &name).await?);
        }
        Ok(false)
    }

    /// Whether the plainest filter that joins two attributes with `and` does not find the user of whom both are true; asked only where
    /// the answer is to a filter that joins, and shows nobody.
    pub(super) async fn joins_nothing(&mut self, answer: &Observation) -> Result<bool, Stop> {
        let nobody = answer.succeeded() && answer.resources().is_empty();
        let filter = answer.asked("filter").filter(|_| nobody).and_then(|text| Filter::parse(&text).ok());
        if !filter.is_some_and(|filter| joins(&filter)) {
            return Ok(false);
        }
        for (name, at) in self.noted.made.clone().into_iter().filter(|(_, at)| at.starts_with("/Users/")) {
            let Some(user) = self.evidence.state_at(&at).await? else { continue };
            let text = |attribute: &str| member(&user, attribute).filter(|value| value.is_string()).cloned();
            let (Some(user_name), Some(display)) = (text("userName"), text("displayName")) else { continue };
            let joined = format!("userName eq {user_name} and displayName eq {display}");
            return Ok(!self.finds_only(&format!("/Users?filter={}", encode_query_value(&joined)), &name).await?);
        }
        Ok(false)
    }

    /// Whether the plainest `attributes` leaves nothing out; asked only where the answer is to such a request.
    pub(super) async fn projects_nothing(&mut self, answer: &Observation) -> Result<bool, Stop> {
        let asked = ["attributes", "excludedAttributes"].iter().any(|name| answer.asked(name).is_some());
        let shown = answer.resources().first().or_else(|| answer.json()).and_then(id_text);
        let (Some(id), true) = (shown, asked && answer.succeeded()) else { return Ok(false) };
        let endpoint = match &answer.endpoint {
            Endpoint::Collection(endpoint) | Endpoint::Resource(endpoint, _) => endpoint.clone(),
            Endpoint::Other(path) => path.trim_end_matches("/.search").to_owned(),
            Endpoint::Discovery(_) => return Ok(false),
        };
        let name = if endpoint == "/Groups" { "displayName" } else { "userName" };
        let plain = self.plainly(&format!("{endpoint}/{}?attributes={name}", encode_query_value(&id))).await?;
        let broken = passive(&plain, &self.evidence.witness.context(&plain.exchange.actor));
        Ok(broken.findings.iter().any(|finding| finding.requirement == "RFC7644-3.9-02"))
    }

    /// Whether a plain question finds this one of what the scenario made, and no other.
    async fn finds_only(&mut self, target: &str, name: &str) -> Result<bool, Stop> {
        let found = self.plainly(target).await?;
        let whole = self.evidence.whole_list(&found).await?.unwrap_or_default();
        Ok(found.succeeded() && self.noted.listed(&whole) == [name])
    }

    /// Asks a plain question, once in a scenario.
    async fn plainly(&mut self, target: &str) -> Result<Observation, Stop> {
        if let Some(known) = self.noted.plain_answers.get(target) {
            return Ok(known.clone());
        }
        let request = Request::new(Method::Get, target).header("accept", "application/scim+json");
        let answer = self.evidence.dispatch(request, true).await?;
        self.noted.plain_answers.insert(target.to_owned(), answer.clone());
        Ok(answer)
    }
}

/// Whether a filter joins conditions on resources with `and`; within brackets they are on one value.
fn joins(filter: &Filter) -> bool {
    match filter {
        Filter::And(_) => true,
        Filter::Or(all) => all.iter().any(joins),
        Filter::Not(inner) => joins(inner),
        _ => false,
    }
}
