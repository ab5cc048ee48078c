//! Tenants and their tokens.

use super::{Store, Stored};
use crate::clock::{hex, resource_id, same_bytes, token_hash};
use rusqlite::{OptionalExtension, params};

/// A tenant's row and name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tenant {
    pub(crate) row: i64,
    pub(crate) name: String,
}

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
    /// The tenant of that name.
    pub(crate) fn tenant(&self, name: &str) -> Stored<Option<Tenant>> {
        self.conn
            .prepare_cached("SELECT row FROM tenants WHERE name = ?1")?
            .query_row([name], |row| Ok(Tenant { row: row.get(0)?, name: name.to_owned() }))
            .optional()
    }

    /// Every tenant with how many users and groups it has.
    pub(crate) fn tenants(&self) -> Stored<Vec<(Tenant, i64, i64)>> {
        self.conn
            .prepare_cached("SELECT row, name, users, groups FROM tenants ORDER BY row")?
            .query_map([], |row| Ok((Tenant { row: row.get(0)?, name: row.get(1)? }, row.get(2)?, row.get(3)?)))?
            .collect()
    }

    /// Makes a tenant; `None` when the name is taken.
    pub(crate) fn create_tenant(&self, name: &str) -> Stored<Option<Tenant>> {
        let made = self.conn.prepare_cached("INSERT OR IGNORE INTO tenants (name) VALUES (?1)")?.execute([name])?;
        Ok((made == 1).then(|| Tenant { row: self.conn.last_insert_rowid(), name: name.to_owned() }))
    }

    /// Forgets a tenant with everything in it.
    pub(crate) fn delete_tenant(&self, tenant: &Tenant) -> Stored<()> {
        self.conn.prepare_cached("DELETE FROM tenants WHERE row = ?1")?.execute([tenant.row])?;
        Ok(())
    }

    /// Stores a token, by its hash. An earlier token of the same text is replaced.
    pub(crate) fn put_token(&self, tenant: &Tenant, name: &str, token: &str) -> Stored<()> {
        // Read without moving the clock on: which tokens there are must not show in the resources' times.
        let created = self.moment(tenant)?;
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

    /// The tenant's time in milliseconds since 1970; asking does not move its clock.
    pub(crate) fn millis(&self, tenant: &Tenant) -> Stored<i64> {
        self.conn
            .prepare_cached("SELECT ticks, ahead FROM tenants WHERE row = ?1")?
            .query_row([tenant.row], |row| Ok(self.clock.millis(row.get(0)?, row.get(1)?)))
    }

    /// Moves the tenant's clock on; its new time.
    pub(crate) fn advance(&self, tenant: &Tenant, millis: i64) -> Stored<String> {
        self.conn
            .prepare_cached("UPDATE tenants SET ahead = ahead + ?2 WHERE row = ?1 RETURNING ticks, ahead")?
            .query_row(params![tenant.row, millis], |row| Ok(self.clock.at(row.get(0)?, row.get(1)?)))
    }

    /// Whether the clock moves by itself.
    pub(crate) fn clock_runs(&self) -> bool {
        self.clock == crate::Clock::Real
    }

    /// Whether SCIM is on, and whether single sign-on is enforced.
    pub(crate) fn sign_on(&self, tenant: &Tenant) -> Stored<(bool, bool)> {
        self.conn
            .prepare_cached("SELECT scim, sso FROM tenants WHERE row = ?1")?
            .query_row([tenant.row], |row| Ok((row.get(0)?, row.get(1)?)))
    }

    /// Sets whether SCIM is on, and whether single sign-on is enforced.
    pub(crate) fn set_sign_on(&self, tenant: &Tenant, scim: bool, sso: bool) -> Stored<()> {
        self.conn
            .prepare_cached("UPDATE tenants SET scim = ?2, sso = ?3 WHERE row = ?1")?
            .execute(params![tenant.row, scim, sso])?;
        Ok(())
    }

    /// A new token: 32 random bytes from SQLite's generator, which the system seeds.
    pub(crate) fn random_token(&self) -> Stored<String> {
        let bytes: Vec<u8> = self.conn.query_row("SELECT randomblob(32)", [], |row| row.get(0))?;
        Ok(hex(&bytes))
    }

    /// The id of the next resource.
    pub(crate) fn next_id(&self, tenant: i64) -> Stored<String> {
        // Two statements: one with RETURNING makes a table for its answer and costs more than both.
        self.conn.prepare_cached("UPDATE tenants SET counter = counter + 1 WHERE row = ?1")?.execute([tenant])?;
        let (name, count): (String, i64) = self
            .conn
            .prepare_cached("SELECT name, counter FROM tenants WHERE row = ?1")?
            .query_row([tenant], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(resource_id(self.seed, &name, count))
    }

    /// Moves the tenant's clock on and reads it.
    pub(crate) fn now(&self, tenant: i64) -> Stored<String> {
        self.conn.prepare_cached("UPDATE tenants SET ticks = ticks + 1 WHERE row = ?1")?.execute([tenant])?;
        self.conn
            .prepare_cached("SELECT ticks, ahead FROM tenants WHERE row = ?1")?
            .query_row([tenant], |row| Ok(self.clock.at(row.get(0)?, row.get(1)?)))
    }
}
