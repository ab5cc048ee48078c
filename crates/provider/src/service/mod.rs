//! SCIM without HTTP: one call in, one reply out.
//!
//! In: a call that was authenticated and addressed, and the store. Out: a reply, and whether what was written stays.
//! Never: sockets, tokens. What it does where products differ it asks the behaviour.

mod allowed_queries;
mod bulk;
mod bulk_references;
mod cursor;
mod custom_resources;
mod discovery;
mod group_members;
mod group_patch;
mod groups;
mod id_in_patch;
mod list;
mod named_attributes;
mod page;
mod parts;
mod product_rules;
mod query;
mod rate_limits;
mod read_cost;
mod strict_json;
mod target;
mod uniqueness;
mod users;

pub(super) use groups::{group_draft, members_of};
pub(super) use parts::{Erasure, ExternalIdIsTaken, Parts, UserNameIsTaken};
pub(super) use target::{Method, Target, base_url};
pub(super) use users::{put, stored, user_draft};

use super::behaviour::{Behaviour, BooleanStrings, RemoveWithValue, ValuePathWithoutMatch};
use super::store::{Store, Stored, Tenant};
use bytes::Bytes;
use rate_limits::Buckets;
use rusqlite::ErrorCode;
use scim::error::ScimError;
use scim::patch::{Op, Patch};
use scim::project::Projection;
use scim::rules::{NoMatch, PatchRules, RemoveValue, StringBooleans};
use scim::schema::{Registry, ResourceType, Uniqueness};
use serde_json::Value;

/// One request, as the service needs it.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) tenant: Tenant,
    /// The tenant's base URL, for `meta.location`.
    pub(super) base: String,
    pub(super) method: Method,
    pub(super) target: Target,
    /// The query's parameters in order, decoded.
    pub(super) query: Vec<(String, String)>,
    pub(super) if_match: Option<String>,
    pub(super) if_none_match: Option<String>,
    pub(super) body: Bytes,
    /// The id of the user the token speaks for.
    pub(super) subject: Option<String>,
}

impl Call {
    /// A call without parameters and conditions, for nobody in particular.
    pub(super) fn plain(tenant: Tenant, method: Method, target: Target, body: Bytes) -> Self {
        let (base, query) = (String::new(), Vec::new());
        Self { tenant, base, method, target, query, if_match: None, if_none_match: None, body, subject: None }
    }
}

/// One answer.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) body: Option<Value>,
    pub(super) location: Option<String>,
    pub(super) etag: Option<String>,
    /// With a 405: the methods there are (RFC 9110 section 15.5.6).
    pub(super) allow: Option<&'static str>,
    /// With a 429 or a 503: the seconds to wait (RFC 9110 section 10.2.3).
    pub(super) retry_after: Option<i64>,
    /// With a 401 or a 403: what is wrong with the credential.
    pub(super) challenge: Option<Challenge>,
}

/// What is wrong with a bearer token (RFC 6750 section 3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Challenge {
    InvalidToken,
    InsufficientScope,
}

impl Reply {
    pub(super) fn empty(status: u16) -> Self {
        Self { status, body: None, location: None, etag: None, allow: None, retry_after: None, challenge: None }
    }

    pub(super) fn json(status: u16, body: Value) -> Self {
        Self { body: Some(body), ..Self::empty(status) }
    }
}

/// Why a call did not succeed.
#[derive(Debug)]
pub(super) enum Refusal {
    /// The client gets this, and nothing is kept.
    Scim(ScimError),
    /// The client gets this, and what was written before is kept.
    Halfway(ScimError),
    /// The client's credential does not do.
    Challenged(ScimError, Challenge),
    /// The database failed.
    Store(rusqlite::Error),
}

impl From<ScimError> for Refusal {
    fn from(error: ScimError) -> Self {
        Self::Scim(error)
    }
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error)
    }
}

pub(super) type Done<T> = Result<T, Refusal>;

/// The service: a behaviour, what follows from it, and the parts it is built with.
pub(super) struct Service {
    pub(super) behaviour: Behaviour,
    pub(super) parts: Parts,
    rules: PatchRules,
    /// The rules for `replace`, which the RFC holds to a stricter reading than `add`.
    replace_rules: PatchRules,
    pub(super) types: Registry,
    buckets: Buckets,
}

/// One call at work.
#[derive(Clone, Copy)]
pub(super) struct Work<'a> {
    pub(super) service: &'a Service,
    pub(super) store: &'a Store,
    pub(super) call: &'a Call,
}

impl Service {
    pub(super) fn new(behaviour: Behaviour, mut types: Registry, parts: Parts) -> Self {
        if behaviour.group_name_unique {
            let name = types.groups.schema.attributes.iter_mut().find(|a| a.name == "displayName");
            name.into_iter().for_each(|a| a.uniqueness = Uniqueness::Server);
        }
        let rules = rules(&behaviour);
        let mut replace_rules = rules.clone();
        if behaviour.value_path_without_match == ValuePathWithoutMatch::CreatedByAdd {
            replace_rules.no_match = NoMatch::NoTarget;
        }
        Self { behaviour, parts, rules, replace_rules, types, buckets: Buckets::default() }
    }

    /// Takes a call out of the tenant's limits; a reply when there is nothing left in one.
    fn limited(&self, store: &Store, call: &Call) -> Stored<Option<Reply>> {
        let wait = self.seconds_to_wait(store, call)?;
        Ok(wait.map(|seconds| Reply { retry_after: Some(seconds), ..self.refuse(&too_many(seconds)) }))
    }

    /// Takes a call out of the tenant's limits, or says how long it has to wait.
    fn seconds_to_wait(&self, store: &Store, call: &Call) -> Stored<Option<i64>> {
        let rates = &self.behaviour.access.rates;
        if rates.is_empty() {
            return Ok(None);
        }
        let now = store.millis(&call.tenant)?;
        let Err(seconds) = self.buckets.take(rates, call.tenant.row, (call.method, &call.target), now) else {
            return Ok(None);
        };
        if !store.clock_runs() {
            // Nobody can wait for a clock that only writes move on, so it moves to where the wait is over.
            store.advance(&call.tenant, seconds * 1000)?;
        }
        Ok(Some(seconds))
    }

    /// Does what a call asks. A call that writes is one transaction.
    pub(super) fn handle(&self, store: &Store, call: &Call) -> Reply {
        match self.limited(store, call) {
            Ok(None) => {}
            Ok(Some(reply)) => return reply,
            Err(error) => return self.store_failed(&error),
        }
        let run = |store: &Store| (self.parts.perform)(&Work { service: self, store, call });
        let done = if call.method == Method::Get || self.reading(call).is_some() {
            run(store)
        } else {
            match store.transact(run, |done| matches!(done, Ok(_) | Err(Refusal::Halfway(_)))) {
                Ok(done) => done,
                Err(error) => Err(error.into()),
            }
        };
        match done {
            Ok(reply) => reply,
            Err(Refusal::Scim(error) | Refusal::Halfway(error)) => {
                let allow = (error.status == 405).then(|| call.target.methods(&self.behaviour.endpoints));
                Reply { allow, ..self.refuse(&error) }
            }
            Err(refusal) => self.refusal(&refusal),
        }
    }

    /// The answer to a refusal.
    pub(super) fn refusal(&self, refusal: &Refusal) -> Reply {
        match refusal {
            Refusal::Scim(error) | Refusal::Halfway(error) => self.refuse(error),
            Refusal::Challenged(error, challenge) => Reply { challenge: Some(*challenge), ..self.refuse(error) },
            Refusal::Store(error) => self.store_failed(error),
        }
    }

    /// What a client hears when the database failed; nothing of its request was kept.
    pub(super) fn store_failed(&self, error: &rusqlite::Error) -> Reply {
        let extended = error.sqlite_error().map(|e| e.extended_code);
        let (status, why) = match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => (507, "there is no room left to store it; nothing was changed"),
            // What a quota and a limit on the size of files look like to SQLite.
            Some(ErrorCode::SystemIoFailure) if extended == Some(rusqlite::ffi::SQLITE_IOERR_WRITE) => {
                (507, "the disk takes no more; nothing was changed")
            }
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                (503, "another process holds the database; nothing was changed")
            }
            _ => (500, "the store failed"),
        };
        let error = ScimError { status, scim_type: None, detail: format!("{why}: {error}") };
        Reply { retry_after: (status == 503).then_some(1), ..self.refuse(&error) }
    }

    /// Applies operations in order, each by the rules for its kind. After an error the resource is to be thrown away.
    fn apply(&self, patch: &Patch, resource: &mut Value, rt: &ResourceType) -> Result<(), ScimError> {
        for operation in &patch.operations {
            let rules = if operation.op == Op::Replace { &self.replace_rules } else { &self.rules };
            Patch { operations: vec![operation.clone()] }.apply(resource, rt, rules)?;
        }
        Ok(())
    }

    /// The answer that carries an error (RFC 7644 section 3.12).
    pub(super) fn refuse(&self, error: &ScimError) -> Reply {
        Reply::json(error.status, error.to_json())
    }
}

fn too_many(seconds: i64) -> ScimError {
    ScimError::too_many_requests(format!("too many requests; come back in {seconds} seconds"))
}

fn rules(behaviour: &Behaviour) -> PatchRules {
    PatchRules {
        remove_value: match behaviour.remove_with_value {
            RemoveWithValue::RemovesListed => RemoveValue::Listed,
            RemoveWithValue::Refused => RemoveValue::Reject,
        },
        no_match: match behaviour.value_path_without_match {
            ValuePathWithoutMatch::Created | ValuePathWithoutMatch::CreatedByAdd => NoMatch::Create,
            ValuePathWithoutMatch::Refused => NoMatch::NoTarget,
        },
        string_booleans: match behaviour.boolean_strings {
            BooleanStrings::Read => StringBooleans::Coerce,
            BooleanStrings::Refused => StringBooleans::Reject,
        },
        ..PatchRules::default()
    }
}

impl Work<'_> {
    /// Does what the call asks.
    pub(super) fn run(&self) -> Done<Reply> {
        let target = match (&self.call.target, &self.call.subject) {
            // The answer is that of the user itself, its permanent location included (RFC 7644 section 3.11).
            (Target::Me, Some(id)) if self.call.method != Method::Post => &Target::User(id.clone()),
            (target, _) => target,
        };
        let endpoints = &self.behaviour().endpoints;
        match (target, self.call.method) {
            (Target::Groups | Target::Group(_) | Target::SearchGroups, _) if !endpoints.groups => {
                Err(ScimError::not_found("this product has no groups over SCIM").into())
            }
            (search, _) if search.is_search() && !endpoints.search => {
                Err(ScimError::not_implemented("this product has no .search").into())
            }
            (Target::Group(_), Method::Put) if !endpoints.put_group => {
                Err(ScimError::method_not_allowed("this product does not replace groups; PATCH them").into())
            }
            (Target::Users, Method::Get) => self.list_users(&self.query()?),
            (Target::Users, Method::Post) => self.create_user(),
            (Target::SearchUsers, Method::Post) => self.list_users(&self.search()?),
            (Target::User(id), Method::Get) => self.read_user(id),
            (Target::User(id), Method::Put) => self.replace_user(id),
            (Target::User(id), Method::Patch) => self.patch_user(id),
            (Target::User(id), Method::Delete) => self.delete_user(id),
            (Target::Groups, Method::Get) => self.list_groups(&self.query()?),
            (Target::Groups, Method::Post) => self.create_group(),
            (Target::SearchGroups, Method::Post) => self.list_groups(&self.search()?),
            (Target::Group(id), Method::Get) => self.read_group(id),
            (Target::Group(id), Method::Put) => self.replace_group(id),
            (Target::Group(id), Method::Patch) => self.patch_group(id),
            (Target::Group(id), Method::Delete) => self.delete_group(id),
            (Target::Others(_) | Target::Other(..) | Target::SearchOthers(_), _) => self.run_other(target),
            (Target::Root, Method::Get) => self.list_everything(&self.query()?),
            (Target::SearchRoot, Method::Post) => self.list_everything(&self.search()?),
            (Target::Bulk, Method::Post) if self.behaviour().bulk_max_operations > 0 => self.bulk(),
            (Target::Bulk, Method::Post) => Err(ScimError::not_implemented("bulk is not offered").into()),
            (Target::Me, _) => Err(ScimError::not_implemented("this token speaks for no user").into()),
            (Target::Nothing, _) => Err(ScimError::not_found("there is no such endpoint").into()),
            (target, Method::Get) if target.is_discovery() => self.discover(),
            _ => Err(ScimError::method_not_allowed("this endpoint does not know that method").into()),
        }
    }

    /// What a call to a type from a schema file asks.
    fn run_other(&self, target: &Target) -> Done<Reply> {
        let (Target::Others(endpoint) | Target::Other(endpoint, _) | Target::SearchOthers(endpoint)) = target else {
            return Err(ScimError::not_found("there is no such endpoint").into());
        };
        let rt = self.other_type(endpoint)?;
        match (target, self.call.method) {
            (Target::Others(_), Method::Get) => self.list_others(&self.query()?, rt),
            (Target::Others(_), Method::Post) => self.create_other(rt),
            (Target::SearchOthers(_), Method::Post) => self.list_others(&self.search()?, rt),
            (Target::Other(_, id), Method::Get) => self.read_other(rt, id),
            (Target::Other(_, id), Method::Put) => self.replace_other(rt, id),
            (Target::Other(_, id), Method::Patch) => self.patch_other(rt, id),
            (Target::Other(_, id), Method::Delete) => self.delete_other(rt, id),
            _ => Err(ScimError::method_not_allowed("this endpoint does not know that method").into()),
        }
    }

    fn behaviour(&self) -> &Behaviour {
        &self.service.behaviour
    }

    /// The value of a query parameter; of several the first.
    fn parameter(&self, name: &str) -> Option<&str> {
        self.call.query.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// What the client wants to see of what it gets (RFC 7644 section 3.9).
    pub(super) fn projection(&self) -> Done<Projection> {
        let rule = self.behaviour().query.projection;
        let attributes = self.narrowed(rule, "attributes", self.parameter("attributes"))?;
        let excluded = self.narrowed(rule, "excludedAttributes", self.parameter("excludedAttributes"))?;
        Ok(Projection::parse(attributes, excluded)?)
    }

    /// The same for the answer to a write of a resource of this type.
    fn projection_of(&self, rt: &ResourceType) -> Done<Projection> {
        let projection = self.projection()?;
        if self.call.method == Method::Get || !rt.shows_on_request() {
            return Ok(projection);
        }
        Ok(projection.with_sent(named_attributes::attributes(&self.json()?)))
    }

    /// The body as JSON.
    fn json(&self) -> Done<Value> {
        Ok(strict_json::read_json(&self.call.body)?)
    }

    /// Refuses when a precondition of the client does not hold (RFC 7644 section 3.14).
    fn check_if_match(&self, version: i64) -> Done<()> {
        // A write that is wanted only where the version is another (RFC 9110 section 13.1.2).
        if self.call.if_none_match.as_ref().is_some_and(|known| names(known, version)) {
            return Err(ScimError::precondition_failed(format!("the version is {}", etag(version))).into());
        }
        match &self.call.if_match {
            Some(wanted) if !names(wanted, version) => {
                Err(ScimError::precondition_failed(format!("the version is {}, not {wanted}", etag(version))).into())
            }
            _ => Ok(()),
        }
    }

    /// A resource as the answer to a request that named it.
    fn answer(&self, status: u16, shown: Value, location: String, version: i64) -> Reply {
        let not_modified = self.call.method == Method::Get
            && self.call.if_none_match.as_ref().is_some_and(|known| names(known, version));
        if not_modified {
            return Reply { etag: Some(etag(version)), ..Reply::empty(304) };
        }
        Reply { location: Some(location), etag: Some(etag(version)), ..Reply::json(status, shown) }
    }

    pub(super) fn location(&self, endpoint: &str, id: &str) -> String {
        format!("{}{endpoint}/{id}", self.call.base)
    }
}

/// The entity tag of a version; weak, because the same version may be written with other bytes.
fn etag(version: i64) -> String {
    format!("W/\"{version}\"")
}

/// Whether a list of tags has that of a version. Weak comparison, as the examples of RFC 7644 section 3.14 need.
fn names(tags: &str, version: i64) -> bool {
    let own = format!("\"{version}\"");
    tags.split(',').map(str::trim).any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == own)
}

/// A text attribute that is there and not empty.
pub(super) fn text<'a>(resource: &'a Value, name: &str) -> Option<&'a str> {
    resource.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
}
