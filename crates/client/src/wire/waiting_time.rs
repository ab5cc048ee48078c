//! How long a run has waited for answers: the time during which one request at least was under way.
//!
//! In: begin and end of each request, and which of them was answered. Out: their sum without what overlaps, and how much of it came
//! after the last answer. What a run takes beyond that is its own.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The waiting time of one transport.
#[derive(Debug, Default)]
pub(super) struct WaitingTime(Mutex<Waiting>);

#[derive(Debug, Default)]
struct Waiting {
    under_way: usize,
    since: Option<Instant>,
    waited: Duration,
    /// How long had been waited when the last answer came.
    heard: Duration,
    bodies: Bodies,
}

/// How long after its headers a body came, of all answers that had one.
#[derive(Debug, Default, Clone, Copy)]
struct Bodies {
    all: u32,
    late: u32,
    /// By how much those were late, in all.
    by: Duration,
}

/// A body that comes this long after its headers was sent apart from them, and waited for our acknowledgement.
const LATE: Duration = Duration::from_millis(25);
/// Fewer answers say nothing of the rest.
const FEWEST: u32 = 50;

impl Waiting {
    fn so_far(&self) -> Duration {
        self.waited + self.since.map_or(Duration::ZERO, |since| since.elapsed())
    }
}

/// One request under way; it ends when this is dropped, also where the request was given up.
pub(super) struct Wait<'a>(&'a WaitingTime);

impl WaitingTime {
    pub(super) fn begin(&self) -> Wait<'_> {
        let mut count = self.lock();
        count.under_way += 1;
        count.since.get_or_insert_with(Instant::now);
        Wait(self)
    }

    /// The time waited so far; what is under way counts when it has ended.
    pub(super) fn waited(&self) -> Duration {
        self.lock().waited
    }

    /// Takes down that an answer has come.
    pub(super) fn heard(&self) {
        let mut count = self.lock();
        count.heard = count.so_far();
    }

    /// Takes down that a body has come so long after its headers.
    pub(super) fn body_came(&self, after: Duration) {
        let bodies = &mut self.lock().bodies;
        bodies.all += 1;
        if after >= LATE {
            bodies.late += 1;
            bodies.by += after;
        }
    }

    /// How long after its headers the body comes, where that is so of most answers.
    pub(super) fn late_bodies(&self) -> Option<Duration> {
        let count = self.lock();
        let Bodies { all, late, by } = count.bodies;
        (all >= FEWEST && u64::from(late) * 10 >= u64::from(all) * 6).then(|| by / late)
    }

    /// How long has been waited since the last answer, or at all where none has come.
    pub(super) fn silent(&self) -> Duration {
        let count = self.lock();
        count.so_far().saturating_sub(count.heard)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        let mut count = self.0.lock();
        count.under_way -= 1;
        if count.under_way == 0
            && let Some(since) = count.since.take()
        {
            count.waited += since.elapsed();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_late_where_most_of_many_are() {
        let ms = Duration::from_millis;
        let told = |late: u32, soon: u32| {
            let time = WaitingTime::default();
            (0..late).for_each(|_| time.body_came(ms(41)));
            (0..soon).for_each(|_| time.body_came(ms(2)));
            time.late_bodies()
        };
        assert_eq!(told(90, 10), Some(ms(41)));
        assert_eq!((told(40, 60), told(40, 0)), (None, None), "less than most, and few in all");
    }

    #[test]
    fn what_overlaps_counts_once_and_what_lies_between_does_not() {
        let time = WaitingTime::default();
        let began = Instant::now();
        let (first, second) = (time.begin(), time.begin());
        drop(first);
        assert_eq!(time.waited(), Duration::ZERO, "the second is still under way");
        std::thread::sleep(Duration::from_millis(2));
        drop(second);
        let waited = time.waited();
        assert!(waited >= Duration::from_millis(2) && waited <= began.elapsed());
        std::thread::sleep(Duration::from_millis(2));
        assert_eq!(time.waited(), waited);
    }

    #[test]
    fn silence_is_what_was_waited_since_the_last_answer() {
        let time = WaitingTime::default();
        let nap = || std::thread::sleep(Duration::from_millis(2));
        let first = time.begin();
        nap();
        assert!(time.silent() >= Duration::from_millis(2), "nothing was ever answered");
        time.heard();
        drop(first);
        assert!(time.silent() < Duration::from_millis(2));
        nap();
        assert!(time.silent() < Duration::from_millis(2), "nobody waits");
        let _second = time.begin();
        nap();
        assert!(time.silent() >= Duration::from_millis(2));
    }
}
