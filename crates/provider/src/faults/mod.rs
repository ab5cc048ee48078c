//! Faults: what no correct server does, put around the correct service or in the place of one of its parts.
//!
//! In: the names of faults. Out: a layer around HTTP, a layer around each call, replaced parts, and lawful choices where a
//! fault is one that its product did not choose. Never: a decision of the correct service, which knows nothing of this.
//!
//! A new fault is a line in `catalogue.toml`, its name in `names.rs`, and what it does in the file of its kind.

mod access;
mod addresses;
mod catalogue;
mod creates;
mod groups_changed;
mod http;
mod layer;
mod lists;
mod lists_cut;
mod memory;
mod names;
mod narrow;
mod patches_misread;
mod refusals;
mod remembered;
mod requests_misread;
mod resources_shown;
mod sent;
mod stale;
mod strangers;
mod tombstones;
mod unassigned;
mod uniqueness;
mod users_changed;

pub use catalogue::{Fault, Unbuilt, UnknownFault, faults, unbuilt};

use crate::behaviour::{Behaviour, LocalAccounts};
use crate::product::CleanedLocals;
use crate::service::{Erasure, Parts, Work};
use axum::Router;
use layer::Layer;
use memory::Memory;
use names::FaultName;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The faults that are on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Faults(BTreeSet<FaultName>);

impl Faults {
    /// The faults of these names, each by its id (`M095`) or its name.
    ///
    /// # Errors
    /// When a name is nobody's.
    pub fn named(names: &[&str]) -> Result<Self, UnknownFault> {
        names.iter().map(|name| Fault::find(name).map(|fault| fault.which)).collect::<Result<_, _>>().map(Self)
    }

    fn has(&self, fault: FaultName) -> bool {
        self.0.contains(&fault)
    }

    fn iter(&self) -> impl Iterator<Item = FaultName> + '_ {
        self.0.iter().copied()
    }

    /// What a reader is told of them.
    pub(crate) fn described(&self) -> Vec<Value> {
        let on = faults().iter().filter(|fault| self.has(fault.which));
        on.map(|fault| json!({ "id": fault.id, "name": fault.name, "text": fault.text })).collect()
    }

    /// A product's choices with those that the faults make for it.
    pub(crate) fn choose(&self, mut behaviour: Behaviour) -> Behaviour {
        if self.has(FaultName::LocalAccountDoubled) {
            behaviour.local_accounts = LocalAccounts::Hidden;
        }
        if self.has(FaultName::UpdateSharesExternalId) || self.has(FaultName::InactiveExternalIdFree) {
            behaviour.external_id_unique = true;
        }
        if self.has(FaultName::CleanupTakesLocalAccounts) {
            behaviour.cleanup.local_accounts = CleanedLocals::Included;
        }
        behaviour
    }

    /// The parts to build a service with.
    pub(crate) fn parts(&self) -> Parts {
        if self.0.is_empty() {
            return Parts::default();
        }
        let (on, memory) = (Arc::new(self.clone()), Memory::default());
        let (around, asked) = (on.clone(), on.clone());
        let mut parts = Parts {
            perform: Box::new(move |work: &Work<'_>| Layer::new(&around, &memory, work).perform()),
            user_name_is_taken: uniqueness::user_name(&on),
            external_id_is_taken: uniqueness::external_id(&on),
            known_token: Box::new(move |store, tenant, token, call| {
                access::known_token(&asked, store, (tenant, token), call)
            }),
            ..Parts::default()
        };
        if self.has(FaultName::InactivePeopleSignIn) {
            parts.signs_in = |_| true;
        }
        parts.erasure = match (self.has(FaultName::ManagedCannotBeErased), self.has(FaultName::ErasedIdentityStays)) {
            (true, true) => |user| if user.managed { Erasure::Refused } else { Erasure::Feigned },
            (true, false) => |user| if user.managed { Erasure::Refused } else { Erasure::Done },
            (false, true) => |_| Erasure::Feigned,
            (false, false) => |_| Erasure::Done,
        };
        parts
    }

    /// The whole service over HTTP with what stands around it.
    pub(crate) fn around(&self, router: Router, origin: &str) -> Router {
        if self.0.is_empty() { router } else { http::around(router, self.clone(), origin.to_owned()) }
    }
}
