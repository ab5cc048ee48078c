//! A target of which too little could be judged.

use super::gone::door;
use super::support::{Place, Served};

/// Blanks out what says of an e-mail address which kind it is: it never reaches the server, which then shows none.
fn without_types(sent: &mut [u8]) -> bool {
    for text in [&br#","type":"work""#[..], br#","type":"home""#] {
        while let Some(at) = sent.windows(text.len()).position(|part| part == text) {
            sent[at..at + text.len()].fill(b' ');
        }
    }
    false
}

#[test]
fn a_target_of_which_too_little_could_be_judged_is_not_called_conformant() {
    let place = Place::new();
    let served = Served::start(&place, &[]);
    let base = served.base.replace(served.port(), &door(served.port(), without_types).to_string());
    // Two that need an e-mail address of a kind, and one that does not.
    let tags = "@RFC7644-3.5.2.3-09 or @RFC7644-3.5.2-21 or @RFC7643-4.2-04";
    let args = ["run", "--target", &base, "--token-env", "TOKEN", "--tags", tags, "--report", "json=run.json"];
    place
        .run(&args)
        .expect(3, &["nothing wrong in the 33 % that could be judged", "emails.type", "see to what was in the way"]);
    let record = place.json("run.json");
    assert_eq!(record["coverage"], serde_json::json!({ "judged": 1, "of": 3 }));
    let topics = record["topics"].as_array().unwrap();
    let patch = topics.iter().find(|topic| topic["name"] == "patch").unwrap();
    assert_eq!(
        (&patch["unjudged"][0]["hindrance"], &patch["unjudged"][0]["requirements"]),
        (&"setup".into(), &2.into())
    );
    // The same server with nothing in between.
    let args = ["run", "--target", &served.base, "--token-env", "TOKEN", "--tags", tags];
    place.run(&args).expect(0, &["conformant"]);
}
