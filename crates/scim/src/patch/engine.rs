//! What every operation of a PATCH needs.

use crate::rules::PatchRules;
use crate::schema::ResourceType;
use crate::value::Reader;

/// The type of what is patched, and how values are read.
pub(super) struct Engine<'a> {
    pub(super) rt: &'a ResourceType,
    pub(super) rules: &'a PatchRules,
    pub(super) reader: Reader<'a>,
}
