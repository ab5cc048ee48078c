//! Traffic between a simulated IdP and a server: recorded by the proxy, recognised, replayed elsewhere, shrunk, made a feature.

use super::access::Authority;
use super::support::{Place, Ran, Served, Stub, TOKEN, ended, signal};
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
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
    ran.expect(1, &["POST /Users", "status 201 was recorded, 400 came", "not compared: the recording did not create"]);
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
    on(&place, "replay", &served.base, &["--as-recorded", "--compare", "status"]).expect(0, &["0 were not compared"]);
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

/// A proxy that is told to stop ends, also while somebody neither ends a request nor goes away.
#[test]
fn a_request_that_hangs_does_not_hold_the_proxy() {
    let place = Place::new();
    let served = Served::start(&place, &[]);
    let recording = Recording::start(&place, &served.base, &[]);
    let at = recording.base.trim_start_matches("http://").split('/').next().unwrap();
    let mut hangs = std::net::TcpStream::connect(at).unwrap();
    let head = format!("POST /scim/v2/Users HTTP/1.1\r\nhost: {at}\r\ncontent-length: 100\r\n\r\n{{\"userName\"");
    hangs.write_all(head.as_bytes()).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(300));
    recording.stop(0);
    drop(hangs);
    served.expect_empty();
}

/// A recording of somebody else's tool has secrets in it: they go nowhere, and no header that makes another request of one does.
#[test]
fn what_a_foreign_recording_proves_somebody_with_is_not_passed_on() {
    let place = Place::new();
    let (tell, asked) = std::sync::mpsc::channel();
    let stub = Stub::new("http", move |mut stream| {
        let mut whole = Vec::new();
        let mut piece = [0; 4096];
        stream.set_read_timeout(Some(std::time::Duration::from_millis(200))).unwrap();
        // A read was taken in already; a create ends with its body.
        while let Ok(read @ 1..) = stream.read(&mut piece) {
            whole.extend_from_slice(&piece[..read]);
            if whole.ends_with(b"}") {
                break;
            }
        }
        let (status, body) = match whole.is_empty() {
            true => ("200 OK", r#"{"totalResults":0}"#),
            false => ("201 Created", r#"{"id":"1"}"#),
        };
        let length = body.len();
        let answer = format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}");
        let _nobody_may_listen = stream.write_all(answer.as_bytes());
        let _nobody_may_look = tell.send(String::from_utf8_lossy(&whole).to_lowercase());
    });
    let header = |name: &str, value: &str| serde_json::json!({ "name": name, "value": value });
    let headers = [
        header("X-Api-Key", "k-live-0123456789"),
        header("Authorization", "Bearer live-0123456789"),
        header("X-HTTP-Method-Override", "DELETE"),
        header("Content-Type", "application/scim+json"),
    ];
    let body = r#"{"userName":"ada@x.example","password":"hunter2-and-more"}"#;
    let entry = serde_json::json!({
        "startedDateTime": "2026-01-01T00:00:00Z", "time": 1,
        "request": { "method": "POST", "url": "https://h.example/scim/v2/Users", "headers": headers,
                     "postData": { "mimeType": "application/scim+json", "text": body } },
        "response": { "status": 400, "headers": [], "content": {} },
    });
    let text = serde_json::json!({ "log": { "version": "1.2", "entries": [entry] } }).to_string();
    std::fs::write(place.path().join("x.har"), text).unwrap();
    on(&place, "replay", &stub.url, &["--as-recorded"]).expect(1, &["status 400 was recorded, 201 came"]);
    let sent = asked.try_iter().find(|asked| asked.starts_with("post")).unwrap();
    assert!(sent.contains("ada@x.example"), "{sent}");
    for secret in ["k-live-0123456789", "live-0123456789", "method-override", "hunter2-and-more"] {
        assert!(!sent.contains(secret), "{secret}: {sent}");
    }
    place.run(&["traffic", "to-feature", "x.har", "--out", "x.feature"]).expect(0, &["1 of 1 exchanges"]);
    let feature = std::fs::read_to_string(place.path().join("x.feature")).unwrap();
    assert!(feature.contains("userName") && !feature.contains("hunter2-and-more"), "{feature}");
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
