//! The verdicts of a run, a row for each reader.

use judge::verdict::{Reader, ReaderVerdict, RunRecord};

/// Its heads.
pub(super) const HEADS: [&str; 5] = ["", "verdict", "blocking", "other", "judged"];

/// Heads and rows; `None` where a record has no verdicts for readers.
pub(super) fn rows(record: &RunRecord) -> Option<(Vec<&'static str>, Vec<Vec<String>>)> {
    let rows: Vec<Vec<String>> = record.readers.iter().map(row).collect();
    (!rows.is_empty()).then(|| (HEADS.to_vec(), rows))
}

fn row(verdict: &ReaderVerdict) -> Vec<String> {
    let judged = match verdict.of {
        0 => "-".to_owned(),
        of => format!("{} % of {of}", verdict.judged.min(of) * 100 / of),
    };
    vec![name(&verdict.reader), verdict.told(), verdict.blocking.to_string(), verdict.other.to_string(), judged]
}

/// Products that are not spelt as their id with a capital letter.
const SPELT: &[(&str, &str)] = &[
    ("entra", "Entra ID"),
    ("authentik", "authentik"),
    ("onelogin", "OneLogin"),
    ("jumpcloud", "JumpCloud"),
    ("pingfederate", "PingFederate"),
    ("pingone", "PingOne"),
    ("sailpoint", "SailPoint"),
    ("cyberark", "CyberArk"),
];

/// A reader as people call it.
pub(super) fn name(reader: &Reader) -> String {
    match reader {
        Reader::Rfc => "RFC 7643/7644".to_owned(),
        Reader::Data => "data".to_owned(),
        Reader::Idp(family) => match SPELT.iter().find(|(id, _)| id == family) {
            Some((_, name)) => (*name).to_owned(),
            None => {
                let mut letters = family.chars();
                letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
            }
        },
    }
}
