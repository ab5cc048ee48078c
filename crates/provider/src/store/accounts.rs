//! Local accounts: people a product knows without SCIM.

use super::{Store, Stored, Tenant, UserRow};
use rusqlite::params;

/// A local account beside its user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AccountRow {
    pub(crate) user_id: String,
    pub(crate) user_name: String,
    pub(crate) email: String,
    pub(crate) admin: bool,
    pub(crate) builtin_sign_in: bool,
    pub(crate) active: bool,
    /// Whether SCIM provisions the user by now.
    pub(crate) provisioned: bool,
}

impl Store {
    /// Makes a user a local account.
    pub(crate) fn insert_account(&self, user: &UserRow, email: &str, admin: bool, builtin_sign_in: bool) -> Stored<()> {
        self.conn
            .prepare_cached("INSERT INTO local_accounts (user, email, admin, builtin_sign_in) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![user.row, email, admin, builtin_sign_in])?;
        Ok(())
    }

    /// The local accounts of a tenant.
    pub(crate) fn accounts(&self, tenant: &Tenant) -> Stored<Vec<AccountRow>> {
        self.conn
            .prepare_cached(
                "SELECT u.id, u.user_name, a.email, a.admin, a.builtin_sign_in, u.active, u.managed FROM local_accounts a
                 CROSS JOIN users u ON u.row = a.user WHERE u.tenant = ?1 ORDER BY u.row",
            )?
            .query_map([tenant.row], |row| {
                Ok(AccountRow {
                    user_id: row.get(0)?,
                    user_name: row.get(1)?,
                    email: row.get(2)?,
                    admin: row.get(3)?,
                    builtin_sign_in: row.get(4)?,
                    active: row.get(5)?,
                    provisioned: row.get(6)?,
                })
            })?
            .collect()
    }
}
