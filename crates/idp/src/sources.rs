//! Where the habits of the simulated identity providers are from: what the codes in this package's comments stand for.
//!
//! In: `sources.toml`. Out: documents and rules by code, and the table as text for people. Never: anything that is sent.

use serde::Deserialize;
use std::fmt;
use std::fmt::Write as _;
use std::sync::LazyLock;

/// How far a source is to be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Confidence {
    /// Documented by the vendor.
    D,
    /// Captured from the wire.
    C,
    /// Sent by the vendor's own test tools.
    V,
    /// Read in the product's own source code.
    S,
    /// Reported in an issue or a forum.
    I,
    /// Inferred from other sources.
    Inf,
    /// Unverified.
    U,
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::D => "D: documented by the vendor",
            Self::C => "C: captured from the wire",
            Self::V => "V: sent by the vendor's own test tools",
            Self::S => "S: read in the product's own source code",
            Self::I => "I: reported in an issue or a forum",
            Self::Inf => "Inf: inferred from other sources",
            Self::U => "U: unverified",
        })
    }
}

/// Something to read.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// As comments name it.
    pub code: String,
    /// Whose habit it tells of.
    pub idp: String,
    /// What it is.
    pub title: String,
    /// Where it is.
    pub at: String,
    /// When it was written or last changed; empty where that is not known.
    #[serde(default)]
    pub date: String,
    /// How far to trust it.
    pub confidence: Confidence,
}

/// One statement, in our words.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// As comments name it.
    pub code: String,
    /// Whose habit it is.
    pub idp: String,
    /// The statement.
    pub text: String,
    /// How far to trust it.
    pub confidence: Confidence,
    /// Codes of the documents that say so.
    pub from: Vec<String>,
}

/// How what a product sends for some events is known.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// Whose habit it is.
    pub idp: String,
    /// The mode, where it is not that of all.
    #[serde(default)]
    pub kind: Option<String>,
    /// The events, by [`Event::name`](crate::Event::name).
    pub events: Vec<String>,
    /// How far to trust it: the surest that holds for method and path.
    pub confidence: Confidence,
    /// Codes of the documents and rules that say so.
    pub from: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    document: Vec<Document>,
    rule: Vec<Rule>,
    evidence: Vec<Evidence>,
}

/// The file is part of the program and a test reads it, so an unreadable one gives no sources rather than a panic.
static FILE: LazyLock<File> =
    LazyLock::new(|| include_str!("../sources.toml").parse().and_then(toml::Table::try_into).unwrap_or_default());

/// The document of a code, in any letter case.
#[must_use]
pub fn document(code: &str) -> Option<&'static Document> {
    FILE.document.iter().find(|d| d.code.eq_ignore_ascii_case(code))
}

/// The rule of a code, in any letter case.
#[must_use]
pub fn rule(code: &str) -> Option<&'static Rule> {
    FILE.rule.iter().find(|r| r.code.eq_ignore_ascii_case(code))
}

/// How a product's answer to an event is known.
#[must_use]
pub fn evidence(kind: crate::Kind, event: &str) -> Option<&'static Evidence> {
    let of = |e: &&Evidence| e.idp == kind.family().name() && e.events.iter().any(|name| name == event);
    let own = FILE.evidence.iter().filter(of).find(|e| e.kind.as_deref() == Some(kind.id()));
    own.or_else(|| FILE.evidence.iter().filter(of).find(|e| e.kind.is_none()))
}

/// Every code.
pub fn codes() -> impl Iterator<Item = &'static str> {
    FILE.document.iter().map(|d| d.code.as_str()).chain(FILE.rule.iter().map(|r| r.code.as_str()))
}

const HEAD: &str = "# Sources of the simulated identity providers

<!-- Generated: cargo xtask sources -->

What a simulated identity provider sends comes from its vendor's documentation and from recorded traffic. Comments in
`crates/idp` cite these codes, and `scimulate explain CODE` shows one. The letter says how reliable the source is: D documented by
the vendor, C captured from the wire, V sent by the vendor's own test tools, S read in the product's own source code, I reported in an
issue or a forum, U unverified. In comments, *Inf* means inferred from the other sources of the same comment. `scimulate explain F095`
shows a field report with its sources. `docs/idps.md` says for each product and event what is sent, and how that is known.
";

/// `docs/sources.md`.
#[must_use]
pub fn page() -> String {
    let mut text = HEAD.to_owned();
    for idp in crate::Family::all().map(crate::Family::name) {
        let _ = writeln!(text, "\n## {idp}: documents\n\n| code | document | where | date | |\n|---|---|---|---|---|");
        for d in FILE.document.iter().filter(|d| d.idp == idp) {
            let date = if d.date.is_empty() { "–" } else { &d.date };
            let _ = writeln!(text, "| {} | {} | {} | {date} | {:?} |", d.code, d.title, d.at, d.confidence);
        }
        let rules: Vec<&Rule> = FILE.rule.iter().filter(|r| r.idp == idp).collect();
        if !rules.is_empty() {
            let _ = writeln!(text, "\n## {idp}: rules\n\n| code | rule | from | |\n|---|---|---|---|");
        }
        for r in rules {
            let _ = writeln!(text, "| {} | {} | {} | {:?} |", r.code, r.text, r.from.join(", "), r.confidence);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::{Path, PathBuf};

    /// Words in capitals that are no codes.
    const WORDS: &str = "PATCH POST PUT GET DELETE HTTP JSON TOML URL URN URI SCIM RFC ID GUID UPN AIW OIN ADSCIM BOM API CSV ASCII \
                         UTF OAUTH TLS MUST SHOULD MAY NOT EMU MIT";

    fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { sources(&path, found) } else { found.push(path) }
        }
    }

    /// Words in capitals and digits in a text's comments, what is quoted as code left out.
    fn named(text: &str) -> BTreeSet<String> {
        let comments = text.lines().filter_map(|line| line.split_once("//").map(|(_, comment)| comment));
        let prose = comments.flat_map(|comment| comment.split('`').step_by(2));
        let words = prose.flat_map(|part| part.split(|c: char| !(c.is_alphanumeric() || ".-_".contains(c))));
        let words = words.map(|word| word.trim_end_matches('.')).filter(|word| word.len() > 1);
        let capitals = |word: &&str| {
            word.starts_with(|c: char| c.is_ascii_uppercase())
                && word.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '.')
        };
        let ordinary = |word: &&str| WORDS.split_whitespace().any(|known| known == *word);
        words.filter(capitals).filter(|word| !ordinary(word)).map(str::to_owned).collect()
    }

    #[test]
    fn every_code_in_a_comment_has_its_entry_and_every_entry_is_used() {
        let mut files = Vec::new();
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
        let mut used: BTreeSet<String> =
            files.iter().flat_map(|f| named(&std::fs::read_to_string(f).unwrap())).collect();
        let known: BTreeSet<String> = codes().map(str::to_owned).collect();
        assert_eq!(known.len(), codes().count(), "a code is there twice");
        used.extend(FILE.rule.iter().flat_map(|r| r.from.clone()));
        used.extend(FILE.evidence.iter().flat_map(|e| e.from.clone()));
        let (strange, idle): (Vec<_>, Vec<_>) = (used.difference(&known).collect(), known.difference(&used).collect());
        assert!(strange.is_empty(), "in no entry of sources.toml: {strange:?}");
        assert!(idle.is_empty(), "nobody uses these entries: {idle:?}");
        let documents: BTreeSet<&str> = FILE.document.iter().map(|d| d.code.as_str()).collect();
        let from = FILE.rule.iter().flat_map(|r| &r.from).all(|code| documents.contains(code.as_str()));
        assert!(from, "a rule is from documents");
    }

    #[test]
    fn every_entry_is_of_a_product_and_no_answer_is_known_twice() {
        let families: BTreeSet<&str> = crate::Family::all().map(crate::Family::name).collect();
        let idps = FILE.document.iter().map(|d| &d.idp).chain(FILE.rule.iter().map(|r| &r.idp));
        let idps = idps.chain(FILE.evidence.iter().map(|e| &e.idp));
        let strange: BTreeSet<&String> = idps.filter(|idp| !families.contains(idp.as_str())).collect();
        assert!(strange.is_empty(), "{strange:?}");
        let mut known = BTreeSet::new();
        for e in &FILE.evidence {
            assert!(
                e.kind.as_ref().is_none_or(|kind| crate::Kind::ALL.iter().any(|known| known.id() == kind)),
                "{e:?}"
            );
            let twice = e.events.iter().find(|event| !known.insert((&e.idp, &e.kind, *event)));
            assert!(twice.is_none(), "{e:?}");
        }
    }

    #[test]
    fn the_reader_sees_codes_and_nothing_else() {
        let seen = named("let URL = 1; // A `GET` (L13, A3.2; D). ROSTR, of JSON.\n/// An Okta id: OKD20.");
        assert_eq!(seen, ["A3.2", "L13", "OKD20", "ROSTR"].map(str::to_owned).into());
    }
}
