//! Plays what somebody wants on the target, or on a stand-in.
//!
//! In: what is wanted, and the state. Out: lines as the exchanges end, and the state afterwards, also where the target refused.
//! Never: a state that is lost because a later request fails.

use super::super::args::IdpArgs;
use super::super::exit::Exit;
use super::super::interrupt::Interrupts;
use super::super::{CommandError, notice, runtime, say};
use super::connection::client_of;
use super::lines::{Printer, ended};
use super::wanted::{Wanted, play};
use super::{dry_run, taken, trouble, unfit};
use operate::{Played, Session, Teller};
use std::sync::Arc;

/// Plays it.
pub(super) fn command(args: &IdpArgs, wanted: &Wanted) -> Result<Exit, CommandError> {
    let (locked, state) = taken(args)?;
    if args.dry_run {
        return dry_run::command(args, state, wanted);
    }
    let client = client_of(&state)?;
    let printer = Box::new(wanted.heard_by(Printer::of_target(args.verbose)).noting(locked.notes()));
    let mut session = Session::open(state, &client, printer).map_err(|e| unfit(&e))?;
    let played = runtime()?.block_on(async {
        let interrupts = Interrupts::listen().map_err(CommandError::blocked)?;
        let watch = tokio::spawn(stop_on_interrupt(interrupts, session.teller()));
        let played = play(&mut session, wanted, Some(&locked)).await;
        watch.abort();
        played
    });
    // Nothing was sent where it was not understood; then there is nothing to write either.
    let played = played?;
    locked.write(&session.state().map_err(CommandError::usage)?).map_err(trouble)?;
    say(&ended(session.idp(), &played, false))?;
    Ok(exit(&played))
}

/// Lets the request under way end, and no further one out; the second interrupt ends the program.
async fn stop_on_interrupt(mut interrupts: Interrupts, teller: Arc<Teller>) {
    if interrupts.next().await {
        notice(
            "stopping after the request under way; once more to stop at once, and lose what this command did from the state",
        );
        teller.stop();
        if interrupts.next().await {
            std::process::exit(Exit::Interrupted.code().into());
        }
    }
}

fn exit(played: &Played) -> Exit {
    match (played.stopped, played.sent, played.answered) {
        (true, ..) => Exit::Interrupted,
        (false, 1.., 0) => Exit::Blocked,
        _ if played.admin.clean() => Exit::Conformant,
        _ => Exit::Findings,
    }
}
