//! A target that gives the token back in every spelling there is, in headers, bodies and error texts: no output has it.

use super::proxy;
use super::support::{Place, Ran, Served, ended};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use scim::secrecy::Spellings;
use std::path::Path;

/// The token: with what each alphabet has to escape.
const CANARY: &str = "c4n/ary+\"Tok=en-7Xq";

/// Each of its bytes, written so.
fn each(write: impl Fn(u8) -> String) -> String {
    CANARY.bytes().map(write).collect()
}

/// It as it may stand within a string of JSON, one spelling an entry.
fn spellings() -> Vec<String> {
    let json = |text: &str| serde_json::to_string(text).unwrap().trim_matches('"').replace("\\\\\"", "\\\\\\\"");
    let plain = CANARY.replace('"', "\\\"");
    let percent = |lower: bool| {
        each(|b| match (b.is_ascii_alphanumeric(), lower) {
            (true, _) => char::from(b).to_string(),
            (_, true) => format!("%{b:02x}"),
            (_, false) => format!("%{b:02X}"),
        })
    };
    vec![
        plain.clone(),
        plain.replace('/', "\\/"),
        plain.replace('+', "\\u002b"),
        each(|b| format!("\\u{b:04x}")),
        json(&plain),
        percent(true),
        percent(false),
        each(|b| format!("%{b:02x}")),
        percent(false).replace('%', "%25"),
        STANDARD.encode(CANARY),
        URL_SAFE_NO_PAD.encode(CANARY),
        STANDARD.encode(format!("user:{CANARY}")),
        each(|b| format!("{b:02x}")),
        each(|b| format!("{b:02X}")),
        plain.to_uppercase(),
        plain.to_lowercase(),
        format!("glued{plain}word"),
        each(|b| format!("&#{b};")),
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
    let lower = text.to_lowercase();
    for (number, spelt) in spellings().iter().enumerate() {
        if lower.contains(&spelt.to_lowercase()) {
            found.push(format!("{what}: spelling {number}, {spelt}"));
        }
    }
    if Spellings::of([CANARY]).within(text) {
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
        &["corrupt", "--kind", "duplicate-users"],
        &["sweep", "--run-tag", "rk3f9"],
    ] {
        let ran = run(args);
        assert_ne!(ran.code, 2, "{args:?}: {}", ran.err);
        checked(&args.join(" "), &ran, &mut found);
    }
    files(place.path(), &mut found);
    let record = place.json("report.json").to_string();
    assert!(record.matches("[redacted]").count() > 100, "the target has said nothing: {record}");
    assert!(found.is_empty(), "{}", found.join("\n"));
}
