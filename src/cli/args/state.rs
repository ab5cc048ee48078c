//! The arguments of `scimulate state`.

use super::state_cleanup::{ApplyArgs, PlanStateArgs, RestoreArgs, RollbackArgs};
use super::target::{StateSourceArgs, TargetArgs};
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
    /// Read everything a target holds into one file; sends GET only
    Capture(CaptureArgs),
    /// Say what is wrong with the users and groups of a target, or of files from one, and what to do; sends GET only
    Diagnose(DiagnoseArgs),
    /// Write what would put a target right to a file that a person edits; sends GET only
    Plan(PlanStateArgs),
    /// Show what a plan would do; with --execute, do it
    Apply(ApplyArgs),
    /// Show what taking an applied plan back would do; with --execute, do it
    Rollback(RollbackArgs),
    /// Show what putting files into an empty target would do; with --execute, do it
    Restore(RestoreArgs),
}

/// `scimulate state capture`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
The file is JSON Lines: a header, a resource a line, and the evidence of the reading. A name that ends in .zst is packed
with Zstandard. Nobody but you may read it. A reading that broke off left FILE.part; the same command goes on from there.
With --mask no value of the tenant is in the file: equal values stay equal, user names that differ in case or blanks only
still do, domains and references hang together. Attribute names, dates' distances and lengths of long words remain. Whoever has
the key can tell which pseudonym a name has: keep it, and give the file alone away.
Exit code 0 when everything could be read, 3 when not.

Examples:
  scimulate state capture --target https://host/scim/v2 --token-env SCIM_TOKEN --out tenant.jsonl.zst
  scimulate state capture --target prod --out masked.jsonl.zst --mask mask.key
")]
pub(in crate::cli) struct CaptureArgs {
    /// The target
    #[command(flatten)]
    pub to: TargetArgs,

    /// The file to write
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,

    /// Write pseudonyms in the place of all values, with the key in this file; it is made where there is none
    #[arg(long, value_name = "KEYFILE")]
    pub mask: Option<PathBuf>,
}

/// `scimulate state diagnose`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
INPUT is what a customer mailed: a capture (scimulate state capture), ListResponses, an array, JSON Lines, an object of arrays
(users, groups), a browser's HAR, CSV of users, groups and members, or a folder of such files. The output says what each file was
taken for, what was guessed, and what was not understood.

A directory file is CSV (kind, externalId, userName, displayName, email, active, members) or JSON
({\"people\": [{\"externalId\", \"userName\", ...}], \"groups\": [{\"externalId\", \"displayName\", \"members\": [...]}]}).
Entra's \"Download users\" and the users of Microsoft Graph and of Okta's API are read as well, by column names that were not
checked against files of theirs; where the IdP sends another attribute as externalId, rename its column to externalId.
With a directory, what is only possible without becomes certain, and people, groups and members that are missing or that nobody
knows are seen. With several, an account has to be known to one of them.
Exit code 0 when nothing is wrong, 1 when something is, 3 when not everything could be read.

Examples:
  scimulate state diagnose --target https://host/scim/v2 --token-env SCIM_TOKEN
  scimulate state diagnose tenant.jsonl.zst --directory okta.csv --directory entra.json --report json=diagnosis.json
  scimulate state diagnose mail/users.json mail/members.csv --column group=Team
")]
pub(in crate::cli) struct DiagnoseArgs {
    /// Where the state comes from
    #[command(flatten)]
    pub of: StateSourceArgs,

    /// What an IdP says about its people and groups: a CSV or JSON file; may be given several times
    #[arg(long, value_name = "FILE")]
    pub directory: Vec<PathBuf>,

    /// The user name of an account that no directory has to know, such as a local administrator; may be given several times
    #[arg(long, value_name = "USERNAME", requires = "directory")]
    pub local_account: Vec<String>,

    /// Users, and groups, read at most; beyond that nothing is said to be missing
    #[arg(long, value_name = "N", default_value_t = 200_000, value_parser = clap::value_parser!(u32).range(1..=2_000_000))]
    pub limit: u32,

    /// Write the diagnosis: json=FILE, or html=FILE for one page that draws what is wrong; may be given several times
    #[arg(long, value_name = "FORMAT=FILE")]
    pub report: Vec<String>,
}
