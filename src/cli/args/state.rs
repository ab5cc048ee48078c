//! The arguments of `scimulate state`.

use super::target::TargetArgs;
use clap::{Args as ClapArgs, Subcommand};
use std::path::PathBuf;

/// `scimulate state`.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct StateArgs {
    /// What to do
    #[command(subcommand)]
    pub action: StateAction,
}

/// What can be done with a state.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum StateAction {
    /// Read all users and groups, and say what is wrong with them and what to do; sends GET only
    Diagnose(DiagnoseArgs),
}

/// `scimulate state diagnose`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
A directory file is CSV (kind, externalId, userName, displayName, email, active, members) or JSON
({\"people\": [{\"externalId\", \"userName\", ...}], \"groups\": [{\"externalId\", \"displayName\", \"members\": [...]}]}).
With it, what is only possible without becomes certain, and people, groups and members that are missing are seen.
Exit code 0 when nothing is wrong, 1 when something is, 3 when not everything could be read.

Examples:
  scimulate state diagnose --target https://host/scim/v2 --token-env SCIM_TOKEN
  scimulate state diagnose --target https://host/scim/v2 --token-env SCIM_TOKEN --directory people.csv --report json=diagnosis.json
")]
pub(in crate::cli) struct DiagnoseArgs {
    /// The target
    #[command(flatten)]
    pub to: TargetArgs,

    /// What the IdP in charge says about its people and groups: a CSV or JSON file
    #[arg(long, value_name = "FILE")]
    pub directory: Option<PathBuf>,

    /// Users, and groups, read at most; beyond that nothing is said to be missing
    #[arg(long, value_name = "N", default_value_t = 200_000, value_parser = clap::value_parser!(u32).range(1..=2_000_000))]
    pub limit: u32,

    /// Write the diagnosis: json=FILE
    #[arg(long, value_name = "json=FILE")]
    pub report: Option<String>,
}
