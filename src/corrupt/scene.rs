//! The stage of a play: IdPs that share one cast of people and one ledger.

use super::Order;
use crate::safety::{Ledger, WriteGuard};
use client::wire::{Actor, Client, ConnectionLoss, Exchange, Interceptor, Interleaving, Request};
use directory::{Directory, Person, Population};
use futures::future::BoxFuture;
use idp::{AdminLog, Event, Idp, Kind, Options, ProvisioningError};
use std::sync::Arc;

/// Keeps the ledger, and lets two IdPs take turns.
struct Usher {
    guard: WriteGuard,
    turns: Interleaving,
}

impl Interceptor for Usher {
    fn before<'a>(&'a self, actor: &'a Actor, request: &'a Request) -> BoxFuture<'a, Result<(), String>> {
        Box::pin(async move {
            self.turns.wait(actor).await;
            self.guard.before(actor, request).await
        })
    }

    fn after<'a>(&'a self, exchange: &'a Arc<Exchange>, index: usize) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            self.guard.after(exchange, index).await;
            self.turns.pass(&exchange.actor);
        })
    }
}

/// The stage.
pub(super) struct Scene {
    client: Client,
    usher: Arc<Usher>,
    seed: u64,
    tag: String,
    mail_domain: String,
    role: &'static str,
    /// Ada, Ben and Cem as they are on their first day.
    pub(super) cast: Vec<Person>,
    pub(super) connection_loss: Option<Arc<ConnectionLoss>>,
    pub(super) story: Vec<String>,
    pub(super) troubles: Vec<ProvisioningError>,
    idps: u64,
}

/// One IdP of the play. People are numbered as in the cast.
pub(super) struct Player {
    pub(super) idp: Idp,
    population: Population,
    pub(super) people: Vec<String>,
    title: String,
}

impl Scene {
    pub(super) fn new(client: &Client, ledger: Arc<Ledger>, order: &Order) -> Self {
        let role = order.damage.id();
        let mut people = Population::cast(order.seed, role, &order.tag, &order.mail_domain, Kind::OKTA_CUSTOM.keys());
        Self {
            client: client.clone(),
            usher: Arc::new(Usher {
                guard: WriteGuard::new(ledger, 0, client.named(Actor::Witness), (&order.tag, true)),
                turns: Interleaving::default(),
            }),
            seed: order.seed,
            tag: order.tag.clone(),
            mail_domain: order.mail_domain.clone(),
            role,
            cast: ["Ada", "Ben", "Cem"].map(|name| people.named(name)).to_vec(),
            connection_loss: None,
            story: Vec::new(),
            troubles: Vec::new(),
            idps: 0,
        }
    }

    /// An IdP whose directory holds the cast, each person changed as given.
    pub(super) fn idp(
        &mut self,
        kind: Kind,
        name: &str,
        options: Options,
        change: impl Fn(usize, &mut Person),
    ) -> Result<Player, String> {
        self.idps += 1;
        let seed = self.seed ^ (self.idps << 32);
        let mut population = Population::cast(seed, self.role, &self.tag, &self.mail_domain, kind.keys());
        let mut directory = Directory::new();
        let mut people = Vec::new();
        for (at, person) in self.cast.iter().enumerate() {
            let mut own = population.same(person);
            change(at, &mut own);
            people.push(own.key.clone());
            directory.join(own).map_err(|e| e.to_string())?;
        }
        let mut client = self.client.named(Actor::idp(kind.id(), name)).with_interceptor(self.usher.clone());
        if let Some(connection_loss) = &self.connection_loss {
            client = client.with_connection_loss(connection_loss.clone());
        }
        let options = Options { seed: self.seed, ..options };
        let title = format!("{kind} \"{name}\"");
        Ok(Player { idp: Idp::new(kind, name, client, directory, options), population, people, title })
    }

    pub(super) fn tell(&mut self, player: &Player, what: &str) {
        self.story.push(format!("{} {what}", player.title));
    }

    /// Lets an event happen and provisioning settle.
    pub(super) async fn happen(&mut self, player: &mut Player, event: Event) {
        let mut report = player.idp.handle(event).await;
        report.absorb(player.idp.settle().await);
        self.troubles.extend(report.troubles);
    }

    /// Assigns everybody, and waits until they are provisioned.
    pub(super) async fn assign_all(&mut self, player: &mut Player) {
        let report = assign(player).await;
        self.troubles.extend(report.troubles);
        self.tell(player, "provisions Ada, Ben and Cem");
    }

    /// Pushes a new group with these people of the cast.
    pub(super) async fn push(&mut self, player: &mut Player, name: &str, members: &[usize]) -> Result<String, String> {
        let key = player.new_group(name, members)?;
        self.happen(player, Event::PushGroup { group: key.clone() }).await;
        self.tell(player, &format!("pushes group {name}"));
        Ok(key)
    }

    /// Two IdPs assign everybody and push a group at once: their requests take turns.
    pub(super) async fn at_once(&mut self, one: &mut Player, two: &mut Player, group: &str) -> Result<(), String> {
        let everybody: Vec<usize> = (0..self.cast.len()).collect();
        let keys = [one.new_group(group, &everybody)?, two.new_group(group, &everybody)?];
        let actors = [one.idp.client().actor().clone(), two.idp.client().actor().clone()];
        self.usher.turns.among(actors.to_vec());
        let usher = self.usher.clone();
        let play = async |player: &mut Player, group: &str, actor: &Actor| {
            let mut report = assign(player).await;
            report.absorb(player.idp.handle(Event::PushGroup { group: group.to_owned() }).await);
            report.absorb(player.idp.settle().await);
            usher.turns.dismiss(actor);
            report
        };
        let (a, b) = futures::join!(play(one, &keys[0], &actors[0]), play(two, &keys[1], &actors[1]));
        self.troubles.extend(a.troubles.into_iter().chain(b.troubles));
        self.story
            .push(format!("{} and {} provision everybody and group {group} at the same time", one.title, two.title));
        Ok(())
    }
}

async fn assign(player: &mut Player) -> AdminLog {
    let mut report = AdminLog::default();
    for person in player.people.clone() {
        report.absorb(player.idp.handle(Event::Assign { person }).await);
    }
    report.absorb(player.idp.settle().await);
    report
}

impl Player {
    pub(super) fn new_group(&mut self, name: &str, members: &[usize]) -> Result<String, String> {
        let group = self.population.group(name);
        let key = group.key.clone();
        let members: Vec<String> = members.iter().filter_map(|at| self.people.get(*at)).cloned().collect();
        let directory = self.idp.directory_mut();
        directory.add_group(group).map_err(|e| e.to_string())?;
        directory.add_members(&key, &members).map_err(|e| e.to_string())?;
        Ok(key)
    }
}
