//! What shows a folded finding: its best example, and every scenario that has it.

use super::exchange_record::ExchangeRecord;
use super::finding::{Finding, Place, Severity};
use super::fold::common;
use super::outcome::OutcomeKind;
use super::record::{FindingSummary, ScenarioRecord};
use std::collections::HashMap;
use std::sync::Arc;

/// The example of a folded finding, and the scenarios that show the same.
#[derive(Debug, Clone)]
pub struct Evidence<'a> {
    /// The first whose exchange was kept, or else the first.
    pub finding: &'a Finding,
    /// The scenario it is from.
    pub scenario: &'a ScenarioRecord,
    /// All scenarios that show it, in plan order.
    pub shown_by: Vec<&'a ScenarioRecord>,
}

impl Evidence<'_> {
    /// The exchange that shows it, where it was kept.
    #[must_use]
    pub fn exchange(&self) -> Option<Arc<ExchangeRecord>> {
        self.scenario.exchanges.get(self.finding.exchange?)
    }

    fn kept(&self) -> bool {
        self.finding.exchange.is_some_and(|at| at < self.scenario.exchanges.len())
    }
}

/// The evidence of each summary, in their order: `None` where no scenario has it. Expected failures are no evidence.
#[must_use]
pub fn evidence<'a>(scenarios: &'a [ScenarioRecord], summaries: &[FindingSummary]) -> Vec<Option<Evidence<'a>>> {
    let mut found: HashMap<(&str, Severity, Place), Evidence<'a>> = HashMap::new();
    for scenario in scenarios.iter().filter(|s| s.outcome.kind != OutcomeKind::ExpectedFailure) {
        for finding in &scenario.findings {
            let new = Evidence { finding, scenario, shown_by: Vec::new() };
            let key = (finding.requirement.as_str(), finding.severity, common(&finding.place));
            let known = found.entry(key).or_insert_with(|| new.clone());
            if !known.kept() && new.kept() {
                (known.finding, known.scenario) = (finding, scenario);
            }
            if known.shown_by.last().is_none_or(|last| !std::ptr::eq(*last, scenario)) {
                known.shown_by.push(scenario);
            }
        }
    }
    let mut take = |s: &FindingSummary| found.get(&(s.requirement.as_str(), s.severity, s.place.clone())).cloned();
    summaries.iter().map(&mut take).collect()
}

#[cfg(test)]
mod tests {
    use super::super::fold::testing::{finding, scenario};
    use super::super::{Outcome, fold};
    use super::*;

    #[test]
    fn the_example_is_the_first_whose_exchange_was_kept() {
        let shown = |at| Finding { exchange: at, ..finding("A", Severity::Violation, Place::Status) };
        let mut all = vec![
            scenario("gone", vec![shown(Some(4))]),
            scenario("kept", vec![shown(None), shown(Some(0)), shown(Some(0))]),
            scenario("later", vec![shown(Some(0))]),
        ];
        for scenario in &mut all[1..] {
            scenario.exchanges = vec![Arc::new(ExchangeRecord::default())].into();
        }
        let summaries = fold(&all);
        let told = evidence(&all, &summaries);
        let told = told[0].as_ref().unwrap();
        assert_eq!((told.scenario.name.as_str(), told.shown_by.len(), told.exchange().is_some()), ("kept", 3, true));
        all.iter_mut().for_each(|s| s.outcome = Outcome::of(OutcomeKind::ExpectedFailure, "known"));
        assert!(evidence(&all, &summaries)[0].is_none());
    }
}
