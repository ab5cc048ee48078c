//! What happens to an IdP's application: made, tested, paused, restarted, deleted.

use super::super::cast::Player;
use super::super::parameters::{IdpName, KindWord, People};
use super::super::step_end::Stop;
use super::super::world::World;
use client::wire::Actor;
use cucumber::{given, when};
use idp::{AdminLog, Event, ExternalId, Matching, Options};
use std::time::Duration;

/// Says which product an IdP is.
/// Example: the new IdP is an Entra tenant
/// Example: the new IdP is hired as an Entra tenant
#[given(expr = "{idp} is an {kind}")]
#[when(expr = "{idp} is hired as an {kind}")]
async fn is_a(world: &mut World, idp: IdpName, kind: KindWord) -> Result<(), Stop> {
    world.hire(&idp, kind.0, None).await
}

/// Says which product an IdP is, and that it looks users up by externalId, with its own object id in it.
/// Example: the new IdP is an Entra tenant that matches users by externalId
#[given(expr = "{idp} is an {kind} that matches users by externalId")]
async fn matches_by_external_id(world: &mut World, idp: IdpName, kind: KindWord) -> Result<(), Stop> {
    let mut options = Options::of(kind.0);
    options.matching = Matching::ExternalId;
    options.external_id = ExternalId::ObjectId;
    world.hire(&idp, kind.0, Some(options)).await
}

/// The IdP stops a cycle that would disable or delete more objects than this, and asks its administrator (Entra).
/// Example: the IdP stops at more than 2 deletions
#[given(expr = "{idp} stops at more than {int} deletions")]
async fn deletion_threshold(world: &mut World, idp: IdpName, threshold: usize) -> Result<(), Stop> {
    world.player(&idp).await?.idp.options_mut().deletion_threshold = Some(threshold);
    Ok(())
}

/// The IdP lists Microsoft's own schema beside the core one in new groups, as the tutorial shows it (Entra).
/// Example: the IdP lists Microsoft's own schema in new groups
#[given(expr = "{idp} lists Microsoft's own schema in new groups")]
async fn lists_its_own_group_schema(world: &mut World, idp: IdpName) -> Result<(), Stop> {
    world.player(&idp).await?.idp.options_mut().group_schema_urn = true;
    Ok(())
}

/// The administrator allows the deletions that were held back.
/// Example: the administrator of the IdP allows the deletions
#[when(expr = "the administrator of {idp} allows the deletions")]
async fn allows_deletions(world: &mut World, idp: IdpName) -> Result<(), Stop> {
    world.happen(&idp, Event::AllowDeletions).await
}

/// The administrator presses the button that tests the connection.
/// Example: the IdP tests the connection
#[when(expr = "{idp} tests the connection")]
async fn tests(world: &mut World, idp: IdpName) -> Result<(), Stop> {
    world.happen_now(&idp, Event::TestConnection).await
}

/// Virtual days pass for the IdP: cycles, retries and the end of the bin's 30 days come due.
/// Example: 31 days pass for the IdP
#[when(expr = "{int} days pass for {idp}")]
async fn days_pass(world: &mut World, days: u64, idp: IdpName) -> Result<(), Stop> {
    let from = world.evidence.exchanges();
    let player = world.player(&idp).await?;
    let mut report = AdminLog::default();
    for _ in 0..days {
        player.idp.advance(Duration::from_secs(24 * 60 * 60));
        report.absorb(player.idp.settle().await);
    }
    world.take_in(&idp, report, from)
}

/// The next cycle comes, or the job an administrator starts by hand.
/// Example: the IdP runs its next cycle
#[when(expr = "{idp} runs its next cycle")]
async fn next_cycle(world: &mut World, idp: IdpName) -> Result<(), Stop> {
    let from = world.evidence.exchanges();
    let player = world.player(&idp).await?;
    player.idp.advance(Duration::from_secs(40 * 60));
    let report = player.idp.cycle().await;
    world.take_in(&idp, report, from)
}

/// Provisioning is switched off on the application. Nothing is sent and nothing is deleted.
/// Example: the old IdP has disabled provisioning
/// Example: the old IdP disables provisioning
#[given(expr = "{idp} has disabled provisioning")]
#[when(expr = "{idp} disables provisioning")]
async fn disables(world: &mut World, idp: IdpName) -> Result<(), Stop> {
    world.happen(&idp, Event::DisableProvisioning).await
}

/// Provisioning is switched on again. What was linked before still is.
/// Example: the old IdP enables provisioning
#[when(expr = "{idp} enables provisioning")]
async fn enables(world: &mut World, idp: IdpName) -> Result<(), Stop> {
    world.happen(&idp, Event::EnableProvisioning).await
}

/// The job is restarted; everything in scope is looked at again under the ids known already.
/// Example: the IdP restarts provisioning and keeps its links
#[when(expr = "{idp} restarts provisioning and keeps its links")]
async fn restarts(world: &mut World, idp: IdpName) -> Result<(), Stop> {
    world.happen(&idp, Event::Restart { full: false }).await
}

/// The job is restarted from nothing: every object is matched again.
/// Example: the IdP restarts provisioning and drops its links
#[when(expr = "{idp} restarts provisioning and drops its links")]
async fn restarts_full(world: &mut World, idp: IdpName) -> Result<(), Stop> {
    world.happen(&idp, Event::Restart { full: true }).await
}

/// The administrator forces a sync of everybody provisioned so far.
/// Example: the IdP forces a sync
#[when(expr = "{idp} forces a sync")]
async fn forces_sync(world: &mut World, idp: IdpName) -> Result<(), Stop> {
    world.happen(&idp, Event::ForceSync).await
}

/// The administrator retries the tasks that failed.
/// Example: the IdP retries its failed tasks
#[when(expr = "{idp} retries its failed tasks")]
async fn retries(world: &mut World, idp: IdpName) -> Result<(), Stop> {
    world.happen(&idp, Event::RetryTasks).await
}

/// The IdP reads all users of the target.
/// Example: the IdP imports the users of the target
#[when(expr = "{idp} imports the users of the target")]
async fn imports(world: &mut World, idp: IdpName) -> Result<(), Stop> {
    world.happen(&idp, Event::Import).await
}

/// The application is deleted in the IdP.
/// Example: the old IdP deletes its application
#[when(expr = "{idp} deletes its application")]
async fn deletes_app(world: &mut World, idp: IdpName) -> Result<(), Stop> {
    world.happen(&idp, Event::DeleteApp).await
}

/// Two IdPs provision the same people at once: their requests reach the target in turn, one each.
/// Example: the first IdP and the second IdP assign "Ada" and "Ben" at the same time
#[when(expr = "{idp} and {idp} assign {people} at the same time")]
async fn assign_at_once(world: &mut World, one: IdpName, two: IdpName, people: People) -> Result<(), Stop> {
    let first = world.crowd(&one, &people).await?.into_iter().map(|(_, person)| Event::Assign { person }).collect();
    let second = world.crowd(&two, &people).await?.into_iter().map(|(_, person)| Event::Assign { person }).collect();
    at_once(world, (one, first), (two, second)).await
}

/// Two IdPs push the same group with the same people at once: their requests reach the target in turn, one each.
/// Example: the first IdP and the second IdP push group "Engineering" with "Ada" and "Ben" at the same time
#[when(expr = "{idp} and {idp} push group {string} with {people} at the same time")]
async fn push_at_once(world: &mut World, one: IdpName, two: IdpName, name: String, people: People) -> Result<(), Stop> {
    let mut pushes = Vec::new();
    for idp in [&one, &two] {
        let group = world.group(idp, &name).await?;
        let members: Vec<String> = world.crowd(idp, &people).await?.into_iter().map(|(_, key)| key).collect();
        let added = world.player(idp).await?.idp.directory_mut().add_members(&group, &members);
        added.map_err(|e| world.evidence.misuse(e.to_string()))?;
        pushes.push(vec![Event::PushGroup { group }]);
    }
    let second = pushes.pop().unwrap_or_default();
    let first = pushes.pop().unwrap_or_default();
    at_once(world, (one, first), (two, second)).await
}

/// Lets each IdP's events happen and provisioning settle, the requests of both in turn.
async fn at_once(world: &mut World, one: (IdpName, Vec<Event>), two: (IdpName, Vec<Event>)) -> Result<(), Stop> {
    let from = world.evidence.exchanges();
    let ((one, first), (two, second)) = (one, two);
    let (Some(mut a), Some(mut b)) = (world.cast.players.remove(&one), world.cast.players.remove(&two)) else {
        return Err(world.evidence.misuse("two IdPs are needed"));
    };
    let actors = [a.idp.client().actor().to_owned(), b.idp.client().actor().to_owned()];
    let witness = world.evidence.witness.clone();
    witness.turns.among(actors.to_vec());
    let play = async |player: &mut Player, events: Vec<Event>, actor: &Actor| {
        for event in events {
            let report = player.idp.handle(event).await;
            player.report.absorb(report);
        }
        let report = player.idp.settle().await;
        player.report.absorb(report);
        witness.turns.dismiss(actor);
    };
    futures::join!(play(&mut a, first, &actors[0]), play(&mut b, second, &actors[1]));
    world.cast.players.insert(one.clone(), a);
    world.cast.players.insert(two.clone(), b);
    world.world_in_the_way(from)?;
    for idp in [one, two] {
        if world.cast.players.get(&idp).is_some_and(|player| !player.report.clean()) {
            world.lacking_for(&idp, from)?;
        }
    }
    Ok(())
}
