//! `docs/switching-idps.md`, `docs/certification.md`, `docs/cleanup.md`, `docs/traffic.md`, `docs/idp.md` and `docs/grade.md`: every
//! command block is run as a reader would, in its order, in one folder, against the providers that the guide serves; what a guide shows of
//! its output has to be in the output.

use super::root;
use super::support::{ADMIN, Place, Served, TOKEN, ended};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

const GUIDE: &str = "docs/switching-idps.md";
const CERTIFICATION: &str = "docs/certification.md";
const BY_HAND: &str = "docs/idp.md";
const CLEANUP: &str = "docs/cleanup.md";
const TRAFFIC: &str = "docs/traffic.md";
const GRADE: &str = "docs/grade.md";
/// Where the page on grading serves.
const GRADING: &str = "8093";
/// Where the proxy of the guide listens if nothing else is said.
const PROXY: &str = "8090";

/// What a comment before a block says of it.
enum Does {
    Serves,
    Ends(i32),
    IsNotRun,
}

struct Block {
    line: usize,
    does: Does,
    commands: String,
    /// The lines of the output the guide shows; empty only for what is not run.
    shown: Vec<String>,
}

fn guide() -> String {
    text(GUIDE)
}

fn text(document: &str) -> String {
    std::fs::read_to_string(root().join(document)).unwrap()
}

fn said(comment: &str) -> Option<Does> {
    let text = comment.strip_prefix("<!-- ")?.strip_suffix(" -->")?;
    match text.split_once(": ") {
        None => (text == "serve").then_some(Does::Serves),
        Some(("run", code)) => code.parse().ok().map(Does::Ends),
        Some((what, _why)) => (what == "not run").then_some(Does::IsNotRun),
    }
}

/// The command blocks, in order.
fn blocks(text: &str) -> Vec<Block> {
    let lines: Vec<&str> = text.lines().collect();
    let body = |start: usize| lines[start..].iter().take_while(|l| **l != "```").map(|l| (*l).to_owned());
    let mut all: Vec<Block> = Vec::new();
    let mut open = false;
    for (at, line) in lines.iter().enumerate().filter(|(_, l)| l.starts_with("```")) {
        open = !open;
        match *line {
            "```sh" => {
                let does = said(lines[at - 1]).unwrap_or_else(|| panic!("line {}: what does the block do?", at + 1));
                let commands = body(at + 1).collect::<Vec<_>>().join("\n");
                all.push(Block { line: at + 1, does, commands, shown: Vec::new() });
            }
            "```text" => all.last_mut().unwrap().shown.extend(body(at + 1)),
            "```" => assert!(!open, "line {}: a block of no kind", at + 1),
            other => panic!("line {}: a block of kind {other}", at + 1),
        }
    }
    all
}

/// A line without what is another in every run: ids, names with the run's tag (an r and four letters or digits), counts,
/// times, addresses.
pub(super) fn settled(line: &str) -> String {
    let tag = |part: &str| part.len() == 5 && part.starts_with('r');
    let varies = |word: &str| {
        word.contains(|c: char| c.is_ascii_digit()) || word.split(|c: char| !c.is_ascii_alphanumeric()).any(tag)
    };
    let word = |word: &str| if varies(word) { "#".to_owned() } else { word.to_owned() };
    line.split_whitespace().map(word).collect::<Vec<_>>().join(" ")
}

/// A command with the ports of the guide replaced by those where the test serves.
fn here(commands: &str, served: &[(String, Served)]) -> String {
    let address = |port: &str| format!("127.0.0.1:{port}");
    served
        .iter()
        .fold(commands.to_owned(), |text, (port, served)| text.replace(&address(port), &address(served.port())))
}

fn played(block: &Block, place: &Place, served: &[(String, Served)]) {
    let Does::Ends(code) = block.does else { panic!("line {} is not to be run", block.line) };
    let binary = Path::new(env!("CARGO_BIN_EXE_scimulate")).parent().unwrap().display().to_string();
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", &here(&block.commands, served)]).current_dir(place.path()).env_clear();
    shell.env("PATH", format!("{binary}:/usr/local/bin:/usr/bin:/bin")).env("SCIM_TOKEN", TOKEN);
    shell.env("SCIMULATE_ADMIN_TOKEN", ADMIN);
    shell.stdin(std::process::Stdio::null()).stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let ran = ended(shell.spawn().unwrap());
    assert_eq!(ran.code, code, "line {}: {ran:#?}", block.line);
    ran.decent();
    assert!(!block.shown.is_empty(), "line {}: the guide shows nothing of it", block.line);
    let out: Vec<String> = ran.out.lines().chain(ran.err.lines()).map(settled).collect();
    for line in &block.shown {
        assert!(out.contains(&settled(line)), "line {}: the guide shows `{line}`: {ran:#?}", block.line);
    }
}

/// Runs the blocks in their order, in one folder, against the served providers, and hands the first of these over.
fn followed(blocks: &[Block]) -> Served {
    let place = Place::new();
    let mut served: Vec<(String, Served)> = Vec::new();
    let mut ran = 0;
    for block in blocks {
        match &block.does {
            Does::Serves => {
                let (_, args) = block.commands.split_once("scimulate serve --port ").unwrap();
                let mut args = args.split_whitespace();
                let port = args.next().unwrap().to_owned();
                assert!(served.iter().all(|(known, _)| *known != port), "line {}: served twice", block.line);
                served.push((port, Served::start(&place, &args.collect::<Vec<_>>())));
            }
            Does::Ends(_) => {
                assert!(!served.is_empty(), "line {}: run before it is served", block.line);
                played(block, &place, &served);
                ran += 1;
            }
            Does::IsNotRun => {}
        }
    }
    assert!(ran > 5, "the guide has only {ran} blocks to run");
    served.swap_remove(0).1
}

#[test]
fn the_guide_to_a_switch_is_what_happens() {
    let served = followed(&blocks(&guide()));
    let left = (served.total("/Users"), served.total("/Groups"));
    assert_eq!(left, (1, 0), "the local administrator is all that is left");
}

#[test]
fn the_guide_to_certification_is_what_happens() {
    followed(&blocks(&text(CERTIFICATION))).expect_empty();
}

#[test]
fn the_page_on_being_an_idp_is_what_happens() {
    followed(&blocks(&text(BY_HAND))).expect_empty();
}

#[test]
fn the_guide_to_a_cleanup_is_what_happens() {
    let served = followed(&blocks(&text(CLEANUP)));
    assert_eq!((served.total("/Users"), served.total("/Groups")), (4, 3), "everything was taken back");
}

#[test]
fn the_guide_to_traffic_is_what_happens() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    // Another port than the one that may be in use here.
    let text = text(TRAFFIC).replace("--out entra.har &", &format!("--out entra.har --listen 127.0.0.1:{free} &"));
    followed(&blocks(&text.replace(PROXY, &free))).expect_empty();
}

#[test]
fn the_page_on_grading_is_what_happens() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let place = Place::new();
    // It serves by itself.
    let blocks = blocks(&text(GRADE).replace(GRADING, &free));
    blocks.iter().for_each(|block| played(block, &place, &[]));
    assert_eq!(blocks.len(), 3);
}

/// The cells of a table's line.
fn cells(line: &str) -> Vec<&str> {
    line.trim_matches('|').split('|').map(str::trim).collect()
}

#[test]
fn the_damage_of_an_order_is_that_of_the_matrix() {
    let matrix = std::fs::read_to_string(root().join("docs/switch-matrix.md")).unwrap();
    let head = matrix.lines().find(|l| l.starts_with("| order | oc→oc |")).unwrap();
    let column = |pair: &str| cells(head).iter().position(|c| *c == pair).unwrap();
    let (there, back) = (column("og→ed"), column("ed→og"));
    let guide = guide();
    let table = guide.lines().skip_while(|l| !l.starts_with("| order | Okta to Entra |")).skip(2);
    let rows: Vec<Vec<&str>> = table.take_while(|l| l.starts_with('|')).map(cells).collect();
    assert!(rows.len() > 5, "no table of orders");
    for row in rows {
        let known =
            matrix.lines().map(cells).find(|c| c[0] == row[0]).unwrap_or_else(|| panic!("{row:?}: no such order"));
        assert_eq!(row[1..3], [known[there], known[back]], "{}", row[0]);
    }
}
