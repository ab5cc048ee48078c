//! HTTP: from bytes to a call, from a reply to bytes.
//!
//! In: a request. Out: a response, always with a SCIM body when it refuses (RFC 7644 section 3.12).
//! Never: a decision about a resource.

mod access;
mod address;
mod connection;
mod layers;
mod library_refusal;
mod listener;
mod own_names;
mod recorded;

pub(super) use address::{Address, read_address};
pub(super) use connection::Cut;
pub(super) use layers::{read_answer, read_sent, scim_error, scim_json};
pub(super) use listener::ConnectionListener;
pub(super) use recorded::recorded;

use super::admin;
use super::clock::{same_bytes, token_hash};
use super::error::ProviderError;
use super::exchanges::Exchanges;
use super::page::{self, Page, Shown};
use super::service::{Call, Method, Reply, Service, Target, base_url};
use super::store::{Handle, Reading, Store, Tenant};
use access::{Presented, TokenAnswer, TokenRequest, presented};
use address::read_query;
use axum::Router;
use axum::body::{Body, HttpBody as _};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use bytes::Bytes;
use layers::read_whole;
use own_names::OwnNames;
use recorded::ReadBody;
use scim::error::ScimError;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// What every request needs.
pub(super) struct App {
    store: Handle,
    service: Arc<Service>,
    /// Scheme and authority, `http://127.0.0.1:8080`.
    origin: String,
    /// Under which names the page and the admin API are reached.
    names: OwnNames,
    admin_hash: Vec<u8>,
    /// How long a body may take.
    patience: Duration,
    /// Requests of SCIM clients under way.
    under_way: AtomicUsize,
    /// The page for people; with it the exchanges of late are kept.
    page: Option<Arc<Shown>>,
}

/// One request under way; it counts until this is dropped.
struct UnderWay<'a>(&'a AtomicUsize);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl App {
    /// Counts a request in; none when there are as many as there may be.
    fn enter(&self) -> Option<UnderWay<'_>> {
        let before = self.under_way.fetch_add(1, Ordering::SeqCst);
        let entered = UnderWay(&self.under_way);
        let most = self.service.behaviour.access.most_at_once;
        most.is_none_or(|most| before < most).then_some(entered)
    }
}

impl App {
    pub(super) fn new(
        store: Handle,
        service: Service,
        origin: String,
        (bound, allowed): (SocketAddr, &[String]),
        admin_token: &str,
        patience: Duration,
        page: Option<Page>,
    ) -> Self {
        Self {
            store,
            service: Arc::new(service),
            origin,
            names: OwnNames::new(bound, allowed),
            admin_hash: token_hash(admin_token),
            patience,
            under_way: AtomicUsize::new(0),
            page: page.map(|page| Arc::new(Shown { page, exchanges: Exchanges::new() })),
        }
    }

    /// Lets go of whoever waits for exchanges.
    pub(super) fn stop(&self) {
        if let Some(shown) = &self.page {
            shown.exchanges.stop();
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
    let _busy = cut.busy(!request.body().is_end_stream());
    match read_address(request.uri().path()) {
        Address::Admin(segments) => answer_admin(&app, segments, request).await,
        Address::Scim { tenant, target } => {
            let reply = reply_scim(&app, &tenant, target, request).await;
            scim_response(&app, reply)
        }
        Address::Token { tenant } => grant_token(&app, tenant, request).await,
        Address::Page(path) if app.page.is_some() && page::has(&path) => match app.names.refuse(&request) {
            Some((status, why)) => page::refused(status, why),
            None => page::response(request.method(), &path),
        },
        Address::Page(_) | Address::Nowhere => {
            scim_response(&app, refuse(&app, &ScimError::not_found("nothing is served at this path")))
        }
    }
}

fn refuse(app: &App, error: &ScimError) -> Reply {
    app.service.refuse(error)
}

async fn answer_admin(app: &App, segments: Vec<String>, request: Request) -> Response {
    if let Some((status, why)) = app.names.refuse(&request) {
        return admin::refused(status, why).into_response();
    }
    let token = match presented(request.headers()) {
        Some(Presented::Token(token)) => token,
        _ => String::new(),
    };
    if !same_bytes(&token_hash(&token), &app.admin_hash) {
        return admin::refused(401, "the admin token is missing or wrong").into_response();
    }
    let method = method(request.method());
    let query = read_query(request.uri().query().unwrap_or_default());
    let Ok(body) = read_body(app, request.into_body()).await else {
        return admin::refused(413, "the body is too large").into_response();
    };
    let (Ok(since), Ok(wait)) = (number(&query, "since"), number(&query, "wait")) else {
        return admin::refused(400, "since and wait are whole numbers from 0").into_response();
    };
    if let Some(shown) = app.page.as_ref().filter(|_| segments == ["exchanges"]) {
        // Here and not at the store, which has one pair of hands.
        shown.exchanges.wait(since, wait).await;
    }
    let (origin, service, shown) = (app.origin.clone(), app.service.clone(), app.page.clone());
    let job = move |store: &Store| {
        let asked = admin::Asked { method, segments: &segments, since, body: &body };
        admin::handle(store, &service, shown.as_deref(), &origin, &asked)
    };
    let answered = match method {
        Method::Get => app.store.read(Reading::Long, job).await,
        _ => app.store.run(job).await,
    };
    match answered {
        Ok(answer) => answer.into_response(),
        Err(error) => admin::refused(500, &error.to_string()).into_response(),
    }
}

/// A number of a query; zero without one.
fn number(query: &[(String, String)], wanted: &str) -> Result<u64, std::num::ParseIntError> {
    query.iter().find(|(name, _)| name == wanted).map_or(Ok(0), |(_, value)| value.parse())
}

/// The token endpoint (RFC 6749 section 4.4).
async fn grant_token(app: &App, tenant: String, request: Request) -> Response {
    if request.method() != axum::http::Method::POST {
        return TokenAnswer::refused(405, "invalid_request", "the token endpoint takes POST").into_response();
    }
    let presented = presented(request.headers());
    let form = |media: &HeaderValue| {
        let essence = media.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim();
        essence.eq_ignore_ascii_case("application/x-www-form-urlencoded")
    };
    if !request.headers().get(header::CONTENT_TYPE).is_some_and(form) {
        let why = "the body has to be application/x-www-form-urlencoded";
        return TokenAnswer::refused(400, "invalid_request", why).into_response();
    }
    let Ok(body) = read_body(app, request.into_body()).await else {
        return TokenAnswer::refused(413, "invalid_request", "the body is too large or broke off").into_response();
    };
    let request = TokenRequest { tenant, presented, form: read_query(&String::from_utf8_lossy(&body)) };
    let service = app.service.clone();
    match app.store.run(move |store| access::grant(store, &service.behaviour, &request)).await {
        Ok(answer) => answer.into_response(),
        Err(error) => TokenAnswer::refused(500, "server_error", &error.to_string()).into_response(),
    }
}

async fn reply_scim(app: &App, tenant: &str, target: Target, request: Request) -> Reply {
    let Some(_under_way) = app.enter() else {
        let error = ScimError::too_many_requests("too many requests at once");
        return Reply { retry_after: Some(1), ..refuse(app, &error) };
    };
    if app.service.behaviour.access.user_agent_needed && !request.headers().contains_key(header::USER_AGENT) {
        return refuse(app, &ScimError::forbidden("a request needs a User-Agent"));
    }
    match prepare(app, request, target).await {
        Ok(prepared) => match run(app, tenant, prepared).await {
            Ok(reply) => reply,
            Err(error) => refuse(app, &ScimError::internal(error.to_string())),
        },
        Err(error) => refuse(app, &error),
    }
}

/// A request read to its end, before anybody asked whether it is welcome.
struct Prepared {
    presented: Presented,
    call: Call,
}

async fn prepare(app: &App, request: Request, target: Target) -> Result<Prepared, ScimError> {
    let (parts, body) = request.into_parts();
    let Some(presented) = presented(&parts.headers).or_else(|| access::empty_bearer(&parts.headers)) else {
        return Err(ScimError::unauthorized("a bearer token is needed"));
    };
    let header = |name| parts.headers.get(name).and_then(|v| v.to_str().ok()).map(str::to_owned);
    let method = method(&parts.method);
    // Filled in from the store, where it is known.
    let tenant = Tenant { row: 0, name: String::new() };
    let mut call = Call {
        query: read_query(parts.uri.query().unwrap_or_default()),
        if_match: header(header::IF_MATCH),
        if_none_match: header(header::IF_NONE_MATCH),
        ..Call::plain(tenant, method, target, Bytes::new())
    };
    if matches!(method, Method::Post | Method::Put | Method::Patch) {
        if let Some(media) = header(header::CONTENT_TYPE)
            && !is_json(&media)
        {
            return Err(ScimError::unsupported_media_type(format!("{media:?} is not application/scim+json")));
        }
        call.body = read_body(app, body).await?;
        if let Some(read) = parts.extensions.get::<ReadBody>() {
            read.keep(&call.body);
        }
    }
    Ok(Prepared { presented, call })
}

async fn run(app: &App, tenant: &str, prepared: Prepared) -> Result<Reply, ProviderError> {
    let (service, base, name) = (app.service.clone(), base_url(&app.origin, tenant), tenant.to_owned());
    let reading = service.reading(&prepared.call);
    let job = move |store: &Store| authorised(store, &service, &name, base, prepared);
    match reading {
        Some(reading) => app.store.read(reading, job).await,
        None => app.store.run(job).await,
    }
}

/// Asks whether the token opens this tenant, then does what the call asks.
fn authorised(store: &Store, service: &Service, name: &str, base: String, prepared: Prepared) -> Reply {
    let Prepared { presented, mut call } = prepared;
    match access::open(store, service, name, &presented, &call) {
        Ok((tenant, subject)) => {
            (call.tenant, call.base, call.subject) = (tenant, base, subject);
            service.handle(store, &call)
        }
        Err(refusal) => service.refusal(&refusal),
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

/// The media types of RFC 7644 section 3.1, parameters aside.
fn is_json(media: &str) -> bool {
    let essence = media.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/scim+json") || essence.eq_ignore_ascii_case("application/json")
}

/// A body read whole, in the time it may take.
async fn read_body(app: &App, body: Body) -> Result<Bytes, ScimError> {
    match tokio::time::timeout(app.patience, read_whole(body, app.body_limit())).await {
        Ok(read) => read,
        Err(_) => Err(ScimError {
            status: 408,
            scim_type: None,
            detail: format!("the body did not come within {} seconds", app.patience.as_secs_f32()),
        }),
    }
}

fn scim_response(app: &App, reply: Reply) -> Response {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut builder = Response::builder().status(status);
    for challenge in access::challenges(&app.service.behaviour, &reply) {
        builder = builder.header(header::WWW_AUTHENTICATE, challenge);
    }
    if let Some(location) = &reply.location {
        builder = builder.header(header::LOCATION, location);
    }
    if let Some(etag) = &reply.etag {
        builder = builder.header(header::ETAG, etag);
    }
    if let Some(seconds) = reply.retry_after {
        builder = builder.header(header::RETRY_AFTER, seconds);
    }
    if let Some(methods) = reply.allow {
        builder = builder.header(header::ALLOW, methods);
    }
    let body = match reply.body {
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
