//! Answers shown wrongly.

use super::Work;
use crate::defects::{GroupDefect, ListDefect as D, UserDefect};
use crate::service::{Done, Method, Reply, Target};
use scim::urn;
use serde_json::{Value, json};

impl Work<'_> {
    /// The reply as the client gets to see it.
    pub(super) fn shown(&self, mut reply: Reply) -> Done<Reply> {
        let Some(body) = reply.body.as_mut().filter(|_| reply.status < 300) else { return Ok(reply) };
        let of_users = matches!(self.call.target, Target::Users | Target::User(_));
        match body.get_mut("Resources").and_then(Value::as_array_mut) {
            Some(resources) => {
                for resource in resources.iter_mut() {
                    self.show_wrongly(resource, of_users)?;
                }
                if self.method_is(Method::Get) {
                    self.list_wrongly(body, of_users)?;
                }
            }
            None => self.show_wrongly(body, of_users)?,
        }
        Ok(reply)
    }

    fn show_wrongly(&self, resource: &mut Value, of_users: bool) -> Done<()> {
        self.seldom_shown(resource)?;
        if of_users {
            if self.users_go_wrong(UserDefect::PasswordShown) {
                resource["password"] = "$2y$10$hash".into();
            }
            if self.users_go_wrong(UserDefect::GroupsEmbedMembers)
                && let Some(groups) = resource.get_mut("groups").and_then(Value::as_array_mut)
            {
                groups.iter_mut().for_each(|group| group["members"] = json!([]));
            }
            return Ok(());
        }
        let id = resource.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
        let Some(members) = resource.get_mut("members").and_then(Value::as_array_mut) else { return Ok(()) };
        let value = |member: &Value| member.get("value").and_then(Value::as_str).unwrap_or_default().to_owned();
        if self.groups_go_wrong(GroupDefect::MemberTwice) {
            let twice = self.store.buried(self.call.tenant.row, "Twice", &id)?;
            let again: Vec<Value> = members.iter().filter(|m| twice.contains(&value(m))).cloned().collect();
            members.extend(again);
        }
        if self.groups_go_wrong(GroupDefect::LocalMembersHidden) {
            let mut kept = Vec::new();
            for member in members.drain(..) {
                if self.store.user(&self.call.tenant, &value(&member))?.is_none_or(|user| user.managed) {
                    kept.push(member);
                }
            }
            *members = kept;
        }
        Ok(())
    }

    fn list_wrongly(&self, body: &mut Value, of_users: bool) -> Done<()> {
        let filter = self.parameter("filter").unwrap_or_default().to_owned();
        let start = body["startIndex"].as_u64().unwrap_or(1);
        let mut total = body["totalResults"].as_u64().unwrap_or_default();
        let mut all = body["Resources"].as_array().cloned().unwrap_or_default();
        for defect in &self.behaviour().faults.lists {
            match defect {
                D::CompoundComparesCase if filter.contains(" and ") || filter.contains(" or ") => {
                    all.retain(|user| {
                        let name = user["userName"].as_str().unwrap_or_default();
                        !filter.contains("userName") || filter.split('"').skip(1).step_by(2).any(|v| name.contains(v))
                    });
                    total = all.len() as u64;
                }
                D::OneOfSeveral if filter.contains("emails") => {
                    all.truncate(1);
                    total = all.len() as u64;
                }
                D::FirstHundredSearched if !filter.is_empty() => {
                    let room = 101_u64.saturating_sub(start);
                    all.truncate(usize::try_from(room).unwrap_or_default());
                    total = total.min(100);
                }
                D::UnlinkedCountedOnly if of_users => all.retain(|user| user.get("externalId").is_some()),
                D::RowPerMembership if of_users => {
                    let before = all.len() as u64;
                    all = all.iter().flat_map(|user| vec![user.clone(); rows(user)]).collect();
                    total += all.len() as u64 - before;
                }
                D::ServiceAccountListed if of_users && filter.is_empty() && start == 1 => {
                    all.insert(0, json!({ "schemas": [urn::USER], "id": "service", "displayName": "Service account" }));
                    total += 1;
                }
                D::RenamedGroupLost if !of_users && filter.contains("displayName") => {
                    let mut kept = Vec::new();
                    for group in all.drain(..) {
                        let id = group["id"].as_str().unwrap_or_default();
                        if !self.store.is_buried(self.call.tenant.row, "Renamed", id)? {
                            kept.push(group);
                        }
                    }
                    all = kept;
                    total = all.len() as u64;
                }
                D::OldNameIsAlias if !of_users => {
                    for group in self.aliased(&filter)? {
                        all.push(self.group_resource(&group, true)?);
                        total += 1;
                    }
                }
                other => self.seldom_listed(*other, (&filter, of_users), &mut all, &mut total)?,
            }
        }
        body["itemsPerPage"] = (all.len() as u64).into();
        if self.behaviour().faults.lists.contains(&D::ItemsPerPageIsCount)
            && let Some(count) = self.parameter("count").and_then(|count| count.parse::<u64>().ok())
        {
            body["itemsPerPage"] = count.into();
        }
        body["totalResults"] = total.into();
        body["Resources"] = all.into();
        Ok(())
    }
}

/// How often a user comes.
fn rows(user: &Value) -> usize {
    user.get("groups").and_then(Value::as_array).map_or(1, |groups| groups.len().max(1))
}
