//! What was sent, as the state file keeps it.

use client::wire::{decode_query, split_query};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// Exchanges kept; older ones are dropped.
const KEPT: usize = 1_000;

/// The last exchanges of one provider.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Log {
    /// How many there were in all.
    pub count: u64,
    /// The last of them.
    pub entries: VecDeque<LogEntry>,
}

/// One exchange.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LogEntry {
    /// Which it was, from 1.
    #[serde(default)]
    pub number: u64,
    /// Seconds on the virtual clock.
    #[serde(default)]
    pub seconds: u64,
    /// Method.
    pub method: String,
    /// What it was addressed to, below the base URL, as sent.
    pub target: String,
    /// The answer's status; none where there was no answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// What it was for, and why there was no answer.
    pub what: String,
    /// Whether it only asked whether the target is there.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub probe: bool,
}

impl Log {
    /// Takes exchanges in.
    pub fn extend(&mut self, seconds: u64, entries: impl IntoIterator<Item = LogEntry>) {
        for entry in entries {
            self.count += 1;
            self.entries.push_back(LogEntry { number: self.count, seconds, ..entry });
        }
        while self.entries.len() > KEPT {
            // A month of cycles in which nothing happened does not push out what did.
            let oldest = self.entries.iter().position(|entry| entry.probe).unwrap_or(0);
            self.entries.remove(oldest);
        }
    }
}

impl LogEntry {
    /// The target to read: its query as it is meant, not as it is sent.
    #[must_use]
    pub fn address(&self) -> String {
        match split_query(&self.target) {
            (path, Some(query)) => format!("{path}?{}", decode_query(query)),
            (path, None) => path.to_owned(),
        }
    }

    /// The exchange on a line.
    #[must_use]
    pub fn line(&self) -> String {
        let status = self.status.map_or_else(|| "---".to_owned(), |s| s.to_string());
        format!("{:<6} {status}  {}  {}", self.method, self.address(), self.what)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_counts_all_and_keeps_the_last() {
        let entry = |n: usize| LogEntry {
            number: 0,
            seconds: 0,
            method: "GET".into(),
            target: format!("/Users/{n}"),
            status: None,
            what: "read".into(),
            probe: n == 7,
        };
        let mut log = Log::default();
        log.extend(40, (0..KEPT + 5).map(entry));
        assert_eq!((log.entries[0].number, log.entries.iter().any(|e| e.probe)), (5, false), "the probe went first");
        assert_eq!((log.count, log.entries.len()), (KEPT as u64 + 5, KEPT));
        let last = log.entries.back().unwrap();
        assert_eq!((last.number, last.seconds), (KEPT as u64 + 5, 40));
        assert_eq!(last.line(), format!("GET    ---  /Users/{}  read", KEPT + 4));
    }
}
