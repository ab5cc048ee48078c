//! One defect that makes everything red is named once, in every report.

use super::play::{self, SOME};
use super::proxy::{self, Tell, Told};
use super::support::{Place, Served};

/// What the server does, what is said of it, and the kind of request.
const ROOTS: &[(&str, Tell, &[&str])] = &[
    (
        "every create fails inside",
        |asked, told, _| {
            if asked.method == "POST" {
                *told = Told::new("500 Internal Server Error", "text/plain", "oops");
            }
        },
        &["HTTP-03", "POST /Users"],
    ),
    (
        "every answer has the wrong media type",
        |_, told, _| {
            if !told.body.is_empty() {
                told.set("content-type", "text/plain");
            }
        },
        &["RFC7644-", "header content-type"],
    ),
];

#[test]
fn one_defect_behind_everything_is_named_in_every_report() {
    for (name, tell, words) in ROOTS {
        let place = Place::new();
        let served = Served::start(&place, &[]);
        let url = proxy::start(&served.base, 1, *tell);
        let (ran, memory) = play::run(&place, &url, &["--tags", SOME]);
        play::expect(&ran, memory, 1, words);
        let record = place.json("run.json");
        let (first, failed) = (&record["causes"][0], record["totals"]["failed"].as_u64().unwrap());
        let explains = first["explains"].as_u64().unwrap();
        assert!(explains * 4 >= failed * 3, "{name}: the first cause explains {explains} of {failed}: {first:#}");
        let requirement = first["requirement"].as_str().unwrap();
        assert!(requirement.starts_with(words[0]), "{name}: {first:#}");
        for report in ["run.md", "run.html"] {
            let text = std::fs::read_to_string(place.path().join(report)).unwrap();
            assert!(text.contains("What to mend") && text.contains(requirement), "{name}: {report}");
        }
    }
}
