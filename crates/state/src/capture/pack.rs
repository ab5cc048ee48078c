//! Zstandard (RFC 8878), a frame for each stretch of lines.
//!
//! In: bytes. Out: bytes. Never: a window larger than [`WINDOW`], whatever a file asks for.

use ruzstd::decoding::StreamingDecoder;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use std::io::{self, BufRead, BufReader, Read, Write};

/// Bytes packed together: the more, the smaller the file.
const STRETCH: usize = 8 << 20;
/// The largest window that a file may ask for; the customary programs ask for no more unless they are told to.
const WINDOW: u64 = 128 << 20;
/// How a packed file begins.
const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// Packs everything that is read.
pub(super) fn pack(mut from: impl Read, to: &mut impl Write) -> io::Result<()> {
    let mut stretch = Vec::with_capacity(STRETCH);
    loop {
        stretch.clear();
        if from.by_ref().take(STRETCH as u64).read_to_end(&mut stretch)? == 0 {
            return Ok(());
        }
        to.write_all(&compress_to_vec(stretch.as_slice(), CompressionLevel::Fastest))?;
    }
}

/// What a file holds, unpacked where it begins as a packed one does.
pub(crate) fn unpacked(file: impl Read + 'static) -> io::Result<Box<dyn BufRead>> {
    let mut file = BufReader::with_capacity(1 << 18, file);
    if !file.fill_buf()?.starts_with(&MAGIC) {
        return Ok(Box::new(file));
    }
    Ok(Box::new(BufReader::with_capacity(1 << 18, Frames { file: Some(file), frame: None })))
}

type Packed<R> = StreamingDecoder<BufReader<R>, ruzstd::decoding::FrameDecoder>;

/// Frame after frame.
struct Frames<R: Read> {
    file: Option<BufReader<R>>,
    frame: Option<Box<Packed<R>>>,
}

impl<R: Read> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let broken =
            |why: String| io::Error::new(io::ErrorKind::InvalidData, format!("not Zstandard, or cut off: {why}"));
        loop {
            if let Some(frame) = &mut self.frame {
                let got = frame.read(buffer).map_err(|e| broken(e.to_string()))?;
                if got > 0 || buffer.is_empty() {
                    return Ok(got);
                }
                self.file = self.frame.take().map(|frame| frame.into_inner());
            }
            let Some(mut file) = self.file.take() else { return Ok(0) };
            if file.fill_buf()?.is_empty() {
                return Ok(0);
            }
            let frame = StreamingDecoder::new_with_max_window_size(file, WINDOW).map_err(|e| broken(e.to_string()))?;
            self.frame = Some(Box::new(frame));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_comes_back_frame_after_frame_and_a_cut_is_an_error() {
        let text: Vec<u8> =
            (0..400_000u32).flat_map(|n| format!("{{\"line\": {n}, \"value\": \"member\"}}\n").into_bytes()).collect();
        assert!(text.len() > STRETCH);
        let mut packed = Vec::new();
        pack(text.as_slice(), &mut packed).unwrap();
        assert!(packed.len() < text.len() / 4, "{} of {}", packed.len(), text.len());
        let mut back = Vec::new();
        unpacked(io::Cursor::new(packed.clone())).unwrap().read_to_end(&mut back).unwrap();
        assert!(back == text);
        let cut = packed[..packed.len() - 5].to_vec();
        let error = unpacked(io::Cursor::new(cut)).unwrap().read_to_end(&mut Vec::new()).unwrap_err().to_string();
        assert!(error.contains("cut off"), "{error}");
        let mut plain = String::new();
        unpacked(&b"{}"[..]).unwrap().read_to_string(&mut plain).unwrap();
        assert_eq!(plain, "{}");
    }
}
