//! Values: whether each has the JSON type of its attribute, and the few forms that the RFC gives them.

use super::bench::{Bench, flaw};
use super::request::Request;
use crate::check::show;
use scim::schema::{Attribute, Kind, ResourceType};
use serde_json::{Map, Value};

/// Who holds values: the bench, and the request they are in.
pub(super) struct Held<'a, 'b> {
    pub(super) bench: &'a mut Bench,
    pub(super) request: &'a Request<'b>,
    /// In a PATCH one value may stand for the list it is added to.
    pub(super) alone: bool,
}

impl Held<'_, '_> {
    /// The attributes of a resource, or of the object that a PATCH without path has; `at` is the pointer to it. Names that the type
    /// does not have are handed back.
    pub(super) fn attributes(&mut self, object: &Map<String, Value>, kind: &ResourceType, at: &str) -> Vec<String> {
        let mut unknown = Vec::new();
        for (name, value) in object {
            let place = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
            if ["schemas", "id", "meta"].iter().any(|own| own.eq_ignore_ascii_case(name)) {
                continue;
            }
            if let Some(extension) = kind.extension(name) {
                self.extension(&extension.attributes, value, &place);
            } else if let Some(attribute) = kind.base_attribute(name) {
                self.attribute(attribute, value, &place);
            } else if !name.contains(':') {
                unknown.push(name.clone());
            }
        }
        unknown
    }

    fn extension(&mut self, attributes: &[Attribute], value: &Value, at: &str) {
        if value.is_null() {
            return;
        }
        self.fits("RFC7643-2.3-02", value.is_object(), value, at, "an object of the extension's attributes");
        for (name, value) in value.as_object().into_iter().flatten() {
            if let Some(known) = attributes.iter().find(|known| known.name.eq_ignore_ascii_case(name)) {
                self.attribute(known, value, &format!("{at}/{name}"));
            }
        }
    }

    /// The value of one attribute; null and an empty array unassign it (RFC 7643 section 2.5).
    pub(super) fn attribute(&mut self, attribute: &Attribute, value: &Value, at: &str) {
        if value.is_null() || value.as_array().is_some_and(Vec::is_empty) {
            return;
        }
        match (attribute.multi_valued, value.as_array()) {
            (true, Some(all)) => {
                if !self.alone {
                    self.fits("RFC7643-2.4-01", true, value, at, "an array");
                }
                self.primaries(attribute, all, at);
                for (nth, one) in all.iter().enumerate() {
                    self.element(attribute, one, &format!("{at}/{nth}"));
                }
            }
            (true, None) if self.alone => self.element(attribute, value, at),
            (true, None) => self.fits("RFC7643-2.4-01", false, value, at, "an array"),
            (false, Some(_)) => self.fits("RFC7643-2.3-02", false, value, at, "a single value"),
            (false, None) => self.element(attribute, value, at),
        }
    }

    /// One value.
    pub(super) fn element(&mut self, attribute: &Attribute, value: &Value, at: &str) {
        if value.is_null() {
            return;
        }
        let (id, fits, due) = match attribute.kind {
            Kind::Boolean => ("RFC7643-2.3.2-01", value.is_boolean(), "true or false"),
            Kind::Integer => ("RFC7643-2.3-02", value.is_i64() || value.is_u64(), "a whole number"),
            Kind::Decimal => ("RFC7643-2.3-02", value.is_number(), "a number"),
            Kind::Complex => ("RFC7643-2.3-02", value.is_object(), "an object"),
            _ => ("RFC7643-2.3-02", value.is_string(), "a text"),
        };
        self.fits(id, fits, value, at, due);
        for (name, part) in value.as_object().into_iter().flatten().filter(|_| attribute.is_complex()) {
            let below = format!("{at}/{name}");
            if let Some(sub) = attribute.sub(name) {
                self.attribute(sub, part, &below);
            }
            self.form(&attribute.name, name, part, &below);
        }
        if attribute.name == "locale" {
            self.locale(value, at);
        }
    }

    /// Forms that single sub-attributes have.
    pub(super) fn form(&mut self, attribute: &str, sub: &str, value: &Value, at: &str) {
        let Some(text) = value.as_str() else { return };
        match (attribute, sub) {
            ("addresses", "country") if !text.is_empty() => {
                let code = text.len() == 2 && text.bytes().all(|b| b.is_ascii_alphabetic());
                self.fits("RFC7643-4.1.2-21", code, value, at, "a code of two letters");
            }
            ("emails", "value") => {
                let address = text.split_once('@').is_some_and(|(local, host)| !local.is_empty() && !host.is_empty());
                self.fits("RFC7643-4.1.2-01", address, value, at, "an e-mail address");
            }
            _ => {}
        }
    }

    /// RFC 5646 section 2.1: letters and digits, in parts of eight at most, joined by hyphens.
    fn locale(&mut self, value: &Value, at: &str) {
        let Some(text) = value.as_str().filter(|text| !text.is_empty()) else { return };
        let part = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
        self.fits("RFC7643-4.1.1-16", text.split('-').all(part), value, at, "a language tag such as en-US");
    }

    fn primaries(&mut self, attribute: &Attribute, all: &[Value], at: &str) {
        if attribute.sub("primary").is_none() {
            return;
        }
        let primary = all.iter().filter(|one| one.get("primary") == Some(&Value::Bool(true))).count();
        self.bench
            .hold(self.request, "RFC7643-2.4-05", primary < 2, || flaw(at, "one primary value", primary.to_string()));
    }

    fn fits(&mut self, id: &'static str, fits: bool, value: &Value, at: &str, due: &str) {
        self.bench.hold(self.request, id, fits, || flaw(at, due, show(Some(value))));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use crate::verdict::Severity::{Violation, Warning};
    use serde_json::json;

    fn sent(pointer: &str, value: serde_json::Value) -> [Sending; 1] {
        [post("/Users", &with(&ada(), pointer, value))]
    }

    #[test]
    fn a_value_has_the_type_of_its_attribute() {
        green(&sent("/active", json!(true)), "RFC7643-2.3.2-01");
        red(&sent("/active", json!("True")), "RFC7643-2.3.2-01", Violation);
        red(&sent("/emails/0/primary", json!("true")), "RFC7643-2.3.2-01", Violation);
        green(&sent("/title", json!("Dr")), "RFC7643-2.3-02");
        green(&sent("/title", json!(null)), "RFC7643-2.3-02");
        red(&sent("/title", json!(1)), "RFC7643-2.3-02", Violation);
        red(&sent("/name", json!("Ada")), "RFC7643-2.3-02", Violation);
        red(&sent("/title", json!(["Dr"])), "RFC7643-2.3-02", Violation);
        green(&sent("/emails", json!([{"value": "a@b.example"}])), "RFC7643-2.4-01");
        red(&sent("/emails", json!({"value": "a@b.example"})), "RFC7643-2.4-01", Violation);
        red(&sent("/emails", json!(["a@b.example"])), "RFC7643-2.3-02", Violation);
        let manager = |value| {
            let urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
            let schemas = with(&ada(), "/schemas/1", json!(urn));
            [post("/Users", &with(&schemas, &format!("/{urn}"), json!({"manager": value})))]
        };
        green(&manager(json!({"value": "4711"})), "RFC7643-2.3-02");
        red(&manager(json!("4711")), "RFC7643-2.3-02", Violation);
    }

    #[test]
    fn one_value_is_primary() {
        let two = |first: bool| json!([{"value": "a@b.example", "primary": first}, {"value": "c@b.example", "primary": true}]);
        green(&sent("/emails", two(false)), "RFC7643-2.4-05");
        red(&sent("/emails", two(true)), "RFC7643-2.4-05", Violation);
    }

    #[test]
    fn some_values_have_a_form() {
        let country = |code: &str| sent("/addresses", json!([{"type": "work", "country": code}]));
        green(&country("SE"), "RFC7643-4.1.2-21");
        red(&country("Sweden"), "RFC7643-4.1.2-21", Violation);
        green(&sent("/emails", json!([{"value": "a@b.example"}])), "RFC7643-4.1.2-01");
        red(&sent("/emails", json!([{"value": ""}])), "RFC7643-4.1.2-01", Warning);
        green(&sent("/locale", json!("en-US")), "RFC7643-4.1.1-16");
        red(&sent("/locale", json!("en_US")), "RFC7643-4.1.1-16", Warning);
    }
}
