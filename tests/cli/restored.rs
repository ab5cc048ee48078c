//! A tenant from files put into another target, said what was lost, and removed again.

use super::support::{Place, Ran, Served};
use serde_json::Value;

const TENANT: &str = r#"{"users": [
    {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": "old-1", "userName": "mara@x", "externalId": "x1", "active": true,
     "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"manager": {"value": "old-2"}}},
    {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": "old-2", "userName": "otto@x", "active": false},
    {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": "old-3", "userName": "MARA@x", "active": true},
    {"id": "old-4", "active": true}
], "groups": [
    {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "id": "g1", "displayName": "Crew",
     "members": [{"value": "old-1"}, {"value": "old-3"}, {"value": "gone"}, {"value": "g2"}]},
    {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "id": "g2", "displayName": "Ops", "members": [{"value": "old-2"}]}
]}"#;

fn restore(place: &Place, base: &str, args: &[&str]) -> Ran {
    place.run(&[&["state", "restore", "tenant.json", "--target", base, "--token-env", "TOKEN"], args].concat())
}

#[test]
fn a_tenant_is_restored_as_far_as_scim_goes_and_removed_again() {
    let place = Place::new().with("tenant.json", TENANT);
    let served = Served::start(&place, &[]);
    let dry = restore(&place, &served.base, &[]);
    let would =
        ["would create 3 users and 2 groups, with 4 memberships and 1 managers", "nothing was changed", "--execute"];
    dry.expect(1, &would);
    dry.expect(1, &["cannot be restored: 1 users without userName", "1 members who are not there"]);
    assert!(served.ids().is_empty() && !place.names().contains(&".scimulate".to_owned()));
    let ran = restore(&place, &served.base, &["--execute", "--ids", "ids.json"]);
    ran.expect(1, &["created 2 users and 2 groups", "refused: user MARA@x: 409", "1 members who were not restored"]);
    ran.expect(
        1,
        &["ids and meta (created, lastModified, version) are the target's own", "scimulate sweep .scimulate/ledger-"],
    );
    let ids = place.json("ids.json");
    assert_eq!(ids.as_object().unwrap().len(), 4, "{ids}");
    place
        .run(&["state", "capture", "--target", &served.base, "--token-env", "TOKEN", "--out", "again.jsonl"])
        .expect(0, &["2 Group, 2 User"]);
    let text = std::fs::read_to_string(place.path().join("again.jsonl")).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |old: &str| lines.iter().map(|l| &l["resource"]).find(|r| r["id"] == ids[old]).unwrap();
    assert_eq!(of("old-1")["externalId"], "x1");
    assert_eq!(of("old-2")["active"], false);
    let enterprise = &of("old-1")["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"];
    assert_eq!(enterprise["manager"]["value"], ids["old-2"]);
    let members: Vec<&Value> = of("g1")["members"].as_array().unwrap().iter().map(|m| &m["value"]).collect();
    assert_eq!(members, [&ids["old-1"], &ids["g2"]]);
    // Once more: every name is taken by now, and nothing is made twice.
    let twice = restore(&place, &served.base, &["--execute", "--ids", "twice.json"]);
    twice.expect(1, &["created 0 users and 0 groups", "objects whose name somebody on the target has"]);
    let ledger = std::fs::read_dir(place.path().join(".scimulate")).unwrap().next().unwrap().unwrap().path();
    let sweep = ["sweep", ledger.to_str().unwrap(), "--target", &served.base, "--token-env", "TOKEN"];
    place.run(&sweep).expect(0, &["4 of 4"]);
    assert!(served.ids().is_empty());
}

#[test]
fn a_tenant_is_not_restored_where_it_came_from_or_where_nobody_allowed_it() {
    let place = Place::new().with("tenant.json", TENANT);
    let served = Served::start(&place, &["--state", "tenant.json"]);
    let base = &served.base;
    place
        .run(&["state", "capture", "--target", base, "--token-env", "TOKEN", "--out", "tenant.jsonl"])
        .expect(0, &["4 User"]);
    let same = ["state", "restore", "tenant.jsonl", "--target", base, "--token-env", "TOKEN", "--execute"];
    place.run(&same).expect(2, &["restoring them there would make everything twice"]);
    let foreign =
        ["state", "restore", "tenant.json", "--target", "https://scim.invalid/v2", "--token-env", "TOKEN", "--execute"];
    place.run(&foreign).expect(2, &["--i-may-write"]);
    place.run(&["state", "restore", "tenant.json"]).expect(2, &["--target"]);
}
