//! The admin API: what a product's operator does outside SCIM, and the truth behind what SCIM shows.
//!
//! In: a method, a path below `/admin`, JSON. Out: JSON. Never: anything a SCIM client may ask for.

use super::behaviour::Behaviour;
use super::http::base_url;
use super::service::{Method, Service, group_draft, put, stored, user_draft};
use super::store::{AccountRow, GroupKey, GroupRow, Store, Stored, Tenant, UserKey, UserRow};
use crate::scim::urn;
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
}

/// Why there is another answer than the one asked for.
enum Refused {
    Because(u16, String),
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
    Answer { status, body: Some(json!({ "error": why })) }
}

fn because<T>(status: u16, why: impl Into<String>) -> Result<T, Refused> {
    Err(Refused::Because(status, why.into()))
}

impl Answer {
    fn ok(status: u16, body: Value) -> Done {
        Ok(Self { status, body: Some(body) })
    }

    fn done() -> Done {
        Ok(Self { status: 204, body: None })
    }

    /// The answer on its way out.
    pub(super) fn into_response(self) -> Response {
        let text = self.body.map(|body| body.to_string()).unwrap_or_default();
        let mut response = Response::new(Body::from(text));
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        if self.status != 204 {
            let json = header::HeaderValue::from_static("application/json");
            response.headers_mut().insert(header::CONTENT_TYPE, json);
        }
        response
    }
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

/// A token, perhaps one that speaks for a user.
#[derive(Deserialize)]
struct NewToken {
    name: String,
    user: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Renamed {
    display_name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SignIn {
    user_name: String,
}

#[derive(Deserialize)]
struct NewAccount {
    #[serde(rename = "userName")]
    user_name: String,
    email: String,
    #[serde(default)]
    admin: bool,
    #[serde(default)]
    builtin_sign_in: bool,
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refused> {
    serde_json::from_slice(body).or_else(|e| because(400, format!("the body does not fit: {e}")))
}

/// One admin request at work.
struct Work<'a> {
    store: &'a Store,
    behaviour: &'a Behaviour,
    origin: &'a str,
    body: &'a [u8],
}

/// Does what the operator asks, in one transaction.
pub(super) fn handle(
    store: &mut Store,
    service: &Service,
    origin: &str,
    method: Method,
    segments: &[String],
    body: &[u8],
) -> Answer {
    let path: Vec<&str> = segments.iter().map(String::as_str).collect();
    let work =
        |store: &Store| Work { store, behaviour: &service.behaviour, origin, body }.route(method, path.as_slice());
    match store.transact(work, Result::is_ok) {
        Ok(Ok(answer)) => answer,
        Ok(Err(Refused::Because(status, why))) => refused(status, &why),
        Ok(Err(Refused::Store(error))) | Err(error) => refused(500, &format!("the store failed: {error}")),
    }
}

impl Work<'_> {
    fn route(&self, method: Method, path: &[&str]) -> Done {
        match (method, path) {
            (Method::Post, ["tenants"]) => self.create_tenant(),
            (Method::Delete, ["tenants", tenant]) => {
                self.store.delete_tenant(&self.tenant(tenant)?)?;
                Answer::done()
            }
            (Method::Get, ["tenants", tenant, "state"]) => self.state(&self.tenant(tenant)?),
            (Method::Post, ["tenants", tenant, "tokens"]) => self.create_token(&self.tenant(tenant)?),
            (Method::Delete, ["tenants", tenant, "tokens", name]) => self.revoke_token(&self.tenant(tenant)?, name),
            (Method::Post, ["tenants", tenant, "accounts"]) => self.create_account(&self.tenant(tenant)?),
            (Method::Post, ["tenants", tenant, "cleanup"]) => self.clean_up(&self.tenant(tenant)?),
            (Method::Post, ["tenants", tenant, "groups", id, "rename"]) => self.rename_group(&self.tenant(tenant)?, id),
            (Method::Post, ["tenants", tenant, "sign-in"]) => self.sign_in(&self.tenant(tenant)?),
            _ => because(404, "the admin API has no such operation"),
        }
    }

    fn tenant(&self, name: &str) -> Result<Tenant, Refused> {
        self.store.tenant(name)?.map_or_else(|| because(404, format!("there is no tenant {name:?}")), Ok)
    }

    fn create_tenant(&self) -> Done {
        let Named { name } = read(self.body)?;
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if name.is_empty() || name.len() > 80 || !name.chars().all(fits) {
            return because(400, "a tenant's name is 1 to 80 of a to z, 0 to 9 and -");
        }
        let Some(tenant) = self.store.create_tenant(&name)? else {
            return because(409, format!("there is a tenant {name:?} already"));
        };
        let token = self.store.random_token()?;
        self.store.put_token(&tenant, super::start::DEFAULT_TENANT, &token)?;
        Answer::ok(201, json!({ "tenant": name, "base_url": base_url(self.origin, &name), "token": token }))
    }

    fn create_token(&self, tenant: &Tenant) -> Done {
        let NewToken { name, user } = read(self.body)?;
        if self.store.has_token(tenant, &name)? {
            return because(409, format!("there is a token {name:?} already; delete it first"));
        }
        let token = self.store.random_token()?;
        self.store.put_token(tenant, &name, &token)?;
        if let Some(id) = user {
            let Some(user) = self.store.user(tenant, &id)? else {
                return because(404, format!("there is no user {id}"));
            };
            self.store.bind_token(&token, &user)?;
        }
        Answer::ok(201, json!({ "token": token }))
    }

    fn revoke_token(&self, tenant: &Tenant, name: &str) -> Done {
        if !self.store.revoke_token(tenant, name)? {
            return because(404, format!("there is no token {name:?}"));
        }
        Answer::done()
    }

    /// The truth: everything stored, whoever may see it.
    fn state(&self, tenant: &Tenant) -> Done {
        let mut users = Vec::new();
        self.store.each_user(tenant, |user| users.push(user_state(&user)))?;
        let groups = self.store.all_groups(tenant)?;
        let groups = groups.iter().map(|group| self.group_state(group)).collect::<Stored<Vec<Value>>>()?;
        let accounts: Vec<Value> = self.store.accounts(tenant)?.iter().map(account_state).collect();
        Answer::ok(200, json!({ "tenant": tenant.name, "users": users, "groups": groups, "local_accounts": accounts }))
    }

    fn group_state(&self, group: &GroupRow) -> Stored<Value> {
        let members = self.store.members(group, None)?;
        let members: Vec<Value> =
            members.iter().map(|m| json!({ "value": m.id, "type": m.kind, "display": m.display })).collect();
        Ok(json!({
            "id": group.id,
            "displayName": group.display_name,
            "externalId": group.external_id,
            "version": group.version,
            "members": members,
            "resource": stored(&group.body),
        }))
    }

    /// A person the product knows without SCIM.
    fn create_account(&self, tenant: &Tenant) -> Done {
        let account: NewAccount = read(self.body)?;
        if !self.store.users_by(tenant, &UserKey::UserName(account.user_name.clone()))?.is_empty() {
            return because(409, format!("there is a user {:?} already", account.user_name));
        }
        let resource = json!({
            "schemas": [urn::USER],
            "userName": account.user_name,
            "active": true,
            "emails": [{ "value": account.email, "type": "work", "primary": true }],
        });
        let Ok(draft) = user_draft(resource) else { return because(400, "userName may not be empty") };
        let user = self.store.insert_user(tenant.row, &draft, false)?;
        self.store.insert_account(&user, &account.email, account.admin, account.builtin_sign_in)?;
        Answer::ok(201, json!({ "id": user.id, "userName": user.user_name, "admin": account.admin }))
    }

    /// What support does on a server before another IdP takes over: every SCIM user is suspended and unlinked,
    /// every SCIM group removed, local accounts are left alone. Refused while nobody could sign in afterwards.
    fn clean_up(&self, tenant: &Tenant) -> Done {
        let accounts = self.store.accounts(tenant)?;
        if !accounts.iter().any(|account| account.admin && account.builtin_sign_in && account.active) {
            return because(
                409,
                "no local admin with built-in sign-in exists, so nobody could sign in after the cleanup; create one first",
            );
        }
        let mut users = Vec::new();
        self.store.each_user(tenant, |user| users.push(user))?;
        let mut suspended = 0;
        for user in users.iter().filter(|user| user.managed) {
            let mut resource = stored(&user.body);
            put(&mut resource, "active", false.into());
            put(&mut resource, "externalId", Value::Null);
            if let Ok(draft) = user_draft(resource) {
                self.store.update_user(user, &draft)?;
                suspended += 1;
            }
        }
        let removed = self.store.delete_groups(tenant)?;
        Answer::ok(200, json!({ "users_suspended": suspended, "groups_removed": removed }))
    }

    fn rename_group(&self, tenant: &Tenant, id: &str) -> Done {
        let Renamed { display_name } = read(self.body)?;
        let Some(group) = self.store.group(tenant, id)? else {
            return because(404, format!("there is no group {id}"));
        };
        let holders = self.store.groups_by(tenant, &GroupKey::DisplayName(display_name.clone()))?;
        if self.behaviour.group_name_unique && holders.iter().any(|other| other.row != group.row) {
            return because(409, format!("there is a group {display_name:?} already"));
        }
        let mut resource = stored(&group.body);
        put(&mut resource, "displayName", display_name.into());
        let Ok(draft) = group_draft(resource) else { return because(400, "displayName may not be empty") };
        let group = self.store.update_group(&group, &draft)?;
        Answer::ok(200, self.group_state(&group)?)
    }

    /// Whether somebody would get in: the effect of `active`, which SCIM itself cannot show.
    fn sign_in(&self, tenant: &Tenant) -> Done {
        let SignIn { user_name } = read(self.body)?;
        let users = self.store.users_by(tenant, &UserKey::UserName(user_name.clone()))?;
        match users.first() {
            None => because(404, format!("there is no user {user_name:?}")),
            Some(user) if !user.active => because(403, format!("user {user_name:?} is suspended")),
            Some(user) => Answer::ok(200, json!({ "id": user.id, "userName": user.user_name })),
        }
    }
}

fn user_state(user: &UserRow) -> Value {
    json!({
        "id": user.id,
        "userName": user.user_name,
        "externalId": user.external_id,
        "active": user.active,
        "managed": user.managed,
        "version": user.version,
        "resource": stored(&user.body),
    })
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
