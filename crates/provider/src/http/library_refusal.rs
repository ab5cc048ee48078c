//! What the HTTP library refuses by itself, before any of our code has seen the request: what is no HTTP, an address
//! longer than it can hold, a head that is too large. It answers without a body; RFC 7644 section 3.12 wants one.
//!
//! In: the first bytes of an answer. Out: the answer to give in its place. Never: an answer the service made.

use scim::error::ScimError;

/// The answer in the place of one the library made by itself; none for every other.
pub(super) fn scim_refusal(answer: &[u8]) -> Option<Vec<u8>> {
    let head = std::str::from_utf8(answer).ok()?;
    // The service gives every refusal a body with a type; only the library's have none.
    let bare = head.ends_with("\r\n\r\n") && head.contains("\r\ncontent-length: 0\r\n");
    if !bare || head.contains("\r\ncontent-type:") {
        return None;
    }
    let (status, reason, detail) = match head.strip_prefix("HTTP/1.1 ").or(head.strip_prefix("HTTP/1.0 "))?.get(..3)? {
        "400" => (400, "Bad Request", "this is no request of HTTP/1.1"),
        "414" => (414, "URI Too Long", "the address is longer than 65,534 bytes; POST the query to .search"),
        "431" => (431, "Request Header Fields Too Large", "the request has too many headers, or too long ones"),
        _ => return None,
    };
    let body = ScimError { status, scim_type: None, detail: detail.into() }.to_json().to_string();
    let length = body.len();
    Some(
        format!(
            "HTTP/1.1 {status} {reason}\r\ncontent-type: application/scim+json\r\ncontent-length: {length}\r\n\
             connection: close\r\n\r\n{body}"
        )
        .into_bytes(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_refusal_without_a_body_gets_one() {
        let own = scim_refusal(b"HTTP/1.1 414 URI Too Long\r\ncontent-length: 0\r\ndate: x\r\n\r\n").unwrap();
        let own = String::from_utf8(own).unwrap();
        assert!(own.starts_with("HTTP/1.1 414 ") && own.contains("\"status\":\"414\""), "{own}");
        for other in [
            "HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 400 Bad Request\r\ncontent-type: application/scim+json\r\ncontent-length: 0\r\n\r\n",
            "HTTP/1.1 400 Bad Request\r\ncontent-length: 2\r\n\r\n{}",
        ] {
            assert_eq!(scim_refusal(other.as_bytes()), None, "{other}");
        }
    }
}
