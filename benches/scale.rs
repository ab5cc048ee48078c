//! How the served provider does with a million users and ten thousand groups, one of them of a hundred thousand.
//!
//! `cargo bench --bench scale` prints the median and the 99th percentile of what identity providers ask, what long
//! readings cost, how little they hold others up, and the most memory the process has had. `SCIMULATE_BENCH_USERS`
//! makes it smaller; `SCIMULATE_BENCH_DB` names a file to fill once and use again, `:memory:` does without a file.

#![expect(clippy::unwrap_used, reason = "a bench may fail by panic")]
#![expect(clippy::print_stdout, reason = "the figures are the point")]

mod load;

use load::{Base, Connection, GROUP, PATCH, Served, USER, json_in, load_average, setting};
use serde_json::{Value, json};
use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const CLIENTS: usize = 8;
const REQUESTS: usize = 8_000;
const BULK: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
/// Users that are in no group until they are added to one.
const SPARE: usize = 20_000;

/// What is asked of whom.
struct Bench {
    at: Base,
    users: usize,
    groups: Vec<String>,
    /// Ids of some of the users, and of the ones in no group.
    ids: Vec<String>,
    spare: Vec<String>,
}

impl Bench {
    fn members(&self, group: usize) -> usize {
        // Sizes as they are: few large groups, many small ones, about a million memberships.
        (self.users / 10 / (group + 1)).max(3)
    }

    fn find(&self, n: usize) -> Vec<u8> {
        let n = n * 7919 % self.users;
        self.at.request("GET", &format!("/Users?filter=userName%20eq%20%22USER{n}%40example.com%22"), None)
    }

    fn read(&self, n: usize) -> Vec<u8> {
        self.at.request("GET", &format!("/Users/{}", self.ids[n % self.ids.len()]), None)
    }

    fn add(&self, n: usize) -> Vec<u8> {
        let group = if n.is_multiple_of(4) { 0 } else { n * 7919 % self.groups.len() };
        add(&self.at, &self.groups[group], [self.spare[n % SPARE.min(self.spare.len())].as_str()])
    }
}

fn add<'m>(at: &Base, group: &str, members: impl IntoIterator<Item = &'m str>) -> Vec<u8> {
    let members: Vec<Value> = members.into_iter().map(|id| json!({ "value": id })).collect();
    let operation = json!({ "op": "add", "path": "members", "value": members });
    let body = json!({ "schemas": [PATCH], "Operations": [operation] });
    at.request("PATCH", &format!("/Groups/{group}"), Some(&body))
}

/// Makes resources a thousand at a time and gives their ids.
async fn bulk(at: &Base, path: &str, size: usize, each: impl Fn(usize) -> Value) -> Vec<String> {
    let mut connection = Connection::open(&at.authority).await;
    let mut ids = Vec::with_capacity(size);
    for from in (0..size).step_by(1_000) {
        let operations: Vec<Value> = (from..size.min(from + 1_000))
            .map(|n| json!({ "method": "POST", "path": path, "bulkId": n.to_string(), "data": each(n) }))
            .collect();
        let body = json!({ "schemas": [BULK], "Operations": operations });
        let answer = json_in(&connection.exchange(&at.request("POST", "/Bulk", Some(&body))).await);
        for operation in answer["Operations"].as_array().unwrap() {
            assert_eq!(operation["status"], "201", "{operation}");
            ids.push(operation["location"].as_str().unwrap().rsplit('/').next().unwrap().to_owned());
        }
    }
    ids
}

async fn populate(at: &Base, users: usize, groups: usize) {
    let started = Instant::now();
    let ids = bulk(at, "/Users", users, |n| {
        let address = format!("user{n}@example.com");
        json!({ "schemas": [USER], "userName": address, "externalId": format!("x{n}"), "active": true,
            "displayName": format!("Given Family{n}"), "name": { "givenName": "Given", "familyName": format!("Family{n}") },
            "emails": [{ "value": address, "type": "work", "primary": true }] })
    })
    .await;
    println!("{users} users in {:.1?}", started.elapsed());
    let started = Instant::now();
    let made =
        bulk(at, "/Groups", groups, |n| json!({ "schemas": [GROUP], "displayName": format!("group {n}") })).await;
    let bench = Bench { at: at.clone(), users, groups: made, ids: Vec::new(), spare: Vec::new() };
    let mut connection = Connection::open(&at.authority).await;
    let (mut total, able) = (0, users - SPARE.min(users / 10));
    for (n, group) in bench.groups.iter().enumerate() {
        let members: Vec<&str> = (0..bench.members(n)).map(|k| ids[(n * 7907 + k * 13) % able].as_str()).collect();
        for chunk in members.chunks(10_000) {
            connection.exchange(&add(at, group, chunk.iter().copied())).await;
        }
        total += members.len();
    }
    println!("{groups} groups with {total} memberships in {:.1?}", started.elapsed());
}

/// Finds what an earlier run has made.
async fn survey(at: &Base, users: usize, groups: usize) -> Bench {
    let mut bench = Bench { at: at.clone(), users, groups: Vec::new(), ids: Vec::new(), spare: Vec::new() };
    let mut connection = Connection::open(&at.authority).await;
    for n in 0..groups {
        let path = format!("/Groups?filter=displayName%20eq%20%22group%20{n}%22&excludedAttributes=members");
        bench.groups.push(first(&connection.exchange(&at.request("GET", &path, None)).await));
    }
    for n in 0..REQUESTS {
        let find = bench.find(n);
        bench.ids.push(first(&connection.exchange(&find).await));
    }
    for n in users - SPARE.min(users / 10)..users {
        let path = format!("/Users?filter=userName%20eq%20%22user{n}%40example.com%22&attributes=id");
        bench.spare.push(first(&connection.exchange(&at.request("GET", &path, None)).await));
    }
    bench
}

fn first(list: &[u8]) -> String {
    json_in(list)["Resources"][0]["id"].as_str().unwrap().to_owned()
}

/// Asks `size` requests by so many clients at once, and gives their times in order.
async fn measure(
    bench: &Arc<Bench>,
    (clients, size): (usize, usize),
    nth: impl Fn(&Bench, usize) -> Vec<u8> + Copy + Send + 'static,
) -> Vec<Duration> {
    let next = Arc::new(AtomicUsize::new(0));
    let workers = (0..clients).map(|_| {
        let (next, bench) = (next.clone(), bench.clone());
        tokio::spawn(async move {
            let mut connection = Connection::open(&bench.at.authority).await;
            let mut times = Vec::new();
            loop {
                let n = next.fetch_add(1, Ordering::Relaxed);
                if n >= size {
                    return times;
                }
                let request = nth(&bench, n);
                let started = Instant::now();
                connection.exchange(&request).await;
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

fn report(name: &str, times: &[Duration], pid: &str) {
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    println!(
        "{name:<52} n {:>5}  p50 {:>8.2?}  p99 {:>8.2?}  max {:>8.2?}  peak {} MB  load {}",
        times.len(),
        at(0.5),
        at(0.99),
        at(1.0),
        peak(pid),
        load_average()
    );
}

/// The most memory a process has had, in megabytes.
fn peak(pid: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap_or_default() * 1024 / 1_000_000
}

async fn daily(bench: &Arc<Bench>, pid: &str) {
    let size = (CLIENTS, REQUESTS);
    report("userName eq, 8 clients", &measure(bench, size, Bench::find).await, pid);
    report("read by id, 8 clients", &measure(bench, size, Bench::read).await, pid);
    report("PATCH of one member, 8 clients", &measure(bench, size, Bench::add).await, pid);
    let all = |bench: &Bench, n: usize| match n % 3 {
        0 => bench.find(n),
        1 => bench.read(n),
        _ => bench.add(n + REQUESTS),
    };
    report("all three at once, 8 clients", &measure(bench, size, all).await, pid);
}

/// Readings of as many rows as there are, each by itself.
const LONG: [(&str, &str); 7] = [
    ("first page of users", "/Users?count=100"),
    ("last page of users", "/Users?count=100&startIndex=LAST"),
    ("displayName sw, few found", "/Users?filter=displayName%20sw%20%22Given%20Family99999%22"),
    ("userName co, all found", "/Users?filter=userName%20co%20%22example%22"),
    (
        "group displayName sw, without members",
        "/Groups?filter=displayName%20sw%20%22group%2099%22&excludedAttributes=members",
    ),
    ("group of a tenth of all", "/Groups/LARGEST"),
    ("first page of users by displayName", "/Users?count=100&sortBy=displayName"),
];

fn long(bench: &Bench, at: usize) -> Vec<u8> {
    let last = (bench.users - 99).to_string();
    let path = LONG[at].1.replace("LAST", &last).replace("LARGEST", &bench.groups[0]);
    bench.at.request("GET", &path, None)
}

/// Times of `work` while somebody else asks for a long reading again and again.
async fn beside<T>(bench: &Arc<Bench>, reading: usize, work: impl Future<Output = T>) -> T {
    let (over, other) = (Arc::new(AtomicBool::new(false)), bench.clone());
    let stop = over.clone();
    let reader = tokio::spawn(async move {
        let mut connection = Connection::open(&other.at.authority).await;
        while !stop.load(Ordering::Relaxed) {
            connection.exchange(&long(&other, reading)).await;
        }
    });
    let done = work.await;
    over.store(true, Ordering::Relaxed);
    reader.await.unwrap();
    done
}

async fn run(file: &Path, users: usize, groups: usize) {
    let shown = file.display().to_string();
    let in_memory = shown == ":memory:";
    let args: &[&str] = if in_memory { &[] } else { &["--db", &shown] };
    let filled = file.exists();
    let mut served = Served::start(args);
    if !filled {
        populate(&served.at, users, groups).await;
        println!("peak while it was filled {} MB", peak(&served.pid()));
    }
    if !in_memory {
        drop(served);
        let started = Instant::now();
        served = Served::start(args);
        Connection::open(&served.at.authority).await.exchange(&served.at.request("GET", "/Users?count=1", None)).await;
        println!(
            "start to first answer {:.1?}, file {} MB",
            started.elapsed(),
            std::fs::metadata(file).unwrap().len() / 1_000_000
        );
    }
    let bench = Arc::new(survey(&served.at, users, groups).await);
    let pid = served.pid();
    daily(&bench, &pid).await;
    for (at, (name, _)) in LONG.iter().enumerate() {
        report(name, &measure(&bench, (1, 1), move |bench, _| long(bench, at)).await, &pid);
    }
    for at in [1, 3, 5, 6] {
        let name = LONG[at].0;
        let reads = beside(&bench, at, measure(&bench, (4, 4_000), Bench::read)).await;
        report(&format!("read by id beside: {name}"), &reads, &pid);
        let adds = beside(&bench, at, measure(&bench, (4, 2_000), |bench, n| bench.add(n + 3 * REQUESTS))).await;
        report(&format!("PATCH beside: {name}"), &adds, &pid);
    }
}

fn main() {
    let users = setting("SCIMULATE_BENCH_USERS", 1_000_000);
    let kept = std::env::var("SCIMULATE_BENCH_DB").ok().map(PathBuf::from);
    let own = std::env::temp_dir().join(format!("scimulate-scale-{}.db", std::process::id()));
    let file = kept.clone().unwrap_or_else(|| own.clone());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(run(&file, users, users / 100));
    if kept.is_none() {
        for ending in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{ending}", own.display()));
        }
    }
}
