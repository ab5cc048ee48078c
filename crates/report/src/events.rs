//! Events as they happen: JSON, an object a line, each flushed, so that another program can follow a run.

use super::inert_json::Inert;
use super::sink::Sink;
use super::{Report, ReportError};
use judge::verdict::{RunEvent, ScenarioRecord, TargetRecord, Verdict};
use serde::Serialize;
use serde_json::Value;
use std::path::Path;

/// Writes each event when it happens.
#[derive(Debug)]
pub(super) struct EventReport {
    sink: Sink,
}

impl EventReport {
    /// A stream into a file, or onto standard output.
    pub(super) fn open(path: Option<&Path>) -> Result<Self, ReportError> {
        Ok(Self { sink: Sink::stream(path)? })
    }
}

impl Report for EventReport {
    fn event(&mut self, event: &RunEvent) -> Result<(), ReportError> {
        self.sink.write("events", |out| {
            serde_json::to_writer(Inert::same(out), &told(event)?)?;
            Ok(out.write_all(b"\n")?)
        })
    }

    fn finish(&mut self) -> Result<(), ReportError> {
        Ok(())
    }
}

/// An event as data. A scenario is written as it is: its exchanges may be many. The last event has the record without its
/// scenarios, which were told of one by one.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
enum Told<'a> {
    RunStarted { target: &'a TargetRecord, scenarios: usize, seed: u64 },
    ScenarioStarted { name: &'a str },
    ScenarioFinished { scenario: &'a ScenarioRecord },
    Notice { text: &'a str },
    RunFinished { verdict: Verdict, record: Value },
}

fn told(event: &RunEvent) -> serde_json::Result<Told<'_>> {
    Ok(match event {
        RunEvent::RunStarted { target, scenarios, seed } => {
            Told::RunStarted { target, scenarios: *scenarios, seed: *seed }
        }
        RunEvent::ScenarioStarted { name } => Told::ScenarioStarted { name },
        RunEvent::ScenarioFinished(scenario) => Told::ScenarioFinished { scenario },
        RunEvent::Notice(text) => Told::Notice { text },
        RunEvent::RunFinished(record) => {
            let mut whole = serde_json::to_value(record.without_scenarios())?;
            if let Some(fields) = whole.as_object_mut() {
                fields.remove("scenarios");
            }
            Told::RunFinished { verdict: record.verdict(), record: whole }
        }
    })
}
