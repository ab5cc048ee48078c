//! A clean switch, and a counter-example for each damage.

use super::*;
use serde_json::{Value, json};

fn claim(external_id: &str, link: Option<&str>) -> Option<IdpRecord> {
    Some(IdpRecord { external_id: external_id.to_owned(), link: link.map(str::to_owned), active: true })
}

fn human(name: &str, old: Option<IdpRecord>, new: Option<IdpRecord>) -> PersonBeforeAndAfter {
    PersonBeforeAndAfter { name: name.to_owned(), user_names: BTreeSet::from([name.to_lowercase()]), old, new }
}

fn user(id: &str, name: &str, active: bool, external_id: Option<&str>) -> Value {
    json!({"id": id, "userName": name, "active": active, "externalId": external_id, "meta": {"version": id}})
}

fn group(id: &str, name: &str, members: &[&str]) -> Value {
    let members: Vec<Value> = members.iter().map(|m| json!({"value": m})).collect();
    json!({"id": id, "displayName": name, "members": members})
}

/// Ada stays, Lea leaves, Joe joins; Crew is in both directories, Legacy in the old one only.
struct Case {
    before: TenantState,
    after: TenantState,
    people: Vec<PersonBeforeAndAfter>,
    groups: Vec<GroupBeforeAndAfter>,
    troubles: Vec<String>,
}

impl Case {
    fn clean() -> Self {
        let state = |users, groups| TenantState { users, groups, complete: true, ..TenantState::default() };
        let admin = user("u0", "admin", true, None);
        Self {
            before: state(
                vec![admin.clone(), user("u1", "ada", true, Some("o1")), user("u2", "lea", true, Some("o2"))],
                vec![group("g1", "Crew", &["u1", "u2"]), group("g2", "Legacy", &["u1"]), group("g0", "House", &[])],
            ),
            after: state(
                vec![
                    admin,
                    user("u1", "Ada", true, Some("n1")),
                    user("u2", "lea", false, None),
                    user("u3", "joe", true, Some("n3")),
                ],
                vec![group("g1", "Crew", &["u1", "u3"]), group("g0", "House", &[])],
            ),
            people: vec![
                human("Ada", claim("o1", Some("u1")), claim("n1", Some("u1"))),
                human("Lea", claim("o2", Some("u2")), None),
                human("Joe", None, claim("n3", Some("u3"))),
            ],
            groups: vec![
                GroupBeforeAndAfter {
                    name: "Crew".into(),
                    old: claim("og1", Some("g1")),
                    new: claim("ng1", Some("g1")),
                    members: BTreeSet::from(["Ada".to_owned(), "Joe".to_owned()]),
                },
                GroupBeforeAndAfter {
                    name: "Legacy".into(),
                    old: claim("og2", Some("g2")),
                    new: None,
                    members: BTreeSet::new(),
                },
            ],
            troubles: Vec::new(),
        }
    }

    fn harms(&self) -> Vec<Damage> {
        let Self { before, after, people, groups, troubles } = self;
        judge(&Switch { before, after, people, groups, troubles })
    }

    fn damage(&self) -> Vec<&'static str> {
        let mut names: Vec<&str> = self.harms().iter().map(|h| h.damage.name()).collect();
        names.dedup();
        names
    }

    /// Of a clean switch in which this is different.
    fn but(change: impl FnOnce(&mut Self)) -> Vec<&'static str> {
        let mut case = Self::clean();
        change(&mut case);
        case.damage()
    }
}

#[test]
fn a_clean_switch_has_done_no_damage() {
    assert_eq!(Case::clean().harms(), []);
}

#[test]
fn each_person_has_one_account_the_one_from_before() {
    assert_eq!(Case::but(|c| c.after.users.push(user("u4", "ADA", false, None))), ["second account"]);
    let anew = Case::but(|c| {
        c.after.users[1] = user("u9", "ada", true, Some("n1"));
        c.people[0].new = claim("n1", Some("u9"));
        c.after.groups[0] = group("g1", "Crew", &["u9", "u3"]);
    });
    assert_eq!(anew, ["lost account"]);
    let gone = |c: &mut Case| {
        c.after.users.remove(1);
        c.after.groups[0] = group("g1", "Crew", &["u3"]);
    };
    assert_eq!(Case::but(gone), ["lost account", "stayer locked out"]);
    let unsure = Case::but(|c| {
        gone(c);
        c.after.complete = false;
    });
    assert_eq!(unsure, Vec::<&str>::new(), "an incomplete read accuses nobody of being gone");
}

#[test]
fn the_old_idp_s_links_are_nowhere() {
    assert_eq!(Case::but(|c| c.after.users[2]["externalId"] = json!("o2")), ["old link"]);
    assert_eq!(Case::but(|c| c.after.users[1]["externalId"] = json!("o1")), ["old link", "unlinked"]);
    assert_eq!(Case::but(|c| c.after.groups[0]["externalId"] = json!("og1")), ["old link"]);
    let same_source = Case::but(|c| {
        c.people[0].old = claim("n1", Some("u1"));
    });
    assert_eq!(same_source, Vec::<&str>::new(), "two tenants of one source give the same externalId");
}

#[test]
fn the_new_idp_addresses_the_accounts() {
    assert_eq!(Case::but(|c| c.people[0].new = claim("n1", None)), ["unlinked"]);
    assert_eq!(Case::but(|c| c.people[0].new = claim("n1", Some("gone"))), ["unlinked"]);
    assert_eq!(Case::but(|c| c.after.users[1]["externalId"] = json!(null)), ["unlinked"]);
}

#[test]
fn whoever_is_entitled_gets_in_and_nobody_else() {
    assert_eq!(Case::but(|c| c.after.users[1]["active"] = json!(false)), ["stayer locked out"]);
    assert_eq!(Case::but(|c| c.after.users[3]["active"] = json!("False")), ["joiner locked out"]);
    assert_eq!(Case::but(|c| c.after.users[2]["active"] = json!(true)), ["leaver active"]);
    let blocked = Case::but(|c| {
        if let Some(claim) = &mut c.people[0].new {
            claim.active = false;
        }
    });
    assert_eq!(blocked, ["leaver active"], "whoever the new directory blocks is to be kept out as well");
    let gone = Case::but(|c| drop(c.after.users.remove(2)));
    assert_eq!(gone, Vec::<&str>::new(), "a leaver's account may be gone");
}

#[test]
fn groups_are_there_once_with_their_members() {
    assert_eq!(Case::but(|c| drop(c.after.groups.remove(0))), ["lost group"]);
    assert_eq!(Case::but(|c| c.after.groups.push(group("g3", "crew ", &[]))), ["same-name group"]);
    assert_eq!(Case::but(|c| c.after.groups.push(group("g2", "Legacy", &[]))), ["ghost group"]);
    assert_eq!(Case::but(|c| c.after.groups.push(group("g7", "Nobody's", &[]))), ["ghost group"]);
    for members in [&["u1", "u2", "u3"][..], &["u1"], &["u1", "u3", "gone"], &[]] {
        assert_eq!(Case::but(|c| c.after.groups[0] = group("g1", "Crew", members)), ["wrong members"], "{members:?}");
    }
}

#[test]
fn the_product_s_own_accounts_are_left_alone() {
    assert_eq!(Case::but(|c| c.after.users[0]["externalId"] = json!("n9")), ["local account touched"]);
    assert_eq!(Case::but(|c| c.after.users[0]["active"] = json!(false)), ["local account touched"]);
    assert_eq!(Case::but(|c| drop(c.after.users.remove(0))), ["local account touched"]);
    let adopted = Case::but(|c| {
        c.people.push(human("Admin", None, claim("n0", Some("u0"))));
        c.after.users[0]["externalId"] = json!("n0");
    });
    assert_eq!(adopted, ["local account touched"], "an IdP that knows the same name takes the account over");
}

#[test]
fn errors_at_the_new_idp_are_damage() {
    let mut case = Case::clean();
    case.troubles = vec!["ada: 409".into(), "joe: 409".into()];
    let harms = case.harms();
    assert_eq!(harms.len(), 1);
    assert_eq!(harms[0].damage, DamageKind::IdpInTrouble);
    assert_eq!(harms[0].text, "the new IdP reports: ada: 409 (and 1 more)");
}

#[test]
fn harms_say_what_and_who() {
    let mut case = Case::clean();
    case.after.users.push(user("u4", "ada\u{1b}", false, None));
    case.people[0].user_names.insert("ada\u{1b}".into());
    case.after.groups[0] = group("g1", "Crew", &["u2", "u3"]);
    let texts: Vec<String> = case.harms().into_iter().map(|h| h.text).collect();
    let second = "Ada has 2 accounts: Ada (id u1), ada\\u{1b} (id u4)";
    let members = "group Crew (id g1) lacks Ada and has an account of Lea (id u2) besides";
    assert_eq!(texts, [second, members]);
}

#[test]
fn every_damage_has_a_name_of_its_own() {
    for damage in DamageKind::ALL {
        assert_eq!(DamageKind::named(damage.name()), Some(*damage));
    }
    assert_eq!(DamageKind::named("scratch"), None);
}
