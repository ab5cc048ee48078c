//! Names with a secret: HTTP Basic accounts and OAuth clients. Secrets are kept salted and hashed.

use super::{Store, Stored, Tenant};
use crate::clock::{password_hash, same_bytes};
use rusqlite::{OptionalExtension, params};

/// What a credential opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CredentialKind {
    /// SCIM, by HTTP Basic (RFC 7617).
    Basic,
    /// The token endpoint (RFC 6749 section 4.4).
    Client,
}

impl CredentialKind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Basic => "basic",
            Self::Client => "client",
        }
    }
}

/// What a name and its secret are good for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Credential {
    /// What its tokens may do at most; empty for everything.
    pub(crate) scope: String,
    /// Seconds its tokens live.
    pub(crate) life: i64,
}

impl Store {
    /// Stores a credential; false when there is one of that name.
    pub(crate) fn put_credential(
        &self,
        tenant: &Tenant,
        kind: CredentialKind,
        (name, secret): (&str, &str),
        credential: &Credential,
    ) -> Stored<bool> {
        let salt: Vec<u8> = self.conn.query_row("SELECT randomblob(16)", [], |row| row.get(0))?;
        let hash = password_hash(&salt, secret);
        let made = self
            .conn
            .prepare_cached(
                "INSERT OR IGNORE INTO credentials (tenant, kind, name, salt, hash, scope, life)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![tenant.row, kind.as_str(), name, salt, hash, credential.scope, credential.life])?;
        Ok(made == 1)
    }

    /// Forgets a credential; false when there was none.
    pub(crate) fn delete_credential(&self, tenant: &Tenant, kind: CredentialKind, name: &str) -> Stored<bool> {
        let gone = self
            .conn
            .prepare_cached("DELETE FROM credentials WHERE tenant = ?1 AND kind = ?2 AND name = ?3")?
            .execute(params![tenant.row, kind.as_str(), name])?;
        Ok(gone > 0)
    }

    /// The credential, when the secret is its own.
    pub(crate) fn credential(
        &self,
        tenant: &Tenant,
        kind: CredentialKind,
        (name, secret): (&str, &str),
    ) -> Stored<Option<Credential>> {
        let found = self
            .conn
            .prepare_cached(
                "SELECT salt, hash, scope, life FROM credentials WHERE tenant = ?1 AND kind = ?2 AND name = ?3",
            )?
            .query_row(params![tenant.row, kind.as_str(), name], |row| {
                let credential = Credential { scope: row.get(2)?, life: row.get(3)? };
                Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, Vec<u8>>(1)?, credential))
            })
            .optional()?;
        Ok(found
            .filter(|(salt, hash, _)| same_bytes(hash, &password_hash(salt, secret)))
            .map(|(_, _, credential)| credential))
    }
}
