//! `scimulate state capture`: everything a target holds, in one file.
//!
//! In: a target, a file to write, perhaps a key of pseudonyms. Out: the file. Never: a request other than GET, a file that others
//! may read, or one written over.

use super::args::CaptureArgs;
use super::connect::{Purpose, TargetChoice, connect};
use super::exit::Exit;
use super::{CommandError, notice, runtime, say};
use client::wire::Actor;
use scim::secrecy::open_private;
use state::capture::{CaptureError, CaptureWriter, Mask, Trailer, take};
use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::{IsTerminal as _, Write as _};
use std::path::Path;

/// How many resources come between two lines of progress.
const TOLD: usize = 5_000;

/// Takes the capture.
pub(super) fn command(args: &CaptureArgs) -> Result<Exit, CommandError> {
    let mask = args.mask.as_deref().map(mask).transpose()?;
    let reached = connect(&TargetChoice::typed(&args.to, Purpose::Read))?;
    let client = reached.client(Actor::Diagnosis);
    let now = jiff::Timestamp::now().to_string();
    let shown = std::io::stderr().is_terminal();
    let trailer = runtime()?.block_on(async {
        reached.look().await?;
        let base = client.base().as_str();
        let writer = CaptureWriter::open(&args.out, base, &now, env!("CARGO_PKG_VERSION"), mask).map_err(trouble)?;
        if writer.resumed() > 0 {
            notice(&format!("going on with {}.part", args.out.display()));
        }
        let mut told = 0;
        let progress = |endpoint: &str, count: usize| {
            if shown && (count < told || count >= told + TOLD) {
                notice(&format!("{endpoint}: {count}"));
                told = count;
            }
        };
        let part = args.out.display();
        take(&client, writer, progress).await.map_err(|error| {
            let blocked = trouble(error);
            CommandError {
                message: format!(
                    "{}; what was read is in {part}.part, and the same command goes on from there",
                    blocked.message
                ),
                ..blocked
            }
        })
    })?;
    say(&told(&trailer, args))?;
    Ok(if trailer.complete { Exit::Conformant } else { Exit::Blocked })
}

fn trouble(error: CaptureError) -> CommandError {
    match error {
        CaptureError::Read(error) => CommandError::blocked(error),
        CaptureError::Exists(_) | CaptureError::File { .. } | CaptureError::Other { .. } => CommandError::usage(error),
    }
}

fn told(trailer: &Trailer, args: &CaptureArgs) -> String {
    let mut text = String::new();
    let counts: Vec<String> = trailer.counts.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    let counts = if counts.is_empty() { "nothing".to_owned() } else { counts.join(", ") };
    let pages: usize = trailer.pages.values().sum();
    let _infallible = writeln!(text, "{}: {counts}, from {pages} pages", args.out.display());
    for remark in &trailer.remarks {
        let _infallible = writeln!(text, "remark: {remark}");
    }
    let end =
        if trailer.complete { "everything was read" } else { "not everything could be read, and the file says so" };
    let _infallible = writeln!(text, "{end}\nnext: scimulate state diagnose {}", args.out.display());
    text
}

/// The key of pseudonyms in a file, which is made where there is none.
fn mask(path: &Path) -> Result<Mask, CommandError> {
    let fail =
        |why: &dyn std::fmt::Display| CommandError::usage(format!("the key of pseudonyms {}: {why}", path.display()));
    if !path.exists() {
        let mut key = [0_u8; 32];
        getrandom::fill(&mut key).map_err(|e| fail(&e))?;
        let text = scim::hex(&key);
        let mut file = open_private(OpenOptions::new().write(true).create_new(true), path).map_err(|e| fail(&e))?;
        writeln!(file, "{text}").map_err(|e| fail(&e))?;
        notice(&format!(
            "a new key of pseudonyms is in {}; keep it, and give it to nobody with the capture",
            path.display()
        ));
    }
    let text = std::fs::read_to_string(path).map_err(|e| fail(&e))?;
    Mask::with_key(&text).map_err(|e| fail(&e))
}
