//! Whether a resource matches a filter.
//!
//! An attribute the resource type does not have makes its part neither true nor false, so that
//! `not (unknown eq "x")` does not match everybody.

use super::ast::{CompareOp, Filter, Literal, Test};
use super::check::{compared, inner_attribute};
use crate::key;
use crate::path::AttrPath;
use crate::schema::{Attribute, Kind, Resolved, ResourceType, Returned};
use crate::time;
use serde_json::{Number, Value};
use std::cmp::Ordering;

impl Filter {
    /// Whether the resource matches (RFC 7644 section 3.4.2.2).
    ///
    /// Decisions where the RFC is silent: `eq null` is "has no value"; `ne` matches what has no value; an attribute
    /// never returned (`password`) matches nothing, or a filter would reveal it letter by letter.
    #[must_use]
    pub fn matches(&self, resource: &Value, rt: &ResourceType) -> bool {
        self.holds(&Scope::Resource(resource, rt)) == Some(true)
    }

    /// Whether the resource matches a query over several resource types: an attribute its type does not have counts
    /// as one without a value (RFC 7644 section 3.4.2.1).
    #[must_use]
    pub fn matches_among_types(&self, resource: &Value, rt: &ResourceType) -> bool {
        self.holds(&Scope::Mixed(resource, rt)) == Some(true)
    }

    /// Whether one value of an attribute fulfils a filter from between brackets.
    pub(crate) fn selects(&self, value: &Value, attribute: &Attribute) -> bool {
        self.holds(&Scope::Value(value, attribute)) == Some(true)
    }

    fn holds(&self, scope: &Scope<'_>) -> Option<bool> {
        match self {
            Self::Attr { path, test } => scope.ask(path, test),
            Self::ValuePath { attr, filter } => {
                let Some((values, attribute)) = scope.values_at(attr) else { return scope.without_value() };
                any(values.into_iter().map(|v| filter.holds(&Scope::Value(v, attribute))))
            }
            Self::ValuePathSub { attr, filter, sub, test } => {
                let Some((values, attribute)) = scope.values_at(attr) else { return scope.without_value() };
                let sub = AttrPath::name(sub.clone());
                any(values.into_iter().map(|v| {
                    let scope = Scope::Value(v, attribute);
                    all([filter.holds(&scope), scope.ask(&sub, test)].into_iter())
                }))
            }
            Self::Not(inner) => inner.holds(scope).map(|b| !b),
            Self::And(parts) => all(parts.iter().map(|p| p.holds(scope))),
            Self::Or(parts) => any(parts.iter().map(|p| p.holds(scope))),
        }
    }
}

fn any(mut parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut unknown = false;
    let found = parts.any(|p| {
        unknown |= p.is_none();
        p == Some(true)
    });
    if found { Some(true) } else { (!unknown).then_some(false) }
}

fn all(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    any(parts.map(|p| p.map(|b| !b))).map(|b| !b)
}

/// What names in a filter refer to: the resource, or one value between brackets.
enum Scope<'a> {
    Resource(&'a Value, &'a ResourceType),
    /// A resource among those of other types.
    Mixed(&'a Value, &'a ResourceType),
    Value(&'a Value, &'a Attribute),
}

impl<'a> Scope<'a> {
    fn values_at(&self, path: &AttrPath) -> Option<(Vec<&'a Value>, &'a Attribute)> {
        match *self {
            Self::Resource(resource, rt) | Self::Mixed(resource, rt) => {
                let resolved = rt.attribute(path)?;
                Some((values(resource, &resolved), resolved.leaf()))
            }
            Self::Value(value, attribute) => {
                if path.urn.is_some() || path.sub.is_some() {
                    return None;
                }
                let inner = inner_attribute(attribute, &path.name)?;
                let mut out = Vec::new();
                if attribute.is_complex() {
                    push_member(value, &inner.name, &mut out);
                } else {
                    out.push(value);
                }
                Some((out, inner))
            }
        }
    }

    /// What something asked of no value at all is: false among several types, else open.
    fn without_value(&self) -> Option<bool> {
        matches!(self, Self::Mixed(..)).then_some(false)
    }

    fn ask(&self, path: &AttrPath, test: &Test) -> Option<bool> {
        let Some((mut values, mut attribute)) = self.values_at(path) else {
            let absence = matches!(test, Test::Compare(CompareOp::Ne, other) if *other != Literal::Null)
                || matches!(test, Test::Compare(CompareOp::Eq, Literal::Null));
            return self.without_value().map(|_| absence);
        };
        if attribute.returned == Returned::Never {
            return None;
        }
        if let Test::Compare(_, literal) = test
            && attribute.is_complex()
            && *literal != Literal::Null
        {
            let inner = compared(attribute)?;
            let mut of_value = Vec::new();
            values.iter().for_each(|v| push_member(v, &inner.name, &mut of_value));
            (values, attribute) = (of_value, inner);
        }
        values.retain(|v| is_present(v));
        Some(match test {
            Test::Present | Test::Compare(CompareOp::Ne, Literal::Null) => !values.is_empty(),
            Test::Compare(CompareOp::Eq, Literal::Null) => values.is_empty(),
            Test::Compare(CompareOp::Ne, literal) => {
                values.is_empty() || values.iter().any(|v| !compare(CompareOp::Eq, v, literal, attribute))
            }
            Test::Compare(op, literal) => values.iter().any(|v| compare(*op, v, literal, attribute)),
        })
    }
}

/// The values at a resolved path, multi-valued ones one by one.
pub(crate) fn values<'a>(resource: &'a Value, at: &Resolved<'_>) -> Vec<&'a Value> {
    let holder = match at.extension {
        Some(schema) => resource.as_object().and_then(|o| key::get(o, &schema.id)),
        None => Some(resource),
    };
    let mut out = Vec::new();
    if let Some(holder) = holder {
        push_member(holder, &at.attribute.name, &mut out);
    }
    let Some(sub) = at.sub else { return out };
    let mut inner = Vec::new();
    out.into_iter().for_each(|v| push_member(v, &sub.name, &mut inner));
    inner
}

fn push_member<'a>(holder: &'a Value, name: &str, out: &mut Vec<&'a Value>) {
    match holder.as_object().and_then(|o| key::get(o, name)) {
        Some(Value::Array(list)) => out.extend(list),
        Some(value) => out.push(value),
        None => {}
    }
}

/// `pr`: not null, not empty (RFC 7644 table 3).
fn is_present(value: &Value) -> bool {
    !key::is_unassigned(value) && value.as_str() != Some("")
}

fn compare(op: CompareOp, value: &Value, literal: &Literal, attribute: &Attribute) -> bool {
    match (attribute.kind, value, literal) {
        (Kind::Boolean, Value::Bool(a), literal) => op == CompareOp::Eq && as_bool(literal) == Some(*a),
        (Kind::Integer | Kind::Decimal, Value::Number(a), Literal::Number(b)) => {
            numbers(a, b).is_some_and(|o| accepts(op, o))
        }
        (Kind::DateTime, Value::String(a), Literal::String(b)) if !op.looks_into() => {
            match (time::read(a), time::read(b)) {
                (Some(a), Some(b)) => accepts(op, a.cmp(&b)),
                _ => op == CompareOp::Eq && a == b,
            }
        }
        (Kind::Boolean | Kind::Integer | Kind::Decimal | Kind::Complex, ..) => false,
        (_, Value::String(a), Literal::String(b)) => {
            let (a, b) = (key::fold(a, attribute.case_exact), key::fold(b, attribute.case_exact));
            match op {
                CompareOp::Co => a.contains(&*b),
                CompareOp::Sw => a.starts_with(&*b),
                CompareOp::Ew => a.ends_with(&*b),
                op => accepts(op, a.cmp(&b)),
            }
        }
        _ => false,
    }
}

/// A boolean literal, or Entra ID's string for one.
fn as_bool(literal: &Literal) -> Option<bool> {
    match literal {
        Literal::Bool(b) => Some(*b),
        Literal::String(s) if s.eq_ignore_ascii_case("true") => Some(true),
        Literal::String(s) if s.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

fn accepts(op: CompareOp, order: Ordering) -> bool {
    match op {
        CompareOp::Eq => order.is_eq(),
        CompareOp::Ne => order.is_ne(),
        CompareOp::Gt => order.is_gt(),
        CompareOp::Ge => order.is_ge(),
        CompareOp::Lt => order.is_lt(),
        CompareOp::Le => order.is_le(),
        CompareOp::Co | CompareOp::Sw | CompareOp::Ew => false,
    }
}

/// The order of two JSON numbers; whole ones without loss.
pub(crate) fn numbers(a: &Number, b: &Number) -> Option<Ordering> {
    let whole = |n: &Number| n.as_i64().map(i128::from).or_else(|| n.as_u64().map(i128::from));
    match (whole(a), whole(b)) {
        (Some(a), Some(b)) => Some(a.cmp(&b)),
        _ => a.as_f64()?.partial_cmp(&b.as_f64()?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn user() -> Value {
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
            "id": "A1", "externalId": "Ext", "USERNAME": "BJensen", "active": true, "title": "", "password": "secret",
            "name": {"givenName": "Barbara"},
            "emails": [
                {"value": "b@work.com", "type": "work"},
                {"value": "b@home.com", "type": "home", "primary": true},
            ],
            "meta": {"lastModified": "2011-05-13T04:42:34Z", "resourceType": "User"},
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "Sales", "manager": {"value": "M"}},
        })
    }

    fn matching(filters: &[&str], expected: bool) {
        for text in filters {
            assert_eq!(Filter::parse(text).unwrap().matches(&user(), ResourceType::user()), expected, "{text}");
        }
    }

    #[test]
    fn case_counts_where_the_schema_says_so() {
        matching(
            &[
                r#"userName eq "bjensen""#,
                r#"username sw "BJ""#,
                r#"userName ew "SEN""#,
                r#"id eq "A1""#,
                r#"schemas eq "URN:ietf:params:scim:schemas:core:2.0:user""#,
                r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:user:DEPARTMENT eq "sales""#,
                r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager eq "M""#,
            ],
            true,
        );
        matching(
            &[r#"id eq "a1""#, r#"externalId eq "ext""#, r#"externalId co "EXT""#, r#"meta.resourceType eq "user""#],
            false,
        );
    }

    #[test]
    fn one_value_fulfils_everything_in_brackets() {
        matching(
            &[
                r#"emails[type eq "work" and value co "work"]"#,
                r#"emails.type eq "work" and emails.value co "home""#,
                r#"emails[type eq "home"].value eq "B@HOME.com""#,
                r#"emails co "home.com""#,
                r#"emails[not (type eq "work")]"#,
                r#"emails.type ne "work""#,
            ],
            true,
        );
        matching(
            &[r#"emails[type eq "work" and value co "home"]"#, r#"emails[type eq "work"].value co "home""#],
            false,
        );
    }

    #[test]
    fn presence_null_and_absence() {
        matching(
            &["userName pr", "name pr", "title eq null", "nickName eq null", r#"nickName ne "x""#, "active ne null"],
            true,
        );
        matching(
            &["title pr", "nickName pr", "roles pr", r#"nickName eq "x""#, "nickName ne null", "name eq null"],
            false,
        );
    }

    #[test]
    fn instants_are_compared_as_instants() {
        matching(
            &[
                r#"meta.lastModified eq "2011-05-13T06:42:34.000+02:00""#,
                r#"meta.lastModified ge "2011-05-13T04:42:34Z""#,
                r#"meta.lastModified gt "2011-05-13T05:42:34+02:00""#,
                r#"meta.lastModified sw "2011""#,
            ],
            true,
        );
        matching(&[r#"meta.lastModified gt "2011-05-13T04:42:34Z""#, r#"meta.lastModified gt "x""#], false);
    }

    #[test]
    fn booleans() {
        matching(&["active eq true", r#"active eq "True""#, "active ne false", "not (active eq false)"], true);
        matching(&["active eq false", "active gt false", "active eq 1"], false);
    }

    #[test]
    fn unknown_and_secret_attributes_match_nobody() {
        matching(
            &[
                "nothing pr",
                r#"nothing ne "x""#,
                r#"not (nothing eq "x")"#,
                r#"emails[not (nothing eq "x")]"#,
                r#"name eq "Barbara""#,
                r#"password eq "secret""#,
                r#"password sw "s""#,
                "password pr",
            ],
            false,
        );
        matching(&[r#"nothing pr or userName pr"#], true);
    }

    #[test]
    fn among_types_an_unknown_attribute_has_no_value() {
        let matches = |text| Filter::parse(text).unwrap().matches_among_types(&user(), ResourceType::user());
        for text in [r#"not (nothing eq "x")"#, r#"nothing ne "x""#, "nothing eq null", "not (nothing[value pr])"] {
            assert!(matches(text), "{text}");
        }
        for text in ["nothing pr", r#"nothing eq "x""#, "nothing ne null", r#"nothing[value eq "x"]"#, "password pr"] {
            assert!(!matches(text), "{text}");
        }
    }

    #[test]
    fn any_json_is_a_resource_that_does_not_match() {
        let filter = Filter::parse(r#"emails[type eq "a"] and name.givenName gt "x""#).unwrap();
        for value in [json!(null), json!([]), json!({"emails": "x", "name": [1, {"givenName": {}}]})] {
            assert!(!filter.matches(&value, ResourceType::user()));
        }
    }
}
