//! Text with what stands for a character written as that character: escapes of JSON, of URLs, of HTML and of programs.
//!
//! In: bytes. Out: the same with one layer of escapes taken off, and where each byte came from. Never: a guess at what was meant;
//! what is no escape stays.

use std::ops::Range;

/// How many layers of escapes are taken off: with more, a text that is nothing else would cost its length squared.
pub(super) const LAYERS: usize = 3;
/// Longest reference of HTML that is read (`&#x1F600;`).
const REFERENCE: usize = 10;

/// Bytes with a layer of escapes taken off.
pub(super) struct Unfolded {
    pub(super) bytes: Vec<u8>,
    /// Where what follows an escape, or an escape itself, is: here, and in the original.
    steps: Vec<(usize, usize)>,
    end: usize,
}

impl Unfolded {
    /// `None` where there is no escape.
    pub(super) fn of(given: &[u8]) -> Option<Self> {
        let is_mark = |b: &u8| matches!(b, b'\\' | b'%' | b'&');
        let first = given.iter().position(is_mark)?;
        let mut out = Self { bytes: Vec::with_capacity(given.len()), steps: Vec::new(), end: given.len() };
        out.bytes.extend_from_slice(&given[..first]);
        let mut at = first;
        while at < given.len() {
            if is_mark(&given[at])
                && let Some((character, length)) = escape(&given[at..])
            {
                out.steps.push((out.bytes.len(), at));
                match character {
                    Read::Byte(byte) => out.bytes.push(byte),
                    Read::Char(c) => out.bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
                }
                at += length;
                out.steps.push((out.bytes.len(), at));
            } else {
                out.bytes.push(given[at]);
                at += 1;
            }
        }
        (!out.steps.is_empty()).then_some(out)
    }

    /// Where a range of it was.
    pub(super) fn original(&self, range: &Range<usize>) -> Range<usize> {
        self.start(range.start)..self.finish(range.end)
    }

    fn start(&self, at: usize) -> usize {
        // Of several steps at one place the last says where the byte there came from.
        let next = self.steps.partition_point(|(here, _)| *here <= at);
        match next.checked_sub(1).map(|last| self.steps[last]) {
            None => at,
            // Within a character that an escape stands for.
            Some((here, there)) if next % 2 == 1 && at > here => there,
            Some((here, there)) => there + (at - here),
        }
    }

    fn finish(&self, at: usize) -> usize {
        if at >= self.bytes.len() {
            return self.end;
        }
        let next = self.steps.partition_point(|(here, _)| *here < at);
        match next.checked_sub(1).map(|last| self.steps[last]) {
            None => at,
            // It ends within an escape's character, or with it: all of the escape belongs to it.
            Some(_) if next % 2 == 1 => self.steps[next].1,
            Some((here, there)) => there + (at - here),
        }
    }
}

/// The text with its layers of escapes off, [`LAYERS`] at the most; `None` where there is none.
pub(super) fn unfolded(text: &str) -> Option<String> {
    let mut bytes = Unfolded::of(text.as_bytes())?.bytes;
    for _ in 1..LAYERS {
        let Some(next) = Unfolded::of(&bytes) else { break };
        bytes = next.bytes;
    }
    String::from_utf8(bytes).ok()
}

enum Read {
    Byte(u8),
    Char(char),
}

/// The character that an escape at the beginning stands for, and the escape's length.
fn escape(given: &[u8]) -> Option<(Read, usize)> {
    match given[0] {
        b'\\' => backslash(given),
        b'%' => Some((Read::Byte(u8::try_from(hex(given.get(1..3)?)?).ok()?), 3)),
        _ => reference(given),
    }
}

fn backslash(given: &[u8]) -> Option<(Read, usize)> {
    let plain = |b| Some((Read::Byte(b), 2));
    match *given.get(1)? {
        b @ (b'"' | b'\\' | b'/' | b'\'') => plain(b),
        b'n' => plain(b'\n'),
        b't' => plain(b'\t'),
        b'r' => plain(b'\r'),
        b'b' => plain(8),
        b'f' => plain(12),
        b'x' => Some((Read::Byte(u8::try_from(hex(given.get(2..4)?)?).ok()?), 4)),
        b'u' if given.get(2) == Some(&b'{') => {
            let length = given[3..].iter().take(7).position(|b| *b == b'}')?;
            Some((Read::Char(char::from_u32(hex(&given[3..3 + length])?)?), length + 4))
        }
        b'u' => {
            let unit = hex(given.get(2..6)?)?;
            let second = given.get(6..8).filter(|s| *s == b"\\u").and_then(|_| hex(given.get(8..12)?));
            let pair = second.filter(|s| (0xd800..0xdc00).contains(&unit) && (0xdc00..0xe000).contains(s));
            match pair.and_then(|s| char::from_u32(0x10000 + ((unit - 0xd800) << 10) + (s - 0xdc00))) {
                Some(c) => Some((Read::Char(c), 12)),
                None => Some((Read::Char(char::from_u32(unit).unwrap_or('\u{fffd}')), 6)),
            }
        }
        _ => None,
    }
}

fn reference(given: &[u8]) -> Option<(Read, usize)> {
    let end = given.iter().take(REFERENCE).position(|b| *b == b';')?;
    let name = std::str::from_utf8(&given[1..end]).ok()?;
    let number = |digits: &str| match digits.strip_prefix(['x', 'X']) {
        Some(digits) => hex(digits.as_bytes()),
        None => digits.parse().ok(),
    };
    let c = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "plus" => '+',
        "sol" => '/',
        "equals" => '=',
        _ => char::from_u32(number(name.strip_prefix('#')?)?)?,
    };
    Some((Read::Char(c), end + 1))
}

fn hex(digits: &[u8]) -> Option<u32> {
    let sound = !digits.is_empty() && digits.iter().all(u8::is_ascii_hexdigit);
    sound.then(|| std::str::from_utf8(digits).ok()).flatten().and_then(|text| u32::from_str_radix(text, 16).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn once(text: &str) -> String {
        Unfolded::of(text.as_bytes()).map_or("-".into(), |u| String::from_utf8_lossy(&u.bytes).into_owned())
    }

    #[test]
    fn a_layer_of_escapes_is_taken_off() {
        assert_eq!(once(r"a\/b\u002bc\u{2b}d\x2be%2bf%2Bg&#43;h&#x2B;i&quot;"), "a/b+c+d+e+f+g+h+i\"");
        assert_eq!(once(r"\ud83d\ude00 \ud83d"), "😀 \u{fffd}");
        assert_eq!(once(r"\\u002b"), r"\u002b");
        assert_eq!(once("none"), "-");
        assert_eq!(once(r"100% & more \q &nosuch; \u12"), "-");
        assert_eq!(unfolded(r"%255cu002b").unwrap(), "+");
        assert_eq!(unfolded("%252525252b").unwrap(), "%252b", "no more than three");
    }

    #[test]
    fn what_was_found_is_known_in_the_original() {
        let text = r"ab\u0063d%65f&#x1F600;g";
        let unfolded = Unfolded::of(text.as_bytes()).unwrap();
        let of = |part: &str| {
            let at = unfolded.bytes.windows(part.len()).position(|w| w == part.as_bytes()).unwrap();
            &text[unfolded.original(&(at..at + part.len()))]
        };
        assert_eq!((of("c"), of("b"), of("bcd"), of("d")), (r"\u0063", "b", r"b\u0063d", "d"));
        assert_eq!((of("ef"), of("e"), of("f😀"), of("g")), ("%65f", "%65", "f&#x1F600;", "g"));
        let at = unfolded.bytes.len() - 3;
        assert_eq!(&text[unfolded.original(&(at..at + 1))], "&#x1F600;");
    }
}
