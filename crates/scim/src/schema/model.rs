//! What a schema says about an attribute.

use serde::Deserialize;

/// Data type of an attribute (RFC 7643 section 2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the names are those of RFC 7643 section 2.3")]
pub enum Kind {
    #[default]
    String,
    Boolean,
    Decimal,
    Integer,
    DateTime,
    Reference,
    Binary,
    Complex,
}

/// Who may write an attribute, and when (RFC 7643 section 7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Mutability {
    /// Set by the server alone.
    ReadOnly,
    /// Any client, any time.
    #[default]
    ReadWrite,
    /// Once, while it has no value.
    Immutable,
    /// Written, never shown.
    WriteOnly,
}

/// When an attribute is part of an answer (RFC 7643 section 7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Returned {
    /// Whatever the client asked for.
    Always,
    /// In no answer.
    Never,
    /// Unless the client asked for something else.
    #[default]
    Default,
    /// Only when named.
    Request,
}

/// Among whom a value must be unique (RFC 7643 section 7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Uniqueness {
    /// Nobody.
    #[default]
    None,
    /// The resources of the endpoint or tenant.
    Server,
    /// The world.
    Global,
}

/// One attribute with its characteristics; what is left out has the default of RFC 7643 section 2.2.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Attribute {
    /// Canonical spelling.
    pub name: String,
    /// For a human.
    #[serde(default)]
    pub description: String,
    /// Data type.
    #[serde(default, rename = "type")]
    pub kind: Kind,
    /// Whether the value is an array.
    #[serde(default)]
    pub multi_valued: bool,
    /// Whether a resource without it is refused.
    #[serde(default)]
    pub required: bool,
    /// Whether `A` and `a` differ.
    #[serde(default)]
    pub case_exact: bool,
    /// Who may write it.
    #[serde(default)]
    pub mutability: Mutability,
    /// When it is shown.
    #[serde(default)]
    pub returned: Returned,
    /// Among whom it is unique.
    #[serde(default)]
    pub uniqueness: Uniqueness,
    /// Suggested values.
    #[serde(default)]
    pub canonical_values: Vec<String>,
    /// What a reference may point at.
    #[serde(default)]
    pub reference_types: Vec<String>,
    /// The parts of a complex attribute.
    #[serde(default)]
    pub sub_attributes: Vec<Attribute>,
}

impl Attribute {
    /// The sub-attribute of that name; case does not count (RFC 7643 section 2.1).
    #[must_use]
    pub fn sub(&self, name: &str) -> Option<&Self> {
        self.sub_attributes.iter().find(|a| a.name.eq_ignore_ascii_case(name))
    }

    /// Whether its values are objects.
    #[must_use]
    pub fn is_complex(&self) -> bool {
        self.kind == Kind::Complex
    }
}

/// A schema (RFC 7643 section 7).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Schema {
    /// Its URN.
    pub id: String,
    /// Its short name.
    pub name: String,
    /// For a human.
    #[serde(default)]
    pub description: String,
    /// Its attributes.
    pub attributes: Vec<Attribute>,
}

impl Schema {
    /// The attribute of that name; case does not count.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|a| a.name.eq_ignore_ascii_case(name))
    }
}
