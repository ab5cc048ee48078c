//! From an event to work for the next cycle.

use super::super::connection::{Connection, State};
use super::super::event::Event;
use super::super::report::TroubleKind;
use super::{Entra, Work};
use crate::directory::Change;

impl Entra {
    pub(super) async fn on(&mut self, connection: &mut Connection, event: Event) {
        match event {
            Event::TestConnection => drop(self.probe(connection, false).await),
            Event::ProvisionOnDemand { person } => self.on_demand(connection, &person).await,
            Event::Import => self.discover(connection).await,
            Event::ForceSync => {
                connection.note("Entra has no forced sync; read as a restart");
                self.restart(connection, false);
            }
            Event::Restart { full } => self.restart(connection, full),
            Event::ProvisionBacklog => connection.note("Entra keeps no backlog; the next cycle has it all"),
            Event::RetryTasks => {
                for object in self.escrow.keys().cloned().collect::<Vec<_>>() {
                    self.put_back(&object);
                }
            }
            Event::DisableProvisioning => Self::stop(connection),
            Event::EnableProvisioning => self.start(connection),
            Event::AllowDeletions => {
                self.deletions_allowed = true;
                let Work { people, groups, .. } = std::mem::take(&mut self.staged);
                self.work.people.extend(people);
                self.work.groups.extend(groups);
                self.lift_quarantine(connection);
                self.next_cycle = connection.now;
            }
            Event::ForgetLink { object } => self.forget_link(connection, &object),
            Event::DeleteApp => self.delete_app(connection),
            Event::PushGroup { .. }
            | Event::RenameGroup { .. }
            | Event::AddMembers { .. }
            | Event::RemoveMembers { .. }
            | Event::PushNow { .. }
            | Event::PausePush { .. }
            | Event::ResumePush { .. }
            | Event::UnlinkGroup { .. }
            | Event::DeleteGroup { .. }
            | Event::LinkGroup { .. } => self.on_group(connection, event),
            other => self.on_person(connection, other),
        }
    }

    fn on_person(&mut self, connection: &mut Connection, event: Event) {
        match event {
            Event::Assign { person } => {
                if connection.known(&person).is_some() && connection.assigned.insert(person.clone()) {
                    self.work.person(&person, false);
                }
            }
            Event::Unassign { person } => {
                if connection.known(&person).is_some() && connection.assigned.remove(&person) {
                    self.work.person(&person, false);
                }
            }
            Event::UnassignAll => {
                for person in std::mem::take(&mut connection.assigned) {
                    self.work.person(&person, false);
                }
                for group in std::mem::take(&mut connection.groups) {
                    self.group_scope_changed(connection, &group);
                }
            }
            Event::Update { person, change } => self.change(connection, &person, change),
            Event::Rename { person, user_name } => self.change(connection, &person, Change::UserName(user_name)),
            Event::Deactivate { person } => self.change(connection, &person, Change::Active(false)),
            Event::Reactivate { person } => self.change(connection, &person, Change::Active(true)),
            Event::Suspend { person } => {
                connection.note("Entra has no suspension; read as blocked sign-in");
                self.change(connection, &person, Change::Active(false));
            }
            Event::Unsuspend { person } => {
                connection.note("Entra has no suspension; read as sign-in allowed again");
                self.change(connection, &person, Change::Active(true));
            }
            Event::SetManager { person, manager } => {
                self.change(connection, &person, Change::Manager(Some(manager)));
            }
            Event::ClearManager { person } => self.change(connection, &person, Change::Manager(None)),
            Event::Delete { person } => {
                if connection.in_directory(|d| d.leave(&person)).is_some() {
                    self.bin.insert(person.clone(), connection.now);
                    self.work.person(&person, false);
                }
            }
            Event::Restore { person } => {
                if connection.in_directory(|d| d.restore(&person)).is_some() {
                    self.bin.remove(&person);
                    // A tombstone's user name has to be put right too.
                    self.work.person(&person, connection.options.tombstone_user_name);
                }
            }
            Event::Purge { person } => {
                if connection.known(&person).is_some() {
                    self.purge(connection, &person);
                }
            }
            Event::ResetPassword { .. } => connection.note("Entra sends no password"),
            _ => {}
        }
    }

    fn change(&mut self, connection: &mut Connection, person: &str, change: Change) {
        let attributes = !matches!(change, Change::Active(_) | Change::Manager(_));
        let of_manager = matches!(change, Change::Manager(_));
        if connection.in_directory(|d| d.change(person, change)).is_none() {
            return;
        }
        if of_manager {
            self.work.managers.insert(person.to_owned());
        } else {
            self.work.person(person, attributes);
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

    fn on_group(&mut self, connection: &mut Connection, event: Event) {
        match event {
            Event::PushGroup { group } | Event::LinkGroup { group } => {
                if connection.known_group(&group).is_some() && connection.groups.insert(group.clone()) {
                    self.group_scope_changed(connection, &group);
                    let members = connection.directory.group(&group).map(|g| g.members.clone()).unwrap_or_default();
                    self.work.adds.extend(members.into_iter().map(|m| (group.clone(), m)));
                }
            }
            Event::RenameGroup { group, name } => {
                if connection.in_directory(|d| d.rename_group(&group, &name)).is_some() {
                    self.work.group(&group, true);
                }
            }
            Event::AddMembers { group, people } => {
                if connection.in_directory(|d| d.add_members(&group, &people)).is_some() {
                    self.members_changed(connection, &group, &people, true);
                }
            }
            Event::RemoveMembers { group, people } => {
                if connection.in_directory(|d| d.remove_members(&group, &people)).is_some() {
                    self.members_changed(connection, &group, &people, false);
                }
            }
            Event::PushNow { .. } | Event::PausePush { .. } | Event::ResumePush { .. } => {
                connection.note("Entra has no group push; nothing is sent");
            }
            Event::UnlinkGroup { group, delete } => {
                if connection.groups.remove(&group) {
                    if !delete {
                        connection.note("the group leaves scope unnoticed (its link is deleted); nothing is sent");
                        connection.links.cut_group(&group);
                        self.members.remove(&group);
                    }
                    self.group_scope_changed(connection, &group);
                }
            }
            Event::DeleteGroup { group } => {
                self.group_scope_changed(connection, &group);
                connection.groups.remove(&group);
                connection.in_directory(|d| d.delete_group(&group));
            }
            _ => {}
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

    fn members_changed(&mut self, connection: &Connection, group: &str, members: &[String], joined: bool) {
        if !connection.groups.contains(group) {
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

    /// L25: an object connection can be deleted while the job is stopped (D); the object is matched anew.
    fn forget_link(&mut self, connection: &mut Connection, object: &str) {
        if connection.state != State::Paused {
            let label = connection.label(object);
            connection.trouble(
                label,
                TroubleKind::Rejected,
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
            let members = connection.directory.group(object).map(|g| g.members.clone()).unwrap_or_default();
            self.work.adds.extend(members.into_iter().map(|m| (object.to_owned(), m)));
        }
    }

    fn delete_app(&mut self, connection: &mut Connection) {
        connection.note("a deleted app sends nothing; its links are lost");
        connection.state = State::Disabled;
        connection.links.clear();
        connection.assigned.clear();
        connection.groups.clear();
        *self = Self::new(connection.kind);
    }
}
