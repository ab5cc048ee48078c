//! What happens during a run, as told to the reports. The only seam between running and reporting.

use super::record::{RunRecord, ScenarioRecord, TargetRecord};
use std::sync::Arc;

/// One happening, in the order it happened.
#[derive(Debug, Clone)]
pub enum RunEvent {
    /// The plan stands and the first scenario is about to start.
    RunStarted {
        /// The target all scenarios run against.
        target: TargetRecord,
        /// Scenario instances in the plan (a scenario counts once for each IdP it runs for).
        scenarios: usize,
        /// The seed of all randomness.
        seed: u64,
    },
    /// A scenario instance started.
    ScenarioStarted {
        /// `feature / scenario [idp]`.
        name: String,
    },
    /// A scenario instance ended, its cleanup included.
    ScenarioFinished(Box<ScenarioRecord>),
    /// Something the user should know now, such as an interrupt being obeyed.
    Notice(String),
    /// The run ended; the record holds everything, scenarios in plan order.
    RunFinished(Arc<RunRecord>),
}
