//! Queries that a product takes less of than RFC 7644 has.
//!
//! In: a filter that reads and fits the schema. Out: the same, or a refusal.

use super::{Done, Work};
use crate::product::{MemberMiss, Parameter, QueryRules};
use scim::error::ScimError;
use scim::filter::{Filter, Test};
use scim::path::AttrPath;

impl Work<'_> {
    /// The value of a parameter that the product may not know.
    pub(super) fn narrowed<'v>(&self, rule: Parameter, name: &str, value: Option<&'v str>) -> Done<Option<&'v str>> {
        match (rule, value) {
            (Parameter::Honoured, value) => Ok(value),
            (Parameter::Refused, Some(_)) => Err(ScimError::invalid_value(format!("{name} is not supported")).into()),
            _ => Ok(None),
        }
    }

    /// Refuses a group filter that asks for a member nobody is, where the product answers 404.
    pub(super) fn check_member_of_filter(&self, filter: &Filter) -> Done<()> {
        if self.behaviour().query.unknown_member == MemberMiss::NoMatch {
            return Ok(());
        }
        let parts = match filter {
            Filter::And(parts) => parts.as_slice(),
            other => std::slice::from_ref(other),
        };
        for part in parts {
            let Some((path, value)) = equality(part) else { continue };
            if path.starts_with("members") && self.store.kind_of(self.call.tenant.row, value)?.is_none() {
                return Err(ScimError::not_found(format!("there is no member {value}")).into());
            }
        }
        Ok(())
    }
}

fn equality(filter: &Filter) -> Option<(String, &str)> {
    match filter {
        Filter::ValuePath { attr, filter } => {
            let (path, value) = filter.as_equality()?;
            Some((format!("{}.{}", attr.name, path.name).to_ascii_lowercase(), value))
        }
        other => other.as_equality().map(|(path, value)| (plain(path), value)),
    }
}

fn plain(path: &AttrPath) -> String {
    let sub = path.sub.as_ref().map(|sub| format!(".{sub}")).unwrap_or_default();
    format!("{}{sub}", path.name).to_ascii_lowercase()
}

/// Refuses a filter that is outside what the product takes.
pub(super) fn narrow(filter: &Filter, rules: &QueryRules, allowed: Option<&[String]>) -> Result<(), ScimError> {
    if let Some(most) = rules.max_nodes
        && nodes(filter) > most
    {
        return Err(ScimError::invalid_filter(format!("a filter may have {most} nodes")));
    }
    if let Some(operators) = &rules.operators {
        check_operators(filter, operators)?;
    }
    let Some(allowed) = allowed else { return Ok(()) };
    let form =
        form(filter).filter(|form| allowed.iter().any(|allowed| same_attribute(&allowed.to_ascii_lowercase(), form)));
    form.map(drop).ok_or_else(|| {
        ScimError::invalid_filter(format!("this product filters by {} and nothing else", allowed.join("; ")))
    })
}

/// Whether an allowed form is that of a filter; `members` and `members.value` are the same.
fn same_attribute(allowed: &str, form: &str) -> bool {
    let short =
        |form: &str| form.split(" and ").map(|part| part.trim_end_matches(".value").to_owned()).collect::<Vec<_>>();
    short(allowed) == short(form)
}

/// The attributes of a filter, joined by `and`; none for a filter that is more.
fn form(filter: &Filter) -> Option<String> {
    match filter {
        Filter::Attr { path, .. } => Some(plain(path)),
        Filter::ValuePath { .. } => equality(filter).map(|(path, _)| path),
        Filter::And(parts) => parts.iter().map(form).collect::<Option<Vec<_>>>().map(|parts| parts.join(" and ")),
        Filter::ValuePathSub { .. } | Filter::Not(_) | Filter::Or(_) => None,
    }
}

fn nodes(filter: &Filter) -> usize {
    1 + match filter {
        Filter::Attr { .. } => 0,
        Filter::ValuePath { filter, .. } | Filter::ValuePathSub { filter, .. } | Filter::Not(filter) => nodes(filter),
        Filter::And(parts) | Filter::Or(parts) => parts.iter().map(nodes).sum(),
    }
}

fn check_operators(filter: &Filter, operators: &[String]) -> Result<(), ScimError> {
    let check = |test: &Test| {
        let name = match test {
            Test::Present => "pr",
            Test::Compare(op, _) => op.as_str(),
        };
        if operators.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            return Ok(());
        }
        Err(ScimError::invalid_filter(format!("this product knows no {name}, only {}", operators.join(", "))))
    };
    match filter {
        Filter::Attr { test, .. } => check(test),
        Filter::ValuePath { filter, .. } => check_operators(filter, operators),
        Filter::ValuePathSub { filter, test, .. } => check(test).and_then(|()| check_operators(filter, operators)),
        Filter::Not(_) => Err(ScimError::invalid_filter("this product knows no not")),
        Filter::And(parts) => parts.iter().try_for_each(|part| check_operators(part, operators)),
        Filter::Or(_) => Err(ScimError::invalid_filter("this product knows no or")),
    }
}
