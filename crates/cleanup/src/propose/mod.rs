//! From what is wrong to what to do: the least destructive first.
//!
//! In: a full read, its diagnoses, the directory in charge, the operator's choices. Out: a [`Plan`]. Never: a request; a deletion
//! that nobody asked for; an item on a protected account; a guess: what is not sure enough is left, with the reason.

mod claims;
mod draft;
mod groups;
mod order;
mod people;
mod survivor;

pub use survivor::{Rule, UnknownRule};

use crate::mark::mark_of_state;
use crate::plan::{FORMAT, Item, Left, Limits, Plan, PlanError, PlannedState, VERSION};
use claims::Claims;
use client::observe::Resource;
use directory::Export;
use draft::Draft;
use order::Ordered;
use serde_json::Value;
use state::diagnosis as kinds;
use state::{Diagnosis, DiagnosisKind, Sure, TenantState, fold};
use std::collections::BTreeMap;

/// What the operator decides.
#[derive(Debug, Clone)]
pub struct Options {
    /// How sure a diagnosis has to be before something is planned for it.
    pub sure: Sure,
    /// Whether accounts and groups may be deleted.
    pub delete: bool,
    /// Whose account it is where userName and externalId name two people.
    pub believe: Believe,
    /// Which of several accounts or groups stays: the first rule that tells them apart decides.
    pub survivor: Vec<Rule>,
    /// Accounts (userName or id) and groups (displayName or id) from which nothing is taken.
    pub protect: Vec<String>,
    /// How much may be taken away.
    pub limits: Limits,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            sure: Sure::Certain,
            delete: false,
            believe: Believe::Name,
            survivor: Rule::ORDER.to_vec(),
            protect: Vec::new(),
            limits: Limits::default(),
        }
    }
}

/// Whose account it is where userName and externalId name two people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Believe {
    /// The one whose userName it has: the externalId is corrected.
    Name,
    /// The one whose externalId it has: the userName is corrected.
    Link,
}

/// Why no plan can be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProposeError {
    /// A protected name is nobody's.
    #[error("--protect {name}: no account or group has this userName, displayName or id{}", hint(.near))]
    UnknownProtected {
        /// What was typed.
        name: String,
        /// A name that is close.
        near: Option<String>,
    },
    /// A protected account cannot sign in.
    #[error("--protect {0}: this account is not active, so it could not sign in afterwards; protect one that is")]
    InactiveProtected(String),
    /// What came out cannot be carried out.
    #[error(transparent)]
    Plan(#[from] PlanError),
}

fn hint(near: &Option<String>) -> String {
    near.as_ref().map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}

/// Makes a plan for what was found.
///
/// `target` is the base URL without credentials and query, `made` the time in RFC 3339.
///
/// # Errors
/// When a protected name is nobody's or cannot sign in, when something is taken away and nobody is protected, and when more is
/// taken away than the limits allow.
pub fn propose(
    state: &TenantState,
    found: &[Diagnosis],
    directory: Option<&Export>,
    options: &Options,
    (target, made): (&str, &str),
) -> Result<Plan, ProposeError> {
    let protected = protected(state, &options.protect)?;
    let claims = directory.map(Claims::of);
    let mut draft = Draft::new(state, claims.as_ref(), options, &protected);
    for diagnosis in found {
        if diagnosis.sure > options.sure {
            let sure = diagnosis.sure;
            let how = match sure {
                Sure::Possible if directory.is_none() => "name the directory in charge with --directory to be certain",
                Sure::Possible => "look at it in the product, and put it right there",
                _ => "look at it, then plan with --sure likely",
            };
            draft.leave(diagnosis, &format!("it is only {sure}: {how}"));
            continue;
        }
        match diagnosis.kind {
            kinds::WRONG_PERSON => people::wrong_person(&mut draft, diagnosis),
            kinds::ACTIVE_LEAVER | kinds::UNKNOWN_ACCOUNT => people::deactivate(&mut draft, diagnosis),
            kinds::TWO_ACCOUNTS => people::two_accounts(&mut draft, diagnosis),
            kinds::STALE_LINK => people::stale_link(&mut draft, diagnosis),
            kinds::SUSPENDED_ACCOUNT => people::activate(&mut draft, diagnosis),
            kinds::ILL_FORMED => people::ill_formed(&mut draft, diagnosis),
            kinds::UNCLAIMED_GROUP => groups::unclaimed(&mut draft, diagnosis),
            kinds::TWIN_GROUPS => groups::twins(&mut draft, diagnosis),
            kinds::DANGLING_MEMBER => groups::dangling(&mut draft, diagnosis),
            kinds::OTHER_MEMBERS | kinds::UNKNOWN_MEMBER => {}
            other => draft.leave(diagnosis, by_others(other)),
        }
    }
    // Who a person's account is has to be settled first.
    for diagnosis in found.iter().filter(|d| d.sure <= options.sure) {
        if matches!(diagnosis.kind, kinds::OTHER_MEMBERS | kinds::UNKNOWN_MEMBER) {
            groups::other_members(&mut draft, diagnosis);
        }
    }
    let memberships = state.groups.iter().map(|g| Resource::of(g).values("members").count()).sum();
    let Ordered { items, kept, mut left, refused } = order::items(draft);
    left.extend(unplannable(found, &refused));
    let plan = Plan {
        format: FORMAT.to_owned(),
        version: VERSION,
        target: target.to_owned(),
        made: made.to_owned(),
        state: PlannedState {
            mark: mark_of_state(state),
            users: state.users.len(),
            groups: state.groups.len(),
            memberships,
            complete: state.complete,
        },
        limits: options.limits,
        protected,
        kept,
        items,
        left,
    };
    plan.check()?;
    Ok(plan)
}

/// The diagnoses whose items were taken out again.
fn unplannable(found: &[Diagnosis], refused: &[Item]) -> Vec<Left> {
    let concerns = |diagnosis: &&Diagnosis| {
        let about = |id: &str| diagnosis.objects.iter().any(|o| o.id.as_deref() == Some(id));
        let of_members = matches!(diagnosis.kind, kinds::OTHER_MEMBERS | kinds::UNKNOWN_MEMBER);
        let asks = |item: &Item| item.reason == diagnosis.kind.id || of_members;
        refused.iter().any(|item| asks(item) && (about(&item.id) || item.member().is_some_and(about)))
    };
    let why = "an object in it has no userName or displayName, and targets refuse changes to such a one: give it a name in the \
               product, then plan again";
    found.iter().filter(concerns).map(|diagnosis| left(diagnosis, why)).collect()
}

/// What is not ours to put right over SCIM, and who does.
fn by_others(kind: &DiagnosisKind) -> &'static str {
    match kind {
        kinds::MISSING_ACCOUNT => "the next cycle of the IdP creates the account",
        kinds::MISSING_GROUP => "the IdP creates the group when it is pushed again",
        kinds::SIDES_DISAGREE => {
            "the product derives `groups` of a user itself (RFC 7643 section 4.1.2); push the group again, then report it"
        }
        kinds::OTHER_VALUES => {
            "the IdP writes its values when the person is sent again: provision on demand, or unassign and assign"
        }
        kinds::TWO_DIRECTORIES => "decide which directory is in charge, and unassign the person in the other",
        kinds::UNRELIABLE_LOOKUP => {
            "the product has to answer lookups rightly first: the next cycle would undo a cleanup"
        }
        kinds::ODD_MEMBERS => "without the directory nobody knows who belongs there: name it with --directory",
        _ => "no change over SCIM puts this right; see the guide",
    }
}

/// The protected accounts and groups: id to name.
fn protected(state: &TenantState, names: &[String]) -> Result<BTreeMap<String, String>, ProposeError> {
    let mut all = BTreeMap::new();
    for given in names {
        let same = |text: &str| fold(text) == fold(given);
        let hit = |resource: &&Value| {
            let r = Resource::of(resource);
            r.id().is_some_and(|id| id == *given)
                || ["userName", "displayName"].iter().any(|n| r.text(n).is_some_and(same))
        };
        // A user's displayName is no key: two people may have one.
        let by_key = |resource: &&Value| {
            let r = Resource::of(resource);
            r.id().is_some_and(|id| id == *given) || r.text("userName").is_some_and(same)
        };
        let users: Vec<&Value> = state.users.iter().filter(by_key).collect();
        let groups = state.groups.iter().filter(hit);
        let before = all.len();
        for user in users {
            if Resource::of(user).active() == Some(false) {
                return Err(ProposeError::InactiveProtected(given.clone()));
            }
            all.insert(draft::id(user), draft::name(user));
        }
        all.extend(groups.map(|group| (draft::id(group), draft::name(group))));
        if all.len() == before {
            let known: Vec<String> = state.users.iter().chain(&state.groups).map(draft::name).collect();
            let near = scim::nearest(given, known.iter().map(String::as_str)).map(str::to_owned);
            return Err(ProposeError::UnknownProtected { name: given.clone(), near });
        }
    }
    Ok(all)
}

/// A diagnosis for which nothing is planned.
fn left(diagnosis: &Diagnosis, why: &str) -> Left {
    Left { found: diagnosis.kind.id.to_owned(), text: diagnosis.text.clone(), why: why.to_owned() }
}

#[cfg(test)]
mod tests;
