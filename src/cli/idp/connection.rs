//! Where an IdP's requests go: connecting, disconnecting, and the client of a connection.
//!
//! In: what was typed, or what the state file notes of the target. Out: a client. Never: a credential in the file, or a request
//! to another target than the one the links are of.

use super::super::args::{ConnectIdpArgs, IdpArgs, TokenArgs};
use super::super::connect::{Purpose, Reached, TargetChoice, connect};
use super::super::exit::Exit;
use super::super::{CommandError, runtime, say};
use super::lines::{Printer, one_line};
use super::{taken, trouble, unfit};
use client::wire::{Actor, BaseUrl, Client, Journal, Transport, TransportLimits};
use idp::{ConnectionState, Event, Kind};
use operate::{IdpState, Removed, Session, TargetAddress};
use report::counted;
use std::path::PathBuf;

/// The IdP of a state with a client that reaches nothing: for what only reads or changes the state.
pub(super) fn at_rest(state: IdpState) -> Result<Session, CommandError> {
    let transport = Transport::new(TransportLimits::default()).map_err(CommandError::usage)?;
    let base = BaseUrl::parse("http://127.0.0.1:1").map_err(CommandError::usage)?;
    let nowhere = Client::new(transport, base, None, Actor::Client, Journal::default());
    Session::open(state, &nowhere, Box::new(Printer::of_target(false))).map_err(|e| unfit(&e))
}

/// The base URL as an IdP of that kind is given it: Entra's flag is part of it.
pub(super) fn base_for(kind: Kind, base: &BaseUrl) -> Result<BaseUrl, CommandError> {
    let parts: Vec<&str> = base.query().into_iter().chain(kind.base_query()).collect();
    if kind.base_query().is_none_or(|flag| base.query().is_some_and(|own| own.split('&').any(|part| part == flag))) {
        return Ok(base.clone());
    }
    BaseUrl::parse(&format!("{}?{}", base.as_str(), parts.join("&"))).map_err(CommandError::usage)
}

/// The target that a state is connected to.
fn reached(state: &IdpState) -> Result<Reached, CommandError> {
    let Some(target) = &state.target else {
        return Err(CommandError::usage(
            "the IdP is connected to no target; connect it with `scimulate idp connect --target URL|NAME`, or see what it would send \
             with --dry-run",
        ));
    };
    let token = TokenArgs { token_env: target.token_env.clone(), token_file: target.token_file.clone() };
    let reached = connect(&TargetChoice {
        target: &target.named,
        config: target.config.as_deref(),
        token: &token,
        purpose: Purpose::Write { allowed: target.may_write },
    })?;
    if reached.target.base.as_str() != target.base {
        return Err(CommandError::usage(format!(
            "the links of this IdP are of {}, and {} stands for {} now: nothing was sent. Put the settings right, or make another \
             IdP for the other target",
            target.base, target.named, reached.target.base
        )));
    }
    Ok(reached)
}

/// The IdP's client at the target it is connected to.
pub(super) fn client_of(state: &IdpState) -> Result<Client, CommandError> {
    let kind = Kind::named(&state.idp.kind).map_err(CommandError::usage)?;
    let reached = reached(state)?;
    let base = base_for(kind, &reached.target.base)?;
    Ok(reached.client(Actor::idp(kind.id(), &state.idp.name)).with_base(base))
}

/// `idp connect`.
pub(super) fn connect_to(args: &IdpArgs, typed: &ConnectIdpArgs) -> Result<Exit, CommandError> {
    let (locked, mut state) = taken(args)?;
    let allowed = typed.i_may_write;
    if typed.to.target.contains("://") && typed.to.target.split_once('?').is_some_and(|(_, query)| query.contains('='))
    {
        return Err(CommandError::usage(
            "the URL has a query with a value in it, which may be a credential and would be written to the state file; give the \
             target a name in scimulate.toml, and connect to that",
        ));
    }
    let reached = connect(&TargetChoice::typed(&typed.to, Purpose::Write { allowed }))?;
    let base = reached.target.base.as_str().to_owned();
    if let Some(before) = state.target.as_ref().filter(|t| t.base != base)
        && !(state.idp.links.is_empty() && state.view.made.is_empty())
    {
        return Err(CommandError::usage(format!(
            "this IdP has links to objects of {}; `scimulate idp disconnect` drops them, or make another IdP with --state FILE. \
             Nothing was sent",
            before.base
        )));
    }
    if args.dry_run {
        say(&format!("dry run: would look at {base} and connect to it\n"))?;
        return Ok(Exit::Conformant);
    }
    let absolute = |path: &PathBuf| std::path::absolute(path).unwrap_or_else(|_| path.clone());
    let seen = runtime()?.block_on(async {
        let seen = reached.look().await?;
        reached.look_before_writing().await?;
        Ok::<_, CommandError>(seen)
    })?;
    if state.target.is_none() && state.idp.state == ConnectionState::Disabled {
        state.idp.state = ConnectionState::Enabled;
    }
    state.target = Some(TargetAddress {
        named: typed.to.target.clone(),
        base: base.clone(),
        config: typed.to.config.as_ref().map(absolute),
        token_env: typed.to.token.token_env.clone(),
        token_file: typed.to.token.token_file.as_ref().map(absolute),
        may_write: allowed,
    });
    locked.write(&state).map_err(trouble)?;
    let users = seen.users.and_then(|users| usize::try_from(users).ok());
    let users = users.map(|users| format!(", {}", counted(users, "user"))).unwrap_or_default();
    let noted = if allowed { "; --i-may-write is noted for this connection" } else { "" };
    say(&format!("connected to {base}{users}{noted}; the credential is not in the file\n"))?;
    Ok(Exit::Conformant)
}

/// `idp disconnect`.
pub(super) fn disconnect(args: &IdpArgs, delete: bool) -> Result<Exit, CommandError> {
    let (locked, mut state) = taken(args)?;
    // What does not hold together is told before anything is deleted.
    at_rest(state.clone())?;
    let made = state.view.made.clone();
    if args.dry_run {
        let what = if delete { "would be read, and deleted where it is still the same" } else { "would stay there" };
        let names = made.iter().map(|m| one_line(&format!("{} {}", m.endpoint, m.names.join(", "))));
        let names: String = names.map(|name| format!("{name}\n")).collect();
        say(&format!("{names}dry run: {} objects that this IdP created {what}\n", made.len()))?;
        return Ok(Exit::Conformant);
    }
    if delete {
        let left = remove_made(&mut state)?;
        // The connection stays where something was left, so that the same command can be given again.
        locked.write(&state).map_err(trouble)?;
        if left > 0 {
            say(&format!(
                "{left} left there; the connection stays, so that this can be tried again. `scimulate idp disconnect` without --delete gives up\n"
            ))?;
            return Ok(Exit::Findings);
        }
    }
    let stays = state.view.made.len();
    let mut session = at_rest(state)?;
    runtime()?.block_on(session.play(Event::DeleteApp));
    let mut state = session.state().map_err(CommandError::usage)?;
    state.target = None;
    state.view.made.clear();
    locked.write(&state).map_err(trouble)?;
    say(&format!(
        "disconnected; links and assignments are dropped, {} that this IdP created {} on the target\n",
        counted(stays, "object"),
        if stays == 1 { "stays" } else { "stay" }
    ))?;
    Ok(Exit::Conformant)
}

/// Removes from the target what the IdP made there; how much is left.
fn remove_made(state: &mut IdpState) -> Result<usize, CommandError> {
    let client = reached(state)?.client(Actor::Cleanup);
    let runtime = runtime()?;
    let mut left = 0;
    // What was made last goes first: groups before the people in them.
    for one in state.view.made.clone().iter().rev() {
        let became = runtime.block_on(operate::remove(&client, one));
        let told = match &became {
            Removed::Gone => "deleted".to_owned(),
            Removed::Absent => "was gone already".to_owned(),
            Removed::Left(why) => format!("left there: {why}"),
        };
        let name = one.names.last().map_or(one.id.as_str(), String::as_str);
        say(&format!("{}\n", one_line(&format!("{}/{} ({name}): {told}", one.endpoint, one.id))))?;
        match became {
            Removed::Left(_) => left += 1,
            _ => {
                state.view.made.retain(|made| made != one);
                state.idp.links.drop_id(&one.id);
            }
        }
    }
    Ok(left)
}
