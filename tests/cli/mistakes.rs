//! What is wrong with a `scimulate.toml`: every key of the published schema, misspelt, of another type, and against another
//! key. The keys are taken from the schema, so that a new one is not forgotten.

use super::settings::{GOOD, fits, schema, with};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A table of the file: its path there, and its keys with the schema of each.
struct Table {
    path: String,
    keys: Vec<(String, Value)>,
}

/// The rule behind a reference.
fn rule<'a>(schema: &'a Value, at: &'a Value) -> &'a Value {
    let name = at["$ref"].as_str().and_then(|r| r.strip_prefix("#/$defs/"));
    name.map_or(at, |name| &schema["$defs"][name])
}

/// Every table, each kind once below each kind of table.
fn tables() -> Vec<Table> {
    fn walk(schema: &Value, at: &Value, above: &Value, path: &str, seen: &mut BTreeSet<String>, all: &mut Vec<Table>) {
        let at = rule(schema, at);
        if let Some(either) = at["oneOf"].as_array() {
            either.iter().for_each(|one| walk(schema, one, above, path, seen, all));
        }
        let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
        if at["additionalProperties"].is_object() {
            walk(schema, &at["additionalProperties"], at, &below("x"), seen, all);
        }
        let Some(properties) = at["properties"].as_object() else { return };
        if !seen.insert(format!("{at} below {above}")) {
            return;
        }
        assert_eq!(at["additionalProperties"], false, "{path}: the schema takes any key");
        all.push(Table {
            path: path.to_owned(),
            keys: properties.iter().map(|(key, rule)| (key.clone(), rule.clone())).collect(),
        });
        for (key, value) in properties {
            walk(schema, value, at, &below(key), seen, all);
        }
    }
    let (schema, mut all) = (schema(), Vec::new());
    walk(&schema, &schema, &Value::Null, "", &mut BTreeSet::new(), &mut all);
    all
}

/// A file that has one line in that table.
fn file(table: &str, line: &str) -> String {
    if table.is_empty() { format!("# a comment\n{line}\n") } else { format!("[{table}]\n{line}\n") }
}

#[test]
fn the_schema_has_the_keys_the_program_has_and_no_others() {
    let tables = tables();
    assert!(tables.len() > 14 && tables.iter().any(|t| t.path == "targets.x.operator.cleanup"), "{}", tables.len());
    for table in tables {
        let text = file(&table.path, "zzzz = 1");
        let ran = with(&text, &[]);
        ran.expect(2, &["scimulate.toml:2:1", "unknown key `zzzz`"]);
        assert!(!fits(&text), "{}: the schema takes any key", table.path);
        let listed: BTreeSet<&str> = ran.err.lines().nth(1).unwrap().split('`').skip(1).step_by(2).collect();
        assert_eq!(listed, table.keys.iter().map(|(key, _)| key.as_str()).collect(), "{}", table.path);
    }
}

/// What people write instead of a key.
fn misspelt(key: &str) -> BTreeSet<String> {
    let last = key.chars().last().unwrap();
    let mut all = BTreeSet::from([format!("{key}{last}"), key.replace('_', "-"), key.to_uppercase()]);
    let (mut camel, mut up) = (String::new(), false);
    for letter in key.chars() {
        match letter {
            '_' => up = true,
            _ if std::mem::take(&mut up) => camel.extend(letter.to_uppercase()),
            _ => camel.push(letter),
        }
    }
    all.insert(camel);
    if key.len() > 4 {
        let (head, tail) = key.split_at(key.len() - 2);
        all.insert(key[..key.len() - 1].to_owned());
        all.insert(head.to_owned() + &tail.chars().rev().collect::<String>());
    }
    all.remove(key);
    all
}

#[test]
fn every_misspelt_key_gets_its_place_and_the_right_name() {
    let mut count = 0;
    for table in tables() {
        let keys: Vec<&String> = table.keys.iter().map(|(key, _)| key).collect();
        for (key, _) in &table.keys {
            for wrong in misspelt(key).into_iter().filter(|wrong| !keys.contains(&wrong)) {
                let ran = with(&file(&table.path, &format!("{wrong} = 1")), &[]);
                let told = [
                    "scimulate.toml:2:1",
                    &format!("unknown key `{wrong}`; did you mean `{key}`?"),
                    if table.path.is_empty() { "the top of the file" } else { &table.path },
                ];
                ran.expect(2, &told);
                count += 1;
            }
        }
    }
    assert!(count > 300, "only {count}");
}

#[test]
fn every_key_of_a_wrong_type_gets_its_place_and_its_path() {
    let schema = schema();
    for table in tables() {
        for (key, rule) in &table.keys {
            let path = if table.path.is_empty() { key.clone() } else { format!("{}.{key}", table.path) };
            let validator =
                jsonschema::validator_for(&json!({"$defs": schema["$defs"], "properties": {key.clone(): rule}}))
                    .unwrap();
            let mut some = 0;
            for (wrong, value) in
                [("1", json!(1)), ("true", json!(true)), ("[[1]]", json!([[1]])), ("'hunter2-x'", json!("hunter2-x"))]
            {
                // What `body` may be is said when it is used; a text that is no such word is another test's business.
                let word = value.is_string() && (rule.get("enum").is_some());
                if validator.is_valid(&json!({key.clone(): value})) || key == "body" || word {
                    continue;
                }
                some += 1;
                let ran = with(&file(&table.path, &format!("{key} = {wrong}")), &[]);
                ran.expect(2, &["scimulate.toml:2:", &path]);
                let duration = rule["$ref"] == "#/$defs/duration" && value.is_string();
                assert!(ran.err.contains(" must be ") || duration, "{path} = {wrong}: {ran:#?}");
                for word in ["struct", "u16", "u64", "sequence", "expected"] {
                    assert!(!ran.err.contains(word), "{path} = {wrong}, with `{word}`: {ran:#?}");
                }
                let secret = rule["$ref"] == "#/$defs/secret";
                assert!(!secret || !ran.err.contains("hunter2"), "{path}: {ran:#?}");
            }
            assert!(some > 0 || key == "body", "{path} takes anything");
        }
    }
}

const TARGET: &str = "[targets.x]\nbase_url = \"http://127.0.0.1:9/scim/v2\"\n";

#[test]
fn values_that_cannot_be_are_shown_where_they_stand() {
    for (text, told) in [
        ("pace.jobs = 0", "0 is not in 1 to 256"),
        ("pace.jobs = 3000000", "3000000 is not in 1 to 256"),
        ("pace.requests_per_second = 0.0", "0.01 to 10000"),
        ("pace.in_flight = 0", "pace.in_flight must be a whole number from 1 to 65535"),
        ("pace.retries = -1", "pace.retries must be a whole number from 0"),
        ("limits.request = \"soon\"", "limits.request: `soon` is no duration"),
        ("for = [\"entr\"]", "for: there is no reader `entr` (did you mean `entra`?)"),
        ("safety.never_create = [\"user\"]", "did you mean `users`?"),
        ("environment = \"prodction\"", "did you mean `production`?"),
        ("users.mail_domain = \"a b\"", "no mail domain"),
        ("users.add.\"a[b]\" = 1", "no attribute path"),
        ("users.add.userName = \"x\"", "the IdP itself gives"),
        ("tls.key = \"k\"", "tls.certificate"),
        ("tls.ca = \"nowhere.pem\"", "nowhere.pem"),
        ("tls.passphrase = { env = \"TOKEN\" }", "tls.certificate"),
        ("proxy.url = \"http://u:p@h:1\"", "proxy.user"),
        ("proxy.url = \"ftp://h:1\"", "`ftp://h:1` is no proxy"),
        ("proxy = { url = \"http://h:1\", user = \"u\" }", "belong together"),
        ("auth = { kind = \"bearer\" }", "needs the key `token`"),
        ("auth = { kind = \"bearr\" }", "auth.kind cannot be `bearr`; did you mean `bearer`?"),
        ("auth = { kind = \"bearer\", token = { env = \"TOKEN\", file = \"f\" } }", "a secret is one of"),
        ("auth = { kind = \"bearer\", token = { env = \"NOWHERE\" } }", "NOWHERE is not set"),
        ("auth = { kind = \"basic\", user = \"u\" }", "needs the key `password`"),
        ("headers = { host = \"h\" }", "not for settings"),
        ("headers = { \"a b\" = \"h\" }", "`a b` cannot be sent"),
        ("operator.cleanup = {}", "either a `command` or a `url`"),
        ("operator.cleanup = { command = [] }", "names no program"),
        ("operator.cleanup = { url = \"http://h\", body = 1 }", "`body` is a table"),
        ("operator.sign_in = { command = [\"a\", \"{usrName}\"] }", "did you mean `{userName}`?"),
        ("operator.sign_in = { url = \"http://{userName}/\" }", "host of `url`"),
        ("operator.sign_in = { command = [\"a\"], take = { token = \"a\" } }", "no JSON pointer"),
        ("operator.open_tenant = { command = [\"a\"] }", "belong together"),
    ] {
        let ran = with(&format!("{TARGET}{text}\n"), &["--target", "x"]);
        ran.expect(2, &[told]);
        let elsewhere =
            ["for = ", "tls.ca", "headers = { \"a b", "proxy.url = \"ftp"].iter().any(|start| text.starts_with(start));
        assert!(elsewhere || ran.err.contains("scimulate.toml:"), "{ran:#?}");
    }
    with("[targets.x]\n", &[]).expect(2, &["scimulate.toml:1:1", "targets.x lacks the key `base_url`"]);
    with("[targets.x\n", &[]).expect(2, &["scimulate.toml:1:", "this is no TOML"]);
    with(GOOD, &["--target", "stagin"]).expect(2, &["no target is called `stagin`", "did you mean `staging`?"]);
    with("", &["--config", "nowhere.toml"]).expect(2, &["nowhere.toml", "scimulate init"]);
}

#[test]
fn what_run_says_wrongly_is_told_with_the_key_that_says_it() {
    for (line, told) in [
        ("tags = \"@a and\"", "run.tags: `@a and` is no tag expression"),
        ("idp = [\"okto\"]", "run.idp: there is no identity provider `okto` (did you mean `okta`?)"),
        ("report = [\"jsn=a\"]", "run.report: `jsn` is no report format: did you mean `json`?"),
        ("snapshots = \"chek\"", "run.snapshots: `chek` is no snapshot policy: did you mean `check`?"),
        ("profile = \"slak\"", "run.profile: profile slak: there is none of that name"),
        ("target = \"stagin\"", "run.target: `stagin` is no base URL"),
        ("for = [\"entr\"]", "run.for: there is no reader `entr` (did you mean `entra`?)"),
        ("timeout = \"soon\"", "run.timeout: `soon` is no duration"),
    ] {
        with(&format!("[run]\n{line}\n"), &[]).expect(2, &["scimulate.toml", told]);
    }
}

#[test]
fn keys_that_contradict_one_another_are_told_apart() {
    let bearer = "auth = { kind = \"bearer\", token = { env = \"TOKEN\" } }";
    let oauth = "kind = \"client_credentials\", token_url = \"http://127.0.0.1:9/t\", client_id = \"a\"";
    for (text, args, told) in [
        (
            "auth = { kind = \"bearer\", token = { env = \"TOKEN\" }, user = \"u\" }",
            &[][..],
            "no use for the key `user`",
        ),
        ("auth = { kind = \"none\", token = { env = \"TOKEN\" } }", &[], "no use for the key `token`"),
        (&format!("{bearer}\n[targets.x.auth]\nkind = \"basic\""), &[], "stands in the file already"),
        (&format!("{bearer}\nheaders = {{ Authorization = {{ env = \"TOKEN\" }} }}"), &[], "auth both give the header"),
        (
            "auth = { kind = \"header\", header = \"X-Key\", value = { env = \"TOKEN\" } }\nheaders = { x-key = \"a\" }",
            &[],
            "auth both give the header",
        ),
        ("headers = { authorization = \"Bearer a\" }", &[], "headers.authorization is a credential"),
        ("auth = { kind = \"certificate\" }", &[], "needs the key `tls.certificate`"),
        ("auth = { kind = \"certificate\" }\ntls.certificate = \"c\"", &[], "http://127.0.0.1:9 speaks none"),
        (&format!("auth = {{ {oauth}, client_auth = \"certificate\" }}"), &[], "needs the key `tls.certificate`"),
        (
            &format!("auth = {{ {oauth}, client_auth = \"certificate\", client_secret = {{ env = \"TOKEN\" }} }}"),
            &[],
            "no use for the key `client_secret`",
        ),
        ("tls.token_endpoint = true\ntls.certificate = \"c\"", &[], "auth.token_url names none"),
        (
            &format!("auth = {{ {oauth}, client_secret = {{ env = \"TOKEN\" }} }}\ntls.token_endpoint = true"),
            &[],
            "tls.token_endpoint needs the key `tls.certificate`",
        ),
        (
            &format!(
                "auth = {{ {oauth}, client_secret = {{ env = \"TOKEN\" }} }}\n[targets.x.tls]\ntoken_endpoint = true\ncertificate = \"c\""
            ),
            &[],
            "tls.token_endpoint needs TLS, and http://127.0.0.1:9 speaks none",
        ),
        ("proxy = { url = \"none\", except = [\"h\"] }", &[], "no use for the key `except`"),
        (
            "limits.connect = \"20s\"\nlimits.request = \"5s\"",
            &[],
            "limits.connect (20 s) is longer than limits.request",
        ),
        (
            "limits.request = \"20s\"\nlimits.scenario = \"5s\"",
            &[],
            "limits.request (20 s) is longer than limits.scenario",
        ),
        ("operator.cleanup = { command = [\"a\"], url = \"http://h\" }", &[], "either a `command` or a `url`"),
        ("operator.cleanup = { command = [\"a\"], accept = [200] }", &[], "no use for the key `accept`"),
        ("operator.cleanup = { url = \"http://h\", refused_codes = [1] }", &[], "no use for the key `refused_codes`"),
        ("safety.read_only = true", &["--i-may-write"], "targets.x.safety.read_only that it may not"),
        ("", &["--i-may-write", "--read-only"], "--read-only that it may not"),
    ] {
        let ran = with(&format!("{TARGET}{text}\n"), &[&["--target", "x"], args].concat());
        ran.expect(2, &[told]);
    }
}

#[test]
fn a_secret_where_its_place_belongs_is_not_repeated() {
    let secret = "eyJhbGciOiJub25lIn0.hunter2-hunter2";
    for text in [
        format!("auth = {{ kind = \"bearer\", token = \"{secret}\" }}"),
        format!("auth = {{ kind = \"bearer\", token = {{ env = \"{secret}\" }} }}"),
        format!("auth = {{ kind = \"bearer\", token = {{ value = \"{secret}\" }} }}"),
        format!("auth = {{ kind = \"bearer\", token = {{ env = \"{secret} }} }}"),
        format!("auth = {{ kind = \"basic\", user = 1, password = \"{secret}\" }}"),
        format!("headers = {{ authorization = \"Bearer {secret}\" }}"),
        format!("[targets.x.auth]\nkind = \"bearer\"\ntoken = \"{secret}\""),
        format!("[targets.x.auth.token]\nenv = \"{secret}\""),
        format!("[targets.x.auth]\nkind = \"bearer\"\ntoken = {secret}"),
    ] {
        let ran = with(&format!("{TARGET}{text}\n"), &["--target", "x"]);
        ran.expect(2, &["scimulate.toml:"]);
        assert!(!ran.err.contains("hunter2"), "{text}: {ran:#?}");
    }
    let ran = with("", &["--target", "http://127.0.0.1:9/scim/v2", "--token-env", secret]);
    ran.expect(2, &["never the secret itself"]);
    assert!(!ran.err.contains("hunter2"), "{ran:#?}");
}
