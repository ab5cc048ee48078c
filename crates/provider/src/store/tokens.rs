//! Tokens: kept by their hash, so that nobody who reads the store can use one.

use super::{Store, Stored, Tenant};
use crate::clock::{hex, same_bytes, token_hash};
use rusqlite::{OptionalExtension, params};

/// What a presented token turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TokenRow {
    pub(crate) tenant: i64,
    pub(crate) revoked: bool,
    /// The id of the user it speaks for.
    pub(crate) subject: Option<String>,
    /// Milliseconds since 1970; none for a token that lives until it is revoked.
    pub(crate) expires: Option<i64>,
    /// What it may do; empty for everything.
    pub(crate) scope: String,
    /// When it was made, as an xsd:dateTime.
    pub(crate) created: String,
}

impl Store {
    /// Stores a token, by its hash. An earlier token of the same text is replaced.
    pub(crate) fn put_token(&self, tenant: &Tenant, name: &str, token: &str) -> Stored<()> {
        // Read without moving the clock on: which tokens there are must not show in the resources' times.
        let created = self.moment(tenant.row)?;
        self.conn
            .prepare_cached("INSERT OR REPLACE INTO tokens (hash, tenant, name, created) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![token_hash(token), tenant.row, name, created])?;
        Ok(())
    }

    /// Lets a token speak for a user (RFC 7644 section 3.11).
    pub(crate) fn bind_token(&self, token: &str, user_id: &str) -> Stored<()> {
        self.conn
            .prepare_cached("UPDATE tokens SET subject = ?2 WHERE hash = ?1")?
            .execute(params![token_hash(token), user_id])?;
        Ok(())
    }

    /// Whether a token of that name is in force.
    pub(crate) fn has_token(&self, tenant: &Tenant, name: &str) -> Stored<bool> {
        self.conn
            .prepare_cached("SELECT 1 FROM tokens WHERE tenant = ?1 AND name = ?2 AND revoked = 0")?
            .exists(params![tenant.row, name])
    }

    /// Revokes the token of that name; false when none was in force.
    pub(crate) fn revoke_token(&self, tenant: &Tenant, name: &str) -> Stored<bool> {
        let changed = self
            .conn
            .prepare_cached("UPDATE tokens SET revoked = 1 WHERE tenant = ?1 AND name = ?2 AND revoked = 0")?
            .execute(params![tenant.row, name])?;
        Ok(changed > 0)
    }

    /// What is known of a presented token.
    pub(crate) fn token(&self, token: &str) -> Stored<Option<TokenRow>> {
        let hash = token_hash(token);
        let found = self
            .conn
            .prepare_cached(
                "SELECT tenant, revoked, expires, scope, subject, hash, created FROM tokens WHERE hash = ?1",
            )?
            .query_row([&hash], |row| {
                let known = TokenRow {
                    tenant: row.get(0)?,
                    revoked: row.get(1)?,
                    expires: row.get(2)?,
                    scope: row.get(3)?,
                    subject: row.get(4)?,
                    created: row.get(6)?,
                };
                Ok((known, row.get::<_, Vec<u8>>(5)?))
            })
            .optional()?;
        // The index finds by the hash of what was sent, which tells a stranger nothing of the token; what decides
        // takes the same time whatever it finds.
        Ok(found.filter(|(_, stored)| same_bytes(stored, &hash)).map(|(known, _)| known))
    }

    /// Stores a token that expires and may do no more than its scope.
    pub(crate) fn put_access_token(
        &self,
        tenant: &Tenant,
        (name, token): (&str, &str),
        scope: &str,
        expires: i64,
    ) -> Stored<()> {
        self.put_token(tenant, name, token)?;
        self.conn.prepare_cached("UPDATE tokens SET scope = ?2, expires = ?3 WHERE hash = ?1")?.execute(params![
            token_hash(token),
            scope,
            expires
        ])?;
        Ok(())
    }

    /// The names of the tokens in force.
    pub(crate) fn token_names(&self, tenant: &Tenant) -> Stored<Vec<String>> {
        self.conn
            .prepare_cached("SELECT name FROM tokens WHERE tenant = ?1 AND revoked = 0 ORDER BY created, rowid")?
            .query_map([tenant.row], |row| row.get(0))?
            .collect()
    }

    /// A new token: 32 random bytes from SQLite's generator, which the system seeds.
    pub(crate) fn random_token(&self) -> Stored<String> {
        let bytes: Vec<u8> = self.conn.query_row("SELECT randomblob(32)", [], |row| row.get(0))?;
        Ok(hex(&bytes))
    }
}
