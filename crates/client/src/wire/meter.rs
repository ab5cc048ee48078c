//! How long a run has waited for answers: the time during which one request at least was under way.
//!
//! In: begin and end of each request. Out: their sum without what overlaps. What a run takes beyond that is its own.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The meter of one transport.
#[derive(Debug, Default)]
pub(super) struct Meter(Mutex<Running>);

#[derive(Debug, Default)]
struct Running {
    under_way: usize,
    since: Option<Instant>,
    waited: Duration,
}

/// One request under way; it ends when this is dropped, also where the request was given up.
pub(super) struct UnderWay<'a>(&'a Meter);

impl Meter {
    pub(super) fn begin(&self) -> UnderWay<'_> {
        let mut running = self.lock();
        running.under_way += 1;
        running.since.get_or_insert_with(Instant::now);
        UnderWay(self)
    }

    /// The time waited so far; what is under way counts when it has ended.
    pub(super) fn waited(&self) -> Duration {
        self.lock().waited
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Running> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        let mut running = self.0.lock();
        running.under_way -= 1;
        if running.under_way == 0
            && let Some(since) = running.since.take()
        {
            running.waited += since.elapsed();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_overlaps_counts_once_and_what_lies_between_does_not() {
        let meter = Meter::default();
        let began = Instant::now();
        let (first, second) = (meter.begin(), meter.begin());
        drop(first);
        assert_eq!(meter.waited(), Duration::ZERO, "the second is still under way");
        std::thread::sleep(Duration::from_millis(2));
        drop(second);
        let waited = meter.waited();
        assert!(waited >= Duration::from_millis(2) && waited <= began.elapsed());
        std::thread::sleep(Duration::from_millis(2));
        assert_eq!(meter.waited(), waited);
    }
}
