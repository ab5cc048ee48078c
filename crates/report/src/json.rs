//! The run record as JSON. Its shape is in `docs/record.schema.json`.

use super::beside::Beside;
use super::document;
use super::sink::Trouble;
use judge::verdict::RunRecord;
use std::io::Write;

/// The record as it is.
pub(super) fn make(record: &RunRecord, _beside: &Beside, out: &mut dyn Write) -> Result<(), Trouble> {
    document::json(record, out)
}
