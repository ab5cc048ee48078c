//! How fast the embedded provider answers: 100,000 users, a group of 100,000, 8 clients at once.
//!
//! `cargo bench --bench provider` prints the median and the 99th percentile of each operation, over HTTP.
//! `SCIMULATE_BENCH_USERS` makes the population smaller or larger.

#![expect(clippy::unwrap_used, reason = "a bench may fail by panic")]
#![expect(clippy::print_stdout, reason = "the figures are the point")]

use provider::{Clock, Provider, Running, Settings};
use serde_json::{Value, json};
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const CLIENTS: usize = 8;
const REQUESTS: usize = 500;
const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

#[derive(Clone)]
struct Client {
    http: reqwest::Client,
    base: String,
    token: String,
}

impl Client {
    async fn send(&self, method: reqwest::Method, path: &str, body: Option<Value>, expected: u16) -> String {
        let mut request = self.http.request(method, format!("{}{path}", self.base)).bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.header("content-type", "application/scim+json").body(body.to_string());
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        assert_eq!(status, expected, "{text}");
        text
    }

    async fn patch(&self, path: &str, operation: Value) {
        let body = json!({ "schemas": [PATCH], "Operations": [operation] });
        self.send(reqwest::Method::PATCH, path, Some(body), 204).await;
    }
}

fn id_in(text: &str) -> String {
    let body: Value = serde_json::from_str(text).unwrap();
    body["id"].as_str().unwrap().to_owned()
}

/// Runs `each` for 0 to `size`, by `CLIENTS` at once, and gives the times in order.
async fn measure<F: Future<Output = ()> + Send + 'static>(
    size: usize,
    each: impl Fn(usize) -> F + Clone + Send + Sync + 'static,
) -> Vec<Duration> {
    let next = Arc::new(AtomicUsize::new(0));
    let workers = (0..CLIENTS).map(|_| {
        let (next, each) = (next.clone(), each.clone());
        tokio::spawn(async move {
            let mut times = Vec::new();
            loop {
                let n = next.fetch_add(1, Ordering::Relaxed);
                if n >= size {
                    return times;
                }
                let started = Instant::now();
                each(n).await;
                times.push(started.elapsed());
            }
        })
    });
    let mut times = Vec::new();
    for worker in workers.collect::<Vec<_>>() {
        times.extend(worker.await.unwrap());
    }
    times.sort();
    times
}

fn report(name: &str, times: &[Duration]) {
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    println!(
        "{name:<44} n {:>6}   p50 {:>9.2?}   p99 {:>9.2?}   max {:>9.2?}",
        times.len(),
        at(0.5),
        at(0.99),
        at(1.0)
    );
}

async fn populate(client: &Client, users: usize) -> (Arc<Vec<String>>, String) {
    let ids = Arc::new(std::sync::Mutex::new(Vec::with_capacity(users)));
    let (maker, kept) = (client.clone(), ids.clone());
    let times = measure(users, move |n| {
        let (client, ids) = (maker.clone(), kept.clone());
        async move {
            let body = json!({ "schemas": [USER], "userName": format!("user{n}@example.com"), "externalId": format!("x{n}"),
                "name": { "givenName": "Given", "familyName": format!("Family{n}") },
                "emails": [{ "value": format!("user{n}@example.com"), "type": "work", "primary": true }] });
            let id = id_in(&client.send(reqwest::Method::POST, "/Users", Some(body), 201).await);
            ids.lock().unwrap().push(id);
        }
    })
    .await;
    report("create a user", &times);
    let ids = Arc::new(std::mem::take(&mut *ids.lock().unwrap()));
    let body = json!({ "schemas": [GROUP], "displayName": "everybody" });
    let group = id_in(&client.send(reqwest::Method::POST, "/Groups", Some(body), 201).await);
    // Without the first few: they are the ones to be added and removed.
    for chunk in ids[CLIENTS * REQUESTS.min(users / 2 / CLIENTS)..].chunks(10_000) {
        let members: Vec<Value> = chunk.iter().map(|id| json!({ "value": id })).collect();
        client.patch(&format!("/Groups/{group}"), json!({ "op": "add", "path": "members", "value": members })).await;
    }
    (ids, group)
}

async fn run(running: &Running, users: usize) {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let client = Client { http, base: running.base_url.clone(), token: running.token.clone() };
    let (ids, group) = populate(&client, users).await;
    let requests = (CLIENTS * REQUESTS).min(users / 2);

    let (c, all) = (client.clone(), ids.clone());
    let read = move |n: usize| {
        let (client, id) = (c.clone(), all[n * 7919 % all.len()].clone());
        async move { drop(client.send(reqwest::Method::GET, &format!("/Users/{id}"), None, 200).await) }
    };
    report("read a user by id", &measure(requests, read).await);

    let c = client.clone();
    let find = move |n: usize| {
        let (client, n) = (c.clone(), n * 7919 % users);
        async move {
            let path = format!("/Users?filter=userName%20eq%20%22USER{n}%40example.com%22");
            let found = client.send(reqwest::Method::GET, &path, None, 200).await;
            assert!(found.contains("\"totalResults\":1"), "{found}");
        }
    };
    report("find a user by userName", &measure(requests, find).await);

    for (name, op) in [("add a member to a group of everybody", "add"), ("remove a member of it", "remove")] {
        let (c, all, path) = (client.clone(), ids.clone(), format!("/Groups/{group}"));
        let change = move |n: usize| {
            let (client, id, path) = (c.clone(), all[n].clone(), path.clone());
            async move {
                let operation = match op {
                    "add" => json!({ "op": "add", "path": "members", "value": [{ "value": id }] }),
                    _ => json!({ "op": "remove", "path": format!("members[value eq \"{id}\"]") }),
                };
                client.patch(&path, operation).await;
            }
        };
        report(name, &measure(requests, change).await);
    }

    let c = client.clone();
    let list = move |_: usize| {
        let client = c.clone();
        async move { drop(client.send(reqwest::Method::GET, "/Groups?excludedAttributes=members", None, 200).await) }
    };
    report("list groups without members", &measure(requests, list).await);

    let admin = Client { base: running.admin_url.clone(), token: running.admin_token.clone(), ..client };
    let tenant = move |n: usize| {
        let client = admin.clone();
        let body = json!({ "name": format!("t{n}") });
        async move { drop(client.send(reqwest::Method::POST, "/tenants", Some(body), 201).await) }
    };
    report("make a tenant", &measure(requests, tenant).await);
}

fn main() {
    let users = std::env::var("SCIMULATE_BENCH_USERS").ok().and_then(|n| n.parse().ok()).unwrap_or(100_000);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let running = Provider::start(Settings { clock: Clock::logical(), ..Settings::default() }).await.unwrap();
        println!("{users} users, {CLIENTS} clients");
        run(&running, users).await;
        running.stop().await;
    });
}
