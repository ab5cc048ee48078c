//! How a run leaves its target.
//!
//! In: what was there before, and what the scenarios could not remove. Out: whether the target is as it was found. Never:
//! anything removed that the run did not make.

use crate::step::{Inventory, Session, Swept};
use judge::verdict::{AsFound, ScenarioRecord};
use std::time::Duration;

/// What a scenario could not remove, while the target was away for a moment, is removed when all have ended.
pub(super) async fn removed_late(scenarios: &mut [ScenarioRecord], session: &Session, within: Duration) {
    if session.ledger.outstanding(None).is_empty() {
        return;
    }
    if !tokio::time::timeout(within, session.clean_up()).await.unwrap_or(false) {
        return;
    }
    for scenario in scenarios.iter_mut().filter(|s| !s.left_behind.is_empty()) {
        scenario.left_behind.clear();
        scenario.notes.push("what its cleanup could not remove was removed when the run ended".to_owned());
    }
}

/// Looks again who is there, and removes what of this run is: each within that time. Where the ids are the same, creates without an
/// answer came to nothing.
pub(super) async fn compared(
    before: &Inventory,
    scenarios: &mut [ScenarioRecord],
    session: &Session,
    within: Duration,
) -> AsFound {
    let look = async || match session.inventory(within).await {
        Some(after) => (before.compare(&after, &session.run_id), before.knows_every_id_with(&after)),
        None => ((false, Vec::new()), false),
    };
    let ((same, told), whole) = look().await;
    let swept = if same { Swept::default() } else { swept(session, within).await };
    let ((same, mut told), whole) = if swept.removed == 0 { ((same, told), whole) } else { look().await };
    if same && whole {
        came_to_nothing(scenarios, session);
    }
    told.extend(swept.told());
    AsFound { same, told }
}

/// Strikes out the creates that no name leads to and that nothing came of.
fn came_to_nothing(scenarios: &mut [ScenarioRecord], session: &Session) {
    let cleared = session.strike_out_nameless();
    for scenario in scenarios.iter_mut().filter(|s| cleared.contains(&s.number)) {
        scenario.left_behind.clear();
        scenario.notes.push("a create without a name got no answer, and nothing came of it".to_owned());
    }
}

async fn swept(session: &Session, within: Duration) -> Swept {
    let unfinished = || {
        let left = vec![format!("the look for what carries the run's id took longer than {} s", within.as_secs_f64())];
        Swept { left, ..Swept::default() }
    };
    tokio::time::timeout(within, session.sweep()).await.unwrap_or_else(|_| unfinished())
}
