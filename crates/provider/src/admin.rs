//! The admin API: what a product's operator does outside SCIM, and the truth behind what SCIM shows.
//!
//! In: a method, a path below `/admin`, JSON. Out: JSON. Never: anything a SCIM client may ask for.

mod groups;
mod overview;
mod people;
mod routes;
mod tenants;

use super::behaviour::Behaviour;
use super::clock::{hex, token_hash};
use super::page::Shown;
use super::product::InactiveLogin;
use super::service::{Method, Parts, Service, stored};
use super::store::{AccountRow, Store, Stored, Tenant, UserRow};
use axum::body::Body;
use axum::http::{StatusCode, header};
use axum::response::Response;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// An answer of the admin API.
pub(super) struct Answer {
    status: u16,
    body: Option<Value>,
    /// With a 405: the methods there are (RFC 9110 section 15.5.6).
    allow: Option<String>,
}

/// Why there is another answer than the one asked for.
enum Refused {
    Because(u16, String),
    /// The path has other methods: these.
    Method(String),
    Store(rusqlite::Error),
}

impl From<rusqlite::Error> for Refused {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error)
    }
}

type Done = Result<Answer, Refused>;

/// A refusal with its reason.
pub(super) fn refused(status: u16, why: &str) -> Answer {
    Answer { status, body: Some(json!({ "error": why })), allow: None }
}

fn because<T>(status: u16, why: impl Into<String>) -> Result<T, Refused> {
    Err(Refused::Because(status, why.into()))
}

impl Answer {
    fn ok(status: u16, body: Value) -> Done {
        Ok(Self { status, body: Some(body), allow: None })
    }

    fn done() -> Done {
        Ok(Self { status: 204, body: None, allow: None })
    }

    /// The answer on its way out.
    pub(super) fn into_response(self) -> Response {
        let text = self.body.map(|body| body.to_string()).unwrap_or_default();
        let mut response = Response::new(Body::from(text));
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        // Some answers carry a credential, all of them what is true now.
        let never = header::HeaderValue::from_static("no-store");
        response.headers_mut().insert(header::CACHE_CONTROL, never);
        if let Some(allow) = self.allow.and_then(|methods| header::HeaderValue::try_from(methods).ok()) {
            response.headers_mut().insert(header::ALLOW, allow);
        }
        if self.status != 204 {
            let json = header::HeaderValue::from_static("application/json");
            response.headers_mut().insert(header::CONTENT_TYPE, json);
        }
        response
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Renamed {
    display_name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SignIn {
    user_name: String,
}

/// Refuses a text that has to say something.
fn not_empty(text: &str, name: &str) -> Result<(), Refused> {
    if text.is_empty() { because(400, format!("{name} may not be empty")) } else { Ok(()) }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refused> {
    serde_json::from_slice(body).or_else(|e| because(400, format!("the body does not fit: {e}")))
}

/// One admin request at work.
struct Work<'a> {
    store: &'a Store,
    behaviour: &'a Behaviour,
    parts: &'a Parts,
    origin: &'a str,
    body: &'a [u8],
    shown: Option<&'a Shown>,
    since: u64,
}

/// What the operator asks.
pub(super) struct Asked<'a> {
    pub(super) method: Method,
    /// The path below `/admin`.
    pub(super) segments: &'a [String],
    /// The number of the last exchange that is known already.
    pub(super) since: u64,
    pub(super) body: &'a [u8],
}

/// Does what the operator asks, in one transaction where it may write.
pub(super) fn handle(
    store: &Store,
    service: &Service,
    shown: Option<&Shown>,
    origin: &str,
    asked: &Asked<'_>,
) -> Answer {
    let Asked { method, segments, since, body } = *asked;
    let path: Vec<&str> = segments.iter().map(String::as_str).collect();
    let work = |store: &Store| {
        Work { store, behaviour: &service.behaviour, parts: &service.parts, origin, body, shown, since }
            .route(method, path.as_slice())
    };
    let done = match method {
        Method::Get => Ok(work(store)),
        _ => store.transact(work, Result::is_ok),
    };
    match done {
        Ok(Ok(answer)) => answer,
        Ok(Err(Refused::Because(status, why))) => refused(status, &why),
        Ok(Err(Refused::Method(allow))) => {
            Answer { allow: Some(allow), ..refused(405, "the admin API has no such method there") }
        }
        Ok(Err(Refused::Store(error))) | Err(error) => {
            let reply = service.store_failed(&error);
            let why = reply.body.as_ref().and_then(|body| body.get("detail")).and_then(Value::as_str);
            refused(reply.status, why.unwrap_or("the store failed"))
        }
    }
}

impl Work<'_> {
    /// The truth: everything stored, whoever may see it.
    fn state(&self, tenant: &Tenant) -> Done {
        let mut users = Vec::new();
        self.store.each_user(tenant, |user| users.push(user))?;
        let users = users.iter().map(|user| self.user_state(user)).collect::<Stored<Vec<Value>>>()?;
        let groups = self.store.all_groups(tenant)?;
        let groups = groups.iter().map(|group| self.group_state(group)).collect::<Stored<Vec<Value>>>()?;
        let own = self.store.product_groups(tenant)?;
        let own = own.iter().map(|group| self.product_group_state(group)).collect::<Stored<Vec<Value>>>()?;
        let accounts: Vec<Value> = self.store.accounts(tenant)?.iter().map(account_state).collect();
        let assets = self.store.assets(tenant)?.into_iter();
        let assets: Vec<Value> = assets.map(|(name, owner)| json!({ "name": name, "owner": owner })).collect();
        let (scim, sso_enforced) = self.store.sign_on(tenant)?;
        Answer::ok(
            200,
            json!({
                "tenant": tenant.name,
                "users": users,
                "groups": groups,
                "product_groups": own,
                "local_accounts": accounts,
                "assets": assets,
                "tokens": self.store.token_names(tenant)?,
                "sign_on": { "scim": scim, "sso_enforced": sso_enforced },
            }),
        )
    }

    fn user_state(&self, user: &UserRow) -> Stored<Value> {
        let hidden = !user.active && self.behaviour.users.inactive_login == InactiveLogin::Obfuscated;
        let login = if hidden { hex(&token_hash(&user.id))[..16].to_owned() } else { user.user_name.clone() };
        let last_active = self.store.last_active(user)?;
        let early = self.behaviour.users.status_before_sign_in.as_deref().filter(|_| last_active.is_none());
        let status = if user.active { early.unwrap_or("Enabled") } else { "Disabled" };
        Ok(json!({
            "id": user.id,
            "userName": user.user_name,
            "externalId": user.external_id,
            "active": user.active,
            "managed": user.managed,
            "login": login,
            "status": status,
            "last_active": last_active,
            "version": user.version,
            "resource": stored(&user.body),
        }))
    }
}

fn account_state(account: &AccountRow) -> Value {
    json!({
        "id": account.user_id,
        "userName": account.user_name,
        "email": account.email,
        "admin": account.admin,
        "builtin_sign_in": account.builtin_sign_in,
        "active": account.active,
    })
}
