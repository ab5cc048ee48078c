//! Our own certificate, where it is asked for: PKCS#12 files as the real `openssl` makes them, old and new, shown to a real
//! nginx that demands one; and the token endpoint that knows a client by it.

use super::access::{Authority, Nginx};
use super::support::{Place, Ran, Served};
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
        let Some(nginx) = Nginx::start(&place, behind, &ca.0.pem(), (&certificate, &key)) else {
            left_out("there is no nginx here (apt-get install nginx-light)");
            return None;
        };
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
            self.nginx.1
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
