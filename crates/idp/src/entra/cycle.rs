//! A cycle: probes, users, groups, references; and what is done at once on demand.

use super::super::admin_log::ProvisioningErrorKind;
use super::super::connection::{Connection, ConnectionState};
use super::super::moves::{self, GROUPS, USERS};
use super::reactions::{Fail, Object, Reach, Step, judge};
use super::users::matching_attribute;
use super::{DAY, DEFAULT, Entra, INTERVAL, Work, groups, users};
use client::observe::List;
use std::collections::{BTreeMap, BTreeSet};

/// Times one object is tried again within a cycle when `Retry-After` is honoured.
const RETRIES: u32 = 5;
/// Items per page of account discovery; the real size was not found (L26).
const PAGE: usize = 100;
/// Pages read at most.
const PAGES: usize = 1_000;

impl Entra {
    /// Lets time pass to the next cycle and runs it.
    pub(super) async fn run_cycle(&mut self, connection: &mut Connection) {
        if !connection.running() {
            connection.note("provisioning is stopped; there is no cycle");
            return;
        }
        connection.now = connection.now.max(self.next_cycle);
        let quarantined = self.quarantined_since.is_some();
        // Ever rarer in quarantine, down to once a day (Q4; D).
        self.interval = if quarantined { (self.interval * 2).min(DAY) } else { INTERVAL };
        self.passes(connection).await;
        self.next_cycle = connection.now + self.interval;
        super::Dialect::passed(self, connection);
    }

    async fn passes(&mut self, connection: &mut Connection) {
        if !self.probe(connection, true).await {
            return;
        }
        if !self.started {
            self.take_all(connection);
            self.started = true;
        }
        self.due_retries(connection);
        if !connection.running() {
            return;
        }
        let withheld = self.guard(connection);
        let succeeded = self.objects(connection).await;
        let Some(succeeded) = succeeded else { return };
        let (failures, references) = self.failures();
        match connection.options.quarantine.exceeded(failures, references, succeeded) {
            Some(reason) => self.quarantine(connection, reason),
            None if withheld => self.quarantine(connection, "TooManyDeletes"),
            None => self.lift_quarantine(connection),
        }
    }

    /// L1: a lookup of a random GUID, expected to find nothing, before anything else. Says whether to go on.
    pub(super) async fn probe(&mut self, connection: &mut Connection, in_cycle: bool) -> bool {
        let guid = connection.random.guid();
        let filter = moves::equals(connection, matching_attribute(connection), &guid);
        let mut result = judge(Step::Probe, moves::list(connection, USERS, &format!("filter={filter}")).await);
        if result.is_ok() && connection.options.probe_groups {
            // The same on groups is a field report (S21, S32; I).
            let guid = connection.random.guid();
            let query = groups::name_query(connection, &guid);
            result = judge(Step::Probe, moves::list(connection, GROUPS, &query).await);
        }
        let Err(fail) = result else { return true };
        let name = connection.name.clone();
        connection.trouble(name, fail.kind, fail.text);
        if in_cycle && fail.reach == Reach::Job {
            self.quarantine(connection, "EncounteredQuarantineException");
        }
        false
    }

    /// Everything in scope, and everything linked: the initial cycle and the one after a restart (A2.1, L23; D).
    fn take_all(&mut self, connection: &Connection) {
        for person in connection.directory.people() {
            if users::in_scope(connection, &person.key) || connection.links.managed_person(&person.key).is_some() {
                self.work.person(&person.key, true);
                if person.manager.is_some() {
                    self.work.managers.insert(person.key.clone());
                }
            }
        }
        let linked: Vec<String> = connection.links.groups().map(|(key, _)| key.to_owned()).collect();
        for key in connection.groups.iter().chain(&linked) {
            self.work.group(key, true);
            let members = connection.directory.group(key).map(|g| g.members.clone()).unwrap_or_default();
            self.work.adds.extend(members.into_iter().map(|m| (key.clone(), m)));
        }
    }

    /// The accidental-deletion guard: sets removals aside when they are more than the threshold (Q8; D).
    fn guard(&mut self, connection: &mut Connection) -> bool {
        let people: Vec<String> =
            self.work.people.keys().filter(|k| users::is_removal(connection, k)).cloned().collect();
        let group_keys: Vec<String> =
            self.work.groups.keys().filter(|k| groups::is_removal(connection, k)).cloned().collect();
        let count = people.len() + group_keys.len();
        let allowed = std::mem::take(&mut self.deletions_allowed);
        let exceeded = connection.options.deletion_threshold.is_some_and(|limit| count > limit);
        if !exceeded || allowed {
            // What is withheld since an earlier cycle stays so.
            return !self.staged.is_empty();
        }
        for key in people {
            let attributes = self.work.people.remove(&key).unwrap_or_default();
            self.staged.person(&key, attributes);
            connection.trouble(
                connection.label(&key),
                ProvisioningErrorKind::Withheld,
                "StagedAction: disable or delete withheld",
            );
        }
        for key in group_keys {
            let attributes = self.work.groups.remove(&key).unwrap_or_default();
            self.staged.group(&key, attributes);
            connection.trouble(
                connection.label(&key),
                ProvisioningErrorKind::Withheld,
                "StagedDelete: delete withheld",
            );
        }
        true
    }

    /// Users, groups, managers, members, in this order (P15; D). The number of objects that went well; `None` when
    /// the job had to stop.
    async fn objects(&mut self, connection: &mut Connection) -> Option<usize> {
        let mut succeeded = 0;
        let work = std::mem::take(&mut self.work);
        let mut queue: Vec<(Object, bool)> = Vec::new();
        let in_order = |keys: Vec<String>| {
            let directory = &connection.directory;
            let known = directory.in_order(&keys);
            let gone = keys.into_iter().filter(|k| directory.person(k).is_none() && directory.group(k).is_none());
            known.into_iter().chain(gone).collect::<Vec<_>>()
        };
        for key in in_order(work.people.keys().cloned().collect()) {
            let attributes = work.people[&key];
            queue.push((Object::Person(key), attributes));
        }
        for key in in_order(work.groups.keys().cloned().collect()) {
            let attributes = work.groups[&key];
            queue.push((Object::Group(key), attributes));
        }
        self.work.managers = work.managers;
        self.work.adds = work.adds;
        self.work.removes = work.removes;
        for at in 0..queue.len() {
            let (object, attributes) = &queue[at];
            let result = self.patiently(connection, object, *attributes).await;
            succeeded += usize::from(result.is_ok());
            if !self.book(connection, object.clone(), result) {
                for (object, _) in &queue[at + 1..] {
                    self.put_back(object);
                }
                return None;
            }
        }
        self.references(connection).await.map(|more| succeeded + more)
    }

    /// The reference pass. It is planned after the objects, since a person just matched brings their manager along.
    async fn references(&mut self, connection: &mut Connection) -> Option<usize> {
        let Work { managers, adds, removes, .. } = std::mem::take(&mut self.work);
        let mut queue: Vec<Object> =
            connection.directory.in_order(&managers).into_iter().map(Object::Manager).collect();
        let by_group = |pairs: BTreeSet<(String, String)>| {
            let mut members: BTreeMap<String, Vec<String>> = BTreeMap::new();
            for (group, member) in pairs {
                members.entry(group).or_default().push(member);
            }
            let mut sorted = Vec::new();
            for group in connection.directory.in_order(members.keys()) {
                let known = connection.directory.in_order(&members[&group]);
                sorted.extend(known.into_iter().map(|member| (group.clone(), member)));
            }
            sorted
        };
        queue.extend(by_group(removes).into_iter().map(|(g, m)| Object::Remove(g, m)));
        let mut adds = by_group(adds);
        if connection.options.parallel_members <= 1 {
            queue.extend(adds.drain(..).map(|(g, m)| Object::Add(g, m)));
        }
        let mut succeeded = 0;
        for at in 0..queue.len() {
            let result = self.patiently(connection, &queue[at], false).await;
            succeeded += usize::from(result.is_ok());
            if !self.book(connection, queue[at].clone(), result) {
                for object in &queue[at + 1..] {
                    self.put_back(object);
                }
                self.work.adds.extend(adds);
                return None;
            }
        }
        self.parallel_adds(connection, adds).await.map(|more| succeeded + more)
    }

    /// Additions several at a time; `Retry-After` is not waited for here.
    async fn parallel_adds(&mut self, connection: &mut Connection, adds: Vec<(String, String)>) -> Option<usize> {
        let mut succeeded = 0;
        let mut chunks = adds.chunks(connection.options.parallel_members.max(1));
        while let Some(chunk) = chunks.next() {
            let mode = self.mode;
            let results = Box::pin(self.do_adds(connection, mode, chunk)).await;
            let mut stop = false;
            for ((group, member), result) in chunk.iter().zip(results) {
                succeeded += usize::from(result.is_ok());
                stop |= !self.book(connection, Object::Add(group.clone(), member.clone()), result);
            }
            if stop {
                self.work.adds.extend(chunks.flatten().cloned());
                return None;
            }
        }
        Some(succeeded)
    }

    /// Does one object; with `Retry-After` honoured, waits for it and tries again (A3.2; U).
    async fn patiently(&mut self, connection: &mut Connection, object: &Object, attributes: bool) -> Result<(), Fail> {
        let mut tries = 0;
        loop {
            let result = self.do_object(connection, object, attributes).await;
            match &result {
                Err(Fail { retry_after: Some(wait), reach: Reach::Transient, .. })
                    if connection.options.honour_retry_after && tries < RETRIES =>
                {
                    tries += 1;
                    connection.now += *wait;
                    connection.unverified("Retry-After is honoured within the cycle");
                }
                _ => return result,
            }
        }
    }

    async fn do_object(&mut self, connection: &mut Connection, object: &Object, attributes: bool) -> Result<(), Fail> {
        let mode = self.mode;
        match object {
            Object::Person(key) => Box::pin(self.do_person(connection, mode, key, attributes)).await,
            Object::Group(key) => Box::pin(self.do_group(connection, mode, key, attributes)).await,
            Object::Manager(key) => Box::pin(self.do_manager(connection, mode, key)).await,
            Object::Add(group, member) => {
                let pair = [(group.clone(), member.clone())];
                Box::pin(self.do_adds(connection, mode, &pair)).await.pop().unwrap_or(Ok(()))
            }
            Object::Remove(group, member) => Box::pin(self.do_remove(connection, mode, group, member)).await,
        }
    }

    /// Provisioning on demand: at once, and in the shapes without flag whatever the tenant URL says (A2.5; D).
    pub(super) async fn on_demand(&mut self, connection: &mut Connection, key: &str) {
        if connection.known(key).is_none() || !self.probe(connection, false).await {
            return;
        }
        let result = match Box::pin(self.do_person(connection, DEFAULT, key, true)).await {
            Ok(()) => Box::pin(self.do_manager(connection, DEFAULT, key)).await,
            failed => failed,
        };
        match result {
            Ok(()) => {
                self.work.people.remove(key);
                self.work.managers.remove(key);
                self.escrow.remove(&Object::Person(key.to_owned()));
            }
            Err(fail) => {
                let label = connection.label(key);
                connection.trouble(label, fail.kind, fail.text);
                if fail.reach == Reach::Job {
                    self.quarantine(connection, "QuarantinedOnDemand");
                }
            }
        }
    }

    /// L26: account discovery reads every user, page by page.
    pub(super) async fn discover(&mut self, connection: &mut Connection) {
        connection.unverified("the page size of account discovery");
        let mut start = 1;
        for _ in 0..PAGES {
            let query = format!("startIndex={start}&count={PAGE}");
            let answer = match judge(Step::LookUp, moves::list(connection, USERS, &query).await) {
                Ok(answer) => answer,
                Err(fail) => {
                    let name = connection.name.clone();
                    connection.trouble(name, fail.kind, fail.text);
                    return;
                }
            };
            let total = answer.list().and_then(List::total).unwrap_or(0);
            start += answer.resources().len();
            if answer.resources().is_empty() || start as u64 > total {
                return;
            }
        }
    }

    /// Drops what a restart drops; with `full` the links too (Q7, L23, L24; D).
    pub(super) fn restart(&mut self, connection: &mut Connection, full: bool) {
        self.started = false;
        self.escrow.clear();
        let Work { people, groups, .. } = std::mem::take(&mut self.staged);
        self.work.people.extend(people);
        self.work.groups.extend(groups);
        self.lift_quarantine(connection);
        self.next_cycle = connection.now;
        if full {
            connection.links.clear();
            self.managers.clear();
            self.members.clear();
        }
    }

    /// Ends the stop: what changed meanwhile goes out in the next cycle, quarantine is cleared (L22; D).
    pub(super) fn start(&mut self, connection: &mut Connection) {
        self.lift_quarantine(connection);
        self.next_cycle = connection.now;
    }

    /// The running cycle ends, then silence; nothing is deprovisioned (L21; D).
    pub(super) fn stop(connection: &mut Connection) {
        connection.state = ConnectionState::Paused;
    }
}
