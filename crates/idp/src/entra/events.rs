//! From an event to work for the next cycle.

use super::super::admin_log::ProvisioningErrorKind;
use super::super::connection::{Connection, ConnectionState};
use super::super::event::Event;
use super::{Entra, Work};
use directory::Change;

impl Entra {
    /// Every event has its arm: a new one does not compile before Entra's answer to it is known.
    pub(super) async fn on(&mut self, connection: &mut Connection, event: Event) {
        match event {
            Event::TestConnection => drop(self.probe(connection, false).await),
            Event::ProvisionOnDemand { person } => self.on_demand(connection, &person).await,
            Event::Import => self.discover(connection).await,
            Event::Assign { person } => self.assign(connection, &person),
            Event::Unassign { person } => self.unassign(connection, &person),
            Event::UnassignAll => self.unassign_all(connection),
            Event::Update { person, change } => self.change(connection, &person, change),
            Event::Rename { person, user_name } => self.change(connection, &person, Change::UserName(user_name)),
            Event::Deactivate { person } => self.change(connection, &person, Change::Active(false)),
            Event::Reactivate { person } => self.change(connection, &person, Change::Active(true)),
            Event::Suspend { person } => self.suspend(connection, &person, true),
            Event::Unsuspend { person } => self.suspend(connection, &person, false),
            Event::SetManager { person, manager } => self.change(connection, &person, Change::Manager(Some(manager))),
            Event::ClearManager { person } => self.change(connection, &person, Change::Manager(None)),
            Event::Delete { person } => self.soft_delete(connection, &person),
            Event::Restore { person } => self.restore(connection, &person),
            Event::Purge { person } => drop(connection.known(&person).map(|p| self.purge(connection, &p.key))),
            Event::ResetPassword { .. } => connection.note("Entra sends no password"),
            Event::PushGroup { group } | Event::LinkGroup { group } => self.group_enters(connection, &group),
            Event::RenameGroup { group, name } => self.rename_group(connection, &group, &name),
            Event::AddMembers { group, people } => self.members_changed(connection, &group, &people, true),
            Event::RemoveMembers { group, people } => self.members_changed(connection, &group, &people, false),
            Event::PushNow { .. } | Event::PausePush { .. } | Event::ResumePush { .. } => {
                connection.note("Entra has no group push; nothing is sent");
            }
            Event::UnlinkGroup { group, delete } => self.group_leaves(connection, &group, delete),
            Event::DeleteGroup { group } => self.delete_group(connection, &group),
            Event::ForceSync => {
                connection.note("Entra has no forced sync; read as a restart");
                self.restart(connection, false);
            }
            Event::Restart { full } => self.restart(connection, full),
            Event::ProvisionBacklog => connection.note("Entra keeps no backlog; the next cycle has it all"),
            Event::RetryTasks => self.retry_all(),
            Event::DisableProvisioning => Self::stop(connection),
            Event::EnableProvisioning => self.start(connection),
            Event::AllowDeletions => self.allow_deletions(connection),
            Event::ForgetLink { object } => self.forget_link(connection, &object),
            Event::DeleteApp => self.delete_app(connection),
        }
    }

    fn assign(&mut self, connection: &mut Connection, person: &str) {
        if connection.known(person).is_some() && connection.assigned.insert(person.to_owned()) {
            self.work.person(person, false);
        }
    }

    fn unassign(&mut self, connection: &mut Connection, person: &str) {
        if connection.known(person).is_some() && connection.assigned.remove(person) {
            self.work.person(person, false);
        }
    }

    fn unassign_all(&mut self, connection: &mut Connection) {
        for person in std::mem::take(&mut connection.assigned) {
            self.work.person(&person, false);
        }
        for group in std::mem::take(&mut connection.groups) {
            self.group_scope_changed(connection, &group);
        }
    }

    fn change(&mut self, connection: &mut Connection, person: &str, change: Change) {
        let of_manager = matches!(change, Change::Manager(_));
        let attributes = !matches!(change, Change::Active(_));
        if connection.in_directory(|d| d.change(person, change)).is_none() {
            return;
        }
        if of_manager {
            self.work.managers.insert(person.to_owned());
        } else {
            self.work.person(person, attributes);
        }
    }

    fn suspend(&mut self, connection: &mut Connection, person: &str, suspended: bool) {
        connection.note("Entra has no suspension; read as blocked sign-in");
        self.change(connection, person, Change::Active(!suspended));
    }

    fn soft_delete(&mut self, connection: &mut Connection, person: &str) {
        if connection.in_directory(|d| d.leave(person)).is_some() {
            self.bin.insert(person.to_owned(), connection.now);
            self.work.person(person, false);
        }
    }

    fn restore(&mut self, connection: &mut Connection, person: &str) {
        if connection.in_directory(|d| d.restore(person)).is_some() {
            self.bin.remove(person);
            // A tombstone's user name has to be put right too.
            self.work.person(person, connection.options.tombstone_user_name);
        }
    }

    /// Deleted for good, by hand or after 30 days in the bin.
    pub(super) fn purge(&mut self, connection: &mut Connection, person: &str) {
        self.bin.remove(person);
        if connection.directory.purge(person).is_ok() {
            connection.assigned.remove(person);
            self.managers.remove(person);
            self.work.person(person, false);
        }
    }

    fn group_enters(&mut self, connection: &mut Connection, group: &str) {
        if connection.known_group(group).is_some() && connection.groups.insert(group.to_owned()) {
            self.group_scope_changed(connection, group);
            self.add_all_members(connection, group);
        }
    }

    fn group_leaves(&mut self, connection: &mut Connection, group: &str, delete: bool) {
        if !connection.groups.remove(group) {
            return;
        }
        if !delete {
            connection.note("the group leaves scope unnoticed (its link is deleted); nothing is sent");
            connection.links.cut_group(group);
            self.members.remove(group);
        }
        self.group_scope_changed(connection, group);
    }

    fn delete_group(&mut self, connection: &mut Connection, group: &str) {
        self.group_scope_changed(connection, group);
        connection.groups.remove(group);
        connection.in_directory(|d| d.delete_group(group));
    }

    fn rename_group(&mut self, connection: &mut Connection, group: &str, name: &str) {
        if connection.in_directory(|d| d.rename_group(group, name)).is_some() {
            self.work.group(group, true);
        }
    }

    fn members_changed(&mut self, connection: &mut Connection, group: &str, members: &[String], joined: bool) {
        let changed = connection.in_directory(|d| match joined {
            true => d.add_members(group, members),
            false => d.remove_members(group, members),
        });
        if changed.is_none() || !connection.groups.contains(group) {
            return;
        }
        for member in members {
            let pair = (group.to_owned(), member.clone());
            if joined {
                self.work.removes.remove(&pair);
                self.work.adds.insert(pair);
            } else {
                self.work.adds.remove(&pair);
                self.work.removes.insert(pair);
            }
            if connection.options.scope_by_group && connection.directory.person(member).is_some() {
                self.work.person(member, false);
            }
        }
    }

    /// A group enters or leaves scope, and its members with it.
    fn group_scope_changed(&mut self, connection: &Connection, group: &str) {
        self.work.group(group, false);
        if connection.options.scope_by_group
            && let Some(group) = connection.directory.group(group)
        {
            for member in group.members.iter().filter(|m| connection.directory.person(m).is_some()) {
                self.work.person(member, false);
            }
        }
    }

    fn add_all_members(&mut self, connection: &Connection, group: &str) {
        let members = connection.directory.group(group).map(|g| g.members.clone()).unwrap_or_default();
        self.work.adds.extend(members.into_iter().map(|m| (group.to_owned(), m)));
    }

    fn retry_all(&mut self) {
        for object in self.escrow.keys().cloned().collect::<Vec<_>>() {
            self.put_back(&object);
        }
    }

    /// *Force deletes*: what is withheld goes out in the next cycle (Q7, Q8; D).
    fn allow_deletions(&mut self, connection: &mut Connection) {
        self.deletions_allowed = true;
        let Work { people, groups, .. } = std::mem::take(&mut self.staged);
        self.work.people.extend(people);
        self.work.groups.extend(groups);
        self.start(connection);
    }

    /// L25: an object connection can be deleted while the job is stopped (D); the object is matched anew.
    fn forget_link(&mut self, connection: &mut Connection, object: &str) {
        if connection.state != ConnectionState::Paused {
            let label = connection.label(object);
            connection.trouble(
                label,
                ProvisioningErrorKind::Rejected,
                "an object connection is deleted while the job is stopped",
            );
            return;
        }
        if connection.links.cut_person(object).is_some() {
            self.managers.remove(object);
            self.work.person(object, true);
        }
        if connection.links.cut_group(object).is_some() {
            self.members.remove(object);
            self.work.group(object, true);
            self.add_all_members(connection, object);
        }
    }

    fn delete_app(&mut self, connection: &mut Connection) {
        connection.note("a deleted app sends nothing; its links are lost");
        connection.state = ConnectionState::Disabled;
        connection.links.clear();
        connection.assigned.clear();
        connection.groups.clear();
        *self = Self::new(self.mode);
    }
}
