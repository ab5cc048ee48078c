//! The layer around HTTP: requests and answers rewritten, connections cut, a header believed.
//!
//! In: a request and the right service. Out: a response. Never: a row of the store; what it has to know it asks of the
//! service over HTTP, with the credential of whoever asked.

use super::Faults;
use super::names::FaultName as F;
use super::requests_misread::TENANT_PARAMETER;
use crate::http::Cut;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use bytes::Bytes;
use scim::error::ScimError;
use scim::list::list_response;
use scim::percent::decode_path;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How long a PATCH that writes back what it read waits between reading and writing.
const STALE_FOR: Duration = Duration::from_millis(100);

/// The longest body that is looked at.
const LONGEST: usize = 64 << 20;

struct Around {
    on: Faults,
    /// Scheme and authority of the service.
    origin: String,
    /// Where a first create was answered into the void.
    lost: Mutex<HashSet<String>>,
}

/// A service with the faults around it.
pub(super) fn around(router: Router, on: Faults, origin: String) -> Router {
    let around = Arc::new(Around { on, origin, lost: Mutex::new(HashSet::new()) });
    router.layer(from_fn_with_state(around, serve))
}

async fn serve(
    State(around): State<Arc<Around>>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path().to_owned();
    if let Some(tenant) = path.strip_prefix("/admin/tenants/").and_then(|rest| rest.split('/').next()) {
        return around.serve_operator(tenant, request, next).await;
    }
    if !path.contains("/scim/v2") {
        return next.run(request).await;
    }
    let headers = request.headers().clone();
    let is_get = request.method() == Method::GET;
    let first = request.method() == Method::POST && path.ends_with("/Users") && around.may_lose(&path);
    if first {
        cut.cut();
    }
    let response = around.serve_client(request, next).await;
    if first && !around.loses(path, response.status()) {
        cut.mend();
    }
    around.rewritten(is_get, &headers, response).await
}

impl Around {
    async fn serve_client(&self, mut request: Request, next: Next) -> Response {
        let charset = |media: &HeaderValue| media.to_str().is_ok_and(|media| media.contains("charset"));
        if self.on.has(F::CharsetRefused) && request.headers().get(header::CONTENT_TYPE).is_some_and(charset) {
            let error = ScimError::unsupported_media_type("parameters of a media type are not understood");
            return scim_json(415, error.to_json().to_string());
        }
        if self.on.has(F::TenantHeaderBelieved)
            && let Some(uri) = naming_tenant(request.uri(), request.headers())
        {
            *request.uri_mut() = uri;
        }
        let patches_group = request.method() == Method::PATCH && request.uri().path().contains("/Groups/");
        if self.on.has(F::ConcurrentMemberPatchesLost) && patches_group {
            request = with_stale_members(request, next.clone()).await;
        }
        next.run(request).await
    }

    /// Whether the answer to a create at this path is still to be lost.
    fn may_lose(&self, path: &str) -> bool {
        self.on.has(F::LostAnswerMakesTwin) && !self.lost.lock().unwrap_or_else(PoisonError::into_inner).contains(path)
    }

    fn loses(&self, path: String, status: StatusCode) -> bool {
        status == StatusCode::CREATED && self.lost.lock().unwrap_or_else(PoisonError::into_inner).insert(path)
    }

    /// The answer as it is sent.
    async fn rewritten(&self, is_get: bool, asked: &HeaderMap, response: Response) -> Response {
        let (mut parts, body) = response.into_parts();
        let Ok(bytes) = to_bytes(body, LONGEST).await else { return Response::new(Body::empty()) };
        let mut text = String::from_utf8_lossy(&bytes).into_owned();
        let token = asked.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = token.map(|value| value.split_once(' ').map_or("", |(_, token)| token));
        match (parts.status.as_u16(), token) {
            (401, Some(_)) if is_get && self.on.has(F::UnknownTokenReadsNothing) => {
                return scim_json(200, list_response(Vec::new(), 0, 1).to_string());
            }
            (401, Some(token)) if self.on.has(F::TokenEchoed) => {
                text = text.replace("this token", &format!("the token {token}"));
            }
            (409, _) if self.on.has(F::ConflictWithoutScimType) => {
                let body: Value = serde_json::from_str(&text).unwrap_or_default();
                text = json!({ "detail": body["detail"] }).to_string();
            }
            (409, _) if self.on.has(F::ConflictBodyBreaksOff) => {
                text.truncate(text.char_indices().nth(text.chars().count() / 2).map_or(0, |(at, _)| at));
            }
            _ => {}
        }
        if self.on.has(F::HtmlErrors) && matches!(parts.status.as_u16(), 401 | 404) {
            text = "<html><body><h1>Error</h1></body></html>".into();
            parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html"));
        }
        if self.on.has(F::ForwardedHostBelieved)
            && let Some(host) = asked.get("x-forwarded-host").and_then(|host| host.to_str().ok())
        {
            let elsewhere = format!("https://{host}");
            text = text.replace(&self.origin, &elsewhere);
            let moved = parts.headers.get(header::LOCATION).and_then(|place| place.to_str().ok());
            let moved = moved.and_then(|place| place.replace(&self.origin, &elsewhere).parse().ok());
            moved.and_then(|place| parts.headers.insert(header::LOCATION, place));
        }
        parts.headers.remove(header::CONTENT_LENGTH);
        let body = if std::str::from_utf8(&bytes).is_ok() { Bytes::from(text) } else { bytes };
        Response::from_parts(parts, Body::from(body))
    }

    /// What an operator asks of a tenant.
    async fn serve_operator(&self, tenant: &str, request: Request, next: Next) -> Response {
        let (parts, body) = request.into_parts();
        let Ok(body) = to_bytes(body, LONGEST).await else { return Response::new(Body::empty()) };
        let place = format!("/admin/tenants/{tenant}");
        let rest = parts.uri.path().strip_prefix(&place).unwrap_or_default();
        let erased = rest.strip_prefix("/people/").filter(|_| parts.method == Method::DELETE).map(decode_path);
        let signs_in = rest == "/sign-in" && self.on.has(F::InactivePeopleSignIn);
        let about = match (&erased, signs_in) {
            (Some(name), _) => Some(name.clone()),
            (None, true) => {
                serde_json::from_slice::<Value>(&body).ok().and_then(|sent| Some(sent["userName"].as_str()?.to_owned()))
            }
            (None, false) => None,
        };
        let person = match about {
            Some(name) => person(&parts, &format!("{place}/state"), &name, next.clone()).await,
            None => None,
        };
        if let (Some(person), true) = (&person, erased.is_some()) {
            if self.on.has(F::ManagedCannotBeErased) && person["managed"] == true {
                return json_answer(409, &json!({ "error": "this user is managed by SCIM" }));
            }
            if self.on.has(F::ErasedIdentityStays) {
                return answer(204, "application/json", String::new());
            }
        }
        let response = next.run(Request::from_parts(parts, Body::from(body))).await;
        match person {
            Some(person) if signs_in && response.status() == StatusCode::FORBIDDEN => {
                let shown =
                    json!({ "id": person["id"], "userName": person["userName"], "last_active": person["last_active"] });
                json_answer(200, &shown)
            }
            _ => response,
        }
    }
}

/// A person of the tenant, as the operator may see it.
async fn person(parts: &Parts, state: &str, name: &str, next: Next) -> Option<Value> {
    let (_, state) = read(parts, state, next).await?;
    let users = state["users"].as_array()?;
    users.iter().find(|user| user["userName"].as_str().is_some_and(|own| own.eq_ignore_ascii_case(name))).cloned()
}

/// Asks the service for what stands at a path, with the credential of a request.
async fn read(parts: &Parts, path: &str, next: Next) -> Option<(StatusCode, Value)> {
    let mut request = Request::new(Body::empty());
    *request.uri_mut() = path.parse().ok()?;
    *request.extensions_mut() = parts.extensions.clone();
    if let Some(credential) = parts.headers.get(header::AUTHORIZATION) {
        request.headers_mut().insert(header::AUTHORIZATION, credential.clone());
    }
    if let Some(agent) = parts.headers.get(header::USER_AGENT) {
        request.headers_mut().insert(header::USER_AGENT, agent.clone());
    }
    let response = next.run(request).await;
    let status = response.status();
    let bytes = to_bytes(response.into_body(), LONGEST).await.ok()?;
    Some((status, serde_json::from_slice(&bytes).ok()?))
}

/// The same PATCH, which first writes back the members that the group had a while ago.
async fn with_stale_members(request: Request, next: Next) -> Request {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path().to_owned();
    let Ok(bytes) = to_bytes(body, LONGEST).await else { return Request::from_parts(parts, Body::empty()) };
    let Some((StatusCode::OK, group)) = read(&parts, &path, next).await else {
        return Request::from_parts(parts, Body::from(bytes));
    };
    tokio::time::sleep(STALE_FOR).await;
    let Ok(mut body) = serde_json::from_slice::<Value>(&bytes) else {
        return Request::from_parts(parts, Body::from(bytes));
    };
    if let Some(operations) = body.get_mut("Operations").and_then(Value::as_array_mut) {
        let members = group.get("members").cloned().unwrap_or_else(|| json!([]));
        operations.insert(0, json!({ "op": "replace", "path": "members", "value": members }));
    }
    let (mut parts, text) = (parts, body.to_string());
    parts.headers.remove(header::CONTENT_LENGTH);
    Request::from_parts(parts, Body::from(text))
}

/// The address that hands the tenant of a header on to the layer around the call.
fn naming_tenant(uri: &Uri, headers: &HeaderMap) -> Option<Uri> {
    let name = headers.get("x-tenant-id")?.to_str().ok()?;
    let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    let query = uri.query().map(|query| format!("{query}&")).unwrap_or_default();
    plain.then(|| format!("{}?{query}{TENANT_PARAMETER}={name}", uri.path()).parse().ok()).flatten()
}

fn scim_json(status: u16, body: String) -> Response {
    answer(status, "application/scim+json", body)
}

fn json_answer(status: u16, body: &Value) -> Response {
    answer(status, "application/json", body.to_string())
}

fn answer(status: u16, media: &'static str, body: String) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if status != 204 {
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    }
    response
}
