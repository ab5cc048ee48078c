//! Percent-encoding (RFC 3986 section 2), and where a request's query begins.
//!
//! In: texts. Out: texts that a URL may hold, and what they say. Never: a URL taken apart beyond path and query.

/// Percent-encodes everything but unreserved characters (RFC 3986 section 2.3), for a query value or path segment.
#[must_use]
pub fn encode_query_value(text: &str) -> String {
    encoded(text, b"")
}

/// Percent-encodes what would end a path or a query's value, or be read as something else there (`&`, `+`, `?`, `#`, `%`), and what
/// no URL may hold. A slash and an equals sign stay: a query's value may hold them.
#[must_use]
pub fn encode_part(text: &str) -> String {
    encoded(text, b"!$'()*,;:@=/")
}

/// Percent-encodes what no path or query may hold; what is encoded already stays.
#[must_use]
pub fn encode_target(text: &str) -> String {
    encoded(text, b"!$&'()*+,;=:@/?%")
}

/// Unreserved characters stay, and those of `besides`.
fn encoded(text: &str, besides: &[u8]) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(byte as char),
            _ if besides.contains(&byte) => out.push(byte as char),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// Undoes percent-encoding; bytes that are no UTF-8 are replaced.
#[must_use]
pub fn decode_path(text: &str) -> String {
    decoded(text, b'+')
}

/// The same for a query's name or value, where a plus sign is a space.
#[must_use]
pub fn decode_query(text: &str) -> String {
    decoded(text, b' ')
}

fn decoded(text: &str, plus: u8) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = |at: usize| bytes.get(at).and_then(|b| (*b as char).to_digit(16));
        match (bytes[at], hex(at + 1), hex(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                at += 2;
            }
            (b'+', ..) => out.push(plus),
            (byte, ..) => out.push(byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// The path of a request's target or URL, and its query where there is one, without `?`.
#[must_use]
pub fn split_query(target: &str) -> (&str, Option<&str>) {
    match target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (target, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn query_values_are_encoded_byte_by_byte() {
        assert_eq!(encode_query_value("a b\"@é"), "a%20b%22%40%C3%A9");
    }

    #[test]
    fn a_part_stays_where_it_is_put() {
        assert_eq!(encode_part("a@b:1 eq (c) & d+e%/f?"), "a@b:1%20eq%20(c)%20%26%20d%2Be%25/f%3F");
    }

    #[test]
    fn a_whole_target_is_encoded_but_once() {
        assert_eq!(encode_target("/Users?filter=a eq \"x%2By\"[é"), "/Users?filter=a%20eq%20%22x%2By%22%5B%C3%A9");
    }

    #[test]
    fn a_plus_sign_is_a_space_in_a_query_alone() {
        assert_eq!((decode_path("a+b%20c"), decode_query("a+b%20c")), ("a+b c".into(), "a b c".into()));
        assert_eq!(decode_path("%+1%zz%4%FF"), "%+1%zz%4\u{fffd}", "what is no code stays as it is");
    }

    #[test]
    fn an_empty_query_is_a_query() {
        assert_eq!((split_query("/Users?"), split_query("/Users")), (("/Users", Some("")), ("/Users", None)));
    }
}
