//! Too much of everything: heads, bodies, operations, connections, and a disk that is full.

#![expect(clippy::unwrap_used, reason = "a test may fail by panic")]

mod provider_support;

use provider_support::server::{File, Server, raw};
use provider_support::{Site, USER, user};
use scimulate::provider::{Behaviour, Settings};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};
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

/// Idle connections, held by processes of their own, because one process may not have so many.
struct Crowd(Vec<Child>);

const EACH: usize = 900;

impl Crowd {
    /// Opens connections; those beyond what the system's own queue holds are opened while others leave.
    fn of(count: usize, address: &str) -> Self {
        let holder = |_| {
            Command::new(std::env::current_exe().unwrap())
                .args(["a_holder_of_connections", "--exact", "--ignored", "--nocapture"])
                .env("HELD_ADDRESS", address)
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
                .unwrap()
        };
        let mut holders: Vec<Child> = (0..count.div_ceil(EACH)).map(holder).collect();
        for holder in &mut holders {
            let lines = BufReader::new(holder.stdout.take().unwrap()).lines();
            assert!(lines.map_while(Result::ok).any(|line| line.contains("holding")), "a holder came to nothing");
        }
        Self(holders)
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        for holder in &mut self.0 {
            let _ = holder.kill();
            let _ = holder.wait();
        }
    }
}

#[test]
#[ignore = "a part of the tests below, started by them"]
fn a_holder_of_connections() {
    let Ok(address) = std::env::var("HELD_ADDRESS") else { return };
    let held: Vec<std::net::TcpStream> = (0..EACH).map(|_| std::net::TcpStream::connect(&address).unwrap()).collect();
    println!("holding {}", held.len());
    let _ = std::io::stdin().read(&mut [0]);
}

/// Memory a process has in use, in MiB; none where the system does not say.
fn resident(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib / 1024)
}

#[tokio::test]
async fn ten_thousand_idle_connections_hinder_nobody() {
    // Once with room for all, as far as the system gives it, and once with room for few.
    for limit in ["ulimit -n 12000 2>/dev/null || ulimit -n $(ulimit -Hn)", "ulimit -n 256"] {
        let file = File::new(&format!("crowded-{}", limit.len()));
        let http = reqwest::Client::builder().no_proxy().pool_max_idle_per_host(0).build().unwrap();
        let server = Server::start_after(limit, &["--db", &file.0.display().to_string()], &http, "crowd");
        let before = server.scim.user("before").await;
        let crowd = Crowd::of(10_000, &server.address());
        server.scim.user("during").await;
        assert_eq!(server.scim.get(&format!("/Users/{before}")).await.status, 200);
        if let Some(memory) = resident(server.pid()) {
            assert!(memory < 300, "{memory} MiB with {limit:?}");
        }
        drop(crowd);
        server.scim.user("after").await;
        assert_eq!(server.scim.get("/Users").await.total(), 3, "{limit}");
    }
}

#[tokio::test]
async fn a_connection_at_work_is_not_let_go_to_make_room() {
    let http = reqwest::Client::builder().no_proxy().pool_max_idle_per_host(0).build().unwrap();
    let server = Server::start_after("ulimit -n 128", &[], &http, "busy");
    let mut slow = TcpStream::connect(server.address()).await.unwrap();
    let body = user("slow").to_string();
    let head = format!(
        "POST /scim/v2/Users HTTP/1.1\r\nhost: x\r\nauthorization: Bearer busy\r\nconnection: close\r\n\
         content-length: {}\r\n\r\n",
        body.len()
    );
    slow.write_all(head.as_bytes()).await.unwrap();
    // An answer to somebody else says that the head above was read meanwhile.
    server.scim.user("other").await;
    let crowd = Crowd::of(EACH, &server.address());
    server.scim.user("another").await;
    slow.write_all(body.as_bytes()).await.unwrap();
    let mut answer = String::new();
    slow.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer:?}");
    drop(crowd);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_disk_is_said_and_what_was_stored_stays() {
    let file = File::new("full");
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    // Files of the process may grow to a mebibyte; the signal that would end it is not sent.
    let line = "trap '' XFSZ; ulimit -S -f 2048";
    let server = Server::start_after(line, &["--db", &file.0.display().to_string()], &http, "full");
    let mut made = Vec::new();
    let refused = loop {
        let mut body = user(&format!("u{}", made.len()));
        body["title"] = "x".repeat(20_000).into();
        let answer = server.scim.post("/Users", body).await;
        if answer.status != 201 {
            break answer;
        }
        made.push(answer.id());
        assert!(made.len() < 2000, "the limit does not hold");
    };
    assert_eq!((refused.status, &refused.body["status"]), (507, &json!("507")), "{refused:?}");
    assert!(refused.body["detail"].as_str().unwrap().contains("nothing was changed"), "{refused:?}");
    assert_eq!(refused.header("content-type"), "application/scim+json");
    let list = server.scim.get("/Users?count=200&attributes=userName").await;
    assert_eq!(list.total(), made.len() as u64, "what was acknowledged, and no more");
    // Room again.
    let given = Command::new("prlimit").args(["--fsize=unlimited", "--pid", &server.pid().to_string()]).status();
    assert!(given.unwrap().success());
    server.scim.user("later").await;
    server.kill();
    let server = Server::start(&file, &http, "full");
    assert_eq!(server.scim.get("/Users").await.total(), made.len() as u64 + 1);
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
