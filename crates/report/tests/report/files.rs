//! Where reports go, and what is said when they cannot.

use crate::sample::{everything, record};
use judge::verdict::{RunEvent, RunRecord};
use report::{Beside, Format, Spec, Style, open, open_all};
use std::path::PathBuf;
use std::sync::Arc;

fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("scimulate-report-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn entries(folder: &PathBuf) -> Vec<String> {
    let names = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
    names.collect()
}

#[test]
fn an_older_report_stays_until_the_new_one_is_whole() {
    let folder = folder("older");
    let path = folder.join("run.json");
    std::fs::write(&path, "older").unwrap();
    let spec: Spec = format!("json={}", path.display()).parse().unwrap();
    let abandoned = open(&spec, Style::default(), &Beside::default()).unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "older");
    drop(abandoned);
    assert_eq!((std::fs::read_to_string(&path).unwrap().as_str(), entries(&folder).len()), ("older", 1));
    let mut report = open(&spec, Style::default(), &Beside::default()).unwrap();
    let record = everything();
    report.event(&RunEvent::RunFinished(Arc::new(record.clone()))).unwrap();
    report.finish().unwrap();
    drop(report);
    let read: RunRecord = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!(read, record);
    assert_eq!(entries(&folder), ["run.json"]);
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn what_cannot_be_written_is_known_before_the_run() {
    let folder = folder("unwritable");
    for bad in [folder.clone(), folder.join("no/such/run.json")] {
        let spec = Spec { format: "json".parse().unwrap(), path: Some(bad.clone()) };
        let text = open(&spec, Style::default(), &Beside::default()).err().unwrap().to_string();
        assert!(text.contains(&bad.display().to_string()) && text.contains("name a file in a folder"), "{text}");
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn the_terminal_text_goes_into_a_file_without_colours() {
    let folder = folder("text");
    let path = folder.join("run.txt");
    let spec = Spec { format: Format::Terminal, path: Some(path.clone()) };
    let mut report = open(&spec, Style { colour: true, ..Style::default() }, &Beside::default()).unwrap();
    report.event(&RunEvent::RunFinished(Arc::new(record(Vec::new())))).unwrap();
    report.finish().unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains("no scenario was selected") && !text.contains('\u{1b}'), "{text}");
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn report_arguments_are_read_and_misspelt_ones_are_helped() {
    let spec: Spec = "junit=a=b.xml".parse().unwrap();
    assert_eq!(spec, Spec { format: "junit".parse().unwrap(), path: Some("a=b.xml".into()) });
    assert_eq!("terminal".parse::<Spec>().unwrap().path, None);
    for (given, expected) in
        [("juint=x", "did you mean `junit`?"), ("json=", "names no file"), ("yaml", "there are terminal")]
    {
        let text = given.parse::<Spec>().unwrap_err().to_string();
        assert!(text.contains(expected), "{text}");
    }
    let twice: Vec<Spec> = ["terminal", "json"].iter().map(|s| s.parse().unwrap()).collect();
    let text = open_all(&twice, Style::default(), &Beside::default()).err().unwrap().to_string();
    assert!(text.contains("standard output"), "{text}");
    assert!(open_all(&twice[..1], Style::default(), &Beside::default()).is_ok());
}
