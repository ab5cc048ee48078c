//! Each diagnosis once as it is, and once as what looks like it and is harmless.

use super::*;
use crate::invariants::tests::state;
use directory::{ExportedGroup, ExportedPerson};
use serde_json::json;

const URN: &str = scim::urn::ENTERPRISE_USER;

/// A user with a mail address and, where not empty, an externalId.
fn user(id: &str, user_name: &str, name: (&str, &str), mail: &str, external: &str) -> Value {
    let mut user = json!({
        "id": id, "userName": user_name, "active": true,
        "name": {"givenName": name.0, "familyName": name.1},
        "emails": [{"value": mail, "primary": true}],
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

fn person(external: &str, user_name: &str, mail: &str) -> ExportedPerson {
    ExportedPerson {
        external_id: external.into(),
        user_name: user_name.into(),
        display_name: None,
        email: Some(mail.into()),
        active: true,
    }
}

fn export(people: Vec<ExportedPerson>, groups: Option<Vec<(&str, &[&str])>>) -> Export {
    let group = |(name, members): (&str, &[&str])| ExportedGroup {
        external_id: None,
        display_name: name.into(),
        members: Some(members.iter().map(|m| (*m).to_owned()).collect()),
    };
    Export { people, groups: groups.map(|all| all.into_iter().map(group).collect()) }
}

fn seen(users: Value, groups: Value, directory: Option<&Export>) -> Vec<(&'static str, Sure)> {
    assess(&state(users, groups), directory).iter().map(|a| (a.kind.id, a.sure)).collect()
}

const ADA: (&str, &str) = ("Ada", "Love");
const BEN: (&str, &str) = ("Ben", "Love");

#[test]
fn a_sound_tenant_has_nothing_with_and_without_its_directory() {
    let users = json!([user("u1", "ada@x", ADA, "ada@x", "e1"), user("u2", "ben@x", BEN, "ben@x", "e2")]);
    let groups = json!([group("g1", "Crew", &["u1"])]);
    let directory =
        export(vec![person("e1", "ada@x", "ada@x"), person("e2", "ben@x", "ben@x")], Some(vec![("crew", &["e1"])]));
    assert_eq!(seen(users.clone(), groups.clone(), None), []);
    assert_eq!(seen(users, groups, Some(&directory)), []);
}

#[test]
fn a_name_in_another_case_is_one_person_for_certain() {
    let users = json!([user("u1", "Ada@x", ADA, "a@x", ""), user("u2", "ada@x ", BEN, "b@x", "")]);
    assert_eq!(seen(users, json!([]), None), [("two-accounts", Sure::Certain)]);
}

#[test]
fn a_shared_mailbox_is_possible_at_most_and_nothing_once_the_directory_knows_both() {
    let users = json!([user("u1", "ada@x", ADA, "family@x", "e1"), user("u2", "ben@x", BEN, "Family@x", "e2")]);
    assert_eq!(seen(users.clone(), json!([]), None), [("two-accounts", Sure::Possible)]);
    let both = export(vec![person("e1", "ada@x", "family@x"), person("e2", "ben@x", "family@x")], None);
    assert_eq!(seen(users.clone(), json!([]), Some(&both)), []);
    // The second one has a local account and is not in the directory.
    let one = export(vec![person("e1", "ada@x", "family@x")], None);
    let local = json!([users[0], user("u2", "ben", BEN, "family@x", "")]);
    let both = [("unknown-account", Sure::Possible), ("two-accounts", Sure::Possible)];
    assert_eq!(seen(local, json!([]), Some(&one)), both);
}

#[test]
fn the_more_two_accounts_have_in_common_the_surer_it_is() {
    let with = |number: (&str, &str), mails: (&str, &str)| {
        let mut users = json!([user("u1", "ada@old", ADA, mails.0, "e1"), user("u2", "ada@new", ADA, mails.1, "e2")]);
        users[0][URN] = json!({"employeeNumber": number.0});
        users[1][URN] = json!({"employeeNumber": number.1});
        seen(users, json!([]), None)
    };
    assert_eq!(with(("7", "7"), ("a@x", "a@x")), [("two-accounts", Sure::Certain)]);
    assert_eq!(with(("7", "8"), ("a@x", "a@x")), [("two-accounts", Sure::Likely)]);
    assert_eq!(with(("7", "7"), ("a@x", "b@x")), [("two-accounts", Sure::Likely)]);
    // Namesakes.
    assert_eq!(with(("7", "8"), ("a@x", "b@x")), []);
}

#[test]
fn an_external_id_belongs_to_one_user_and_may_be_a_groups_too() {
    let twice = |mail: &str| json!([user("u1", "ada@x", ADA, "a@x", "e1"), user("u2", "ben@x", BEN, mail, "e1")]);
    assert_eq!(seen(twice("a@x"), json!([]), None), [("two-accounts", Sure::Certain)]);
    // Two connections may use the same key for different people.
    assert_eq!(seen(twice("b@x"), json!([]), None), [("two-accounts", Sure::Likely)]);
    // Names without a word in common are those of two people, and merging their accounts would cost one of them theirs.
    let strangers =
        |mail: &str| json!([user("u1", "ada@x", ADA, "a@x", "e1"), user("u2", "cem@x", ("Cem", "Demir"), mail, "e1")]);
    for mail in ["a@x", "c@x"] {
        assert_eq!(seen(strangers(mail), json!([]), None), [("wrong-person", Sure::Likely)]);
    }
    let mut crew = group("g1", "Crew", &["u1"]);
    crew["externalId"] = "e1".into();
    assert_eq!(seen(json!([user("u1", "ada@x", ADA, "a@x", "e1")]), json!([crew]), None), []);
}

#[test]
fn the_directory_tells_two_accounts_by_different_signs() {
    let users = json!([user("u1", "old@x", ADA, "a@x", "e1"), user("u2", "ada@x", BEN, "b@x", "")]);
    let directory = export(vec![person("e1", "ada@x", "ada@x")], None);
    assert_eq!(seen(users, json!([]), Some(&directory)), [("two-accounts", Sure::Certain)]);
}

#[test]
fn who_is_linked_to_another_is_certain_with_the_directory_and_likely_without() {
    let users = json!([user("u1", "ada@x", BEN, "ben@x", "e2"), user("u2", "ben@x", ADA, "ada@x", "e1")]);
    let directory = export(vec![person("e1", "ada@x", "ada@x"), person("e2", "ben@x", "ben@x")], None);
    assert_eq!(seen(users.clone(), json!([]), None), [("wrong-person", Sure::Likely)]);
    let certain = ("wrong-person", Sure::Certain);
    assert_eq!(seen(users, json!([]), Some(&directory)), [certain, certain]);
    // One who was renamed and whose old address another has now: no exchange.
    let renamed = json!([user("u1", "ada@x", ADA, "ben@x", "e1"), user("u2", "ben@x", BEN, "b@x", "e2")]);
    assert_eq!(seen(renamed, json!([]), None), []);
}

#[test]
fn an_external_id_that_is_another_account_is_a_mix_up_unless_it_is_a_small_number() {
    let with =
        |id: &str| seen(json!([user("u1", "a", ADA, "a@x", id), user(id, "b", BEN, "b@x", "")]), json!([]), None);
    assert_eq!(with("c7e1-22"), [("wrong-person", Sure::Likely)]);
    assert_eq!(with("42"), []);
}

#[test]
fn a_stale_link_needs_a_directory_to_be_certain() {
    let users = json!([user("u1", "ada@x", ADA, "a@x", "00u12345678901234567")]);
    let directory = export(vec![person("6d591249-4169-496e-827d-dfaea6494616", "ada@x", "a@x")], None);
    assert_eq!(seen(users.clone(), json!([]), Some(&directory)), [("stale-link", Sure::Certain)]);
    assert_eq!(seen(users.clone(), json!([]), None), []);
    let both = json!([users[0], user("u2", "b", BEN, "b@x", "6d591249-4169-496e-827d-dfaea6494616")]);
    assert_eq!(seen(both, json!([]), None), [("stale-link", Sure::Possible)]);
    // A local account has no link that could be stale.
    assert_eq!(seen(json!([user("u1", "ada@x", ADA, "a@x", "")]), json!([]), Some(&directory)), []);
}

#[test]
fn leavers_and_the_missing_are_told_by_the_directory_alone() {
    let mut directory = export(vec![person("e1", "ada@x", "a@x"), person("e2", "ben@x", "b@x")], None);
    let users = json!([user("u1", "ada@x", ADA, "a@x", "e1")]);
    assert_eq!(seen(users.clone(), json!([]), Some(&directory)), [("missing-account", Sure::Certain)]);
    directory.people[1].active = false;
    assert_eq!(seen(users.clone(), json!([]), Some(&directory)), [], "who has left needs no account");
    directory.people[0].active = false;
    assert_eq!(seen(users.clone(), json!([]), Some(&directory)), [("active-leaver", Sure::Certain)]);
    let mut gone = users;
    gone[0]["active"] = false.into();
    assert_eq!(seen(gone, json!([]), Some(&directory)), []);
}

#[test]
fn an_active_account_that_the_directory_does_not_know_is_said() {
    let known = user("u1", "ada@x", ADA, "a@x", "e1");
    let directory = export(vec![person("e1", "ada@x", "a@x")], None);
    let with = |external: &str| {
        let users = json!([known.clone(), user("u2", "eve@x", BEN, "e@x", external)]);
        seen(users, json!([]), Some(&directory))
    };
    assert_eq!(with(""), [("unknown-account", Sure::Possible)], "a local one looks like that");
    assert_eq!(with("e9"), [("unknown-account", Sure::Likely)]);
    let mut asleep = user("u2", "eve@x", BEN, "e@x", "e9");
    asleep["active"] = false.into();
    assert_eq!(seen(json!([known.clone(), asleep]), json!([]), Some(&directory)), []);
    // Nobody can say so without a directory, and a local account that was named is none.
    let users = json!([known, user("u2", "Eve@x", BEN, "e@x", "")]);
    assert_eq!(seen(users.clone(), json!([]), None), []);
    let against = Against { directories: &[&directory], local_accounts: &["eve@X".to_owned()] };
    assert_eq!(assess_against(&state(users, json!([])), &against), []);
}

#[test]
fn a_stranger_in_a_group_is_said_with_the_group() {
    let stranger = |active: bool| {
        let mut stranger = user("u2", "eve@x", BEN, "e@x", "e9");
        stranger["active"] = active.into();
        json!([user("u1", "ada@x", ADA, "a@x", "e1"), stranger])
    };
    let admins = json!([group("g1", "Admins", &["u1", "u2"])]);
    let with = |users: Value, groups| {
        let directory = export(vec![person("e1", "ada@x", "a@x")], groups);
        let found = assess(&state(users, admins.clone()), Some(&directory));
        let one = found.into_iter().find(|a| a.kind.id == "unknown-member").unwrap();
        let ids: Vec<_> = one.objects.iter().filter_map(|o| o.id.clone()).collect();
        assert_eq!(ids, ["g1", "u2"]);
        one.sure
    };
    let members: Option<Vec<(&str, &[&str])>> = Some(vec![("admins", &["e1"])]);
    assert_eq!(with(stranger(true), members.clone()), Sure::Certain);
    assert_eq!(with(stranger(true), None), Sure::Likely, "the directory says nothing of groups");
    assert_eq!(with(stranger(false), members), Sure::Possible);
}

#[test]
fn an_account_that_is_suspended_while_its_person_is_active_is_said() {
    let mut users = json!([user("u1", "ada@x", ADA, "a@x", "e1")]);
    users[0]["active"] = false.into();
    let mut directory = export(vec![person("e1", "ada@x", "a@x")], None);
    assert_eq!(seen(users.clone(), json!([]), Some(&directory)), [("suspended-account", Sure::Certain)]);
    // An active account beside it lets the person work, and one account too many is another trouble.
    let both = json!([users[0], user("u2", "ADA@x", ADA, "a@x", "")]);
    assert_eq!(seen(both, json!([]), Some(&directory)), [("two-accounts", Sure::Certain)]);
    directory.people[0].active = false;
    assert_eq!(seen(users, json!([]), Some(&directory)), []);
}

#[test]
fn several_directories_know_together_what_each_knows() {
    let (okta, entra) = (
        export(vec![person("00u1", "ada@x", "a@x")], None),
        export(
            vec![person("guid1", "Ada@X", "a@x"), person("guid2", "ben@x", "b@x")],
            Some(vec![("Crew", &["guid2"])]),
        ),
    );
    let with = |users: Value, groups: Value| {
        let against = Against { directories: &[&okta, &entra], ..Against::default() };
        let found = assess_against(&state(users, groups), &against);
        found.iter().map(|a| (a.kind.id, a.sure)).collect::<Vec<_>>()
    };
    let users = json!([user("u1", "ada@x", ADA, "a@x", "00u1"), user("u2", "ben@x", BEN, "b@x", "guid2")]);
    let crew = json!([group("g1", "Crew", &["u2"])]);
    assert_eq!(with(users.clone(), crew.clone()), []);
    // Okta's file says nothing of groups, so it denies none.
    assert_eq!(with(users.clone(), json!([crew[0], group("g2", "Legacy", &["u1"])])), []);
    // Either directory's key is Ada's, and nobody is missing twice.
    let by_entra = json!([user("u1", "ada@x", ADA, "a@x", "guid1"), users[1]]);
    assert_eq!(with(by_entra, crew.clone()), []);
    assert_eq!(with(json!([users[1]]), crew), [("missing-account", Sure::Certain)]);
}

#[test]
fn names_that_differ_in_width_or_composition_are_one_name() {
    let users = json!([user("u1", "\u{ff41}da@x", ADA, "a@x", ""), user("u2", "rene\u{301}e@x", BEN, "b@x", "")]);
    let directory = export(vec![person("e1", "Ada@x", "a@x"), person("e2", "Ren\u{e9}e@x", "b@x")], None);
    assert_eq!(seen(users, json!([]), Some(&directory)), []);
}

#[test]
fn what_was_not_read_whole_is_not_said_to_be_missing() {
    let directory = export(vec![person("e1", "ada@x", "a@x")], Some(vec![("Crew", &["e1"])]));
    let mut part = state(json!([]), json!([]));
    part.complete = false;
    assert_eq!(assess(&part, Some(&directory)), []);
}

#[test]
fn a_group_is_claimed_by_the_directory_or_by_nobody() {
    let users = json!([user("u1", "ada@x", ADA, "a@x", "e1")]);
    let directory = |groups| export(vec![person("e1", "ada@x", "a@x")], groups);
    let full = json!([group("g1", "Legacy", &["u1"])]);
    assert_eq!(seen(users.clone(), full.clone(), None), []);
    let none = directory(Some(vec![]));
    assert_eq!(seen(users.clone(), full.clone(), Some(&none)), [("unclaimed-group", Sure::Certain)]);
    let silent = directory(None);
    assert_eq!(seen(users.clone(), full.clone(), Some(&silent)), [], "a file without groups denies none");
    let empty = json!([group("g1", "Legacy", &[])]);
    assert_eq!(seen(users.clone(), empty, None), [("unclaimed-group", Sure::Possible)]);
    let mut asleep = users;
    asleep[0]["active"] = false.into();
    assert_eq!(seen(asleep, full, None), [("unclaimed-group", Sure::Possible)]);
}

#[test]
fn groups_of_one_name_are_possible_unless_the_directory_has_one() {
    let users = json!([user("u1", "ada@x", ADA, "a@x", "e1")]);
    let groups = json!([group("g1", "Crew", &["u1"]), group("g2", "crew", &["u1"])]);
    let directory = |groups| export(vec![person("e1", "ada@x", "a@x")], Some(groups));
    assert_eq!(seen(users.clone(), groups.clone(), None), [("twin-groups", Sure::Possible)]);
    let one = directory(vec![("Crew", &["e1"] as &[&str])]);
    assert_eq!(seen(users.clone(), groups.clone(), Some(&one)), [("twin-groups", Sure::Certain)]);
    let two = directory(vec![("Crew", &["e1"] as &[&str]), ("Crew", &["e1"])]);
    assert!(!seen(users, groups, Some(&two)).iter().any(|(kind, _)| *kind == "twin-groups"));
}

#[test]
fn members_are_held_against_the_directory() {
    let users = json!([user("u1", "ada@x", ADA, "a@x", "e1"), user("u2", "ben@x", BEN, "b@x", "e2")]);
    let directory = export(
        vec![person("e1", "ada@x", "a@x"), person("e2", "ben@x", "b@x")],
        Some(vec![("Crew", &["e1", "ben@x"])]),
    );
    let with = |members: &[&str]| seen(users.clone(), json!([group("g1", "Crew", members)]), Some(&directory));
    assert_eq!(with(&["u1", "u2"]), []);
    assert_eq!(with(&["u1"]), [("other-members", Sure::Certain)]);
    // Where no group shows a member, the target may be one that never does.
    assert_eq!(with(&[]), [("other-members", Sure::Possible)]);
}

#[test]
fn member_lists_that_are_cut_overwritten_or_run_together_are_possible_at_most() {
    let ids: Vec<String> = (0..60).map(|n| format!("u{n}")).collect();
    let users: Vec<Value> = ids.iter().map(|id| json!({"id": id, "userName": id, "active": true})).collect();
    let of = |name: &str, at: std::ops::Range<usize>| {
        let members: Vec<&str> = ids[at].iter().map(String::as_str).collect();
        group(name, name, &members)
    };
    let odd = |groups: Vec<Value>| {
        let found = assess(&state(users.clone().into(), groups.into()), None);
        assert!(found.iter().all(|a| a.kind.id == "odd-members" && a.sure == Sure::Possible), "{found:?}");
        found.iter().filter_map(|a| a.objects[0].id.clone()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(odd(vec![of("a", 0..50), of("b", 10..60), of("c", 0..3)]), "a b", "cut at 50");
    assert_eq!(odd(vec![of("a", 0..50), of("b", 0..51), of("c", 0..3)]), "", "one has more");
    assert_eq!(odd(vec![of("a", 0..50), of("b", 9..12)]), "", "one alone may have 50");
    assert_eq!(odd(vec![of("a", 0..1), of("b", 1..2), of("c", 2..3), of("d", 5..30)]), "a b c", "overwritten");
    assert_eq!(odd(vec![of("a", 0..1), of("b", 1..2), of("c", 2..3), of("d", 5..8)]), "", "all are small");
    assert_eq!(odd(vec![of("all", 0..9), of("b", 0..3), of("c", 3..6), of("d", 6..9)]), "all", "run together");
    assert_eq!(odd(vec![of("all", 0..60), of("b", 0..20), of("c", 20..40), of("d", 40..60)]), "", "everybody's");
}

#[test]
fn values_that_differ_from_the_directorys_are_said_once_where_most_do() {
    let mut users = json!([
        user("u1", "ada@old", ADA, "a@x", "e1"),
        user("u2", "ben@x", BEN, "b@x", "e2"),
        user("u3", "cem@x", ("Cem", "Demir"), "c@x", "e3"),
        user("u4", "dan@x", ("Dan", "Dow"), "d@x", "e4"),
    ]);
    let people = [("e1", "ada@x", "a@x"), ("e2", "ben@x", "b@x"), ("e3", "cem@x", "c@x"), ("e4", "dan@x", "d@x")];
    let directory = export(people.iter().map(|(e, n, m)| person(e, n, m)).collect(), None);
    assert_eq!(seen(users.clone(), json!([]), Some(&directory)), [("other-values", Sure::Likely)]);
    users[0]["userName"] = "ada@x".into();
    users[0]["emails"][0]["value"] = "other@x".into();
    assert_eq!(seen(users.clone(), json!([]), Some(&directory)), [("other-values", Sure::Possible)]);
    for at in 1..4 {
        users[at]["emails"][0]["value"] = format!("other{at}@x").into();
    }
    assert_eq!(seen(users, json!([]), Some(&directory)), [("other-values", Sure::Possible)], "one mapping");
}

#[test]
fn directories_that_do_not_agree_on_an_account_are_said() {
    let okta = export(vec![person("00u1", "ada@x", "a@x")], None);
    let mut entra = export(vec![person("guid1", "Ada@X", "a@x")], None);
    entra.people[0].active = false;
    let users = json!([user("u1", "ada@x", ADA, "a@x", "00u1")]);
    let against = Against { directories: &[&okta, &entra], ..Against::default() };
    let found = assess_against(&state(users, json!([])), &against);
    assert_eq!(found.iter().map(|a| (a.kind.id, a.sure)).collect::<Vec<_>>(), [("two-directories", Sure::Likely)]);
}

#[test]
fn names_left_behind_are_said_by_their_form() {
    let users = json!([
        user("u1", "0123456789abcdef0123456789abcdefada@x", ADA, "a@x", ""),
        user("u2", "eve_y#EXT#@x", ("Eve", "Y"), "e@y", ""),
        user("u3", "zoe_y#EXT#@x", ("Zoe", "Z"), "z@y", ""),
    ]);
    let found = assess(&state(users, json!([])), None);
    let texts: Vec<&str> = found.iter().map(|a| a.text.as_str()).collect();
    assert_eq!(
        texts,
        [
            "1 user names look like those of an account that was deleted: 32 hexadecimal digits before a name",
            "2 user names look like those of an invitation",
        ]
    );
}

#[test]
fn what_the_target_sends_is_escaped_and_bounded() {
    let evil = format!("ada\u{1b}[2J{}", "x".repeat(500));
    let users = json!([user("u1", &evil, ADA, "a@x", ""), user("u2", &evil.to_uppercase(), ADA, "b@x", "")]);
    let found = assess(&state(users, json!([])), None);
    let shown = found[0].to_string();
    assert!(!shown.contains('\u{1b}') && shown.lines().all(|l| l.chars().count() < 400), "{shown}");
}

#[test]
fn every_kind_has_harm_remedy_and_a_place_in_the_guide() {
    let guide = include_str!("../../../../docs/cleanup.md");
    for kind in KINDS {
        assert!(!kind.harm.is_empty() && !kind.remedy.is_empty());
        assert!(guide.contains(&format!("## {}\n", kind.id)), "the guide has nothing on {}", kind.id);
    }
}
