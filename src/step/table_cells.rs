//! The small language of tables that hold requests and what has to come of each: what an answer may be, what it has to
//! hold.
//!
//! In: the text of a cell. Out: an [`Expected`] status, or [`Item`]s to hold against a JSON body. Never: I/O.

use client::observe::member;
use judge::check::names;
use serde_json::Value;
use std::fmt;

/// The answers a cell allows: alternatives joined by `or`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Expected(Vec<Alternative>);

/// One of them: `201`, `4xx`, `400 noTarget`; a keyword followed by `!` is as binding as the status.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Alternative {
    from: u16,
    to: u16,
    keyword: Option<String>,
    binding: bool,
    text: String,
}

/// How an answer compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    /// As expected.
    Well,
    /// The status is right, the keyword is another: a hint to the client, no more.
    OtherKeyword,
    /// Otherwise than expected.
    Otherwise,
}

impl Expected {
    /// Reads a cell; an empty one allows every success.
    pub(super) fn read(cell: &str) -> Result<Self, String> {
        let cell = if cell.trim().is_empty() { "2xx" } else { cell.trim() };
        cell.split(" or ").map(Alternative::read).collect::<Result<_, _>>().map(Self)
    }

    /// Compares an answer.
    pub(super) fn judge(&self, status: u16, keyword: Option<&str>) -> Comparison {
        let mut best = Comparison::Otherwise;
        for a in self.0.iter().filter(|a| (a.from..=a.to).contains(&status)) {
            match &a.keyword {
                Some(wanted) if keyword != Some(wanted) && a.binding => {}
                Some(wanted) if keyword != Some(wanted) => best = Comparison::OtherKeyword,
                _ => return Comparison::Well,
            }
        }
        best
    }

    /// Whether only a refusal is right.
    pub(super) fn refuses(&self) -> bool {
        self.0.iter().all(|a| a.from >= 400)
    }
}

impl Alternative {
    fn read(text: &str) -> Result<Self, String> {
        let mut words = text.split_whitespace();
        let status = words.next().unwrap_or_default();
        let (from, to) = match (status, status.strip_suffix("xx").and_then(|d| d.parse::<u16>().ok())) {
            (_, Some(hundreds)) => (hundreds * 100, hundreds * 100 + 99),
            ("anything", _) => (100, 599),
            (number, None) => {
                let number =
                    number.parse().map_err(|_| format!("`{text}` is no answer; write 201, 4xx or 400 noTarget"))?;
                (number, number)
            }
        };
        let keyword = words.next().map(|w| w.trim_end_matches('!').to_owned());
        Ok(Self { from, to, keyword, binding: text.ends_with('!'), text: text.trim().trim_end_matches('!').to_owned() })
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts: Vec<&str> = self.0.iter().map(|a| a.text.as_str()).collect();
        f.write_str(&texts.join(" or ").replace("anything", "any status"))
    }
}

/// What a cell says of a request's body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BodyKind {
    /// `user {...}`: completed by what the target's schemas require.
    User,
    /// `group {...}`: the same for a group.
    Group,
    /// `same {...}`: what is there now, with these attributes in place of those it has.
    Same,
    /// `raw {...}`: left alone.
    Raw,
    /// Anything else: wrapped in the message that the request calls for.
    Plain,
}

impl BodyKind {
    /// The kind of a body, and its JSON.
    pub(super) fn read(cell: &str) -> (Self, &str) {
        let (word, json) = cell.split_once(' ').map_or((cell, "{}"), |(word, rest)| (word, rest.trim()));
        match word {
            "user" => (Self::User, json),
            "group" => (Self::Group, json),
            "same" => (Self::Same, json),
            "raw" if word != cell => (Self::Raw, json),
            _ => (Self::Plain, cell),
        }
    }
}

/// One thing an answer, or what is stored afterwards, has to hold.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Item {
    /// `/title = "x"`, `/emails/*/value are ["a", "b"]`, `/title absent`: of a JSON body.
    Body(String, Test),
    /// `ETag present`: of a header.
    Header(String, Test),
    /// `finds Ada, Ben`: the list has these of what the scenario made, and no others of it.
    Finds(Vec<String>),
    /// `order Ada, Ben`: the same, in this order.
    Order(Vec<String>),
    /// `text lacks "x"`: of the body's text.
    Text(Test),
    /// `unchanged`: what is stored is as before the request.
    Unchanged,
    /// `gone`: nothing is stored there.
    Gone,
    /// `empty`: there is no body.
    Empty,
}

/// What is asked of a value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Test {
    Is(Value),
    IsNot(Value),
    /// The values of an array, whatever their order.
    Are(Vec<Value>),
    Has(Value),
    Lacks(Value),
    AtLeast(f64),
    AtMost(f64),
    Present,
    /// Not there, null, or an empty array: all the same (RFC 7643 section 2.5).
    Absent,
    /// The same of every value that `*` stands for, those that are missing included.
    Every(Box<Test>),
    /// One of these; null stands for nothing.
    In(Vec<Value>),
    /// A reference to what stands at this path below the base URL, or none.
    LeadsTo(String),
}

/// Reads a cell: items separated by `;`.
pub(super) fn items(cell: &str) -> Result<Vec<Item>, String> {
    parts(cell).iter().map(|part| item(part)).collect()
}

/// Splits at semicolons outside quotes.
fn parts(cell: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    let (mut quoted, mut escaped) = (false, false);
    for c in cell.chars() {
        match c {
            ';' if !quoted => {
                found.push(String::new());
                continue;
            }
            '"' if !escaped => quoted = !quoted,
            _ => {}
        }
        escaped = c == '\\' && !escaped;
        if let Some(last) = found.last_mut() {
            last.push(c);
        }
    }
    found.into_iter().map(|p| p.trim().to_owned()).filter(|p| !p.is_empty()).collect()
}

fn item(text: &str) -> Result<Item, String> {
    let (what, rest) = text.split_once(' ').unwrap_or((text, ""));
    let names = || rest.split(',').map(|n| n.trim().to_owned()).filter(|n| !n.is_empty() && n != "nobody").collect();
    Ok(match what {
        "unchanged" => Item::Unchanged,
        "gone" => Item::Gone,
        "empty" => Item::Empty,
        "finds" => Item::Finds(names()),
        "order" => Item::Order(names()),
        "text" => Item::Text(test(rest, text)?),
        pointer if pointer.starts_with('/') => Item::Body(pointer.to_owned(), test(rest, text)?),
        header => Item::Header(header.to_ascii_lowercase(), test(rest, text)?),
    })
}

fn test(text: &str, whole: &str) -> Result<Test, String> {
    let (verb, value) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
    let json = || serde_json::from_str::<Value>(value).map_err(|e| format!("in `{whole}`, {value} is no JSON: {e}"));
    let list = || match json()? {
        Value::Array(values) => Ok(values),
        _ => Err(format!("in `{whole}`, {value} is no JSON array")),
    };
    let number = || value.trim().parse().map_err(|_| format!("in `{whole}`, {value} is no number"));
    Ok(match verb {
        "=" => Test::Is(json()?),
        "!=" => Test::IsNot(json()?),
        "are" => Test::Are(list()?),
        "in" => Test::In(list()?),
        "leads" => match value.strip_prefix("to ").map(serde_json::from_str) {
            Some(Ok(Value::String(path))) if path.starts_with('/') => Test::LeadsTo(path),
            _ => return Err(format!("in `{whole}`, {value} is no path; write for example: leads to \"/Users/2819\"")),
        },
        "has" => Test::Has(json()?),
        "lacks" => Test::Lacks(json()?),
        ">=" => Test::AtLeast(number()?),
        "<=" => Test::AtMost(number()?),
        "every" => Test::Every(Box::new(test(value, whole)?)),
        "present" => Test::Present,
        "absent" => Test::Absent,
        _ => {
            return Err(format!(
                "`{whole}` asks for nothing; write for example: /title = \"x\", /title absent, ETag present"
            ));
        }
    })
}

/// The value at a pointer: names in any case, `*` for every element, `*[type=work]` for those with that value (`!=` for the
/// others), `[type=work]` for the first of them.
pub(super) fn at(body: &Value, pointer: &str) -> Option<Value> {
    let several = pointer.split('/').any(|s| s.starts_with('*'));
    let found = all_at(body, pointer).into_iter().flatten();
    if several { Some(found.cloned().collect()) } else { found.into_iter().next().cloned() }
}

/// All values at a pointer; a member that is missing at its end counts as nothing rather than not at all.
fn all_at<'a>(body: &'a Value, pointer: &str) -> Vec<Option<&'a Value>> {
    let mut current = vec![body];
    let mut segments = pointer.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        if let Some(choice) = segment.strip_prefix('*') {
            let chosen = |v: &&Value| choice.is_empty() || fits(v, choice.trim_matches(['[', ']']));
            current = current.into_iter().filter_map(Value::as_array).flatten().filter(chosen).collect();
            continue;
        }
        let (name, choice) = match segment.strip_suffix(']').and_then(|s| s.split_once('[')) {
            Some((name, choice)) => (name, Some(choice)),
            None => (segment, None),
        };
        if segments.peek().is_none() {
            return current.into_iter().map(|value| step(value, name, choice)).collect();
        }
        current = current.into_iter().filter_map(|value| step(value, name, choice)).collect();
    }
    current.into_iter().map(Some).collect()
}

/// Whether an element has a member of that value: `type=work`, `type!=complex`.
fn fits(element: &Value, choice: &str) -> bool {
    let Some((key, wanted)) = choice.split_once('=') else { return false };
    let (key, same) = key.strip_suffix('!').map_or((key, true), |key| (key, false));
    let equal = match member(element, key) {
        Some(Value::String(text)) => text.eq_ignore_ascii_case(wanted),
        Some(other) => {
            let text = other.to_string();
            text == wanted
        }
        None => false,
    };
    equal == same
}

fn step<'a>(value: &'a Value, name: &str, choice: Option<&str>) -> Option<&'a Value> {
    let found = match value {
        Value::Array(values) => values.get(name.parse::<usize>().ok()?)?,
        other => member(other, name)?,
    };
    let Some(choice) = choice else { return Some(found) };
    found.as_array()?.iter().find(|v| fits(v, choice))
}

/// What an item of a body's text finds wrong there: shown as it stands, or nothing where it holds.
pub(super) fn wrong(body: Option<&Value>, pointer: &str, test: &Test) -> Option<String> {
    let shown = |value: Option<&Value>| value.map_or_else(|| "nothing".to_owned(), Value::to_string);
    let Test::Every(test) = test else {
        let value = body.and_then(|b| at(b, pointer));
        return (!test.holds(value.as_ref())).then(|| shown(value.as_ref()));
    };
    let all = body.map(|b| all_at(b, pointer)).unwrap_or_default();
    let bad: Vec<String> = all.iter().filter(|v| !test.holds(**v)).map(|v| shown(*v)).collect();
    (!bad.is_empty()).then(|| format!("{} of {}, the first of them {}", bad.len(), all.len(), bad[0]))
}

impl Test {
    /// Whether a value passes.
    pub(super) fn holds(&self, value: Option<&Value>) -> bool {
        let elements = || value.and_then(Value::as_array).cloned().unwrap_or_default();
        let number = || value.and_then(Value::as_f64);
        match self {
            Self::Is(wanted) => value == Some(wanted),
            Self::IsNot(unwanted) => value != Some(unwanted),
            Self::Are(wanted) => {
                let mut left = elements();
                let all = wanted.iter().all(|w| left.iter().position(|l| l == w).map(|n| left.remove(n)).is_some());
                all && left.is_empty()
            }
            Self::In(allowed) => allowed.contains(value.unwrap_or(&Value::Null)),
            Self::LeadsTo(path) => match value {
                None | Some(Value::Null) => true,
                Some(reference) => reference.as_str().is_some_and(|reference| names(reference, path)),
            },
            Self::Has(wanted) => contains(value, wanted),
            Self::Lacks(unwanted) => !contains(value, unwanted),
            Self::AtLeast(bound) => number().is_some_and(|n| n >= *bound),
            Self::AtMost(bound) => number().is_some_and(|n| n <= *bound),
            Self::Every(test) => elements().iter().all(|v| test.holds(Some(v))),
            Self::Present => !empty(value),
            Self::Absent => empty(value),
        }
    }
}

fn empty(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null) => true,
        Some(Value::Array(values)) => values.is_empty(),
        Some(_) => false,
    }
}

/// Whether an array has the element, or a text the part.
fn contains(value: Option<&Value>, wanted: &Value) -> bool {
    match (value, wanted) {
        (Some(Value::Array(values)), wanted) => values.contains(wanted),
        (Some(Value::String(text)), Value::String(part)) => text.contains(part.as_str()),
        _ => false,
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |values: &[Value]| Value::from(values.to_vec()).to_string();
        match self {
            Self::Is(value) => write!(f, "{value}"),
            Self::IsNot(value) => write!(f, "another value than {value}"),
            Self::Are(values) => write!(f, "exactly {}", list(values)),
            Self::In(values) => write!(f, "one of {}", list(values)),
            Self::LeadsTo(path) => write!(f, "the URI of {path}, or none"),
            Self::Has(value) => write!(f, "{value} among the values"),
            Self::Lacks(value) => write!(f, "no {value} in it"),
            Self::AtLeast(bound) => write!(f, "at least {bound}"),
            Self::AtMost(bound) => write!(f, "at most {bound}"),
            Self::Every(test) => write!(f, "for each of them {test}"),
            Self::Present => f.write_str("a value"),
            Self::Absent => f.write_str("no value"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn answers_are_alternatives_and_a_keyword_binds_where_it_says_so() {
        let answer = |cell: &str, status, keyword| Expected::read(cell).unwrap().judge(status, keyword);
        assert_eq!(answer("", 204, None), Comparison::Well);
        assert_eq!(answer("", 400, None), Comparison::Otherwise);
        assert_eq!(answer("200 or 204", 201, None), Comparison::Otherwise);
        assert_eq!(answer("400 noTarget", 400, Some("noTarget")), Comparison::Well);
        assert_eq!(answer("400 noTarget", 400, Some("invalidPath")), Comparison::OtherKeyword);
        assert_eq!(answer("400 noTarget or 400 invalidPath", 400, Some("invalidPath")), Comparison::Well);
        assert_eq!(answer("409 uniqueness!", 409, None), Comparison::Otherwise);
        assert_eq!(answer("4xx", 412, None), Comparison::Well);
        assert_eq!(answer("anything", 500, None), Comparison::Well, "HTTP-03 tells of it");
        assert!(Expected::read("soon").is_err());
        assert!(Expected::read("4xx or 501").unwrap().refuses() && !Expected::read("2xx or 400").unwrap().refuses());
    }

    #[test]
    fn a_body_is_of_a_kind() {
        assert_eq!(BodyKind::read("user"), (BodyKind::User, "{}"));
        assert_eq!(BodyKind::read("same { \"title\": null }"), (BodyKind::Same, "{ \"title\": null }"));
        assert_eq!(BodyKind::read("raw {}"), (BodyKind::Raw, "{}"));
        assert_eq!(BodyKind::read("[{ \"op\": 1 }]"), (BodyKind::Plain, "[{ \"op\": 1 }]"));
        assert_eq!(BodyKind::read("raw"), (BodyKind::Plain, "raw"));
    }

    #[test]
    fn cells_are_split_outside_quotes_and_read() {
        let read = items(r#"/a = "x;y" ; ETag present; finds Ada, Ben; finds nobody; unchanged"#).unwrap();
        assert_eq!(read.len(), 5);
        assert_eq!(read[0], Item::Body("/a".into(), Test::Is(json!("x;y"))));
        assert_eq!(read[1], Item::Header("etag".into(), Test::Present));
        assert_eq!(read[2], Item::Finds(vec!["Ada".into(), "Ben".into()]));
        assert_eq!(read[3], Item::Finds(Vec::new()));
        assert!(items("/a ~ 3").is_err() && items("/a = x").is_err() && items("/a are 3").is_err());
        assert!(items("/a leads to \"Users\"").is_err() && items("/a leads \"/Users/2\"").is_err());
    }

    #[test]
    fn pointers_go_by_name_choice_and_star() {
        let body =
            json!({ "Emails": [{ "value": "a", "type": "Work" }, { "value": "b", "primary": true }], "n": { "x": 1 } });
        assert_eq!(at(&body, "/emails[type=work]/value"), Some(json!("a")));
        assert_eq!(at(&body, "/emails[primary=true]/value"), Some(json!("b")));
        assert_eq!(at(&body, "/emails/*/value"), Some(json!(["a", "b"])));
        assert_eq!(at(&body, "/emails/1/value"), Some(json!("b")));
        assert_eq!(
            (at(&body, "/n/x"), at(&body, "/n/y"), at(&body, "/none/*/x")),
            (Some(json!(1)), None, Some(json!([])))
        );
    }

    #[test]
    fn every_one_is_held_and_who_is_missing_counts() {
        let body =
            json!({ "a": [{ "type": "complex", "subs": [{ "n": 1 }] }, { "type": "string", "n": "x" }, { "n": "y" }] });
        let wrong = |text: &str| match item(text).unwrap() {
            Item::Body(pointer, test) => wrong(Some(&body), &pointer, &test),
            other => panic!("{other:?}"),
        };
        assert_eq!(wrong("/a/*/type every in [\"complex\", \"string\"]").unwrap(), "1 of 3, the first of them nothing");
        assert_eq!(wrong("/a/*[type=complex]/subs every present"), None);
        assert_eq!(wrong("/a/*[type!=complex]/n every present"), None);
        assert_eq!(wrong("/a/*[type!=complex]/subs every absent"), None);
        assert_eq!(wrong("/a/*/n every present").unwrap(), "1 of 3, the first of them nothing");
        assert_eq!(wrong("/a/*/subs/*/n every = 1"), None);
        assert!(wrong("/a/*/subs/*/n every = 2").is_some());
    }

    #[test]
    fn every_test_can_fail() {
        let value = json!(["a", "b"]);
        let holds = |text: &str, value: Option<&Value>| test(text, text).unwrap().holds(value);
        for (text, good, bad) in [
            (r#"are ["b", "a"]"#, Some(&value), None),
            (r#"has "a""#, Some(&value), None),
            (r#"lacks "c""#, Some(&value), Some(&json!("c"))),
            ("= 3", Some(&json!(3)), Some(&json!("3"))),
            ("!= 3", Some(&json!(4)), Some(&json!(3))),
            (">= 3", Some(&json!(3)), Some(&json!(2))),
            ("<= 3", Some(&json!(3)), Some(&json!("3"))),
            ("in [1, 2]", Some(&json!(2)), None),
            (
                "leads to \"/Users/2\"",
                Some(&json!("https://h.example/Users/2")),
                Some(&json!("https://h.example/Users/3")),
            ),
            ("leads to \"/Users/2\"", None, Some(&json!(2))),
            ("present", Some(&json!(false)), Some(&json!([]))),
            ("absent", Some(&json!([])), Some(&json!(""))),
        ] {
            assert!(holds(text, good), "{text} {good:?}");
            assert!(!holds(text, bad), "{text} {bad:?}");
        }
        assert!(!holds(r#"are ["a"]"#, Some(&value)) && !holds(r#"are ["a", "b", "c"]"#, Some(&value)));
    }
}
