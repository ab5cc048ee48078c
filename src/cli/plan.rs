//! `scimulate plan`: what would run; sends nothing.

use super::args::PlanArgs;
use super::exit::Exit;
use super::{CommandError, features, say};

/// Prints the plan.
pub(super) fn command(args: &PlanArgs) -> Result<Exit, CommandError> {
    let plan = features::plan(&args.select)?;
    let mut text = String::new();
    for instance in &plan.instances {
        let scenario = &instance.scenario;
        text.push_str(&format!("{}:{}  {}\n", scenario.file, scenario.line, instance.name()));
        if args.steps {
            for step in &scenario.steps {
                text.push_str(&format!("    {} {}\n", step.keyword, step.text));
            }
        }
    }
    let count = plan.instances.len();
    text.push_str(&format!("{count} {}\n", if count == 1 { "scenario" } else { "scenarios" }));
    for (tag, count) in &plan.left_out {
        text.push_str(&format!("{count} more are left out: --tags @{tag} plays them\n"));
    }
    say(&text)?;
    Ok(Exit::Conformant)
}
