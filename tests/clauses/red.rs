//! Each clause that the features claim to prove, seen red: played against servers that lie, it is found broken by one of them.

use super::catalogue::{scenarios, tags};
use super::liar::{LIES, Lie, start};
use provider::{Clock, Provider, Settings};
use scim::schema::Registry;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};

/// Clauses no liar here breaks, and why.
const UNSEEN: &[(&str, &str)] = &[
    ("RFC7643-4.1.1-29", "the provider behind the liars changes no passwords, so the scenario is skipped"),
    ("RFC7644-3.11-06", "the provider behind the liars has nobody's /Me, so the scenario is skipped"),
    ("RFC7644-3.11-07", "the provider behind the liars has nobody's /Me, so the scenario is skipped"),
];

/// What follows where a liar breaks a plainer clause, and is not told beside it.
const FOLLOWS: &[(Lie, &[&str])] = &[(
    Lie::Blind,
    &["RFC7644-3.4.2.5-05", "RFC7644-3.4.2.5-06", "RFC7644-3.10-05", "RFC7644-3.4.2.2-24", "RFC7643-2.4-06"],
)];

/// What is played against a liar: everything, but for lies about few things; and where much depends on rarer kinds of attributes
/// and resources, a provider that has them.
fn sites(lie: Lie) -> Vec<(Registry, &'static str)> {
    let plain = |features| (Registry::default(), features);
    let rare = || (Registry::with_file(include_str!("rare.json")).unwrap(), "features/rfc/schema.feature");
    match lie {
        Lie::Loose => vec![plain("features/rfc/schema.feature"), plain("features/rfc/etag.feature")],
        Lie::Curt => vec![plain("features/rfc/schema.feature")],
        Lie::Sticky => vec![plain("features/rfc/replace.feature")],
        Lie::Parrot => vec![rare()],
        Lie::Garbled => vec![plain("features/rfc"), rare(), (wide(), "features/rfc/discovery.feature")],
        Lie::Open | Lie::Coarse | Lie::Careless => vec![plain("features/rfc")],
        Lie::Chatty => vec![plain("features/rfc/create.feature")],
        Lie::Contrary | Lie::Empty | Lie::Blind | Lie::Idle | Lie::Echo => vec![plain("features/rfc"), rare()],
    }
}

/// The provider with one kind of resource more.
fn wide() -> Registry {
    Registry::with_file(include_str!("../../crates/provider/tests/requirements/devices.json")).unwrap()
}

/// Plays features against a target and gives the requirements found broken.
fn broken(target: &str, token: &str, features: &str) -> BTreeSet<String> {
    let place = std::env::temp_dir().join(format!(
        "scimulate-red-{}-{}",
        std::process::id(),
        target.rsplit(':').next().unwrap().replace('/', "-")
    ));
    std::fs::create_dir_all(&place).unwrap();
    // Nobody else is on this server: where somebody might be, a server that lies about whose an object is gets no write to it.
    let settings = format!("[targets.liar]\nbase_url = \"{target}\"\n\n[targets.liar.safety]\nexclusive = true\n");
    std::fs::write(place.join("scimulate.toml"), settings).unwrap();
    let features = Path::new(env!("CARGO_MANIFEST_DIR")).join(features);
    let args = [
        "--target",
        "liar",
        "--token-env",
        "TOKEN",
        "--i-may-write",
        "--jobs",
        "1",
        "--snapshots",
        "off",
        "--report",
        "json=run.json",
    ];
    let mut command = Command::new(env!("CARGO_BIN_EXE_scimulate"));
    command.arg("run").arg(features).args(args).current_dir(&place).env("TOKEN", token);
    let done = command.stdin(Stdio::null()).output().unwrap();
    let text = std::fs::read(place.join("run.json")).unwrap_or_else(|e| panic!("{e}: {done:?}"));
    let record: Value = serde_json::from_slice(&text).unwrap();
    assert_eq!(record["totals"]["bugs"], 0, "{}", String::from_utf8_lossy(&done.stdout));
    let _may_stay = std::fs::remove_dir_all(&place);
    let all = record["scenarios"].as_array().unwrap().iter().flat_map(|s| s["findings"].as_array().unwrap());
    all.map(|f| f["requirement"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_clause_of_a_scenario_is_seen_red() {
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for (lie, (types, features)) in LIES.iter().flat_map(|lie| sites(*lie).into_iter().map(move |site| (lie, site))) {
        let settings = Settings { clock: Clock::logical(), types, ..Settings::default() };
        let running = Provider::start(settings).await.unwrap();
        let (host, path) = split(&running.base_url);
        let url = format!("{}{path}", start(*lie, &host, &running.token).await);
        let token = running.token.clone();
        let red = tokio::task::spawn_blocking(move || broken(&url, &token, features)).await.unwrap();
        println!("{lie:?} in {features}: {} requirements broken", red.len());
        assert!(!red.is_empty() || features != "features/rfc", "{lie:?} goes unnoticed");
        let beside =
            FOLLOWS.iter().filter(|(who, _)| who == lie).flat_map(|(_, ids)| *ids).filter(|id| red.contains(**id));
        assert_eq!(beside.collect::<Vec<_>>(), [&""; 0], "{lie:?}");
        seen.extend(red);
        running.stop().await;
    }
    let scenarios = scenarios();
    let claimed: BTreeSet<&str> =
        scenarios.iter().filter(|s| s.file.starts_with("features/rfc/")).flat_map(tags).collect();
    let known: BTreeSet<&str> = UNSEEN.iter().map(|(id, _)| *id).collect();
    let never: Vec<_> = claimed.iter().filter(|id| !seen.contains(**id) && !known.contains(**id)).collect();
    assert!(never.is_empty(), "{} of {} are never red: {never:?}", never.len(), claimed.len());
    let stale: Vec<_> = known.iter().filter(|id| seen.contains(**id)).collect();
    assert!(stale.is_empty(), "seen red all the same: {stale:?}");
}

/// `http://host:port` and the path of a URL.
fn split(url: &str) -> (String, String) {
    let at = url.match_indices('/').nth(2).unwrap().0;
    (url[..at].to_owned(), url[at..].to_owned())
}

#[test]
fn every_lie_is_another() {
    let names: BTreeSet<String> = LIES.iter().map(|l: &Lie| format!("{l:?}")).collect();
    assert_eq!(names.len(), LIES.len());
}
