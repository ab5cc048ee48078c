//! What scimulate itself costs: one exchange, the start, a whole run.
//!
//! `cargo bench --bench harness` prints criterion's timings and then the figures the design sets targets for.

#![expect(clippy::unwrap_used, reason = "a bench may fail by panic")]

use client::observe::Observation;
use client::wire::{Actor, BaseUrl, Client, Journal, Method, Request, Secret, Transport, TransportLimits};
use criterion::Criterion;
use judge::check::{Context, Offered, passive};
use judge::verdict::Departures;
use std::hint::black_box;
use std::io::Read as _;
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::runtime::Runtime;

const TOKEN: &str = "a-token-as-long-as-a-real-one";
const ID: &str = "2819c223-7f76-453a-919d-413861904646";
/// Exchanges of one measurement of CPU time, whose clock ticks a hundred times a second.
const EXCHANGES: u32 = 5_000;

/// A server as small as can be: it answers every request with the same user.
fn server(runtime: &Runtime) -> SocketAddr {
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    let location = format!("http://{address}/scim/v2/Users/{ID}");
    let body = serde_json::json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "id": ID, "externalId": "00u1", "userName": "ada@example.com", "active": true,
        "name": { "givenName": "Ada", "familyName": "Lovelace", "formatted": "Ada Lovelace" },
        "emails": [{ "value": "ada@example.com", "type": "work", "primary": true }],
        "meta": {
            "resourceType": "User", "created": "2026-01-01T00:00:00Z", "lastModified": "2026-01-01T00:00:00Z",
            "location": location, "version": "W/\"1\"",
        },
    });
    let body = body.to_string();
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/scim+json\r\netag: W/\"1\"\r\n";
    let answer = format!("{head}content-length: {}\r\n\r\n{body}", body.len());
    runtime.spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let answer = answer.clone();
            tokio::spawn(async move {
                let mut buffer = [0; 4096];
                // A request of these benches always comes in one piece.
                while stream.read(&mut buffer).await.is_ok_and(|read| read > 0) {
                    if stream.write_all(answer.as_bytes()).await.is_err() {
                        break;
                    }
                }
            });
        }
    });
    address
}

/// The same request by reqwest alone and by the harness, which also records, redacts, reads and judges it.
struct Ways {
    runtime: Runtime,
    bare: reqwest::Client,
    url: String,
    transport: Transport,
    base: BaseUrl,
}

impl Ways {
    fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let address = server(&runtime);
        let base = format!("http://{address}/scim/v2");
        Self {
            bare: reqwest::Client::builder().no_proxy().tcp_nodelay(true).build().unwrap(),
            url: format!("{base}/Users/{ID}"),
            transport: Transport::new(TransportLimits::default()).unwrap(),
            base: BaseUrl::parse(&base).unwrap(),
            runtime,
        }
    }

    fn client(&self) -> Client {
        let secret = Secret::new(TOKEN, "the bench").unwrap();
        Client::new(self.transport.clone(), self.base.clone(), Some(secret.into()), Actor::Client, Journal::default())
    }

    async fn by_reqwest(&self) {
        let request = self.bare.get(&self.url).bearer_auth(TOKEN).header("accept", "application/scim+json");
        black_box(request.send().await.unwrap().bytes().await.unwrap());
    }

    async fn by_harness(&self, client: &Client) {
        let request = Request::new(Method::Get, format!("/Users/{ID}")).header("accept", "application/scim+json");
        let seen = Observation::read(client.send(request).await, 0);
        let departures = Departures::NONE;
        let verdicts = passive(&seen, &Context { idp: None, departures: &departures, offered: &Offered::EVERYTHING });
        assert!(verdicts.findings.is_empty(), "{:?}", verdicts.findings);
        black_box(verdicts);
    }
}

fn exchange(criterion: &mut Criterion, ways: &Ways) {
    let mut group = criterion.benchmark_group("one exchange");
    group.sample_size(20).measurement_time(Duration::from_secs(3));
    group.bench_function("bare reqwest", |b| b.iter(|| ways.runtime.block_on(ways.by_reqwest())));
    group.bench_function("harness", |b| {
        b.iter_batched_ref(
            || ways.client(),
            |client| ways.runtime.block_on(ways.by_harness(client)),
            criterion::BatchSize::SmallInput,
        );
    });
    group.finish();
}

/// CPU time this process has used so far: user and system, all threads.
fn cpu_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    let ticks: u64 = [fields[11], fields[12]].iter().map(|t| t.parse::<u64>().unwrap()).sum();
    Duration::from_millis(ticks * 10)
}

fn cpu_of(work: impl FnOnce()) -> f64 {
    let before = cpu_time();
    work();
    (cpu_time() - before).as_secs_f64() * 1e6 / f64::from(EXCHANGES)
}

/// CPU microseconds of one exchange, server included: by reqwest alone, by the harness. Medians of alternating rounds.
fn cpu_per_exchange(ways: &Ways) -> (f64, f64) {
    let (mut bare, mut harness) = (Vec::new(), Vec::new());
    for _ in 0..7 {
        bare.push(cpu_of(|| {
            ways.runtime.block_on(async {
                for _ in 0..EXCHANGES {
                    ways.by_reqwest().await;
                }
            });
        }));
        harness.push(cpu_of(|| {
            ways.runtime.block_on(async {
                let client = ways.client();
                for _ in 0..EXCHANGES {
                    ways.by_harness(&client).await;
                }
            });
        }));
    }
    (median(bare), median(harness))
}

fn scimulate(args: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_scimulate"));
    command.args(args).env_clear().current_dir(std::env::temp_dir());
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// Milliseconds from starting the process to the first byte of its first request.
fn start_to_first_request() -> f64 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/scim/v2", listener.local_addr().unwrap());
    let started = Instant::now();
    let mut child = scimulate(&["run", "--target", &url]);
    let (mut stream, _) = listener.accept().unwrap();
    stream.read_exact(&mut [0]).unwrap();
    let took = started.elapsed();
    child.kill().unwrap();
    child.wait().unwrap();
    took.as_secs_f64() * 1e3
}

/// Seconds and peak megabytes of the embedded run.
fn whole_run(args: &[&str]) -> (f64, f64) {
    let started = Instant::now();
    let mut child = scimulate(&[&["run"], args].concat());
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0_u64;
    loop {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|l| l.strip_prefix("VmHWM:"));
        let kib = line.and_then(|l| l.trim().trim_end_matches(" kB").parse().ok());
        peak = peak.max(kib.unwrap_or_default());
        if child.try_wait().unwrap().is_some() {
            break;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    #[expect(clippy::cast_precision_loss, reason = "kibibytes of a process are far below 2^52")]
    let megabytes = peak as f64 * 1024.0 / 1e6;
    (started.elapsed().as_secs_f64(), megabytes)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

#[expect(clippy::print_stdout, reason = "the figures are what a bench is for")]
fn figures(ways: &Ways) {
    let (bare, harness) = cpu_per_exchange(ways);
    let start = median((0..21).map(|_| start_to_first_request()).collect());
    let (walls, peaks): (Vec<f64>, Vec<f64>) = (0..5).map(|_| whole_run(&[])).unzip();
    let json = std::env::temp_dir().join(format!("scimulate-bench-{}.json", std::process::id()));
    let (json_wall, json_peak) = whole_run(&["--report", &format!("json={}", json.display())]);
    let _may_not_have_been_written = std::fs::remove_file(json);
    let peak = peaks.into_iter().fold(0.0, f64::max);
    println!();
    println!("CPU per exchange, bare reqwest and server     {bare:8.1} µs");
    println!("CPU per exchange, harness and server          {harness:8.1} µs");
    println!("harness adds to one exchange                  {:8.1} µs   (target: under 100)", harness - bare);
    println!("process start to first request                {start:8.1} ms   (target: under 50)");
    println!("whole embedded run, wall                      {:8.2} s    (target: under 5)", median(walls));
    println!("whole embedded run, peak memory               {peak:8.1} MB   (target: under 100)");
    println!("whole embedded run with JSON report, wall     {json_wall:8.2} s");
    println!("whole embedded run with JSON report, peak     {json_peak:8.1} MB");
}

fn main() {
    let ways = Ways::new();
    let mut criterion = Criterion::default().configure_from_args();
    exchange(&mut criterion, &ways);
    criterion.final_summary();
    // `cargo test --benches` only wants to see that it runs.
    if !std::env::args().any(|arg| arg == "--test") {
        figures(&ways);
    }
}
