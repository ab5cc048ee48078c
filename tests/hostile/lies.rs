//! What a liar says: one entry a lie. Each is true to a server that somebody could write, and none is what nobody could tell.

use super::liar::{Say, Turn, refusal};
use super::proxy::Told;
use super::support::TOKEN;
use super::tenant::id_of;
use serde_json::{Value, json};
use std::time::Duration;

/// It may keep a resident out of what is read before the run.
pub(crate) const HIDES: u8 = 1;
/// It may show a resident as what the run made.
pub(crate) const SHOWS: u8 = 2;
/// It shows nothing but ids.
pub(crate) const BARE: u8 = 4;
/// It gives an id of the run's to a resident.
pub(crate) const MOVES: u8 = 8;
/// It says of what is there that it is not.
pub(crate) const DENIES: u8 = 16;

/// What must not come together: nobody could tell it from the truth.
pub(crate) const NEVER: [u8; 6] =
    [HIDES | SHOWS, HIDES | BARE, MOVES | BARE, MOVES | DENIES, MOVES | SHOWS, DENIES | SHOWS];

/// A lie.
pub(crate) struct Lie {
    pub(crate) name: &'static str,
    pub(crate) kind: u8,
    pub(crate) say: Say,
}

/// Changes the resource that an answer shows, or each that it lists.
fn each(mut told: Told, mut change: impl FnMut(&mut Value)) -> Told {
    told.edit(|body| match body.get_mut("Resources").and_then(Value::as_array_mut) {
        Some(all) => all.iter_mut().for_each(change),
        None => change(body),
    });
    told
}

/// The body that the run sent.
fn sent(turn: &Turn<'_>) -> Value {
    serde_json::from_slice(turn.body).unwrap_or_default()
}

/// What was sent, as a resource of that id.
fn as_made(turn: &Turn<'_>, id: &str) -> Told {
    let mut body = sent(turn);
    body["id"] = json!(id);
    Told::scim("201 Created", &body)
}

/// An answer that says that it did what it was asked.
fn done(turn: &Turn<'_>) -> Told {
    if turn.method == "DELETE" { Told::new("204 No Content", "", "") } else { Told::scim("200 OK", &sent(turn)) }
}

/// Some id of the run's own at the same endpoint.
fn another(turn: &mut Turn<'_>) -> Option<String> {
    let endpoint = turn.path.split('/').nth(1)?.to_owned();
    let all: Vec<String> =
        turn.state.ours.iter().map(|(path, _)| path.clone()).filter(|p| p.contains(&endpoint)).collect();
    (!all.is_empty()).then(|| turn.dice.one(&all))
}

fn writes_to_one(turn: &Turn<'_>) -> bool {
    turn.method != "GET" && id_of(turn.path).is_some()
}

/// What creates are answered with.
const CREATES: &[Lie] = &[
    Lie {
        name: "a create is answered with a resident, and makes nothing",
        kind: 0,
        say: |turn| turn.is_create().then(|| Told::scim("201 Created", &turn.resident().1)),
    },
    Lie {
        name: "a create is answered with a resident, and makes what it should",
        kind: 0,
        say: |turn| {
            let made = turn.is_create().then(|| turn.forward())?;
            Some(Told { body: turn.resident().1.to_string().into_bytes(), ..made })
        },
    },
    Lie {
        name: "a create is answered with a resident's id, and makes what it should",
        kind: 0,
        say: |turn| {
            let made = turn.is_create().then(|| turn.forward())?;
            let other = turn.resident().1["id"].clone();
            Some(each(made, |body| body["id"] = other.clone()))
        },
    },
    Lie {
        name: "a create is answered with a resident's id in capitals, and makes nothing",
        kind: 0,
        say: |turn| {
            let id = turn.is_create().then(|| turn.resident().1["id"].as_str().unwrap_or_default().to_uppercase())?;
            Some(as_made(turn, &id))
        },
    },
    Lie {
        name: "a create is answered with a resident's address",
        kind: 0,
        say: |turn| {
            let mut made = turn.is_create().then(|| turn.forward())?;
            let (path, _) = turn.resident();
            let location = format!("http://{}{}{path}", turn.tenant.host, turn.tenant.root);
            made.set("location", location.as_str());
            Some(each(made, |body| body["meta"]["location"] = json!(location)))
        },
    },
    Lie {
        name: "a create is answered without an id",
        kind: 0,
        say: |turn| {
            let made = turn.is_create().then(|| turn.forward())?;
            Some(each(made, |body| body["id"] = Value::Null))
        },
    },
    Lie {
        name: "a create makes nothing",
        kind: 0,
        say: |turn| turn.is_create().then(|| as_made(turn, "made-up-by-the-liar")),
    },
    Lie {
        name: "a create is refused and made",
        kind: 0,
        say: |turn| {
            let _made = turn.is_create().then(|| turn.forward())?;
            Some(refusal(turn.dice.one(&[
                "409 Conflict",
                "400 Bad Request",
                "500 Internal Server Error",
                "503 Service Unavailable",
            ])))
        },
    },
    Lie {
        name: "a create is made late",
        kind: 0,
        say: |turn| {
            let body = turn.is_create().then(|| turn.body.to_vec())?;
            let (tenant, path) = (turn.tenant.clone(), turn.path.to_owned());
            std::thread::spawn(move || {
                std::thread::sleep(Duration::from_millis(400));
                tenant.ask("POST", &path, "", &body);
            });
            Some(refusal("504 Gateway Timeout"))
        },
    },
    Lie {
        name: "a create is made twice",
        kind: 0,
        say: |turn| {
            let mut body = turn.is_create().then(|| sent(turn))?;
            body["userName"] = json!(format!("again-{}", body["userName"].as_str().unwrap_or_default()));
            turn.tenant.ask("POST", turn.path, "", body.to_string().as_bytes());
            None
        },
    },
    Lie {
        name: "residents come late, with the run's tag in their names",
        kind: 0,
        say: |turn| {
            if turn.is_create() && !turn.state.late {
                turn.state.late = late(turn);
            }
            None
        },
    },
];

/// Residents whose names have the run's tag as a part of a word.
fn late(turn: &mut Turn<'_>) -> bool {
    let text = String::from_utf8_lossy(turn.body).to_lowercase();
    let word = |w: &&str| w.len() == 8 && w.starts_with('r') && w[5..].bytes().all(|b| b.is_ascii_digit());
    let Some(tag) = text.split(|c: char| !c.is_ascii_alphanumeric()).find(word).map(str::to_owned) else {
        return false;
    };
    let (run, number) = tag.split_at(5);
    for (name, external) in [
        (format!("x{tag}@example.com"), "late-1".to_owned()),
        (format!("ada.{tag}x@example.com"), format!("x{tag}")),
        (format!("ada.x{tag}"), format!("{tag}x")),
        (format!("ben.{run}0{number}@example.com"), "late-4".to_owned()),
        (format!("{run}@example.com"), format!("00u{tag}")),
        (format!("cleo.{run}{number}0x@example.com"), "late-6".to_owned()),
    ] {
        let (path, shown) = turn.tenant.settle(&name, &external);
        turn.state.residents.insert(path, shown);
    }
    true
}

/// What reads of one resource are answered with.
const READS: &[Lie] = &[
    Lie {
        name: "reads of one fail",
        kind: 0,
        say: |turn| turn.is_read_of_one().then(|| refusal("503 Service Unavailable")),
    },
    Lie {
        name: "reads of one are forbidden",
        kind: 0,
        say: |turn| turn.is_read_of_one().then(|| refusal("403 Forbidden")),
    },
    Lie {
        name: "reads of one find nothing",
        kind: DENIES,
        say: |turn| turn.is_read_of_one().then(|| refusal("404 Not Found")),
    },
    Lie {
        name: "reads of one show the id alone",
        kind: BARE,
        say: |turn| {
            let told = turn.is_read_of_one().then(|| turn.forward())?;
            Some(each(told, |body| *body = json!({ "id": body["id"] })))
        },
    },
    Lie {
        name: "reads of one show an empty object",
        kind: 0,
        say: |turn| turn.is_read_of_one().then(|| Told::scim("200 OK", &json!({}))),
    },
    Lie {
        name: "reads of one show a list",
        kind: 0,
        say: |turn| {
            let told = turn.is_read_of_one().then(|| turn.forward())?;
            Some(each(told, |body| *body = json!({ "totalResults": 1, "Resources": [body.clone()] })))
        },
    },
    Lie {
        name: "reads of one show a resident",
        kind: 0,
        say: |turn| turn.is_read_of_one().then(|| Told::scim("200 OK", &turn.resident().1)),
    },
    Lie {
        name: "reads of one show a resident under the id that was asked for",
        kind: 0,
        say: |turn| {
            let id = turn.is_read_of_one().then(|| id_of(turn.path).map(str::to_owned))?;
            let other = turn.resident().1;
            Some(each(Told::scim("200 OK", &other), |body| body["id"] = json!(id)))
        },
    },
    Lie {
        name: "reads of a resident show what the run made",
        kind: SHOWS,
        say: |turn| {
            let theirs = turn.is_read_of_one() && turn.state.residents.contains_key(turn.path);
            let (_, ours) = theirs.then(|| turn.state.ours.last().cloned())??;
            let id = id_of(turn.path).map(str::to_owned);
            Some(each(Told::scim("200 OK", &ours), |body| body["id"] = json!(id)))
        },
    },
    Lie {
        name: "reads answer what was asked before",
        kind: SHOWS,
        say: |turn| if turn.is_read_of_one() { turn.state.previous.clone() } else { None },
    },
    Lie {
        name: "ids have another form after the create",
        kind: 0,
        say: |turn| {
            let upper =
                turn.is_read_of_one() && id_of(turn.path).is_some_and(|id| id.bytes().any(|b| b.is_ascii_lowercase()));
            if upper {
                return Some(refusal("404 Not Found"));
            }
            let reads = turn.is_list() || turn.is_read_of_one();
            let path = turn
                .path
                .split('/')
                .map(|s| if s.len() > 9 { s.to_lowercase() } else { s.to_owned() })
                .collect::<Vec<_>>();
            let told = reads.then(|| turn.tenant.ask("GET", &path.join("/"), turn.query, b""))?;
            Some(each(told, |body| body["id"] = json!(body["id"].as_str().unwrap_or_default().to_uppercase())))
        },
    },
];

/// What lists are answered with.
const LISTS: &[Lie] = &[
    Lie {
        name: "lists show residents under the run's names",
        kind: 0,
        say: |turn| {
            let mut told = turn.is_list().then(|| turn.forward())?;
            let ours: Vec<Value> = turn.state.ours.iter().map(|(_, body)| body.clone()).collect();
            let mut ours = ours.iter().cycle();
            told = each(told, |row| {
                if let Some(our) = ours.next() {
                    for name in ["userName", "displayName", "externalId"] {
                        if row[name].is_string() {
                            row[name] = our[name].clone();
                        }
                    }
                }
            });
            Some(told)
        },
    },
    Lie {
        name: "look-ups by name find a resident of that name",
        kind: 0,
        say: |turn| {
            let text = scim::percent::decode_query(turn.query);
            let name = turn.is_list().then(|| text.split('"').nth(1).map(str::to_owned))??;
            let mut other = turn.resident().1;
            let attribute = if turn.path == "/Groups" { "displayName" } else { "userName" };
            other[attribute] = json!(name);
            Some(Told::scim("200 OK", &json!({ "totalResults": 1, "Resources": [other] })))
        },
    },
    Lie {
        name: "filters are ignored",
        kind: 0,
        say: |turn| {
            (turn.is_list() && turn.query.contains("filter=")).then(|| turn.tenant.ask("GET", turn.path, "", b""))
        },
    },
    Lie {
        name: "look-ups find nobody",
        kind: HIDES,
        say: |turn| {
            let looks = turn.is_list() && turn.query.contains("filter=");
            looks.then(|| Told::scim("200 OK", &json!({ "totalResults": 0, "Resources": [] })))
        },
    },
    Lie {
        name: "lists leave some out, and say nothing of it",
        kind: HIDES,
        say: |turn| {
            let mut told = turn.is_list().then(|| turn.forward())?;
            let keep = 1 + turn.dice.below(9);
            told.edit(|body| {
                let mut at = 0;
                if let Some(all) = body["Resources"].as_array_mut() {
                    all.retain(|_| {
                        at += 1;
                        at % 10 != keep
                    });
                }
                body["totalResults"] = json!(90);
            });
            Some(told)
        },
    },
    Lie {
        name: "rows have each other's ids",
        kind: 0,
        say: |turn| {
            let mut told = turn.is_list().then(|| turn.forward())?;
            told.edit(|body| {
                if let Some(all) = body["Resources"].as_array_mut().filter(|all| all.len() > 1) {
                    let ids: Vec<Value> = all.iter().map(|row| row["id"].clone()).collect();
                    let others = ids.iter().cycle().skip(1);
                    all.iter_mut().zip(others).for_each(|(row, id)| row["id"] = id.clone());
                }
            });
            Some(told)
        },
    },
    Lie {
        name: "the first page comes again and again",
        kind: HIDES,
        say: |turn| turn.is_list().then(|| turn.tenant.ask("GET", turn.path, "startIndex=1&count=20", b"")),
    },
    Lie { name: "lists fail", kind: HIDES, say: |turn| turn.is_list().then(|| refusal("500 Internal Server Error")) },
    Lie {
        name: "groups show residents as members",
        kind: 0,
        say: |turn| {
            let told = (turn.method == "GET" && turn.path.starts_with("/Groups")).then(|| turn.forward())?;
            let all: Vec<Value> =
                turn.state.residents.values().filter(|r| r["userName"].is_string()).take(5).cloned().collect();
            Some(each(told, |body| {
                body["members"] = all.iter().map(|r| json!({ "value": r["id"], "display": r["userName"] })).collect();
            }))
        },
    },
];

/// What writes to one resource are answered with.
const WRITES: &[Lie] = &[
    Lie { name: "writes do nothing and say they did", kind: 0, say: |turn| writes_to_one(turn).then(|| done(turn)) },
    Lie {
        name: "a DELETE does nothing and is answered 204",
        kind: 0,
        say: |turn| (writes_to_one(turn) && turn.method == "DELETE").then(|| done(turn)),
    },
    Lie {
        name: "a DELETE is done to something else of the run's",
        kind: 0,
        say: |turn| {
            let other = (writes_to_one(turn) && turn.method == "DELETE").then(|| another(turn))??;
            turn.tenant.ask("DELETE", &other, "", b"");
            Some(done(turn))
        },
    },
    Lie {
        name: "a DELETE is done, and answered 500",
        kind: 0,
        say: |turn| {
            let _done = (writes_to_one(turn) && turn.method == "DELETE").then(|| turn.forward())?;
            Some(refusal("500 Internal Server Error"))
        },
    },
    Lie {
        name: "a deleted id is a resident's from then on",
        kind: MOVES,
        say: |turn| {
            let told = (writes_to_one(turn) && turn.method == "DELETE").then(|| turn.forward())?;
            if told.status() == 204 {
                let (theirs, _) = turn.resident();
                turn.state.aliases.insert(turn.path.to_owned(), theirs);
            }
            Some(told)
        },
    },
    Lie {
        name: "a PUT or PATCH is answered with a resident",
        kind: 0,
        say: |turn| {
            let told = (writes_to_one(turn) && turn.method != "DELETE").then(|| turn.forward())?;
            Some(Told {
                body: turn.resident().1.to_string().into_bytes(),
                ..Told { line: "HTTP/1.1 200 OK".into(), ..told }
            })
        },
    },
    Lie {
        name: "a bulk job is answered with residents' addresses",
        kind: 0,
        say: |turn| {
            let mut told = (turn.path == "/Bulk").then(|| turn.forward())?;
            let base = format!("http://{}{}", turn.tenant.host, turn.tenant.root);
            let (path, _) = turn.resident();
            told.edit(|body| {
                for operation in body["Operations"].as_array_mut().into_iter().flatten() {
                    operation["location"] = json!(format!("{base}{path}"));
                }
            });
            Some(told)
        },
    },
];

/// What befalls any answer.
const ANY: &[Lie] = &[
    Lie {
        name: "an answer lacks its last byte",
        kind: HIDES,
        say: |turn| {
            let mut told = turn.forward();
            told.body.pop();
            Some(told)
        },
    },
    Lie {
        name: "the connection is closed once it is done",
        kind: HIDES,
        say: |turn| Some(Told { pen: Some(|_, _| Ok(())), ..turn.forward() }),
    },
    Lie {
        name: "answers give the token back",
        kind: 0,
        say: |turn| {
            let mut told = turn.forward();
            told.set("x-echo", format!("Bearer {TOKEN}"));
            Some(each(told, |body| {
                if body.is_object() {
                    body["echo"] = json!(TOKEN);
                }
            }))
        },
    },
    Lie { name: "it is busy", kind: HIDES, say: |_| Some(busy()) },
    Lie {
        name: "everything is somebody else's sign-in page",
        kind: HIDES,
        say: |_| Some(Told::new("200 OK", "text/html", "<p>Sign in</p>")),
    },
];

fn busy() -> Told {
    let mut told = refusal("429 Too Many Requests");
    told.set("retry-after", "0");
    told
}

/// All lies.
pub(crate) fn all() -> Vec<&'static Lie> {
    [CREATES, READS, LISTS, WRITES, ANY].into_iter().flatten().collect()
}

/// Those about creates.
pub(crate) fn of_creates() -> Vec<&'static Lie> {
    CREATES.iter().collect()
}
