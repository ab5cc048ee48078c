//! Who works on the store: one thread that writes, and beside it readers of a file.
//!
//! In: jobs. Out: what they give. A writing job never overlaps another one. A reading job sees one state of the
//! whole database, from its beginning to its end, and everything that was acknowledged before it came: its snapshot
//! is taken when it begins. A database in memory has no second connection, so its one thread does the reading too;
//! there a long reading job lets others pass between two stretches of its work.

use super::job_queue::{Job, JobQueue, work};
use super::wal_checkpoint::WalCheckpoint;
use super::{Store, Stored};
use crate::error::ProviderError;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{Semaphore, oneshot};

/// Long readings of a file at once; each has a connection with a page cache.
const LONG_READERS: usize = 4;

/// What a job that only reads costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    /// A few rows found by an index.
    Short,
    /// As many rows as there are.
    Long,
}

/// Connections that read a file.
struct Readers {
    open: Box<dyn Fn() -> Result<Store, ProviderError> + Send + Sync>,
    idle: Mutex<Vec<Store>>,
    long: Arc<Semaphore>,
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

/// The way to the store. Its thread ends when the last handle is dropped.
#[derive(Clone)]
pub(crate) struct Handle {
    thread: Arc<Thread>,
    readers: Option<Arc<Readers>>,
}

struct Thread(Arc<JobQueue>);

impl Drop for Thread {
    fn drop(&mut self) {
        self.0.close();
    }
}

impl Handle {
    /// Hands the store to a thread of its own.
    pub(crate) fn spawn(mut store: Store) -> Result<Self, ProviderError> {
        let queue = Arc::new(JobQueue::default());
        let open = store.reader();
        let mut checkpoint = match &open {
            Some(open) => {
                let checkpoint = WalCheckpoint::spawn(open()?).map_err(ProviderError::Thread)?;
                store.leave_log().map_err(ProviderError::Read)?;
                Some(checkpoint)
            }
            None => None,
        };
        let readers = open.map(|open| {
            let (idle, long) = (Mutex::new(Vec::new()), Arc::new(Semaphore::new(LONG_READERS)));
            Arc::new(Readers { open, idle, long })
        });
        store.queue = Some(queue.clone());
        let jobs = queue.clone();
        std::thread::Builder::new()
            .name("scimulate-store".into())
            .spawn(move || {
                while let Some(job) = jobs.next() {
                    work(&store, job);
                    if let Some(checkpoint) = &mut checkpoint {
                        checkpoint.after(&store);
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
            Reading::Long => Some(readers.long.clone().acquire_owned().await.map_err(|_| ProviderError::Lost)?),
        };
        let Some(store) = readers.take() else {
            // The thread that writes does one job after the other: who waits for it holds no reader's place.
            drop(permit);
            return self.queue(job, false).await;
        };
        let done = if let Some(permit) = permit {
            let readers = readers.clone();
            let reading = tokio::task::spawn_blocking(move || {
                // The place is free when the work is done, not when whoever asked for it goes away.
                let _permit = permit;
                readers.run(store, job)
            });
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
