//! Too much of everything: heads, bodies, operations, connections, and a disk that is full.

use crate::support::raw::raw;
use crate::support::{Site, USER, user};
use provider::{Behaviour, Settings};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// What is answered to these bytes, and to nothing more.
async fn answer_to(site: &Site, bytes: &[u8]) -> (String, Value) {
    let mut stream = TcpStream::connect(site.running.addr).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    let text = String::from_utf8_lossy(&answer).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{text:?}"));
    (head.to_owned(), serde_json::from_str(body).unwrap_or_else(|e| panic!("{e}: {text}")))
}

#[tokio::test]
async fn what_http_itself_refuses_has_a_scim_body() {
    let site = Site::correct().await;
    let head = |path: &str, more: &str| format!("GET {path} HTTP/1.1\r\nhost: x\r\n{more}\r\n").into_bytes();
    let long = format!("/scim/v2/Users/{}", "a".repeat(100_000));
    let longest = format!("/scim/v2/Users?filter={}", "a".repeat(10 << 20));
    for (bytes, status) in [
        (head(&long, ""), "414"),
        (head(&longest, ""), "431"),
        (head("/scim/v2/Users", &format!("x: {}\r\n", "a".repeat(2 << 20))), "431"),
        (head("/scim/v2/Users", &"x: a\r\n".repeat(5000)), "431"),
        (b"\x16\x03\x01\x02\x00 this is TLS\r\n\r\n".to_vec(), "400"),
        (b"GET /scim/v2/Users HTTP/1.1\r\nhost x\r\n\r\n".to_vec(), "400"),
    ] {
        let (head, body) = answer_to(&site, &bytes).await;
        assert!(head.starts_with(&format!("HTTP/1.1 {status} ")), "{head}");
        assert!(head.contains("content-type: application/scim+json"), "{head}");
        assert_eq!((&body["status"], body["detail"].is_string()), (&json!(status), true), "{body}");
        assert_eq!(body["schemas"], json!(["urn:ietf:params:scim:api:messages:2.0:Error"]));
    }
}

#[tokio::test]
async fn a_refusal_is_heard_by_whoever_is_still_sending() {
    let site = Site::correct().await;
    let huge = vec![b' '; 10 << 20];
    let (status, body) = raw(&site, "POST /scim/v2/Users", &huge).await;
    assert_eq!((status, &body["status"]), (413, &json!("413")));
    // These are refused by their heads, while the body is on its way.
    let (status, body) = raw(&site, "POST /scim/v2/Users HTTP/1.1\r\ncontent-type: text/xml\r\nx: ", &huge).await;
    assert_eq!((status, &body["status"]), (415, &json!("415")));
    let (status, body) = raw(&site, "POST /nowhere", &huge).await;
    assert_eq!((status, &body["status"]), (404, &json!("404")));
    let head = format!("POST /scim/v2/Users HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n", huge.len());
    let (_, body) = answer_to(&site, &[head.as_bytes(), &huge].concat()).await;
    assert_eq!(body["status"], "401");
}

#[tokio::test]
async fn a_job_of_a_hundred_thousand_operations_is_refused_whole() {
    let behaviour = Behaviour { max_body: 64 << 20, ..Behaviour::default() };
    for (site, small) in [(Site::correct().await, true), (Site::start(behaviour).await, false)] {
        let one = match small {
            true => json!({}),
            false => {
                json!({ "method": "POST", "path": "/Users", "bulkId": "a", "data": { "schemas": [USER], "userName": "a" } })
            }
        };
        let operations = vec![one; 100_000];
        let job = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": operations });
        let refused = site.scim.post("/Bulk", job).await;
        assert_eq!((refused.status, &refused.body["status"]), (413, &json!("413")), "{}", refused.text);
        assert!(refused.body["detail"].as_str().unwrap().contains("maxOperations"), "{}", refused.text);
        assert_eq!(site.scim.get("/Users").await.total(), 0);
    }
}

#[tokio::test]
async fn attributes_nobody_knows_are_not_kept() {
    let site = Site::correct().await;
    let mut body = user("ann");
    body["__proto__"] = json!({ "title": "x" });
    body["nothing"] = json!("x");
    body["name"] = json!({ "givenName": "Ann", "nothing": "x" });
    body["urn:example:nobody:2.0:User"] = json!({ "a": 1 });
    let made = site.scim.post("/Users", body).await;
    assert_eq!(made.status, 201, "{made:?}");
    let read = site.scim.get(&format!("/Users/{}", made.id())).await;
    assert_eq!(read.body["name"], json!({ "givenName": "Ann" }));
    for name in ["__proto__", "nothing", "title", "urn:example:nobody:2.0:User"] {
        assert!(read.body.get(name).is_none(), "{name}: {}", read.text);
    }
}

#[tokio::test]
async fn a_stop_does_not_wait_for_idle_connections() {
    let site = Site::with(Settings { patience: Duration::from_secs(600), ..Settings::default() }).await;
    let mut idle = TcpStream::connect(site.running.addr).await.unwrap();
    site.scim.user("ann").await;
    site.running.stop().await;
    let mut end = Vec::new();
    assert_eq!(idle.read_to_end(&mut end).await.unwrap(), 0);
}
