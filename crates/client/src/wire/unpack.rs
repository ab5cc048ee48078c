//! Packed answers of whoever asked for packing (RFC 9110 section 8.4): gzip (RFC 1952), and deflate with its wrapper (RFC 1950) or,
//! as some servers send it, without (RFC 1951).
//!
//! In: an answer's headers and body. Out: the body as it was before it was packed. Never: more of it than a limit, or a body
//! changed that cannot be unpacked.

use bytes::Bytes;
use miniz_oxide::inflate::{
    DecompressError, TINFLStatus, decompress_to_vec_with_limit, decompress_to_vec_zlib_with_limit,
};

/// What an unpacked answer has in the place of `content-encoding`: what it came in.
const UNPACKED: &str = "x-unpacked-from";

/// A body, and whether it was longer than the limit.
type Unpacked = (Vec<u8>, bool);

/// Unpacks the body where its one coding is known; the headers then say what it came in. Says whether it was longer than `most`.
pub(super) fn unpack(headers: &mut Vec<(String, String)>, body: &mut Bytes, most: usize) -> bool {
    let Some(at) = headers.iter().position(|(name, _)| name == "content-encoding") else { return false };
    let coding = headers[at].1.trim().to_ascii_lowercase();
    let unpacked = match coding.as_str() {
        "gzip" | "x-gzip" => gzip(body, most),
        "deflate" => bounded(decompress_to_vec_zlib_with_limit(body, most))
            .or_else(|| bounded(decompress_to_vec_with_limit(body, most))),
        _ => None,
    };
    let Some((plain, longer)) = unpacked else { return false };
    *body = plain.into();
    UNPACKED.clone_into(&mut headers[at].0);
    // The length of what came is none of what is here.
    headers.retain(|(name, _)| name != "content-length");
    longer
}

fn bounded(result: Result<Vec<u8>, DecompressError>) -> Option<Unpacked> {
    match result {
        Ok(plain) => Some((plain, false)),
        Err(error) if error.status == TINFLStatus::HasMoreOutput => Some((error.output, true)),
        Err(_) => None,
    }
}

/// One member of a gzip file. Its length has to be the one that its end tells.
fn gzip(body: &[u8], most: usize) -> Option<Unpacked> {
    let flags = match body.get(..10)? {
        [0x1f, 0x8b, 8, flags, ..] => *flags,
        _ => return None,
    };
    let mut at = 10;
    if flags & 4 != 0 {
        let length = body.get(at..at + 2)?;
        at += 2 + usize::from(u16::from_le_bytes([length[0], length[1]]));
    }
    // A name and a comment, each ended by a zero.
    for flag in [8, 16] {
        if flags & flag != 0 {
            at += body.get(at..)?.iter().position(|byte| *byte == 0)? + 1;
        }
    }
    at += if flags & 2 == 0 { 0 } else { 2 };
    let end = body.len().checked_sub(8).filter(|end| *end >= at)?;
    let (plain, longer) = bounded(decompress_to_vec_with_limit(&body[at..end], most))?;
    let told = u32::from_le_bytes(body[end + 4..].try_into().ok()?);
    let same = u32::try_from(plain.len()).is_ok_and(|length| length == told);
    (longer || same).then_some((plain, longer))
}

#[cfg(test)]
mod tests {
    use super::*;
    use miniz_oxide::deflate::{compress_to_vec, compress_to_vec_zlib};

    const TEXT: &[u8] = b"{\"userName\": \"ada\", \"again\": \"ada ada ada ada ada\"}";

    fn gzipped(text: &[u8], flags: u8, more: &[u8]) -> Vec<u8> {
        let length = u32::try_from(text.len()).unwrap().to_le_bytes();
        let head = [0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 3];
        [&head[..], more, &compress_to_vec(text, 6), &[0; 4], &length].concat()
    }

    fn unpacked(coding: &str, packed: &[u8], most: usize) -> (Vec<u8>, Vec<String>, bool) {
        let length = packed.len().to_string();
        let mut headers =
            vec![("content-encoding".to_owned(), coding.to_owned()), ("content-length".to_owned(), length)];
        let mut body = Bytes::copy_from_slice(packed);
        let longer = unpack(&mut headers, &mut body, most);
        (body.to_vec(), headers.into_iter().map(|(name, _)| name).collect(), longer)
    }

    #[test]
    fn what_is_packed_is_unpacked_in_each_form() {
        let named = [&[2, 0, 9, 9][..], b"a name\0", b"a comment\0", &[7, 7]].concat();
        let forms = [
            ("gzip", gzipped(TEXT, 0, &[])),
            ("GZIP", gzipped(TEXT, 4 | 8 | 16 | 2, &named)),
            ("deflate", compress_to_vec_zlib(TEXT, 6)),
            ("deflate", compress_to_vec(TEXT, 6)),
        ];
        for (coding, packed) in forms {
            let (plain, headers, longer) = unpacked(coding, &packed, 1_000);
            assert_eq!((plain.as_slice(), headers, longer), (TEXT, vec![UNPACKED.to_owned()], false), "{coding}");
        }
    }

    #[test]
    fn what_is_packed_to_burst_is_cut_at_the_limit() {
        let (plain, _, longer) = unpacked("gzip", &gzipped(&vec![b'x'; 1 << 20], 0, &[]), 1_000);
        assert!(longer && plain.len() <= 1_000 && plain.iter().all(|byte| *byte == b'x'), "{}", plain.len());
    }

    #[test]
    fn what_cannot_be_unpacked_stays_as_it_came() {
        let whole = gzipped(TEXT, 0, &[]);
        let mut wrong = whole.clone();
        *wrong.last_mut().unwrap() = 9;
        let cut = &whole[..whole.len() / 2];
        for (coding, packed) in
            [("gzip", cut), ("gzip", &wrong), ("gzip", TEXT), ("br", &whole), ("gzip, gzip", &whole), ("gzip", &[])]
        {
            let (body, headers, longer) = unpacked(coding, packed, 1_000);
            assert_eq!((body.as_slice(), headers.len(), longer), (packed, 2, false), "{coding}");
        }
    }
}
