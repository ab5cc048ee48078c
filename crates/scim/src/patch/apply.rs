//! From operations to targets: which attribute an operation means, and the rules that hold for every attribute.

use super::engine::Engine;
use super::path::PatchPath;
use super::read::{Op, Operation, Patch};
use super::target::Target;
use crate::compare::same_value;
use crate::error::ScimError;
use crate::filter::Filter;
use crate::key::{self, Object};
use crate::path::AttrPath;
use crate::resource::{check_schemas, complete_schemas};
use crate::rules::PatchRules;
use crate::schema::{Attribute, Mutability, ResourceType, Schema};
use crate::value::Reader;
use serde_json::Value;

impl Patch {
    /// Applies every operation or none; says whether the resource changed (if not, `meta.lastModified` stays,
    /// RFC 7644 section 3.5.2.1).
    ///
    /// # Errors
    /// As RFC 7644 section 3.5.2 has it; the resource is untouched then.
    pub fn apply(&self, resource: &mut Value, rt: &ResourceType, rules: &PatchRules) -> Result<bool, ScimError> {
        let Value::Object(before) = &*resource else {
            return Err(ScimError::internal("what is to be patched is no JSON object"));
        };
        let mut after = before.clone();
        let engine = Engine { rt, rules, reader: Reader { rules, patch: true } };
        for operation in &self.operations {
            engine.operation(&mut after, operation)?;
        }
        if after == *before {
            return Ok(false);
        }
        complete_schemas(&mut after, rt);
        *resource = Value::Object(after);
        Ok(true)
    }
}

impl<'a> Engine<'a> {
    fn operation(&self, resource: &mut Object, operation: &Operation) -> Result<(), ScimError> {
        let value = operation.value.as_ref();
        match (&operation.path, value) {
            (Some(path), _) => self.at_path(resource, operation.op, path, value),
            (None, _) if operation.op == Op::Remove => Err(ScimError::no_target("remove needs a path")),
            (None, Some(Value::Object(attributes))) => {
                attributes.iter().try_for_each(|(name, value)| self.member(resource, operation.op, name, value))
            }
            (None, _) => Err(ScimError::invalid_value("without a path the value is an object of attributes")),
        }
    }

    /// One key of a pathless value.
    fn member(&self, resource: &mut Object, op: Op, name: &str, value: &Value) -> Result<(), ScimError> {
        if let Some(schema) = self.rt.extension(name) {
            return self.extension(resource, op, schema, Some(value));
        }
        // A URN-qualified name is an attribute's name; a dot or a bracket makes it a path, which the RFC does not have
        // here and Entra ID sends.
        let local = name.rsplit_once(':').map_or(name, |(_, local)| local);
        if !self.rules.dotted_keys && (local.contains('.') || name.contains('[')) {
            return Err(ScimError::invalid_path(format!("{name:?} is no attribute name")));
        }
        self.at_path(resource, op, &PatchPath::parse(name)?, Some(value))
    }

    fn at_path(&self, resource: &mut Object, op: Op, path: &PatchPath, value: Option<&Value>) -> Result<(), ScimError> {
        if let Some(schema) = self.rt.whole_extension(&path.attr).filter(|_| path.filter.is_none()) {
            return self.extension(resource, op, schema, value);
        }
        let target = self.target(path)?;
        if target.attribute.name == "schemas" {
            return self.schemas(op, path, value);
        }
        let extension = target.extension;
        let mut inner = match extension {
            Some(schema) => match key::get_mut(resource, &schema.id) {
                Some(Value::Object(inner)) => std::mem::take(inner),
                _ => Object::new(),
            },
            None => Object::new(),
        };
        let holder = if extension.is_some() { &mut inner } else { &mut *resource };
        if !self.settled(holder, op, &target, value)? {
            self.change(holder, op, &target, value)?;
        }
        match extension {
            Some(schema) if inner.is_empty() => key::remove(resource, &schema.id),
            Some(schema) => key::set(resource, &schema.id, Value::Object(inner)),
            None => {}
        }
        Ok(())
    }

    fn target<'p>(&'p self, path: &'p PatchPath) -> Result<Target<'p>, ScimError> {
        let unknown = |what: &dyn std::fmt::Display| {
            ScimError::invalid_path(format!("{what} is no attribute of {}", self.rt.name))
        };
        let bare = AttrPath { sub: None, ..path.attr.clone() };
        let resolved = self.rt.attribute(&bare).ok_or_else(|| unknown(&bare))?;
        let sub = match path.sub_name() {
            None => None,
            Some(name) => Some(resolved.attribute.sub(name).ok_or_else(|| unknown(path))?),
        };
        if let Some(filter) = &path.filter {
            if !resolved.attribute.multi_valued {
                return Err(ScimError::invalid_path(format!("{bare} has one value: there is nothing to select")));
            }
            let whole = Filter::ValuePath { attr: bare, filter: Box::new(filter.clone()) };
            if let Some(unknown) = whole.unknown_attributes(self.rt).first() {
                return Err(ScimError::invalid_filter(format!("{unknown} is no attribute of {}", self.rt.name)));
            }
            whole.check(self.rt)?;
        }
        let (extension, attribute) = (resolved.extension, resolved.attribute);
        Ok(Target { extension, attribute, filter: path.filter.as_ref(), sub, at: path.to_string() })
    }

    /// Whether mutability settles the operation: refused, or nothing to do.
    fn settled(&self, holder: &Object, op: Op, target: &Target<'_>, value: Option<&Value>) -> Result<bool, ScimError> {
        let mutability = |a: &Attribute| a.mutability;
        let (whole, part) = (target.attribute.mutability, target.sub.map(mutability));
        let read_only = whole == Mutability::ReadOnly || part == Some(Mutability::ReadOnly);
        // Immutable parts of one value among several are held where the value is merged.
        let immutable =
            whole == Mutability::Immutable || (part == Some(Mutability::Immutable) && !target.attribute.multi_valued);
        if !read_only && !immutable {
            return Ok(false);
        }
        if read_only && self.rules.ignore_read_only {
            return Ok(true);
        }
        let current = key::get(holder, &target.attribute.name);
        let current = match target.sub {
            Some(sub) => current.and_then(Value::as_object).and_then(|o| key::get(o, &sub.name)),
            None => current,
        };
        let current = current.filter(|v| !key::is_unassigned(v));
        if immutable && current.is_none() {
            return Ok(false);
        }
        let leaf = target.sub.unwrap_or(target.attribute);
        let echo = |value: &Value| current.is_some_and(|c| same_value(c, value, leaf));
        if op != Op::Remove && target.filter.is_none() && value.is_some_and(echo) {
            return Ok(true);
        }
        let word = if read_only { "readOnly" } else { "immutable" };
        Err(ScimError::mutability(format!("{} is {word}", target.at)))
    }

    /// An extension as a whole.
    fn extension(
        &self,
        resource: &mut Object,
        op: Op,
        schema: &'a Schema,
        value: Option<&Value>,
    ) -> Result<(), ScimError> {
        match (op, value) {
            (Op::Remove, _) | (_, Some(Value::Null)) => {
                if self.rt.extensions.iter().any(|(s, required)| *required && s.id == schema.id) {
                    return Err(ScimError::mutability(format!("{} is required", schema.id)));
                }
                let inner = key::get(resource, &schema.id).and_then(Value::as_object);
                let fixed = |a: &&Attribute| a.required || a.mutability != Mutability::ReadWrite;
                let has = |a: &&Attribute| inner.is_some_and(|o| key::get(o, &a.name).is_some());
                if let Some(held) = schema.attributes.iter().filter(fixed).find(has) {
                    return Err(ScimError::mutability(format!("{}:{} cannot be removed", schema.id, held.name)));
                }
                key::remove(resource, &schema.id);
                Ok(())
            }
            (_, Some(Value::Object(attributes))) => attributes.iter().try_for_each(|(name, value)| {
                let path = format!("{}:{name}", schema.id);
                self.at_path(resource, op, &PatchPath::parse(&path)?, Some(value))
            }),
            _ => Err(ScimError::invalid_value(format!("{} is not an object", schema.id))),
        }
    }

    /// `schemas` may be written, but follows the data: an extension's URN comes and goes with its attributes.
    fn schemas(&self, op: Op, path: &PatchPath, value: Option<&Value>) -> Result<(), ScimError> {
        match op {
            _ if path.filter.is_some() => Err(ScimError::invalid_path("schemas has no parts to select")),
            Op::Remove => Err(ScimError::mutability("schemas is required")),
            Op::Replace => check_schemas(value, self.rt),
            Op::Add => match value {
                Some(Value::String(_) | Value::Null) => Ok(()),
                Some(Value::Array(list)) if list.iter().all(Value::is_string) => Ok(()),
                _ => Err(ScimError::invalid_value("schemas is not an array of strings")),
            },
        }
    }
}
