//! What a server and its clients said to each other, as one number.
//!
//! In: every exchange. Out: a number that is the same where all exchanges were, in whatever order. Never: a credential.

use crate::http::{read_answer, read_sent, scim_error};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Sums up the exchanges of a server. Two runs that are equal but for a fault tell by it whether the fault altered anything.
#[derive(Debug, Clone, Default)]
pub struct Trace(Arc<AtomicU64>);

/// A trace, and what differs between runs that are equal: where the server listens.
#[derive(Clone)]
struct Tap {
    trace: Trace,
    origin: String,
}

impl Trace {
    /// The sum so far; equal for equal exchanges.
    #[must_use]
    pub fn sum(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }

    /// A service whose exchanges are summed up.
    pub(crate) fn around(self, router: Router, origin: &str) -> Router {
        router.layer(from_fn_with_state(Tap { trace: self, origin: origin.to_owned() }, serve))
    }
}

async fn serve(State(tap): State<Tap>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let sent = match read_sent(body).await {
        Ok(sent) => sent,
        Err(error) => return scim_error(&error),
    };
    let mut hash = DefaultHasher::new();
    parts.method.as_str().hash(&mut hash);
    tap.plain(parts.uri.to_string().as_bytes()).hash(&mut hash);
    tap.plain(&sent).hash(&mut hash);
    let response = next.run(Request::from_parts(parts, Body::from(sent))).await;
    let (parts, body) = response.into_parts();
    let answered = match read_answer(body).await {
        Ok(answered) => answered,
        Err(error) => return scim_error(&error),
    };
    parts.status.as_u16().hash(&mut hash);
    for name in [header::CONTENT_TYPE, header::LOCATION, header::ETAG, header::RETRY_AFTER, header::ALLOW] {
        let value = parts.headers.get(name).map(|value| tap.plain(value.as_bytes()));
        value.hash(&mut hash);
    }
    tap.plain(&answered).hash(&mut hash);
    // A sum: requests that race each other may end in either order.
    tap.trace.0.fetch_add(hash.finish(), Ordering::SeqCst);
    Response::from_parts(parts, Body::from(answered))
}

impl Tap {
    fn plain(&self, bytes: &[u8]) -> String {
        String::from_utf8_lossy(bytes).replace(&self.origin, "")
    }
}
