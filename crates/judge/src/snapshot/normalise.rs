//! Exchanges to text that two equal runs share.
//!
//! What is unordered is sorted, what differs from run to run becomes a placeholder. What is kept, sorted or replaced
//! stands in the tables below. An answer's object members are sorted, a request's are kept in the order sent: that
//! order is part of what an identity provider is.

use super::placeholder::{Mode, Placeholders};
use client::observe::{Endpoint, Observation};
use serde_json::{Map, Value};
use std::fmt::Write as _;

/// Request headers worth keeping.
const REQUEST_HEADERS: &[&str] = &["content-type", "accept", "user-agent", "if-match", "if-none-match", "prefer"];
/// Response headers worth keeping.
const RESPONSE_HEADERS: &[&str] = &["content-type", "location", "etag", "www-authenticate", "retry-after"];
/// Headers whose value is an entity tag.
const TAG_HEADERS: &[&str] = &["etag", "if-match", "if-none-match"];
/// Attributes whose `value` is the id of another resource.
const REFERENCES: &[&str] = &["members", "groups", "manager", "manager.value"];
/// Arrays of a request that have no order: the multi-valued attributes of RFC 7643, and their names in a PATCH.
const UNORDERED: &[&str] = &[
    "members",
    "groups",
    "emails",
    "phoneNumbers",
    "ims",
    "photos",
    "addresses",
    "entitlements",
    "roles",
    "x509Certificates",
    "value",
];
/// Arrays of an answer that have an order.
const ORDERED: &[&str] = &["Operations"];
/// Longest text of a body that is no JSON, in bytes.
const TEXT_BYTES: usize = 2048;
/// Most elements of one array.
const ELEMENTS: usize = 100;

/// Writes exchanges as readable text without what differs from run to run.
#[derive(Debug, Clone)]
pub struct Normaliser {
    bases: Vec<String>,
    run_tag: String,
}

impl Normaliser {
    /// A normaliser that knows the base URLs of the run's targets and the tag in the names the run gives.
    #[must_use]
    pub fn new(bases: &[String], run_tag: &str) -> Self {
        Self { bases: bases.to_vec(), run_tag: run_tag.to_owned() }
    }

    /// The exchanges as text, in the order given.
    #[must_use]
    pub fn render(&self, observations: &[&Observation]) -> String {
        let mut writer = Writer { known: Placeholders::new(&self.bases, &self.run_tag), mode: Mode::Learn };
        for observation in observations {
            writer.learn(observation);
        }
        writer.mode = Mode::Write;
        let mut out = String::new();
        for (at, observation) in observations.iter().enumerate() {
            if at > 0 {
                out.push('\n');
            }
            writer.exchange(&mut out, at + 1, observation);
        }
        out
    }
}

/// Where in a body a value stands.
#[derive(Debug, Clone, Copy)]
struct At<'a> {
    /// Name of the member it is the value of, or an element of the value of.
    name: &'a str,
    /// Whether the body was sent (else it was answered).
    sent: bool,
    /// Whether it describes the service: its ids are names.
    discovery: bool,
    /// Whether it is a resource, or an element of the answer's list.
    resource: bool,
    /// Whether it is the id of the resource it stands in.
    own_id: bool,
    /// Whether it is, or holds, the id of another resource.
    reference: bool,
    /// Whether it stands in `meta`.
    meta: bool,
}

impl<'a> At<'a> {
    fn root(observation: &Observation, sent: bool) -> Self {
        let discovery = matches!(observation.endpoint, Endpoint::Discovery(_));
        Self { name: "", sent, discovery, resource: true, own_id: false, reference: false, meta: false }
    }

    /// The place of a member of the object at this place.
    fn member(self, object: &Map<String, Value>, name: &'a str) -> Self {
        let path = object.get("path").and_then(Value::as_str).is_some_and(refers);
        let holder = self.reference || object.contains_key("$ref") || path;
        Self {
            name,
            resource: matches!(name, "Resources" | "response" | "data"),
            own_id: self.resource && name.eq_ignore_ascii_case("id"),
            reference: refers(name) || (name == "value" && holder),
            meta: self.name == "meta",
            ..self
        }
    }

    fn is_id(self) -> bool {
        !self.discovery && (self.reference || self.own_id)
    }

    fn is_url(self) -> bool {
        !self.discovery && (self.name == "$ref" || (self.meta && self.name == "location"))
    }

    fn sorted(self) -> bool {
        if self.sent { UNORDERED.contains(&self.name) } else { !ORDERED.contains(&self.name) }
    }
}

/// Whether an attribute's name, or a PATCH path, names references to other resources.
fn refers(path: &str) -> bool {
    let attribute = path.rsplit(':').next().unwrap_or(path);
    let attribute = attribute.split('[').next().unwrap_or(attribute);
    REFERENCES.iter().any(|name| attribute.eq_ignore_ascii_case(name))
}

struct Writer {
    known: Placeholders,
    mode: Mode,
}

impl Writer {
    /// Notes every id of an exchange, wherever it may be mentioned first.
    fn learn(&mut self, observation: &Observation) {
        if let Endpoint::Resource(_, id) = &observation.endpoint
            && id.bytes().any(|b| b.is_ascii_digit())
        {
            // A word such as `me` or `nobody` is better read as it is.
            self.known.learn(id);
        }
        if observation.status() == Some(201)
            && let Some(location) = observation.header("location")
        {
            self.learn_url(location);
        }
        if let Some(value) = observation.json() {
            self.value(value, At::root(observation, false));
        }
        if let Some(value) = &observation.sent {
            self.value(value, At::root(observation, true));
        }
    }

    /// A resource's URL ends with its id.
    fn learn_url(&mut self, url: &str) {
        if let Some((_, id)) = url.trim_end_matches('/').rsplit_once('/') {
            self.known.learn(id);
        }
    }

    fn exchange(&mut self, out: &mut String, number: usize, observation: &Observation) {
        let exchange = &observation.exchange;
        let target = self.known.text(&exchange.request.target, self.mode);
        let head = format!("## {number} {}  {} {target}", exchange.actor, observation.method());
        let _ = writeln!(out, "{}", escaped(&head));
        self.headers(out, &exchange.request.headers, REQUEST_HEADERS);
        if let Some(body) = &exchange.request.body {
            match &observation.sent {
                Some(sent) => self.json(out, sent, At::root(observation, true)),
                None => self.text(out, body),
            }
        }
        let answer = match &exchange.result {
            Ok(answer) => answer,
            Err(failure) => {
                let failure = self.known.text(&failure.to_string(), self.mode);
                let _ = writeln!(out, "-> no answer: {}", escaped(&failure));
                return;
            }
        };
        let _ = writeln!(out, "-> {}", answer.status);
        self.headers(out, &answer.headers, RESPONSE_HEADERS);
        match &observation.body {
            None => {}
            Some(Ok(json)) => {
                self.json(out, &json.value, At::root(observation, false));
                for place in &json.duplicates {
                    let place = self.known.text(place, self.mode);
                    let _ = writeln!(out, "(named twice: {})", escaped(&place));
                }
            }
            Some(Err(_)) => self.text(out, &answer.body),
        }
        if answer.truncated.is_some() {
            out.push_str("(longer than the limit)\n");
        }
    }

    fn headers(&mut self, out: &mut String, headers: &[(String, String)], kept: &[&str]) {
        for name in kept {
            for (_, value) in headers.iter().filter(|(given, _)| given.eq_ignore_ascii_case(name)) {
                let value = match value.as_str() {
                    tag if TAG_HEADERS.contains(name) && tag != "*" => "[etag]".to_owned(),
                    // Our own version would make every release a change.
                    agent if *name == "user-agent" && agent.starts_with("scimulate/") => "scimulate".to_owned(),
                    other => self.known.text(other, self.mode),
                };
                let _ = writeln!(out, "{name}: {}", escaped(&value));
            }
        }
    }

    fn json(&mut self, out: &mut String, value: &Value, at: At<'_>) {
        let value = self.value(value, at);
        let text = serde_json::to_string_pretty(&value).unwrap_or_else(|_| value.to_string());
        out.push('\n');
        for line in text.lines() {
            // JSON writes out only some control characters.
            let _ = writeln!(out, "{}", escaped(line));
        }
        out.push('\n');
    }

    fn text(&mut self, out: &mut String, body: &[u8]) {
        let mut text = self.known.text(&String::from_utf8_lossy(body), self.mode);
        if text.len() > TEXT_BYTES {
            let cut = (0..=TEXT_BYTES).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
            text.truncate(cut);
            text.push_str(" [...]");
        }
        out.push('\n');
        for line in text.lines() {
            let _ = writeln!(out, "| {}", escaped(line));
        }
        out.push('\n');
    }

    fn value(&mut self, value: &Value, at: At<'_>) -> Value {
        match value {
            Value::String(_) if at.meta && at.name == "version" => "[etag]".into(),
            Value::String(url) if self.mode == Mode::Learn && at.is_url() => {
                self.learn_url(url);
                Value::Null
            }
            Value::String(text) if at.is_id() => self.known.id(text, self.mode).into(),
            Value::String(text) => self.known.text(text, self.mode).into(),
            // A number is no id, but it changes like one; that it is a number stays visible.
            Value::Number(number) if at.is_id() => {
                format!("{} (a number)", self.known.id(&number.to_string(), self.mode)).into()
            }
            Value::Array(elements) => self.array(elements, at),
            Value::Object(object) => self.object(object, at),
            other => other.clone(),
        }
    }

    fn object(&mut self, object: &Map<String, Value>, at: At<'_>) -> Value {
        let mut names: Vec<&String> = object.keys().collect();
        if !at.sent {
            names.sort();
        }
        let mut out = Map::new();
        for name in names {
            if let Some(value) = object.get(name) {
                let member = self.value(value, at.member(object, name));
                out.insert(self.known.text(name, self.mode), member);
            }
        }
        Value::Object(out)
    }

    fn array(&mut self, elements: &[Value], at: At<'_>) -> Value {
        let mut order: Vec<&Value> = elements.iter().collect();
        if at.sorted() && self.mode == Mode::Write {
            self.mode = Mode::Sort;
            order.sort_by_cached_key(|element| self.value(element, at).to_string());
            self.mode = Mode::Write;
        }
        let kept = if self.mode == Mode::Learn { order.len() } else { ELEMENTS };
        let mut out: Vec<Value> = order.iter().take(kept).map(|element| self.value(element, at)).collect();
        if order.len() > kept {
            out.push(format!("[{} more]", order.len() - kept).into());
        }
        Value::Array(out)
    }
}

/// Control characters written out: a golden file is read in a terminal.
pub(super) fn escaped(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
        if c.is_control() && c != '\t' {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use client::wire::{Actor, Answer, Exchange, Failure, Method, Request};
    use serde_json::json;
    use std::sync::Arc;

    const BASE: &str = "http://127.0.0.1:4711/scim/v2";

    fn exchange(request: Request, result: Result<Answer, Failure>) -> Observation {
        let exchange = Exchange { actor: Actor::Idp("okta:acme".into()), ..Exchange::made_up(BASE, request, result) };
        Observation::read(Arc::new(exchange), 0)
    }

    fn answered(request: Request, status: u16, body: &str) -> Observation {
        let headers = [("content-type", "application/scim+json")];
        exchange(request, Ok(Answer::made_up(status, &headers, body.to_owned())))
    }

    fn get(target: &str, body: &Value) -> Observation {
        answered(Request::new(Method::Get, target), 200, &body.to_string())
    }

    fn render(observations: &[Observation]) -> String {
        let all: Vec<&Observation> = observations.iter().collect();
        Normaliser::new(&[format!("{BASE}/")], "k3f9a1").render(&all)
    }

    #[test]
    fn every_row_of_the_table_becomes_its_placeholder() {
        let user = json!({"id": "u-1234567", "userName": "ada"});
        for (given, expected) in [
            (json!({"meta": {"location": format!("{BASE}/Users/u-1234567")}}), "[base]/Users/[id:1]"),
            (json!({"x": "http://127.0.0.1:4711/login"}), "[origin]/login"),
            (json!({"x": format!("{BASE}1/Users")}), "[origin]/scim/v21/Users"),
            (json!({"meta": {"created": "2024-02-03T04:05:06.789Z"}}), "\"[time]\""),
            (json!({"x": "until 2024-02-03T04:05:06+01:00."}), "until [time]."),
            (json!({"x": "2024-02-03T04:05:06"}), "[time without zone]"),
            (json!({"x": "2024-02-03"}), "2024-02-03"),
            (json!({"meta": {"version": "W/\"abc\""}}), "\"[etag]\""),
            (json!({"version": "2"}), "\"version\": \"2\""),
            (json!({"externalId": "00u1a2b3c4d5e6f7g8h9"}), "[key:1]"),
            (json!({"externalId": "6F9619FF-8B86-D011-B42D-00CF4FC964FF"}), "[key:1]"),
            (json!({"detail": "no user u-1234567, sorry"}), "no user [id:1], sorry"),
            (json!({"displayName": "Team k3f9a1 (K3F9A1)"}), "Team [run] ([RUN])"),
            (json!({"x": "xu-1234567"}), "xu-1234567"),
            (json!({"id": 42}), "\"[id:2] (a number)\""),
        ] {
            let text = render(&[get("/Users/a", &user), get("/Users/b", &given)]);
            assert!(text.contains(expected), "{given} should show {expected}:\n{text}");
        }
    }

    #[test]
    fn equal_values_share_a_number_and_different_values_do_not() {
        let post = answered(
            Request::new(Method::Post, "/Groups").json(&json!({"members": [{"value": "7"}, {"value": "8"}]})),
            201,
            r#"{"id":"G 1/ü","members":[{"value":"8"},{"value":"7","$ref":"/Users/7"}]}"#,
        );
        let filter = "/Users?filter=id%20eq%20%227%22&x=7";
        let text = render(&[post, get(filter, &json!({"Resources": [{"id": "8", "age": "8"}]}))]);
        assert!(text.contains("/Users/[id:1]"), "{text}");
        assert!(text.contains("filter=id%20eq%20%22[id:1]%22&x=7"), "{text}");
        assert!(text.contains("\"id\": \"[id:2]\"") && text.contains("\"age\": \"8\""), "{text}");
        assert!(text.contains("[id:3]") && !text.contains("[id:4]"), "{text}");
    }

    #[test]
    fn a_patch_path_may_name_the_id() {
        let body = json!({"Operations": [{"op": "remove", "path": "members[value eq \"17\"]"},
            {"op": "add", "path": "urn:x:User:manager", "value": "boss"}]});
        let seen = get("/Groups/x", &json!({"id": "17", "members": [{"value": "boss"}]}));
        let text = render(&[seen, answered(Request::new(Method::Patch, "/Groups/17").json(&body), 204, "")]);
        assert!(text.contains(r#"members[value eq \"[id:1]\"]"#), "{text}");
        assert!(text.contains("PATCH /Groups/[id:1]") && text.contains("\"value\": \"[id:2]\""), "{text}");
    }

    #[test]
    fn an_id_may_be_known_from_a_url_alone() {
        let answer = Answer::made_up(201, &[("location", &format!("{BASE}/Users/abcdefgh"))], "");
        let created = exchange(Request::new(Method::Post, "/Users"), Ok(answer));
        let group = json!({"members": [{"$ref": format!("{BASE}/Users/ijklmnop")}]});
        let text = render(&[created, get("/Groups/ijklmnop", &group), get("/Users/abcdefgh", &json!({}))]);
        assert!(text.contains("[base]/Users/[id:1]\n") && text.contains("GET /Users/[id:1]"), "{text}");
        assert!(text.contains("GET /Groups/[id:2]") && text.contains("[base]/Users/[id:2]\""), "{text}");
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_taken(body in ".*", target in "/[ -~]*", tag in "[a-z0-9]{0,6}") {
            let seen = answered(Request::new(Method::Get, target), 200, &body);
            let listed = get("/Users", &json!({"Resources": [{"id": body, "x": body}], body.clone(): [body, 1]}));
            let text = Normaliser::new(&[BASE.to_owned()], &tag).render(&[&seen, &listed]);
            let plain = text.chars().all(|c| c == '\n' || c == '\t' || !c.is_control());
            proptest::prop_assert!(plain, "{}", text);
        }
    }

    #[test]
    fn names_of_the_service_itself_are_no_ids() {
        let text = render(&[get("/ResourceTypes", &json!({"Resources": [{"id": "User", "schema": "urn:x:User"}]}))]);
        assert!(text.contains("\"id\": \"User\""), "{text}");
    }

    #[test]
    fn answers_are_sorted_and_requests_keep_their_order() {
        let sent = json!({"userName": "ada", "active": true, "schemas": ["b", "a"]});
        let one = |body: &str| render(&[answered(Request::new(Method::Post, "/Users").json(&sent), 201, body)]);
        let text = one(r#"{"userName":"ada","id":"u-1","emails":[{"value":"b@x"},{"value":"a@x"}]}"#);
        assert_eq!(text, one(r#"{"id":"u-1","emails":[{"value":"a@x"},{"value":"b@x"}],"userName":"ada"}"#));
        assert!(text.find("\"userName\"") < text.find("\"active\""), "{text}");
        assert!(text.find("\"b\"") < text.find("\"a\""), "{text}");
    }

    #[test]
    fn equal_runs_give_equal_text_whatever_the_ids_and_their_order() {
        let run = |first: &str, second: &str| {
            let list = json!({"Resources": [{"id": second, "userName": "bob"}, {"id": first, "userName": "ada"}]});
            let group = json!({"id": "g", "members": [{"value": second}, {"value": first}]});
            render(&[get("/Users", &list), get("/Groups/g", &group)])
        };
        assert_eq!(run("aaaaaaaa", "bbbbbbbb"), run("bbbbbbbb", "aaaaaaaa"));
    }

    #[test]
    fn what_is_no_json_is_shown_escaped_and_cut() {
        let page = format!("<h1>\u{1b}[31mno</h1>\r\n{}", "é".repeat(4000));
        let text = render(&[answered(Request::new(Method::Get, "/Users"), 502, &page)]);
        assert!(text.contains("| <h1>\\u{1b}[31mno</h1>\n") && text.contains(" [...]") && text.len() < 3000, "{text}");
        let refused = render(&[exchange(Request::new(Method::Get, "/Users"), Err(Failure::Refused))]);
        assert_eq!(refused, "## 1 okta:acme  GET /Users\n-> no answer: the connection was refused\n");
    }

    #[test]
    fn headers_worth_keeping_are_kept_in_one_order() {
        let request = Request::new(Method::Put, "/Users/u-1")
            .header("user-agent", "scimulate/0.1.0")
            .header("x-trace", "1")
            .header("if-match", "W/\"3\"");
        let answer = Answer::made_up(412, &[("etag", "\"4\""), ("date", "now"), ("retry-after", "3")], "");
        let text = render(&[exchange(request, Ok(answer))]);
        let expected = "## 1 okta:acme  PUT /Users/[id:1]\nuser-agent: scimulate\nif-match: [etag]\n-> 412\netag: [etag]\nretry-after: 3\n";
        assert_eq!(text, expected);
    }
}
