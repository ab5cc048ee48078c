//! A run that plays several products keeps apart what each says it can do.

use std::process::{Command, Stdio};

const FEATURE: &str = "\
Feature: What each product can do

  Scenario: Our own takes bulk jobs
    Given the target supports \"bulk\"
    When a client sends GET '/Users?count=1'
    Then the answer is 200

  @profile/snowflake
  Scenario: That product takes none
    Given the target does not support \"bulk\"
    When a client sends GET '/Users?count=1'
    Then the answer is 200
";

#[test]
fn what_one_product_says_it_can_do_is_not_taken_for_anothers() {
    let place = std::env::temp_dir().join(format!("scimulate-products-{}", std::process::id()));
    std::fs::create_dir_all(&place).unwrap();
    std::fs::write(place.join("products.feature"), FEATURE).unwrap();
    let args = ["run", "products.feature", "--jobs", "1", "--snapshots", "off", "--report", "json=run.json"];
    let mut command = Command::new(env!("CARGO_BIN_EXE_scimulate"));
    let done = command.args(args).current_dir(&place).stdin(Stdio::null()).output().unwrap();
    let told = String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
    let record: serde_json::Value = serde_json::from_slice(&std::fs::read(place.join("run.json")).unwrap()).unwrap();
    let _may_stay = std::fs::remove_dir_all(&place);
    assert_eq!((&record["totals"]["passed"], &record["totals"]["skipped"]), (&2.into(), &0.into()), "{told}");
}
