//! Where a scenario is played: the target, the tenant that was opened on it, and those beside it.
//!
//! In: a session, and where the scenario stands in its feature. Out: a tenant, what the target says it can do, and what its
//! operator can do. Never: an exchange of the scenario itself.

use super::scenario_place::ScenarioPlace;
use super::session::Session;
use super::witness::Witness;
use crate::operator::{Operator, OperatorError, Tenancy};
use crate::safety::{Target, TenantLock, TenantSettings};
use client::observe::{Capabilities, Observation};
use client::wire::{Actor, BaseUrl, Client, Journal, Method};
use judge::check::Offered;
use judge::verdict::{Hindrance, Outcome, OutcomeKind};
use serde_json::Value;
use state::TenantState;
use std::rc::Rc;
use std::sync::Arc;

/// Why a scenario that needs the tenant to itself is not played.
pub(super) const NOT_ALONE: &str = "needs a tenant that nobody else uses; set safety.exclusive = true in scimulate.toml \
                                    if that is so";

/// The place of one scenario.
pub(super) struct Site {
    pub(super) session: Rc<Session>,
    /// The number of the scenario's instance in the run.
    pub(super) number: usize,
    /// The profile of the target it is played against.
    pub(super) product: String,
    pub(super) operator: Operator,
    pub(super) settings: TenantSettings,
    /// Held to the end, where several scenarios share a tenant that is ours alone.
    _lock: Option<TenantLock>,
    pub(super) tenancy: Tenancy,
    /// Another tenant beside the scenario's own, closed with it.
    pub(super) second_tenant: Option<SecondTenant>,
    /// Where the scenario began, once it has gone on in a copy.
    pub(super) production: Option<Production>,
}

/// Another tenant of the target, and what it holds.
pub(super) struct SecondTenant {
    pub(super) tenancy: Tenancy,
    /// Its account, as it was last seen there.
    pub(super) account: Option<Value>,
    /// Its group, as it was last seen there.
    pub(super) group: Option<Value>,
}

/// The environment a scenario began in, once it has gone on to the copy.
pub(super) struct Production {
    pub(super) tenancy: Tenancy,
    pub(super) witness: Arc<Witness>,
    /// What it held when it was copied.
    pub(super) before: TenantState,
}

impl Site {
    /// Opens a tenant of the scenario's own where the target gives one.
    ///
    /// # Errors
    /// The outcome `blocked`, when no tenant could be had; `skipped`, where others are in the tenant that the scenario needs
    /// to itself.
    pub(super) async fn open(
        session: Rc<Session>,
        number: usize,
        place: &ScenarioPlace<'_>,
        target: Target,
        tag: &str,
    ) -> Result<Self, Outcome> {
        let tenancy = match target.operator.open_tenant(&session.transport, tag).await {
            Ok(tenancy) => tenancy,
            Err(OperatorError::Unavailable(_)) => {
                Tenancy { name: None, base: target.base.clone(), credential: target.credential.clone() }
            }
            Err(error) => return Err(Outcome::of(OutcomeKind::Blocked, error.to_string())),
        };
        let shared = tenancy.name.is_none();
        if place.alone && shared && !target.settings.exclusive {
            return Err(Outcome::skipped(Hindrance::Settings, NOT_ALONE));
        }
        let lock = match shared && target.settings.exclusive {
            true => Some(target.settings.lock(place.alone).await),
            false => None,
        };
        Ok(Self {
            session,
            number,
            product: target.profile,
            operator: target.operator,
            settings: target.settings,
            _lock: lock,
            tenancy,
            second_tenant: None,
            production: None,
        })
    }

    /// Whether the tenant ends with the scenario.
    pub(super) fn has_own_tenant(&self) -> bool {
        self.tenancy.name.is_some()
    }

    /// Whether other scenarios, or other people, are in the same tenant.
    pub(super) fn shares_its_tenant(&self) -> bool {
        !self.has_own_tenant() && !self.settings.exclusive
    }

    /// The base URLs of the scenario's environments, and the names that stand for them in the record.
    pub(super) fn bases(&self) -> Vec<(&str, &'static str)> {
        let production = self.production.iter().map(|p| (p.tenancy.base.as_str(), "{production}"));
        std::iter::once((self.tenancy.base.as_str(), "{base}")).chain(production).collect()
    }

    /// A client whose requests are part of no scenario's evidence.
    pub(super) fn client_aside(&self, tenancy: &Tenancy, actor: Actor) -> Client {
        let (base, credential) = (tenancy.base.clone(), tenancy.credential.clone());
        Client::new(self.session.transport.clone(), base, credential, actor, Journal::default())
    }

    /// What the target's discovery documents say.
    pub(super) async fn capabilities(&self) -> Arc<Capabilities> {
        self.announced().await.0
    }

    /// The same, and what users and groups can have by them.
    pub(super) async fn announced(&self) -> (Arc<Capabilities>, Arc<Offered>) {
        self.session.discovery.announced(&self.product, &self.client_aside(&self.tenancy, Actor::Discovery)).await
    }

    /// Whether a feature that no document announces is there.
    pub(super) async fn probed(&self, feature: &str) -> Option<bool> {
        self.session.discovery.probed(&self.product, feature, &self.client_aside(&self.tenancy, Actor::Discovery)).await
    }

    /// One read at another port of the host, without the credential: who answers there is unknown. It is part of no evidence.
    pub(super) async fn strangely_below(&self, base: BaseUrl, path: &str) -> Observation {
        let client = self.client_aside(&self.tenancy, Actor::Discovery).with_base(base).with_credential(None);
        super::discovery::quietly(&client, Method::Get, path).await
    }

    /// One request below another base URL of the same host, which is part of no evidence.
    pub(super) async fn quietly_below(&self, base: BaseUrl, method: Method, path: &str) -> Observation {
        let client = self.client_aside(&self.tenancy, Actor::Discovery).with_base(base);
        super::discovery::quietly(&client, method, path).await
    }
}
