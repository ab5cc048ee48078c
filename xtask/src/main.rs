//! `cargo xtask TASK... [--check]` writes generated files, or says which are not as generated.
//!
//! `xtask scimulate ARGUMENT...` is the program itself, as this package was built with it: documents are made from its runs.

use std::ffi::OsString;
use std::io::Write as _;
use std::process::ExitCode;
use xtask::Task;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1).peekable();
    if arguments.peek().is_some_and(|first| first == "scimulate") {
        return scimulate::cli::run(arguments);
    }
    let (flags, names): (Vec<OsString>, Vec<OsString>) = arguments.partition(|a| a.to_string_lossy().starts_with('-'));
    let named =
        |name: &OsString| Task::ALL.into_iter().filter(|t| name == "all" || name == t.name()).collect::<Vec<_>>();
    let tasks: Vec<Vec<Task>> = names.iter().map(named).collect();
    if tasks.is_empty() || tasks.iter().any(Vec::is_empty) || flags.iter().any(|flag| flag != "--check") {
        let all = Task::ALL.map(Task::name).join("|");
        return told(2, &format!("usage: cargo xtask {all}|all ... [--check]"));
    }
    let done = std::env::current_exe().map_err(|error| error.to_string()).and_then(|program| {
        let task = |task: &Task| if flags.is_empty() { task.write(&program) } else { task.check(&program) };
        tasks.concat().iter().try_for_each(task).map_err(|error| error.to_string())
    });
    done.map_or_else(|message| told(1, &message), |()| ExitCode::SUCCESS)
}

fn told(code: u8, message: &str) -> ExitCode {
    let _nobody_reads = writeln!(std::io::stderr(), "{message}");
    code.into()
}
