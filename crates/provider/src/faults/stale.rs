//! A PATCH of a group that writes back the members it read some time before.
//!
//! In: words of the layer around HTTP, which waits between the two. Out: member rows as they were. Past every rule of the
//! product, which has no say in what a careless service does with its own rows.

use super::layer::Layer;
use super::names::FaultName as F;
use crate::service::{Call, Done, Method, Reply, Target};

/// The query parameter of a request whose members are noted under a word.
pub(super) const NOTES_MEMBERS: &str = "x-notes-members";
/// The query parameter of the PATCH that writes them back.
pub(super) const RECALLS_MEMBERS: &str = "x-recalls-members";

impl Layer<'_> {
    /// Notes the members of a group, or writes back those that were noted.
    pub(super) fn hold_members(&self, call: &mut Call) -> Done<Option<Reply>> {
        if !self.has(F::ConcurrentMemberPatchesLost) {
            return Ok(None);
        }
        let (notes, recalls) = (taken(call, NOTES_MEMBERS), taken(call, RECALLS_MEMBERS));
        let Target::Group(id) = &call.target else { return Ok(None) };
        let Some(group) = self.store.group(&call.tenant, id)? else { return Ok(None) };
        match (call.method, notes, recalls) {
            (Method::Get, Some(word), _) => {
                self.memory.note_members(word, self.store.members(&group, None)?);
                Ok(Some(Reply::empty(204)))
            }
            (Method::Patch, _, Some(word)) => {
                let Some(noted) = self.memory.recall_members(&word) else { return Ok(None) };
                for member in self.store.members(&group, None)? {
                    if !noted.iter().any(|other| other.id == member.id) {
                        self.store.remove_member(&group, &member.id)?;
                    }
                }
                for member in noted {
                    if let Some(kind) = self.store.kind_of(call.tenant.row, &member.id)? {
                        self.store.add_member(&group, &member.id, kind)?;
                    }
                }
                Ok(None)
            }
            _ => Ok(None),
        }
    }
}

/// Takes a parameter out of a call.
fn taken(call: &mut Call, name: &str) -> Option<String> {
    let at = call.query.iter().position(|(known, _)| known == name)?;
    Some(call.query.remove(at).1)
}
