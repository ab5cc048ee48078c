//! What a measurement may not fall behind.
//!
//! In: a file with the sizes and the numbers of an earlier one. Out: where this one is worse. What is random is drawn by a
//! seed, so the same sizes are the same servers.

use super::record::{Record, Tally};
use super::sizes::Sizes;
use crate::cli::CommandError;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// The file: sizes, and what they came to.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Thresholds {
    pub(super) sizes: Sizes,
    /// At most so many wrong reds.
    wrong_reds: usize,
    /// Of the faults that could be red at least so many per mille, by the number of faults a server has.
    #[serde(default)]
    recall: BTreeMap<String, usize>,
    /// The same on lossy servers.
    recall_lossy: Option<usize>,
}

impl Thresholds {
    pub(super) fn read(path: &Path) -> Result<Self, CommandError> {
        let shown = path.display();
        let text = std::fs::read_to_string(path).map_err(|e| CommandError::usage(format!("{shown}: {e}")))?;
        toml::from_str(&text).map_err(|e| CommandError::usage(format!("{shown}: {e}")))
    }

    /// Where a record is worse, a line each.
    pub(super) fn worse(&self, record: &Record) -> Vec<String> {
        let mut worse = Vec::new();
        if record.wrong_reds() > self.wrong_reds {
            worse.push(format!("{} wrong reds, at most {}", record.wrong_reds(), self.wrong_reds));
        }
        let mut floor = |what: &str, recall: Option<usize>, least: usize| {
            let recall = recall.unwrap_or_default();
            if recall < least {
                worse.push(format!("{what}: {recall} ‰ red, at least {least} ‰"));
            }
        };
        for (count, least) in &self.recall {
            let tally = Tally::of(record.of_count(count.parse().unwrap_or_default()));
            floor(&format!("{count} faults at once"), tally.recall(), *least);
        }
        if let Some(least) = self.recall_lossy {
            let lossy = Tally::of(record.lossy.iter().flat_map(|server| &server.faults));
            floor("lossy servers", lossy.recall(), least);
        }
        worse
    }
}

#[cfg(test)]
mod tests {
    use super::super::faulty::{Fate, FaultyServer, Tried};
    use super::super::play::{Played, Red};
    use super::super::record::SoundServer;
    use super::*;
    use std::collections::BTreeSet;

    const FILE: &str = "\
        wrong_reds = 1\nrecall_lossy = 500\n\
        [sizes]\nseed = 1\nmixed = 0\nbroken = 1\nat_once = [2]\nlossy = 1\n\
        [recall]\n2 = 500\n";

    fn sound(reds: usize, troubles: usize) -> SoundServer {
        let red = || Red { requirement: "RFC7644-3.3-07".to_owned(), ..Red::default() };
        let reds = (0..reds).map(|_| red()).collect();
        let troubles = (0..troubles).map(|_| "the run did not begin".to_owned()).collect();
        SoundServer::new(Vec::new(), Played { reds, troubles, ..Played::default() }, &BTreeSet::new())
    }

    fn faulty(fates: &[Fate]) -> FaultyServer {
        let tried = |&fate: &Fate| Tried { id: "M001", name: "x", requirement: "y", topic: String::new(), fate };
        let faults = fates.iter().map(tried).collect();
        FaultyServer { names: Vec::new(), faults, others: Vec::new(), requests: 0, duration_ms: 0.0 }
    }

    /// What is worse about a measurement of one sound, one broken and one lossy server.
    fn worse(sound: SoundServer, broken: &[Fate], lossy: &[Fate]) -> Vec<String> {
        let thresholds: Thresholds = toml::from_str(FILE).unwrap();
        let mut record = Record::new(thresholds.sizes.clone());
        record.sound.push(sound);
        record.broken.push(faulty(broken));
        record.lossy.push(faulty(lossy));
        thresholds.worse(&record)
    }

    #[test]
    fn every_number_that_is_worse_is_told() {
        use Fate::{Found, Masked, Missed, NotProvoked, RedBefore, ToldOtherwise};
        assert_eq!(worse(sound(1, 0), &[Found, Missed], &[Found, NotProvoked]), Vec::<String>::new());
        assert_eq!(
            worse(sound(0, 0), &[Found, Masked], &[Found, RedBefore]),
            Vec::<String>::new(),
            "masked is no miss"
        );
        assert_eq!(worse(sound(0, 0), &[ToldOtherwise, Missed], &[Found]), Vec::<String>::new(), "it is red");
        assert_eq!(worse(sound(1, 1), &[Found, Missed], &[Found]), ["2 wrong reds, at most 1"]);
        let low = "2 faults at once: 0 ‰ red, at least 500 ‰";
        assert_eq!(worse(sound(0, 0), &[Missed, Missed], &[Found]), [low]);
        assert_eq!(worse(sound(0, 0), &[Found], &[Found]), [low], "no server with two faults was measured");
        let lossy = "lossy servers: 333 ‰ red, at least 500 ‰";
        assert_eq!(worse(sound(0, 0), &[Found, Found], &[Found, Missed, NotProvoked]), [lossy]);
    }
}
