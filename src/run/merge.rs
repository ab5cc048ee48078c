//! Merging: the records of all shards of a run become the record that one run would have given.
//!
//! In: records. Out: one record, or what keeps them apart. Never: a merged record of which a part is missing.

use super::shard::Shard;
use judge::title::entitle;
use judge::verdict::{
    AsFound, BaselineRecord, OLDEST_VERSION, OutcomeKind, RECORD_VERSION, RunRecord, ScenarioRecord, Totals, fold,
    unasked,
};
use std::collections::BTreeSet;

/// Why records cannot be merged. `file` is what the caller calls a record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    /// There is nothing.
    #[error("there is no record to merge")]
    Nothing,
    /// A record's shape is another.
    #[error(
        "{file} is a record of version {version}, and this program reads {OLDEST_VERSION} to {RECORD_VERSION}; use the scimulate that wrote it: {tool}"
    )]
    Version {
        /// The record.
        file: String,
        /// Its version.
        version: u32,
        /// Its writer.
        tool: String,
    },
    /// Two records are of different runs.
    #[error("{file} has another {what} than {first}: these are not parts of one run")]
    Apart {
        /// The record.
        file: String,
        /// The first record.
        first: String,
        /// What differs.
        what: &'static str,
    },
    /// A record says of no shard that it is one.
    #[error("{file} is no shard's record: it was written without --shard")]
    NoShard {
        /// The record.
        file: String,
    },
    /// A shard came twice.
    #[error("{file} is shard {shard}, which came before")]
    Twice {
        /// The record.
        file: String,
        /// The shard.
        shard: String,
    },
    /// Shards are missing.
    #[error("{} missing: {}; a verdict needs them all", if missing.len() == 1 { "a shard is" } else { "shards are" }, missing.join(", "))]
    Missing {
        /// Those that did not come.
        missing: Vec<String>,
    },
}

/// Merges the records of all shards of one run, in any order; a single record without a shard is itself.
///
/// # Errors
/// When records are of different runs or versions, or not every shard is there exactly once.
pub fn merge(records: Vec<(String, RunRecord)>) -> Result<RunRecord, MergeError> {
    let mut records = records.into_iter();
    let Some((first_file, first)) = records.next() else { return Err(MergeError::Nothing) };
    readable(&first_file, &first)?;
    let rest: Vec<_> = records.collect();
    if rest.is_empty() && first.shard.is_none() {
        return Ok(first);
    }
    let mut seen = BTreeSet::new();
    let of = note(&first_file, &first, &mut seen)?;
    let mut found = vec![(first.shard.clone(), first.as_found.clone())];
    let mut merged = RunRecord { shard: None, ..first };
    for (file, record) in rest {
        readable(&file, &record)?;
        let apart = |what| MergeError::Apart { file: file.clone(), first: first_file.clone(), what };
        let pairs = [
            ("version of scimulate", merged.tool != record.tool),
            ("seed", merged.seed != record.seed),
            ("set of readers asked for (--for)", merged.asked != record.asked),
            ("target", merged.target.name != record.target.name),
            ("profile", merged.target.profile != record.target.profile),
        ];
        if let Some((what, _)) = pairs.iter().find(|(_, differs)| *differs) {
            return Err(apart(what));
        }
        if note(&file, &record, &mut seen)? != of {
            return Err(apart("number of shards"));
        }
        if record.duration_ms > merged.duration_ms {
            (merged.duration_ms, merged.waited_ms) = (record.duration_ms, record.waited_ms);
            merged.late_body_ms = record.late_body_ms;
        }
        merged.started_at = merged.started_at.min(record.started_at);
        merged.baseline = joined(merged.baseline, record.baseline);
        merged.exercised.extend(record.exercised);
        found.push((record.shard, record.as_found));
        merged.scenarios.extend(record.scenarios);
    }
    let missing: Vec<String> =
        (1..=of).filter(|n| !seen.contains(n)).map(|number| Shard { number, of }.to_string()).collect();
    if !missing.is_empty() {
        return Err(MergeError::Missing { missing });
    }
    merged.as_found = all_as_found(found);
    Ok(whole(merged))
}

/// Left as found only where every shard says so; nothing where none says anything.
fn all_as_found(mut all: Vec<(Option<String>, Option<AsFound>)>) -> Option<AsFound> {
    if all.iter().all(|(_, found)| found.is_none()) {
        return None;
    }
    all.sort_by_key(|(shard, _)| shard.as_deref().and_then(|s| s.parse::<Shard>().ok()).map_or(0, |s| s.number));
    let same = all.iter().all(|(_, found)| found.as_ref().is_some_and(|f| f.same));
    let silent = || vec!["what was there before and after is not in its record".to_owned()];
    let told = all.into_iter().flat_map(|(shard, found)| {
        let shard = shard.unwrap_or_default();
        found.map_or_else(silent, |f| f.told).into_iter().map(move |line| format!("shard {shard}: {line}"))
    });
    let told = told.collect();
    Some(AsFound { same, told })
}

/// What the baseline came to in all shards: each knows of its own scenarios alone.
fn joined(one: Option<BaselineRecord>, other: Option<BaselineRecord>) -> Option<BaselineRecord> {
    let (mut one, other) = (one?, other?);
    one.vanished.extend(other.vanished);
    for (name, shown) in other.everywhere {
        *one.everywhere.entry(name).or_default() |= shown;
    }
    Some(one)
}

/// What is known of every scenario and showed in no shard has vanished.
fn settled(mut baseline: BaselineRecord) -> BaselineRecord {
    let everywhere = std::mem::take(&mut baseline.everywhere);
    baseline.vanished.extend(everywhere.into_iter().filter(|(_, shown)| !shown).map(|(name, _)| name));
    baseline.vanished.sort();
    baseline.vanished.dedup();
    baseline
}

/// Puts the scenarios in plan order, and draws the sums anew.
fn whole(mut merged: RunRecord) -> RunRecord {
    merged.baseline = merged.baseline.map(settled);
    merged.scenarios.sort_by_key(|s: &ScenarioRecord| s.number);
    merged.exercised.sort();
    merged.exercised.dedup();
    merged.totals = Totals { unasked: unasked(&merged.scenarios, &merged.asked), ..Totals::of(&merged.scenarios) };
    let judged = merged.scenarios.iter().filter(|s| s.outcome.kind != OutcomeKind::ExpectedFailure);
    merged.findings = fold(judged);
    entitle(&mut merged.findings, &merged.scenarios);
    merged
}

fn readable(file: &str, record: &RunRecord) -> Result<(), MergeError> {
    if (OLDEST_VERSION..=RECORD_VERSION).contains(&record.version) {
        return Ok(());
    }
    Err(MergeError::Version { file: file.to_owned(), version: record.version, tool: record.tool.clone() })
}

/// Notes the record's shard; of how many it is one.
fn note(file: &str, record: &RunRecord, seen: &mut BTreeSet<usize>) -> Result<usize, MergeError> {
    let shard = record.shard.as_deref().and_then(|text| text.parse::<Shard>().ok());
    let Some(shard) = shard else { return Err(MergeError::NoShard { file: file.to_owned() }) };
    if !seen.insert(shard.number) {
        return Err(MergeError::Twice { file: file.to_owned(), shard: shard.to_string() });
    }
    Ok(shard.of)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(shard: &str, same: Option<bool>) -> (Option<String>, Option<AsFound>) {
        (Some(shard.to_owned()), same.map(|same| AsFound { same, told: vec![format!("the same: {same}")] }))
    }

    #[test]
    fn what_is_known_of_every_scenario_vanished_when_no_shard_shows_it() {
        let shard = |shown: [bool; 2], vanished: &str| BaselineRecord {
            known: 3,
            vanished: vec![vanished.to_owned()],
            everywhere: [("A", shown[0]), ("B", shown[1])].map(|(name, shown)| (name.to_owned(), shown)).into(),
        };
        let all = joined(Some(shard([false, false], "D")), Some(shard([true, false], "C"))).map(settled).unwrap();
        assert_eq!((all.vanished.join(" ").as_str(), all.everywhere.len(), all.known), ("B C D", 0, 3));
    }

    #[test]
    fn a_target_was_left_as_found_only_where_every_shard_says_so() {
        assert_eq!(all_as_found(vec![found("1/2", None), found("2/2", None)]), None);
        let all = all_as_found(vec![found("2/2", Some(true)), found("1/2", Some(true))]).unwrap();
        assert!(all.same);
        assert_eq!(all.told, ["shard 1/2: the same: true", "shard 2/2: the same: true"]);
        for other in [Some(false), None] {
            let all = all_as_found(vec![found("1/2", Some(true)), found("2/2", other)]).unwrap();
            assert!(!all.same && all.told.len() == 2, "{other:?}");
        }
    }
}
