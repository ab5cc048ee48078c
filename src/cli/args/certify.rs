//! The arguments of `scimulate certify` and `scimulate verify`.

use super::target::TokenArgs;
use clap::Args as ClapArgs;
use std::path::PathBuf;

/// `scimulate certify`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Packs: rfc, okta-spec, okta-oin, entra-gallery, entra-validator (`scimulate list packs`), or a folder with a pack.toml.
Exit code 0 when every case has passed or was skipped for a reason of the vendor's own, 1 when a case failed, 3 when a review or
a test is open; the package is written in each of these cases.

Examples:
  scimulate certify entra-gallery --print-statement > statement.toml
  scimulate certify entra-gallery --target https://host/scim/v2 --token-env SCIM_TOKEN --statement statement.toml --key key.pem
  scimulate certify my-pack/ --target staging --statement statement.toml --key-command 'vault read -field=key secret/scim'
")]
pub(in crate::cli) struct CertifyArgs {
    /// The pack: a name of `scimulate list packs`, or a folder with a pack.toml and features of its own
    #[arg(value_name = "PACK|DIR")]
    pub pack: String,

    /// The target: its SCIM base URL, or its name in scimulate.toml; the embedded provider when not named
    #[arg(long, value_name = "NAME|URL")]
    pub target: Option<String>,

    /// The file of settings [default: scimulate.toml, where there is one]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// The target's credential
    #[command(flatten)]
    pub token: TokenArgs,

    /// The tester's statement: product, version, environment, tester, waivers, answers to reviews
    #[arg(long, value_name = "FILE", required_unless_present = "print_statement")]
    pub statement: Option<PathBuf>,

    /// Print a statement to fill in, with the cases that a person has to answer, then stop
    #[arg(long)]
    pub print_statement: bool,

    /// The private key that signs the package: PEM, ECDSA on P-256 or Ed25519
    #[arg(long, value_name = "FILE", conflicts_with_all = ["key_command", "unsigned"])]
    pub key: Option<PathBuf>,

    /// A command that prints that key
    #[arg(long, value_name = "COMMAND", conflicts_with = "unsigned")]
    pub key_command: Option<String>,

    /// Write a package that nobody signed: for trying, not for handing over
    #[arg(long)]
    pub unsigned: bool,

    /// The package [default: PACK.zip]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,

    /// The product to expect, as of `run`
    #[arg(long, value_name = "NAME|FILE")]
    pub profile: Option<String>,

    /// Allow writes to a target named production, or with more users than its settings allow
    #[arg(long)]
    pub i_may_write: bool,

    /// Scenarios played in parallel, as of `run`
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub jobs: Option<u16>,

    /// Seed of all randomness, as of `run`
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,

    /// Time limit of a scenario, as of `run`
    #[arg(long, value_name = "DURATION")]
    pub timeout: Option<String>,
}

/// `scimulate verify`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
Checks the signature, every file against the manifest, and that no part is missing; then judges the recorded exchanges again.
Exit code 0 when all of it holds and the pack was passed, 1 when it holds and a case failed, 2 when the package is refused, 3 when
it holds and a review or a test is open, or nobody's signature was checked.

Examples:
  scimulate verify entra-gallery.zip --key vendor.pub
")]
pub(in crate::cli) struct VerifyArgs {
    /// The package, as `certify` wrote it
    #[arg(value_name = "PACKAGE")]
    pub package: PathBuf,

    /// The public key of whoever has to have signed it: PEM
    #[arg(long, value_name = "FILE")]
    pub key: Option<PathBuf>,
}
