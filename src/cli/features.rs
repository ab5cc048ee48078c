//! From paths to a plan, with every trouble of the feature text in one message.

use super::Trouble;
use super::args::SelectArgs;
use super::settings;
use crate::feature::{Feature, embedded, from_paths, parse};
use crate::run::Plan;
use crate::step::Catalogue;

/// Reads and parses the features meant.
pub(super) fn read(args: &SelectArgs) -> Result<Vec<Feature>, Trouble> {
    let sources =
        if args.features.is_empty() { embedded() } else { from_paths(&args.features).map_err(Trouble::usage)? };
    let mut features = Vec::new();
    let mut troubles = Vec::new();
    for source in &sources {
        match parse(source) {
            Ok(feature) => features.push(feature),
            Err(errors) => troubles.extend(errors.iter().map(ToString::to_string)),
        }
    }
    if troubles.is_empty() { Ok(features) } else { Err(Trouble::usage(troubles.join("\n"))) }
}

/// Makes the plan, or says everything that is wrong with it.
pub(super) fn plan(args: &SelectArgs) -> Result<Plan, Trouble> {
    let selection = settings::selection(args)?;
    let features = read(args)?;
    let plan = Plan::make(&features, &selection, &Catalogue::new()).map_err(|errors| {
        let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
        Trouble::usage(texts.join("\n"))
    })?;
    if plan.instances.is_empty() {
        let mut message = "no scenario is selected, so nothing can be judged".to_owned();
        if let Some(tags) = &args.tags {
            message.push_str(&format!("; --tags {tags} matches none"));
        }
        message.push_str("; `scimulate list features` shows scenarios and tags");
        return Err(Trouble::blocked(message));
    }
    Ok(plan)
}
