//! The most memory that a run takes, by how much it exchanges: it is the same for a thousand answers of 20 KB and for a hundred
//! thousand, because what does not fit into `--memory` goes to a file.
//!
//! `cargo bench --bench memory` lets an Okta org import users from a server that shows one account of 20 KB a page, none like
//! another, until 1,000, 10,000 and 100,000 pages are read. A step is one import of 500 pages: what a feature's text takes is the
//! user's own, and grows with the text. All exchanges go into a JSON report. The bench fails if the most memory grows by more than
//! the budget. The files need 5 GB. `SCIMULATE_BENCH_EXCHANGES=1000,10000` makes it smaller.

#![expect(clippy::unwrap_used, reason = "a bench may fail by panic")]
#![expect(clippy::print_stdout, reason = "the figures are what a bench is for")]

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

/// Bytes of an answer.
const ANSWER: usize = 20_000;
/// Pages of one import.
const PAGES: usize = 500;
/// Users that an Okta org asks for in a page.
const PAGE: usize = 100;
/// What a run may hold of its exchanges, in MB. Its file may have 32 times as much, which is more than the largest run exchanges.
const BUDGET: u64 = 96;

/// How many pages were shown.
static IMPORTED: AtomicUsize = AtomicUsize::new(0);

/// A server that shows one account a page, none like another.
fn serve() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}/scim/v2", listener.local_addr().unwrap());
    let own = base.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            std::thread::spawn({
                let base = own.clone();
                move || answers(stream, &base)
            });
        }
    });
    base
}

/// Answers what comes on one connection.
fn answers(mut stream: TcpStream, base: &str) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut lines = BufReader::new(stream.try_clone().ok()?).lines().map_while(Result::ok);
    while let Some(line) = lines.next() {
        let path = line.split(' ').nth(1)?.trim_start_matches("/scim/v2").to_owned();
        while !lines.next()?.is_empty() {}
        let start = path.strip_prefix("/Users?startIndex=").and_then(|rest| rest.split('&').next());
        let body = match start.filter(|_| path.ends_with(&format!("count={PAGE}"))) {
            Some(start) => {
                let total = PAGES * PAGE;
                // Every import reads other accounts than the one before.
                let id = IMPORTED.fetch_add(1, Ordering::Relaxed);
                let filler: String = (0..ANSWER / 20).map(|n| format!("{id:>9}-{n:>9} ")).collect();
                format!(
                    "{{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:ListResponse\"],\"totalResults\":{total},\"startIndex\":{start},\
                     \"itemsPerPage\":1,\"Resources\":[{{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"],\"id\":\"{id}\",\
                     \"userName\":\"{id}\",\"title\":\"{filler}\",\"meta\":{{\"resourceType\":\"User\",\
                     \"created\":\"2026-01-02T03:04:05Z\",\"lastModified\":\"2026-01-02T03:04:05Z\",\"location\":\"{base}/Users/{id}\"}}}}]}}"
                )
            }
            None => "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:ListResponse\"],\"totalResults\":0,\"Resources\":[]}".to_owned(),
        };
        let head = "HTTP/1.1 200 OK\r\ncontent-type: application/scim+json\r\ncontent-length:";
        stream.write_all(format!("{head} {}\r\n\r\n{body}", body.len()).as_bytes()).ok()?;
    }
    Some(())
}

/// A feature that reads so many pages.
fn feature(folder: &Path, requests: usize) -> PathBuf {
    let mut text = "Feature: Many imports\n".to_owned();
    for import in 1..=requests.div_ceil(PAGES) {
        let _infallible =
            writeln!(text, "\n  @okta\n  Scenario: Import {import}\n    When the IdP imports the users of the target");
    }
    let path = folder.join(format!("imports-{requests}.feature"));
    std::fs::write(&path, text).unwrap();
    path
}

/// The most memory a process had until it ended, in KiB.
fn watched(mut child: Child) -> u64 {
    let status = format!("/proc/{}/status", child.id());
    let peak = || {
        let text = std::fs::read_to_string(&status).ok()?;
        text.lines().find_map(|l| l.strip_prefix("VmHWM:")?.trim().trim_end_matches(" kB").parse::<u64>().ok())
    };
    let mut most = 0;
    while child.try_wait().unwrap().is_none() {
        most = most.max(peak().unwrap_or_default());
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    most
}

fn main() {
    let asked = std::env::var("SCIMULATE_BENCH_EXCHANGES").unwrap_or_else(|_| "1000,10000,100000".to_owned());
    let base = serve();
    let folder = std::env::temp_dir().join(format!("scimulate-memory-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let mut peaks = Vec::new();
    for requests in asked.split(',').map(|n| n.trim().parse::<usize>().unwrap()) {
        let path = feature(&folder, requests);
        let report = format!("json={}", folder.join("run.json").display());
        let began = Instant::now();
        let mut command = Command::new(env!("CARGO_BIN_EXE_scimulate"));
        command.args([
            "run",
            path.to_str().unwrap(),
            "--target",
            &base,
            "--memory",
            &BUDGET.to_string(),
            "--report",
            &report,
            "--timeout",
            "1h",
            "--idp",
            "okta/custom",
            "--i-may-write",
        ]);
        command.current_dir(&folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let peak = watched(command.spawn().unwrap()) >> 10;
        let size = std::fs::metadata(folder.join("run.json")).map_or(0, |file| file.len()) >> 20;
        println!(
            "{requests:>7} exchanges: {peak} MiB at most, a report of {size} MiB, {:.1} s",
            began.elapsed().as_secs_f64()
        );
        peaks.push(peak);
    }
    std::fs::remove_dir_all(&folder).unwrap();
    if let (Some(first), Some(last)) = (peaks.first(), peaks.last()) {
        assert!(*last <= first + BUDGET, "the most memory grows from {first} to {last} MiB");
    }
}
