//! The plays, one for each state: which IdPs there are, and what happens to them.

use super::scene::Scene;
use super::{CorruptedState, Order};
use client::wire::{ConnectionLoss, Lost};
use directory::{Export, Person};
use idp::{Event, ExternalId, Kind, Matching, Options};
use std::sync::Arc;

/// Plays one, and gives the directory in charge in the end.
pub(super) async fn play(scene: &mut Scene, order: &Order) -> Result<Export, String> {
    match order.damage {
        CorruptedState::TwoApplications => two_applications(scene).await,
        CorruptedState::HalfWayRun => half_way_run(scene, order.at).await,
        CorruptedState::GhostGroups => ghost_groups(scene).await,
        CorruptedState::ForeignExternalId => foreign_external_id(scene).await,
        CorruptedState::DuplicateUsers => duplicate_users(scene).await,
        CorruptedState::StaleLinks => stale_links(scene).await,
        CorruptedState::ActiveLeavers => active_leavers(scene).await,
    }
}

const OKTA: Kind = Kind::OKTA_CUSTOM;
const ENTRA: Kind = Kind::ENTRA_DEFAULT;

fn as_is(_: usize, _: &mut Person) {}

/// The same person under a sign-in name in another domain; the mail address stays.
fn elsewhere(person: &mut Person) {
    person.user_name = format!("{}@corp.example", person.nickname);
}

/// The two applications map different attributes to userName, so neither finds the other's accounts (F010, F016, F017).
async fn two_applications(scene: &mut Scene) -> Result<Export, String> {
    let mut one = scene.idp(OKTA, "acme", Options::of(OKTA), as_is)?;
    let mut two = scene.idp(ENTRA, "contoso", Options::of(ENTRA), |_, p| elsewhere(p))?;
    scene.at_once(&mut one, &mut two, "Engineering").await?;
    Ok(one.idp.export())
}

/// Nothing gets through from that request on, and nobody looks at the job afterwards (F120, F121).
async fn half_way_run(scene: &mut Scene, at: usize) -> Result<Export, String> {
    scene.connection_loss = Some(Arc::new(ConnectionLoss::at(at, Lost::Request)));
    let mut idp = scene.idp(ENTRA, "contoso", Options::of(ENTRA), as_is)?;
    let group = idp.new_group("Engineering", &[0, 1, 2])?;
    for person in idp.people.clone() {
        idp.idp.handle(Event::Assign { person }).await;
    }
    idp.idp.handle(Event::PushGroup { group }).await;
    let report = idp.idp.cycle().await;
    scene.troubles.extend(report.troubles);
    scene.tell(&idp, &format!("provisions everybody and group Engineering; the run breaks off at request {at}"));
    Ok(idp.idp.export())
}

/// The old application is deleted with its groups on the target; one of them was emptied before (F003, F087).
async fn ghost_groups(scene: &mut Scene) -> Result<Export, String> {
    let mut old = scene.idp(OKTA, "acme", Options::of(OKTA), as_is)?;
    scene.assign_all(&mut old).await;
    scene.push(&mut old, "Legacy", &[0, 1]).await?;
    let projects = scene.push(&mut old, "Projects", &[2]).await?;
    let people = vec![old.people[2].clone()];
    scene.happen(&mut old, Event::RemoveMembers { group: projects, people }).await;
    scene.tell(&old, "removes the last member of group Projects");
    scene.happen(&mut old, Event::DeleteApp).await;
    scene.tell(&old, "has its application deleted; its groups stay");
    let mut new = scene.idp(ENTRA, "contoso", Options::of(ENTRA), as_is)?;
    scene.assign_all(&mut new).await;
    scene.push(&mut new, "Engineering", &[0, 1, 2]).await?;
    Ok(new.idp.export())
}

/// The new directory has two user names exchanged when it matches, and is put right too late: both renames meet a name
/// that is taken (F022, F034, F042).
async fn foreign_external_id(scene: &mut Scene) -> Result<Export, String> {
    let mut old = scene.idp(OKTA, "acme", Options::of(OKTA), as_is)?;
    scene.assign_all(&mut old).await;
    scene.happen(&mut old, Event::DisableProvisioning).await;
    scene.tell(&old, "has provisioning switched off");
    let names = [scene.cast[0].user_name.clone(), scene.cast[1].user_name.clone()];
    let exchanged = |at: usize, person: &mut Person| {
        if at < 2 {
            person.user_name.clone_from(&names[1 - at]);
        }
    };
    let mut new = scene.idp(ENTRA, "contoso", Options::of(ENTRA), exchanged)?;
    scene.tell(&new, "has the user names of Ada and Ben exchanged by mistake");
    scene.assign_all(&mut new).await;
    for (at, user_name) in names.iter().enumerate() {
        let event = Event::Rename { person: new.people[at].clone(), user_name: user_name.clone() };
        scene.troubles.extend(new.idp.handle(event).await.troubles);
    }
    scene.troubles.extend(new.idp.settle().await.troubles);
    scene.tell(&new, "has the mistake corrected, and both renames are refused: the names are taken");
    Ok(new.idp.export())
}

/// Sign-in names change together with the IdP; the lookup finds nobody (F002, F005, F038).
async fn duplicate_users(scene: &mut Scene) -> Result<Export, String> {
    let mut old = scene.idp(OKTA, "acme", Options::of(OKTA), |_, p| elsewhere(p))?;
    scene.assign_all(&mut old).await;
    scene.happen(&mut old, Event::DisableProvisioning).await;
    scene.tell(&old, "has provisioning switched off; the accounts stay active");
    let keeps = |at: usize, person: &mut Person| {
        if at == 2 {
            elsewhere(person);
        }
    };
    let mut new = scene.idp(ENTRA, "contoso", Options::of(ENTRA), keeps)?;
    scene.tell(&new, "knows Ada and Ben under new user names");
    scene.assign_all(&mut new).await;
    Ok(new.idp.export())
}

/// The new IdP looks people up by externalId alone (F001, F018).
async fn stale_links(scene: &mut Scene) -> Result<Export, String> {
    let mut old = scene.idp(OKTA, "acme", Options::of(OKTA), as_is)?;
    for at in 0..2 {
        let person = old.people[at].clone();
        scene.happen(&mut old, Event::Assign { person }).await;
    }
    scene.tell(&old, "provisions Ada and Ben");
    scene.happen(&mut old, Event::DeleteApp).await;
    scene.tell(&old, "has its application deleted; the accounts stay");
    let by_external_id =
        Options { matching: Matching::ExternalId, external_id: ExternalId::ObjectId, ..Options::of(ENTRA) };
    let mut new = scene.idp(ENTRA, "contoso", by_external_id, as_is)?;
    scene.assign_all(&mut new).await;
    scene.tell(&new, "looks people up by externalId and is refused where the user name is taken");
    Ok(new.idp.export())
}

/// The IdP knows that Ada has left, and sends nothing while provisioning is off (F012, F061).
async fn active_leavers(scene: &mut Scene) -> Result<Export, String> {
    let mut idp = scene.idp(OKTA, "acme", Options::of(OKTA), as_is)?;
    scene.assign_all(&mut idp).await;
    scene.push(&mut idp, "Engineering", &[0, 1, 2]).await?;
    scene.happen(&mut idp, Event::DisableProvisioning).await;
    scene.tell(&idp, "has provisioning switched off");
    let person = idp.people[0].clone();
    scene.happen(&mut idp, Event::Deactivate { person }).await;
    scene.tell(&idp, "deactivates Ada, and sends nothing");
    Ok(idp.idp.export())
}
