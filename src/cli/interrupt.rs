//! Being told to stop: Ctrl-C, or SIGTERM as a CI service or a container sends it.
//!
//! In: signals of the process. Out: that one came. Never: what is done about it.

use std::io;

/// Signals that mean stop, heard from the moment this is made: until then the first one ends the process.
pub(super) struct Interrupts {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl Interrupts {
    /// Begins to listen; within the runtime.
    ///
    /// # Errors
    /// When the system lets nobody listen.
    pub(super) fn listen() -> io::Result<Self> {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
        }
        #[cfg(not(unix))]
        Ok(Self {})
    }

    /// Waits for the next one; false when none can come any more.
    pub(super) async fn next(&mut self) -> bool {
        #[cfg(unix)]
        {
            tokio::select! {
                heard = self.interrupt.recv() => heard.is_some(),
                heard = self.terminate.recv() => heard.is_some(),
            }
        }
        #[cfg(not(unix))]
        {
            tokio::signal::ctrl_c().await.is_ok()
        }
    }
}
