//! Points in time (RFC 7643 section 2.3.5).

use jiff::Timestamp;

/// Reads an instant for a comparison: what others stored may leave out the seconds, the minutes of the offset, or the
/// zone, which is UTC then.
pub(super) fn read(text: &str) -> Option<Timestamp> {
    text.parse().ok().or_else(|| {
        let local: jiff::civil::DateTime = text.parse().ok()?;
        text.contains(['T', 't']).then(|| local.to_zoned(jiff::tz::TimeZone::UTC).ok())?.map(|z| z.timestamp())
    })
}

/// Whether a text is an `xsd:dateTime` as a client has to write it: seconds and all, the zone `Z`, `+hh:mm` or left out
/// (XML Schema Part 2 section 3.2.7).
pub(super) fn is_date_time(text: &str) -> bool {
    has_form(text) && read(text).is_some()
}

fn has_form(text: &str) -> bool {
    let like = |text: &str, form: &str| {
        let same = |(c, f): (u8, u8)| if f == b'0' { c.is_ascii_digit() } else { c == f };
        text.len() == form.len() && text.bytes().zip(form.bytes()).all(same)
    };
    const SECONDS: &str = "0000-00-00T00:00:00";
    let Some((seconds, rest)) = text.split_at_checked(SECONDS.len()) else { return false };
    let zone = match rest.strip_prefix('.') {
        None => rest,
        Some(fraction) => {
            let zone = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
            if zone.len() == fraction.len() {
                return false;
            }
            zone
        }
    };
    like(seconds, SECONDS) && (["", "Z"].contains(&zone) || like(zone, "+00:00") || like(zone, "-00:00"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_time_has_its_seconds_and_a_whole_offset() {
        for text in [
            "2008-01-23T04:56:22Z",
            "2008-01-23T04:56:22",
            "2008-01-23T04:56:22.123456+02:00",
            "2008-01-23T04:56:22-11:30",
        ] {
            assert!(is_date_time(text), "{text}");
        }
        for text in [
            "2008-01-23T04:56Z",
            "2008-01-23T04:56:22+02",
            "2008-01-23T04:56:22+0200",
            "2008-01-23T04:56:22.Z",
            "2008-01-23T04:56:22z",
            "2008-01-23t04:56:22Z",
            "2008-01-23 04:56:22Z",
            "2008-01-23",
            "20080123T045622Z",
            "2008-13-23T04:56:22Z",
            "2008-01-23T04:56:22Zé",
            "",
        ] {
            assert!(!is_date_time(text), "{text}");
        }
    }
}
