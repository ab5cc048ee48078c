//! Access tokens from a token endpoint (RFC 6749 section 4.4, RFC 7523 section 2.2).
//!
//! In: a client's identity and where to ask. Out: a token, fetched when first needed, kept until shortly before it ends.
//! Never: a redirect followed, a token or client secret in a message.

use super::answer::Failure;
use super::redact::Secrets;
use super::secret::Secret;
use super::transport::Transport;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use scim::percent::split_query;
use scim::printable::printable;
use scim::secrecy::secrets_of_query;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// How long an assertion may be used: short, because it is made anew for each token.
const ASSERTION_SECONDS: u64 = 300;
/// How much of a refusal's text is told.
const TOLD: usize = 200;
/// Longest token that is taken, in bytes: no header carries a longer one.
const LONGEST: usize = 64 << 10;
/// Tokens remembered to be kept out of what is written.
const REMEMBERED: usize = 16;

/// How the client proves itself to the token endpoint.
#[derive(Clone)]
pub enum ClientProof {
    /// Id and secret in an HTTP Basic header.
    Basic(Secret),
    /// Id and secret in the body.
    Body(Secret),
    /// A signed assertion (`private_key_jwt`).
    Assertion(SigningKey),
    /// The id alone: the TLS client certificate is the proof (RFC 8705).
    Certificate,
}

/// A private key that signs assertions.
#[derive(Clone)]
pub struct SigningKey {
    key: EncodingKey,
    algorithm: Algorithm,
    /// The key's id at the authorization server, if it wants one.
    id: Option<String>,
    /// Who the assertion is for; the token endpoint's URL when absent.
    audience: Option<String>,
}

/// Why a key cannot sign.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the key from {origin} cannot sign with {algorithm}: {why}; give an unencrypted PEM key (PKCS#8) of that kind")]
pub struct KeyError {
    origin: String,
    algorithm: String,
    why: String,
}

impl SigningKey {
    /// Reads a PEM key. `origin` is named in messages, the key is not.
    ///
    /// # Errors
    /// When the algorithm is none of RS256/384/512, PS256/384/512, ES256/384 and EdDSA, or the key is not of its kind.
    pub fn from_pem(
        pem: &[u8],
        algorithm: &str,
        id: Option<String>,
        audience: Option<String>,
        origin: &str,
    ) -> Result<Self, KeyError> {
        let fail = |why: &str| KeyError { origin: origin.into(), algorithm: algorithm.into(), why: why.into() };
        let algorithm: Algorithm = algorithm.parse().map_err(|_| fail("no such algorithm"))?;
        let key = match algorithm {
            Algorithm::ES256 | Algorithm::ES384 => EncodingKey::from_ec_pem(pem),
            Algorithm::EdDSA => EncodingKey::from_ed_pem(pem),
            Algorithm::RS256
            | Algorithm::RS384
            | Algorithm::RS512
            | Algorithm::PS256
            | Algorithm::PS384
            | Algorithm::PS512 => EncodingKey::from_rsa_pem(pem),
            _ => return Err(fail("a shared secret is no private key")),
        }
        .map_err(|e| fail(&e.to_string()))?;
        let made = Self { key, algorithm, id, audience };
        // Tried at once, so that a wrong key is known before anything is sent.
        made.assertion("probe", "probe", 0).map_err(|e| fail(&e))?;
        Ok(made)
    }

    fn assertion(&self, client: &str, endpoint: &str, now: u64) -> Result<String, String> {
        let mut header = Header::new(self.algorithm);
        header.kid.clone_from(&self.id);
        let mut random = [0; 16];
        random.copy_from_slice(&unguessable().to_be_bytes());
        let claims = json!({
            "iss": client, "sub": client, "aud": self.audience.as_deref().unwrap_or(endpoint),
            "iat": now, "exp": now + ASSERTION_SECONDS, "jti": STANDARD.encode(random),
        });
        jsonwebtoken::encode(&header, &claims, &self.key).map_err(|e| e.to_string())
    }
}

/// Differs from call to call and from process to process, so that no assertion is taken for a repeated one.
fn unguessable() -> u128 {
    use std::hash::{BuildHasher as _, RandomState};
    let draw = || u128::from(RandomState::new().hash_one(0));
    draw() << 64 | draw()
}

/// One client of an authorization server.
pub struct OAuth {
    transport: Transport,
    request: ClientCredentials,
    token: tokio::sync::Mutex<Option<Arc<AccessToken>>>,
    /// The client's own secrets: what it proves itself with, and what is secret in the URL.
    own: Vec<Secret>,
    seen: Mutex<Vec<Secret>>,
}

/// What is asked for, and by whom.
pub struct ClientCredentials {
    /// The token endpoint.
    pub url: String,
    /// The client's id.
    pub client_id: String,
    /// How it proves itself.
    pub proof: ClientProof,
    /// `scope`, if one is asked for.
    pub scope: Option<String>,
    /// `audience`, a parameter some products want.
    pub audience: Option<String>,
}

/// An access token.
pub(super) struct AccessToken {
    pub(super) secret: Secret,
    good_until: Option<Instant>,
}

impl OAuth {
    /// A client; nothing is sent yet. The transport is the one for the token endpoint: its limits and proxy apply.
    #[must_use]
    pub fn new(transport: Transport, request: ClientCredentials) -> Self {
        let query = split_query(&request.url).1.unwrap_or_default();
        let mut own: Vec<Secret> = secrets_of_query(query).map(Secret::kept).collect();
        if let ClientProof::Basic(secret) | ClientProof::Body(secret) = &request.proof {
            own.push(secret.clone());
        }
        if let ClientProof::Basic(secret) = &request.proof {
            own.push(basic(&request.client_id, secret));
        }
        Self { transport, request, token: tokio::sync::Mutex::default(), own, seen: Mutex::default() }
    }

    /// The token in force, or a fresh one; `refused` is not given out again.
    pub(super) async fn token(&self, refused: Option<&Arc<AccessToken>>) -> Result<Arc<AccessToken>, Failure> {
        // Held while asking: who comes meanwhile waits for that one token.
        let mut kept = self.token.lock().await;
        if let Some(token) = kept.as_ref() {
            let stale = token.good_until.is_some_and(|end| Instant::now() >= end);
            if !stale && refused.is_none_or(|r| !Arc::ptr_eq(r, token)) {
                return Ok(token.clone());
            }
        }
        let token = Arc::new(self.fetch().await?);
        *kept = Some(token.clone());
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() == REMEMBERED {
            seen.remove(0);
        }
        seen.push(token.secret.clone());
        Ok(token)
    }

    /// The client's own secret and the tokens seen.
    pub(super) fn secrets(&self) -> Vec<Secret> {
        let mut all = self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone();
        all.extend_from_slice(&self.own);
        all
    }

    async fn fetch(&self) -> Result<AccessToken, Failure> {
        let asked = Instant::now();
        let fail = |why: String| Failure::NoToken(format!("{} {why}", split_query(&self.request.url).0));
        let (status, body) = self.ask().await.map_err(|e| fail(format!("gave no answer: {e}")))?;
        let answer: Value = serde_json::from_slice(&body).unwrap_or(Value::Null);
        let text = |key: &str| answer.get(key).and_then(Value::as_str);
        if !(200..300).contains(&status) {
            let why = [text("error"), text("error_description")].into_iter().flatten().collect::<Vec<_>>().join(": ");
            // Before it is cut: half a secret would not be known for one.
            let why = Secrets::of(&self.secrets().iter().collect::<Vec<_>>()).texts(&why);
            let why: String = printable(&why).replace(['\n', '\t'], " ").chars().take(TOLD).collect();
            let why = if why.is_empty() { "no reason given".to_owned() } else { why };
            return Err(fail(format!("answered {status} ({why})")));
        }
        let token = text("access_token").ok_or_else(|| fail(format!("answered {status} without access_token")))?;
        if text("token_type").is_some_and(|kind| !kind.eq_ignore_ascii_case("bearer")) {
            return Err(fail("gives tokens that are not of type Bearer, and no other is spoken here".into()));
        }
        if token.len() > LONGEST {
            return Err(fail(format!("gives a token of {} bytes, and no header carries one so long", token.len())));
        }
        let secret = Secret::new(token, "the token endpoint").map_err(|e| fail(e.to_string()))?.remembered();
        let seconds = answer.get("expires_in").and_then(|v| v.as_u64().or_else(|| v.as_str()?.parse().ok()));
        // A little before its end, so that no request arrives with a token that has just ended.
        let good_until = seconds.map(|s| asked + Duration::from_secs(s.min(86_400 * 30)).mul_f64(0.9));
        Ok(AccessToken { secret, good_until })
    }

    async fn ask(&self) -> Result<(u16, bytes::Bytes), Failure> {
        let request = &self.request;
        let mut form: Vec<(&str, String)> = vec![("grant_type", "client_credentials".into())];
        let mut proof = None;
        match &request.proof {
            ClientProof::Basic(secret) => {
                proof = Some(basic(&request.client_id, secret));
            }
            ClientProof::Body(secret) => {
                form.push(("client_id", request.client_id.clone()));
                form.push(("client_secret", secret.expose().to_owned()));
            }
            ClientProof::Assertion(key) => {
                let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
                let assertion = key.assertion(&request.client_id, &request.url, now).map_err(Failure::NoToken)?;
                form.push(("client_id", request.client_id.clone()));
                form.push(("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer".into()));
                // Whoever has it is the client, until it ends.
                let assertion = Secret::kept(assertion).remembered();
                form.push(("client_assertion", assertion.expose().to_owned()));
            }
            ClientProof::Certificate => form.push(("client_id", request.client_id.clone())),
        }
        form.extend(request.scope.clone().map(|scope| ("scope", scope)));
        form.extend(request.audience.clone().map(|audience| ("audience", audience)));
        let pairs: Vec<String> =
            form.iter().map(|(k, v)| format!("{k}={}", scim::percent::encode_query_value(v))).collect();
        self.transport.post_form(&request.url, pairs.join("&"), proof.as_ref()).await
    }
}

/// Id and secret as a Basic header has them; each is form-encoded first (RFC 6749 section 2.3.1).
fn basic(id: &str, secret: &Secret) -> Secret {
    let part = scim::percent::encode_query_value;
    Secret::kept(STANDARD.encode(format!("{}:{}", part(id), part(secret.expose()))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_cannot_sign_is_known_at_once_and_not_shown() {
        let pem = "-----BEGIN PRIVATE KEY-----\nc2VjcmV0c2VjcmV0\n-----END PRIVATE KEY-----\n";
        for algorithm in ["RS256", "ES256", "EdDSA", "HS256", "none"] {
            let Err(error) = SigningKey::from_pem(pem.as_bytes(), algorithm, None, None, "key.pem") else {
                panic!("{algorithm} took it")
            };
            assert!(error.to_string().contains("key.pem") && !error.to_string().contains("c2Vj"), "{error}");
        }
    }

    #[test]
    fn an_assertion_says_who_asks_whom_and_is_never_the_same_twice() {
        let pair = rcgen::KeyPair::generate().unwrap();
        let key = SigningKey::from_pem(pair.serialize_pem().as_bytes(), "ES256", Some("k1".into()), None, "t").unwrap();
        let made = || key.assertion("me", "https://as.example/token", 1000).unwrap();
        let (one, two) = (made(), made());
        assert_ne!(one, two);
        let part = |n: usize| -> Value {
            let text = one.split('.').nth(n).unwrap();
            let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).unwrap();
            serde_json::from_slice(&bytes).unwrap()
        };
        assert_eq!((part(0)["alg"].as_str(), part(0)["kid"].as_str()), (Some("ES256"), Some("k1")));
        let claims = part(1);
        assert_eq!((claims["iss"].as_str(), claims["sub"].as_str()), (Some("me"), Some("me")));
        assert_eq!((claims["aud"].as_str(), claims["exp"].as_u64()), (Some("https://as.example/token"), Some(1300)));
    }
}
