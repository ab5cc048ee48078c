//! The directory in charge, made ready for one question: whose account or group is this?

use client::observe::Resource;
use directory::{Export, ExportedGroup, ExportedPerson};
use serde_json::Value;
use state::fold;
use std::collections::HashMap;

/// People and groups of a directory by externalId and by name, names without regard to case and surrounding blanks.
pub(super) struct Claims<'a> {
    people: &'a [ExportedPerson],
    groups: Option<&'a [ExportedGroup]>,
    external: HashMap<&'a str, usize>,
    names: HashMap<String, usize>,
    /// By address: who has it; people share mailboxes.
    mails: HashMap<String, Vec<usize>>,
}

impl<'a> Claims<'a> {
    pub(super) fn of(export: &'a Export) -> Self {
        let (mut external, mut names) = (HashMap::new(), HashMap::new());
        let mut mails: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, person) in export.people.iter().enumerate() {
            external.entry(person.external_id.as_str()).or_insert(at);
            names.entry(fold(&person.user_name)).or_insert(at);
            if let Some(mail) = &person.email {
                mails.entry(fold(mail)).or_default().push(at);
            }
        }
        Self { people: &export.people, groups: export.groups.as_deref(), external, names, mails }
    }

    pub(super) fn person(&self, at: usize) -> &'a ExportedPerson {
        &self.people[at]
    }

    /// Who has the account's externalId.
    pub(super) fn by_link(&self, user: &Value) -> Option<usize> {
        self.external.get(Resource::of(user).text("externalId")?).copied()
    }

    /// Who has the account's userName.
    pub(super) fn by_name(&self, user: &Value) -> Option<usize> {
        self.names.get(&fold(Resource::of(user).text("userName")?)).copied()
    }

    /// Whether an address is somebody else's in the directory, and not this person's.
    pub(super) fn is_anothers_mail(&self, mail: &str, person: usize) -> bool {
        self.mails.get(&fold(mail)).is_some_and(|owners| !owners.contains(&person))
    }

    /// Whose account it is: by externalId, else by userName.
    pub(super) fn owner(&self, user: &Value) -> Option<usize> {
        self.by_link(user).or_else(|| self.by_name(user))
    }

    /// The directory's group that a group of the target is, by externalId, else by name.
    pub(super) fn group(&self, group: &Value) -> Option<&'a ExportedGroup> {
        let groups = self.groups?;
        let group = Resource::of(group);
        let link = group.text("externalId");
        let by_link = groups.iter().find(|g| link.is_some() && g.external_id.as_deref() == link);
        by_link.or_else(|| {
            let name = fold(group.text("displayName")?);
            groups.iter().find(|g| fold(&g.display_name) == name)
        })
    }

    /// Whom the directory has in a group; `None` where it does not say.
    pub(super) fn wanted(&self, group: &Value) -> Option<Vec<usize>> {
        let members = self.group(group)?.members.as_deref()?;
        let person =
            |given: &String| self.external.get(given.as_str()).or_else(|| self.names.get(&fold(given))).copied();
        Some(members.iter().filter_map(person).collect())
    }
}
