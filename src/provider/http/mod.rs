//! HTTP: from bytes to a call, from a reply to bytes.
//!
//! In: a request. Out: a response, always with a SCIM body when it refuses (RFC 7644 section 3.12).
//! Never: a decision about a resource.

mod address;
mod connection;

pub(super) use connection::{Cut, Door};

use super::behaviour::Behaviour;
use super::clock::token_hash;
use super::faults::Layer;
use super::service::{Call, Method, Refusal, Reply, Service, Target};
use super::store::{Handle, MemberRow, Store, Tenant};
use super::{ProviderError, admin};
use crate::scim::error::ScimError;
use crate::scim::schema::Registry;
use address::{Address, read_address, read_query};
use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use bytes::{Bytes, BytesMut};
use futures::StreamExt as _;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Largest body that is read away, so that its sender gets to hear that it was too large.
const DRAIN_LIMIT: usize = 64 << 20;
/// How long the layer of stale members waits between reading and writing.
const STALE_FOR: Duration = Duration::from_millis(60);

/// What every request needs.
pub(super) struct App {
    store: Handle,
    service: Arc<Service>,
    /// Scheme and authority, `http://127.0.0.1:8080`.
    origin: String,
    admin_hash: Vec<u8>,
    /// Tenants whose first create was answered into the void.
    lost: Mutex<HashSet<i64>>,
}

impl App {
    pub(super) fn new(store: Handle, behaviour: Behaviour, types: Registry, origin: String, admin_token: &str) -> Self {
        Self {
            store,
            service: Arc::new(Service::new(behaviour, types)),
            origin,
            admin_hash: token_hash(admin_token),
            lost: Mutex::new(HashSet::new()),
        }
    }

    /// Largest body that is read as one.
    fn body_limit(&self) -> usize {
        usize::try_from(self.service.behaviour.max_body).unwrap_or(usize::MAX)
    }
}

/// The whole service as one router. Paths are read by hand: every refusal has to carry a body of ours.
pub(super) fn router(app: Arc<App>) -> Router {
    Router::new().fallback(serve).with_state(app)
}

async fn serve(State(app): State<Arc<App>>, ConnectInfo(cut): ConnectInfo<Cut>, request: Request) -> Response {
    match read_address(request.uri().path()) {
        Address::Admin(segments) => answer_admin(&app, segments, request).await,
        Address::Scim { tenant, target } => answer_scim(&app, tenant, target, &cut, request).await,
        Address::Nowhere => scim_response(&app, refuse(&app, &ScimError::not_found("nothing is served at this path"))),
    }
}

fn refuse(app: &App, error: &ScimError) -> Reply {
    app.service.refuse(error)
}

async fn answer_admin(app: &App, segments: Vec<String>, request: Request) -> Response {
    let allowed = bearer(request.headers()).is_some_and(|token| token_hash(token) == app.admin_hash);
    if !allowed {
        return admin::refused(401, "the admin token is missing or wrong").into_response();
    }
    let method = method(request.method());
    let Ok(body) = read_body(request.into_body(), app.body_limit()).await else {
        return admin::refused(413, "the body is too large").into_response();
    };
    let (origin, service) = (app.origin.clone(), app.service.clone());
    let job = move |store: &mut Store| admin::handle(store, &service, &origin, method, &segments, &body);
    match app.store.run(job).await {
        Ok(answer) => answer.into_response(),
        Err(error) => admin::refused(500, &error.to_string()).into_response(),
    }
}

async fn answer_scim(app: &App, tenant: String, target: Target, cut: &Cut, request: Request) -> Response {
    let reply = match prepare(app, request, target).await {
        Ok(prepared) => match run(app, &tenant, prepared, cut).await {
            Ok(reply) => reply,
            Err(error) => refuse(app, &ScimError::internal(error.to_string())),
        },
        Err(error) => refuse(app, &error),
    };
    scim_response(app, reply)
}

/// A request read to its end, before anybody asked whether it is welcome.
struct Prepared {
    token: String,
    call: Call,
}

async fn prepare(app: &App, request: Request, target: Target) -> Result<Prepared, ScimError> {
    let (parts, body) = request.into_parts();
    let Some(token) = bearer(&parts.headers).map(str::to_owned) else {
        return Err(ScimError::unauthorized("a bearer token is needed"));
    };
    let header = |name| parts.headers.get(name).and_then(|v| v.to_str().ok()).map(str::to_owned);
    let method = method(&parts.method);
    let mut call = Call {
        // Filled in from the store, where it is known.
        tenant: Tenant { row: 0, name: String::new() },
        base: String::new(),
        method,
        target,
        query: read_query(parts.uri.query().unwrap_or_default()),
        if_match: header(header::IF_MATCH),
        if_none_match: header(header::IF_NONE_MATCH),
        body: Bytes::new(),
        subject: None,
        stale_members: None,
    };
    if matches!(method, Method::Post | Method::Put | Method::Patch) {
        if let Some(media) = header(header::CONTENT_TYPE)
            && !is_json(&media)
        {
            return Err(ScimError::unsupported_media_type(format!("{media:?} is not application/scim+json")));
        }
        call.body = read_body(body, app.body_limit()).await?;
    }
    Ok(Prepared { token, call })
}

async fn run(app: &App, tenant: &str, mut prepared: Prepared, cut: &Cut) -> Result<Reply, ProviderError> {
    let layers = &app.service.behaviour.layers;
    let call = &prepared.call;
    if layers.contains(&Layer::StaleMembers) && call.method == Method::Patch {
        let (name, target) = (tenant.to_owned(), call.target.clone());
        let stale = app.store.run(move |store| members_now(store, &name, &target)).await?;
        tokio::time::sleep(STALE_FOR).await;
        prepared.call.stale_members = stale;
    }
    let creates = prepared.call.method == Method::Post && prepared.call.target == Target::Users;
    let (service, base, name) = (app.service.clone(), base_url(&app.origin, tenant), tenant.to_owned());
    let (reply, row) = app.store.run(move |store| authorised(store, &service, &name, base, prepared)).await?;
    if creates && reply.status == 201 && layers.contains(&Layer::LoseFirstCreate) {
        let first = app.lost.lock().unwrap_or_else(PoisonError::into_inner).insert(row);
        if first {
            cut.cut();
        }
    }
    Ok(reply)
}

/// Asks whether the token opens this tenant, then does what the call asks.
fn authorised(store: &mut Store, service: &Service, name: &str, base: String, prepared: Prepared) -> (Reply, i64) {
    let Prepared { token, mut call } = prepared;
    let opened = || -> Result<(Tenant, Option<String>), Refusal> {
        let tenant = store.tenant(name)?.ok_or_else(|| ScimError::not_found(format!("there is no tenant {name:?}")))?;
        let reads = service.behaviour.faults.revoked_token_reads && call.method == Method::Get;
        let known = store.token(&token)?.filter(|t| t.tenant == tenant.row && (!t.revoked || reads));
        known
            .map(|token| (tenant, token.subject))
            .ok_or_else(|| ScimError::unauthorized("this token does not open this tenant").into())
    };
    match opened() {
        Ok((tenant, subject)) => {
            let row = tenant.row;
            (call.tenant, call.base, call.subject) = (tenant, base, subject);
            (service.handle(store, &call), row)
        }
        Err(Refusal::Scim(error) | Refusal::Halfway(error)) => (service.refuse(&error), 0),
        Err(Refusal::Store(error)) => (service.refuse(&ScimError::internal(error.to_string())), 0),
    }
}

/// The members a group has now.
fn members_now(store: &Store, tenant: &str, target: &Target) -> Option<Vec<MemberRow>> {
    let Target::Group(id) = target else { return None };
    let tenant = store.tenant(tenant).ok().flatten()?;
    let group = store.group(&tenant, id).ok().flatten()?;
    store.members(&group, None).ok()
}

/// The base URL of a tenant.
pub(super) fn base_url(origin: &str, tenant: &str) -> String {
    if tenant == super::start::DEFAULT_TENANT {
        format!("{origin}/scim/v2")
    } else {
        format!("{origin}/t/{tenant}/scim/v2")
    }
}

fn method(method: &axum::http::Method) -> Method {
    match method.as_str() {
        // The server leaves the body of an answer to HEAD out by itself.
        "GET" | "HEAD" => Method::Get,
        "POST" => Method::Post,
        "PUT" => Method::Put,
        "PATCH" => Method::Patch,
        "DELETE" => Method::Delete,
        _ => Method::Other,
    }
}

/// The token of a bearer header (RFC 6750 section 2.1); the scheme's case does not count.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

/// The media types of RFC 7644 section 3.1, parameters aside.
fn is_json(media: &str) -> bool {
    let essence = media.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/scim+json") || essence.eq_ignore_ascii_case("application/json")
}

async fn read_body(body: Body, limit: usize) -> Result<Bytes, ScimError> {
    let mut chunks = body.into_data_stream();
    let mut read = BytesMut::new();
    let mut length = 0;
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|e| ScimError::bad_request(format!("the body broke off: {e}")))?;
        length += chunk.len();
        if length <= limit {
            read.extend_from_slice(&chunk);
        } else if length > DRAIN_LIMIT {
            break;
        }
    }
    if length > limit {
        return Err(ScimError::too_large(format!("the body is longer than {limit} bytes")));
    }
    Ok(read.freeze())
}

fn scim_response(app: &App, reply: Reply) -> Response {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut builder = Response::builder().status(status);
    if reply.status == 401 {
        builder = builder.header(header::WWW_AUTHENTICATE, "Bearer realm=\"scim\"");
    }
    if let Some(location) = &reply.location {
        builder = builder.header(header::LOCATION, location);
    }
    if let Some(etag) = &reply.etag {
        builder = builder.header(header::ETAG, etag);
    }
    if let Some(methods) = reply.allow {
        builder = builder.header(header::ALLOW, methods);
    }
    let html = app.service.behaviour.faults.html_errors && matches!(reply.status, 401 | 404);
    let body = match reply.body {
        _ if html => {
            builder = builder.header(header::CONTENT_TYPE, "text/html");
            Body::from("<html><body><h1>Error</h1></body></html>")
        }
        Some(body) => {
            builder = builder.header(header::CONTENT_TYPE, "application/scim+json");
            Body::from(body.to_string())
        }
        None => Body::empty(),
    };
    // Every header value above is made here from ids and versions, so this cannot fail but by a bug.
    builder.body(body).unwrap_or_else(|_| {
        let mut broken = Response::new(Body::empty());
        *broken.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        broken
    })
}
