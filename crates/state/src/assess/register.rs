//! A directory made ready for look-ups: who claims which account.

use crate::invariants::text;
use directory::{Export, ExportedGroup, ExportedPerson};
use serde_json::Value;
use std::collections::HashMap;

/// People and groups of a directory by what they can be known by.
pub(super) struct Register<'a> {
    pub(super) people: &'a [ExportedPerson],
    pub(super) groups: Option<&'a [ExportedGroup]>,
    external: HashMap<&'a str, usize>,
    names: HashMap<String, usize>,
    /// By mail address; `None` for one that several people share.
    mails: HashMap<String, Option<usize>>,
}

impl<'a> Register<'a> {
    pub(super) fn of(export: &'a Export) -> Self {
        let (mut external, mut names, mut mails) = (HashMap::new(), HashMap::new(), HashMap::new());
        for (at, person) in export.people.iter().enumerate() {
            external.entry(person.external_id.as_str()).or_insert(at);
            names.entry(fold(&person.user_name)).or_insert(at);
            if let Some(mail) = &person.email {
                mails.entry(fold(mail)).and_modify(|known| *known = None).or_insert(Some(at));
            }
        }
        Self { people: &export.people, groups: export.groups.as_deref(), external, names, mails }
    }

    /// Who has that externalId.
    pub(super) fn by_external_id(&self, user: &Value) -> Option<usize> {
        self.external.get(text(user, "externalId")?).copied()
    }

    /// Who has that user name.
    pub(super) fn by_name(&self, user: &Value) -> Option<usize> {
        self.names.get(&fold(text(user, "userName")?)).copied()
    }

    /// Who alone has that mail address.
    pub(super) fn by_mail(&self, user: &Value) -> Option<usize> {
        self.mails.get(&fold(super::address(user)?)).copied().flatten()
    }

    /// Whose account it is: by externalId, else by user name.
    pub(super) fn owner(&self, user: &Value) -> Option<usize> {
        self.by_external_id(user).or_else(|| self.by_name(user))
    }

    /// Who a member of an exported group is: an externalId or a user name.
    pub(super) fn member(&self, given: &str) -> Option<usize> {
        self.external.get(given).or_else(|| self.names.get(&fold(given))).copied()
    }

    /// A person's name for a sentence.
    pub(super) fn called(&self, at: usize) -> &str {
        self.people[at].display_name.as_deref().unwrap_or(&self.people[at].user_name)
    }
}

/// Names without regard to case and surrounding blanks.
pub(super) fn fold(text: &str) -> String {
    text.trim().to_lowercase()
}
