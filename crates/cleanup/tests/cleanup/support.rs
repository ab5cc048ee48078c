//! A running provider with people and groups, the directory it follows, and ways to break it.

use cleanup::apply::{Applied, ApplyError, Terms, Told, apply};
use cleanup::journal;
use cleanup::plan::Plan;
use cleanup::propose::{Options, ProposeError, propose};
use client::wire::{
    Actor, BaseUrl, Client, Credential, Journal, PaceLimits, Secret, Transport, TransportLimits, TransportSettings,
    WriteRules,
};
use client::wire::{Method, Request};
use directory::{Export, ExportedGroup, ExportedPerson};
use provider::{Behaviour, Provider, Running, Settings};
use rusqlite::Connection;
use serde_json::{Value, json};
use state::{Diagnosis, Sure, TenantState, assess, read_all};
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

pub(crate) const TOKEN: &str = "correct-horse-battery";
/// Who is in the directory: name and group.
pub(crate) const PEOPLE: [(&str, &str); 6] =
    [("ada", "Crew"), ("ben", "Crew"), ("cem", "Ops"), ("dan", "Ops"), ("eve", "Crew"), ("fay", "")];

/// A provider with six people, two groups, and an administrator.
pub(crate) struct Tenant {
    pub(crate) running: Running,
    pub(crate) client: Client,
    pub(crate) directory: Export,
    db: Connection,
    pub(crate) folder: tempfile::TempDir,
}

pub(crate) fn client(running: &Running, rules: WriteRules) -> Client {
    let base = BaseUrl::parse(&running.base_url).unwrap();
    let settings = TransportSettings {
        scope: Some(base.clone()),
        pace: PaceLimits::none(),
        rules,
        ..TransportSettings::plain(TransportLimits::default())
    };
    let credential = Credential::bearer(Secret::new(TOKEN, "test").unwrap());
    Client::new(Transport::build(settings).unwrap(), base, Some(credential), Actor::Client, Journal::default())
}

impl Tenant {
    /// As the directory says.
    pub(crate) async fn sound(behaviour: Behaviour) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tenant.sqlite");
        let settings = Settings { db: Some(path.clone()), token: Some(TOKEN.into()), behaviour, ..Settings::default() };
        let running = Provider::start(settings).await.unwrap();
        let client = client(&running, WriteRules::default());
        let db = Connection::open(&path).unwrap();
        db.busy_timeout(std::time::Duration::from_secs(5)).unwrap();
        let person = |name: &str| ExportedPerson {
            external_id: format!("e-{name}"),
            user_name: name.into(),
            display_name: None,
            email: Some(format!("{name}@mail.example")),
            active: name != "eve",
        };
        let group = |name: &str| ExportedGroup {
            external_id: None,
            display_name: name.into(),
            members: Some(PEOPLE.iter().filter(|(_, g)| *g == name).map(|(p, _)| format!("e-{p}")).collect()),
        };
        let people = PEOPLE.iter().map(|(name, _)| person(name)).chain([person("root")]).collect();
        let directory = Export { people, groups: Some(vec![group("Crew"), group("Ops")]) };
        let tenant = Self { running, client, directory, db, folder };
        for person in &tenant.directory.people {
            tenant.user(&person.user_name, &person.external_id, &person.user_name, person.active).await;
        }
        for name in ["Crew", "Ops"] {
            let members: Vec<String> =
                PEOPLE.iter().filter(|(_, g)| *g == name).map(|(p, _)| (*p).to_owned()).collect();
            tenant.group(name, &members).await;
        }
        tenant
    }

    pub(crate) async fn send(&self, method: Method, target: &str, body: &Value) -> Value {
        let request = Request::new(method, target).header("content-type", "application/scim+json");
        let request = if body.is_null() { request } else { request.json(body) };
        let exchange = self.client.send(request).await;
        let answer = exchange.result.as_ref().unwrap();
        assert!(answer.status < 300, "{method} {target} {body}: {} {:?}", answer.status, answer.body);
        serde_json::from_slice(&answer.body).unwrap_or(Value::Null)
    }

    /// Creates a user whose mail address and name are those of `of`; its id.
    pub(crate) async fn user(&self, user_name: &str, external: &str, of: &str, active: bool) -> String {
        let mut body = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": user_name, "active": active,
            "name": {"givenName": of, "familyName": "Test"}, "title": format!("Dr. {of}"),
            "emails": [{"value": format!("{of}@mail.example"), "primary": true, "type": "work"}],
        });
        if !external.is_empty() {
            body["externalId"] = external.into();
        }
        self.send(Method::Post, "/Users", &body).await["id"].as_str().unwrap().to_owned()
    }

    /// Creates a group with members by userName; its id.
    pub(crate) async fn group(&self, name: &str, members: &[String]) -> String {
        let mut values = Vec::new();
        for member in members {
            values.push(json!({"value": self.id(member).await}));
        }
        let body =
            json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": name, "members": values});
        self.send(Method::Post, "/Groups", &body).await["id"].as_str().unwrap().to_owned()
    }

    /// The first object of that userName or displayName, in its own case.
    pub(crate) async fn id(&self, name: &str) -> String {
        let state = self.read().await;
        let named = |r: &&Value| [&r["userName"], &r["displayName"]].iter().any(|n| n.as_str() == Some(name));
        let found = state.users.iter().chain(&state.groups).find(named);
        found.unwrap_or_else(|| panic!("no {name}"))["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn patch(&self, endpoint: &str, id: &str, operation: Value) {
        let body = json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [operation]});
        self.send(Method::Patch, &format!("{endpoint}/{id}"), &body).await;
    }

    pub(crate) async fn link(&self, name: &str, external: &str) {
        let id = self.id(name).await;
        self.patch("/Users", &id, json!({"op": "replace", "path": "externalId", "value": external})).await;
    }

    /// A member that no request of SCIM could put in.
    pub(crate) async fn dangling(&self, group: &str, member: &str) {
        let sql = "INSERT OR IGNORE INTO members (grp, member, kind) SELECT row, ?2, 'User' FROM groups WHERE id = ?1";
        assert!(self.db.execute(sql, [self.id(group).await.as_str(), member]).is_ok());
    }

    /// A userName that the service would refuse: it is another's but for its case.
    pub(crate) fn rename(&self, id: &str, user_name: &str) {
        let sql = "UPDATE users SET user_name = ?2, user_name_key = lower(?2), body = json_set(body, '$.userName', ?2) WHERE id = ?1";
        assert_eq!(self.db.execute(sql, [id, user_name]).unwrap(), 1);
    }

    pub(crate) async fn read(&self) -> TenantState {
        read_all(&self.client).await.unwrap()
    }

    pub(crate) async fn found(&self) -> Vec<Diagnosis> {
        assess(&self.read().await, Some(&self.directory))
    }

    pub(crate) async fn kinds(&self) -> Vec<&'static str> {
        self.found().await.iter().map(|d| d.kind.id).collect()
    }

    pub(crate) fn options(delete: bool) -> Options {
        let limits = cleanup::plan::Limits {
            users: "100%".parse().unwrap(),
            groups: "100%".parse().unwrap(),
            memberships: "100%".parse().unwrap(),
        };
        Options { delete, sure: Sure::Likely, protect: vec!["root".into()], limits, ..Options::default() }
    }

    pub(crate) async fn try_plan(&self, options: &Options) -> Result<Plan, ProposeError> {
        let state = self.read().await;
        let found = assess(&state, Some(&self.directory));
        propose(&state, &found, Some(&self.directory), options, (self.client.base().as_str(), "2026-01-01T00:00:00Z"))
    }

    pub(crate) async fn plan(&self, delete: bool) -> Plan {
        let plan = self.try_plan(&Self::options(delete)).await.unwrap();
        // As a person gets it.
        Plan::from_yaml(&plan.to_yaml().unwrap()).unwrap()
    }

    pub(crate) fn journal_path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn journal(&self, name: &str, plan: &Plan) -> journal::Journal {
        journal::Journal::of_plan(&self.journal_path(name), plan, "2026-01-01T00:00:00Z").unwrap()
    }

    /// Carries a plan out; in a dry run where there is no journal.
    pub(crate) async fn apply(
        &self,
        client: &Client,
        plan: &Plan,
        journal: Option<&mut journal::Journal>,
        change: impl FnOnce(&mut Terms<'_>),
    ) -> (Result<Applied, ApplyError>, Vec<Told>) {
        let stop = AtomicBool::new(false);
        let clock = || "2026-01-01T00:00:00Z".to_owned();
        let mut terms = Terms {
            local_accounts: &[],
            directory: Some(&self.directory),
            canary: 0,
            batch: 0,
            despite_changes: false,
            stop: &stop,
            clock: &clock,
        };
        change(&mut terms);
        let mut told = Vec::new();
        let applied = apply(client, plan, journal, &terms, &mut |one| told.push(one.clone())).await;
        (applied, told)
    }
}

/// Everything but what the server alone decides: users without `meta` and `groups`, groups with their members as a set.
pub(crate) fn shape(state: &TenantState) -> Vec<Value> {
    let mut all: Vec<Value> = Vec::new();
    for resource in state.users.iter().chain(&state.groups) {
        let mut plain = resource.clone();
        let object = plain.as_object_mut().unwrap();
        object.remove("meta");
        object.remove("groups");
        if let Some(members) = object.get_mut("members").and_then(Value::as_array_mut) {
            *members = members.iter().map(|m| m["value"].clone()).collect();
            members.sort_by_key(|m| m.as_str().unwrap().to_owned());
        }
        all.push(plain);
    }
    all.sort_by_key(|r| r["id"].as_str().unwrap().to_owned());
    all
}
