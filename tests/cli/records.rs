//! What is done with records: shown, repeated by hand, compared; and how a target and a token may be typed.

use super::support::{Place, Ran, Served, TOKEN, ended};
use std::process::Command;

/// Enough to find that a server empties groups.
const SOME: &[&str] = &["--tags", "@F095", "--idp", "entra/default", "--token-env", "TOKEN"];

fn run(place: &Place, served: &Served, more: &[&str]) -> Ran {
    place.run(&[&["run", &served.base], SOME, more].concat())
}

#[test]
fn a_finding_is_listed_shown_and_repeated_by_hand() {
    let place = Place::new();
    let served = Served::start(&place, &["--fault", "M095"]);
    let ran = run(&place, &served, &["--report", "json=run.json"]);
    ran.expect(1, &["What to fix, worst first", "emptied the group", "scimulate show run.json 1", "left as found"]);
    let screen = ran.out.lines().count();
    assert!(screen < 40 && !ran.out.contains("HAZARD-GROUP-EMPTIED: No"), "{screen}: {}", ran.out);
    place.run(&["show", "run.json"]).expect(0, &["#1 ", "emptied the group", "scimulate show run.json 1"]);
    place.run(&["show", "run.json", "#1"]).expect(0, &["rule      HAZARD-GROUP-EMPTIED", "<- shows it", "change "]);
    place.run(&["show", "run.json", "99"]).expect(2, &["no finding #99; it has #1"]);
    place.run(&["show", "7"]).expect(2, &["no run was kept", "--report json=FILE"]);
    place.run(&["curl", "run.json"]).expect(2, &["scimulate curl RECORD 7"]);
    place.run(&["curl", "run.json", "1", "--token-env", "a; b"]).expect(2, &["the name of a variable"]);
    let script = place.run(&["curl", "run.json", "1", "--token-env", "TOKEN"]);
    script.expect(0, &["\"$TOKEN\"", "-X PATCH", "-X DELETE"]);
    std::fs::write(place.path().join("again.sh"), &script.out).unwrap();
    if Command::new("curl").arg("--version").output().is_err() {
        return;
    }
    let mut shell = Command::new("/bin/sh");
    shell.arg("again.sh").current_dir(place.path()).env("TOKEN", TOKEN);
    shell.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let again = ended(shell.spawn().unwrap());
    assert_eq!(again.code, 0, "{again:#?}");
    let read = again.out.lines().rev().find(|line| line.contains("displayName")).unwrap_or_default();
    assert!(!read.contains("\"members\":[{"), "the group is empty again: {again:#?}");
    served.expect_empty();
}

#[test]
fn the_last_run_is_kept_for_its_user_alone() {
    let place = Place::new();
    let served = Served::start(&place, &["--fault", "M095"]);
    let home = place.path().join("home");
    let run_there = |args: &[&str]| {
        let mut command = place.command(args);
        command.env("HOME", &home);
        ended(command.spawn().unwrap())
    };
    let ran = run_there(&[&["run", &served.base], SOME].concat());
    ran.expect(1, &["`scimulate show 1` shows the first whole"]);
    run_there(&["show", "1"]).expect(0, &["emptied the group"]);
    run_there(&["show"]).expect(0, &["emptied the group"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let kept = home.join(".local/state/scimulate/last.json");
        assert_eq!(std::fs::metadata(kept).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn two_runs_are_compared() {
    let place = Place::new();
    let faulty = Served::start(&place, &["--fault", "M095"]);
    let sound = Served::start(&place, &[]);
    run(&place, &faulty, &["--report", "json=worse.json"]).expect(1, &[]);
    run(&place, &sound, &["--report", "json=better.json"]).expect(0, &["conformant"]);
    place.run(&["diff", "better.json", "worse.json"]).expect(1, &["New", "emptied the group"]);
    place.run(&["diff", "worse.json", "better.json"]).expect(0, &["Gone", "emptied the group"]);
    place.run(&["diff", "worse.json", "worse.json"]).expect(0, &["0 findings new, 0 gone, 0 changed"]);
    place.run(&["diff", "worse.json", "none.json"]).expect(2, &["none.json cannot be read"]);
}

#[test]
fn a_target_is_the_first_word_and_a_token_may_have_its_scheme() {
    let place = Place::new();
    let served = Served::start(&place, &[]);
    let mut command = place.command(&["run", &served.base, "--tags", "@F095", "--idp", "entra/default"]);
    command.env("SCIMULATE_TOKEN", format!("bearer {TOKEN}"));
    ended(command.spawn().unwrap()).expect(0, &["conformant"]);
    let none = place.run(&["run", &served.base]);
    none.expect(
        3,
        &["no token was sent: SCIMULATE_TOKEN is not set", "--token-env VARIABLE", "credential was refused"],
    );
    let two = place.run(&["run", &served.base, "--target", &served.base]);
    two.expect(2, &["a run has one target, and here are http://"]);
}

#[test]
fn every_scenario_and_finding_is_printed_when_asked_for() {
    let place = Place::new();
    let served = Served::start(&place, &["--fault", "M095"]);
    run(&place, &served, &["-v"]).expect(1, &["FAILED ", "#1 hazard  PATCH /Groups/{id}", "rule      HAZARD"]);
    run(&place, &served, &["--report", "terminal=run.txt"]).expect(1, &[]);
    let text = std::fs::read_to_string(place.path().join("run.txt")).unwrap();
    assert!(text.contains("rule      HAZARD") && text.contains("FAILED "), "{text}");
}

#[test]
fn tags_are_listed_with_what_they_choose() {
    let place = Place::new();
    let ran = place.run(&["list", "tags"]);
    ran.expect(0, &["  @tenant-switch\n", "  @okta\n"]);
    assert!(!ran.out.contains("@RFC") && ran.out.lines().count() < 80, "{}", ran.out);
}
