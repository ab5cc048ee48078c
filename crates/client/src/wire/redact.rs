//! Takes secrets out of what is kept: the credentials wherever they appear and however they are spelt, and every `password` in
//! JSON text. How it is found is in `scim::secrecy`.

use super::answer::Failure;
use super::known::{self, Known};
use super::secret::Secret;
use bytes::Bytes;
use scim::secrecy::{Spellings, without, without_in, without_passwords};
use std::sync::Arc;

/// What is to be taken out of one exchange.
pub(super) struct Secrets<'a> {
    known: Arc<Known>,
    own: Vec<&'a Secret>,
}

impl<'a> Secrets<'a> {
    /// These, and all that the process knows: a target may give back in one exchange what it was sent in another.
    pub(super) fn of(secrets: &[&'a Secret]) -> Self {
        let known = known::all();
        let own = secrets.iter().copied().filter(|secret| !known.holds(secret.expose())).collect();
        Self { known, own }
    }

    fn all(&self) -> Vec<&Spellings> {
        std::iter::once(self.known.spellings()).chain(self.own.iter().map(|secret| secret.spellings())).collect()
    }

    /// The text without the secrets.
    pub(super) fn texts(&self, given: &str) -> String {
        without_in(given, &self.all()).into_owned()
    }

    /// The bytes without the secrets and without the values of members named `password`.
    pub(super) fn body(&self, given: &Bytes) -> Bytes {
        let clean = without(given, &self.all()).map_or_else(|| given.clone(), Bytes::from);
        without_passwords(&clean).map_or(clean, Bytes::from)
    }

    /// The failure without the secrets: what the other side said may be in it.
    pub(super) fn failure(&self, failure: Failure) -> Failure {
        failure.map_text(|text| self.texts(&text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clean(text: &str) -> String {
        let secret = Secret::new("tok-123", "test").unwrap();
        String::from_utf8(Secrets::of(&[&secret]).body(&Bytes::from(text.to_owned())).to_vec()).unwrap()
    }

    #[test]
    fn passwords_and_the_token_are_taken_out() {
        assert_eq!(clean(r#"{"password" : "a\"b","x":"tok-123"}"#), r#"{"password" : "[redacted]","x":"[redacted]"}"#);
        assert_eq!(clean(r#"{"PASSWORD":"abc"}"#), r#"{"PASSWORD":"[redacted]"}"#);
        assert_eq!(clean(r#"{"path":"password","value":"x"}"#), r#"{"path":"password","value":"[redacted]"}"#);
        assert_eq!(clean("no json password\":\"x"), "no json password\":\"[redacted]");
    }

    #[test]
    fn a_short_token_does_not_eat_ids_that_hold_it_by_chance() {
        let id = r#"{"id":"6c43tok-1230c","x":"a tok-123-b"}"#;
        assert_eq!(clean(id), id);
        assert_eq!(clean("Bearer tok-123, tok-123"), "Bearer [redacted], [redacted]");
        let long = Secret::new("0123456789abcdef", "test").unwrap();
        assert_eq!(Secrets::of(&[&long]).texts("/x0123456789abcdefx"), "/x[redacted]x");
        let short = Secret::new("tok-123", "test").unwrap();
        let both = Secrets::of(&[&short, &long]);
        assert_eq!(both.texts("tok-123 and 0123456789abcdef"), "[redacted] and [redacted]");
        let failure = both.failure(Failure::Tls("no 0123456789ABCDEF".into()));
        assert_eq!(failure, Failure::Tls("no [redacted]".into()));
    }

    #[test]
    fn the_rest_stays_as_it_was() {
        assert_eq!(clean(r#"{"userName":"ada"}"#), r#"{"userName":"ada"}"#);
    }
}
