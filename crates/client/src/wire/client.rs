//! The HTTP client: one per credential, base URL and actor.

use super::actor::Actor;
use super::certificate::Standing;
use super::credential::{Credential, Proof};
use super::exchange::{Answer, Cut, Exchange, Failure};
use super::fuse::{Current, Fuse};
use super::oauth::Token;
use super::outcome::TransportOutcome;
use super::proxy::Proxy;
use super::redact;
use super::request::{BaseUrl, Request};
use super::secret::Secret;
use super::transport::Transport;
use futures::future::BoxFuture;
use scim::secrecy::MARK;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Told before and after each exchange; a request that a [`Fuse`] cuts is told of afterwards only. Called from any thread.
pub trait Hooks: Send + Sync {
    /// Before sending; an `Err` means the request is not sent and its text becomes the failure.
    fn before<'a>(&'a self, actor: &'a Actor, request: &'a Request) -> BoxFuture<'a, Result<(), String>>;
    /// After the exchange is recorded at that index of the journal.
    fn after<'a>(&'a self, exchange: &'a Arc<Exchange>, index: usize) -> BoxFuture<'a, ()>;
}

/// So many bytes of answers are kept whole in one journal; from then on, of a body longer than `LONG` only `STUB` bytes
/// are. An ordinary page is far shorter: this is for a target that answers everything with megabytes.
const WHOLE: usize = 32 << 20;
const LONG: usize = 1 << 20;
const STUB: usize = 64 << 10;

/// The exchanges of one scenario, in the order they ended.
#[derive(Debug, Clone, Default)]
pub struct Journal(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    all: Vec<Arc<Exchange>>,
    /// Bytes of all bodies answered.
    bytes: usize,
}

impl Journal {
    /// Exchanges so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lock().all.len()
    }

    /// Whether nothing was sent yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The exchanges from index `from` on.
    #[must_use]
    pub fn since(&self, from: usize) -> Vec<Arc<Exchange>> {
        self.lock().all.get(from..).map(<[_]>::to_vec).unwrap_or_default()
    }

    /// Takes back all but the first `len` exchanges. Who was handed one keeps it.
    pub fn truncate(&self, len: usize) {
        let mut kept = self.lock();
        kept.all.truncate(len);
        kept.bytes = kept.all.iter().map(|e| length(e)).sum();
    }

    fn push(&self, exchange: Arc<Exchange>) -> usize {
        let mut kept = self.lock();
        kept.bytes += length(&exchange);
        kept.all.push(exchange);
        kept.all.len() - 1
    }

    /// The answer as far as there is room for it.
    fn fit(&self, answer: Answer) -> Answer {
        if answer.body.len() <= LONG || self.lock().bytes + answer.body.len() <= WHOLE {
            return answer;
        }
        // A copy: a slice would hold on to the whole.
        let truncated = answer.truncated.or(Some(Cut::Room));
        Answer { body: bytes::Bytes::copy_from_slice(&answer.body[..STUB]), truncated, ..answer }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Bytes of the answer's body.
fn length(exchange: &Exchange) -> usize {
    exchange.result.as_ref().map_or(0, |answer| answer.body.len())
}

/// When an exchange was, without any wait before it.
#[derive(Clone, Copy)]
struct Timing {
    began: Instant,
    elapsed: Duration,
}

impl Timing {
    /// Nothing was sent.
    fn none() -> Self {
        Self { began: Instant::now(), elapsed: Duration::ZERO }
    }
}

/// Sends requests below one base URL with one credential, in one actor's name. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    transport: Transport,
    base: BaseUrl,
    credential: Option<Credential>,
    actor: Actor,
    journal: Journal,
    hooks: Option<Arc<dyn Hooks>>,
    dress: Option<Dress>,
    fuse: Option<Arc<Fuse>>,
}

/// Changes a request before it is sent, as an administrator's mapping would.
pub type Dress = Arc<dyn Fn(&mut Request) + Send + Sync>;

impl Client {
    /// A client whose exchanges go to `journal` in the name of `actor`.
    #[must_use]
    pub fn new(
        transport: Transport,
        base: BaseUrl,
        credential: Option<Credential>,
        actor: Actor,
        journal: Journal,
    ) -> Self {
        Self { transport, base, credential, actor, journal, hooks: None, dress: None, fuse: None }
    }

    /// The same client in another actor's name.
    #[must_use]
    pub fn named(&self, actor: Actor) -> Self {
        Self { actor, ..self.clone() }
    }

    /// The same client with another credential.
    #[must_use]
    pub fn with_credential(&self, credential: Option<Credential>) -> Self {
        Self { credential, ..self.clone() }
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

    /// The same client with a change to every request.
    #[must_use]
    pub fn with_dress(&self, dress: Dress) -> Self {
        Self { dress: Some(dress), ..self.clone() }
    }

    /// The same client on a connection that breaks off where the fuse says.
    #[must_use]
    pub fn with_fuse(&self, fuse: Arc<Fuse>) -> Self {
        Self { fuse: Some(fuse), ..self.clone() }
    }

    /// The base URL.
    #[must_use]
    pub fn base(&self) -> &BaseUrl {
        &self.base
    }

    /// The file of our own certificate and how it stands at that time, in seconds since 1970; `None` without one.
    #[must_use]
    pub fn own_certificate(&self, now: u64) -> Option<(&str, Standing)> {
        self.transport.own_certificate(now)
    }

    /// The proxy that is asked for the base URL, without a password.
    #[must_use]
    pub fn proxy(&self) -> Option<String> {
        self.transport.proxy(self.base.as_str()).map(Proxy::shown)
    }

    /// In whose name it sends.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The journal the exchanges go to.
    #[must_use]
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// Sends one request and records the exchange. A failure to get an answer is in the exchange. Where the target asks
    /// the harness for patience, the request is sent again after the wait: each time is an exchange of its own.
    pub async fn send(&self, mut request: Request) -> Arc<Exchange> {
        if let Some(dress) = &self.dress {
            dress(&mut request);
        }
        let url = self.base.join(&request.target);
        let current = self.fuse.as_ref().map_or(Current::Flows, |fuse| fuse.next());
        let mut permitted = match &self.hooks {
            _ if current == Current::Cut => Err(Failure::BrokenOff),
            Some(hooks) => hooks.before(&self.actor, &request).await.map_err(Failure::NotSent),
            None => Ok(()),
        };
        let forbidden = self.transport.forbids(&self.actor, &request);
        if let (Ok(()), Some(why)) = (&permitted, forbidden) {
            permitted = Err(Failure::Forbidden(why));
        }
        let mut attempt = 0;
        loop {
            let (result, timing) = match &permitted {
                Err(failure) => (Err(failure.clone()), Timing::none()),
                Ok(()) => self.authorised(&url, &request).await,
            };
            let result = match (current, result) {
                (Current::AnswerLost, Ok(_)) => Err(Failure::AnswerLost),
                (_, result) => result,
            };
            let again = self.transport.again(&self.actor, &request, attempt, &result);
            let result = result.map(|answer| self.journal.fit(answer));
            let exchange = Arc::new(self.redacted(&url, request.clone(), result, timing));
            let index = self.journal.push(exchange.clone());
            if again {
                attempt += 1;
                continue;
            }
            if let Some(hooks) = &self.hooks {
                hooks.after(&exchange, index).await;
            }
            return exchange;
        }
    }

    /// One attempt; with a fresh access token, if the one at hand has ended meanwhile. A 401 has no effect, so nothing is
    /// done twice.
    async fn authorised(&self, url: &str, request: &Request) -> (Result<Answer, Failure>, Timing) {
        let mut refused: Option<Arc<Token>> = None;
        loop {
            let proof = match &self.credential {
                Some(credential) => match credential.prove(refused.as_ref()).await {
                    Ok(proof) => Some(proof),
                    Err(failure) => return (Err(failure), Timing::none()),
                },
                None => None,
            };
            let (result, timing) = self.attempt(url, request, proof.as_ref()).await;
            let ended = TransportOutcome::of(&result) == TransportOutcome::CredentialRefused;
            match proof.and_then(|p| p.token).filter(|_| ended && refused.is_none()) {
                Some(token) => refused = Some(token),
                None => return (result, timing),
            }
        }
    }

    async fn attempt(&self, url: &str, request: &Request, proof: Option<&Proof>) -> (Result<Answer, Failure>, Timing) {
        let _permit = match self.transport.turn(&self.actor).await {
            Ok(permit) => permit,
            Err(failure) => return (Err(failure), Timing::none()),
        };
        let began = Instant::now();
        let header = proof.map(|p| (p.name.as_str(), p.scheme, &p.secret));
        let result = self.transport.exchange(url, request, header).await;
        (result, Timing { began, elapsed: began.elapsed() })
    }

    fn redacted(&self, url: &str, request: Request, result: Result<Answer, Failure>, timing: Timing) -> Exchange {
        let mut secrets: Vec<Secret> = self.credential.as_ref().map(Credential::secrets).unwrap_or_default();
        let gateway = self.transport.headers(url);
        secrets.extend(self.transport.proxy(url).into_iter().flat_map(Proxy::secrets));
        secrets.extend(gateway.iter().filter(|h| h.hidden).map(|h| h.value.clone()));
        let own = self.credential.as_ref().map(Credential::shown);
        let clean = |headers: Vec<(String, String)>| -> Vec<(String, String)> {
            let hidden = |name: &str| {
                matches!(name, "authorization" | "cookie" | "set-cookie" | "proxy-authorization")
                    || own.is_some_and(|(own, _)| own == name)
            };
            let shown = headers.into_iter().map(|(name, value)| match name.to_ascii_lowercase() {
                name if hidden(&name) => (name, MARK.to_owned()),
                name => (name, redact::texts(&value, &secrets)),
            });
            shown.collect()
        };
        let mut headers = clean(request.headers);
        for header in gateway {
            let value = if header.hidden { MARK } else { header.value.expose() };
            headers.insert(0, (header.name.clone(), value.to_owned()));
        }
        if let Some((name, scheme)) = own {
            headers.insert(0, (name.to_owned(), format!("{scheme}{}", MARK)));
        }
        let body = request.body.as_ref().map(|b| redact::body(b, &secrets));
        let result = result.map(|answer| Answer {
            headers: clean(answer.headers),
            body: redact::body(&answer.body, &secrets),
            ..answer
        });
        Exchange {
            actor: self.actor.clone(),
            url: redact::texts(url, &secrets),
            request: Request { headers, body, ..request },
            result,
            began: timing.began,
            elapsed: timing.elapsed,
        }
    }
}
