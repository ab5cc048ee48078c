//! More connections than the system gives, and a disk that is full.

use super::server::Server;
use super::support::raw::File;
use super::support::user;
use serde_json::json;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// Idle connections, held by processes of their own, because one process may not have so many.
struct Crowd(Vec<Child>);

const EACH: usize = 900;

impl Crowd {
    /// Opens connections; those beyond what the system's own queue holds are opened while others leave.
    fn of(count: usize, address: &str) -> Self {
        let holder = |_| {
            Command::new(std::env::current_exe().unwrap())
                .args(["crowd::a_holder_of_connections", "--exact", "--ignored", "--nocapture"])
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
