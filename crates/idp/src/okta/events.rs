//! From an event to jobs (tables "Lifecycle: AIW" and "Lifecycle: OIN").

use super::super::connection::{Connection, ConnectionState};
use super::super::event::Event;
use super::super::options::RenameStyle;
use super::jobs::Job;
use super::{Okta, Push};
use directory::Change;

impl Okta {
    /// Every event has its arm: a new one does not compile before Okta's answer to it is known.
    pub(super) async fn on(&mut self, connection: &mut Connection, event: Event) {
        match event {
            Event::TestConnection => self.run(connection, Job::TestConnection).await,
            Event::Assign { person } => self.assign(connection, person).await,
            Event::Unassign { person } => self.unassign(connection, &person).await,
            Event::UnassignAll => self.unassign_all(connection).await,
            Event::Update { person, change } => self.update(connection, person, change).await,
            Event::Rename { person, user_name } => self.rename(connection, &person, user_name).await,
            Event::Deactivate { person } => self.deactivate_person(connection, &person).await,
            Event::Reactivate { person } => self.reactivate(connection, &person).await,
            // Nothing is sent for a suspension (OKD20; D) and its end (OKQA, Inf).
            Event::Suspend { .. } | Event::Unsuspend { .. } => {
                connection.note("Okta sends nothing for a suspension and its end");
            }
            Event::Delete { person } | Event::Purge { person } => self.delete_person(connection, &person).await,
            Event::Restore { .. } => connection.note("Okta cannot restore a deleted user; nothing is sent"),
            Event::ResetPassword { person } => self.run(connection, Job::Password(person)).await,
            Event::SetManager { person, manager } => {
                self.update(connection, person, Change::Manager(Some(manager))).await;
            }
            Event::ClearManager { person } => self.update(connection, person, Change::Manager(None)).await,
            Event::PushGroup { group } => self.start_push(connection, group.clone(), Job::PushNew(group)).await,
            Event::LinkGroup { group } => self.start_push(connection, group.clone(), Job::LinkGroup(group)).await,
            Event::RenameGroup { group, name } => self.group_renamed(connection, group, &name).await,
            Event::AddMembers { group, people } => self.members_joined(connection, group, people).await,
            Event::RemoveMembers { group, people } => self.members_left(connection, group, &people).await,
            Event::PushNow { group } | Event::ResumePush { group } => self.push_again(connection, group).await,
            // OKQA (D): a pause sends nothing.
            Event::PausePush { group } => drop(self.pushes.insert(group, Push::Paused)),
            Event::UnlinkGroup { group, delete } => self.unlink(connection, &group, delete).await,
            Event::DeleteGroup { group } => self.group_deleted(connection, &group),
            Event::Import => self.run(connection, Job::Import).await,
            Event::ForceSync => self.force_sync(connection).await,
            Event::ProvisionBacklog => self.provision_backlog(connection).await,
            Event::ProvisionOnDemand { person } => self.provision_one(connection, person).await,
            Event::RetryTasks => self.retry_failed(connection).await,
            Event::DisableProvisioning => connection.state = ConnectionState::Disabled,
            Event::EnableProvisioning => {
                // The test alone; nothing is made up for (DF22746; I, ROSTR; C).
                connection.state = ConnectionState::Enabled;
                self.run(connection, Job::TestConnection).await;
            }
            Event::Restart { .. } => connection.note("Okta has no restart; nothing is sent"),
            Event::AllowDeletions => connection.note("Okta has no deletion guard; nothing is sent"),
            Event::ForgetLink { object } => {
                connection.links.cut_person(&object);
                connection.links.cut_group(&object);
            }
            Event::DeleteApp => self.delete_app(connection),
        }
    }

    async fn assign(&mut self, connection: &mut Connection, person: String) {
        if connection.known(&person).is_some() {
            connection.assigned.insert(person.clone());
            self.run(connection, Job::Provision(person)).await;
        }
    }

    async fn unassign(&mut self, connection: &mut Connection, person: &str) {
        if connection.known(person).is_some() && connection.assigned.remove(person) {
            self.take_away(connection, person).await;
        }
    }

    async fn unassign_all(&mut self, connection: &mut Connection) {
        for person in connection.directory.in_order(&connection.assigned) {
            self.unassign(connection, &person).await;
        }
    }

    async fn update(&mut self, connection: &mut Connection, person: String, change: Change) {
        match change {
            Change::UserName(user_name) => self.rename(connection, &person, user_name).await,
            Change::Active(true) => self.reactivate(connection, &person).await,
            Change::Active(false) => self.deactivate_person(connection, &person).await,
            change => {
                let mapped = !matches!(change, Change::Manager(_)) || connection.options.map_manager;
                if connection.in_directory(|d| d.change(&person, change)).is_none() {
                    return;
                }
                if mapped {
                    self.run(connection, Job::Profile(person)).await;
                } else {
                    connection.note("the manager is not mapped in this app; nothing is sent");
                }
            }
        }
    }

    async fn rename(&mut self, connection: &mut Connection, person: &str, user_name: String) {
        if connection.in_directory(|d| d.change(person, Change::UserName(user_name))).is_none() {
            return;
        }
        connection.unverified("a change of the user name (never captured)");
        match connection.options.rename {
            RenameStyle::Update => self.run(connection, Job::Profile(person.to_owned())).await,
            RenameStyle::DeactivateAndCreate => {
                self.take_away(connection, person).await;
                self.run(connection, Job::Provision(person.to_owned())).await;
            }
        }
    }

    async fn deactivate_person(&mut self, connection: &mut Connection, person: &str) {
        if connection.in_directory(|d| d.change(person, Change::Active(false))).is_none() {
            return;
        }
        if connection.assigned.contains(person) {
            self.take_away(connection, person).await;
        }
        if !connection.options.assigned_by_group {
            // P06 (I): the assignment goes with the deactivation.
            connection.assigned.remove(person);
        }
    }

    async fn reactivate(&mut self, connection: &mut Connection, person: &str) {
        if connection.in_directory(|d| d.change(person, Change::Active(true))).is_none() {
            return;
        }
        if connection.assigned.contains(person) {
            self.run(connection, Job::Provision(person.to_owned())).await;
        } else {
            // OKQA (D): automatic only where a group assigns.
            connection.note("a reactivated user without assignment has to be assigned again by an admin");
        }
    }

    /// The deactivation has gone out before: a user must be deactivated to be deleted (P01, OKCON; D).
    async fn delete_person(&mut self, connection: &mut Connection, person: &str) {
        let Some(known) = connection.known(person) else { return };
        if known.active {
            connection.note("Okta deletes deactivated users only, so the user is deactivated first");
            self.deactivate_person(connection, person).await;
        }
        connection.assigned.remove(person);
        connection.in_directory(|d| d.purge(person));
    }

    /// Deactivates on the target who was provisioned; who never was has no external id, and nothing is sent
    /// (DF7207; I).
    async fn take_away(&mut self, connection: &mut Connection, person: &str) {
        let Some(link) = connection.links.person_mut(person).filter(|l| l.managed) else {
            connection.note("the user was never provisioned here; nothing is sent");
            return;
        };
        link.managed = false;
        link.active = Some(false);
        let id = link.id.clone();
        self.run(connection, Job::Deactivate { person: person.to_owned(), id }).await;
    }

    /// Who is provisioned already; who was assigned before provisioning was on is skipped (ROSTR; C).
    async fn force_sync(&mut self, connection: &mut Connection) {
        for person in connection.directory.in_order(&connection.assigned) {
            if connection.links.managed_person(&person).is_some() {
                self.run(connection, Job::Profile(person)).await;
            }
        }
    }

    async fn provision_one(&mut self, connection: &mut Connection, person: String) {
        if connection.known(&person).is_some() {
            if !connection.assigned.contains(&person) {
                connection.note("the user is not assigned; nothing is sent");
            }
            self.run(connection, Job::Provision(person)).await;
        }
    }

    async fn provision_backlog(&mut self, connection: &mut Connection) {
        for person in connection.directory.in_order(&connection.assigned) {
            if connection.links.managed_person(&person).is_none() {
                self.run(connection, Job::Provision(person)).await;
            }
        }
    }

    fn delete_app(&mut self, connection: &mut Connection) {
        connection.unverified("what is sent when an app is deleted (nothing is assumed)");
        connection.state = ConnectionState::Disabled;
        connection.links.clear();
        connection.assigned.clear();
        connection.groups.clear();
        *self = Self::new(self.mode);
    }

    async fn start_push(&mut self, connection: &mut Connection, group: String, job: Job) {
        if connection.known_group(&group).is_some() {
            connection.groups.insert(group.clone());
            self.pushes.insert(group, Push::Active);
            self.run(connection, job).await;
        }
    }

    async fn push_again(&mut self, connection: &mut Connection, group: String) {
        if connection.groups.contains(&group) {
            self.start_push(connection, group.clone(), Job::PushAll(group)).await;
        } else {
            connection.note("the group is not pushed; nothing is sent");
        }
    }

    async fn group_renamed(&mut self, connection: &mut Connection, group: String, name: &str) {
        if connection.in_directory(|d| d.rename_group(&group, name)).is_some() {
            self.if_pushed(connection, &group, Job::RenameGroup(group.clone())).await;
        }
    }

    async fn members_joined(&mut self, connection: &mut Connection, group: String, people: Vec<String>) {
        if connection.in_directory(|d| d.add_members(&group, &people)).is_some() {
            let job = Job::Members { group: group.clone(), added: people, removed: Vec::new() };
            self.if_pushed(connection, &group, job).await;
        }
    }

    async fn members_left(&mut self, connection: &mut Connection, group: String, people: &[String]) {
        if connection.in_directory(|d| d.remove_members(&group, people)).is_some() {
            let removed = people.iter().filter_map(|p| Some(connection.links.person(p)?.id.clone())).collect();
            let job = Job::Members { group: group.clone(), added: Vec::new(), removed };
            self.if_pushed(connection, &group, job).await;
        }
    }

    async fn if_pushed(&mut self, connection: &mut Connection, group: &str, job: Job) {
        match self.pushes.get(group) {
            Some(Push::Active) => self.run(connection, job).await,
            Some(Push::Paused) => connection.note("the push of the group is paused; nothing is sent"),
            Some(Push::Failed) => connection.note("the push of the group is in error; nothing is sent until Push Now"),
            None => {}
        }
    }

    async fn unlink(&mut self, connection: &mut Connection, group: &str, delete: bool) {
        let name = connection.label(group);
        connection.groups.remove(group);
        self.pushes.remove(group);
        let link = connection.links.cut_group(group);
        if let (Some(link), true) = (link, delete) {
            self.run(connection, Job::DeleteGroup { name, id: link.id }).await;
        }
    }

    fn group_deleted(&mut self, connection: &mut Connection, group: &str) {
        // P11 (D): the group can stay behind in the target.
        connection.unverified("what a deleted source group sends (nothing is assumed)");
        if connection.in_directory(|d| d.delete_group(group)).is_some() {
            connection.groups.remove(group);
            self.pushes.remove(group);
        }
    }
}
