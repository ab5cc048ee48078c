//! A target and its credential, and files in the place of one, as several commands take them.

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

/// A target that a command cannot do without.
#[derive(Debug, Clone, ClapArgs)]
pub(in crate::cli) struct TargetArgs {
    /// The target: its SCIM base URL, or its name in scimulate.toml
    #[arg(long, value_name = "NAME|URL")]
    pub target: String,

    /// The file of settings [default: scimulate.toml, where there is one]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// The target's credential
    #[command(flatten)]
    pub token: TokenArgs,
}

/// Where a state comes from: files, or a target.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct StateSourceArgs {
    /// Files or folders to read in the place of a target: captures, JSON, JSON Lines, HAR, CSV, packed with Zstandard or not
    #[arg(value_name = "INPUT", conflicts_with = "target")]
    pub inputs: Vec<PathBuf>,

    /// The target: its SCIM base URL, or its name in scimulate.toml
    #[arg(long, value_name = "NAME|URL", required_unless_present = "inputs")]
    pub target: Option<String>,

    /// The file of settings [default: scimulate.toml, where there is one]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// The target's credential
    #[command(flatten)]
    pub token: TokenArgs,

    /// Which column of a table is what, where its header does not tell: userName=Login; may be given several times
    #[arg(long, value_name = "ATTRIBUTE=HEADER", requires = "inputs")]
    pub column: Vec<String>,
}
