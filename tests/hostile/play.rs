//! Plays a table of lies: each against a provider of its own, and what holds whatever the lie is.

use super::proxy::{self, Tell};
use super::support::{Place, Ran, Served, TOKEN, ended};
use serde_json::Value;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::{Child, Command};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// A person, a group and the documents of discovery: enough for what a server does to every answer.
const USUAL: &str = "@F112 or @F095 or @RFC7643-5-02";

/// A few scenarios of every kind: people, groups, lists, discovery.
pub(crate) const SOME: &str = "(@F095 or @F112 or @F120 or @RFC7643-5-02 or @RFC7644-4-08) and not @corruption";

/// One of them, for lies that take long.
pub(crate) const FEW: &str = "@F112";

/// A server that lies.
pub(crate) struct Lie {
    /// What it does.
    pub(crate) name: &'static str,
    pub(crate) tell: Tell,
    /// How many requests are answered honestly first.
    pub(crate) from: usize,
    pub(crate) tags: &'static str,
    pub(crate) timeout: &'static str,
    /// Whether it denies what it holds, so that nobody can know what is left.
    pub(crate) denies: bool,
    /// How the run ends.
    pub(crate) code: i32,
    /// What the reader is told.
    pub(crate) words: &'static [&'static str],
}

/// What most rows of a table have in common: the look before the run is answered honestly, and there are findings.
pub(crate) const LIE: Lie =
    Lie { name: "", tell: |_, _, _| {}, from: 1, tags: USUAL, timeout: "20s", denies: false, code: 1, words: &[] };

/// Most memory of a run, in KiB.
const MEMORY: u64 = 300 << 10;
/// A run that takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(90);

/// Plays every row, some at once, and says all that went wrong.
pub(crate) fn play(lies: &[Lie]) {
    let (next, trouble) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while let Some(lie) = lies.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let played = catch_unwind(AssertUnwindSafe(|| one(lie)));
                    if let Err(panic) = played {
                        let text = panic.downcast_ref::<String>().cloned();
                        let text = text.or_else(|| panic.downcast_ref::<&str>().map(|t| (*t).to_owned()));
                        trouble.lock().unwrap().push(format!("== {}\n{}", lie.name, text.unwrap_or_default()));
                    }
                }
            });
        }
    });
    let trouble = trouble.into_inner().unwrap();
    assert!(trouble.is_empty(), "{} of {}:\n{}", trouble.len(), lies.len(), trouble.join("\n"));
}

fn one(lie: &Lie) {
    let place = Place::new();
    let served = Served::start(&place, &[]);
    served.populate(1);
    let resident = proxy::held(&served.base, "/Users");
    let url = proxy::start(&served.base, lie.from, lie.tell);
    let began = Instant::now();
    // One IdP shows it as well as two, where not every scenario has to.
    let idps = if lie.tags == SOME { TWO } else { "okta/custom" };
    let (ran, memory) = run_as(idps, &place, &url, &["--tags", lie.tags, "--timeout", lie.timeout]);
    if std::env::var_os("HOSTILE_TOLD").is_some() {
        let spent = format!("{} MiB, {:.1} s", memory >> 10, began.elapsed().as_secs_f64());
        let told = format!("{}, {spent}\n{}\n{}", ran.code, ran.err, ran.out);
        std::fs::write(std::env::temp_dir().join(format!("told-{}.txt", lie.name.replace([' ', '/'], "-"))), told)
            .unwrap();
    }
    expect(&ran, memory, lie.code, lie.words);
    kept(&place, &served.base, &ran, &resident, lie.denies);
}

/// Fails unless the run ended as it should and its output can be read without harm.
pub(crate) fn expect(ran: &Ran, memory: u64, code: i32, words: &[&str]) {
    let shown = format!("{}\n{}\n{}", ran.code, cut(&ran.err), cut(&ran.out));
    assert_eq!(ran.code, code, "{shown}");
    // Lines are broken at the width of the page.
    let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (out, err) = (flat(&ran.out), flat(&ran.err));
    for word in words {
        assert!(out.contains(word) || err.contains(word), "without `{word}`: {shown}");
    }
    for bad in ["panicked", "RUST_BACKTRACE", TOKEN] {
        assert!(!ran.out.contains(bad) && !ran.err.contains(bad), "with `{bad}`: {shown}");
    }
    let raw = |c: &char| {
        (c.is_control() && *c != '\n')
            || matches!(*c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    let hidden: Vec<char> = ran.out.chars().chain(ran.err.chars()).filter(raw).collect();
    assert!(hidden.is_empty(), "{hidden:?} in {shown}");
    assert!(memory < MEMORY, "{} MiB of memory", memory >> 10);
}

fn cut(text: &str) -> String {
    let all: Vec<char> = text.chars().collect();
    if all.len() < 6_000 {
        text.to_owned()
    } else {
        format!(
            "{}\n[...]\n{}",
            all[..2_000].iter().collect::<String>(),
            all[all.len() - 4_000..].iter().collect::<String>()
        )
    }
}

/// Fails if anything was touched that the run did not make, if something is left that no ledger names, or if a file is
/// half written or has the token in it.
pub(crate) fn kept(place: &Place, base: &str, ran: &Ran, resident: &[Value], denies: bool) {
    let users = proxy::held(base, "/Users");
    let still: Vec<&Value> = users.iter().filter(|u| resident.iter().any(|r| r["id"] == u["id"])).collect();
    assert_eq!(still, resident.iter().collect::<Vec<_>>(), "somebody else's account was touched");
    let ledger = place.ledger().map(|path| std::fs::read_to_string(path).unwrap()).unwrap_or_default();
    let groups = proxy::held(base, "/Groups");
    for left in users.iter().filter(|u| !resident.iter().any(|r| r["id"] == u["id"])).chain(&groups) {
        let name = left["userName"].as_str().or(left["displayName"].as_str()).unwrap_or_default();
        let id = left["id"].as_str().unwrap_or_default();
        let named = ledger.contains(&format!("\"{name}\"")) || ledger.contains(&format!("\"{id}\""));
        assert!(named || denies, "{left} is left, and no ledger names it: {ledger}");
        assert!(denies || ran.err.contains("left on the target"), "{left} is left and nobody is told:\n{}", ran.err);
    }
    files(place.path());
}

fn files(folder: &Path) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path);
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let at = path.display();
        assert!(!text.contains(TOKEN), "the token is in {at}");
        match path.extension().and_then(|e| e.to_str()) {
            Some("json") => drop(serde_json::from_str::<Value>(&text).unwrap_or_else(|e| panic!("{at}: {e}"))),
            Some("jsonl") => {
                text.lines()
                    .for_each(|l| drop(serde_json::from_str::<Value>(l).unwrap_or_else(|e| panic!("{at}: {e}"))));
            }
            Some("xml") => assert!(text.trim_end().ends_with("</testsuites>"), "{at} is not whole"),
            Some("html") => assert!(text.trim_end().ends_with("</html>"), "{at} is not whole"),
            Some("md") => assert!(text.starts_with("# SCIM: "), "{at}"),
            other => panic!("what is {at} ({other:?})?"),
        }
    }
}

/// Two IdPs that differ.
const TWO: &str = "okta/custom,entra/default";

/// Runs the scenarios of two IdPs against a target with all reports; gives how it ended and the most memory it had, in KiB.
pub(crate) fn run(place: &Place, url: &str, more: &[&str]) -> (Ran, u64) {
    run_as(TWO, place, url, more)
}

fn run_as(idps: &str, place: &Place, url: &str, more: &[&str]) -> (Ran, u64) {
    let reports = ["json=run.json", "junit=run.xml", "html=run.html", "markdown=run.md"];
    let reports = reports.iter().flat_map(|r| ["--report", r]);
    let args: Vec<&str> = ["run", "-v", "--target", url, "--token-env", "TOKEN", "--idp", idps]
        .into_iter()
        .chain(more.iter().copied())
        .chain(reports)
        .collect();
    let child = place.command(&args).spawn().unwrap();
    watched(child)
}

/// Waits for a child, kills it if it hangs, and looks at its memory meanwhile.
fn watched(child: Child) -> (Ran, u64) {
    let id = child.id();
    let (most, over) = (AtomicU64::new(0), AtomicBool::new(false));
    let ran = std::thread::scope(|scope| {
        scope.spawn(|| {
            let began = Instant::now();
            while !over.load(Ordering::Relaxed) {
                most.fetch_max(peak(id).unwrap_or_default(), Ordering::Relaxed);
                if began.elapsed() > PATIENCE {
                    let _may_have_ended = Command::new("/bin/sh").args(["-c", &format!("kill -KILL {id}")]).status();
                    break;
                }
                std::thread::sleep(Duration::from_millis(10));
            }
        });
        let ran = ended(child);
        over.store(true, Ordering::Relaxed);
        ran
    });
    (ran, most.into_inner())
}

/// The most memory a process had so far, in KiB.
fn peak(id: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    status.lines().find_map(|l| l.strip_prefix("VmHWM:")?.trim().trim_end_matches(" kB").parse().ok())
}
