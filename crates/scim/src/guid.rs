//! GUIDs as products write them.
//!
//! In: a text. Out: whether it is one. Never: a judgement of which product it is from.

/// Whether a text is a GUID: 32 hexadecimal digits in groups of 8, 4, 4, 4 and 12.
#[must_use]
pub fn is_guid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::is_guid;

    #[test]
    fn a_guid_has_digits_and_dashes_in_their_places() {
        assert!(is_guid("2f1b2c3d-0000-4000-8000-00000000000A"));
        for other in [
            "",
            "2f1b2c3d-0000-4000-8000-00000000000",
            "2f1b2c3d00000-4000-8000-000000000001",
            "2f1b2c3g-0000-4000-8000-000000000001",
        ] {
            assert!(!is_guid(other), "{other}");
        }
    }
}
