//! A connection that breaks off on purpose at its N-th request: on our side, so it works against any target.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// What is lost at the request where a connection breaks off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lost {
    /// The request: the target never hears of it.
    Request,
    /// The answer: the request takes effect, and the sender never learns of it.
    Answer,
}

/// Breaks one client's connection off at a request, until it is mended.
#[derive(Debug)]
pub struct ConnectionLoss {
    at: usize,
    lost: Lost,
    asked: AtomicUsize,
    mended: AtomicBool,
}

/// What becomes of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Passage {
    Flows,
    /// Sent, and its answer thrown away.
    AnswerLost,
    /// Not sent.
    Cut,
}

impl ConnectionLoss {
    /// Breaks at the request of that number, counted from 1; from the next one on nothing is sent.
    #[must_use]
    pub fn at(at: usize, lost: Lost) -> Self {
        Self { at, lost, asked: AtomicUsize::new(0), mended: AtomicBool::new(false) }
    }

    /// From now on everything is sent and answered again.
    pub fn mend(&self) {
        self.mended.store(true, Ordering::SeqCst);
    }

    /// Whether the request was reached at which it breaks.
    #[must_use]
    pub fn has_happened(&self) -> bool {
        self.requests() >= self.at
    }

    /// Requests asked for before it was mended, sent or not.
    #[must_use]
    pub fn requests(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    pub(super) fn next(&self) -> Passage {
        if self.mended.load(Ordering::SeqCst) {
            return Passage::Flows;
        }
        let number = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
        match number.cmp(&self.at) {
            std::cmp::Ordering::Less => Passage::Flows,
            std::cmp::Ordering::Equal if self.lost == Lost::Answer => Passage::AnswerLost,
            _ => Passage::Cut,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_sent_from_the_break_to_the_mending() {
        let loss = ConnectionLoss::at(2, Lost::Request);
        assert_eq!((loss.next(), loss.has_happened()), (Passage::Flows, false));
        assert_eq!([loss.next(), loss.next()], [Passage::Cut, Passage::Cut]);
        assert_eq!((loss.has_happened(), loss.requests()), (true, 3));
        loss.mend();
        assert_eq!((loss.next(), loss.requests()), (Passage::Flows, 3));
    }

    #[test]
    fn a_lost_answer_is_that_of_a_request_that_was_sent() {
        let loss = ConnectionLoss::at(1, Lost::Answer);
        assert_eq!([loss.next(), loss.next()], [Passage::AnswerLost, Passage::Cut]);
    }
}
