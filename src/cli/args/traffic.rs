//! The arguments of `scimulate traffic`.

use super::target::TargetArgs;
use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use std::net::SocketAddr;
use std::path::PathBuf;

/// `scimulate traffic`.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct TrafficArgs {
    /// What to do
    #[command(subcommand)]
    pub action: TrafficAction,
}

/// What can be done with traffic.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum TrafficAction {
    /// Stand before a server and record what an IdP sends and what is answered
    Record(RecordArgs),
    /// Say which IdP's dialect a recording is in, and where it departs from the simulated one; sends nothing
    Explain(ExplainTrafficArgs),
    /// Say what the client of a recording got wrong by the RFCs' clauses for clients; sends nothing
    Grade(GradeTrafficArgs),
    /// Send a recording to another server, under new names and ids, and compare the answers
    Replay(ReplayArgs),
    /// Find the shortest part of a recording that still shows a difference
    Shrink(ShrinkArgs),
    /// Make a feature of a recording; sends nothing
    ToFeature(ToFeatureArgs),
}

/// `scimulate traffic record`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Everything below the target's base URL goes on to the target with the credential of whoever sends it, and every answer goes back as it
comes. The recording is an HTTP Archive (HAR) that only you can read, whole after each exchange. Credentials, cookies, passwords and
whatever else is called secret are taken out before anything is written. Bodies of more than 1 MiB pass and are not recorded.
The proxy asks the target not to compress its answers, and changes nothing else of a request but what belongs to a connection.

An IdP in the cloud needs an address that it can reach, with a certificate that it trusts: let a tunnel or your load balancer lead to the
proxy on this machine, or listen on another address with --tls-cert and --tls-key.
Exit code 0 when it was stopped with Ctrl-C, 2 when it cannot listen or the file is there already, 3 when the file could not be written
to its end.

Examples:
  scimulate traffic record --target https://host/scim/v2 --out entra.har
  scimulate traffic record --target prod --out okta.har --listen 0.0.0.0:8443 --tls-cert cert.pem --tls-key key.pem
")]
pub(in crate::cli) struct RecordArgs {
    /// The server to stand before: its SCIM base URL, or its name in scimulate.toml
    #[arg(long, value_name = "NAME|URL")]
    pub target: String,

    /// The file of settings [default: scimulate.toml, where there is one]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// The recording to write
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,

    /// Where to listen; another address than this machine's needs a certificate
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8090")]
    pub listen: SocketAddr,

    /// The certificate to show, with its chain, in PEM
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,

    /// Its private key, in PEM and not encrypted
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
}

/// `scimulate traffic explain`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
The recording is compared with the golden exchanges of the simulated IdPs: methods, paths, query parameters, filters, headers,
attributes and their types, the spelling of operations. What no simulated IdP sends, and what the closest one spells otherwise, is listed
with the entries where it stands.
Exit code 0 when the closest dialect has everything, 1 when the recording departs from it, 2 when the file is no recording or has no
SCIM in it, 3 when there is too little in it to tell an IdP by.

Examples:
  scimulate traffic explain entra.har
")]
pub(in crate::cli) struct ExplainTrafficArgs {
    /// The recording: of `traffic record`, or a HAR of a browser or proxy
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

/// `scimulate traffic grade`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
What the client sent is held against the clauses of RFC 7643, 7644 and 9865 that bind clients, and against what it was answered before.
`scimulate serve --grade` does the same of a client that talks to the embedded provider. Attributes are those of the RFCs' schemas.
Exit code 0 when everything that was judged held, 1 on findings, 2 when the file is no recording or has no SCIM in it, 3 when too
little was seen to judge the client by.

Examples:
  scimulate traffic grade entra.har
  scimulate traffic grade client.har --report html=client.html --report junit=client.xml
")]
pub(in crate::cli) struct GradeTrafficArgs {
    /// The recording: of `traffic record`, or a HAR of a browser or proxy
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// Write a report, as FORMAT=FILE; may be given several times
    #[arg(long, value_name = "FORMAT[=FILE]")]
    pub report: Vec<String>,

    /// Everything as text, not only what fits a screen
    #[arg(short, long)]
    pub verbose: bool,
}

/// How closely answers are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum CompareArg {
    /// The status alone
    Status,
    /// Attributes and their types as well, and how many resources a list has
    Shape,
    /// Values as well, but for ids, times and versions
    Values,
}

/// What replaying needs.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct ReplayTerms {
    /// The recording: of `traffic record`, or a HAR of a browser or proxy
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// The target
    #[command(flatten)]
    pub to: TargetArgs,

    /// How closely answers are compared
    #[arg(long, value_enum, default_value_t = CompareArg::Shape)]
    pub compare: CompareArg,

    /// Allow it on a target that is called production, has more users than its settings allow, or has no name in
    /// scimulate.toml and is not on this machine: accounts and groups are created there
    #[arg(long)]
    pub i_may_write: bool,
}

/// `scimulate traffic replay`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Requests are sent in the order in which they began, with the target's own credential. Names carry this run's id, and the ids that the
target gives stand in the place of the recorded ones. A request about an object that the recording did not create is not sent. What was
created is removed at the end, and is in a ledger until then.
Exit code 0 when every answer that was compared was as recorded, 1 when some differ, 2 when the file is no recording or the target may
not be written to, 3 when the target does not answer or nothing could be sent, 130 when interrupted.

Examples:
  scimulate traffic replay entra.har --target http://127.0.0.1:8080/scim/v2 --token-env SCIM_TOKEN
  scimulate traffic replay entra.har --target staging --compare values
")]
pub(in crate::cli) struct ReplayArgs {
    /// What is replayed, and where
    #[command(flatten)]
    pub terms: ReplayTerms,

    /// Send names and unknown ids as they were recorded, and leave what was created; on this machine only
    #[arg(long)]
    pub as_recorded: bool,
}

/// `scimulate traffic shrink`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
The recording is replayed in parts (delta debugging), until no request can be left out without losing the difference. A part counts only
if the embedded provider answers all of it as recorded: else a request that the difference needs might be missing.
Exit code 0 when nothing differs, 1 when a difference was found and shrunk, otherwise as `traffic replay`.

Examples:
  scimulate traffic shrink entra.har --target staging --out shortest.har
  scimulate traffic shrink entra.har --target staging --entry 17 --compare values --out shortest.har
")]
pub(in crate::cli) struct ShrinkArgs {
    /// What is replayed, and where
    #[command(flatten)]
    pub terms: ReplayTerms,

    /// The entry whose answer differs, counted from 1 [default: the first that does]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub entry: Option<u32>,

    /// The recording to write, of the part alone
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,

    /// The product that the sound server plays: a built-in profile or a TOML file
    #[arg(long, value_name = "NAME|FILE", default_value = "rfc")]
    pub profile: String,
}

/// `scimulate traffic to-feature`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
The scenario sends the recorded requests as a plain client and expects the recorded statuses, and of lookups the recorded number of
resources. What cannot be put into sentences is listed. Run it like any other feature; `--snapshots accept` keeps the whole answers.
Exit code 0 when the feature was written, 2 when the file is no recording or the feature is there already, 3 when nothing of it could
be put into sentences.

Examples:
  scimulate traffic to-feature shortest.har --out lost-member.feature
  scimulate run lost-member.feature --target staging
")]
pub(in crate::cli) struct ToFeatureArgs {
    /// The recording: of `traffic record`, or a HAR of a browser or proxy
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// The feature to write
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,

    /// Its title
    #[arg(long, value_name = "TEXT", default_value = "Recorded traffic")]
    pub title: String,
}
