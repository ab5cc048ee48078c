//! What changes an IdP and sends nothing: a new one, a setting, somebody who joins, a group.

use super::super::args::{IdpArgs, NewIdpArgs};
use super::super::exit::Exit;
use super::super::{CommandError, say, state_source};
use super::connection::at_rest;
use super::{taken, trouble};
use directory::{Change, Directory, Person};
use idp::{Family, Kind, Options};
use operate::{IdpState, Session};
use serde_json::{Map, Value};
use std::fmt::Write as _;

/// `idp new`.
pub(super) fn command(args: &IdpArgs, new: &NewIdpArgs) -> Result<Exit, CommandError> {
    let kind = kind(&new.kind, new.mode.as_deref())?;
    let mut options = Options { seed: new.seed, ..Options::of(kind) };
    options = with_settings(kind, &options, &new.set)?;
    let (directory, told) = people(new, kind)?;
    let (people, groups) = (directory.people().count(), directory.groups().count());
    let state = IdpState::new(kind, &new.name, &directory, &options).map_err(CommandError::usage)?;
    let place = args.state.display();
    let next = "next: scimulate idp connect --target URL|NAME, then assign and sync";
    if args.dry_run {
        say(&format!("{told}dry run: {place} would hold {kind} {}, {people} people and {groups} groups\n", new.name))?;
        return Ok(Exit::Conformant);
    }
    operate::create(&args.state, &state).map_err(trouble)?;
    say(&format!(
        "{told}{place}: {kind} {}, {people} people and {groups} groups; nothing was sent\n{next}\n",
        new.name
    ))?;
    Ok(Exit::Conformant)
}

/// The product, and the mode where one is named.
fn kind(family: &str, mode: Option<&str>) -> Result<Kind, CommandError> {
    let named = Kind::named(family).map_err(CommandError::usage)?;
    let Some(mode) = mode else { return Ok(named) };
    let mode = mode.rsplit('/').next().unwrap_or(mode);
    if let Some((_, said)) = family.split_once('/').filter(|(_, said)| !said.eq_ignore_ascii_case(mode)) {
        return Err(CommandError::usage(format!(
            "--kind says the mode `{said}`, and --mode says `{mode}`; leave one out"
        )));
    }
    let family: Family = named.family();
    let modes: Vec<&str> = family.kinds().filter_map(|k| k.id().split_once('/')).map(|(_, mode)| mode).collect();
    let found = family.kinds().find(|k| k.id().split('/').nth(1).is_some_and(|m| m.eq_ignore_ascii_case(mode)));
    found.ok_or_else(|| {
        let near = scim::nearest(mode, modes.iter().copied()).map(|near| format!(" (did you mean `{near}`?)"));
        CommandError::usage(format!(
            "{} has no mode `{mode}`{}; there are: {}",
            family.id(),
            near.unwrap_or_default(),
            modes.join(", ")
        ))
    })
}

/// The directory, and the story of its reading.
fn people(new: &NewIdpArgs, kind: Kind) -> Result<(Directory, String), CommandError> {
    if let Some(count) = new.people {
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        return Ok((operate::seeded(new.seed, &new.name, count, kind.keys()), String::new()));
    }
    let source = state_source::read_files(&new.directory, &new.column)?;
    let (users, groups) = (&source.state.users, &source.state.groups);
    let directory = operate::directory(users, groups, (new.seed, &new.name), kind.keys())
        .map_err(|e| CommandError::usage(format!("{}: {e}", shown(&new.directory))))?;
    let mut told = String::new();
    for file in &source.files {
        let _infallible = writeln!(told, "{}: {}, {} users, {} groups", file.path, file.form, file.users, file.groups);
        for guess in file.guesses.iter().filter(|guess| guess.contains("not read")) {
            let _infallible = writeln!(told, "   {guess}");
        }
        for (what, ignored) in file.ignored.iter().take(8) {
            let _infallible =
                writeln!(told, "   not understood: {} x {what} (first: {})", ignored.count, ignored.first);
        }
    }
    Ok((directory, told))
}

fn shown(files: &[std::path::PathBuf]) -> String {
    files.iter().map(|file| file.display().to_string()).collect::<Vec<_>>().join(", ")
}

/// The options with settings as typed.
fn with_settings(kind: Kind, options: &Options, typed: &[String]) -> Result<Options, CommandError> {
    let mut all: Map<String, Value> = options.differing(kind).map_err(CommandError::usage)?;
    let names = Options::names();
    for one in typed {
        let Some((name, value)) = one.split_once('=') else {
            return Err(CommandError::usage(format!("`{one}` sets nothing; write it like deletion_threshold=5")));
        };
        let name = name.trim().replace('-', "_");
        if !names.contains(&name) {
            let near = scim::nearest(&name, names.iter().map(String::as_str));
            let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            return Err(CommandError::usage(format!(
                "there is no setting `{name}`{near}; there are: {}",
                names.join(", ")
            )));
        }
        // A text needs no quotes: what is no JSON is one.
        let value = serde_json::from_str(value).unwrap_or_else(|_| Value::from(value));
        let before = all.insert(name.clone(), value.clone());
        if let Err(why) = Options::with(kind, all.clone()) {
            let was = before.map(|b| format!(" (it is {b})")).unwrap_or_default();
            return Err(CommandError::usage(format!("{name} cannot be {value}: {why}{was}")));
        }
    }
    Options::with(kind, all).map_err(CommandError::usage)
}

/// An IdP that is changed, and sends nothing.
fn changed<T>(
    args: &IdpArgs,
    change: impl FnOnce(&mut Session) -> Result<T, CommandError>,
) -> Result<(T, Session), CommandError> {
    let (locked, state) = taken(args)?;
    let mut session = at_rest(state)?;
    let done = change(&mut session)?;
    if !args.dry_run {
        locked.write(&session.state().map_err(CommandError::usage)?).map_err(trouble)?;
    }
    Ok((done, session))
}

/// `idp set`.
pub(super) fn set(args: &IdpArgs, settings: &[String]) -> Result<Exit, CommandError> {
    let (differing, _) = changed(args, |session| {
        let kind = session.idp().kind();
        let options = with_settings(kind, session.idp().options(), settings)?;
        let differing = options.differing(kind).map_err(CommandError::usage)?;
        *session.idp_mut().options_mut() = options;
        Ok(differing)
    })?;
    let mut text = String::new();
    for (name, value) in &differing {
        let _infallible = writeln!(text, "{name}={value}");
    }
    if differing.is_empty() {
        text.push_str("every setting is as the product has it out of the box\n");
    }
    say(&text)?;
    Ok(Exit::Conformant)
}

/// `idp join`.
pub(super) fn join(args: &IdpArgs, user_name: &str, changes: &[String]) -> Result<Exit, CommandError> {
    let mut person = newcomer(user_name)?;
    let mut named = false;
    for one in changes {
        let Some((name, value)) = one.split_once('=') else {
            return Err(CommandError::usage(format!("`{one}` is no attribute; write it like title=Engineer")));
        };
        let change = operate::acts::change(name, value).map_err(CommandError::usage)?;
        if matches!(change, Change::UserName(_)) {
            return Err(CommandError::usage("the user name is said already"));
        }
        named |= matches!(change, Change::DisplayName(_));
        person.apply(change);
    }
    if !named {
        person.display_name = format!("{} {}", person.given_name, person.family_name).trim().to_owned();
    }
    let shown = person.display_name.clone();
    changed(args, |session| session.join(person).map_err(CommandError::usage))?;
    say(&format!(
        "{user_name} ({shown}) is in the directory; nothing was sent\nnext: scimulate idp assign {user_name}\n"
    ))?;
    Ok(Exit::Conformant)
}

/// Somebody of whom the user name alone is known.
fn newcomer(user_name: &str) -> Result<Person, CommandError> {
    let user = serde_json::json!({ "userName": user_name });
    let keys = Kind::OKTA_CUSTOM.keys();
    let directory = operate::directory(&[user], &[], (0, ""), keys).map_err(CommandError::usage)?;
    let person = directory.people().next().cloned();
    let mut person = person.ok_or_else(|| CommandError::usage("a user name cannot be empty"))?;
    person.email = user_name.contains('@').then(|| user_name.to_owned());
    Ok(person)
}

/// `idp group create`.
pub(super) fn group(args: &IdpArgs, name: &str) -> Result<Exit, CommandError> {
    if name.trim().is_empty() {
        return Err(CommandError::usage("a group needs a name"));
    }
    changed(args, |session| session.make_group(name).map_err(CommandError::usage))?;
    say(&format!(
        "{name} is a group of the directory; nothing was sent\nnext: scimulate idp group add {name:?} PERSON\n"
    ))?;
    Ok(Exit::Conformant)
}
