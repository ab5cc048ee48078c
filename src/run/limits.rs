//! The bounds of a run: how many scenarios at once, how long each may take, how often one is tried again.

use std::time::Duration;

/// Bounds of a run.
#[derive(Debug, Clone, Copy)]
pub struct ScheduleLimits {
    /// Scenarios at once.
    pub jobs: usize,
    /// Time for the steps of one scenario, cleanup not included.
    pub scenario: Duration,
    /// Time for the cleanup of one scenario, and for each look at the tenant and each cleanup before and after all of them.
    pub cleanup: Duration,
    /// How often a failed scenario is tried again.
    pub retries: u32,
    /// Start no further scenario once one has failed.
    pub fail_fast: bool,
}
