//! How the served provider compares with other SCIM servers: requests in a second at 32 connections.
//!
//! `benches/others/run` starts the others and this; see `benches/others/README.md`. Alone, it measures ours.
//! In: `SCIMULATE_BENCH_OTHERS`, a line for each other server: name, base URL, token, process id. Out: a table. Every
//! server gets the same requests over the same kind of connection, in turns, and each figure is a median of the turns.

#![expect(clippy::unwrap_used, reason = "a bench may fail by panic")]
#![expect(clippy::print_stdout, reason = "the figures are the point")]

mod load;

use load::{Base, Connection, GROUP, PATCH, Served, USER, json_in, load_average, setting};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const CONNECTIONS: usize = 32;
const USERS: usize = 1_000;
const GROUPS: usize = 400;
const OPERATIONS: [&str; 4] = ["create a user", "read a user by id", "filter userName eq", "PATCH adds one member"];

/// One server with what was made in it.
struct Server {
    name: String,
    at: Base,
    pid: String,
    users: Vec<String>,
    groups: Vec<String>,
    /// How often each operation was asked, so that no turn repeats what an earlier one did.
    asked: [AtomicUsize; OPERATIONS.len()],
    /// Ours, which ends with the bench.
    _served: Option<Served>,
}

impl Server {
    fn new(name: &str, at: Base, pid: &str, served: Option<Served>) -> Self {
        let (users, groups, asked) = (Vec::new(), Vec::new(), Default::default());
        Self { name: name.to_owned(), at, pid: pid.to_owned(), users, groups, asked, _served: served }
    }

    fn ours(name: &str, args: &[&str]) -> Self {
        let served = Served::start(args);
        Self::new(name, served.at.clone(), &served.pid(), Some(served))
    }

    fn user(&self, name: &str) -> Vec<u8> {
        let address = format!("{name}@example.com");
        let body = json!({ "schemas": [USER], "userName": address, "externalId": name, "active": true,
            "name": { "givenName": "Given", "familyName": "Family" },
            "emails": [{ "value": address, "type": "work", "primary": true }] });
        self.at.request("POST", "/Users", Some(&body))
    }

    /// The `n`th request of an operation.
    fn nth(&self, operation: usize, n: usize) -> Vec<u8> {
        match operation {
            0 => self.user(&format!("made{n}")),
            1 => self.at.request("GET", &format!("/Users/{}", self.users[n * 7919 % USERS]), None),
            2 => {
                let n = n * 7919 % USERS;
                self.at.request("GET", &format!("/Users?filter=userName%20eq%20%22user{n}%40example.com%22"), None)
            }
            _ => {
                assert!(n < USERS * GROUPS, "everybody is in every group; more groups are needed");
                let member = json!({ "value": self.users[n / GROUPS] });
                let operation = json!({ "op": "add", "path": "members", "value": [member] });
                let body = json!({ "schemas": [PATCH], "Operations": [operation] });
                self.at.request("PATCH", &format!("/Groups/{}", self.groups[n % GROUPS]), Some(&body))
            }
        }
    }

    /// Makes the population, and holds one answer of each operation against what it should be.
    async fn populate(&mut self) {
        let mut connection = Connection::open(&self.at.authority).await;
        for n in 0..USERS {
            let made = connection.exchange(&self.user(&format!("user{n}"))).await;
            self.users.push(id_in(&made));
        }
        for n in 0..GROUPS {
            let body = json!({ "schemas": [GROUP], "displayName": format!("group {n}") });
            let made = connection.exchange(&self.at.request("POST", "/Groups", Some(&body))).await;
            self.groups.push(id_in(&made));
        }
        let read = connection.exchange(&self.nth(1, 1)).await;
        assert_eq!(id_in(&read), self.users[7919 % USERS], "{}", self.name);
        let found = json_in(&connection.exchange(&self.nth(2, 1)).await);
        assert_eq!(found["totalResults"], 1, "{}", self.name);
        assert_eq!(found["Resources"][0]["id"], *self.users[7919 % USERS], "{}", self.name);
        self.asked[3].store(1, Ordering::Relaxed);
        connection.exchange(&self.nth(3, 0)).await;
        let group = self.at.request("GET", &format!("/Groups/{}", self.groups[0]), None);
        let group = json_in(&connection.exchange(&group).await);
        assert_eq!(group["members"][0]["value"], *self.users[0], "{}", self.name);
    }
}

/// CPU seconds a process has used, from its line in /proc.
fn id_in(body: &[u8]) -> String {
    json_in(body)["id"].as_str().unwrap().to_owned()
}

fn cpu_seconds(process: &str) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace().collect();
    fields.get(11..13).map_or(0.0, |t| t.iter().map(|t| t.parse::<f64>().unwrap() / 100.0).sum())
}

/// What one turn showed.
struct Turn {
    /// Requests in a second.
    rate: f64,
    /// CPU microseconds of the server for one request.
    cost: f64,
    /// How busy the client's one thread was, in percent.
    client: f64,
}

async fn turn(server: &Arc<Server>, operation: usize, stretch: Duration) -> Turn {
    let mut connections = Vec::new();
    for _ in 0..CONNECTIONS {
        connections.push(Connection::open(&server.at.authority).await);
    }
    let (own, its, started) = (cpu_seconds("self"), cpu_seconds(&server.pid), Instant::now());
    let workers = connections.into_iter().map(|mut connection| {
        let server = server.clone();
        tokio::spawn(async move {
            let mut done = 0_u32;
            while started.elapsed() < stretch {
                let n = server.asked[operation].fetch_add(1, Ordering::Relaxed);
                connection.exchange(&server.nth(operation, n)).await;
                done += 1;
            }
            done
        })
    });
    let mut done = 0;
    for worker in workers.collect::<Vec<_>>() {
        done += worker.await.unwrap();
    }
    let (done, seconds) = (f64::from(done), started.elapsed().as_secs_f64());
    let cost = (cpu_seconds(&server.pid) - its) / done * 1e6;
    Turn { rate: done / seconds, cost, client: (cpu_seconds("self") - own) / seconds * 100.0 }
}

fn median(turns: &[Turn], of: impl Fn(&Turn) -> f64) -> f64 {
    let mut values: Vec<f64> = turns.iter().map(of).collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn show(operation: &str, servers: &[Arc<Server>], all: &[Vec<Turn>]) {
    let ours = (median(&all[0], |t| t.rate), median(&all[0], |t| t.cost));
    for (server, turns) in servers.iter().zip(all) {
        let (rate, cost) = (median(turns, |t| t.rate), median(turns, |t| t.cost));
        let least = turns.iter().map(|t| t.rate).fold(f64::INFINITY, f64::min);
        let most = turns.iter().map(|t| t.rate).fold(0.0, f64::max);
        let (span, ratio, cheaper) = (format!("{least:.0}-{most:.0}"), ours.0 / rate, cost / ours.1);
        let client = median(turns, |t| t.client);
        println!(
            "{operation:<22} {:<20} {rate:>8.0} {span:>14} {ratio:>8.1} {cost:>8.0} {cheaper:>8.1} {client:>8.0}",
            server.name
        );
    }
}

async fn compare(mut servers: Vec<Server>) {
    for server in &mut servers {
        server.populate().await;
    }
    let servers: Vec<Arc<Server>> = servers.into_iter().map(Arc::new).collect();
    let (turns, seconds) = (setting("SCIMULATE_BENCH_TURNS", 5), setting("SCIMULATE_BENCH_SECONDS", 2));
    println!("{CONNECTIONS} connections, {USERS} users, {turns} turns of {seconds} s each, load {}", load_average());
    println!(
        "{:<22} {:<20} {:>8} {:>14} {:>8} {:>8} {:>8} {:>8}",
        "operation", "server", "median/s", "least-most", "ours to", "CPU µs", "to ours", "client %"
    );
    for (operation, name) in OPERATIONS.iter().enumerate() {
        let mut all: Vec<Vec<Turn>> = servers.iter().map(|_| Vec::new()).collect();
        for _ in 0..turns {
            for (server, turns) in servers.iter().zip(&mut all) {
                turns.push(turn(server, operation, Duration::from_secs(seconds as u64)).await);
            }
        }
        show(name, &servers, &all);
    }
    println!("load {}", load_average());
}

fn main() {
    let others = std::env::var("SCIMULATE_BENCH_OTHERS").unwrap_or_default();
    let file = std::env::temp_dir().join(format!("scimulate-others-{}.db", std::process::id()));
    let mut servers =
        vec![Server::ours("scimulate", &[]), Server::ours("scimulate --db", &["--db", &file.to_string_lossy()])];
    for line in others.lines().filter(|line| !line.trim().is_empty()) {
        let parts: Vec<&str> = line.split_whitespace().collect();
        let [name, url, token, pid] = parts[..] else { panic!("a line is: name, base URL, token, process id") };
        servers.push(Server::new(name, Base::new(url, token), pid, None));
    }
    // One thread: the servers get the rest of the machine.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(compare(servers));
    for ending in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{ending}", file.display()));
    }
}
