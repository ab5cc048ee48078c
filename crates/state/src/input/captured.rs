//! Our own captures.
//!
//! In: the lines of one. Out: its resources and the evidence of its reading. Never: a capture that is cut off or newer taken for
//! a whole one.

use super::gather::{Gathered, Kind};
use super::{FileRead, InputError};
use crate::capture::{FORMAT, Header, Trailer, VERSION};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{BufRead, Read};
use std::path::Path;

/// The longest line read, in bytes: a group of two million members.
const LONGEST: u64 = 512 << 20;

pub(super) fn read(
    path: &Path,
    mut file: &mut dyn BufRead,
    read: &mut FileRead,
    gathered: &mut Gathered,
) -> Result<(), InputError> {
    read.form = "a capture".to_owned();
    let (mut number, mut line) = (0, Vec::new());
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    loop {
        line.clear();
        number += 1;
        let at = |why: String| InputError::new(path, format!("line {number}: {why}"));
        let got = Read::take(&mut file, LONGEST).read_until(b'\n', &mut line).map_err(|e| at(e.to_string()))?;
        if got == 0 {
            let why = "the capture is cut off here: its last line is not there; take it again, or let `scimulate state capture` go on with it";
            return Err(at(why.to_owned()));
        }
        let value: Value = serde_json::from_slice(&line)
            .map_err(|e| at(format!("{e}; the capture is cut off or was changed here")))?;
        if number == 1 {
            header(value, gathered).map_err(at)?;
        } else if let Some(end) = value.get("end") {
            let trailer: Trailer = serde_json::from_value(end.clone()).map_err(|e| at(e.to_string()))?;
            return finish(trailer, &counts, gathered).map_err(at);
        } else {
            let Value::Object(mut members) = value else {
                return Err(at("it is no resource; the capture was changed".to_owned()));
            };
            if members.contains_key("page") || members.contains_key("resumed") {
                continue;
            }
            let (Some(Value::String(kind)), Some(resource)) = (members.remove("type"), members.remove("resource"))
            else {
                return Err(at("it has no type and resource; the capture was changed".to_owned()));
            };
            *counts.entry(kind.clone()).or_default() += 1;
            gathered.add(Kind::named(&kind), resource, read);
        }
    }
}

fn header(value: Value, gathered: &mut Gathered) -> Result<(), String> {
    let version = value.get("version").and_then(Value::as_u64);
    if version.is_some_and(|version| version > u64::from(VERSION)) {
        let version = version.unwrap_or_default();
        return Err(format!(
            "the capture has version {version} and this program reads up to {VERSION}; take a newer scimulate"
        ));
    }
    let header: Header = serde_json::from_value(value).map_err(|e| format!("it is no header of a capture: {e}"))?;
    if header.format != FORMAT {
        return Err(format!("it is a file of another kind ({})", scim::printable::printable(&header.format)));
    }
    gathered.captured = true;
    gathered.target = gathered.target.take().or(Some(header.target));
    Ok(())
}

fn finish(trailer: Trailer, counts: &BTreeMap<String, usize>, gathered: &mut Gathered) -> Result<(), String> {
    for (kind, count) in &trailer.counts {
        let there = counts.get(kind).copied().unwrap_or(0);
        if there != *count {
            let text =
                format!("the capture counted {count} of {kind} and has {there}: it was changed after it was taken");
            gathered.doubts.push(text);
        }
    }
    gathered.complete &= trailer.complete;
    gathered.unsettled |= trailer.unsettled;
    gathered.paged |= trailer.paged;
    gathered.remarks.extend(trailer.remarks);
    Ok(())
}
