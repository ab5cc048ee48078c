//! Events as they happen: JSON, an object a line, each flushed, so that another program can follow a run.

use super::sink::Sink;
use super::{Report, ReportError};
use judge::verdict::{RunEvent, ScenarioRecord};
use serde::Serialize;
use serde_json::{Value, json};
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
            match event {
                RunEvent::ScenarioFinished(scenario) => {
                    let told = ScenarioTold { event: "scenario-finished", scenario };
                    serde_json::to_writer(&mut *out, &told)?;
                }
                other => serde_json::to_writer(&mut *out, &told(other)?)?,
            }
            Ok(out.write_all(b"\n")?)
        })
    }

    fn finish(&mut self) -> Result<(), ReportError> {
        Ok(())
    }
}

/// A scenario that has ended, written as it is: its exchanges may be many.
#[derive(Serialize)]
struct ScenarioTold<'a> {
    event: &'static str,
    scenario: &'a ScenarioRecord,
}

/// The event as data. The last one has the record without its scenarios, which were told of one by one.
fn told(event: &RunEvent) -> serde_json::Result<Value> {
    Ok(match event {
        RunEvent::RunStarted { target, scenarios, seed } => {
            json!({ "event": "run-started", "target": target, "scenarios": scenarios, "seed": seed })
        }
        RunEvent::ScenarioStarted { name } => json!({ "event": "scenario-started", "name": name }),
        RunEvent::ScenarioFinished(record) => json!({ "event": "scenario-finished", "scenario": record }),
        RunEvent::Notice(text) => json!({ "event": "notice", "text": text }),
        RunEvent::RunFinished(record) => {
            let mut whole = serde_json::to_value(record.without_scenarios())?;
            if let Some(fields) = whole.as_object_mut() {
                fields.remove("scenarios");
            }
            json!({ "event": "run-finished", "verdict": record.verdict(), "record": whole })
        }
    })
}
