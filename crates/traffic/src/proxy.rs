//! The proxy that stands before a server and records what passes.
//!
//! In: connections of whoever provisions. Out: the same requests to exactly one server, its answers as they come, and each exchange in
//! the recording. Never: a request to another server, a byte changed in a body, or a secret written. Of the headers only those that
//! belong to one connection alone are changed, and `Accept-Encoding`: what is packed could not be read for secrets.

use super::redact::{Passed, Raw, Redactor};
use super::tee::{Shared, Tee, taken};
use super::tls::Incoming;
use super::writer::{Recorder, RecorderError};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::response::Response;
use client::wire::{BaseUrl, Failure, Request as Checked, Transport};
use http_body::Body as _;
use jiff::{SignedDuration, Timestamp};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

pub use super::tls::{ServerTls, TlsError};

/// Bytes of bodies that wait to be written, at most; beyond that they are left out.
const WAITING: usize = 64 << 20;
/// How long exchanges under way may take when the proxy is stopped.
const GRACE: Duration = Duration::from_secs(5);
/// Headers of one connection alone (RFC 9110 section 7.6.1).
const HOP_BY_HOP: [&str; 8] = [
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "transfer-encoding",
    "upgrade",
];
/// What SCIM clients send, and what those ask who want to know the server.
const METHODS: [&str; 7] = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"];

/// What a proxy needs.
#[derive(Debug)]
pub struct Settings {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Its own certificate; without one it speaks plain HTTP.
    pub tls: Option<ServerTls>,
    /// The server's SCIM base URL.
    pub base: BaseUrl,
    /// The way to the server.
    pub transport: Transport,
    /// When it starts. From there on time is counted, so that no exchange seems to begin before one that it followed.
    pub started: Timestamp,
}

/// Why there is no proxy.
#[derive(Debug, thiserror::Error)]
#[error("nothing can listen on {at}: {source}; name another address with --listen")]
pub struct ListenError {
    at: SocketAddr,
    source: io::Error,
}

/// A proxy at work.
#[derive(Debug)]
pub struct Running {
    /// The SCIM base URL to type into whoever provisions, on this machine.
    pub base_url: String,
    stop: oneshot::Sender<()>,
    /// Tells whoever writes that there is no more: connections that hang on hold the same way open.
    end: mpsc::UnboundedSender<Option<Raw>>,
    served: JoinHandle<()>,
    written: JoinHandle<(Recorder, Option<RecorderError>)>,
}

/// What is shared by all exchanges.
struct App {
    base: BaseUrl,
    /// The path of the base URL, without slash at the end.
    path: String,
    transport: Transport,
    /// When the proxy started, by both clocks.
    started: (Timestamp, Instant),
    writer: Writer,
}

impl App {
    /// The time, RFC 3339.
    fn now(&self) -> String {
        let (started, at) = self.started;
        let passed = SignedDuration::try_from(at.elapsed()).unwrap_or_default();
        started.checked_add(passed).unwrap_or(started).to_string()
    }
}

/// The way to whoever writes.
#[derive(Clone)]
struct Writer {
    send: mpsc::UnboundedSender<Option<Raw>>,
    /// Bytes of bodies on their way.
    waiting: Arc<AtomicUsize>,
}

impl Writer {
    fn send(&self, mut raw: Raw) {
        let size = weight(&raw);
        if self.waiting.fetch_add(size, Ordering::Relaxed) + size > WAITING {
            let slow = |body: &mut Passed| {
                if !body.bytes.is_empty() {
                    *body = Passed {
                        bytes: Vec::new(),
                        left_out: Some("it was not recorded: more came than could be written".to_owned()),
                    };
                }
            };
            slow(&mut raw.body);
            if let Ok((_, _, body)) = &mut raw.answer {
                slow(body);
            }
            self.waiting.fetch_sub(size - weight(&raw), Ordering::Relaxed);
        }
        // Whoever writes has gone only when the proxy is stopped, or the file cannot be written.
        let _too_late = self.send.send(Some(raw));
    }
}

fn weight(raw: &Raw) -> usize {
    let of = |headers: &[(String, String)]| headers.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>();
    let answer = raw.answer.as_ref().map_or(0, |(_, headers, body)| of(headers) + body.bytes.len());
    raw.url.len() + of(&raw.headers) + raw.body.bytes.len() + answer
}

/// Starts a proxy whose exchanges go to the recorder.
///
/// # Errors
/// When nothing can listen there.
pub async fn start(settings: Settings, recorder: Recorder) -> Result<Running, ListenError> {
    let Settings { listen, tls, base, transport, started } = settings;
    let fail = |source| ListenError { at: listen, source };
    let listener = TcpListener::bind(listen).await.map_err(fail)?;
    let at = listener.local_addr().map_err(fail)?;
    let (send, raw) = mpsc::unbounded_channel();
    let waiting = Arc::new(AtomicUsize::new(0));
    let written = tokio::task::spawn_blocking({
        let waiting = waiting.clone();
        move || write(raw, recorder, &waiting)
    });
    let end = send.clone();
    let path = path_of(base.as_str()).to_owned();
    let scheme = if tls.is_some() { "https" } else { "http" };
    let base_url = format!("{scheme}://{at}{path}");
    let app =
        Arc::new(App { base, path, transport, started: (started, Instant::now()), writer: Writer { send, waiting } });
    let router = Router::new().fallback(pass).with_state(app);
    let (stop, stopped) = oneshot::channel::<()>();
    let served = tokio::spawn(async move {
        let stopping = async move {
            // An error means that whoever held the proxy let go of it: stop as well.
            let _ = stopped.await;
        };
        // The future ends only by the signal; its error type is there for form.
        let _ = axum::serve(Incoming::new(listener, at, tls), router).with_graceful_shutdown(stopping).await;
    });
    Ok(Running { base_url, stop, end, served, written })
}

impl Running {
    /// Lets exchanges under way end, writes what is left, and stops; how many exchanges are in the recording and how many found no
    /// room.
    ///
    /// # Errors
    /// When the file could not be written, at any time.
    pub async fn stop(self) -> Result<(usize, usize), RecorderError> {
        let _ = self.stop.send(());
        let mut served = self.served;
        if tokio::time::timeout(GRACE, &mut served).await.is_err() {
            served.abort();
            let _cut_off = served.await;
        }
        let _has_ended = self.end.send(None);
        match self.written.await {
            Ok((_, Some(error))) => Err(error),
            Ok((recorder, None)) => Ok(recorder.counts()),
            Err(_) => Err(RecorderError::Ended),
        }
    }

    /// Whether the recording cannot be written any more.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.written.is_finished()
    }
}

/// Writes exchanges until nobody sends any more, or the file cannot be written.
fn write(
    mut raw: mpsc::UnboundedReceiver<Option<Raw>>,
    mut recorder: Recorder,
    waiting: &AtomicUsize,
) -> (Recorder, Option<RecorderError>) {
    let mut redactor = Redactor::default();
    while let Some(Some(one)) = raw.blocking_recv() {
        waiting.fetch_sub(weight(&one), Ordering::Relaxed);
        if let Err(error) = recorder.add(&redactor.entry(one)) {
            return (recorder, Some(error));
        }
    }
    (recorder, None)
}

/// An exchange under way; it is recorded when this is dropped.
struct UnderWay {
    raw: Option<Raw>,
    sent: Shared,
    answered: Shared,
    started: Instant,
    writer: Writer,
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let Some(mut raw) = self.raw.take() else { return };
        raw.millis = self.started.elapsed().as_secs_f64() * 1000.0;
        raw.body = taken(&self.sent);
        if let Ok((_, _, body)) = &mut raw.answer {
            *body = taken(&self.answered);
        }
        self.writer.send(raw);
    }
}

async fn pass(State(app): State<Arc<App>>, request: Request) -> Response {
    let target = request.uri().path_and_query().map_or("/", |target| target.as_str()).to_owned();
    let below = target.strip_prefix(&app.path).filter(|rest| rest.is_empty() || rest.starts_with(['/', '?']));
    let astray = || Checked::new(client::wire::Method::Get, target.clone()).leads_astray();
    if !METHODS.contains(&request.method().as_str()) {
        return refused(StatusCode::NOT_IMPLEMENTED, "no SCIM client sends this method, so it is not passed on");
    }
    let Some(below) = below.filter(|_| astray().is_none()) else {
        let why = format!("only what is below {} is passed on", if app.path.is_empty() { "/" } else { &app.path });
        return refused(StatusCode::NOT_FOUND, &why);
    };
    let url = app.base.join(below);
    let (parts, body) = request.into_parts();
    let (sent, answered) = (Shared::default(), Shared::default());
    let mut under_way = UnderWay {
        raw: Some(Raw {
            began: app.now(),
            millis: 0.0,
            method: parts.method.as_str().to_owned(),
            url: url.clone(),
            headers: told(&parts.headers),
            body: Passed::default(),
            answer: Err("whoever asked has gone".to_owned()),
        }),
        sent: sent.clone(),
        answered: answered.clone(),
        started: Instant::now(),
        writer: app.writer.clone(),
    };
    let body = match body.is_end_stream() {
        true => {
            let _empty = Tee::new(Body::empty(), sent, ());
            None
        }
        false => Some(Tee::new(body, sent, ())),
    };
    let answer = app.transport.relay(&url, parts.method, onward(parts.headers), body).await;
    match answer {
        Ok(answer) => {
            let (mut parts, body) = answer.into_parts();
            if let Some(raw) = &mut under_way.raw {
                raw.answer = Ok((parts.status.as_u16(), told(&parts.headers), Passed::default()));
            }
            without_hops(&mut parts.headers);
            Response::from_parts(parts, Body::new(Tee::new(body, answered, under_way)))
        }
        Err(failure) => {
            let late = matches!(failure, Failure::TimedOut(_) | Failure::ConnectTimedOut(_));
            if let Some(raw) = &mut under_way.raw {
                raw.answer = Err(failure.to_string());
            }
            let status = if late { StatusCode::GATEWAY_TIMEOUT } else { StatusCode::BAD_GATEWAY };
            refused(status, &format!("{} did not answer: {failure}", app.base))
        }
    }
}

/// An answer of the proxy's own, as a SCIM client reads errors (RFC 7644 section 3.12).
fn refused(status: StatusCode, why: &str) -> Response {
    let body = serde_json::json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": status.as_str(),
        "detail": format!("the recording proxy: {why}"),
    });
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/scim+json"));
    response
}

/// The headers as they go on to the server.
fn onward(mut headers: HeaderMap) -> HeaderMap {
    without_hops(&mut headers);
    headers.remove(header::HOST);
    headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    headers
}

/// Takes out what belongs to one connection alone.
fn without_hops(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(header::CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    for name in named {
        headers.remove(name);
    }
    for name in HOP_BY_HOP {
        headers.remove(name);
    }
}

/// The headers as text; what is no text is shown as far as it can be.
fn told(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect()
}

/// The path of a URL, without slash at the end.
fn path_of(url: &str) -> &str {
    let start = url.find("//").map_or(0, |at| at + 2);
    let path = url[start..].find('/').map_or("", |at| &url[start + at..]);
    path.trim_end_matches('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_belongs_to_a_connection_stays_there() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("connection", "close, X-Mine"),
            ("x-mine", "1"),
            ("te", "trailers"),
            ("host", "proxy"),
            ("accept-encoding", "gzip"),
            ("authorization", "Bearer t"),
            ("content-length", "3"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        let mut names: Vec<String> = told(&onward(headers)).into_iter().map(|(n, v)| format!("{n}={v}")).collect();
        names.sort();
        assert_eq!(names, ["accept-encoding=identity", "authorization=Bearer t", "content-length=3"]);
    }

    #[test]
    fn a_path_is_that_of_the_base() {
        assert_eq!(path_of("https://h.example/scim/v2"), "/scim/v2");
        assert_eq!((path_of("https://h.example"), path_of("https://h.example/")), ("", ""));
    }
}
