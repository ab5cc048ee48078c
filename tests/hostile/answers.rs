//! Answers that are HTTP and JSON, and not true.

use super::play::{FEW, LIE, Lie, SOME, play};
use super::proxy::Told;
use serde_json::{Value, json};

/// Text that would move a terminal's cursor, colour it, ring, and turn the writing round.
const HOSTILE: &str = "\u{1b}[2J\u{1b}[31mall good\u{7}\u{9b}1m\u{202e}\u{200f}\r";

/// Changes each resource of a list or the one resource of an answer.
fn each(told: &mut Told, change: impl Fn(&mut Value)) {
    told.edit(|body| match body.get_mut("Resources").and_then(Value::as_array_mut) {
        Some(all) => all.iter_mut().for_each(change),
        None => change(body),
    });
}

const LISTS: &[Lie] = &[
    Lie {
        name: "somebody joins between the count and the page, now and then",
        tell: |asked, told, memory| {
            if told.is_list() && !asked.is_discovery() && !asked.query.contains("filter") {
                memory.count += 1;
                let late = u64::from(memory.count % 4 == 1);
                told.edit(|b| b["totalResults"] = json!(b["totalResults"].as_u64().unwrap().saturating_sub(late)));
            }
        },
        code: 0,
        words: &["others write to the tenant, and they moved"],
        ..LIE
    },
    Lie {
        name: "totals are too high",
        tell: |_, told, _| {
            if told.is_list() {
                told.edit(|b| b["totalResults"] = json!(b["totalResults"].as_u64().unwrap() + 7));
            }
        },
        words: &["RFC7644-3.4.2-06", "no two users have one userName"],
        ..LIE
    },
    Lie {
        name: "totals are text",
        tell: |_, told, _| {
            if told.is_list() {
                told.edit(|b| b["totalResults"] = json!(b["totalResults"].to_string()));
            }
        },
        words: &["RFC7644-3.4.2.4-10"],
        ..LIE
    },
    Lie {
        name: "totals are negative",
        tell: |_, told, _| {
            if told.is_list() {
                told.edit(|b| b["totalResults"] = json!(-1));
            }
        },
        words: &["RFC7644-3.4.2.4-10"],
        ..LIE
    },
    Lie {
        name: "totals are 1e308",
        tell: |_, told, _| {
            if told.is_list() {
                told.edit(|b| b["totalResults"] = json!(1e308));
            }
        },
        words: &["RFC7644-3.4.2.4-10"],
        ..LIE
    },
    Lie {
        name: "a list's resources are an object",
        tell: |_, told, _| {
            if told.is_list() {
                told.edit(|b| b["Resources"] = json!({ "0": b["Resources"][0] }));
            }
        },
        words: &["RFC7644-3.4.2-08"],
        ..LIE
    },
    Lie {
        name: "pages never end",
        tell: |asked, told, memory| {
            if told.is_list() && !asked.is_discovery() && !asked.query.contains("filter") {
                let user = |n: usize| {
                    json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": format!("x{n}"),
                    "userName": format!("nobody{n}"), "meta": { "resourceType": "User" } })
                };
                let from = memory.count;
                memory.count += 100;
                let all: Vec<Value> = (from..from + 100).map(user).collect();
                told.edit(|b| {
                    b["Resources"] = json!(all);
                    b["itemsPerPage"] = json!(100);
                    b["totalResults"] = json!(u32::MAX);
                });
            }
        },
        from: 14,
        tags: FEW,
        timeout: "3s",
        ..LIE
    },
    Lie {
        name: "a tenant of billions",
        tell: |asked, told, _| {
            if told.is_list() && asked.path == "/Users" {
                told.edit(|b| b["totalResults"] = json!(u32::MAX));
            }
        },
        code: 3,
        words: &["has 4294967295 users, more than 200 (safety.max_users)"],
        ..LIE
    },
    Lie {
        name: "pages never end and say nothing of a total",
        tell: |asked, told, memory| {
            if told.is_list() && !asked.is_discovery() && !asked.query.contains("filter") {
                memory.count += 20;
                let all = memory.count - 20..memory.count;
                let all: Vec<_> =
                    all.map(|id| json!({ "id": format!("x{id}"), "userName": format!("nobody{id}") })).collect();
                told.edit(|b| *b = json!({ "Resources": all }));
            }
        },
        tags: FEW,
        timeout: "3s",
        code: 1,
        words: &["RFC7644-3.4.2-04"],
        ..LIE
    },
    Lie {
        name: "the first page comes again and again",
        tell: |asked, told, memory| {
            if told.is_list() && asked.path == "/Users" {
                match &memory.previous {
                    Some(first) => *told = first.clone(),
                    None => memory.previous = Some(told.clone()),
                }
            }
        },
        words: &["HAZARD-WRONG-RESOURCE"],
        ..LIE
    },
    Lie {
        name: "the same id twice",
        tell: |_, told, _| {
            if told.is_list() {
                told.edit(|b| {
                    let all = b["Resources"].as_array_mut().unwrap();
                    let again = all.clone();
                    all.extend(again);
                });
            }
        },
        words: &["RFC7643-3.1-07"],
        ..LIE
    },
];

const RESOURCES: &[Lie] = &[
    Lie {
        name: "ids change with every answer",
        tell: |asked, told, memory| {
            if !asked.is_discovery() {
                memory.count += 1;
                let count = memory.count;
                each(told, |r| {
                    if r["id"].is_string() {
                        r["id"] = json!(format!("{count}"));
                    }
                });
            }
        },
        ..LIE
    },
    Lie {
        name: "ids climb out of the collection",
        tell: |asked, told, _| {
            if !asked.is_discovery() {
                each(told, |r| {
                    if r["id"].is_string() {
                        r["id"] = json!("..");
                    }
                });
            }
        },
        ..LIE
    },
    Lie {
        name: "a create is answered with somebody else's account",
        tell: |asked, told, memory| {
            if asked.number == 0 {
                memory.previous = Some(told.clone());
            } else if asked.method == "POST" && asked.path == "/Users" {
                let other = memory.previous.as_ref().unwrap().json()["Resources"][0].clone();
                told.edit(|b| *b = other);
            }
        },
        from: 0,
        words: &["RFC7643-3.1-20"],
        ..LIE
    },
    Lie {
        name: "a create is answered with somebody else's id",
        tell: |asked, told, memory| {
            if asked.number == 0 {
                memory.previous = Some(told.clone());
            } else if asked.method == "POST" && asked.path == "/Users" {
                let other = memory.previous.as_ref().unwrap().json()["Resources"][0]["id"].clone();
                told.edit(|b| b["id"] = other);
            }
        },
        from: 0,
        words: &["RFC7643-3.1-31"],
        ..LIE
    },
    Lie {
        name: "keys stand twice",
        tell: |_, told, _| {
            if told.status() < 300 && told.body.starts_with(b"{") {
                told.body = [b"{\"id\":\"first\",\"totalResults\":1,", &told.body[1..]].concat();
            }
        },
        code: 0,
        words: &["HTTP-04"],
        ..LIE
    },
    Lie {
        name: "text is no UTF-8",
        tell: |_, told, _| {
            let text = String::from_utf8_lossy(&told.body).into_owned();
            told.body = text
                .replace("example.com", "example.\u{1}")
                .into_bytes()
                .into_iter()
                .map(|b| if b == 1 { 0xff } else { b })
                .collect();
        },
        code: 1,
        words: &["RFC7644-3.8-01", "bytes that are no UTF-8"],
        ..LIE
    },
    Lie {
        name: "names with escape sequences and writing turned round",
        tell: |asked, told, _| {
            if !asked.is_discovery() {
                each(told, |r| {
                    for name in ["userName", "displayName"] {
                        if let Some(text) = r[name].as_str().map(|t| format!("{t}{HOSTILE}")) {
                            r[name] = json!(text);
                        }
                    }
                });
            }
        },
        ..LIE
    },
    Lie {
        name: "an account nobody asked for",
        tell: |asked, told, memory| {
            if asked.reads_one() && told.status() == 200 {
                let first = memory.previous.get_or_insert_with(|| told.clone());
                *told = first.clone();
            }
        },
        words: &["HAZARD-WRONG-RESOURCE"],
        ..LIE
    },
    Lie {
        name: "each answer is that of the request before",
        tell: |_, told, memory| {
            let mine = told.clone();
            if let Some(previous) = memory.previous.replace(mine) {
                *told = previous;
            }
        },
        denies: true,
        ..LIE
    },
    Lie {
        name: "everything stored is forgotten",
        tell: |asked, told, _| {
            if asked.method == "GET" && !asked.is_discovery() {
                *told = if asked.path.matches('/').count() == 2 {
                    Told::scim(
                        "404 Not Found",
                        &json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": "404" }),
                    )
                } else {
                    Told::scim(
                        "200 OK",
                        &json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"], "totalResults": 0, "Resources": [] }),
                    )
                };
            }
        },
        denies: true,
        ..LIE
    },
    Lie {
        name: "what is stored is in no list",
        tell: |asked, told, _| {
            if told.is_list() && !asked.is_discovery() {
                told.edit(|b| {
                    b["totalResults"] = json!(0);
                    b["Resources"] = json!([]);
                });
            }
        },
        denies: true,
        ..LIE
    },
    Lie {
        name: "everything is HTML with 200",
        tell: |_, told, _| *told = Told::new("200 OK", "text/html", "<!doctype html><p>Sign in</p>"),
        words: &["RFC7644-3.2-09"],
        ..LIE
    },
    Lie {
        name: "200 without a body",
        tell: |_, told, _| {
            if told.status() < 300 {
                *told = Told::new("200 OK", "application/scim+json", "");
            }
        },
        ..LIE
    },
    Lie {
        name: "a hundred thousand levels",
        tell: |_, told, _| {
            if told.status() < 300 {
                told.body = ["{\"a\":".repeat(100_000), "1".to_owned(), "}".repeat(100_000)].concat().into_bytes();
            }
        },
        ..LIE
    },
    Lie {
        name: "a hundred levels",
        tell: |asked, told, _| {
            if asked.reads_one() {
                let mut deep = json!(1);
                for _ in 0..100 {
                    deep = json!({ "a": deep });
                }
                told.edit(|b| b["name"] = deep);
            }
        },
        ..LIE
    },
    Lie {
        name: "locations at another host with control characters",
        tell: |_, told, _| {
            if told.headers.iter().any(|(n, _)| n == "location") {
                told.set("location", "http://elsewhere.invalid/\u{1b}[2J\u{7f}/Users/1");
            }
            each(told, |r| {
                if r["meta"].is_object() {
                    r["meta"]["location"] = json!("http://elsewhere.invalid/\u{1b}[2J");
                }
            });
        },
        code: 1,
        words: &["RFC7643-3.1-31", "invalid HTTP header"],
        tags: SOME,
        ..LIE
    },
];

const REFUSALS: &[Lie] = &[
    Lie {
        name: "every create is an error in HTML",
        tell: |asked, told, _| {
            if asked.method == "POST" {
                *told = Told::new("500 Internal Server Error", "text/html", "<h1>\u{1b}[31mOops</h1>");
            }
        },
        ..LIE
    },
    Lie {
        name: "every error has 10 MB",
        tell: |asked, told, _| {
            if asked.method != "GET" {
                *told = Told::new(
                    "400 Bad Request",
                    "application/scim+json",
                    format!("{{\"detail\":\"{}\"}}", "no ".repeat(3 << 20)),
                );
            }
        },
        tags: FEW,
        words: &["HTTP-05", "more than 8388608 bytes"],
        ..LIE
    },
    Lie {
        name: "every error tells 2 MB",
        tell: |asked, told, _| {
            if asked.method != "GET" {
                let body = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": "400",
                    "detail": "no ".repeat((2 << 20) / 3) });
                *told = Told::scim("400 Bad Request", &body);
            }
        },
        tags: "@F095",
        ..LIE
    },
    Lie {
        name: "too many requests for ever",
        tell: |_, told, _| *told = Told::new("429 Too Many Requests", "", ""),
        timeout: "3s",
        code: 3,
        words: &["nothing but 429 or 503"],
        ..LIE
    },
    Lie {
        name: "retry after thirty years",
        tell: |_, told, _| {
            *told = Told::new("429 Too Many Requests", "", "");
            told.set("retry-after", "999999999");
        },
        timeout: "3s",
        code: 3,
        words: &["asks for 999999999 s without requests", "longer than 3 s"],
        ..LIE
    },
    Lie {
        name: "retry after the end of time",
        tell: |asked, told, _| {
            if asked.method != "GET" {
                *told = Told::new("429 Too Many Requests", "", "");
                told.set("retry-after", u64::MAX.to_string());
            }
        },
        timeout: "3s",
        code: 3,
        words: &["without requests (Retry-After)"],
        ..LIE
    },
    Lie {
        name: "a storm of 503",
        tell: |asked, told, _| {
            if asked.number % 4 != 0 {
                *told = Told::new("503 Service Unavailable", "text/plain", "busy");
                told.set("retry-after", "99999999999999999999");
            }
        },
        timeout: "4s",
        code: 3,
        words: &["without requests (Retry-After)"],
        ..LIE
    },
    Lie { name: "status 999", tell: |_, told, _| told.line = "HTTP/1.1 999 What".to_owned(), ..LIE },
    Lie {
        name: "the media type is wrong everywhere",
        tell: |_, told, _| {
            if !told.body.is_empty() {
                told.set("content-type", "text/plain");
            }
        },
        ..LIE
    },
];

/// What gateways and content networks say when nothing came through.
const IN_BETWEEN: &[Lie] = &[
    Lie {
        name: "a content network's 522 for every create and update",
        tell: |asked, told, _| {
            if !["GET", "DELETE"].contains(&asked.method.as_str()) {
                *told = Told::new("522 Connection Timed Out", "text/html", "<h1>522</h1>");
            }
        },
        code: 3,
        words: &["was answered 522: a gateway in front of the target got no answer from it"],
        ..LIE
    },
    Lie {
        name: "a 408 for every create and update",
        tell: |asked, told, _| {
            if !["GET", "DELETE"].contains(&asked.method.as_str()) {
                *told = Told::new("408 Request Timeout", "text/html", "<h1>408</h1>");
            }
        },
        code: 3,
        words: &["was answered 408: the request did not come through"],
        ..LIE
    },
];

#[test]
fn what_is_said_in_between_is_no_finding() {
    play(IN_BETWEEN);
}

#[test]
fn lists_that_lie() {
    play(LISTS);
}

#[test]
fn resources_that_lie() {
    play(RESOURCES);
}

#[test]
fn refusals_without_end() {
    play(REFUSALS);
}
