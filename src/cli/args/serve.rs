//! Arguments of `scimulate serve`, as typed.

use clap::Args as ClapArgs;
use provider::PublicUrl;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

/// `scimulate serve`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
The token is taken from SCIMULATE_TOKEN where that is set, the admin API's from SCIMULATE_ADMIN_TOKEN; else both are made up.

Examples:
  scimulate serve --port 8080
  scimulate serve --port 8080 --profile slack
  scimulate serve --port 8080 --fault M095 --db state.sqlite
  scimulate serve --port 8080 --grade --report html=client.html
  scimulate serve --port 8080 --server filter=not-implemented,bulk=none
  scimulate serve --listen 0.0.0.0 --port 8080 --public-url http://scim.test:8080      in a container
")]
pub(in crate::cli) struct ServeArgs {
    /// Address to listen on; 0.0.0.0 takes every address of this machine
    #[arg(long, value_name = "IP", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    pub listen: IpAddr,

    /// Port to listen on; 0 takes any free one
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub port: u16,

    /// How clients reach it, where that is not the address it listens on: a name in a network of containers, a mapped port.
    /// It stands in `Location` and `meta.location`
    #[arg(long, value_name = "URL")]
    pub public_url: Option<PublicUrl>,

    /// Stop when standard input ends too: a test that starts it and dies then leaves nothing running
    #[arg(long)]
    pub stop_at_eof: bool,

    /// Keep the state in this SQLite file; in memory without
    #[arg(long, value_name = "FILE")]
    pub db: Option<PathBuf>,

    /// Serve what this file or folder holds, just as it is, in the place of an empty tenant: a capture, or what a customer mailed
    /// (`scimulate state diagnose --help` lists the forms); may be given several times
    #[arg(long, value_name = "INPUT")]
    pub state: Vec<PathBuf>,

    /// Which column of a table is what, where its header does not tell: userName=Login; may be given several times
    #[arg(long, value_name = "ATTRIBUTE=HEADER", requires = "state")]
    pub column: Vec<String>,

    /// Serve the schemas and resource types of this JSON file too: {"schemas": [...], "resourceTypes": [...]}
    #[arg(long, value_name = "FILE")]
    pub schemas: Option<PathBuf>,

    /// The product to play: a name of `scimulate list profiles` or a TOML file
    #[arg(long, value_name = "NAME|FILE", default_value = "rfc")]
    pub profile: String,

    /// Settle what the RFCs leave open in this way: one server of docs/population.md, as `selftest --population` plays it
    #[arg(long, value_name = "CHOICE=WAY,...", conflicts_with_all = ["profile", "schemas"])]
    pub server: Option<String>,

    /// Turn a fault on, by M number or name (`scimulate list faults`); may be given several times
    #[arg(long, value_name = "FAULT")]
    pub fault: Vec<String>,

    /// Grade the client: hold what it sends against the clauses of the RFCs that bind clients, and say at the end what it got
    /// wrong, whose dialect it speaks, and what was not seen of it. Exit code as of a run
    #[arg(long)]
    pub grade: bool,

    /// With --grade: write a report of the client, as FORMAT=FILE; may be given several times
    #[arg(long, value_name = "FORMAT[=FILE]", requires = "grade")]
    pub report: Vec<String>,

    /// With --grade: everything as text, not only what fits a screen
    #[arg(short, long, requires = "grade")]
    pub verbose: bool,

    /// Serve the page and the admin API under this host name too, besides those of this machine; may be given several times
    #[arg(long, value_name = "NAME")]
    pub allow_host: Vec<String>,
}
