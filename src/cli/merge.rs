//! `scimulate merge`: the records of a run's shards become one.

use super::args::MergeArgs;
use super::exit::Exit;
use super::{CommandError, features, record, run};
use crate::run::{merge, told_in_sum};
use judge::verdict::RunEvent;
use std::sync::Arc;

/// Merges and reports.
pub(super) fn command(args: &MergeArgs) -> Result<Exit, CommandError> {
    let mut records = Vec::new();
    for path in &args.records {
        records.push((path.display().to_string(), record::read(path)?));
    }
    let mut reports = run::reports(&args.report, args.verbose, false)?;
    let mut record = merge(records).map_err(CommandError::usage)?;
    told_in_sum(&mut record, &features::subjects());
    let verdict = record.verdict();
    let told = [
        RunEvent::RunStarted { target: record.target.clone(), scenarios: record.scenarios.len(), seed: record.seed },
        RunEvent::RunFinished(Arc::new(record)),
    ];
    for report in &mut reports {
        for event in &told {
            run::told(report.event(event))?;
        }
        run::told(report.finish())?;
    }
    Ok(verdict.into())
}
