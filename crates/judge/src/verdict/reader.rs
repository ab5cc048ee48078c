//! For whom a run gives a verdict: each IdP that played, the RFCs, and the data behind the server.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// Whom a verdict is for. In records and settings its name: `okta`, `rfc`, `data`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reader {
    /// Whoever wants to connect an IdP, by the name of its family.
    Idp(String),
    /// Whoever wants RFC 7643 and RFC 7644 held.
    Rfc,
    /// Whoever answers for the people and groups on the server.
    Data,
}

impl Reader {
    /// The reader of that name. Every name but those of the other two is an IdP's.
    #[must_use]
    pub fn named(name: &str) -> Self {
        match name {
            "rfc" => Self::Rfc,
            "data" => Self::Data,
            idp => Self::Idp(idp.to_owned()),
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Idp(name) => name,
            Self::Rfc => "rfc",
            Self::Data => "data",
        }
    }
}

impl fmt::Display for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl Serialize for Reader {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Reader {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|name| Self::named(&name))
    }
}

/// What a run says to a reader, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReaderWord {
    /// Of an IdP: nothing that was judged breaks it.
    Works,
    /// Of an IdP: something breaks it if it sends what one source shows and another contradicts.
    MayNotWork,
    /// Of an IdP: something breaks it.
    DoesNotWork,
    /// Of the RFCs: every MUST that was judged holds.
    Conformant,
    /// Of the RFCs: a MUST does not hold.
    NotConformant,
    /// Of the data: nothing that was judged loses any or shows it to the wrong person.
    Safe,
    /// Of the data: something does.
    AtRisk,
    /// Nothing was judged for this reader.
    NotJudged,
}

impl fmt::Display for ReaderWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Works => "works",
            Self::MayNotWork => "may not work",
            Self::DoesNotWork => "does not work",
            Self::Conformant => "conformant",
            Self::NotConformant => "not conformant",
            Self::Safe => "safe",
            Self::AtRisk => "at risk",
            Self::NotJudged => "not judged",
        })
    }
}

/// What a run says to one reader.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReaderVerdict {
    /// The reader.
    pub reader: Reader,
    /// The verdict in a word.
    pub word: ReaderWord,
    /// Findings that break it, equal ones folded.
    pub blocking: usize,
    /// Findings that concern it and do not break it, equal ones folded.
    pub other: usize,
    /// How much of what applies to it was judged: an IdP's scenarios; requirements for the RFCs and the data.
    pub judged: usize,
    /// How much applies to it.
    pub of: usize,
}

impl ReaderVerdict {
    /// The verdict in words: `works, 2 limits`.
    #[must_use]
    pub fn told(&self) -> String {
        match (self.word, self.other) {
            (ReaderWord::Works, 1) => "works, 1 limit".to_owned(),
            (ReaderWord::Works, limits) if limits > 1 => format!("works, {limits} limits"),
            (word, _) => word.to_string(),
        }
    }

    /// How much was judged: `98 % of 214`. Never rounded up to all, or down to nothing.
    #[must_use]
    pub fn coverage(&self) -> String {
        let percent = match (self.judged, self.of) {
            (_, 0) => return "-".to_owned(),
            (0, _) => 0,
            (judged, of) if judged >= of => 100,
            (judged, of) => (judged * 100 / of).clamp(1, 99),
        };
        format!("{percent} % of {}", self.of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_is_its_name() {
        for name in ["okta", "rfc", "data"] {
            let read: Reader = serde_json::from_str(&format!("\"{name}\"")).unwrap();
            assert_eq!(serde_json::to_string(&read).unwrap(), format!("\"{name}\""));
        }
        assert_eq!(Reader::named("okta"), Reader::Idp("okta".into()));
    }

    #[test]
    fn a_verdict_is_told_with_its_limits_and_coverage() {
        let of = |word, other, judged, of| ReaderVerdict {
            reader: Reader::named("okta"),
            word,
            blocking: 0,
            other,
            judged,
            of,
        };
        assert_eq!(of(ReaderWord::Works, 2, 1, 1).told(), "works, 2 limits");
        assert_eq!(of(ReaderWord::Works, 1, 1, 1).told(), "works, 1 limit");
        assert_eq!(of(ReaderWord::Works, 0, 1, 1).told(), "works");
        assert_eq!(of(ReaderWord::DoesNotWork, 2, 1, 1).told(), "does not work");
        let covered =
            [(0, 0), (0, 9), (1, 900), (899, 900), (900, 900)].map(|(n, all)| of(ReaderWord::Works, 0, n, all));
        assert_eq!(covered.map(|v| v.coverage()), ["-", "0 % of 9", "1 % of 900", "99 % of 900", "100 % of 900"]);
    }
}
