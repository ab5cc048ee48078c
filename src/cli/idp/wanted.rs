//! What a command wants to be played, and its playing.
//!
//! In: an action as typed; an IdP at work. Out: events and time, in their order. Never: an event before all that was typed is
//! understood.

use super::super::CommandError;
use super::super::args::{GroupAction, IdpAction};
use super::lines::Printer;
use super::trouble;
use operate::acts::{Act, events};
use operate::{Churn, Locked, Played, Session};
use std::ops::ControlFlow;
use std::time::Duration;

/// Events between two writings of the state: what a killed command had done is known by then.
const SAVED_EVERY: usize = 50;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What is to be played.
pub(super) enum Wanted {
    Act(Act),
    Sync,
    Tick(Duration),
    Churn { days: u16, a_day: Option<usize> },
}

impl Wanted {
    /// A command under which many cycles pass prints their probes counted.
    pub(super) fn heard_by(&self, printer: Printer) -> Printer {
        match self {
            Self::Act(_) | Self::Sync => printer,
            Self::Tick(_) | Self::Churn { .. } => printer.counting_probes(),
        }
    }
}

/// What a command of the line wants.
pub(super) fn read(action: &IdpAction) -> Result<Wanted, CommandError> {
    Ok(match action {
        IdpAction::Sync => Wanted::Sync,
        IdpAction::Tick { by } => Wanted::Tick(super::super::duration::long(by)?),
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

/// Plays what is wanted; writes the state now and then where there is a file to write.
pub(super) async fn play(
    session: &mut Session,
    wanted: &Wanted,
    locked: Option<&Locked>,
) -> Result<Played, CommandError> {
    let mut done = 0_usize;
    let mut between = |session: &Session| {
        done += 1;
        if let (Some(locked), true) = (locked, done.is_multiple_of(SAVED_EVERY)) {
            locked.write(&session.state().map_err(CommandError::usage)?).map_err(trouble)?;
        }
        Ok::<_, CommandError>(match session.teller().is_stopped() {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        })
    };
    let played = match wanted {
        Wanted::Act(act) => {
            let events = events(act, session.idp()).map_err(CommandError::usage)?;
            session.play_all(events, &mut between).await
        }
        Wanted::Sync => Ok(session.sync().await),
        Wanted::Tick(by) => session.tick(*by, &mut between).await,
        Wanted::Churn { days, a_day } => {
            let churn =
                a_day.map_or_else(|| Churn::usual(session.idp().directory().people().count()), |a_day| Churn { a_day });
            let mut all = Played::default();
            for _ in 0..*days {
                let day = session.idp().now().as_secs() / DAY.as_secs() + 1;
                let events = churn.day(session, day);
                all.absorb(session.play_all(events, &mut between).await?);
                if !all.stopped {
                    all.absorb(session.tick(DAY, &mut between).await?);
                }
                if all.stopped {
                    break;
                }
            }
            Ok(all)
        }
    };
    session.teller().end();
    played
}
