//! From paths to a plan, with every trouble of the feature text in one message.

use super::CommandError;
use super::args::SelectArgs;
use super::settings;
use crate::feature::{Feature, Source, embedded, from_paths, parse};
use crate::run::{Instance, Plan};
use crate::step::Catalogue;
use judge::check::catalogue::{self, Proof};
use judge::snapshot::{SnapshotName, collisions};
use std::collections::{BTreeMap, BTreeSet};

/// Reads and parses the features meant.
pub(super) fn read(args: &SelectArgs) -> Result<Vec<Feature>, CommandError> {
    let mut sources =
        if args.features.is_empty() { embedded() } else { from_paths(&args.features).map_err(CommandError::usage)? };
    // A folder and a file in it may both be named; its scenarios are played once.
    let mut seen = BTreeSet::new();
    sources.retain(|source| seen.insert(source.name.clone()));
    parsed(&sources)
}

/// Parses features, with every trouble of theirs in one message.
pub(super) fn parsed(sources: &[Source]) -> Result<Vec<Feature>, CommandError> {
    let mut features = Vec::new();
    let mut troubles = Vec::new();
    for source in sources {
        match parse(source) {
            Ok(feature) => features.push(feature),
            Err(errors) => troubles.extend(errors.iter().map(ToString::to_string)),
        }
    }
    if troubles.is_empty() { Ok(features) } else { Err(CommandError::usage(troubles.join("\n"))) }
}

/// Makes the plan, or says everything that is wrong with it.
pub(super) fn plan(args: &SelectArgs) -> Result<Plan, CommandError> {
    plan_of(&read(args)?, args)
}

/// Makes the plan of these features.
pub(super) fn plan_of(features: &[Feature], args: &SelectArgs) -> Result<Plan, CommandError> {
    let selection = settings::selection(args)?;
    let mut plan = Plan::make(features, &selection, &Catalogue::new()).map_err(|errors| {
        let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
        CommandError::usage(texts.join("\n"))
    })?;
    if plan.instances.is_empty() {
        let mut message = "no scenario is selected, so nothing can be judged".to_owned();
        if let Some(tags) = &args.tags {
            message.push_str(&format!("; --tags {tags} matches none"));
        }
        for (tag, count) in &plan.left_out {
            message.push_str(&format!("; {count} are left out: --tags @{tag} plays them"));
        }
        message.push_str("; `scimulate list features` shows scenarios and tags");
        return Err(CommandError::blocked(message));
    }
    told_apart(&plan)?;
    plan.subjects = subjects();
    Ok(plan)
}

/// The subject of each requirement that can be held against a server.
pub(super) fn subjects() -> BTreeMap<String, String> {
    let provable = catalogue::all().into_iter().filter(|r| !matches!(r.proof(), Proof::Nothing(_) | Proof::Grade));
    provable.map(|r| (r.id.clone(), r.topic.clone())).collect()
}

fn name(instance: &Instance) -> SnapshotName {
    let scenario = &instance.scenario;
    SnapshotName {
        profile: "any".to_owned(),
        feature: scenario.feature.to_string(),
        scenario: scenario.name.clone(),
        idp: instance.casting.id(),
        source: scenario.file.to_string(),
        line: scenario.line,
    }
}

/// Reports and golden files tell scenarios apart by name, so two of one name are refused before the run.
fn told_apart(plan: &Plan) -> Result<(), CommandError> {
    let names: Vec<SnapshotName> = plan.instances.iter().map(name).collect();
    let shared: Vec<String> = collisions(&names).iter().map(ToString::to_string).collect();
    if shared.is_empty() { Ok(()) } else { Err(CommandError::usage(shared.join("\n"))) }
}
