//! The HTTP client: one transport per run, one client per credential and base URL.

use super::exchange::{Answer, Exchange, Failure};
use super::redact;
use super::request::{BaseUrl, Method, Request};
use super::secret::Secret;
use bytes::{Bytes, BytesMut};
use futures::future::BoxFuture;
use std::error::Error as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Bounds on one exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// For name resolution, TCP and TLS together.
    pub connect: Duration,
    /// For the whole exchange, to the last byte of the answer.
    pub request: Duration,
    /// Longest answer body kept, in bytes; the rest is not read.
    pub body_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connect: Duration::from_secs(10), request: Duration::from_secs(60), body_bytes: 8 << 20 }
    }
}

/// Why no transport could be built.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client could not be set up: {0}")]
pub struct WireError(#[from] reqwest::Error);

/// The connection pool a run shares. It never follows a redirect (the credential would travel), never unpacks
/// a body, keeps no cookies and asks no proxy.
#[derive(Debug, Clone)]
pub struct Transport {
    http: reqwest::Client,
    limits: Limits,
}

impl Transport {
    /// Builds the pool.
    ///
    /// # Errors
    /// When TLS cannot be initialised.
    pub fn new(limits: Limits) -> Result<Self, WireError> {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(limits.connect)
            .pool_max_idle_per_host(64)
            .tcp_nodelay(true)
            .no_proxy()
            .build()?;
        Ok(Self { http, limits })
    }
}

/// Told before and after each exchange. Called from any thread.
pub trait Hooks: Send + Sync {
    /// Before sending; an `Err` means the request is not sent and its text becomes the failure.
    fn before<'a>(&'a self, actor: &'a str, request: &'a Request) -> BoxFuture<'a, Result<(), String>>;
    /// After the exchange is recorded at that index of the journal.
    fn after<'a>(&'a self, exchange: &'a Arc<Exchange>, index: usize) -> BoxFuture<'a, ()>;
}

/// The exchanges of one scenario, in the order they ended.
#[derive(Debug, Clone, Default)]
pub struct Journal(Arc<Mutex<Vec<Arc<Exchange>>>>);

impl Journal {
    /// Exchanges so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lock().len()
    }

    /// Whether nothing was sent yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The exchanges from index `from` on.
    #[must_use]
    pub fn since(&self, from: usize) -> Vec<Arc<Exchange>> {
        self.lock().get(from..).map(<[_]>::to_vec).unwrap_or_default()
    }

    fn push(&self, exchange: Arc<Exchange>) -> usize {
        let mut all = self.lock();
        all.push(exchange);
        all.len() - 1
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Arc<Exchange>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Sends requests below one base URL with one credential, in one actor's name. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    transport: Transport,
    base: BaseUrl,
    secret: Option<Secret>,
    actor: Arc<str>,
    journal: Journal,
    hooks: Option<Arc<dyn Hooks>>,
}

impl Client {
    /// A client whose exchanges go to `journal` under the name `actor`.
    #[must_use]
    pub fn new(transport: Transport, base: BaseUrl, secret: Option<Secret>, actor: &str, journal: Journal) -> Self {
        Self { transport, base, secret, actor: actor.into(), journal, hooks: None }
    }

    /// The same client in another actor's name.
    #[must_use]
    pub fn named(&self, actor: &str) -> Self {
        Self { actor: actor.into(), ..self.clone() }
    }

    /// The same client with another credential.
    #[must_use]
    pub fn with_secret(&self, secret: Option<Secret>) -> Self {
        Self { secret, ..self.clone() }
    }

    /// The same client below another base URL.
    #[must_use]
    pub fn with_base(&self, base: BaseUrl) -> Self {
        Self { base, ..self.clone() }
    }

    /// The same client with hooks.
    #[must_use]
    pub fn with_hooks(&self, hooks: Arc<dyn Hooks>) -> Self {
        Self { hooks: Some(hooks), ..self.clone() }
    }

    /// The base URL.
    #[must_use]
    pub fn base(&self) -> &BaseUrl {
        &self.base
    }

    /// The actor's name.
    #[must_use]
    pub fn actor(&self) -> &str {
        &self.actor
    }

    /// The journal the exchanges go to.
    #[must_use]
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// Sends one request and records the exchange. A failure to get an answer is in the exchange.
    pub async fn send(&self, request: Request) -> Arc<Exchange> {
        let url = self.base.join(&request.target);
        let permitted = match &self.hooks {
            Some(hooks) => hooks.before(&self.actor, &request).await,
            None => Ok(()),
        };
        let began = Instant::now();
        let result = match permitted {
            Err(why) => Err(Failure::NotSent(why)),
            Ok(()) => {
                let limit = self.transport.limits.request;
                match tokio::time::timeout(limit, self.attempt(&url, &request)).await {
                    Ok(result) => result,
                    Err(_) => Err(Failure::TimedOut(limit)),
                }
            }
        };
        let exchange = Arc::new(self.redacted(&url, request, result, began));
        let index = self.journal.push(exchange.clone());
        if let Some(hooks) = &self.hooks {
            hooks.after(&exchange, index).await;
        }
        exchange
    }

    async fn attempt(&self, url: &str, request: &Request) -> Result<Answer, Failure> {
        let method = match request.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Put => reqwest::Method::PUT,
            Method::Patch => reqwest::Method::PATCH,
            Method::Delete => reqwest::Method::DELETE,
        };
        let mut builder = self.transport.http.request(method, url);
        if let Some(secret) = &self.secret {
            let mut value = reqwest::header::HeaderValue::from_str(&format!("Bearer {}", secret.expose()))
                .map_err(|_| Failure::NotSent("the token cannot be carried by a header".into()))?;
            value.set_sensitive(true);
            builder = builder.header("authorization", value);
        }
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        if let Some(body) = &request.body {
            builder = builder.body(body.clone());
        }
        let mut response = builder.send().await.map_err(|e| classify(&e))?;
        let headers = response
            .headers()
            .iter()
            .map(|(n, v)| (n.as_str().to_owned(), String::from_utf8_lossy(v.as_bytes()).into_owned()))
            .collect();
        let status = response.status().as_u16();
        let (body, truncated) = read_capped(&mut response, self.transport.limits.body_bytes).await?;
        Ok(Answer { status, headers, body, truncated })
    }

    fn redacted(&self, url: &str, request: Request, result: Result<Answer, Failure>, began: Instant) -> Exchange {
        let elapsed = began.elapsed();
        let secret = self.secret.as_ref();
        let clean = |headers: Vec<(String, String)>| -> Vec<(String, String)> {
            headers
                .into_iter()
                .map(|(name, value)| match name.to_ascii_lowercase() {
                    name if matches!(
                        name.as_str(),
                        "authorization" | "cookie" | "set-cookie" | "proxy-authorization"
                    ) =>
                    {
                        (name, redact::MARK.to_owned())
                    }
                    name => (name, redact::text(&value, secret)),
                })
                .collect()
        };
        let mut headers = clean(request.headers);
        if secret.is_some() {
            headers.insert(0, ("authorization".into(), format!("Bearer {}", redact::MARK)));
        }
        let body = request.body.as_ref().map(|b| redact::body(b, secret));
        let result = result.map(|answer| Answer {
            headers: clean(answer.headers),
            body: redact::body(&answer.body, secret),
            ..answer
        });
        Exchange {
            actor: self.actor.to_string(),
            url: redact::text(url, secret),
            request: Request { headers, body, ..request },
            result,
            began,
            elapsed,
        }
    }
}

async fn read_capped(response: &mut reqwest::Response, cap: usize) -> Result<(Bytes, bool), Failure> {
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(|e| classify(&e))? {
        let room = cap - body.len();
        if chunk.len() > room {
            body.extend_from_slice(&chunk[..room]);
            return Ok((body.freeze(), true));
        }
        body.extend_from_slice(&chunk);
    }
    Ok((body.freeze(), false))
}

/// Reads the reason from the error's chain of causes; the top message alone only says that sending failed.
fn classify(error: &reqwest::Error) -> Failure {
    if error.is_timeout() {
        return Failure::TimedOut(Duration::ZERO);
    }
    let mut texts = Vec::new();
    let mut cause = error.source();
    while let Some(inner) = cause {
        if let Some(io) = inner.downcast_ref::<std::io::Error>() {
            match io.kind() {
                std::io::ErrorKind::ConnectionRefused => return Failure::Refused,
                std::io::ErrorKind::ConnectionReset
                | std::io::ErrorKind::BrokenPipe
                | std::io::ErrorKind::UnexpectedEof => return Failure::Closed(io.to_string()),
                _ => {}
            }
        }
        texts.push(inner.to_string());
        cause = inner.source();
    }
    let all = texts.join(": ");
    let lower = all.to_ascii_lowercase();
    if lower.contains("dns error") || lower.contains("failed to lookup") {
        Failure::Name(texts.last().cloned().unwrap_or_default())
    } else if lower.contains("certificate")
        || lower.contains("tls")
        || lower.contains("handshake")
        || lower.contains("corrupt message")
    {
        Failure::Tls(texts.last().cloned().unwrap_or_default())
    } else if error.is_connect() {
        Failure::Other(format!("could not connect: {all}"))
    } else if lower.contains("closed") || lower.contains("incomplete") || lower.contains("eof") {
        Failure::Closed(all)
    } else {
        Failure::Other(if all.is_empty() { error.to_string() } else { all })
    }
}
