//! The tree of a filter, and how it prints.

use crate::path::AttrPath;
use serde_json::{Number, Value};
use std::fmt;

/// A filter. `And` and `Or` hold two parts at least; a filter built otherwise prints, but does not read back.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// `userName eq "x"`, `title pr`.
    Attr {
        /// The attribute.
        path: AttrPath,
        /// What is asked of it.
        test: Test,
    },
    /// `emails[type eq "work" and value co "@x"]`: one value fulfils all of it.
    ValuePath {
        /// The multi-valued (or complex) attribute.
        attr: AttrPath,
        /// What one value has to fulfil; its paths are sub-attributes.
        filter: Box<Filter>,
    },
    /// `emails[type eq "work"].value eq "x"`: no filter of RFC 7644, but what Entra ID writes.
    ValuePathSub {
        /// The multi-valued (or complex) attribute.
        attr: AttrPath,
        /// Which of its values.
        filter: Box<Filter>,
        /// The sub-attribute of these values.
        sub: String,
        /// What is asked of it.
        test: Test,
    },
    /// `not (...)`.
    Not(Box<Filter>),
    /// `a and b and c`; binds tighter than `or`.
    And(Vec<Filter>),
    /// `a or b or c`.
    Or(Vec<Filter>),
}

/// What is asked of an attribute.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// `pr`: it has a value.
    Present,
    /// An operator and a literal.
    Compare(CompareOp, Literal),
}

/// The operators of RFC 7644 table 3, `pr` apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are those of RFC 7644 table 3")]
pub enum CompareOp {
    Eq,
    Ne,
    Co,
    Sw,
    Ew,
    Gt,
    Ge,
    Lt,
    Le,
}

/// A value to compare with (rule `compValue`).
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the names are those of JSON")]
pub enum Literal {
    Null,
    Bool(bool),
    Number(Number),
    String(String),
}

impl CompareOp {
    /// Every operator.
    pub const ALL: [Self; 9] =
        [Self::Eq, Self::Ne, Self::Co, Self::Sw, Self::Ew, Self::Gt, Self::Ge, Self::Lt, Self::Le];

    /// As it is written.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::Ne => "ne",
            Self::Co => "co",
            Self::Sw => "sw",
            Self::Ew => "ew",
            Self::Gt => "gt",
            Self::Ge => "ge",
            Self::Lt => "lt",
            Self::Le => "le",
        }
    }

    /// Reads an operator in any case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|op| op.as_str().eq_ignore_ascii_case(text))
    }

    /// Whether it asks for an order: `gt`, `ge`, `lt`, `le`.
    #[must_use]
    pub fn orders(self) -> bool {
        matches!(self, Self::Gt | Self::Ge | Self::Lt | Self::Le)
    }

    /// Whether it looks into a text: `co`, `sw`, `ew`.
    #[must_use]
    pub fn looks_into(self) -> bool {
        matches!(self, Self::Co | Self::Sw | Self::Ew)
    }
}

impl Literal {
    /// The literal as JSON.
    #[must_use]
    pub fn to_json(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(b) => Value::Bool(*b),
            Self::Number(n) => Value::Number(n.clone()),
            Self::String(s) => Value::String(s.clone()),
        }
    }
}

impl Filter {
    /// `path eq "value"`, if the filter is no more than that: what an index can answer.
    #[must_use]
    pub fn as_equality(&self) -> Option<(&AttrPath, &str)> {
        match self {
            Self::Attr { path, test: Test::Compare(CompareOp::Eq, Literal::String(value)) } => Some((path, value)),
            _ => None,
        }
    }

    fn print_part(&self, f: &mut fmt::Formatter<'_>, inside_and: bool) -> fmt::Result {
        match self {
            // Inside `or` an `and` needs no brackets; everywhere else nesting is shown as it is.
            Self::Or(_) => write!(f, "({self})"),
            Self::And(_) if inside_and => write!(f, "({self})"),
            _ => write!(f, "{self}"),
        }
    }

    fn print_joined(parts: &[Self], word: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, part) in parts.iter().enumerate() {
            if i > 0 {
                write!(f, " {word} ")?;
            }
            part.print_part(f, word == "and")?;
        }
        Ok(())
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Attr { path, test } => write!(f, "{path} {test}"),
            Self::ValuePath { attr, filter } => write!(f, "{attr}[{filter}]"),
            Self::ValuePathSub { attr, filter, sub, test } => write!(f, "{attr}[{filter}].{sub} {test}"),
            Self::Not(inner) => write!(f, "not ({inner})"),
            Self::And(parts) => Self::print_joined(parts, "and", f),
            Self::Or(parts) => Self::print_joined(parts, "or", f),
        }
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Present => f.write_str("pr"),
            Self::Compare(op, literal) => write!(f, "{} {}", op.as_str(), literal.to_json()),
        }
    }
}
