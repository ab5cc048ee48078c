//! A second environment: the tenant copied as a whole, as a backup restored elsewhere is.
//!
//! In: a World on production. Out: the same World on the copy, with production kept beside it. Never: a copy of credentials.

use super::stop::Stop;
use super::witness::Witness;
use super::world::World;
use crate::operator::{Action, Tenancy};
use client::wire::{Actor, BaseUrl, Client, Journal, Secret};
use judge::state::{State, read_all};
use judge::verdict::OutcomeKind;
use serde_json::Value;
use std::sync::Arc;

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
    before: State,
}

impl Production {
    /// Reads everything in it. The journal is one of its own: what happens there is no exchange with the copy.
    async fn read(&self, world: &World) -> Result<State, String> {
        let transport = world.session.transport.clone();
        let (base, credential) = (self.tenancy.base.clone(), self.tenancy.credential.clone());
        let client = Client::new(transport, base, credential, Actor::Neighbour, Journal::default());
        read_all(&client).await.map_err(|e| e.to_string())
    }
}

impl World {
    /// Copies the tenant and goes on in the copy. The IdPs there were stay connected to production.
    pub(super) async fn go_on_in_a_copy(&mut self) -> Result<(), Stop> {
        if self.production.is_some() {
            return Err(self.misuse("production was copied already in this scenario"));
        }
        let name = format!("{}r", self.tag);
        let answer = self.operate_or_skip(Action::CopyTenant { name: name.clone() }).await?;
        let text = |key: &str| answer.get(key).and_then(Value::as_str).unwrap_or_default();
        let blocked = |e: String| (OutcomeKind::Blocked, format!("the copy cannot be used: {e}"));
        let made = BaseUrl::parse(text("base_url")).map_err(|e| blocked(e.to_string()));
        let made = made.and_then(|base| {
            let secret = Secret::new(text("token"), "the admin API").map_err(|e| blocked(e.to_string()))?;
            Ok(Tenancy { name: Some(name), base, credential: Some(secret.into()) })
        });
        let copy = made.map_err(|(kind, why)| self.stop(kind, why))?;
        let before = self.read_whole().await?;
        let client = self.client.with_base(copy.base.clone()).with_credential(copy.credential.clone());
        let witness = self.witness.elsewhere(client.clone());
        let (tenancy, witness) =
            (std::mem::replace(&mut self.tenancy, copy), std::mem::replace(&mut self.witness, Arc::new(witness)));
        self.client = client;
        self.production = Some(Production { tenancy, witness, before });
        Ok(())
    }

    /// What production held when it was copied, and what it holds now.
    pub(super) async fn production_then_and_now(&mut self) -> Result<(State, State), Stop> {
        let Some(production) = &self.production else {
            return Err(self.misuse("production was not copied in this scenario"));
        };
        let before = production.before.clone();
        match production.read(self).await {
            Ok(now) => Ok((before, now)),
            Err(why) => Err(self.stop(OutcomeKind::Blocked, why)),
        }
    }

    /// The base URLs of the scenario's environments, and the names that stand for them in the record.
    pub(super) fn bases(&self) -> Vec<(&str, &'static str)> {
        let production = self.production.iter().map(|p| (p.tenancy.base.as_str(), "{production}"));
        std::iter::once((self.tenancy.base.as_str(), "{base}")).chain(production).collect()
    }

    /// Who watches over the environment an exchange was sent to.
    pub(super) fn witness_of(&self, url: &str) -> &Witness {
        let production = self.production.as_ref().filter(|p| url.starts_with(p.tenancy.base.as_str()));
        production.map_or(&self.witness, |p| &p.witness)
    }
}
