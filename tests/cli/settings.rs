//! `scimulate.toml`: what it decides, and where each value comes from. What is wrong with one is in `mistakes`.

use super::support::{Place, Ran, Served, Stub, TOKEN};
use serde_json::Value;

pub(super) const GOOD: &str = r#"
[run]
target = "staging"
[targets.staging]
base_url = "http://127.0.0.1:9/scim/v2"
environment = "test"
profile = "rfc"
for = ["entra"]
headers = { x-tenant = "acme", x-key = { env = "TOKEN" } }
[targets.staging.auth]
kind = "client_credentials"
token_url = "http://127.0.0.1:9/token"
client_id = "me"
client_secret = { env = "TOKEN" }
client_auth = "body"
scope = "scim"
[targets.staging.proxy]
url = "none"
[targets.staging.pace]
jobs = 3
requests_per_second = 50.0
in_flight = 2
max_requests = 10
max_time = "5m"
retries = 1
longest_wait = "5s"
[targets.staging.limits]
scenario = "10s"
request = "5s"
connect = "2s"
[targets.staging.users]
mail_domain = "acme.test"
[targets.staging.users.add]
title = "Tester"
"name.honorificPrefix" = "Dr"
[targets.staging.safety]
max_users = 10
read_only = false
exclusive = true
never_create = ["groups"]
never_delete = ["users"]
[targets.staging.operator.cleanup]
command = ["/bin/true", "{tenant}"]
refused_codes = [1]
time_limit = "5s"
[targets.staging.operator.sign_in]
method = "POST"
url = "https://host.example/users/{userName}"
headers = { authorization = { env = "TOKEN" } }
body = { user = "{userName}" }
accept = [200]
refused = [401]
take = { token = "/a/b" }
"#;

pub(super) fn schema() -> Value {
    serde_json::from_str(include_str!("../../docs/scimulate.schema.json")).unwrap()
}

pub(super) fn fits(text: &str) -> bool {
    let value: Value = serde_json::to_value(toml::from_str::<toml::Value>(text).unwrap()).unwrap();
    jsonschema::validator_for(&schema()).unwrap().is_valid(&value)
}

/// Runs with that file against nobody.
pub(super) fn with(text: &str, args: &[&str]) -> Ran {
    Place::new().with("scimulate.toml", text).run(&[&["run"], args].concat())
}

#[test]
fn every_setting_is_shown_with_its_origin_and_no_secret() {
    let place = Place::new().with("scimulate.toml", GOOD);
    let ran = ended(&place, &["run", "--show-settings", "--seed", "5"], &[("SCIMULATE_RETRIES", "2")]);
    ran.expect(0, &[]);
    for (key, value, origin) in [
        ("target", "staging", "scimulate.toml run.target"),
        ("for", "entra", "scimulate.toml targets.staging.for"),
        ("retries", "2", "env SCIMULATE_RETRIES"),
        ("seed", "5", "flag --seed"),
        ("jobs", "3", "scimulate.toml targets.staging.pace.jobs"),
        ("timeout", "10s", "scimulate.toml targets.staging.limits.scenario"),
        ("auth", "client_credentials, from env TOKEN", "scimulate.toml targets.staging.auth"),
        ("snapshots_dir", "snapshots", "default"),
        ("operator.cleanup", "a command", "scimulate.toml targets.staging.operator.cleanup"),
    ] {
        let line = ran.out.lines().find(|l| l.split_whitespace().next() == Some(key)).unwrap_or_default();
        assert!(line.contains(value) && line.ends_with(origin), "{key}: `{line}`\n{}", ran.out);
    }
}

fn ended(place: &Place, args: &[&str], variables: &[(&str, &str)]) -> Ran {
    super::support::ended(place.command(args).envs(variables.iter().copied()).spawn().unwrap())
}

#[test]
fn flags_beat_the_environment_which_beats_the_file() {
    let place = Place::new().with("scimulate.toml", GOOD);
    let asked = |args: &[&str], variables: &[(&str, &str)]| {
        let ran = ended(&place, &[&["run", "--show-settings"], args].concat(), variables);
        let line = ran.out.lines().find(|l| l.starts_with("for ")).unwrap().to_owned();
        line.split_whitespace().nth(1).unwrap().to_owned()
    };
    let environment = [("SCIMULATE_FOR", "okta,rfc")];
    assert_eq!(asked(&[], &[]), "entra");
    assert_eq!(asked(&[], &environment), "okta,rfc");
    assert_eq!(asked(&["--for", "data"], &environment), "data");
    assert_eq!(asked(&["--reading", "strict"], &environment), "rfc,data");
    let embedded = Place::new();
    let ran = ended(&embedded, &["run", "--show-settings"], &[]);
    let line = ran.out.lines().find(|l| l.starts_with("for ")).unwrap();
    assert_eq!(line.split_whitespace().collect::<Vec<_>>(), ["for", "all", "that", "play", "default"]);
}

#[test]
fn the_schema_accepts_what_the_program_accepts() {
    jsonschema::draft202012::meta::validate(&schema()).unwrap();
    assert!(fits(GOOD));
    with(GOOD, &["--show-settings"]).expect(0, &["base_url"]);
}

#[test]
fn a_misspelt_variable_is_not_passed_over() {
    let place = Place::new();
    ended(&place, &["run", "--show-settings"], &[("SCIMULATE_TIMOUT", "5s")])
        .expect(2, &["SCIMULATE_TIMOUT", "did you mean `SCIMULATE_TIMEOUT`?"]);
    ended(&place, &["run", "--show-settings"], &[("SCIMULATE_TIMEOUT", "soon")])
        .expect(2, &["SCIMULATE_TIMEOUT", "`soon`"]);
    ended(&place, &["run", "--show-settings"], &[("SCIMULATE_JOBS", "0")]).expect(2, &["SCIMULATE_JOBS", "1 to 256"]);
    ended(&place, &["run", "--show-settings"], &[("SCIMULATE_MEMORY", "0")])
        .expect(2, &["SCIMULATE_MEMORY", "in MB and at least 1"]);
}

#[test]
fn a_secret_that_others_may_read_gives_a_warning() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new().with("token", TOKEN);
    let served = Served::start(&place, &[]);
    let text = format!(
        "[targets.x]\nbase_url = \"{}\"\nauth = {{ kind = \"bearer\", token = {{ file = \"token\" }} }}\n",
        served.base
    );
    let place = place.with("scimulate.toml", &text);
    for (mode, warned) in [(0o644, true), (0o600, false)] {
        std::fs::set_permissions(place.path().join("token"), std::fs::Permissions::from_mode(mode)).unwrap();
        let ran = place.run(&["run", "--target", "x", "--preflight-only"]);
        ran.expect(0, &["credential", "accepted"]);
        assert_eq!(ran.err.contains("token can be read by others; chmod 600"), warned, "{ran:#?}");
    }
}

#[test]
fn init_finds_the_base_path_and_never_overwrites() {
    let place = Place::new();
    let served = Served::start(&place, &[]);
    let host = served.base.strip_suffix("/scim/v2").unwrap();
    place
        .run(&["init", host, "--token-env", "TOKEN", "--name", "mine"])
        .expect(0, &[&served.base, "scimulate.toml written"]);
    place.run(&["run", "--target", "mine", "--preflight-only"]).expect(0, &["accepted", "patch, filter"]);
    place.run(&["init", host]).expect(2, &["scimulate.toml could not be written", "--config"]);
    place.run(&["init", "--config", "empty.toml"]).expect(0, &["empty.toml written"]);
    place.run(&["run", "--config", "empty.toml", "--show-settings"]).expect(0, &["all that play"]);
    assert!(fits(&std::fs::read_to_string(place.path().join("scimulate.toml")).unwrap()));
}

#[test]
fn a_named_target_is_production_by_name_or_by_environment() {
    let stub = Stub::answering("200 OK", "{}");
    let by_name = format!("[targets.production]\nbase_url = \"{}\"\n", stub.url);
    let by_word = format!("[targets.x]\nbase_url = \"{}\"\nenvironment = \"Production\"\n", stub.url);
    for (text, name) in [(by_name, "production"), (by_word, "x")] {
        with(&text, &["--target", name]).expect(2, &["--i-may-write", "--read-only"]);
    }
    assert_eq!(stub.heard(), Vec::<String>::new());
}
