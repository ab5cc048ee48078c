//! Who asks: bearer tokens, HTTP Basic, and the token endpoint for client credentials.
//!
//! In: headers, a form. Out: an opened tenant, a token, or a refusal. Secrets are compared by their hashes.

use crate::behaviour::Behaviour;
use crate::product::Scheme;
use crate::service::{Call, Challenge, Method, Refusal, Reply, Service};
use crate::store::{Credential, CredentialKind, Store, Tenant};
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use scim::error::ScimError;
use serde_json::{Value, json};

/// What a client shows.
#[derive(Clone)]
pub(super) enum Presented {
    /// A token (RFC 6750).
    Token(String),
    /// A name and a password (RFC 7617).
    Basic(String, String),
}

/// The credential in the Authorization header; the scheme's case does not count.
pub(super) fn presented(headers: &HeaderMap) -> Option<Presented> {
    let (scheme, rest) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let rest = rest.trim();
    if scheme.eq_ignore_ascii_case("bearer") && !rest.is_empty() {
        return Some(Presented::Token(rest.to_owned()));
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(base64(rest)?).ok()?;
    let (name, password) = text.split_once(':')?;
    Some(Presented::Basic(name.to_owned(), password.to_owned()))
}

/// The bearer scheme without a token: nobody's, but not nothing.
pub(super) fn empty_bearer(headers: &HeaderMap) -> Option<Presented> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    value.trim().eq_ignore_ascii_case("bearer").then(|| Presented::Token(String::new()))
}

/// Decodes base64 (RFC 4648 section 4), padded or not.
fn base64(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() * 3 / 4);
    let (mut bits, mut count) = (0_u32, 0);
    for byte in text.trim_end_matches('=').bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push(u8::try_from(bits >> count & 0xff).ok()?);
        }
    }
    Some(out)
}

/// Asks whether what was presented opens this tenant for this call, and for whom it speaks.
pub(super) fn open(
    store: &Store,
    service: &Service,
    name: &str,
    presented: &Presented,
    call: &Call,
) -> Result<(Tenant, Option<String>), Refusal> {
    let tenant = store.tenant(name)?.ok_or_else(|| ScimError::not_found(format!("there is no tenant {name:?}")))?;
    let subject = match presented {
        Presented::Token(token) => check_token(store, service, &tenant, token, call)?,
        Presented::Basic(user, password) => {
            let allowed = service.behaviour.access.schemes.contains(&Scheme::Basic);
            if !allowed || store.credential(&tenant, CredentialKind::Basic, (user, password))?.is_none() {
                return Err(ScimError::unauthorized("this name and password do not open this tenant").into());
            }
            None
        }
    };
    let (scim_on, _) = store.sign_on(&tenant)?;
    if !scim_on {
        return Err(ScimError::forbidden("SCIM is switched off in this tenant").into());
    }
    Ok((tenant, subject))
}

/// Gives the id of the user the token speaks for, where it speaks for one.
fn check_token(
    store: &Store,
    service: &Service,
    tenant: &Tenant,
    token: &str,
    call: &Call,
) -> Result<Option<String>, Refusal> {
    let access = &service.behaviour.access;
    let invalid = |why: &str| Refusal::Challenged(ScimError::unauthorized(why), Challenge::InvalidToken);
    let Some(known) = (service.parts.known_token)(store, tenant, token, call)? else {
        if token.is_empty() {
            return Err(ScimError::unauthorized("a bearer token is needed").into());
        }
        return Err(invalid("this token does not open this tenant"));
    };
    let needed = if known.expires.is_some() { Scheme::ClientCredentials } else { Scheme::Bearer };
    if !access.schemes.contains(&needed) {
        return Err(invalid("this product takes no tokens of that kind"));
    }
    if let Some(expires) = known.expires.or_else(|| end_of(&known.created, access.token_days))
        && store.millis(tenant)? >= expires
    {
        return Err(invalid("this token has expired"));
    }
    let reading = call.method == Method::Get || call.target.is_search();
    if !reading && known.scope == READ_SCOPE {
        let error = ScimError::forbidden("this token may only read");
        return Err(Refusal::Challenged(error, Challenge::InsufficientScope));
    }
    Ok(known.subject)
}

/// When an operator's token ends, in milliseconds since 1970; none where it lives until it is revoked.
fn end_of(created: &str, days: Option<u32>) -> Option<i64> {
    let created: jiff::Timestamp = created.parse().ok()?;
    let life = i64::from(days?) * 24 * 60 * 60 * 1000;
    Some(created.as_millisecond().saturating_add(life))
}

/// The scope of a token that may only read.
const READ_SCOPE: &str = "scim:read";
/// The scope of one that may do everything.
const FULL_SCOPE: &str = "scim";

/// What a 401 or 403 asks for, one header each (RFC 9110 section 11.6.1, RFC 6750 section 3).
pub(super) fn challenges(behaviour: &Behaviour, reply: &Reply) -> Vec<HeaderValue> {
    let bearer = match (reply.status, reply.challenge) {
        (401, Some(Challenge::InvalidToken)) => "Bearer realm=\"scim\", error=\"invalid_token\"",
        (401, _) => "Bearer realm=\"scim\"",
        (403, Some(Challenge::InsufficientScope)) => {
            "Bearer realm=\"scim\", error=\"insufficient_scope\", scope=\"scim\""
        }
        _ => return Vec::new(),
    };
    let schemes = &behaviour.access.schemes;
    let takes_tokens = schemes.iter().any(|scheme| *scheme != Scheme::Basic);
    let basic = schemes.contains(&Scheme::Basic) && reply.status == 401;
    let all = [takes_tokens.then_some(bearer), basic.then_some("Basic realm=\"scim\", charset=\"UTF-8\"")];
    all.into_iter().flatten().map(HeaderValue::from_static).collect()
}

/// One request at the token endpoint.
pub(super) struct TokenRequest {
    pub(super) tenant: String,
    pub(super) presented: Option<Presented>,
    pub(super) form: Vec<(String, String)>,
}

/// An answer of the token endpoint (RFC 6749 sections 5.1 and 5.2).
pub(super) struct TokenAnswer {
    status: u16,
    body: Value,
}

impl TokenAnswer {
    pub(super) fn refused(status: u16, error: &str, why: &str) -> Self {
        Self { status, body: json!({ "error": error, "error_description": why }) }
    }

    /// The answer on its way out.
    pub(super) fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.body.to_string()));
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if self.status == 405 {
            headers.insert(header::ALLOW, HeaderValue::from_static("POST"));
        }
        if self.status == 401 {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"oauth\""));
        }
        response
    }
}

/// Gives a client a token.
pub(super) fn grant(store: &Store, behaviour: &Behaviour, request: &TokenRequest) -> TokenAnswer {
    match store.transact(|store| granted(store, behaviour, request), Result::is_ok) {
        Ok(Ok(Ok(answer)) | Ok(Err(answer))) => answer,
        Ok(Err(error)) | Err(error) => TokenAnswer::refused(500, "server_error", &format!("the store failed: {error}")),
    }
}

type Granted = Result<Result<TokenAnswer, TokenAnswer>, rusqlite::Error>;

fn granted(store: &Store, behaviour: &Behaviour, request: &TokenRequest) -> Granted {
    let refused = |status, error: &str, why: &str| Ok(Err(TokenAnswer::refused(status, error, why)));
    let field = |name: &str| request.form.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str());
    if !behaviour.access.schemes.contains(&Scheme::ClientCredentials) {
        return refused(400, "unauthorized_client", "this product has no client credentials");
    }
    let Some(tenant) = store.tenant(&request.tenant)? else {
        return refused(401, "invalid_client", "there is no such tenant");
    };
    match field("grant_type") {
        None => return refused(400, "invalid_request", "grant_type is missing"),
        Some("client_credentials") => {}
        Some(_) => return refused(400, "unsupported_grant_type", "only client_credentials is supported"),
    }
    let (id, secret) = match (&request.presented, field("client_id"), field("client_secret")) {
        (Some(Presented::Basic(..)), _, Some(_)) => {
            return refused(400, "invalid_request", "authenticate in one way, by header or by body");
        }
        (Some(Presented::Basic(id, secret)), ..) => (id.as_str(), secret.as_str()),
        (_, Some(id), Some(secret)) => (id, secret),
        _ => return refused(401, "invalid_client", "no client authentication"),
    };
    let Some(client) = store.credential(&tenant, CredentialKind::Client, (id, secret))? else {
        return refused(401, "invalid_client", "the client is unknown or its secret wrong");
    };
    let Some(scope) = granted_scope(&client, field("scope")) else {
        return refused(400, "invalid_scope", "the scopes are scim and scim:read, as far as the client has them");
    };
    let token = store.random_token()?;
    let expires = store.millis(&tenant)?.saturating_add(client.life.saturating_mul(1000));
    store.put_access_token(&tenant, (&format!("oauth:{id}"), &token), &scope, expires)?;
    let body = json!({ "access_token": token, "token_type": "Bearer", "expires_in": client.life, "scope": scope });
    Ok(Ok(TokenAnswer { status: 200, body }))
}

/// The scope a token gets; none when the client asks for what it does not have.
fn granted_scope(client: &Credential, asked: Option<&str>) -> Option<String> {
    let most = if client.scope.is_empty() { FULL_SCOPE } else { &client.scope };
    let asked = asked.filter(|asked| !asked.trim().is_empty()).unwrap_or(most);
    let words: Vec<&str> = asked.split_whitespace().collect();
    let known = words.iter().all(|word| *word == READ_SCOPE || (*word == FULL_SCOPE && most == FULL_SCOPE));
    let widest = if words.contains(&FULL_SCOPE) { FULL_SCOPE } else { READ_SCOPE };
    known.then(|| widest.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read() {
        assert_eq!(base64("QWxhZGRpbjpvcGVuIHNlc2FtZQ==").as_deref(), Some(&b"Aladdin:open sesame"[..]));
        assert_eq!(base64("YQ"), Some(b"a".to_vec()));
        assert_eq!(base64("a*b"), None);
    }

    #[test]
    fn a_client_gets_no_more_than_it_has() {
        let reader = Credential { scope: READ_SCOPE.into(), life: 60 };
        let all = Credential { scope: String::new(), life: 60 };
        assert_eq!(granted_scope(&reader, None).as_deref(), Some(READ_SCOPE));
        assert_eq!(granted_scope(&reader, Some("scim")), None);
        assert_eq!(granted_scope(&all, Some("scim:read")).as_deref(), Some(READ_SCOPE));
        assert_eq!(granted_scope(&all, None).as_deref(), Some(FULL_SCOPE));
        assert_eq!(granted_scope(&all, Some("other")), None);
    }
}
