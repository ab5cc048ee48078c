//! The statement: what only a person can say, in a file that the tester writes.
//!
//! In: its TOML text, a pack, today's date. Out: product, version, environment, tester, claims, waivers, review answers. Never: a
//! statement that leaves open what was tested, or says something of a case that the pack does not have.

use crate::pack::{Pack, hint};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The version of a statement's shape.
const FORMAT: u32 = 1;

/// What the tester says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// The version of the shape: 1.
    pub format: u32,
    /// What was tested.
    pub product: Product,
    /// Where it ran.
    pub environment: Environment,
    /// Who tested it.
    pub tester: Tester,
    /// What is claimed, a sentence each.
    #[serde(default)]
    pub claims: Vec<String>,
    /// Failures that are known and accepted.
    #[serde(rename = "waiver", default)]
    pub waivers: Vec<Waiver>,
    /// Answers to the cases that nothing on the wire can judge.
    #[serde(rename = "review", default)]
    pub reviews: Vec<Review>,
}

/// What was tested.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// Its name.
    pub name: String,
    /// Its version or build: evidence of no version is evidence of nothing.
    #[serde(default)]
    pub version: String,
    /// Who makes it.
    #[serde(default)]
    pub vendor: Option<String>,
}

/// Where it ran.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Environment {
    /// Its name, for example `staging`.
    pub name: String,
    /// What of it matters: settings, data, what is in front of it.
    #[serde(default)]
    pub description: Option<String>,
}

/// Who tested it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tester {
    /// The person.
    pub name: String,
    /// For whom.
    #[serde(default)]
    pub organisation: Option<String>,
    /// Where questions go.
    #[serde(default)]
    pub contact: Option<String>,
}

/// A failure that is known and accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Waiver {
    /// The case.
    pub case: String,
    /// Why it is accepted.
    pub reason: String,
    /// Who accepts it.
    pub by: String,
    /// When, as `2026-11-30`.
    pub date: String,
}

/// A person's answer to a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Review {
    /// The case.
    pub case: String,
    /// What came out.
    pub answer: ReviewAnswer,
    /// Who looked.
    pub by: String,
    /// When, as `2026-11-30`.
    pub date: String,
    /// What was seen.
    #[serde(default)]
    pub note: Option<String>,
}

/// What a person found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReviewAnswer {
    /// It is as the case asks.
    Passed,
    /// It is not.
    Failed,
    /// The product has nothing that the case is about.
    NotApplicable,
}

/// Why a statement cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum StatementError {
    /// The text is no statement.
    #[error("{file} is no statement: {why}")]
    Text {
        /// The file.
        file: String,
        /// What the parser said, with its place.
        why: String,
    },
    /// The shape is of another version.
    #[error("{file} has format {found}, and this program reads format {FORMAT}; use a program as new as the statement")]
    Format {
        /// The file.
        file: String,
        /// The version it says.
        found: u32,
    },
    /// A text that has to be there is empty.
    #[error("{file} does not say {key}; evidence has to name it: write {key} = \"...\"")]
    Missing {
        /// The file.
        file: String,
        /// The key, for example `product.version`.
        key: String,
    },
    /// It speaks of a case that the pack does not have, or a person has nothing to say to.
    #[error("{file}: {what} of case `{case}`: {why}")]
    Case {
        /// The file.
        file: String,
        /// `the waiver` or `the review`.
        what: &'static str,
        /// The case.
        case: String,
        /// What is wrong.
        why: String,
    },
}

/// What is looked at before a statement is read whole: another version may have another shape.
#[derive(Deserialize)]
struct Head {
    format: u32,
}

impl Statement {
    /// Reads a statement; `file` is its name for people.
    ///
    /// # Errors
    /// When the text is no statement, is of another version, or does not say what was tested, where and by whom.
    pub fn parse(file: &str, text: &str) -> Result<Self, StatementError> {
        let wrong = |error: toml::de::Error| StatementError::Text { file: file.to_owned(), why: error.to_string() };
        let head: Head = toml::from_str(text).map_err(wrong)?;
        if head.format != FORMAT {
            return Err(StatementError::Format { file: file.to_owned(), found: head.format });
        }
        let read: Self = toml::from_str(text).map_err(wrong)?;
        let needed = [
            ("product.name", &read.product.name),
            ("product.version", &read.product.version),
            ("environment.name", &read.environment.name),
            ("tester.name", &read.tester.name),
        ];
        match needed.iter().find(|(_, text)| text.trim().is_empty()) {
            Some((key, _)) => Err(StatementError::Missing { file: file.to_owned(), key: (*key).to_owned() }),
            None => Ok(read),
        }
    }

    /// Holds waivers and reviews against a pack.
    ///
    /// # Errors
    /// When one names a case that is not there, is there twice, has no reason or name, or is dated after `today`.
    pub fn fits(&self, file: &str, pack: &Pack, today: Date) -> Result<(), StatementError> {
        let waivers = self.waivers.iter().map(|w| Said { what: "the waiver", case: &w.case, by: &w.by, date: &w.date });
        let reviews = self.reviews.iter().map(|r| Said { what: "the review", case: &r.case, by: &r.by, date: &r.date });
        let mut seen = BTreeSet::new();
        for said in waivers.chain(reviews) {
            let twice = !seen.insert((said.what, said.case));
            let wrong = if twice { Some("it is there twice; leave one".to_owned()) } else { said.wrong(pack, today) };
            if let Some(why) = wrong {
                let (what, case) = (said.what, said.case.to_owned());
                return Err(StatementError::Case { file: file.to_owned(), what, case, why });
            }
        }
        let unreasoned = self.waivers.iter().find(|waiver| waiver.reason.trim().is_empty());
        unreasoned.map_or(Ok(()), |waiver| {
            let why = "it has no reason; write why the failure is accepted".to_owned();
            Err(StatementError::Case { file: file.to_owned(), what: "the waiver", case: waiver.case.clone(), why })
        })
    }

    /// The waiver of a case.
    #[must_use]
    pub fn waiver(&self, case: &str) -> Option<&Waiver> {
        self.waivers.iter().find(|waiver| waiver.case == case)
    }

    /// The answer to a case.
    #[must_use]
    pub fn review(&self, case: &str) -> Option<&Review> {
        self.reviews.iter().find(|review| review.case == case)
    }
}

/// What waivers and reviews have in common.
struct Said<'a> {
    what: &'static str,
    case: &'a str,
    by: &'a str,
    date: &'a str,
}

impl Said<'_> {
    /// What is wrong with it, and what to do.
    fn wrong(&self, pack: &Pack, today: Date) -> Option<String> {
        let ids = || pack.cases.iter().map(|case| case.id.as_str());
        let Some(case) = pack.cases.iter().find(|case| case.id == self.case) else {
            return Some(format!("pack {} has no such case{}", pack.name, hint(self.case, ids())));
        };
        let judged = case.kind != crate::pack::Kind::Review;
        if self.what == "the review" && judged {
            return Some("the run judges this case; a waiver is for a failure that is accepted".to_owned());
        }
        if self.by.trim().is_empty() {
            return Some("nobody has signed it; write by = \"...\"".to_owned());
        }
        match self.date.parse::<Date>() {
            Err(_) => Some(format!("`{}` is no date; write one as {today}", self.date)),
            Ok(date) if date > today => Some(format!("{date} is after today, {today}")),
            Ok(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack::testing::{case, pack};

    const WHOLE: &str = "format = 1\n[product]\nname = \"App\"\nversion = \"4.2\"\n[environment]\nname = \"staging\"\n\
                         [tester]\nname = \"Ada\"\n";

    #[test]
    fn a_statement_names_what_was_tested() {
        assert_eq!(Statement::parse("s", WHOLE).map(|s| s.product.version), Ok("4.2".to_owned()));
        let bare = WHOLE.replace("version = \"4.2\"\n", "");
        assert!(Statement::parse("s", &bare).unwrap_err().to_string().contains("does not say product.version"));
        let blank = WHOLE.replace("\"Ada\"", "\" \"");
        assert!(Statement::parse("s", &blank).unwrap_err().to_string().contains("tester.name"));
        let spelt = WHOLE.replace("[tester]", "[testers]");
        assert!(matches!(Statement::parse("s", &spelt), Err(StatementError::Text { .. })));
        let newer = WHOLE.replace("format = 1", "format = 9");
        assert!(matches!(Statement::parse("s", &newer), Err(StatementError::Format { found: 9, .. })));
    }

    #[test]
    fn waivers_and_reviews_are_held_against_the_pack() {
        let pack = pack(&(case("Create", "mandatory", "") + &case("Docs", "review", ""))).unwrap();
        let told = |more: &str| {
            let today = "2026-11-30".parse().unwrap();
            Statement::parse("s", &format!("{WHOLE}{more}")).unwrap().fits("s", &pack, today).map_err(|e| e.to_string())
        };
        let waiver = |case: &str, reason: &str, date: &str| {
            format!("[[waiver]]\ncase = \"{case}\"\nreason = \"{reason}\"\nby = \"Ada\"\ndate = \"{date}\"\n")
        };
        let review = |case: &str| {
            format!("[[review]]\ncase = \"{case}\"\nanswer = \"passed\"\nby = \"Ada\"\ndate = \"2026-11-30\"\n")
        };
        assert_eq!(told(&(waiver("Create", "old", "2026-11-30") + &review("Docs"))), Ok(()));
        for (more, part) in [
            (waiver("Creat", "old", "2026-11-30"), "did you mean `Create`?"),
            (waiver("Create", "", "2026-11-30"), "it has no reason"),
            (waiver("Create", "old", "2026-12-01"), "2026-12-01 is after today"),
            (waiver("Create", "old", "yesterday"), "`yesterday` is no date"),
            (review("Create"), "the run judges this case"),
            (review("Docs") + &review("Docs"), "it is there twice"),
        ] {
            let found = told(&more).unwrap_err();
            assert!(found.contains(part), "{found}");
        }
    }
}
