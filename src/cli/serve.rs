//! `scimulate serve`: the embedded provider by itself.

use super::args::ServeArgs;
use super::exit::Exit;
use super::{CommandError, runtime, say, state_source};
use provider::{Clock, Contents, Faults, Page, Profile, Provider, Settings};
use scim::schema::Registry;
use std::net::{Ipv4Addr, SocketAddr};

/// Serves until interrupted.
pub(super) fn command(args: &ServeArgs) -> Result<Exit, CommandError> {
    let faults: Vec<&str> = args.fault.iter().map(String::as_str).collect();
    let profile = Profile::named(&args.profile).map_err(CommandError::usage)?;
    let page = Page::new(&args.profile, &profile.title);
    let faults = Faults::named(&faults).map_err(CommandError::usage)?;
    let token = |name: &str| std::env::var(name).ok().filter(|t| !t.trim().is_empty());
    let settings = Settings {
        addr: SocketAddr::from((Ipv4Addr::LOCALHOST, args.port)),
        db: args.db.clone(),
        behaviour: profile.behaviour,
        faults,
        token: token("SCIMULATE_TOKEN"),
        admin_token: token("SCIMULATE_ADMIN_TOKEN"),
        clock: Clock::Real,
        seed: entropy(),
        types: types(args)?,
        allow_hosts: args.allow_host.clone(),
        page: Some(page),
        ..Settings::default()
    };
    let (contents, read) = contents(args)?;
    let settings = Settings { contents, ..settings };
    let given = settings.admin_token.is_some();
    runtime()?.block_on(async {
        let running = Provider::start(settings).await.map_err(CommandError::blocked)?;
        let admin = if given { "taken from SCIMULATE_ADMIN_TOKEN".to_owned() } else { running.admin_token.clone() };
        say(&format!(
            "base URL: {}\ntoken: {}\nadmin API: {}\nadmin token: {admin}\npage: {}\nstop with Ctrl-C\n",
            running.base_url, running.token, running.admin_url, running.page_url
        ))?;
        say(&read)?;
        for (what, count) in &running.not_held {
            say(&format!("not served as it is: {count} {what}\n"))?;
        }
        tokio::signal::ctrl_c().await.map_err(CommandError::blocked)?;
        running.stop().await;
        Ok(Exit::Conformant)
    })
}

/// What is served from the beginning, and the story of its reading.
fn contents(args: &ServeArgs) -> Result<(Option<Contents>, String), CommandError> {
    if args.state.is_empty() {
        return Ok((None, String::new()));
    }
    let source = state_source::read_files(&args.state, &args.column)?;
    let told = source.told();
    let contents = Contents { users: source.state.users, groups: source.state.groups, others: source.others };
    Ok((Some(contents), told))
}

/// The resource types: the built-in ones and those of `--schemas`.
fn types(args: &ServeArgs) -> Result<Registry, CommandError> {
    let Some(path) = &args.schemas else { return Ok(Registry::default()) };
    let named = |why: &dyn std::fmt::Display| CommandError::usage(format!("{}: {why}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|e| named(&e))?;
    Registry::with_file(&text).map_err(|e| named(&e))
}

/// Ids of a served provider must differ from start to start: a client may hold those of the last one.
pub(super) fn entropy() -> u64 {
    use std::hash::{BuildHasher as _, Hasher as _};
    std::collections::hash_map::RandomState::new().build_hasher().finish()
}
