//! The order in which scenarios are played: first those whose results differ most between servers.
//!
//! In: a plan. Out: its stages in the order of [`ORDER`], and about how many requests they send. Never: another numbering; the
//! record stands in the order of the plan.
//!
//! A server that gives up, a rate limit or an impatient user ends a run early. So first comes what most servers are told apart by:
//! discovery, one plain user and one plain group, then the clauses of the RFCs, which need ten requests a scenario. What repeats
//! them in other words comes later, what is known to end servers last and by itself.

use super::plan::{Instance, Plan};
use crate::step::Session;

/// Scenarios of a kind.
struct Kind {
    /// The tag they have.
    tag: &'static str,
    /// Those of a lower rank are played sooner.
    rank: u8,
    /// What one of them sends, cleanup included: the mean of a run against the embedded provider, which holds them all.
    requests: usize,
}

/// What says nothing of itself: people's own features.
const OTHERS: Kind = Kind { tag: "", rank: 40, requests: 20 };

/// The lowest rank of what another mode of the same IdP has played before.
const REPEATS: u8 = 25;

/// The rank that is played alone: one at a time, with a look whether the target is still there.
const LAST: u8 = 90;

/// The kinds; the first whose tag a scenario has counts.
const ORDER: &[Kind] = &[
    Kind { tag: "heavy", rank: LAST, requests: 10 },
    Kind { tag: "matrix", rank: 80, requests: 35 },
    Kind { tag: "alation", rank: 70, requests: 23 },
    Kind { tag: "atlan", rank: 70, requests: 15 },
    Kind { tag: "corruption", rank: 60, requests: 62 },
    Kind { tag: "tenant-switch", rank: 50, requests: 29 },
    Kind { tag: "duplicate-idp", rank: 50, requests: 17 },
    Kind { tag: "discovery", rank: 0, requests: 5 },
    Kind { tag: "basic", rank: 5, requests: 17 },
    Kind { tag: "rfc", rank: 10, requests: 9 },
    Kind { tag: "lifecycle", rank: 20, requests: 22 },
    Kind { tag: "group-deletion", rank: 20, requests: 28 },
    Kind { tag: "protocol", rank: 30, requests: 17 },
    Kind { tag: "username-conflict", rank: 30, requests: 13 },
    Kind { tag: "security", rank: 30, requests: 5 },
    Kind { tag: "field", rank: 30, requests: 17 },
];

fn kind(instance: &Instance) -> &'static Kind {
    ORDER.iter().find(|kind| instance.scenario.tags.contains(kind.tag)).unwrap_or(&OTHERS)
}

impl Plan {
    /// The stages in the order they are played: those that may be played side by side, then those that are played one by one.
    /// Of one kind the first mode of each IdP comes before the others, which differ in spelling alone.
    pub(super) fn in_order(&self) -> (Vec<Vec<&Instance>>, Vec<Vec<&Instance>>) {
        let rank = |instance: &Instance| match (kind(instance).rank, instance.repeats) {
            (rank, true) => rank.max(REPEATS),
            (rank, false) => rank,
        };
        let key = |instance: &&Instance| (rank(instance), instance.repeats);
        let mut stages = self.stages();
        stages.sort_by_key(|stage| stage.iter().map(key).min());
        stages.into_iter().partition(|stage| stage.iter().all(|instance| kind(instance).rank < LAST))
    }

    /// About how many requests are sent to a target; scenarios of products that it is not are skipped without any.
    pub(super) fn requests(&self, session: &Session) -> usize {
        let plays = |instance: &&Instance| {
            let tags = &instance.scenario.tags;
            (session.policies || !tags.contains("policy"))
                && session.target_as(instance.scenario.profiles().next()).is_some()
        };
        self.instances.iter().filter(plays).map(|instance| kind(instance).requests).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feature::{Feature, embedded, parse};
    use crate::run::Selection;
    use crate::step::Catalogue;

    fn plan() -> Plan {
        let features: Vec<Feature> = embedded().iter().map(|source| parse(source).unwrap()).collect();
        Plan::make(&features, &Selection::default(), &Catalogue::new()).unwrap()
    }

    #[test]
    fn what_tells_servers_apart_comes_first_and_what_ends_them_last() {
        let plan = plan();
        let (side_by_side, alone) = plan.in_order();
        let files: Vec<&str> = side_by_side.iter().map(|stage| &*stage[0].scenario.file).collect();
        let first = |part: &str| files.iter().position(|file| file.contains(part)).unwrap();
        let last = |part: &str| files.iter().rposition(|file| file.contains(part)).unwrap();
        assert!(first("rfc/discovery") < first("lifecycle/join") && first("lifecycle/join") < first("rfc/create"));
        assert!(last("features/rfc/") < first("protocol/") && last("lifecycle/") < first("alation/"));
        assert!(alone.len() >= 3, "{}", alone.len());
        let before: usize =
            side_by_side.iter().flatten().take_while(|i| kind(i).rank <= 10).map(|i| kind(i).requests).sum();
        assert!(before <= 1_100, "the clauses are through after {before} requests");
    }

    #[test]
    fn nothing_is_lost_or_played_twice() {
        let plan = plan();
        let (mut all, alone) = plan.in_order();
        all.extend(alone);
        let mut numbers: Vec<usize> = all.iter().flatten().map(|instance| instance.number).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (0..plan.instances.len()).collect::<Vec<_>>());
    }

    #[test]
    fn every_kind_has_scenarios() {
        let features: Vec<Feature> = embedded().iter().map(|source| parse(source).unwrap()).collect();
        let has = |kind: &&Kind| features.iter().flat_map(|f| &f.scenarios).any(|s| s.tags.contains(kind.tag));
        let without: Vec<&str> = ORDER.iter().filter(|kind| !has(kind)).map(|kind| kind.tag).collect();
        assert!(without.is_empty(), "no scenario is tagged {without:?}");
    }
}
