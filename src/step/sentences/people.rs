//! What happens to people in an IdP's directory, and lets provisioning settle afterwards.

use super::super::directory_attributes::named_values;
use super::super::parameters::{IdpName, People};
use super::super::step_end::Stop;
use super::super::world::World;
use cucumber::gherkin::Step;
use cucumber::{given, when};
use directory::Change;
use idp::Event;

/// The people are in the IdP's directory, but not assigned to its application.
/// Example: the IdP knows "Ada", "Ben" and "Cem"
#[given(expr = "{idp} knows {people}")]
async fn knows(world: &mut World, idp: IdpName, people: People) -> Result<(), Stop> {
    world.crowd(&idp, &people).await.map(drop)
}

/// A person is in the IdP's directory with these attributes besides the usual ones.
/// Example: the IdP knows "Dan" with these:
#[given(expr = "{idp} knows {string} with these:")]
async fn knows_with(world: &mut World, idp: IdpName, name: String, step: &Step) -> Result<(), Stop> {
    let values = named_values(step).map_err(|why| world.evidence.misuse(why))?;
    let person = world.person(&idp, &name).await?;
    for (attribute, value) in values {
        let value = world.cast.addresses.in_text(&value);
        let change = Change::named(&attribute, &value).map_err(|e| world.evidence.misuse(e.to_string()))?;
        let changed = world.player(&idp).await?.idp.directory_mut().change(&person, change);
        changed.map_err(|e| world.evidence.misuse(e.to_string()))?;
    }
    Ok(())
}

/// The people are in the IdP's directory under user names and e-mail addresses of another domain.
/// Example: the new IdP knows "Ada" and "Ben" in the domain "new.example"
#[given(expr = "{idp} knows {people} in the domain {string}")]
async fn knows_in_domain(world: &mut World, idp: IdpName, people: People, domain: String) -> Result<(), Stop> {
    for (name, person) in world.crowd(&idp, &people).await? {
        let directory = world.player(&idp).await?.idp.directory_mut();
        let old = directory.person(&person).map(|p| p.user_name.clone()).unwrap_or_default();
        let new = format!("{}@{domain}", old.split('@').next().unwrap_or_default());
        let named = directory.change(&person, Change::UserName(new.clone()));
        let changed = named.and_then(|_| directory.change(&person, Change::Email(Some(new.clone()))));
        changed.map_err(|e| world.evidence.misuse(e.to_string()))?;
        world.cast.alias(&name, &new);
    }
    Ok(())
}

/// The IdP's directory holds the same people and groups as another IdP's, under its own keys.
/// Example: the new IdP knows everybody that the old IdP knows
#[given(expr = "{idp} knows everybody that {idp} knows")]
async fn knows_the_same(world: &mut World, idp: IdpName, other: IdpName) -> Result<(), Stop> {
    let source = world.player(&other).await?;
    let names: Vec<String> = {
        let order = source.idp.directory().in_order(source.people.values());
        order.iter().filter_map(|k| source.people.iter().find(|(_, key)| *key == k)).map(|(n, _)| n.clone()).collect()
    };
    let groups: Vec<(String, Vec<String>)> = source
        .groups
        .iter()
        .filter_map(|(name, key)| {
            let members = &source.idp.directory().group(key)?.members;
            let named = names.iter().filter(|n| source.people.get(*n).is_some_and(|k| members.contains(k)));
            Some((name.clone(), named.cloned().collect()))
        })
        .collect();
    for name in &names {
        world.person(&idp, name).await?;
    }
    for (group, members) in groups {
        let key = world.group(&idp, &group).await?;
        let player = world.player(&idp).await?;
        let members: Vec<String> = members.iter().filter_map(|n| player.people.get(n).cloned()).collect();
        let added = player.idp.directory_mut().add_members(&key, &members);
        added.map_err(|e| world.evidence.misuse(e.to_string()))?;
    }
    Ok(())
}

/// The people are assigned to the IdP's application; those it does not know join its directory first.
/// Example: the IdP has assigned "Ada" and "Ben"
/// Example: the IdP assigns "Ada" and "Ben"
#[given(expr = "{idp} has assigned {people}")]
#[when(expr = "{idp} assigns {people}")]
async fn assigns(world: &mut World, idp: IdpName, people: People) -> Result<(), Stop> {
    for (_, person) in world.crowd(&idp, &people).await? {
        world.happen_now(&idp, Event::Assign { person }).await?;
    }
    world.settle(&idp).await
}

/// The people are assigned, and the IdP's next cycle has not come yet (Entra).
/// Example: the IdP has assigned "Ada" for its next cycle
#[given(expr = "{idp} has assigned {people} for its next cycle")]
async fn assigns_for_later(world: &mut World, idp: IdpName, people: People) -> Result<(), Stop> {
    for (_, person) in world.crowd(&idp, &people).await? {
        world.happen_now(&idp, Event::Assign { person }).await?;
    }
    Ok(())
}

/// The people are taken off the IdP's application; they stay in its directory.
/// Example: the IdP has unassigned "Ada"
/// Example: the IdP unassigns "Ada"
#[given(expr = "{idp} has unassigned {people}")]
#[when(expr = "{idp} unassigns {people}")]
async fn unassigns(world: &mut World, idp: IdpName, people: People) -> Result<(), Stop> {
    for (_, person) in world.crowd(&idp, &people).await? {
        world.happen_now(&idp, Event::Unassign { person }).await?;
    }
    world.settle(&idp).await
}

/// All users and groups are taken off the IdP's application, as the first step of a cleanup.
/// Example: the old IdP removes all its assignments
#[when(expr = "{idp} removes all its assignments")]
async fn removes_all(world: &mut World, idp: IdpName) -> Result<(), Stop> {
    world.happen(&idp, Event::UnassignAll).await
}

/// The people leave: Okta deactivates the user, Entra blocks sign-in.
/// Example: the IdP has deactivated "Ada"
/// Example: the IdP deactivates "Ada"
#[given(expr = "{idp} has deactivated {people}")]
#[when(expr = "{idp} deactivates {people}")]
async fn deactivates(world: &mut World, idp: IdpName, people: People) -> Result<(), Stop> {
    world.each(&idp, &people, |person| Event::Deactivate { person }).await
}

/// The people return: Okta activates and assigns the user again, Entra allows sign-in.
/// Example: the IdP reactivates "Ada"
#[when(expr = "{idp} reactivates {people}")]
async fn reactivates(world: &mut World, idp: IdpName, people: People) -> Result<(), Stop> {
    world.each(&idp, &people, |person| Event::Reactivate { person }).await
}

/// The people are suspended in the IdP, which is not a deactivation (Okta).
/// Example: the IdP suspends "Ada"
#[when(expr = "{idp} suspends {people}")]
async fn suspends(world: &mut World, idp: IdpName, people: People) -> Result<(), Stop> {
    world.each(&idp, &people, |person| Event::Suspend { person }).await
}

/// The people are deleted in the IdP's directory: Entra moves them to the bin, Okta deletes a deactivated user.
/// Example: the IdP deletes "Ada"
#[when(expr = "{idp} deletes {people}")]
async fn deletes(world: &mut World, idp: IdpName, people: People) -> Result<(), Stop> {
    world.each(&idp, &people, |person| Event::Delete { person }).await
}

/// The people come back from the IdP's bin.
/// Example: the IdP restores "Ada"
#[when(expr = "{idp} restores {people}")]
async fn restores(world: &mut World, idp: IdpName, people: People) -> Result<(), Stop> {
    world.each(&idp, &people, |person| Event::Restore { person }).await
}

/// The people are erased from the IdP's bin for good.
/// Example: the IdP purges "Ada"
#[when(expr = "{idp} purges {people}")]
async fn purges(world: &mut World, idp: IdpName, people: People) -> Result<(), Stop> {
    world.each(&idp, &people, |person| Event::Purge { person }).await
}

/// A person gets another user name (and keeps the e-mail address).
/// Example: the IdP renames "Ada" to "ada.king"
#[when(expr = "{idp} renames {string} to {string}")]
async fn renames(world: &mut World, idp: IdpName, name: String, new: String) -> Result<(), Stop> {
    let user_name = world.cast.addresses.of(&new);
    rename(world, &idp, &name, user_name).await
}

/// A person gets the user name that another person has.
/// Example: the IdP renames "Ada" to the user name of "Ben"
#[when(expr = "{idp} renames {string} to the user name of {string}")]
async fn renames_to_taken(world: &mut World, idp: IdpName, name: String, other: String) -> Result<(), Stop> {
    let key = world.person(&idp, &other).await?;
    let player = world.player(&idp).await?;
    let taken = player.idp.directory().person(&key).map(|p| p.user_name.clone()).unwrap_or_default();
    let person = world.person(&idp, &name).await?;
    world.happen(&idp, Event::Rename { person, user_name: taken }).await
}

/// A rebrand: the people's user names and e-mail addresses move to another domain.
/// Example: the IdP has moved everybody to the domain "new.example"
/// Example: the IdP moves everybody to the domain "new.example"
#[given(expr = "{idp} has moved {people} to the domain {string}")]
#[when(expr = "{idp} moves {people} to the domain {string}")]
async fn moves_domain(world: &mut World, idp: IdpName, people: People, domain: String) -> Result<(), Stop> {
    for (name, person) in world.crowd(&idp, &people).await? {
        let player = world.player(&idp).await?;
        let old = player.idp.directory().person(&person).map(|p| p.user_name.clone()).unwrap_or_default();
        let new = format!("{}@{domain}", old.split('@').next().unwrap_or_default());
        world.cast.alias(&name, &new);
        world.happen_now(&idp, Event::Rename { person: person.clone(), user_name: new.clone() }).await?;
        world.happen_now(&idp, Event::Update { person, change: Change::Email(Some(new)) }).await?;
    }
    world.settle(&idp).await
}

/// A person's attribute changes at the source; attributes are: given name, family name, display name, email, title,
/// department, employee number, phone.
/// Example: the IdP changes the "department" of "Ada" to "Research"
#[when(expr = "{idp} changes the {string} of {string} to {string}")]
async fn changes(world: &mut World, idp: IdpName, attribute: String, name: String, value: String) -> Result<(), Stop> {
    let value = world.cast.addresses.in_text(&value);
    let change = Change::named(&attribute, &value).map_err(|e| world.evidence.misuse(e.to_string()))?;
    let person = world.person(&idp, &name).await?;
    world.happen(&idp, Event::Update { person, change }).await
}

/// A person becomes the manager of others.
/// Example: the IdP makes "Ada" the manager of "Ben" and "Cem"
#[when(expr = "{idp} makes {string} the manager of {people}")]
async fn makes_manager(world: &mut World, idp: IdpName, manager: String, people: People) -> Result<(), Stop> {
    let manager = world.person(&idp, &manager).await?;
    for (_, person) in world.crowd(&idp, &people).await? {
        world.happen(&idp, Event::SetManager { person, manager: manager.clone() }).await?;
    }
    Ok(())
}

/// The people have no manager any more.
/// Example: the IdP takes the manager from "Ben"
#[when(expr = "{idp} takes the manager from {people}")]
async fn takes_manager(world: &mut World, idp: IdpName, people: People) -> Result<(), Stop> {
    world.each(&idp, &people, |person| Event::ClearManager { person }).await
}

/// The people's passwords are reset at the IdP.
/// Example: the IdP resets the password of "Ada"
#[when(expr = "{idp} resets the password of {people}")]
async fn resets(world: &mut World, idp: IdpName, people: People) -> Result<(), Stop> {
    world.each(&idp, &people, |person| Event::ResetPassword { person }).await
}

/// An administrator provisions the people by hand, outside the cycle.
/// Example: the IdP provisions "Ada" on demand
#[when(expr = "{idp} provisions {people} on demand")]
async fn on_demand(world: &mut World, idp: IdpName, people: People) -> Result<(), Stop> {
    for (_, person) in world.crowd(&idp, &people).await? {
        world.happen_now(&idp, Event::ProvisionOnDemand { person }).await?;
    }
    Ok(())
}

async fn rename(world: &mut World, idp: &IdpName, name: &str, user_name: String) -> Result<(), Stop> {
    let person = world.person(idp, name).await?;
    world.cast.alias(name, &user_name);
    world.happen(idp, Event::Rename { person, user_name }).await
}
