//! What a faulty service remembers from one call to the next, and not in its store.

use crate::store::MemberRow;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// The most lists of members that are remembered at once: those of PATCHes that never came are let go of.
const MOST: usize = 1000;

/// What is remembered.
#[derive(Default)]
pub(super) struct Memory {
    /// How many lists were asked for.
    lists: AtomicU64,
    /// The members of a group as a PATCH found them before it waited, by a word of the layer around HTTP.
    members: Mutex<HashMap<String, Vec<MemberRow>>>,
}

impl Memory {
    /// Counts a list.
    pub(super) fn next_list(&self) -> u64 {
        self.lists.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(super) fn note_members(&self, word: String, members: Vec<MemberRow>) {
        let mut all = self.members.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST {
            all.clear();
        }
        all.insert(word, members);
    }

    pub(super) fn recall_members(&self, word: &str) -> Option<Vec<MemberRow>> {
        self.members.lock().unwrap_or_else(PoisonError::into_inner).remove(word)
    }
}
