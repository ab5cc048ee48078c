//! What shows a folded finding: its best example, and every scenario that has it.

use judge::verdict::{ExchangeRecord, Finding, FindingSummary, OutcomeKind, RunRecord, ScenarioRecord};
use std::sync::Arc;

/// A finding, its exchange where that was kept, and the scenarios that show the same.
pub(super) type Evidence<'a> = (&'a Finding, Option<Arc<ExchangeRecord>>, Vec<&'a ScenarioRecord>);

/// The evidence of a folded finding: the first example whose exchange was kept, or else the first.
pub(super) fn evidence<'a>(record: &'a RunRecord, summary: &FindingSummary) -> Option<Evidence<'a>> {
    let mut shown_by: Vec<&ScenarioRecord> = Vec::new();
    let mut example: Option<(&Finding, Option<(&ScenarioRecord, usize)>)> = None;
    for scenario in record.scenarios.iter().filter(|s| s.outcome.kind != OutcomeKind::ExpectedFailure) {
        let mut covered = scenario.findings.iter().filter(|finding| summary.covers(finding)).peekable();
        if covered.peek().is_some() {
            shown_by.push(scenario);
        }
        for finding in covered {
            let exchange = finding.exchange.filter(|at| *at < scenario.exchanges.len()).map(|at| (scenario, at));
            if example.is_none_or(|(_, known)| known.is_none() && exchange.is_some()) {
                example = Some((finding, exchange));
            }
        }
    }
    let (finding, shown) = example?;
    Some((finding, shown.and_then(|(scenario, at)| scenario.exchanges.get(at)), shown_by))
}
