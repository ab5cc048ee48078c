//! `scimulate show` and `scimulate curl`: what a record holds, and how to do it again by hand.

use super::args::{CurlArgs, ShowArgs};
use super::exit::Exit;
use super::{CommandError, kept, leaving, put, readers, record, run, settings};
use judge::verdict::{Reader, RunRecord};
use std::path::PathBuf;

/// Lists a record, or shows one of its findings.
pub(super) fn command(args: &ShowArgs) -> Result<Exit, CommandError> {
    let asked = asked(&args.words)?;
    let record = read(&asked)?;
    let reader = args.reader.as_deref().map(|name| concerned(&record, name)).transpose()?;
    if reader.is_some() && !asked.numbers.is_empty() {
        return Err(CommandError::usage("--for lists the findings of a reader; leave the numbers out, or --for"));
    }
    let style = report::Style { verbose: true, ..run::style(false) };
    let mut out = Vec::new();
    if asked.numbers.is_empty() {
        report::list(&record, asked.shown().as_deref(), reader.as_ref(), style, &mut out)
            .map_err(CommandError::usage)?;
    }
    for number in &asked.numbers {
        report::show(&record, *number, style, &mut out).map_err(CommandError::usage)?;
    }
    put(&out).map(|()| Exit::Conformant)
}

/// The reader of that name, whose verdict the record has.
fn concerned(record: &RunRecord, name: &str) -> Result<Reader, CommandError> {
    let reader = readers::one(name).map_err(CommandError::usage)?;
    if record.readers.iter().any(|verdict| verdict.reader == reader) {
        return Ok(reader);
    }
    let all: Vec<&str> = record.readers.iter().map(|verdict| verdict.reader.name()).collect();
    Err(CommandError::usage(format!("`{name}` has no verdict in this record; it has one for {}", all.join(", "))))
}

/// Prints the requests of a finding as `curl` commands.
pub(super) fn curl(args: &CurlArgs) -> Result<Exit, CommandError> {
    let asked = asked(&args.words)?;
    let &[number] = asked.numbers.as_slice() else {
        return Err(CommandError::usage("which finding? `scimulate curl RECORD 7` prints the requests of #7"));
    };
    let record = read(&asked)?;
    // The run's own variable, where it had one: the commands are to work where the run did.
    let token = args.token_env.as_deref().or(record.target.token_env.as_deref()).unwrap_or(settings::TOKEN);
    if !is_variable(token) {
        return Err(CommandError::usage("--token-env takes the name of a variable, for example SCIM_TOKEN"));
    }
    let mut out = Vec::new();
    report::curl(&record, number, token, &mut out).map_err(CommandError::usage)?;
    put(&out).map(|()| Exit::Conformant)
}

/// Whether a shell takes it for the name of a variable, and for nothing else.
fn is_variable(name: &str) -> bool {
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    plain && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && name.len() <= 100
}

/// A record, and findings of it.
struct Asked {
    /// The record's file; the last run's without one.
    file: Option<PathBuf>,
    numbers: Vec<u32>,
}

impl Asked {
    /// The file as it was typed.
    fn shown(&self) -> Option<String> {
        self.file.as_ref().map(|file| file.display().to_string())
    }
}

/// `RECORD 7 8`, `RECORD`, `7 8`, or nothing.
fn asked(words: &[String]) -> Result<Asked, CommandError> {
    let number = |word: &str| word.strip_prefix('#').unwrap_or(word).parse::<u32>().ok();
    let (file, rest) = match words {
        [first, rest @ ..] if number(first).is_none() || PathBuf::from(first).exists() => {
            (Some(PathBuf::from(first)), rest)
        }
        all => (None, all),
    };
    let read = |word: &String| {
        let wrong = || CommandError::usage(format!("`{word}` is no number of a finding; write it like 7 or #7"));
        number(word).ok_or_else(wrong)
    };
    Ok(Asked { file, numbers: rest.iter().map(read).collect::<Result<_, _>>()? })
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
