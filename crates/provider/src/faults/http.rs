//! The layer around HTTP: requests and answers rewritten, connections cut, a header believed.
//!
//! In: a request and the right service. Out: a response. Never: a row of the store.

use super::Faults;
use super::names::FaultName as F;
use super::requests_misread::TENANT_PARAMETER;
use super::stale::{NOTES_MEMBERS, RECALLS_MEMBERS};
use crate::http::{Address, Cut, read_address, read_answer, scim_error, scim_json};
use crate::service::Target;
use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use scim::error::ScimError;
use scim::list::list_response;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How long a PATCH that writes back what it read waits between reading and writing.
const STALE_FOR: Duration = Duration::from_millis(100);

struct Around {
    on: Faults,
    /// Scheme and authority of the service.
    origin: String,
    /// The tenants in which a first create was answered into the void.
    lost: Mutex<HashSet<String>>,
    /// How many PATCHes of groups there were.
    patches: AtomicU64,
}

/// A service with the faults around it.
pub(super) fn around(router: Router, on: Faults, origin: String) -> Router {
    let around = Arc::new(Around { on, origin, lost: Mutex::new(HashSet::new()), patches: AtomicU64::new(0) });
    router.layer(from_fn_with_state(around, serve))
}

async fn serve(
    State(around): State<Arc<Around>>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    request: Request,
    next: Next,
) -> Response {
    let Address::Scim { tenant, target } = read_address(request.uri().path()) else {
        return next.run(request).await;
    };
    let headers = request.headers().clone();
    let is_get = request.method() == Method::GET;
    let first = request.method() == Method::POST && target == Target::Users && around.may_lose(&tenant);
    if first {
        cut.cut();
    }
    let response = around.serve_client(&target, request, next).await;
    if first && !around.loses(tenant, response.status()) {
        cut.mend();
    }
    around.rewritten(is_get, &headers, response).await
}

impl Around {
    async fn serve_client(&self, target: &Target, mut request: Request, next: Next) -> Response {
        let charset = |media: &HeaderValue| media.to_str().is_ok_and(|media| media.contains("charset"));
        if self.on.has(F::CharsetRefused) && request.headers().get(header::CONTENT_TYPE).is_some_and(charset) {
            return scim_error(&ScimError::unsupported_media_type("parameters of a media type are not understood"));
        }
        if self.on.has(F::TenantHeaderBelieved)
            && let Some(uri) = naming_tenant(request.uri(), request.headers())
        {
            *request.uri_mut() = uri;
        }
        if self.on.has(F::ConcurrentMemberPatchesLost)
            && request.method() == Method::PATCH
            && matches!(target, Target::Group(_))
        {
            request = self.with_stale_members(request, next.clone()).await;
        }
        next.run(request).await
    }

    /// Whether the answer to a create in this tenant is still to be lost.
    fn may_lose(&self, tenant: &str) -> bool {
        self.on.has(F::LostAnswerMakesTwin)
            && !self.lost.lock().unwrap_or_else(PoisonError::into_inner).contains(tenant)
    }

    fn loses(&self, tenant: String, status: StatusCode) -> bool {
        status == StatusCode::CREATED && self.lost.lock().unwrap_or_else(PoisonError::into_inner).insert(tenant)
    }

    /// The same PATCH, which is to write back the members that the group has now.
    async fn with_stale_members(&self, request: Request, next: Next) -> Request {
        let word = self.patches.fetch_add(1, Ordering::Relaxed).to_string();
        let (mut parts, body) = request.into_parts();
        let Some(notes) = with_parameter(&parts.uri, NOTES_MEMBERS, &word) else {
            return Request::from_parts(parts, body);
        };
        let mut notice = Request::new(Body::empty());
        *notice.uri_mut() = notes;
        *notice.extensions_mut() = parts.extensions.clone();
        for name in [header::AUTHORIZATION, header::USER_AGENT] {
            if let Some(value) = parts.headers.get(&name) {
                notice.headers_mut().insert(name, value.clone());
            }
        }
        let _told = next.run(notice).await;
        tokio::time::sleep(STALE_FOR).await;
        if let Some(recalls) = with_parameter(&parts.uri, RECALLS_MEMBERS, &word) {
            parts.uri = recalls;
        }
        Request::from_parts(parts, body)
    }

    /// The answer as it is sent.
    async fn rewritten(&self, is_get: bool, asked: &HeaderMap, response: Response) -> Response {
        let (mut parts, body) = response.into_parts();
        let bytes = match read_answer(body).await {
            Ok(bytes) => bytes,
            Err(error) => return scim_error(&error),
        };
        let status = parts.status.as_u16();
        let token = asked.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = token.map(|value| value.split_once(' ').map_or("", |(_, token)| token));
        if status == 401 && token.is_some() && is_get && self.on.has(F::UnknownTokenReadsNothing) {
            return scim_json(200, &list_response(Vec::new(), 0, 1));
        }
        let read = serde_json::from_slice::<Value>(&bytes).ok();
        let mut body = read.clone();
        if let Some(body) = &mut body {
            self.rewrite(status, token, body);
        }
        if let Some(host) = asked.get("x-forwarded-host").and_then(|host| host.to_str().ok())
            && self.on.has(F::ForwardedHostBelieved)
        {
            let elsewhere = format!("https://{host}");
            let moved = parts.headers.get(header::LOCATION).and_then(|place| place.to_str().ok());
            let moved = moved.and_then(|place| place.replace(&self.origin, &elsewhere).parse().ok());
            moved.and_then(|place| parts.headers.insert(header::LOCATION, place));
            if let Some(body) = &mut body {
                each_text(body, &|text| *text = text.replace(&self.origin, &elsewhere));
            }
        }
        let mut sent = match &body {
            Some(changed) if body != read => changed.to_string().into(),
            _ => bytes,
        };
        if status == 409 && self.on.has(F::ConflictBodyBreaksOff) {
            sent.truncate(sent.len() / 2);
        }
        if self.on.has(F::HtmlErrors) && matches!(status, 401 | 404) {
            let detail = body.as_ref().and_then(|body| body["detail"].as_str()).unwrap_or_default();
            let detail = detail.replace('&', "&amp;").replace('<', "&lt;");
            sent = format!("<html><body><h1>Error</h1><p>{detail}</p></body></html>").into();
            parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html"));
        }
        parts.headers.remove(header::CONTENT_LENGTH);
        Response::from_parts(parts, Body::from(sent))
    }

    /// What of a body is another one before it is sent.
    fn rewrite(&self, status: u16, token: Option<&str>, body: &mut Value) {
        if let Some(token) = token.filter(|_| status == 401 && self.on.has(F::TokenEchoed)) {
            each_text(body, &|text| *text = text.replace("this token", &format!("the token {token}")));
        }
        if self.on.has(F::ScimTypeNull)
            && status >= 400
            && let Some(error) = body.as_object_mut()
            && !error.contains_key("scimType")
        {
            error.insert("scimType".to_owned(), "null".into());
        }
        if status == 409 && self.on.has(F::ConflictWithoutScimType) {
            *body = json!({ "detail": body["detail"] });
        }
    }
}

/// Changes every text of a value, names apart.
fn each_text(value: &mut Value, change: &impl Fn(&mut String)) {
    match value {
        Value::String(text) => change(text),
        Value::Array(list) => list.iter_mut().for_each(|value| each_text(value, change)),
        Value::Object(object) => object.values_mut().for_each(|value| each_text(value, change)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// An address with one more parameter, which is plain text.
fn with_parameter(uri: &Uri, name: &str, value: &str) -> Option<Uri> {
    let query = uri.query().map(|query| format!("{query}&")).unwrap_or_default();
    format!("{}?{query}{name}={value}", uri.path()).parse().ok()
}

/// The address that hands the tenant of a header on to the layer around the call.
fn naming_tenant(uri: &Uri, headers: &HeaderMap) -> Option<Uri> {
    let name = headers.get("x-tenant-id")?.to_str().ok()?;
    let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    plain.then(|| with_parameter(uri, TENANT_PARAMETER, name)).flatten()
}
