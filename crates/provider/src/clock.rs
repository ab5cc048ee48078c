//! Where instants and identifiers come from.
//!
//! In: a seed, a tenant's name, a count. Out: ids, instants, tokens. With a logical clock the same requests
//! give the same bytes; nothing here reads the time of day unless [`Clock::Real`] says so.

use jiff::Timestamp;
use sha2::{Digest, Sha256};

/// What the service takes for the current time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Clock {
    /// The time of day.
    #[default]
    Real,
    /// Every tenant has a clock of its own that starts at `start` and moves on by one millisecond per write,
    /// so that `meta.created` and `meta.lastModified` (RFC 7643 section 3.1) repeat from run to run.
    Logical {
        /// The instant at which each tenant begins.
        start: Timestamp,
    },
}

impl Clock {
    /// A logical clock that starts on 1 January 2026.
    #[must_use]
    pub fn logical() -> Self {
        Self::Logical { start: Timestamp::constant(1_767_225_600, 0) }
    }

    /// The instant after `ticks` writes, moved on by `ahead` milliseconds, as an xsd:dateTime (RFC 7643 section 2.3.5).
    pub(super) fn at(self, ticks: i64, ahead: i64) -> String {
        self.instant(ticks, ahead).strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
    }

    /// The same instant in milliseconds since 1970.
    pub(super) fn millis(self, ticks: i64, ahead: i64) -> i64 {
        self.instant(ticks, ahead).as_millisecond()
    }

    fn instant(self, ticks: i64, ahead: i64) -> Timestamp {
        let (from, passed) = match self {
            Self::Real => (Timestamp::now(), ahead),
            Self::Logical { start } => (start, ticks.saturating_add(ahead)),
        };
        from.checked_add(jiff::SignedDuration::from_millis(passed)).unwrap_or(Timestamp::MAX)
    }
}

/// The id of a tenant's `count`th resource, in the shape of a UUID (RFC 7643 section 3.1: opaque, never reused).
pub(super) fn resource_id(seed: u64, tenant: &str, count: i64) -> String {
    let mut hash = Sha256::new();
    hash.update(seed.to_be_bytes());
    hash.update(tenant.as_bytes());
    hash.update([0]);
    hash.update(count.to_be_bytes());
    let mut text = hex(&hash.finalize()[..16]);
    text.replace_range(12..13, "4");
    text.replace_range(16..17, "a");
    for at in [20, 16, 12, 8] {
        text.insert(at, '-');
    }
    text
}

/// What is kept of a token.
pub(super) fn token_hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

/// What is kept of a password.
pub(super) fn password_hash(salt: &[u8], password: &str) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(salt);
    hash.update(password.as_bytes());
    hash.finalize().to_vec()
}

/// Whether two hashes are the same, in a time that does not say where they differ.
pub(super) fn same_bytes(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |differing, (a, b)| differing | (a ^ b)) == 0
}

/// Lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    bytes.iter().flat_map(|b| [DIGITS[usize::from(b >> 4)], DIGITS[usize::from(b & 15)]]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_repeat_for_a_seed_and_differ_between_tenants() {
        let id = resource_id(7, "acme", 1);
        assert_eq!(id, resource_id(7, "acme", 1));
        assert_ne!(id, resource_id(7, "acme", 2));
        assert_ne!(id, resource_id(7, "other", 1));
        assert_eq!(id.len(), 36);
        assert_eq!(id.split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
    }

    #[test]
    fn the_logical_clock_counts_writes() {
        assert_eq!(Clock::logical().at(0, 0), "2026-01-01T00:00:00.000Z");
        assert_eq!(Clock::logical().at(1000, 1), "2026-01-01T00:00:01.001Z");
    }
}
