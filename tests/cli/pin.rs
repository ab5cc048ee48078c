//! A server with a self-signed certificate, as the real `openssl req -x509` makes it, behind a real nginx: known by its key,
//! and by nothing else.

use super::access::Authority;
use super::nginx::{Nginx, free_port};
use super::support::{Place, Ran, Served};
use std::process::{Command, Stdio};

/// A provider behind nginx with a certificate that openssl has made.
struct Own {
    place: Place,
    _served: Served,
    nginx: Nginx,
    /// Where the same server demands a certificate of ours.
    demanding: u16,
}

/// Runs a line of shell in the folder; `None` where there is no openssl.
fn shell(place: &Place, line: &str) -> Option<String> {
    let mut command = Command::new("/bin/sh");
    command.args(["-ec", line]).current_dir(place.path()).stdin(Stdio::null());
    let output = command.output().ok()?;
    output.status.success().then(|| String::from_utf8(output.stdout).unwrap().trim().to_owned())
}

impl Own {
    #[expect(clippy::print_stderr, reason = "whoever reads the test's output learns what was left out")]
    fn start() -> Option<Self> {
        let place = Place::new();
        let make = |name: &str| {
            let subject = "openssl req -x509 -newkey rsa:2048 -nodes -days 3 -subj /CN=somewhere.example";
            shell(&place, &format!("{subject} -keyout {name}.key -out {name}.pem 2>/dev/null"))
        };
        if make("server").and(make("other")).is_none() {
            eprintln!("left out: there is no openssl here (apt-get install openssl)");
            return None;
        }
        let served = Served::start(&place, &[]);
        let (here, port, demanding) = (place.path().display(), free_port(), free_port());
        let ca = Authority::new();
        let (own, own_key) = ca.sign("me", |_| {});
        std::fs::write(place.path().join("ca.pem"), ca.0.pem()).unwrap();
        std::fs::write(place.path().join("me.pem"), own + &own_key).unwrap();
        let behind = served.base.strip_suffix("/scim/v2").unwrap();
        let common = format!(
            "ssl; ssl_certificate {here}/server.pem; ssl_certificate_key {here}/server.key; location / {{ proxy_pass {behind}; }}"
        );
        let servers = format!(
            "server {{ listen 127.0.0.1:{port} {common} }}\n\
             server {{ listen 127.0.0.1:{demanding} {common} ssl_client_certificate {here}/ca.pem; ssl_verify_client on; }}"
        );
        let nginx = Nginx::start(&place, &servers, port)?;
        Some(Self { place, _served: served, nginx, demanding })
    }

    fn look(&self, tls: &str) -> Ran {
        self.look_at(self.nginx.port, tls)
    }

    fn look_at(&self, port: u16, tls: &str) -> Ran {
        let settings = format!(
            "[targets.x]\nbase_url = \"https://127.0.0.1:{port}/scim/v2\"\nauth = {{ kind = \"bearer\", token = {{ env = \"TOKEN\" }} }}\n\
             [targets.x.tls]\n{tls}\n"
        );
        std::fs::write(self.place.path().join("scimulate.toml"), settings).unwrap();
        self.place.run(&["run", "--target", "x", "--preflight-only"])
    }
}

#[test]
fn a_certificate_that_has_signed_itself_is_taken_where_its_key_is_named_and_nowhere_else() {
    let Some(own) = Own::start() else { return };
    let print = "-pubkey -noout | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | base64";
    let hash = |name: &str| shell(&own.place, &format!("openssl x509 -in {name}.pem {print}")).unwrap();
    let (server, other) = (hash("server"), hash("other"));
    for tls in ["", "ca = \"server.pem\""] {
        own.look(tls).expect(3, &["TLS failed", "tls.pin"]);
    }
    for tls in [
        "pin = \"server.pem\"".to_owned(),
        format!("pin = \"sha256//{server}\""),
        format!("pin = \"sha256//{other};sha256//{server}\""),
    ] {
        own.look(&tls).expect(0, &["the certificate is trusted", "accepted"]);
    }
    own.look_at(own.demanding, "pin = \"server.pem\"").expect(3, &["the certificate is trusted", "answered 400"]);
    own.look_at(own.demanding, "pin = \"server.pem\"\ncertificate = \"me.pem\"").expect(0, &["accepted"]);
    let told = format!("the server's public key is sha256//{server}, and tls.pin is another");
    for tls in ["pin = \"other.pem\"".to_owned(), format!("pin = \"sha256//{other}\"")] {
        own.look(&tls).expect(3, &[&told, "otherwise somebody else has answered"]);
    }
}

#[test]
fn a_pin_that_is_of_no_use_is_told_before_anything_is_sent() {
    let place = Place::new();
    for (pin, base, told) in [
        ("sha256//AAAA", "https", "base64 of a public key's SHA-256"),
        ("nowhere.pem", "https", "nowhere.pem could not be read"),
        ("scimulate.toml", "https", "holds no certificate in PEM"),
        ("sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "http", "the base URL is no https"),
    ] {
        let settings =
            format!("[targets.x]\nbase_url = \"{base}://127.0.0.1:1/scim/v2\"\n[targets.x.tls]\npin = \"{pin}\"\n");
        std::fs::write(place.path().join("scimulate.toml"), settings).unwrap();
        place.run(&["run", "--target", "x", "--preflight-only"]).expect(2, &[told, "scimulate.toml"]);
    }
}
