//! `cargo xtask TASK... [--check]` writes generated files, or says which are not as generated.
//!
//! `cargo xtask bump VERSION` writes a new version into every file that has one, and dates the changelog.
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
    if arguments.peek().is_some_and(|first| first == "bump") {
        return bump(&arguments.skip(1).map(|a| a.to_string_lossy().into_owned()).collect::<Vec<_>>());
    }
    let (flags, names): (Vec<OsString>, Vec<OsString>) = arguments.partition(|a| a.to_string_lossy().starts_with('-'));
    let named =
        |name: &OsString| Task::ALL.into_iter().filter(|t| name == "all" || name == t.name()).collect::<Vec<_>>();
    let tasks: Vec<Vec<Task>> = names.iter().map(named).collect();
    if tasks.is_empty() || tasks.iter().any(Vec::is_empty) || flags.iter().any(|flag| flag != "--check") {
        let all = Task::ALL.map(Task::name).join("|");
        return told(2, &format!("usage: cargo xtask {all}|all ... [--check], or cargo xtask bump VERSION"));
    }
    let done = std::env::current_exe().map_err(|error| error.to_string()).and_then(|program| {
        let task = |task: &Task| if flags.is_empty() { task.write(&program) } else { task.check(&program) };
        tasks.concat().iter().try_for_each(task).map_err(|error| error.to_string())
    });
    done.map_or_else(|message| told(1, &message), |()| ExitCode::SUCCESS)
}

fn bump(arguments: &[String]) -> ExitCode {
    let [version] = arguments else { return told(2, "usage: cargo xtask bump VERSION, for example 1.2.3") };
    let day = jiff::Zoned::now().date().to_string();
    match xtask::bump::files(version, &day).and_then(|files| files.iter().try_for_each(xtask::File::write)) {
        Ok(()) => told(
            0,
            &format!(
                "version {version}; docs/release.md says how it goes on: look at it with git diff, commit, tag v{version}"
            ),
        ),
        Err(error) => told(1, &error.to_string()),
    }
}

fn told(code: u8, message: &str) -> ExitCode {
    let _nobody_reads = writeln!(std::io::stderr(), "{message}");
    code.into()
}
