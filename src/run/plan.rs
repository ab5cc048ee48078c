//! The plan: which scenarios, played by which IdPs, every step bound.

use super::baseline::Baseline;
use super::shard::Shard;
use crate::feature::{Feature, Scenario, StepKind, TagFilter};
use crate::step::{BindError, Bound, Casting, Catalogue, Phrase, Role};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Tags of scenarios that a run plays only where its tag expression names the tag: generated ones, more than all others
/// together. No golden exchanges hold them.
pub const APART: &[&str] = &["matrix"];

/// The tag of scenarios in which a mode of an IdP says what none of its other golden exchanges holds.
const EVERY_MODE: &str = "every-mode";

/// Which of the scenarios are meant.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Only scenarios whose tags match.
    pub tags: Option<TagFilter>,
    /// Only IdPs with these ids; empty means all.
    pub idps: Vec<String>,
}

/// A scenario played by one cast.
#[derive(Debug, Clone)]
pub struct Instance {
    /// Number in the plan, from 0.
    pub number: usize,
    /// The scenario.
    pub scenario: Rc<Scenario>,
    /// Its steps, bound, in order.
    pub bound: Rc<[Bound]>,
    /// Who plays the IdPs that the scenario leaves open.
    pub casting: Casting,
    /// Whether it repeats what an earlier mode of the same product plays, and differs in how that mode spells it alone: our
    /// golden exchanges are those of the first mode, unless the scenario is tagged `@every-mode`.
    pub repeats: bool,
}

impl Instance {
    /// `feature / scenario [idp]`.
    #[must_use]
    pub fn name(&self) -> String {
        let base = format!("{} / {}", self.scenario.feature, self.scenario.name);
        match self.casting.id() {
            Some(idp) => format!("{base} [{idp}]"),
            None => base,
        }
    }
}

impl Instance {
    /// Whether it plays on a stage that other scenarios find too, because all of them only read.
    #[must_use]
    pub fn shares(&self) -> bool {
        let scenario = &self.scenario;
        let own = ["exclusive", "policy"].iter().any(|tag| scenario.tags.contains(*tag));
        scenario.tags.contains("reads") && scenario.background > 0 && !own
    }

    /// What the stage is known by that it shares: who plays, and everything that its background does. `None` where it plays
    /// on one of its own.
    #[must_use]
    pub fn stage(&self) -> Option<String> {
        let scenario = &self.scenario;
        let background = scenario.steps.get(..scenario.background).filter(|_| self.shares())?;
        let background = background.iter().map(|s| (&s.text, &s.doc, &s.table));
        let profiles = scenario.profiles().collect::<Vec<_>>();
        Some(format!(
            "{} [{:?}] {profiles:?} {:?}",
            scenario.feature,
            self.casting.id(),
            background.collect::<Vec<_>>()
        ))
    }
}

impl Selection {
    /// The tag that keeps these scenarios apart, unless the expression names it.
    fn kept_apart(&self, tags: &BTreeSet<String>) -> Option<&'static str> {
        let named = |tag: &str| self.tags.as_ref().is_some_and(|t| t.names(tag));
        APART.iter().copied().find(|tag| tags.contains(*tag) && !named(tag))
    }
}

/// What will run, in order.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// The instances.
    pub instances: Vec<Instance>,
    /// What is known to be wrong with the target.
    pub baseline: Option<Rc<Baseline>>,
    /// The subject of each requirement that can be held against a server, by id: what the record's topics are made of.
    pub subjects: BTreeMap<String, String>,
    /// Which part of the plan this is, where it was divided.
    pub shard: Option<Shard>,
    /// How many more there would be with the tags of [`APART`], by tag.
    pub left_out: BTreeMap<String, usize>,
}

/// A step that cannot be bound, or a scenario nobody can play.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {what}\n  {text}")]
pub struct PlanError {
    /// The file.
    pub file: String,
    /// The line.
    pub line: usize,
    /// The step or tag.
    pub text: String,
    /// What is wrong, and what to do.
    pub what: String,
}

impl Plan {
    /// The instances in order, those together that play on one stage.
    #[must_use]
    pub fn stages(&self) -> Vec<Vec<&Instance>> {
        let mut known = BTreeMap::new();
        let mut all: Vec<Vec<&Instance>> = Vec::new();
        for instance in &self.instances {
            match instance.stage() {
                Some(stage) => {
                    let at = *known.entry(stage).or_insert(all.len());
                    if at == all.len() {
                        all.push(Vec::new());
                    }
                    all[at].push(instance);
                }
                None => all.push(vec![instance]),
            }
        }
        all
    }

    /// Binds every step of every feature, then selects. Trouble anywhere is reported, selected or not, all of it at once.
    ///
    /// # Errors
    /// Steps without a definition, or with more than one; IdP tags nobody knows.
    pub fn make(features: &[Feature], selection: &Selection, catalogue: &Catalogue) -> Result<Self, Vec<PlanError>> {
        let mut troubles: Vec<PlanError> = Vec::new();
        let mut plan = Self::default();
        let mut known = BoundSteps::new();
        for scenario in features.iter().flat_map(|f| &f.scenarios) {
            let (bound, bad): (Vec<_>, Vec<_>) =
                bind(scenario, catalogue, &mut known).into_iter().partition(Result::is_ok);
            troubles.extend(bad.into_iter().filter_map(Result::err));
            if scenario.profiles().count() > 1 {
                troubles.push(PlanError {
                    file: scenario.file.to_string(),
                    line: scenario.line,
                    text: scenario.name.clone(),
                    what: "it names two products; a scenario expects one @profile/NAME".to_owned(),
                });
            }
            let castings = match Casting::of(&scenario.tags, scenario.steps.iter().map(|s| s.text.as_str())) {
                Ok(castings) => castings,
                Err(what) => {
                    let text = scenario.name.clone();
                    let (file, line) = (scenario.file.to_string(), scenario.line);
                    troubles.push(PlanError { file, line, text, what });
                    continue;
                }
            };
            if selection.tags.as_ref().is_some_and(|t| !t.matches(&scenario.tags)) {
                continue;
            }
            let castings = marked(castings, scenario.tags.contains(EVERY_MODE));
            let castings: Vec<_> = castings.into_iter().filter(|(c, _)| c.only_of(&selection.idps)).collect();
            if castings.is_empty() {
                continue;
            }
            if let Some(tag) = selection.kept_apart(&scenario.tags) {
                *plan.left_out.entry(tag.to_owned()).or_default() += castings.len();
                continue;
            }
            let bound: Rc<[Bound]> = bound.into_iter().filter_map(Result::ok).collect();
            let shared = Rc::new(scenario.clone());
            for (casting, repeats) in castings {
                plan.instances.push(Instance {
                    number: plan.instances.len(),
                    scenario: shared.clone(),
                    bound: bound.clone(),
                    casting,
                    repeats,
                });
            }
        }
        troubles.dedup();
        if troubles.is_empty() { Ok(plan) } else { Err(troubles) }
    }
}

/// The castings, each with whether an earlier one has an IdP of the same product in its place.
fn marked(castings: Vec<Casting>, every_mode: bool) -> Vec<(Casting, bool)> {
    let mut known = BTreeSet::new();
    let marked = castings.into_iter().map(|casting| {
        let repeats = casting.plays("the IdP").is_some_and(|kind| !known.insert(kind.family().id()));
        (casting, repeats && !every_mode)
    });
    marked.collect()
}

/// Plain steps bound before: matching one against the whole vocabulary is most of what planning costs.
type BoundSteps<'a> = BTreeMap<(Role, &'a str), Bound>;

fn bind<'a>(
    scenario: &'a Scenario,
    catalogue: &Catalogue,
    known: &mut BoundSteps<'a>,
) -> Vec<Result<Bound, PlanError>> {
    let steps = scenario.steps.iter().map(|step| {
        let role = match step.kind {
            StepKind::Given => Role::Given,
            StepKind::When => Role::When,
            StepKind::Then => Role::Then,
        };
        let phrase = Phrase { role, text: &step.text, table: step.table.as_deref(), doc: step.doc.as_deref() };
        let plain = phrase.table.is_none() && phrase.doc.is_none();
        if let Some(bound) = known.get(&(role, phrase.text)).filter(|_| plain) {
            return Ok(bound.clone());
        }
        let bound = catalogue.bind(phrase).map_err(|error: BindError| PlanError {
            file: scenario.file.to_string(),
            line: step.line,
            text: format!("{} {}", step.keyword, step.text),
            what: error.to_string(),
        })?;
        if plain {
            known.insert((role, &step.text), bound.clone());
        }
        Ok(bound)
    });
    steps.collect()
}
