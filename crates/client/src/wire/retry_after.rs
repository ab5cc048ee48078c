//! How long a target asks to be left alone: `Retry-After` (RFC 9110 section 10.2.3).
//!
//! In: a header's text, a clock. Out: a time that no clock overflows on. Never: a wait.

use super::answer::Answer;
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use std::fmt;
use std::time::Duration;

/// No wait is longer: more seconds than a `u32` holds are as many as it holds.
const LONGEST: Duration = Duration::from_secs(u32::MAX as u64);

/// A `Retry-After` as it was written: an IdP may honour one form and not the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetryAfter {
    /// So many seconds.
    Seconds(u32),
    /// Not before a date.
    Date(Timestamp),
}

impl RetryAfter {
    /// Reads a header's text; `None` where it is neither form.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
            return Some(Self::Seconds(text.parse().unwrap_or(u32::MAX)));
        }
        DateTimeParser::new().parse_timestamp(text).ok().map(Self::Date)
    }

    /// What an answer asks for.
    #[must_use]
    pub fn of(answer: &Answer) -> Option<Self> {
        Self::read(answer.header("retry-after")?)
    }

    /// How long that is from now; a date that has passed is no wait.
    #[must_use]
    pub fn wait(self, now: Timestamp) -> Duration {
        match self {
            Self::Seconds(seconds) => Duration::from_secs(seconds.into()),
            Self::Date(date) => Duration::try_from(date.duration_since(now)).unwrap_or(Duration::ZERO).min(LONGEST),
        }
    }
}

impl fmt::Display for RetryAfter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Seconds(seconds) => write!(f, "{seconds} s"),
            Self::Date(date) => date.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_dates_are_read_and_bounded() {
        let now: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
        let wait = |text: &str| RetryAfter::read(text).map(|asked| asked.wait(now));
        assert_eq!(wait(" 120 "), Some(Duration::from_secs(120)));
        assert_eq!(wait("Sun, 01 Mar 2026 12:00:30 GMT"), Some(Duration::from_secs(30)));
        assert_eq!(wait("Sun, 01 Mar 2026 11:00:00 GMT"), Some(Duration::ZERO));
        assert_eq!(wait("31 Dec 2500 11:00:00 GMT"), Some(LONGEST));
        assert_eq!(wait("99999999999999999999"), Some(LONGEST));
        for neither in ["soon", "", "-1", "1.5"] {
            assert_eq!(wait(neither), None, "{neither}");
        }
    }
}
