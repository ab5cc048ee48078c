//! How much is measured.
//!
//! In: what was asked for on the command line, or the sizes of a file. Out: how many servers of each kind, and their seed.

use crate::cli::args::PopulationArgs;
use crate::cli::settings::SEED;
use serde::{Deserialize, Serialize};

/// How many servers, and the seed they are drawn by.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sizes {
    pub(super) seed: u64,
    /// Departures alone; all of them without.
    pub(super) alone: Option<usize>,
    pub(super) mixed: u64,
    /// Sound servers by name, `choice=departure` with commas between.
    #[serde(default)]
    pub(super) servers: Vec<String>,
    /// How many departures a mixture has; any number without.
    pub(super) choices: Option<usize>,
    pub(super) broken: u64,
    /// How many faults each broken server has, one after the other.
    #[serde(default)]
    pub(super) at_once: Vec<usize>,
    /// Faults on each lossy base.
    pub(super) lossy: usize,
}

impl Sizes {
    pub(super) fn of(meant: &PopulationArgs) -> Self {
        Self {
            seed: meant.seed.unwrap_or(SEED),
            alone: meant.alone,
            mixed: meant.mixed,
            servers: meant.server.clone(),
            choices: meant.choices,
            broken: meant.broken,
            at_once: meant.at_once.clone(),
            lossy: meant.lossy,
        }
    }
}
