//! The record as one HTML file that needs no network and no script: verdict, causes, what was not judged, findings with their
//! exchange, requirements, IdPs, scenarios.
//!
//! What the target answered is hostile. It is written as text, in which every character with a meaning in HTML is a reference;
//! the page's policy names its one script and its one style by their hashes and allows nothing else.

mod bodies;
mod parts;
mod text;

use super::beside::Beside;
use super::sink::Trouble;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use judge::verdict::RunRecord;
use sha2::{Digest as _, Sha256};
use std::io::Write;
use text::Page;

const FRAME: &str = include_str!("html/page.html");
const STYLE: &str = include_str!("html/style.css");
const SCRIPT: &str = include_str!("html/report.js");

/// The record as a page.
pub(super) fn make(record: &RunRecord, _beside: &Beside, out: &mut dyn Write) -> Result<(), Trouble> {
    let policy = format!(
        "default-src 'none'; script-src '{}'; style-src '{}'; base-uri 'none'; form-action 'none'",
        hash(SCRIPT),
        hash(STYLE)
    );
    let mut rest = FRAME;
    // In the order they stand in the page: what is put in is not looked through for further places.
    for (place, text) in
        [("@POLICY@", Some(&*policy)), ("@STYLE@", Some(STYLE)), ("@MAIN@", None), ("@SCRIPT@", Some(SCRIPT))]
    {
        let lacks = || Trouble::Encode(format!("the page has no {place}"));
        let (before, after) = rest.split_once(place).ok_or_else(lacks)?;
        out.write_all(before.as_bytes())?;
        match text {
            Some(text) => out.write_all(text.as_bytes())?,
            None => parts::write(&mut Page::new(out), record)?,
        }
        rest = after;
    }
    Ok(out.write_all(rest.as_bytes())?)
}

fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text.as_bytes())))
}
