//! Tenants, their clocks, and who gets in.

use super::{Answer, Done, Named, Work, because, not_empty, read};
use crate::product::{CopiedCredentials, Scheme};
use crate::service::base_url;
use crate::store::DEFAULT_TENANT;
use crate::store::{Credential, CredentialKind, Tenant};
use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Moved {
    seconds: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignOn {
    scim: bool,
    sso_enforced: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewBasic {
    name: String,
    password: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewClient {
    client_id: String,
    #[serde(default)]
    scope: String,
    expires_in: Option<u32>,
}

/// How long a token of a client lives unless it is said: an hour.
const LIFE: u32 = 3600;

/// A token, perhaps one that speaks for a user.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewToken {
    name: String,
    user: Option<String>,
}

impl Work<'_> {
    pub(super) fn create_tenant(&self) -> Done {
        let Named { name } = read(self.body)?;
        self.new_tenant(&name, None)
    }

    /// Makes a tenant that has what another has, but none of its credentials: what a restored backup is.
    pub(super) fn copy_tenant(&self, tenant: &Tenant) -> Done {
        let Named { name } = read(self.body)?;
        self.new_tenant(&name, Some(tenant))
    }

    fn new_tenant(&self, name: &str, from: Option<&Tenant>) -> Done {
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if name.is_empty() || name.len() > 80 || !name.chars().all(fits) {
            return because(400, "a tenant's name is 1 to 80 of a to z, 0 to 9 and -");
        }
        let Some(tenant) = self.store.create_tenant(name)? else {
            return because(409, format!("there is a tenant {name:?} already"));
        };
        if let Some(from) = from {
            self.store.copy_tenant(from, &tenant)?;
            if self.behaviour.copied_credentials == CopiedCredentials::Copied {
                self.store.copy_credentials(from, &tenant)?;
            }
        }
        let token = self.store.random_token()?;
        self.store.put_token(&tenant, DEFAULT_TENANT, &token)?;
        Answer::ok(201, json!({ "tenant": name, "base_url": base_url(self.origin, name), "token": token }))
    }

    pub(super) fn delete_tenant(&self, tenant: &Tenant) -> Done {
        self.store.delete_tenant(tenant)?;
        Answer::done()
    }

    /// Moves a tenant's clock on: tokens grow old, limits fill again.
    pub(super) fn move_clock(&self, tenant: &Tenant) -> Done {
        let Moved { seconds } = read(self.body)?;
        let now = self.store.advance(tenant, i64::from(seconds) * 1000)?;
        Answer::ok(200, json!({ "now": now }))
    }

    pub(super) fn set_sign_on(&self, tenant: &Tenant) -> Done {
        let SignOn { scim, sso_enforced } = read(self.body)?;
        self.store.set_sign_on(tenant, scim, sso_enforced)?;
        Answer::ok(200, json!({ "scim": scim, "sso_enforced": sso_enforced }))
    }

    pub(super) fn create_token(&self, tenant: &Tenant) -> Done {
        let NewToken { name, user } = read(self.body)?;
        not_empty(&name, "name")?;
        if self.store.has_token(tenant, &name)? {
            return because(409, format!("there is a token {name:?} already; delete it first"));
        }
        let token = self.store.random_token()?;
        self.store.put_token(tenant, &name, &token)?;
        if let Some(id) = user {
            let Some(user) = self.store.user(tenant, &id)? else {
                return because(404, format!("there is no user {id}"));
            };
            self.store.bind_token(&token, &user.id)?;
        }
        Answer::ok(201, json!({ "token": token }))
    }

    pub(super) fn revoke_token(&self, tenant: &Tenant, name: &str) -> Done {
        if !self.store.revoke_token(tenant, name)? {
            return because(404, format!("there is no token {name:?}"));
        }
        Answer::done()
    }

    pub(super) fn create_basic(&self, tenant: &Tenant) -> Done {
        let NewBasic { name, password } = read(self.body)?;
        self.check_scheme(Scheme::Basic, "HTTP Basic")?;
        if name.is_empty() || name.contains(':') {
            return because(400, "a name is not empty and has no colon (RFC 7617)");
        }
        let password = password.filter(|p| !p.is_empty()).map_or_else(|| self.store.random_token(), Ok)?;
        let credential = Credential { scope: String::new(), life: 0 };
        if !self.store.put_credential(tenant, CredentialKind::Basic, (&name, &password), &credential)? {
            return because(409, format!("there is an account {name:?} already; delete it first"));
        }
        Answer::ok(201, json!({ "name": name, "password": password }))
    }

    pub(super) fn delete_basic(&self, tenant: &Tenant, name: &str) -> Done {
        self.delete_credential(tenant, CredentialKind::Basic, name)
    }

    pub(super) fn create_client(&self, tenant: &Tenant) -> Done {
        let NewClient { client_id, scope, expires_in } = read(self.body)?;
        self.check_scheme(Scheme::ClientCredentials, "client credentials")?;
        if client_id.is_empty() || client_id.contains(':') {
            return because(400, "a client_id is not empty and has no colon");
        }
        if !["", "scim", "scim:read"].contains(&scope.as_str()) {
            return because(400, "scope is scim or scim:read");
        }
        let secret = self.store.random_token()?;
        let life = expires_in.unwrap_or(LIFE);
        let credential = Credential { scope, life: life.into() };
        if !self.store.put_credential(tenant, CredentialKind::Client, (&client_id, &secret), &credential)? {
            return because(409, format!("there is a client {client_id:?} already; delete it first"));
        }
        let base = base_url(self.origin, &tenant.name);
        let token_url = format!("{}/oauth/token", base.trim_end_matches("/scim/v2"));
        let body =
            json!({ "client_id": client_id, "client_secret": secret, "token_url": token_url, "expires_in": life });
        Answer::ok(201, body)
    }

    /// Forgets a client, and revokes the tokens it got.
    pub(super) fn delete_client(&self, tenant: &Tenant, name: &str) -> Done {
        self.store.revoke_token(tenant, &format!("oauth:{name}"))?;
        self.delete_credential(tenant, CredentialKind::Client, name)
    }

    fn delete_credential(&self, tenant: &Tenant, kind: CredentialKind, name: &str) -> Done {
        if !self.store.delete_credential(tenant, kind, name)? {
            return because(404, format!("there is none of the name {name:?}"));
        }
        Answer::done()
    }

    fn check_scheme(&self, scheme: Scheme, words: &str) -> Result<(), super::Refused> {
        if self.behaviour.access.schemes.contains(&scheme) {
            return Ok(());
        }
        because(409, format!("this product has no {words}"))
    }
}
