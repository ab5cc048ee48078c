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

use super::args::{GroupAction, IdpAction, IdpArgs};
use super::exit::Exit;
use super::{CommandError, say};
use lines::Printer;
use operate::acts::Act;
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
        other => play::command(args, &wanted(other)?),
    }
}

/// What is to be played.
enum Wanted {
    Act(Act),
    Sync,
    Tick(std::time::Duration),
    Churn { days: u16, a_day: Option<usize> },
}

impl Wanted {
    /// A command under which many cycles pass prints their probes counted.
    fn heard_by(&self, printer: Printer) -> Printer {
        match self {
            Self::Act(_) | Self::Sync => printer,
            Self::Tick(_) | Self::Churn { .. } => printer.counting_probes(),
        }
    }
}

fn wanted(action: &IdpAction) -> Result<Wanted, CommandError> {
    Ok(match action {
        IdpAction::Sync => Wanted::Sync,
        IdpAction::Tick { by } => Wanted::Tick(super::duration::long(by)?),
        IdpAction::Churn { days, a_day } => Wanted::Churn { days: *days, a_day: *a_day },
        IdpAction::Test => Wanted::Act(Act::Test),
        IdpAction::Assign(who) if who.all => Wanted::Act(Act::AssignAll),
        IdpAction::Assign(who) => Wanted::Act(Act::Assign(who.people.clone())),
        IdpAction::Unassign(who) if who.all => Wanted::Act(Act::UnassignAll),
        IdpAction::Unassign(who) => Wanted::Act(Act::Unassign(who.people.clone())),
        IdpAction::Edit { person, changes } => Wanted::Act(Act::Edit(person.clone(), changes.clone())),
        IdpAction::Rename { person, user_name } => Wanted::Act(Act::Rename(person.clone(), user_name.clone())),
        IdpAction::Delete(who) => Wanted::Act(Act::Delete(who.people.clone())),
        IdpAction::Restore(who) => Wanted::Act(Act::Restore(who.people.clone())),
        IdpAction::Provision(who) => Wanted::Act(Act::Provision(who.people.clone())),
        IdpAction::Group { action } => Wanted::Act(of_group(action)?),
        IdpAction::Import => Wanted::Act(Act::Import),
        IdpAction::Retry => Wanted::Act(Act::Retry),
        IdpAction::Pause => Wanted::Act(Act::Pause),
        IdpAction::Resume => Wanted::Act(Act::Resume),
        IdpAction::Restart { drop_links } => Wanted::Act(Act::Restart(*drop_links)),
        IdpAction::AllowDeletions => Wanted::Act(Act::AllowDeletions),
        IdpAction::Forget { name } => Wanted::Act(Act::Forget(name.clone())),
        _ => return Err(CommandError::usage("this is no command that plays something")),
    })
}

fn of_group(action: &GroupAction) -> Result<Act, CommandError> {
    Ok(match action {
        GroupAction::Push { groups } => Act::PushGroup(groups.clone()),
        GroupAction::Add { group, people } => Act::AddMembers(group.clone(), people.clone()),
        GroupAction::Remove { group, people } => Act::RemoveMembers(group.clone(), people.clone()),
        GroupAction::Rename { group, name } => Act::RenameGroup(group.clone(), name.clone()),
        GroupAction::Link { groups } => Act::LinkGroup(groups.clone()),
        GroupAction::Unlink { groups, delete } => Act::UnlinkGroup(groups.clone(), *delete),
        GroupAction::Delete { name } => Act::DeleteGroup(name.clone()),
        GroupAction::Create { .. } => return Err(CommandError::usage("making a group plays nothing")),
    })
}

/// What is wrong with the file is the user's to mend; a file in use is in the way.
fn trouble(error: StateFileError) -> CommandError {
    match error {
        StateFileError::InUse { .. } => CommandError::blocked(error),
        other => CommandError::usage(other),
    }
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
