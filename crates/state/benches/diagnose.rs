//! How long a diagnosis of a large capture takes, and how much memory: two directories, ten memberships a user.
//!
//! `cargo bench -p scimulate-state --bench diagnose`, with `SCIMULATE_USERS` for another number of users than 100,000.

#![expect(clippy::print_stdout, reason = "its figures are its output")]
#![expect(clippy::unwrap_used, reason = "a bench may fail by panic")]

use directory::{Export, ExportedPerson};
use state::input::{Columns, read};
use state::{Against, assess_against};
use std::fmt::Write as _;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::time::Instant;

/// A group for each 20 users, as the largest tenants have it.
const A_GROUP: usize = 20;
/// Groups a user is in.
const IN: usize = 10;

fn id(kind: &str, n: usize) -> String {
    format!("{kind}{n:07}-4b7e-4c3a-9f21-{:012x}", n * 2_654_435_761)
}

fn written(path: &Path, users: usize) -> u64 {
    let mut out = BufWriter::new(std::fs::File::create(path).unwrap());
    writeln!(out, r#"{{"format":"scimulate-capture","version":1,"target":"https://x.example","taken":"2026-01-01T00:00:00Z","tool":"0"}}"#).unwrap();
    for n in 0..users {
        let id = id("u", n);
        writeln!(
            out,
            r#"{{"type":"User","resource":{{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"{id}","externalId":"x{n}","userName":"user{n}@corp.example","name":{{"givenName":"Given{n}","familyName":"Family{n}"}},"emails":[{{"value":"user{n}@corp.example","primary":true}}],"active":true}}}}"#
        )
        .unwrap();
    }
    let groups = (users / A_GROUP).max(1);
    let each = users * IN / groups;
    for n in 0..groups {
        let mut members = String::new();
        for m in 0..each {
            let comma = if m == 0 { "" } else { "," };
            write!(members, r#"{comma}{{"value":"{}"}}"#, id("u", (n * each + m * 7) % users)).unwrap();
        }
        writeln!(
            out,
            r#"{{"type":"Group","resource":{{"id":"{}","displayName":"Group {n}","members":[{members}]}}}}"#,
            id("g", n)
        )
        .unwrap();
    }
    writeln!(out, r#"{{"end":{{"complete":true,"counts":{{"User":{users},"Group":{groups}}}}}}}"#).unwrap();
    out.flush().unwrap();
    std::fs::metadata(path).unwrap().len()
}

/// Everybody with an even number, or an odd one; without groups.
fn directory(users: usize, rest: usize) -> Export {
    let person = |n: usize| ExportedPerson {
        external_id: format!("x{n}"),
        user_name: format!("user{n}@corp.example"),
        display_name: None,
        email: None,
        active: true,
    };
    Export { people: (0..users).filter(|n| n % 2 == rest).map(person).collect(), groups: None }
}

/// The most memory this process had, in MiB, where the system says it.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse::<u64>().ok());
    kib.map_or_else(|| "?".to_owned(), |kib| format!("{} MiB", kib / 1024))
}

fn main() {
    let users: usize = std::env::var("SCIMULATE_USERS").ok().and_then(|n| n.parse().ok()).unwrap_or(100_000);
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("tenant.jsonl");
    let bytes = written(&path, users);
    println!("{users} users, {} memberships, {} MiB of JSON", users * IN, bytes >> 20);
    let start = Instant::now();
    let dump = read(&[path], &Columns::default()).unwrap();
    println!("read: {:.2?}, peak {}", start.elapsed(), peak());
    let (even, odd) = (directory(users, 0), directory(users, 1));
    let start = Instant::now();
    let found = assess_against(&dump.state, &Against { directories: &[&even, &odd], ..Against::default() });
    println!("diagnosed: {:.2?}, {} found, peak {}", start.elapsed(), found.len(), peak());
}
