//! The text for people.

use crate::sample::{HOSTILE, everything, exchange, finding, record, scenario, target};
use judge::verdict::{Outcome, OutcomeKind, Place, RunEvent, RunRecord, Totals};
use report::{Report, Style, TerminalReport};
use std::io::Write;
use std::sync::{Arc, Mutex};

#[derive(Clone, Default)]
struct Out(Arc<Mutex<Vec<u8>>>);

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn told(record: &RunRecord, style: Style) -> String {
    let out = Out::default();
    let mut report = TerminalReport::new(out.clone(), style);
    let (target, scenarios, seed) = (target(), record.scenarios.len(), record.seed);
    report.event(&RunEvent::RunStarted { target, scenarios, seed }).unwrap();
    for scenario in &record.scenarios {
        report.event(&RunEvent::ScenarioStarted { name: scenario.full_name() }).unwrap();
        report.event(&RunEvent::ScenarioFinished(Box::new(scenario.clone()))).unwrap();
    }
    report.event(&RunEvent::RunFinished(Arc::new(record.clone()))).unwrap();
    report.finish().unwrap();
    let bytes = out.0.lock().unwrap().clone();
    String::from_utf8(bytes).unwrap()
}

/// All of it, as `-v` prints it.
fn full() -> Style {
    Style { verbose: true, ..Style::default() }
}

fn last_lines(record: &RunRecord, count: usize) -> String {
    let text = told(record, Style::default());
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len() - count..].join("\n")
}

#[test]
fn a_run_with_one_of_everything() {
    insta::assert_snapshot!(told(&everything(), full()));
}

#[test]
fn plain_text_has_no_escape_byte_and_colours_change_nothing_else() {
    let plain = told(&everything(), full());
    assert!(plain.chars().all(|c| c == '\n' || !c.is_control()), "{plain:?}");
    let coloured = told(&everything(), Style { colour: true, ..full() });
    let mut stripped = String::new();
    for (at, part) in coloured.split('\u{1b}').enumerate() {
        stripped.push_str(if at == 0 { part } else { part.split_once('m').unwrap().1 });
    }
    let trimmed = |text: &str| text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    assert_eq!(trimmed(&stripped), trimmed(&plain));
    assert!(coloured.contains("\u{1b}[1;31mFAILED"));
}

#[test]
fn hostile_text_is_neutralised_wherever_it_stands() {
    let mut hostile = finding(Place::Header(HOSTILE.into()));
    for text in [&mut hostile.requirement, &mut hostile.text, &mut hostile.expected, &mut hostile.seen] {
        text.push_str(HOSTILE);
    }
    let mut scenario = scenario(HOSTILE, 1, Outcome::of(OutcomeKind::Failed, HOSTILE));
    scenario.findings = vec![hostile];
    scenario.exchanges = vec![exchange(&HOSTILE.repeat(10_000))].into();
    scenario.left_behind.push(HOSTILE.into());
    scenario.notes.push(HOSTILE.into());
    let mut blocked = scenario.clone();
    blocked.outcome = Outcome::of(OutcomeKind::Blocked, HOSTILE.repeat(1000));
    for style in [full(), Style::default()] {
        let text = told(&record(vec![scenario.clone(), blocked.clone()]), style);
        assert!(text.chars().all(|c| c == '\n' || !(c.is_control() || c == '\u{202e}')), "{text:?}");
        assert!(text.contains(r"\u{1b}[31mall good") && text.len() < 20_000, "{}", text.len());
    }
}

#[test]
fn no_line_is_a_command_to_who_reads_along_also_where_it_was_broken() {
    let words = format!("{} ::stop-commands::x ##[error]y", "x".repeat(88));
    let mut failed = scenario("a", 1, Outcome::of(OutcomeKind::Failed, &words));
    failed.findings = vec![finding(Place::Body("/a".into()))];
    failed.findings[0].seen.clone_from(&words);
    failed.exchanges = vec![exchange("::add-mask::x\n  ::error::y")].into();
    failed.notes.push("::warning::z".into());
    let mut blocked = failed.clone();
    blocked.outcome = Outcome::of(OutcomeKind::Blocked, &words);
    let record = record(vec![failed, blocked]);
    let is_command = |line: &str| line.trim_start().starts_with("::") || line.contains("##[");
    let told_to = |read_along| told(&record, Style { read_along, ..full() });
    assert!(told_to(false).lines().any(is_command));
    let text = told_to(true);
    assert!(!text.lines().any(is_command) && text.contains(r"\u{3a}:add-mask::x"), "{text}");
}

#[test]
fn a_flood_of_findings_stays_readable() {
    let mut flooded = scenario("Flood", 1, Outcome::of(OutcomeKind::Failed, "many"));
    flooded.findings = (0..5000).map(|n| finding(Place::Body(format!("/x{n}")))).collect();
    flooded.exchanges = vec![exchange("{}")].into();
    let text = told(&record(vec![flooded.clone()]), full());
    assert!(
        text.lines().count() < 700 && text.contains("\n#100 PATCH /Groups/{id} (\"Remove\" members) answered 200: "),
        "{text}"
    );
    assert!(told(&record(vec![flooded]), Style::default()).lines().count() < 40);
    assert!(text.contains("and 4900 more: `--report json=FILE`"));
}

#[test]
fn lines_keep_to_the_width() {
    let text = told(&everything(), Style { width: 60, ..full() });
    let long: Vec<&str> = text.lines().filter(|line| line.chars().count() > 60).collect();
    // A scenario's own line is one line whatever its length: it is there to be searched.
    assert!(long.iter().all(|line| line.contains(" s  ") || line.starts_with("FAILED")), "{long:#?}");
}

#[test]
fn a_progress_bar_keeps_passed_scenarios_off_the_output() {
    let text = told(&everything(), Style { progress: true, ..full() });
    assert!(!text.contains("passed              1.23 s") && text.contains("FAILED              1.23 s"), "{text}");
}

#[test]
fn the_end_of_a_run_fits_a_screen() {
    for width in [80, 40] {
        let text = told(&everything(), Style { width, ..Style::default() });
        let long: Vec<&str> = text.lines().filter(|line| line.chars().count() > width).collect();
        assert_eq!(long, Vec::<&str>::new());
        insta::assert_snapshot!(format!("screen_{width}"), text);
    }
    let mut many = everything();
    let names = ["one", "two", "three", "four", "five", "six"];
    for n in 0..200 {
        let mut one = scenario(&format!("S{n}"), n, Outcome::of(OutcomeKind::Failed, "x"));
        one.findings = vec![finding(Place::Body(format!("/{}x{}", names[n % 6], "y".repeat(n % 40))))];
        one.left_behind.push(format!("group {n}"));
        many.scenarios.push(one);
        many.scenarios.push(scenario(
            "S",
            n,
            Outcome::of(OutcomeKind::Skipped, format!("{} is not there", "x".repeat(n))),
        ));
    }
    let text = told(&record(many.scenarios), Style { width: 80, ..Style::default() });
    assert!(text.lines().count() <= 48, "{}", text.lines().count());
}

#[test]
fn the_verdict_is_one_plain_sentence_with_a_next_step() {
    let passed = || scenario("Fine", 1, Outcome::passed());
    let ended = |kind| scenario("Other", 2, Outcome::of(kind, "of a reason"));
    let cases = [
        ("conformant", record(vec![passed()])),
        ("nothing selected", record(Vec::new())),
        ("all skipped", record(vec![ended(OutcomeKind::Skipped)])),
        ("all blocked", record(vec![ended(OutcomeKind::Skipped), ended(OutcomeKind::Blocked)])),
        ("some blocked", record(vec![passed(), ended(OutcomeKind::TimedOut)])),
        ("failed without finding", record(vec![passed(), ended(OutcomeKind::Failed)])),
        ("bug", record(vec![passed(), ended(OutcomeKind::Bug)])),
        ("failed, and a bug", record(vec![passed(), ended(OutcomeKind::Failed), ended(OutcomeKind::Bug)])),
        ("interrupted", record(vec![passed(), ended(OutcomeKind::Interrupted)])),
    ];
    let all: Vec<String> =
        cases.iter().map(|(case, record)| format!("# {case}\n{}\n", last_lines(record, 6))).collect();
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn totals_that_do_not_add_up_break_nothing() {
    let mut odd = record(vec![scenario("Fine", 1, Outcome::passed())]);
    odd.totals = Totals { interrupted: 3, ..Totals::default() };
    assert!(told(&odd, Style::default()).contains("no verdict"));
}

#[test]
fn a_run_that_broke_off_says_so() {
    let out = Out::default();
    let mut report = TerminalReport::new(out.clone(), Style::default());
    report.event(&RunEvent::RunStarted { target: target(), scenarios: 1, seed: 1 }).unwrap();
    report.event(&RunEvent::Notice("interrupted, cleaning up".into())).unwrap();
    report.finish().unwrap();
    let text = String::from_utf8(out.0.lock().unwrap().clone()).unwrap();
    assert!(text.ends_with("note: interrupted, cleaning up\nthe run broke off before its record was made\n"), "{text}");
}
