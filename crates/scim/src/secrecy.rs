//! What is secret by its name, and what stands in its place where it is shown.
//!
//! In: names of attributes, parameters and headers. Out: whether what they name is to be kept out of sight. Never: the hiding
//! itself: evidence has to stay as it was but for the secrets it was sent with, and a page shows text of bounded length, so each
//! does that in its own way.

/// What stands where a secret stood.
pub const MARK: &str = "[redacted]";

/// Parts of names whose values are secrets, in lower case.
const PARTS: [&str; 6] = ["password", "passwd", "secret", "token", "credential", "authorization"];

/// Whether a name, or an expression with one in it, is of something secret.
#[must_use]
pub fn names_secret(name: &str) -> bool {
    if !name.is_ascii() {
        let name = name.to_lowercase();
        return PARTS.iter().any(|part| name.contains(part));
    }
    // Asked of every name in every body, so without a copy of it.
    let begins =
        |rest: &[u8], part: &str| rest.get(..part.len()).is_some_and(|r| r.eq_ignore_ascii_case(part.as_bytes()));
    let name = name.as_bytes();
    (0..name.len()).any(|at| {
        matches!(name[at] | 0x20, b'p' | b's' | b't' | b'c' | b'a')
            && PARTS.iter().any(|part| begins(&name[at..], part))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_known_by_any_part_of_a_name_in_any_case() {
        for name in
            ["password", "urn:x:User:clientSecret", "Access_Token", "PASSWD", "proxy-authorization", "ökoPassword"]
        {
            assert!(names_secret(name), "{name}");
        }
        for name in ["userName", "pass", "title", "", "ä"] {
            assert!(!names_secret(name), "{name}");
        }
    }
}
