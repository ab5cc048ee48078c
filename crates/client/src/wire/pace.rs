//! How fast and how much: requests a second, requests at once, budgets, and waiting when a target asks for it.

use super::actor::Actor;
use super::answer::{Answer, Failure};
use super::outcome::TransportOutcome;
use super::request::{Method, Request};
use super::retry_after::RetryAfter;
use sha2::{Digest as _, Sha256};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Bounds on the traffic of one run to one target.
#[derive(Debug, Clone, PartialEq)]
pub struct PaceLimits {
    /// Requests started a second, at most.
    pub per_second: Option<f64>,
    /// Requests under way at once, at most.
    pub in_flight: Option<usize>,
    /// Requests of the whole run, those of cleanup not counted.
    pub max_requests: Option<u64>,
    /// Time from the first request after which nothing but cleanup is sent.
    pub max_time: Option<Duration>,
    /// How often a request of the harness's own is sent again when the target asks for patience (429, or another status of
    /// that kind with Retry-After). What a simulated IdP sends is never repeated here: its retries are its habit.
    pub retries: u32,
    /// Nothing is waited for longer: while the target asks for more, or has asked for patience without end as long as this,
    /// nothing is sent.
    pub longest_wait: Duration,
    /// Seeds the jitter of waits that the target gave no length for.
    pub seed: u64,
}

impl PaceLimits {
    /// No bound and no patience: for our own provider, whose clock does not run by itself.
    #[must_use]
    pub fn none() -> Self {
        Self {
            per_second: None,
            in_flight: None,
            max_requests: None,
            max_time: None,
            retries: 0,
            longest_wait: Duration::ZERO,
            seed: 0,
        }
    }
}

/// The traffic of one run to one target.
#[derive(Debug)]
pub(super) struct Pace {
    limits: PaceLimits,
    places: Option<Arc<Semaphore>>,
    slots: Mutex<Slots>,
    sent: AtomicU64,
}

#[derive(Debug, Default)]
struct Slots {
    first: Option<Instant>,
    /// When the next request may start, by the rate.
    next: Option<Instant>,
    /// Before this the target wants to hear nothing.
    quiet_until: Option<Instant>,
    /// Since when it has asked for nothing but patience.
    pressed_since: Option<Instant>,
    /// Before this nothing is sent, and why.
    shut: Option<(Instant, String)>,
}

impl Pace {
    /// The most requests a second, and the most of all.
    pub(super) fn bounds(&self) -> (Option<f64>, Option<u64>) {
        (self.limits.per_second, self.limits.max_requests)
    }

    pub(super) fn new(limits: PaceLimits) -> Self {
        let places = limits.in_flight.map(|n| Arc::new(Semaphore::new(n.max(1))));
        Self { limits, places, slots: Mutex::default(), sent: AtomicU64::new(0) }
    }

    /// Waits until a request may start; the permit is held until its answer is in.
    pub(super) async fn turn(&self, actor: &Actor) -> Result<Option<OwnedSemaphorePermit>, Failure> {
        self.within_budget(actor)?;
        self.open()?;
        let permit = match &self.places {
            // The semaphore is never closed, so an error cannot come; without a permit the request would still be sent.
            Some(places) => places.clone().acquire_owned().await.ok(),
            None => None,
        };
        loop {
            self.open()?;
            let (wait, mine) = self.reserve();
            // A sleep of no time lasts a millisecond all the same, in front of each request.
            if !wait.is_zero() {
                tokio::time::sleep(wait).await;
            }
            if mine {
                break;
            }
        }
        self.within_budget(actor)?;
        self.sent.fetch_add(u64::from(actor.spends_budget()), Ordering::Relaxed);
        Ok(permit)
    }

    /// How long to wait, and whether the request may start then: where the target wants quiet, it has to ask again.
    fn reserve(&self) -> (Duration, bool) {
        let mut slots = self.slots();
        let now = Instant::now();
        slots.first.get_or_insert(now);
        if let Some(until) = slots.quiet_until.filter(|until| *until > now) {
            return (until - now, false);
        }
        let start = slots.next.filter(|next| *next > now).unwrap_or(now);
        if let Some(rate) = self.limits.per_second {
            slots.next = Some(start + Duration::from_secs_f64(1.0 / rate));
        }
        (start - now, true)
    }

    /// Fails while the target asks for more patience than there is.
    fn open(&self) -> Result<(), Failure> {
        let shut = self.slots().shut.clone().filter(|(until, _)| *until > Instant::now());
        shut.map_or(Ok(()), |(_, why)| Err(Failure::NotSent(why)))
    }

    fn within_budget(&self, actor: &Actor) -> Result<(), Failure> {
        if !actor.spends_budget() {
            return Ok(());
        }
        if let Some(most) = self.limits.max_requests.filter(|most| self.sent.load(Ordering::Relaxed) >= *most) {
            return Err(Failure::NotSent(format!(
                "the run's budget of {most} requests is used up (pace.max_requests)"
            )));
        }
        let first = self.slots().first;
        match self.limits.max_time.filter(|most| first.is_some_and(|first| first.elapsed() >= *most)) {
            Some(most) => {
                let most = most.as_secs_f64();
                Err(Failure::NotSent(format!("the run's budget of {most} s is used up (pace.max_time)")))
            }
            None => Ok(()),
        }
    }

    /// Looks at an answer. Where the target asks for patience everybody waits, and a request of the harness's own is to
    /// be sent again: then the answer is true. So it is where the answer is not the target's own or the connection was closed,
    /// for a request that does the same when it comes twice. More patience than the longest wait nobody has: until it is over
    /// nothing is sent.
    pub(super) fn again(
        &self,
        actor: &Actor,
        request: &Request,
        attempt: u32,
        result: &Result<Answer, Failure>,
    ) -> bool {
        let harmless = actor.is_ours() && matches!(request.method, Method::Get | Method::Delete);
        let outcome = TransportOutcome::of(result);
        let answer = match result {
            Ok(answer) => answer,
            // A server may close a connection at any moment, also the one on which a request is on its way.
            Err(Failure::Closed(_)) => return harmless && attempt < self.limits.retries,
            Err(_) => return false,
        };
        let longest = self.limits.longest_wait;
        if longest.is_zero() {
            return false;
        }
        let asked = RetryAfter::of(answer).map(|asked| asked.wait(jiff::Timestamp::now()));
        let backoff = || self.backoff(&request.target, attempt).min(longest);
        let now = Instant::now();
        let mut slots = self.slots();
        // Any other status of that kind may come from whatever stands in front of the target.
        let says_so = outcome == TransportOutcome::AskedToWait && (answer.status == 429 || asked.is_some());
        if !says_so {
            slots.pressed_since = None;
            let again = harmless && !outcome.is_the_targets();
            if again {
                slots.quiet_until = slots.quiet_until.max(now.checked_add(backoff()));
            }
            return again && attempt < self.limits.retries;
        }
        self.keep_quiet(&mut slots, answer.status, asked.unwrap_or_else(backoff), now);
        slots.shut.as_ref().is_none_or(|(until, _)| *until <= now) && actor.is_ours() && attempt < self.limits.retries
    }

    /// Nothing is sent for so long; where that is longer than anybody waits, whoever wants to send is told so.
    fn keep_quiet(&self, slots: &mut Slots, status: u16, wait: Duration, now: Instant) {
        let pressed = now - *slots.pressed_since.get_or_insert(now);
        slots.quiet_until = slots.quiet_until.max(now.checked_add(wait));
        let longest = self.limits.longest_wait;
        let most = longest.as_secs_f64();
        if let Some(more) = wait.checked_sub(longest).filter(|more| !more.is_zero()) {
            let asked = wait.as_secs();
            let why = format!(
                "the target answered {status} and asks for {asked} s without requests (Retry-After); nothing is waited for \
                 longer than {most} s (pace.longest_wait)"
            );
            slots.shut = now.checked_add(more).map(|until| (until, why));
        } else if pressed > longest {
            let why = format!(
                "for {most} s the target has answered nothing but 429 or 503; nothing is waited for longer (pace.longest_wait)"
            );
            slots.shut = now.checked_add(longest).map(|until| (until, why));
        }
    }

    /// Half a second, doubled each time, with up to half of it more: so that those who were refused together do not
    /// come back together.
    fn backoff(&self, target: &str, attempt: u32) -> Duration {
        let base = Duration::from_millis(500) * 2_u32.pow(attempt.min(10));
        let digest = Sha256::digest(format!("{}/{target}/{attempt}", self.limits.seed));
        base + base.mul_f64(f64::from(digest[0]) / 512.0)
    }

    fn slots(&self) -> std::sync::MutexGuard<'_, Slots> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> PaceLimits {
        PaceLimits { retries: 2, longest_wait: Duration::from_secs(60), seed: 7, ..PaceLimits::none() }
    }

    fn answered(status: u16, retry_after: Option<&str>) -> Result<Answer, Failure> {
        let headers = retry_after.map(|v| ("retry-after".to_owned(), v.to_owned())).into_iter().collect();
        Ok(Answer { status, headers, body: bytes::Bytes::new(), truncated: None })
    }

    fn okta() -> Actor {
        Actor::idp("okta/custom", "idp")
    }

    fn users() -> Request {
        Request::new(Method::Get, "/Users")
    }

    #[test]
    fn a_gateways_trouble_is_tried_again_where_that_does_no_harm() {
        let pace = Pace::new(limits());
        let post = Request::new(Method::Post, "/Users");
        for status in [502, 504, 522, 408] {
            let gateway = answered(status, None);
            assert!(
                pace.again(&Actor::Witness, &users(), 0, &gateway)
                    && !pace.again(&Actor::Witness, &users(), 2, &gateway)
            );
            assert!(pace.again(&Actor::Cleanup, &Request::new(Method::Delete, "/Users/1"), 0, &gateway));
            assert!(!pace.again(&Actor::Client, &post, 0, &gateway), "it may have been done");
            assert!(!pace.again(&okta(), &users(), 0, &gateway), "an IdP's retries are its own");
        }
        let closed = Err(Failure::Closed("under way".into()));
        assert!(
            pace.again(&Actor::Witness, &users(), 0, &closed) && !pace.again(&Actor::Witness, &users(), 2, &closed)
        );
        assert!(!pace.again(&Actor::Client, &post, 0, &closed) && !pace.again(&okta(), &users(), 0, &closed));
    }

    #[test]
    fn only_the_harness_asks_again_and_not_for_ever() {
        let pace = Pace::new(limits());
        let busy = answered(429, Some("0"));
        assert!(pace.again(&Actor::Witness, &users(), 0, &busy) && pace.again(&Actor::Cleanup, &users(), 1, &busy));
        assert!(!pace.again(&Actor::Witness, &users(), 2, &busy), "two retries are two");
        assert!(!pace.again(&okta(), &users(), 0, &busy), "an IdP's retries are its own");
        assert!(pace.again(&Actor::Witness, &users(), 0, &answered(503, Some("0"))));
        let post = Request::new(Method::Post, "/Users");
        assert!(pace.again(&Actor::Client, &post, 0, &answered(503, Some("0"))));
        assert!(!pace.again(&Actor::Client, &post, 0, &answered(503, None)), "it may have been done");
        assert!(!pace.again(&Actor::Witness, &users(), 0, &answered(200, None)));
        assert!(!Pace::new(PaceLimits::none()).again(&Actor::Witness, &users(), 0, &busy));
    }

    #[tokio::test]
    async fn more_patience_than_there_is_is_asked_of_nobody() {
        let pace = Pace::new(limits());
        assert!(!pace.again(&Actor::Witness, &users(), 0, &answered(429, Some("999999999"))));
        for actor in [Actor::Witness, okta(), Actor::Cleanup] {
            let Err(Failure::NotSent(why)) = pace.turn(&actor).await else { panic!("{actor} has sent") };
            assert!(why.contains("999999999 s") && why.contains("longer than 60 s"), "{why}");
        }
    }

    #[tokio::test]
    async fn patience_asked_for_again_and_again_ends_too() {
        let pace = Pace::new(PaceLimits { retries: 9, ..limits() });
        let busy = answered(503, Some("0"));
        assert!(pace.again(&Actor::Witness, &users(), 0, &busy));
        pace.slots().pressed_since = Instant::now().checked_sub(Duration::from_secs(61));
        assert!(!pace.again(&Actor::Witness, &users(), 1, &busy));
        let Err(Failure::NotSent(why)) = pace.turn(&Actor::Witness).await else { panic!("sent") };
        assert!(why.contains("nothing but 429 or 503"), "{why}");
        if let Some((until, _)) = &mut pace.slots().shut {
            *until = Instant::now();
        }
        assert!(pace.turn(&Actor::Witness).await.is_ok(), "it is asked once more after a while");
        pace.again(&Actor::Witness, &users(), 0, &answered(200, None));
        assert!(pace.again(&Actor::Witness, &users(), 0, &busy), "another answer begins the count anew");
    }

    #[test]
    fn the_wait_grows_and_follows_the_seed() {
        let pace = Pace::new(limits());
        let waits: Vec<_> = (0..4).map(|attempt| pace.backoff("/Users", attempt)).collect();
        assert!(waits.is_sorted() && waits[0] >= Duration::from_millis(500), "{waits:?}");
        assert_eq!(waits[1], Pace::new(limits()).backoff("/Users", 1));
        assert_ne!(waits[1], Pace::new(PaceLimits { seed: 8, ..limits() }).backoff("/Users", 1));
    }

    #[tokio::test]
    async fn a_budget_ends_everything_but_cleanup() {
        let pace = Pace::new(PaceLimits { max_requests: Some(2), ..limits() });
        for _ in 0..2 {
            assert!(pace.turn(&Actor::Witness).await.is_ok());
        }
        let Err(Failure::NotSent(why)) = pace.turn(&okta()).await else { panic!("sent") };
        assert!(why.contains("pace.max_requests"), "{why}");
        assert!(pace.turn(&Actor::Cleanup).await.is_ok());
    }
}
