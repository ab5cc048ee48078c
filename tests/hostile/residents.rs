//! Whatever a server says: a hundred residents are, byte for byte, what they were before the runs, the kills and the sweeps.

use super::liar::{Dice, Liar, Lying};
use super::lies::{self, Lie, NEVER, SHOWS};
use super::support::{Place, Ran, TOKEN, ended};
use super::tenant::Tenant;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

const RESIDENTS: usize = 100;
/// Plays of one after the other that fit into a test of every day.
const USUAL: usize = 10;
/// A command that takes longer hangs: six scenarios of 8 s, each with a cleanup that waits for a target that is busy.
const PATIENCE: Duration = Duration::from_secs(300);

/// A few scenarios each: people, groups, names, bulk jobs, what comes back.
const TAGS: [&str; 8] = [
    "@F112",
    "@F095",
    "@F120",
    "@RFC7644-3.3-07",
    "@RFC7644-3.6-02",
    "@rename and @entra",
    "@RFC7644-3.7-03",
    "@RFC7644-3.5.2.1-04",
];

/// What one seed plays.
struct Play {
    place: Place,
    tenant: Arc<Tenant>,
    liar: Liar,
    /// Whether a person may vouch for a run's id: not where reads of residents show what the run made.
    vouched: bool,
    dice: Dice,
    told: Vec<String>,
}

/// Draws what can be told from the truth.
fn drawn(dice: &mut Dice) -> Vec<&'static Lie> {
    let (all, creates) = (lies::all(), lies::of_creates());
    let mut drawn: Vec<&Lie> = Vec::new();
    for nth in 0..1 + dice.below(4) {
        // Whoever takes a resident for its own has been told so, and that is what most begin with.
        let lie = if nth == 0 && dice.hits(70) { dice.one(&creates) } else { dice.one(&all) };
        let kinds = drawn.iter().fold(lie.kind, |kinds, other| kinds | other.kind);
        if !NEVER.iter().any(|never| kinds & never == *never) && !drawn.iter().any(|other| other.name == lie.name) {
            drawn.push(lie);
        }
    }
    drawn
}

impl Play {
    fn of(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let drawn = drawn(&mut dice);
        let lies = drawn.iter().map(|lie| Lying { say: lie.say, percent: dice.one(&[10, 35, 100]) }).collect();
        let from = dice.one(&[0, 8, 16, 40]);
        let tenant = Arc::new(Tenant::with(RESIDENTS));
        let liar = Liar::start(tenant.clone(), lies, from, dice.clone());
        let told = vec![format!(
            "seed {seed}, honest to the first {from}: {:?}",
            drawn.iter().map(|l| l.name).collect::<Vec<_>>()
        )];
        let vouched = drawn.iter().all(|lie| lie.kind & SHOWS == 0);
        Self { place: Place::new(), tenant, liar, vouched, dice, told }
    }

    /// Runs, kills and sweeps in some order, and a sweep of all ledgers at last.
    fn play(&mut self) {
        for _ in 0..1 + self.dice.below(2) {
            self.run();
            if self.dice.hits(50) {
                self.sweep();
            }
            if self.vouched && self.dice.hits(20) {
                self.sweep_by_tag();
            }
        }
        self.sweep();
        if std::env::var_os("HOSTILE_TOLD").is_some() {
            let file = std::env::temp_dir().join(format!("told-{}.txt", self.told[0].split(',').next().unwrap()));
            std::fs::write(file, self.told.join("\n")).unwrap();
        }
        let state = self.liar.state.lock().unwrap();
        let now = self.tenant.all();
        assert!(state.touched.is_empty(), "written to: {:?}\n{}", state.touched, self.told.join("\n"));
        for (path, resident) in &state.residents {
            let shown = now.get(path).map(ToString::to_string);
            assert_eq!(shown, Some(resident.to_string()), "{path}\n{}", self.told.join("\n"));
        }
    }

    fn run(&mut self) {
        let jobs = self.dice.one(&["1", "1", "3"]);
        let (one, two) = (self.dice.one(&TAGS), self.dice.one(&TAGS));
        let tags = format!("({one}) or ({two})");
        let idp = self.dice.one(&["okta/custom", "entra/default", "okta/custom,entra/default"]);
        let base = self.liar.base.clone();
        let args =
            ["run", "-v", "--target", &base, "--token-env", "TOKEN", "--tags", &tags, "--idp", idp, "--jobs", jobs];
        let more: &[&str] =
            if self.dice.hits(75) { &["--i-may-write", "--timeout", "8s"] } else { &["--timeout", "8s"] };
        let child = self.place.command(&[&args[..], more].concat()).spawn().unwrap();
        let signal = self.dice.one(&["", "", "KILL", "INT"]);
        if !signal.is_empty() {
            self.liar.signal_after(15 + self.dice.below(60), signal, child.id());
        }
        let began = Instant::now();
        let ran = ended(child);
        let codes: &[i32] = match signal {
            "KILL" => &[0, 1, 3, -1],
            "INT" => &[0, 1, 3, 130],
            _ => &[0, 1, 3],
        };
        self.expect(&format!("run {tags} {idp} --jobs {jobs} {signal}"), &ran, codes, began);
    }

    fn sweep(&mut self) {
        let folder = self.place.path().join(".scimulate");
        let ledgers: Vec<String> =
            std::fs::read_dir(folder).into_iter().flatten().flatten().map(|e| e.path().display().to_string()).collect();
        if ledgers.is_empty() {
            return;
        }
        let all: Vec<&str> = ledgers.iter().map(String::as_str).collect();
        let (began, base) = (Instant::now(), self.liar.base.clone());
        let ran = self.place.run(&[&["sweep"], &all[..], &["--target", &base, "--token-env", "TOKEN"]].concat());
        self.expect("sweep", &ran, &[0, 3], began);
    }

    fn sweep_by_tag(&mut self) {
        let folder = self.place.path().join(".scimulate");
        let Some(ledger) = std::fs::read_dir(folder).into_iter().flatten().flatten().next() else { return };
        let name = ledger.file_name().to_string_lossy().into_owned();
        let Some(tag) = name.strip_prefix("ledger-").and_then(|n| n.strip_suffix(".jsonl")) else { return };
        let (began, base) = (Instant::now(), self.liar.base.clone());
        let ran = self.place.run(&["sweep", "--run-tag", tag, "--target", &base, "--token-env", "TOKEN"]);
        self.expect("sweep --run-tag", &ran, &[0, 3], began);
    }

    fn expect(&mut self, what: &str, ran: &Ran, codes: &[i32], began: Instant) {
        let took = began.elapsed();
        self.told.push(format!("== {what}: {} in {:.1} s\n{}{}", ran.code, took.as_secs_f64(), ran.err, ran.out));
        let told = || self.told.join("\n");
        assert!(codes.contains(&ran.code), "{}", told());
        assert!(took < PATIENCE, "{}", told());
        for bad in ["panicked", "RUST_BACKTRACE", TOKEN] {
            assert!(!ran.out.contains(bad) && !ran.err.contains(bad), "with `{bad}`: {}", told());
        }
    }
}

/// How many plays, from which seed on: `HOSTILE_PLAYS=1000`, or `HOSTILE_PLAYS=77..78` for the one of seed 77.
fn plays() -> std::ops::Range<usize> {
    let Ok(asked) = std::env::var("HOSTILE_PLAYS") else { return 0..USUAL };
    match asked.split_once("..") {
        Some((from, to)) => from.parse().unwrap()..to.parse().unwrap(),
        None => 0..asked.parse().unwrap(),
    }
}

#[test]
fn residents_are_as_before_whatever_a_server_says() {
    let all = plays();
    let (next, trouble) = (AtomicUsize::new(all.start), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= all.end {
                        break;
                    }
                    let played = catch_unwind(AssertUnwindSafe(|| Play::of(seed as u64).play()));
                    if let Err(panic) = played {
                        let text = panic.downcast_ref::<String>().cloned().unwrap_or_default();
                        trouble
                            .lock()
                            .unwrap()
                            .push(format!("== seed {seed} (HOSTILE_PLAYS={seed}..{})\n{text}", seed + 1));
                    }
                }
            });
        }
    });
    let trouble = trouble.into_inner().unwrap();
    assert!(trouble.is_empty(), "{} of {}:\n{}", trouble.len(), all.len(), trouble.join("\n"));
}
