//! The wrong answers to the question whether a name or an externalId is taken.
//!
//! Each fault lets some of those pass who are in the way; a name is taken when none of them does.

use super::Faults;
use super::names::FaultName as F;
use crate::service::{ExternalIdIsTaken, UserNameIsTaken};
use crate::store::{UserDraft, UserRow};

/// Whether a userName is taken by one of the others who have it.
pub(super) fn user_name(on: &Faults) -> UserNameIsTaken {
    let on = on.clone();
    Box::new(move |draft, others| others.iter().any(|user| !passes(&on, draft, user)))
}

fn passes(on: &Faults, draft: &UserDraft, user: &UserRow) -> bool {
    on.iter().any(|fault| match fault {
        F::UserNameNotUnique | F::LostAnswerMakesTwin => true,
        F::DuplicateCheckCaseExact => user.user_name != draft.user_name,
        F::AccentApartIsAnotherName => user.user_name.to_lowercase() != draft.user_name.to_lowercase(),
        F::UniqueWithExternalIdOnly => user.external_id != draft.external_id,
        _ => false,
    })
}

/// Whether an externalId is taken by one of the others who have it.
pub(super) fn external_id(on: &Faults) -> ExternalIdIsTaken {
    let (shared, inactive_free) = (on.has(F::UpdateSharesExternalId), on.has(F::InactiveExternalIdFree));
    Box::new(move |own, others| {
        let updates = own.is_some();
        !(updates && shared) && others.iter().any(|user| !updates || !inactive_free || user.active)
    })
}
