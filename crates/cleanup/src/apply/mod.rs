//! Carrying a plan out: item by item, each object read before, checked against what the plan knew, changed, and read again.
//!
//! In: a client, a plan, a journal. Out: what became of each item, and a diagnosis afterwards. Never: a request that no item asks
//! for, or an item on an object that changed since. A dry run is the same code, and sends GET alone.

mod change;
mod target;

pub(crate) use change::Change;
pub use change::changed;
pub use target::Unanswered;
pub(crate) use target::{Seen, Target, Written};

use crate::journal::{Journal, JournalError, Outcome};
use crate::mark::{mark, mark_of_state};
use crate::plan::{Item, ObjectType, Plan, PlanError};
use client::observe::Resource;
use client::wire::Client;
use directory::Export;
use serde_json::Value;
use state::{Against, Diagnosis, ReadError, TenantState, assess_against, read_all};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};

/// How a plan is carried out.
pub struct Terms<'a> {
    /// The directory in charge, for the diagnoses.
    pub directory: Option<&'a Export>,
    /// User names of accounts that it need not know.
    pub local_accounts: &'a [String],
    /// After how many cases the target is diagnosed for the first time; 0 is never.
    pub canary: usize,
    /// After how many more cases it is diagnosed again; 0 is never.
    pub batch: usize,
    /// Whether a plan made for a state that has moved on is carried out where it still fits.
    pub despite_changes: bool,
    /// Told when to stop: the item under way is finished first.
    pub stop: &'a AtomicBool,
    /// The time, RFC 3339.
    pub clock: &'a (dyn Fn() -> String + Sync),
}

impl Terms<'_> {
    fn assessed(&self, state: &TenantState) -> Vec<Diagnosis> {
        let directories: Vec<&Export> = self.directory.into_iter().collect();
        assess_against(state, &Against { directories: &directories, local_accounts: self.local_accounts })
    }
}

/// What became of one item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The item's number.
    pub number: u32,
    /// What it does, in one line.
    pub text: String,
    /// What became of it; in a dry run, what would.
    pub outcome: Outcome,
    /// Why, where that is not plain.
    pub why: String,
}

/// How it went.
#[derive(Debug, Clone, PartialEq)]
pub struct Applied {
    /// Items by what became of them, those of an earlier run of the same journal among them.
    pub counts: BTreeMap<&'static str, usize>,
    /// Why it stopped before the last item, if it did.
    pub stopped: Option<Stopped>,
    /// What was wrong before.
    pub before: Vec<Diagnosis>,
    /// The state afterwards and what is wrong with it; `None` after a dry run.
    pub after: Option<(TenantState, Vec<Diagnosis>)>,
}

/// Why it stopped before the last item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stopped {
    /// Somebody asked for it.
    Interrupted,
    /// The diagnosis after so many cases shows more of some kind than before.
    Worse {
        /// Cases done by then.
        cases: usize,
        /// The kinds there are more of.
        kinds: Vec<&'static str>,
    },
}

/// Why nothing was done, or nothing more could be.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The plan is another target's.
    #[error(
        "the plan is for {planned}, and the target is {target}; make a plan for this one with `scimulate state plan`"
    )]
    OtherTarget {
        /// The plan's.
        planned: String,
        /// Where it was to be applied.
        target: String,
    },
    /// The state has moved on.
    #[error(
        "the target has changed since the plan was made: {moved} of the {objects} objects of the plan are not as they were, and \
         there are {users} users and {groups} groups where there were {were_users} and {were_groups}; make a new plan, or carry out \
         what still fits with --despite-changes"
    )]
    OlderState {
        /// Objects of the plan that have another mark, or are gone.
        moved: usize,
        /// Objects of the plan.
        objects: usize,
        /// Users now.
        users: usize,
        /// Groups now.
        groups: usize,
        /// Users then.
        were_users: usize,
        /// Groups then.
        were_groups: usize,
    },
    /// An item names what was never there.
    #[error("item {item} names {id}, and the target has no {what} of that id; correct it, or delete its line")]
    UnknownId {
        /// The item's number.
        item: u32,
        /// The id.
        id: String,
        /// User, group or member.
        what: &'static str,
    },
    /// A protected account cannot sign in any more.
    #[error(
        "the protected account {0} is not there any more, or not active: nothing is done; make a new plan with --protect"
    )]
    ProtectedGone(String),
    /// The plan itself.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The target could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A request got no answer: the journal has everything until then.
    #[error("{0}; nothing is lost: run the same command again to go on")]
    Unanswered(#[from] Unanswered),
    /// The journal could not be written, so nothing was sent.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

/// Carries a plan out; without a journal it is a dry run. `told` hears of each item as it is done; whoever keeps no evidence can
/// empty the client's own journal then, for everything that matters of an exchange is on disk.
///
/// # Errors
/// When the plan does not fit the target, and when the target does not answer or the journal cannot be written: then everything
/// until there is in the journal, and the same call goes on from it.
pub async fn apply(
    client: &Client,
    plan: &Plan,
    mut journal: Option<&mut Journal>,
    terms: &Terms<'_>,
    told: &mut dyn FnMut(&Told),
) -> Result<Applied, ApplyError> {
    plan.check()?;
    if client.base().as_str() != plan.target {
        let (planned, target) = (plan.target.clone(), client.base().as_str().to_owned());
        return Err(ApplyError::OtherTarget { planned, target });
    }
    let state = read_all(client).await?;
    let begun = journal.as_ref().is_some_and(|journal| journal.has_begun());
    fits(plan, &state, begun, terms)?;
    let before = terms.assessed(&state);
    drop(state);
    let mut run = Run { target: Target::ask(client).await?, terms, imagined: HashMap::new(), marks: HashMap::new() };
    let mut applied = Applied { counts: BTreeMap::new(), stopped: None, before, after: None };
    let mut given_up: HashSet<u32> = HashSet::new();
    let mut cases: BTreeSet<u32> = BTreeSet::new();
    for item in &plan.items {
        if journal.is_some() && !cases.contains(&item.case) && due(cases.len(), terms) {
            let (_, found) = diagnosed(client, terms).await?;
            let kinds = worse(&applied.before, &found);
            if !kinds.is_empty() {
                applied.stopped = Some(Stopped::Worse { cases: cases.len(), kinds });
                break;
            }
        }
        if terms.stop.load(Ordering::SeqCst) {
            applied.stopped = Some(Stopped::Interrupted);
            break;
        }
        cases.insert(item.case);
        let earlier = journal.as_ref().and_then(|j| j.entries().get(&item.number)).and_then(|entry| entry.outcome);
        let (outcome, why) = match earlier {
            Some(outcome) => (outcome, "in an earlier run".to_owned()),
            None if given_up.contains(&item.case) => {
                let why = "an item before it in its case was not done";
                (Outcome::Skipped, why.to_owned())
            }
            None => run.item(item, journal.as_deref_mut()).await?,
        };
        if matches!(outcome, Outcome::Skipped | Outcome::Failed) {
            given_up.insert(item.case);
        }
        *applied.counts.entry(outcome.name()).or_default() += 1;
        told(&Told { number: item.number, text: item.told(), outcome, why });
    }
    if journal.is_some() {
        applied.after = Some(diagnosed(client, terms).await?);
    }
    Ok(applied)
}

/// Whether the target is diagnosed before the next case begins.
fn due(cases: usize, terms: &Terms<'_>) -> bool {
    let canary = terms.canary > 0 && cases == terms.canary;
    let batch = terms.batch > 0 && cases > terms.canary && (cases - terms.canary).is_multiple_of(terms.batch);
    canary || batch
}

async fn diagnosed(client: &Client, terms: &Terms<'_>) -> Result<(TenantState, Vec<Diagnosis>), ApplyError> {
    let state = read_all(client).await?;
    let found = terms.assessed(&state);
    Ok((state, found))
}

/// The kinds there are more of than before.
fn worse(before: &[Diagnosis], after: &[Diagnosis]) -> Vec<&'static str> {
    let count = |all: &[Diagnosis], kind: &str| all.iter().filter(|d| d.kind.id == kind).count();
    let mut kinds: Vec<&'static str> = after.iter().map(|d| d.kind.id).collect();
    kinds.dedup();
    kinds.retain(|kind| count(after, kind) > count(before, kind));
    kinds
}

/// Whether the plan fits what is there. A run that goes on has changed the state itself: then each item's own mark decides.
fn fits(plan: &Plan, state: &TenantState, begun: bool, terms: &Terms<'_>) -> Result<(), ApplyError> {
    let mut there: HashMap<String, (ObjectType, &Value)> = HashMap::new();
    for (object, all) in [(ObjectType::User, &state.users), (ObjectType::Group, &state.groups)] {
        there.extend(all.iter().filter_map(|r| Some((client::observe::id_text(r)?, (object, r)))));
    }
    for (id, name) in &plan.protected {
        let signs_in = |(object, r): &(ObjectType, &Value)| {
            *object == ObjectType::Group || Resource::of(r).active() != Some(false)
        };
        if !there.get(id).is_some_and(signs_in) {
            return Err(ApplyError::ProtectedGone(name.clone()));
        }
    }
    if begun {
        return Ok(());
    }
    let first: BTreeMap<&str, &Item> = plan.items.iter().rev().map(|item| (item.id.as_str(), item)).collect();
    let moved = |item: &&&Item| there.get(&item.id).is_none_or(|(of, now)| mark(*of, now) != item.mark);
    let moved = first.values().filter(moved).count();
    if mark_of_state(state) != plan.state.mark && !terms.despite_changes {
        let (objects, were) = (first.len(), &plan.state);
        let (users, groups) = (state.users.len(), state.groups.len());
        let (were_users, were_groups) = (were.users, were.groups);
        return Err(ApplyError::OlderState { moved, objects, users, groups, were_users, were_groups });
    }
    for item in &plan.items {
        let unknown = |id: &str, what| ApplyError::UnknownId { item: item.number, id: id.to_owned(), what };
        if there.get(&item.id).is_none_or(|(of, _)| *of != item.object) && !terms.despite_changes {
            return Err(unknown(&item.id, item.object.name()));
        }
        let joins = item.member().filter(|_| item.action == crate::plan::Action::AddMember);
        if let Some(member) = joins.filter(|member| !there.contains_key(*member)) {
            return Err(unknown(member, "user or group"));
        }
    }
    Ok(())
}

/// A run under way.
struct Run<'a> {
    target: Target<'a>,
    terms: &'a Terms<'a>,
    /// In a dry run: objects as they would be by now; `None` for what would be gone.
    imagined: HashMap<String, Option<Value>>,
    /// The marks of the objects that were changed, or would have been.
    marks: HashMap<String, String>,
}

impl Run<'_> {
    /// One item: read, compare, change, read again.
    async fn item(&mut self, item: &Item, journal: Option<&mut Journal>) -> Result<(Outcome, String), ApplyError> {
        let seen = match self.imagined.get(&item.id).filter(|_| journal.is_none()) {
            Some(Some(resource)) => Seen::There { resource: resource.clone(), version: None },
            Some(None) => Seen::Gone,
            None => self.target.read(item.object, &item.id).await?,
        };
        let (resource, version) = match seen {
            Seen::There { resource, version } => (resource, version),
            Seen::Gone if item.action.deletes() => {
                return self.settled(item, journal, (Outcome::Already, "it is gone"), None);
            }
            Seen::Gone => return self.settled(item, journal, (Outcome::Skipped, "it is not there any more"), None),
            Seen::Refused(why) => {
                let why = format!("it could not be read: {why}");
                return self.settled(item, journal, (Outcome::Skipped, &why), None);
            }
        };
        let (now, change) = (mark(item.object, &resource), Change::of(item, &resource));
        if change.holds(&resource) {
            return self.settled(item, journal, (Outcome::Already, ""), Some(now));
        }
        let known = journal.as_ref().and_then(|j| j.mark_of(&item.id)).or(self.marks.get(&item.id).map(String::as_str));
        if known.unwrap_or(&item.mark) != now {
            let why = "it has changed since the plan was made; make a new plan for it";
            return self.settled(item, journal, (Outcome::Skipped, why), None);
        }
        let Some(journal) = journal else {
            let after = change.applied(&resource);
            if let Some(after) = &after {
                self.marks.insert(item.id.clone(), mark(item.object, after));
            }
            self.imagined.insert(item.id.clone(), after);
            return Ok((Outcome::Done, String::new()));
        };
        journal.before((self.terms.clock)(), item, &resource)?;
        let written = self.target.write(item.object, &item.id, &change, (&resource, version.as_deref())).await?;
        let (outcome, why, mark) = self.seen_after(item, &change, written).await?;
        self.settled(item, Some(journal), (outcome, &why), mark)
    }

    /// What a read shows after the request.
    async fn seen_after(
        &self,
        item: &Item,
        change: &Change,
        written: Written,
    ) -> Result<(Outcome, String, Option<String>), ApplyError> {
        let status = match written {
            Written::Yes(status, _) => status,
            Written::Overtaken => {
                let why = "somebody changed it at the same time (412); make a new plan for it";
                return Ok((Outcome::Skipped, why.to_owned(), None));
            }
            Written::Refused(why) => return Ok((Outcome::Failed, why, None)),
            Written::NoMethod(status) => {
                let why =
                    format!("the target answers {status}: it has no way to do this; leave the account deactivated");
                return Ok((Outcome::Failed, why, None));
            }
        };
        Ok(match self.target.read(item.object, &item.id).await? {
            Seen::Gone if *change == Change::Delete => (Outcome::Done, String::new(), None),
            Seen::Gone => (Outcome::Failed, format!("the target answered {status}, and the object is gone"), None),
            Seen::There { resource, .. } => {
                let now = Some(mark(item.object, &resource));
                if *change == Change::Delete && Resource::of(&resource).active() == Some(false) {
                    (Outcome::Done, "this target keeps the account, deactivated".to_owned(), now)
                } else if change.holds(&resource) {
                    (Outcome::Done, String::new(), now)
                } else {
                    (Outcome::Failed, format!("the target answered {status}, and nothing changed"), now)
                }
            }
            Seen::Refused(why) => (Outcome::Failed, format!("it could not be read afterwards: {why}"), None),
        })
    }

    /// Notes what became of an item.
    fn settled(
        &mut self,
        item: &Item,
        journal: Option<&mut Journal>,
        (outcome, why): (Outcome, &str),
        mark: Option<String>,
    ) -> Result<(Outcome, String), ApplyError> {
        if let Some(journal) = journal {
            journal.after((self.terms.clock)(), item, (outcome, why), mark)?;
        }
        Ok((outcome, why.to_owned()))
    }
}
