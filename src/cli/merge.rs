//! `scimulate merge`: the records of a run's shards become one.

use super::args::MergeArgs;
use super::exit::Exit;
use super::{Trouble, features, run};
use crate::run::merge;
use judge::verdict::{Event, RECORD_VERSION, RunRecord, topics};
use serde::Deserialize;
use std::path::Path;

/// What is looked at before a record is read whole: another version may have another shape.
#[derive(Deserialize)]
struct Head {
    version: u32,
    tool: String,
}

/// Merges and reports.
pub(super) fn command(args: &MergeArgs) -> Result<Exit, Trouble> {
    let mut records = Vec::new();
    for path in &args.records {
        records.push((path.display().to_string(), read(path)?));
    }
    let mut reports = run::reports(&args.report)?;
    let mut record = merge(records).map_err(Trouble::usage)?;
    record.topics = topics(&features::subjects(), &record.exercised, &record.findings);
    let verdict = record.verdict();
    let told = [
        Event::RunStarted { target: record.target.clone(), scenarios: record.scenarios.len(), seed: record.seed },
        Event::RunFinished(Box::new(record)),
    ];
    for report in &mut reports {
        for event in &told {
            run::told(report.event(event))?;
        }
        run::told(report.finish())?;
    }
    Ok(verdict.into())
}

/// Reads one record.
pub(super) fn read(path: &Path) -> Result<RunRecord, Trouble> {
    let name = path.display();
    let text = std::fs::read_to_string(path).map_err(|e| Trouble::usage(format!("{name} cannot be read: {e}")))?;
    let wrong = |e: serde_json::Error| {
        Trouble::usage(format!("{name} is no record of a run ({e}); `scimulate run --report json=FILE` writes one"))
    };
    let head: Head = serde_json::from_str(&text).map_err(wrong)?;
    if head.version != RECORD_VERSION {
        let Head { version, tool } = head;
        return Err(Trouble::usage(format!(
            "{name} is a record of version {version}, and this program reads {RECORD_VERSION}; it was written by {tool}"
        )));
    }
    serde_json::from_str(&text).map_err(wrong)
}
