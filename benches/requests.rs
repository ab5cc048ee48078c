//! What `features/rfc` costs a target that takes its time: how many requests, how many a perfect planner would send, and how
//! many of the run's seconds are ours.
//!
//! `cargo bench --bench requests` serves the provider behind a gateway that holds each answer back for 20 ms.
//!
//! A perfect planner sends what is judged, each request once for as long as nothing was written; after each write that is judged
//! one read, which shows whether it took effect; and the creates without which there would be nothing to ask. It needs no read
//! before a write, and none to see that what a scenario begins with was kept as it was sent.

#![expect(clippy::unwrap_used, reason = "a bench may fail by panic")]
#![expect(clippy::print_stdout, reason = "the figures are what a bench is for")]

#[expect(dead_code, reason = "shared with benches that send requests themselves")]
mod load;

use client::wire::Actor;
use load::{Served, TOKEN};
use serde_json::Value;
use std::collections::BTreeSet;
use std::process::{Command, Stdio};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// How long the gateway holds an answer back.
const HELD: Duration = Duration::from_millis(20);
/// Runs at once that are measured.
const JOBS: [&str; 3] = ["1", "4", "8"];

/// A gateway in front of `server`; its port.
async fn gateway(server: String) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((near, _)) = listener.accept().await {
            let server = server.clone();
            tokio::spawn(async move {
                let far = TcpStream::connect(&server).await.unwrap();
                for stream in [&near, &far] {
                    stream.set_nodelay(true).unwrap();
                }
                let ((mut from, mut back), (mut answers, mut to)) = (near.into_split(), far.into_split());
                let asked = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
                let asking = asked.clone();
                tokio::spawn(async move {
                    let mut buffer = vec![0; 64 << 10];
                    while let Ok(read @ 1..) = from.read(&mut buffer).await {
                        asking.store(true, std::sync::atomic::Ordering::Relaxed);
                        if to.write_all(&buffer[..read]).await.is_err() {
                            break;
                        }
                    }
                });
                let mut buffer = vec![0; 64 << 10];
                while let Ok(read @ 1..) = answers.read(&mut buffer).await {
                    // The first piece of an answer alone: the rest of it follows at once.
                    if asked.swap(false, std::sync::atomic::Ordering::Relaxed) {
                        tokio::time::sleep(HELD).await;
                    }
                    if back.write_all(&buffer[..read]).await.is_err() {
                        break;
                    }
                }
            });
        }
    });
    port
}

/// What a run of `features/rfc` sent and took.
struct Run {
    requests: usize,
    perfect: usize,
    seconds: f64,
    waited: f64,
}

fn run(target: &[&str], jobs: &str) -> Run {
    let features = concat!(env!("CARGO_MANIFEST_DIR"), "/features/rfc");
    let json = std::env::temp_dir().join(format!("scimulate-requests-{}.json", std::process::id()));
    let report = format!("json={}", json.display());
    let mut command = Command::new(env!("CARGO_BIN_EXE_scimulate"));
    command.current_dir(std::env::temp_dir());
    command.args(["run", features, "--snapshots", "off", "--jobs", jobs, "--report", &report]).args(target);
    command.env_clear().env("SCIM_TOKEN", TOKEN).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let ended = command.status().unwrap();
    assert!(ended.success(), "the run was to find nothing: {ended}");
    let record: Value = serde_json::from_slice(&std::fs::read(&json).unwrap()).unwrap();
    std::fs::remove_file(json).unwrap();
    let perfect = record["scenarios"].as_array().unwrap().iter().map(needed).sum();
    let seconds = |name: &str| record[name].as_f64().unwrap() / 1e3;
    let requests = usize::try_from(record["totals"]["requests"].as_u64().unwrap()).unwrap();
    Run { requests, perfect, seconds: seconds("duration_ms"), waited: seconds("waited_ms") }
}

/// What a perfect planner would have sent for a scenario.
fn needed(scenario: &Value) -> usize {
    let exchanges = scenario["exchanges"].as_array().unwrap();
    let own = usize::try_from(scenario["requests"].as_u64().unwrap()).unwrap();
    let mut judging = false;
    let mut needed = 0;
    let mut read: BTreeSet<String> = BTreeSet::new();
    for step in scenario["steps"].as_array().unwrap() {
        match step["keyword"].as_str().unwrap() {
            "Given" => judging = false,
            "When" | "Then" => judging = true,
            _ => {}
        }
        let place = |at: usize| usize::try_from(step["exchanges"][at].as_u64().unwrap()).unwrap();
        // What another scenario sent, when it set the stage, stands at the head.
        for exchange in &exchanges[place(0).max(exchanges.len() - own).min(place(1))..place(1)] {
            let text = |name: &str| exchange[name].as_str().unwrap_or_default();
            let writes = text("method") != "GET" && !text("url").ends_with("/.search");
            if text("actor") == Actor::Witness.to_string() {
                continue;
            }
            if writes {
                read.clear();
                needed += 1;
                let resource = text("url").contains("/Users") || text("url").contains("/Groups");
                let took_effect = exchange["answer"]["status"].as_u64().is_some_and(|s| s < 300);
                needed += usize::from(judging && resource && took_effect);
            } else if judging {
                let asked = format!("{} {} {} {}", text("method"), text("url"), exchange["headers"], exchange["body"]);
                needed += usize::from(read.insert(asked));
            }
        }
    }
    needed
}

fn main() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    // `cargo test --benches` only wants to see that it runs.
    let jobs = if std::env::args().any(|arg| arg == "--test") { &JOBS[2..] } else { &JOBS[..] };
    let embedded = run(&[], "8");
    println!("requests of features/rfc                {:6}", embedded.requests);
    println!("requests of a perfect planner           {:6}", embedded.perfect);
    println!("so many times as many                   {:6.2}   (bar: 1.3)", ratio(embedded.requests, embedded.perfect));
    println!("embedded provider, seconds              {:6.2}   (bar: 5)", embedded.seconds);
    for jobs in jobs {
        let served = Served::start(&[]);
        let port = runtime.block_on(gateway(served.at.authority.clone()));
        let url = format!("http://127.0.0.1:{port}/scim/v2");
        let slow = run(&["--target", &url, "--token-env", "SCIM_TOKEN"], jobs);
        println!(
            "answers after 20 ms, {jobs} at once: {} requests, {:.2} s, of these {:.2} s waiting and {:.2} s ours",
            slow.requests,
            slow.seconds,
            slow.waited,
            slow.seconds - slow.waited
        );
    }
}

#[expect(clippy::cast_precision_loss, reason = "there are some hundred requests")]
fn ratio(sent: usize, needed: usize) -> f64 {
    sent as f64 / needed as f64
}
