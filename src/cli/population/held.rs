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
pub(super) struct Held {
    pub(super) sizes: Sizes,
    /// At most so many wrong reds.
    wrong_reds: usize,
    /// Of the faults that could be found at least so many per mille, by the number of faults a server has.
    #[serde(default)]
    recall: BTreeMap<String, usize>,
    /// The same on lossy servers.
    recall_lossy: Option<usize>,
}

impl Held {
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
                worse.push(format!("{what}: {recall} ‰ found, at least {least} ‰"));
            }
        };
        for (count, least) in &self.recall {
            let tally = Tally::of(record.of_count(count.parse().unwrap_or_default()));
            floor(&format!("{count} faults at once"), tally.recall(), *least);
        }
        if let Some(least) = self.recall_lossy {
            let lossy = Tally::of(record.lossy.iter().flat_map(|trial| &trial.faults));
            floor("lossy servers", lossy.recall(), least);
        }
        worse
    }
}
