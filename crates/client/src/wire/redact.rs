//! Takes secrets out of what is kept: the credential wherever it appears, and every `password` value in JSON text.

use super::secret::Secret;
use bytes::Bytes;
use scim::secrecy::MARK;

/// A credential shorter than this may stand inside an id or a name by chance, and cleanup needs those as they are:
/// it is taken out where it stands as a word of its own only.
const UNMISTAKABLE: usize = 16;

/// The text without the secrets.
pub(super) fn texts(given: &str, secrets: &[Secret]) -> String {
    match without(given.as_bytes(), secrets) {
        Some(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        None => given.to_owned(),
    }
}

/// The bytes without the secrets and without the values of members named `password`.
pub(super) fn body(given: &Bytes, secrets: &[Secret]) -> Bytes {
    let without = without(given, secrets);
    let bytes = without.as_deref().unwrap_or(given);
    match passwords(bytes) {
        Some(clean) => Bytes::from(clean),
        None => without.map_or_else(|| given.clone(), Bytes::from),
    }
}

/// `None` when none of them is in it.
fn without(given: &[u8], secrets: &[Secret]) -> Option<Vec<u8>> {
    secrets.iter().fold(None, |done: Option<Vec<u8>>, secret| {
        replace_all(done.as_deref().unwrap_or(given), secret.expose().as_bytes()).or(done)
    })
}

fn find(haystack: &[u8], needle: &[u8], from: usize) -> Option<usize> {
    let in_word = |at: Option<usize>| {
        at.and_then(|at| haystack.get(at)).is_some_and(|b| b.is_ascii_alphanumeric() || b"-_.".contains(b))
    };
    let alone = |at: usize| !in_word(at.checked_sub(1)) && !in_word(Some(at + needle.len()));
    let mut windows = haystack.get(from..)?.windows(needle.len()).enumerate();
    let found = windows.find(|(at, w)| *w == needle && (needle.len() >= UNMISTAKABLE || alone(at + from)));
    found.map(|(at, _)| at + from)
}

fn replace_all(given: &[u8], needle: &[u8]) -> Option<Vec<u8>> {
    let mut at = find(given, needle, 0)?;
    let mut out = Vec::with_capacity(given.len());
    let mut done = 0;
    loop {
        out.extend_from_slice(&given[done..at]);
        out.extend_from_slice(MARK.as_bytes());
        done = at + needle.len();
        match find(given, needle, done) {
            Some(next) => at = next,
            None => break,
        }
    }
    out.extend_from_slice(&given[done..]);
    Some(out)
}

/// `None` when there is no password in it. Works on any bytes: what is no JSON is scanned all the same.
fn passwords(given: &[u8]) -> Option<Vec<u8>> {
    const NAME: &[u8] = b"password\"";
    let is_name = |at: usize| given[at..].len() > NAME.len() && given[at..at + NAME.len()].eq_ignore_ascii_case(NAME);
    let mut out: Option<Vec<u8>> = None;
    let mut done = 0;
    let mut at = 0;
    while at < given.len() {
        // A member name may end in the word (`urn:...:password`), so only its end is compared.
        if matches!(given[at], b'p' | b'P') && is_name(at) {
            let after_name = at + NAME.len();
            if let Some((open, close)) = string_value(given, after_name) {
                let out = out.get_or_insert_with(Vec::new);
                out.extend_from_slice(&given[done..=open]);
                out.extend_from_slice(MARK.as_bytes());
                done = close;
                at = close;
                continue;
            }
        }
        at += 1;
    }
    out.map(|mut out| {
        out.extend_from_slice(&given[done..]);
        out
    })
}

/// The quotes around the string that follows `:`, after white space.
fn string_value(given: &[u8], from: usize) -> Option<(usize, usize)> {
    let skip = |mut at: usize| {
        while given.get(at).is_some_and(u8::is_ascii_whitespace) {
            at += 1;
        }
        at
    };
    let colon = skip(from);
    if given.get(colon) != Some(&b':') {
        return None;
    }
    let open = skip(colon + 1);
    if given.get(open) != Some(&b'"') {
        return None;
    }
    let mut at = open + 1;
    while at < given.len() {
        match given[at] {
            b'\\' => at += 2,
            b'"' => return Some((open, at)),
            _ => at += 1,
        }
    }
    Some((open, given.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clean(text: &str) -> String {
        let secret = Secret::new("tok-123", "test").unwrap();
        String::from_utf8(body(&Bytes::from(text.to_owned()), &[secret]).to_vec()).unwrap()
    }

    #[test]
    fn passwords_and_the_token_are_taken_out() {
        assert_eq!(clean(r#"{"password" : "a\"b","x":"tok-123"}"#), r#"{"password" : "[redacted]","x":"[redacted]"}"#);
        assert_eq!(clean(r#"{"PASSWORD":"abc"}"#), r#"{"PASSWORD":"[redacted]"}"#);
        assert_eq!(clean(r#"{"path":"password","value":"x"}"#), r#"{"path":"password","value":"x"}"#);
        assert_eq!(clean("no json password\":\"x"), "no json password\":\"[redacted]");
    }

    #[test]
    fn a_short_token_does_not_eat_ids_that_hold_it_by_chance() {
        let id = r#"{"id":"6c43tok-1230c","x":"a tok-123-b"}"#;
        assert_eq!(clean(id), id);
        assert_eq!(clean("Bearer tok-123, tok-123"), "Bearer [redacted], [redacted]");
        let long = Secret::new("0123456789abcdef", "test").unwrap();
        assert_eq!(texts("/x0123456789abcdefx", std::slice::from_ref(&long)), "/x[redacted]x");
        let short = Secret::new("tok-123", "test").unwrap();
        assert_eq!(texts("tok-123 and 0123456789abcdef", &[short, long]), "[redacted] and [redacted]");
    }

    #[test]
    fn the_rest_stays_as_it_was() {
        assert_eq!(clean(r#"{"userName":"ada"}"#), r#"{"userName":"ada"}"#);
    }
}
