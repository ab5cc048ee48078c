//! Where what an IdP's directory knows of a person stands on an account.
//!
//! In: the name that a scenario gives an attribute, or a table of such. Out: its path in a schema, and its value on an account.
//! Never: a judgement.

use client::observe::member;
use cucumber::gherkin::Step;
use scim::urn::ENTERPRISE_USER as ENTERPRISE;
use serde_json::Value;

/// Where a value stands.
#[derive(Clone, Copy)]
enum At {
    /// In an attribute.
    Attribute(&'static str),
    /// In a part of a complex attribute.
    Part(&'static str, &'static str),
    /// In an attribute of the enterprise extension.
    Extension(&'static str),
    /// In a part of the entry for work of a list, or else of its first entry.
    Entry(&'static str, &'static str),
}

/// Every name with its place.
const PLACES: &[(&str, At)] = &[
    ("user name", At::Attribute("userName")),
    ("given name", At::Part("name", "givenName")),
    ("family name", At::Part("name", "familyName")),
    ("display name", At::Attribute("displayName")),
    ("email", At::Entry("emails", "value")),
    ("phone", At::Entry("phoneNumbers", "value")),
    ("title", At::Attribute("title")),
    ("department", At::Extension("department")),
    ("employee number", At::Extension("employeeNumber")),
    ("manager", At::Extension("manager")),
    ("street", At::Entry("addresses", "streetAddress")),
    ("city", At::Entry("addresses", "locality")),
    ("region", At::Entry("addresses", "region")),
    ("postal code", At::Entry("addresses", "postalCode")),
    ("country", At::Entry("addresses", "country")),
    ("organization", At::Extension("organization")),
    ("division", At::Extension("division")),
    ("cost center", At::Extension("costCenter")),
    ("preferred language", At::Attribute("preferredLanguage")),
    ("role", At::Entry("roles", "value")),
];

fn place(name: &str) -> Option<At> {
    PLACES.iter().find(|(own, _)| *own == name).map(|(_, at)| *at)
}

/// The names there are, for somebody who has used another.
pub(super) fn names() -> String {
    PLACES.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
}

/// The lines of a step's table, an attribute and its value each; what is wrong with it, where it has another form.
pub(super) fn named_values(step: &Step) -> Result<Vec<(String, String)>, String> {
    let lines = step.table.as_ref().map(|table| table.rows.as_slice()).unwrap_or_default();
    match lines {
        [head, lines @ ..] if *head == ["attribute", "value"] && !lines.is_empty() => {
            Ok(lines.iter().filter_map(|line| Some((line.first()?.clone(), line.get(1)?.clone()))).collect())
        }
        _ => Err("this step needs a table with the columns `attribute` and `value`".to_owned()),
    }
}

/// The path of an attribute in the schemas; none where no attribute has that name.
pub(super) fn path_of(name: &str) -> Option<String> {
    Some(match place(name)? {
        At::Attribute(name) => name.to_owned(),
        At::Part(whole, part) | At::Entry(whole, part) => format!("{whole}.{part}"),
        At::Extension(name) => format!("{ENTERPRISE}:{name}"),
    })
}

/// The value of an attribute on an account.
pub(super) fn value_of<'a>(account: &'a Value, name: &str) -> Option<&'a Value> {
    match place(name)? {
        At::Attribute(name) => member(account, name),
        At::Part(whole, part) => member(member(account, whole)?, part),
        At::Extension(name) => enterprise(account, name),
        At::Entry(list, part) => {
            let all = member(account, list)?.as_array()?;
            let work = all.iter().find(|v| member(v, "type").and_then(Value::as_str) == Some("work"));
            member(work.or_else(|| all.first())?, part)
        }
    }
}

/// The value of an attribute of the enterprise extension.
pub(super) fn enterprise<'a>(account: &'a Value, attribute: &str) -> Option<&'a Value> {
    member(member(account, ENTERPRISE)?, attribute)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_name_is_found_where_its_path_says() {
        let parts = ["department", "employeeNumber", "manager", "organization", "division", "costCenter"];
        let extension: serde_json::Map<String, Value> =
            parts.iter().map(|name| ((*name).to_owned(), json!(format!("{ENTERPRISE}:{name}")))).collect();
        let account = json!({
            "userName": "userName", "displayName": "displayName", "title": "title", "preferredLanguage": "preferredLanguage",
            "NAME": { "givenName": "name.givenName", "familyName": "name.familyName" },
            "emails": [{ "type": "home", "value": "x" }, { "type": "work", "value": "emails.value" }],
            "phoneNumbers": [{ "value": "phoneNumbers.value" }], "roles": [{ "value": "roles.value" }],
            "addresses": [{ "type": "work", "streetAddress": "addresses.streetAddress", "locality": "addresses.locality",
                "region": "addresses.region", "postalCode": "addresses.postalCode", "country": "addresses.country" }],
            ENTERPRISE: extension,
        });
        for (name, _) in PLACES {
            assert_eq!(value_of(&account, name).and_then(Value::as_str), path_of(name).as_deref(), "{name}");
        }
        assert_eq!((value_of(&account, "shoe size"), path_of("shoe size")), (None, None));
    }
}
