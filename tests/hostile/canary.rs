//! A target that gives the token back in every spelling there is, in headers, bodies and error texts: no output has it.

use super::proxy;
use super::support::{ADMIN, Place, Ran, Served, ended};
use super::tenant::{self, USER};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use scim::percent::encode_part;
use scim::secrecy::Spellings;
use std::path::Path;

const FORM: &str = "application/x-www-form-urlencoded";

/// The token: with what each alphabet has to escape.
const CANARY: &str = "c4n/ary+\"Tok=en-7Xq";

/// The token as it may stand within a string of JSON, one spelling an entry.
fn spellings() -> Vec<String> {
    spelt(CANARY)
}

/// A secret as it may stand within a string of JSON, one spelling an entry.
fn spelt(secret: &str) -> Vec<String> {
    let each = |write: &dyn Fn(u8) -> String| secret.bytes().map(write).collect::<String>();
    let json = |text: &str| serde_json::to_string(text).unwrap().trim_matches('"').replace("\\\\\"", "\\\\\\\"");
    let plain = secret.replace('"', "\\\"");
    let percent = |lower: bool| {
        each(&|b| match (b.is_ascii_alphanumeric(), lower) {
            (true, _) => char::from(b).to_string(),
            (_, true) => format!("%{b:02x}"),
            (_, false) => format!("%{b:02X}"),
        })
    };
    vec![
        plain.clone(),
        plain.replace('/', "\\/"),
        plain.replace('+', "\\u002b"),
        each(&|b| format!("\\u{b:04x}")),
        json(&plain),
        percent(true),
        percent(false),
        each(&|b| format!("%{b:02x}")),
        percent(false).replace('%', "%25"),
        STANDARD.encode(secret),
        URL_SAFE_NO_PAD.encode(secret),
        STANDARD.encode(format!("user:{secret}")),
        each(&|b| format!("{b:02x}")),
        each(&|b| format!("{b:02X}")),
        plain.to_uppercase(),
        plain.to_lowercase(),
        format!("glued{plain}word"),
        each(&|b| format!("&#{b};")),
    ]
}

/// Errors, headers and members that echo.
fn echo(asked: &proxy::Asked, told: &mut proxy::Told) {
    let all = spellings().iter().map(|s| format!("\"{s}\"")).collect::<Vec<_>>().join(",");
    for (number, spelt) in spellings().iter().enumerate() {
        told.set(&format!("x-echo-{number}"), spelt.as_str());
    }
    let text = String::from_utf8_lossy(&told.body).into_owned();
    if asked.method == "POST" && asked.path == "/Groups" {
        let detail = spellings().join(" ");
        told.line = "HTTP/1.1 400 Bad Request".into();
        told.body = format!(
            "{{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:Error\"],\"status\":\"400\",\"detail\":\"{detail}\"}}"
        )
        .into_bytes();
    } else if let Some(rest) = text.strip_prefix('{') {
        let names = spellings().iter().enumerate().map(|(n, s)| format!("\"e{n}-{s}\":{n},")).collect::<String>();
        told.body = format!("{{\"title\":\"{}\",{names}\"echo\":[{all}],{rest}", spellings()[3]).into_bytes();
    }
}

/// Fails if the token is in a text in any spelling.
fn without(what: &str, text: &str, found: &mut Vec<String>) {
    without_secret(CANARY, what, text, found);
}

fn without_secret(secret: &str, what: &str, text: &str, found: &mut Vec<String>) {
    let lower = text.to_lowercase();
    for (number, spelt) in spelt(secret).iter().enumerate() {
        if lower.contains(&spelt.to_lowercase()) {
            found.push(format!("{what}: spelling {number}, {spelt}"));
        }
    }
    if Spellings::of([secret]).within(text) {
        found.push(format!("{what}: a spelling of another kind"));
    }
}

fn files(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
            continue;
        }
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        without(&name, &std::fs::read_to_string(&path).unwrap(), found);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
            if mode != 0o600 {
                found.push(format!("{name} has the mode {mode:o}"));
            }
        }
    }
}

fn checked(what: &str, ran: &Ran, found: &mut Vec<String>) {
    without(&format!("standard output of {what}"), &ran.out, found);
    without(&format!("standard error of {what}"), &ran.err, found);
    assert!(!ran.err.contains("panicked"), "{what}: {}", ran.err);
}

#[test]
fn no_output_of_any_command_has_the_token_in_any_spelling() {
    let place = Place::new();
    let served = Served::with_token(&place, &[], CANARY);
    let url = proxy::start(&served.base, 0, |asked, told, _| echo(asked, told));
    let run = |args: &[&str]| {
        let args = [args, &["--target", &url, "--token-env", "CANARY"]].concat();
        ended(place.command(&args).env("CANARY", CANARY).spawn().unwrap())
    };
    // What a directory says has not come over the wire, where secrets are taken out first.
    let person = |(n, spelt): (usize, &String)| {
        format!("{{\"externalId\":\"x{n}\",\"userName\":\"{spelt}\",\"displayName\":\"missing {spelt}\"}}")
    };
    let is_json = |text: &String| serde_json::from_str::<serde_json::Value>(text).is_ok();
    let people: Vec<String> = spellings().iter().enumerate().map(person).filter(is_json).collect();
    let elsewhere = Place::new().with("people.json", &format!("{{\"people\":[{}]}}", people.join(",")));
    let directory = elsewhere.path().join("people.json").display().to_string();
    let mut found = Vec::new();
    for format in ["terminal", "json", "junit", "sarif", "github", "markdown", "har", "html", "events"] {
        let (file, tags) = (format!("{format}=report.{format}"), "@F112 or @F095");
        let more = ["--idp", "okta/custom", "--report", &file, "--report", format];
        let ran = run(&[&["run", "--tags", tags][..], &more].concat());
        assert!([1, 3].contains(&ran.code), "{}\n{}", ran.out, ran.err);
        checked(format, &ran, &mut found);
    }
    for args in [
        &["run", "--preflight-only"][..],
        &["run", "--show-settings"],
        &["state", "diagnose", "--report", "json=state.json"],
        &["state", "diagnose", "--directory", &directory, "--report", "json=missing.json"],
        &["corrupt", "--kind", "duplicate-users"],
        &["sweep", "--run-tag", "rk3f9"],
    ] {
        let ran = run(args);
        assert_ne!(ran.code, 2, "{args:?}: {}", ran.err);
        checked(&args.join(" "), &ran, &mut found);
    }
    files(place.path(), &mut found);
    let missing = place.json("missing.json").to_string();
    assert!(missing.matches("[redacted]").count() > 10, "the directory was not told of: {missing}");
    let record = place.json("report.json").to_string();
    assert!(record.matches("[redacted]").count() > 100, "the target has said nothing: {record}");
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// A client that puts what proves who it is into everything it sends.
fn indiscreet(host: &str, secret: &str) {
    let say = |method: &str, target: &str, body: &str| tenant::ask(host, method, target, secret, body.as_bytes());
    for (n, spelt) in spelt(secret).iter().enumerate() {
        let quoted = encode_part(spelt);
        say("GET", &format!("/scim/v2/Users?filter=userName%20eq%20%22{quoted}%22"), "");
        say("GET", &format!("/scim/v2/Users?{quoted}=1&filter={quoted}&x={}", encode_part(&quoted)), "");
        say("GET", &format!("/scim/v2/Users/{quoted}"), "");
        say("GET", &format!("/t/{quoted}/scim/v2/Users"), "");
        say("GET", &format!("/nowhere/{quoted}"), "");
        let user = format!(
            "{{\"schemas\":[\"{USER}\"],\"userName\":\"{n}.{spelt}\",\"title\":\"a {spelt} b\",\"{spelt}\":[{{\"x\":\"{spelt}\"}}]}}"
        );
        say("POST", "/scim/v2/Users", &user);
        say("POST", "/scim/v2/Users", &format!("{{\"schemas\":[\"{spelt}\"]}}"));
        say("POST", "/oauth/token", &format!("client_id={quoted}&client_secret={quoted}&grant_type={quoted}"));
    }
}

#[test]
fn nothing_that_a_served_provider_shows_has_what_its_clients_prove_themselves_with() {
    let place = Place::new();
    let served = Served::with_token(&place, &["--fault", "token-echoed"], CANARY);
    let host = format!("127.0.0.1:{}", served.port());
    let client = served.admin("POST", "/oauth-clients", r#"{"client_id":"me","expires_in":3600}"#);
    let secret = client["client_secret"].as_str().unwrap();
    let basic = STANDARD.encode(format!("me:{secret}"));
    let form = "grant_type=client_credentials";
    let granted =
        tenant::exchange(&host, "POST", "/oauth/token", &format!("Basic {basic}"), FORM, form.as_bytes()).json();
    let access = granted["access_token"].as_str().unwrap_or_else(|| panic!("{granted}"));
    let mut found = Vec::new();
    let mut shown = 0;
    for secret in [CANARY, secret, access, "somebody-elses-0123456789"] {
        indiscreet(&host, secret);
        let log = tenant::ask(&host, "GET", "/admin/exchanges", ADMIN, b"");
        let log = String::from_utf8(log.body).unwrap();
        shown += log.matches("[redacted]").count();
        for page in ["/", "/page/page.js"] {
            let page = String::from_utf8(tenant::ask(&host, "GET", page, "", b"").body).unwrap();
            without_secret(secret, "the page", &page, &mut found);
        }
        without_secret(secret, "the log of exchanges", &log, &mut found);
    }
    assert!(shown > 200, "nothing was told: {shown}");
    assert!(found.is_empty(), "{}", found.join("\n"));
}
