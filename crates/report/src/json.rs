//! The run record as JSON. Its shape is in `docs/record.schema.json`.

use super::document;
use judge::verdict::RunRecord;

/// The record as it is.
pub(super) fn make(record: &RunRecord) -> Result<Vec<u8>, String> {
    document::json(record)
}
