//! Help, lists and pipes: plain text, no panic, exit code 0.

use super::support::Place;
use std::process::Stdio;

const LISTS: &[&[&str]] = &[
    &["list", "steps"],
    &["list", "features"],
    &["list", "idps"],
    &["list", "faults"],
    &["list", "requirements"],
    &["plan"],
    &["plan", "--steps"],
    &["completions", "bash"],
    &["explain", "RFC7644-3.3-07"],
    &["explain", "@tenant-switch"],
    &["--version"],
    &["--help"],
    &["run", "--help"],
];

#[test]
fn help_of_every_command_says_how_to_use_it() {
    let place = Place::new();
    let all = ["run", "plan", "serve", "list", "explain", "snapshots", "sweep", "completions", "man"];
    for command in all {
        place.run(&[command, "--help"]).expect(0, &["Usage: scimulate", command]);
        assert!(place.run(&["--help"]).out.contains(command), "{command}");
    }
    place.run(&["--help"]).expect(0, &["Exit codes", "130  interrupted, after cleanup"]);
    place.run(&[]).expect(2, &["Usage: scimulate"]);
}

#[test]
fn every_command_has_a_man_page() {
    let place = Place::new();
    place.run(&["man", "--out", "pages/man1"]).expect(0, &["man pages in pages/man1"]);
    let page = |name: &str| std::fs::read_to_string(place.path().join("pages/man1").join(name)).unwrap();
    let help = place.run(&["--help"]).out;
    let commands = help.lines().skip_while(|l| *l != "Commands:").skip(1).take_while(|l| !l.is_empty());
    let own = |line: &&str| line.strip_prefix("  ").is_some_and(|rest| !rest.starts_with(' '));
    let names: Vec<&str> =
        commands.filter(own).filter_map(|l| l.split_whitespace().next()).filter(|n| *n != "help").collect();
    assert!(names.len() > 15 && names.contains(&"man"), "{names:?}");
    for name in names {
        assert!(page(&format!("scimulate-{name}.1")).contains(".SH SYNOPSIS"), "{name}");
    }
    assert!(page("scimulate.1").contains("130") && page("scimulate-serve.1").contains("public"));
    let place = place.with("file", "");
    place.run(&["man", "--out", "file"]).expect(2, &["file: ", "name a folder that can be written, with --out"]);
}

#[test]
fn lists_are_plain_text() {
    let place = Place::new();
    for args in LISTS {
        let ran = place.run(args);
        ran.expect(0, &[]);
        assert!(!ran.out.trim().is_empty() && ran.err.is_empty(), "{args:?}: {ran:#?}");
    }
    assert!(place.run(&["list", "faults"]).out.contains("M095"));
    assert!(place.run(&["list", "idps"]).out.contains("entra/default"));
    assert!(place.run(&["list", "requirements"]).out.contains("STATE-ONE-ACCOUNT"));
    assert!(place.names().is_empty(), "{:?}", place.names());
}

#[test]
fn the_matrix_is_left_out_unless_its_tag_is_named() {
    let place = Place::new();
    let plain = place.run(&["plan", "--tags", "@tenant-switch"]);
    plain.expect(0, &["more are left out: --tags @matrix plays them"]);
    assert!(!plain.out.contains("/matrix/"), "{plain:#?}");
    let matrix = place.run(&["plan", "--tags", "@matrix", "--idp", "okta/custom"]);
    matrix.expect(0, &["first cycle, unassign [okta/custom -> okta/custom]"]);
    assert!(!matrix.out.contains("entra/") && !matrix.out.contains("more are left out"), "{matrix:#?}");
    place.run(&["list", "features"]).expect(0, &["Every order of a switch", "@matrix"]);
    let narrow = ["run", "--tags", "@F002", "--snapshots", "off"];
    assert!(!place.run(&narrow).out.contains("left out"), "no scenario of the matrix has this tag");
}

#[test]
fn a_reader_that_goes_away_is_no_trouble() {
    let place = Place::new();
    let run: &[&str] = &["run", "--tags", "@F095", "--snapshots", "off"];
    for args in LISTS.iter().chain([&run]) {
        let mut child = place.command(args).stdout(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let ran = super::support::ended(child);
        ran.expect(0, &[]);
        assert!(ran.err.is_empty(), "{args:?}: {ran:#?}");
    }
}

#[test]
fn explain_knows_requirements_claims_faults_and_tags() {
    let place = Place::new();
    place
        .run(&["explain", "rfc7644-3.3-07"])
        .expect(0, &["RFC7644-3.3-07", "MUST", "why", "remedy", "rfc7644#section-3.3"]);
    place.run(&["explain", "STATE-ACTIVE"]).expect(0, &["STATE-ACTIVE", "why", "remedy"]);
    place.run(&["explain", "M095"]).expect(0, &["remove-value-empties-group", "features/group/membership.feature"]);
    place
        .run(&["explain", "@F095"])
        .expect(0, &["features/group/membership.feature", "source", "https://", "M095", "Wrong for everybody"]);
    place.run(&["explain", "F185"]).expect(0, &["scenarios none: "]);
}

#[test]
fn every_requirement_listed_is_explained() {
    let place = Place::new();
    let listed = place.run(&["list", "requirements"]).out;
    let ids: Vec<&str> = listed.lines().filter_map(|l| l.split_whitespace().next()).collect();
    for id in ids.iter().step_by(9) {
        place.run(&["explain", id]).expect(0, &[id, "remedy"]);
    }
}
