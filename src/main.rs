//! The `scimulate` binary: hands the command line to [`scimulate::cli`] and exits with its code.

use std::process::ExitCode;

fn main() -> ExitCode {
    scimulate::cli::main()
}
