//! The jobs that wait for the store's thread.
//!
//! In: jobs, short and long ones. Out: one at a time, by turns where both kinds wait.

use super::Store;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

pub(super) type Job = Box<dyn FnOnce(&Store) + Send>;

/// The jobs that wait for the store's thread.
#[derive(Default)]
pub(super) struct JobQueue {
    waiting: Mutex<Waiting>,
    arrived: Condvar,
}

#[derive(Default)]
struct Waiting {
    jobs: VecDeque<Job>,
    /// Readings of as many rows as there are: one after the other, with other jobs between their stretches.
    long: VecDeque<Job>,
    /// Whether the last one was long.
    long_was_last: bool,
    closed: bool,
}

impl JobQueue {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn put(&self, job: Job, long: bool) {
        let mut waiting = self.lock();
        let line = if long { &mut waiting.long } else { &mut waiting.jobs };
        line.push_back(job);
        drop(waiting);
        self.arrived.notify_one();
    }

    /// The next job, by turns where both kinds wait; none when there will be no more.
    pub(super) fn next(&self) -> Option<Job> {
        let mut waiting = self.lock();
        loop {
            let long_first = !waiting.long_was_last && !waiting.long.is_empty();
            let job = if long_first { None } else { waiting.jobs.pop_front() };
            if let Some(job) = job {
                waiting.long_was_last = false;
                return Some(job);
            }
            if let Some(job) = waiting.long.pop_front() {
                waiting.long_was_last = true;
                return Some(job);
            }
            if waiting.closed {
                return None;
            }
            waiting = self.arrived.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// There will be no more jobs.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.arrived.notify_one();
    }

    /// The short jobs that wait now.
    pub(super) fn passing(&self) -> VecDeque<Job> {
        std::mem::take(&mut self.lock().jobs)
    }
}

/// Does a job; one that panics is a bug of ours and costs its own request, not every later one.
pub(super) fn work(store: &Store, job: Job) {
    if catch_unwind(AssertUnwindSafe(|| job(store))).is_err() {
        let _ = store.conn.execute_batch("ROLLBACK");
    }
}
