//! Until when a certificate is good.
//!
//! In: our own certificate in PEM, or what TLS says of the other side's. Out: a day. Never: whether it is trusted.

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, Error, RootCertStore};
use std::fmt;
use std::time::Duration;

/// A certificate that ends within this time is worth a word: 14 days.
const SOON: u64 = 14 * 86_400;

/// How a certificate stands at a time. Times are seconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Validity {
    /// Good for some time to come.
    Good,
    /// It ends within a fortnight.
    EndsSoon(u64),
    /// It has ended.
    Ended(u64),
    /// It has not begun.
    NotYet(u64),
}

impl fmt::Display for Validity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Good => f.write_str("is good"),
            Self::EndsSoon(at) => write!(f, "ends on {}", day(*at)),
            Self::Ended(at) => write!(f, "expired on {}", day(*at)),
            Self::NotYet(at) => write!(f, "is not valid yet, only from {} on", day(*at)),
        }
    }
}

/// The day of a time, in UTC.
fn day(at: u64) -> String {
    let time = i64::try_from(at).ok().and_then(|at| jiff::Timestamp::from_second(at).ok());
    time.map_or_else(|| "an impossible day".to_owned(), |time| time.to_string().chars().take(10).collect())
}

/// How the first certificate of a PEM file stands; `None` where there is none that can be read.
pub(super) fn validity(pem: &[u8], now: u64) -> Option<Validity> {
    let certificate = CertificateDer::pem_slice_iter(pem).next()?.ok()?;
    Some(match ended(&certificate, now)? {
        Validity::Good => match ended(&certificate, now.saturating_add(SOON))? {
            Validity::Ended(at) => Validity::EndsSoon(at),
            _ => Validity::Good,
        },
        other => other,
    })
}

fn ended(certificate: &CertificateDer<'_>, now: u64) -> Option<Validity> {
    let parsed = ParsedCertificate::try_from(certificate).ok()?;
    let (nobody, now) = (RootCertStore::empty(), UnixTime::since_unix_epoch(Duration::from_secs(now)));
    // The time is looked at before anything else, and who signed it is not the question.
    let verified = rustls::client::verify_server_cert_signed_by_trust_anchor(&parsed, &nobody, &[], now, &[]);
    Some(verified.err().and_then(|error| of(&error)).unwrap_or(Validity::Good))
}

/// What an error of TLS says about a certificate's time.
pub(super) fn of(error: &Error) -> Option<Validity> {
    match error {
        Error::InvalidCertificate(CertificateError::ExpiredContext { not_after, .. }) => {
            Some(Validity::Ended(not_after.as_secs()))
        }
        Error::InvalidCertificate(CertificateError::NotValidYetContext { not_before, .. }) => {
            Some(Validity::NotYet(not_before.as_secs()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: u64 = 86_400;

    #[test]
    fn a_certificate_says_until_when_it_is_good() {
        let mut params = rcgen::CertificateParams::new(vec!["me".to_owned()]).unwrap();
        params.not_before = rcgen::date_time_ymd(2020, 1, 1);
        params.not_after = rcgen::date_time_ymd(2021, 1, 1);
        let pem = params.self_signed(&rcgen::KeyPair::generate().unwrap()).unwrap().pem();
        let end = 1_609_459_200;
        let at = |now| validity(pem.as_bytes(), now);
        assert_eq!(at(end - 365 * DAY), Some(Validity::Good));
        assert_eq!(at(end - DAY), Some(Validity::EndsSoon(end)));
        assert_eq!(at(end + DAY).unwrap().to_string(), "expired on 2021-01-01");
        assert_eq!(at(0).unwrap().to_string(), "is not valid yet, only from 2020-01-01 on");
        for bad in ["", "x", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
            assert_eq!(validity(bad.as_bytes(), 0), None, "{bad}");
        }
    }
}
