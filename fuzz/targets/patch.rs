//! Operations applied to a user and a group.
//!
//! The input is a PATCH body, or the operations alone; whatever is no JSON is read as choices from a list of parts, so
//! that most inputs come as far as the operations.
#![no_main]

use libfuzzer_sys::fuzz_target;
use scim::patch::Patch;
use scim::rules::{NoMatch, PatchRules, RemoveValue, StringBooleans};
use scim::schema::ResourceType;
use scimulate_fuzz::{group, user};
use serde_json::{Value, json};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// Places in a resource, sound ones and others.
const PATHS: &[&str] = &[
    "userName",
    "active",
    "displayName",
    "externalId",
    "schemas",
    "id",
    "meta",
    "name",
    "name.givenName",
    "emails",
    "emails.value",
    "emails[type eq \"work\"]",
    "emails[type eq \"work\"].value",
    "emails[type eq \"other\"].value",
    "emails[primary eq true].primary",
    "emails[not (value pr)]",
    "phoneNumbers[value sw \"tel\"].type",
    "addresses[type eq \"home\"].locality",
    "roles",
    "roles[value eq \"reader\" or primary eq true].primary",
    "members",
    "members[value eq \"u1\"]",
    "members[value eq \"u1\" or value eq \"u2\"].display",
    "members.value",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value",
    "urn:ietf:params:scim:schemas:core:2.0:User:name.familyName",
    "password",
    "groups",
    "nothing",
    "x509Certificates",
];

/// The next choice, none at the end of the input.
struct Choices<'a>(std::slice::Iter<'a, u8>);

impl Choices<'_> {
    fn next(&mut self) -> usize {
        self.0.next().copied().unwrap_or_default().into()
    }

    fn one_of<'l>(&mut self, list: &[&'l str]) -> &'l str {
        list[self.next() % list.len()]
    }

    fn value(&mut self, depth: usize) -> Value {
        match self.next() % if depth == 0 { 8 } else { 12 } {
            0 => Value::Null,
            1 => true.into(),
            2 => "False".into(),
            3 => "".into(),
            4 => "u1".into(),
            5 => "work".into(),
            6 => self.next().into(),
            7 => {
                json!({ "value": self.one_of(&["u1", "u3", "ada@example.com"]), "type": self.one_of(&["work", "home", "User"]) })
            }
            8 | 9 => (0..self.next() % 4).map(|_| self.value(depth - 1)).collect(),
            _ => {
                let members = (0..self.next() % 4).map(|_| {
                    let sub = ["value", "type", "primary", "display", "givenName", "$ref", "locality", ENTERPRISE];
                    let name = if self.next().is_multiple_of(2) { self.one_of(&sub) } else { self.one_of(PATHS) };
                    (name.to_owned(), self.value(depth - 1))
                });
                Value::Object(members.collect())
            }
        }
    }

    fn operation(&mut self) -> Value {
        let mut operation = json!({ "op": self.one_of(&["add", "Replace", "remove", "replace"]) });
        if !self.next().is_multiple_of(4) {
            operation["path"] = self.one_of(PATHS).into();
        }
        if !self.next().is_multiple_of(8) {
            operation["value"] = self.value(3);
        }
        operation
    }
}

fuzz_target!(|data: &[u8]| {
    let sent = serde_json::from_slice::<Value>(data).unwrap_or_else(|_| {
        let mut choices = Choices(data.iter());
        (0..1 + choices.next() % 6).map(|_| choices.operation()).collect()
    });
    let sent_size = sent.to_string().len();
    let body = match sent {
        Value::Array(_) => {
            json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": sent })
        }
        other => other,
    };
    let lenient = PatchRules::default();
    let strict = PatchRules {
        remove_value: RemoveValue::Reject,
        no_match: NoMatch::NoTarget,
        string_booleans: StringBooleans::Reject,
        ..PatchRules::default()
    };
    for rules in [&lenient, &strict] {
        apply(&body, sent_size, rules);
    }
});

fn apply(body: &Value, sent_size: usize, rules: &PatchRules) {
    let Ok(patch) = Patch::from_json(body) else { return };
    let _ = patch.only_members(rules);
    for (before, rt) in [(user(), ResourceType::user()), (group(), ResourceType::group())] {
        let mut after = before.clone();
        match patch.apply(&mut after, rt, rules) {
            Err(error) => {
                assert_eq!(after, before, "a refused PATCH changed the resource: {error}");
                assert!((400..500).contains(&error.status), "{error:?}");
            }
            Ok(changed) => {
                assert_eq!(changed, after != before);
                let printed = after.to_string();
                let again: Value = serde_json::from_str(&printed).unwrap_or_else(|e| panic!("{e}: {printed}"));
                assert_eq!(again, after, "what is kept is read back as it was");
                let sizes = (before.to_string().len(), sent_size);
                assert!(printed.len() <= sizes.0 + 8 * sizes.1 + 1024, "{} bytes from {sizes:?}", printed.len());
                assert_eq!((&after["id"], &after["meta"]), (&before["id"], &before["meta"]));
            }
        }
    }
}
