//! The secrets that this process has read or been given, so that none leaves it in what is written.
//!
//! In: secrets, as they are read: those of the settings stay known; of those that are fetched meanwhile, the last ones. Out: texts
//! without any of them. What is recorded has been through `redact` already; this is for the places where text leaves, and for
//! secrets that came after the text.

use scim::secrecy::{Spellings, without_in};
use std::borrow::Cow;
use std::collections::VecDeque;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

/// Secrets fetched meanwhile that are remembered; a token endpoint may give one for each request.
const FETCHED: usize = 64;

static KNOWN: LazyLock<RwLock<Arc<Known>>> = LazyLock::new(RwLock::default);

/// Secrets, and the spellings in which they are looked for.
#[derive(Clone)]
pub(super) struct Known {
    read: Vec<String>,
    fetched: VecDeque<String>,
    spellings: Arc<Spellings>,
}

impl Default for Known {
    fn default() -> Self {
        Self { read: Vec::new(), fetched: VecDeque::new(), spellings: Arc::new(Spellings::of([])) }
    }
}

impl Known {
    /// Whether a secret is among them.
    pub(super) fn holds(&self, secret: &str) -> bool {
        self.read.iter().chain(&self.fetched).any(|known| known == secret)
    }

    /// How all of them may be spelt.
    pub(super) fn spellings(&self) -> &Spellings {
        &self.spellings
    }

    fn read(&mut self, secret: &str) {
        self.read.push(secret.to_owned());
    }

    fn fetched(&mut self, secret: &str) {
        if self.fetched.len() == FETCHED {
            self.fetched.pop_front();
        }
        self.fetched.push_back(secret.to_owned());
    }

    /// One more, where it is not among them yet.
    fn learn(&mut self, secret: &str, add: fn(&mut Self, &str)) {
        if !self.holds(secret) {
            add(self, secret);
            let all = self.read.iter().chain(&self.fetched);
            self.spellings = Arc::new(Spellings::of(all.map(String::as_str)));
        }
    }
}

/// Remembers a secret of the settings.
pub(super) fn read(secret: &str) {
    learn(secret, Known::read);
}

/// Remembers a secret that was given during the run, in place of the oldest of its kind.
pub(super) fn fetched(secret: &str) {
    learn(secret, Known::fetched);
}

fn learn(secret: &str, add: fn(&mut Known, &str)) {
    Arc::make_mut(&mut KNOWN.write().unwrap_or_else(PoisonError::into_inner)).learn(secret, add);
}

/// All that is known now.
pub(super) fn all() -> Arc<Known> {
    KNOWN.read().unwrap_or_else(PoisonError::into_inner).clone()
}

/// Whether there is any secret that a text could hold.
#[must_use]
pub fn knows_secrets() -> bool {
    let known = all();
    !known.read.is_empty() || !known.fetched.is_empty()
}

/// A text as it may leave this process: without the secrets that it has read or been given.
#[must_use]
pub fn redacted(text: &str) -> Cow<'_, str> {
    without_in(text, &[all().spellings()])
}

#[cfg(test)]
mod tests {
    use super::*;

    // With a value of its own: what the process knows is there for all tests that run beside this one.
    #[test]
    fn what_was_read_stays_known_and_so_do_the_last_that_were_fetched() {
        let mut known = Known::default();
        known.learn("read-of-the-settings-1", Known::read);
        for n in 0..FETCHED + 1 {
            known.learn(&format!("fetched-meanwhile-{n}-x"), Known::fetched);
        }
        let last = format!("fetched-meanwhile-{FETCHED}-x");
        known.learn(&last, Known::fetched);
        let text = format!("READ-OF-THE-SETTINGS-1 {last} fetched-meanwhile-1-x fetched-meanwhile-0-x");
        let clean = without_in(&text, &[known.spellings()]);
        assert_eq!(clean, "[redacted] [redacted] [redacted] fetched-meanwhile-0-x");
        assert!(known.holds(&last) && !known.holds("another"));
    }

    #[test]
    fn what_the_process_was_told_does_not_leave_it() {
        read("read-by-this-one-test-alone");
        fetched("fetched-by-this-one-test-alone");
        let text = "a read-by-this-one-test-alone b fetched-by-this-one-test-alone";
        assert_eq!(redacted(text), "a [redacted] b [redacted]");
    }
}
