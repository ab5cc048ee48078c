//! One shard of several: its number, and which part of a plan goes to which shard.
//!
//! In: names, and what each took before. Out: the shard of each, from 0. Never: a plan.

use judge::verdict::RunRecord;
use std::collections::{BTreeMap, HashMap};
use std::str::FromStr;

/// One of several shards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// Which one, from 1.
    pub number: usize,
    /// Of how many.
    pub of: usize,
}

/// Most shards a plan is divided into.
const MOST: usize = 1_000;

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let read = text.split_once('/').and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)));
        match read {
            Some((number, of)) if (1..=MOST).contains(&of) && (1..=of).contains(&number) => Ok(Self { number, of }),
            _ => Err(format!("`{text}` is no shard; write I/N with I from 1 to N and N up to {MOST}, as in 2/4")),
        }
    }
}

impl std::fmt::Display for Shard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

/// What each scenario instance took in an earlier run, in milliseconds, by its full name.
#[must_use]
pub fn durations(record: &RunRecord) -> HashMap<String, f64> {
    record.scenarios.iter().map(|s| (s.full_name(), s.duration_ms)).collect()
}

/// The shard of each part, from 0. A part is known by its name and holds scenarios.
pub(super) fn deal(
    parts: BTreeMap<String, Vec<String>>,
    of: usize,
    durations: &HashMap<String, f64>,
) -> BTreeMap<String, usize> {
    let mean = durations.values().sum::<f64>() / durations.len().max(1) as f64;
    let took = |name: &String| durations.get(name).copied().filter(|d| d.is_finite()).unwrap_or(mean).max(0.0);
    let mut order: Vec<(f64, String)> =
        parts.into_iter().map(|(part, names)| (names.iter().map(took).sum(), part)).collect();
    // Stable: parts that take equally long stay in the order of their names.
    order.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut load = vec![0.0; of];
    let mut dealt = BTreeMap::new();
    for (takes, part) in order {
        let lightest = (0..of).min_by(|a, b| f64::total_cmp(&load[*a], &load[*b])).unwrap_or(0);
        load[lightest] += takes;
        dealt.insert(part, lightest);
    }
    dealt
}

/// The shard that a name alone decides, from 0.
pub(super) fn named(part: &str, of: usize) -> usize {
    usize::try_from(fingerprint(part) % of as u64).unwrap_or(0)
}

/// FNV-1a over the name: the same on every machine and in every version.
fn fingerprint(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_are_read_and_bad_ones_are_told() {
        assert_eq!("2/4".parse(), Ok(Shard { number: 2, of: 4 }));
        for bad in ["0/4", "5/4", "1/0", "1", "a/b", "1/4/2", "-1/4", "1/1001"] {
            assert!(bad.parse::<Shard>().unwrap_err().contains("as in 2/4"), "{bad}");
        }
    }

    #[test]
    fn the_longest_are_dealt_out_first_and_the_unknown_count_as_the_mean() {
        let each: BTreeMap<String, Vec<String>> =
            ["a", "b", "c", "d", "new"].map(|n| (n.to_owned(), vec![n.to_owned()])).into();
        let took: HashMap<String, f64> =
            [("a", 8.0), ("b", 4.0), ("c", 3.0), ("d", 1.0)].map(|(n, d)| (n.to_owned(), d)).into();
        let dealt = deal(each.clone(), 2, &took);
        assert_eq!(dealt.values().copied().collect::<Vec<_>>(), [0, 1, 0, 1, 1], "8+3 against 4+4+1");
        assert_eq!(dealt, deal(each.clone(), 2, &took));
        let together = [("stage", vec!["b", "c", "d"]), ("a", vec!["a"]), ("new", vec!["new"])];
        let together = together.map(|(part, names)| (part.to_owned(), names.into_iter().map(str::to_owned).collect()));
        let dealt = deal(together.into(), 2, &took);
        assert_eq!((dealt["stage"], dealt["a"], dealt["new"]), (1, 0, 0), "8 against 4+3+1, then the mean of 4");
        let lying: HashMap<String, f64> = [("a".to_owned(), f64::NAN), ("b".to_owned(), -5.0)].into();
        assert_eq!(deal(each, 3, &lying).len(), 5);
    }

    #[test]
    fn a_name_alone_decides_without_durations() {
        let few = ["one", "two", "three"].map(|n| fingerprint(n) % 4);
        assert_eq!(few, ["one", "two", "three"].map(|n| fingerprint(n) % 4));
        let spread: std::collections::BTreeSet<u64> = (0..40).map(|n| fingerprint(&format!("s{n}")) % 4).collect();
        assert_eq!(spread.len(), 4);
    }
}
