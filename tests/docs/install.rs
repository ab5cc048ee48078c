//! `action.yml`, `docs/ci.md` and `docs/scale.md`: every step that installs the program is run as it stands there, and what it
//! installed is run.
//!
//! What is elsewhere in a CI service is here: releases are a folder, and pip is told to look into `target/packages`, which
//! `packaging/check` fills. Those that need these packages, or build for release, are left to `.ci/run`.

use super::root;
use super::scale::{action, blocks, calls, read, scripts, start};
use super::support::{Place, Ran, Served, TOKEN, ended};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const SHELL: &[&str] = &["/bin/bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c"];
/// A program that only says that it ran.
const PROGRAM: &str = "#!/bin/sh\necho the released program\n";

/// Runs a script that installs, with the tools of this machine.
fn install(script: &str, place: &Place, variables: &[(&str, &str)]) -> Ran {
    let mut command = Command::new(SHELL[0]);
    command.args(&SHELL[1..]).arg(script).current_dir(place.path()).envs(variables.iter().copied());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    ended(command.spawn().unwrap())
}

/// The step of the action that installs, with its variables filled as GitHub would for these inputs.
fn install_by_action(place: &Place, inputs: &[(&str, &str)], variables: &[(&str, &str)]) -> Ran {
    let action: Value = serde_norway::from_str(&read("action.yml")).unwrap();
    let step = action["runs"]["steps"].as_array().unwrap().iter().find(|s| s["if"] == "inputs.binary == ''").unwrap();
    let input = |name: &str| {
        let default = action["inputs"][name]["default"].as_str().unwrap_or_else(|| panic!("no input {name}"));
        inputs.iter().find(|(n, _)| *n == name).map_or(default, |(_, value)| value).to_owned()
    };
    let server = format!("file://{}", place.path().display());
    let value = |expression: &str| match expression {
        "github.server_url" => server.clone(),
        // Called by its path, an action has no repository of its own.
        "inputs.repository || github.action_repository" => input("repository"),
        other => input(other.strip_prefix("inputs.").unwrap()),
    };
    let filled = step["env"].as_object().unwrap().iter().map(|(variable, expression)| {
        let expression = expression.as_str().unwrap().strip_prefix("${{ ").unwrap().strip_suffix(" }}").unwrap();
        (variable.clone(), value(expression))
    });
    let mut all: Vec<(String, String)> = filled.collect();
    // Without cargo: what is to be installed from a release is not built instead.
    all.push(("PATH".to_owned(), "/usr/bin:/bin".to_owned()));
    all.push(("GITHUB_ACTION_PATH".to_owned(), root().display().to_string()));
    all.push(("RUNNER_TEMP".to_owned(), place.path().join("runner").display().to_string()));
    let all = all.iter().map(|(n, v)| (n.as_str(), v.as_str())).chain(variables.iter().copied());
    install(step["run"].as_str().unwrap(), place, &all.collect::<Vec<_>>())
}

fn installed(place: &Place) -> PathBuf {
    place.path().join("runner/scimulate/bin/scimulate")
}

/// Output of a small command of this machine.
fn told(program: &str, arguments: &[&str], folder: &Path) -> String {
    let output = Command::new(program).args(arguments).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// The name of the archive for this machine.
fn archive() -> String {
    format!("scimulate-{}-unknown-linux-gnu.tar.gz", std::env::consts::ARCH)
}

/// A release in the folder that stands for the code host: an archive with [`PROGRAM`], and its checksum. The checksum comes back.
fn release(place: &Place) -> String {
    let folder = place.path().join(format!("some/repository/releases/download/v{}", env!("CARGO_PKG_VERSION")));
    let name = archive().replace(".tar.gz", "");
    std::fs::create_dir_all(folder.join(&name)).unwrap();
    std::fs::write(folder.join(&name).join("scimulate"), PROGRAM).unwrap();
    told("tar", &["-czf", &archive(), &name], &folder);
    let sum = told("sha256sum", &[&archive()], &folder);
    std::fs::write(folder.join("SHA256SUMS"), format!("{sum}\n")).unwrap();
    sum.split(' ').next().unwrap().to_owned()
}

const REPOSITORY: (&str, &str) = ("repository", "some/repository");

#[test]
fn the_action_installs_a_release_whose_checksum_is_right() {
    let place = Place::new();
    let sum = release(&place);
    install_by_action(&place, &[REPOSITORY], &[]).expect(0, &["from its release", &sum]);
    assert_eq!(told(installed(&place).to_str().unwrap(), &[], place.path()), "the released program");
    install_by_action(&place, &[REPOSITORY, ("sha256", &sum), ("install-from", "release")], &[]).expect(0, &[]);
}

#[test]
fn the_action_installs_nothing_that_has_another_checksum() {
    let place = Place::new();
    release(&place);
    // Whatever may be built otherwise: a release that was replaced is no reason to go on.
    for from in ["auto", "release"] {
        let pinned = [REPOSITORY, ("sha256", "0000"), ("install-from", from)];
        install_by_action(&place, &pinned, &[]).expect(1, &["it should be 0000", "nothing was installed"]);
    }
    let folder = place.path().join(format!("some/repository/releases/download/v{}", env!("CARGO_PKG_VERSION")));
    std::fs::write(folder.join(archive()), "another file").unwrap();
    install_by_action(&place, &[REPOSITORY], &[]).expect(1, &["has the checksum", "nothing was installed"]);
    std::fs::write(folder.join("SHA256SUMS"), "").unwrap();
    install_by_action(&place, &[REPOSITORY], &[]).expect(1, &["says nothing of"]);
    std::fs::remove_file(folder.join("SHA256SUMS")).unwrap();
    install_by_action(&place, &[REPOSITORY], &[]).expect(1, &["no SHA256SUMS"]);
    assert!(!installed(&place).exists());
}

#[test]
fn the_action_says_what_there_is_when_there_is_no_release() {
    let place = Place::new();
    let only = [REPOSITORY, ("install-from", "release")];
    install_by_action(&place, &only, &[]).expect(1, &["cannot be had", "SCIMULATE_FROM=source"]);
    install_by_action(&place, &[("install-from", "release")], &[]).expect(1, &["no repository is known"]);
    install_by_action(&place, &[REPOSITORY, ("install-from", "nowhere")], &[]).expect(1, &["release, source or auto"]);
    install_by_action(&place, &[REPOSITORY], &[]).expect(1, &["it is built from source", "install Rust"]);
    assert!(!installed(&place).exists());
}

#[test]
#[ignore = "builds for release: `cargo test --test docs -- --ignored`, best after `cargo build --release`"]
fn the_action_builds_what_has_no_release() {
    let place = Place::new();
    let served = Served::start(&place, &[]);
    // Into the checkout's own folder, so that what is built already is not built again.
    let target = root().join("target").display().to_string();
    let path = std::env::var("PATH").unwrap();
    let variables = [("CARGO_TARGET_DIR", target.as_str()), ("PATH", &path)];
    install_by_action(&place, &[REPOSITORY], &variables).expect(0, &["it is built from source"]);
    let given =
        [("target", served.base.as_str()), ("token", TOKEN), ("arguments", "--tags\n@F095\n--idp\nentra/default")];
    ended(action(&place, &given)).expect(0, &["conformant", "left as found"]);
    assert!(installed(&place).exists());
    served.expect_empty();
}

/// The wheel that `packaging/check` made.
fn wheel() -> PathBuf {
    let folder = root().join("target/packages");
    let all =
        std::fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}; packaging/check makes it", folder.display()));
    let mut wheels = all.map(|e| e.unwrap().path()).filter(|path| path.extension().is_some_and(|e| e == "whl"));
    wheels.next().unwrap_or_else(|| panic!("no wheel in {}; packaging/check makes it", folder.display()))
}

#[test]
#[ignore = "needs the packages: `packaging/check`, then `cargo test --test docs -- --ignored`"]
fn the_jobs_without_the_action_install_what_they_run() {
    let place = Place::new();
    let served = Served::start(&place, &[]);
    let wheel = wheel();
    let folder = wheel.parent().unwrap().display().to_string();
    let sum = told("sha256sum", &[wheel.to_str().unwrap()], place.path());
    let pinned = |sum: &str| format!("scimulate=={} --hash=sha256:{sum}\n", env!("CARGO_PKG_VERSION"));
    let place = place.with("scimulate.txt", &pinned(sum.split(' ').next().unwrap()));
    let documents = [blocks("docs/ci.md"), blocks("docs/scale.md")].concat();
    let steps = documents.iter().flat_map(scripts).filter(|script| script.contains("pip install"));
    let scripts: BTreeSet<String> = steps.collect();
    assert_eq!(scripts.len(), 2, "{scripts:?}");
    let jobs: Vec<String> = blocks("docs/ci.md").iter().flat_map(calls).collect();
    assert_eq!(jobs.len(), 2);
    for (at, script) in scripts.iter().enumerate() {
        let venv = place.path().join(format!("venv-{at}"));
        told("python3", &["-m", "venv", venv.to_str().unwrap()], place.path());
        let path = format!("{}:/usr/bin:/bin", venv.join("bin").display());
        let variables = [("PATH", path.as_str()), ("PIP_NO_INDEX", "1"), ("PIP_FIND_LINKS", &folder)];
        install(script, &place, &variables).expect(0, &[]);
        for job in &jobs {
            let here = job.replace("http://127.0.0.1:8080/scim/v2", &served.base);
            let variables =
                [("PATH", path.as_str()), ("TARGET", &served.base), ("SCIMULATE_TAGS", "@F095 and not @matrix")];
            ended(start(SHELL, &here, &place, &variables)).expect(0, &["conformant"]);
        }
    }
    // The file with another checksum keeps a wheel out.
    let place = place.with("scimulate.txt", &pinned(&"0".repeat(64)));
    let hashed = scripts.iter().find(|script| script.contains("--require-hashes")).unwrap();
    let venv = place.path().join("venv-none");
    told("python3", &["-m", "venv", venv.to_str().unwrap()], place.path());
    let path = format!("{}:/usr/bin:/bin", venv.join("bin").display());
    let variables = [("PATH", path.as_str()), ("PIP_NO_INDEX", "1"), ("PIP_FIND_LINKS", &folder)];
    let refused = install(hashed, &place, &variables);
    assert!(refused.code != 0 && refused.err.contains("DO NOT MATCH"), "{refused:#?}");
    served.expect_empty();
}
