//! The connection pool of one target: TLS, proxy, headers of the target's own, pace and rules.

use super::actor::Actor;
use super::answer::{Answer, Failure, Truncation};
use super::certificate::{self, Validity};
use super::connection_error::{causes, classify};
use super::error::WireError;
use super::known;
use super::pace::Pace;
use super::pin;
use super::proxy::Proxy;
use super::request::{Method, Request};
use super::secret::Secret;
use super::settings::{OwnHeader, TransportLimits, TransportSettings};
use super::spool::Spool;
use super::unpack::unpack;
use super::waiting_time::WaitingTime;
use super::write_rules::WriteRules;
use bytes::{Bytes, BytesMut};
use reqwest::header::{HeaderName, HeaderValue};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::OwnedSemaphorePermit;

/// How long a connection may lie idle and be used again: below the 2 and 5 seconds after which the usual servers of Python
/// and Node close one, or a request would now and then meet a connection that is being closed.
const IDLE: Duration = Duration::from_millis(1500);

/// How long a target that counts as silent is waited for besides, in all: for a cleanup, and for whoever asks whether it is back.
const LAST_QUESTIONS: Duration = Duration::from_secs(3);

/// The connection pool a run shares. It never follows a redirect (the credential would travel), never unpacks
/// a body, keeps no cookies and asks no proxy that it was not given.
#[derive(Debug, Clone)]
pub struct Transport {
    http: reqwest::Client,
    limits: TransportLimits,
    target: Option<Arc<TargetSettings>>,
    own: Option<Arc<(String, Vec<u8>)>>,
    proxy: Option<Arc<Proxy>>,
    /// What is secret in the settings: the proxy's login, hidden headers, keys in the base URL.
    secrets: Arc<[Secret]>,
    waited: Arc<WaitingTime>,
    spool: Spool,
}

/// What holds for one target alone.
#[derive(Debug)]
struct TargetSettings {
    origin: String,
    headers: Vec<OwnHeader>,
    pace: Pace,
    rules: WriteRules,
}

/// What the harness calls itself. Some products refuse whoever does not say who it is.
const AGENT: &str = concat!("scimulate/", env!("CARGO_PKG_VERSION"));

impl Transport {
    /// Builds a pool without settings of any target.
    ///
    /// # Errors
    /// When TLS cannot be initialised.
    pub fn new(limits: TransportLimits) -> Result<Self, WireError> {
        Self::build(TransportSettings::plain(limits))
    }

    /// Builds the pool for one target.
    ///
    /// # Errors
    /// When a certificate, the proxy or a header cannot be used, or TLS cannot be initialised.
    pub fn build(setup: TransportSettings) -> Result<Self, WireError> {
        // A little before the whole exchange's time is up, so that it shows which of the two took too long.
        let connect = setup.limits.connect.min(setup.limits.request.mul_f64(0.95));
        let secrets = setup.secrets();
        secrets.iter().for_each(|secret| known::read(secret.expose()));
        let mut builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(connect)
            .pool_max_idle_per_host(64)
            .pool_idle_timeout(IDLE)
            .tcp_nodelay(true)
            .no_proxy();
        if let Some(proxy) = setup.proxy.clone() {
            builder = builder.proxy(proxy.through()?);
        }
        for (origin, pem) in setup.tls.authorities {
            let bundle = reqwest::Certificate::from_pem_bundle(&pem).unwrap_or_default();
            if bundle.is_empty() {
                return Err(WireError::Pem { origin, why: "holds no certificate in PEM" });
            }
            builder = builder.tls_certs_merge(bundle);
        }
        if !setup.tls.pins.is_empty() {
            builder = builder.tls_backend_preconfigured(pin::tls(&setup.tls.pins, setup.tls.identity.as_ref())?);
        } else if let Some((origin, pem)) = &setup.tls.identity {
            let why = "holds no certificate with an unencrypted private key in PEM";
            let wrong = |_| WireError::Pem { origin: origin.clone(), why };
            builder = builder.identity(reqwest::Identity::from_pem(pem).map_err(wrong)?);
        }
        for header in &setup.headers {
            let value = HeaderValue::from_str(header.value.expose());
            if header.name.parse::<HeaderName>().is_err() || value.is_err() {
                return Err(WireError::Header(header.name.clone()));
            }
        }
        let target = setup.scope.map(|base| {
            let lower = |h: OwnHeader| OwnHeader { name: h.name.to_ascii_lowercase(), ..h };
            Arc::new(TargetSettings {
                origin: origin(base.as_str()).to_owned(),
                headers: setup.headers.into_iter().map(lower).collect(),
                pace: Pace::new(setup.pace),
                rules: setup.rules,
            })
        });
        let own = setup.tls.identity.map(Arc::new);
        let (limits, proxy) = (setup.limits, setup.proxy.map(Arc::new));
        let (secrets, waited, spool) = (secrets.into(), Arc::default(), Spool::default());
        Ok(Self { http: builder.build()?, limits, target, own, proxy, secrets, waited, spool })
    }

    /// The same pool, and what passes through it is kept there.
    #[must_use]
    pub fn with_spool(self, spool: Spool) -> Self {
        Self { spool, ..self }
    }

    /// Where what passes through it is kept.
    #[must_use]
    pub fn spool(&self) -> &Spool {
        &self.spool
    }

    /// The file of our own certificate and how it stands at that time, in seconds since 1970.
    pub(super) fn own_certificate(&self, now: u64) -> Option<(&str, Validity)> {
        let (origin, pem) = self.own.as_deref()?;
        Some((origin, certificate::validity(pem, now)?))
    }

    /// The proxy that is asked for a URL.
    pub(super) fn proxy(&self, url: &str) -> Option<&Proxy> {
        self.proxy.as_deref().filter(|proxy| proxy.asked_for(url))
    }

    /// What must be taken out of what is kept, whatever the URL.
    pub(super) fn secrets(&self) -> &[Secret] {
        &self.secrets
    }

    /// The target's own headers, where the URL is on its host.
    pub(super) fn headers(&self, url: &str) -> &[OwnHeader] {
        self.target.as_deref().filter(|t| origin(url) == t.origin).map_or(&[], |t| &t.headers)
    }

    /// Why the target's rules forbid a request.
    pub(super) fn forbids(&self, actor: &Actor, request: &Request) -> Option<String> {
        self.target.as_ref()?.rules.forbid(actor, request.method, &request.target)
    }

    /// Waits until the target's pace lets a request start.
    pub(super) async fn turn(&self, actor: &Actor) -> Result<Option<OwnedSemaphorePermit>, Failure> {
        match &self.target {
            Some(target) => target.pace.turn(actor).await,
            None => Ok(None),
        }
    }

    /// How long after its headers the body comes, where that is so of most answers: a server that writes both apart, and waits
    /// for our acknowledgement in between (Nagle's algorithm against delayed acknowledgement).
    #[must_use]
    pub fn late_bodies(&self) -> Option<Duration> {
        self.waited.late_bodies()
    }

    /// How long answers were waited for so far: the time during which one request at least was under way.
    #[must_use]
    pub fn waited(&self) -> Duration {
        self.waited.waited()
    }

    /// The most requests a second, and the most of all, where the target's settings bound them.
    #[must_use]
    pub fn bounds(&self) -> (Option<f64>, Option<u64>) {
        self.target.as_ref().map_or((None, None), |target| target.pace.bounds())
    }

    /// Whether a request of the harness's own is to be sent again, because the target asked for patience.
    pub(super) fn again(
        &self,
        actor: &Actor,
        request: &Request,
        attempt: u32,
        result: &Result<Answer, Failure>,
    ) -> bool {
        self.target.as_ref().is_some_and(|target| target.pace.again(actor, request, attempt, result))
    }

    /// One request and its answer. The proof is a header's name, what stands before the secret in it, and the secret. Where the
    /// sender is `ours` it says who it is; an IdP says so in its own words, or not at all.
    pub(super) async fn exchange(
        &self,
        url: &str,
        request: &Request,
        proof: Option<(&str, &str, &Secret)>,
        ours: bool,
    ) -> Result<Answer, Failure> {
        let method = match request.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Put => reqwest::Method::PUT,
            Method::Patch => reqwest::Method::PATCH,
            Method::Delete => reqwest::Method::DELETE,
        };
        let mut builder = self.http.request(method, url);
        let own = self.headers(url).iter().map(|h| (h.name.as_str(), "", &h.value));
        for (name, scheme, secret) in own.chain(proof) {
            builder = builder.header(name, sensitive(scheme, secret)?);
        }
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        if ours && !request.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("user-agent")) {
            builder = builder.header("user-agent", AGENT);
        }
        if let Some(body) = &request.body {
            builder = builder.body(body.clone());
        }
        let mut answer = self.within(url, builder).await?;
        // Nothing else is unpacked: a server that packs what nobody asked for is to be seen as it is.
        let asked = request.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("accept-encoding"));
        if asked && answer.truncated.is_none() {
            let most = self.limits.body_bytes;
            let longer = unpack(&mut answer.headers, &mut answer.body, most);
            answer.truncated = longer.then_some(Truncation::Limit(most));
        }
        Ok(answer)
    }

    /// A form for a token endpoint.
    pub(super) async fn post_form(
        &self,
        url: &str,
        form: String,
        basic: Option<&Secret>,
    ) -> Result<(u16, Bytes), Failure> {
        let mut builder =
            self.http.post(url).header("accept", "application/json").header("user-agent", AGENT).body(form);
        builder = builder.header("content-type", "application/x-www-form-urlencoded");
        if let Some(pair) = basic {
            builder = builder.header("authorization", sensitive("Basic ", pair)?);
        }
        self.within(url, builder).await.map(|answer| (answer.status, answer.body))
    }

    /// Begins a request in which nothing is of the settings but the way.
    pub(super) fn bare(&self, url: &str, method: reqwest::Method) -> reqwest::RequestBuilder {
        self.http.request(method, url)
    }

    /// Sends, and waits for the head of the answer.
    pub(super) async fn head(&self, url: &str, builder: reqwest::RequestBuilder) -> Result<reqwest::Response, Failure> {
        let limit = self.limits.request;
        let sent = tokio::time::timeout(limit, builder.send()).await;
        sent.map_err(|_| Failure::TimedOut(limit))?.map_err(|error| self.failure(url, &error))
    }

    async fn within(&self, url: &str, builder: reqwest::RequestBuilder) -> Result<Answer, Failure> {
        let limit = self.limits.request.min(self.patience()?);
        let _under_way = self.waited.begin();
        let result = tokio::time::timeout(limit, self.answer(url, builder)).await;
        let result = result.unwrap_or(Err(Failure::TimedOut(limit)));
        if result.is_ok() {
            self.waited.heard();
        }
        result
    }

    /// How long an answer may still be waited for.
    fn patience(&self) -> Result<Duration, Failure> {
        let silent = self.waited.silent();
        let left = (self.limits.silence + LAST_QUESTIONS).saturating_sub(silent);
        if left.is_zero() {
            let silent = silent.as_secs();
            return Err(Failure::NotSent(format!(
                "nothing was answered for {silent} s, and nothing is waited for any more (--timeout)"
            )));
        }
        Ok(left)
    }

    fn failure(&self, url: &str, error: &reqwest::Error) -> Failure {
        match (self.proxy(url), classify(error, self.limits.connect)) {
            (Some(proxy), failure) => proxy.failure(failure, &causes(error), url.starts_with("https:")),
            (None, failure) => failure,
        }
    }

    async fn answer(&self, url: &str, builder: reqwest::RequestBuilder) -> Result<Answer, Failure> {
        let mut response = builder.send().await.map_err(|error| self.failure(url, &error))?;
        let headers = response
            .headers()
            .iter()
            .map(|(n, v)| (n.as_str().to_owned(), String::from_utf8_lossy(v.as_bytes()).into_owned()))
            .collect();
        let status = response.status().as_u16();
        let headed = Instant::now();
        let (body, truncated) = read_capped(&mut response, self.limits).await?;
        if !body.is_empty() && !truncated {
            self.waited.body_came(headed.elapsed());
        }
        let truncated = truncated.then_some(Truncation::Limit(self.limits.body_bytes));
        Ok(Answer { status, headers, body, truncated })
    }
}

/// Scheme, host and port of a URL: what two addresses of one server share, and a credential does not leave.
#[must_use]
pub fn origin(url: &str) -> &str {
    let start = url.find("//").map_or(0, |at| at + 2);
    let end = url[start..].find(['/', '?']).map_or(url.len(), |at| start + at);
    &url[..end]
}

fn sensitive(scheme: &str, secret: &Secret) -> Result<HeaderValue, Failure> {
    let mut value = HeaderValue::from_str(&format!("{scheme}{}", secret.expose()))
        .map_err(|_| Failure::NotSent("the credential cannot be carried by a header".into()))?;
    value.set_sensitive(true);
    Ok(value)
}

async fn read_capped(response: &mut reqwest::Response, limits: TransportLimits) -> Result<(Bytes, bool), Failure> {
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(|e| classify(&e, limits.connect))? {
        let room = limits.body_bytes - body.len();
        if chunk.len() > room {
            body.extend_from_slice(&chunk[..room]);
            return Ok((body.freeze(), true));
        }
        body.extend_from_slice(&chunk);
    }
    Ok((body.freeze(), false))
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::{TcpSocket, TcpStream};

    /// A port that takes no connection any more: its queue is full, and nobody accepts.
    async fn full() -> (tokio::net::TcpListener, Vec<TcpStream>, String) {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let listener = socket.listen(0).unwrap();
        let at = listener.local_addr().unwrap();
        let mut held = Vec::new();
        while let Ok(Ok(stream)) = tokio::time::timeout(Duration::from_millis(100), TcpStream::connect(at)).await {
            held.push(stream);
        }
        (listener, held, format!("http://{at}"))
    }

    #[tokio::test]
    async fn a_connection_that_takes_too_long_is_not_told_as_an_answer_that_does() {
        let (_listener, _held, url) = full().await;
        let limits = TransportLimits { connect: Duration::from_millis(200), ..TransportLimits::default() };
        let transport = Transport::new(limits).unwrap();
        let failed = transport.exchange(&url, &Request::new(Method::Get, "/"), None, true).await.unwrap_err();
        assert_eq!(failed.to_string(), "no connection within 0.2 s");
    }

    /// A server that takes every connection and never answers, unless told to.
    async fn silent(answers: Arc<std::sync::atomic::AtomicBool>) -> String {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let mut held = Vec::new();
            while let Ok((mut stream, _)) = listener.accept().await {
                if answers.load(std::sync::atomic::Ordering::Relaxed) {
                    let _asked = stream.read(&mut [0; 1024]).await;
                    let _nobody_may_listen =
                        stream.write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n").await;
                } else {
                    held.push(stream);
                }
            }
        });
        url
    }

    #[tokio::test]
    async fn whoever_never_answers_is_waited_for_once_and_not_for_every_request() {
        let answers = Arc::new(std::sync::atomic::AtomicBool::new(false));
        let url = silent(answers.clone()).await;
        let (request, silence) = (Duration::from_millis(200), Duration::from_millis(500));
        let limits = TransportLimits { request, silence, ..TransportLimits::default() };
        let transport = Transport::new(limits).unwrap();
        let ask = || async { transport.exchange(&url, &Request::new(Method::Get, "/"), None, true).await };
        let began = Instant::now();
        assert_eq!(ask().await.unwrap_err(), Failure::TimedOut(request));
        answers.store(true, std::sync::atomic::Ordering::Relaxed);
        assert_eq!(ask().await.unwrap().status, 204, "an answer begins the count anew");
        answers.store(false, std::sync::atomic::Ordering::Relaxed);
        let mut failures = Vec::new();
        for _ in 0..40 {
            failures.push(ask().await.unwrap_err());
        }
        assert!(
            matches!(failures.last(), Some(Failure::NotSent(why)) if why.contains("nothing was answered for 3 s")),
            "{failures:?}"
        );
        let most = silence + LAST_QUESTIONS + request + Duration::from_secs(1);
        assert!(began.elapsed() < most, "{:?}", began.elapsed());
    }
}
