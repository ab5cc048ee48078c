//! Sweeps of servers with lawful and unlawful habits: what is reported as removed is gone, and nothing else is.

use super::proxy::{Told, message};
use super::support::{Place, Ran};
use serde_json::{Value, json};
use std::io::{BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

const ADA: &str = "ada.rk3f9001@example.com";
const TAG: &str = "rk3f9";

/// How the server behaves.
#[derive(Clone, Copy)]
struct Habits {
    /// How it spells userName.
    user_name: &'static str,
    /// How it spells totalResults; empty for not at all.
    total: &'static str,
    /// The total told, unless truly.
    told: Option<usize>,
    /// Whether the total is text.
    total_is_text: bool,
    /// Whether ids are JSON numbers.
    numbers: bool,
    /// Whether a filter has an effect.
    filters: bool,
    /// The most resources of one page.
    page: usize,
    /// Whether the last page comes again and again.
    endless: bool,
    /// Whether DELETE only sets active to false.
    deactivates: bool,
    /// Whether DELETE answers 204 and does nothing.
    pretends: bool,
    /// What a read of one resource is answered with, unless truly.
    read: Option<u16>,
    /// Whether a create is answered with the first user, and makes nothing.
    answers_with_first: bool,
    /// Whether users are shown by their id alone.
    nameless: bool,
}

const SOUND: Habits = Habits {
    user_name: "userName",
    total: "totalResults",
    told: None,
    total_is_text: false,
    numbers: false,
    filters: true,
    page: 1000,
    endless: false,
    deactivates: false,
    pretends: false,
    read: None,
    answers_with_first: false,
    nameless: false,
};

/// A server with some users, by number and name.
struct Server {
    base: String,
    users: Arc<Mutex<Vec<(usize, String, bool)>>>,
    /// Method and path of each request, without the query.
    heard: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn start(habits: Habits, names: &[&str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}/scim/v2", listener.local_addr().unwrap());
        let users = names.iter().enumerate().map(|(n, name)| (n + 1, (*name).to_owned(), true)).collect();
        let server = Self { base, users: Arc::new(Mutex::new(users)), heard: Arc::default() };
        let (users, heard) = (server.users.clone(), server.heard.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let _the_client_may_turn_away = answer(stream, habits, &users, &heard);
            }
        });
        server
    }

    fn names(&self) -> Vec<String> {
        self.users.lock().unwrap().iter().map(|(_, name, _)| name.clone()).collect()
    }

    /// What was written to that was there already. What a scenario makes up carries its tag.
    fn writes(&self) -> Vec<String> {
        let heard = self.heard.lock().unwrap();
        let writes = heard.iter().filter(|line| !line.starts_with("GET") && line.contains(" /Users/"));
        writes.filter(|line| !line.ends_with("/.search") && !line.contains("/nobody-r")).cloned().collect()
    }

    fn heard(&self, what: &str) -> usize {
        self.heard.lock().unwrap().iter().filter(|line| line.starts_with(what)).count()
    }
}

fn answer(
    mut stream: TcpStream,
    habits: Habits,
    users: &Mutex<Vec<(usize, String, bool)>>,
    heard: &Mutex<Vec<String>>,
) -> std::io::Result<()> {
    let Some((head, sent)) = message(&mut BufReader::new(stream.try_clone()?))? else { return Ok(()) };
    let mut words = head.split(' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let target = target.strip_prefix("/scim/v2").unwrap_or(target);
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    heard.lock().unwrap().push(format!("{method} {path}"));
    let mut users = users.lock().unwrap();
    let shown = |(number, name, active): &(usize, String, bool)| {
        let id = if habits.numbers { json!(number) } else { json!(number.to_string()) };
        if habits.nameless {
            json!({ "id": id })
        } else {
            json!({ "id": id, habits.user_name: name, "active": active })
        }
    };
    let told = match (method, path.strip_prefix("/Users/")) {
        ("GET", Some(_)) if habits.read.is_some() => {
            Told::scim(&format!("{} no", habits.read.unwrap_or_default()), &json!({}))
        }
        (method, Some(id)) => match users.iter().position(|(number, ..)| number.to_string() == id) {
            None => Told::scim("404 Not Found", &json!({ "status": "404" })),
            Some(at) if method == "DELETE" => {
                if habits.deactivates {
                    users[at].2 = false;
                } else if !habits.pretends {
                    users.remove(at);
                }
                Told::new("204 No Content", "", "")
            }
            Some(at) => Told::scim("200 OK", &shown(&users[at])),
        },
        ("POST", None) if path == "/Users" => {
            if !habits.answers_with_first {
                let name =
                    serde_json::from_slice::<Value>(&sent).unwrap()["userName"].as_str().unwrap_or("?").to_owned();
                let number = users.iter().map(|(number, ..)| *number).max().unwrap_or(0) + 1;
                users.insert(0, (number, name, true));
            }
            Told::scim("201 Created", &shown(&users[0]))
        }
        ("GET", None) if path == "/Users" => list(habits, query, users.iter().map(shown).collect()),
        ("GET", None) if path == "/Groups" => list(habits, "", Vec::new()),
        _ => Told::scim("404 Not Found", &json!({ "status": "404" })),
    };
    stream.write_all(&[told.head(), told.body].concat())?;
    stream.flush()
}

fn list(habits: Habits, query: &str, all: Vec<Value>) -> Told {
    let asked = |name: &str| query.split('&').find_map(|m| m.strip_prefix(&format!("{name}=")));
    let wanted = asked("filter").map(|f| f.replace("%20", " ").replace("%22", "\"").replace("%40", "@"));
    let matches = |user: &Value| match &wanted {
        Some(filter) if habits.filters => {
            user[habits.user_name].as_str().is_some_and(|name| filter.ends_with(&format!(" eq \"{name}\"")))
        }
        _ => true,
    };
    let all: Vec<Value> = all.into_iter().filter(matches).collect();
    let from = asked("startIndex").and_then(|s| s.parse::<usize>().ok()).unwrap_or(1);
    let count = asked("count").and_then(|s| s.parse::<usize>().ok()).unwrap_or(usize::MAX).min(habits.page);
    let from = if habits.endless { 1 } else { from };
    let page: Vec<Value> = all.iter().skip(from - 1).take(count).cloned().collect();
    let mut body = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"], "Resources": page });
    if !habits.total.is_empty() {
        let total = habits.told.filter(|_| wanted.is_none()).unwrap_or(all.len());
        body[habits.total] = if habits.total_is_text { json!(total.to_string()) } else { json!(total) };
    }
    Told::scim("200 OK", &body)
}

/// A ledger with a line for each entry: the user's name, and its id where that is known.
fn ledger(place: &Place, base: &str, entries: &[(&str, Option<&str>)]) -> PathBuf {
    let path = place.path().join("ledger-rk3f9.jsonl");
    let mut text = String::new();
    for (number, (key, id)) in entries.iter().enumerate() {
        let entry =
            json!({ "number": number, "scenario": 0, "base": base, "endpoint": "/Users", "key": key, "id": null });
        text += &format!("{}\n", json!({ "intent": entry }));
        if let Some(id) = id {
            text += &format!("{}\n", json!({ "created": { "number": number, "id": id } }));
        }
    }
    std::fs::write(&path, text).unwrap();
    path
}

/// The same, after a line that says that these were there before the run.
fn after(place: &Place, base: &str, there: &[&str], entries: &[(&str, Option<&str>)]) -> PathBuf {
    let path = ledger(place, base, entries);
    let before = json!({ "before": { "base": base, "endpoint": "/Users", "ids": there, "whole": true } });
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("{before}\n{text}")).unwrap();
    path
}

fn sweep(place: &Place, base: &str, ledger: &std::path::Path) -> Ran {
    place.run(&["sweep", ledger.to_str().unwrap(), "--target", base, "--token-env", "TOKEN"])
}

fn by_tag(place: &Place, base: &str) -> Ran {
    place.run(&["sweep", "--run-tag", TAG, "--target", base, "--token-env", "TOKEN"])
}

#[test]
fn what_a_sweep_calls_removed_is_gone_however_the_server_spells_and_pages() {
    for (what, habits) in [
        ("UserName", Habits { user_name: "UserName", ..SOUND }),
        ("ids as numbers", Habits { numbers: true, ..SOUND }),
        ("filters ignored, small pages", Habits { filters: false, page: 2, ..SOUND }),
        (
            "all of it",
            Habits { user_name: "USERNAME", numbers: true, filters: false, page: 2, total: "TotalResults", ..SOUND },
        ),
        ("no total", Habits { total: "", filters: false, page: 2, ..SOUND }),
    ] {
        for id in [None, Some("4")] {
            let place = Place::new();
            let server = Server::start(habits, &["resident1", "resident2", "resident3", ADA]);
            let ledger = after(&place, &server.base, &["1", "2", "3"], &[(ADA, id)]);
            let ran = sweep(&place, &server.base, &ledger);
            ran.expect(0, &["1 of 1 object removed"]);
            assert_eq!(server.names(), ["resident1", "resident2", "resident3"], "{what}: {ran:#?}");
            assert!(!ledger.exists(), "{what}");
        }
        let place = Place::new();
        let server = Server::start(habits, &["resident1", "resident2", "resident3", ADA]);
        by_tag(&place, &server.base).expect(0, &["1 of 1 object removed"]);
        assert_eq!(server.names(), ["resident1", "resident2", "resident3"], "{what}, by the run's id");
    }
}

#[test]
fn what_is_not_proven_ours_is_left_and_told() {
    let resident = |id| (ADA, Some(id));
    for (what, habits, there, entry) in [
        ("the read fails", Habits { read: Some(503), ..SOUND }, &[][..], resident("1")),
        ("the read is forbidden", Habits { read: Some(403), ..SOUND }, &[], resident("1")),
        ("an id alone is shown", Habits { nameless: true, ..SOUND }, &["1"], resident("1")),
        (
            "an id alone is shown, and nothing is known of before",
            Habits { nameless: true, ..SOUND },
            &[],
            resident("1"),
        ),
        ("the DELETE pretends", Habits { pretends: true, ..SOUND }, &["1"], resident("2")),
    ] {
        let place = Place::new();
        let server = Server::start(habits, &["resident1", ADA]);
        let ledger = if there.is_empty() {
            ledger(&place, &server.base, &[entry])
        } else {
            after(&place, &server.base, there, &[entry])
        };
        let ran = sweep(&place, &server.base, &ledger);
        ran.expect(3, &["left: /Users/", "0 of 1 object removed"]);
        assert_eq!(server.names(), ["resident1", ADA], "{what}: {ran:#?}");
        assert!(habits.pretends || server.heard("DELETE") == 0, "{what}");
        assert!(ledger.exists(), "{what}");
    }
}

#[test]
fn a_delete_that_deactivates_is_told_as_what_it_is() {
    let place = Place::new();
    let server = Server::start(Habits { deactivates: true, ..SOUND }, &["resident1", ADA]);
    let ledger = after(&place, &server.base, &["1"], &[(ADA, Some("2"))]);
    for deletes in [1, 1] {
        sweep(&place, &server.base, &ledger).expect(3, &["deactivated, still listed", "0 of 1 object removed"]);
        assert_eq!((server.heard("DELETE"), ledger.exists()), (deletes, true));
    }
}

/// What its run could only make inactive is named as that, and the ledger that names it stays.
#[test]
fn a_run_against_a_target_that_only_deactivates_calls_nothing_removed() {
    let place = Place::new();
    let server = Server::start(Habits { deactivates: true, ..SOUND }, &["resident1"]);
    let run = ["run", "-v", "--target", &server.base, "--token-env", "TOKEN", "--tags", "@F112", "--timeout", "20s"];
    let ran = place.run(&run);
    let left = server.names().len() - 1;
    assert!(left > 0 && server.heard("DELETE") > 0, "{ran:#?}");
    let told = format!("deactivated, still listed: {left} object");
    assert!(ran.err.contains(&told) && !ran.err.contains("left on the target; remove with"), "{ran:#?}");
    assert!(ran.out.contains("NOT left as found") && !ran.out.contains("removed when the run ended"), "{ran:#?}");
    let ledger = place.ledger().unwrap();
    sweep(&place, &server.base, &ledger).expect(3, &["deactivated, still listed", &format!("0 of {left} object")]);
}

#[test]
fn several_ledgers_are_swept_in_one_command_and_a_damaged_line_is_left_alone() {
    let place = Place::new();
    let server = Server::start(SOUND, &["resident1", ADA, "ben.rk3f9001@example.com"]);
    let one = after(&place, &server.base, &["1"], &[(ADA, Some("2"))]);
    let two = place.path().join("ledger-two.jsonl");
    std::fs::rename(&one, &two).unwrap();
    let one = after(&place, &server.base, &["1"], &[("ben.rk3f9001@example.com", Some("3"))]);
    let text = std::fs::read_to_string(&one).unwrap();
    std::fs::write(&one, format!("{text}{{\"created\":{{\"number\":0,\n{{\"intent\":{{\"num")).unwrap();
    let all = ["sweep", one.to_str().unwrap(), two.to_str().unwrap(), "--target", &server.base, "--token-env", "TOKEN"];
    let ran = place.run(&all);
    ran.expect(3, &["2 of 2 objects removed", "ledger-rk3f9.jsonl, line 4"]);
    assert_eq!(server.names(), ["resident1"], "{ran:#?}");
    assert!(one.exists() && !two.exists(), "what a damaged line stood for is not known");
}

#[test]
fn a_run_goes_only_where_it_knows_that_few_live() {
    let run = ["--token-env", "TOKEN", "--tags", "@F112", "--idp", "okta/custom"];
    for (what, total, is_text, code, words) in [
        ("another spelling", "TotalResults", false, 3, "has 250 users, more than 200"),
        ("a total as text", "totalResults", true, 3, "has 250 users, more than 200"),
        ("no total, and no end of pages", "", false, 3, "how many users"),
    ] {
        let place = Place::new();
        let names: Vec<String> = (0..250).map(|n| format!("resident{n}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let habits = Habits { total, total_is_text: is_text, endless: total.is_empty(), ..SOUND };
        let server = Server::start(habits, &names);
        place
            .run(&[&["run", "-v", "--target", &server.base], &run[..]].concat())
            .expect(code, &[words, "--i-may-write"]);
        assert_eq!(server.heard("POST"), 0, "{what}");
    }
    // Few enough, counted page by page where the server tells no total.
    let place = Place::new();
    let server = Server::start(Habits { total: "", page: 2, ..SOUND }, &["resident1", "resident2", "resident3"]);
    let ran = place.run(&[&["run", "-v", "--target", &server.base], &run[..]].concat());
    assert!(server.heard("POST") > 0, "{ran:#?}");
    assert_eq!(server.names(), ["resident1", "resident2", "resident3"], "{ran:#?}");
}

#[test]
fn a_create_that_is_answered_with_a_resident_costs_nobody_anything() {
    for (what, habits) in [
        ("shown by an id alone", Habits { nameless: true, ..SOUND }),
        ("a read is forbidden", Habits { read: Some(403), ..SOUND }),
        ("a read fails", Habits { read: Some(503), ..SOUND }),
        ("shown whole", SOUND),
    ] {
        let place = Place::new();
        let server = Server::start(Habits { answers_with_first: true, ..habits }, &["resident1", "resident2"]);
        let ran = place.run(&against(&server));
        assert_eq!(server.writes(), [""; 0], "{what}: {ran:#?}");
        assert_eq!(server.names(), ["resident1", "resident2"], "{what}");
    }
}

/// A few people and groups, everything told.
fn against(server: &Server) -> [&str; 10] {
    let tags = "@F112 or @F095";
    ["run", "-v", "--target", &server.base, "--token-env", "TOKEN", "--tags", tags, "--timeout", "20s"]
}

#[test]
fn where_more_live_than_are_counted_nothing_is_written_to_without_the_tag() {
    let names: Vec<String> = (0..600).map(|n| format!("resident{n}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    for (what, habits, creates) in [
        ("shown by an id alone", Habits { nameless: true, ..SOUND }, true),
        ("reads fail", Habits { read: Some(500), ..SOUND }, true),
        ("reads find nothing", Habits { read: Some(404), ..SOUND }, true),
        ("shown whole", SOUND, true),
        ("names cannot be looked up", Habits { filters: false, ..SOUND }, false),
        ("the total is too low", Habits { told: Some(40), ..SOUND }, true),
    ] {
        let place = Place::new();
        let server = Server::start(Habits { answers_with_first: true, ..habits }, &names);
        let ran = place.run(&[&against(&server)[..], &["--i-may-write"]].concat());
        assert_eq!(server.writes(), [""; 0], "{what}: {ran:#?}");
        assert_eq!(server.heard("POST /Users") > 0, creates, "{what}: {ran:#?}");
        assert_eq!(server.names().len(), 600, "{what}");
    }
}

#[test]
fn a_sweep_takes_no_host_from_a_ledger() {
    let place = Place::new();
    let server = Server::start(SOUND, &["resident1", ADA]);
    let ledger = after(&place, &server.base, &["1"], &[(ADA, Some("2"))]);
    let by_ledger = ["sweep", ledger.to_str().unwrap(), "--token-env", "TOKEN"];
    place.run(&by_ledger).expect(2, &["no setting names that host", "--target http://127.0.0.1"]);
    // Of two ledgers the second is refused: then the first is left as well.
    let other = place.path().join("other.jsonl");
    std::fs::write(&other, std::fs::read_to_string(&ledger).unwrap().replace("127.0.0.1", "127.0.0.2")).unwrap();
    let both = [ledger.to_str().unwrap(), other.to_str().unwrap(), "--target", &server.base];
    place.run(&[&["sweep"], &both[..], &["--token-env", "TOKEN"]].concat()).expect(2, &["not sent to another host"]);
    assert_eq!(server.heard(""), 0);
    let place = place.with("scimulate.toml", &format!("[targets.x]\nbase_url = \"{}\"\n", server.base));
    place.run(&by_ledger).expect(0, &["1 of 1 object removed"]);
    assert_eq!(server.names(), ["resident1"]);
}

#[test]
fn two_sweeps_by_one_runs_id_exclude_each_other() {
    let place = Place::new();
    let server = Server::start(SOUND, &["resident1", ADA]);
    let folder = place.path().join(".scimulate");
    std::fs::create_dir(&folder).unwrap();
    let lock = std::fs::File::create(folder.join("sweep-rk3f9.lock")).unwrap();
    lock.lock().unwrap();
    by_tag(&place, &server.base).expect(3, &["another sweep by the run's id rk3f9 is at work"]);
    assert_eq!(server.heard(""), 0);
    drop(lock);
    by_tag(&place, &server.base).expect(0, &["1 of 1 object removed"]);
    assert!(!folder.exists());
}
