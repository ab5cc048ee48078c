//! Bodies that are copied while they pass.
//!
//! In: a body under way. Out: the same body, piece by piece as it comes, and a copy of bounded length. Never: a piece held back.

use super::redact::Passed;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

/// Longest body that is kept, in bytes.
pub(crate) const LONGEST: usize = 1 << 20;

/// The copy of a body.
#[derive(Debug, Default)]
pub(crate) struct Copied {
    bytes: Vec<u8>,
    /// How long it is by now.
    length: usize,
    ended: bool,
}

/// A copy that the body and whoever records it share.
pub(crate) type Shared = Arc<Mutex<Copied>>;

/// What was copied by now.
pub(crate) fn taken(copied: &Shared) -> Passed {
    let mut copied = copied.lock().unwrap_or_else(PoisonError::into_inner);
    let left_out = if copied.length > LONGEST {
        Some(format!("{} bytes were not recorded: bodies of up to {LONGEST} bytes are", copied.length))
    } else if copied.ended {
        None
    } else {
        Some(format!("it broke off after {} bytes", copied.length))
    };
    Passed { bytes: if left_out.is_some() { Vec::new() } else { std::mem::take(&mut copied.bytes) }, left_out }
}

/// A body that is copied while it passes.
pub(crate) struct Tee<B, G> {
    /// Behind a lock, so that it may be shared between threads, which it never is.
    inner: Mutex<B>,
    copied: Shared,
    /// Held until the body has passed, or is let go.
    _until_then: G,
}

impl<B: Body, G> Tee<B, G> {
    pub(crate) fn new(inner: B, copied: Shared, until_then: G) -> Self {
        copied.lock().unwrap_or_else(PoisonError::into_inner).ended = inner.is_end_stream();
        Self { inner: Mutex::new(inner), copied, _until_then: until_then }
    }
}

impl<B: Body<Data = Bytes> + Unpin, G: Unpin> Body for Tee<B, G> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let this = self.get_mut();
        let inner = this.inner.get_mut().unwrap_or_else(PoisonError::into_inner);
        let polled = Pin::new(&mut *inner).poll_frame(cx);
        if let Poll::Ready(frame) = &polled {
            let mut copied = this.copied.lock().unwrap_or_else(PoisonError::into_inner);
            match frame {
                Some(Ok(frame)) => {
                    if let Some(data) = frame.data_ref() {
                        copied.length += data.len();
                        if copied.length <= LONGEST {
                            copied.bytes.extend_from_slice(data);
                        } else {
                            copied.bytes = Vec::new();
                        }
                    }
                    // Whoever knows the length asks for no more.
                    copied.ended = inner.is_end_stream();
                }
                Some(Err(_)) => {}
                None => copied.ended = true,
            }
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).size_hint()
    }
}
