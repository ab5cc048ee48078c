//! `scimulate traffic grade`: what the client of a recording got wrong.

use super::super::args::GradeTrafficArgs;
use super::super::exit::Exit;
use super::super::graded::{Graded, report};
use super::super::{CommandError, run};
use super::read;
use judge::verdict::TargetRecord;
use scim::schema::Registry;

/// Grades it.
pub(super) fn command(args: &GradeTrafficArgs) -> Result<Exit, CommandError> {
    let reports = run::reports(&args.report, args.verbose, true)?;
    let recording = read(&args.file)?;
    let file = args.file.display().to_string();
    let target = TargetRecord {
        name: file.clone(),
        base_url: recording.base.clone(),
        profile: "rfc".to_owned(),
        token_env: None,
    };
    report(Graded { recording, types: Registry::default(), target, file, left_out: 0 }, reports)
}
