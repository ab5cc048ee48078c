//! A target that one request ends.

use super::support::{Place, Served};
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What a request line may have, in bytes, before the server behind it ends.
const FATAL: usize = 4_000;

/// A door to a server: what a client sends goes through `changed`, and the door is shut for good where that says so. Its port.
pub(super) fn door(behind: &str, changed: fn(&mut [u8]) -> bool) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (behind, shut) = (format!("127.0.0.1:{behind}"), Arc::new(AtomicBool::new(false)));
    std::thread::spawn(move || {
        for client in listener.incoming() {
            if shut.load(Ordering::SeqCst) {
                return;
            }
            let (Ok(client), Ok(server)) = (client, TcpStream::connect(&behind)) else { return };
            let (mut from, mut to) = (server.try_clone().unwrap(), client.try_clone().unwrap());
            std::thread::spawn(move || std::io::copy(&mut from, &mut to).map(|_| to.shutdown(Shutdown::Both)));
            let shut = shut.clone();
            std::thread::spawn(move || pass(client, server, (changed, &shut), port));
        }
    });
    port
}

fn pass(
    mut client: TcpStream,
    mut server: TcpStream,
    (changed, shut): (fn(&mut [u8]) -> bool, &AtomicBool),
    port: u16,
) {
    let mut chunk = vec![0; 64 << 10];
    while let Ok(length @ 1..) = client.read(&mut chunk) {
        if changed(&mut chunk[..length]) {
            shut.store(true, Ordering::SeqCst);
            // Wakes the listener, so that it ends.
            let _ends = TcpStream::connect(("127.0.0.1", port));
        }
        if shut.load(Ordering::SeqCst) || server.write_all(&chunk[..length]).is_err() {
            break;
        }
    }
    let _both_end = (client.shutdown(Shutdown::Both), server.shutdown(Shutdown::Both));
}

#[test]
fn the_request_that_ends_a_server_is_the_finding_and_comes_last() {
    let place = Place::new();
    let served = Served::start(&place, &[]);
    let fatal = door(served.port(), |sent| sent.len() > FATAL && sent.starts_with(b"GET "));
    let base = served.base.replace(served.port(), &fatal.to_string());
    let args = ["run", "--target", &base, "--token-env", "TOKEN", "--tags", "@protocol and (@heavy or @F151)"];
    let ran = place.run(&[&args[..], &["--report", "json=run.json"]].concat());
    ran.expect(1, &["RFC 7643/7644  not conformant         1", "1 passed, 1 failed", "#1   GET /Users?filter="]);
    let record = place.json("run.json");
    let scenario = |name: &str| {
        let all = record["scenarios"].as_array().unwrap();
        all.iter().find(|s| s["name"].as_str().unwrap().starts_with(name)).unwrap().clone()
    };
    let (ended, other) = (scenario("A filter in thousands of brackets"), scenario("A value created through a filter"));
    assert!(ended["at_ms"].as_f64() > other["at_ms"].as_f64(), "what ends servers was not last");
    let finding = &ended["findings"][0];
    assert_eq!((&ended["outcome"]["kind"], &finding["requirement"]), (&"failed".into(), &"HTTP-03".into()));
    assert!(finding["seen"].as_str().unwrap().contains("nobody listens there"), "{finding}");
    let at = usize::try_from(finding["exchange"].as_u64().unwrap()).unwrap();
    let request = ended["exchanges"][at]["url"].as_str().unwrap();
    assert!(request.len() > FATAL, "{request}");
}
