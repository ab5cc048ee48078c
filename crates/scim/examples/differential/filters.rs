//! Filters: single questions of every kind, joined ones, and texts that are no filter.

use crate::people::{MAILS, NAMES, TIMES, TITLES, TYPES, user};
use crate::random::Random;
use scim::filter::Filter;
use scim::schema::ResourceType;
use scim::urn;
use serde_json::{Value, json};

/// How many users each filter is asked of.
const PEOPLE: usize = 4;

/// A filter and what it is called: the same name, the same class of disagreement.
struct Asked {
    shape: String,
    text: String,
    /// The questions that a joined filter is made of.
    parts: Vec<Asked>,
}

pub(crate) fn cases(random: &mut Random, count: usize) -> Vec<Value> {
    let mut cases = Vec::new();
    while cases.len() < count {
        let people: Vec<Value> = (0..PEOPLE).map(|_| user(random)).collect();
        let asked = match random.below(10) {
            0..=5 => single(random),
            6..=8 => joined(random),
            _ => broken(random),
        };
        // The parts come first: what a part explains is no class of its own.
        let parts: Vec<usize> = asked
            .parts
            .iter()
            .map(|part| {
                cases.push(case(part, &people, cases.len(), &[]));
                cases.len() - 1
            })
            .collect();
        cases.push(case(&asked, &people, cases.len(), &parts));
    }
    cases
}

fn case(asked: &Asked, people: &[Value], number: usize, parts: &[usize]) -> Value {
    let rt = ResourceType::user();
    let ours = match Filter::parse(&asked.text)
        .map_err(scim::error::ScimError::from)
        .and_then(|f| f.check(rt).map(|()| f))
    {
        Ok(filter) => json!({ "matches": people.iter().map(|person| filter.matches(person, rt)).collect::<Vec<_>>() }),
        Err(error) => json!({ "refused": error.scim_type.map(scim::error::ScimType::as_str) }),
    };
    json!({ "kind": "filter", "number": number, "shape": asked.shape, "filter": asked.text, "people": people, "ours": ours, "parts": parts })
}

fn leaf(shape: impl Into<String>, text: impl Into<String>) -> Asked {
    Asked { shape: shape.into(), text: text.into(), parts: Vec::new() }
}

/// A text as a filter writes it.
fn quoted(text: &str) -> String {
    Value::String(text.to_owned()).to_string()
}

fn single(random: &mut Random) -> Asked {
    let kinds: &[fn(&mut Random) -> Asked] = &[
        text,
        text,
        text,
        exact_text,
        boolean,
        time,
        presence,
        one_of_several,
        extension,
        value_path,
        spelt_otherwise,
    ];
    random.one(kinds)(random)
}

fn operator(random: &mut Random) -> (&'static str, &'static str) {
    random.one(&[
        ("eq", "eq"),
        ("eq", "eq"),
        ("ne", "ne"),
        ("co", "co, sw, ew"),
        ("sw", "co, sw, ew"),
        ("ew", "co, sw, ew"),
        ("gt", "gt, ge, lt, le"),
        ("ge", "gt, ge, lt, le"),
        ("lt", "gt, ge, lt, le"),
        ("le", "gt, ge, lt, le"),
    ])
}

fn text(random: &mut Random) -> Asked {
    let (attribute, values) =
        random.one(&[("userName", NAMES), ("title", TITLES), ("displayName", TITLES), ("name.givenName", NAMES)]);
    let (operator, group) = operator(random);
    leaf(format!("a text {group}"), format!("{attribute} {operator} {}", quoted(random.one(values))))
}

fn exact_text(random: &mut Random) -> Asked {
    let (operator, group) = operator(random);
    leaf(format!("a case-exact text {group}"), format!("externalId {operator} {}", quoted(random.one(NAMES))))
}

fn boolean(random: &mut Random) -> Asked {
    match random.below(5) {
        0 => leaf("a boolean gt", "active gt true"),
        1 => leaf("a boolean as text", format!("active eq {}", random.one(&["\"true\"", "\"False\""]))),
        2 => leaf("a boolean co", "active co \"t\""),
        3 => leaf("a boolean ne", format!("active ne {}", random.one(&["true", "false"]))),
        _ => leaf("a boolean eq", format!("active eq {}", random.one(&["true", "false"]))),
    }
}

fn time(random: &mut Random) -> Asked {
    let (operator, group) = operator(random);
    leaf(format!("a dateTime {group}"), format!("meta.created {operator} \"{}\"", random.one(TIMES)))
}

fn presence(random: &mut Random) -> Asked {
    let attribute = random.one(&["title", "name", "name.middleName", "emails", "emails.value", "active", "nickName"]);
    match random.below(4) {
        0 => leaf("eq null", format!("{attribute} eq null")),
        _ => leaf("pr", format!("{attribute} pr")),
    }
}

fn one_of_several(random: &mut Random) -> Asked {
    let (operator, group) = operator(random);
    match random.below(4) {
        0 => leaf("emails.primary eq", "emails.primary eq true"),
        1 => leaf(
            format!("a sub-attribute of several {group}"),
            format!("emails.type {operator} \"{}\"", random.one(TYPES)),
        ),
        2 => leaf(format!("several {group}"), format!("emails {operator} {}", quoted(random.one(MAILS)))),
        _ => leaf(
            format!("a sub-attribute of several {group}"),
            format!("emails.value {operator} {}", quoted(random.one(MAILS))),
        ),
    }
}

fn extension(random: &mut Random) -> Asked {
    let (operator, group) = operator(random);
    match random.below(3) {
        0 => leaf("manager.value eq", format!("{}:manager.value eq \"26118915\"", urn::ENTERPRISE_USER)),
        1 => leaf("a core attribute with its URN", format!("{}:title pr", urn::USER)),
        _ => leaf(
            format!("an attribute of an extension {group}"),
            format!("{}:department {operator} {}", urn::ENTERPRISE_USER, quoted(random.one(TITLES))),
        ),
    }
}

fn value_path(random: &mut Random) -> Asked {
    let (kind, mail) = (random.one(TYPES), random.one(MAILS));
    match random.below(6) {
        0 => leaf("a value path with eq", format!("emails[type eq \"{kind}\"]")),
        1 => leaf("a value path with and", format!("emails[type eq \"{kind}\" and value eq \"{mail}\"]")),
        2 => leaf("a value path with or", format!("emails[type eq \"{kind}\" or value co \"two\"]")),
        3 => leaf("a value path with not", format!("emails[not (type eq \"{kind}\")]")),
        4 => leaf("a value path with primary", "emails[primary eq true]"),
        _ => leaf("a value path and a sub-attribute", format!("emails[type eq \"{kind}\"].value eq \"{mail}\"")),
    }
}

fn spelt_otherwise(random: &mut Random) -> Asked {
    let title = quoted(random.one(TITLES));
    match random.below(6) {
        0 => leaf("an attribute in capitals", format!("TITLE eq {title}")),
        1 => leaf("an operator in capitals", format!("title EQ {title}")),
        2 => leaf("a URN in capitals", format!("{}:title eq {title}", urn::USER.to_uppercase())),
        3 => leaf("an unknown attribute", "favouriteColour eq \"red\""),
        4 => leaf("a number for a text", "userName eq 1"),
        _ => leaf("two blanks", format!("title  eq  {title}")),
    }
}

fn joined(random: &mut Random) -> Asked {
    let parts: Vec<Asked> = (0..=1 + random.below(2)).map(|_| single(random)).collect();
    let texts: Vec<&str> = parts.iter().map(|part| part.text.as_str()).collect();
    let (shape, text) = match (random.below(6), texts.as_slice()) {
        (0, [a, b]) => ("and", format!("{a} and {b}")),
        (1, [a, b]) => ("or", format!("{a} or {b}")),
        (2, [a, b, ..]) => ("and not", format!("{a} and not ({b})")),
        (3, [a, ..]) => ("not", format!("not ({a})")),
        (4, [a, b, c]) => ("or before and", format!("{a} or {b} and {c}")),
        (_, [a, b, c]) => ("brackets", format!("({a} or {b}) and {c}")),
        (_, [a, b, ..]) => ("and in capitals", format!("{a} AND {b}")),
        (_, rest) => ("brackets around one", format!("({})", rest.concat())),
    };
    Asked { shape: shape.into(), text, parts }
}

fn broken(random: &mut Random) -> Asked {
    let (shape, text) = random.one(&[
        ("no operator", "userName"),
        ("no value", "userName eq"),
        ("no attribute", "eq \"anna\""),
        ("a value without quotes", "userName eq anna"),
        ("a value in single quotes", "userName eq 'anna'"),
        ("a quote that is not closed", "userName eq \"anna"),
        ("a bracket that is not closed", "(userName eq \"anna\""),
        ("a bracket that is not opened", "userName eq \"anna\")"),
        ("nothing after and", "userName eq \"anna\" and"),
        ("nothing before and", "and userName pr"),
        ("no and between", "userName pr title pr"),
        ("an unknown operator", "userName resembles \"anna\""),
        ("a value after pr", "userName pr \"anna\""),
        ("empty brackets", "emails[]"),
        ("a name alone in brackets", "emails[type]"),
        ("brackets that are not closed", "emails[type eq \"work\""),
        ("not without brackets", "not userName eq \"anna\""),
        ("a path of three", "name.given.first eq \"anna\""),
        ("an empty filter", ""),
        ("a sum", "userName eq \"a\" + \"b\""),
    ]);
    leaf(format!("no filter: {shape}"), text)
}
