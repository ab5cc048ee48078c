//! What goes wrong on purpose: runs that break off, and a directory that is mixed up.

use super::super::parameters::{IdpName, People};
use super::super::step_end::Stop;
use super::super::world::World;
use client::wire::Lost;
use cucumber::{given, then, when};
use directory::Change;
use idp::Event;

/// The first run of the IdP, with two people and a group, breaks off at its first request, which the target never hears of,
/// and is retried; the same again with other people at its second request, and so on to its last.
/// Example: the first run of the IdP breaks off at each of its requests in turn, and is retried
#[when(expr = "the first run of {idp} breaks off at each of its requests in turn, and is retried")]
async fn breaks_off(world: &mut World, idp: IdpName) -> Result<(), Stop> {
    world.break_off_in_turn(&idp, Lost::Request).await
}

/// The same, but the target hears of the request where the run breaks off, and only its answer is lost.
/// Example: the first run of the IdP loses each of its answers in turn, breaks off there, and is retried
#[when(expr = "the first run of {idp} loses each of its answers in turn, breaks off there, and is retried")]
async fn loses_answers(world: &mut World, idp: IdpName) -> Result<(), Stop> {
    world.break_off_in_turn(&idp, Lost::Answer).await
}

/// Of all runs that broke off and were retried: each person has exactly one account.
/// Example: every run has left exactly one account for each person
#[then(expr = "every run has left exactly one account for each person")]
async fn one_account_each(world: &mut World) -> Result<(), Stop> {
    world.judge_runs(|run, state| run.one_account_each(state)).await
}

/// Of all runs that broke off and were retried: the group is there once, and exactly its people are members.
/// Example: every run has left exactly one group with everybody in it
#[then(expr = "every run has left exactly one group with everybody in it")]
async fn one_whole_group(world: &mut World) -> Result<(), Stop> {
    world.judge_runs(|run, state| run.one_whole_group(state)).await
}

/// Of all runs that broke off: their retry has left no error in the IdP's log.
/// Example: no retry has met any trouble
#[then(expr = "no retry has met any trouble")]
async fn without_trouble(world: &mut World) -> Result<(), Stop> {
    world.judge_runs(|run, _| run.without_trouble()).await
}

/// The IdP's directory has the people under other user names; their mail addresses are the same.
/// Example: the second IdP knows "Ada" and "Ben" under user names of its own
#[given(expr = "{idp} knows {people} under user names of its own")]
async fn own_user_names(world: &mut World, idp: IdpName, people: People) -> Result<(), Stop> {
    for (name, key) in world.crowd(&idp, &people).await? {
        let user_name = format!("{}@corp.example", world.cast.persona(&name).nickname);
        world.cast.alias(&name, &user_name);
        set_user_name(world, &idp, &key, user_name).await?;
    }
    Ok(())
}

/// The IdP's directory has the user names of two people exchanged, by mistake.
/// Example: the new IdP has exchanged the user names of "Ada" and "Ben"
#[given(expr = "{idp} has exchanged the user names of {string} and {string}")]
async fn exchanged(world: &mut World, idp: IdpName, one: String, two: String) -> Result<(), Stop> {
    let keys = [world.person(&idp, &one).await?, world.person(&idp, &two).await?];
    let names = [world.cast.persona(&two).user_name, world.cast.persona(&one).user_name];
    for (key, user_name) in keys.iter().zip(names) {
        set_user_name(world, &idp, key, user_name).await?;
    }
    Ok(())
}

/// The mistake is corrected in the IdP's directory: both people have their own user names again.
/// Example: the new IdP gives "Ada" and "Ben" their own user names back
#[when(expr = "{idp} gives {people} their own user names back")]
async fn given_back(world: &mut World, idp: IdpName, people: People) -> Result<(), Stop> {
    for (name, person) in world.crowd(&idp, &people).await? {
        let user_name = world.cast.persona(&name).user_name;
        world.happen_now(&idp, Event::Rename { person, user_name }).await?;
    }
    world.settle(&idp).await
}

/// Changes a user name before the product has looked.
async fn set_user_name(world: &mut World, idp: &IdpName, key: &str, user_name: String) -> Result<(), Stop> {
    let directory = world.player(idp).await?.idp.directory_mut();
    directory.change(key, Change::UserName(user_name)).map_err(|e| world.evidence.misuse(e.to_string()))
}
