//! An HTTP answer as it came, or why there was none.

use bytes::Bytes;
use std::time::Duration;

/// An HTTP answer as it came.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// Headers in the order received, names lower-case; values that are no text are shown escaped.
    pub headers: Vec<(String, String)>,
    /// Body bytes, at most as many as the limit allows.
    pub body: Bytes,
    /// Why the body ends before its end; `None` where it is whole.
    pub truncated: Option<Truncation>,
}

/// Why a body is not kept whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Truncation {
    /// It was longer than this limit, in bytes; the rest was not read.
    Limit(usize),
    /// It was read whole, and the journal had no room for it any more.
    Room,
}

impl Answer {
    /// First header of that (lower-case) name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// Whether the body is packed (RFC 9110 section 8.4). What an IdP asked to be packed has been unpacked; whoever else asks for
    /// nothing gets it as it came.
    #[must_use]
    pub fn packed(&self) -> bool {
        let coding = self.header("content-encoding").unwrap_or_default().trim();
        !coding.is_empty() && !coding.eq_ignore_ascii_case("identity")
    }
}

impl Answer {
    /// An answer put together from its parts: whole, with these headers.
    #[must_use]
    pub fn made_up(status: u16, headers: &[(&str, &str)], body: impl Into<Bytes>) -> Self {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Self { status, headers, body: body.into(), truncated: None }
    }
}

/// Why a request has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The name does not resolve.
    #[error("the host name does not resolve ({0})")]
    Name(String),
    /// Nobody listens there.
    #[error("the connection was refused")]
    Refused,
    /// TLS could not be agreed.
    #[error("TLS failed: {0}")]
    Tls(String),
    /// No connection within the limit.
    #[error("no connection within {} s", .0.as_secs_f64())]
    ConnectTimedOut(Duration),
    /// No connection, for another reason.
    #[error("could not connect: {0}")]
    Unreachable(String),
    /// No answer within the limit.
    #[error("no answer within {} s", .0.as_secs_f64())]
    TimedOut(Duration),
    /// The connection was closed before the answer was whole.
    #[error("the connection was closed before the answer was whole ({0})")]
    Closed(String),
    /// The answer was thrown away on purpose, as a connection loses one.
    #[error("the connection was closed before the answer was whole (on purpose: the answer was thrown away)")]
    AnswerLost,
    /// Nothing was sent: the connection was broken off on purpose.
    #[error("not sent: the connection was broken off on purpose")]
    BrokenOff,
    /// Nothing was sent: a rule of ours forbade it (the ledger could not be written, the run was interrupted).
    #[error("not sent: {0}")]
    NotSent(String),
    /// Nothing was sent: a setting of the target forbids it.
    #[error("not sent: {0}")]
    Forbidden(String),
    /// Nothing was sent: the proxy in between is not there, or does not let it through.
    #[error("{0}")]
    Proxy(String),
    /// Nothing was sent: no access token could be had.
    #[error("no access token: {0}")]
    NoToken(String),
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

impl Failure {
    /// The same with what is said in it changed.
    pub(super) fn map_text(self, change: impl FnOnce(String) -> String) -> Self {
        match self {
            Self::Name(text) => Self::Name(change(text)),
            Self::Tls(text) => Self::Tls(change(text)),
            Self::Unreachable(text) => Self::Unreachable(change(text)),
            Self::Closed(text) => Self::Closed(change(text)),
            Self::NotSent(text) => Self::NotSent(change(text)),
            Self::Forbidden(text) => Self::Forbidden(change(text)),
            Self::Proxy(text) => Self::Proxy(change(text)),
            Self::NoToken(text) => Self::NoToken(change(text)),
            Self::Other(text) => Self::Other(change(text)),
            Self::Refused | Self::ConnectTimedOut(_) | Self::TimedOut(_) | Self::AnswerLost | Self::BrokenOff => self,
        }
    }

    /// Whether we broke the connection off ourselves, to see what follows.
    #[must_use]
    pub fn is_on_purpose(&self) -> bool {
        matches!(self, Self::BrokenOff | Self::AnswerLost)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_packed_when_it_names_a_coding_that_changes_it() {
        let packed = |headers: &[(&str, &str)]| Answer::made_up(200, headers, "x").packed();
        assert!(packed(&[("content-encoding", "gzip")]));
        assert!(!packed(&[]) && !packed(&[("content-encoding", " Identity ")]) && !packed(&[("content-encoding", "")]));
    }
}
