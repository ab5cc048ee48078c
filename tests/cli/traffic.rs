//! Traffic between a simulated IdP and a server: recorded by the proxy, recognised, replayed elsewhere, shrunk, made a feature.

use super::access::Authority;
use super::support::{Place, Ran, Served, Stub, TOKEN, ended, signal};
use serde_json::Value;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::process::Child;

/// `scimulate traffic record`, under way.
struct Recording {
    child: Option<Child>,
    base: String,
}

impl Recording {
    fn start(place: &Place, target: &str, more: &[&str]) -> Self {
        let args = ["traffic", "record", "--target", target, "--out", "x.har"];
        let listen = if more.contains(&"--listen") { &[][..] } else { &["--listen", "127.0.0.1:0"] };
        let mut child = place.command(&[&args, listen, more].concat()).spawn().unwrap();
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        std::thread::spawn(move || std::io::copy(&mut out, &mut std::io::sink()));
        let base = line.trim().strip_prefix("base URL for the IdP: ").unwrap_or_else(|| panic!("{line}")).to_owned();
        Self { child: Some(child), base }
    }

    fn stop(mut self, code: i32) {
        let child = self.child.take().unwrap();
        signal(&child, "INT");
        let ran = ended(child);
        assert_eq!(ran.code, code, "{ran:#?}");
        ran.decent();
    }

    /// Ends it as a power cut would.
    fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }
}

impl Drop for Recording {
    /// A test that failed leaves no proxy behind.
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _may_have_ended = child.kill();
            let _reaped = child.wait();
        }
    }
}

/// What passes while a simulated Entra tenant provisions, as a recording of that name.
fn recorded(place: &Place, feature: &str) {
    let served = Served::start(place, &[]);
    let recording = Recording::start(place, &served.base, &[]);
    // One scenario after the other: what overlaps may have been handled in another order than it began.
    let args = ["run", "--target", &recording.base, "--token-env", "TOKEN", "--idp", "entra/default", "--jobs", "1"];
    place.run(&[&args[..], &[feature]].concat()).expect(0, &["conformant", "left as found"]);
    recording.stop(0);
    served.expect_empty();
}

fn on(place: &Place, what: &str, base: &str, more: &[&str]) -> Ran {
    place.run(&[&["traffic", what, "x.har", "--target", base, "--token-env", "TOKEN"], more].concat())
}

fn entries(place: &Place, name: &str) -> Vec<Value> {
    place.json(name)["log"]["entries"].as_array().unwrap().clone()
}

#[test]
fn a_simulated_entra_run_is_recorded_recognised_replayed_shrunk_and_made_a_feature() {
    let place = Place::new();
    recorded(&place, "features/group/membership.feature");
    let text = std::fs::read_to_string(place.path().join("x.har")).unwrap();
    assert!(!text.contains(TOKEN) && text.contains("Bearer [redacted]"));
    let all = entries(&place, "x.har");
    assert!(all.len() > 100, "{}", all.len());
    place
        .run(&["traffic", "explain", "x.har"])
        .expect(1, &["looks like Entra ID (entra/default)", "traits that the simulated IdP does not have"]);

    let sound = Served::start(&place, &[]);
    on(&place, "replay", &sound.base, &["--compare", "values"]).expect(0, &["0 differ"]);
    sound.expect_empty();
    let faulty = Served::start(&place, &["--fault", "add-replaces-members"]);
    on(&place, "replay", &faulty.base, &["--compare", "values"]).expect(1, &["members.value: ", "was recorded"]);
    faulty.expect_empty();
    on(&place, "shrink", &sound.base, &["--compare", "values"]).expect(0, &["nothing to shrink"]);
    let ran = on(&place, "shrink", &faulty.base, &["--compare", "values", "--out", "shortest.har"]);
    ran.expect(1, &["requests show it", "POST /Users", "POST /Groups", "PATCH /Groups", "members.display: "]);
    faulty.expect_empty();
    let shortest = entries(&place, "shortest.har");
    // Two people, a group, two additions at the most, and the read that shows it.
    assert!(shortest.len() <= 6, "{} of {}", shortest.len(), all.len());
    place.run(&["traffic", "to-feature", "shortest.har", "--out", "own/x.feature"]).expect(2, &["own/x.feature"]);
    place
        .run(&["traffic", "to-feature", "shortest.har", "--out", "x.feature"])
        .expect(0, &["exchanges are in x.feature"]);
    let run = |base: &str| place.run(&["run", "x.feature", "--target", base, "--token-env", "TOKEN"]);
    run(&sound.base).expect(0, &["1 scenario: 1 passed"]);
    run(&faulty.base).expect(1, &["answered 204 and dropped members"]);
    sound.expect_empty();
    faulty.expect_empty();
}

#[test]
fn a_status_that_differs_is_told_with_its_request_and_nothing_is_left() {
    let place = Place::new();
    recorded(&place, "features/lifecycle/join.feature");
    let served = Served::start(&place, &["--fault", "second-delete-crashes", "--fault", "new-group-inherits-members"]);
    on(&place, "replay", &served.base, &[]).expect(0, &["0 differ"]);
    let refusing = Served::start(&place, &["--profile", "slack"]);
    let ran = on(&place, "replay", &refusing.base, &["--compare", "status"]);
    ran.expect(1, &["POST /Users", "status 201 was recorded, 400 came", "not sent: the recording did not create"]);
    refusing.expect_empty();
    served.expect_empty();
    assert!(place.ledger().is_none(), "what is gone is in no ledger");
}

#[test]
fn a_recording_is_whole_whenever_the_proxy_ends_and_has_no_secret() {
    let place = Place::new();
    let served = Served::start(&place, &[]);
    let mut recording = Recording::start(&place, &served.base, &[]);
    // Okta sends a password with each new account.
    let args = ["corrupt", "--kind", "stale-links", "--target", &recording.base, "--token-env", "TOKEN"];
    place.run(&args).expect(0, &["stale-links"]);
    super::support::until("something is recorded", || {
        std::fs::read_to_string(place.path().join("x.har")).is_ok_and(|text| text.matches("POST").count() > 2)
    });
    recording.kill();
    let all = entries(&place, "x.har");
    let creates = all.iter().filter(|e| e["request"]["method"] == "POST" && e["response"]["status"] == 201);
    let bodies: Vec<&str> = creates.filter_map(|e| e["request"]["postData"]["text"].as_str()).collect();
    let okta: Vec<&&str> = bodies.iter().filter(|body| body.contains("\"password\"")).collect();
    assert!(!okta.is_empty() && okta.iter().all(|body| body.contains(r#""password":"[redacted]""#)), "{bodies:?}");
    use std::os::unix::fs::PermissionsExt as _;
    assert_eq!(std::fs::metadata(place.path().join("x.har")).unwrap().permissions().mode() & 0o777, 0o600);
    // A HAR is what a customer mails: the same file is a state.
    place.run(&["state", "diagnose", "x.har"]).expect(1, &["x.har: a HAR", "stale-link"]);
}

#[test]
fn a_recording_is_replayed_under_its_own_names_on_this_machine_alone() {
    let place = Place::new();
    recorded(&place, "features/lifecycle/change.feature");
    let served = Served::start(&place, &[]);
    on(&place, "replay", &served.base, &["--as-recorded", "--compare", "status"])
        .expect(0, &["0 requests were not sent"]);
    on(&place, "replay", "https://scim.example/v2", &["--as-recorded", "--i-may-write"])
        .expect(2, &["--as-recorded", "on this machine"]);
    on(&place, "replay", "https://scim.example/v2", &[]).expect(2, &["scim.example", "--i-may-write"]);
}

#[test]
fn a_proxy_with_a_certificate_speaks_tls() {
    let place = Place::new();
    let served = Served::start(&place, &[]);
    let ca = Authority::new();
    let (certificate, key) = ca.sign("127.0.0.1", |_| {});
    for (name, text) in [("cert.pem", &certificate), ("key.pem", &key), ("ca.pem", &ca.0.pem())] {
        std::fs::write(place.path().join(name), text).unwrap();
    }
    let recording = Recording::start(&place, &served.base, &["--tls-cert", "cert.pem", "--tls-key", "key.pem"]);
    let base = recording.base.clone();
    assert!(base.starts_with("https://127.0.0.1:"), "{base}");
    let settings = format!(
        "[targets.x]\nbase_url = \"{base}\"\nauth = {{ kind = \"bearer\", token = {{ env = \"TOKEN\" }} }}\n\
         tls = {{ ca = \"ca.pem\" }}\n"
    );
    std::fs::write(place.path().join("scimulate.toml"), settings).unwrap();
    place.run(&["state", "diagnose", "--target", "x"]).expect(0, &["nothing is wrong"]);
    recording.stop(0);
    let all = entries(&place, "x.har");
    assert!(!all.is_empty() && all.iter().all(|e| e["request"]["url"].as_str().unwrap().starts_with("http://")));
    let record =
        |more: &[&str]| place.run(&[&["traffic", "record", "--target", &served.base, "--out", "y.har"], more].concat());
    record(&["--tls-cert", "cert.pem", "--tls-key", "ca.pem"]).expect(2, &["ca.pem holds no unencrypted private key"]);
    record(&["--tls-cert", "key.pem", "--tls-key", "key.pem"]).expect(2, &["key.pem holds no certificate in PEM"]);
    record(&["--tls-cert", "cert.pem"]).expect(2, &["--tls-key"]);
    record(&["--listen", "0.0.0.0:0"]).expect(2, &["would show its token to the network", "--tls-cert"]);
    assert!(!place.names().contains(&"y.har".to_owned()));
}

#[test]
fn a_target_that_is_gone_is_told_to_whoever_asks_and_is_in_the_recording() {
    let place = Place::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let gone = format!("http://{}/scim/v2", listener.local_addr().unwrap());
    drop(listener);
    let recording = Recording::start(&place, &gone, &[]);
    let ran = place.run(&["state", "diagnose", "--target", &recording.base, "--token-env", "TOKEN"]);
    ran.expect(3, &["502"]);
    let elsewhere = recording.base.replace("/scim/v2", "/other");
    place.run(&["state", "diagnose", "--target", &elsewhere, "--token-env", "TOKEN"]).expect(3, &["404"]);
    recording.stop(0);
    let all = entries(&place, "x.har");
    let comment = all[0]["response"]["comment"].as_str().unwrap();
    assert!(comment.contains("no answer: the connection was refused"), "{all:?}");
    place.run(&["traffic", "replay", "x.har", "--target", &gone]).expect(3, &["refused"]);
    place
        .run(&["traffic", "to-feature", "x.har", "--out", "x.feature"])
        .expect(3, &["it was not answered", "nothing of this recording"]);
    assert!(!place.names().contains(&"x.feature".to_owned()));
}

#[test]
fn what_is_typed_wrong_or_is_no_recording_sends_nothing() {
    let stub = Stub::answering("200 OK", "{}");
    let newer = r#"{"log": {"_scimulate": {"recording": 9}, "entries": []}}"#;
    let place = Place::new()
        .with("cut.har", r#"{"log": {"entries": [{"request": {"url"#)
        .with("other.har", "id,userName\n1,ada\n")
        .with("newer.har", newer)
        .with("empty.har", r#"{"log": {"_scimulate": {"recording": 1, "base": "http://h/scim"}, "entries": []}}"#)
        .with("web.har", r#"{"log": {"entries": [{"request": {"method": "GET", "url": "https://h/login"}, "response": {"status": 200}}]}}"#);
    let cases = [
        ("cut.har", 2, "cut.har: the file is cut off"),
        ("other.har", 2, "other.har: line 1 column 1: this is no HTTP Archive"),
        ("newer.har", 2, "a recording of version 9"),
        ("empty.har", 3, "empty.har: there is no exchange in it"),
        ("web.har", 2, "no request in it is about /Users"),
        ("none.har", 2, "none.har"),
    ];
    for (file, code, text) in cases {
        for what in ["replay", "shrink"] {
            place.run(&["traffic", what, file, "--target", &stub.url]).expect(code, &[text]);
        }
        place.run(&["traffic", "explain", file]).expect(code, &[text]);
        place.run(&["traffic", "to-feature", file, "--out", "x.feature"]).expect(code, &[text]);
    }
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = taken.local_addr().unwrap().to_string();
    let record = |out: &str| place.run(&["traffic", "record", "--target", &stub.url, "--out", out, "--listen", &at]);
    record("y.har").expect(2, &["nothing can listen on", &at, "--listen"]);
    record("cut.har").expect(2, &["cut.har is there already"]);
    assert!(!place.names().contains(&"y.har".to_owned()), "{:?}", place.names());
    assert_eq!(stub.heard(), Vec::<String>::new());
}
