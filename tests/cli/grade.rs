//! Clients that are graded: live behind `serve --grade`, and out of a recording.

use super::support::{Place, Ran, TOKEN, ended, send, signal};
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, ChildStdout};

/// `serve --grade`, at work.
struct Graded {
    child: Child,
    out: BufReader<ChildStdout>,
    base: String,
}

impl Graded {
    fn start(place: &Place, args: &[&str]) -> Self {
        let mut command = place.command(&[&["serve", "--grade", "--stop-at-eof"], args].concat());
        let mut child = command.env("SCIMULATE_TOKEN", TOKEN).stdin(std::process::Stdio::piped()).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut told = String::new();
        while !told.contains("what the client sends is graded") {
            assert!(out.read_line(&mut told).unwrap() > 0, "it said no more: {told}");
        }
        let base = told.lines().find_map(|line| line.strip_prefix("base URL: ")).unwrap().to_owned();
        Self { child, out, base }
    }

    /// What it says at the end.
    fn end(mut self, stop: impl FnOnce(&mut Child)) -> Ran {
        stop(&mut self.child);
        let mut text = String::new();
        self.out.read_to_string(&mut text).unwrap();
        let ran = ended(self.child);
        Ran { out: text, ..ran }
    }
}

const CORE: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

fn user(name: &str, more: &str) -> String {
    format!(r#"{{"schemas":["{CORE}"],"userName":"{name}"{more}}}"#)
}

#[test]
fn a_sound_client_is_conformant_and_its_ids_lead_back_through_the_same_address() {
    let place = Place::new();
    let graded = Graded::start(&place, &["--report", "json=client.json", "--report", "junit=client.xml"]);
    let base = graded.base.clone();
    let made = send(&base, "POST", "/Users", &user("ada", ""));
    let location = made["meta"]["location"].as_str().unwrap();
    assert!(location.starts_with(&base), "{location} is not below {base}");
    let id = made["id"].as_str().unwrap();
    let change =
        format!(r#"{{"schemas":["{PATCH}"],"Operations":[{{"op":"replace","path":"active","value":false}}]}}"#);
    send(&base, "PATCH", &format!("/Users/{id}"), &change);
    send(&base, "GET", "/Users?filter=userName%20eq%20%22ada%22", "");
    let ran = graded.end(|child| signal(child, "INT"));
    ran.expect(0, &["conformant", "RFC 7643/7644", "the client sent no bulk job"]);
    let record = place.json("client.json");
    assert_eq!(record["totals"]["requests"], 3);
    assert!(!record.to_string().contains(TOKEN));
    assert!(place.names().contains(&"client.xml".to_owned()));
    place.run(&["show", "client.json"]).decent();
}

#[test]
fn what_a_client_gets_wrong_is_a_finding_with_its_request() {
    let place = Place::new();
    let graded = Graded::start(&place, &["--report", "json=client.json", "--report", "sarif=client.sarif"]);
    let base = graded.base.clone();
    send(&base, "POST", "/Users", &user("ada", r#","active":"True","id":"1""#));
    send(&base, "POST", "/Groups", r#"{"displayName":"Crew"}"#);
    // The end of its standard input ends it as well.
    let ran = graded.end(|child| drop(child.stdin.take()));
    ran.expect(1, &["not conformant", "POST /Users sends active as \"True\"", "POST /Users was sent with an id"]);
    let record = place.json("client.json");
    let ids: Vec<&str> =
        record["findings"].as_array().unwrap().iter().map(|f| f["requirement"].as_str().unwrap()).collect();
    for id in ["RFC7643-2.3.2-01", "RFC7643-3.1-09", "RFC7643-2.1-02"] {
        assert!(ids.contains(&id), "{id}: {ids:?}");
    }
    place.run(&["show", "client.json", "1"]).expect(0, &["client, entry 1"]);
    place.run(&["explain", "RFC7643-3.1-09"]).expect(0, &["serve --grade"]);
    place.run(&["explain", "CLIENT-CONFLICT"]).expect(0, &["advice beyond the RFC"]);
}

#[test]
fn a_client_that_only_reads_is_not_called_conformant() {
    let place = Place::new();
    let graded = Graded::start(&place, &[]);
    let base = graded.base.clone();
    for target in ["/Users?count=1", "/Groups?count=1", "/ServiceProviderConfig"] {
        send(&base, "GET", target, "");
    }
    graded.end(|child| signal(child, "TERM")).expect(3, &["not judged", "the client created nothing"]);
    let graded = Graded::start(&place, &[]);
    graded.end(|child| signal(child, "INT")).expect(3, &["nothing could be judged"]);
}

#[test]
fn a_recording_is_graded_by_the_same_rules() {
    let body =
        r#"{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"],\"userName\":\"ada\",\"active\":\"True\"}"#;
    let har = format!(
        r#"{{"log":{{"version":"1.2","creator":{{"name":"x","version":"1"}},"entries":[{{"startedDateTime":"2026-01-01T00:00:00Z",
        "time":5,"request":{{"method":"POST","url":"https://h.example/scim/Users","headers":[{{"name":"Content-Type",
        "value":"application/scim+json"}}],"postData":{{"mimeType":"application/scim+json","text":"{body}"}}}},
        "response":{{"status":201,"headers":[],"content":{{"text":"{{}}"}}}}}}]}}}}"#
    );
    let place = Place::new().with("x.har", &har).with("cut.har", &har[..har.len() - 9]);
    let ran = place.run(&["traffic", "grade", "x.har", "--report", "json=x.json"]);
    ran.expect(1, &["POST /Users sends active as \"True\"", "remark: taken for the SCIM base URL"]);
    let record: Value = place.json("x.json");
    assert_eq!(record["findings"][0]["requirement"], "RFC7643-2.3.2-01");
    place.run(&["traffic", "grade", "cut.har"]).expect(2, &["cut off"]);
    place.run(&["serve", "--report", "json=x"]).expect(2, &["--grade"]);
}
