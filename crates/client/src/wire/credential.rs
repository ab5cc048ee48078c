//! How a client proves who it is: one value that writes the header, and knows what must never be shown.

use super::answer::Failure;
use super::known;
use super::oauth::{AccessToken, OAuth};
use super::secret::Secret;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use scim::secrecy::{MARK, credentials_in};
use std::fmt;
use std::sync::Arc;

/// A credential. Its `Debug` shows no secret. Cheap to clone; clones share one access token.
#[derive(Clone)]
pub struct Credential(Arc<AuthScheme>);

enum AuthScheme {
    Bearer(Secret),
    Header { name: String, value: Secret, parts: Vec<Secret> },
    Basic { password: Secret, encoded: Secret },
    OAuth(Box<OAuth>),
}

/// What one request carries: header name, what the header shows of its scheme, and the secret part.
pub(super) struct AuthHeader {
    pub(super) name: String,
    pub(super) scheme: &'static str,
    pub(super) secret: Secret,
    /// The token behind it, where a fresh one can be had.
    pub(super) token: Option<Arc<AccessToken>>,
}

impl Credential {
    /// `Authorization: Bearer <token>` (RFC 6750).
    #[must_use]
    pub fn bearer(token: Secret) -> Self {
        Self(Arc::new(AuthScheme::Bearer(token.without_scheme("Bearer"))))
    }

    /// A header of the product's own, for example `X-Api-Key`, or `Authorization` with a scheme of its own in the value.
    #[must_use]
    pub fn header(name: &str, value: Secret) -> Self {
        let parts = credentials_in(value.expose()).into_iter().map(Secret::kept).collect();
        Self(Arc::new(AuthScheme::Header { name: name.to_ascii_lowercase(), value, parts }))
    }

    /// HTTP Basic (RFC 7617). The user name must not hold a colon.
    #[must_use]
    pub fn basic(user: &str, password: Secret) -> Self {
        let encoded = Secret::kept(STANDARD.encode(format!("{user}:{}", password.expose())));
        Self(Arc::new(AuthScheme::Basic { password, encoded }))
    }

    /// A token from a token endpoint, fetched when first needed and again before it ends.
    #[must_use]
    pub fn oauth(client: OAuth) -> Self {
        Self(Arc::new(AuthScheme::OAuth(Box::new(client))))
    }

    /// What the next request carries. `refused` is a token that was answered 401: it is not used again.
    pub(super) async fn prove(&self, refused: Option<&Arc<AccessToken>>) -> Result<AuthHeader, Failure> {
        let proof = |name: &str, scheme, secret: &Secret, token| AuthHeader {
            name: name.to_owned(),
            scheme,
            secret: secret.clone(),
            token,
        };
        Ok(match self.0.as_ref() {
            AuthScheme::Bearer(token) => proof("authorization", "Bearer ", token, None),
            AuthScheme::Header { name, value, .. } => proof(name, "", value, None),
            AuthScheme::Basic { encoded, .. } => proof("authorization", "Basic ", encoded, None),
            AuthScheme::OAuth(oauth) => {
                let token = oauth.token(refused).await?;
                let secret = token.secret.clone();
                proof("authorization", "Bearer ", &secret, Some(token))
            }
        })
    }

    /// The header's name, and what may be shown in front of its value.
    pub(super) fn shown(&self) -> (&str, &'static str) {
        match self.0.as_ref() {
            AuthScheme::Header { name, .. } => (name, ""),
            AuthScheme::Basic { .. } => ("authorization", "Basic "),
            AuthScheme::Bearer(_) | AuthScheme::OAuth(_) => ("authorization", "Bearer "),
        }
    }

    /// The same, and what it proves itself with is kept out of all that leaves this process.
    #[must_use]
    pub fn remembered(self) -> Self {
        self.secrets().iter().for_each(|secret| known::read(secret.expose()));
        self
    }

    /// Everything that must be taken out of what is kept.
    pub(super) fn secrets(&self) -> Vec<Secret> {
        match self.0.as_ref() {
            AuthScheme::Bearer(secret) => vec![secret.clone()],
            AuthScheme::Header { parts, .. } => parts.clone(),
            AuthScheme::Basic { password, encoded, .. } => vec![encoded.clone(), password.clone()],
            AuthScheme::OAuth(oauth) => oauth.secrets(),
        }
    }
}

impl From<Secret> for Credential {
    fn from(token: Secret) -> Self {
        Self::bearer(token)
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, scheme) = self.shown();
        write!(f, "Credential({name}: {scheme}{MARK})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_credential_can_be_printed() {
        let secret = || Secret::new("hunter2-hunter2", "test").unwrap();
        for credential in
            [Credential::bearer(secret()), Credential::header("X-Key", secret()), Credential::basic("ada", secret())]
        {
            let shown = format!("{credential:?}");
            assert!(!shown.contains("hunter2") && shown.contains("[redacted]"), "{shown}");
        }
    }
}
