//! The way back: every item that was done is taken back, the last first, from the images in the journal.
//!
//! In: a client and a journal. Out: what became of each item, and the new ids of what had to be created again. Never: a change to
//! an object that somebody else has changed since. Without `execute` it is a dry run, and sends GET alone.

use crate::apply::{ApplyError, Change, Seen, Target, Told, Written};
use crate::journal::{Entry, Journal, Outcome};
use crate::mark::mark;
use crate::plan::{Item, ObjectType};
use client::observe::{Resource, member};
use client::wire::Client;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};

/// How it went.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RolledBack {
    /// Items by what became of them.
    pub counts: BTreeMap<&'static str, usize>,
    /// Old id to new id of what was created again.
    pub new_ids: BTreeMap<String, String>,
    /// Whether it was interrupted before the end.
    pub interrupted: bool,
}

/// Takes back what a journal says was done.
///
/// # Errors
/// When the journal is another target's, when the target does not answer, and when the journal cannot be written; the same call
/// goes on from there.
pub async fn rollback(
    client: &Client,
    journal: &mut Journal,
    execute: bool,
    (stop, clock): (&AtomicBool, &(dyn Fn() -> String + Sync)),
    told: &mut dyn FnMut(&Told),
) -> Result<RolledBack, ApplyError> {
    if client.base().as_str() != journal.target() {
        let (planned, target) = (journal.target().to_owned(), client.base().as_str().to_owned());
        return Err(ApplyError::OtherTarget { planned, target });
    }
    let mut back =
        Back { target: Target::ask(client).await?, execute, clock, ids: HashMap::new(), imagined: HashMap::new() };
    let mut all = RolledBack::default();
    let done: Vec<(u32, Entry)> = journal
        .entries()
        .iter()
        .filter(|(_, entry)| entry.outcome == Some(Outcome::Done) || (entry.item.is_some() && entry.outcome.is_none()))
        .map(|(number, entry)| (*number, entry.clone()))
        .collect();
    for (number, entry) in done.into_iter().rev() {
        if stop.load(Ordering::SeqCst) {
            all.interrupted = true;
            break;
        }
        let Some(item) = &entry.item else { continue };
        if let Some(new) = &entry.new_id {
            back.ids.insert(item.id.clone(), new.clone());
        }
        let (outcome, why) = match entry.undone {
            Some(outcome @ (Outcome::Done | Outcome::Already)) => (outcome, "in an earlier run".to_owned()),
            _ => back.item(item, &entry, journal).await?,
        };
        *all.counts.entry(outcome.name()).or_default() += 1;
        told(&Told { number, text: format!("take back {}", item.told()), outcome, why });
    }
    all.new_ids = back.ids.into_iter().collect();
    Ok(all)
}

/// A rollback under way.
struct Back<'a> {
    target: Target<'a>,
    execute: bool,
    clock: &'a (dyn Fn() -> String + Sync),
    /// Old id to new id.
    ids: HashMap<String, String>,
    /// In a dry run: objects as they would be by now.
    imagined: HashMap<String, Value>,
}

impl Back<'_> {
    async fn item(
        &mut self,
        item: &Item,
        entry: &Entry,
        journal: &mut Journal,
    ) -> Result<(Outcome, String), ApplyError> {
        let settled = match Change::back(item, &entry.image) {
            Some(change) => self.change(item, entry, change, journal).await?,
            None => self.create(item, entry, journal).await?,
        };
        let (outcome, why, new_id) = settled;
        if let Some(new) = &new_id {
            self.ids.insert(item.id.clone(), new.clone());
        }
        if self.execute {
            journal.undo_after((self.clock)(), item.number, (outcome, &why), new_id)?;
        }
        Ok((outcome, why))
    }

    /// An attribute or a membership gets back what it was.
    async fn change(
        &mut self,
        item: &Item,
        entry: &Entry,
        change: Change,
        journal: &mut Journal,
    ) -> Result<(Outcome, String, Option<String>), ApplyError> {
        let id = self.now(&item.id).to_owned();
        let change = match change {
            Change::Join(member) => Change::Join(self.now(&member).to_owned()),
            Change::Leave(member) => Change::Leave(self.now(&member).to_owned()),
            other => other,
        };
        let plain = |outcome, why: &str| Ok((outcome, why.to_owned(), None));
        let (resource, version) = match self.imagined.get(&id) {
            Some(resource) => (resource.clone(), None),
            None => match self.target.read(item.object, &id).await? {
                Seen::There { resource, version } => (resource, version),
                Seen::Gone => return plain(Outcome::Skipped, "it is not there any more"),
                Seen::Refused(why) => return plain(Outcome::Skipped, &format!("it could not be read: {why}")),
            },
        };
        if change.holds(&resource) {
            return plain(Outcome::Already, "");
        }
        // What was under way when a run was killed has no mark: then it is as it was, or as the item made it.
        let known = entry.mark.as_ref().is_none_or(|known| *known == self.old_mark(item.object, &resource));
        if !known {
            return plain(Outcome::Skipped, "somebody changed it after the cleanup; take it back by hand");
        }
        if !self.execute {
            self.imagined.extend(change.applied(&resource).map(|after| (id, after)));
            return plain(Outcome::Done, "");
        }
        journal.undo_before((self.clock)(), item.number, Vec::new())?;
        match self.target.write(item.object, &id, &change, (&resource, version.as_deref())).await? {
            Written::Yes(status, _) => match self.target.read(item.object, &id).await? {
                Seen::There { resource, .. } if change.holds(&resource) => plain(Outcome::Done, ""),
                _ => plain(Outcome::Failed, &format!("the target answered {status}, and it is not as it was")),
            },
            Written::Overtaken => plain(Outcome::Skipped, "somebody changed it at the same time (412)"),
            Written::NoMethod(status) => plain(Outcome::Failed, &format!("the target answers {status}")),
            Written::Refused(why) => plain(Outcome::Failed, &why),
        }
    }

    /// What was deleted is created again; the target gives it a new id.
    async fn create(
        &mut self,
        item: &Item,
        entry: &Entry,
        journal: &mut Journal,
    ) -> Result<(Outcome, String, Option<String>), ApplyError> {
        if let Seen::There { .. } = self.target.read(item.object, &item.id).await? {
            return Ok((Outcome::Already, "it was never gone".to_owned(), None));
        }
        let key = if item.object == ObjectType::User { "userName" } else { "displayName" };
        let Some(name) = Resource::of(&entry.image).text(key) else {
            return Ok((Outcome::Failed, format!("its image has no {key}"), None));
        };
        if !self.execute {
            self.imagined.insert(item.id.clone(), entry.image.clone());
            return Ok((Outcome::Done, "it gets a new id".to_owned(), None));
        }
        let there = self.target.find(item.object, key, name).await?;
        if let Some(began) = &entry.undo_began
            && let [new] = &there.iter().filter(|id| !began.contains(id)).collect::<Vec<_>>()[..]
        {
            return Ok((Outcome::Done, format!("its new id is {new}"), Some((*new).clone())));
        }
        journal.undo_before((self.clock)(), item.number, there)?;
        Ok(match self.target.create(item.object, &self.with_new_ids(&entry.image)).await? {
            Written::Yes(_, Some(new)) => (Outcome::Done, format!("its new id is {new}"), Some(new)),
            Written::Yes(status, None) => {
                (Outcome::Failed, format!("the target answered {status} without an id"), None)
            }
            Written::Refused(why) => (Outcome::Failed, why, None),
            Written::Overtaken | Written::NoMethod(_) => {
                (Outcome::Failed, "the target creates nothing".to_owned(), None)
            }
        })
    }

    /// The id that an object has by now.
    fn now<'s>(&'s self, id: &'s str) -> &'s str {
        self.ids.get(id).map_or(id, String::as_str)
    }

    /// The image of a group with the new ids of its members.
    fn with_new_ids(&self, image: &Value) -> Value {
        self.renamed(image, |id| self.ids.get(id).cloned())
    }

    /// The mark an object would have with the ids from before the cleanup.
    fn old_mark(&self, object: ObjectType, resource: &Value) -> String {
        let old = |id: &str| self.ids.iter().find(|(_, new)| *new == id).map(|(old, _)| old.clone());
        mark(object, &self.renamed(resource, old))
    }

    fn renamed(&self, resource: &Value, rename: impl Fn(&str) -> Option<String>) -> Value {
        let mut changed = resource.clone();
        let listed = member(resource, "members").and_then(Value::as_array).filter(|_| !self.ids.is_empty());
        let Some(all) = listed else { return changed };
        let one = |m: &Value| {
            let id = Resource::of(m).key("value").unwrap_or_default();
            rename(&id).map_or_else(|| m.clone(), |new| serde_json::json!({ "value": new }))
        };
        if let Some(members) = changed.as_object_mut().and_then(|object| {
            object.iter_mut().find(|(name, _)| name.eq_ignore_ascii_case("members")).map(|(_, value)| value)
        }) {
            *members = all.iter().map(one).collect();
        }
        changed
    }
}
