//! Users with few values, so that filters and paths often meet one.

use crate::random::Random;
use scim::urn;
use serde_json::{Map, Value, json};

pub(crate) const NAMES: &[&str] = &["bjensen", "BJensen", "anna", "o'neil", "a\"b", "ren\u{e9}e", "x and y"];
pub(crate) const TITLES: &[&str] = &["Guide", "guide", "Tour Guide", "Lead"];
pub(crate) const MAILS: &[&str] = &["a@one.example", "A@one.example", "b@one.example", "c@two.example"];
pub(crate) const TYPES: &[&str] = &["work", "home", "other"];
pub(crate) const TIMES: &[&str] =
    &["2011-05-13T04:42:34Z", "2011-05-13T06:42:34+02:00", "2020-01-01T00:00:00Z", "2031-12-31T23:59:59Z"];

/// A user who has each attribute or has it not.
pub(crate) fn user(random: &mut Random) -> Value {
    let mut user = Map::new();
    user.insert("schemas".into(), json!([urn::USER]));
    user.insert("id".into(), json!("1"));
    user.insert("userName".into(), json!(random.one(NAMES)));
    for (name, values) in
        [("title", TITLES), ("displayName", TITLES), ("nickName", TITLES), ("externalId", NAMES), ("userType", TITLES)]
    {
        if !random.one_in(3) {
            user.insert(name.into(), json!(random.one(values)));
        }
    }
    if !random.one_in(4) {
        user.insert("active".into(), json!(random.one_in(2)));
    }
    let mut name = Map::new();
    for part in ["givenName", "familyName", "middleName"] {
        if !random.one_in(3) {
            name.insert(part.into(), json!(random.one(NAMES)));
        }
    }
    if !name.is_empty() {
        user.insert("name".into(), name.into());
    }
    if !random.one_in(4) {
        user.insert("emails".into(), mails(random).into());
    }
    if !random.one_in(3) {
        let mut extension = json!({ "department": random.one(TITLES) });
        if random.one_in(2) {
            extension["employeeNumber"] = json!("701");
        }
        if random.one_in(2) {
            extension["manager"] = json!({ "value": "26118915" });
        }
        user.insert("schemas".into(), json!([urn::USER, urn::ENTERPRISE_USER]));
        user.insert(urn::ENTERPRISE_USER.into(), extension);
    }
    let created = random.one(TIMES);
    user.insert("meta".into(), json!({ "resourceType": "User", "created": created, "lastModified": created }));
    user.into()
}

/// One to three addresses, no two the same, one primary at most.
fn mails(random: &mut Random) -> Vec<Value> {
    let primary = random.below(4);
    let mut mails = Vec::new();
    let start = random.below(TYPES.len());
    for at in 0..=random.below(3) {
        let mut mail = json!({ "value": MAILS[(start + at) % MAILS.len()], "type": TYPES[(start + at) % TYPES.len()] });
        if at == primary {
            mail["primary"] = json!(true);
        }
        mails.push(mail);
    }
    mails
}
