//! What a switch leaves behind, foretold: the rules by which each product works, applied to three people and two groups.
//!
//! Ada stays, Lea leaves, Joe joins. Crew is in both directories, Legacy in the old one alone. Each rule says what a product
//! documents or was seen to do; none is taken from a run. The oracle's sentences are repeated here over this small world.

use super::orders::Step;
use idp::{Family, Kind};
use state::switch::DamageKind;
use std::collections::BTreeSet;

/// What is special about a family of orders.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Setting {
    /// The new IdP has other user names.
    pub(crate) user_names: Spelling,
    /// The new IdP writes the group's name otherwise.
    pub(crate) group_names: Spelling,
    /// Joe has an account of the product's own.
    pub(crate) local_joe: bool,
    /// The new IdP uses the old one's token.
    pub(crate) one_token: bool,
}

/// How a name of the new directory differs from the old one's.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Spelling {
    #[default]
    Same,
    /// Same name to a comparison that ignores case, as SCIM's lookups do.
    OtherCase,
    /// Another name to a lookup.
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    Ada,
    Lea,
    Joe,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Old,
    New,
}

struct Account {
    who: Who,
    renamed: bool,
    active: bool,
    external_id: Option<Side>,
    local: bool,
    gone: bool,
}

struct Group {
    legacy: bool,
    renamed: bool,
    external_id: Option<Side>,
    members: BTreeSet<usize>,
    gone: bool,
}

/// A tie of the old IdP: the account, and whether it still manages it.
struct Tie {
    account: usize,
    managed: bool,
}

pub(crate) struct World {
    old: Kind,
    new: Kind,
    setting: Setting,
    accounts: Vec<Account>,
    groups: Vec<Group>,
    silent: bool,
    paused: bool,
    unassigned: bool,
    ties: Vec<Tie>,
    refused: bool,
    linked: Vec<(Who, usize)>,
    group_link: Option<usize>,
    touched: bool,
    trouble: bool,
}

/// The damage of an order.
pub(crate) fn damage(order: &[Step], old: Kind, new: Kind, setting: Setting) -> BTreeSet<DamageKind> {
    let mut world = World::new(old, new, setting);
    order.iter().for_each(|step| world.step(*step));
    if setting.one_token && world.refused {
        // The administrator tests the connection at the end.
        world.trouble = true;
    }
    world.judge()
}

impl World {
    fn new(old: Kind, new: Kind, setting: Setting) -> Self {
        let account =
            |who, side, local| Account { who, renamed: false, active: true, external_id: side, local, gone: false };
        let mut accounts = vec![account(Who::Ada, Some(Side::Old), false), account(Who::Lea, Some(Side::Old), false)];
        if setting.local_joe {
            accounts.push(account(Who::Joe, None, true));
        }
        // Only Entra writes an externalId on groups (Entra's default mapping; Okta's captures have none).
        let mark = (old.family() == Family::ENTRA).then_some(Side::Old);
        let group =
            |legacy| Group { legacy, renamed: false, external_id: mark, members: BTreeSet::from([0, 1]), gone: false };
        Self {
            old,
            new,
            setting,
            accounts,
            groups: vec![group(false), group(true)],
            silent: false,
            paused: false,
            unassigned: false,
            ties: vec![Tie { account: 0, managed: true }, Tie { account: 1, managed: true }],
            refused: false,
            linked: Vec::new(),
            group_link: None,
            touched: false,
            trouble: false,
        }
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::SwitchOff => self.silent = true,
            Step::Revoke => {
                self.silent = true;
                self.refused = self.setting.one_token;
            }
            Step::Pause => self.paused = true,
            Step::CleanUp => self.clean_up(),
            Step::Link => self.link(),
            Step::FirstCycle => self.first_cycle(),
            // Nothing of the old IdP reaches the target any more, and nothing is made up for.
            _ if self.silent => {}
            Step::Unassign => self.unassign(),
            Step::LateChange => {
                self.write_people(false);
                self.late_group();
            }
            Step::TearDown => self.tear_down(),
            Step::Rename => self.write_people(true),
        }
    }

    /// Both products deactivate whoever they manage and let go of them. Entra also deletes the groups that leave its scope;
    /// Okta's pushed groups stay.
    fn unassign(&mut self) {
        self.unassigned = true;
        for tie in &mut self.ties {
            if std::mem::take(&mut tie.managed) {
                self.accounts[tie.account].active = false;
            }
        }
        if self.old.family() == Family::ENTRA {
            self.groups.iter_mut().take(2).for_each(|group| group.gone = true);
        }
    }

    /// An update writes everything mapped over what is there, the externalId too. Okta's leaves `active` as it is, Entra's
    /// compares it and sets it right.
    fn write_people(&mut self, rename: bool) {
        for tie in self.ties.iter().filter(|t| t.managed) {
            let account = &mut self.accounts[tie.account];
            account.external_id = Some(Side::Old);
            account.renamed |= rename;
            account.active |= self.old.family() == Family::ENTRA;
        }
    }

    /// Ada leaves Crew at the source. The PUT family of Okta sends the whole list of those it manages, and no externalId;
    /// the others send the removal alone.
    fn late_group(&mut self) {
        let managed: BTreeSet<usize> = self.ties.iter().skip(1).filter(|t| t.managed).map(|t| t.account).collect();
        let crew = &mut self.groups[0];
        let off = if self.old.family() == Family::OKTA { self.paused } else { self.unassigned };
        if off || crew.gone {
            return;
        }
        if self.old == Kind::OKTA_CUSTOM {
            crew.members = managed;
            crew.external_id = None;
        } else {
            crew.members.remove(&0);
        }
    }

    /// Entra deletes on the target whom it still manages when they are purged.
    fn tear_down(&mut self) {
        for tie in &mut self.ties {
            if std::mem::take(&mut tie.managed) {
                self.accounts[tie.account].gone = true;
                for group in &mut self.groups {
                    group.members.remove(&tie.account);
                }
            }
        }
    }

    /// Everybody whom SCIM made is suspended and unlinked, every group removed, local accounts left.
    fn clean_up(&mut self) {
        for account in self.accounts.iter_mut().filter(|a| !a.local) {
            account.active = false;
            account.external_id = None;
        }
        self.groups.iter_mut().for_each(|group| group.gone = true);
    }

    /// Linking a group that is not there is an error. The PUT family writes the members it manages at once: nobody yet.
    fn link(&mut self) {
        if self.groups[0].gone {
            self.trouble = true;
            return;
        }
        self.group_link = Some(0);
        if self.new == Kind::OKTA_CUSTOM {
            self.groups[0].members.clear();
            self.groups[0].external_id = None;
        }
    }

    fn first_cycle(&mut self) {
        if self.refused {
            self.trouble = true;
            return;
        }
        let linked_before = self.group_link;
        for who in [Who::Ada, Who::Joe] {
            let account = self.match_or_create(who);
            self.linked.push((who, account));
            if let Some(group) = linked_before {
                self.join(group, account);
            }
        }
        if linked_before.is_none() {
            self.push_group();
        }
    }

    /// Both products look a person up by user name, in any case; a hit is activated and rewritten, else one is made, with an
    /// externalId that another account may have: a server does not enforce that it is unique (RFC 7643 section 3.1).
    fn match_or_create(&mut self, who: Who) -> usize {
        let folds = self.setting.user_names != Spelling::Other;
        let hit = self.accounts.iter().position(|a| a.who == who && !a.gone && (folds || a.renamed || a.local));
        if let Some(at) = hit {
            let account = &mut self.accounts[at];
            self.touched |= account.local;
            account.active = true;
            account.renamed = true;
            account.external_id = Some(Side::New);
            return at;
        }
        let external_id = Some(Side::New);
        self.accounts.push(Account { who, renamed: true, active: true, external_id, local: false, gone: false });
        self.accounts.len() - 1
    }

    /// Whoever is provisioned after their group was linked is added to it (Okta). A group that is gone is an error.
    fn join(&mut self, group: usize, account: usize) {
        if self.groups[group].gone {
            self.trouble = true;
        } else if self.new == Kind::OKTA_CUSTOM {
            self.groups[group].members = self.linked.iter().map(|(_, a)| *a).collect();
            self.groups[group].external_id = None;
        } else {
            self.groups[group].members.insert(account);
        }
    }

    /// A group is looked up by name, in any case. Okta replaces the members of the one found; Entra adds its own to those
    /// there, and writes its externalId.
    fn push_group(&mut self) {
        let members: BTreeSet<usize> = self.linked.iter().map(|(_, account)| *account).collect();
        let entra = self.new.family() == Family::ENTRA;
        let folds = self.setting.group_names != Spelling::Other;
        let hit = self.groups.iter().position(|g| !g.legacy && !g.gone && (folds || g.renamed));
        let at = hit.unwrap_or_else(|| {
            let members = BTreeSet::new();
            self.groups.push(Group { legacy: false, renamed: true, external_id: None, members, gone: false });
            self.groups.len() - 1
        });
        let group = &mut self.groups[at];
        group.renamed = true;
        if entra {
            group.external_id = Some(Side::New);
            group.members.extend(members);
        } else {
            group.members = members;
            if self.new == Kind::OKTA_CUSTOM {
                group.external_id = None;
            }
        }
        self.group_link = Some(at);
    }

    /// The oracle, over this small world.
    fn judge(&self) -> BTreeSet<DamageKind> {
        let mut found = BTreeSet::new();
        for who in [Who::Ada, Who::Lea, Who::Joe] {
            self.judge_person(who, &mut found);
        }
        self.judge_groups(&mut found);
        if self.accounts[0].gone {
            found.insert(DamageKind::LostAccount);
        }
        if self.touched {
            found.insert(DamageKind::LocalAccountTouched);
        }
        if self.trouble {
            found.insert(DamageKind::IdpInTrouble);
        }
        found
    }

    fn accounts_of(&self, who: Who) -> Vec<usize> {
        (0..self.accounts.len()).filter(|at| self.accounts[*at].who == who && !self.accounts[*at].gone).collect()
    }

    /// The account the new IdP addresses, or else any.
    fn counting(&self, who: Who) -> Vec<usize> {
        let all = self.accounts_of(who);
        let linked = self.linked.iter().find(|(w, _)| *w == who).map(|(_, account)| *account);
        linked.filter(|account| all.contains(account)).map_or(all, |account| vec![account])
    }

    /// Two tenants of Entra, fed from one source, give one person the same externalId: the mail nickname.
    fn same_external_ids(&self, who: Who) -> bool {
        self.old.family() == Family::ENTRA && self.new.family() == Family::ENTRA && who != Who::Lea
    }

    fn judge_person(&self, who: Who, found: &mut BTreeSet<DamageKind>) {
        let all = self.accounts_of(who);
        let any_active = |of: &[usize]| of.iter().any(|at| self.accounts[*at].active);
        if all.len() > 1 {
            found.insert(DamageKind::SecondAccount);
        }
        let of_old = |at: &usize| self.accounts[*at].external_id == Some(Side::Old);
        if all.iter().any(of_old) && !self.same_external_ids(who) {
            found.insert(DamageKind::OldLink);
        }
        if who == Who::Lea {
            if any_active(&all) {
                found.insert(DamageKind::LeaverActive);
            }
            return;
        }
        let counting = self.counting(who);
        if !any_active(&counting) {
            found.insert(if who == Who::Ada { DamageKind::StayerLockedOut } else { DamageKind::JoinerLockedOut });
        }
        for at in counting {
            let carries = match self.accounts[at].external_id {
                Some(Side::New) => true,
                Some(Side::Old) => self.same_external_ids(who),
                None => false,
            };
            if !carries || !self.linked.contains(&(who, at)) {
                found.insert(DamageKind::Unlinked);
            }
        }
    }

    fn judge_groups(&self, found: &mut BTreeSet<DamageKind>) {
        let there: Vec<usize> = (0..self.groups.len()).filter(|at| !self.groups[*at].gone).collect();
        if there.iter().any(|at| self.groups[*at].legacy) {
            found.insert(DamageKind::GhostGroup);
        }
        if there.iter().any(|at| self.groups[*at].external_id == Some(Side::Old)) {
            found.insert(DamageKind::OldLink);
        }
        let crews: Vec<usize> = there.into_iter().filter(|at| !self.groups[*at].legacy).collect();
        if crews.len() > 1 {
            found.insert(DamageKind::SameNameGroup);
        }
        let linked = self.group_link.filter(|at| crews.contains(at));
        let Some(crew) = linked.or(crews.first().copied()) else {
            found.insert(DamageKind::LostGroup);
            return;
        };
        let members = &self.groups[crew].members;
        let mut wanted = BTreeSet::new();
        for who in [Who::Ada, Who::Joe] {
            let theirs = self.counting(who);
            if !theirs.is_empty() && !theirs.iter().any(|at| members.contains(at)) {
                found.insert(DamageKind::WrongMembers);
            }
            wanted.extend(theirs);
        }
        if !members.is_subset(&wanted) {
            found.insert(DamageKind::WrongMembers);
        }
    }
}
