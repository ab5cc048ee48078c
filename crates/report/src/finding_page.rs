//! One finding, whole: what was seen, where, the rule, the evidence, who breaks on it, what to change.
//!
//! In: a folded finding and its evidence. Out: lines for people. Never: a body without the part that shows the finding.

use super::excerpt::Subject;
use super::readers_table::name;
use super::safe_text;
use super::styled_lines::{Paint, StyledLines};
use judge::title;
use judge::verdict::{Confidence, Evidence, ExchangeRecord, Finding, FindingSummary, Place, ScenarioRecord};
use std::io;

/// Most lines and characters of one body.
const BODY_LINES: usize = 16;
const BODY_CHARACTERS: usize = 900;
/// The same where a finding is asked for by its number.
const WHOLE_LINES: usize = 400;
const WHOLE_CHARACTERS: usize = 60_000;
/// Most scenarios named under one finding, and where it is asked for by its number.
const NAMED: usize = 3;
const ALL_NAMED: usize = 12;
/// Most exchanges shown of one scenario.
const EXCHANGES: usize = 200;
/// Longest value that is compared as JSON, in bytes.
const COMPARED: usize = 10_000;

/// How much of a finding is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// What one needs in order to understand it.
    Usual,
    /// With every exchange of the scenario that shows it.
    Whole,
}

/// The title, or the requirement where a record has none.
pub(super) fn titled(summary: &FindingSummary) -> &str {
    if summary.title.is_empty() { &summary.requirement } else { &summary.title }
}

/// Writes a finding.
pub(super) fn write(
    page: &mut StyledLines<'_>,
    summary: &FindingSummary,
    evidence: &Evidence<'_>,
    extent: Extent,
) -> io::Result<()> {
    let head = format!("#{} {}  {}", summary.number, summary.severity, titled(summary));
    let paint = if summary.severity.fails() { Paint::Bad } else { Paint::Odd };
    page.paragraph(0, paint, &head)?;
    let finding = evidence.finding;
    let exchange = evidence.exchange();
    page.labelled("place", &place(summary, finding, exchange.as_deref()))?;
    page.labelled("rule", &rule(finding))?;
    match difference(finding) {
        Some(lines) => page.block("diff", &lines)?,
        None => {
            page.labelled("expected", &finding.expected)?;
            page.labelled("seen", &finding.seen)?;
        }
    }
    shown(page, finding, evidence, exchange.as_deref())?;
    page.labelled("breaks", &breaks(summary, finding))?;
    page.labelled("change", &finding.remedy)?;
    seen_in(page, summary, &evidence.shown_by, extent)?;
    if extent == Extent::Whole {
        every_exchange(page, evidence)?;
    }
    page.gap()
}

/// Method, resource and attribute, on one line.
pub(super) fn place(summary: &FindingSummary, finding: &Finding, exchange: Option<&ExchangeRecord>) -> String {
    let attribute = title::attribute(finding);
    let what = match &summary.place {
        _ if !attribute.is_empty() => attribute,
        Place::State(read) => format!("seen in {read}"),
        other => other.to_string(),
    };
    match exchange {
        Some(exchange) => format!("{}, {what}", title::request(exchange)),
        None => what,
    }
}

/// The rule with its section: `RFC 7644 section 3.3 (RFC7644-3.3-07): A successful creation answers 201.`
pub(super) fn rule(finding: &Finding) -> String {
    let id = &finding.requirement;
    let section = id.strip_prefix("RFC").and_then(|rest| {
        let (number, rest) = rest.split_once('-')?;
        let (section, _) = rest.rsplit_once('-')?;
        Some(format!("RFC {number} section {section} ({id})"))
    });
    format!("{}: {}", section.unwrap_or_else(|| id.clone()), finding.text)
}

/// For whom it is blocking, how sure that is, and how it breaks there.
pub(super) fn breaks(summary: &FindingSummary, finding: &Finding) -> String {
    // All whom it breaks in any scenario: the one that is shown may be another IdP's.
    let all = if summary.breaks.is_empty() { &finding.breaks } else { &summary.breaks };
    let readers: Vec<String> = all.iter().map(name).collect();
    let sure = finding.confidence.map_or(String::new(), |confidence| format!(" ({})", known_from(confidence)));
    match readers.is_empty() {
        true => finding.why.clone(),
        false => format!("{}{sure}: {}", readers.join(", "), finding.why),
    }
}

/// Where it is known from that an IdP needs this.
fn known_from(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Recorded => "known from its recorded requests",
        Confidence::VendorTest => "its own tests ask for it",
        Confidence::Documented => "its documentation says so",
        Confidence::Contradicted => "its sources contradict each other",
    }
}

/// What was expected and what was seen, line by line, where both are JSON of several values.
pub(super) fn difference(finding: &Finding) -> Option<Vec<String>> {
    let value = |text: &str| -> Option<serde_json::Value> {
        let at = text.find(['{', '['])?;
        let named = text[..at].trim_end();
        (named.split(' ').count() <= 1 && text.len() <= COMPARED).then(|| serde_json::from_str(&text[at..]).ok())?
    };
    let pretty = |text: &str| Some(serde_json::to_string_pretty(&value(text)?).ok()? + "\n");
    let (expected, seen) = (pretty(&finding.expected)?, pretty(&finding.seen)?);
    let diff = similar::TextDiff::from_lines(&expected, &seen);
    let text = diff.unified_diff().context_radius(2).header("expected", "seen").to_string();
    Some(safe_text::lines(&text, 40, 2_000)).filter(|lines| !lines.is_empty())
}

/// The exchange that shows it, and the read that showed the state where it is one of the state.
fn shown(
    page: &mut StyledLines<'_>,
    finding: &Finding,
    evidence: &Evidence<'_>,
    exchange: Option<&ExchangeRecord>,
) -> io::Result<()> {
    let Some(exchange) = exchange else { return Ok(()) };
    let subject = Subject::of(finding, &exchange.url);
    page.block("request", &request_lines(exchange, &subject))?;
    page.block("answer", &answer_lines(exchange, &subject, BODY_LINES, BODY_CHARACTERS))?;
    let Some(read) = read_after(evidence) else { return Ok(()) };
    let mut lines = vec![safe_text::line(&format!("{} {}", read.method, read.url), 300)];
    lines.extend(answer_lines(&read, &subject, BODY_LINES, BODY_CHARACTERS));
    page.block("then", &lines)
}

/// The independent read that followed a write, where the finding is one of the state.
pub(super) fn read_after(evidence: &Evidence<'_>) -> Option<std::sync::Arc<ExchangeRecord>> {
    let Place::State(_) = evidence.finding.place else { return None };
    let at = evidence.finding.exchange?;
    let written = evidence.scenario.exchanges.get(at)?;
    let next = evidence.scenario.exchanges.get(at + 1)?;
    (written.method != "GET" && next.method == "GET").then_some(next)
}

/// One exchange of a scenario that failed without a finding.
pub(super) fn exchange(page: &mut StyledLines<'_>, exchange: &ExchangeRecord) -> io::Result<()> {
    let subject = Subject::default();
    page.block("request", &request_lines(exchange, &subject))?;
    page.block("answer", &answer_lines(exchange, &subject, BODY_LINES, BODY_CHARACTERS))
}

fn request_lines(exchange: &ExchangeRecord, subject: &Subject) -> Vec<String> {
    let mut lines = vec![safe_text::line(&format!("{} {}  ({})", exchange.method, exchange.url, exchange.actor), 500)];
    if let Some(body) = &exchange.body {
        lines.extend(subject.lines(body, BODY_LINES, BODY_CHARACTERS));
    }
    lines
}

fn answer_lines(exchange: &ExchangeRecord, subject: &Subject, most: usize, characters: usize) -> Vec<String> {
    match (&exchange.answer, &exchange.failure) {
        (Some(answer), _) => {
            let mut lines = vec![answer.status.to_string()];
            lines.extend(subject.lines(&answer.body, most, characters));
            lines
        }
        (None, Some(failure)) => vec![safe_text::line(&format!("none: {failure}"), 500)],
        (None, None) => vec!["none".to_owned()],
    }
}

fn seen_in(
    page: &mut StyledLines<'_>,
    summary: &FindingSummary,
    shown_by: &[&ScenarioRecord],
    extent: Extent,
) -> io::Result<()> {
    let most = if extent == Extent::Whole { ALL_NAMED } else { NAMED };
    let times = if summary.count == 1 { "once".to_owned() } else { format!("{} times", summary.count) };
    let scenarios = if shown_by.len() == 1 { "1 scenario".to_owned() } else { format!("{} scenarios", shown_by.len()) };
    let mut lines = vec![format!("{times}, in {scenarios}")];
    lines.extend(shown_by.iter().take(most).map(|s| located(s)));
    if shown_by.len() > most {
        lines.push(format!("and {} more", shown_by.len() - most));
    }
    page.block("seen in", &lines)
}

/// `file:line  Feature / Scenario [idp]`.
pub(super) fn located(scenario: &ScenarioRecord) -> String {
    let at = format!("{}:{}", scenario.file, scenario.line);
    format!("{}  {}", safe_text::line(&at, 300), safe_text::line(&scenario.full_name(), 300))
}

/// Every exchange of the scenario that shows it, as it was; the one that shows it is marked.
fn every_exchange(page: &mut StyledLines<'_>, evidence: &Evidence<'_>) -> io::Result<()> {
    let exchanges = &evidence.scenario.exchanges;
    if exchanges.is_empty() {
        return page.labelled("exchanges", "not kept: run again with --report json=FILE");
    }
    page.gap()?;
    page.paragraph(3, Paint::Bold, &format!("Exchanges of {}", located(evidence.scenario)))?;
    for (at, exchange) in exchanges.iter().enumerate().take(EXCHANGES) {
        let mark = if evidence.finding.exchange == Some(at) { "  <- shows it" } else { "" };
        let head = format!("{}. {} {}  ({}){mark}", at + 1, exchange.method, exchange.url, exchange.actor);
        page.gap()?;
        page.paragraph(3, if mark.is_empty() { Paint::Plain } else { Paint::Bold }, &safe_text::line(&head, 700))?;
        let whole = |body: &str| safe_text::lines(body, WHOLE_LINES, WHOLE_CHARACTERS);
        if let Some(body) = exchange.body.as_deref().filter(|body| !body.is_empty()) {
            page.block("sent", &whole(body))?;
        }
        match (&exchange.answer, &exchange.failure) {
            (Some(answer), _) => {
                let mut lines = vec![answer.status.to_string()];
                let wanted = |name: &str| matches!(name, "content-type" | "location" | "etag" | "retry-after");
                let headers = answer.headers.iter().filter(|(name, _)| wanted(name));
                lines.extend(headers.map(|(name, value)| safe_text::line(&format!("{name}: {value}"), 300)));
                lines.extend(whole(&answer.body));
                page.block("answered", &lines)?;
            }
            (None, failure) => page.labelled("answered", &format!("nothing: {}", failure.as_deref().unwrap_or("-")))?,
        }
    }
    if exchanges.len() > EXCHANGES {
        page.paragraph(3, Paint::Plain, &format!("and {} more: the record has them", exchanges.len() - EXCHANGES))?;
    }
    Ok(())
}
