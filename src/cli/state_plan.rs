//! `scimulate state plan`: from what is wrong with a target to a file of what to do.

use super::args::{BelieveArg, PlanStateArgs, SureArg};
use super::connect;
use super::exit::Exit;
use super::{CommandError, say, state_source};
use cleanup::plan::{Limits, Plan};
use cleanup::propose::{Believe, Options, Rule, propose};
use directory::Export;
use scim::secrecy::write_private;
use state::{Against, Sure, assess_against};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Items, and what is left, shown; the file has all of them.
const SHOWN: usize = 20;

/// Reads, diagnoses, and writes the plan.
pub(super) fn command(args: &PlanStateArgs) -> Result<Exit, CommandError> {
    let options = options(args)?;
    let directory = args.directory.as_deref().map(Export::read).transpose().map_err(CommandError::usage)?;
    let source = state_source::read(&args.from, usize::MAX)?;
    // A masked capture names no host, and nothing in it is anybody's id.
    if !source.target.contains("://") {
        return Err(CommandError::usage(
            "a plan is for one target, and these files do not say which; plan from a capture without --mask, or from the target \
             itself with --target",
        ));
    }
    let state = &source.state;
    let directories: Vec<&Export> = directory.iter().collect();
    let against = Against { directories: &directories, local_accounts: &args.local_account };
    let found = assess_against(state, &against);
    let now = jiff::Timestamp::now().to_string();
    let plan =
        propose(state, &found, directory.as_ref(), &options, (&source.target, &now)).map_err(CommandError::usage)?;
    let text = plan.to_yaml().map_err(CommandError::usage)?;
    write_private(&args.out, text)
        .map_err(|e| CommandError::usage(format!("the plan could not be written to {}: {e}", args.out.display())))?;
    say(&told(args, &plan, found.len()))?;
    Ok(match (found.is_empty(), state.complete) {
        (false, _) => Exit::Findings,
        (true, true) => Exit::Conformant,
        (true, false) => Exit::Blocked,
    })
}

fn options(args: &PlanStateArgs) -> Result<Options, CommandError> {
    let survivor = args.survivor.iter().map(|rule| rule.parse::<Rule>().map_err(CommandError::usage));
    Ok(Options {
        sure: match args.sure {
            SureArg::Certain => Sure::Certain,
            SureArg::Likely => Sure::Likely,
        },
        delete: args.delete,
        believe: match args.believe {
            BelieveArg::Name => Believe::Name,
            BelieveArg::Link => Believe::Link,
        },
        survivor: survivor.collect::<Result<_, _>>()?,
        protect: args.protect.clone(),
        limits: limits(&args.limit)?,
    })
}

fn limits(given: &[String]) -> Result<Limits, CommandError> {
    let mut limits = Limits::default();
    for text in given {
        let Some((what, limit)) = text.split_once('=') else {
            return Err(CommandError::usage(format!("--limit {text}: write it like users=40 or groups=25%")));
        };
        let limit = limit.parse().map_err(CommandError::usage)?;
        match what.trim() {
            "users" => limits.users = limit,
            "groups" => limits.groups = limit,
            "memberships" => limits.memberships = limit,
            other => {
                let near = scim::nearest(other, ["users", "groups", "memberships"]);
                let near = near.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default();
                return Err(CommandError::usage(format!(
                    "--limit {other}: there are users, groups and memberships{near}"
                )));
            }
        }
    }
    Ok(limits)
}

fn told(args: &PlanStateArgs, plan: &Plan, found: usize) -> String {
    let mut text =
        format!("read {} users and {} groups; {found} things are wrong\n\n", plan.state.users, plan.state.groups);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for item in &plan.items {
        *counts.entry(item.action.name()).or_default() += 1;
    }
    let counts: Vec<String> = counts.iter().map(|(action, count)| format!("{count} {action}")).collect();
    let all = if counts.is_empty() { String::new() } else { format!(": {}", counts.join(", ")) };
    let _infallible = writeln!(text, "{} items in {}{all}", plan.items.len(), args.out.display());
    for item in plan.items.iter().take(SHOWN) {
        let _infallible = writeln!(text, "  {} ({})", item.told(), item.reason);
    }
    if plan.items.len() > SHOWN {
        let _infallible = writeln!(text, "  and {} more", plan.items.len() - SHOWN);
    }
    if !plan.left.is_empty() {
        let _infallible = writeln!(text, "\n{} not planned", plan.left.len());
        for left in plan.left.iter().take(SHOWN) {
            let _infallible = writeln!(text, "  {}: {}: {}", left.found, left.text, left.why);
        }
        if plan.left.len() > SHOWN {
            let _infallible = writeln!(text, "  and {} more in the file", plan.left.len() - SHOWN);
        }
    }
    if !plan.items.is_empty() {
        let target = args.from.target.as_deref().unwrap_or(&plan.target);
        let how = connect::flags(target, args.from.config.as_deref(), &args.from.token);
        let directory = args.directory.as_ref().map(|f| format!(" --directory {}", f.display())).unwrap_or_default();
        let local: String = args.local_account.iter().map(|name| format!(" --local-account '{name}'")).collect();
        let _infallible = writeln!(
            text,
            "\nnext: read and edit {out}, then look what it would do: scimulate state apply {out} {how}{directory}{local}",
            out = args.out.display()
        );
    }
    text
}
