//! The faults as data.
//!
//! In: `catalogue.toml`, `unbuilt.toml`. Out: what can be switched on, by number or by name, and which field reports have
//! no fault and why.

use super::names::FaultName;
use scim::nearest;
use serde::Deserialize;
use std::sync::LazyLock;

/// One fault that can be switched on.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// Its number, for example `M095`.
    pub id: String,
    /// Its name, in kebab-case.
    pub name: String,
    /// The field report it was taken from, for example `F095`.
    pub report: String,
    /// The requirement it breaks.
    pub requirement: String,
    /// What goes wrong, in one line.
    pub text: String,
    /// Why a self-test may miss it; absent for all that has to be caught.
    pub may_live: Option<String>,
    pub(super) which: FaultName,
}

/// No fault of that name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no fault is called {name:?}{}", did_you_mean.as_ref().map(|n| format!("; did you mean {n}?")).unwrap_or_default())]
pub struct UnknownFault {
    /// What was asked for.
    pub name: String,
    /// The nearest name there is, when one is near.
    pub did_you_mean: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    id: String,
    name: String,
    requirement: String,
    text: String,
    may_live: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    fault: Vec<Written>,
}

/// The file is part of the program and a test reads it, so an unreadable one gives no faults rather than a panic.
static FAULTS: LazyLock<Vec<Fault>> = LazyLock::new(|| read_all().unwrap_or_default());

fn read_all() -> Result<Vec<Fault>, toml::de::Error> {
    let file: File = include_str!("catalogue.toml").parse().and_then(toml::Table::try_into)?;
    file.fault
        .into_iter()
        .map(|Written { id, name, requirement, text, may_live }| {
            let nobody = || serde::de::Error::custom(format!("nothing is written for fault {name:?}"));
            let which = FaultName::read(&name).ok_or_else(nobody)?;
            let report = format!("F{}", id.trim_start_matches('M'));
            Ok(Fault { id, name, report, requirement, text, may_live, which })
        })
        .collect()
}

/// A field report without a fault.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unbuilt {
    /// The report, for example `F185`.
    pub report: String,
    /// Why no fault shows it.
    pub reason: String,
}

#[derive(Deserialize)]
struct UnbuiltFile {
    unbuilt: Vec<Unbuilt>,
}

/// As with the faults, a test reads the file.
static UNBUILT: LazyLock<Vec<Unbuilt>> = LazyLock::new(|| {
    let table = include_str!("unbuilt.toml").parse::<toml::Table>();
    table.and_then(toml::Table::try_into::<UnbuiltFile>).map(|file| file.unbuilt).unwrap_or_default()
});

/// Field reports that were looked at and have no fault, each with the reason.
#[must_use]
pub fn unbuilt() -> &'static [Unbuilt] {
    &UNBUILT
}

/// Every fault there is, in the order of the catalogue.
#[must_use]
pub fn faults() -> &'static [Fault] {
    &FAULTS
}

fn find(name: &str) -> Result<&'static Fault, UnknownFault> {
    let wanted = name.to_lowercase();
    faults().iter().find(|f| f.id.to_lowercase() == wanted || f.name == wanted).ok_or_else(|| UnknownFault {
        name: name.to_owned(),
        did_you_mean: nearest(name, faults().iter().flat_map(|f| [f.id.as_str(), f.name.as_str()])).map(str::to_owned),
    })
}

impl Fault {
    /// The fault of that number or name, whatever the case.
    ///
    /// # Errors
    /// When it is nobody's, with the nearest name there is.
    pub fn find(name: &str) -> Result<&'static Self, UnknownFault> {
        find(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faults::Faults;
    use std::collections::BTreeSet;

    #[test]
    fn the_file_reads_in_order_and_no_number_or_name_stands_twice() {
        let all = read_all().unwrap();
        assert!(all.len() >= 120, "{}", all.len());
        assert!(all.is_sorted_by(|a, b| a.id < b.id), "by number");
        let names: BTreeSet<_> = all.iter().map(|f| &f.name).collect();
        assert_eq!(names.len(), all.len());
    }

    #[test]
    fn what_is_not_built_says_why_and_is_not_built() {
        assert!(!unbuilt().is_empty());
        for report in unbuilt() {
            assert!(!report.reason.trim().is_empty(), "{}", report.report);
            assert!(faults().iter().all(|fault| fault.report != report.report), "{}", report.report);
        }
    }

    #[test]
    fn faults_are_found_by_number_and_name_and_nearly() {
        assert_eq!(Faults::named(&["m095"]), Faults::named(&["remove-value-empties-group"]));
        let error = Faults::named(&["remove-value-empty-group"]).unwrap_err();
        assert_eq!(error.did_you_mean.as_deref(), Some("remove-value-empties-group"));
        assert!(error.to_string().contains("did you mean"));
    }
}
