//! How a run leaves its target.
//!
//! In: what was there before, and what the scenarios could not remove. Out: whether the target is as it was found. Never:
//! anything removed that the run did not make.

use crate::step::{Inventory, Session, Swept};
use judge::verdict::{AsFound, ScenarioRecord};
use std::time::Duration;

/// How long is waited for a look at the target after the run, and for a sweep.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a scenario could not remove, while the target was away for a moment, is removed when all have ended.
pub(super) async fn removed_late(scenarios: &mut [ScenarioRecord], session: &Session) {
    if session.ledger.outstanding(None).is_empty() || !session.clean_up().await {
        return;
    }
    for scenario in scenarios.iter_mut().filter(|s| !s.left_behind.is_empty()) {
        scenario.left_behind.clear();
        scenario.notes.push("what its cleanup could not remove was removed when the run ended".to_owned());
    }
}

/// Looks again who is there, and removes what of this run is. A target that does not answer any more is not waited for.
pub(super) async fn compared(before: &Inventory, session: &Session) -> AsFound {
    let unknown = || (false, vec!["what is there now could not be read in time".to_owned()]);
    let look = async || {
        let after = tokio::time::timeout(PATIENCE, session.inventory()).await.ok().flatten();
        after.map_or_else(unknown, |after| before.compare(&after, &session.run_id))
    };
    let (same, told) = look().await;
    let swept =
        if same { Swept::default() } else { tokio::time::timeout(PATIENCE, session.sweep()).await.unwrap_or_default() };
    let (same, mut told) = if swept.removed == 0 { (same, told) } else { look().await };
    told.extend(swept.told());
    AsFound { same, told }
}
