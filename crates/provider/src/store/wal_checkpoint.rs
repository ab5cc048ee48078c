//! Bringing SQLite's log into the file.
//!
//! SQLite appends what is written to a log beside the file. Bringing it into the file waits for the disk, so a thread of
//! its own does that while the one that writes goes on; what was acknowledged is in the log, and so not lost with it.

use super::Store;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::Duration;

/// How long writes gather before the log is brought into the file.
const GATHER: Duration = Duration::from_millis(200);

/// Pages of a log that is too long, 128 MB: it only begins anew once all of it is in the file and nobody adds to it.
const LONG_LOG: i64 = 32 << 10;

/// How often a log that is too long is brought into the file before the one that writes does the rest: each time less
/// has been added meanwhile, and everybody waits for that rest.
const CATCH_UP: usize = 3;

/// Whoever brings the log into the file while others read and write.
pub(super) struct WalCheckpoint {
    wake: SyncSender<()>,
    too_long: Arc<AtomicBool>,
    changes: u64,
}

impl WalCheckpoint {
    pub(super) fn spawn(store: Store) -> std::io::Result<Self> {
        let (wake, written) = sync_channel::<()>(1);
        let too_long = Arc::new(AtomicBool::new(false));
        let told = too_long.clone();
        std::thread::Builder::new().name("scimulate-log".into()).spawn(move || {
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
    pub(super) fn after(&mut self, store: &Store) {
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
