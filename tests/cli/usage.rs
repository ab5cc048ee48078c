//! What is typed or written wrong: exit code 2 with place and remedy, and the target has not seen a request.

use super::support::{Place, Ran, Served, Stub};
use std::net::TcpListener;

const GOOD: &str = "Feature: Good\n  Scenario: One\n    When a client creates a user for \"Ada\"\n";

/// Runs against a target that must not hear of it.
fn refused(place: &Place, args: &[&str]) -> Ran {
    let stub = Stub::answering("200 OK", "{}");
    let ran = place.run(&[&["run", "--target", &stub.url], args].concat());
    assert_eq!(stub.heard(), Vec::<String>::new(), "{ran:#?}");
    ran
}

#[test]
fn a_misspelt_step_is_shown_with_its_place_and_the_nearest_one() {
    let text = "Feature: F\n  Scenario: S\n    When a client craetes a user for \"Ada\"\n";
    let place = Place::new().with("bad.feature", text);
    refused(&place, &["bad.feature"]).expect(
        2,
        &["bad.feature:3", "a client craetes a user for \"Ada\"", "did you mean: When a client creates a user for"],
    );
    assert_eq!(place.names(), ["bad.feature"]);
}

#[test]
fn every_trouble_of_the_feature_text_is_told_at_once() {
    let text = "Feature: F\n  Scenario: S\n    When pigs might fly over there\n    Then pigs might have flown far\n";
    let place = Place::new().with("bad.feature", text);
    refused(&place, &["bad.feature"]).expect(2, &["bad.feature:3", "bad.feature:4", "scimulate list steps"]);
}

#[test]
fn broken_gherkin_is_shown_with_file_and_line() {
    let text = "Feature: F\n  Scenario: S\n    When a client creates a user for \"Ada\"\n    Wenn it rains\n";
    let place = Place::new().with("bad.feature", text);
    refused(&place, &["bad.feature"]).expect(2, &["bad.feature:4", "this is no Gherkin", "Wenn it rains"]);
    let place = Place::new().with("bad.feature", "");
    refused(&place, &["bad.feature"]).expect(2, &["bad.feature"]);
}

#[test]
fn a_scenario_without_steps_never_passes() {
    let place = Place::new().with("bad.feature", "Feature: F\n  Scenario: S\n    Wenn it rains\n");
    refused(&place, &["bad.feature"]).expect(2, &["bad.feature:2", "has no steps", "taken for prose"]);
}

#[test]
fn two_scenarios_of_one_name_are_refused() {
    let twice = format!("{GOOD}{}", GOOD.split_once('\n').unwrap().1);
    let place = Place::new().with("bad.feature", &twice);
    refused(&place, &["bad.feature"]).expect(2, &["bad.feature:2 and bad.feature:4", "same snapshot name"]);
    // Names that differ in what no file name can hold would share a golden file.
    let place = Place::new().with("bad.feature", &twice.replacen("One", "one!", 1));
    refused(&place, &["bad.feature"]).expect(2, &["bad.feature:2 and bad.feature:4", "another name"]);
    // The same file named twice is no such trouble.
    let place = Place::new().with("good.feature", GOOD);
    place.run(&["plan", "good.feature", "good.feature"]).expect(0, &["1 scenario"]);
}

#[test]
fn a_step_written_with_a_star_is_refused() {
    let text = "Feature: F\n  Scenario: S\n    * a client creates a user for \"Ada\"\n";
    let place = Place::new().with("bad.feature", text);
    refused(&place, &["bad.feature"]).expect(2, &["bad.feature:3", "*", "Given"]);
}

#[test]
fn a_missing_feature_path_is_named() {
    let place = Place::new();
    refused(&place, &["nowhere.feature"]).expect(2, &["nowhere.feature", "name a .feature file or a folder of them"]);
    std::fs::create_dir(place.path().join("empty")).unwrap();
    refused(&place, &["empty"]).expect(2, &["empty holds no .feature file"]);
}

#[test]
fn misspelt_names_get_a_suggestion() {
    let place = Place::new().with("good.feature", GOOD);
    refused(&place, &["--idp", "okta/custm"]).expect(2, &["okta/custm", "did you mean `okta/custom`?"]);
    refused(&place, &["--snapshots", "acept"]).expect(2, &["acept", "did you mean `accept`?"]);
    refused(&place, &["--report", "jsn=x"]).expect(2, &["jsn", "did you mean `json`?"]);
    place
        .run(&["serve", "--fault", "remove-value-empties-groups"])
        .expect(2, &["did you mean", "remove-value-empties-group"]);
    place.run(&["snapshot"]).expect(2, &["'snapshot'", "'snapshots'"]);
    place.run(&["explain", "RFC7644-3.3-7"]).expect(2, &["RFC7644-3.3-7", "did you mean `RFC7644-3.3-07`?"]);
    place.run(&["explain", "zzz"]).expect(2, &["nothing is called `zzz`", "scimulate list requirements"]);
}

#[test]
fn an_idp_tag_nobody_knows_is_refused() {
    let text = "@okta/nosuchmode\nFeature: F\n  Scenario: S\n    When a client creates a user for \"Ada\"\n";
    let place = Place::new().with("bad.feature", text);
    refused(&place, &["bad.feature"]).expect(2, &["bad.feature:3", "okta/nosuchmode"]);
}

#[test]
fn an_idp_without_a_product_is_refused_with_the_sentence_that_gives_it_one() {
    let text = "Feature: F\n  Scenario: S\n    When the new IdP assigns \"Ada\"\n";
    let place = Place::new().with("bad.feature", text);
    refused(&place, &["bad.feature"]).expect(2, &["bad.feature:2", "Given the new IdP is an Okta org"]);
    let place = Place::new().with("bad.feature", &text.replace("the new IdP", "the IdP"));
    refused(&place, &["bad.feature"]).expect(2, &["bad.feature:2", "tag the scenario with @okta or @entra"]);
}

#[test]
fn a_folder_for_snapshots_that_cannot_be_written_is_known_before_the_run() {
    let place = Place::new().with("file", "");
    refused(&place, &["--snapshots", "accept", "--snapshots-dir", "file/below"])
        .expect(2, &["snapshots cannot be written to file/below", "--snapshots-dir"]);
}

#[test]
fn a_broken_tag_expression_is_shown() {
    let place = Place::new();
    refused(&place, &["--tags", "@okta and ("]).expect(2, &["@okta and ("]);
}

#[test]
fn tags_that_select_nothing_are_never_a_success() {
    let place = Place::new();
    refused(&place, &["--tags", "@nosuchtag"]).expect(3, &["no scenario is selected", "@nosuchtag", "list features"]);
}

#[test]
fn bad_values_are_shown_with_an_example() {
    let place = Place::new();
    refused(&place, &["--timeout", "soon"]).expect(2, &["`soon`", "90s"]);
    refused(&place, &["--jobs", "0"]).expect(2, &["'0'", "--jobs", "1..=256"]);
    refused(&place, &["--memory", "0"]).expect(2, &["--memory is in MB and at least 1"]);
    refused(&place, &["--jobs", "many"]).expect(2, &["'many'", "--jobs"]);
    refused(&place, &["--for", "rfc,entr"])
        .expect(2, &["there is no reader `entr`", "did you mean `entra`", "rfc, data, okta, entra"]);
    for url in ["nosuchname", "ftp://127.0.0.1/scim", "https://me:pass@host/scim", "https://host/#x"] {
        let ran = place.run(&["run", "--target", url]);
        ran.expect(2, &["is no base URL", "write it like https://host/scim/v2"]);
        assert!(!ran.err.contains("pass@"), "{ran:#?}");
    }
}

#[test]
fn a_report_that_cannot_be_written_is_known_before_the_run() {
    let place = Place::new();
    refused(&place, &["--report", "json=no/such/folder/run.json"]).expect(2, &["no/such/folder/run.json", "folder"]);
    refused(&place, &["--report", "json="]).expect(2, &["--report json=", "names no file"]);
    let twice = ["--report", "json=run.json", "--report", "junit=run.json"];
    refused(&place, &twice).expect(2, &["two reports would write to run.json"]);
    assert!(place.names().is_empty(), "{:?}", place.names());
}

#[test]
fn a_credential_that_is_not_there_is_named() {
    let place = Place::new().with("empty", "\n");
    refused(&place, &["--token-env", "NO_SUCH"]).expect(2, &["NO_SUCH is not set", "export it"]);
    refused(&place, &["--token-file", "nowhere"]).expect(2, &["nowhere could not be read", "check the path"]);
    refused(&place, &["--token-file", "empty"]).expect(2, &["file empty", "is empty"]);
    refused(&place, &["--token-file", "empty", "--token-env", "TOKEN"]).expect(2, &["cannot be used with"]);
}

#[test]
fn a_port_in_use_is_named_with_the_way_out() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    Place::new().run(&["serve", "--port", &port]).expect(3, &[&port, "port 0 takes any free one"]);
}

#[test]
fn a_database_that_is_none_is_named() {
    let place = Place::new().with("text.sqlite", &"this is no database\n".repeat(100));
    place.run(&["serve", "--db", "text.sqlite"]).expect(3, &["text.sqlite"]);
    place.run(&["serve", "--db", "no/such/folder/x.sqlite"]).expect(3, &["no/such/folder/x.sqlite"]);
}

#[test]
fn a_ledger_that_is_none_is_named() {
    let place = Place::new().with("notes.txt", "buy milk\n");
    place.run(&["sweep", "nowhere.jsonl"]).expect(2, &["nowhere.jsonl"]);
    place.run(&["sweep", "notes.txt"]).expect(2, &["notes.txt", "line 1"]);
    assert_eq!(place.names(), ["notes.txt"]);
}

#[test]
fn a_feature_of_ones_own_runs_with_the_wrong_line_endings_too() {
    let place = Place::new().with("good.feature", &GOOD.replace('\n', "\r\n"));
    let served = Served::start(&place, &[]);
    place.run(&["run", "good.feature", "--target", &served.base, "--token-env", "TOKEN"]).expect(0, &["1 passed"]);
    served.expect_empty();
}

#[test]
fn a_file_of_schemas_that_cannot_be_served_is_refused() {
    let place = Place::new().with("wrong.json", r#"{"schemas":[{"id":"device","attributes":[]}]}"#);
    place.run(&["serve", "--schemas", "wrong.json"]).expect(2, &["wrong.json", "device is no schema URN"]);
    place.run(&["serve", "--schemas", "absent.json"]).expect(2, &["absent.json"]);
}
