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

static KNOWN: LazyLock<RwLock<Known>> = LazyLock::new(RwLock::default);

struct Known {
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
    fn holds(&self, secret: &str) -> bool {
        self.read.iter().chain(&self.fetched).any(|known| known == secret)
    }

    fn learn(&mut self) {
        let all = self.read.iter().chain(&self.fetched);
        self.spellings = Arc::new(Spellings::of(all.map(String::as_str)));
    }
}

/// Remembers a secret of the settings.
pub(super) fn read(secret: &str) {
    let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
    if !known.holds(secret) {
        known.read.push(secret.to_owned());
        known.learn();
    }
}

/// Remembers a secret that was given during the run, in place of the oldest of its kind.
pub(super) fn fetched(secret: &str) {
    let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
    if !known.holds(secret) {
        if known.fetched.len() == FETCHED {
            known.fetched.pop_front();
        }
        known.fetched.push_back(secret.to_owned());
        known.learn();
    }
}

/// Whether a secret is among those that are known.
type Holds<'k> = dyn Fn(&str) -> bool + 'k;

/// What is known. Whoever has secrets of his own asks of each whether it is among them.
pub(super) fn spellings(holds: &mut dyn FnMut(&Holds<'_>)) -> Arc<Spellings> {
    let known = KNOWN.read().unwrap_or_else(PoisonError::into_inner);
    holds(&|secret| known.holds(secret));
    known.spellings.clone()
}

/// A text as it may leave this process: without the secrets that it has read or been given.
#[must_use]
pub fn redacted(text: &str) -> Cow<'_, str> {
    let spellings = KNOWN.read().unwrap_or_else(PoisonError::into_inner).spellings.clone();
    without_in(text, &[&spellings])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_or_fetched_does_not_leave() {
        read("read-of-the-settings-1");
        for n in 0..FETCHED + 1 {
            fetched(&format!("fetched-meanwhile-{n}-x"));
        }
        let last = format!("fetched-meanwhile-{FETCHED}-x");
        let text = format!("READ-OF-THE-SETTINGS-1 {last} fetched-meanwhile-0-x");
        assert_eq!(redacted(&text), "[redacted] [redacted] fetched-meanwhile-0-x");
        spellings(&mut |holds| assert!(holds(&last) && !holds("another")));
    }
}
