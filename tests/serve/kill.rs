//! What was acknowledged survives a kill, and a misspelt name is said before anything starts.

use super::server::Server;
use super::support::raw::File;
use std::process::Command;

#[tokio::test]
async fn an_acknowledged_write_survives_a_kill() {
    let file = File::new("killed");
    let http = reqwest::Client::builder().no_proxy().pool_max_idle_per_host(0).build().unwrap();
    let mut ids: Vec<String> = Vec::new();
    for round in 0..100 {
        let server = Server::start(&file, &http, "kept");
        if let Some(last) = ids.last() {
            let read = server.scim.get(&format!("/Users/{last}")).await;
            assert_eq!(read.body["userName"], format!("u{}", round - 1), "round {round}");
        }
        ids.push(server.scim.user(&format!("u{round}")).await);
        server.kill();
    }
    let server = Server::start(&file, &http, "kept");
    let list = server.scim.get("/Users?count=200").await;
    server.kill();
    assert_eq!(list.ids(), ids, "every acknowledged write, and nothing else");
}

/// What the program says when it will not start.
fn refused(args: &[&str]) -> (Option<i32>, String) {
    let done = Command::new(env!("CARGO_BIN_EXE_scimulate")).args(args).output().unwrap();
    (done.status.code(), String::from_utf8_lossy(&done.stderr).into_owned())
}

#[test]
fn misspelt_names_are_said_with_what_was_meant() {
    let (code, said) = refused(&["serve", "--profile", "gitlap"]);
    assert_eq!((code, said.contains("did you mean gitlab?")), (Some(2), true), "{said}");
    let (code, said) = refused(&["serve", "--fault", "remove-value-empty-group"]);
    assert_eq!((code, said.contains("did you mean")), (Some(2), true), "{said}");
    let path = std::env::temp_dir().join(format!("scimulate-profile-{}.toml", std::process::id()));
    std::fs::write(&path, "title = \"mine\"\n\n[behaviour.users]\nlongset = { userName = 5 }\n").unwrap();
    let (code, said) = refused(&["serve", "--profile", &path.display().to_string()]);
    let _ = std::fs::remove_file(&path);
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("line 4") && said.contains("did you mean longest?"), "{said}");
}
