//! The layer that keeps exchanges: what came in, and what went out when every other layer was through with it.
//!
//! In: a request and whatever answers it. Out: the same answer. Never: a body of the token endpoint, which is a secret.

use super::address::{Address, read_address, read_query};
use super::{App, Cut, Presented, presented};
use crate::exchanges::{Answered, Asked};
use crate::page;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use bytes::Bytes;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

/// The body of a request, once whoever answers has read it.
#[derive(Debug, Clone, Default)]
pub(super) struct ReadBody(Arc<OnceLock<Bytes>>);

impl ReadBody {
    /// Keeps what was read, the first time alone.
    pub(super) fn keep(&self, body: &Bytes) {
        let _kept_already = self.0.set(body.clone());
    }
}

/// A service whose exchanges are kept, if it has a page that shows them.
pub(crate) fn recorded(router: Router, app: Arc<App>) -> Router {
    if app.page.is_none() { router } else { router.layer(from_fn_with_state(app, keep)) }
}

async fn keep(
    State(app): State<Arc<App>>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    mut request: Request,
    next: Next,
) -> Response {
    let (tenant, shows_bodies) = match read_address(request.uri().path()) {
        Address::Admin(_) => return next.run(request).await,
        Address::Page(path) if page::has(&path) => return next.run(request).await,
        Address::Scim { tenant, .. } => (Some(tenant), true),
        Address::Token { tenant } => (Some(tenant), false),
        Address::Page(_) | Address::Nowhere => (None, true),
    };
    let Some(shown) = app.page.clone() else { return next.run(request).await };
    let query = read_query(request.uri().query().unwrap_or_default());
    let (method, path) = (request.method().as_str().to_owned(), request.uri().path().to_owned());
    let mut asked = Asked::new(Instant::now(), tenant.as_deref(), (&method, &path), &query);
    let secret = match presented(request.headers()) {
        Some(Presented::Token(token)) => Some(token),
        Some(Presented::Basic(_, password)) => Some(password),
        None => None,
    };
    let read = ReadBody::default();
    request.extensions_mut().insert(read.clone());
    let (parts, body) = next.run(request).await.into_parts();
    // The service has made its answer already: there is no more of it in memory for being read here.
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let sent = read.0.get().map(Bytes::as_ref).filter(|_| shows_bodies).unwrap_or_default();
    asked.sent(secret, sent);
    let answer = shows_bodies.then_some(body.as_ref());
    shown.exchanges.keep(asked, &Answered { status: parts.status.as_u16(), lost: cut.is_cut(), body: answer });
    Response::from_parts(parts, Body::from(body))
}
