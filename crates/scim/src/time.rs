//! Points in time (RFC 7643 section 2.3.5).

use jiff::Timestamp;

/// Reads an xsd:dateTime; without a zone it is taken as UTC.
pub(super) fn read(text: &str) -> Option<Timestamp> {
    text.parse().ok().or_else(|| {
        let local: jiff::civil::DateTime = text.parse().ok()?;
        text.contains(['T', 't']).then(|| local.to_zoned(jiff::tz::TimeZone::UTC).ok())?.map(|z| z.timestamp())
    })
}
