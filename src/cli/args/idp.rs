//! The arguments of `scimulate idp`.

use super::target::TargetArgs;
use clap::{ArgGroup, Args as ClapArgs, Subcommand};
use std::path::PathBuf;

/// `scimulate idp`.
#[derive(Debug, ClapArgs)]
#[command(after_help = "\
The IdP's state is one file: idp.json in the current folder, or what --state names. No credential is in it: `connect` notes
where the credential comes from (--token-env, --token-file, or the settings of a target in scimulate.toml).
People and groups are your own, so no run tag is added to their names, and what the IdP makes on the target stays there:
`disconnect --delete` removes what this IdP created, and nothing else does.
Time is virtual: Entra sends nothing until its next cycle, which `sync` or `tick` lets come.

Exit codes: 0 done; 1 the target answered what the IdP takes for a failure; 2 usage, nothing was sent; 3 nothing was answered.

Examples:
  scimulate idp new --kind entra --directory people.csv
  scimulate idp connect --target https://host/scim/v2 --token-env SCIM_TOKEN
  scimulate idp assign --all
  scimulate idp sync
  scimulate idp rename ada ada.king@example.com
  scimulate idp sync --dry-run
  scimulate idp links
")]
pub(in crate::cli) struct IdpArgs {
    /// The file with the IdP's state
    #[arg(long, global = true, value_name = "FILE", default_value = "idp.json")]
    pub state: PathBuf,

    /// Print the bodies of requests and answers too
    #[arg(long, short, global = true)]
    pub verbose: bool,

    /// Print the requests that would be sent, and send and change nothing: a stand-in on this machine answers, which holds what the
    /// target showed of this IdP's objects when it last did, and nobody else
    #[arg(long, global = true)]
    pub dry_run: bool,

    /// What to do
    #[command(subcommand)]
    pub action: IdpAction,
}

/// What can be done with an IdP.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum IdpAction {
    /// Make an IdP: a product, its people and groups
    New(NewIdpArgs),
    /// Connect it to a target; only looks at the target
    Connect(ConnectIdpArgs),
    /// Take the connection away, and with it all links and assignments; what was created stays on the target
    Disconnect {
        /// Delete from the target what this IdP created there
        #[arg(long)]
        delete: bool,
    },
    /// Say how it stands
    Status,
    /// List its people and groups
    People,
    /// List what it remembers of the target
    Links,
    /// List what it sent
    Log {
        /// So many of the last
        #[arg(short, value_name = "N", default_value_t = 20)]
        number: usize,
    },
    /// Press the product's button to test the connection
    Test,
    /// Assign people to the app
    Assign(WhoArgs),
    /// Take people's assignments back
    Unassign(WhoArgs),
    /// Change attributes of a person: title=Engineer, manager=ben, active=false; title= clears it
    Edit {
        /// Who
        #[arg(value_name = "PERSON")]
        person: String,
        /// What
        #[arg(value_name = "ATTRIBUTE=VALUE", required = true)]
        changes: Vec<String>,
    },
    /// Change a person's user name
    Rename {
        /// Who
        #[arg(value_name = "PERSON")]
        person: String,
        /// The new user name
        #[arg(value_name = "USERNAME")]
        user_name: String,
    },
    /// Take somebody into the directory; `assign` provisions them
    Join {
        /// The user name
        #[arg(value_name = "USERNAME")]
        user_name: String,
        /// Further attributes
        #[arg(value_name = "ATTRIBUTE=VALUE")]
        changes: Vec<String>,
    },
    /// Delete people in the directory (Entra: into the bin, for good after 30 days)
    Delete(PeopleArgs),
    /// Bring people back from the bin (Entra)
    Restore(PeopleArgs),
    /// Provision people at once (Entra: on demand)
    Provision(PeopleArgs),
    /// Do something with a group
    Group {
        /// What to do
        #[command(subcommand)]
        action: GroupAction,
    },
    /// Entra: run the next cycle. Okta: force a synchronisation, or run the jobs that wait
    Sync,
    /// Let virtual time pass, with everything that becomes due: 40m, 6h, 30d
    Tick {
        /// How long
        #[arg(value_name = "DURATION")]
        by: String,
    },
    /// Let people join, move and leave for some days, the same for the same seed
    Churn {
        /// So many days
        #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=3660))]
        days: u16,
        /// People it concerns a day [default: one of a hundred, one at least]
        #[arg(long, value_name = "N")]
        a_day: Option<usize>,
    },
    /// Read what the target has (Okta: import; Entra: account discovery)
    Import,
    /// Try again what failed
    Retry,
    /// Stop provisioning
    Pause,
    /// Start provisioning
    Resume,
    /// Restart provisioning (Entra)
    Restart {
        /// Drop the links too: everybody is matched anew
        #[arg(long)]
        drop_links: bool,
    },
    /// Let deletions go out that the guard withheld (Entra)
    AllowDeletions,
    /// Forget what is remembered of a person or group on the target
    Forget {
        /// Who
        #[arg(value_name = "PERSON|GROUP")]
        name: String,
    },
    /// Change settings of the product: deletion_threshold=5; without any, list those that differ
    Set {
        /// Which, and to what
        #[arg(value_name = "SETTING=VALUE")]
        settings: Vec<String>,
    },
}

/// `scimulate idp new`.
#[derive(Debug, ClapArgs)]
#[command(group = ArgGroup::new("people_from").required(true).args(["directory", "people"]))]
pub(in crate::cli) struct NewIdpArgs {
    /// The tenant's name
    #[arg(value_name = "NAME", default_value = "acme")]
    pub name: String,

    /// The product: a family (okta, entra) in its usual mode, or one of `scimulate list idps`
    #[arg(long, value_name = "IDP")]
    pub kind: String,

    /// Its mode, where the family alone is given: custom, catalogue, default, aadOptscim062020
    #[arg(long, value_name = "MODE")]
    pub mode: Option<String>,

    /// Files with its people and groups: CSV, JSON or JSON Lines with users of SCIM, a capture of `state capture`; may be given
    /// several times
    #[arg(long, value_name = "FILE")]
    pub directory: Vec<PathBuf>,

    /// Which column of a table is what, where its header does not tell: userName=Login; may be given several times
    #[arg(long, value_name = "ATTRIBUTE=HEADER", requires = "directory")]
    pub column: Vec<String>,

    /// So many seeded people, in place of a file
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=200_000))]
    pub people: Option<u32>,

    /// Seed of keys, placeholder passwords, probes and churn
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub seed: u64,

    /// A setting of the product; may be given several times
    #[arg(long, value_name = "SETTING=VALUE")]
    pub set: Vec<String>,
}

/// `scimulate idp connect`.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct ConnectIdpArgs {
    /// The target
    #[command(flatten)]
    pub to: TargetArgs,

    /// Allow writes to a target that is not on this machine and has no name in scimulate.toml, is called production, or has more
    /// users than its settings allow; noted for this connection
    #[arg(long)]
    pub i_may_write: bool,
}

/// Some people, or everybody.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct WhoArgs {
    /// Who: user name, address, name, or the part before @
    #[arg(value_name = "PERSON", required_unless_present = "all", conflicts_with = "all")]
    pub people: Vec<String>,

    /// Everybody
    #[arg(long)]
    pub all: bool,
}

/// Some people.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct PeopleArgs {
    /// Who
    #[arg(value_name = "PERSON", required = true)]
    pub people: Vec<String>,
}

/// What can be done with groups.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum GroupAction {
    /// Make a group in the directory
    Create {
        /// Its name
        #[arg(value_name = "GROUP")]
        name: String,
    },
    /// Okta: push groups, or push them again. Entra: take them into scope
    Push {
        /// Which
        #[arg(value_name = "GROUP", required = true)]
        groups: Vec<String>,
    },
    /// Add members to a group
    Add {
        /// Which
        #[arg(value_name = "GROUP")]
        group: String,
        /// Who
        #[arg(value_name = "PERSON", required = true)]
        people: Vec<String>,
    },
    /// Remove members from a group
    Remove {
        /// Which
        #[arg(value_name = "GROUP")]
        group: String,
        /// Who
        #[arg(value_name = "PERSON", required = true)]
        people: Vec<String>,
    },
    /// Rename a group
    Rename {
        /// Which
        #[arg(value_name = "GROUP")]
        group: String,
        /// The new name
        #[arg(value_name = "NAME")]
        name: String,
    },
    /// Link groups to those of the target that have their names
    Link {
        /// Which
        #[arg(value_name = "GROUP", required = true)]
        groups: Vec<String>,
    },
    /// Okta: stop pushing groups. Entra: take them out of scope
    Unlink {
        /// Which
        #[arg(value_name = "GROUP", required = true)]
        groups: Vec<String>,
        /// Delete them on the target
        #[arg(long)]
        delete: bool,
    },
    /// Delete a group in the directory
    Delete {
        /// Which
        #[arg(value_name = "GROUP")]
        name: String,
    },
}
