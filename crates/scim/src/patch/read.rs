//! The body of a PATCH request.

use super::path::PatchPath;
use crate::error::ScimError;
use crate::{key, urn};
use serde_json::{Map, Value};

/// What an operation does (RFC 7644 section 3.5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are those of RFC 7644 section 3.5.2")]
pub enum Op {
    Add,
    Replace,
    Remove,
}

impl Op {
    /// Reads an operation's name; Entra ID writes it with a capital.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let named = |(name, op): (&str, Self)| text.eq_ignore_ascii_case(name).then_some(op);
        [("add", Self::Add), ("replace", Self::Replace), ("remove", Self::Remove)].into_iter().find_map(named)
    }
}

/// One operation.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    /// What it does.
    pub op: Op,
    /// Where; the resource itself if absent.
    pub path: Option<PatchPath>,
    /// With what; `Some(Null)` if the request says null.
    pub value: Option<Value>,
    /// The path as it was written.
    pub raw_path: Option<String>,
}

/// A PATCH request's operations, in order.
#[derive(Debug, Clone, PartialEq)]
pub struct Patch {
    /// At least one.
    pub operations: Vec<Operation>,
}

impl Patch {
    /// Reads a PATCH body. Names of members and operations are taken in any case.
    ///
    /// # Errors
    /// `invalidSyntax` for its structure, `invalidPath` or `invalidFilter` for a path, `invalidValue` for a missing
    /// value, `noTarget` for a remove without path.
    pub fn from_json(body: &Value) -> Result<Self, ScimError> {
        let Value::Object(body) = body else {
            return Err(ScimError::invalid_syntax("the body is no JSON object"));
        };
        let schemas = key::get(body, "schemas").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        if !schemas.iter().filter_map(Value::as_str).any(|s| urn::same(s, urn::PATCH_OP)) {
            return Err(ScimError::invalid_syntax(format!("schemas does not name {}", urn::PATCH_OP)));
        }
        match key::get(body, "Operations") {
            Some(Value::Array(list)) if !list.is_empty() => {
                let operations =
                    list.iter().enumerate().map(|(i, op)| read_operation(i, op)).collect::<Result<_, _>>()?;
                Ok(Self { operations })
            }
            Some(Value::Array(_)) => Err(ScimError::invalid_syntax("Operations is empty")),
            Some(_) => Err(ScimError::invalid_syntax("Operations is no array")),
            None => Err(ScimError::invalid_syntax("Operations is missing")),
        }
    }

    /// Whether any operation may touch the attribute, so that a store can leave a long one (`members`) unread and
    /// apply the patch to the rest. In doubt yes.
    #[must_use]
    pub fn touches(&self, name: &str) -> bool {
        let is_it = |path: &PatchPath| path.attr.name.eq_ignore_ascii_case(name);
        self.operations.iter().any(|operation| match (&operation.path, &operation.value) {
            (Some(path), _) => is_it(path),
            (None, Some(Value::Object(attributes))) => {
                attributes.keys().any(|key| PatchPath::parse(key).map_or(true, |path| is_it(&path)))
            }
            (None, _) => true,
        })
    }
}

fn read_operation(i: usize, operation: &Value) -> Result<Operation, ScimError> {
    let at = format!("Operations[{i}]");
    let Value::Object(operation) = operation else {
        return Err(ScimError::invalid_syntax(format!("{at} is no object")));
    };
    let Some(name) = key::get(operation, "op").and_then(Value::as_str) else {
        return Err(ScimError::invalid_syntax(format!("{at} has no op")));
    };
    let Some(op) = Op::parse(name) else {
        return Err(ScimError::invalid_syntax(format!("{at}: op is none of add, replace, remove")));
    };
    let raw_path = read_path(operation, &at)?;
    let path = raw_path.map(PatchPath::parse).transpose()?;
    let value = key::get(operation, "value").cloned();
    match (op, &path, &value) {
        (Op::Remove, None, _) => Err(ScimError::no_target(format!("{at}: remove needs a path"))),
        (Op::Add | Op::Replace, _, None) => Err(ScimError::invalid_value(format!("{at} has no value"))),
        (Op::Add | Op::Replace, None, Some(value)) if !value.is_object() => {
            Err(ScimError::invalid_value(format!("{at}: without a path the value is an object of attributes")))
        }
        _ => Ok(Operation { op, path, value, raw_path: raw_path.map(str::to_owned) }),
    }
}

fn read_path<'a>(operation: &'a Map<String, Value>, at: &str) -> Result<Option<&'a str>, ScimError> {
    match key::get(operation, "path") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(path)) => Ok(Some(path)),
        Some(_) => Err(ScimError::invalid_path(format!("{at}: path is no string"))),
    }
}
