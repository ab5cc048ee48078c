//! Whether a filter makes sense for a resource type.

use super::ast::{CompareOp, Filter, Literal, Test};
use crate::error::ScimError;
use crate::path::AttrPath;
use crate::schema::{Attribute, Kind, ResourceType};
use crate::time;

/// A place in a filter where something is asked of an attribute.
struct Question<'a> {
    path: AttrPath,
    attribute: Option<&'a Attribute>,
    test: &'a Test,
}

impl Filter {
    /// The attributes the resource type does not have.
    #[must_use]
    pub fn unknown_attributes(&self, rt: &ResourceType) -> Vec<AttrPath> {
        let mut questions = Vec::new();
        self.collect(rt, None, &mut questions);
        questions.into_iter().filter(|q| q.attribute.is_none()).map(|q| q.path).collect()
    }

    /// Refuses what RFC 7644 table 3 refuses: an order among booleans or binaries; and what can never match: `co` on a
    /// boolean or number, a literal of the wrong type, a comparison of a complex attribute that has no `value`.
    /// Unknown attributes pass; see [`Self::unknown_attributes`].
    ///
    /// # Errors
    /// `invalidFilter`, naming the attribute and the operator.
    pub fn check(&self, rt: &ResourceType) -> Result<(), ScimError> {
        let mut questions = Vec::new();
        self.collect(rt, None, &mut questions);
        for question in questions {
            if let (Some(attribute), Test::Compare(op, literal)) = (question.attribute, question.test)
                && let Err(reason) = fits(attribute, *op, literal)
            {
                let path = question.path;
                return Err(ScimError::invalid_filter(format!("{path} {}: {reason}", op.as_str())));
            }
        }
        Ok(())
    }

    fn collect<'a>(
        &'a self,
        rt: &'a ResourceType,
        parent: Option<(&AttrPath, Option<&'a Attribute>)>,
        out: &mut Vec<Question<'a>>,
    ) {
        match self {
            Self::Attr { path, test } => out.push(match parent {
                None => {
                    let attribute = rt.attribute(path).map(|r| r.leaf());
                    Question { path: path.clone(), attribute, test }
                }
                Some((at, attribute)) => inside(at, attribute, path, test),
            }),
            Self::ValuePath { attr, filter } => {
                filter.collect(rt, Some((attr, rt.attribute(attr).map(|r| r.leaf()))), out);
            }
            Self::ValuePathSub { attr, filter, sub, test } => {
                let attribute = rt.attribute(attr).map(|r| r.leaf());
                filter.collect(rt, Some((attr, attribute)), out);
                out.push(inside(attr, attribute, &AttrPath::name(sub.clone()), test));
            }
            Self::Not(inner) => inner.collect(rt, parent, out),
            Self::And(parts) | Self::Or(parts) => parts.iter().for_each(|p| p.collect(rt, parent, out)),
        }
    }
}

/// A question inside brackets: its path is a sub-attribute of what stands before them.
fn inside<'a>(parent: &AttrPath, attribute: Option<&'a Attribute>, path: &AttrPath, test: &'a Test) -> Question<'a> {
    let plain = path.urn.is_none() && path.sub.is_none();
    let found = attribute.filter(|_| plain).and_then(|a| inner_attribute(a, &path.name));
    let path = AttrPath { urn: parent.urn.clone(), name: parent.name.clone(), sub: Some(path.to_string()) };
    Question { path, attribute: found, test }
}

/// What a name inside brackets means: a sub-attribute; of a simple attribute, `value` is the value itself
/// (erratum 7122 leaves that open).
pub(super) fn inner_attribute<'a>(attribute: &'a Attribute, name: &str) -> Option<&'a Attribute> {
    match attribute.is_complex() {
        true => attribute.sub(name),
        false => name.eq_ignore_ascii_case("value").then_some(attribute),
    }
}

/// The attribute a comparison looks at: a complex attribute stands for its `value`.
pub(super) fn compared(attribute: &Attribute) -> Option<&Attribute> {
    if attribute.is_complex() { attribute.sub("value") } else { Some(attribute) }
}

fn fits(attribute: &Attribute, op: CompareOp, literal: &Literal) -> Result<(), &'static str> {
    let attribute = compared(attribute).ok_or("a complex attribute is compared by one of its sub-attributes")?;
    if op.orders() && matches!(attribute.kind, Kind::Boolean | Kind::Binary) {
        return Err("there is no order among its values");
    }
    if op.looks_into() && matches!(attribute.kind, Kind::Boolean | Kind::Integer | Kind::Decimal) {
        return Err("the operator is for texts");
    }
    let right = match (literal, attribute.kind) {
        (Literal::Null, _) => matches!(op, CompareOp::Eq | CompareOp::Ne),
        (Literal::Bool(_), kind) => kind == Kind::Boolean,
        (Literal::Number(_), kind) => matches!(kind, Kind::Integer | Kind::Decimal),
        // Entra ID writes booleans as strings.
        (Literal::String(s), Kind::Boolean) => s.eq_ignore_ascii_case("true") || s.eq_ignore_ascii_case("false"),
        (Literal::String(s), Kind::DateTime) => op.looks_into() || time::is_date_time(s),
        (Literal::String(_), kind) => !matches!(kind, Kind::Integer | Kind::Decimal),
    };
    if right { Ok(()) } else { Err("the value is not of the attribute's type") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> Result<(), ScimError> {
        Filter::parse(text).unwrap().check(ResourceType::user())
    }

    #[test]
    fn operators_and_types_that_do_not_go_together() {
        for text in [
            "active gt true",
            "emails.primary le false",
            "emails[primary ge true]",
            r#"x509Certificates.value lt "AA==""#,
            r#"active co "t""#,
            r#"name eq "x""#,
            "userName eq 1",
            "active eq 1",
            r#"active eq "yes""#,
            r#"meta.created gt "yesterday""#,
            "userName co null",
            r#"emails[type eq "work"].primary gt true"#,
        ] {
            assert!(check(text).is_err(), "{text}");
        }
        let error = check("not (title pr and active gt true)").unwrap_err();
        assert_eq!(error.detail, "active gt: there is no order among its values");
    }

    #[test]
    fn what_goes_together() {
        for text in [
            "active eq true",
            r#"active eq "False""#,
            r#"emails co "x""#,
            "name pr",
            r#"meta.lastModified ge "2011-05-13T04:42:34Z""#,
            r#"meta.lastModified sw "2011""#,
            "userName eq null",
            r#"manager gt 1"#,
            r#"schemas[value eq "x"]"#,
        ] {
            assert!(check(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn unknown_attributes_are_listed() {
        let filter =
            r#"x pr or emails[type eq "a" and y pr] or name.z pr or emails[type pr].q pr or urn:a:b:userName pr"#;
        let unknown = Filter::parse(filter).unwrap().unknown_attributes(ResourceType::user());
        let unknown: Vec<_> = unknown.iter().map(ToString::to_string).collect();
        assert_eq!(unknown, ["x", "emails.y", "name.z", "emails.q", "urn:a:b:userName"]);
    }
}
