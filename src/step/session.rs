//! What all scenarios of a run share.

use super::discovery::Discovery;
use crate::operator::Operator;
use crate::safety::{
    Entry, Inventory, Ledger, Proof, Target, clean, count_of, deactivated_of, find_tagged, tag, take_inventory,
};
use client::wire::{Actor, Client, Failure, Journal, Method, Request, Transport, TransportOutcome};
use judge::snapshot::{Policy, Store};
use judge::verdict::Reader;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

/// How long after a failure a target that is away is asked again.
const AGAIN: Duration = Duration::from_millis(200);

/// One run against one target.
pub struct Session {
    /// The target.
    pub target: Target,
    /// Our own provider as other products, by profile: for the scenarios that expect one of these.
    pub products: BTreeMap<String, Target>,
    /// The connection pool.
    pub transport: Transport,
    /// The seed of all randomness.
    pub seed: u64,
    /// Names this run's objects: short, lower-case letters and digits.
    pub run_id: String,
    /// Whose verdicts make the exit code red; everybody's where it is empty.
    pub asked: Vec<Reader>,
    /// What this run creates.
    pub ledger: Arc<Ledger>,
    /// Golden exchanges.
    pub snapshots: Snapshots,
    /// Whether scenarios are played that expect a product's choice (`@policy`): on our own provider, and where asked for.
    pub policies: bool,
    /// Whether the target is our own provider without a fault: then a simulated IdP, or a diagnosis, that does not do what its
    /// documentation says is a defect of ours. On any other target the scenario has not come to where that can be judged.
    pub ours_and_faultless: bool,
    /// Whether passed scenarios keep their exchanges in the record: only where a report shows them.
    pub keep_exchanges: bool,
    /// What the target says it can do, read when a scenario first asks.
    pub discovery: Discovery,
    /// Whether the target holds more users than are read whole; not known before the first full read.
    pub too_large: Cell<Option<bool>>,
    /// The clock of the record's `started_at`: RFC 3339.
    pub clock: fn() -> String,
}

/// The golden exchanges and what to do with them.
pub struct Snapshots {
    /// Where they are.
    pub store: Store,
    /// What to do.
    pub policy: Policy,
}

/// What became of what no answer had named, and of what DELETE does not remove on this target.
#[derive(Debug, Clone, Default)]
pub struct Swept {
    /// How many are gone.
    pub removed: usize,
    /// How many are inactive and still listed.
    pub deactivated: usize,
    /// What carries the run's id and was left, or why nobody could look: a sentence each.
    pub left: Vec<String>,
}

impl Swept {
    /// In sentences.
    #[must_use]
    pub fn told(&self) -> Vec<String> {
        let removed =
            || format!("found by the run's id and removed: {} that no answer had named", count_of(self.removed));
        let mut told: Vec<String> = (self.removed > 0).then(removed).into_iter().collect();
        told.extend((self.deactivated > 0).then(|| deactivated_of(self.deactivated)));
        told.extend(self.left.iter().map(|left| format!("left: {left}")));
        told
    }
}

impl Session {
    /// Now, as RFC 3339 text.
    #[must_use]
    pub fn now(&self) -> String {
        (self.clock)()
    }

    /// How long after its headers the body of an answer comes, where that is so of most of them.
    pub fn late_bodies(&self) -> Duration {
        self.transport.late_bodies().unwrap_or_default()
    }

    /// How long answers were waited for so far.
    #[must_use]
    pub fn waited(&self) -> Duration {
        self.transport.waited()
    }

    /// What is in the target's tenant before the run, which the ledger keeps; absent on our own provider, where every scenario
    /// has a tenant that ends with it.
    pub async fn look_before(&self, within: Duration) -> Option<Inventory> {
        let seen = self.inventory(within).await?;
        self.ledger.found_before(seen.prior(self.target.base.as_str()));
        Some(seen)
    }

    /// What is in the target's tenant, as far as that can be read in that time.
    pub async fn inventory(&self, within: Duration) -> Option<Inventory> {
        if matches!(self.target.operator, Operator::Admin { .. }) {
            return None;
        }
        Some(take_inventory(&self.client(Actor::Census), Some(&self.run_id), within).await)
    }

    /// Removes what carries this run's id in its name, is in no ledger, and is there all the same when every scenario has cleaned
    /// up: a target may have made it and told nobody, or told another id.
    pub async fn sweep(&self) -> Swept {
        let deactivated = self.ledger.outstanding(None).iter().filter(|entry| entry.deactivated).count();
        let client = self.client(Actor::Cleanup);
        let found = match find_tagged(&client, &self.run_id, Some(self.ledger.prior())).await {
            Ok(found) => found,
            Err(why) => return Swept { deactivated, left: vec![why], ..Swept::default() },
        };
        let known = |e: &Entry| self.ledger.find(&e.base, &e.endpoint, e.id.as_deref().unwrap_or_default()).is_some();
        let unnamed: Vec<Entry> = found.outstanding(None).into_iter().filter(|e| !known(e)).collect();
        let cleaned = clean(&client, &found, &unnamed, Proof::Id).await;
        Swept { removed: cleaned.removed, deactivated: deactivated + cleaned.deactivated.len(), left: cleaned.left }
    }

    /// Whether the target answers within that time, whatever it says: one that is restarted is away for a moment. One that has been
    /// silent for so long that nothing is sent any more does not.
    pub async fn comes_back(&self, within: Duration) -> bool {
        let client = self.client(Actor::Preflight);
        let asked = async {
            loop {
                let exchange = client.send(Request::new(Method::Get, "/ServiceProviderConfig")).await;
                match exchange.outcome() {
                    TransportOutcome::NotSent => break false,
                    outcome if outcome.is_in_between() => tokio::time::sleep(AGAIN).await,
                    _ => break true,
                }
            }
        };
        tokio::time::timeout(within, asked).await.unwrap_or(false)
    }

    /// Whether the connection is refused: the process behind it has ended.
    pub async fn nobody_listens(&self) -> bool {
        let probe = self.client(Actor::Preflight).send(Request::new(Method::Get, "/ServiceProviderConfig")).await;
        matches!(probe.result, Err(Failure::Refused))
    }

    /// Removes from the target itself what the cleanup of its scenarios could not; says whether nothing is left.
    pub async fn clean_up(&self) -> bool {
        let base = self.target.base.as_str();
        let left: Vec<_> = self.ledger.outstanding(None).into_iter().filter(|e| e.base == base).collect();
        let _told_by_the_ledger = clean(&self.client(Actor::Cleanup), &self.ledger, &left, Proof::Id).await;
        self.ledger.outstanding(None).is_empty()
    }

    /// Strikes out of the ledger what no name and no id leads to; the scenarios of which nothing is outstanding then.
    pub fn strike_out_nameless(&self) -> BTreeSet<usize> {
        let mut all = self.ledger.outstanding(None);
        all.retain(|entry| entry.key.is_none() && entry.id.is_none());
        all.iter().for_each(|entry| self.ledger.gone(entry.number));
        let of: BTreeSet<usize> = all.iter().map(|entry| entry.scenario).collect();
        of.into_iter().filter(|scenario| self.ledger.outstanding(Some(*scenario)).is_empty()).collect()
    }

    /// A client for what belongs to no scenario.
    pub(super) fn client(&self, actor: Actor) -> Client {
        let (base, credential) = (self.target.base.clone(), self.target.credential.clone());
        Client::new(self.transport.clone(), base, credential, actor, Journal::default())
    }

    /// The target that behaves as the profile has it; any target does where a scenario names none.
    #[must_use]
    pub fn target_as(&self, profile: Option<&str>) -> Option<&Target> {
        match profile {
            Some(profile) if profile != self.target.profile => self.products.get(profile),
            _ => Some(&self.target),
        }
    }

    /// The tag of one scenario instance's objects: the run's id and the instance's number.
    #[must_use]
    pub fn tag(&self, number: usize, attempt: u32) -> String {
        tag(&self.run_id, number, attempt)
    }
}
