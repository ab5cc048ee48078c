//! The arguments of `scimulate state plan`, `apply` and `rollback`.

use super::target::{StateSourceArgs, TargetArgs};
use clap::{Args as ClapArgs, ValueEnum};
use std::path::PathBuf;

/// `scimulate state plan`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Reads the target (GET only), or a capture of it, and writes what would put it right to a file, one item a line, for a person to read and edit. The
least destructive comes first: a link is corrected, an account deactivated, a membership moved; nothing is deleted without --delete.
What cannot be put right over SCIM, or is not sure enough, is in the file as well, with what to do instead.

Exit code 0 when there is nothing to plan, 1 when the plan has items or leaves something, 2 when a guard refuses it, 3 when the
target could not be read.

Examples:
  scimulate state plan --target prod --directory people.csv --protect root --out plan.yaml
  scimulate state plan tenant.jsonl.zst --directory people.csv --protect root --out plan.yaml
  scimulate state plan --target prod --directory people.csv --protect root --delete --limit groups=40 --out plan.yaml
")]
pub(in crate::cli) struct PlanStateArgs {
    /// Where the state comes from
    #[command(flatten)]
    pub from: StateSourceArgs,

    /// What the IdP in charge says about its people and groups: a CSV or JSON file
    #[arg(long, value_name = "FILE")]
    pub directory: Option<PathBuf>,

    /// The userName of an account that the directory need not know; may be given several times
    #[arg(long, value_name = "USERNAME", requires = "directory")]
    pub local_account: Vec<String>,

    /// Where the plan goes
    #[arg(long, value_name = "FILE", default_value = "plan.yaml")]
    pub out: PathBuf,

    /// An account (userName or id) or group (displayName or id) from which nothing is taken; name an administrator who can sign in
    #[arg(long, value_name = "NAME")]
    pub protect: Vec<String>,

    /// Plan the deletion of accounts and groups that are superfluous
    #[arg(long)]
    pub delete: bool,

    /// How sure a diagnosis has to be
    #[arg(long, value_enum, default_value_t = SureArg::Certain)]
    pub sure: SureArg,

    /// Where userName and externalId of an account are two people's: which of them is right
    #[arg(long, value_enum, default_value_t = BelieveArg::Name)]
    pub believe: BelieveArg,

    /// Which of several accounts or groups stays, by these rules in this order
    #[arg(long, value_name = "RULE,...", value_delimiter = ',', default_value = "claimed,active,oldest,memberships")]
    pub survivor: Vec<String>,

    /// How much may be taken away: users, groups or memberships, as a number or a share [default: 10, or 20 % where that is more]
    #[arg(long, value_name = "WHAT=N|N%")]
    pub limit: Vec<String>,
}

/// How sure a diagnosis has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum SureArg {
    /// Nothing else explains what was read
    Certain,
    /// There is a harmless explanation, and it is rare
    Likely,
}

/// Whom an account belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum BelieveArg {
    /// The userName: the externalId is corrected
    Name,
    /// The externalId: the userName is corrected
    Link,
}

/// `scimulate state apply`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Without --execute it is a dry run: the same steps, with GET alone. With it each object is read again, changed only when it is still
what the plan was made from, and read once more. What was about to be done and what was done is in the journal before and after each
request, so a run that was killed goes on when the same command is given again, and `state rollback` takes everything back.

Exit code 0 when every item is done and nothing is wrong afterwards (in a dry run: when every item would be done), 1 when an item was
skipped or failed, or something is still wrong, 2 when the plan is refused, 3 when the target does not answer, 130 when interrupted.

Examples:
  scimulate state apply plan.yaml --target prod --directory people.csv
  scimulate state apply plan.yaml --target prod --directory people.csv --execute --canary 5 --batch 200
")]
pub(in crate::cli) struct ApplyArgs {
    /// The plan
    #[arg(value_name = "PLAN")]
    pub plan: PathBuf,

    /// The target
    #[command(flatten)]
    pub to: TargetArgs,

    /// What the IdP in charge says about its people and groups, for the diagnosis afterwards and the forecast
    #[arg(long, value_name = "FILE")]
    pub directory: Option<PathBuf>,

    /// The userName of an account that the directory need not know; may be given several times
    #[arg(long, value_name = "USERNAME", requires = "directory")]
    pub local_account: Vec<String>,

    /// Carry the plan out
    #[arg(long)]
    pub execute: bool,

    /// Diagnose after so many cases, and stop when there is more wrong than before; 0 is never
    #[arg(long, value_name = "CASES", default_value_t = 3)]
    pub canary: usize,

    /// Diagnose again after every so many cases; 0 is never
    #[arg(long, value_name = "CASES", default_value_t = 0)]
    pub batch: usize,

    /// Carry out what still fits a target that has changed since the plan was made
    #[arg(long)]
    pub despite_changes: bool,

    /// The journal [default: the plan's name with .journal]
    #[arg(long, value_name = "FILE")]
    pub journal: Option<PathBuf>,
}

/// `scimulate state rollback`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Takes back what a journal of `state apply` says was done, the last first. An object that somebody has changed since is left alone. What
was deleted is created again, and the target gives it a new id, which is printed. Without --execute it is a dry run.

Exit code 0 when everything is (or would be) taken back, 1 when something was left, 2 when the journal is refused, 3 when the target
does not answer.

Examples:
  scimulate state rollback plan.journal --target prod
  scimulate state rollback plan.journal --target prod --execute
")]
pub(in crate::cli) struct RollbackArgs {
    /// The journal
    #[arg(value_name = "JOURNAL")]
    pub journal: PathBuf,

    /// The target
    #[command(flatten)]
    pub to: TargetArgs,

    /// Take it back
    #[arg(long)]
    pub execute: bool,
}

/// `scimulate state restore`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Puts the users and groups of files into another target over SCIM. The target gives them ids and times of its own: a file has the old
ids with the new ones. What a service has to refuse (members who are not there, an object without a name, a name that is taken) is counted
and said. To reproduce a tenant exactly, with everything that is wrong with it, serve it: scimulate serve --state FILE.
Without --execute it is a dry run. A target in which somebody may live is refused without --i-may-write. Each create is in a ledger
before it is sent; `scimulate sweep LEDGER` removes what was created.

Exit code 0 when everything is (or would be) there, 1 when something is lost, 2 when the target may not be written to, 3 when it does
not answer, 130 when interrupted.

Examples:
  scimulate state restore tenant.jsonl.zst --target staging
  scimulate state restore tenant.jsonl.zst --target staging --execute --ids ids.json
")]
pub(in crate::cli) struct RestoreArgs {
    /// Files or folders: captures, JSON, JSON Lines, HAR, CSV, packed with Zstandard or not
    #[arg(value_name = "INPUT", required = true)]
    pub inputs: Vec<PathBuf>,

    /// The target
    #[command(flatten)]
    pub to: TargetArgs,

    /// Which column of a table is what, where its header does not tell: userName=Login; may be given several times
    #[arg(long, value_name = "ATTRIBUTE=HEADER")]
    pub column: Vec<String>,

    /// Restore
    #[arg(long)]
    pub execute: bool,

    /// Allow it on a target that is called production, has more users than its settings allow, or has no name in
    /// scimulate.toml and is not on this machine
    #[arg(long, requires = "execute")]
    pub i_may_write: bool,

    /// Where the old ids go, each with its new one
    #[arg(long, value_name = "FILE", default_value = "restored-ids.json")]
    pub ids: PathBuf,
}
