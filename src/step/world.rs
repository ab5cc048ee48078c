//! The World: one scenario's people, IdPs, tenant and evidence.

use super::cast::Casting;
use super::clauses::{Clauses, Place};
use super::environment::{Production, SecondTenant};
use super::noted::Noted;
use super::session::Session;
use super::stop::Stop;
use super::witness::Witness;
use super::words::{Called, People};
use crate::operator::{Action, Operator, OperatorError, Tenancy};
use crate::safety::{TenantLock, TenantSettings, add_required};
use client::observe::Observation;
use client::wire::{Actor, BaseUrl, Client, Credential, Exchange, Failure, Journal, Secret};
use directory::{Addresses, Directory, Population, tagged};
use idp::{Event, Idp, Kind, Options, Report};
use judge::snapshot::SnapshotName;
use judge::verdict::{Finding, Outcome, OutcomeKind};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

/// One IdP of a scenario, with what the scenario calls its people and groups.
pub(super) struct Player {
    pub(super) idp: Idp,
    pub(super) keys: Population,
    pub(super) people: BTreeMap<String, String>,
    pub(super) groups: BTreeMap<String, String>,
    pub(super) report: Report,
    pub(super) token: Option<String>,
}

/// One scenario under way.
#[derive(cucumber::World)]
#[world(init = Self::refuse)]
pub struct World {
    pub(super) session: Rc<Session>,
    /// What the people's names depend on: feature and scenario, or the feature alone where scenarios share a stage.
    role: String,
    pub(super) tag: String,
    /// Gives the mail addresses of what it makes.
    pub(super) addresses: Addresses,
    casting: Casting,
    /// The profile of the target it is played against.
    pub(super) product: String,
    pub(super) operator: Operator,
    pub(super) settings: TenantSettings,
    /// Held to the end, where several scenarios share a tenant that is ours alone.
    _lock: Option<TenantLock>,
    pub(super) tenancy: Tenancy,
    pub(super) journal: Journal,
    /// Reads in the witness's name, not followed by hooks.
    pub(super) client: Client,
    pub(super) witness: Arc<Witness>,
    pub(super) people: Population,
    pub(super) persons: BTreeMap<String, directory::Person>,
    pub(super) players: BTreeMap<Called, Player>,
    /// User names each person ever had, lower case.
    pub(super) aliases: BTreeMap<String, BTreeSet<String>>,
    /// How paging failed in the last full read, where it did and nothing made up for it.
    pub(super) unread: Option<String>,
    /// What the scenario has noted and made.
    pub(super) noted: Noted,
    /// Another tenant beside the scenario's own, closed with it.
    pub(super) second_tenant: Option<SecondTenant>,
    /// Whether golden exchanges hold it. Not where the plan says so, nor where requests met: their order is the network's.
    pub(super) golden: bool,
    /// Runs that broke off and were retried.
    pub(super) runs: Vec<super::runs::BrokenRun>,
    /// Where the scenario began, once it has gone on in a copy.
    pub(super) production: Option<Production>,
    /// A name and its password, where they were issued.
    pub(super) password: Option<Credential>,
    /// The last exchange a plain client made.
    pub(super) last: Option<Observation>,
    /// What stood at its address before, where that was looked up.
    pub(super) before: Option<Value>,
    /// Exchanges at the journal's beginning that another scenario sent, when it set the stage.
    pub(super) taken_over: usize,
    /// Journal length when the last When step began.
    pub(super) mark: usize,
    pub(super) number: usize,
    /// The requirements the scenario proves.
    pub(super) clauses: Clauses,
    /// When it began.
    pub(super) opened: Instant,
    pub(super) name: SnapshotName,
    stop: Option<Outcome>,
    pub(super) findings: Vec<Finding>,
    pub(super) notes: Vec<String>,
}

/// Why what lasts is not done to a tenant that other scenarios find again.
const NOT_ITS_OWN: &str =
    "it changes the tenant for good, so it needs one of its own: operator.open_tenant in scimulate.toml";

/// Why a scenario that needs the tenant to itself is not played.
pub(super) const NOT_ALONE: &str = "it needs the tenant to itself; safety.exclusive = true in scimulate.toml says that nobody \
                                    else uses it";

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("World").field("tag", &self.tag).field("base", &self.tenancy.base).finish_non_exhaustive()
    }
}

impl World {
    /// The step macros ask for a World out of nothing; ours needs a session, so this one always fails.
    #[expect(clippy::unused_async, reason = "the macro wants a future")]
    async fn refuse() -> Result<Self, Stop> {
        Err(Stop::marker())
    }

    /// Opens the World of one scenario instance: a tenant of its own where the target gives one.
    ///
    /// # Errors
    /// The outcome `blocked`, when no tenant could be had; `skipped`, when the scenario expects what is this product's choice.
    pub async fn open(
        session: Rc<Session>,
        casting: &Casting,
        number: usize,
        place: Place<'_>,
        attempt: u32,
    ) -> Result<Self, Outcome> {
        let tag = session.tag(number, attempt);
        let Some(target) = session.target_as(place.profile).cloned() else {
            let profile = place.profile.unwrap_or_default();
            let reason =
                format!("it expects what the product `{profile}` does; --profile {profile} says the target is one");
            return Err(Outcome::of(OutcomeKind::Skipped, reason));
        };
        if place.tags.contains("policy") && !session.policies {
            return Err(Outcome::of(
                OutcomeKind::Skipped,
                "what it expects is a product's choice, no requirement; --tags @policy plays such scenarios here too",
            ));
        }
        let tenancy = match target.operator.open_tenant(&session.transport, &tag).await {
            Ok(tenancy) => tenancy,
            Err(OperatorError::Unavailable(_)) => {
                Tenancy { name: None, base: target.base.clone(), credential: target.credential.clone() }
            }
            Err(error) => return Err(Outcome::of(OutcomeKind::Blocked, error.to_string())),
        };
        let shared = tenancy.name.is_none();
        if place.alone && shared && !target.settings.exclusive {
            return Err(Outcome::of(OutcomeKind::Skipped, NOT_ALONE));
        }
        let lock = match shared && target.settings.exclusive {
            true => Some(target.settings.lock(place.alone).await),
            false => None,
        };
        let journal = Journal::default();
        let add = (target.settings.add.clone(), tag.clone());
        let client = Client::new(
            session.transport.clone(),
            tenancy.base.clone(),
            tenancy.credential.clone(),
            Actor::Witness,
            journal.clone(),
        )
        .with_rewrite(Arc::new(move |request| add_required(&add.0, &add.1, request)));
        let whose = (tag.as_str(), shared && !target.settings.exclusive);
        let ledger = session.ledger.clone();
        let witness = Arc::new(Witness::new(client.clone(), ledger, number, session.reading, target.departures, whose));
        let role =
            if place.shared { place.feature.to_owned() } else { format!("{}/{}", place.feature, place.scenario) };
        let addresses = Addresses::new(&tag, &target.settings.mail_domain);
        let keys = casting.lead().unwrap_or(Kind::OktaCustom).keys();
        Ok(Self {
            people: Population::cast(session.seed, &role, &tag, &target.settings.mail_domain, keys),
            casting: casting.clone(),
            product: target.profile.clone(),
            name: place.golden_name(target.goldens, casting.id()),
            session,
            operator: target.operator,
            addresses,
            settings: target.settings,
            _lock: lock,
            role,
            tag,
            tenancy,
            journal,
            client,
            witness,
            number,
            clauses: Clauses::of(place.tags),
            opened: Instant::now(),
            persons: BTreeMap::new(),
            players: BTreeMap::new(),
            aliases: BTreeMap::new(),
            unread: None,
            noted: Noted::default(),
            second_tenant: None,
            golden: place.golden,
            runs: Vec::new(),
            production: None,
            password: None,
            last: None,
            before: None,
            taken_over: 0,
            mark: 0,
            stop: None,
            findings: Vec::new(),
            notes: Vec::new(),
        })
    }

    /// Exchanges so far.
    #[must_use]
    pub fn exchanges(&self) -> usize {
        self.journal.len()
    }

    /// Why a setting kept something from being sent since that exchange: then nothing that follows can be judged.
    pub(super) fn forbidden(&mut self, from: usize) -> Option<Outcome> {
        let why = self.journal.since(from).into_iter().find_map(|e| match &e.result {
            Err(Failure::Forbidden(why)) => Some(why.clone()),
            _ => None,
        })?;
        self.findings.clear();
        Some(Outcome::of(OutcomeKind::Skipped, why))
    }

    /// Whether other scenarios, or other people, are in the same tenant.
    pub(super) fn shares_its_tenant(&self) -> bool {
        self.tenancy.name.is_none() && !self.settings.exclusive
    }

    /// Called before each step; a step that acts sets the mark from which "sent nothing" counts.
    pub(super) fn begin_step(&mut self, acts: bool) {
        self.stop = None;
        if acts {
            self.mark = self.journal.len();
        }
    }

    pub(super) fn take_stop(&mut self) -> Option<Outcome> {
        self.stop.take()
    }

    /// Ends the step with a reason.
    pub(super) fn stop(&mut self, kind: OutcomeKind, reason: impl Into<String>) -> Stop {
        self.stop = Some(Outcome::of(kind, reason));
        Stop::marker()
    }

    /// Ends the step because the feature's text asks for something that is not there.
    pub(super) fn misuse(&mut self, what: impl Into<String>) -> Stop {
        let what: String = what.into();
        self.stop(OutcomeKind::Blocked, format!("the feature's text does not fit together: {what}"))
    }

    /// Ends the step because a simulated IdP did what its documentation does not say: that is a defect of ours.
    pub(super) fn ours(&mut self, what: impl Into<String>) -> Stop {
        self.stop(OutcomeKind::Bug, what)
    }

    /// Makes an IdP for this scenario.
    pub(super) async fn hire(&mut self, called: &Called, kind: Kind, options: Option<Options>) -> Result<(), Stop> {
        if self.players.contains_key(called) {
            return Err(self.misuse(format!("{} is there already", called.0)));
        }
        let order = self.players.len() as u64 + 1;
        let seed = self.session.seed;
        let mut options = options.unwrap_or_else(|| Options::of(kind));
        options.seed = seed;
        let base = self.base_for(kind)?;
        let token_name =
            format!("{}-{order}", called.short().replace(|c: char| !c.is_ascii_alphanumeric(), "-").to_lowercase());
        let issued = match self.operate(&Action::IssueToken { name: token_name.clone() }).await {
            Ok(answer) => {
                answer.get("token").and_then(Value::as_str).and_then(|t| Secret::new(t, "the admin API").ok())
            }
            Err(OperatorError::Unavailable(_)) => None,
            Err(error) => return Err(self.stop(OutcomeKind::Blocked, error.to_string())),
        };
        let own = issued.is_some();
        let credential = issued.map(Credential::from).or_else(|| self.tenancy.credential.clone());
        let actor = Actor::idp(kind.id(), called.short());
        let client =
            self.client.named(actor).with_base(base).with_credential(credential).with_interceptor(self.witness.clone());
        let player = Player {
            idp: Idp::new(kind, called.short(), client, Directory::new(), options),
            keys: Population::cast(
                seed ^ (order << 32),
                &self.role,
                &self.tag,
                &self.settings.mail_domain,
                kind.keys(),
            ),
            people: BTreeMap::new(),
            groups: BTreeMap::new(),
            report: Report::default(),
            token: own.then_some(token_name),
        };
        self.players.insert(called.clone(), player);
        Ok(())
    }

    /// The base URL an IdP of that kind is given: Entra's flag is part of it.
    fn base_for(&mut self, kind: Kind) -> Result<BaseUrl, Stop> {
        let Some(query) = kind.base_query() else { return Ok(self.tenancy.base.clone()) };
        BaseUrl::parse(&format!("{}?{query}", self.tenancy.base)).map_err(|e| self.misuse(e.to_string()))
    }

    /// The IdP a sentence means; "the IdP" and the IdPs whose name tells their kind are made when first met.
    pub(super) async fn player(&mut self, called: &Called) -> Result<&mut Player, Stop> {
        if !self.players.contains_key(called) {
            let Some(kind) = called.kind().or(self.casting.plays(&called.0)) else {
                return Err(self.misuse(format!("nothing says which product {} is", called.0)));
            };
            self.hire(called, kind, None).await?;
        }
        match self.players.get_mut(called) {
            Some(player) => Ok(player),
            None => Err(Stop::marker()),
        }
    }

    /// The key of a person in an IdP's directory; the person joins it when first named.
    pub(super) async fn person(&mut self, called: &Called, name: &str) -> Result<String, Stop> {
        let person = self.persona(name);
        let player = self.player(called).await?;
        if let Some(key) = player.people.get(name) {
            return Ok(key.clone());
        }
        let own = player.keys.same(&person);
        let key = own.key.clone();
        player.people.insert(name.to_owned(), key.clone());
        let joined = player.idp.directory_mut().join(own);
        joined.map_err(|e| self.misuse(e.to_string()))?;
        Ok(key)
    }

    /// The keys of some people in an IdP's directory, with their names.
    pub(super) async fn crowd(&mut self, called: &Called, people: &People) -> Result<Vec<(String, String)>, Stop> {
        let names: Vec<String> = match people {
            People::Named(names) => names.clone(),
            People::Everybody => {
                let player = self.player(called).await?;
                let order = player.idp.directory().in_order(player.people.values());
                let name_of: BTreeMap<&String, &String> = player.people.iter().map(|(n, k)| (k, n)).collect();
                order.iter().filter_map(|k| name_of.get(k)).map(|n| (*n).clone()).collect()
            }
        };
        let mut found = Vec::new();
        for name in names {
            let key = self.person(called, &name).await?;
            found.push((name, key));
        }
        Ok(found)
    }

    /// The key of a group in an IdP's directory; it is added when first named.
    pub(super) async fn group(&mut self, called: &Called, name: &str) -> Result<String, Stop> {
        let player = self.player(called).await?;
        if let Some(key) = player.groups.get(name) {
            return Ok(key.clone());
        }
        let group = player.keys.group(name);
        let key = group.key.clone();
        player.groups.insert(name.to_owned(), key.clone());
        let added = player.idp.directory_mut().add_group(group);
        added.map_err(|e| self.misuse(e.to_string()))?;
        Ok(key)
    }

    /// A group's name on the target.
    pub(super) fn group_name(&self, name: &str) -> String {
        tagged(name, &self.tag)
    }

    /// Lets an event happen and provisioning settle.
    pub(super) async fn happen(&mut self, called: &Called, event: Event) -> Result<(), Stop> {
        self.happen_now(called, event).await?;
        self.settle(called).await
    }

    /// Lets the same event happen to each of some people, and provisioning settle after each.
    pub(super) async fn each(
        &mut self,
        called: &Called,
        people: &People,
        event: impl Fn(String) -> Event,
    ) -> Result<(), Stop> {
        for (_, person) in self.crowd(called, people).await? {
            self.happen(called, event(person)).await?;
        }
        Ok(())
    }

    /// Lets an event happen; an IdP that works in cycles has sent nothing yet.
    pub(super) async fn happen_now(&mut self, called: &Called, event: Event) -> Result<(), Stop> {
        let from = self.journal.len();
        let player = self.player(called).await?;
        let report = player.idp.handle(event).await;
        player.report.absorb(report);
        self.world_in_the_way(from)
    }

    /// Lets virtual time pass until nothing is due.
    pub(super) async fn settle(&mut self, called: &Called) -> Result<(), Stop> {
        let from = self.journal.len();
        let player = self.player(called).await?;
        let report = player.idp.settle().await;
        player.report.absorb(report);
        self.world_in_the_way(from)
    }

    /// A request without any answer says nothing of the target's conformance.
    pub(super) fn world_in_the_way(&mut self, from: usize) -> Result<(), Stop> {
        let notes: Vec<String> = self.players.values().flat_map(|p| p.report.notes.iter().cloned()).collect();
        for note in notes {
            self.note(note);
        }
        let all = self.journal.since(from);
        // What the harness has sent again, and got an answer to, was not in the way.
        let sent_again = |at: usize| {
            let (first, later) = (&all[at], all[at + 1..].iter());
            let same = |e: &Exchange| (e.method(), &e.request.target) == (first.method(), &first.request.target);
            first.actor.is_ours() && later.filter(|e| e.actor == first.actor).any(|e| same(e) && e.result.is_ok())
        };
        let silent = all.iter().enumerate().find_map(|(at, e)| match &e.result {
            Err(failure) if !sent_again(at) => Some(format!("{} {} got no answer: {failure}", e.method(), e.url)),
            _ => None,
        });
        match silent {
            Some(reason) => Err(self.stop(OutcomeKind::Blocked, reason)),
            None => Ok(()),
        }
    }

    /// A person as the scenario first met them; made when first named.
    pub(super) fn persona(&mut self, name: &str) -> directory::Person {
        let person = match self.persons.get(name) {
            Some(person) => person.clone(),
            None => {
                let person = self.people.named(name);
                self.persons.insert(name.to_owned(), person.clone());
                person
            }
        };
        self.alias(name, &person.user_name);
        person
    }

    /// The names a sentence means; everybody is everybody the scenario has met.
    pub(super) fn names(&self, people: &People) -> Vec<String> {
        match people {
            People::Named(names) => names.clone(),
            People::Everybody => self.persons.keys().cloned().collect(),
        }
    }

    /// What an IdP has sent since the last When step began.
    pub(super) fn sent_by(&self, called: &Called) -> Vec<Arc<Exchange>> {
        let Some(player) = self.players.get(called) else { return Vec::new() };
        let actor = player.idp.client().actor();
        self.journal.since(self.mark).into_iter().filter(|e| e.actor == *actor).collect()
    }

    /// Where an exchange stands in the journal, at or after `from`.
    pub(super) fn place_of(&self, exchange: &Arc<Exchange>, from: usize) -> usize {
        let found = self.journal.since(from).iter().position(|e| Arc::ptr_eq(e, exchange));
        from + found.unwrap_or_default()
    }

    /// Notes a user name of a person.
    pub(super) fn alias(&mut self, name: &str, user_name: &str) {
        self.aliases.entry(name.to_owned()).or_default().insert(user_name.to_lowercase());
    }

    /// Every user name the person ever had, lower case.
    pub(super) fn user_names(&self, name: &str) -> BTreeSet<String> {
        self.aliases.get(name).cloned().unwrap_or_default()
    }

    /// Every target id that an IdP links the person to.
    pub(super) fn linked_ids(&self, name: &str) -> BTreeSet<String> {
        let links = self.players.values().filter_map(|p| {
            let key = p.people.get(name)?;
            Some(p.idp.links().person(key)?.id.clone())
        });
        links.collect()
    }

    /// Carries out an operator action on this scenario's tenant.
    pub(super) async fn operate(&self, action: &Action) -> Result<Value, OperatorError> {
        self.witness.forget();
        self.operator.act(&self.session.transport, &self.tenancy, action).await
    }

    /// Carries out an operator action, or skips the scenario where the target has none.
    pub(super) async fn operate_or_skip(&mut self, action: Action) -> Result<Value, Stop> {
        if action.lasts() && self.tenancy.name.is_none() && !matches!(self.operator, Operator::None) {
            return Err(self.stop(OutcomeKind::Skipped, NOT_ITS_OWN));
        }
        self.operate(&action).await.map_err(|error| match error {
            OperatorError::Unavailable(_) => self.stop(OutcomeKind::Skipped, error.to_string()),
            other => self.stop(OutcomeKind::Blocked, other.to_string()),
        })
    }
}
