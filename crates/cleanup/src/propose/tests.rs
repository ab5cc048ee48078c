//! For each kind of trouble the items that are planned, and that carrying them out leaves nothing to plan.

use super::*;
use crate::apply::changed;
use crate::plan::{Action, ObjectType};
use directory::{ExportedGroup, ExportedPerson};
use serde_json::json;
use state::assess;

fn user(id: &str, user_name: &str, external: &str) -> Value {
    let mut user = json!({
        "id": id, "userName": user_name, "active": true, "meta": {"created": format!("2026-01-01T00:00:0{}Z", &id[1..])},
        "emails": [{"value": format!("{id}@mail.example"), "primary": true}],
    });
    if !external.is_empty() {
        user["externalId"] = external.into();
    }
    user
}

fn group(id: &str, name: &str, members: &[&str]) -> Value {
    let members: Vec<Value> = members.iter().map(|m| json!({"value": m})).collect();
    json!({"id": id, "displayName": name, "members": members})
}

fn state(users: Vec<Value>, groups: Vec<Value>) -> TenantState {
    let root = json!({"id": "u0", "userName": "root", "active": true});
    TenantState { users: [vec![root], users].concat(), groups, complete: true, ..TenantState::default() }
}

/// Ada and Ben, active; Crew has Ada.
fn directory() -> Export {
    let person = |external: &str, user_name: &str| ExportedPerson {
        external_id: external.into(),
        user_name: user_name.into(),
        display_name: None,
        email: None,
        active: true,
    };
    let crew = ExportedGroup { external_id: None, display_name: "Crew".into(), members: Some(vec!["e-ada".into()]) };
    let root = person("e-root", "root");
    Export { people: vec![root, person("e-ada", "ada"), person("e-ben", "ben")], groups: Some(vec![crew]) }
}

fn options(delete: bool) -> Options {
    Options { delete, protect: vec!["root".into()], ..Options::default() }
}

fn plan(state: &TenantState, directory: Option<&Export>, options: &Options) -> Plan {
    let found = assess(state, directory);
    propose(state, &found, directory, options, ("https://h/scim", "2026-01-01T00:00:00Z")).unwrap()
}

fn told(plan: &Plan) -> Vec<String> {
    let line = |i: &Item| {
        let text = |v: &Value| v.as_str().map_or_else(|| v.to_string(), str::to_owned);
        format!("{} {} {}>{}", i.action, i.id, text(&i.before), text(&i.after))
    };
    plan.items.iter().map(line).collect()
}

/// The state after every item.
fn carried_out(state: &TenantState, plan: &Plan) -> TenantState {
    let mut after = state.clone();
    for item in &plan.items {
        let all = if item.object == ObjectType::User { &mut after.users } else { &mut after.groups };
        let at = all.iter().position(|r| draft::id(r) == item.id).unwrap();
        match changed(item, &all[at]) {
            Some(resource) => all[at] = resource,
            None => drop(all.remove(at)),
        }
    }
    after
}

fn kinds(state: &TenantState, directory: Option<&Export>) -> Vec<&'static str> {
    assess(state, directory).iter().map(|d| d.kind.id).collect()
}

#[test]
fn two_links_that_were_exchanged_are_freed_before_they_are_given_again() {
    let broken =
        state(vec![user("u1", "ada", "e-ben"), user("u2", "ben", "e-ada")], vec![group("g1", "Crew", &["u1"])]);
    let made = plan(&broken, Some(&directory()), &options(false));
    let expected =
        ["clear-link u1 e-ben>null", "clear-link u2 e-ada>null", "set-link u1 null>e-ada", "set-link u2 null>e-ben"];
    assert_eq!(told(&made), expected);
    assert!(made.items.iter().all(|item| item.case == 1), "one is not done without the other");
    assert_eq!(kinds(&carried_out(&broken, &made), Some(&directory())), Vec::<&str>::new());
    let by_link = Options { believe: Believe::Link, ..options(false) };
    // Then u2 is ada's account, and the membership is hers.
    let made = plan(&broken, Some(&directory()), &by_link);
    let expected = [
        "rename u1 ada>moving-u1-ada",
        "rename u2 ben>moving-u2-ben",
        "rename u1 moving-u1-ada>ben",
        "rename u2 moving-u2-ben>ada",
        "add-member g1 null>u2",
        "remove-member g1 u1>null",
    ];
    assert_eq!(told(&made), expected);
}

#[test]
fn of_two_accounts_the_linked_one_stays_and_the_memberships_move() {
    let broken = state(
        vec![user("u1", "ada@old", "e-ada"), user("u2", "ada", "stale"), user("u3", "ben", "")],
        vec![group("g1", "Crew", &["u2"])],
    );
    let made = plan(&broken, Some(&directory()), &options(true));
    let expected = [
        "clear-link u2 stale>null",
        "add-member g1 null>u1",
        "remove-member g1 u2>null",
        "deactivate u2 true>false",
        "delete-user u2 null>null",
        "rename u1 ada@old>ada",
    ];
    assert_eq!(told(&made), expected);
    assert_eq!(made.kept.keys().collect::<Vec<_>>(), ["u1"]);
    assert!(made.items[0].why.contains("stays in its place"), "{}", made.items[0].why);
    assert_eq!(kinds(&carried_out(&broken, &made), Some(&directory())), Vec::<&str>::new());
    let careful = plan(&broken, Some(&directory()), &options(false));
    assert!(!careful.items.iter().any(|item| item.action.deletes()));
    assert!(told(&careful).contains(&"rename u2 ada>retired-u2-ada".to_owned()), "{:?}", told(&careful));
    assert!(careful.left.iter().any(|l| l.why.contains("--delete")), "{:?}", careful.left);
}

#[test]
fn a_rule_of_the_operators_decides_who_stays() {
    let twins = vec![user("u1", "Ada", ""), user("u2", "ada ", "x")];
    let broken = state(twins, vec![]);
    let stays = |survivor: Vec<Rule>| {
        let made = plan(&broken, None, &Options { survivor, ..options(false) });
        (made.kept.keys().next().unwrap().clone(), made.items[0].why.clone())
    };
    assert_eq!(stays(Rule::ORDER.to_vec()).0, "u2");
    let (oldest, why) = stays(vec![Rule::Oldest]);
    assert!(oldest == "u1" && why.contains("link"), "{why}");
    assert!("oldst".parse::<Rule>().unwrap_err().to_string().contains("did you mean `oldest`?"));
}

#[test]
fn what_is_not_sure_enough_is_left_with_what_to_do() {
    let broken = state(vec![user("u1", "ada", "")], vec![group("g1", "Ghost", &[])]);
    let made = plan(&broken, None, &options(true));
    assert!(made.items.is_empty());
    assert!(made.left[0].why.contains("--directory"), "{:?}", made.left);
}

#[test]
fn members_links_and_ghosts_follow_the_directory() {
    let broken = state(
        vec![user("u1", "ada", "gone"), user("u2", "ben", "e-ben")],
        vec![group("g1", "Crew", &["u2", "nobody"]), group("g2", "Ghost", &["u1"])],
    );
    let made = plan(&broken, Some(&directory()), &options(true));
    let mut all = told(&made);
    all.sort();
    let expected = [
        "add-member g1 null>u1",
        "delete-group g2 null>null",
        "remove-member g1 nobody>null",
        "remove-member g1 u2>null",
        "set-link u1 gone>e-ada",
    ];
    assert_eq!(all, expected);
    assert_eq!(kinds(&carried_out(&broken, &made), Some(&directory())), Vec::<&str>::new());
}

#[test]
fn guards_fail_closed() {
    let broken =
        state(vec![user("u1", "ada", "e-ada"), user("u2", "ben", "e-ben")], vec![group("g1", "Ghost", &["u1"])]);
    let directory = directory();
    let found = assess(&broken, Some(&directory));
    let made = |options: &Options| propose(&broken, &found, Some(&directory), options, ("t", "now"));
    let nobody = Options { protect: vec![], ..options(true) };
    assert_eq!(made(&nobody), Err(ProposeError::Plan(PlanError::NobodyProtected)));
    let typo = Options { protect: vec!["roto".into()], ..options(true) };
    assert!(made(&typo).unwrap_err().to_string().contains("did you mean `root`?"));
    let none = Options { limits: Limits { groups: "0".parse().unwrap(), ..Limits::default() }, ..options(true) };
    assert!(made(&none).unwrap_err().to_string().contains("--limit groups=1"));
    let protected = Options { protect: vec!["root".into(), "ghost".into()], ..options(true) };
    let plan = made(&protected).unwrap();
    assert!(!plan.items.iter().any(|i| i.action == Action::DeleteGroup));
    assert!(plan.left.iter().any(|l| l.why.contains("Ghost is protected")), "{:?}", plan.left);
    let partly = TenantState { complete: false, ..broken.clone() };
    let plan = propose(&partly, &found, Some(&directory), &options(true), ("t", "now")).unwrap();
    assert!(!plan.items.iter().any(|i| i.action.deletes()), "{:?}", plan.items);
}

/// The directory, with the address of each account.
fn with_mails() -> Export {
    let mut directory = directory();
    for (person, mail) in directory.people.iter_mut().zip(["u0", "u1", "u2"]) {
        person.email = Some(format!("{mail}@mail.example"));
    }
    directory
}

#[test]
fn addresses_that_were_exchanged_are_put_right_and_a_sound_account_gets_no_item() {
    let mut broken =
        state(vec![user("u1", "ada", "e-ada"), user("u2", "ben", "e-ben")], vec![group("g1", "Crew", &["u1"])]);
    for (at, mail) in [(1, "ben"), (2, "ada")] {
        broken.users[at]["emails"][0]["value"] = mail.into();
    }
    let mut directory = with_mails();
    for (person, mail) in directory.people.iter_mut().zip(["root", "ada", "ben"]) {
        person.email = Some(mail.into());
    }
    let likely = Options { sure: Sure::Likely, ..options(false) };
    let made = plan(&broken, Some(&directory), &likely);
    assert_eq!(told(&made), ["set-mail u1 ben>ada", "set-mail u2 ada>ben"]);
    // The externalId of u1 is the id of u2, who is sound.
    let broken = state(vec![user("u1", "ada", "u2"), user("u2", "ben", "e-ben")], vec![group("g1", "Crew", &["u1"])]);
    assert_eq!(told(&plan(&broken, Some(&with_mails()), &likely)), ["set-link u1 u2>e-ada"]);
}

#[test]
fn of_a_leaver_with_two_accounts_the_one_that_stays_is_deactivated() {
    let mut directory = directory();
    directory.people[2].active = false;
    let broken = state(
        vec![user("u1", "ada", "e-ada"), user("u2", "ben", "e-ben"), user("u3", "BEN", "")],
        vec![group("g1", "Crew", &["u1"])],
    );
    let made = plan(&broken, Some(&directory), &options(true));
    let off = |id: &str| made.items.iter().any(|i| i.action == Action::Deactivate && i.id == id);
    assert!(off("u2") && off("u3") && made.kept.contains_key("u2"), "{:?}", told(&made));
    assert_eq!(kinds(&carried_out(&broken, &made), Some(&directory)), Vec::<&str>::new());
}

#[test]
fn what_has_no_name_is_not_changed_and_what_depends_on_it_stays() {
    let second = user("u3", "ADA", "");
    let mut nameless = group("g2", "x", &["u3"]);
    nameless.as_object_mut().unwrap().shift_remove("displayName");
    let broken = state(
        vec![user("u1", "ada", "e-ada"), user("u2", "ben", "e-ben"), second],
        vec![group("g1", "Crew", &["u1"]), nameless],
    );
    let made = plan(&broken, Some(&directory()), &options(true));
    assert_eq!(told(&made), ["deactivate u3 true>false", "delete-group g2 null>null"]);
    let said = made.left.iter().any(|l| l.found == "two-accounts" && l.why.contains("give it a name"));
    assert!(said, "{:?}", made.left);
}

#[test]
fn a_link_that_is_somebody_elses_is_freed_even_where_nobody_knows_the_right_one() {
    let second = user("u3", "second-ada", "e-ada");
    let broken = state(vec![user("u1", "ada", "e-ben"), user("u2", "ben", "e-ben"), second], vec![]);
    let made = plan(&broken, Some(&directory()), &options(false));
    let all = told(&made);
    let at = |text: &str| all.iter().position(|line| line == text).unwrap_or_else(|| panic!("{text}: {all:#?}"));
    assert!(at("clear-link u3 e-ada>null") < at("set-link u1 e-ben>e-ada"));
}
