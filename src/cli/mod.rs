//! The command line: arguments as typed, settings as meant, one file per command, exit codes.
//!
//! In: the process's arguments and environment. Out: the program's output and its exit code. This is the only room that
//! knows the embedded provider: it starts it, and hands the rest of the house a URL.

mod args;
mod baseline;
mod bench;
mod certify;
mod connect;
mod contradictions;
mod corrupt;
mod dialect;
mod diff;
mod discovery_documents;
mod duration;
mod embedded;
mod entropy;
pub mod exit;
mod explain;
mod features;
mod file;
mod graded;
mod idp;
mod init;
mod interrupt;
mod kept;
mod leaving;
mod list;
mod man;
mod merge;
mod operator;
mod plan;
mod population;
mod proxy;
mod readers;
mod record;
mod run;
mod run_settings;
mod secrets;
mod selftest;
mod serve;
mod setting_origin;
mod settings;
mod show;
mod snapshots;
mod state;
mod state_apply;
mod state_capture;
mod state_plan;
mod state_restore;
mod state_source;
mod sweep;
mod target_settings;
mod traffic;
mod verify;

use args::{Args, Command};
use clap::{CommandFactory as _, Parser as _};
use exit::Exit;
use std::ffi::OsString;
use std::io::Write as _;
use std::process::ExitCode;

/// Something the user has to mend before anything can run, in full sentences.
#[derive(Debug)]
struct CommandError {
    message: String,
    exit: Exit,
}

impl CommandError {
    /// What was typed, configured or written in a feature is wrong.
    #[expect(clippy::needless_pass_by_value, reason = "made to be given to map_err")]
    fn usage(message: impl ToString) -> Self {
        Self { message: message.to_string(), exit: Exit::Usage }
    }

    /// The world is in the way.
    #[expect(clippy::needless_pass_by_value, reason = "made to be given to map_err")]
    fn blocked(message: impl ToString) -> Self {
        Self { message: message.to_string(), exit: Exit::Blocked }
    }
}

/// Runs the program on the process's arguments.
#[must_use]
pub fn main() -> ExitCode {
    run(std::env::args_os())
}

/// Runs the program on these arguments, the first of which is its name.
#[must_use]
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args = match Args::try_parse_from(arguments) {
        Ok(args) => args,
        Err(error) => {
            let wanted = !error.use_stderr();
            // Nobody reads the output any more when this fails, so there is nobody to tell.
            let _unread = error.print();
            return if wanted { Exit::Conformant } else { Exit::Usage }.into();
        }
    };
    crate::step::install_hook();
    let done = match args.command {
        Command::Run(args) => run::command(*args),
        Command::Plan(args) => plan::command(&args),
        Command::Selftest(args) if args.population => population::command(&args),
        Command::Selftest(args) => selftest::command(&args),
        Command::Serve(args) => serve::command(&args),
        Command::List(args) => list::command(&args),
        Command::Explain(args) => explain::command(&args),
        Command::Snapshots(args) => snapshots::command(&args),
        Command::Show(args) => show::command(&args),
        Command::Curl(args) => show::curl(&args),
        Command::Diff(args) => diff::command(&args),
        Command::Merge(args) => merge::command(&args),
        Command::Sweep(args) => sweep::command(&args),
        Command::Init(args) => init::command(&args),
        Command::Corrupt(args) => corrupt::command(&args),
        Command::State(args) => state::command(&args),
        Command::Idp(args) => idp::command(&args),
        Command::Traffic(args) => traffic::command(&args),
        Command::Certify(args) => certify::command(&args),
        Command::Verify(args) => verify::command(&args),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Args::command(), "scimulate", &mut script);
            // A shell reads it, so it goes as it is.
            put(&script).map(|()| Exit::Conformant)
        }
        Command::Man { out } => man::command(Args::command(), &out),
    };
    match done {
        Ok(exit) => exit.into(),
        Err(trouble) => {
            notice(&format!("error: {}", trouble.message));
            trouble.exit.into()
        }
    }
}

/// Says something beside the output proper.
fn notice(text: &str) {
    let _nobody_reads = writeln!(std::io::stderr(), "{}", leaving::text(text));
}

/// Writes to standard output. A reader that went away (`scimulate list steps | head`) is no trouble.
fn say(text: &str) -> Result<(), CommandError> {
    put(leaving::text(text).as_bytes())
}

fn put(bytes: &[u8]) -> Result<(), CommandError> {
    match std::io::stdout().write_all(bytes) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(CommandError::usage(error)),
        _ => Ok(()),
    }
}

/// The runtime that carries HTTP; the run loop itself stays on the calling thread.
fn runtime() -> Result<tokio::runtime::Runtime, CommandError> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|e| CommandError::blocked(format!("no threads could be started: {e}")))
}
