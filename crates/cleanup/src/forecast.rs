//! What happens next: the requests an IdP's next cycle will lead to, and what its administrator has to do before it.
//!
//! In: a state and the directory in charge; what a cleanup did. Out: counts of links, creations and conflicts for each way of
//! matching, and steps in the words of each IdP's console. Never: a request.

use crate::plan::{Action, ObjectType, Plan};
use client::observe::Resource;
use directory::Export;
use serde_json::Value;
use state::{TenantState, fold};
use std::collections::HashMap;

/// How an IdP finds the account or group that it is to link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matching {
    /// By userName; groups by displayName. Okta does so, and Entra out of the box.
    Name,
    /// By externalId: an Entra tenant whose matching attribute was changed.
    ExternalId,
}

/// What the next cycle does, as far as the state foretells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forecast {
    /// How it looks people and groups up.
    pub matching: Matching,
    /// Found once: linked, and updated where something differs.
    pub links: usize,
    /// Not found, and nothing is in the way.
    pub creates: usize,
    /// Found twice, or not found while the name or the externalId is taken: the IdP reports an error.
    pub conflicts: Vec<String>,
}

/// What the next cycle of an IdP with that directory will do with people who are active, and with groups.
#[must_use]
pub fn next_cycle(state: &TenantState, directory: &Export, matching: Matching) -> Forecast {
    let users = Index::of(&state.users, "userName");
    let groups = Index::of(&state.groups, "displayName");
    let mut all = Forecast { matching, links: 0, creates: 0, conflicts: Vec::new() };
    for person in directory.people.iter().filter(|person| person.active) {
        users.meet(&mut all, ObjectType::User, &person.user_name, Some(&person.external_id));
    }
    for group in directory.groups.iter().flatten() {
        groups.meet(&mut all, ObjectType::Group, &group.display_name, group.external_id.as_deref());
    }
    all
}

/// How often each name and each externalId is there.
struct Index {
    names: HashMap<String, usize>,
    links: HashMap<String, usize>,
}

impl Index {
    fn of(all: &[Value], name: &str) -> Self {
        let mut index = Self { names: HashMap::new(), links: HashMap::new() };
        for resource in all {
            let resource = Resource::of(resource);
            if let Some(name) = resource.text(name) {
                *index.names.entry(fold(name)).or_default() += 1;
            }
            if let Some(link) = resource.text("externalId") {
                *index.links.entry(link.to_owned()).or_default() += 1;
            }
        }
        index
    }

    fn meet(&self, all: &mut Forecast, object: ObjectType, name: &str, link: Option<&str>) {
        let named = self.names.get(&fold(name)).copied().unwrap_or_default();
        let linked = link.and_then(|link| self.links.get(link)).copied().unwrap_or_default();
        let by_link = all.matching == Matching::ExternalId && link.is_some();
        let (found, other, by) = if by_link { (linked, named, "name") } else { (named, linked, "externalId") };
        let what = object.name();
        let shown = scim::printable::printable(name);
        match (found, other) {
            (1, _) => all.links += 1,
            (0, 0) => all.creates += 1,
            (0, _) => all.conflicts.push(format!("{what} {shown} is not found, and its {by} is taken")),
            (n, _) => all.conflicts.push(format!("{what} {shown} is found {n} times")),
        }
    }
}

/// What is to be done in one IdP's console, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandOver {
    /// The IdP.
    pub idp: &'static str,
    /// The steps.
    pub steps: Vec<String>,
}

/// What the administrators of the IdPs have to do after a plan was carried out. Menus are named as in `docs/sources.md`; where the
/// product was not seen, the step says what is meant rather than where to click.
#[must_use]
pub fn hand_over(plan: &Plan) -> Vec<HandOver> {
    let people = named(plan, &[Action::ClearLink, Action::SetLink, Action::Rename], ObjectType::User);
    let gone = named(plan, &[Action::Deactivate, Action::DeleteUser], ObjectType::User);
    let groups = named(plan, &[Action::AddMember, Action::RemoveMember, Action::DeleteGroup], ObjectType::Group);
    let old = "In every other IdP that pushes to this target: keep provisioning off, and revoke its token.";
    let mut okta = vec![old.to_owned()];
    let mut entra = vec![old.to_owned()];
    if let Some(people) = &people {
        okta.push(format!("Unassign and assign again, so that the accounts are matched anew: {people}."));
        entra.push(format!("Provision on demand, which looks a person up: {people}."));
        // The portal's Restart evaluates everything again and keeps the links; only the reset scope `Full` drops them.
        entra.push(
            "For everybody at once: restart the job through Microsoft Graph with the reset scope Full; the portal's Restart \
             keeps the old links."
                .to_owned(),
        );
    }
    if let Some(gone) = &gone {
        okta.push(format!("See that nobody is assigned to this application who should not be: {gone}."));
        entra.push(format!("See that nobody is in the scope of the application who should not be: {gone}."));
    }
    if let Some(groups) = &groups {
        okta.push(format!("In Push Groups, choose Push Now for: {groups}. Unlink those that were deleted here."));
        entra.push(format!(
            "See that these are assigned where they should exist: {groups}; the cycle sends the members."
        ));
    }
    okta.push(
        "Retry the failed tasks under Dashboard > Tasks; turning provisioning on does not send them again.".to_owned(),
    );
    entra.push("Start provisioning, and read the provisioning logs of the first cycle for conflicts.".to_owned());
    vec![HandOver { idp: "Okta", steps: okta }, HandOver { idp: "Entra ID", steps: entra }]
}

/// Names listed in one step.
const LISTED: usize = 10;

/// The names of whom a plan touches in one of these ways; `None` for nobody.
fn named(plan: &Plan, actions: &[Action], object: ObjectType) -> Option<String> {
    let mut names: Vec<String> = Vec::new();
    let touched = plan.items.iter().filter(|i| actions.contains(&i.action) && i.object == object);
    for item in touched {
        let name = scim::printable::printable(&item.name).into_owned();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let more = names.len().saturating_sub(LISTED);
    names.truncate(LISTED);
    let text = names.join(", ");
    (!names.is_empty()).then(|| if more > 0 { format!("{text} and {more} more") } else { text })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{item, plan};
    use directory::{ExportedGroup, ExportedPerson};
    use serde_json::json;

    fn person(external: &str, user_name: &str, active: bool) -> ExportedPerson {
        ExportedPerson {
            external_id: external.into(),
            user_name: user_name.into(),
            display_name: None,
            email: None,
            active,
        }
    }

    #[test]
    fn an_idp_that_matches_by_a_stale_link_meets_conflicts_and_one_that_matches_by_name_does_not() {
        let users = vec![
            json!({"userName": "Ada", "externalId": "old"}),
            json!({"userName": "ben", "externalId": "e2"}),
            json!({"userName": "cem"}),
            json!({"userName": "cem "}),
        ];
        let state = TenantState { users, groups: vec![json!({"displayName": "crew"})], ..TenantState::default() };
        let directory = Export {
            people: vec![
                person("e1", "ada", true),
                person("e2", "ben", true),
                person("e3", "cem", true),
                person("e4", "dan", true),
                person("e5", "eve", false),
            ],
            groups: Some(vec![ExportedGroup { external_id: None, display_name: "Crew".into(), members: None }]),
        };
        let by_name = next_cycle(&state, &directory, Matching::Name);
        assert_eq!(
            (by_name.links, by_name.creates, &by_name.conflicts[..]),
            (3, 1, &["user cem is found 2 times".to_owned()][..])
        );
        let by_link = next_cycle(&state, &directory, Matching::ExternalId);
        assert_eq!((by_link.links, by_link.creates), (2, 1));
        assert_eq!(
            by_link.conflicts,
            ["user ada is not found, and its name is taken", "user cem is not found, and its name is taken"]
        );
    }

    #[test]
    fn each_idp_is_told_in_its_own_words_who_is_concerned() {
        let all = hand_over(&plan(vec![
            item(1, Action::SetLink, "u1", json!(null), json!("e")),
            item(2, Action::AddMember, "g1", json!(null), json!("u1")),
        ]));
        let text = |at: usize| all[at].steps.join("\n");
        assert!(text(0).contains("Unassign and assign again") && text(0).contains("Push Now for: g1"), "{}", text(0));
        let entra = text(1);
        assert!(entra.contains("looks a person up: u1") && entra.contains("reset scope Full"), "{entra}");
        assert!(hand_over(&plan(vec![])).iter().all(|one| one.steps.len() == 2));
    }
}
