//! Our own certificate, where it is asked for: PKCS#12 files as the real `openssl` makes them, old and new, shown to a real
//! nginx that demands one; and the token endpoint that knows a client by it.

use super::access::Authority;
use super::nginx::{Nginx, free_port};
use super::support::{Place, Ran, Served};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::process::{Command, Stdio};

const PASSPHRASE: &str = "hunter2 péché mortel";
const ANY: &[&str] = &["--tags", "@F095", "--idp", "entra/default"];

#[expect(clippy::print_stderr, reason = "whoever reads the test's output learns what was left out")]
fn left_out(why: &str) {
    eprintln!("left out: {why}");
}

/// Runs `openssl pkcs12 -export` in the folder; false where there is no openssl.
fn export(place: &Place, args: &[&str], passphrase: &str) -> bool {
    let mut command = Command::new("openssl");
    command.args(["pkcs12", "-export", "-passout", "env:PASSPHRASE"]).args(args);
    command.current_dir(place.path()).env("PASSPHRASE", passphrase).env("LC_ALL", "C.UTF-8");
    let Ok(output) = command.stdin(Stdio::null()).output() else { return false };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    true
}

/// A provider behind an nginx that demands a certificate, and everything that may be shown to it.
struct Guarded {
    place: Place,
    served: Served,
    nginx: Nginx,
}

impl Guarded {
    /// `None` where nginx or openssl is not there.
    fn start() -> Option<Self> {
        let place = Place::new();
        let served = Served::start(&place, &[]);
        let ca = Authority::new();
        let (certificate, key) = ca.sign("127.0.0.1", |_| {});
        let behind = served.base.strip_suffix("/scim/v2").unwrap();
        let nginx = Nginx::demanding(&place, behind, &ca.0.pem(), (&certificate, &key))?;
        let (own, own_key) = ca.sign("me", |_| {});
        let (below, below_key, between) = ca.sign_through("me", "between");
        for (name, text) in [
            ("ca.pem", &ca.0.pem()),
            ("own.pem", &own),
            ("own.key", &own_key),
            ("below.pem", &below),
            ("below.key", &below_key),
            ("between.pem", &between),
        ] {
            std::fs::write(place.path().join(name), text).unwrap();
        }
        std::fs::write(place.path().join("passphrase"), format!("{PASSPHRASE}\n")).unwrap();
        let own = ["-in", "own.pem", "-inkey", "own.key", "-out"];
        for (args, passphrase) in [
            (&[&own[..], &["new.p12"]].concat()[..], PASSPHRASE),
            (&[&own[..], &["old.pfx", "-legacy"]].concat(), PASSPHRASE),
            (&[&own[..], &["bare.p12"]].concat(), ""),
            (&[&own[..], &["no-mac.p12", "-nomac"]].concat(), PASSPHRASE),
            (&["-in", "own.pem", "-nokeys", "-out", "no-key.p12"], PASSPHRASE),
            (&["-in", "below.pem", "-inkey", "below.key", "-certfile", "between.pem", "-out", "chain.p12"], PASSPHRASE),
        ] {
            if !export(&place, args, passphrase) {
                left_out("there is no openssl here (apt-get install openssl)");
                return None;
            }
        }
        Some(Self { place, served, nginx })
    }

    fn run(&self, tls: &str, args: &[&str]) -> Ran {
        let settings = format!(
            "[targets.x]\nbase_url = \"https://127.0.0.1:{}/scim/v2\"\nauth = {{ kind = \"bearer\", token = {{ env = \"TOKEN\" }} }}\n\
             [targets.x.tls]\nca = \"ca.pem\"\n{tls}\n",
            self.nginx.port
        );
        std::fs::write(self.place.path().join("scimulate.toml"), settings).unwrap();
        let mut command = self.place.command(&[&["run", "--target", "x"], args].concat());
        command.env("PASSPHRASE", PASSPHRASE).env("WRONG", "some-other-one").env("EMPTY", "");
        let ran = super::support::ended(command.spawn().unwrap());
        assert!(!ran.out.contains("hunter2") && !ran.err.contains("hunter2"), "{ran:#?}");
        ran
    }
}

#[test]
fn a_pkcs12_file_is_shown_whoever_made_it() {
    let Some(guarded) = Guarded::start() else { return };
    for passphrase in [
        "{ env = \"PASSPHRASE\" }",
        "{ file = \"passphrase\" }",
        "{ command = [\"/bin/sh\", \"-c\", \"echo $PASSPHRASE\"] }",
    ] {
        for file in ["new.p12", "old.pfx", "no-mac.p12", "chain.p12"] {
            let tls = format!("certificate = \"{file}\"\npassphrase = {passphrase}");
            guarded.run(&tls, &["--preflight-only"]).expect(0, &["the certificate is trusted", "accepted"]);
        }
    }
    guarded.run("certificate = \"bare.p12\"", &["--preflight-only"]).expect(0, &["accepted"]);
    let tls = "certificate = \"new.p12\"\npassphrase = { env = \"PASSPHRASE\" }";
    guarded.run(tls, &[ANY, &["--report", "json=run.json"]].concat()).expect(0, &["conformant", "left as found"]);
    assert!(!std::fs::read_to_string(guarded.place.path().join("run.json")).unwrap().contains("hunter2"));
    let shown = guarded.run(tls, &["--show-settings"]);
    shown.expect(0, &["new.p12, passphrase from env PASSPHRASE", "targets.x.tls.certificate"]);
    guarded.served.expect_empty();
}

#[test]
fn a_pkcs12_file_that_is_of_no_use_is_told_with_the_next_step() {
    let Some(guarded) = Guarded::start() else { return };
    let place = &guarded.place;
    let new = std::fs::read(place.path().join("new.p12")).unwrap();
    std::fs::write(place.path().join("half.p12"), &new[..new.len() / 2]).unwrap();
    let known = "passphrase = { env = \"PASSPHRASE\" }";
    let wrong = "passphrase = { env = \"WRONG\" }";
    for (file, more, told) in [
        ("new.p12", "", "is PKCS#12 with a passphrase; say where that is: tls.passphrase"),
        ("old.pfx", "", "is PKCS#12 with a passphrase"),
        ("no-mac.p12", "", "of a file without a checksum a wrong passphrase (tls.passphrase) shows so too"),
        ("new.p12", wrong, "is not that of "),
        ("old.pfx", wrong, "is not that of "),
        ("bare.p12", wrong, "is not that of "),
        ("no-key.p12", known, "holds no private key, only certificates"),
        ("half.p12", known, "cannot be read as PKCS#12"),
        ("new.p12", "passphrase = { env = \"NOWHERE\" }", "NOWHERE is not set"),
        ("new.p12", "passphrase = { env = \"EMPTY\" }", "the passphrase from environment variable EMPTY is empty"),
        ("new.p12", "passphrase = { file = \"nowhere\" }", "nowhere could not be read"),
        ("new.p12", "key = \"own.key\"", "has its key within; take tls.key out"),
        ("own.pem", "passphrase = { env = \"PASSPHRASE\" }\nkey = \"own.key\"", "a PEM's key has to be unencrypted"),
    ] {
        let ran = guarded.run(&format!("certificate = \"{file}\"\n{more}"), &["--preflight-only"]);
        ran.expect(2, &[told, "scimulate.toml:"]);
        assert!(!ran.err.contains("some-other-one"), "{ran:#?}");
    }
    guarded.run(known, &[]).expect(2, &["tls.passphrase is given without tls.certificate"]);
    guarded.run("certificate = \"new.p12\"\npassphrase = \"hunter2\"", &[]).expect(2, &["never the secret"]);
}

/// A token endpoint behind an nginx that demands a certificate, beside a target that does not ask for one.
struct Endpoint {
    place: Place,
    served: Served,
    /// Takes the client's secret, and a certificate.
    with_secret: u16,
    /// Knows the client by its certificate alone.
    by_certificate: u16,
    secret: String,
    _nginx: Nginx,
}

impl Endpoint {
    fn start() -> Option<Self> {
        let place = Place::new();
        let served = Served::start(&place, &[]);
        let ca = Authority::new();
        let (certificate, key) = ca.sign("127.0.0.1", |_| {});
        let [(me, me_key), (other, other_key)] = ["me", "other"].map(|name| ca.sign(name, |_| {}));
        for (name, text) in [
            ("ca.pem", &ca.0.pem()),
            ("nginx.pem", &certificate),
            ("nginx.key", &key),
            ("me.pem", &(me + &me_key)),
            ("other.pem", &(other + &other_key)),
        ] {
            std::fs::write(place.path().join(name), text).unwrap();
        }
        let made = served.admin("POST", "/oauth-clients", r#"{"client_id":"me","expires_in":3600}"#);
        let secret = made["client_secret"].as_str().unwrap().to_owned();
        std::fs::write(place.path().join("secret"), &secret).unwrap();
        let (with_secret, by_certificate) = (free_port(), free_port());
        let (here, root) = (place.path().display(), served.base.strip_suffix("/scim/v2").unwrap());
        let basic = STANDARD.encode(format!("me:{secret}"));
        let common = format!(
            "ssl; ssl_certificate {here}/nginx.pem; ssl_certificate_key {here}/nginx.key; ssl_client_certificate {here}/ca.pem;\n\
             ssl_verify_client on; access_log {here}/token.log seen; location /oauth/token {{ proxy_pass {root};"
        );
        let servers = format!(
            "log_format seen '$status $ssl_client_s_dn $request_body';\n\
             map $ssl_client_s_dn $known {{ default \"\"; \"CN=me\" \"Basic {basic}\"; }}\n\
             server {{ listen 127.0.0.1:{with_secret} {common} }} }}\n\
             server {{ listen 127.0.0.1:{by_certificate} {common} proxy_set_header Authorization $known; }} }}"
        );
        let nginx = Nginx::start(&place, &servers, with_secret)?;
        Some(Self { place, served, with_secret, by_certificate, secret, _nginx: nginx })
    }

    fn run(&self, port: u16, auth: &str, tls: &str, args: &[&str]) -> Ran {
        let settings = format!(
            "[targets.x]\nbase_url = \"{}\"\n[targets.x.auth]\nkind = \"client_credentials\"\nclient_id = \"me\"\n\
             token_url = \"https://127.0.0.1:{port}/oauth/token\"\n{auth}\n[targets.x.tls]\nca = \"ca.pem\"\n{tls}\n",
            self.served.base
        );
        std::fs::write(self.place.path().join("scimulate.toml"), settings).unwrap();
        let ran = self.place.run(&[&["run", "--target", "x"], args].concat());
        assert!(!ran.out.contains(&self.secret) && !ran.err.contains(&self.secret), "{ran:#?}");
        ran
    }

    /// What the token endpoints were asked since the last time: status, certificate, body.
    fn asked(&self) -> Vec<String> {
        let path = self.place.path().join("token.log");
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        std::fs::File::options().write(true).open(&path).unwrap().set_len(0).unwrap();
        text.lines().map(str::to_owned).collect()
    }
}

#[test]
fn a_token_endpoint_knows_a_client_by_its_certificate_alone() {
    let Some(endpoint) = Endpoint::start() else { return };
    let by =
        |tls: &str, args: &[&str]| endpoint.run(endpoint.by_certificate, "client_auth = \"certificate\"", tls, args);
    by("certificate = \"me.pem\"", &[ANY, &["--report", "json=run.json"]].concat())
        .expect(0, &["conformant", "left as found"]);
    assert_eq!(endpoint.asked(), ["200 CN=me grant_type=client_credentials&client_id=me"]);
    // A certificate of the same authority, and nobody's.
    by("certificate = \"other.pem\"", &["--preflight-only"])
        .expect(3, &["no access token", "answered 401 (invalid_client", "the client's id"]);
    assert_eq!(endpoint.asked(), ["401 CN=other grant_type=client_credentials&client_id=me"]);
    by("", &["--preflight-only"]).expect(2, &["auth.client_auth = \"certificate\" needs the key `tls.certificate`"]);
    assert!(endpoint.asked().is_empty());
    endpoint.served.expect_empty();
}

#[test]
fn a_token_endpoint_that_demands_a_certificate_beside_the_secret_gets_it_when_told_to() {
    let Some(endpoint) = Endpoint::start() else { return };
    let with = |tls: &str, args: &[&str]| {
        let secret = "client_secret = { file = \"secret\" }\nclient_auth = \"body\"";
        endpoint.run(endpoint.with_secret, secret, tls, args)
    };
    // The certificate is the target's, and another host is not shown it unasked.
    with("certificate = \"me.pem\"", &["--preflight-only"])
        .expect(3, &["no access token", "answered 400", "tls.token_endpoint = true"]);
    assert!(endpoint.asked().iter().all(|line| line.starts_with("400 - ")));
    with("certificate = \"me.pem\"\ntoken_endpoint = true", ANY).expect(0, &["conformant", "left as found"]);
    let asked = endpoint.asked();
    assert!(
        asked.len() == 1 && asked[0].starts_with("200 CN=me grant_type=client_credentials&client_id=me&client_secret=")
    );
    endpoint.served.expect_empty();
}
