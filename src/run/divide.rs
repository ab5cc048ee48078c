//! Divides a plan among shards, the same way wherever it is divided.
//!
//! In: a plan, which shard of how many, what each scenario took before. Out: the part of the plan that is this shard's;
//! numbers stay those of the whole plan. Never: a scenario in two shards, or in none.

use super::plan::{Instance, Plan};
use super::shard::{Shard, deal, named};
use std::collections::{BTreeMap, HashMap};

impl Plan {
    /// The part of the plan that is this shard's.
    ///
    /// With durations the longest scenarios are dealt out first, each to the shard that has least to do; one that has none
    /// counts as the mean. Without, a scenario's name decides alone, so that its shard stays when others are added. Scenarios
    /// that play on one stage stay together.
    #[must_use]
    pub fn shard(self, shard: Shard, durations: &HashMap<String, f64>) -> Self {
        let mut parts: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for instance in &self.instances {
            parts.entry(part_of(instance)).or_default().push(instance.name());
        }
        let dealt: BTreeMap<String, usize> = match durations.is_empty() {
            true => parts.into_keys().map(|part| (part.clone(), named(&part, shard.of))).collect(),
            false => deal(parts, shard.of, durations),
        };
        let left_out = self.left_out;
        let is_own = |instance: &Instance| dealt.get(&part_of(instance)).is_some_and(|at| at + 1 == shard.number);
        Self {
            instances: self.instances.into_iter().filter(is_own).collect(),
            shard: Some(shard),
            left_out,
            baseline: self.baseline,
            subjects: self.subjects,
        }
    }
}

/// What goes to a shard in one piece: a scenario, or those that play on one stage.
fn part_of(instance: &Instance) -> String {
    instance.stage().unwrap_or_else(|| instance.name())
}
