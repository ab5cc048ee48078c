//! The README's example: the server it speaks of is served, the command is run, and what is shown is what comes.

use super::guide::settled;
use super::root;
use super::support::{Place, Served, TOKEN, ended};

/// Where the README serves; the test serves elsewhere.
const ADDRESS: &str = "127.0.0.1:8080";

#[test]
fn the_example_of_the_readme_is_what_happens() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let between = |from: &str, to: &str| readme.split_once(from).unwrap().1.split_once(to).unwrap().0.trim().to_owned();
    assert!(readme.contains("`scimulate serve --port 8080 --fault M095`"), "the README says which server it is");
    let example = between("## What it says", "\n## More");
    let command = example.split("```").nth(1).unwrap().trim().to_owned();
    let shown = between("```text\n", "\n```");
    let place = Place::new();
    let served = Served::start(&place, &["--fault", "M095"]);
    let here = format!("127.0.0.1:{}", served.port());
    let typed = command.replace(ADDRESS, &here);
    let mut words = typed.split_whitespace();
    assert_eq!(words.next(), Some("scimulate"));
    let mut run = place.command(&words.collect::<Vec<_>>());
    run.env("SCIMULATE_TOKEN", TOKEN).env("COLUMNS", "80").env("HOME", place.path());
    let ran = ended(run.spawn().unwrap());
    assert_eq!(ran.code, 1, "{ran:#?}");
    // How far it was after a minute depends on the machine.
    let progress = |line: &&str| line.starts_with(|c: char| c.is_ascii_digit()) && line.contains(" scenarios, ");
    let lines = |text: &str| -> Vec<String> {
        text.lines().filter(|line| !progress(line) && !line.is_empty()).map(settled).collect()
    };
    assert_eq!(lines(&shown), lines(&ran.out), "the README shows\n{shown}\n\nand what comes is\n{}", ran.out);
    assert!(shown.lines().count() <= 32, "one screen");
}
