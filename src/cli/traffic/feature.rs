//! `scimulate traffic to-feature`: a recording as a feature.

use super::super::args::ToFeatureArgs;
use super::super::exit::Exit;
use super::super::{CommandError, say};
use super::{line, read, told};
use scim::secrecy::open_private;
use std::fs::OpenOptions;
use std::io::Write as _;
use traffic::gherkin::feature;

/// Writes it.
pub(super) fn command(args: &ToFeatureArgs) -> Result<Exit, CommandError> {
    let recording = read(&args.file)?;
    let title = args.title.split_whitespace().collect::<Vec<_>>().join(" ");
    let made = feature(&recording, &title);
    let mut text = told(&recording);
    for (at, why) in &made.left_out {
        text.push_str(&format!("{}\n   left out: {why}\n", line(&recording, *at)));
    }
    let put = recording.entries.len() - made.left_out.len();
    if put == 0 {
        say(&text)?;
        return Err(CommandError::blocked("nothing of this recording can be put into sentences"));
    }
    let fail = |e: std::io::Error| match e.kind() {
        std::io::ErrorKind::AlreadyExists => {
            CommandError::usage(format!("{} is there already; name another file with --out", args.out.display()))
        }
        _ => CommandError::usage(format!("{} cannot be written: {e}", args.out.display())),
    };
    let mut file = open_private(OpenOptions::new().write(true).create_new(true), &args.out).map_err(fail)?;
    file.write_all(made.text.as_bytes()).map_err(fail)?;
    let out = args.out.display();
    text.push_str(&format!(
        "{put} of {} exchanges are in {out}\nnext: scimulate run {out} --target TARGET\n",
        recording.entries.len()
    ));
    say(&text)?;
    Ok(Exit::Conformant)
}
