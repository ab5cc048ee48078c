//! What a run comes to for each reader.
//!
//! In: scenarios with their findings, what was held, whose verdicts were asked for. Out: a verdict for each reader, and which
//! failures concern nobody who asked. Never: knowledge of an IdP beyond its name.

use super::finding::{Confidence, Finding, Place, Severity};
use super::fold::common;
use super::outcome::OutcomeKind;
use super::reader::{Reader, ReaderVerdict, ReaderWord};
use super::record::ScenarioRecord;
use std::collections::{BTreeSet, HashMap};

impl ScenarioRecord {
    /// Whom it breaks that it failed. Where no finding says so (a step failed without one, or the record is old), whom it is played
    /// for.
    #[must_use]
    pub fn breaks(&self) -> BTreeSet<Reader> {
        let failing = self.findings.iter().filter(|finding| finding.severity.fails());
        let told: BTreeSet<Reader> = failing.flat_map(|finding| finding.breaks.iter().cloned()).collect();
        match (told.is_empty(), self.readers.is_empty()) {
            (false, _) => told,
            (true, false) => self.readers.iter().cloned().collect(),
            (true, true) => [Reader::Rfc].into(),
        }
    }

    /// Whether it failed for one of these readers; for anybody where none is named.
    #[must_use]
    pub fn fails_for(&self, asked: &[Reader]) -> bool {
        let failed = self.outcome.kind == OutcomeKind::Failed;
        failed && (asked.is_empty() || self.breaks().iter().any(|reader| asked.contains(reader)))
    }

    /// Whether it expects nothing of this target: it is about another product, or about a choice that is not known of this one.
    fn is_not_for_this_target(&self) -> bool {
        let about = self.tags.iter().any(|tag| tag == "policy" || tag.starts_with("profile/"));
        about && self.outcome.kind == OutcomeKind::Skipped
    }

    /// Whether it said anything of the target.
    fn is_judged(&self) -> bool {
        matches!(self.outcome.kind, OutcomeKind::Passed | OutcomeKind::Failed | OutcomeKind::ExpectedFailure)
    }
}

/// How many scenarios failed for nobody who asked.
#[must_use]
pub fn unasked(scenarios: &[ScenarioRecord], asked: &[Reader]) -> usize {
    scenarios.iter().filter(|s| s.outcome.kind == OutcomeKind::Failed && !s.fails_for(asked)).count()
}

/// What a run says to each reader: to the IdPs that played, in the order of `idps`, to the RFCs, and to whoever answers for the
/// data. `exercised` is what was held; `provable`, what can be held against a server.
#[must_use]
pub fn readers<'a>(
    scenarios: &[ScenarioRecord],
    idps: &[&str],
    exercised: &[String],
    provable: impl IntoIterator<Item = &'a str>,
) -> Vec<ReaderVerdict> {
    let told = Told::of(scenarios);
    let provable: Vec<&str> = provable.into_iter().collect();
    let held: BTreeSet<&str> = exercised.iter().map(String::as_str).collect();
    let mut all: Vec<ReaderVerdict> =
        idps.iter().filter_map(|name| of_an_idp(scenarios, &told, &Reader::named(name))).collect();
    for (reader, begins, good, bad) in OTHERS {
        let of = provable.iter().filter(|id| begins.iter().any(|b| id.starts_with(b)));
        let (of, judged) = of.fold((0, 0), |(of, judged), id| (of + 1, judged + usize::from(held.contains(id))));
        let blocking = told.breaking(reader).count() + told.silent(scenarios, reader);
        let other = told.folded.values().filter(|f| f.warns_of(begins));
        let word = match (blocking, judged) {
            (0, 0) => ReaderWord::NotJudged,
            (0, _) => *good,
            _ => *bad,
        };
        all.push(ReaderVerdict { reader: reader.clone(), word, blocking, other: other.count(), judged, of });
    }
    all
}

/// The findings that concern a reader, by requirement, weight and place; each with whether it is blocking, or a limit that the reader
/// can live with.
#[must_use]
pub fn concerning(scenarios: &[ScenarioRecord], reader: &Reader) -> HashMap<(String, Severity, Place), bool> {
    let begins = OTHERS.iter().find(|(other, ..)| other == reader).map_or(&[][..], |(_, begins, ..)| begins);
    let all = Told::of(scenarios).folded.into_iter().filter_map(|((requirement, severity, place), folded)| {
        let blocks = folded.blocks(reader);
        let concerns = blocks || folded.warns_of(begins) || folded.limits(reader);
        concerns.then(|| ((requirement.to_owned(), severity, place), blocks))
    });
    all.collect()
}

/// The readers that are no IdP: how the ids of what concerns them begin, and their words.
const OTHERS: &[(Reader, &[&str], ReaderWord, ReaderWord)] = &[
    (Reader::Rfc, &["RFC", "HTTP-"], ReaderWord::Conformant, ReaderWord::NotConformant),
    (Reader::Data, &["HAZARD-"], ReaderWord::Safe, ReaderWord::AtRisk),
];

/// Nothing where the IdP did not play.
fn of_an_idp(scenarios: &[ScenarioRecord], told: &Told<'_>, reader: &Reader) -> Option<ReaderVerdict> {
    let its = scenarios.iter().filter(|s| s.readers.contains(reader) && !s.is_not_for_this_target());
    let (of, judged) = its.fold((0, 0), |(of, judged), s| (of + 1, judged + usize::from(s.is_judged())));
    if of == 0 {
        return None;
    }
    let silent = told.silent(scenarios, reader);
    let blocking = told.breaking(reader).count() + silent;
    let doubtful = silent == 0 && told.breaking(reader).all(|f| f.confidence == Some(Confidence::Contradicted));
    let word = match (blocking, judged) {
        (0, 0) => ReaderWord::NotJudged,
        (0, _) => ReaderWord::Works,
        _ if doubtful => ReaderWord::MayNotWork,
        _ => ReaderWord::DoesNotWork,
    };
    let other = told.folded.values().filter(|f| f.limits(reader)).count();
    Some(ReaderVerdict { reader: reader.clone(), word, blocking, other, judged, of })
}

/// Equal findings of all scenarios, with whom they break and who met them.
struct Told<'a> {
    folded: HashMap<(&'a str, Severity, Place), Folded<'a>>,
}

struct Folded<'a> {
    requirement: &'a str,
    fails: bool,
    breaks: BTreeSet<&'a Reader>,
    met_by: BTreeSet<&'a Reader>,
    /// The surest of them: absent for what is no IdP's need.
    confidence: Option<Confidence>,
}

impl Folded<'_> {
    fn blocks(&self, reader: &Reader) -> bool {
        self.breaks.contains(reader)
    }

    /// Whether it is a warning of a requirement whose id begins so.
    fn warns_of(&self, begins: &[&str]) -> bool {
        !self.fails && begins.iter().any(|b| self.requirement.starts_with(b))
    }

    /// Whether an IdP met it and can live with it: a rule of the RFC that it does not depend on, or a need that is none.
    fn limits(&self, reader: &Reader) -> bool {
        let concerns = self.fails || self.requirement.starts_with("IDP-");
        let another = self.breaks.iter().any(|broken| matches!(broken, Reader::Idp(_)));
        concerns && !another && self.met_by.contains(reader)
    }
}

impl<'a> Told<'a> {
    fn of(scenarios: &'a [ScenarioRecord]) -> Self {
        let mut folded: HashMap<_, Folded<'a>> = HashMap::new();
        for scenario in scenarios {
            for finding in &scenario.findings {
                let Finding { requirement, severity, confidence, .. } = finding;
                let one =
                    folded.entry((requirement.as_str(), *severity, common(&finding.place))).or_insert_with(|| {
                        let (breaks, met_by) = (BTreeSet::new(), BTreeSet::new());
                        Folded { requirement, fails: severity.fails(), breaks, met_by, confidence: *confidence }
                    });
                one.breaks.extend(&finding.breaks);
                one.met_by.extend(&scenario.readers);
                // Ordered: the surest is the least, and what is no need is surer than any.
                one.confidence = one.confidence.min(*confidence);
            }
        }
        Self { folded }
    }

    fn breaking<'s>(&'s self, reader: &'s Reader) -> impl Iterator<Item = &'s Folded<'a>> {
        self.folded.values().filter(move |f| f.blocks(reader))
    }

    /// Scenarios of this reader that failed without a finding to say why.
    fn silent(&self, scenarios: &[ScenarioRecord], reader: &Reader) -> usize {
        let unexplained = |s: &&ScenarioRecord| {
            s.outcome.kind == OutcomeKind::Failed && !s.findings.iter().any(|f| f.severity.fails())
        };
        scenarios.iter().filter(unexplained).filter(|s| s.breaks().contains(reader)).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::fold::testing::{finding, scenario};
    use crate::verdict::{Outcome, Totals, Verdict};

    fn broken(id: &str, severity: Severity, breaks: &[&str]) -> Finding {
        Finding { breaks: breaks.iter().map(|b| Reader::named(b)).collect(), ..finding(id, severity, Place::Status) }
    }

    fn played(name: &str, reader: &str, findings: Vec<Finding>) -> ScenarioRecord {
        let mut one = scenario(name, findings);
        one.readers = vec![Reader::named(reader)];
        if one.findings.iter().all(|f| !f.severity.fails()) {
            one.outcome = Outcome::passed();
        }
        one
    }

    fn told(scenarios: &[ScenarioRecord]) -> Vec<String> {
        let exercised = ["RFC1", "HAZARD-1"].map(str::to_owned);
        let all = readers(scenarios, &["okta", "entra", "ping"], &exercised, ["RFC1", "RFC2", "HAZARD-1", "IDP-1"]);
        all.iter().map(|v| format!("{} {}, {} {}, {}", v.reader, v.told(), v.blocking, v.other, v.coverage())).collect()
    }

    #[test]
    fn each_reader_gets_its_own_verdict() {
        let skipped = ScenarioRecord {
            outcome: Outcome::of(OutcomeKind::Skipped, "x"),
            ..played("skipped", "entra", Vec::new())
        };
        let elsewhere = ScenarioRecord { tags: vec!["profile/alation".into()], ..skipped.clone() };
        let all = [
            played("a", "okta", vec![broken("RFC1", Severity::Violation, &["rfc"])]),
            played("b", "okta", vec![broken("IDP-1", Severity::Warning, &[])]),
            played("c", "entra", vec![broken("IDP-ENTRA-03", Severity::Violation, &["entra"])]),
            played("d", "rfc", vec![broken("RFC2", Severity::Warning, &[])]),
            skipped,
            elsewhere,
        ];
        assert_eq!(
            told(&all),
            [
                "okta works, 2 limits, 0 2, 100 % of 2",
                "entra does not work, 1 0, 50 % of 2",
                "rfc not conformant, 1 1, 50 % of 2",
                "data safe, 0 0, 100 % of 1",
            ]
        );
    }

    #[test]
    fn what_is_contradicted_alone_is_no_sure_verdict() {
        let doubtful = Finding {
            confidence: Some(Confidence::Contradicted),
            ..broken("IDP-ENTRA-04", Severity::Violation, &["entra"])
        };
        let alone = [played("a", "entra", vec![doubtful.clone()])];
        assert_eq!(told(&alone)[0], "entra may not work, 1 0, 100 % of 1");
        let sure = broken("STATE-ACTIVE", Severity::Violation, &["entra"]);
        let both = [played("a", "entra", vec![doubtful.clone()]), played("b", "entra", vec![sure])];
        assert_eq!(told(&both)[0], "entra does not work, 2 0, 100 % of 2");
        let silent =
            ScenarioRecord { outcome: Outcome::of(OutcomeKind::Failed, "x"), ..played("c", "entra", Vec::new()) };
        assert_eq!(told(&[played("a", "entra", vec![doubtful]), silent])[0], "entra does not work, 2 0, 100 % of 2");
    }

    #[test]
    fn only_who_asked_makes_a_run_red() {
        let all = [
            played("a", "entra", vec![broken("IDP-ENTRA-03", Severity::Violation, &["entra"])]),
            played("b", "rfc", Vec::new()),
            ScenarioRecord { outcome: Outcome::of(OutcomeKind::Failed, "x"), ..played("c", "okta", Vec::new()) },
        ];
        for (asked, failing, verdict) in [
            (&[][..], 0, Verdict::Findings),
            (&["rfc"], 2, Verdict::Conformant),
            (&["rfc", "entra"], 1, Verdict::Findings),
            (&["okta"], 1, Verdict::Findings),
        ] {
            let asked: Vec<Reader> = asked.iter().map(|name| Reader::named(name)).collect();
            let unasked = unasked(&all, &asked);
            assert_eq!(unasked, failing, "{asked:?}");
            assert_eq!(Totals { unasked, ..Totals::of(&all) }.verdict(), verdict, "{asked:?}");
        }
        let old =
            ScenarioRecord { readers: Vec::new(), ..scenario("old", vec![broken("RFC1", Severity::Violation, &[])]) };
        assert!(old.fails_for(&[Reader::Rfc]) && !old.fails_for(&[Reader::Data]));
    }
}
