//! The HTTP client: one per credential, base URL and actor.

use super::actor::Actor;
use super::answer::{Answer, Failure};
use super::certificate::Validity;
use super::connection_loss::{ConnectionLoss, Passage};
use super::credential::{AuthHeader, Credential};
use super::exchange::Exchange;
use super::journal::Journal;
use super::oauth::AccessToken;
use super::outcome::TransportOutcome;
use super::proxy::Proxy;
use super::redact::Secrets;
use super::request::{BaseUrl, Request};
use super::transport::Transport;
use futures::future::BoxFuture;
use scim::secrecy::MARK;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Told before and after each exchange; a request that a [`ConnectionLoss`] cuts is told of afterwards only. Called from any thread.
pub trait Interceptor: Send + Sync {
    /// Before sending; an `Err` means the request is not sent and its text becomes the failure.
    fn before<'a>(&'a self, actor: &'a Actor, request: &'a Request) -> BoxFuture<'a, Result<(), String>>;
    /// After the exchange is recorded at that index of the journal.
    fn after<'a>(&'a self, exchange: &'a Arc<Exchange>, index: usize) -> BoxFuture<'a, ()>;
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
    interceptor: Option<Arc<dyn Interceptor>>,
    rewrite: Option<Rewrite>,
    loss: Option<Arc<ConnectionLoss>>,
}

/// Changes a request before it is sent, as an administrator's mapping would.
pub type Rewrite = Arc<dyn Fn(&mut Request) + Send + Sync>;

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
        Self { transport, base, credential, actor, journal, interceptor: None, rewrite: None, loss: None }
    }

    /// The same client in another actor's name.
    #[must_use]
    pub fn named(&self, actor: Actor) -> Self {
        Self { actor, ..self.clone() }
    }

    /// Whether it proves who it is.
    #[must_use]
    pub fn has_credential(&self) -> bool {
        self.credential.is_some()
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

    /// The same client with an interceptor.
    #[must_use]
    pub fn with_interceptor(&self, interceptor: Arc<dyn Interceptor>) -> Self {
        Self { interceptor: Some(interceptor), ..self.clone() }
    }

    /// The same client with a change to every request.
    #[must_use]
    pub fn with_rewrite(&self, rewrite: Rewrite) -> Self {
        Self { rewrite: Some(rewrite), ..self.clone() }
    }

    /// The same client on a connection that breaks off where the loss says.
    #[must_use]
    pub fn with_connection_loss(&self, loss: Arc<ConnectionLoss>) -> Self {
        Self { loss: Some(loss), ..self.clone() }
    }

    /// The base URL.
    #[must_use]
    pub fn base(&self) -> &BaseUrl {
        &self.base
    }

    /// The file of our own certificate and how it stands at that time, in seconds since 1970; `None` without one.
    #[must_use]
    pub fn own_certificate(&self, now: u64) -> Option<(&str, Validity)> {
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
        if let Some(rewrite) = &self.rewrite {
            rewrite(&mut request);
        }
        let url = self.base.join(&request.target);
        let passage = self.loss.as_ref().map_or(Passage::Flows, |loss| loss.next());
        let mut permitted = match (&self.interceptor, request.leads_astray()) {
            (_, Some(why)) => Err(Failure::NotSent(why.to_owned())),
            _ if passage == Passage::Cut => Err(Failure::BrokenOff),
            (Some(interceptor), None) => interceptor.before(&self.actor, &request).await.map_err(Failure::NotSent),
            (None, None) => Ok(()),
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
            let result = match (passage, result) {
                (Passage::AnswerLost, Ok(_)) => Err(Failure::AnswerLost),
                (_, result) => result,
            };
            let again = self.transport.again(&self.actor, &request, attempt, &result);
            let result = result.map(|answer| self.journal.fit(answer));
            let exchange = Arc::new(self.redacted(&url, request.clone(), result, timing));
            let index = self.journal.push(exchange.clone(), self.transport.spool());
            if again {
                attempt += 1;
                continue;
            }
            if let Some(interceptor) = &self.interceptor {
                interceptor.after(&exchange, index).await;
            }
            return exchange;
        }
    }

    /// One attempt; with a fresh access token, if the one at hand has ended meanwhile. A 401 has no effect, so nothing is
    /// done twice.
    async fn authorised(&self, url: &str, request: &Request) -> (Result<Answer, Failure>, Timing) {
        let mut refused: Option<Arc<AccessToken>> = None;
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

    async fn attempt(
        &self,
        url: &str,
        request: &Request,
        proof: Option<&AuthHeader>,
    ) -> (Result<Answer, Failure>, Timing) {
        let _permit = match self.transport.turn(&self.actor).await {
            Ok(permit) => permit,
            Err(failure) => return (Err(failure), Timing::none()),
        };
        let began = Instant::now();
        let header = proof.map(|p| (p.name.as_str(), p.scheme, &p.secret));
        let result = self.transport.exchange(url, request, header, self.actor.is_ours()).await;
        (result, Timing { began, elapsed: began.elapsed() })
    }

    fn redacted(&self, url: &str, request: Request, result: Result<Answer, Failure>, timing: Timing) -> Exchange {
        let proof = self.credential.as_ref().map(Credential::secrets).unwrap_or_default();
        let all = proof.iter().chain(self.transport.secrets()).chain(self.base.secrets());
        let secrets = Secrets::of(&all.collect::<Vec<_>>());
        let gateway = self.transport.headers(url);
        let own = self.credential.as_ref().map(Credential::shown);
        let clean = |headers: Vec<(String, String)>| -> Vec<(String, String)> {
            let hidden = |name: &str| {
                matches!(name, "authorization" | "cookie" | "set-cookie" | "proxy-authorization")
                    || own.is_some_and(|(own, _)| own == name)
            };
            let shown = headers.into_iter().map(|(name, value)| match name.to_ascii_lowercase() {
                name if hidden(&name) => (name, MARK.to_owned()),
                name => (name, secrets.texts(&value)),
            });
            shown.collect()
        };
        let mut headers = clean(request.headers);
        for header in gateway {
            let value = if header.hidden { MARK } else { header.value.expose() };
            headers.insert(0, (header.name.clone(), value.to_owned()));
        }
        if let Some((name, scheme)) = own {
            headers.insert(0, (name.to_owned(), format!("{scheme}{MARK}")));
        }
        let body = request.body.as_ref().map(|b| secrets.body(b));
        let result =
            result.map(|answer| Answer { headers: clean(answer.headers), body: secrets.body(&answer.body), ..answer });
        let result = result.map_err(|failure| secrets.failure(failure));
        Exchange {
            actor: self.actor.clone(),
            url: secrets.texts(url),
            request: Request { headers, body, ..request },
            result,
            began: timing.began,
            elapsed: timing.elapsed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::request::Method;
    use super::super::settings::TransportLimits;
    use super::super::spool::Spool;
    use super::*;
    use crate::wire::Secret;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    /// A target that gives back, in a header and in a body, what it was sent.
    async fn echo(listener: tokio::net::TcpListener, token: &str) {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut asked = Vec::new();
        while !asked.ends_with(b"the end\"") {
            assert!(stream.read_buf(&mut asked).await.unwrap() > 0);
        }
        let head = format!("HTTP/1.1 200 OK\r\nx-seen: Bearer {token}\r\ncontent-length: {}\r\n\r\n", asked.len());
        stream.write_all(&[head.as_bytes(), &asked].concat()).await.unwrap();
    }

    #[tokio::test]
    async fn no_secret_that_a_target_gives_back_gets_into_the_spool() {
        let token = "a-token-of-some-length-0123456789";
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = BaseUrl::parse(&format!("http://{}/scim", listener.local_addr().unwrap())).unwrap();
        // Too little for any exchange: all of it goes to the file.
        let spool = Spool::of(1_000);
        let transport = Transport::new(TransportLimits::default()).unwrap().with_spool(spool.clone());
        let credential = Credential::bearer(Secret::new(token, "test").unwrap());
        let client = Client::new(transport, base, Some(credential), Actor::Client, Journal::default());
        let request = Request::new(Method::Post, "/Users").json(&format!("{token}, and the end").into());
        let (sent, ()) = tokio::join!(client.send(request), echo(listener, token));
        assert_eq!(sent.status(), Some(200));
        let file = String::from_utf8(spool.file()).unwrap();
        assert_eq!(file.matches("and the end").count(), 2, "what was sent and what was answered are there: {file}");
        assert!(!file.contains(token) && file.matches(MARK).count() >= 5, "{file}");
    }

    /// What came in of one request.
    async fn heard(client: &Client, listener: &tokio::net::TcpListener, request: Request) -> String {
        let answer = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut asked = Vec::new();
            while !asked.ends_with(b"\r\n\r\n") {
                assert!(stream.read_buf(&mut asked).await.unwrap() > 0);
            }
            stream.write_all(b"HTTP/1.1 204 No\r\nconnection: close\r\n\r\n").await.unwrap();
            String::from_utf8(asked).unwrap().to_lowercase()
        };
        let (_, heard) = tokio::join!(client.send(request), answer);
        heard
    }

    #[tokio::test]
    async fn the_harness_says_who_it_is_and_an_idp_says_so_itself_or_not_at_all() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = BaseUrl::parse(&format!("http://{}/scim", listener.local_addr().unwrap())).unwrap();
        let transport = Transport::new(TransportLimits::default()).unwrap();
        let ours = Client::new(transport, base, None, Actor::Witness, Journal::default());
        let idp = ours.named(Actor::idp("entra/default", "acme"));
        let get = || Request::new(Method::Get, "/Users");
        assert!(heard(&ours, &listener, get()).await.contains("\r\nuser-agent: scimulate/"));
        assert!(!heard(&idp, &listener, get()).await.contains("user-agent"));
        let named = get().header("user-agent", "Okta SCIM Client 1.0.0");
        assert!(heard(&idp, &listener, named).await.contains("\r\nuser-agent: okta scim client 1.0.0\r\n"));
    }
}
