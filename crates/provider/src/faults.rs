//! The faults: behaviours no correct server has, as data.
//!
//! In: `faults.toml`, `defects.toml`, `unbuilt.toml`. Out: what can be switched on, by number or by name, and which field
//! reports have no fault and why.

use super::behaviour::{Behaviour, Faults};
use serde::{Deserialize, Serialize};
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
    set: toml::Table,
    layer: Option<Layer>,
}

/// What can stand between the service and the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layer {
    /// The answer to a tenant's first successful POST to `/Users` is lost: the connection closes after the commit.
    LoseFirstCreate,
    /// A PATCH of a group reads the members, waits, and writes the whole list.
    StaleMembers,
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
    report: String,
    requirement: String,
    text: String,
    may_live: Option<String>,
    #[serde(default)]
    set: toml::Table,
    layer: Option<Layer>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    fault: Vec<Written>,
}

/// The file is part of the program and a test reads it, so an unreadable one gives no faults rather than a panic.
static FAULTS: LazyLock<Vec<Fault>> = LazyLock::new(|| read_all().unwrap_or_default());

fn read_all() -> Result<Vec<Fault>, toml::de::Error> {
    let mut all = read(include_str!("faults.toml"))?;
    all.extend(read(include_str!("defects.toml"))?);
    all.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(all)
}

fn read(text: &str) -> Result<Vec<Fault>, toml::de::Error> {
    let file: File = toml::from_str(text)?;
    file.fault
        .into_iter()
        .map(|w| {
            over(&Faults::default(), &w.set)?;
            Ok(Fault {
                id: w.id,
                name: w.name,
                report: w.report,
                requirement: w.requirement,
                text: w.text,
                may_live: w.may_live,
                set: w.set,
                layer: w.layer,
            })
        })
        .collect()
}

/// Lays the fields of `set` over `faults`.
fn over(faults: &Faults, set: &toml::Table) -> Result<Faults, toml::de::Error> {
    let mut table = toml::Table::try_from(faults).map_err(serde::de::Error::custom)?;
    for (name, value) in set.clone() {
        match (table.get_mut(&name), value) {
            // Sets add up, so that two faults of one subject can be on together.
            (Some(toml::Value::Array(there)), toml::Value::Array(more)) => there.extend(more),
            (_, value) => drop(table.insert(name, value)),
        }
    }
    table.try_into()
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
    toml::from_str::<UnbuiltFile>(include_str!("unbuilt.toml")).map(|file| file.unbuilt).unwrap_or_default()
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
        did_you_mean: faults()
            .iter()
            .flat_map(|f| [&f.id, &f.name])
            .map(|known| (strsim::jaro_winkler(&known.to_lowercase(), &wanted), known))
            .filter(|(nearness, _)| *nearness > 0.75)
            .max_by(|a, b| a.0.total_cmp(&b.0))
            .map(|(_, known)| known.clone()),
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

    /// Switches it on.
    pub(super) fn put_on(&self, behaviour: &mut Behaviour) {
        // Reading the file has tried every `set`, so this cannot fail.
        if let Ok(faults) = over(&behaviour.faults, &self.set) {
            behaviour.faults = faults;
        }
        behaviour.layers.extend(self.layer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_file_reads_and_every_fault_changes_something() {
        let all = read_all().unwrap();
        assert!(all.len() >= 120, "{}", all.len());
        let ids: BTreeSet<_> = all.iter().map(|f| &f.id).collect();
        let names: BTreeSet<_> = all.iter().map(|f| &f.name).collect();
        assert_eq!((ids.len(), names.len()), (all.len(), all.len()));
        for fault in &all {
            assert_ne!(Behaviour::with_faults(&[&fault.id]).unwrap(), Behaviour::default(), "{}", fault.id);
            assert_eq!(fault.id[1..], fault.report[1..], "{}", fault.id);
        }
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
        assert_eq!(Behaviour::with_faults(&["m095"]), Behaviour::with_faults(&["remove-value-empties-group"]));
        let error = Behaviour::with_faults(&["remove-value-empty-group"]).unwrap_err();
        assert_eq!(error.did_you_mean.as_deref(), Some("remove-value-empties-group"));
        assert!(error.to_string().contains("did you mean"));
    }

    #[test]
    fn faults_add_up() {
        let both = Behaviour::with_faults(&["M095", "M129"]).unwrap();
        assert_ne!(both.faults.member_removal, Faults::default().member_removal);
        assert_ne!(both.faults.bad_filter, Faults::default().bad_filter);
    }
}
