//! Tokens that should open nothing.

use super::Faults;
use super::names::FaultName as F;
use crate::service::{Call, Method};
use crate::store::{Store, Stored, Tenant, TokenRow};

/// What is known of a token that opens this tenant for this call.
pub(super) fn known_token(
    on: &Faults,
    store: &Store,
    (tenant, token): (&Tenant, &str),
    call: &Call,
) -> Stored<Option<TokenRow>> {
    if token.is_empty() && on.has(F::EmptyTokenOpens) || token.matches('.').count() == 2 && on.has(F::AnyJwtOpens) {
        let created = store.moment(tenant.row)?;
        let row = tenant.row;
        return Ok(Some(TokenRow {
            tenant: row,
            revoked: false,
            subject: None,
            expires: None,
            scope: String::new(),
            created,
        }));
    }
    let outlives = on.has(F::RevokedTokenWorks) || on.has(F::RevokedTokenReads) && call.method == Method::Get;
    Ok(store.token(token)?.filter(|known| known.tenant == tenant.row && (!known.revoked || outlives)))
}
