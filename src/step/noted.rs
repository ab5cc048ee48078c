//! What a scenario has noted and made, for the sentences that come after.
//!
//! In: what a sentence saw. Out: the same, by the names the scenario uses. Never: a request, or a judgement.

use super::broken_run::BrokenRun;
use super::parameters::IdpName;
use cleanup::plan::Plan;
use client::observe::{Observation, id_text};
use client::wire::{Credential, encode_query_value};
use serde_json::Value;
use state::TenantState;
use std::collections::{BTreeMap, BTreeSet};

/// Everything one scenario has noted. People and groups go by the names that its sentences have for them.
#[derive(Debug, Clone, Default)]
pub(super) struct Noted {
    /// The accounts of people, as they were when they were noted last.
    pub(super) accounts: BTreeMap<String, Value>,
    /// The group noted last.
    pub(super) group: Option<Value>,
    /// The paths of the users and groups that the scenario made as its ground.
    pub(super) made: BTreeMap<String, String>,
    /// Attributes that what was made here was to have and the target does not keep, though its schemas have them, each with the
    /// endpoint: `emails.type` of `/Users`.
    pub(super) not_kept: BTreeSet<(String, String)>,
    /// The ids of a crowd of accounts that a client made.
    pub(super) crowd: Vec<String>,
    /// The answers to creates that were sent all at once.
    pub(super) storm: Option<Vec<StormAnswer>>,
    /// What the target held when a switch of IdPs began.
    pub(super) before_switch: Option<TenantState>,
    /// The IdP whose directory the diagnosis is given.
    pub(super) directory_in_charge: Option<IdpName>,
    /// The user names of accounts that people have from before SCIM.
    pub(super) older_user_names: BTreeMap<String, String>,
    /// What the product had under a person's user name before an IdP came.
    pub(super) product_users: BTreeMap<String, Vec<Value>>,
    /// What readers saw of groups while these were written.
    pub(super) group_reads: BTreeMap<String, GroupReads>,
    /// What came of the last thing an administrator did by hand in the product.
    pub(super) by_hand: Option<ByHand>,
    /// What came of the operator's server-side cleanup.
    pub(super) cleanup: Option<CleanupAnswer>,
    /// A cleanup over SCIM: what was captured and planned. Boxed: a World is moved about.
    pub(super) scim_cleanup: Box<ScimCleanup>,
    /// A name and its password, where they were issued.
    pub(super) password: Option<Credential>,
    /// First runs of IdPs that broke off and were retried.
    pub(super) broken_runs: Vec<BrokenRun>,
    /// Whether a create of nothing but what the schemas require is refused, by endpoint.
    pub(super) plain_create_refused: BTreeMap<String, bool>,
    /// The answers to the plainest questions of their kind, by the target asked.
    pub(super) plain_answers: BTreeMap<String, Observation>,
    /// Whether a filter in its plainest spelling is refused as one that is not understood, by the request for it.
    pub(super) plain_filter_refused: BTreeMap<String, bool>,
}

/// What a scenario has of a cleanup over SCIM.
#[derive(Debug, Clone, Default)]
pub(super) struct ScimCleanup {
    /// User names of accounts that stay as they are, though no directory has to know them.
    pub(super) protected: Vec<String>,
    /// What the file of the capture holds, and the target that it names.
    pub(super) captured: Option<(TenantState, String)>,
    /// What is to be done.
    pub(super) plan: Option<Plan>,
}

/// The answer to one of many creates that were sent at once.
#[derive(Debug, Clone)]
pub(super) struct StormAnswer {
    pub(super) user_name: String,
    pub(super) status: Option<u16>,
    pub(super) retry_after: Option<String>,
    /// Whether its body is a SCIM error.
    pub(super) scim_error: bool,
}

/// How many members readers saw in a group while it was written.
#[derive(Debug, Clone, Copy)]
pub(super) struct GroupReads {
    pub(super) fewest: usize,
    /// How many it has.
    pub(super) all: usize,
}

/// What came of an administrator's action in the product, and what the product said of it.
#[derive(Debug, Clone)]
pub(super) struct ByHand {
    pub(super) permission: Permission,
    pub(super) why: String,
}

/// Whether the product lets an administrator do something by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Permission {
    Allowed,
    Refused,
    /// The product's rule is not published.
    Unknown,
}

/// What came of the operator's server-side cleanup.
#[derive(Debug, Clone)]
pub(super) enum CleanupAnswer {
    Done,
    /// With the reason the product gave.
    Refused(String),
}

impl Noted {
    /// The name under which the scenario made what stands at a path.
    pub(super) fn name_at(&self, path: &str) -> Option<&str> {
        self.made.iter().find(|(_, made)| *made == path).map(|(name, _)| name.as_str())
    }

    /// Those of a list's resources that the scenario made, by name, in the list's order.
    pub(super) fn listed(&self, resources: &[Value]) -> Vec<String> {
        self.named(resources).into_iter().map(|(name, _)| name.to_owned()).collect()
    }

    /// The same, with each resource as the list shows it.
    pub(super) fn named<'a>(&self, resources: &'a [Value]) -> Vec<(&str, &'a Value)> {
        let name = |r: &Value| {
            let id = encode_query_value(&id_text(r)?);
            ["/Users", "/Groups"].iter().find_map(|at| self.name_at(&format!("{at}/{id}")))
        };
        resources.iter().filter_map(|resource| Some((name(resource)?, resource))).collect()
    }
}

impl StormAnswer {
    /// What an answer says of one create.
    pub(super) fn read(user_name: &str, answer: &Observation) -> Self {
        Self {
            user_name: user_name.to_owned(),
            status: answer.status(),
            retry_after: answer.header("retry-after").map(str::to_owned),
            scim_error: answer.member("schemas").is_some_and(|schemas| schemas.to_string().contains("2.0:Error")),
        }
    }
}

impl Permission {
    /// As a finding has it.
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
        }
    }
}

impl CleanupAnswer {
    pub(super) fn refused(&self) -> bool {
        matches!(self, Self::Refused(_))
    }
}
