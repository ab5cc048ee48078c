//! Every way to prove who one is, and what stands between: against real counterparts.

use super::nginx::Nginx;
use super::support::{Place, Served, TOKEN, ended};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair};
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

const ANY: &[&str] = &["--tags", "@F095", "--idp", "entra/default"];

fn run(place: &Place, settings: &str, args: &[&str]) -> super::support::Ran {
    std::fs::write(place.path().join("scimulate.toml"), settings).unwrap();
    place.run(&[&["run", "--target", "x"], args].concat())
}

#[test]
fn a_header_of_the_products_own_and_basic_prove_who_one_is() {
    let basic = "title = \"one with HTTP Basic\"\n[behaviour.access]\nschemes = [\"bearer\", \"basic\"]\n";
    let place = Place::new().with("basic.toml", basic);
    let served = Served::start(&place, &["--profile", "basic.toml"]);
    let made = served.admin("POST", "/basic-accounts", r#"{"name":"ada","password":"correct-horse-basic"}"#);
    assert!(made.is_object(), "{made}");
    let base = format!("[targets.x]\nbase_url = \"{}\"\n", served.base);
    std::fs::write(place.path().join("header"), format!("Bearer {TOKEN}")).unwrap();
    std::fs::write(place.path().join("password"), "correct-horse-basic").unwrap();
    for auth in [
        "{ kind = \"header\", header = \"Authorization\", value = { file = \"header\" } }",
        "{ kind = \"basic\", user = \"ada\", password = { file = \"password\" } }",
        "{ kind = \"bearer\", token = { command = [\"/bin/sh\", \"-c\", \"echo $TOKEN\"] } }",
    ] {
        let ran = run(&place, &format!("{base}auth = {auth}\n"), &[ANY, &["--report", "json=run.json"]].concat());
        ran.expect(0, &["conformant", "left as found"]);
        let record = std::fs::read_to_string(place.path().join("run.json")).unwrap();
        assert!(!record.contains(TOKEN) && !record.contains("correct-horse-basic"));
    }
    run(&place, &format!("{base}auth = {{ kind = \"none\" }}\n"), ANY).expect(3, &["401", "credential was refused"]);
    served.expect_empty();
}

#[test]
fn client_credentials_get_a_token_and_a_fresh_one_when_it_ends_in_the_middle() {
    let place = Place::new();
    let served = Served::start(&place, &[]);
    let made = served.admin("POST", "/oauth-clients", r#"{"client_id":"me","expires_in":3600}"#);
    let secret = made["client_secret"].as_str().unwrap();
    std::fs::write(place.path().join("secret"), secret).unwrap();
    let root = served.base.strip_suffix("/scim/v2").unwrap();
    let settings = |how: &str, secret: &str| {
        format!(
            "[targets.x]\nbase_url = \"{}\"\n[targets.x.auth]\nkind = \"client_credentials\"\ntoken_url = \"{root}/oauth/token\"\n\
             client_id = \"me\"\nclient_secret = {{ file = \"{secret}\" }}\nclient_auth = \"{how}\"\nscope = \"scim\"\n",
            served.base
        )
    };
    for how in ["basic", "body"] {
        run(&place, &settings(how, "secret"), ANY).expect(0, &["conformant"]);
    }
    std::fs::write(place.path().join("wrong"), "some-other-secret").unwrap();
    let ran = run(&place, &settings("basic", "wrong"), ANY);
    ran.expect(3, &["no access token", "/oauth/token answered 401", "the client's id and secret"]);
    assert!(!ran.err.contains("some-other-secret"));

    std::fs::write(place.path().join("scimulate.toml"), settings("basic", "secret")).unwrap();
    let args = ["run", "--target", "x", "--tags", "@group", "--idp", "entra/default", "--report", "json=run.json"];
    let child = place.command(&args).spawn().unwrap();
    place.wait_for_creates(5);
    served.admin("POST", "/clock", r#"{"seconds":4000}"#);
    ended(child).expect(0, &["conformant"]);
    let record = std::fs::read_to_string(place.path().join("run.json")).unwrap();
    assert!(!record.contains(secret));
    served.expect_empty();
}

#[test]
fn a_token_that_ends_in_the_middle_is_no_defect_of_the_target() {
    let place = Place::new();
    let served = Served::start(&place, &[]);
    let made = served.admin("POST", "/tokens", r#"{"name":"short"}"#);
    std::fs::write(place.path().join("token"), made["token"].as_str().unwrap()).unwrap();
    let args =
        ["run", "--target", &served.base, "--token-file", "token", "--tags", "@group", "--report", "json=run.json"];
    let child = place.command(&args).spawn().unwrap();
    place.wait_for_creates(8);
    served.admin("DELETE", "/tokens/short", "");
    ended(child).expect(3, &["refuses the credential that it accepted when the run began", "scimulate sweep"]);
    let totals = &place.json("run.json")["totals"];
    assert!(totals["failed"] == 0 && totals["blocked"].as_u64() > Some(0), "{totals}");
    let ledger = place.ledger().unwrap();
    place
        .run(&["sweep", ledger.to_str().unwrap(), "--target", &served.base, "--token-env", "TOKEN"])
        .expect(0, &["objects removed"]);
    served.expect_empty();
}

/// A proxy that knows GET and friends by absolute URL, and CONNECT; it writes down whom it was asked for.
fn proxy() -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let heard = Arc::new(Mutex::new(Vec::new()));
    let hears = heard.clone();
    std::thread::spawn(move || {
        for client in listener.incoming().map_while(Result::ok) {
            let hears = hears.clone();
            std::thread::spawn(move || through(client, &hears));
        }
    });
    (url, heard)
}

fn through(mut client: TcpStream, heard: &Mutex<Vec<String>>) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && client.read(&mut byte).is_ok_and(|n| n == 1) {
        head.push(byte[0]);
    }
    let text = String::from_utf8_lossy(&head).into_owned();
    let Some(line) = text.lines().next() else { return };
    heard.lock().unwrap().push(text.clone());
    let (method, rest) = line.split_once(' ').unwrap();
    let target = rest.split(' ').next().unwrap();
    let host = target.trim_start_matches("http://").split('/').next().unwrap();
    let Ok(mut server) = TcpStream::connect(host) else { return };
    if method == "CONNECT" {
        client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
    } else {
        server.write_all(text.replacen(&format!("http://{host}"), "", 1).as_bytes()).unwrap();
    }
    let (mut a, mut b) = (client.try_clone().unwrap(), server.try_clone().unwrap());
    let back = std::thread::spawn(move || {
        std::io::copy(&mut b, &mut client).map(|_| client.shutdown(std::net::Shutdown::Both))
    });
    let _either_end = std::io::copy(&mut a, &mut server);
    let _ended = server.shutdown(std::net::Shutdown::Both);
    let _joined = back.join();
}

#[test]
fn a_proxy_is_asked_where_one_is_named_and_not_for_its_exceptions() {
    let place = Place::new();
    let served = Served::start(&place, &[]);
    let (url, heard) = proxy();
    let settings = |except: &str| {
        format!(
            "[targets.x]\nbase_url = \"{}\"\nauth = {{ kind = \"bearer\", token = {{ env = \"TOKEN\" }} }}\n\
             proxy = {{ url = \"{url}\", except = [{except}], user = \"me\", password = {{ env = \"TOKEN\" }} }}\n",
            served.base
        )
    };
    run(&place, &settings(""), &["--preflight-only"]).expect(0, &["accepted"]);
    let first = heard.lock().unwrap().first().cloned().unwrap();
    assert!(first.starts_with("GET http://127.0.0.1:"), "{first}");
    assert!(first.to_lowercase().contains("proxy-authorization: basic"), "{first}");
    let count = heard.lock().unwrap().len();
    run(&place, &settings("\"127.0.0.1\""), &["--preflight-only"]).expect(0, &["accepted"]);
    assert_eq!(heard.lock().unwrap().len(), count);
    // The environment's proxy is not asked for this machine itself.
    std::fs::write(place.path().join("scimulate.toml"), "").unwrap();
    let mut command = place.command(&["run", "--target", &served.base, "--token-env", "TOKEN", "--preflight-only"]);
    ended(command.env("HTTP_PROXY", "http://127.0.0.1:9").spawn().unwrap()).expect(0, &["accepted"]);
}

/// An authority and what it signs.
pub(super) struct Authority(pub(super) CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub(super) fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, "an authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    /// Certificate and key in PEM.
    pub(super) fn sign(&self, name: &str, change: impl Fn(&mut CertificateParams)) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
        change(&mut params);
        (params.signed_by(&key, &self.0).unwrap().pem(), key.serialize_pem())
    }

    /// Certificate, key, and the certificate of an authority below this one that signed it.
    pub(super) fn sign_through(&self, name: &str, between: &str) -> (String, String, String) {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, between);
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        let below = CertifiedIssuer::signed_by(params, KeyPair::generate().unwrap(), &self.0).unwrap();
        let pem = below.pem();
        let (certificate, key) = Authority(below).sign(name, |_| {});
        (certificate, key, pem)
    }
}

#[test]
fn certificates_are_shown_checked_and_explained() {
    let place = Place::new();
    let served = Served::start(&place, &[]);
    let (ca, stranger) = (Authority::new(), Authority::new());
    let (certificate, key) = ca.sign("127.0.0.1", |_| {});
    let behind = served.base.strip_suffix("/scim/v2").unwrap();
    let Some(nginx) = Nginx::demanding(&place, behind, &ca.0.pem(), (&certificate, &key)) else { return };
    let (own, own_key) = ca.sign("me", |_| {});
    let (other, other_key) = stranger.sign("me", |_| {});
    for (name, text) in [
        ("ca.pem", ca.0.pem()),
        ("own.pem", own),
        ("own.key", own_key),
        ("other.pem", other + &other_key),
        ("none.pem", String::from("x")),
    ] {
        std::fs::write(place.path().join(name), text).unwrap();
    }
    let settings = |tls: &str| {
        format!(
            "[targets.x]\nbase_url = \"https://127.0.0.1:{}/scim/v2\"\nauth = {{ kind = \"bearer\", token = {{ env = \"TOKEN\" }} }}\ntls = {{ {tls} }}\n",
            nginx.port
        )
    };
    let look = |tls: &str| run(&place, &settings(tls), &["--preflight-only"]);
    look("").expect(3, &["TLS failed", "tls.ca"]);
    look("ca = \"none.pem\"").expect(2, &["none.pem holds no certificate"]);
    look("ca = \"ca.pem\", certificate = \"none.pem\"")
        .expect(2, &["none.pem holds no certificate with an unencrypted private key"]);
    look("ca = \"ca.pem\", certificate = \"own.pem\", key = \"own.key\"")
        .expect(0, &["the certificate is trusted", "accepted"]);
    run(&place, &settings("ca = \"ca.pem\", certificate = \"own.pem\", key = \"own.key\""), &["--tags", "@F095"])
        .expect(0, &["conformant", "users: 0 before and after"]);
    // An ended certificate of ours is named with its day, whatever the server makes of it.
    let (ended, ended_key) = ca.sign("me", |params| {
        params.not_before = rcgen::date_time_ymd(2001, 1, 1);
        params.not_after = rcgen::date_time_ymd(2002, 3, 4);
    });
    std::fs::write(place.path().join("ended.pem"), ended + &ended_key).unwrap();
    let ran = look("ca = \"ca.pem\", certificate = \"ended.pem\"");
    ran.expect(3, &["look  certificate", "ended.pem (tls.certificate) expired on 2002-03-04", "have a new one made"]);
    run(&place, &settings("ca = \"ca.pem\", certificate = \"ended.pem\""), &[])
        .expect(3, &["ended.pem (tls.certificate) expired on 2002-03-04"]);
    // nginx answers 400 in HTML to those it does not know.
    look("ca = \"ca.pem\"").expect(3, &["400", "no SCIM endpoint"]);
    look("ca = \"ca.pem\", certificate = \"other.pem\"").expect(3, &["400"]);
    served.expect_empty();
}

#[test]
fn an_expired_certificate_and_one_for_another_name_are_told_apart() {
    for (name, expired, told) in
        [("127.0.0.1", true, "the certificate expired on 2002-01-01"), ("elsewhere.example", false, "for another name")]
    {
        let place = Place::new();
        let served = Served::start(&place, &[]);
        let ca = Authority::new();
        let (certificate, key) = ca.sign(name, |params| {
            if expired {
                params.not_before = rcgen::date_time_ymd(2001, 1, 1);
                params.not_after = rcgen::date_time_ymd(2002, 1, 1);
            }
        });
        let behind = served.base.strip_suffix("/scim/v2").unwrap();
        let Some(nginx) = Nginx::demanding(&place, behind, &ca.0.pem(), (&certificate, &key)) else { return };
        std::fs::write(place.path().join("ca.pem"), ca.0.pem()).unwrap();
        let settings = format!(
            "[targets.x]\nbase_url = \"https://127.0.0.1:{}/scim/v2\"\ntls = {{ ca = \"ca.pem\" }}\n",
            nginx.port
        );
        run(&place, &settings, &["--preflight-only"]).expect(3, &["TLS failed", told]);
    }
}
