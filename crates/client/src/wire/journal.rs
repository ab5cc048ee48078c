//! The exchanges of one scenario, in the order they ended, within a bound of memory.

use super::answer::{Answer, Truncation};
use super::exchange::Exchange;
use std::sync::{Arc, Mutex, PoisonError};

/// So many bytes of answers are kept whole in one journal; from then on, of a body longer than `LONG` only `STUB` bytes
/// are. An ordinary page is far shorter: this is for a target that answers everything with megabytes.
const WHOLE: usize = 32 << 20;
const LONG: usize = 1 << 20;
const STUB: usize = 64 << 10;

/// The exchanges of one scenario, in the order they ended.
#[derive(Debug, Clone, Default)]
pub struct Journal(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    all: Vec<Arc<Exchange>>,
    /// Bytes of all bodies answered.
    bytes: usize,
}

impl Journal {
    /// Exchanges so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lock().all.len()
    }

    /// Whether nothing was sent yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The exchanges from index `from` on.
    #[must_use]
    pub fn since(&self, from: usize) -> Vec<Arc<Exchange>> {
        self.lock().all.get(from..).map(<[_]>::to_vec).unwrap_or_default()
    }

    /// Takes back all but the first `len` exchanges. Who was handed one keeps it.
    pub fn truncate(&self, len: usize) {
        let mut kept = self.lock();
        kept.all.truncate(len);
        kept.bytes = kept.all.iter().map(|e| length(e)).sum();
    }

    pub(super) fn push(&self, exchange: Arc<Exchange>) -> usize {
        let mut kept = self.lock();
        kept.bytes += length(&exchange);
        kept.all.push(exchange);
        kept.all.len() - 1
    }

    /// The answer as far as there is room for it.
    pub(super) fn fit(&self, answer: Answer) -> Answer {
        if answer.body.len() <= LONG || self.lock().bytes + answer.body.len() <= WHOLE {
            return answer;
        }
        // A copy: a slice would hold on to the whole.
        let truncated = answer.truncated.or(Some(Truncation::Room));
        Answer { body: bytes::Bytes::copy_from_slice(&answer.body[..STUB]), truncated, ..answer }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Bytes of the answer's body.
fn length(exchange: &Exchange) -> usize {
    exchange.result.as_ref().map_or(0, |answer| answer.body.len())
}
