//! Plays what somebody wants on the target, or on a stand-in.
//!
//! In: what is wanted, and the state. Out: lines as the exchanges end, and the state afterwards, also where the target refused.
//! Never: a state that is lost because a later request fails.

use super::super::args::IdpArgs;
use super::super::exit::Exit;
use super::super::{CommandError, notice, runtime, say};
use super::connection::client_of;
use super::lines::{Printer, ended};
use super::{Wanted, dry_run, taken, trouble};
use operate::acts::events;
use operate::{Churn, Locked, Played, Session, Teller};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

/// Events between two writings of the state: what a killed command had done is known by then.
const SAVED_EVERY: usize = 50;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Plays it.
pub(super) fn command(args: &IdpArgs, wanted: &Wanted) -> Result<Exit, CommandError> {
    let (locked, state) = taken(args)?;
    if args.dry_run {
        return dry_run::command(args, state, wanted);
    }
    let client = client_of(&state)?;
    let printer = Box::new(wanted.heard_by(Printer::of_target(args.verbose)));
    let mut session = Session::open(state, &client, printer).map_err(CommandError::usage)?;
    let played = runtime()?.block_on(async {
        let watch = tokio::spawn(stop_on_interrupt(session.teller()));
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
async fn stop_on_interrupt(teller: Arc<Teller>) {
    if tokio::signal::ctrl_c().await.is_ok() {
        notice(
            "stopping after the request under way; once more to stop at once, and lose what this command did from the state",
        );
        teller.stop();
        if tokio::signal::ctrl_c().await.is_ok() {
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
