//! A world that is in the way: exit code 3 with what happened and what to do, never a finding.

use super::support::{Place, Ran, Served, Stub};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use std::net::TcpListener;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Runs with the token in hand and leaves nothing in the folder.
fn run(target: &str, args: &[&str]) -> Ran {
    let place = Place::new();
    let ran = place.run(&[&["run", "--target", target, "--token-env", "TOKEN"], args].concat());
    assert!(place.names().is_empty(), "{:?}", place.names());
    ran
}

#[test]
fn a_host_name_nobody_knows() {
    run("https://no-such-host.invalid/scim/v2", &["--timeout", "10s"])
        .expect(3, &["no-such-host.invalid", "does not resolve", "typing mistake"]);
}

#[test]
fn a_refused_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/scim/v2", listener.local_addr().unwrap());
    drop(listener);
    run(&url, &[]).expect(3, &[&url, "refused", "is the server running"]);
}

#[test]
fn a_plain_http_port_addressed_as_https() {
    let place = Place::new();
    let served = Served::start(&place, &[]);
    run(&served.base.replace("http:", "https:"), &[]).expect(3, &["TLS failed", "check the scheme too"]);
}

#[test]
fn a_certificate_nobody_signed() {
    let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = Arc::new(config.with_no_client_auth().with_single_cert(vec![made.cert.der().clone()], key).unwrap());
    let stub = Stub::new("https", move |mut stream| {
        let mut tls = rustls::ServerConnection::new(config.clone()).unwrap();
        // The client turns away: that is what is tested.
        while tls.is_handshaking() && tls.complete_io(&mut stream).is_ok() {}
    });
    let ran = run(&stub.url, &[]);
    ran.expect(3, &["TLS failed", "certificate", "signed by an authority this machine trusts"]);
}

#[test]
fn a_token_the_target_does_not_know() {
    let place = Place::new().with("wrong", "some-other-token-than-that");
    let served = Served::start(&place, &[]);
    for credential in [&["--token-file", "wrong"][..], &[]] {
        let ran = place.run(&[&["run", "--target", &served.base], credential].concat());
        ran.expect(3, &["401", "credential was refused", "--token-env"]);
        assert!(!ran.err.contains("some-other-token"), "{ran:#?}");
    }
    served.expect_empty();
}

#[test]
fn an_address_that_answers_html() {
    let stub = Stub::answering("200 OK\r\ncontent-type: text/html", "<!doctype html><p>Sign in</p>");
    run(&stub.url, &[]).expect(3, &["text/html", "no SCIM endpoint", "/scim/v2"]);
}

#[test]
fn a_redirect_does_not_get_the_credential() {
    let elsewhere = Stub::answering("200 OK", "{}");
    let stub = Stub::answering(&format!("307 Temporary Redirect\r\nlocation: {}", elsewhere.url), "");
    run(&stub.url, &[]).expect(3, &["307", &elsewhere.url, "not followed"]);
    assert_eq!(elsewhere.heard(), Vec::<String>::new());
    assert_eq!(stub.heard().len(), 1);
}

#[test]
fn a_target_that_never_answers() {
    let stub = Stub::new("http", |stream| {
        std::thread::spawn(move || {
            std::thread::sleep(Duration::from_secs(30));
            drop(stream);
        });
    });
    let started = Instant::now();
    run(&stub.url, &["--timeout", "1s"]).expect(3, &["no answer within 1 s", "--timeout"]);
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
}

#[test]
fn a_target_that_hangs_up() {
    run(&Stub::new("http", drop).url, &[]).expect(3, &["closed", "look at its log"]);
}

#[test]
fn a_target_that_is_down_for_maintenance() {
    run(&Stub::answering("503 Service Unavailable", "").url, &[]).expect(3, &["503", "try again later"]);
}
