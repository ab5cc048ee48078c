//! Reaching a target, for every command: from its name or URL to a client, and whether it may be written to.
//!
//! In: what was typed, and `scimulate.toml`. Out: a transport and a credential, or why there is none. Never: a request before
//! the rules that keep a tenant safe have been asked.

use super::CommandError;
use super::args::{RunArgs, TargetArgs, TokenArgs};
use super::file::Source;
use super::run_settings::{Connected, ForeignTarget, RunSettings};
use crate::safety::{Preflight, preflight, take_inventory};
use client::wire::{Actor, BaseUrl, Client, Credential, Journal, Transport, origin};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long is waited for a count of a tenant's users.
pub(super) const CENSUS: Duration = Duration::from_secs(60);

/// What a command wants of a target.
pub(super) struct TargetChoice<'a> {
    /// Its name or URL.
    pub target: &'a str,
    /// The file of settings, if one was named.
    pub config: Option<&'a Path>,
    /// The credential, if one was named.
    pub token: &'a TokenArgs,
    /// What it is asked for.
    pub purpose: Purpose,
}

impl<'a> TargetChoice<'a> {
    /// As it was typed.
    pub(super) fn typed(args: &'a TargetArgs, purpose: Purpose) -> Self {
        Self { target: &args.target, config: args.config.as_deref(), token: &args.token, purpose }
    }
}

/// What a target is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To be read, and nothing else is sent.
    Read,
    /// To be cleaned of what a run made there, whoever allowed that run.
    Clean,
    /// To take new objects; `allowed` where somebody said that it may.
    Write {
        /// `--i-may-write`.
        allowed: bool,
    },
}

/// A target that can be talked to. Nothing has been sent yet.
pub(super) struct Reached {
    pub target: ForeignTarget,
    transport: Transport,
    credential: Option<Credential>,
    may_write: bool,
}

/// The settings: of the file named, of the one that the environment names, or of the one in the working folder.
pub(super) fn source(config: Option<&Path>) -> Result<Source, CommandError> {
    let named = config.map(Path::to_owned).or_else(|| std::env::var_os("SCIMULATE_CONFIG").map(PathBuf::from));
    Source::find(named.as_deref())
}

/// The name or URL by which the settings reach the host of a base URL, where they name it: the target of just that URL before
/// others on its host.
///
/// # Errors
/// When the settings cannot be read.
pub(super) fn settled_target(config: Option<&Path>, base: &BaseUrl) -> Result<Option<String>, CommandError> {
    let source = source(config)?;
    let of_host = |url: &BaseUrl| origin(url.as_str()) == origin(base.as_str());
    let default = RunSettings::of(&RunArgs::default(), &source)?.target.map(|target| (target.name, target.base));
    let all = source
        .file
        .targets
        .iter()
        .filter_map(|(name, table)| BaseUrl::parse(table.base_url.get_ref()).ok().map(|url| (name.clone(), url)));
    let fitting: Vec<(String, BaseUrl)> = default.into_iter().chain(all).filter(|(_, url)| of_host(url)).collect();
    let exact = fitting.iter().find(|(_, url)| url.as_str() == base.as_str());
    Ok(exact.or_else(|| fitting.first()).map(|(name, _)| name.clone()))
}

/// The flags by which another command reaches the same target.
pub(super) fn flags(target: &str, config: Option<&Path>, token: &TokenArgs) -> String {
    let config = config.map(|file| format!(" --config {}", file.display())).unwrap_or_default();
    let credential = match (&token.token_env, &token.token_file) {
        (Some(name), _) => format!(" --token-env {name}"),
        (None, Some(path)) => format!(" --token-file {}", path.display()),
        (None, None) => String::new(),
    };
    format!("--target {target}{config}{credential}")
}

/// Finds out how to talk to a target.
///
/// # Errors
/// When it is not known, may not be written to, or a secret or certificate cannot be had.
pub(super) fn connect(asked: &TargetChoice<'_>) -> Result<Reached, CommandError> {
    let source = source(asked.config)?;
    let may_write = asked.purpose == Purpose::Write { allowed: true };
    let run = RunArgs {
        target: Some(asked.target.to_owned()),
        token: asked.token.clone(),
        read_only: asked.purpose == Purpose::Read,
        i_may_write: may_write,
        ..RunArgs::default()
    };
    let mut meant = RunSettings::of(&run, &source)?;
    if let Purpose::Write { allowed } = asked.purpose {
        guard(&meant, allowed)?;
        writable(&meant, &source, allowed)?;
    }
    let connected = meant.connect(asked.token, &source)?;
    let (Some(target), Some(Connected { setup, credential, .. })) = (meant.target.take(), connected) else {
        return Err(CommandError::usage("no target is named; name one with --target"));
    };
    let transport = Transport::build(setup).map_err(CommandError::usage)?;
    Ok(Reached { target, transport, credential, may_write })
}

impl Reached {
    /// The way to it, without the credential.
    pub(super) fn transport(&self) -> Transport {
        self.transport.clone()
    }

    /// A client in an actor's name, with a journal of its own.
    pub(super) fn client(&self, actor: Actor) -> Client {
        let (base, credential) = (self.target.base.clone(), self.credential.clone());
        Client::new(self.transport.clone(), base, credential, actor, Journal::default())
    }

    /// Looks at it.
    ///
    /// # Errors
    /// When nothing can be said of it.
    pub(super) async fn look(&self) -> Result<Preflight, CommandError> {
        let seen = look(&self.client(Actor::Preflight)).await;
        match seen.blocked {
            Some(blocked) => Err(CommandError::blocked(blocked)),
            None => Ok(seen),
        }
    }

    /// Looks at it, and at whether somebody may live there.
    ///
    /// # Errors
    /// When nothing can be said of it, or somebody may.
    pub(super) async fn look_before_writing(&self) -> Result<(), CommandError> {
        let seen = self.look().await?;
        if self.may_write { Ok(()) } else { empty_enough(&self.target, &seen, &self.client(Actor::Census)).await }
    }
}

/// One look at a target.
pub(super) async fn look(client: &Client) -> Preflight {
    let mut seen = preflight(client, jiff::Timestamp::now().as_second()).await;
    let Some(last) = seen.items.last_mut().filter(|last| last.what == "credential" && !client.has_credential()) else {
        return seen;
    };
    if let Some(remedy) = &mut last.remedy {
        let variable = super::settings::TOKEN;
        *remedy = format!(
            "no token was sent: {variable} is not set, and neither --token-env VARIABLE nor --token-file FILE names one; {remedy}"
        );
        if let Some(blocked) = &mut seen.blocked {
            blocked.remedy.clone_from(remedy);
        }
    }
    seen
}

/// Refuses a tenant that is called production unless it is meant.
pub(super) fn guard(meant: &RunSettings, may_write: bool) -> Result<(), CommandError> {
    match &meant.target {
        Some(target) if target.is_production() && !may_write && !meant.read_only => Err(CommandError::usage(format!(
            "{} is called production, and a run creates and deletes people there; --i-may-write says that this is \
             meant, --read-only plays only what writes nothing",
            target.name
        ))),
        _ => Ok(()),
    }
}

/// Refuses to write, outside a run, where only reading is allowed, and on a server elsewhere that nobody gave a name.
fn writable(meant: &RunSettings, source: &Source, allowed: bool) -> Result<(), CommandError> {
    let Some(target) = &meant.target else { return Ok(()) };
    if meant.read_only {
        return Err(CommandError::usage(format!(
            "{} may only be read (safety.read_only, or SCIMULATE_READ_ONLY), and accounts and groups would be created there; \
             name another target",
            target.name
        )));
    }
    let named = source.file.targets.contains_key(&target.name);
    if !named && !allowed && !target.base.is_loopback() {
        return Err(CommandError::usage(format!(
            "{} is not on this machine, and accounts and groups would be created there; \
             if it is a test tenant and you may, say so with --i-may-write",
            target.base
        )));
    }
    Ok(())
}

/// Refuses a tenant with more users than the settings allow, or of which nobody can say how many it has.
///
/// # Errors
/// With their number, or why it is not known.
pub(super) async fn empty_enough(
    target: &ForeignTarget,
    seen: &Preflight,
    client: &Client,
) -> Result<(), CommandError> {
    let most = target.max_users;
    // What a target says of its size is not believed where its list shows more. Other shards at work in the same tenant are
    // nobody who lives there.
    let inventory = take_inventory(client, None, CENSUS).await;
    let told = match inventory.residents().or(seen.users) {
        Some(users) if users <= most => return Ok(()),
        Some(users) => format!("has {users} users, more than {most} (safety.max_users): somebody may live there"),
        None => {
            let why = inventory.why_uncounted().map(|why| format!(" ({why})")).unwrap_or_default();
            format!(
                "does not say how many users it has, and they cannot be counted{why}: more than {most} (safety.max_users) may live \
                 there"
            )
        }
    };
    Err(CommandError::blocked(format!(
        "{} {told}\n  --i-may-write writes all the same, and a run with --read-only plays what writes nothing",
        target.name
    )))
}
