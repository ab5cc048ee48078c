//! Counts that may have moved under the reader: in a tenant where others come and go, a list may be counted before and shown after.
//!
//! In: what the check of every answer found. Out: the same, without what the same question no longer shows. Never: a write, or a
//! finding of its own.

use super::world::World;
use client::observe::Observation;
use client::wire::{Actor, Method, Request};
use judge::check::{Verdicts, passive};

/// The requirements that compare a count with what a list shows.
const COUNTS: [&str; 2] = ["RFC7644-3.4.2-06", "RFC7644-3.4.2-08"];
/// How often a question is asked again: what is counted wrongly is counted wrongly each time.
const REPLAYS: usize = 3;

impl World {
    /// Takes back what was found of a count that may have moved. Says of which requests something was.
    pub(super) async fn without_moved_counts(&self, read: &Observation, found: &mut Verdicts) -> Option<String> {
        let base = self.site.tenancy.base.as_str();
        let counted = found.findings.iter().any(|finding| COUNTS.contains(&finding.requirement.as_str()));
        let here = read.method() == Method::Get && read.exchange.url.starts_with(base);
        if self.site.has_own_tenant() || !counted || !here {
            return None;
        }
        let client = self.site.client_aside(&self.site.tenancy, Actor::Witness);
        let target = &read.exchange.request.target;
        for _ in 0..REPLAYS {
            let request = Request::new(Method::Get, target.clone()).header("accept", "application/scim+json");
            let again = Observation::read(client.send(request).await, read.index);
            let said = passive(&again, &self.evidence.witness.context(&again.exchange.actor));
            found.findings.retain(|finding| {
                let same = said.findings.iter().any(|other| other.requirement == finding.requirement);
                !COUNTS.contains(&finding.requirement.as_str()) || same
            });
        }
        let left = found.findings.iter().any(|finding| COUNTS.contains(&finding.requirement.as_str()));
        (!left)
            .then(|| format!("the counts of GET {target} were not judged: others write to the tenant, and they moved"))
    }
}
