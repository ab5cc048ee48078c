//! `scimulate show` and `scimulate curl`: what a record holds, and how to do it again by hand.

use super::args::{CurlArgs, ShowArgs};
use super::exit::Exit;
use super::{CommandError, kept, leaving, put, record, run, settings};
use judge::verdict::RunRecord;
use std::path::PathBuf;

/// Lists a record, or shows one of its findings.
pub(super) fn command(args: &ShowArgs) -> Result<Exit, CommandError> {
    let asked = asked(&args.words)?;
    let record = read(&asked)?;
    let style = report::Style { verbose: true, ..run::style(false) };
    let mut out = Vec::new();
    match asked.number {
        Some(number) => report::show(&record, number, style, &mut out),
        None => report::list(&record, asked.shown().as_deref(), style, &mut out),
    }
    .map_err(CommandError::usage)?;
    put(&out).map(|()| Exit::Conformant)
}

/// Prints the requests of a finding as `curl` commands.
pub(super) fn curl(args: &CurlArgs) -> Result<Exit, CommandError> {
    let asked = asked(&args.words)?;
    let Some(number) = asked.number else {
        return Err(CommandError::usage("which finding? `scimulate curl RECORD 7` prints the requests of #7"));
    };
    let token = args.token_env.as_deref().unwrap_or(settings::TOKEN);
    if !is_variable(token) {
        return Err(CommandError::usage("--token-env takes the name of a variable, for example SCIM_TOKEN"));
    }
    let mut out = Vec::new();
    report::curl(&read(&asked)?, number, token, &mut out).map_err(CommandError::usage)?;
    put(&out).map(|()| Exit::Conformant)
}

/// Whether a shell takes it for the name of a variable, and for nothing else.
fn is_variable(name: &str) -> bool {
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    plain && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && name.len() <= 100
}

/// A record, and a finding of it.
struct Asked {
    /// The record's file; the last run's without one.
    file: Option<PathBuf>,
    number: Option<u32>,
}

impl Asked {
    /// The file as it was typed.
    fn shown(&self) -> Option<String> {
        self.file.as_ref().map(|file| file.display().to_string())
    }
}

/// `RECORD 7`, `RECORD`, `7`, or nothing.
fn asked(words: &[String]) -> Result<Asked, CommandError> {
    let number = |word: &str| word.strip_prefix('#').unwrap_or(word).parse::<u32>().ok();
    let file = |word: &String| Some(PathBuf::from(word));
    match words {
        [] => Ok(Asked { file: None, number: None }),
        [one] if number(one).is_some() && !PathBuf::from(one).exists() => Ok(Asked { file: None, number: number(one) }),
        [one] => Ok(Asked { file: file(one), number: None }),
        [one, two, ..] => match number(two) {
            Some(number) => Ok(Asked { file: file(one), number: Some(number) }),
            None => Err(CommandError::usage(format!("`{two}` is no number of a finding; write it like 7 or #7"))),
        },
    }
}

fn read(asked: &Asked) -> Result<RunRecord, CommandError> {
    let path = match &asked.file {
        Some(path) => path.clone(),
        None => kept::path().filter(|path| path.exists()).ok_or_else(|| {
            CommandError::usage("no run was kept; name a record: `scimulate run --report json=FILE` writes one")
        })?,
    };
    record::read(&path).map(leaving::record)
}
