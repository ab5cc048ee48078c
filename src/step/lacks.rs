//! What a target lawfully lacks: filters, PATCH and groups are optional. A target says so in its discovery documents, or shows it
//! by how it answers; then whatever needs them cannot be asked, and nothing that follows is its fault.
//!
//! In: what the target says, and an answer. Out: what is lacking, and the words for it. Never: a finding. A target that offers
//! something and refuses it all the same lacks nothing: that is for the checks.

use client::observe::{Capabilities, Endpoint, Observation, member};
use client::wire::Method;
use scim::filter::Filter;
use scim::patch::PatchPath;
use scim::path::AttrPath;
use scim::schema::{Attribute, Mutability, ResourceType};
use serde_json::Value;

/// What a target may do without.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Lack {
    /// RFC 7644 section 3.4.2.2.
    Filters,
    /// RFC 7644 section 3.5.2.
    Patch,
    /// RFC 7643 section 4.1.2.
    Groups,
    /// An attribute that the RFC has and the target's schemas have not (RFC 7643 section 1.1).
    Attribute(String),
    /// The change of an attribute that the target's schemas call immutable or readOnly, and the RFC's do not (RFC 7643 section 7).
    Change(String),
}

impl Lack {
    /// What the answer shows to be lacking. `now` is the resource it is about as it stands after the answer, where that was read.
    pub(super) fn shown_by(told: &Capabilities, answer: &Observation, now: Option<&Value>) -> Option<Self> {
        let status = answer.status().filter(|status| *status >= 400 && answer.outcome().is_the_targets())?;
        let about_the_request = !matches!(status, 401 | 403 | 409 | 412 | 413 | 429 | 500);
        let lacking = |feature: &str, unsaid: bool| match told.supports(feature) {
            Some(offered) => !offered && about_the_request,
            None => unsaid,
        };
        if !told.may_serve("/Groups")
            && addressed(answer).eq_ignore_ascii_case("Groups")
            && matches!(status, 404 | 405 | 501)
        {
            return Some(Self::Groups);
        }
        if filters(answer) && lacking("filter", status == 501) {
            return Some(Self::Filters);
        }
        let patches = answer.method() == Method::Patch && matches!(answer.endpoint, Endpoint::Resource(..));
        if patches && lacking("patch", matches!(status, 405 | 501)) {
            return Some(Self::Patch);
        }
        if status == 400 { Self::of_schemas(told, answer, now) } else { None }
    }

    /// What a refused write names that the target's schemas do not let a client write.
    ///
    /// A PUT that repeats what an attribute holds changes nothing of it: "the input value(s) MUST match" is all that RFC 7644
    /// section 3.5.1 asks of an immutable one.
    fn of_schemas(told: &Capabilities, answer: &Observation, now: Option<&Value>) -> Option<Self> {
        let (Endpoint::Collection(endpoint) | Endpoint::Resource(endpoint, _)) = &answer.endpoint else { return None };
        let rt = ResourceType::for_endpoint(endpoint)?;
        let named = sent_paths(answer);
        let known = named.iter().filter_map(|path| Some((path, rt.attribute(&AttrPath::parse(path).ok()?)?.leaf())));
        let theirs: Vec<(&String, &Attribute)> = known.collect();
        if let Some((path, _)) = theirs.iter().find(|(path, _)| !told.knows(endpoint, path)) {
            return Some(Self::Attribute((*path).clone()));
        }
        let told_why = answer.member("scimType").and_then(Value::as_str) == Some("mutability");
        let kept = |path: &str| is_kept(told, endpoint, path, "immutable") || is_kept(told, endpoint, path, "readonly");
        let repeated = |path: &str| answer.method() == Method::Put && repeats(answer.sent.as_ref(), now, path);
        let changed = theirs.iter().find(|(path, _)| kept(path) && !repeated(path));
        changed.filter(|_| told_why).map(|(path, _)| Self::Change((*path).clone()))
    }

    /// What the target lacks, in one sentence that is the same wherever it shows.
    pub(super) fn in_words(&self, told: &Capabilities) -> String {
        let (what, said) = match self {
            Self::Filters => ("filters", told.supports("filter") == Some(false)),
            Self::Patch => ("PATCH", told.supports("patch") == Some(false)),
            Self::Groups => ("groups", true),
            Self::Attribute(path) => {
                return format!("this target's schemas have no {path}, and it refuses a request that sends it");
            }
            Self::Change(path) => return format!("this target's schemas let no client change {path}"),
        };
        format!("this target has no {what}, as {}", if said { "it says" } else { "its answers show" })
    }

    /// The same, with what it costs an IdP.
    pub(super) fn costs_an_idp(&self, told: &Capabilities) -> String {
        let cost = match self {
            Self::Filters => {
                "IdPs look up people and groups with a filter before they create or link them, so no IdP can provision here"
            }
            Self::Patch => "an IdP that updates with PATCH can create accounts and groups here, but cannot update them",
            Self::Groups => "no IdP can push groups here",
            Self::Attribute(_) => {
                "an administrator has to remove it from the IdP's mapping before anybody can be provisioned"
            }
            Self::Change(_) => "an administrator has to change the IdP's mapping so that it is not sent again",
        };
        format!("{}: {cost}", self.in_words(told))
    }
}

/// The attributes that a write names: those of its body, or of the operations of a PATCH; those of extensions with their URN.
fn sent_paths(answer: &Observation) -> Vec<String> {
    let Some(sent) = &answer.sent else { return Vec::new() };
    let Some(operations) = member(sent, "Operations").and_then(Value::as_array) else { return names_in(sent) };
    let named = operations.iter().flat_map(|operation| match member(operation, "path").and_then(Value::as_str) {
        Some(path) => PatchPath::parse(path).map(|path| in_path(&path)).unwrap_or_default(),
        None => member(operation, "value").map(names_in).unwrap_or_default(),
    });
    named.collect()
}

/// The attribute of a path, and the part that its filter compares.
fn in_path(path: &PatchPath) -> Vec<String> {
    let compared = path.filter.as_ref().and_then(Filter::as_equality).map(|(part, _)| format!("{}.{part}", path.attr));
    std::iter::once(path.attr.to_string()).chain(compared).collect()
}

fn names_in(body: &Value) -> Vec<String> {
    let within = |(name, value): (&String, &Value)| match value {
        Value::Object(parts) if name.contains(':') => parts.keys().map(|part| format!("{name}:{part}")).collect(),
        _ => vec![name.clone()],
    };
    body.as_object().into_iter().flatten().flat_map(within).collect()
}

/// Whether a body has the value at an attribute that the resource has.
fn repeats(sent: Option<&Value>, now: Option<&Value>, path: &str) -> bool {
    let at = |resource: &Value| match path.rsplit_once(':') {
        Some((urn, name)) => member(resource, urn).and_then(|part| member(part, name)).cloned(),
        None => member(resource, path).cloned(),
    };
    sent.zip(now).is_some_and(|(sent, now)| at(sent) == at(now))
}

/// Whether the target's schemas keep an attribute from clients in this way, which the RFC's leave to them.
pub(super) fn is_kept(told: &Capabilities, endpoint: &str, path: &str, mutability: &str) -> bool {
    let rfc = ResourceType::for_endpoint(endpoint)
        .and_then(|rt| Some(rt.attribute(&AttrPath::parse(path).ok()?)?.leaf().mutability));
    let own = told.attribute(endpoint, path);
    let own = own.as_ref().and_then(|own| member(own, "mutability")).and_then(Value::as_str);
    rfc == Some(Mutability::ReadWrite) && own.is_some_and(|own| own.eq_ignore_ascii_case(mutability))
}

/// Whether the target shows an attribute only to whoever asks for it.
pub(super) fn is_shown_on_request(told: &Capabilities, endpoint: &str, path: &str) -> bool {
    let own = told.attribute(endpoint, path);
    let returned = own.as_ref().and_then(|own| member(own, "returned")).and_then(Value::as_str);
    returned.is_some_and(|returned| returned.eq_ignore_ascii_case("request"))
}

/// The path of the attribute at a JSON pointer: `/emails/0/value` is `emails.value`.
pub(super) fn path_of(pointer: &str) -> String {
    let names = pointer.split('/').filter(|part| !part.is_empty() && part.parse::<usize>().is_err());
    let mut path = String::new();
    for name in names {
        match path.as_str() {
            "" => {}
            urn if urn.starts_with("urn:") && !urn.contains('.') || urn.ends_with(":User") => path.push(':'),
            _ => path.push('.'),
        }
        path.push_str(name);
    }
    path
}

/// The first part of the path.
fn addressed(answer: &Observation) -> &str {
    answer.exchange.request.path().trim_start_matches('/').split('/').next().unwrap_or_default()
}

/// Whether a filter was asked for, in the query or in a search.
pub(super) fn filters(answer: &Observation) -> bool {
    answer.asked("filter").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use client::wire::{Answer, Exchange, Request};
    use serde_json::json;

    fn told(config: &Value) -> Capabilities {
        let types = json!({ "Resources": [{ "endpoint": "/Users", "schema": "urn:a" }] });
        Capabilities::read(Some(config), Some(&types), None)
    }

    fn answer(method: Method, target: &str, status: u16) -> Observation {
        let request = Request::new(method, target);
        let exchange = Exchange::made_up("http://h", request, Ok(Answer::made_up(status, &[], String::new())));
        Observation::read(exchange.into(), 0)
    }

    #[test]
    fn what_is_not_offered_and_refused_is_lacking() {
        let (no, yes, unsaid) = (
            told(&json!({ "filter": { "supported": false }, "patch": { "supported": false } })),
            told(&json!({ "filter": { "supported": true }, "patch": { "supported": true } })),
            told(&json!({})),
        );
        let shown =
            |told: &Capabilities, method, target, status| Lack::shown_by(told, &answer(method, target, status), None);
        let find = "/Users?filter=userName%20eq%20%22a%22";
        for status in [400, 404, 501] {
            assert_eq!(shown(&no, Method::Get, find, status), Some(Lack::Filters), "{status}");
            assert_eq!(shown(&yes, Method::Get, find, status), None, "{status}");
            assert_eq!(shown(&unsaid, Method::Get, find, status), (status == 501).then_some(Lack::Filters));
            assert_eq!(shown(&no, Method::Patch, "/Users/1", status), Some(Lack::Patch), "{status}");
            assert_eq!(shown(&yes, Method::Patch, "/Users/1", status), None, "{status}");
        }
        for status in [200, 401, 429, 500, 503] {
            assert_eq!(shown(&no, Method::Get, find, status), None, "{status}");
        }
        assert_eq!(shown(&no, Method::Get, "/Users", 400), None, "no filter was asked for");
    }

    #[test]
    fn an_attribute_is_lacking_where_the_schemas_have_not_what_is_refused() {
        let types = json!({ "Resources": [{ "endpoint": "/Users", "schema": "urn:a" }] });
        let schemas = json!({ "Resources": [{ "id": "urn:a", "attributes": [
            { "name": "userName", "mutability": "immutable" }, { "name": "title" },
            { "name": "emails", "subAttributes": [{ "name": "value" }] }] }] });
        let told = Capabilities::read(None, Some(&types), Some(&schemas));
        let refused = |method, target: &str, sent: &Value, keyword: &str| {
            let body = json!({ "status": "400", "scimType": keyword }).to_string();
            let request = Request::new(method, target).json(sent);
            let exchange = Exchange::made_up("http://h", request, Ok(Answer::made_up(400, &[], body)));
            Lack::shown_by(
                &told,
                &Observation::read(exchange.into(), 0),
                Some(&json!({ "UserName": "a", "title": "x" })),
            )
        };
        let extension = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
        let create = json!({ "userName": "a", "title": "x", extension: { "department": "D" } });
        let department = Lack::Attribute(format!("{extension}:department"));
        assert_eq!(refused(Method::Post, "/Users", &create, "invalidSyntax"), Some(department));
        assert_eq!(refused(Method::Post, "/Users", &json!({ "userName": "a", "title": "x" }), "invalidValue"), None);
        assert_eq!(refused(Method::Post, "/Users", &json!({ "favouriteColour": "red" }), "invalidValue"), None);
        let patch = |path: &str| json!({ "Operations": [{ "op": "replace", "path": path, "value": "b" }] });
        let change = |path: &str, keyword: &str| refused(Method::Patch, "/Users/1", &patch(path), keyword);
        assert_eq!(change("userName", "mutability"), Some(Lack::Change("userName".to_owned())));
        let replace = |body: &Value| refused(Method::Put, "/Users/1", body, "mutability");
        assert_eq!(replace(&json!({ "userName": "a", "title": "y" })), None, "the name stays as it is");
        assert_eq!(replace(&json!({ "userName": "b", "title": "x" })), Some(Lack::Change("userName".to_owned())));
        assert_eq!((change("userName", "invalidValue"), change("title", "mutability")), (None, None));
        assert_eq!(change("nickName", "invalidPath"), Some(Lack::Attribute("nickName".to_owned())));
        let typed = Lack::Attribute("emails.type".to_owned());
        assert_eq!(change("emails[type eq \"work\"].value", "invalidPath"), Some(typed));
        assert_eq!(change("emails.value", "invalidPath"), None);
    }

    #[test]
    fn groups_are_lacking_where_no_type_has_them() {
        let without = told(&json!({}));
        let shown =
            |told: &Capabilities, target, status| Lack::shown_by(told, &answer(Method::Post, target, status), None);
        assert_eq!(shown(&without, "/Groups", 404), Some(Lack::Groups));
        assert_eq!(shown(&without, "/Groups/1", 501), Some(Lack::Groups));
        assert_eq!((shown(&without, "/Groups", 500), shown(&without, "/Users", 404)), (None, None));
        let unread = Capabilities::read(None, None, None);
        assert_eq!(shown(&unread, "/Groups", 404), None, "nothing says that there are none");
    }

    #[test]
    fn a_pointer_leads_to_an_attribute() {
        let department = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
        assert_eq!((path_of("/title"), path_of("/emails/0/value")), ("title".to_owned(), "emails.value".to_owned()));
        assert_eq!(path_of(&format!("/{department}/manager/value")), format!("{department}:manager.value"));
    }

    #[test]
    fn the_words_tell_what_is_known() {
        let said = told(&json!({ "filter": { "supported": false } }));
        assert_eq!(Lack::Filters.in_words(&said), "this target has no filters, as it says");
        assert_eq!(Lack::Patch.in_words(&said), "this target has no PATCH, as its answers show");
        assert!(Lack::Filters.costs_an_idp(&said).ends_with("so no IdP can provision here"));
    }
}
