//! What a switch from one IdP to another left behind: one oracle for every order of its steps.
//!
//! In: a full read before the switch, one after it, and what the two directories say. Out: the set of named damages, each
//! with what and who. Never: a request, or which step did it.
//!
//! A switch is clean when each person of the new directory has one account, the one from before where there was one; it is
//! active, carries the new IdP's externalId and is what the new IdP addresses; the old IdP's externalIds are nowhere; each
//! group of the new directory is there once, with exactly its members; no group is left that only the old IdP knew; whoever
//! the new directory does not have cannot get in; and accounts of the product's own are as they were.

mod groups;
mod people;
#[cfg(test)]
mod tests;

use crate::TenantState;
use std::collections::BTreeSet;

/// A kind of damage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DamageKind {
    /// A person has more than one account.
    SecondAccount,
    /// The account a person had before is gone.
    LostAccount,
    /// An account or a group carries the externalId that the old IdP gave it.
    OldLink,
    /// The new IdP does not address a person's account, or the account does not carry its externalId.
    Unlinked,
    /// Somebody who stays has no active account.
    StayerLockedOut,
    /// Somebody who is new has no active account.
    JoinerLockedOut,
    /// Somebody who is not (or no more) entitled has an active account.
    LeaverActive,
    /// A group of the new directory is not there.
    LostGroup,
    /// There are several groups of one name.
    SameNameGroup,
    /// A group that only the old IdP knew is still there.
    GhostGroup,
    /// A group has other members than in the new directory.
    WrongMembers,
    /// An account of the product's own has changed or is gone.
    LocalAccountTouched,
    /// The new IdP's administrator sees errors.
    IdpInTrouble,
}

impl DamageKind {
    /// All of them, in the order told.
    pub const ALL: &'static [Self] = &[
        Self::SecondAccount,
        Self::LostAccount,
        Self::OldLink,
        Self::Unlinked,
        Self::StayerLockedOut,
        Self::JoinerLockedOut,
        Self::LeaverActive,
        Self::LostGroup,
        Self::SameNameGroup,
        Self::GhostGroup,
        Self::WrongMembers,
        Self::LocalAccountTouched,
        Self::IdpInTrouble,
    ];

    /// Its name in features and documents.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SecondAccount => "second account",
            Self::LostAccount => "lost account",
            Self::OldLink => "old link",
            Self::Unlinked => "unlinked",
            Self::StayerLockedOut => "stayer locked out",
            Self::JoinerLockedOut => "joiner locked out",
            Self::LeaverActive => "leaver active",
            Self::LostGroup => "lost group",
            Self::SameNameGroup => "same-name group",
            Self::GhostGroup => "ghost group",
            Self::WrongMembers => "wrong members",
            Self::LocalAccountTouched => "local account touched",
            Self::IdpInTrouble => "IdP in trouble",
        }
    }

    /// The damage of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|damage| damage.name() == name)
    }
}

/// One damage: what happened to whom.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Damage {
    /// Its kind.
    pub damage: DamageKind,
    /// What and who, in one sentence.
    pub text: String,
}

/// What one IdP says about a person or a group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IdpRecord {
    /// The externalId it gives; empty where it gives none.
    pub external_id: String,
    /// The target's id that it addresses, if any.
    pub link: Option<String>,
    /// People: whether they may sign in. Groups: true.
    pub active: bool,
}

/// A person as the two directories know them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PersonBeforeAndAfter {
    /// What to call them.
    pub name: String,
    /// Every user name they ever had, in lower case.
    pub user_names: BTreeSet<String>,
    /// What the old IdP says.
    pub old: Option<IdpRecord>,
    /// What the new IdP says.
    pub new: Option<IdpRecord>,
}

/// A group as the two directories know it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GroupBeforeAndAfter {
    /// Its name.
    pub name: String,
    /// What the old IdP says.
    pub old: Option<IdpRecord>,
    /// What the new IdP says.
    pub new: Option<IdpRecord>,
    /// Names of the people whom the new directory has in it.
    pub members: BTreeSet<String>,
}

/// A switch, as it stands.
#[derive(Debug, Clone)]
pub struct Switch<'a> {
    /// What the target held before.
    pub before: &'a TenantState,
    /// What it holds now.
    pub after: &'a TenantState,
    /// Everybody whom either directory knows.
    pub people: &'a [PersonBeforeAndAfter],
    /// Every group that either directory knows.
    pub groups: &'a [GroupBeforeAndAfter],
    /// What the new IdP's administrator sees as errors.
    pub troubles: &'a [String],
}

/// Everything the switch did wrong, by kind. What only a complete read can show (that something is gone) is left out when
/// the read after it was not complete.
#[must_use]
pub fn judge(switch: &Switch<'_>) -> Vec<Damage> {
    let mut found = Damages(Vec::new());
    people::judge(switch, &mut found);
    groups::judge(switch, &mut found);
    if let Some(first) = switch.troubles.first() {
        let more = switch.troubles.len() - 1;
        let more = if more > 0 { format!(" (and {more} more)") } else { String::new() };
        found.add(DamageKind::IdpInTrouble, format!("the new IdP reports: {first}{more}"));
    }
    found.0.sort();
    found.0
}

/// What was found so far.
struct Damages(Vec<Damage>);

impl Damages {
    fn add(&mut self, damage: DamageKind, text: String) {
        self.0.push(Damage { damage, text });
    }
}
