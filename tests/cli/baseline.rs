//! An imperfect server with what is known to be wrong with it.

use super::support::{Place, Served};

#[test]
fn what_is_known_is_expected_what_is_new_fails_and_so_does_what_vanished() {
    let place = Place::new();
    let served = Served::start(&place, &["--port", "0", "--fault", "M095"]);
    let run = |base: &str, more: &[&str]| {
        place
            .run(&[&["run", "--target", base, "--token-env", "TOKEN", "--tags", "@F095 or @F001", "-v"], more].concat())
    };
    run(&served.base, &["--baseline", "none.toml"])
        .expect(2, &["baseline none.toml cannot be read", "--write-baseline"]);
    run(&served.base, &["--write-baseline", "known.toml"]).expect(1, &["HAZARD-GROUP-EMPTIED"]);
    let path = place.path().join("known.toml");
    let written = std::fs::read_to_string(&path).unwrap();
    assert!(written.contains("reason = \"not looked at yet\"") && written.contains("version = 1"), "{written}");

    let reasoned = written.replacen("not looked at yet", "ticket 12", 1);
    std::fs::write(&path, &reasoned).unwrap();
    let known = ["--baseline", "known.toml", "--write-baseline", "again.toml", "--report", "json=run.json"];
    run(&served.base, &known).expect(0, &["nothing new", "failed as expected"]);
    assert_eq!(std::fs::read_to_string(place.path().join("again.toml")).unwrap(), reasoned, "reasons are kept");
    assert!(place.json("run.json")["baseline"]["vanished"].as_array().unwrap().is_empty());

    // One entry less: that failure is new, and the others are still known.
    let entries: Vec<&str> = reasoned.split("[[known]]").collect();
    let fewer = [&entries[..1], &entries[2..]].concat().join("[[known]]");
    std::fs::write(place.path().join("fewer.toml"), fewer).unwrap();
    run(&served.base, &["--baseline", "fewer.toml"]).expect(1, &["NOT conformant", "1 failed", "known since"]);

    // The same address, mended: what was known vanished.
    let port = served.port().to_owned();
    drop(served);
    let mended = Served::start(&place, &["--port", &port]);
    let ran = run(&mended.base, &["--baseline", "known.toml"]);
    ran.expect(1, &["Known findings that vanished", "HAZARD-GROUP-EMPTIED in ", "not as known"]);
    mended.expect_empty();

    std::fs::write(&path, reasoned.replace("version = 1", "version = 7")).unwrap();
    run(&mended.base, &["--baseline", "known.toml"]).expect(2, &["a baseline of version 7, and this program reads 1"]);
    std::fs::write(&path, reasoned.replace(&mended.base, "https://other.example/scim")).unwrap();
    run(&mended.base, &["--baseline", "known.toml"]).expect(2, &["of the target https://other.example/scim"]);
    std::fs::write(&path, reasoned.replace("reason =", "raeson =")).unwrap();
    run(&mended.base, &["--baseline", "known.toml"]).expect(2, &["known.toml: this is no baseline", "raeson"]);
}
