//! The wrong answers to the question whether a name or an externalId is taken.

use super::Faults;
use super::names::FaultName as F;
use crate::service::{ExternalIdIsTaken, UserNameIsTaken};

/// Whether a userName is taken by one of the others who have it.
pub(super) fn user_name(on: &Faults) -> UserNameIsTaken {
    if on.has(F::UserNameNotUnique) || on.has(F::LostAnswerMakesTwin) {
        return |_, _| false;
    }
    if on.has(F::DuplicateCheckCaseExact) {
        return |draft, others| others.iter().any(|user| user.user_name == draft.user_name);
    }
    if on.has(F::AccentApartIsAnotherName) {
        return |draft, others| {
            others.iter().any(|user| user.user_name.to_lowercase() == draft.user_name.to_lowercase())
        };
    }
    if on.has(F::UniqueWithExternalIdOnly) {
        return |draft, others| others.iter().any(|user| user.external_id == draft.external_id);
    }
    |_, others| !others.is_empty()
}

/// Whether an externalId is taken by one of the others who have it.
pub(super) fn external_id(on: &Faults) -> ExternalIdIsTaken {
    if on.has(F::UpdateSharesExternalId) {
        return |own, others| own.is_none() && !others.is_empty();
    }
    if on.has(F::InactiveExternalIdFree) {
        return |own, others| if own.is_some() { others.iter().any(|user| user.active) } else { !others.is_empty() };
    }
    |_, others| !others.is_empty()
}
