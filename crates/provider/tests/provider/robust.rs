//! Bad input, bad company and bad luck: a clear answer each, nothing lost, nobody else hindered.

use crate::support::raw::{File, raw};
use crate::support::{Site, encode, user};
use provider::Settings;
use serde_json::json;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

#[tokio::test]
async fn bad_bodies_are_refused_and_nothing_is_kept() {
    let site = Site::correct().await;
    let post = "POST /scim/v2/Users";
    let deep = format!("{{\"userName\":{}", "[".repeat(100_000));
    let twice = br#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"a","userName":"b"}"#;
    let nul = br#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"a\u0000b"}"#;
    let latin = b"{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"],\"userName\":\"\xe9\"}";
    for body in [&b"{"[..], b"", b"[]", b"null", b"\0", deep.as_bytes(), twice, nul, latin] {
        let (status, answer) = raw(&site, post, body).await;
        assert_eq!(
            (status, &answer["status"]),
            (400, &json!("400")),
            "{}",
            String::from_utf8_lossy(&body[..body.len().min(60)])
        );
        assert!(answer["detail"].as_str().is_some_and(|d| !d.is_empty()));
    }
    let (status, answer) = raw(&site, post, &vec![b' '; 10 << 20]).await;
    assert_eq!((status, &answer["status"]), (413, &json!("413")));
    let wrong = site.scim.send("POST", "/Users", &[("content-type", "text/xml")], Some(user("ann"))).await;
    assert_eq!((wrong.status, &wrong.body["status"]), (415, &json!("415")));
    assert_eq!(site.scim.get("/Users").await.total(), 0);
}

#[tokio::test]
async fn bad_addresses_are_refused() {
    let site = Site::correct().await;
    let nested = format!("{}userName eq \"a\"{}", "(".repeat(10_000), ")".repeat(10_000));
    let refused = site.scim.find("/Users", &nested).await;
    assert_eq!((refused.status, &refused.body["scimType"]), (400, &json!("invalidFilter")));
    let nots = format!("{}userName eq \"a\"{}", "not (".repeat(5_000), ")".repeat(5_000));
    assert_eq!(site.scim.find("/Users", &nots).await.status, 400);
    let long = site.scim.get(&format!("/Users/{}", "a".repeat(60_000))).await;
    assert_eq!((long.status, &long.body["status"]), (404, &json!("404")));
    for path in ["/Users/%00", "/Users/%FF%FE", "/Users?filter=%FF", "/%2e%2e/admin"] {
        let answer = site.scim.get(path).await;
        assert!([400, 404].contains(&answer.status), "{path}: {answer:?}");
    }
    assert_eq!(site.scim.get("/Users?count=99999999999999999999").await.status, 200, "as many as there may be");
    let path = encode("emails[type eq \"work\"]").repeat(2000);
    let patched = site
        .scim
        .patch(&format!("/Users/{}", site.scim.user("ann").await), json!([{ "op": "add", "path": path, "value": "x" }]))
        .await;
    assert_eq!((patched.status, &patched.body["scimType"]), (400, &json!("invalidPath")));
}

async fn impatient() -> Site {
    Site::with(Settings { patience: Duration::from_millis(300), ..Settings::default() }).await
}

#[tokio::test]
async fn a_slow_head_loses_its_connection_and_a_slow_body_its_request() {
    let site = impatient().await;
    let mut slow = TcpStream::connect(site.running.addr).await.unwrap();
    let began = Instant::now();
    let mut closed = false;
    for byte in b"GET /scim/v2/Users HTTP/1.1\r\nhost: a-very-long-name\r\n".iter().cycle().take(200) {
        if slow.write_all(&[*byte]).await.is_err() {
            closed = true;
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(closed && began.elapsed() < Duration::from_secs(3), "{closed} {:?}", began.elapsed());
    let mut slow = TcpStream::connect(site.running.addr).await.unwrap();
    let head = format!(
        "POST /scim/v2/Users HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\ncontent-length: 1000\r\n\r\n{{",
        site.scim.token
    );
    slow.write_all(head.as_bytes()).await.unwrap();
    let mut answer = vec![0; 4096];
    let read = tokio::time::timeout(Duration::from_secs(5), slow.read(&mut answer)).await.unwrap().unwrap();
    let answer = String::from_utf8_lossy(&answer[..read]).into_owned();
    assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("\"status\":\"408\""), "{answer}");
}

#[tokio::test]
async fn a_connection_between_requests_may_wait() {
    let site = impatient().await;
    let mut stream = TcpStream::connect(site.running.addr).await.unwrap();
    let head = format!("GET /scim/v2/Users HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\n\r\n", site.scim.token);
    for _ in 0..3 {
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = vec![0; 4096];
        let read = stream.read(&mut answer).await.unwrap();
        assert!(answer[..read].starts_with(b"HTTP/1.1 200"));
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

#[tokio::test]
async fn a_database_that_another_process_holds_is_said_and_nothing_is_lost() {
    let file = File::new("locked");
    let site = Site::with(Settings { db: Some(file.0.clone()), ..Settings::default() }).await;
    let id = site.scim.user("ann").await;
    let other = rusqlite::Connection::open(&file.0).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(site.scim.get(&format!("/Users/{id}")).await.status, 200, "reads go on");
    let held = site.scim.post("/Users", user("bob")).await;
    assert_eq!((held.status, held.header("retry-after"), &held.body["status"]), (503, "1", &json!("503")));
    other.execute_batch("ROLLBACK").unwrap();
    site.scim.user("bob").await;
    assert_eq!(site.scim.get("/Users").await.total(), 2);
}
