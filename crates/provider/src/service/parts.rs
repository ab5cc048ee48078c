//! The parts a service is built with: decisions that whoever builds it may replace. The default is the right ones.

use super::{Call, Done, Reply, Work};
use crate::store::{Store, Stored, Tenant, TokenRow, UserDraft, UserRow};

/// Does one call, or one operation of a bulk job, inside its transaction.
pub(crate) type Perform = Box<dyn Fn(&Work<'_>) -> Done<Reply> + Send + Sync>;

/// Whether the userName of a draft is taken, given the others who have the same one to the database.
pub(crate) type UserNameIsTaken = fn(&UserDraft, &[UserRow]) -> bool;

/// Whether an externalId is taken, given whose it is to be, where that is somebody already, and the others who have it.
pub(crate) type ExternalIdIsTaken = fn(Option<&UserRow>, &[UserRow]) -> bool;

/// What is known of a token, where it opens a tenant for a call.
pub(crate) type KnownToken = Box<dyn Fn(&Store, &Tenant, &str, &Call) -> Stored<Option<TokenRow>> + Send + Sync>;

/// What a service is built with.
pub(crate) struct Parts {
    pub(crate) perform: Perform,
    /// Whether a call that only reads may write all the same.
    pub(crate) reads_write: bool,
    pub(crate) user_name_is_taken: UserNameIsTaken,
    pub(crate) external_id_is_taken: ExternalIdIsTaken,
    pub(crate) known_token: KnownToken,
}

impl Default for Parts {
    fn default() -> Self {
        Self {
            perform: Box::new(|work| work.run()),
            reads_write: false,
            user_name_is_taken: |_, others| !others.is_empty(),
            external_id_is_taken: |_, others| !others.is_empty(),
            known_token: Box::new(|store, tenant, token, _| {
                Ok(store.token(token)?.filter(|known| known.tenant == tenant.row && !known.revoked))
            }),
        }
    }
}
