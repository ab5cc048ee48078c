//! Servers that lie: the embedded provider behind a proxy that falsifies answers, each in one way. What a scenario needs in
//! order to begin is left alone, so that it is the clauses that fail.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// How a server lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lie {
    /// Success is told as failure, failure as success.
    Contrary,
    /// Bodies hold nothing.
    Empty,
    /// What a query asks is not looked at.
    Blind,
    /// Writes are answered as if they had been carried out, and are not.
    Idle,
    /// What was sent comes back, whatever it was.
    Echo,
    /// Documents and resources have the wrong words in them.
    Garbled,
    /// Nobody needs a token.
    Open,
    /// Ids and versions have no case.
    Loose,
    /// Schemas say nothing of types and numbers, and users name one that nobody declares.
    Curt,
    /// A PUT never takes a title away.
    Sticky,
    /// A read shows what was last sent there, carried out or not.
    Parrot,
    /// Of filters and projections only the plainest is carried out.
    Coarse,
    /// A password is told under another name.
    Chatty,
    /// A list of several lacks the last one and does not count it, a list of one has a stranger besides; what a search finds has no
    /// id, and a filter that begins with `active` finds nobody.
    Careless,
}

pub(crate) const LIES: &[Lie] = &[
    Lie::Contrary,
    Lie::Empty,
    Lie::Blind,
    Lie::Idle,
    Lie::Echo,
    Lie::Garbled,
    Lie::Open,
    Lie::Loose,
    Lie::Curt,
    Lie::Sticky,
    Lie::Parrot,
    Lie::Coarse,
    Lie::Chatty,
    Lie::Careless,
];

struct Liar {
    lie: Lie,
    upstream: String,
    own: String,
    token: String,
    http: reqwest::Client,
    asked: Mutex<HashMap<String, usize>>,
    /// What was last sent by PUT, by path.
    sent: Mutex<HashMap<String, Value>>,
}

/// Starts a liar in front of a provider (`http://host:port`), and gives its address.
pub(crate) async fn start(lie: Lie, upstream: &str, token: &str) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let own = format!("http://{}", listener.local_addr().unwrap());
    let liar = Liar {
        lie,
        upstream: upstream.to_owned(),
        own: own.clone(),
        token: token.to_owned(),
        http: reqwest::Client::new(),
        asked: Mutex::default(),
        sent: Mutex::default(),
    };
    let app = Router::new().fallback(answer).with_state(Arc::new(liar));
    tokio::spawn(async move { axum::serve(listener, app).await });
    own
}

struct Told {
    status: StatusCode,
    headers: HeaderMap,
    body: Value,
    text: String,
}

async fn answer(State(liar): State<Arc<Liar>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let sent = String::from_utf8(to_bytes(body, 8 << 20).await.unwrap().to_vec()).unwrap();
    let (path, query) = (liar.path(head.uri.path()), head.uri.query().map(str::to_owned));
    let ground = liar.ground(&head.method, &path, query.as_deref(), &sent);
    let blind = (liar.lie == Lie::Blind || liar.lie == Lie::Coarse && !is_plain(&path, query.as_deref())) && !ground;
    let idle = liar.lie == Lie::Idle && !ground && matches!(head.method, Method::PUT | Method::PATCH | Method::DELETE);
    let mut headers = head.headers.clone();
    if liar.lie == Lie::Open {
        headers.insert("authorization", format!("Bearer {}", liar.token).parse().unwrap());
    }
    let method = if idle { Method::GET } else { head.method.clone() };
    let query = query.filter(|_| !blind).map(|q| format!("?{q}")).unwrap_or_default();
    let text = if blind && path.ends_with("/.search") {
        json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"] }).to_string()
    } else {
        liar.heard(&head.method, &path, &sent)
    };
    liar.unletter(&mut headers);
    if blind {
        headers.remove("if-match");
        headers.remove("if-none-match");
    }
    // Letters that it does not know match nothing, nor does what is in two words.
    let words = ["%C3%86", "displayName%20eq%20%22Ada%20"];
    let foreign =
        |q: &str| liar.lie == Lie::Coarse && q.contains("filter=") && words.iter().any(|word| q.contains(word));
    // What nobody set it does not look for.
    let unset = |q: &str| liar.lie == Lie::Careless && q.contains("filter=active%20");
    let query = if head.uri.query().is_some_and(|q| foreign(q) || unset(q)) {
        "?filter=id%20eq%20%22nobody%22".to_owned()
    } else {
        query
    };
    let mut told = liar.upstream(method, &format!("{path}{query}"), headers, text).await;
    if liar.lie == Lie::Parrot {
        liar.parrot(&mut told, &head.method, &path, &sent);
    }
    if !ground {
        liar.falsify(&mut told, &head.method, &sent);
    }
    if idle && head.method == Method::DELETE {
        told.status = StatusCode::NO_CONTENT;
    }
    liar.response(told)
}

impl Liar {
    /// The path as this server reads it.
    fn path(&self, path: &str) -> String {
        match path.rsplit_once('/') {
            Some((head, id)) if self.lie == Lie::Loose && (head.ends_with("/Users") || head.ends_with("/Groups")) => {
                format!("{head}/{}", id.to_lowercase())
            }
            _ => path.to_owned(),
        }
    }

    /// The body as this server reads it.
    fn heard(&self, method: &Method, path: &str, sent: &str) -> String {
        let read = serde_json::from_str(sent).unwrap_or(Value::Null);
        match read {
            Value::Object(mut body)
                if self.lie == Lie::Sticky && *method == Method::PUT && path.contains("/Users/") =>
            {
                body.entry("title").or_insert_with(|| json!("title here"));
                Value::Object(body).to_string()
            }
            _ => sent.to_owned(),
        }
    }

    /// Versions have letters in them outside, and none inside.
    fn unletter(&self, headers: &mut HeaderMap) {
        let Some(tag) = headers.get("if-match").filter(|_| self.lie == Lie::Loose) else { return };
        let plain = tag.to_str().unwrap().to_lowercase().replace("w/\"v", "W/\"");
        headers.insert("if-match", plain.parse().unwrap());
    }

    fn parrot(&self, told: &mut Told, method: &Method, path: &str, sent: &str) {
        let mut all = self.sent.lock().unwrap();
        if let (&Method::PUT, Ok(body)) = (method, serde_json::from_str(sent)) {
            all.insert(path.to_owned(), body);
        }
        if let Some(body) = all.get(path).filter(|_| *method != Method::DELETE) {
            (told.status, told.body, told.text) = (StatusCode::OK, body.clone(), body.to_string());
        }
    }

    /// Whether a request only prepares: a create under a person's or group's own name, the first read of anything, a probe.
    fn ground(&self, method: &Method, path: &str, query: Option<&str>, sent: &str) -> bool {
        let body: Value = serde_json::from_str(sent).unwrap_or_default();
        let name = body["userName"].as_str().or(body["displayName"].as_str()).unwrap_or_default().to_lowercase();
        let made_up =
            ["user", "bulk", "reversed", "group "].iter().any(|p| name.starts_with(p)) || body.get("id").is_some();
        let first = |key: String| {
            let mut asked = self.asked.lock().unwrap();
            let count = asked.entry(key).or_default();
            *count += 1;
            // The configuration is read before the run, and once more by the run itself.
            *count == 1 || (*count == 2 && path.ends_with("/ServiceProviderConfig"))
        };
        match (method, query) {
            (&Method::GET, None)
                if !path.contains("/Schemas/") && !path.contains("/ResourceTypes/") && !path.ends_with("/Users") =>
            {
                first(format!("GET {path}"))
            }
            (&Method::GET, Some("count=1")) if path.ends_with('/') => first(format!("GET {path}?count=1")),
            (&Method::POST, None) if path.ends_with(".search") => {
                body["count"] == 1 && body.as_object().unwrap().len() == 2
            }
            (&Method::POST, None) if !name.is_empty() && !made_up => first(format!("POST {path} {name}")),
            _ => false,
        }
    }

    async fn upstream(&self, method: Method, target: &str, headers: HeaderMap, body: String) -> Told {
        let mut request = self.http.request(method, format!("{}{target}", self.upstream)).body(body);
        for name in ["authorization", "accept", "content-type", "if-match", "if-none-match"] {
            if let Some(value) = headers.get(name) {
                request = request.header(name, value);
            }
        }
        let answer = request.send().await.unwrap();
        let (status, headers) = (answer.status(), answer.headers().clone());
        let mut text = answer.text().await.unwrap().replace(&self.upstream, &self.own);
        if self.lie == Lie::Loose {
            text = text.replace("W/\\\"", "W/\\\"v");
        }
        let body = serde_json::from_str(&text).unwrap_or_default();
        Told { status, headers, body, text }
    }

    fn falsify(&self, told: &mut Told, method: &Method, sent: &str) {
        match self.lie {
            Lie::Contrary if told.status.as_u16() < 400 => {
                told.status = StatusCode::BAD_REQUEST;
                told.body = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": "400", "detail": "no" });
            }
            Lie::Contrary => {
                told.status = StatusCode::OK;
                told.body = json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": "made-up" });
            }
            Lie::Empty => told.body = json!({}),
            Lie::Echo => self.echo(told, method, sent),
            Lie::Garbled => garble(&mut told.body),
            Lie::Curt => hush(&mut told.body),
            Lie::Chatty => self.chat(told, sent),
            Lie::Careless => careless(&mut told.body, *method == Method::POST),
            Lie::Blind | Lie::Idle | Lie::Open | Lie::Loose | Lie::Sticky | Lie::Parrot | Lie::Coarse => return,
        }
        told.text = if told.status == StatusCode::NO_CONTENT { String::new() } else { told.body.to_string() };
    }

    /// The last password that was sent stands in whatever has members.
    fn chat(&self, told: &mut Told, sent: &str) {
        let sent: Value = serde_json::from_str(sent).unwrap_or_default();
        let new = sent.get("password").or_else(|| sent.pointer("/Operations/0/value")).filter(|v| v.is_string());
        let mut all = self.sent.lock().unwrap();
        if let Some(new) = new {
            all.insert("password".to_owned(), new.clone());
        }
        let hint = all.get("password").cloned();
        if let (Some(hint), Some(members)) = (hint, told.body.as_object_mut()) {
            members.insert("hint".into(), hint);
        }
    }

    /// What was sent, over what is so; what was asked to be left out or hidden is there.
    fn echo(&self, told: &mut Told, method: &Method, sent: &str) {
        let sent: Value = serde_json::from_str(sent).unwrap_or_default();
        let extra = json!({ "password": "S3cret", "department": "x", "groups": [{ "value": "forged", "$ref": "https://else.example/" }, { "value": "lost", "$ref": "../lost" }],
                            "Operations": null, "failOnErrors": 1 });
        let mut all = told.body.as_object().cloned().unwrap_or_default();
        all.extend(extra.as_object().unwrap().clone().into_iter().filter(|(_, v)| !v.is_null()));
        if *method != Method::GET {
            all.extend(sent.as_object().cloned().unwrap_or_default());
            if told.status.as_u16() >= 400 {
                told.status = StatusCode::OK;
            }
            if told.status == StatusCode::NO_CONTENT {
                told.status = StatusCode::OK;
            }
        }
        if all.contains_key("Resources") {
            all.insert("previousCursor".into(), json!("a+b/c="));
            all.insert("nextCursor".into(), json!("a+b/c= %"));
        }
        told.body = Value::Object(all);
    }

    fn response(&self, told: Told) -> Response {
        let mut response = Response::builder().status(told.status);
        for name in ["content-type", "etag", "location", "www-authenticate"] {
            if let Some(value) = told.headers.get(name).filter(|_| self.lie != Lie::Garbled || name == "content-type") {
                let value = value.to_str().unwrap().replace(&self.upstream, &self.own);
                response = response.header(name, value);
            }
        }
        let body = if told.status == StatusCode::NOT_MODIFIED { String::new() } else { told.text };
        response.body(Body::from(body)).unwrap()
    }
}

/// See [`Lie::Careless`].
fn careless(body: &mut Value, search: bool) {
    let Some(list) = body.get_mut("Resources").and_then(Value::as_array_mut) else { return };
    if list.first().is_some_and(|first| first.get("userName").is_none()) {
        return;
    }
    if list.len() > 1 {
        list.pop();
    } else {
        list.push(json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": "stranger", "userName": "stranger" }));
    }
    if search {
        list.iter_mut().for_each(|shown| drop(shown.as_object_mut().unwrap().remove("id")));
    }
    let count = list.len();
    body["totalResults"] = json!(count);
    body["itemsPerPage"] = json!(count);
}

/// Whether a query asks for nothing finer than one person by name, one attribute, or so many.
fn is_plain(path: &str, query: Option<&str>) -> bool {
    let Some(query) = query else { return !path.ends_with("/.search") };
    let name = if path.contains("/Groups") { "displayName" } else { "userName" };
    let fine = |part: &str| match part.split_once('=') {
        Some(("filter", filter)) => {
            !filter.starts_with(&format!("{name}%20eq%20"))
                || ["%20and%20", "%20or%20", "%20OR%20"].iter().any(|w| filter.contains(w))
        }
        Some(("attributes", names)) => names != name,
        Some(("excludedAttributes", _)) => true,
        _ => false,
    };
    !query.split('&').any(fine)
}

/// Schemas keep the names of attributes, and lose their types and whether there may be several values.
fn hush(value: &mut Value) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(hush),
        Value::Object(members) => {
            let user = members.contains_key("userName");
            if members.contains_key("mutability") {
                members.remove("type");
                members.remove("multiValued");
            }
            if let Some(Value::Array(schemas)) = members.get_mut("schemas").filter(|_| user) {
                schemas.push(json!("urn:example:else"));
            }
            members.values_mut().for_each(hush);
        }
        _ => {}
    }
}

/// Every word that means something is replaced by one that does not.
fn garble(value: &mut Value) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(garble),
        Value::Object(members) => {
            let attribute = members.contains_key("mutability");
            for (name, value) in members.iter_mut() {
                match (name.as_str(), &*value) {
                    ("description" | "specUri", _) => *value = Value::Null,
                    ("required" | "multiValued" | "supported", Value::Bool(b)) => *value = json!(b.to_string()),
                    ("subAttributes" | "attributes" | "Resources" | "schemaExtensions" | "emails" | "members", _) => {
                        garble(value);
                    }
                    ("schemas", _) => *value = json!(["urn:example:else"]),
                    ("id", Value::String(id)) => *value = json!(format!("urn:ietf:params:scim:api::common {id}")),
                    ("name", Value::String(name)) => *value = json!(format!("a b.c:{name}")),
                    (_, Value::String(text)) => *value = json!(format!("\"{text}\" wrong?")),
                    (_, Value::Number(_)) => *value = json!("many"),
                    (_, Value::Object(_)) => garble(value),
                    _ => {}
                }
            }
            if attribute {
                twist(members);
            }
        }
        _ => {}
    }
}

/// An attribute's definition has what its type forbids and lacks what it needs.
fn twist(members: &mut Map<String, Value>) {
    let simple = !members.contains_key("subAttributes");
    if members.remove("referenceTypes").is_none() {
        members.insert("referenceTypes".into(), json!(["Nobody"]));
    }
    if simple {
        members.insert("subAttributes".into(), json!([{ "type": "complex" }]));
    }
}
