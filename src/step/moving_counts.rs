//! Counts that may have moved under the reader: in a tenant where others come and go, a list may be counted before and shown after.
//!
//! In: what the check of every answer found. Out: the same, without what the same question no longer shows. Never: a write, or a
//! finding of its own.

use super::world::World;
use client::observe::{List, Observation};
use client::wire::{Actor, Method, Request};
use judge::check::{Verdicts, passive};

/// The requirements that compare a count with what a list shows.
const COUNTS: [&str; 2] = ["RFC7644-3.4.2-06", "RFC7644-3.4.2-08"];
/// How often a question is asked again: what is counted wrongly is counted wrongly each time.
const REPLAYS: usize = 3;

/// What a list says it has, and how much it shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Counts {
    total: Option<u64>,
    shown: u64,
}

impl Counts {
    fn of(read: &Observation) -> Self {
        let shown = read.resources().len() as u64;
        Self { total: read.list().and_then(List::total), shown }
    }

    /// Whether a count is wrong in one way each time: the same number, or as far from what is shown. While others write, a server
    /// that counts first and reads afterwards is wrong by another number each time.
    fn are_wrong_alike(all: &[Self]) -> bool {
        let alike = |of: fn(&Self) -> Option<i128>| all.windows(2).all(|two| of(&two[0]) == of(&two[1]));
        let apart = |counts: &Self| Some(i128::from(counts.shown) - i128::from(counts.total?));
        alike(|counts| counts.total.map(i128::from)) || alike(apart)
    }
}

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
        let mut counts = vec![Counts::of(read)];
        for _ in 0..REPLAYS {
            let request = Request::new(Method::Get, target.clone()).header("accept", "application/scim+json");
            let again = Observation::read(client.send(request).await, read.index);
            counts.push(Counts::of(&again));
            let said = passive(&again, &self.evidence.witness.context(&again.exchange.actor));
            found.findings.retain(|finding| {
                let same = said.findings.iter().any(|other| other.requirement == finding.requirement);
                !COUNTS.contains(&finding.requirement.as_str()) || same
            });
        }
        if !Counts::are_wrong_alike(&counts) {
            found.findings.retain(|finding| !COUNTS.contains(&finding.requirement.as_str()));
        }
        let left = found.findings.iter().any(|finding| COUNTS.contains(&finding.requirement.as_str()));
        (!left)
            .then(|| format!("the counts of GET {target} were not judged: others write to the tenant, and they moved"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_that_is_wrong_by_another_number_each_time_is_in_motion() {
        let alike = |all: &[(u64, u64)]| {
            let all: Vec<Counts> = all.iter().map(|&(total, shown)| Counts { total: Some(total), shown }).collect();
            Counts::are_wrong_alike(&all)
        };
        assert!(alike(&[(1, 5), (1, 6), (1, 4)]), "it always says 1");
        assert!(alike(&[(4, 5), (6, 7), (3, 4)]), "it always forgets one");
        assert!(!alike(&[(69, 74), (70, 72), (73, 74)]));
    }
}
