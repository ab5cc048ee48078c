//! `serve` as the tests of other programs start it: where it listens, what it says of itself, and when it stops.

use super::support::{Place, TOKEN, signal, until};
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};

/// Starts it with an open standard input, and hands over what it says of its address.
fn served(place: &Place, args: &[&str]) -> (Child, String) {
    let mut command = place.command(&[&["serve"], args].concat());
    let mut child = command.env("SCIMULATE_TOKEN", TOKEN).stdin(Stdio::piped()).spawn().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap()).lines();
    let base = out.next().unwrap().unwrap().strip_prefix("base URL: ").unwrap().to_owned();
    // It listens to signals once it has said everything.
    let last = out.map_while(Result::ok).find(|line| line == "stop with Ctrl-C");
    assert!(last.is_some());
    (child, base)
}

/// The exit code, once it has ended by itself.
fn code(mut child: Child) -> i32 {
    until("serve has ended", || child.try_wait().unwrap().is_some());
    child.wait().unwrap().code().unwrap_or(-1)
}

#[test]
fn it_ends_with_its_standard_input_if_it_was_told_to() {
    let place = Place::new();
    let (mut child, _) = served(&place, &["--stop-at-eof"]);
    assert!(child.try_wait().unwrap().is_none());
    drop(child.stdin.take());
    assert_eq!(code(child), 0);
    let (mut child, base) = served(&place, &[]);
    drop(child.stdin.take());
    std::thread::sleep(std::time::Duration::from_millis(300));
    assert!(child.try_wait().unwrap().is_none(), "{base} has ended with its standard input");
    signal(&child, "TERM");
    assert_eq!(code(child), 0);
}

#[test]
fn it_stops_when_a_container_is_stopped() {
    for name in ["TERM", "INT"] {
        let (child, _) = served(&Place::new(), &[]);
        signal(&child, name);
        assert_eq!(code(child), 0, "{name}");
    }
}

#[test]
fn it_says_the_address_that_its_clients_use() {
    let place = Place::new();
    let (child, base) = served(&place, &["--public-url", "http://scim.test:8080"]);
    assert_eq!(base, "http://scim.test:8080/scim/v2");
    signal(&child, "TERM");
    assert_eq!(code(child), 0);
    let (child, base) = served(&place, &["--listen", "0.0.0.0"]);
    assert!(base.starts_with("http://127.0.0.1:"), "{base}");
    signal(&child, "TERM");
    assert_eq!(code(child), 0);
    place.run(&["serve", "--public-url", "http://h/scim/v2"]).expect(2, &["--public-url", "more than an address"]);
    place.run(&["serve", "--listen", "localhost"]).expect(2, &["--listen", "invalid IP address"]);
    place.run(&["serve", "--listen", "192.0.2.1"]).expect(3, &["cannot listen on 192.0.2.1"]);
}

#[test]
fn it_is_a_server_of_the_population_where_one_is_named() {
    let place = Place::new();
    place.run(&["serve", "--server", "bulk=nome"]).expect(2, &["did you mean bulk=none?"]);
    place.run(&["serve", "--server", "bulk=none", "--profile", "slack"]).expect(2, &["cannot be used with"]);
    let (child, base) = served(&place, &["--server", "bulk=none,sort=none"]);
    let told = super::support::send(&base, "GET", "/ServiceProviderConfig", "");
    assert_eq!([&told["bulk"]["supported"], &told["sort"]["supported"]], [false, false], "{told}");
    signal(&child, "TERM");
    assert_eq!(code(child), 0);
}
