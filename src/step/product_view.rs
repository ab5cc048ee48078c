//! What only the product shows: its own view of people, its groups, what people own. Read as an operator would.

use super::basis::Basis;
use super::expectations;
use super::step_end::Stop;
use super::world::World;
use crate::operator::Action;
use client::observe::id_text;
use judge::verdict::OutcomeKind;
use serde_json::Value;
use std::collections::BTreeSet;

impl World {
    /// Everything the product has; skips the scenario where no operator action reads it.
    pub(super) async fn product_state(&mut self) -> Result<Value, Stop> {
        self.operate_or_skip(Action::State).await
    }

    /// The product's users for a person: those under any name the person ever had, or any id an IdP links the person to.
    pub(super) async fn product_users(&mut self, name: &str) -> Result<Vec<Value>, Stop> {
        self.cast.persona(name);
        let (names, ids) = (self.cast.user_names(name), self.cast.linked_ids(name));
        let state = self.product_state().await?;
        let mine = |user: &&Value| {
            text(user, "userName").is_some_and(|n| names.contains(&n.to_lowercase()))
                || id_text(user).is_some_and(|id| ids.contains(&id))
        };
        Ok(list(&state, "users").iter().filter(mine).cloned().collect())
    }

    /// The product's one user for a person.
    pub(super) async fn product_user(&mut self, name: &str) -> Result<Value, Stop> {
        let users = self.product_users(name).await?;
        match users.as_slice() {
            [user] => Ok(user.clone()),
            several => {
                let (expected, seen) = ("one user".to_owned(), seen_users(several, name));
                Err(self.evidence.broken(expectations::STATE_ONE_ACCOUNT, &Basis::Product, expected, seen))
            }
        }
    }

    /// The user name that the product has for a person.
    pub(super) async fn product_name(&mut self, name: &str) -> Result<String, Stop> {
        Ok(text(&self.product_user(name).await?, "userName").unwrap_or_default().to_owned())
    }

    /// The product's own group of that name (with the scenario's tag).
    pub(super) async fn product_group(&mut self, name: &str) -> Result<Value, Stop> {
        let wanted = self.cast.group_name(name);
        let state = self.product_state().await?;
        let groups = list(&state, "product_groups");
        if let Some(group) = groups.iter().find(|g| text(g, "name") == Some(&wanted)) {
            return Ok(group.clone());
        }
        let names: Vec<&str> = groups.iter().filter_map(|g| text(g, "name")).collect();
        let seen = match names.as_slice() {
            [] => "the product has no groups".to_owned(),
            names => format!("the product has the groups {}", names.join(", ")),
        };
        Err(self.evidence.broken(
            expectations::PRODUCT_GROUP,
            &Basis::Product,
            format!("a group {wanted} among them"),
            seen,
        ))
    }

    /// The id of the product's own group, for an operator action.
    pub(super) async fn product_group_id(&mut self, name: &str) -> Result<String, Stop> {
        let group = self.product_group(name).await?;
        match id_text(&group) {
            Some(id) => Ok(id),
            None => Err(self.evidence.stop(OutcomeKind::Blocked, "the product shows its groups without ids")),
        }
    }

    /// The user names in the product's own group.
    pub(super) async fn product_members(&mut self, name: &str) -> Result<BTreeSet<String>, Stop> {
        let group = self.product_group(name).await?;
        Ok(list(&group, "members").iter().filter_map(Value::as_str).map(str::to_owned).collect())
    }
}

/// A text of an object of the product's.
pub(super) fn text<'v>(object: &'v Value, name: &str) -> Option<&'v str> {
    object.get(name)?.as_str()
}

/// A list of an object of the product's, empty when there is none.
pub(super) fn list<'v>(object: &'v Value, name: &str) -> &'v [Value] {
    object.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// The product's users for a person, as a finding shows them.
pub(super) fn seen_users(users: &[Value], person: &str) -> String {
    let names: Vec<&str> = users.iter().map(|u| text(u, "userName").unwrap_or("no userName")).collect();
    match names.as_slice() {
        [] => format!("the product has no user for {person}"),
        names => format!("the product has {} users for {person}: {}", names.len(), names.join(", ")),
    }
}
