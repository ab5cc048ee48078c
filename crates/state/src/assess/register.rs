//! Directories made ready for look-ups: who claims which account, and which group.
//!
//! In: one export, or several. Out: people and groups by what they can be known by. A person whom two directories hold
//! under one user name is one person here. Never: the target's accounts, beyond the one that is looked up.

use crate::invariants::text;
use directory::{Export, ExportedGroup, ExportedPerson};
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// People and groups of the directories by what they can be known by.
pub(super) struct Register<'a> {
    /// Everybody, directory after directory.
    pub(super) people: Vec<&'a ExportedPerson>,
    /// For each of `people` the first one of the same user name, in whichever directory.
    first: Vec<usize>,
    /// Those of `first` whom some directory has as active.
    active: HashSet<usize>,
    /// Those of `first` whom some directory has as inactive.
    inactive: HashSet<usize>,
    /// Every group with the number of its directory; `None` when no directory says anything of groups.
    pub(super) groups: Option<Vec<(usize, &'a ExportedGroup)>>,
    /// Whether every directory says which groups there are, so that one nobody names is nobody's.
    pub(super) denies_groups: bool,
    external: HashMap<&'a str, usize>,
    names: HashMap<String, usize>,
    /// By mail address; `None` for one that several people share.
    mails: HashMap<String, Option<usize>>,
    group_external: HashMap<&'a str, usize>,
    group_names: HashMap<String, usize>,
}

impl<'a> Register<'a> {
    /// Of these directories; where they differ on a person, who may sign in at one of them may sign in.
    pub(super) fn of(exports: &'a [&'a Export]) -> Self {
        let people: Vec<&ExportedPerson> = exports.iter().flat_map(|e| &e.people).collect();
        let (mut external, mut names, mut mails) = (HashMap::new(), HashMap::new(), HashMap::new());
        let (mut first, mut active, mut inactive) = (Vec::with_capacity(people.len()), HashSet::new(), HashSet::new());
        for (at, person) in people.iter().enumerate() {
            let same = *names.entry(fold(&person.user_name)).or_insert(at);
            first.push(same);
            external.entry(person.external_id.as_str()).or_insert(same);
            if person.active { &mut active } else { &mut inactive }.insert(same);
            if let Some(mail) = &person.email {
                let shared = |known: &mut Option<usize>| *known = known.filter(|other| *other == same);
                mails.entry(fold(mail)).and_modify(shared).or_insert(Some(same));
            }
        }
        let speaking = exports.iter().filter(|e| e.groups.is_some()).count();
        let groups: Vec<(usize, &ExportedGroup)> = exports
            .iter()
            .enumerate()
            .flat_map(|(nth, e)| e.groups.iter().flatten().map(move |group| (nth, group)))
            .collect();
        let group_external =
            groups.iter().enumerate().filter_map(|(at, (_, g))| Some((g.external_id.as_deref()?, at))).collect();
        let group_names = groups.iter().enumerate().map(|(at, (_, g))| (fold(&g.display_name), at)).collect();
        Self {
            people,
            first,
            active,
            inactive,
            groups: (speaking > 0).then_some(groups),
            denies_groups: speaking == exports.len(),
            external,
            names,
            mails,
            group_external,
            group_names,
        }
    }

    /// Everybody once.
    pub(super) fn everybody(&self) -> impl Iterator<Item = usize> {
        self.first.iter().enumerate().filter(|(at, first)| at == *first).map(|(at, _)| at)
    }

    /// Whether the person may sign in.
    pub(super) fn is_active(&self, person: usize) -> bool {
        self.active.contains(&person)
    }

    /// Whether one directory lets the person sign in, and another does not.
    pub(super) fn differs(&self, person: usize) -> bool {
        self.active.contains(&person) && self.inactive.contains(&person)
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

    /// Which of `groups` a group of the target is: by externalId, else by name.
    pub(super) fn claim(&self, group: &Value) -> Option<usize> {
        let known = text(group, "externalId").and_then(|e| self.group_external.get(e));
        known.or_else(|| self.group_names.get(&fold(text(group, "displayName")?))).copied()
    }

    /// The members that a group should have, as the directories say: its own, and those of groups of its name in other
    /// directories; `None` where its directory does not say.
    pub(super) fn wanted(&self, claim: usize) -> Option<HashSet<usize>> {
        let groups = self.groups.as_deref()?;
        let (of, group) = groups.get(claim)?;
        let name = fold(&group.display_name);
        let mut all = group.members.clone()?;
        for (_, twin) in groups.iter().filter(|(other, twin)| other != of && fold(&twin.display_name) == name) {
            all.extend(twin.members.iter().flatten().cloned());
        }
        Some(all.iter().filter_map(|member| self.member(member)).collect())
    }

    /// A person's name for a sentence.
    pub(super) fn called(&self, at: usize) -> &str {
        self.people[at].display_name.as_deref().unwrap_or(&self.people[at].user_name)
    }
}

/// Names without regard to case and surrounding blanks, however wide their letters are and however composed.
#[must_use]
pub fn fold(text: &str) -> String {
    scim::prepared::prepared(text.trim(), false).into_owned()
}
