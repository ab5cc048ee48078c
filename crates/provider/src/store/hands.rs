//! Who works on the store: one thread that writes, and beside it readers of a file.
//!
//! In: jobs. Out: what they give. A writing job never overlaps another one. A reading job sees one state of the
//! whole database, from its beginning to its end, and everything that was acknowledged before it came: its snapshot
//! is taken when it begins. A database in memory has no second connection, so its one thread does the reading too;
//! there a long reading job lets others pass between two stretches of its work.
//!
//! SQLite appends what is written to a log beside the file. Bringing it into the file waits for the disk, so a third
//! party does that while the one that writes goes on; what was acknowledged is in the log, and so not lost with it.

use super::{Store, Stored};
use crate::ProviderError;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Semaphore, oneshot};

/// Long readings of a file at once; each has a connection with a page cache.
const LONG_READERS: usize = 4;

/// How long writes gather before the log is brought into the file.
const GATHER: Duration = Duration::from_millis(200);

/// Pages of a log that is too long, 128 MB: it only begins anew once all of it is in the file and nobody adds to it.
const LONG_LOG: i64 = 32 << 10;

/// How often a log that is too long is brought into the file before the one that writes does the rest: each time less
/// has been added meanwhile, and everybody waits for that rest.
const CATCH_UP: usize = 3;

/// The lowest priority there is.
#[cfg(target_os = "linux")]
const LOWEST: i32 = 19;

/// What a job that only reads costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    /// A few rows found by an index.
    Short,
    /// As many rows as there are.
    Long,
}

type Job = Box<dyn FnOnce(&Store) + Send>;

/// The jobs that wait for the store's thread.
#[derive(Default)]
pub(super) struct Queue {
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

impl Queue {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, job: Job, long: bool) {
        let mut waiting = self.lock();
        let line = if long { &mut waiting.long } else { &mut waiting.jobs };
        line.push_back(job);
        drop(waiting);
        self.arrived.notify_one();
    }

    /// The next job, by turns where both kinds wait; none when there will be no more.
    fn next(&self) -> Option<Job> {
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

/// Connections that read a file.
struct Readers {
    open: Box<dyn Fn() -> Result<Store, ProviderError> + Send + Sync>,
    idle: Mutex<Vec<Store>>,
    long: Semaphore,
}

impl Readers {
    fn take(&self) -> Option<Store> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        // Whoever cannot open another one is served by the thread that writes.
        idle.or_else(|| (self.open)().ok())
    }

    /// Does a job on one state of the database. A connection whose job panicked is closed, and its snapshot with it.
    fn run<T>(&self, store: Store, job: impl FnOnce(&Store) -> T) -> Stored<Option<T>> {
        let done = catch_unwind(AssertUnwindSafe(|| store.snapshot(job)));
        let Ok(done) = done else { return Ok(None) };
        if done.is_ok() {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(store);
        }
        done.map(Some)
    }
}

/// Lets every other thread go before this one: on few cores whoever copies thousands of pages would take the turn of
/// those who answer. Elsewhere than on Linux a priority is the whole process's, so nothing is done.
fn stand_back() {
    // Refused, it only costs time.
    #[cfg(target_os = "linux")]
    let _refused = rustix::process::setpriority_process(Some(rustix::thread::gettid()), LOWEST);
}

/// Whoever brings the log into the file while others read and write.
struct Tidier {
    wake: SyncSender<()>,
    too_long: Arc<AtomicBool>,
    changes: u64,
}

impl Tidier {
    fn spawn(store: Store) -> std::io::Result<Self> {
        let (wake, written) = sync_channel::<()>(1);
        let too_long = Arc::new(AtomicBool::new(false));
        let told = too_long.clone();
        std::thread::Builder::new().name("scimulate-log".into()).spawn(move || {
            stand_back();
            while written.recv().is_ok() {
                std::thread::sleep(GATHER);
                // A failure leaves the log as it is, for the next time.
                if store.checkpoint().is_ok_and(|pages| pages > LONG_LOG) {
                    for _ in 0..CATCH_UP {
                        let _ = store.checkpoint();
                    }
                    told.store(true, Ordering::Relaxed);
                }
            }
        })?;
        Ok(Self { wake, too_long, changes: 0 })
    }

    /// After a job of the one that writes.
    fn after(&mut self, store: &Store) {
        let changes = store.conn.total_changes();
        if changes != self.changes {
            self.changes = changes;
            // Full means that it has been told already.
            let _ = self.wake.try_send(());
        }
        if self.too_long.swap(false, Ordering::Relaxed) {
            let _ = store.checkpoint();
        }
    }
}

/// The way to the store. Its thread ends when the last handle is dropped.
#[derive(Clone)]
pub(crate) struct Handle {
    thread: Arc<Thread>,
    readers: Option<Arc<Readers>>,
}

struct Thread(Arc<Queue>);

impl Drop for Thread {
    fn drop(&mut self) {
        self.0.lock().closed = true;
        self.0.arrived.notify_one();
    }
}

impl Handle {
    /// Hands the store to a thread of its own.
    pub(crate) fn spawn(mut store: Store) -> Result<Self, ProviderError> {
        let queue = Arc::new(Queue::default());
        let open = store.reader();
        let mut tidier = match &open {
            Some(open) => {
                let tidier = Tidier::spawn(open()?).map_err(ProviderError::Thread)?;
                store.leave_log().map_err(ProviderError::Read)?;
                Some(tidier)
            }
            None => None,
        };
        let readers = open.map(|open| {
            let (idle, long) = (Mutex::new(Vec::new()), Semaphore::new(LONG_READERS));
            Arc::new(Readers { open, idle, long })
        });
        store.queue = Some(queue.clone());
        let jobs = queue.clone();
        std::thread::Builder::new()
            .name("scimulate-store".into())
            .spawn(move || {
                while let Some(job) = jobs.next() {
                    work(&store, job);
                    if let Some(tidier) = &mut tidier {
                        tidier.after(&store);
                    }
                }
            })
            .map_err(ProviderError::Thread)?;
        Ok(Self { thread: Arc::new(Thread(queue)), readers })
    }

    /// Runs a job that may write and waits for it without blocking the async thread.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Store) -> T + Send + 'static,
    ) -> Result<T, ProviderError> {
        self.queue(job, false).await
    }

    /// Runs a job that writes nothing.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        reading: Reading,
        job: impl FnOnce(&Store) -> T + Send + 'static,
    ) -> Result<T, ProviderError> {
        let Some(readers) = &self.readers else {
            return self.queue(job, reading == Reading::Long).await;
        };
        let permit = match reading {
            // Some microseconds: handing it to another thread would cost more.
            Reading::Short => None,
            Reading::Long => Some(readers.long.acquire().await.map_err(|_| ProviderError::Lost)?),
        };
        let Some(store) = readers.take() else {
            return self.queue(job, false).await;
        };
        let done = if permit.is_some() {
            let readers = readers.clone();
            let reading = tokio::task::spawn_blocking(move || readers.run(store, job));
            reading.await.map_err(|_| ProviderError::Lost)?
        } else {
            readers.run(store, job)
        };
        done.map_err(ProviderError::Read)?.ok_or(ProviderError::Lost)
    }

    async fn queue<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Store) -> T + Send + 'static,
        long: bool,
    ) -> Result<T, ProviderError> {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |store| {
            // Whoever asked for a long reading and went away would only keep the next one waiting.
            if !(long && answer.is_closed()) {
                let _ = answer.send(job(store));
            }
        });
        self.thread.0.put(job, long);
        answered.await.map_err(|_| ProviderError::Lost)
    }
}
