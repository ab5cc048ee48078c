//! What happens to groups in an IdP.

use super::super::parameters::{IdpName, People};
use super::super::step_end::Stop;
use super::super::world::World;
use cucumber::{given, when};
use idp::Event;

/// A group with these members is pushed (Okta) or comes into scope (Entra).
/// Example: the IdP has pushed group "Engineering" with "Ada" and "Ben"
/// Example: the IdP pushes group "Engineering" with "Ada" and "Ben"
#[given(expr = "{idp} has pushed group {string} with {people}")]
#[when(expr = "{idp} pushes group {string} with {people}")]
async fn pushes_with(world: &mut World, idp: IdpName, name: String, people: People) -> Result<(), Stop> {
    let group = world.group(&idp, &name).await?;
    let members: Vec<String> = world.crowd(&idp, &people).await?.into_iter().map(|(_, key)| key).collect();
    let added = world.player(&idp).await?.idp.directory_mut().add_members(&group, &members);
    added.map_err(|e| world.evidence.misuse(e.to_string()))?;
    world.happen(&idp, Event::PushGroup { group }).await
}

/// A group is pushed (Okta) or comes into scope (Entra), with the members the directory gives it.
/// Example: the IdP has pushed group "Engineering"
/// Example: the IdP pushes group "Engineering"
#[given(expr = "{idp} has pushed group {string}")]
#[when(expr = "{idp} pushes group {string}")]
async fn pushes(world: &mut World, idp: IdpName, name: String) -> Result<(), Stop> {
    let group = world.group(&idp, &name).await?;
    world.happen(&idp, Event::PushGroup { group }).await
}

/// An administrator pushes a group's whole member list now.
/// Example: the IdP pushes group "Engineering" now
#[when(expr = "{idp} pushes group {string} now")]
async fn push_now(world: &mut World, idp: IdpName, name: String) -> Result<(), Stop> {
    let group = world.group(&idp, &name).await?;
    world.happen(&idp, Event::PushNow { group }).await
}

/// A group gets another name at the source.
/// Example: the IdP renames group "Engineering" to "Platform"
#[when(expr = "{idp} renames group {string} to {string}")]
async fn renames_group(world: &mut World, idp: IdpName, name: String, new: String) -> Result<(), Stop> {
    let group = world.group(&idp, &name).await?;
    let full = world.cast.group_name(&new);
    let player = world.player(&idp).await?;
    player.groups.remove(&name);
    player.groups.insert(new, group.clone());
    world.happen(&idp, Event::RenameGroup { group, name: full }).await
}

/// People join a group at the source.
/// Example: the IdP adds "Cem" to group "Engineering"
#[when(expr = "{idp} adds {people} to group {string}")]
async fn adds(world: &mut World, idp: IdpName, people: People, name: String) -> Result<(), Stop> {
    let group = world.group(&idp, &name).await?;
    let people = world.crowd(&idp, &people).await?.into_iter().map(|(_, key)| key).collect();
    world.happen(&idp, Event::AddMembers { group, people }).await
}

/// People leave a group at the source.
/// Example: the IdP removes "Ben" from group "Engineering"
#[when(expr = "{idp} removes {people} from group {string}")]
async fn removes(world: &mut World, idp: IdpName, people: People, name: String) -> Result<(), Stop> {
    let group = world.group(&idp, &name).await?;
    let people = world.crowd(&idp, &people).await?.into_iter().map(|(_, key)| key).collect();
    world.happen(&idp, Event::RemoveMembers { group, people }).await
}

/// A group is deleted at the source.
/// Example: the IdP has deleted group "Engineering"
/// Example: the IdP deletes group "Engineering"
#[given(expr = "{idp} has deleted group {string}")]
#[when(expr = "{idp} deletes group {string}")]
async fn deletes_group(world: &mut World, idp: IdpName, name: String) -> Result<(), Stop> {
    let group = world.group(&idp, &name).await?;
    world.player(&idp).await?.groups.remove(&name);
    world.happen(&idp, Event::DeleteGroup { group }).await
}

/// The push of a group ends and the group is deleted on the target: Okta unlinks it with delete, Entra takes it out of scope.
/// Example: the IdP unlinks group "Engineering" and deletes it on the target
#[when(expr = "{idp} unlinks group {string} and deletes it on the target")]
async fn unlinks_deleting(world: &mut World, idp: IdpName, name: String) -> Result<(), Stop> {
    let group = world.group(&idp, &name).await?;
    world.happen(&idp, Event::UnlinkGroup { group, delete: true }).await
}

/// The push of a group ends and the group stays on the target (Okta).
/// Example: the IdP unlinks group "Engineering" and leaves it on the target
#[when(expr = "{idp} unlinks group {string} and leaves it on the target")]
async fn unlinks_leaving(world: &mut World, idp: IdpName, name: String) -> Result<(), Stop> {
    let group = world.group(&idp, &name).await?;
    world.happen(&idp, Event::UnlinkGroup { group, delete: false }).await
}

/// The push of a group pauses (Okta).
/// Example: the IdP pauses the push of group "Engineering"
#[when(expr = "{idp} pauses the push of group {string}")]
async fn pauses(world: &mut World, idp: IdpName, name: String) -> Result<(), Stop> {
    let group = world.group(&idp, &name).await?;
    world.happen(&idp, Event::PausePush { group }).await
}

/// The push of a group goes on (Okta).
/// Example: the IdP resumes the push of group "Engineering"
#[when(expr = "{idp} resumes the push of group {string}")]
async fn resumes(world: &mut World, idp: IdpName, name: String) -> Result<(), Stop> {
    let group = world.group(&idp, &name).await?;
    world.happen(&idp, Event::ResumePush { group }).await
}
