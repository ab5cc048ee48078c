//! PATCHes: every form of a path crossed with what an operation may do, each under a name.

use crate::people::{MAILS, NAMES, TITLES, TYPES, user};
use crate::random::Random;
use scim::error::ScimError;
use scim::patch::{Op, Patch};
use scim::rules::{NoMatch, PatchRules};
use scim::schema::ResourceType;
use scim::urn;
use serde_json::{Value, json};

/// An operation and what it is called.
struct Asked {
    shape: &'static str,
    operation: Value,
}

pub(crate) fn cases(random: &mut Random, count: usize) -> Vec<Value> {
    let mut cases = Vec::new();
    while cases.len() < count {
        let start = user(random);
        if !random.one_in(4) {
            let asked = one(random, &start);
            cases.push(case(asked.shape, &start, &json!([asked.operation]), cases.len(), &[]));
            continue;
        }
        // Each operation alone first, on what the ones before it left: what one of them explains is no class of its own.
        let (mut at, mut parts, mut operations) = (start.clone(), Vec::new(), Vec::new());
        for _ in 0..2 + random.below(2) {
            let asked = one(random, &at);
            let alone = json!([asked.operation]);
            parts.push(cases.len());
            cases.push(case(asked.shape, &at, &alone, cases.len(), &[]));
            operations.push(asked.operation);
            match apply(&at, &alone) {
                Ok(after) => at = after,
                Err(_) => break,
            }
        }
        cases.push(case("several operations", &start, &operations.into(), cases.len(), &parts));
    }
    cases
}

/// What the embedded provider does in the profile `rfc`: `add` makes what its filter names, `replace` finds no target.
fn apply(before: &Value, operations: &Value) -> Result<Value, ScimError> {
    let patch = Patch::from_json(&json!({ "schemas": [urn::PATCH_OP], "Operations": operations }))?;
    let mut after = before.clone();
    for operation in &patch.operations {
        let no_match = if operation.op == Op::Replace { NoMatch::NoTarget } else { NoMatch::Create };
        let rules = PatchRules { no_match, ..PatchRules::default() };
        Patch { operations: vec![operation.clone()] }.apply(&mut after, ResourceType::user(), &rules)?;
    }
    Ok(after)
}

fn case(shape: &str, before: &Value, operations: &Value, number: usize, parts: &[usize]) -> Value {
    let ours = match apply(before, operations) {
        Ok(after) => json!({ "resource": after }),
        Err(error) => json!({ "refused": error.scim_type.map(scim::error::ScimType::as_str) }),
    };
    json!({ "kind": "patch", "number": number, "shape": shape, "resource": before, "operations": operations, "ours": ours, "parts": parts })
}

fn asked(shape: &'static str, operation: Value) -> Asked {
    Asked { shape, operation }
}

fn one(random: &mut Random, of: &Value) -> Asked {
    let kinds: &[fn(&mut Random, &Value) -> Asked] =
        &[simple, complex, several, selected, extension, pathless, spelt, wrong];
    random.one(kinds)(random, of)
}

/// Whether the user has that attribute: what an operation does may hang on it.
fn has(of: &Value, name: &str) -> bool {
    of.get(name).is_some()
}

fn simple(random: &mut Random, of: &Value) -> Asked {
    let name = random.one(&["title", "displayName", "nickName"]);
    let value = random.one(TITLES);
    match (random.below(4), has(of, name)) {
        (0, true) => asked("add a text that is there", json!({ "op": "add", "path": name, "value": value })),
        (0, false) => asked("add a text", json!({ "op": "add", "path": name, "value": value })),
        (1, true) => asked("replace a text", json!({ "op": "replace", "path": name, "value": value })),
        (1, false) => {
            asked("replace a text that is not there", json!({ "op": "replace", "path": name, "value": value }))
        }
        (2, true) => asked("remove a text", json!({ "op": "remove", "path": name })),
        (2, false) => asked("remove a text that is not there", json!({ "op": "remove", "path": name })),
        _ => asked("replace active", json!({ "op": "replace", "path": "active", "value": random.one_in(2) })),
    }
}

fn complex(random: &mut Random, of: &Value) -> Asked {
    let (part, value) = (random.one(&["givenName", "familyName", "middleName"]), random.one(NAMES));
    let whole = json!({ (part): value });
    let (path, there) = (format!("name.{part}"), of["name"].get(part).is_some());
    match (random.below(6), there) {
        (0, _) => asked("add to a complex attribute", json!({ "op": "add", "path": "name", "value": whole })),
        (1, _) => {
            asked("replace a complex attribute in part", json!({ "op": "replace", "path": "name", "value": whole }))
        }
        (2, _) if has(of, "name") => asked("remove a complex attribute", json!({ "op": "remove", "path": "name" })),
        (3, _) => asked("add a sub-attribute", json!({ "op": "add", "path": path, "value": value })),
        (4, true) => asked("remove a sub-attribute", json!({ "op": "remove", "path": path })),
        (4, false) => asked("remove a sub-attribute that is not there", json!({ "op": "remove", "path": path })),
        _ => asked("replace a sub-attribute", json!({ "op": "replace", "path": path, "value": value })),
    }
}

fn several(random: &mut Random, of: &Value) -> Asked {
    let fresh = json!({ "value": "new@three.example", "type": "other" });
    let primary = json!({ "value": "new@three.example", "type": "other", "primary": true });
    match random.below(9) {
        0 => asked("add a value", json!({ "op": "add", "path": "emails", "value": [fresh] })),
        1 => asked("add a value without its array", json!({ "op": "add", "path": "emails", "value": fresh })),
        2 if has(of, "emails") => {
            asked("add a value that is there", json!({ "op": "add", "path": "emails", "value": [of["emails"][0]] }))
        }
        3 => asked("add a primary value", json!({ "op": "add", "path": "emails", "value": [primary] })),
        4 => asked("replace all values", json!({ "op": "replace", "path": "emails", "value": [fresh] })),
        5 => asked("replace all values by none", json!({ "op": "replace", "path": "emails", "value": [] })),
        6 if has(of, "emails") => asked("remove all values", json!({ "op": "remove", "path": "emails" })),
        7 => asked(
            "add two primary values",
            json!({ "op": "add", "path": "emails", "value": [primary, { "value": "z@z.example", "primary": true }] }),
        ),
        _ => asked(
            "add several values",
            json!({ "op": "add", "path": "emails", "value": [fresh, { "value": "z@z.example" }] }),
        ),
    }
}

fn selected(random: &mut Random, of: &Value) -> Asked {
    let (kind, mail) = (random.one(TYPES), random.one(MAILS));
    let emails = of["emails"].as_array().map(Vec::as_slice).unwrap_or_default();
    let matched = emails.iter().any(|value| value["type"] == kind);
    let path = format!("emails[type eq \"{kind}\"]");
    let value = format!("{path}.value");
    match (random.below(8), matched) {
        (0, true) => {
            asked("replace a part of a selected value", json!({ "op": "replace", "path": value, "value": mail }))
        }
        (0, false) => asked(
            "replace a part of a value that is not there",
            json!({ "op": "replace", "path": value, "value": mail }),
        ),
        (1, true) => asked("add a part of a selected value", json!({ "op": "add", "path": value, "value": mail })),
        (1, false) => {
            asked("add a part of a value that is not there", json!({ "op": "add", "path": value, "value": mail }))
        }
        (2, true) => asked("remove a selected value", json!({ "op": "remove", "path": path })),
        (2, false) => asked("remove a selected value that is not there", json!({ "op": "remove", "path": path })),
        (3, true) => {
            asked("remove a part of a selected value", json!({ "op": "remove", "path": format!("{path}.display") }))
        }
        (4, true) => asked(
            "replace a selected value",
            json!({ "op": "replace", "path": path, "value": { "type": kind, "value": "new@three.example" } }),
        ),
        (4, false) => asked(
            "replace a selected value that is not there",
            json!({ "op": "replace", "path": path, "value": { "type": kind, "value": "new@three.example" } }),
        ),
        (5, true) => asked(
            "make a selected value primary",
            json!({ "op": "replace", "path": format!("{path}.primary"), "value": true }),
        ),
        (6, true) => asked(
            "remove what and selects",
            json!({ "op": "remove", "path": format!("emails[type eq \"{kind}\" and value pr]") }),
        ),
        (_, true) => asked(
            "remove what not selects",
            json!({ "op": "remove", "path": format!("emails[not (type eq \"{kind}\")]") }),
        ),
        (_, false) => asked(
            "remove what or selects",
            json!({ "op": "remove", "path": format!("emails[type eq \"{kind}\" or value pr]") }),
        ),
    }
}

fn extension(random: &mut Random, of: &Value) -> Asked {
    let (path, value) = (format!("{}:department", urn::ENTERPRISE_USER), random.one(TITLES));
    let there = has(of, urn::ENTERPRISE_USER);
    match (random.below(5), there) {
        (0, true) => asked("add an attribute of an extension", json!({ "op": "add", "path": path, "value": value })),
        (0, false) => {
            asked("add the first attribute of an extension", json!({ "op": "add", "path": path, "value": value }))
        }
        (1, _) => {
            asked("replace an attribute of an extension", json!({ "op": "replace", "path": path, "value": value }))
        }
        (2, true) => asked("remove an attribute of an extension", json!({ "op": "remove", "path": path })),
        (3, _) => asked(
            "add to an extension without a path",
            json!({ "op": "add", "value": { (urn::ENTERPRISE_USER): { "department": value } } }),
        ),
        _ => asked(
            "add a manager",
            json!({ "op": "add", "path": format!("{}:manager.value", urn::ENTERPRISE_USER), "value": "4711" }),
        ),
    }
}

fn pathless(random: &mut Random, _: &Value) -> Asked {
    let value = random.one(TITLES);
    match random.below(5) {
        0 => asked("add without a path", json!({ "op": "add", "value": { "title": value, "nickName": value } })),
        1 => asked("replace without a path", json!({ "op": "replace", "value": { "title": value, "active": true } })),
        2 => asked(
            "add a value without a path",
            json!({ "op": "add", "value": { "emails": [{ "value": "new@three.example", "type": "other" }] } }),
        ),
        3 => asked(
            "replace a complex attribute without a path",
            json!({ "op": "replace", "value": { "name": { "givenName": value } } }),
        ),
        _ => asked("a dotted key without a path", json!({ "op": "replace", "value": { "name.givenName": value } })),
    }
}

fn spelt(random: &mut Random, _: &Value) -> Asked {
    let value = random.one(TITLES);
    match random.below(5) {
        0 => asked("an operation in title case", json!({ "op": "Replace", "path": "title", "value": value })),
        1 => asked("a path in capitals", json!({ "op": "replace", "path": "TITLE", "value": value })),
        2 => asked(
            "a core attribute with its URN",
            json!({ "op": "replace", "path": format!("{}:title", urn::USER), "value": value }),
        ),
        3 => asked(
            "a sub-attribute with its URN",
            json!({ "op": "replace", "path": format!("{}:name.givenName", urn::USER), "value": value }),
        ),
        _ => asked("a boolean as text", json!({ "op": "replace", "path": "active", "value": "False" })),
    }
}

fn wrong(random: &mut Random, of: &Value) -> Asked {
    match random.below(16) {
        0 => {
            asked("wrong: an unknown attribute", json!({ "op": "replace", "path": "favouriteColour", "value": "red" }))
        }
        1 => asked("wrong: an unknown sub-attribute", json!({ "op": "replace", "path": "name.shoe", "value": "46" })),
        2 => asked("wrong: another id", json!({ "op": "replace", "path": "id", "value": "other" })),
        3 => asked(
            "wrong: the creation moved",
            json!({ "op": "replace", "path": "meta.created", "value": "2001-01-01T00:00:00Z" }),
        ),
        4 => asked("wrong: remove userName", json!({ "op": "remove", "path": "userName" })),
        5 => asked("wrong: remove id", json!({ "op": "remove", "path": "id" })),
        6 => asked("wrong: remove without a path", json!({ "op": "remove" })),
        7 => asked("wrong: add without a value", json!({ "op": "add", "path": "title" })),
        8 => asked("wrong: an unknown operation", json!({ "op": "move", "path": "title", "value": "x" })),
        9 => asked("wrong: a bracket that is not closed", json!({ "op": "replace", "path": "emails[", "value": "x" })),
        10 => asked("wrong: two dots", json!({ "op": "replace", "path": "name..givenName", "value": "x" })),
        11 => asked(
            "wrong: a filter without a value",
            json!({ "op": "replace", "path": "emails[type eq ].value", "value": "x" }),
        ),
        12 => asked("wrong: a text for a boolean", json!({ "op": "replace", "path": "active", "value": "maybe" })),
        13 => asked("wrong: a text for a complex attribute", json!({ "op": "replace", "path": "name", "value": "x" })),
        14 => {
            asked("wrong: texts for complex values", json!({ "op": "add", "path": "emails", "value": ["x@x.example"] }))
        }
        _ if has(of, "title") => asked(
            "wrong: a filter on one value",
            json!({ "op": "replace", "path": "title[value eq \"x\"]", "value": "x" }),
        ),
        _ => asked("wrong: a text in place of an operation's value", json!({ "op": "add", "value": "x" })),
    }
}
