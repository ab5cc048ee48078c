//! The secrets that this process has read or been given, so that none leaves it in what is written.
//!
//! In: secrets, as they are read: those of the settings stay known; of those that are fetched meanwhile, the last ones. Out: texts
//! without any of them. What is recorded has been through `redact` already; this is for the places where text leaves, and for
//! secrets that came after the text.

use super::secret::Secret;
use scim::secrecy::{Spellings, without_in};
use std::borrow::Cow;
use std::collections::VecDeque;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

/// Secrets fetched meanwhile that are remembered; a token endpoint may give one for each request.
const FETCHED: usize = 64;

static KNOWN: LazyLock<RwLock<Known>> = LazyLock::new(RwLock::default);

struct Known {
    read: Vec<Secret>,
    fetched: VecDeque<Secret>,
    spellings: Arc<Spellings>,
}

impl Default for Known {
    fn default() -> Self {
        Self { read: Vec::new(), fetched: VecDeque::new(), spellings: Arc::new(Spellings::of([])) }
    }
}

impl Known {
    fn holds(&self, secret: &Secret) -> bool {
        self.read.iter().chain(&self.fetched).any(|known| known == secret)
    }

    fn learn(&mut self) {
        let all = self.read.iter().chain(&self.fetched);
        self.spellings = Arc::new(Spellings::of(all.map(Secret::expose)));
    }
}

/// Remembers a secret of the settings.
pub(super) fn read(secret: &Secret) {
    let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
    if !known.holds(secret) {
        known.read.push(secret.clone());
        known.learn();
    }
}

/// Remembers a secret that was given during the run, in place of the oldest of its kind.
pub(super) fn fetched(secret: &Secret) {
    let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
    if !known.holds(secret) {
        if known.fetched.len() == FETCHED {
            known.fetched.pop_front();
        }
        known.fetched.push_back(secret.clone());
        known.learn();
    }
}

/// What is known, and which of these secrets are not.
pub(super) fn beside<'a>(secrets: &[&'a Secret]) -> (Arc<Spellings>, Vec<&'a Secret>) {
    let known = KNOWN.read().unwrap_or_else(PoisonError::into_inner);
    let new = secrets.iter().copied().filter(|secret| !known.holds(secret)).collect();
    (known.spellings.clone(), new)
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
        let secret = |text: &str| Secret::new(text, "test").unwrap();
        read(&secret("read-of-the-settings-1"));
        for n in 0..FETCHED + 1 {
            fetched(&secret(&format!("fetched-meanwhile-{n}-x")));
        }
        let last = format!("fetched-meanwhile-{FETCHED}-x");
        let text = format!("READ-OF-THE-SETTINGS-1 {last} fetched-meanwhile-0-x");
        assert_eq!(redacted(&text), "[redacted] [redacted] fetched-meanwhile-0-x");
        let (one, other) = (secret(&last), secret("another"));
        assert_eq!(beside(&[&one, &other]).1, [&other]);
    }
}
