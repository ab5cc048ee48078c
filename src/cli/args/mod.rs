//! Arguments as typed. What they mean is in `settings`.

mod certify;
mod idp;
mod reading;
mod selftest;
mod serve;
mod state;
mod state_cleanup;
mod target;
mod traffic;

pub(super) use certify::{CertifyArgs, VerifyArgs};
pub(super) use idp::{ConnectIdpArgs, GroupAction, IdpAction, IdpArgs, NewIdpArgs};
pub(super) use reading::ReadingArg;
pub(super) use selftest::{PopulationArgs, SelftestArgs};
pub(super) use serve::ServeArgs;
pub(super) use state::{CaptureArgs, DiagnoseArgs, StateAction, StateArgs};
pub(super) use state_cleanup::{ApplyArgs, BelieveArg, PlanStateArgs, RestoreArgs, RollbackArgs, SureArg};
pub(super) use target::{StateSourceArgs, TargetArgs, TokenArgs};
pub(super) use traffic::{
    CompareArg, ExplainTrafficArgs, GradeTrafficArgs, RecordArgs, ReplayArgs, ReplayTerms, ShrinkArgs, ToFeatureArgs,
    TrafficAction, TrafficArgs,
};

use crate::corrupt::CorruptedState;
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use std::path::PathBuf;

/// Plays real identity providers against any SCIM 2.0 server and says with evidence what broke.
#[derive(Debug, Parser)]
#[command(version, about, propagate_version = true, after_help = super::exit::HELP, after_long_help = super::exit::HELP)]
pub(super) struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Play the scenarios against a target and say what broke
    Run(Box<RunArgs>),
    /// Show what `run` would play; sends nothing
    Plan(PlanArgs),
    /// Run the embedded SCIM provider by itself
    Serve(ServeArgs),
    /// Play the features against every fault of the embedded provider: which check catches it
    Selftest(SelftestArgs),
    /// List features, tags, steps, IdPs, profiles, faults, packs or requirements
    List(ListArgs),
    /// Say what a requirement, fault or tag means, why it matters and what to change
    Explain(ExplainArgs),
    /// Look at proposed snapshots, accept or reject them
    Snapshots(SnapshotsArgs),
    /// List what a record found, or show one finding with every exchange
    Show(ShowArgs),
    /// Print the requests behind a finding as curl commands
    Curl(CurlArgs),
    /// Say what changed from one record to another; exit code 1 where a finding is new
    Diff(DiffArgs),
    /// Make one record, and its reports, of the records of a run's shards
    Merge(MergeArgs),
    /// Remove from a target what a killed run left there
    Sweep(SweepArgs),
    /// Write a scimulate.toml for a target
    Init(InitArgs),
    /// Put a target in a corrupted state on purpose, to see what it does and try the cleanup
    Corrupt(CorruptArgs),
    /// Look at what a target holds, plan what puts it right, do that, take it back
    State(StateArgs),
    /// Be an IdP: drive one by hand, command by command
    Idp(Box<IdpArgs>),
    /// Record what an IdP and a server say to each other; recognise, replay and shrink it, make a feature of it
    Traffic(Box<TrafficArgs>),
    /// Play a vendor's certification pack and write the evidence package
    Certify(Box<CertifyArgs>),
    /// Check an evidence package: signature, digests, completeness, and the judgement again
    Verify(VerifyArgs),
    /// Print shell completions
    Completions {
        /// The shell to print them for
        shell: Shell,
    },
    /// Write the man pages, one for each command
    Man {
        /// The folder to write them into; it is made where there is none
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
}

/// Which scenarios.
#[derive(Debug, Clone, Default, ClapArgs)]
pub(super) struct SelectArgs {
    /// Feature files or folders; the built-in ones when none is named
    #[arg(value_name = "FEATURE|DIR")]
    pub features: Vec<PathBuf>,

    /// Only scenarios whose tags match, for example "@tenant-switch and not @entra"
    #[arg(long, value_name = "EXPR")]
    pub tags: Option<String>,

    /// Only these IdPs: a family (okta, authentik), one mode (okta/custom), several with commas, or all. Scenarios in which no IdP
    /// plays run all the same; --tags "not @rfc" leaves out those of the RFCs' clauses [default: okta, entra and whoever --tags
    /// names; everybody where features are named]
    #[arg(long, value_name = "IDP", value_delimiter = ',')]
    pub idp: Vec<String>,
}

/// `scimulate run`.
#[derive(Debug, Default, ClapArgs)]
#[command(after_help = "\
Examples:
  scimulate run                                           the embedded provider, Okta and Entra
  scimulate run https://host/scim/v2 --token-env SCIM_TOKEN
  scimulate run --tags @username-conflict --idp entra --report junit=junit.xml
  scimulate run my-features/ --snapshots propose --report json=run.json
")]
pub(super) struct RunArgs {
    /// Which scenarios
    #[command(flatten)]
    pub select: SelectArgs,

    /// The target: its SCIM base URL, or its name in scimulate.toml; the embedded provider when not named
    #[arg(long, value_name = "NAME|URL")]
    pub target: Option<String>,

    /// The file of settings [default: scimulate.toml, where there is one]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Print every setting, its value and where it comes from, then stop
    #[arg(long)]
    pub show_settings: bool,

    /// Check the target (name, TCP, TLS, credential, base path, clock, capabilities), then stop
    #[arg(long)]
    pub preflight_only: bool,

    /// Run only scenarios that write nothing
    #[arg(long)]
    pub read_only: bool,

    /// Allow writes to a target named production, or with more users than its settings allow
    #[arg(long)]
    pub i_may_write: bool,

    /// The product to expect: a name of `scimulate list profiles`, or a TOML file for the embedded provider [default: rfc]
    #[arg(long, value_name = "NAME|FILE")]
    pub profile: Option<String>,

    /// The target's credential
    #[command(flatten)]
    pub token: TokenArgs,

    /// Whose verdicts make the exit code red: rfc, data, an IdP (okta, entra), several with commas
    /// [default: everybody's that was played]
    #[arg(long = "for", value_name = "READER", value_delimiter = ',')]
    pub asked: Vec<String>,

    /// What `--for` was called before
    #[arg(long, value_enum, hide = true, conflicts_with = "asked")]
    pub reading: Option<ReadingArg>,

    /// Scenarios played in parallel [default: 8 on the embedded provider, 4 elsewhere]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub jobs: Option<u16>,

    /// Seed of all randomness: the same seed gives the same people
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,

    /// Findings that are known: the run fails on new findings and on stale baseline entries
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,

    /// Write the findings of this run as a baseline; entries of --baseline keep their reasons and dates
    #[arg(long, value_name = "FILE")]
    pub write_baseline: Option<PathBuf>,

    /// Run only part I of N of the plan; every machine divides the plan alike
    #[arg(long, value_name = "I/N")]
    pub shard: Option<String>,

    /// Balance the shards by the durations in the record of an earlier run
    #[arg(long, value_name = "RECORD", requires = "shard")]
    pub shard_times: Option<PathBuf>,

    /// Retry a failed scenario up to N times [default: 0]
    #[arg(long, value_name = "N")]
    pub retries: Option<u32>,

    /// Memory limit for exchanges, in MB; the rest goes to a temporary file [default: 256]
    #[arg(long, value_name = "MB")]
    pub memory: Option<u32>,

    /// Stop after the first failed scenario
    #[arg(long)]
    pub fail_fast: bool,

    /// Time limit of a scenario, for example 90s or 500ms; it also bounds each request [default: 120s]
    #[arg(long, value_name = "DURATION")]
    pub timeout: Option<String>,

    /// What to do with snapshots: check, propose, accept or off
    /// [default: check on the embedded provider, and where some were accepted before; else off]
    #[arg(long, value_name = "POLICY")]
    pub snapshots: Option<String>,

    /// Folder for snapshots of foreign targets and for proposals [default: snapshots]
    #[arg(long, value_name = "DIR")]
    pub snapshots_dir: Option<PathBuf>,

    /// Print every scenario as it ends and every finding whole, instead of one screen at the end
    #[arg(long, short)]
    pub verbose: bool,

    /// Write a report (repeatable): terminal, events (one line each, as they happen), json, junit, sarif, github,
    /// markdown, har or html; =FILE writes to a file
    #[arg(long, value_name = "FORMAT[=FILE]")]
    pub report: Vec<String>,
}

/// `scimulate merge`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
The exit code is the one that a single run would have had.

Examples:
  scimulate run --shard 1/2 --report json=1.json
  scimulate run --shard 2/2 --report json=2.json
  scimulate merge 1.json 2.json --report html=run.html --report json=run.json
")]
pub(super) struct MergeArgs {
    /// Records of all shards, as `run --shard I/N --report json=FILE` wrote them
    #[arg(value_name = "RECORD", required = true)]
    pub records: Vec<PathBuf>,

    /// Print every finding whole, instead of one screen
    #[arg(long, short)]
    pub verbose: bool,

    /// Write a report, as of `run`
    #[arg(long, value_name = "FORMAT[=FILE]")]
    pub report: Vec<String>,
}

/// `scimulate show`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  scimulate show run.json        every finding on a line
  scimulate show run.json --for entra    those that Entra ID does not work with, and its limits
  scimulate show run.json 7 8    #7 and #8 whole, with every exchange
  scimulate show 7               #7 of the last run
")]
pub(super) struct ShowArgs {
    /// The record, as `run --report json=FILE` wrote it (the last run's without one), and the numbers of findings
    #[arg(value_name = "RECORD] [NUMBER", num_args = 0..)]
    pub words: Vec<String>,

    /// List what concerns this reader alone: okta, entra, rfc, data, or another identity provider that played
    #[arg(long = "for", value_name = "READER")]
    pub reader: Option<String>,
}

/// `scimulate curl`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  scimulate curl run.json 7 --token-env SCIM_TOKEN > again.sh
  SCIM_TOKEN=... sh again.sh
")]
pub(super) struct CurlArgs {
    /// The record (the last run's without one), and the number of a finding
    #[arg(value_name = "RECORD] [NUMBER", num_args = 1..=2)]
    pub words: Vec<String>,

    /// The variable that holds the token when the commands run [default: that of the run, or SCIMULATE_TOKEN]
    #[arg(long, value_name = "VARIABLE")]
    pub token_env: Option<String>,
}

/// `scimulate diff`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
A finding is the same in both where requirement, place and weight are. A new warning is shown and leaves the exit code 0.

Examples:
  scimulate diff before.json after.json
")]
pub(super) struct DiffArgs {
    /// The earlier record, or evidence package
    #[arg(value_name = "BEFORE")]
    pub before: PathBuf,

    /// The later record, or evidence package
    #[arg(value_name = "AFTER")]
    pub after: PathBuf,
}

/// `scimulate plan`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  scimulate plan --tags @group-deletion
  scimulate plan my-features/ --idp entra
")]
pub(super) struct PlanArgs {
    /// Which scenarios
    #[command(flatten)]
    pub select: SelectArgs,

    /// Show the steps too
    #[arg(long)]
    pub steps: bool,
}

/// What can be listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Listed {
    /// The built-in features and their scenarios
    Features,
    /// The tags of the built-in features, with the number of their scenarios
    Tags,
    /// The sentences a feature may use, with an example each
    Steps,
    /// The requirements checks and scenarios hold a target to
    Requirements,
    /// The identity providers there are
    Idps,
    /// The products the embedded provider can play, what is known of each, where from, and what is not
    Profiles,
    /// The faults `serve --fault` can turn on
    Faults,
    /// The certification packs of `certify`, with their cases
    Packs,
}

/// `scimulate list`.
#[derive(Debug, ClapArgs)]
pub(super) struct ListArgs {
    /// What to list
    pub what: Listed,

    /// Only requirements of this topic, for example patch or filter
    #[arg(long, value_name = "TOPIC")]
    pub topic: Option<String>,

    /// How many requirements there are by source and level: exercised, provable, all
    #[arg(long)]
    pub summary: bool,
}

/// `scimulate explain`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  scimulate explain RFC7644-3.3-07
  scimulate explain M095
  scimulate explain @tenant-switch
")]
pub(super) struct ExplainArgs {
    /// Id of a requirement or fault, or a tag of the built-in features
    #[arg(value_name = "ID")]
    pub(super) id: String,
}

/// `scimulate snapshots`.
#[derive(Debug, ClapArgs)]
pub(super) struct SnapshotsArgs {
    /// What to do
    #[command(subcommand)]
    pub action: SnapshotsAction,
}

/// What to do with proposals.
#[derive(Debug, Subcommand)]
pub(super) enum SnapshotsAction {
    /// Show each proposal with its difference, and ask on a terminal
    Review(SnapshotsPlace),
    /// Make proposals the golden ones
    Accept(SnapshotsChoice),
    /// Throw proposals away
    Reject(SnapshotsChoice),
}

/// Where the proposals are.
#[derive(Debug, ClapArgs)]
pub(super) struct SnapshotsPlace {
    /// Folder of snapshots
    #[arg(long, value_name = "DIR", default_value = "snapshots")]
    pub dir: PathBuf,
}

/// Which proposals.
#[derive(Debug, ClapArgs)]
pub(super) struct SnapshotsChoice {
    /// Only those whose name has this in it; `*` stands for anything
    #[arg(default_value = "*")]
    pub pattern: String,

    /// Where they are
    #[command(flatten)]
    pub place: SnapshotsPlace,
}

/// `scimulate sweep`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  scimulate sweep .scimulate/ledger-k3f9a.jsonl --target https://host/scim/v2 --token-env SCIM_TOKEN
  scimulate sweep --run-tag rk3f9 --target staging      the ledger is lost
")]
pub(super) struct SweepArgs {
    /// The ledgers that runs left behind
    #[arg(required_unless_present = "run_tag", conflicts_with = "run_tag")]
    pub ledger: Vec<PathBuf>,

    /// Without a ledger: find what carries this run's id in its name, and nothing else
    #[arg(long, value_name = "TAG")]
    pub run_tag: Option<String>,

    /// The target: its SCIM base URL, or its name in scimulate.toml; with a ledger it may be left out where a setting names
    /// the ledger's host: the credential is sent to no other
    #[arg(long, value_name = "NAME|URL")]
    pub target: Option<String>,

    /// The file of settings [default: scimulate.toml, where there is one]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// The target's credential
    #[command(flatten)]
    pub token: TokenArgs,
}

/// `scimulate init`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Examples:
  scimulate init https://host/scim/v2 --token-env SCIM_TOKEN
  scimulate init https://host --name staging             finds the base path itself
")]
pub(super) struct InitArgs {
    /// SCIM base URL of the target, or of its host; a template when not named
    #[arg(value_name = "URL")]
    pub url: Option<String>,

    /// What to call it
    #[arg(long, value_name = "NAME", default_value = "staging")]
    pub name: String,

    /// The file to write
    #[arg(long, value_name = "FILE", default_value = "scimulate.toml")]
    pub config: PathBuf,

    /// The target's credential
    #[command(flatten)]
    pub token: TokenArgs,
}

/// `scimulate corrupt`.
#[derive(Debug, ClapArgs)]
#[command(after_help = corrupt_help())]
pub(super) struct CorruptArgs {
    /// The state to make; see below
    #[arg(long, value_name = "KIND")]
    pub kind: String,

    /// The target
    #[command(flatten)]
    pub to: TargetArgs,

    /// Allow it on a target that is called production, has more users than its settings allow, or has no name in
    /// scimulate.toml and is not on this machine: accounts and groups are created there
    #[arg(long)]
    pub i_may_write: bool,

    /// The request at which a run breaks off, counted from 1 (half-way-run)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub at: Option<u16>,

    /// Seed of the people: the same seed gives the same people
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,

    /// Write the directory in charge to this JSON file, for `state diagnose --directory`
    #[arg(long, value_name = "FILE")]
    pub save_directory: Option<PathBuf>,
}

fn corrupt_help() -> String {
    let kinds: String = CorruptedState::ALL.iter().map(|d| format!("  {:<20} {}\n", d.id(), d.summary())).collect();
    format!(
        "\
Kinds:
{kinds}
Simulated IdPs make it, with people and groups of its own whose names carry a run id. Nothing else is touched, and
`scimulate sweep` removes it all.

Examples:
  scimulate serve --port 8080
  scimulate corrupt --kind ghost-groups --target http://127.0.0.1:8080/scim/v2 --token-env SCIM_TOKEN
  scimulate corrupt --kind half-way-run --at 6 --target https://test.host/scim/v2 --token-env SCIM_TOKEN --i-may-write
"
    )
}
