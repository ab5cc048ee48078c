//! Being told to stop: Ctrl-C, or SIGTERM as a CI service or a container sends it.
//!
//! In: signals of the process. Out: that one came. Never: what is done about it.

/// Waits for SIGINT or SIGTERM; false when signals cannot be had.
pub(super) async fn interrupt() -> bool {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let Ok(mut terminate) = signal(SignalKind::terminate()) else { return false };
        tokio::select! {
            done = tokio::signal::ctrl_c() => done.is_ok(),
            _ = terminate.recv() => true,
        }
    }
    #[cfg(not(unix))]
    {
        tokio::signal::ctrl_c().await.is_ok()
    }
}
