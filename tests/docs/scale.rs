//! `docs/scale.md`, `docs/ci.md` and `action.yml`: every script in them is run as it stands there, against a served provider.

use super::root;
use super::support::{Place, Served, TOKEN, ended};
use serde_json::Value;
use std::collections::BTreeSet;
use std::process::{Child, Command, Stdio};

/// What is played here, instead of everything.
const SOME: &str = "@username-conflict and not @matrix";

pub(super) fn read(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap()
}

/// The YAML blocks of a document.
pub(super) fn blocks(document: &str) -> Vec<Value> {
    let text = read(document);
    let parts = text.split("```yaml\n").skip(1);
    parts.map(|part| serde_norway::from_str(part.split("```").next().unwrap()).unwrap()).collect()
}

/// Every script of a block: `run` of a step, `args` of a container, `script` of a job.
pub(super) fn scripts(value: &Value) -> Vec<String> {
    match value {
        Value::Object(map) => map
            .iter()
            .flat_map(|(key, value)| match (key.as_str(), value) {
                ("run", Value::String(script)) => vec![script.clone()],
                ("args" | "script" | "before_script", Value::Array(lines)) => {
                    vec![lines.iter().map(|l| l.as_str().unwrap()).collect::<Vec<_>>().join("\n")]
                }
                _ => scripts(value),
            })
            .collect(),
        Value::Array(items) => items.iter().flat_map(scripts).collect(),
        _ => Vec::new(),
    }
}

/// The scripts that call the program.
pub(super) fn calls(value: &Value) -> Vec<String> {
    scripts(value).into_iter().filter(|s| s.contains("scimulate run") || s.contains("scimulate merge")).collect()
}

/// Starts a script in that folder as a CI service would.
pub(super) fn start(shell: &[&str], script: &str, place: &Place, variables: &[(&str, &str)]) -> Child {
    let binary = std::path::Path::new(env!("CARGO_BIN_EXE_scimulate")).parent().unwrap().display().to_string();
    let mut command = Command::new(shell[0]);
    command.args(&shell[1..]).arg(script).current_dir(place.path()).env_clear();
    command.env("PATH", format!("{binary}:/usr/local/bin:/usr/bin:/bin")).env("SCIMULATE_TAGS", SOME);
    command.env("SCIM_TOKEN", TOKEN).envs(variables.iter().copied());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// The scenarios of a record and how each ended.
fn endings(record: &Value) -> BTreeSet<String> {
    let all = record["scenarios"].as_array().unwrap();
    all.iter().map(|s| format!("{} {} {} {}", s["feature"], s["name"], s["idp"], s["outcome"]["kind"])).collect()
}

/// Plays shards at once and merges; then again, by the times of the first.
fn divided(shell: &[&str], shard: &str, merge: &str, number: &str, from: usize, served: &Served) {
    let place = Place::new();
    let summary = place.path().join("step-summary.md").display().to_string();
    for times in [false, true] {
        assert_eq!(place.path().join("times.json").exists(), times);
        let play = |n: usize| {
            let n = (from + n).to_string();
            start(shell, shard, &place, &[(number, &n), ("SHARDS", "4"), ("TARGET", &served.base)])
        };
        let all: Vec<Child> = (0..4).map(play).collect();
        for child in all {
            ended(child).expect(0, &["conformant", "left as found"]);
        }
        let merged = ended(start(shell, merge, &place, &[("GITHUB_STEP_SUMMARY", &summary)]));
        merged.expect(0, &[]);
        let record = place.json("run.json");
        assert_eq!(record["shard"], Value::Null);
        assert_eq!(record["as_found"]["same"], true, "{}", record["as_found"]);
        let ran = place.run(&[
            "run",
            "--target",
            &served.base,
            "--token-env",
            "TOKEN",
            "--tags",
            SOME,
            "--report",
            "json=whole.json",
        ]);
        ran.expect(0, &[]);
        let whole = place.json("whole.json");
        assert_eq!(endings(&record), endings(&whole));
        assert_eq!(record["totals"]["passed"], whole["totals"]["passed"]);
    }
    served.expect_empty();
}

#[test]
fn an_indexed_job_and_a_matrix_are_the_single_run() {
    let blocks = blocks("docs/scale.md");
    let [job, merge, matrix] = blocks.as_slice() else { panic!("{} blocks", blocks.len()) };
    assert_eq!(job["spec"]["completionMode"], "Indexed");
    let container = |job: &Value| job["spec"]["template"]["spec"]["containers"][0].clone();
    assert_eq!(
        (&container(job)["command"], &container(merge)["command"][1]),
        (&serde_json::json!(["/bin/sh", "-ec"]), &"-ec".into())
    );
    let served = Served::start(&Place::new(), &[]);
    divided(&["/bin/sh", "-ec"], &calls(job)[0], &calls(merge)[0], "JOB_COMPLETION_INDEX", 0, &served);
    assert_eq!(matrix["jobs"]["shard"]["strategy"]["matrix"]["shard"], serde_json::json!([1, 2, 3, 4]));
    let (shard, verdict) = (calls(&matrix["jobs"]["shard"]), calls(&matrix["jobs"]["verdict"]));
    divided(&["/bin/bash", "-e", "-c"], &shard[0], &verdict[0], "SHARD", 1, &served);
}

#[test]
fn every_call_in_the_ci_document_works() {
    let served = Served::start(&Place::new(), &[]);
    let calls: Vec<(Value, String)> = blocks("docs/ci.md")
        .into_iter()
        .flat_map(|block| calls(&block).into_iter().map(move |call| (block.clone(), call)))
        .collect();
    assert_eq!(calls.len(), 2, "{calls:?}");
    for (block, script) in calls {
        let place = Place::new();
        let here = script.replace("http://127.0.0.1:8080/scim/v2", &served.base);
        ended(start(&["/bin/bash", "-e", "-c"], &here, &place, &[("TARGET", &served.base)])).expect(0, &["conformant"]);
        assert!(place.names().contains(&"junit.xml".to_owned()), "{:?}", place.names());
        // What GitLab is to keep is there; the ledger's folder only after a run that left something.
        let kept = &block["scim"]["artifacts"];
        let paths = kept["paths"]
            .as_array()
            .into_iter()
            .flatten()
            .chain(kept["reports"]["junit"].is_string().then_some(&kept["reports"]["junit"]));
        for path in paths.filter_map(Value::as_str).filter(|path| *path != ".scimulate/") {
            assert!(place.path().join(path).exists(), "{path}");
        }
    }
    served.expect_empty();
}

/// The workflow that uses the action, in the repository of whoever wrote it.
const WORKFLOW: &str = ".github/workflows/scim.yml";

/// The step of the action that runs the program, with its variables filled as GitHub would.
pub(super) fn action(place: &Place, inputs: &[(&str, &str)]) -> Child {
    let action: Value = serde_norway::from_str(&read("action.yml")).unwrap();
    let step = action["runs"]["steps"].as_array().unwrap().iter().find(|s| s["id"] == "run").unwrap().clone();
    let known = action["inputs"].as_object().unwrap();
    assert!(inputs.iter().all(|(name, _)| known.contains_key(*name)), "{inputs:?}");
    let input = |name: &str| {
        let default = known[name]["default"].as_str().unwrap();
        inputs.iter().find(|(n, _)| *n == name).map_or(default, |(_, value)| value).to_owned()
    };
    let variables = step["env"].as_object().unwrap().iter().map(|(variable, value)| {
        let name = value.as_str().unwrap().strip_prefix("${{ inputs.").unwrap().strip_suffix(" }}").unwrap();
        (variable.clone(), input(name))
    });
    let mut variables: Vec<(String, String)> = variables.collect();
    for (name, file) in
        [("GITHUB_OUTPUT", "output"), ("GITHUB_STEP_SUMMARY", "step-summary.md"), ("RUNNER_TEMP", "runner")]
    {
        variables.push((name.to_owned(), place.path().join(file).display().to_string()));
    }
    variables.push(("GITHUB_WORKFLOW_REF".to_owned(), format!("somebody/theirs/{WORKFLOW}@refs/heads/main")));
    let variables: Vec<(&str, &str)> = variables.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    start(
        &["/bin/bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c"],
        step["run"].as_str().unwrap(),
        place,
        &variables,
    )
}

#[test]
fn the_action_runs_reports_and_ends_with_the_verdict() {
    let place = Place::new();
    let served = Served::start(&place, &[]);
    let settings = format!("[targets.x]\nbase_url = \"{}\"\n", served.base);
    let place = place.with("own settings.toml", &settings);
    let binary = env!("CARGO_BIN_EXE_scimulate");
    let given = [
        ("binary", binary),
        ("target", "x"),
        ("config", "own settings.toml"),
        ("token", TOKEN),
        ("for", "entra,data"),
        ("arguments", "--idp\nentra/default\n\n--tags\n@F095 and not @matrix"),
        ("reports", "out put"),
    ];
    ended(action(&place, &given)).expect(0, &["conformant"]);
    let written = |name: &str| std::fs::read_to_string(place.path().join(name)).unwrap();
    let outputs = written("output");
    let described: Value = serde_norway::from_str(&read("action.yml")).unwrap();
    for name in described["outputs"].as_object().unwrap().keys() {
        let value =
            outputs.lines().find_map(|l| l.strip_prefix(&format!("{name}="))).unwrap_or_else(|| panic!("{name}"));
        assert!(value == "0" || place.path().join(value).exists(), "{name}: {value}");
    }
    let (shown, kept) = (written("step-summary.md"), written("out put/summary.md"));
    assert!(kept.contains("[the HTML report](run.html)") && shown.contains("the HTML report, `run.html`\n"), "{shown}");
    assert_eq!(shown.lines().count(), kept.lines().count());
    assert!(written("out put/run.html").contains("<html"));
    assert!(written("out put/scimulate.sarif").contains("2.1.0") && !outputs.contains(TOKEN));
    let record: Value = serde_json::from_str(&written("out put/run.json")).unwrap();
    assert_eq!(record["asked"], serde_json::json!(["entra", "data"]));
    // What is found is annotated, and the verdict is the step's exit code.
    let broken = Served::start(&place, &["--fault", "M095"]);
    let findings =
        [("binary", binary), ("target", broken.base.as_str()), ("token", TOKEN), ("arguments", "--tags\n@F095")];
    let theirs = Place::new();
    std::fs::create_dir_all(theirs.path().join(WORKFLOW).parent().unwrap()).unwrap();
    let theirs = theirs.with(WORKFLOW, "on: push\n");
    let ran = ended(action(&theirs, &findings));
    ran.expect(1, &["emptied the group"]);
    assert!(ran.out.lines().any(|l| l.starts_with("::error ") && l.contains("emptied the group")), "{}", ran.out);
    // Code scanning refuses a result that points to no file of the repository, and one that points to a URL.
    let sarif = theirs.json("scimulate-report/scimulate.sarif");
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let place_of = |result: &Value| result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].clone();
    assert!(!results.is_empty() && results.iter().all(|result| place_of(result) == WORKFLOW), "{results:#?}");
    // Neither a token nor a target: what is wrong is told, and is the step's exit code.
    let elsewhere = Place::new();
    let wrong = [("binary", binary), ("arguments", "--tagz\n@F095")];
    ended(action(&elsewhere, &wrong)).expect(2, &["--tagz"]);
    assert_eq!(std::fs::read_to_string(elsewhere.path().join("output")).unwrap().lines().next(), Some("exit-code=2"));
    let refused = [("binary", binary), ("target", served.base.as_str()), ("arguments", "--tags\n@F095")];
    ended(action(&elsewhere, &refused)).expect(3, &["401"]);
    served.expect_empty();
}
