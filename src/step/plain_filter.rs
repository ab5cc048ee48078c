//! A filter as nobody has trouble reading it: a server that refuses it does not take such filters; one that takes it, and refused
//! the same filter spelled otherwise, misread the spelling.
//!
//! In: a filter. Out: the same attributes and operators, names as the schemas write them, values of plain letters.

use scim::filter::{Filter, Literal, Test};
use scim::path::AttrPath;
use scim::schema::ResourceType;
use scim::urn;

/// The filter in its plainest spelling.
pub(super) fn plain(filter: &Filter, rt: &ResourceType) -> Filter {
    let inside = |inner: &Filter| Box::new(values(inner));
    match filter {
        Filter::Attr { path, test } => Filter::Attr { path: name(path, rt), test: value(test) },
        Filter::ValuePath { attr, filter } => Filter::ValuePath { attr: name(attr, rt), filter: inside(filter) },
        Filter::ValuePathSub { attr, filter, sub, test } => {
            Filter::ValuePathSub { attr: name(attr, rt), filter: inside(filter), sub: sub.clone(), test: value(test) }
        }
        Filter::Not(inner) => Filter::Not(Box::new(plain(inner, rt))),
        Filter::And(parts) => Filter::And(parts.iter().map(|part| plain(part, rt)).collect()),
        Filter::Or(parts) => Filter::Or(parts.iter().map(|part| plain(part, rt)).collect()),
    }
}

/// The filter of a value path: its names are sub-attributes, which are left as they are.
fn values(filter: &Filter) -> Filter {
    match filter {
        Filter::Attr { path, test } => Filter::Attr { path: path.clone(), test: value(test) },
        Filter::Not(inner) => Filter::Not(Box::new(values(inner))),
        Filter::And(parts) => Filter::And(parts.iter().map(values).collect()),
        Filter::Or(parts) => Filter::Or(parts.iter().map(values).collect()),
        other => other.clone(),
    }
}

fn name(path: &AttrPath, rt: &ResourceType) -> AttrPath {
    let Some(found) = rt.attribute(path) else { return path.clone() };
    let base = path.urn.as_ref().is_none_or(|given| urn::same(given, &rt.schema.id));
    AttrPath {
        urn: path.urn.clone().filter(|_| !base),
        name: found.attribute.name.clone(),
        sub: found.sub.map(|sub| sub.name.clone()),
    }
}

fn value(test: &Test) -> Test {
    match test {
        Test::Compare(op, Literal::String(text)) => {
            let plain = text.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '"' | '\\') || c == ' ');
            let text = if plain { text.clone() } else { "x".to_owned() };
            Test::Compare(*op, Literal::String(text))
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_their_schema_and_values_their_difficulties() {
        let plainly = |text: &str| plain(&Filter::parse(text).unwrap(), ResourceType::user()).to_string();
        assert_eq!(plainly("USERNAME Eq \"é\" AND Active eq true"), "userName eq \"x\" and active eq true");
        assert_eq!(plainly("urn:ietf:params:scim:schemas:core:2.0:User:title pr"), "title pr");
        assert_eq!(plainly("emails[type eq \"a\\\"b\"]"), "emails[type eq \"x\"]");
        assert_eq!(plainly("displayName eq \"Ada B\""), "displayName eq \"Ada B\"");
    }
}
