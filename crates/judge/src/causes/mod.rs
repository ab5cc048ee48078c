//! Causes: findings that have one place to be mended at, and how much of what failed each of them explains.
//!
//! In: the scenarios of a run and its folded findings. Out: the causes, worst first. Never: a guess by frequency; that something
//! shows in every failure says nothing of what else is wrong there.
//!
//! 1. Each finding has an origin: the refusal it tells or follows from, the attribute that the server never keeps, or else
//!    its requirement, at its kind of request or at its attribute (`origin.rs`).
//! 2. What one answer shows at one place under several requirements is one observation: their origins are one. Headers and
//!    attributes stand for themselves, since nearly every answer of a server shows the same ones wrong.
//!    The state that a scenario ends with follows from a write of it that did not do what it said.
//! 3. A cause explains a failing scenario when all that fails there is its own: with it excused, the scenario would have passed.
//!    What is named first is excused for those after it, or a header that nearly every answer lacks would hide them all.
//! 4. It holds a scenario back that was not judged because of it.
//! 5. What puts data at risk is named first, then what an IdP breaks on and what holds scenarios back, then the rest; among these,
//!    what explains most.
//! 6. A finding belongs to the first cause that has it.
//!
//! Nothing depends on the order in which scenarios ended.

mod origin;

use crate::check::catalogue;
use crate::title::attribute as named;
use crate::verdict::{
    Cause, Finding, FindingSummary, Hindrance, OutcomeKind, Place, Reader, ScenarioRecord, Severity, common,
};
use origin::{Asked, Kept, Origin, asked, follows, hindrances, origin, refused_forms};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Divisible by every number of causes that a scenario is likely to have.
const WHOLE: usize = 2_520;
/// Most paths of refused PATCHes that a title names.
const FORMS: usize = 3;

/// What a scenario adds to a cause.
#[derive(Default)]
struct Sum<'a> {
    /// Each finding with the scenario it is from.
    findings: Vec<(usize, &'a Finding)>,
    holds_back: usize,
    seen_in: usize,
    /// Of each failing scenario the part that falls to this cause where it has others.
    share: usize,
    /// What the refused requests name, where they are PATCHes.
    forms: BTreeSet<&'a str>,
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
    for (origin, form) in scenarios.iter().flat_map(|(_, all)| refused_forms(all)) {
        if let Some(sum) = sums.get_mut(&origins.first(&origin)) {
            sum.forms.insert(form);
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
    let mut told: Vec<(&Finding, Origin)> =
        scenario.findings.iter().map(|finding| (finding, origin(finding, all, kept))).collect();
    let led_to = |state: &Finding| told.iter().find(|(effect, _)| effect.severity.fails() && follows(state, effect));
    let from: Vec<Option<Origin>> = told.iter().map(|(state, _)| Some(led_to(state)?.1.clone())).collect();
    for ((_, own), from) in told.iter_mut().zip(from) {
        *own = from.unwrap_or_else(|| own.clone());
    }
    let mut shown: BTreeMap<(usize, String), &Origin> = BTreeMap::new();
    for (finding, origin) in &told {
        let Some(at) = finding.exchange.filter(|_| !matches!(finding.place, Place::Header(_))) else { continue };
        if finding.severity.fails()
            && let Origin::Broken { attribute, .. } = origin
        {
            // What a read shows after a write may be wrong in two attributes for two reasons.
            let place = match &finding.place {
                Place::State(_) => format!("{} {}", common(&finding.place), named(finding)),
                _ => attribute.clone(),
            };
            let first = *shown.entry((at, place)).or_insert(origin);
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

/// How much a cause matters, whatever it explains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// Data is lost or shown to the wrong person.
    Data,
    /// An IdP does not work, or scenarios could not be judged.
    Blocks,
    /// A clause of an RFC does not hold.
    Clause,
}

impl Sum<'_> {
    fn rank(&self) -> Rank {
        let any = |is: fn(&Finding) -> bool| self.findings.iter().any(|(_, finding)| is(finding));
        if any(|finding| finding.severity == Severity::Hazard) {
            Rank::Data
        } else if self.holds_back > 0 || any(breaks_an_idp) {
            Rank::Blocks
        } else {
            Rank::Clause
        }
    }
}

fn breaks_an_idp(finding: &Finding) -> bool {
    finding.severity.fails() && finding.breaks.iter().any(|reader| matches!(reader, Reader::Idp(_)))
}

/// Causes in their order: by rank; then what explains and holds back most, each time with those before it excused; of equals what
/// has the greatest part in what several explain together, then the worst.
fn ranked(
    mut sums: BTreeMap<Origin, Sum<'_>>,
    mut failed: Vec<BTreeSet<Origin>>,
    findings: &[FindingSummary],
) -> Vec<Cause> {
    sums.retain(|_, sum| (sum.seen_in > 0 || sum.holds_back > 0) && !sum.findings.is_empty());
    let mut all = Vec::new();
    let mut told: BTreeSet<u32> = BTreeSet::new();
    while !sums.is_empty() {
        let mut explained: BTreeMap<&Origin, usize> = BTreeMap::new();
        for only in failed.iter().filter(|failing| failing.len() == 1).flatten() {
            *explained.entry(only).or_default() += 1;
        }
        let weight = |origin: &Origin, sum: &Sum<'_>| {
            let worst = sum.findings.iter().map(|(_, finding)| finding.severity).min();
            let explains = explained.get(origin).copied().unwrap_or_default();
            (sum.rank(), Reverse(explains + sum.holds_back), Reverse(sum.share), worst)
        };
        let next = sums.iter().min_by(|(a, one), (b, other)| (weight(a, one), a).cmp(&(weight(b, other), b)));
        let Some(next) = next.map(|(origin, _)| origin.clone()) else { break };
        let explains = explained.get(&next).copied().unwrap_or_default();
        if let Some(sum) = sums.remove(&next) {
            all.extend(cause((&next, explains), &sum, (findings, &mut told)));
        }
        failed.iter_mut().for_each(|failing| _ = failing.remove(&next));
    }
    all
}

/// A cause with those of its findings that no cause before it has told. One that has none left says nothing new, unless it holds
/// scenarios back.
fn cause(
    (origin, explains): (&Origin, usize),
    sum: &Sum<'_>,
    (summaries, told): (&[FindingSummary], &mut BTreeSet<u32>),
) -> Option<Cause> {
    let fails = sum.findings.iter().any(|(_, finding)| finding.severity.fails());
    let counted: Vec<&Finding> = (sum.findings.iter().map(|(_, finding)| *finding))
        .filter(|finding| finding.severity.fails() || !fails)
        .collect();
    let keys: BTreeSet<(&str, Severity, String)> =
        counted.iter().map(|f| (f.requirement.as_str(), f.severity, common(&f.place).to_string())).collect();
    let is_own = |s: &&FindingSummary| keys.contains(&(s.requirement.as_str(), s.severity, s.place.to_string()));
    let mut own: Vec<&FindingSummary> = summaries.iter().filter(is_own).collect();
    let whole = own.len();
    own.retain(|summary| !told.contains(&summary.number));
    let says_something = sum.holds_back > 0 || (whole == 0 && origin.title().is_some());
    if own.is_empty() && !says_something {
        return None;
    }
    // The first is the worst, and gives the line its number: the line says what that one says.
    let leading = own.first().copied();
    let first = counted.iter().find(|f| leading.is_none_or(|leading| leading.requirement == f.requirement));
    told.extend(own.iter().map(|summary| summary.number));
    let breaks: BTreeSet<Reader> = counted.iter().flat_map(|finding| finding.breaks.iter().cloned()).collect();
    let severity = counted.iter().map(|finding| finding.severity).min().unwrap_or(Severity::Warning);
    Some(Cause {
        title: (origin.title().map(|title| title + &named_forms(&sum.forms)))
            .or_else(|| title_of_attribute(origin, *first?))
            .or_else(|| Some(leading?.title.clone()).filter(|title| !title.is_empty()))
            .unwrap_or_else(|| first.map_or_else(String::new, |finding| seen_at(finding))),
        severity,
        requirement: commonest(&sum.findings, fails),
        request: origin.request().to_owned(),
        findings: own.iter().map(|s| s.number).collect(),
        explains,
        holds_back: sum.holds_back,
        seen_in: sum.seen_in,
        breaks: breaks.into_iter().collect(),
    })
}

/// ` (active, externalId, 7 more)`: what refused PATCHes name.
fn named_forms(forms: &BTreeSet<&str>) -> String {
    let mut told: Vec<String> = forms.iter().take(FORMS).map(|form| (*form).to_owned()).collect();
    if forms.len() > FORMS {
        told.push(format!("{} more", forms.len() - FORMS));
    }
    if told.is_empty() { String::new() } else { format!(" ({})", told.join(", ")) }
}

/// The requirement that shows in most scenarios; of equals the one whose findings are the worst.
fn commonest(findings: &[(usize, &Finding)], fails: bool) -> String {
    let mut shown: BTreeMap<&str, (BTreeSet<usize>, Severity)> = BTreeMap::new();
    for (at, finding) in findings.iter().filter(|(_, finding)| finding.severity.fails() || !fails) {
        let known = shown.entry(finding.requirement.as_str()).or_insert_with(|| (BTreeSet::new(), finding.severity));
        known.0.insert(*at);
        known.1 = known.1.min(finding.severity);
    }
    let most = shown.iter().min_by_key(|(id, (at, severity))| (Reverse(at.len()), *severity, **id));
    most.map_or_else(String::new, |(id, _)| (*id).to_owned())
}

/// What is wrong with an attribute, whatever was asked for; nothing where the catalogue has a sentence for it.
fn title_of_attribute(origin: &Origin, finding: &Finding) -> Option<String> {
    let Origin::Broken { request, attribute, .. } = origin else { return None };
    let has_sentence = catalogue::get(&finding.requirement).is_some_and(|requirement| requirement.title.is_some());
    if !request.is_empty() || attribute.is_empty() || has_sentence {
        return None;
    }
    let Finding { seen, expected, .. } = finding;
    let (name, short) = (named(finding), |text: &str| text.chars().take(80).collect::<String>());
    Some(match seen.as_str() {
        "nothing" => format!("{name} is missing; expected {}", short(expected)),
        _ => format!("{name} is {}; expected {}", short(seen), short(expected)),
    })
}

/// What was seen, and where.
fn seen_at(finding: &Finding) -> String {
    format!("{} ({})", finding.seen.chars().take(120).collect::<String>(), common(&finding.place))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::testing::{finding, scenario};
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
        assert_eq!(told[0].title, "PATCH /Users is refused: 400 (userName)");
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
    fn the_state_that_a_broken_write_leads_to_is_no_cause_of_its_own() {
        let effect = |attribute: &str| Finding {
            severity: Severity::Hazard,
            expected: format!("{attribute} [\"a\"]"),
            seen: format!("{attribute} nothing"),
            ..at("HAZARD-NO-EFFECT", Place::State("GET /Groups/1".into()), 0)
        };
        let state = at("STATE-MEMBERS", Place::State("a read of the group".into()), 1);
        let played = |findings| with("played", vec![sent("PATCH", "/Groups/1", "{}", 204, ""), create()], findings);
        let told = of(&[played(vec![effect("members"), state.clone()])]);
        assert_eq!((told.len(), told[0].requirement.as_str(), told[0].findings.len()), (1, "HAZARD-NO-EFFECT", 2));
        let unrelated = of(&[played(vec![effect("displayName"), state.clone()])]);
        assert_eq!(unrelated.len(), 2, "a name that did not change empties no group");
        assert_eq!(of(&[played(vec![state])])[0].requirement, "STATE-MEMBERS");
    }

    #[test]
    fn a_refused_lookup_after_which_the_idp_went_on_explains_nothing() {
        let by_idp = |exchange: Arc<ExchangeRecord>| {
            Arc::new(ExchangeRecord { actor: "entra/default idp".into(), ..(*exchange).clone() })
        };
        let lookup =
            || by_idp(sent("GET", "/Users?filter=manager%20eq%201", "", 400, r#"{"scimType":"invalidFilter"}"#));
        let write = || by_idp(sent("PATCH", "/Users/1", "{}", 200, "{}"));
        let state = |exchange| at("STATE-ATTRIBUTE", Place::State("a full read of /Users".into()), exchange);
        let went_on = of(&[with("went on", vec![lookup(), write(), create()], vec![state(2)])]);
        assert_eq!(went_on[0].requirement, "STATE-ATTRIBUTE");
        let stopped = of(&[with("stopped", vec![lookup(), create()], vec![state(1)])]);
        assert_eq!(stopped[0].title, "GET /Users with a filter is refused: 400");
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
        assert_eq!(one.len(), 4);
    }

    #[test]
    fn an_attribute_that_is_wrong_in_every_answer_is_one_cause_and_what_endangers_data_comes_first() {
        let kind = |exchange: usize, place: &str| Finding {
            expected: "User".into(),
            seen: "\"Users\"".into(),
            ..at("RFC-TYPE", Place::Body(place.into()), exchange)
        };
        let shown = |exchange: usize| Finding {
            severity: Severity::Hazard,
            expected: "no password".into(),
            seen: "\"a password\"".into(),
            ..at("RFC-SECRET", Place::Body("/password".into()), exchange)
        };
        let list = || sent("GET", "/Users?count=2", "", 200, "{}");
        let told = of(&[
            with("one", vec![create(), list()], vec![kind(0, "/meta/resourceType"), shown(0)]),
            with("two", vec![create(), list()], vec![kind(1, "/Resources/0/meta/resourceType")]),
            with("three", vec![list()], vec![kind(0, "/Resources/0/meta/resourceType")]),
        ]);
        let lines: Vec<_> = told.iter().map(|c| (c.title.as_str(), c.explains, c.seen_in, c.findings.len())).collect();
        assert_eq!(
            lines,
            [
                ("password is \"a password\"; expected no password", 0, 1, 1),
                ("meta.resourceType is \"Users\"; expected User", 3, 3, 2)
            ]
        );
        let numbers: BTreeSet<u32> = told.iter().flat_map(|cause| cause.findings.clone()).collect();
        assert_eq!(numbers.len(), 3, "a finding belongs to one cause");
    }
}
