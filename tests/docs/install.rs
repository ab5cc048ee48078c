//! `action.yml` and `docs/ci.md`: every step that installs the program is run as it stands there, and what it installed is run.
//!
//! What is elsewhere in a CI service is here: git is told that the project's address is this checkout. They build for release,
//! into the checkout's own folder, so that what is built already is not built again.

use super::root;
use super::scale::{action, blocks, calls, read, scripts, start};
use super::support::{Place, Served, TOKEN, ended};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

const SHELL: &[&str] = &["/bin/bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c"];

/// Runs a script that installs, with the tools of this machine.
fn install(script: &str, place: &Place, variables: &[(&str, &str)]) {
    let mut command = Command::new(SHELL[0]);
    command.args(&SHELL[1..]).arg(script).current_dir(place.path());
    command.env("CARGO_TARGET_DIR", root().join("target")).env("CARGO_NET_GIT_FETCH_WITH_CLI", "true");
    let output = command.envs(variables.iter().copied()).output().unwrap();
    assert!(output.status.success(), "{script}: {}", String::from_utf8_lossy(&output.stderr));
}

#[test]
#[ignore = "builds for release: `cargo test --test docs -- --ignored`, best after `cargo build --release`"]
fn the_action_installs_what_it_runs() {
    let place = Place::new();
    let served = Served::start(&place, &[]);
    let text: Value = serde_norway::from_str(&read("action.yml")).unwrap();
    let step = text["runs"]["steps"].as_array().unwrap().iter().find(|s| s["if"] == "inputs.binary == ''").unwrap();
    let runner = place.path().join("runner").display().to_string();
    let here = root().display().to_string();
    let script = step["run"].as_str().unwrap();
    install(script, &place, &[("GITHUB_ACTION_PATH", &here), ("RUNNER_TEMP", &runner)]);
    let given =
        [("target", served.base.as_str()), ("token", TOKEN), ("arguments", "--tags\n@F095\n--idp\nentra/default")];
    ended(action(&place, &given)).expect(0, &["conformant", "left as found"]);
    assert!(Path::new(&runner).join("scimulate/bin/scimulate").exists());
    served.expect_empty();
}

#[test]
#[ignore = "builds for release: `cargo test --test docs -- --ignored`, best after `cargo build --release`"]
fn the_jobs_without_the_action_install_what_they_run() {
    let place = Place::new();
    let served = Served::start(&place, &[]);
    let copy = place.path().join("copy.git").display().to_string();
    let here = root().display().to_string();
    let cloned = Command::new("git").args(["clone", "--quiet", "--bare", &here, &copy]).status().unwrap();
    assert!(cloned.success());
    let installed = place.path().join("installed");
    let mut ran = 0;
    let jobs: Vec<Value> = blocks("docs/ci.md").into_iter().filter(|block| !calls(block).is_empty()).collect();
    let documents = [blocks("docs/ci.md"), blocks("docs/scale.md")].concat();
    let steps = documents.iter().flat_map(scripts).filter(|script| script.contains("cargo install"));
    for script in steps.collect::<BTreeSet<String>>() {
        let instead = format!("url.file://{copy}.insteadOf");
        let at = installed.display().to_string();
        let variables = [
            ("GIT_CONFIG_COUNT", "1"),
            ("GIT_CONFIG_KEY_0", &instead),
            ("GIT_CONFIG_VALUE_0", "https://github.com/OWNER/scimulate"),
            ("CARGO_INSTALL_ROOT", &at),
        ];
        install(&script, &place, &variables);
        ran += 1;
    }
    assert!(ran > 0, "no job installs anything");
    let path = format!("{}:/usr/bin:/bin", installed.join("bin").display());
    assert_eq!(jobs.len(), 2);
    for script in jobs.iter().flat_map(calls) {
        let here = script.replace("http://127.0.0.1:8080/scim/v2", &served.base);
        let variables =
            [("PATH", path.as_str()), ("TARGET", &served.base), ("SCIMULATE_TAGS", "@F095 and not @matrix")];
        ended(start(SHELL, &here, &place, &variables)).expect(0, &["conformant"]);
    }
    served.expect_empty();
}
