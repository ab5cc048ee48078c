//! One operation on one attribute.

use super::engine::Engine;
use super::read::Op;
use crate::error::ScimError;
use crate::filter::{CompareOp, Filter, Literal, Test};
use crate::key::{self, Object};
use crate::rules::{NoMatch, RemoveValue};
use crate::schema::{Attribute, Mutability, Schema};
use crate::value::{Collection, Parts, check_primary, identity, is_primary, merge};
use serde_json::Value;
use std::collections::HashSet;

/// What an operation is about.
pub(super) struct Target<'a> {
    pub(super) extension: Option<&'a Schema>,
    pub(super) attribute: &'a Attribute,
    pub(super) filter: Option<&'a Filter>,
    pub(super) sub: Option<&'a Attribute>,
    /// For errors.
    pub(super) at: String,
}

impl Engine<'_> {
    /// Carries the operation out in the object that holds the attribute.
    pub(super) fn change(
        &self,
        holder: &mut Object,
        op: Op,
        target: &Target<'_>,
        value: Option<&Value>,
    ) -> Result<(), ScimError> {
        if !target.attribute.multi_valued {
            return self.single(holder, op, target, value);
        }
        let mut list = take_list(holder, target.attribute);
        match (target.filter, target.sub) {
            (Some(filter), _) => self.selected(&mut list, op, target, filter, value)?,
            (None, Some(sub)) => self.part_of_all(&mut list, op, target, sub, value)?,
            (None, None) => self.whole_list(&mut list, op, target, value)?,
        }
        list.retain(|v| !key::is_unassigned(v));
        let value = (!list.is_empty()).then_some(Value::Array(list));
        store(holder, target.attribute, value, &target.at)
    }

    /// An attribute with one value, or a part of it.
    fn single(&self, holder: &mut Object, op: Op, target: &Target<'_>, value: Option<&Value>) -> Result<(), ScimError> {
        let attribute = target.attribute;
        let value = value.filter(|_| op != Op::Remove).unwrap_or(&Value::Null);
        let parts = match target.sub {
            Some(sub) => vec![(sub, self.reader.read(value, sub, &target.at)?)],
            None if !attribute.is_complex() || value.is_null() => {
                let new = self.reader.read(value, attribute, &target.at)?;
                return store(holder, attribute, new, &target.at);
            }
            None => self.reader.parts(value, attribute, &target.at)?,
        };
        let mut object = match key::get_mut(holder, &attribute.name) {
            Some(Value::Object(object)) => std::mem::take(object),
            _ => Object::new(),
        };
        merge(&mut object, parts, attribute, &attribute.name)?;
        let object = Value::Object(object);
        store(holder, attribute, (!key::is_unassigned(&object)).then_some(object), &target.at)
    }

    /// A multi-valued attribute as a whole.
    fn whole_list(
        &self,
        list: &mut Vec<Value>,
        op: Op,
        target: &Target<'_>,
        value: Option<&Value>,
    ) -> Result<(), ScimError> {
        let attribute = target.attribute;
        match (op, value) {
            (Op::Remove, None | Some(Value::Null)) => list.clear(),
            (Op::Remove, Some(value)) => match self.rules.remove_value {
                RemoveValue::Reject => {
                    return Err(ScimError::invalid_syntax(format!("remove {} does not take a value", target.at)));
                }
                RemoveValue::Listed => {
                    let listed = self.reader.elements(value, attribute, &target.at)?;
                    remove_listed(list, &listed, attribute);
                }
            },
            (_, value) => {
                let new = self.reader.elements(value.unwrap_or(&Value::Null), attribute, &target.at)?;
                check_primary(&new, &target.at)?;
                if op == Op::Replace {
                    *list = new;
                    return Ok(());
                }
                let mut collection = Collection::new(attribute, std::mem::take(list));
                let touched: Vec<usize> = new.into_iter().map(|v| collection.add(v)).collect();
                *list = collection.values;
                move_primary(list, &touched, &target.at)?;
            }
        }
        Ok(())
    }

    /// `emails.type`: the part of every value.
    fn part_of_all(
        &self,
        list: &mut Vec<Value>,
        op: Op,
        target: &Target<'_>,
        sub: &Attribute,
        value: Option<&Value>,
    ) -> Result<(), ScimError> {
        let value = value.filter(|_| op != Op::Remove).unwrap_or(&Value::Null);
        let new = self.reader.read(value, sub, &target.at)?;
        if list.is_empty() && new.is_some() {
            list.push(Value::Object(Object::new()));
        }
        let touched: Vec<usize> = (0..list.len()).collect();
        merge_into(list, &touched, &vec![(sub, new)], target)?;
        move_primary(list, &touched, &target.at)
    }

    /// The values a filter selects, or a part of them.
    fn selected(
        &self,
        list: &mut Vec<Value>,
        op: Op,
        target: &Target<'_>,
        filter: &Filter,
        value: Option<&Value>,
    ) -> Result<(), ScimError> {
        let attribute = target.attribute;
        let chosen = |list: &[Value]| -> Vec<usize> {
            let selects = |(_, v): &(usize, &Value)| filter.selects(v, attribute);
            list.iter().enumerate().filter(selects).map(|(i, _)| i).collect()
        };
        let mut touched = chosen(list);
        let value = value.filter(|_| op != Op::Remove).unwrap_or(&Value::Null);
        if value.is_null() && target.sub.is_none() {
            if op != Op::Add {
                list.retain(|v| !filter.selects(v, attribute));
            }
            return Ok(());
        }
        if touched.is_empty() && !value.is_null() {
            match self.rules.no_match {
                NoMatch::NoTarget => return Err(no_target(target)),
                NoMatch::Create => touched.push(self.create(list, target, filter)?),
            }
        }
        if !attribute.is_complex() {
            let new = self.reader.one(one_of(value), attribute, &target.at)?.unwrap_or_default();
            touched.iter().filter_map(|i| list.get_mut(*i).map(|v| *v = new.clone())).for_each(drop);
            return Ok(());
        }
        let parts = match target.sub {
            Some(sub) => vec![(sub, self.reader.read(value, sub, &target.at)?)],
            None => self.reader.parts(one_of(value), attribute, &target.at)?,
        };
        merge_into(list, &touched, &parts, target)?;
        move_primary(list, &touched, &target.at)
    }

    /// A new value with what the filter compares by `eq`; says where it is.
    fn create(&self, list: &mut Vec<Value>, target: &Target<'_>, filter: &Filter) -> Result<usize, ScimError> {
        let mut wanted = Object::new();
        if !equalities(filter, &mut wanted) {
            return Err(no_target(target));
        }
        let new = match target.attribute.is_complex() {
            true => self.reader.one(&Value::Object(wanted), target.attribute, &target.at)?,
            false => wanted.remove("value"),
        };
        list.push(new.unwrap_or_else(|| Value::Object(Object::new())));
        Ok(list.len() - 1)
    }
}

fn no_target(target: &Target<'_>) -> ScimError {
    ScimError::no_target(format!("{} matches no value", target.at))
}

/// The value itself, or the one in a list of one: clients wrap what replaces a selected value.
fn one_of(value: &Value) -> &Value {
    match value.as_array().map(Vec::as_slice) {
        Some([one]) => one,
        _ => value,
    }
}

/// Collects what a filter compares by `eq`; false if it asks for anything else, of which no value can be made.
fn equalities(filter: &Filter, out: &mut Object) -> bool {
    match filter {
        Filter::Attr { path, test: Test::Compare(CompareOp::Eq, literal) } if *literal != Literal::Null => {
            out.insert(path.name.clone(), literal.to_json());
            true
        }
        Filter::And(parts) => parts.iter().all(|part| equalities(part, out)),
        _ => false,
    }
}

fn take_list(holder: &mut Object, attribute: &Attribute) -> Vec<Value> {
    match key::get_mut(holder, &attribute.name) {
        Some(Value::Array(list)) => std::mem::take(list),
        Some(Value::Null) | None => Vec::new(),
        Some(one) => vec![one.take()],
    }
}

/// Sets or unassigns an attribute; a required one is neither unassigned nor emptied.
fn store(holder: &mut Object, attribute: &Attribute, value: Option<Value>, at: &str) -> Result<(), ScimError> {
    match value {
        None if attribute.required => Err(ScimError::mutability(format!("{at} is required"))),
        Some(Value::String(text)) if attribute.required && text.is_empty() => {
            Err(ScimError::invalid_value(format!("{at} is required and not empty")))
        }
        Some(value) => {
            key::set(holder, &attribute.name, value);
            Ok(())
        }
        None => {
            key::remove(holder, &attribute.name);
            Ok(())
        }
    }
}

/// Removes the values a client listed. A member is its `value`; elsewhere every part that is listed counts, what only
/// describes a value apart.
fn remove_listed(list: &mut Vec<Value>, listed: &[Value], attribute: &Attribute) {
    let by_value = attribute.sub("value").is_none_or(|s| s.mutability == Mutability::Immutable);
    if by_value {
        let gone: HashSet<String> = listed.iter().map(|v| identity(v, attribute)).collect();
        list.retain(|v| !gone.contains(&identity(v, attribute)));
        return;
    }
    let is_listed = |value: &Value, listed: &Value| {
        let (Some(value), Some(listed)) = (value.as_object(), listed.as_object()) else { return value == listed };
        let mut parts = attribute.sub_attributes.iter().filter(|s| s.name != "display" && s.name != "primary");
        parts.all(|sub| match key::get(listed, &sub.name) {
            Some(wanted) => key::get(value, &sub.name).is_some_and(|v| identity(v, sub) == identity(wanted, sub)),
            None => true,
        })
    };
    list.retain(|value| !listed.iter().any(|l| is_listed(value, l)));
}

fn merge_into(list: &mut [Value], touched: &[usize], parts: &Parts<'_>, target: &Target<'_>) -> Result<(), ScimError> {
    for at in touched {
        if let Some(Value::Object(object)) = list.get_mut(*at) {
            merge(object, parts.clone(), target.attribute, &target.attribute.name)?;
        }
    }
    Ok(())
}

/// If an operation made a value the primary one, the others are it no longer (RFC 7644 section 3.5.2).
fn move_primary(list: &mut [Value], touched: &[usize], at: &str) -> Result<(), ScimError> {
    let touched: HashSet<usize> = touched.iter().copied().collect();
    let primary: Vec<usize> = list.iter().enumerate().filter(|(_, v)| is_primary(v)).map(|(i, _)| i).collect();
    let now: Vec<usize> = primary.iter().copied().filter(|i| touched.contains(i)).collect();
    match now.as_slice() {
        [] => Ok(()),
        [_] => {
            for i in primary.into_iter().filter(|i| !touched.contains(i)) {
                if let Some(Value::Object(object)) = list.get_mut(i) {
                    key::set(object, "primary", Value::Bool(false));
                }
            }
            Ok(())
        }
        _ => Err(ScimError::invalid_value(format!("{at} would have more than one primary value"))),
    }
}
