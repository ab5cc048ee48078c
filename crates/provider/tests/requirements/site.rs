//! The site every case runs on, and what cases ask again and again.

use crate::support::{Answer, Site, USER};
use provider::{Behaviour, Clock, Profile, Settings};
use scim::schema::Registry;
use serde_json::{Value, json};

pub(crate) const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
pub(crate) const DEVICE: &str = "urn:example:schemas:1.0:Device";
pub(crate) const LEASE: &str = "urn:example:schemas:1.0:Lease";
pub(crate) const BADGE: &str = "urn:example:schemas:1.0:Badge";
pub(crate) const ERROR: &str = "urn:ietf:params:scim:api:messages:2.0:Error";
pub(crate) const LIST: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
pub(crate) const SEARCH: &str = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";
pub(crate) const BULK: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";

/// The strict profile: the letter of the RFCs.
pub(crate) fn strict() -> Behaviour {
    Profile::built_in("strict").unwrap().behaviour
}

/// A provider of devices, beside users and groups, in the strict profile.
pub(crate) async fn start() -> Site {
    with(strict()).await
}

pub(crate) async fn with(behaviour: Behaviour) -> Site {
    let types = Registry::with_file(include_str!("devices.json")).unwrap();
    Site::with(Settings { behaviour, types, clock: Clock::logical(), ..Settings::default() }).await
}

/// A refusal as RFC 7644 section 3.12 describes it, and nothing else.
#[track_caller]
pub(crate) fn refused(answer: &Answer, status: u16, scim_type: &str) {
    assert_eq!(answer.status, status, "{answer:?}");
    assert_eq!(answer.body["schemas"], json!([ERROR]), "{answer:?}");
    assert_eq!(answer.body["status"], status.to_string(), "{answer:?}");
    assert!(answer.body["detail"].as_str().is_some_and(|d| !d.is_empty()), "{answer:?}");
    let kind = answer.body.get("scimType").and_then(Value::as_str).unwrap_or_default();
    assert_eq!(kind, scim_type, "{answer:?}");
}

/// Creates a user with these attributes.
pub(crate) async fn make(site: &Site, attributes: Value) -> Answer {
    let mut body = json!({ "schemas": [USER] });
    body.as_object_mut().unwrap().extend(attributes.as_object().unwrap().clone());
    let made = site.scim.post("/Users", body).await;
    assert_eq!(made.status, 201, "{made:?}");
    made
}

/// A user with something in most attributes.
pub(crate) fn rich(name: &str) -> Value {
    json!({
        "schemas": [USER, ENTERPRISE],
        "userName": name,
        "externalId": format!("ext-{name}"),
        "name": { "givenName": "Bab", "familyName": "Jensen", "middleName": "J" },
        "displayName": "Babs Jensen",
        "nickName": "Babs",
        "title": "Guide",
        "active": true,
        "emails": [
            { "value": format!("{name}@work.example"), "type": "work", "primary": true },
            { "value": format!("{name}@home.example"), "type": "home" },
        ],
        (ENTERPRISE): { "employeeNumber": "701", "department": "Tours" },
    })
}

pub(crate) fn device(serial: &str) -> Value {
    json!({ "schemas": [DEVICE, LEASE], "serial": serial, (LEASE): { "contract": "c-1" } })
}

/// Creates a device with these attributes and gives its path.
pub(crate) async fn make_device(site: &Site, serial: &str, attributes: Value) -> String {
    let mut body = device(serial);
    body.as_object_mut().unwrap().extend(attributes.as_object().unwrap().clone());
    let made = site.scim.post("/Devices", body).await;
    assert_eq!(made.status, 201, "{made:?}");
    format!("/Devices/{}", made.id())
}

/// One PATCH operation, carried out; the resource afterwards.
#[track_caller]
pub(crate) fn applied(answer: &Answer) -> &Value {
    assert_eq!(answer.status, 200, "{answer:?}");
    &answer.body
}

/// The names in the answer to a query.
pub(crate) fn names(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 200, "{answer:?}");
    let all = answer.body["Resources"].as_array().cloned().unwrap_or_default();
    all.iter().map(|r| r["userName"].as_str().or(r["displayName"].as_str()).unwrap_or_default().to_owned()).collect()
}

/// Users whose names a filter finds.
pub(crate) async fn found(site: &Site, filter: &str) -> Vec<String> {
    names(&site.scim.find("/Users", filter).await)
}

pub(crate) fn path(id: &str) -> String {
    format!("/Users/{id}")
}
