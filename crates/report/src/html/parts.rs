//! The parts of the page, in the order people ask for them.

use super::bodies::{Bodies, bounded};
use super::text::{Page, escaped};
use crate::brief::whom;
use crate::excerpt::Subject;
use crate::finding_page::{breaks, difference, place, read_after, rule, titled};
use crate::readers_table::rows;
use crate::verdict_text::{as_found, counted, dialect, ended, sentence, slow, unjudged_reasons};
use judge::verdict::{
    Evidence, ExchangeRecord, FindingSummary, OutcomeKind, RunRecord, ScenarioRecord, Severity, Topic, Verdict,
    evidence,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;

/// Most scenarios named under a finding, and most findings told of in full.
const NAMED: usize = 30;
const TOLD: usize = 600;
/// Most reasons of what was not judged.
const REASONS: usize = 60;
/// Longest difference of a snapshot, in characters.
const DIFF: usize = 4_000;

/// Writes all of it.
pub(super) fn write(page: &mut Page<'_>, record: &RunRecord) -> io::Result<()> {
    header(page, record)?;
    page.raw("<main id=\"main\">\n")?;
    verdict(page, record)?;
    causes(page, record)?;
    unjudged(page, record)?;
    let shown = evidence(&record.scenarios, &record.findings);
    let left_out = findings(page, record, &shown)?;
    requirements(page, record)?;
    idps(page, record)?;
    scenarios(page, record, &shown)?;
    page.raw("</main>\n<footer><p>")?;
    page.text(&format!("{}, started {}, seed {}", record.tool, record.started_at, record.seed))?;
    if left_out > 0 {
        page.text(&format!("; {} left out to keep this file small", counted_bodies(left_out)))?;
    }
    page.raw("</p></footer>\n")
}

fn counted_bodies(count: usize) -> String {
    if count == 1 { "1 body was".to_owned() } else { format!("{count} bodies were") }
}

fn tone(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Conformant => "good",
        Verdict::Findings | Verdict::Bug | Verdict::FindingsAndBug => "bad",
        _ => "odd",
    }
}

fn header(page: &mut Page<'_>, record: &RunRecord) -> io::Result<()> {
    let target = &record.target;
    page.raw("<header><h1>scimulate</h1>\n")?;
    page.element(&format!("p id=\"verdict\" class=\"verdict {}\"", tone(record.verdict())), &sentence(record))?;
    let name = if target.name == target.base_url { String::new() } else { format!("{}, ", target.name) };
    page.element("p id=\"target\"", &format!("{name}{}, profile {}", target.base_url, target.profile))?;
    page.raw("</header>\n")?;
    page.raw(
        "<nav aria-label=\"Parts of the report\"><a href=\"#causes\">Causes</a> <a href=\"#unjudged\">Not judged</a> \
         <a href=\"#findings\">Findings</a> <a href=\"#requirements\">Requirements</a> \
         <a href=\"#idps\">Identity providers</a> <a href=\"#scenarios\">Scenarios</a></nav>\n",
    )
}

fn open(page: &mut Page<'_>, id: &str, title: &str) -> io::Result<()> {
    page.raw(&format!(
        "<section id=\"{id}\" class=\"card\" aria-labelledby=\"{id}-head\"><h2 id=\"{id}-head\">{title}</h2>\n"
    ))
}

fn close(page: &mut Page<'_>) -> io::Result<()> {
    page.raw("</section>\n")
}

/// A table whose columns after the first are numbers.
fn table(page: &mut Page<'_>, id: &str, heads: &[&str], rows: &[Vec<String>], numbers: bool) -> io::Result<()> {
    page.raw(&format!("<div class=\"scroll\"><table id=\"{id}\"><thead>"))?;
    page.row("th", heads, numbers)?;
    page.raw("</thead><tbody>\n")?;
    for row in rows {
        page.row("td", &row.iter().map(String::as_str).collect::<Vec<_>>(), numbers)?;
    }
    page.raw("</tbody></table></div>\n")
}

/// A verdict for each reader, and what the run came to.
fn verdict(page: &mut Page<'_>, record: &RunRecord) -> io::Result<()> {
    open(page, "verdicts", "Verdict")?;
    if let Some((heads, rows)) = rows(record) {
        table(page, "verdict-table", &heads, &rows, false)?;
    }
    page.element("p id=\"totals\"", &ended(record))?;
    for line in dialect(record, true) {
        page.element("p", &line)?;
    }
    if let Some(slow) = slow(record) {
        page.element("p class=\"odd\"", &slow)?;
    }
    if let Some((same, told)) = as_found(record) {
        page.element(if same { "p" } else { "p class=\"bad\"" }, &told)?;
    }
    close(page)
}

fn causes(page: &mut Page<'_>, record: &RunRecord) -> io::Result<()> {
    open(page, "causes", "What to fix, worst first")?;
    page.raw("<ol id=\"cause-list\" class=\"plain\">\n")?;
    for cause in &record.causes {
        page.raw("<li class=\"line\">")?;
        word(page, cause.severity)?;
        page.text(&cause.title)?;
        let whom = whom(&cause.breaks);
        let whom = if whom.is_empty() { String::new() } else { format!(", breaks {whom}") };
        let told = format!(" in {}{whom}; ", counted(cause.seen_in, "scenario"));
        page.element("span class=\"dim small\"", &told)?;
        for number in cause.findings.iter().take(20) {
            page.raw(&format!("<a href=\"#f{number}\">#{number}</a> "))?;
        }
        page.raw("</li>\n")?;
    }
    if record.causes.is_empty() {
        let failing: Vec<&FindingSummary> = record.findings.iter().filter(|s| s.severity.fails()).collect();
        for summary in failing.iter().take(20) {
            page.raw("<li class=\"line\">")?;
            word(page, summary.severity)?;
            page.raw(&format!("<a href=\"#f{0}\">#{0}</a> ", summary.number))?;
            page.text(titled(summary))?;
            page.element("span class=\"dim small\"", &format!(" {}", counted(summary.count, "time")))?;
            page.raw("</li>\n")?;
        }
        if failing.is_empty() {
            page.raw("<li>Nothing.</li>\n")?;
        }
    }
    page.raw("</ol>\n")?;
    close(page)
}

fn word(page: &mut Page<'_>, severity: Severity) -> io::Result<()> {
    let tone = if severity.fails() { "bad" } else { "odd" };
    page.raw(&format!("<span class=\"word {tone}\">{severity}</span> "))
}

fn unjudged(page: &mut Page<'_>, record: &RunRecord) -> io::Result<()> {
    open(page, "unjudged", "What was not judged, and why")?;
    let reasons: Vec<Vec<String>> = unjudged_reasons(record)
        .into_iter()
        .take(REASONS)
        .map(|reason| vec![reason.kind.to_string(), bounded(&reason.text, 600), reason.count.to_string()])
        .collect();
    if reasons.is_empty() {
        page.raw("<p>Everything was judged.</p>\n")?;
    } else {
        table(page, "reason-table", &["ending", "reason", "scenarios"], &reasons, false)?;
    }
    close(page)
}

/// Each finding with its exchange; how many bodies found no room.
fn findings(page: &mut Page<'_>, record: &RunRecord, all: &[Option<Evidence<'_>>]) -> io::Result<usize> {
    open(page, "findings", "Findings")?;
    page.raw("<ol id=\"finding-list\" class=\"plain\">\n")?;
    let mut bodies = Bodies::default();
    let places: HashMap<*const ScenarioRecord, usize> =
        record.scenarios.iter().enumerate().map(|(at, s)| (std::ptr::from_ref(s), at)).collect();
    for (summary, evidence) in record.findings.iter().zip(all) {
        page.raw(&format!("<li><details id=\"f{}\"><summary>", summary.number))?;
        word(page, summary.severity)?;
        page.element("span class=\"id\"", &format!("#{}", summary.number))?;
        page.text(titled(summary))?;
        let seen = format!(" {} in {}", counted(summary.count, "time"), counted(summary.scenarios.len(), "scenario"));
        page.element("span class=\"dim small\"", &seen)?;
        page.raw("</summary><div class=\"inside\">\n")?;
        if let Some(evidence) = evidence.as_ref().filter(|_| summary.number as usize <= TOLD) {
            finding(page, summary, evidence, &mut bodies)?;
            page.raw("<h3>Seen in</h3><ul class=\"plain small\">\n")?;
            for scenario in evidence.shown_by.iter().take(NAMED) {
                let at = places.get(&std::ptr::from_ref(*scenario)).copied().unwrap_or_default();
                page.raw(&format!("<li><a href=\"#s{at}\">{}</a></li>\n", escaped(&scenario.full_name())))?;
            }
            if evidence.shown_by.len() > NAMED {
                page.raw(&format!("<li>and {} more</li>\n", evidence.shown_by.len() - NAMED))?;
            }
            page.raw("</ul>\n")?;
        }
        page.raw("</div></details></li>\n")?;
    }
    if record.findings.is_empty() {
        page.raw("<li>None.</li>\n")?;
    }
    page.raw("</ol>\n")?;
    close(page)?;
    Ok(bodies.left_out)
}

fn finding(
    page: &mut Page<'_>,
    summary: &FindingSummary,
    evidence: &Evidence<'_>,
    bodies: &mut Bodies,
) -> io::Result<()> {
    let (finding, exchange) = (evidence.finding, evidence.exchange());
    page.raw("<dl>")?;
    page.pair("place", &place(summary, finding, exchange.as_deref()))?;
    page.pair("rule", &rule(finding))?;
    page.pair("expected", &finding.expected)?;
    page.pair("seen", &finding.seen)?;
    page.pair("breaks", &breaks(summary, finding))?;
    page.pair("change", &finding.remedy)?;
    page.raw("</dl>\n")?;
    if let Some(lines) = difference(finding) {
        diff(page, &lines.join("\n"))?;
    }
    let Some(exchange) = exchange else { return Ok(()) };
    shown(page, &exchange, &Subject::of(finding, &exchange.url))?;
    bodies.exchange(page, &exchange)?;
    if let Some(read) = read_after(evidence) {
        bodies.exchange(page, &read)?;
    }
    Ok(())
}

/// The part of the exchange that shows it.
fn shown(page: &mut Page<'_>, exchange: &ExchangeRecord, subject: &Subject) -> io::Result<()> {
    let mut lines = vec![bounded(&format!("{} {}", exchange.method, exchange.url), 500)];
    if let Some(body) = &exchange.body {
        lines.extend(subject.lines(body, 16, 900));
    }
    lines.push(exchange.answer.as_ref().map_or("no answer".to_owned(), |a| format!("-> {}", a.status)));
    if let Some(answer) = &exchange.answer {
        lines.extend(subject.lines(&answer.body, 16, 900));
    }
    page.element("pre tabindex=\"0\"", &lines.join("\n"))
}

fn diff(page: &mut Page<'_>, text: &str) -> io::Result<()> {
    page.raw("<pre class=\"diff\" tabindex=\"0\">")?;
    for line in text.lines() {
        let class = match line.bytes().next() {
            Some(b'@') => "at",
            Some(b'-') => "gone",
            Some(b'+') => "new",
            _ => "",
        };
        page.element(&format!("span class=\"{class}\""), if line.is_empty() { " " } else { line })?;
    }
    page.raw("</pre>\n")
}

/// How far it went through the requirements of each subject, and of each section.
fn requirements(page: &mut Page<'_>, record: &RunRecord) -> io::Result<()> {
    open(page, "requirements", "By requirement")?;
    let blank = |n: usize| if n == 0 { String::new() } else { n.to_string() };
    let topics: Vec<Vec<String>> = record
        .topics
        .iter()
        .map(|Topic { name, exercised, broken, provable, .. }| {
            vec![name.clone(), exercised.to_string(), provable.to_string(), blank(*broken)]
        })
        .collect();
    table(page, "topic-table", &["topic", "exercised", "provable", "not held"], &topics, true)?;
    let mut groups: BTreeMap<String, (usize, BTreeSet<&str>)> = BTreeMap::new();
    for id in &record.exercised {
        groups.entry(family(id)).or_default().0 += 1;
    }
    for summary in &record.findings {
        groups.entry(family(&summary.requirement)).or_default().1.insert(&summary.requirement);
    }
    let rows: Vec<Vec<String>> =
        groups.iter().map(|(name, (held, broken))| vec![name.clone(), held.to_string(), blank(broken.len())]).collect();
    table(page, "requirement-table", &["requirements", "exercised", "not held"], &rows, true)?;
    close(page)
}

/// RFC requirements by section, the others by family.
fn family(id: &str) -> String {
    let named = if id.starts_with("RFC") { id.rsplit_once('-') } else { id.split_once('-') };
    named.map_or(id, |(family, _)| family).to_owned()
}

fn idps(page: &mut Page<'_>, record: &RunRecord) -> io::Result<()> {
    open(page, "idps", "By identity provider")?;
    let mut idps: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
    for scenario in &record.scenarios {
        let counts = idps.entry(scenario.idp.as_deref().unwrap_or("named in the scenario")).or_default();
        counts[0] += 1;
        match scenario.outcome.kind {
            OutcomeKind::Passed => counts[1] += 1,
            OutcomeKind::Failed => counts[2] += 1,
            _ => counts[3] += 1,
        }
    }
    let rows: Vec<Vec<String>> = idps
        .into_iter()
        .map(|(name, counts)| std::iter::once(name.to_owned()).chain(counts.map(|n| n.to_string())).collect())
        .collect();
    table(page, "idp-table", &["identity provider", "scenarios", "passed", "failed", "other"], &rows, true)?;
    close(page)
}

/// All scenarios, those that failed first.
fn scenarios(page: &mut Page<'_>, record: &RunRecord, shown: &[Option<Evidence<'_>>]) -> io::Result<()> {
    open(page, "scenarios", "Scenarios")?;
    page.raw(
        "<p id=\"filter\" class=\"filter\" hidden><label>Search <kbd>/</kbd><input id=\"search\" type=\"search\" \
         autocomplete=\"off\" placeholder=\"name, tag, requirement, ending\"></label></p><p id=\"shown\" role=\"status\"></p>\n\
         <ol id=\"scenario-list\" class=\"plain\">\n",
    )?;
    let mut numbers: HashMap<*const ScenarioRecord, Vec<u32>> = HashMap::new();
    for (summary, evidence) in record.findings.iter().zip(shown) {
        for scenario in evidence.iter().flat_map(|evidence| &evidence.shown_by) {
            numbers.entry(std::ptr::from_ref(*scenario)).or_default().push(summary.number);
        }
    }
    let rank = |scenario: &ScenarioRecord| match scenario.outcome.kind {
        OutcomeKind::Failed | OutcomeKind::Bug => 0,
        OutcomeKind::Passed => 2,
        _ => 1,
    };
    let mut all: Vec<(usize, &ScenarioRecord)> = record.scenarios.iter().enumerate().collect();
    all.sort_by_key(|(at, scenario)| (rank(scenario), *at));
    for (at, one) in all {
        scenario(page, at, one, numbers.get(&std::ptr::from_ref(one)).map_or(&[], Vec::as_slice))?;
    }
    page.raw("</ol>\n")?;
    close(page)
}

fn scenario(page: &mut Page<'_>, at: usize, scenario: &ScenarioRecord, findings: &[u32]) -> io::Result<()> {
    let kind = scenario.outcome.kind;
    let tone = match kind {
        OutcomeKind::Passed => "good",
        OutcomeKind::Failed | OutcomeKind::Bug => "bad",
        _ => "odd",
    };
    page.raw(&format!("<li><details id=\"s{at}\"><summary><span class=\"word {tone}\">{kind}</span> "))?;
    page.text(&scenario.full_name())?;
    page.element("span class=\"dim small\"", &format!(" {:.2} s", scenario.duration_ms / 1000.0))?;
    page.raw("</summary><div class=\"inside\">")?;
    let tags: Vec<String> = scenario.tags.iter().map(|tag| format!("@{tag}")).collect();
    page.element("p class=\"dim small\"", &format!("{}:{}  {}", scenario.file, scenario.line, tags.join(" ")))?;
    if let Some(reason) = &scenario.outcome.reason {
        page.element(&format!("p class=\"{tone}\""), &bounded(reason, 1_000))?;
    }
    // What a scenario that passed did is its feature's text: a page of eight hundred of them stays small.
    if kind != OutcomeKind::Passed {
        steps(page, scenario)?;
    }
    if !findings.is_empty() {
        page.raw("<p>Findings: ")?;
        for number in findings.iter().take(100) {
            page.raw(&format!("<a href=\"#f{number}\">#{number}</a> "))?;
        }
        page.raw("</p>")?;
    }
    for note in scenario.notes.iter().take(20) {
        page.element("p class=\"small\"", &format!("note: {}", bounded(note, 600)))?;
    }
    for left in scenario.left_behind.iter().take(20) {
        page.element("p class=\"bad\"", &format!("left behind: {}", bounded(left, 300)))?;
    }
    if let Some(snapshot) = scenario.snapshot.as_ref().filter(|snapshot| !snapshot.diff.is_empty()) {
        page.element("h3", &format!("Against the snapshot {}", bounded(&snapshot.name, 300)))?;
        diff(page, &bounded(&snapshot.diff, DIFF))?;
    }
    page.raw("</div></details></li>\n")
}

fn steps(page: &mut Page<'_>, scenario: &ScenarioRecord) -> io::Result<()> {
    page.raw("<ol class=\"steps\">")?;
    for step in &scenario.steps {
        page.raw("<li>")?;
        page.element("span class=\"kw\"", step.keyword.trim())?;
        let tone = match step.outcome.kind {
            OutcomeKind::Passed => "",
            OutcomeKind::Failed | OutcomeKind::Bug => "bad",
            _ => "odd",
        };
        page.element(&format!("span class=\"{tone}\""), &bounded(&step.text, 1_000))?;
        if let Some(reason) = step.outcome.reason.as_ref().filter(|_| step.outcome.kind == OutcomeKind::Failed) {
            page.element("span class=\"dim small\"", &format!(" {}", bounded(reason, 400)))?;
        }
        page.raw("</li>")?;
    }
    page.raw("</ol>\n")
}
