//! What the HTTP library's error says: why there is no answer.

use super::answer::Failure;
use super::certificate;
use std::error::Error as _;
use std::time::Duration;

/// The TLS library's own error within one of the system's, which may be wrapped once more.
fn tls_of(io: &std::io::Error) -> Option<&rustls::Error> {
    let inner = io.get_ref()?;
    inner.downcast_ref().or_else(|| tls_of(inner.downcast_ref::<std::io::Error>()?))
}

/// What the error's chain of causes says.
pub(super) fn causes(error: &reqwest::Error) -> String {
    let mut texts = Vec::new();
    let mut cause = error.source();
    while let Some(inner) = cause {
        texts.push(inner.to_string());
        cause = inner.source();
    }
    texts.join(": ")
}

/// Reads the reason from the error's chain of causes; the top message alone only says that sending failed.
pub(super) fn classify(error: &reqwest::Error, connect: Duration) -> Failure {
    // The pool knows one limit, that for the connection; the whole exchange's is kept around it.
    if error.is_timeout() && error.is_connect() {
        return Failure::ConnectTimedOut(connect);
    }
    let mut texts = Vec::new();
    let mut cause = error.source();
    while let Some(inner) = cause {
        if let Some(io) = inner.downcast_ref::<std::io::Error>() {
            if let Some(validity) = tls_of(io).and_then(certificate::of) {
                return Failure::Tls(format!("the certificate {validity}"));
            }
            match io.kind() {
                std::io::ErrorKind::ConnectionRefused => return Failure::Refused,
                std::io::ErrorKind::ConnectionReset
                | std::io::ErrorKind::TimedOut
                | std::io::ErrorKind::BrokenPipe
                | std::io::ErrorKind::UnexpectedEof => return Failure::Closed(io.to_string()),
                _ => {}
            }
        }
        texts.push(inner.to_string());
        cause = inner.source();
    }
    let all = texts.join(": ");
    let lower = all.to_ascii_lowercase();
    if lower.contains("dns error") || lower.contains("failed to lookup") {
        Failure::Name(texts.last().cloned().unwrap_or_default())
    } else if lower.contains("certificate")
        || lower.contains("tls")
        || lower.contains("handshake")
        || lower.contains("corrupt message")
    {
        Failure::Tls(texts.last().cloned().unwrap_or_default())
    } else if error.is_connect() {
        Failure::Unreachable(all)
    } else if lower.contains("closed") || lower.contains("incomplete") || lower.contains("eof") {
        Failure::Closed(all)
    } else {
        Failure::Other(if all.is_empty() { error.to_string() } else { all })
    }
}
