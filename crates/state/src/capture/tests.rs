//! Captures of a real HTTP server: whole, broken off and gone on with, and masked.

use super::*;
use client::wire::{Actor, BaseUrl, Client, Journal, Transport, TransportLimits, TransportSettings};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::path::Path;
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, Request as Got, ResponseTemplate};

fn client(server: &MockServer) -> Client {
    let base = BaseUrl::parse(&server.uri()).unwrap();
    let setup = TransportSettings { scope: Some(base.clone()), ..TransportSettings::plain(TransportLimits::default()) };
    Client::new(Transport::build(setup).unwrap(), base, None, Actor::Witness, Journal::default())
}

fn user(n: usize) -> Value {
    json!({"id": format!("user-{n:04}"), "userName": format!("person{n}@corp.example"), "password": "hunter2-secret",
           "name": {"givenName": "Adalbert", "familyName": "Lovelace"},
           "meta": {"location": format!("https://app.example/scim/v2/Users/user-{n:04}")}})
}

/// A server of 130 users, a group and a device; the page of users that begins there breaks off as often as said.
async fn served(broken: Option<(usize, u64)>) -> MockServer {
    let server = MockServer::start().await;
    if let Some((start, times)) = broken {
        let gone = ResponseTemplate::new(500);
        let there = wiremock::matchers::query_param("startIndex", start.to_string());
        Mock::given(path("/Users")).and(there).respond_with(gone).up_to_n_times(times).mount(&server).await;
    }
    let users = |got: &Got| {
        let number = |name: &str| got.url.query_pairs().find(|(n, _)| n == name).unwrap().1.parse::<usize>().unwrap();
        let (start, count) = (number("startIndex"), number("count").min(50));
        let page: Vec<Value> = (start - 1..130.min(start - 1 + count)).map(user).collect();
        ResponseTemplate::new(200).set_body_json(json!({"totalResults": 130, "Resources": page}))
    };
    Mock::given(path("/Users")).respond_with(users).mount(&server).await;
    let list = |all: Value| ResponseTemplate::new(200).set_body_json(json!({"totalResults": 1, "Resources": all}));
    let group = json!([{"id": "group-0001", "displayName": "Engineering", "members": [{"value": "user-0007", "display": "Adalbert Lovelace"}]}]);
    Mock::given(path("/Groups")).respond_with(list(group)).mount(&server).await;
    Mock::given(path("/Devices")).respond_with(list(json!([{"id": "device-1"}]))).mount(&server).await;
    let types = json!([{"name": "User", "endpoint": "/Users"}, {"name": "Device", "endpoint": "/Devices"}]);
    Mock::given(path("/ResourceTypes")).respond_with(list(types)).mount(&server).await;
    server
}

async fn taken(server: &MockServer, out: &Path, mask: Option<Mask>) -> Result<Trailer, CaptureError> {
    let writer = CaptureWriter::open(out, &server.uri(), "2026-01-02T03:04:05Z", "0.0.0", mask)?;
    take(&client(server), writer, |_, _| {}).await
}

fn text(file: &Path) -> String {
    let mut text = String::new();
    let mut open = unpacked(std::fs::File::open(file).unwrap()).unwrap();
    std::io::Read::read_to_string(&mut open, &mut text).unwrap();
    text
}

#[tokio::test]
async fn a_capture_has_everything_with_its_evidence_and_nobody_else_may_read_it() {
    let (server, place) = (served(None).await, tempfile::tempdir().unwrap());
    let (plain, packed) = (place.path().join("t.jsonl"), place.path().join("t.jsonl.zst"));
    let trailer = taken(&server, &plain, None).await.unwrap();
    assert_eq!(trailer, taken(&server, &packed, None).await.unwrap());
    assert!(trailer.complete && trailer.remarks.is_empty(), "{trailer:?}");
    assert_eq!((trailer.counts["User"], trailer.counts["Group"], trailer.counts["Device"]), (130, 1, 1));
    assert_eq!(trailer.pages["/Users"], 3);
    assert_eq!(text(&plain), text(&packed));
    assert_eq!(text(&plain).lines().count(), 1 + 132 + 1);
    assert!(!text(&plain).contains("hunter2-secret"), "what a password is stays on the target");
    assert!(std::fs::metadata(&packed).unwrap().len() < std::fs::metadata(&plain).unwrap().len() / 4);
    let names: HashSet<_> = std::fs::read_dir(place.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&packed).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert!(matches!(taken(&server, &plain, None).await, Err(CaptureError::Exists(_))));
}

#[tokio::test]
async fn a_reading_that_broke_off_goes_on_where_it_was() {
    let (whole, place) = (served(None).await, tempfile::tempdir().unwrap());
    let (once, twice) = (place.path().join("once.jsonl"), place.path().join("twice.jsonl"));
    taken(&whole, &once, None).await.unwrap();
    let server = served(Some((101, 1))).await;
    let error = taken(&server, &twice, None).await.unwrap_err().to_string();
    assert!(error.contains("500"), "{error}");
    // A line that was torn by the kill is read again.
    let part = place.path().join("twice.jsonl.part");
    let mut torn = std::fs::read(&part).unwrap();
    torn.extend_from_slice(b"{\"type\":\"User\",\"resou");
    std::fs::write(&part, torn).unwrap();
    let asked_before = server.received_requests().await.unwrap().len();
    let trailer = taken(&server, &twice, None).await.unwrap();
    assert_eq!((trailer.resumed, trailer.complete, trailer.counts["User"]), (1, true, 130), "{trailer:?}");
    let after = server.received_requests().await.unwrap().split_off(asked_before);
    let starts: Vec<_> =
        after.iter().filter(|r| r.url.path() == "/Users").map(|r| r.url.query().unwrap().to_owned()).collect();
    assert_eq!(starts, ["startIndex=101&count=100"], "what is there is not read again");
    let without =
        |file: &Path| text(file).lines().filter(|l| l.starts_with("{\"type\"")).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(without(&once), without(&twice));
}

#[tokio::test]
async fn what_another_reading_left_is_not_gone_on_with() {
    let (server, place) = (served(Some((51, 9))).await, tempfile::tempdir().unwrap());
    let out = place.path().join("t.jsonl");
    taken(&server, &out, None).await.unwrap_err();
    let elsewhere = served(None).await;
    let error = taken(&elsewhere, &out, None).await.unwrap_err().to_string();
    assert!(error.contains("t.jsonl.part") && error.contains("another target"), "{error}");
    let mask = Mask::with_key(&"ab".repeat(32)).unwrap();
    assert!(taken(&server, &out, Some(mask)).await.unwrap_err().to_string().contains("another mask"));
}

/// Every text and number of six characters or more that is a value, but the names of schemas and types.
fn values(value: &Value, all: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            members
                .iter()
                .filter(|(name, _)| *name != "schemas" && *name != "resourceType")
                .for_each(|(_, v)| values(v, all));
        }
        Value::Array(members) => members.iter().for_each(|v| values(v, all)),
        Value::String(text) if text.chars().count() > 5 => all.push(text.clone()),
        Value::Number(number) if number.to_string().len() > 5 => all.push(number.to_string()),
        _ => {}
    }
}

#[tokio::test]
async fn under_a_mask_no_value_survives_and_a_broken_reading_still_goes_on() {
    let (server, place) = (served(Some((101, 1))).await, tempfile::tempdir().unwrap());
    let out = place.path().join("masked.jsonl");
    let mask = || Some(Mask::with_key(&"ab".repeat(32)).unwrap());
    taken(&server, &out, mask()).await.unwrap_err();
    let trailer = taken(&server, &out, mask()).await.unwrap();
    assert_eq!((trailer.counts["User"], trailer.complete), (130, true), "{trailer:?}");
    let (mut originals, masked) = (vec![server.uri()], text(&out));
    (0..130).for_each(|n| values(&user(n), &mut originals));
    originals
        .extend(["group-0001", "Engineering", "Adalbert", "Lovelace", "corp.example", "device-1"].map(str::to_owned));
    let kept: Vec<_> = originals.iter().filter(|value| masked.contains(value.as_str())).collect();
    assert!(kept.is_empty(), "{kept:?}");
    // The member is still the user it was.
    let lines: Vec<Value> = masked.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let group = lines.iter().find(|l| l["type"] == "Group").unwrap();
    let member = &group["resource"]["members"][0]["value"];
    let of = lines.iter().filter(|l| l["type"] == "User").position(|l| l["resource"]["id"] == *member);
    assert_eq!(of, Some(7));
}
