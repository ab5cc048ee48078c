//! A connection that breaks off on purpose at its N-th request: on our side, so it works against any target.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// What is lost at the request where a connection breaks off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// The request: the target never hears of it.
    Request,
    /// The answer: the request takes effect, and the sender never learns of it.
    Answer,
}

/// Breaks one client's connection off at a request, until it is mended.
#[derive(Debug)]
pub struct Fuse {
    at: usize,
    loss: Loss,
    asked: AtomicUsize,
    mended: AtomicBool,
}

/// What becomes of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Current {
    Flows,
    /// Sent, and its answer thrown away.
    AnswerLost,
    /// Not sent.
    Cut,
}

impl Fuse {
    /// Blows at the request of that number, counted from 1; from the next one on nothing is sent.
    #[must_use]
    pub fn at(at: usize, loss: Loss) -> Self {
        Self { at, loss, asked: AtomicUsize::new(0), mended: AtomicBool::new(false) }
    }

    /// From now on everything is sent and answered again.
    pub fn mend(&self) {
        self.mended.store(true, Ordering::SeqCst);
    }

    /// Whether the request was reached at which it blows.
    #[must_use]
    pub fn blown(&self) -> bool {
        self.requests() >= self.at
    }

    /// Requests asked for before it was mended, sent or not.
    #[must_use]
    pub fn requests(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    pub(super) fn next(&self) -> Current {
        if self.mended.load(Ordering::SeqCst) {
            return Current::Flows;
        }
        let number = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
        match number.cmp(&self.at) {
            std::cmp::Ordering::Less => Current::Flows,
            std::cmp::Ordering::Equal if self.loss == Loss::Answer => Current::AnswerLost,
            _ => Current::Cut,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_sent_from_the_break_to_the_mending() {
        let fuse = Fuse::at(2, Loss::Request);
        assert_eq!((fuse.next(), fuse.blown()), (Current::Flows, false));
        assert_eq!([fuse.next(), fuse.next()], [Current::Cut, Current::Cut]);
        assert_eq!((fuse.blown(), fuse.requests()), (true, 3));
        fuse.mend();
        assert_eq!((fuse.next(), fuse.requests()), (Current::Flows, 3));
    }

    #[test]
    fn a_lost_answer_is_that_of_a_request_that_was_sent() {
        let fuse = Fuse::at(1, Loss::Answer);
        assert_eq!([fuse.next(), fuse.next()], [Current::AnswerLost, Current::Cut]);
    }
}
