//! Causes: findings that have one place to be mended at, and how much of what failed each of them explains.
//!
//! In: the scenarios of a run and its folded findings. Out: the causes, what explains most first. Never: a guess by frequency; that
//! something shows in every failure says nothing of what else is wrong there.
//!
//! 1. Each finding has an origin: the refusal it tells or follows from, the attribute that the server never keeps, or else
//!    its requirement at its kind of request (`origin.rs`).
//! 2. What one answer shows under several requirements is one observation: their origins are one. Headers stand for
//!    themselves, since nearly every answer lacks the same one.
//! 3. A cause explains a failing scenario when all that fails there is its own: with it excused, the scenario would have passed.
//!    What is named first is excused for those after it, or a header that nearly every answer lacks would hide them all.
//! 4. It holds a scenario back that was not judged because of it.
//!
//! Nothing depends on the order in which scenarios ended.

use super::cause::Cause;
use super::finding::{Finding, Place, Severity};
use super::fold::common;
use super::origin::{Asked, Kept, Origin, asked, hindrances, origin};
use super::outcome::{Hindrance, OutcomeKind};
use super::reader::Reader;
use super::record::{FindingSummary, ScenarioRecord};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Divisible by every number of causes that a scenario is likely to have.
const WHOLE: usize = 2_520;

/// What a scenario adds to a cause.
#[derive(Default)]
struct Sum<'a> {
    /// Each finding with the scenario it is from.
    findings: Vec<(usize, &'a Finding)>,
    holds_back: usize,
    seen_in: usize,
    /// Of each failing scenario the part that falls to this cause where it has others.
    share: usize,
}

/// The causes of what failed and of what could not be judged, what explains most first. `findings` are those of the same
/// scenarios, folded.
#[must_use]
pub fn causes<'a>(scenarios: impl IntoIterator<Item = &'a ScenarioRecord>, findings: &[FindingSummary]) -> Vec<Cause> {
    let matters = |s: &&ScenarioRecord| {
        let hindered = s.outcome.hindrance == Some(Hindrance::Setup) || s.outcome.kind == OutcomeKind::Blocked;
        s.outcome.kind == OutcomeKind::Failed || hindered
    };
    let scenarios: Vec<(&ScenarioRecord, Vec<Asked>)> =
        scenarios.into_iter().filter(matters).map(|scenario| (scenario, asked(scenario))).collect();
    let mut kept = Kept::default();
    scenarios.iter().for_each(|(_, all)| kept.note(all));
    let mut origins = Joined::default();
    let told: Vec<Vec<(&Finding, Origin)>> =
        scenarios.iter().map(|(scenario, all)| origins_in(scenario, all, &kept, &mut origins)).collect();
    let mut sums: BTreeMap<Origin, Sum<'_>> = BTreeMap::new();
    let mut failed: Vec<BTreeSet<Origin>> = Vec::new();
    for (at, ((scenario, all), told)) in scenarios.iter().zip(&told).enumerate() {
        let mut failing = BTreeSet::new();
        for (finding, origin) in told {
            let first = origins.first(origin);
            if finding.severity.fails() {
                failing.insert(first.clone());
            }
            sums.entry(first).or_default().findings.push((at, finding));
        }
        if scenario.outcome.kind == OutcomeKind::Failed {
            for origin in &failing {
                let sum = sums.entry(origin.clone()).or_default();
                sum.seen_in += 1;
                sum.share += WHOLE / failing.len();
            }
            failed.push(failing);
        } else {
            let back: BTreeSet<Origin> = hindrances(all, &kept).iter().map(|origin| origins.first(origin)).collect();
            back.into_iter().for_each(|origin| sums.entry(origin).or_default().holds_back += 1);
        }
    }
    ranked(sums, failed, findings)
}

/// The findings of a scenario with their origins; what one answer shows is joined.
fn origins_in<'a>(
    scenario: &'a ScenarioRecord,
    all: &[Asked],
    kept: &Kept,
    origins: &mut Joined,
) -> Vec<(&'a Finding, Origin)> {
    let told: Vec<(&Finding, Origin)> =
        scenario.findings.iter().map(|finding| (finding, origin(finding, all, kept))).collect();
    let mut shown: BTreeMap<usize, &Origin> = BTreeMap::new();
    for (finding, origin) in &told {
        let Some(at) = finding.exchange.filter(|_| !matches!(finding.place, Place::Header(_))) else { continue };
        if finding.severity.fails() && matches!(origin, Origin::Broken { .. }) {
            let first = *shown.entry(at).or_insert(origin);
            origins.join(first, origin);
        }
    }
    told
}

/// Origins that are one.
#[derive(Default)]
struct Joined {
    /// The next one of those it was joined with, which is smaller.
    next: BTreeMap<Origin, Origin>,
}

impl Joined {
    /// The one that stands for all it was joined with.
    fn first(&self, origin: &Origin) -> Origin {
        let mut at = origin;
        while let Some(next) = self.next.get(at) {
            at = next;
        }
        at.clone()
    }

    fn join(&mut self, one: &Origin, other: &Origin) {
        let (one, other) = (self.first(one), self.first(other));
        match one.cmp(&other) {
            std::cmp::Ordering::Less => self.next.insert(other, one),
            std::cmp::Ordering::Greater => self.next.insert(one, other),
            std::cmp::Ordering::Equal => None,
        };
    }
}

/// Causes in their order: what explains and holds back most, each time with those before it excused; of equals what has the greatest
/// part in what several explain together, then the worst.
fn ranked(
    mut sums: BTreeMap<Origin, Sum<'_>>,
    mut failed: Vec<BTreeSet<Origin>>,
    findings: &[FindingSummary],
) -> Vec<Cause> {
    sums.retain(|_, sum| (sum.seen_in > 0 || sum.holds_back > 0) && !sum.findings.is_empty());
    let mut all = Vec::new();
    while !sums.is_empty() {
        let mut explained: BTreeMap<&Origin, usize> = BTreeMap::new();
        for only in failed.iter().filter(|failing| failing.len() == 1).flatten() {
            *explained.entry(only).or_default() += 1;
        }
        let weight = |origin: &Origin, sum: &Sum<'_>| {
            let worst = sum.findings.iter().map(|(_, finding)| finding.severity).min();
            let explains = explained.get(origin).copied().unwrap_or_default();
            (Reverse(explains + sum.holds_back), Reverse(sum.share), worst)
        };
        let next = sums.iter().min_by(|(a, one), (b, other)| (weight(a, one), a).cmp(&(weight(b, other), b)));
        let Some(next) = next.map(|(origin, _)| origin.clone()) else { break };
        let explains = explained.get(&next).copied().unwrap_or_default();
        if let Some(sum) = sums.remove(&next) {
            all.push(cause((&next, explains), &sum, findings));
        }
        failed.iter_mut().for_each(|failing| _ = failing.remove(&next));
    }
    all
}

fn cause((origin, explains): (&Origin, usize), sum: &Sum<'_>, summaries: &[FindingSummary]) -> Cause {
    let fails = sum.findings.iter().any(|(_, finding)| finding.severity.fails());
    let counted: Vec<&(usize, &Finding)> =
        sum.findings.iter().filter(|(_, finding)| finding.severity.fails() || !fails).collect();
    // What shows in most scenarios speaks for the rest.
    let mut shown: BTreeMap<&str, (BTreeSet<usize>, Severity)> = BTreeMap::new();
    for (at, finding) in &counted {
        let known = shown.entry(finding.requirement.as_str()).or_insert_with(|| (BTreeSet::new(), finding.severity));
        known.0.insert(*at);
        known.1 = known.1.min(finding.severity);
    }
    let leading = shown.iter().min_by_key(|(id, (at, severity))| (Reverse(at.len()), *severity, **id));
    let requirement = leading.map_or_else(String::new, |(id, _)| (*id).to_owned());
    let keys: BTreeSet<(&str, Severity, String)> =
        counted.iter().map(|(_, f)| (f.requirement.as_str(), f.severity, common(&f.place).to_string())).collect();
    let is_own = |s: &&FindingSummary| keys.contains(&(s.requirement.as_str(), s.severity, s.place.to_string()));
    let own: Vec<&FindingSummary> = summaries.iter().filter(is_own).collect();
    let first = counted.iter().map(|(_, finding)| finding).find(|finding| finding.requirement == requirement);
    let titled = own.iter().find(|s| s.requirement == requirement && !s.title.is_empty() && own.len() == 1);
    let plain = || {
        let seen = first.map_or("", |finding| &finding.seen);
        let place = first.map_or_else(String::new, |finding| format!(" ({})", common(&finding.place)));
        let at = Some(origin.request()).filter(|request| !request.is_empty());
        let at = at.map_or_else(String::new, |request| format!("{request}: "));
        format!("{at}{}{place}", seen.chars().take(120).collect::<String>())
    };
    let breaks: BTreeSet<Reader> = counted.iter().flat_map(|(_, finding)| finding.breaks.iter().cloned()).collect();
    Cause {
        title: origin.title().or_else(|| titled.map(|s| s.title.clone())).unwrap_or_else(plain),
        severity: counted.iter().map(|(_, finding)| finding.severity).min().unwrap_or(Severity::Warning),
        request: origin.request().to_owned(),
        findings: own.iter().map(|s| s.number).collect(),
        explains,
        holds_back: sum.holds_back,
        seen_in: sum.seen_in,
        breaks: breaks.into_iter().collect(),
        requirement,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::fold::testing::{finding, scenario};
    use crate::verdict::{AnswerRecord, ExchangeRecord, Outcome, fold};
    use std::sync::Arc;

    fn sent(method: &str, url: &str, body: &str, status: u16, answer: &str) -> Arc<ExchangeRecord> {
        let answer = AnswerRecord { status, headers: Vec::new(), body: answer.into(), truncated: false };
        Arc::new(ExchangeRecord {
            actor: "client".into(),
            method: method.into(),
            url: format!("{{base}}{url}"),
            body: Some(body.to_owned()).filter(|body| !body.is_empty()),
            answer: Some(answer),
            ..ExchangeRecord::default()
        })
    }

    fn at(requirement: &str, place: Place, exchange: usize) -> Finding {
        Finding { exchange: Some(exchange), ..finding(requirement, Severity::Violation, place) }
    }

    fn with(name: &str, exchanges: Vec<Arc<ExchangeRecord>>, findings: Vec<Finding>) -> ScenarioRecord {
        ScenarioRecord { exchanges: exchanges.into(), ..scenario(name, findings) }
    }

    fn of(all: &[ScenarioRecord]) -> Vec<Cause> {
        causes(all, &fold(all))
    }

    fn location() -> Finding {
        at("LOCATION", Place::Header("location".into()), 0)
    }

    fn create() -> Arc<ExchangeRecord> {
        sent("POST", "/Users", r#"{"userName":"a"}"#, 201, r#"{"userName":"a","id":"1"}"#)
    }

    #[test]
    fn what_shows_everywhere_and_explains_little_is_not_named_first() {
        let rename = || sent("PATCH", "/Users/1", r#"{"Operations":[{"op":"replace","path":"userName"}]}"#, 400, "{}");
        let state = at("STATE-ATTRIBUTE", Place::State("GET /Users/1".into()), 1);
        let mut all: Vec<_> = (0..2).map(|n| with(&format!("l{n}"), vec![create()], vec![location()])).collect();
        all.extend((0..5).map(|n| with(&format!("r{n}"), vec![create(), rename()], vec![state.clone()])));
        all.extend((0..9).map(|n| with(&format!("b{n}"), vec![create(), rename()], vec![location(), state.clone()])));
        let told = of(&all);
        let shown: Vec<_> = told.iter().map(|c| (c.requirement.as_str(), c.explains, c.seen_in)).collect();
        assert_eq!(
            shown,
            [("STATE-ATTRIBUTE", 5, 14), ("LOCATION", 11, 11)],
            "once it is excused the header explains the rest"
        );
        assert_eq!(told[0].title, "PATCH /Users, userName is refused: 400");
        assert_eq!((told[0].findings.len(), told[1].findings.len()), (1, 1));
    }

    #[test]
    fn every_filter_that_is_refused_is_one_cause() {
        let asked = |operator: &str| sent("GET", &format!("/Users?filter=userName%20{operator}"), "", 400, "{}");
        let all: Vec<_> = ["eq", "ne", "co", "sw", "pr"]
            .iter()
            .map(|operator| {
                with(operator, vec![asked(operator)], vec![at(&format!("RFC-{operator}"), Place::Status, 0)])
            })
            .collect();
        let told = of(&all);
        assert_eq!((told.len(), told[0].explains, told[0].findings.len()), (1, 5, 5));
        assert_eq!(told[0].title, "GET /Users with a filter is refused: 400");
    }

    #[test]
    fn an_attribute_that_never_comes_back_is_one_cause_and_one_that_does_is_none() {
        let lost = |method: &str, url: &str| {
            sent(
                method,
                url,
                r#"{"title":"x","emails":[{"value":"a","type":"work"}]}"#,
                200,
                r#"{"title":"x","emails":[{"value":"a"}]}"#,
            )
        };
        let missing = |id: &str| Finding {
            expected: r#"emails [{"value":"a","type":"work"}]"#.into(),
            seen: r#"emails [{"value":"a"}]"#.into(),
            ..at(id, Place::State("GET /Users/1".into()), 0)
        };
        let title = at("RFC-TITLE", Place::Body("/title".into()), 0);
        let held = ScenarioRecord {
            outcome: Outcome::skipped(Hindrance::Setup, "no such user"),
            findings: Vec::new(),
            ..with("held", vec![lost("POST", "/Users")], Vec::new())
        };
        let told = of(&[
            with("one", vec![lost("POST", "/Users")], vec![missing("RFC-A")]),
            with("two", vec![lost("PUT", "/Users/1")], vec![missing("HAZARD-B")]),
            with("three", vec![lost("PUT", "/Users/1")], vec![title]),
            held,
        ]);
        let shown: Vec<_> = told.iter().map(|c| (c.title.as_str(), c.explains, c.holds_back)).collect();
        assert_eq!(shown[0], ("/Users: emails.type is taken and never kept", 2, 1));
        assert_eq!((told.len(), told[1].requirement.as_str()), (2, "RFC-TITLE"));
    }

    #[test]
    fn one_answer_under_several_requirements_is_one_cause_but_for_its_headers() {
        let both = vec![
            at("RFC-ONE", Place::Body("/Resources".into()), 0),
            at("RFC-TWO", Place::Status, 0),
            at("RFC-HEADER", Place::Header("etag".into()), 0),
        ];
        let list = || sent("GET", "/Users?count=2", "", 200, "{}");
        let told =
            of(&[with("one", vec![list()], both), with("two", vec![list()], vec![at("RFC-TWO", Place::Status, 0)])]);
        let shown: Vec<_> =
            told.iter().map(|c| (c.requirement.as_str(), c.explains, c.seen_in, c.findings.len())).collect();
        assert_eq!(shown, [("RFC-TWO", 1, 2, 2), ("RFC-HEADER", 1, 1, 1)]);
    }

    #[test]
    fn what_a_refusal_holds_back_counts_for_it_even_where_it_is_a_warning() {
        let refused = || sent("POST", "/Groups", "{}", 400, r#"{"scimType":"invalidSyntax"}"#);
        let warning = Finding { severity: Severity::Warning, ..at("IDP-1", Place::Status, 0) };
        let held = |name: &str| ScenarioRecord {
            outcome: Outcome::skipped(Hindrance::Setup, "no group"),
            ..with(name, vec![refused()], vec![warning.clone()])
        };
        let lawful = ScenarioRecord { outcome: Outcome::skipped(Hindrance::NotOffered, "no bulk"), ..held("lawful") };
        let told = of(&[held("one"), held("two"), lawful]);
        assert_eq!((told.len(), told[0].holds_back, told[0].explains), (1, 2, 0));
        assert_eq!(told[0].title, "POST /Groups is refused: 400 invalidSyntax");
        assert_eq!(told[0].severity, Severity::Warning);
    }

    #[test]
    fn what_ended_well_or_without_a_finding_has_no_cause() {
        let mut passed = with("fine", vec![create()], vec![location()]);
        passed.outcome = Outcome::passed();
        assert_eq!(of(&[passed, with("no finding", vec![create()], Vec::new())]), []);
    }

    #[test]
    fn the_order_of_scenarios_changes_nothing() {
        let mut all = vec![
            with("a", vec![create()], vec![location()]),
            with("b", vec![sent("GET", "/Users?filter=x", "", 500, "")], vec![at("HTTP-03", Place::Status, 0)]),
            with("c", vec![create()], vec![at("RFC-C", Place::Body("/id".into()), 0), at("RFC-D", Place::Status, 0)]),
        ];
        let one = of(&all);
        all.reverse();
        assert_eq!(of(&all), one);
        assert_eq!(one.len(), 3);
    }
}
