//! A target that remembers what it was sent, and a stage with an IdP in front of it.

use client::wire::{Actor, BaseUrl, Client, Journal, Secret, Transport, TransportLimits};
use directory::{Directory, Group, Person, Population};
use idp::{AdminLog, Event, Idp, Kind, Options};
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

/// One answer set in advance for the next request of that method whose path begins like that.
struct Forced {
    method: &'static str,
    path: &'static str,
    answer: ResponseTemplate,
}

#[derive(Default)]
struct Memory {
    resources: BTreeMap<String, Value>,
    forced: VecDeque<Forced>,
    next: usize,
}

/// Just enough of a SCIM server: stores, echoes, finds by one `eq`, flips `active`.
#[derive(Clone, Default)]
pub(crate) struct Target(Arc<Mutex<Memory>>);

impl Target {
    pub(crate) fn next(&self, method: &'static str, path: &'static str, answer: ResponseTemplate) {
        self.0.lock().unwrap().forced.push_back(Forced { method, path, answer });
    }

    pub(crate) fn seed(&self, path: &str, resource: Value) {
        self.0.lock().unwrap().resources.insert(path.to_owned(), resource);
    }
}

pub(crate) fn scim(status: u16, body: &Value) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_raw(body.to_string(), "application/scim+json")
}

pub(crate) fn problem(status: u16, detail: &str) -> ResponseTemplate {
    let schema = "urn:ietf:params:scim:api:messages:2.0:Error";
    scim(status, &json!({"schemas": [schema], "status": status.to_string(), "detail": detail}))
}

pub(crate) fn list(resources: &[Value]) -> ResponseTemplate {
    let schema = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
    scim(200, &json!({"schemas": [schema], "totalResults": resources.len(), "Resources": resources}))
}

impl Respond for Target {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let mut memory = self.0.lock().unwrap();
        let (method, path) = (request.method.as_str(), request.url.path());
        if let Some(at) = memory.forced.iter().position(|f| f.method == method && path.starts_with(f.path)) {
            return memory.forced.remove(at).unwrap().answer;
        }
        let body = || serde_json::from_slice::<Value>(&request.body).unwrap();
        let is_collection = path == "/Users" || path == "/Groups";
        match (method, is_collection) {
            ("POST", true) => {
                memory.next += 1;
                let id = format!("{}{}", if path == "/Users" { "u" } else { "g" }, memory.next);
                let mut resource = body();
                resource["id"] = json!(id);
                resource["meta"]["created"] = json!("2026-01-01T00:00:00Z");
                resource.as_object_mut().unwrap().remove("password");
                memory.resources.insert(format!("{path}/{id}"), resource.clone());
                scim(201, &resource)
            }
            ("GET", true) => list(&found(&memory, request)),
            ("GET", false) => match memory.resources.get(path) {
                Some(resource) => scim(200, resource),
                None => problem(404, "not found"),
            },
            ("PUT", _) => {
                memory.resources.insert(path.to_owned(), body());
                scim(200, &body())
            }
            ("PATCH", _) => {
                let text = body().to_string().to_lowercase();
                if let (Some(resource), Some(at)) = (memory.resources.get_mut(path), text.find("active")) {
                    resource["active"] = json!(text[at..].contains("true"));
                }
                ResponseTemplate::new(204)
            }
            _ => {
                memory.resources.remove(path);
                ResponseTemplate::new(204)
            }
        }
    }
}

fn found(memory: &Memory, request: &Request) -> Vec<Value> {
    let filter = request.url.query_pairs().find(|(name, _)| name == "filter").map(|(_, v)| v.into_owned());
    let of_path = memory.resources.iter().filter(|(path, _)| path.starts_with(request.url.path()));
    match filter {
        None => of_path.map(|(_, r)| r.clone()).collect(),
        Some(filter) if filter.contains(" and ") => Vec::new(),
        Some(filter) => {
            let (attribute, value) = filter.split_once(" eq ").unwrap();
            let value: Value = serde_json::from_str(value).unwrap();
            of_path.filter(|(_, r)| r[attribute] == value).map(|(_, r)| r.clone()).collect()
        }
    }
}

/// An IdP with Ada, Grace and Bob and the group Engineering (Ada, Grace) in front of a target.
pub(crate) struct Stage {
    pub(crate) idp: Idp,
    pub(crate) target: Target,
    pub(crate) ada: Person,
    pub(crate) grace: Person,
    pub(crate) bob: Person,
    pub(crate) group: Group,
    pub(crate) report: AdminLog,
    base: String,
    mark: usize,
    _server: MockServer,
}

impl Stage {
    pub(crate) async fn new(kind: Kind, set: impl FnOnce(&mut Options)) -> Self {
        let server = MockServer::start().await;
        let target = Target::default();
        Mock::given(any()).respond_with(target.clone()).mount(&server).await;
        let mut population = Population::new(7, "t1", "example.com", kind.keys());
        let (ada, grace, bob) = (population.named("Ada"), population.named("Grace"), population.named("Bob"));
        let mut group = population.group("Engineering");
        group.members = [ada.key.clone(), grace.key.clone()].into();
        let mut directory = Directory::new();
        for person in [&ada, &grace, &bob] {
            directory.join(person.clone()).unwrap();
        }
        directory.add_group(group.clone()).unwrap();
        let query = kind.base_query().map(|q| format!("?{q}")).unwrap_or_default();
        let base = BaseUrl::parse(&format!("{}{query}", server.uri())).unwrap();
        let secret = Secret::new("tok-123", "test").unwrap();
        let transport = Transport::new(TransportLimits::default()).unwrap();
        let client =
            Client::new(transport, base, Some(secret.into()), Actor::idp(kind.id(), "acme"), Journal::default());
        let mut options = Options::of(kind);
        set(&mut options);
        let idp = Idp::new(kind, "acme", client, directory, options);
        let report = AdminLog::default();
        Self { idp, target, ada, grace, bob, group, report, base: server.uri(), mark: 0, _server: server }
    }

    /// Handles an event and settles.
    pub(crate) async fn does(&mut self, event: Event) {
        let report = self.idp.handle(event).await;
        self.report.absorb(report);
        let report = self.idp.settle().await;
        self.report.absorb(report);
        self.put_away();
    }

    /// Puts the tenant away and takes it up again: every test goes on with what came back, so nothing may be lost.
    fn put_away(&mut self) {
        let text = serde_json::to_string(&self.idp.save().unwrap()).unwrap();
        let client = self.idp.client().clone();
        let again = Idp::resume(serde_json::from_str(&text).unwrap(), client).unwrap();
        assert_eq!(serde_json::to_string(&again.save().unwrap()).unwrap(), text);
        self.idp = again;
    }

    /// Points the IdP at a port where nobody listens.
    pub(crate) fn unplug(&mut self) {
        let base = BaseUrl::parse("http://127.0.0.1:1").unwrap();
        let client = self.idp.client().with_base(base);
        self.idp.set_client(client);
    }

    /// Assigns Ada and Grace, then forgets what was sent.
    pub(crate) async fn provisioned(&mut self) {
        for person in [self.ada.key.clone(), self.grace.key.clone()] {
            self.does(Event::Assign { person }).await;
        }
        self.forget();
    }

    /// Assigns Ada and Grace and pushes their group, then forgets what was sent.
    pub(crate) async fn pushed(&mut self) {
        self.provisioned().await;
        self.does(Event::PushGroup { group: self.group.key.clone() }).await;
        self.forget();
    }

    pub(crate) fn forget(&mut self) {
        assert!(self.report.clean(), "{:?}", self.report.troubles);
        self.forget_all();
    }

    /// Forgets troubles too.
    pub(crate) fn forget_all(&mut self) {
        self.report = AdminLog::default();
        self.mark = self.idp.client().journal().len();
    }

    /// Method and target of what was sent since.
    pub(crate) fn sent(&self) -> Vec<String> {
        let since = self.idp.client().journal().since(self.mark);
        since.map(|e| format!("{} {}", e.method(), e.url.trim_start_matches(&self.base))).collect()
    }

    /// What was sent since, for a snapshot.
    pub(crate) fn shown(&self) -> String {
        let mut out = String::new();
        for exchange in self.idp.client().journal().since(self.mark) {
            let path = exchange.url.trim_start_matches(&self.base);
            let status = exchange.status().map_or_else(|| "no answer".to_owned(), |s| s.to_string());
            writeln!(out, "{} {path} -> {status}", exchange.method()).unwrap();
            for (name, value) in &exchange.request.headers {
                if name == "content-type" {
                    writeln!(out, "{name}: {value}").unwrap();
                }
            }
            if let Some(body) = &exchange.request.body {
                let body: Value = serde_json::from_slice(body).unwrap();
                writeln!(out, "{body:#}").unwrap();
            }
            writeln!(out).unwrap();
        }
        for note in &self.report.notes {
            writeln!(out, "note: {note}").unwrap();
        }
        for trouble in &self.report.troubles {
            writeln!(out, "trouble ({}): {trouble}", trouble.kind.id()).unwrap();
        }
        if out.is_empty() { "nothing is sent\n".to_owned() } else { out }
    }

    /// All headers of the request sent last but `back`.
    pub(crate) fn headers(&self, back: usize) -> Vec<(String, String)> {
        let sent: Vec<_> = self.idp.client().journal().since(self.mark).collect();
        sent[sent.len() - 1 - back].request.headers.clone()
    }
}

/// One snapshot per kind of a family for one event.
#[macro_export]
macro_rules! event {
    ($name:ident, |$stage:ident| $before:block, $event:expr) => {
        #[tokio::test]
        async fn $name() {
            for kind in KINDS {
                let mut $stage = Stage::new(*kind, |_| {}).await;
                $before;
                let event = $event;
                $stage.does(event).await;
                insta::assert_snapshot!(
                    format!("{}__{}", kind.id().replace('/', "_"), stringify!($name)),
                    $stage.shown()
                );
            }
        }
    };
}
