//! Behaviours of servers, one row each, of which only this is asked: the run ends in time with an exit code that is documented, no
//! resident is touched, the token is in no output, and nothing panics. One scenario shows it; what is judged is for other tables.

use super::proxy::{self, Asked, Memory, Told};
use super::support::{Place, Ran, ended};
use super::tenant::{Tenant, id_of, is_write};
use serde_json::{Value, json};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// What it does from the fifth request on: those before are the look at the target.
type Behaviour = (&'static str, proxy::Tell);

/// A run with its sweep that takes longer hangs: its limit is 6 s.
const PATIENCE: Duration = Duration::from_secs(60);

fn is_create(asked: &Asked) -> bool {
    asked.method == "POST" && ["/Users", "/Groups"].contains(&asked.path.as_str())
}

fn each(told: &mut Told, change: impl Fn(&mut Value)) {
    told.edit(|body| match body.get_mut("Resources").and_then(Value::as_array_mut) {
        Some(all) => all.iter_mut().for_each(change),
        None => change(body),
    });
}

/// Gives every id another form in all that is shown, once something was created.
fn reformed(asked: &Asked, told: &mut Told, memory: &mut Memory, form: fn(&str) -> Value) {
    memory.count += usize::from(is_create(asked));
    if memory.count > 0 && !is_create(asked) {
        each(told, |r| {
            if let Some(id) = r["id"].as_str().map(str::to_owned) {
                r["id"] = form(&id);
            }
        });
    }
}

/// Changes the bytes of a body.
fn rewritten(told: &mut Told, change: fn(Vec<u8>) -> Vec<u8>) {
    if !told.body.is_empty() {
        told.body = change(std::mem::take(&mut told.body));
    }
}

/// Another answer in the place of this one.
fn becomes(told: &mut Told, line: &str, body: &Value) {
    *told = Told::scim(line, body);
}

const IDS: &[Behaviour] = &[
    ("ids are in capitals after the create", |a, t, m| reformed(a, t, m, |id| json!(id.to_uppercase()))),
    ("ids are numbers after the create", |a, t, m| reformed(a, t, m, |id| json!(id.len()))),
    ("ids are percent-encoded after the create", |a, t, m| reformed(a, t, m, |id| json!(id.replace('-', "%2D")))),
    ("ids end in a space after the create", |a, t, m| reformed(a, t, m, |id| json!(format!("{id} ")))),
    ("ids have a zero byte after the create", |a, t, m| reformed(a, t, m, |id| json!(format!("{id}\u{0}")))),
    ("ids have a query after the create", |a, t, m| reformed(a, t, m, |id| json!(format!("{id}?x=1#y")))),
    ("ids look alike after the create", |a, t, m| reformed(a, t, m, |id| json!(id.replace('a', "\u{430}")))),
    ("ids are arrays after the create", |a, t, m| reformed(a, t, m, |id| json!([id]))),
    ("ids are very long after the create", |a, t, m| reformed(a, t, m, |id| json!(id.repeat(200)))),
    ("ids are one after the create", |a, t, m| reformed(a, t, m, |_| json!("1"))),
];

const CREATES: &[Behaviour] = &[
    ("a create is answered 202 without a body", |a, t, _| {
        if is_create(a) {
            *t = Told::new("202 Accepted", "", "");
        }
    }),
    ("a create is answered with null", |a, t, _| {
        if is_create(a) {
            becomes(t, "201 Created", &Value::Null);
        }
    }),
    ("a create is answered with a list", |a, t, _| {
        if is_create(a) {
            let made = t.json();
            becomes(t, "200 OK", &json!({ "totalResults": 1, "Resources": [made] }));
        }
    }),
    ("a create is answered with an address alone", |a, t, _| {
        if is_create(a) {
            t.body.clear();
        }
    }),
    ("a create leads elsewhere", |a, t, _| {
        if is_create(a) {
            t.line = "HTTP/1.1 303 See Other".into();
        }
    }),
    ("a create is refused and made", |a, t, _| {
        if is_create(a) {
            becomes(t, "409 Conflict", &json!({ "status": "409", "scimType": "uniqueness" }));
        }
    }),
    ("a create is broken off and made", |a, t, _| {
        if is_create(a) {
            t.pen = Some(|_, _| Ok(()));
        }
    }),
    ("what was made is there three reads later", |a, t, m| {
        m.count = if is_create(a) { 3 } else { m.count.saturating_sub(usize::from(a.reads_one())) };
        if m.count > 0 && a.reads_one() {
            becomes(t, "404 Not Found", &json!({ "status": "404" }));
        }
    }),
];

const WRITES: &[Behaviour] = &[
    ("a DELETE is answered 200 with what it deleted", |a, t, _| {
        if a.method == "DELETE" {
            becomes(t, "200 OK", &json!({ "id": id_of(&a.path), "userName": "gone" }));
        }
    }),
    ("a DELETE is done and answered 404", |a, t, _| {
        if a.method == "DELETE" {
            becomes(t, "404 Not Found", &json!({ "status": "404" }));
        }
    }),
    ("a DELETE is done and answered 500", |a, t, _| {
        if a.method == "DELETE" {
            becomes(t, "500 Internal Server Error", &json!({ "status": "500" }));
        }
    }),
    ("a DELETE leads elsewhere", |a, t, _| {
        if a.method == "DELETE" {
            *t = Told::new("307 Temporary Redirect", "", "");
            t.set("location", "/scim/v2/Users/1");
        }
    }),
    ("writes are answered with an empty object", |a, t, _| {
        if is_write(&a.method) {
            becomes(t, "200 OK", &json!({}));
        }
    }),
    ("no version ever fits", |a, t, _| {
        if is_write(&a.method) {
            becomes(t, "412 Precondition Failed", &json!({ "status": "412" }));
        }
    }),
    ("writes have to wait since yesterday", |a, t, _| {
        if a.method != "GET" {
            becomes(t, "503 Service Unavailable", &json!({ "status": "503" }));
            t.set("retry-after", "Thu, 01 Jan 1970 00:00:00 GMT");
        }
    }),
];

const LISTS: &[Behaviour] = &[
    ("people are shown as groups, and groups as people", |a, t, m| {
        if a.method == "GET" && ["/Users", "/Groups"].contains(&a.path.as_str()) {
            let mine = t.clone();
            if let Some(other) = m.previous.replace(mine) {
                *t = other;
            }
        }
    }),
    ("cursors lead in a circle", |_, t, _| {
        t.edit(|b| {
            if b["Resources"].is_array() {
                b["nextCursor"] = json!("again");
            }
        });
    }),
    ("cursors are long", |_, t, _| {
        t.edit(|b| {
            if b["Resources"].is_array() {
                b["nextCursor"] = json!("x".repeat(100_000));
            }
        });
    }),
    ("pages begin before the first", |_, t, _| {
        t.edit(|b| {
            if b["Resources"].is_array() {
                b["startIndex"] = json!(-5);
                b["itemsPerPage"] = json!(0);
            }
        });
    }),
    ("rows are null, numbers and text", |_, t, _| {
        t.edit(|b| {
            if let Some(all) = b["Resources"].as_array_mut() {
                all.extend([Value::Null, json!(7), json!("x"), json!([])]);
            }
        });
    }),
    ("rows have no id", |_, t, _| {
        t.edit(|b| {
            if let Some(all) = b["Resources"].as_array_mut() {
                all.iter_mut().for_each(|r| r["id"] = Value::Null);
            }
        });
    }),
    ("look-ups are refused", |a, t, _| {
        if a.query.contains("filter") {
            becomes(t, "400 Bad Request", &json!({ "status": "400", "scimType": "invalidFilter" }));
        }
    }),
    ("lists are partial content", |_, t, _| {
        if t.is_list() {
            t.line = "HTTP/1.1 206 Partial Content".into();
        }
    }),
    ("lists have one row a page and say nothing of others", |_, t, _| {
        t.edit(|b| {
            if let Some(all) = b["Resources"].as_array_mut() {
                all.truncate(1);
                b["totalResults"] = json!(1);
            }
        });
    }),
];

const BYTES: &[Behaviour] = &[
    ("bodies lack their last byte", |_, t, _| {
        t.body.pop();
    }),
    ("bodies begin with a mark of their byte order", |_, t, _| rewritten(t, |b| [&b"\xef\xbb\xbf"[..], &b].concat())),
    ("bodies are UTF-16", |_, t, _| rewritten(t, |b| b.into_iter().flat_map(|byte| [byte, 0]).collect())),
    ("bodies come twice", |_, t, _| rewritten(t, |b| b.repeat(2))),
    ("bodies are scripts", |_, t, _| rewritten(t, |b| String::from_utf8_lossy(&b).replace('"', "'").into_bytes())),
    ("bodies have comments", |_, t, _| rewritten(t, |b| [&b"/* fine */"[..], &b].concat())),
    ("numbers are none", |_, t, _| rewritten(t, |b| String::from_utf8_lossy(&b).replace("true", "NaN").into_bytes())),
    ("reads have no body", |a, t, _| {
        if a.method == "GET" {
            *t = Told::new("204 No Content", "", "");
        }
    }),
    ("nothing has changed", |a, t, _| {
        if a.method == "GET" {
            *t = Told::new("304 Not Modified", "", "");
        }
    }),
];

const TIMES: &[Behaviour] = &[
    ("the clock is a year behind", |_, t, _| t.set("date", "Mon, 01 Jan 2024 00:00:00 GMT")),
    ("the clock is a year ahead, and what was made is older than it was changed", |_, t, _| {
        t.set("date", "Fri, 01 Jan 2100 00:00:00 GMT");
        each(t, |r| {
            if r["meta"].is_object() {
                r["meta"]["created"] = json!("2100-01-01T00:00:00Z");
                r["meta"]["lastModified"] = json!("1969-01-01T00:00:00Z");
            }
        });
    }),
    ("there is no time", |_, t, _| {
        t.set("date", "yesterday");
        each(t, |r| {
            if r["meta"].is_object() {
                r["meta"]["created"] = json!("0000-00-00T99:99:99Z");
            }
        });
    }),
    ("versions change with every answer", |_, t, m| {
        m.count += 1;
        let version = format!("W/\"{}\"", m.count);
        t.set("etag", version.as_str());
        each(t, |r| {
            if r["meta"].is_object() {
                r["meta"]["version"] = json!(version);
            }
        });
    }),
    ("the credential is refused now and then", |_, t, m| {
        m.count += 1;
        if m.count % 5 == 0 {
            becomes(t, "401 Unauthorized", &json!({ "status": "401" }));
        }
    }),
    ("every second answer is 429 without a word of when", |_, t, m| {
        m.count += 1;
        if m.count % 2 == 0 {
            *t = Told::new("429 Too Many Requests", "", "");
        }
    }),
    ("members have other types than they should", |_, t, _| {
        each(t, |r| {
            if r["userName"].is_string() {
                r["active"] = json!("False");
                r["emails"] = json!({ "value": 7 });
                r["name"] = json!(["x"]);
                r["schemas"] = json!({});
                r["meta"] = json!("none");
            }
        });
    }),
    ("errors say that all is well", |_, t, _| {
        if t.status() >= 400 {
            t.body = json!({ "schemas": [], "status": 200, "detail": null }).to_string().into_bytes();
        }
    }),
];

fn one((name, tell): &Behaviour) -> Result<(), String> {
    let tenant = Tenant::with(10);
    let before = tenant.all();
    let base = proxy::start(&tenant.base(), 4, *tell);
    let place = Place::new();
    let run = |args: &[&str]| ended(place.command(args).env("TOKEN", tenant.token()).spawn().unwrap());
    let began = Instant::now();
    let to = ["--target", &base, "--token-env", "TOKEN"];
    let some = ["--tags", "@F112", "--idp", "okta/custom", "--timeout", "6s", "--report", "json=run.json"];
    let mut all = vec![run(&[&["run"], &to[..], &some].concat())];
    if let Some(ledger) = place.ledger() {
        all.push(run(&[&["sweep", ledger.to_str().unwrap()], &to[..]].concat()));
    }
    let took = began.elapsed();
    let told = || format!("== {name}, {took:?}\n{all:#?}");
    let now = tenant.all();
    let touched: Vec<_> = before.iter().filter(|(path, was)| now.get(*path) != Some(was)).collect();
    if !touched.is_empty() {
        return Err(format!("touched: {touched:?}\n{}", told()));
    }
    let record = std::fs::read_to_string(place.path().join("run.json")).unwrap_or_default();
    let bad = |ran: &Ran| {
        let words = ["panicked", "RUST_BACKTRACE", tenant.token()];
        let said = words.iter().any(|bad| ran.out.contains(bad) || ran.err.contains(bad));
        ![0, 1, 3].contains(&ran.code) || said
    };
    if took > PATIENCE || all.iter().any(bad) || record.contains(tenant.token()) {
        return Err(told());
    }
    Ok(())
}

#[test]
fn whatever_a_server_does_a_run_ends_and_nobody_is_touched() {
    let all: Vec<&Behaviour> = [IDS, CREATES, WRITES, LISTS, BYTES, TIMES].into_iter().flatten().collect();
    assert!(all.len() >= 40, "{}", all.len());
    let (next, trouble) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                while let Some(behaviour) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(why) = one(behaviour) {
                        trouble.lock().unwrap().push(why);
                    }
                }
            });
        }
    });
    let trouble = trouble.into_inner().unwrap();
    assert!(trouble.is_empty(), "{} of {}:\n{}", trouble.len(), all.len(), trouble.join("\n"));
}
