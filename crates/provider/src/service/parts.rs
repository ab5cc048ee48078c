//! The parts a service is built with: decisions that whoever builds it may replace. The default is the right ones.

use super::{Call, Done, Reply, Work};
use crate::store::{Store, Stored, Tenant, TokenRow, UserDraft, UserRow};

/// Does one call, or one operation of a bulk job, inside its transaction.
pub(crate) type Perform = Box<dyn Fn(&Work<'_>) -> Done<Reply> + Send + Sync>;

/// Whether the userName of a draft is taken, given the others who have the same one to the database.
pub(crate) type UserNameIsTaken = Box<dyn Fn(&UserDraft, &[UserRow]) -> bool + Send + Sync>;

/// Whether an externalId is taken, given whose it is to be, where that is somebody already, and the others who have it.
pub(crate) type ExternalIdIsTaken = Box<dyn Fn(Option<&UserRow>, &[UserRow]) -> bool + Send + Sync>;

/// What is known of a token, where it opens a tenant for a call.
pub(crate) type KnownToken = Box<dyn Fn(&Store, &Tenant, &str, &Call) -> Stored<Option<TokenRow>> + Send + Sync>;

/// What comes of it when an operator erases somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Erasure {
    /// The person is gone.
    Done,
    /// The product does not let go of whom SCIM manages.
    Refused,
    /// The product says it is done, and keeps the person.
    Feigned,
}

/// What a service is built with.
pub(crate) struct Parts {
    pub(crate) perform: Perform,
    pub(crate) user_name_is_taken: UserNameIsTaken,
    pub(crate) external_id_is_taken: ExternalIdIsTaken,
    pub(crate) known_token: KnownToken,
    /// Whether somebody may sign in.
    pub(crate) signs_in: fn(&UserRow) -> bool,
    pub(crate) erasure: fn(&UserRow) -> Erasure,
}

impl Default for Parts {
    fn default() -> Self {
        Self {
            perform: Box::new(|work| work.run()),
            user_name_is_taken: Box::new(|_, others| !others.is_empty()),
            external_id_is_taken: Box::new(|_, others| !others.is_empty()),
            known_token: Box::new(|store, tenant, token, _| {
                Ok(store.token(token)?.filter(|known| known.tenant == tenant.row && !known.revoked))
            }),
            signs_in: |user| user.active,
            erasure: |_| Erasure::Done,
        }
    }
}
