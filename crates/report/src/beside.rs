//! Where the other reports of the same run are, so that one can point to another.

use super::Spec;
use super::safe_text;

/// Where a run's record can be read again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordPlace {
    /// In this file.
    File(String),
    /// Where `scimulate show` looks by itself.
    LastRun,
}

/// What stands beside a report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Beside {
    /// The record.
    pub record: Option<RecordPlace>,
    /// The HTML report's file.
    pub html: Option<String>,
}

impl Beside {
    /// What is among the reports asked for; `kept` where the run keeps its record besides.
    #[must_use]
    pub fn of(specs: &[Spec], kept: bool) -> Self {
        let file = |name: &str| {
            let spec = specs.iter().find(|spec| spec.format.name() == name)?;
            Some(spec.path.as_ref()?.display().to_string())
        };
        let record = file("json").map(RecordPlace::File).or_else(|| kept.then_some(RecordPlace::LastRun));
        Self { record, html: file("html") }
    }

    /// `scimulate show run.json 7`, as it is typed; `None` where there is no record.
    pub(super) fn command(&self, name: &str, number: Option<u32>) -> Option<String> {
        let file = match self.record.as_ref()? {
            RecordPlace::File(file) => format!(" {}", word(file)),
            RecordPlace::LastRun => String::new(),
        };
        let number = number.map(|n| format!(" {n}")).unwrap_or_default();
        Some(format!("scimulate {name}{file}{number}"))
    }
}

/// A file's name as a shell takes it.
fn word(name: &str) -> String {
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b"/._-+".contains(&b)) && !name.is_empty();
    if plain { name.to_owned() } else { format!("'{}'", safe_text::line(name, 300).replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_can_be_typed_as_it_stands() {
        let of = |record| Beside { record, html: None };
        let file = |name: &str| of(Some(RecordPlace::File(name.to_owned())));
        assert_eq!(file("out/run.json").command("show", Some(7)).unwrap(), "scimulate show out/run.json 7");
        assert_eq!(file("my run's.json").command("show", None).unwrap(), r"scimulate show 'my run'\''s.json'");
        assert_eq!(of(Some(RecordPlace::LastRun)).command("curl", Some(1)).unwrap(), "scimulate curl 1");
        assert_eq!(of(None).command("show", None), None);
    }
}
