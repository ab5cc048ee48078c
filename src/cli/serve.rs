//! `scimulate serve`: the embedded provider by itself.

mod grading;

use super::args::ServeArgs;
use super::entropy::entropy;
use super::exit::Exit;
use super::interrupt::Interrupts;
use super::{CommandError, population, runtime, say, state_source};
use provider::{Clock, Contents, Faults, Page, Profile, Provider, Server, Settings};
use scim::schema::Registry;
use std::net::SocketAddr;
use tokio::sync::oneshot;

/// Serves until it is told to stop.
pub(super) fn command(args: &ServeArgs) -> Result<Exit, CommandError> {
    let faults: Vec<&str> = args.fault.iter().map(String::as_str).collect();
    let profile = Profile::named(&args.profile).map_err(CommandError::usage)?;
    let page = Page::new(&args.profile, &profile.title);
    let faults = Faults::named(&faults).map_err(CommandError::usage)?;
    let token = |name: &str| std::env::var(name).ok().filter(|t| !t.trim().is_empty());
    let server = match &args.server {
        Some(names) => population::server(names)?,
        None => Server { behaviour: profile.behaviour, types: types(args)?, ..Server::default() },
    };
    let settings = Settings {
        addr: SocketAddr::new(args.listen, args.port),
        db: args.db.clone(),
        behaviour: server.behaviour,
        outside: server.outside,
        types: server.types,
        faults,
        token: token("SCIMULATE_TOKEN"),
        admin_token: token("SCIMULATE_ADMIN_TOKEN"),
        clock: Clock::Real,
        seed: entropy(),
        allow_hosts: args.allow_host.clone(),
        public_url: args.public_url.clone(),
        page: Some(page),
        ..Settings::default()
    };
    let (contents, read) = contents(args)?;
    let settings = Settings { contents, ..settings };
    let given = settings.admin_token.is_some();
    let (settings, grading) = match args.grade {
        true => grading::before(settings, args).map(|(settings, grading)| (settings, Some(grading)))?,
        false => (settings, None),
    };
    runtime()?.block_on(async {
        let interrupts = Interrupts::listen().map_err(CommandError::blocked)?;
        let running = Provider::start(settings).await.map_err(CommandError::blocked)?;
        let grading = match grading {
            Some(grading) => Some(grading.start(&running).await?),
            None => None,
        };
        let admin = if given { "taken from SCIMULATE_ADMIN_TOKEN".to_owned() } else { running.admin_token.clone() };
        // Where a client is graded, what is no SCIM is not behind the address that clients know.
        let (api, page) = match grading {
            Some(_) => (format!("http://{}/admin", running.addr), format!("http://{}/", running.addr)),
            None => (running.admin_url.clone(), running.page_url.clone()),
        };
        say(&format!(
            "base URL: {}\ntoken: {}\nadmin API: {api}\nadmin token: {admin}\npage: {page}\nstop with Ctrl-C\n",
            running.base_url, running.token
        ))?;
        say(&read)?;
        for (what, count) in &running.not_held {
            say(&format!("not served as it is: {count} {what}\n"))?;
        }
        if grading.is_some() {
            say("what the client sends is graded; the verdict comes at the end\n")?;
        }
        stopped(interrupts, args.stop_at_eof).await?;
        let graded = match grading {
            Some(grading) => Some(grading.stop().await?),
            None => None,
        };
        running.stop().await;
        graded.map_or(Ok(Exit::Conformant), grading::Ended::report)
    })
}

/// Waits until a signal, or the end of standard input if that is to count, says that it is enough.
async fn stopped(mut interrupts: Interrupts, at_eof: bool) -> Result<(), CommandError> {
    let (at_end, ended) = oneshot::channel();
    // Without the flag the sender stays here, so that its end is never told.
    let _kept = if at_eof { read_to_end(at_end) } else { Some(at_end) };
    tokio::select! {
        told = interrupts.next() => told.then_some(()).ok_or_else(|| CommandError::blocked("no signal can be received here")),
        _ = ended => Ok(()),
    }
}

/// Reads standard input to its end, on a thread that nobody waits for, and then lets go of the sender.
fn read_to_end(at_end: oneshot::Sender<()>) -> Option<oneshot::Sender<()>> {
    std::thread::spawn(move || {
        // An input that cannot be read has ended as well.
        let _bytes = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
        drop(at_end);
    });
    None
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
