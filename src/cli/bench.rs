//! A run that is a measurement: `selftest` plays the features against servers of ours and looks at the records.
//!
//! In: a server, a plan, and what is the same for every server measured. Out: the run's record. Never: anything on disk, a
//! snapshot, a report, a second try.

use super::CommandError;
use crate::run::{Plan, ScheduleLimits, run};
use crate::safety::{Ledger, Target, run_id};
use crate::step::{Discovery, Session, Snapshots};
use client::wire::{BaseUrl, PaceLimits, Transport, TransportLimits, TransportSettings};
use judge::snapshot::{Policy, Store};
use judge::verdict::RunRecord;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// What every server is measured under.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bench {
    pub(super) seed: u64,
    /// Time for one scenario; also bounds each request.
    pub(super) timeout: Duration,
    /// Scenarios at once.
    pub(super) jobs: usize,
    /// Whether nothing more is started once a scenario has failed.
    pub(super) fail_fast: bool,
    /// Whether scenarios are played that expect a product's choice (`@policy`).
    pub(super) policies: bool,
}

impl Bench {
    /// The connection pool.
    pub(super) fn transport(&self) -> Result<Transport, CommandError> {
        Transport::new(self.limits()).map_err(CommandError::blocked)
    }

    /// The same to one server, for requests that leave one after the other, also where they are sent at the same time: so equal
    /// servers are asked the same and answer the same.
    pub(super) fn one_at_a_time(&self, base: &BaseUrl) -> Result<Transport, CommandError> {
        let pace = PaceLimits { in_flight: Some(1), ..PaceLimits::none() };
        let settings = TransportSettings { scope: Some(base.clone()), pace, ..TransportSettings::plain(self.limits()) };
        Transport::build(settings).map_err(CommandError::blocked)
    }

    fn limits(&self) -> TransportLimits {
        TransportLimits { request: self.timeout.min(Duration::from_secs(60)), ..TransportLimits::default() }
    }

    /// Plays the plan against a target, and against ours as other products.
    pub(super) async fn measure(
        &self,
        plan: &Plan,
        (target, products): (Target, BTreeMap<String, Target>),
        transport: Transport,
    ) -> RunRecord {
        let session = Session {
            target,
            products,
            transport,
            seed: self.seed,
            run_id: run_id(self.seed),
            asked: Vec::new(),
            ledger: Arc::new(Ledger::in_memory()),
            snapshots: Snapshots { store: Store::default(), policy: Policy::Off },
            policies: self.policies,
            ours_and_faultless: false,
            keep_exchanges: false,
            discovery: Discovery::default(),
            too_large: Cell::new(None),
            clock: || jiff::Timestamp::now().to_string(),
        };
        let limits = ScheduleLimits {
            jobs: self.jobs,
            scenario: self.timeout,
            cleanup: Duration::from_secs(10),
            retries: 0,
            fail_fast: self.fail_fast,
        };
        // Nobody interrupts: what an interrupt leaves behind is in memory, and ends with the process.
        let (_sender, interrupted) = watch::channel(false);
        run(plan, Rc::new(session), limits, interrupted, &mut |_| {}).await
    }
}
