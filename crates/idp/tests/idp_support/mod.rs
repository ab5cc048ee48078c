//! A target that remembers what it was sent, and a stage with an IdP in front of it.

#![allow(dead_code, clippy::allow_attributes, reason = "each test file uses a part of it, and none of them all")]

use client::wire::{Actor, BaseUrl, Client, Journal, Secret, Transport, TransportLimits};
use directory::{Change, Directory, Group, Person, Population};
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
            ("GET", true) => match found(&memory, request) {
                Some(found) => list(&found),
                None => problem(400, "no filter"),
            },
            ("GET", false) => match memory.resources.get(path) {
                Some(resource) => scim(200, resource),
                None => problem(404, "not found"),
            },
            ("PUT", _) => {
                let mut resource = body();
                // Not every body repeats the id.
                resource["id"] = json!(path.rsplit('/').next());
                memory.resources.insert(path.to_owned(), resource.clone());
                scim(200, &resource)
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

/// What a filter finds; nothing where it is none, as a value without quotes is.
fn found(memory: &Memory, request: &Request) -> Option<Vec<Value>> {
    let filter = request.url.query_pairs().find(|(name, _)| name == "filter").map(|(_, v)| v.into_owned());
    let of_path = memory.resources.iter().filter(|(path, _)| path.starts_with(request.url.path()));
    Some(match filter {
        None => of_path.map(|(_, r)| r.clone()).collect(),
        Some(filter) if filter.contains(" and ") => Vec::new(),
        Some(filter) => {
            let (attribute, value) = filter.split_once(" eq ").unwrap();
            let value: Value = serde_json::from_str(value).ok()?;
            let same = |name: &String| name.eq_ignore_ascii_case(attribute);
            let shows = |r: &Value| r.as_object().unwrap().iter().any(|(name, v)| same(name) && *v == value);
            of_path.filter(|(_, r)| shows(r)).map(|(_, r)| r.clone()).collect()
        }
    })
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

/// What happens, and what a family answers with: everything one after the other, each on a stage of its own, for one snapshot.
pub(crate) async fn contract(kind: &str) -> String {
    let mut out = String::new();
    for name in CASES {
        let mut s = Stage::plain(kind).await;
        s.discoverable();
        let event = s.prepare(name).await;
        s.does(event).await;
        writeln!(out, "## {name}\n\n{}", s.shown().replace("\n\n\n", "\n\n")).unwrap();
    }
    out
}

/// The events of a contract, in the order of an employment and then of a group.
const CASES: &[&str] = &[
    "test the connection",
    "assign somebody new",
    "assign somebody whom the target has",
    "change the title",
    "change the display name",
    "change the user name",
    "deactivate",
    "reactivate",
    "unassign",
    "assign again",
    "delete",
    "reset the password",
    "set a manager",
    "push a new group",
    "push a group that the target has",
    "rename a group",
    "add a member",
    "remove a member",
    "remove the last member",
    "unlink a group and delete it",
    "unlink a group and leave it",
    "delete a group",
    "import",
    "force a sync",
    "switch provisioning off and on",
    "delete the app",
];

impl Stage {
    /// Of this kind, with the options it has out of the box.
    pub(crate) async fn plain(kind: &str) -> Self {
        Self::new(Kind::named(kind).unwrap(), |_| {}).await
    }

    /// The target has a discovery document that says yes to everything.
    pub(crate) fn discoverable(&self) {
        let yes = json!({"supported": true});
        let bulk = json!({"supported": true, "maxOperations": 1000});
        self.target.seed("/ServiceProviderConfig", json!({"patch": yes, "filter": yes, "bulk": bulk}));
        for path in ["/ResourceTypes", "/Schemas"] {
            self.target.seed(path, json!({"totalResults": 0, "Resources": []}));
        }
        for name in ["User", "Group"] {
            self.target.seed(&format!("/ResourceTypes/{name}"), json!({"id": name}));
            self.target.seed(&format!("/Schemas/urn:ietf:params:scim:schemas:core:2.0:{name}"), json!({"id": name}));
        }
        let extension = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
        self.target.seed(&format!("/Schemas/{extension}"), json!({"id": extension}));
    }

    /// Ada as somebody else made her.
    pub(crate) fn has_ada(&self) {
        let name = json!({"givenName": "Old", "familyName": "Name"});
        let user = json!({"id": "x9", "userName": self.ada.user_name, "name": name, "active": true, "title": "Clerk"});
        self.target.seed("/Users/x9", user);
        self.target.next("POST", "/Users", problem(409, "userName is taken"));
    }

    /// The group as somebody else made it.
    pub(crate) fn has_group(&self) {
        self.target.seed("/Groups/x8", json!({"id": "x8", "displayName": self.group.name, "members": []}));
        self.target.next("POST", "/Groups", problem(409, "displayName is taken"));
    }

    /// Groups that the product does not make are there before it comes.
    async fn grouped(&mut self) {
        if self.idp.kind().family().id() == "sailpoint" {
            self.target.seed("/Groups/x8", json!({"id": "x8", "displayName": self.group.name, "members": []}));
        }
        self.pushed().await;
    }

    /// Does what comes before the event of that name.
    async fn prepare(&mut self, name: &str) -> Event {
        let (ada, bob, group) = (self.ada.key.clone(), self.bob.key.clone(), self.group.key.clone());
        let person = ada.clone();
        let change = |change| Event::Update { person: ada.clone(), change };
        match name {
            "test the connection" => return Event::TestConnection,
            "assign somebody new" => return Event::Assign { person },
            "assign somebody whom the target has" => {
                self.has_ada();
                return Event::Assign { person };
            }
            _ if ["group", "member", "sync"].iter().any(|word| name.contains(word)) => self.before_group(name).await,
            _ => self.provisioned().await,
        }
        match name {
            "change the title" => change(Change::Title(Some("Director".into()))),
            "change the display name" => change(Change::DisplayName("Ada King".into())),
            "change the user name" => Event::Rename { person, user_name: "ada.new.t1@example.com".into() },
            "deactivate" => Event::Deactivate { person },
            "reactivate" => {
                self.does(Event::Deactivate { person: ada }).await;
                self.forget();
                Event::Reactivate { person }
            }
            "unassign" => Event::Unassign { person },
            "assign again" => {
                self.does(Event::Unassign { person: ada }).await;
                self.forget();
                Event::Assign { person }
            }
            "delete" => Event::Delete { person },
            "reset the password" => Event::ResetPassword { person },
            "set a manager" => Event::SetManager { person, manager: bob },
            "push a new group" | "push a group that the target has" => Event::PushGroup { group },
            "rename a group" => Event::RenameGroup { group, name: "Research-t1".into() },
            "add a member" => Event::AddMembers { group, people: vec![bob] },
            "remove a member" | "remove the last member" => Event::RemoveMembers { group, people: vec![person] },
            "unlink a group and delete it" => Event::UnlinkGroup { group, delete: true },
            "unlink a group and leave it" => Event::UnlinkGroup { group, delete: false },
            "delete a group" => Event::DeleteGroup { group },
            "import" => Event::Import,
            "force a sync" => Event::ForceSync,
            "switch provisioning off and on" => {
                self.does(Event::DisableProvisioning).await;
                Event::EnableProvisioning
            }
            "delete the app" => Event::DeleteApp,
            other => panic!("nothing is prepared for {other}"),
        }
    }

    async fn before_group(&mut self, name: &str) {
        match name {
            "push a new group" => self.provisioned().await,
            "push a group that the target has" => {
                self.provisioned().await;
                self.has_group();
            }
            _ => self.grouped().await,
        }
        match name {
            "add a member" => {
                self.does(Event::Assign { person: self.bob.key.clone() }).await;
                self.forget();
            }
            "remove the last member" => {
                let people = vec![self.grace.key.clone()];
                self.does(Event::RemoveMembers { group: self.group.key.clone(), people }).await;
                self.forget();
            }
            _ => {}
        }
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
