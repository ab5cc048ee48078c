//! One defect that makes everything red is named once, in every report.

use super::play::{self, SOME};
use super::proxy::{self, Tell, Told};
use super::support::{Place, Served};

/// What the server does, and words of which one is in each cause that comes of it; the first is told to the reader.
const ROOTS: &[(&str, Tell, &[&str])] = &[
    (
        "every create fails inside",
        |asked, told, _| {
            if asked.method == "POST" {
                *told = Told::new("500 Internal Server Error", "text/plain", "oops");
            }
        },
        &["HTTP-03", "answered 500", "refused: 500"],
    ),
    (
        "every answer has the wrong media type",
        |_, told, _| {
            if !told.body.is_empty() {
                told.set("content-type", "text/plain");
            }
        },
        &["RFC7644-", "Content-Type"],
    ),
];

#[test]
fn one_defect_behind_everything_is_named_in_every_report() {
    for (name, tell, words) in ROOTS {
        let place = Place::new();
        let served = Served::start(&place, &[]);
        let url = proxy::start(&served.base, 1, *tell);
        let (ran, memory) = play::run(&place, &url, &["--tags", SOME]);
        play::expect(&ran, memory, 1, &words[..1]);
        let record = place.json("run.json");
        let failed = record["totals"]["failed"].as_u64().unwrap();
        let causes = record["causes"].as_array().unwrap();
        let of_it = |cause: &&serde_json::Value| words.iter().any(|word| cause.to_string().contains(word));
        let explained: u64 = causes.iter().filter(of_it).map(|cause| cause["explains"].as_u64().unwrap()).sum();
        assert!(explained * 4 >= failed * 3, "{name}: {explained} of {failed} explained: {causes:#?}");
        assert!(causes.first().is_some_and(|cause| of_it(&cause)), "{name}: {causes:#?}");
        for report in ["run.md", "run.html"] {
            let text = std::fs::read_to_string(place.path().join(report)).unwrap();
            assert!(text.contains("What to fix"), "{name}: {report}");
        }
    }
}
