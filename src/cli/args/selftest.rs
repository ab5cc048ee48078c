//! The arguments of `scimulate selftest`, and of its population.

use clap::Args as ClapArgs;
use std::path::PathBuf;

/// `scimulate selftest`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
A fault that lives is a defect no scenario and no check sees. Exit code 0 when every fault is caught, or is on the list
of those that may live, with its reason; else 1. With --population exit code 0 when
no sound server was red, or with --hold when no number is worse than in its file; else 1.

Examples:
  scimulate selftest
  scimulate selftest --population --mixed 100
  scimulate selftest M095 lookup-hides-inactive-user --all
  scimulate selftest --report json=selftest.json
")]
pub(in crate::cli) struct SelftestArgs {
    /// Faults by M number or name; all when none is named
    #[arg(value_name = "FAULT")]
    pub faults: Vec<String>,

    /// Play everything against each fault, and say how many scenarios catch it
    #[arg(long)]
    pub all: bool,

    /// Faults at once
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=64))]
    pub jobs: u16,

    /// Time for one scenario, for example 90s or 500ms; also bounds each request
    #[arg(long, value_name = "DURATION", default_value = "30s")]
    pub timeout: String,

    /// Write the record: json=FILE
    #[arg(long, value_name = "json=FILE")]
    pub report: Option<String>,

    /// Play servers that are sound, each in its own way, in place of faults: no requirement may be red
    #[arg(long, conflicts_with_all = ["faults", "all"])]
    pub population: bool,

    #[command(flatten)]
    pub servers: PopulationArgs,
}

/// Which servers of the population.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct PopulationArgs {
    /// With --population: so many sound servers that settle one choice otherwise; all there are without
    #[arg(long, value_name = "N", requires = "population")]
    pub alone: Option<usize>,

    /// With --population: so many sound servers that settle several choices otherwise
    #[arg(long, value_name = "N", default_value_t = 10, requires = "population")]
    pub mixed: u64,

    /// With --population: so many sound servers that are broken, each with as many faults as --at-once says
    #[arg(long, value_name = "N", default_value_t = 0, requires = "population")]
    pub broken: u64,

    /// With --broken: how many faults each has, one after the other
    #[arg(long, value_name = "N,N", value_delimiter = ',', default_values_t = [1, 5, 20], requires = "population")]
    pub at_once: Vec<usize>,

    /// With --population: so many faults on each of the servers that keep little
    #[arg(long, value_name = "N", default_value_t = 0, requires = "population")]
    pub lossy: usize,

    /// With --population: how many choices a mixture settles otherwise; any number up to half of them without
    #[arg(long, value_name = "N", requires = "population")]
    pub choices: Option<usize>,

    /// With --population: alone only the choices whose name begins so
    #[arg(long, value_name = "NAME", requires = "population")]
    pub choice: Option<String>,

    /// With --population: a sound server that settles these choices otherwise; may be given several times
    #[arg(long, value_name = "CHOICE=WAY,...", requires = "population")]
    pub server: Vec<String>,

    /// With --population: play the sizes of this file, and end with 1 only where a number is worse than in it
    #[arg(
        long,
        value_name = "FILE",
        requires = "population",
        conflicts_with_all = ["alone", "mixed", "broken", "at_once", "lossy", "choices", "choice", "server", "seed"]
    )]
    pub hold: Option<PathBuf>,

    /// With --population: write what was measured as Markdown
    #[arg(long, value_name = "FILE", requires = "population")]
    pub document: Option<PathBuf>,

    /// With --population: the seed of everything drawn [default: 7643]
    #[arg(long, value_name = "N", requires = "population")]
    pub seed: Option<u64>,
}
