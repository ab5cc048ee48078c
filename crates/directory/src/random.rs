//! Seeded randomness and the keys directory products give their objects.

use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use sha2::{Digest, Sha256};

const LETTERS_AND_DIGITS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const HEX: &[u8] = b"0123456789abcdef";

/// A source of reproducible randomness: the same seed, tag and stream give the same values on every machine.
#[derive(Debug, Clone)]
pub struct Random(ChaCha12Rng);

impl Random {
    /// The stream of that number for a seed and a tag.
    #[must_use]
    pub fn new(seed: u64, tag: &str, stream: u64) -> Self {
        let mut hash = Sha256::new();
        hash.update(seed.to_le_bytes());
        hash.update(tag.as_bytes());
        let mut rng = ChaCha12Rng::from_seed(hash.finalize().into());
        rng.set_stream(stream);
        Self(rng)
    }

    /// How much of the stream was used, to go on from there later.
    #[must_use]
    pub fn position(&self) -> u64 {
        u64::try_from(self.0.get_word_pos()).unwrap_or(u64::MAX)
    }

    /// The same stream from a position on.
    #[must_use]
    pub fn at(mut self, position: u64) -> Self {
        self.0.set_word_pos(position.into());
        self
    }

    /// A number below `bound`; 0 when `bound` is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        // The bias of a remainder over 64 bits is no matter for names and keys.
        let bound = u64::try_from(bound).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.0.next_u64() % bound).unwrap_or(0)
    }

    /// A text of `length` ASCII letters and digits.
    pub fn text(&mut self, length: usize) -> String {
        self.letters(LETTERS_AND_DIGITS, length)
    }

    /// A random GUID (version 4) in lower-case text form.
    pub fn guid(&mut self) -> String {
        let hex = self.letters(HEX, 32);
        let variant = ['8', '9', 'a', 'b'][self.below(4)];
        format!("{}-{}-4{}-{variant}{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..])
    }

    pub(super) fn rng(&mut self) -> &mut ChaCha12Rng {
        &mut self.0
    }

    fn letters(&mut self, alphabet: &[u8], length: usize) -> String {
        (0..length).map(|_| char::from(alphabet[self.below(alphabet.len())])).collect()
    }
}

/// What the keys of a directory product look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyShape {
    /// A fixed prefix, then random letters and digits up to `length` characters in all.
    Prefixed {
        /// The first characters.
        prefix: &'static str,
        /// Length of the whole key.
        length: usize,
    },
    /// A GUID.
    Guid,
}

impl KeyShape {
    /// A new key.
    pub fn make(self, random: &mut Random) -> String {
        match self {
            Self::Prefixed { prefix, length } => {
                format!("{prefix}{}", random.text(length.saturating_sub(prefix.len())))
            }
            Self::Guid => random.guid(),
        }
    }
}

/// The key makers of a directory product: one shape for people, one for groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keys {
    /// Keys of people.
    pub person: KeyShape,
    /// Keys of groups.
    pub group: KeyShape,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guid_is_one() {
        let guid = Random::new(1, "t", 0).guid();
        assert_eq!(guid.len(), 36);
        assert_eq!(guid.chars().filter(|c| *c == '-').count(), 4);
        assert_eq!(guid.as_bytes()[14], b'4');
    }

    #[test]
    fn streams_of_one_seed_differ_and_repeat() {
        let first = Random::new(1, "t", 0).text(20);
        assert_eq!(first, Random::new(1, "t", 0).text(20));
        assert_ne!(first, Random::new(1, "t", 1).text(20));
        assert_ne!(first, Random::new(1, "u", 0).text(20));
        assert_ne!(first, Random::new(2, "t", 0).text(20));
    }

    #[test]
    fn a_stream_goes_on_where_it_was_left() {
        let mut first = Random::new(1, "t", 0);
        first.text(7);
        let position = first.position();
        assert_eq!(Random::new(1, "t", 0).at(position).text(20), first.text(20));
    }
}
