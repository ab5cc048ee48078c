//! Tables of requests in a feature of the user's own.

use super::support::Place;

fn feature(rows: &str) -> Place {
    let rows: String = rows.lines().map(|row| format!("      {row}\n")).collect();
    let step = "    Then each of these is answered as it says:\n";
    Place::new().with("mine.feature", &format!("Feature: Mine\n  Scenario: Rows\n{step}{rows}"))
}

#[test]
fn a_row_that_cannot_be_asked_costs_no_other_row() {
    let rows =
        "| request | answer |\n| GET /ServiceProviderConfig | 200 |\n| GET /Users/<last> | 200 |\n| GET /Users | 404 |";
    let said = ["#1   GET /Users answered 200; expected 404"];
    feature(rows).run(&["run", "mine.feature"]).expect(1, &said);
}

#[test]
fn what_a_row_needs_is_a_feature_or_an_attribute() {
    let needs = |need: &str| feature(&format!("| needs | request | answer |\n| {need} | GET /Users | 404 |"));
    let told = ["could not go on: pach is no feature a target announces"];
    needs("pach").run(&["run", "mine.feature"]).expect(3, &told);
    for there in ["patch", "title", "no urn:example:ext:level"] {
        needs(there).run(&["run", "mine.feature"]).expect(1, &["#1   GET /Users answered 200; expected 404"]);
    }
}
