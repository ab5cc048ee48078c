//! PATCH, rule by rule.

use super::*;
use crate::error::{ScimError, ScimType};
use crate::rules::{NoMatch, PatchRules, RemoveValue};
use crate::schema::ResourceType;
use crate::urn;
use serde_json::{Value, json};

fn user() -> Value {
    json!({
        "schemas": [urn::USER], "id": "1", "userName": "bob", "name": {"givenName": "Bob", "familyName": "B"}, "active": true,
        "emails": [{"value": "w@x", "type": "work", "primary": true}, {"value": "h@x", "type": "home"}],
        "groups": [{"value": "g"}], "meta": {"resourceType": "User"},
    })
}

fn group() -> Value {
    json!({"schemas": [urn::GROUP], "displayName": "g", "members": [{"value": "a", "display": "A"}, {"value": "b"}]})
}

fn patch(operations: &Value) -> Value {
    json!({"schemas": [urn::PATCH_OP], "Operations": operations})
}

#[expect(clippy::needless_pass_by_value, reason = "the tests read better with a resource as it comes")]
fn with(rules: &PatchRules, start: Value, operations: &Value) -> Result<(Value, bool), ScimError> {
    let rt = if start.get("userName").is_some() { ResourceType::user() } else { ResourceType::group() };
    let mut resource = start.clone();
    let result = Patch::from_json(&patch(operations)).and_then(|p| p.apply(&mut resource, rt, rules));
    if result.is_err() {
        assert_eq!(resource, start, "a failed patch leaves the resource alone");
    }
    let changed = result?;
    assert_eq!(changed, resource != start);
    Ok((resource, changed))
}

fn run(start: Value, operations: &Value) -> Value {
    with(&PatchRules::default(), start, operations).unwrap().0
}

fn refused(start: Value, operations: &Value) -> Option<ScimType> {
    with(&PatchRules::default(), start, operations).unwrap_err().scim_type
}

fn unchanged(start: Value, operations: &Value) {
    assert!(!with(&PatchRules::default(), start, operations).unwrap().1, "{operations}");
}

#[test]
fn the_body_has_its_structure() {
    let read = |body: &Value| Patch::from_json(body);
    for (body, kind) in [
        (json!([]), ScimType::InvalidSyntax),
        (json!({"Operations": [{"op": "add", "value": {}}]}), ScimType::InvalidSyntax),
        (patch(&json!([])), ScimType::InvalidSyntax),
        (patch(&json!({})), ScimType::InvalidSyntax),
        (patch(&json!([1])), ScimType::InvalidSyntax),
        (patch(&json!([{"path": "title"}])), ScimType::InvalidSyntax),
        (patch(&json!([{"op": "move", "path": "title"}])), ScimType::InvalidSyntax),
        (patch(&json!([{"op": "remove"}])), ScimType::NoTarget),
        (patch(&json!([{"op": "add", "path": "title"}])), ScimType::InvalidValue),
        (patch(&json!([{"op": "add", "value": "x"}])), ScimType::InvalidValue),
        (patch(&json!([{"op": "add", "path": 1, "value": "x"}])), ScimType::InvalidPath),
        (patch(&json!([{"op": "add", "path": "a b", "value": "x"}])), ScimType::InvalidPath),
        (patch(&json!([{"op": "remove", "path": "emails[type regex 1]"}])), ScimType::InvalidFilter),
    ] {
        assert_eq!(read(&body).unwrap_err().scim_type, Some(kind), "{body}");
    }
    let read = read(&json!({"SCHEMAS": [urn::PATCH_OP], "operations": [{"OP": "Remove", "Path": "title"}]})).unwrap();
    assert_eq!((read.operations[0].op, read.operations[0].raw_path.as_deref()), (Op::Remove, Some("title")));
}

#[test]
fn add_sets_completes_and_appends() {
    let after = run(
        user(),
        &json!([
            {"op": "add", "path": "title", "value": "x"},
            {"op": "Add", "path": "name", "value": {"middleName": "M"}},
            {"op": "add", "path": "emails", "value": {"value": "o@x", "type": "other"}},
            {"op": "add", "path": "NAME.honorificPrefix", "value": "Dr"},
            {"op": "add", "value": {"nickname": "B", "roles": [{"value": "r"}]}},
        ]),
    );
    assert_eq!(after["title"], "x");
    assert_eq!(
        after["name"],
        json!({"givenName": "Bob", "familyName": "B", "middleName": "M", "honorificPrefix": "Dr"})
    );
    assert_eq!(after["emails"][2], json!({"value": "o@x", "type": "other"}));
    assert_eq!((&after["nickName"], &after["roles"]), (&json!("B"), &json!([{"value": "r"}])));
}

#[test]
fn what_is_there_already_is_no_change() {
    for operation in [
        json!({"op": "add", "path": "userName", "value": "bob"}),
        json!({"op": "add", "path": "emails", "value": [{"value": "w@x", "type": "work"}]}),
        json!({"op": "replace", "value": {"id": "1", "active": true, "meta": {"resourceType": "User"}}}),
        json!({"op": "remove", "path": "title"}),
        json!({"op": "remove", "path": "emails[type eq \"other\"]"}),
        json!({"op": "remove", "path": "emails[type eq \"other\"].value"}),
        json!({"op": "add", "path": "emails", "value": []}),
        json!({"op": "replace", "path": "name", "value": {"nickname": "Bob"}}),
        json!({"op": "replace", "path": "schemas", "value": [urn::USER]}),
        json!({"op": "remove", "path": urn::ENTERPRISE_USER}),
    ] {
        unchanged(user(), &json!([operation]));
    }
    unchanged(group(), &json!([{"op": "add", "path": "members", "value": [{"value": "a", "display": "Other"}]}]));
}

#[test]
fn replace_sets_merges_and_swaps_lists() {
    let after = run(
        user(),
        &json!([
            {"op": "replace", "path": "userName", "value": "rob"},
            {"op": "replace", "path": "name", "value": {"givenName": "Rob"}},
            {"op": "replace", "path": "emails", "value": [{"value": "n@x"}]},
            {"op": "replace", "path": "active", "value": null},
        ]),
    );
    assert_eq!(after["userName"], "rob");
    assert_eq!(after["name"], json!({"givenName": "Rob", "familyName": "B"}));
    assert_eq!(after["emails"], json!([{"value": "n@x"}]));
    assert_eq!(after.get("active"), None);
    let emptied = run(
        user(),
        &json!([{"op": "replace", "value": {"emails": [], "name": {"givenName": null, "familyName": null}}}]),
    );
    assert_eq!((emptied.get("emails"), emptied.get("name")), (None, None));
}

#[test]
fn remove_unassigns() {
    let after = run(
        user(),
        &json!([
            {"op": "remove", "path": "active"},
            {"op": "remove", "path": "name.givenName"},
            {"op": "remove", "path": "emails[type eq \"work\"]"},
            {"op": "remove", "path": "emails[type eq \"home\"].type"},
        ]),
    );
    assert_eq!(after.get("active"), None);
    assert_eq!((&after["name"], &after["emails"]), (&json!({"familyName": "B"}), &json!([{"value": "h@x"}])));
    let gone = run(user(), &json!([{"op": "remove", "path": "emails[value pr]"}, {"op": "remove", "path": "name"}]));
    assert_eq!((gone.get("emails"), gone.get("name")), (None, None));
    let parts =
        run(user(), &json!([{"op": "remove", "path": "name.givenName"}, {"op": "remove", "path": "name.familyName"}]));
    assert_eq!(parts.get("name"), None);
    let hollow = run(
        user(),
        &json!([{"op": "remove", "path": "emails.type"}, {"op": "remove", "path": "emails[primary pr].primary"}, {"op": "remove", "path": "emails[value sw \"w\"].value"}]),
    );
    assert_eq!(hollow["emails"], json!([{"value": "h@x"}]), "a value without parts is none");
}

#[test]
fn a_value_path_reaches_the_values_it_matches() {
    let after = run(
        user(),
        &json!([
            {"op": "replace", "path": "emails[type eq \"work\"].value", "value": "n@x"},
            {"op": "replace", "path": "emails[type eq \"home\"]", "value": {"display": "Home"}},
        ]),
    );
    assert_eq!(
        after["emails"],
        json!([{"value": "n@x", "type": "work", "primary": true}, {"value": "h@x", "type": "home", "display": "Home"}])
    );
}

#[test]
fn a_new_primary_value_unseats_the_old() {
    let primaries = |operation: Value| -> Vec<Value> {
        let after = run(user(), &json!([operation]));
        after["emails"].as_array().unwrap().iter().map(|e| e.get("primary").cloned().unwrap_or(Value::Null)).collect()
    };
    let by_path = primaries(json!({"op": "replace", "path": "emails[type eq \"home\"].primary", "value": "True"}));
    assert_eq!(by_path, [json!(false), json!(true)]);
    let by_add = primaries(json!({"op": "add", "path": "emails", "value": [{"value": "o@x", "primary": true}]}));
    assert_eq!(by_add, [json!(false), Value::Null, json!(true)]);
    let completed =
        primaries(json!({"op": "add", "path": "emails", "value": [{"value": "h@x", "type": "home", "primary": true}]}));
    assert_eq!(completed, [json!(false), json!(true)]);
    let two = json!([{"op": "replace", "path": "emails[value pr].primary", "value": true}]);
    assert_eq!(refused(user(), &two), Some(ScimType::InvalidValue));
}

#[test]
fn no_match_follows_the_rule() {
    let operations =
        json!([{"op": "Add", "path": "phoneNumbers[type eq \"mobile\" and primary eq \"True\"].value", "value": "1"}]);
    let after = run(user(), &operations);
    assert_eq!(after["phoneNumbers"], json!([{"type": "mobile", "primary": true, "value": "1"}]));
    let strict = PatchRules { no_match: NoMatch::NoTarget, ..PatchRules::default() };
    assert_eq!(with(&strict, user(), &operations).unwrap_err().scim_type, Some(ScimType::NoTarget));
    for filter in ["type ne \"work\" and type ne \"home\"", "type eq \"a\" or type eq \"b\"", "not (value pr)"] {
        let operations = json!([{"op": "replace", "path": format!("emails[{filter}].value"), "value": "1"}]);
        assert_eq!(refused(user(), &operations), Some(ScimType::NoTarget), "{filter}");
    }
}

#[test]
fn remove_with_a_value_follows_the_rule() {
    let operations = json!([{"op": "Remove", "path": "members", "value": [{"value": "a"}, {"value": "z"}]}]);
    let members = |remove_value| {
        let rules = PatchRules { remove_value, ..PatchRules::default() };
        let patched = with(&rules, group(), &operations).map(|(g, _)| g.get("members").cloned());
        let rows = Patch::from_json(&patch(&operations)).unwrap().only_members(&rules);
        (patched, rows)
    };
    let (listed, rows) = members(RemoveValue::Listed);
    assert_eq!(listed.unwrap(), Some(json!([{"value": "b"}])));
    assert_eq!(rows, Some(vec![MemberChange::Remove(vec!["a".into(), "z".into()])]));
    let (rejected, rows) = members(RemoveValue::Reject);
    assert_eq!(rejected.unwrap_err().scim_type, Some(ScimType::InvalidSyntax));
    assert_eq!(rows, None);
    let emails = run(user(), &json!([{"op": "remove", "path": "emails", "value": [{"value": "W@x"}]}]));
    assert_eq!(emails["emails"], json!([{"value": "h@x", "type": "home"}]));
}

#[test]
fn mutability_is_held() {
    for operation in [
        json!({"op": "replace", "path": "id", "value": "2"}),
        json!({"op": "remove", "path": "id"}),
        json!({"op": "add", "value": {"id": "2"}}),
        json!({"op": "add", "path": "groups", "value": [{"value": "h"}]}),
        json!({"op": "remove", "path": "groups[value eq \"g\"]"}),
        json!({"op": "replace", "path": "meta.resourceType", "value": "x"}),
        json!({"op": "replace", "path": format!("{}:manager.displayName", urn::ENTERPRISE_USER), "value": "x"}),
        json!({"op": "remove", "path": "userName"}),
        json!({"op": "replace", "path": "userName", "value": null}),
        json!({"op": "remove", "path": "schemas"}),
    ] {
        assert_eq!(refused(user(), &json!([operation])), Some(ScimType::Mutability), "{operation}");
    }
    let in_place = json!([{"op": "replace", "path": "members[value eq \"a\"].value", "value": "c"}]);
    assert_eq!(refused(group(), &in_place), Some(ScimType::Mutability));
    let lenient = PatchRules { ignore_read_only: true, ..PatchRules::default() };
    assert!(!with(&lenient, user(), &json!([{"op": "replace", "value": {"id": "2"}}])).unwrap().1);
}

#[test]
fn an_immutable_attribute_is_set_once() {
    let mut rt = ResourceType::user().clone();
    rt.schema.attributes.iter_mut().find(|a| a.name == "title").unwrap().mutability =
        crate::schema::Mutability::Immutable;
    let rules = PatchRules::default();
    let mut resource = user();
    let mut set = |value: &str| {
        let body = patch(&json!([{"op": "add", "path": "title", "value": value}]));
        Patch::from_json(&body).unwrap().apply(&mut resource, &rt, &rules)
    };
    assert_eq!(set("x"), Ok(true));
    assert_eq!(set("x"), Ok(false));
    assert_eq!(set("y").unwrap_err().scim_type, Some(ScimType::Mutability));
}

#[test]
fn wrong_paths_and_values() {
    for (operation, kind) in [
        (json!({"op": "add", "path": "nothing", "value": 1}), ScimType::InvalidPath),
        (json!({"op": "add", "path": "name.nothing", "value": 1}), ScimType::InvalidPath),
        (json!({"op": "add", "path": "urn:x:y:userName", "value": 1}), ScimType::InvalidPath),
        (json!({"op": "add", "value": {"nothing": 1}}), ScimType::InvalidPath),
        (json!({"op": "remove", "path": "name[givenName pr]"}), ScimType::InvalidPath),
        (json!({"op": "remove", "path": "emails[nothing pr]"}), ScimType::InvalidFilter),
        (json!({"op": "remove", "path": "emails[primary gt true]"}), ScimType::InvalidFilter),
        (json!({"op": "replace", "path": "active", "value": "yes"}), ScimType::InvalidValue),
        (json!({"op": "replace", "path": "userName", "value": ""}), ScimType::InvalidValue),
        (json!({"op": "replace", "path": "userName", "value": ["x"]}), ScimType::InvalidValue),
        (json!({"op": "replace", "path": "name", "value": "Bob"}), ScimType::InvalidValue),
        (json!({"op": "add", "path": "emails", "value": [{"nickname": "Bob"}]}), ScimType::InvalidValue),
        (json!({"op": "add", "path": "emails", "value": ["b@x"]}), ScimType::InvalidValue),
        (json!({"op": "replace", "path": "emails[type eq \"work\"]", "value": "b@x"}), ScimType::InvalidValue),
        (json!({"op": "replace", "path": "schemas", "value": [urn::GROUP]}), ScimType::InvalidValue),
        (json!({"op": "replace", "path": urn::ENTERPRISE_USER, "value": 1}), ScimType::InvalidValue),
    ] {
        assert_eq!(refused(user(), &json!([operation])), Some(kind), "{operation}");
    }
}

#[test]
fn all_or_nothing() {
    // `with` holds that the resource is untouched.
    let operations = json!([{"op": "replace", "path": "title", "value": "x"}, {"op": "remove", "path": "emails"}, {"op": "remove", "path": "userName"}]);
    assert_eq!(refused(user(), &operations), Some(ScimType::Mutability));
}

#[test]
fn extensions_come_and_go_with_their_data() {
    let urn = urn::ENTERPRISE_USER;
    let after = run(user(), &json!([{"op": "add", "path": format!("{urn}:department"), "value": "d"}]));
    assert_eq!((&after["schemas"], &after[urn]), (&json!([urn::USER, urn]), &json!({"department": "d"})));
    let gone = run(after.clone(), &json!([{"op": "remove", "path": format!("{urn}:Department")}]));
    assert_eq!((&gone["schemas"], gone.get(urn)), (&json!([urn::USER]), None));
    assert_eq!(run(after, &json!([{"op": "replace", "value": {(urn): null}}])), gone);
    let whole = run(
        user(),
        &json!([{"op": "replace", "path": urn, "value": {"costCenter": "1"}}, {"op": "add", "value": {(urn): {"division": "2"}}}]),
    );
    assert_eq!(whole[urn], json!({"costCenter": "1", "division": "2"}));
}

#[test]
fn entra_writes_paths_as_keys_and_managers_as_strings() {
    let urn = urn::ENTERPRISE_USER;
    let after = run(
        user(),
        &json!([
            {"op": "Replace", "value": {"name.givenName": "Rob", (format!("{urn}:department")): "d", "emails[type eq \"work\"].value": "n@x"}},
            {"op": "Add", "path": format!("{urn}:manager"), "value": "m1"},
        ]),
    );
    assert_eq!((&after["name"]["givenName"], &after["emails"][0]["value"]), (&json!("Rob"), &json!("n@x")));
    assert_eq!(after[urn], json!({"department": "d", "manager": {"value": "m1"}}));
    let mut led = after;
    led[urn]["manager"] = json!({"value": "m1", "$ref": "../Users/m1", "displayName": "One"});
    let moved = run(led.clone(), &json!([{"op": "replace", "path": format!("{urn}:manager"), "value": "m2"}]));
    assert_eq!(moved[urn]["manager"], json!({"value": "m2"}));
    unchanged(led.clone(), &json!([{"op": "replace", "path": format!("{urn}:manager"), "value": "m1"}]));
    let cleared = run(led, &json!([{"op": "replace", "path": format!("{urn}:manager"), "value": ""}]));
    assert_eq!(cleared[urn].get("manager"), None);
    let strict = PatchRules { manager_string: false, dotted_keys: false, ..PatchRules::default() };
    let manager = json!([{"op": "add", "path": format!("{urn}:manager"), "value": "m1"}]);
    assert_eq!(with(&strict, user(), &manager).unwrap_err().scim_type, Some(ScimType::InvalidValue));
    let dotted = json!([{"op": "add", "value": {"name.givenName": "x"}}]);
    assert_eq!(with(&strict, user(), &dotted).unwrap_err().scim_type, Some(ScimType::InvalidPath));
    assert!(with(&strict, user(), &json!([{"op": "add", "value": {(format!("{urn}:department")): "d"}}])).is_ok());
}

#[test]
fn member_rows() {
    let rows = |operations: Value| {
        let rules = PatchRules::default();
        Patch::from_json(&patch(&operations)).unwrap().only_members(&rules)
    };
    assert_eq!(
        rows(json!([
            {"op": "Add", "path": "MEMBERS", "value": [{"value": "a", "type": "User"}, {"value": "a", "display": "A"}]},
            {"op": "remove", "path": "members[value eq \"b\" or Value eq \"c\"]"},
            {"op": "replace", "value": {"members": [{"value": "d"}]}},
            {"op": "remove", "path": format!("{}:members", urn::GROUP)},
        ])),
        Some(vec![
            MemberChange::Add(vec![json!({"value": "a", "type": "User"})]),
            MemberChange::Remove(vec!["b".into(), "c".into()]),
            MemberChange::Replace(vec![json!({"value": "d"})]),
            MemberChange::Clear,
        ])
    );
    for operation in [
        json!({"op": "replace", "value": {"id": "1", "displayName": "x"}}),
        json!({"op": "replace", "path": "displayName", "value": "x"}),
        json!({"op": "add", "path": "members", "value": [{"display": "x"}]}),
        json!({"op": "add", "path": "members", "value": 1}),
        json!({"op": "remove", "path": "members[value sw \"b\"]"}),
        json!({"op": "remove", "path": "members[value eq \"b\"].display"}),
        json!({"op": "remove", "path": "members.display"}),
        json!({"op": "replace", "path": "members[value eq \"b\"]", "value": {"display": "x"}}),
    ] {
        assert_eq!(rows(json!([operation])), None, "{operation}");
    }
}

#[test]
fn a_store_learns_what_a_patch_leaves_alone() {
    let touches = |operation: Value| Patch::from_json(&patch(&json!([operation]))).unwrap().touches("members");
    assert!(!touches(json!({"op": "replace", "value": {"id": "1", "displayName": "x"}})));
    assert!(!touches(json!({"op": "replace", "path": "displayName", "value": "x"})));
    assert!(touches(json!({"op": "replace", "value": {"MEMBERS": []}})));
    assert!(touches(json!({"op": "remove", "path": "members[value eq \"a\"]"})));
    assert!(touches(json!({"op": "add", "value": {"not a path": 1}})));
}

#[test]
fn a_member_is_its_value() {
    for value in [json!([{"display": "x"}]), json!([{"value": ""}]), json!([{"id": "x"}]), json!({"nothing": 1})] {
        let operations = json!([{"op": "add", "path": "members", "value": value}]);
        assert_eq!(refused(group(), &operations), Some(ScimType::InvalidValue), "{operations}");
    }
}
