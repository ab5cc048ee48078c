//! References of a server that a proxy calls by another name, and references that lead nowhere.

use super::play;
use super::proxy::{self, Tell, Told};
use super::support::{Place, Ran, Served};
use serde_json::Value;

/// What is held of references: that they are those of what they stand beside, and that they lead there.
const TAGS: &str = "@RFC7643-4.1.2-26 or @RFC7643-2.3.7-07";

/// The requirements that did not hold.
fn found(tell: Tell) -> (Vec<String>, Ran) {
    let place = Place::new();
    let served = Served::start(&place, &[]);
    let url = proxy::start(&served.base, 1, tell);
    let (ran, _) = play::run(&place, &url, &["--tags", TAGS]);
    let record = place.json("run.json");
    let all = record["findings"].as_array().unwrap().iter();
    (all.map(|f| f["requirement"].as_str().unwrap().to_owned()).collect(), ran)
}

/// Gives every `$ref` of an answer another text; what stands from the resource's endpoint on is handed over.
fn turned(told: &mut Told, turn: fn(&str, &str) -> String) {
    fn walk(value: &mut Value, turn: fn(&str, &str) -> String) {
        match value {
            Value::Array(all) => all.iter_mut().for_each(|v| walk(v, turn)),
            Value::Object(members) => {
                for (name, value) in members {
                    match value {
                        Value::String(text) if name == "$ref" => {
                            let at = text.find("/scim/v2/").unwrap();
                            *text = turn(&text[..at], &text[at + "/scim/v2".len()..]);
                        }
                        other => walk(other, turn),
                    }
                }
            }
            _ => {}
        }
    }
    told.edit(|body| walk(body, turn));
}

#[test]
fn another_host_or_folder_in_front_of_what_is_named_is_no_fault() {
    // Whether another host leads there too is not tried: it is told, and no more.
    let (found_elsewhere, ran) =
        found(|_, told, _| turned(told, |_, path| format!("https://scim.corp.net:8443/identity{path}")));
    assert!(
        found_elsewhere.iter().all(|id| id == "RFC7643-2.3.7-07") && ran.code == 0,
        "{found_elsewhere:?}\n{ran:#?}"
    );
    let ways: [Tell; 3] = [
        |_, told, _| turned(told, |origin, path| format!("{}/scim/v2{path}", origin.replace("http:", "https:"))),
        |_, told, _| turned(told, |_, path| format!("/scim/v2{path}")),
        |_, told, _| turned(told, |_, path| path.trim_start_matches('/').to_owned()),
    ];
    for tell in ways {
        let (found, ran) = found(tell);
        assert!(found.is_empty() && ran.code == 0, "{found:?}\n{ran:#?}");
    }
}

#[test]
fn a_reference_to_something_else_is_told() {
    let ways: [Tell; 3] = [
        |_, told, _| turned(told, |origin, path| format!("{origin}/scim/v2{path}-other")),
        |_, told, _| turned(told, |_, path| format!("https://scim.corp.net/{}", path.replace('/', "?"))),
        |_, told, _| turned(told, |_, path| format!("nested{path}")),
    ];
    for tell in ways {
        let (found, ran) = found(tell);
        let told = |id: &str| found.iter().any(|f| f == id);
        assert!(told("RFC7643-4.1.2-26") && told("RFC7643-4.2-06") && ran.code == 1, "{found:?}\n{ran:#?}");
    }
}

#[test]
fn a_reference_to_the_same_host_is_followed_wherever_it_leads() {
    let (found, ran) = found(|_, told, _| turned(told, |origin, path| format!("{origin}/elsewhere{path}")));
    assert_eq!(found, ["RFC7643-2.3.7-07"], "{ran:#?}");
}
