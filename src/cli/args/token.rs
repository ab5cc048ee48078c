//! The credential, as several commands take it.

use clap::Args as ClapArgs;
use std::path::PathBuf;

/// How the credential is typed: never the token itself, which would show in the process list.
#[derive(Debug, Clone, Default, ClapArgs)]
pub(in crate::cli) struct TokenArgs {
    /// Environment variable that holds the bearer token [default: SCIMULATE_TOKEN where it is set]
    #[arg(long, value_name = "VARIABLE", conflicts_with = "token_file")]
    pub token_env: Option<String>,

    /// File that holds the bearer token
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
}
