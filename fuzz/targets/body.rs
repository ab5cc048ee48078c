//! Bytes as the body of every request that takes one.
//!
//! The first byte says which request, as a letter; so a seed is text one can read.
#![no_main]

use libfuzzer_sys::fuzz_target;
use provider::fuzzing::Direct;
use std::cell::RefCell;

thread_local! {
    static SERVICE: RefCell<Direct> = RefCell::new(Direct::new());
}

fuzz_target!(|data: &[u8]| {
    let Some((which, body)) = data.split_first() else { return };
    SERVICE.with_borrow_mut(|service| {
        service.begin_again();
        send(service, *which, body);
    });
});

fn send(service: &mut Direct, which: u8, body: &[u8]) {
    let (user, group) = (format!("/Users/{}", service.user), format!("/Groups/{}", service.group));
    let (method, path) = match which {
        b'u' => ("POST", "/Users"),
        b'U' => ("PUT", user.as_str()),
        b'p' => ("PATCH", user.as_str()),
        b'g' => ("POST", "/Groups"),
        b'G' => ("PUT", group.as_str()),
        b'q' => ("PATCH", group.as_str()),
        b'b' => ("POST", "/Bulk"),
        b's' => ("POST", "/Users/.search"),
        b'S' => ("POST", "/.search"),
        _ => return,
    };
    let (status, answer) = service.send(method, path, body);
    assert!(status != 500 && (200..600).contains(&status), "{method} {path}: {status} {answer:?}");
    if status >= 400 {
        let answer = answer.expect("a refusal has a body");
        assert_eq!(answer["status"], status.to_string());
        assert!(answer["detail"].as_str().is_some_and(|detail| detail.len() < 2048 + body.len()), "{answer}");
    }
    // Whatever came, the service reads what it has, and each resource by its id.
    for path in ["/Users", "/Groups"] {
        let (status, list) = service.send("GET", path, b"");
        assert_eq!(status, 200, "{list:?}");
        let list = list.expect("a list has a body");
        let resources = list["Resources"].as_array().cloned().unwrap_or_default();
        assert_eq!(list["totalResults"].as_u64(), Some(resources.len() as u64), "{list}");
        for resource in resources.iter().take(5) {
            let id = resource["id"].as_str().expect("an id");
            let (status, read) = service.send("GET", &format!("{path}/{id}"), b"");
            assert_eq!((status, read.as_ref()), (200, Some(resource)));
        }
    }
}
