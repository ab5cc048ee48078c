//! A first run of an IdP that broke off and was retried, held against what is on the target afterwards.
//!
//! In: who was in it, and a read of the target. Out: what of it does not hold. Never: a request.

use super::expectations::{self, Expectation};
use super::resource_values::{display_name, member_ids, seen_groups};
use client::observe::{id_text, member};
use idp::ProvisioningError;
use serde_json::Value;
use state::TenantState;
use std::collections::BTreeSet;

/// One run that broke off and was retried.
#[derive(Debug, Clone)]
pub(super) struct BrokenRun {
    /// Where, for a message.
    pub(super) broken_off: String,
    /// The user names of its people.
    pub(super) user_names: [String; 2],
    /// The name of its group on the target.
    pub(super) group: String,
    /// What the administrator still sees after the retry.
    pub(super) troubles: Vec<ProvisioningError>,
}

/// An expectation that does not hold, what was expected, and what was seen.
pub(super) type BrokenExpectation = (Expectation, String, String);

impl BrokenRun {
    fn accounts<'s>(&self, state: &'s TenantState) -> Vec<&'s Value> {
        let mine = |user: &&Value| {
            let name = member(user, "userName").and_then(Value::as_str);
            name.is_some_and(|name| self.user_names.contains(&name.to_lowercase()))
        };
        state.users.iter().filter(mine).collect()
    }

    /// One account for each of its people.
    pub(super) fn one_account_each(&self, state: &TenantState) -> Result<(), BrokenExpectation> {
        for name in &self.user_names {
            let is_it = |user: &Value| {
                member(user, "userName").and_then(Value::as_str).is_some_and(|n| n.eq_ignore_ascii_case(name))
            };
            let count = self.accounts(state).into_iter().filter(|u| is_it(u)).count();
            if count != 1 {
                return Err((
                    expectations::STATE_ONE_ACCOUNT,
                    "one account".to_owned(),
                    format!("{name} has {count} accounts"),
                ));
            }
        }
        Ok(())
    }

    /// One group, with all its people in it and nobody else.
    pub(super) fn one_whole_group(&self, state: &TenantState) -> Result<(), BrokenExpectation> {
        let groups: Vec<&Value> =
            state.groups.iter().filter(|g| display_name(g).eq_ignore_ascii_case(&self.group)).collect();
        let [group] = groups.as_slice() else {
            let seen = seen_groups(groups.len(), &self.group);
            return Err((expectations::STATE_GROUP_ONCE, "one".to_owned(), seen));
        };
        let wanted: BTreeSet<String> = self.accounts(state).into_iter().filter_map(id_text).collect();
        let seen: BTreeSet<String> = member_ids(group).into_iter().collect();
        if wanted == seen {
            return Ok(());
        }
        let lacks = wanted.difference(&seen).count();
        let seen = format!("{} has {} members and lacks {lacks} of {}", self.group, seen.len(), wanted.len());
        Err((expectations::STATE_MEMBERS, "exactly the people of that run in it".to_owned(), seen))
    }

    /// Nothing is left for the administrator to look at.
    pub(super) fn without_trouble(&self) -> Result<(), BrokenExpectation> {
        match self.troubles.first() {
            None => Ok(()),
            Some(first) => Err((expectations::IDP_CONTENT, "no error in the IdP's log".to_owned(), first.to_string())),
        }
    }
}
