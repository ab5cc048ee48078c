//! Packs: the cases of a vendor's test plan, as data.
//!
//! In: the text of a `pack.toml`, the features beside it, and the scenarios there are. Out: cases, each with the scenarios that
//! judge it. Never: a case that nothing judges and nobody answers, or a name that leads nowhere.

use judge::verdict::{Reader, ScenarioRecord};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The version of a pack's shape.
const FORMAT: u32 = 1;

/// What a pack's vendor asks, case by case.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pack {
    /// The version of the shape: 1.
    pub format: u32,
    /// Its name, as it is typed: `okta-oin`.
    pub name: String,
    /// What it is, in a line.
    pub title: String,
    /// Which edition of the vendor's plan it follows.
    pub edition: String,
    /// Where the plan stands, and how sure that is.
    pub source: String,
    /// Whose needs decide: what breaks nobody of these is a warning, and says whom it breaks.
    pub readers: Vec<Reader>,
    /// The IdPs that play it, as `--idp` has them; empty for all.
    #[serde(default)]
    pub idps: Vec<String>,
    /// The vendor's rules for the whole plan.
    pub rules: Rules,
    /// The cases, in the vendor's order.
    #[serde(rename = "case", default)]
    pub cases: Vec<Case>,
    /// The files it was read from: `pack.toml` first.
    #[serde(skip)]
    pub files: Vec<PackFile>,
}

/// The vendor's rules, in its own sense.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// When the whole plan is passed.
    pub pass: String,
    /// What is a warning.
    pub warning: String,
    /// What is skipped.
    pub skip: String,
}

/// One case.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// The vendor's id: `C9315`, `SCIM_Null_Update`. Ours where the vendor has none.
    pub id: String,
    /// What is done, in a line.
    pub name: String,
    /// Whether it has to pass.
    pub kind: Kind,
    /// When the vendor calls it passed.
    pub passes: String,
    /// When the vendor skips it; absent where it never does.
    #[serde(default)]
    pub skipped_when: Option<String>,
    /// What it comes to where the target does not offer what the case is about.
    #[serde(default)]
    pub missing: Missing,
    /// Where the vendor asks for more, less or something else than the RFCs.
    #[serde(default)]
    pub beside_the_rfc: Option<String>,
    /// What of it no scenario plays; it is told among what was not tested.
    #[serde(default)]
    pub not_played: Option<String>,
    /// Scenarios that judge it: `features/group/push.feature`, or `features/group/push.feature: A group without members can be
    /// pushed`; a name that ends in `*` means all that begin so. Those tagged with the case's id judge it without being named.
    #[serde(default)]
    pub scenarios: Vec<String>,
    /// Tags whose scenarios judge it, with or without `@`.
    #[serde(default)]
    pub tags: Vec<String>,
}

/// Whether a case has to pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// One that fails fails the plan.
    Mandatory,
    /// One that fails is a warning.
    Optional,
    /// Nothing of it is on the wire: a person answers it in the statement.
    Review,
}

/// What a case comes to where the target does not offer what it is about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Missing {
    /// It is skipped.
    #[default]
    Skipped,
    /// It has failed: the vendor asks for it.
    Failed,
}

/// A file of a pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackFile {
    /// Its name in the pack: `pack.toml`, `spec.feature`.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// A scenario that could judge a case.
#[derive(Debug, Clone, Copy)]
pub struct KnownScenario<'a> {
    /// The file, as records have it.
    pub file: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Its tags, without `@`.
    pub tags: &'a BTreeSet<String>,
}

/// Why a pack cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum PackError {
    /// No pack of that name travels with the program.
    #[error("there is no pack `{given}`{hint}; there are {known}, or name a folder with a pack.toml in it")]
    Unknown {
        /// What was given.
        given: String,
        /// `: did you mean ...?`, or nothing.
        hint: String,
        /// The packs there are.
        known: String,
    },
    /// The text is no pack.
    #[error("{file} is no pack: {why}")]
    Text {
        /// The file.
        file: String,
        /// What the parser said, with its place.
        why: String,
    },
    /// The shape is of another version.
    #[error("{file} has format {found}, and this program reads format {FORMAT}; use a program as new as the pack")]
    Format {
        /// The file.
        file: String,
        /// The version it says.
        found: u32,
    },
    /// Two cases have one id.
    #[error("{file} has two cases `{id}`; give each case an id of its own")]
    Twice {
        /// The file.
        file: String,
        /// The id.
        id: String,
    },
    /// A pack without cases proves nothing.
    #[error("{file} has no case; write one as [[case]]")]
    Empty {
        /// The file.
        file: String,
    },
    /// A case names a tag that no scenario has.
    #[error("{file}, case {id}: no scenario has the tag @{tag}{hint}; `scimulate list tags` shows those there are")]
    Tag {
        /// The file.
        file: String,
        /// The case.
        id: String,
        /// The tag.
        tag: String,
        /// `: did you mean ...?`, or nothing.
        hint: String,
    },
    /// A case names a scenario that is not there.
    #[error("{file}, case {id}: there is no scenario `{name}`{hint}; `scimulate list features` shows those there are")]
    Scenario {
        /// The file.
        file: String,
        /// The case.
        id: String,
        /// What it names.
        name: String,
        /// `: did you mean ...?`, or nothing.
        hint: String,
    },
    /// A case that nothing judges.
    #[error(
        "{file}, case {id}: no scenario judges it; tag one @{id}, name some in `scenarios`, or give the case kind = \"review\""
    )]
    Unjudged {
        /// The file.
        file: String,
        /// The case.
        id: String,
    },
}

impl Pack {
    /// Reads a pack; `file` is its name for people.
    ///
    /// # Errors
    /// When the text is no pack, is of another version, has no case, or has one id twice.
    pub fn parse(file: &str, files: Vec<PackFile>) -> Result<Self, PackError> {
        let file = file.to_owned();
        let Some(text) = files.iter().find(|f| f.name == "pack.toml").map(|f| &f.text) else {
            return Err(PackError::Text { file, why: "it has no pack.toml".to_owned() });
        };
        let wrong = |error: toml::de::Error| PackError::Text { file: file.clone(), why: error.to_string() };
        let head: Head = toml::from_str(text).map_err(wrong)?;
        if head.format != FORMAT {
            return Err(PackError::Format { file, found: head.format });
        }
        let mut pack: Self = toml::from_str(text).map_err(wrong)?;
        if pack.cases.is_empty() {
            return Err(PackError::Empty { file });
        }
        let mut ids = BTreeSet::new();
        if let Some(twice) = pack.cases.iter().find(|case| !ids.insert(case.id.as_str())) {
            return Err(PackError::Twice { file, id: twice.id.clone() });
        }
        pack.files = files;
        Ok(pack)
    }

    /// Holds every name in the pack against the scenarios there are.
    ///
    /// # Errors
    /// When a case names a tag or a scenario that is not there, or nothing judges it.
    pub fn resolve(&self, known: &[KnownScenario<'_>]) -> Result<(), PackError> {
        self.cases.iter().try_for_each(|case| self.resolve_case(case, known))
    }

    fn resolve_case(&self, case: &Case, known: &[KnownScenario<'_>]) -> Result<(), PackError> {
        let (file, id) = (format!("pack {}", self.name), case.id.clone());
        for tag in case.tags.iter().map(|tag| bare(tag)) {
            if !known.iter().any(|scenario| scenario.tags.contains(tag)) {
                let hint = hint(tag, known.iter().flat_map(|scenario| scenario.tags.iter().map(String::as_str)));
                return Err(PackError::Tag { file, id, tag: tag.to_owned(), hint });
            }
        }
        for name in &case.scenarios {
            if !known.iter().any(|scenario| means(name, scenario.file, scenario.name)) {
                let full: Vec<String> = known.iter().map(|s| format!("{}: {}", s.file, s.name)).collect();
                let hint = hint(name, full.iter().map(String::as_str));
                return Err(PackError::Scenario { file, id, name: name.clone(), hint });
            }
        }
        let judged = known.iter().any(|scenario| case.is_judged_by(scenario));
        if case.kind != Kind::Review && !judged { Err(PackError::Unjudged { file, id }) } else { Ok(()) }
    }

    /// Whether a scenario judges any of the cases.
    #[must_use]
    pub fn is_judged_by(&self, scenario: &KnownScenario<'_>) -> bool {
        self.cases.iter().any(|case| case.is_judged_by(scenario))
    }
}

impl Case {
    /// Whether a scenario judges it.
    #[must_use]
    pub fn is_judged_by(&self, scenario: &KnownScenario<'_>) -> bool {
        self.kind != Kind::Review
            && (scenario.tags.contains(&self.id)
                || self.tags.iter().any(|tag| scenario.tags.contains(bare(tag)))
                || self.scenarios.iter().any(|name| means(name, scenario.file, scenario.name)))
    }

    /// Whether a scenario of a record judges it.
    pub(crate) fn is_judged_by_record(&self, scenario: &ScenarioRecord) -> bool {
        let tags = scenario.tags.iter().cloned().collect();
        self.is_judged_by(&KnownScenario { file: &scenario.file, name: &scenario.name, tags: &tags })
    }
}

/// What is looked at before a pack is read whole: another version may have another shape.
#[derive(Deserialize)]
struct Head {
    format: u32,
}

fn bare(tag: &str) -> &str {
    tag.strip_prefix('@').unwrap_or(tag)
}

/// Whether what a case names is this scenario.
fn means(named: &str, file: &str, name: &str) -> bool {
    match named.split_once(": ") {
        None => named == file,
        Some((of, wanted)) => {
            of == file && wanted.strip_suffix('*').map_or(wanted == name, |begins| name.starts_with(begins))
        }
    }
}

pub(crate) fn hint<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    scim::nearest(wrong, known).map(|name| format!(": did you mean `{name}`?")).unwrap_or_default()
}

/// A pack that travels with the program: its name, and its files by name.
type BuiltIn = (&'static str, &'static [(&'static str, &'static str)]);

/// The packs that travel with the program.
static BUILT_IN: &[BuiltIn] = &[
    ("rfc", &[("pack.toml", include_str!("../packs/rfc/pack.toml"))]),
    (
        "okta-spec",
        &[
            ("pack.toml", include_str!("../packs/okta-spec/pack.toml")),
            ("spec.feature", include_str!("../packs/okta-spec/spec.feature")),
        ],
    ),
    (
        "okta-oin",
        &[
            ("pack.toml", include_str!("../packs/okta-oin/pack.toml")),
            ("oin.feature", include_str!("../packs/okta-oin/oin.feature")),
        ],
    ),
    (
        "entra-gallery",
        &[
            ("pack.toml", include_str!("../packs/entra-gallery/pack.toml")),
            ("gallery.feature", include_str!("../packs/entra-gallery/gallery.feature")),
        ],
    ),
    (
        "entra-validator",
        &[
            ("pack.toml", include_str!("../packs/entra-validator/pack.toml")),
            ("validator.feature", include_str!("../packs/entra-validator/validator.feature")),
        ],
    ),
];

/// The names of the packs that travel with the program.
pub fn names() -> impl Iterator<Item = &'static str> {
    BUILT_IN.iter().map(|(name, _)| *name)
}

/// A pack that travels with the program.
///
/// # Errors
/// When there is none of that name.
pub fn built_in(name: &str) -> Result<Pack, PackError> {
    let Some((name, files)) = BUILT_IN.iter().find(|(known, _)| *known == name) else {
        let known: Vec<&str> = names().collect();
        return Err(PackError::Unknown { given: name.to_owned(), hint: hint(name, names()), known: known.join(", ") });
    };
    let file = |(name, text): &(&str, &str)| PackFile { name: (*name).to_owned(), text: (*text).to_owned() };
    Pack::parse(&format!("pack {name}"), files.iter().map(file).collect())
}

#[cfg(test)]
pub(crate) mod testing {
    use super::*;

    /// A pack with these `[[case]]` tables.
    pub(crate) fn pack(cases: &str) -> Result<Pack, PackError> {
        let text = format!(
            "format = 1\nname = \"mine\"\ntitle = \"Mine\"\nedition = \"1\"\nsource = \"here\"\nreaders = [\"entra\", \"data\"]\n\
             [rules]\npass = \"all\"\nwarning = \"none\"\nskip = \"none\"\n{cases}"
        );
        Pack::parse("mine", vec![PackFile { name: "pack.toml".into(), text }])
    }

    /// The table of a case.
    pub(crate) fn case(id: &str, kind: &str, more: &str) -> String {
        format!("[[case]]\nid = \"{id}\"\nname = \"{id}\"\nkind = \"{kind}\"\npasses = \"it holds\"\n{more}\n")
    }
}

#[cfg(test)]
mod tests {
    use super::testing::{case, pack};
    use super::*;

    #[test]
    fn every_pack_that_travels_along_can_be_read_and_has_the_vendors_number_of_cases() {
        let counts: Vec<(String, usize)> =
            names().map(|name| built_in(name).map(|pack| (pack.name, pack.cases.len())).unwrap()).collect();
        let known = [("rfc", 16), ("okta-spec", 18), ("okta-oin", 61), ("entra-gallery", 25), ("entra-validator", 32)];
        assert_eq!(counts, known.map(|(name, count)| (name.to_owned(), count)));
    }

    /// The program resolves packs when it starts one; this says so where a feature is renamed.
    #[test]
    fn every_scenario_that_a_pack_names_is_in_its_feature() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let mut named = 0;
        for pack in names().map(|name| built_in(name).unwrap()) {
            for wanted in pack.cases.iter().flat_map(|case| &case.scenarios) {
                let (file, name) = wanted.split_once(": ").unwrap_or((wanted, ""));
                let text = std::fs::read_to_string(root.join(file)).unwrap();
                let titles = text.lines().filter_map(|line| line.trim().strip_prefix("Scenario"));
                // The rows of an outline are told apart by the program alone.
                let there = |title: &str| title == format!(": {name}") || (name.ends_with('*') && title.contains('<'));
                assert!(name.is_empty() || titles.into_iter().any(there), "{}: {wanted}", pack.name);
                named += 1;
            }
        }
        assert!(named > 50, "only {named} are named");
    }

    #[test]
    fn a_misspelt_name_is_answered_with_the_nearest() {
        let told = built_in("entra-galery").unwrap_err().to_string();
        assert!(told.contains("did you mean `entra-gallery`?"), "{told}");
    }

    #[test]
    fn what_is_no_pack_is_refused_with_its_place() {
        let twice = pack(&(case("A", "mandatory", "") + &case("A", "optional", ""))).unwrap_err().to_string();
        assert_eq!(twice, "mine has two cases `A`; give each case an id of its own");
        assert!(pack("").unwrap_err().to_string().contains("has no case"));
        let spelt = pack(&case("A", "mandatory", "scenario = []")).unwrap_err().to_string();
        assert!(spelt.contains("unknown field `scenario`") && spelt.contains("line"), "{spelt}");
        let newer = vec![PackFile { name: "pack.toml".into(), text: "format = 2\nwhatever = 1".into() }];
        assert_eq!(Pack::parse("p", newer), Err(PackError::Format { file: "p".into(), found: 2 }));
    }

    #[test]
    fn names_that_lead_nowhere_are_refused() {
        let tags = BTreeSet::from(["F095".to_owned(), "A".to_owned()]);
        let known = [KnownScenario { file: "features/a.feature", name: "One of <several>", tags: &tags }];
        let told = |more: &str| pack(&case("B", "mandatory", more)).unwrap().resolve(&known);
        assert_eq!(told("tags = [\"@F095\"]"), Ok(()));
        assert_eq!(told("scenarios = [\"features/a.feature: One of*\"]"), Ok(()));
        assert_eq!(told("scenarios = [\"features/a.feature\"]"), Ok(()));
        assert!(matches!(told("tags = [\"F096\"]"), Err(PackError::Tag { hint, .. }) if hint.contains("F095")));
        let named = told("scenarios = [\"features/a.feature: Two of*\"]");
        assert!(matches!(named, Err(PackError::Scenario { id, .. }) if id == "B"));
        assert!(matches!(told(""), Err(PackError::Unjudged { .. })));
        assert_eq!(pack(&case("A", "mandatory", "")).unwrap().resolve(&known), Ok(()), "the id is a tag");
        assert_eq!(pack(&case("B", "review", "")).unwrap().resolve(&known), Ok(()));
    }
}
