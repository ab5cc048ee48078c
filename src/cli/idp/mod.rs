//! `scimulate idp`: an IdP that a person operates.
//!
//! In: what was typed, and the state file. Out: the requests that the product sends, a line for each, and the file again. Never: a
//! request before all that was typed is understood, or a file that a failed command has changed without a request.

mod connection;
mod dry_run;
mod lines;
mod make;
mod play;
mod show;
mod wanted;

use super::args::{GroupAction, IdpAction, IdpArgs};
use super::exit::Exit;
use super::{CommandError, say};
use ::idp::ResumeError;
use operate::{IdpState, Locked, StateFileError};

/// Does what the action asks.
pub(super) fn command(args: &IdpArgs) -> Result<Exit, CommandError> {
    match &args.action {
        IdpAction::New(new) => make::command(args, new),
        IdpAction::Connect(to) => connection::connect_to(args, to),
        IdpAction::Disconnect { delete } => connection::disconnect(args, *delete),
        IdpAction::Status => say(&show::status(&read(args)?)?).map(|()| Exit::Conformant),
        IdpAction::People => say(&show::people(&read(args)?)?).map(|()| Exit::Conformant),
        IdpAction::Links => say(&show::links(&read(args)?)?).map(|()| Exit::Conformant),
        IdpAction::Log { number } => say(&show::log(&read(args)?, *number)).map(|()| Exit::Conformant),
        IdpAction::Set { settings } => make::set(args, settings),
        IdpAction::Join { user_name, changes } => make::join(args, user_name, changes),
        IdpAction::Group { action: GroupAction::Create { name } } => make::group(args, name),
        other => play::command(args, &wanted::read(other)?),
    }
}

/// What is wrong with the file is the user's to mend; a file in use is in the way.
fn trouble(error: StateFileError) -> CommandError {
    match error {
        StateFileError::InUse { .. } => CommandError::blocked(error),
        other => CommandError::usage(other),
    }
}

/// A state that was read and cannot be: somebody has edited it.
fn unfit(error: &ResumeError) -> CommandError {
    CommandError::usage(format!(
        "the state file does not hold together: {error}. It was left as it is, and nothing was sent; take a copy of it from before"
    ))
}

fn read(args: &IdpArgs) -> Result<IdpState, CommandError> {
    operate::read(&args.state).map_err(trouble)
}

/// The state, and the file that no other command changes until this one has.
fn taken(args: &IdpArgs) -> Result<(Locked, IdpState), CommandError> {
    // A lock for a file that is not there would be all that a slip leaves behind.
    read(args)?;
    let locked = Locked::take(&args.state).map_err(trouble)?;
    let state = locked.read().map_err(trouble)?;
    Ok((locked, state))
}
