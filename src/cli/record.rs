//! Reads the records of earlier runs, from files of their own and from evidence packages.

use super::CommandError;
use ::certify::Package;
use judge::title::entitle;
use judge::verdict::{OLDEST_VERSION, RECORD_VERSION, RunRecord};
use serde::Deserialize;
use std::path::Path;

/// What is looked at before a record is read whole: another version may have another shape.
#[derive(Deserialize)]
struct Head {
    version: u32,
    tool: String,
}

/// Reads one record, also that of an evidence package.
pub(super) fn read(path: &Path) -> Result<RunRecord, CommandError> {
    let name = path.display();
    let bytes = std::fs::read(path).map_err(|e| CommandError::usage(format!("{name} cannot be read: {e}")))?;
    if ::certify::is_package(&bytes) {
        let package = Package::read(&bytes);
        let mut record = package.map_err(|e| CommandError::usage(format!("{name} is refused: {e}")))?.record;
        numbered(&mut record);
        return Ok(record);
    }
    let no_text = |_| CommandError::usage(format!("{name} is no record of a run: it is no text"));
    let text = String::from_utf8(bytes).map_err(no_text)?;
    let wrong = |e: serde_json::Error| {
        CommandError::usage(format!(
            "{name} is no record of a run ({e}); `scimulate run --report json=FILE` writes one"
        ))
    };
    let head: Head = serde_json::from_str(&text).map_err(wrong)?;
    if !(OLDEST_VERSION..=RECORD_VERSION).contains(&head.version) {
        let Head { version, tool } = head;
        return Err(CommandError::usage(format!(
            "{name} is a record of version {version}, and this program reads {OLDEST_VERSION} to {RECORD_VERSION}; it was written by {tool}"
        )));
    }
    let mut record: RunRecord = serde_json::from_str(&text).map_err(wrong)?;
    numbered(&mut record);
    Ok(record)
}

/// Gives the findings of an older writer's record their numbers and titles.
fn numbered(record: &mut RunRecord) {
    if record.findings.iter().any(|summary| summary.number == 0) {
        for (summary, number) in record.findings.iter_mut().zip(1..) {
            summary.number = number;
        }
        entitle(&mut record.findings, &record.scenarios);
    }
}
