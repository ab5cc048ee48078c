//! The World: one scenario under way, as cucumber hands it to each sentence.
//!
//! In: a session, and who plays the IdPs. Out: the parts that sentences work on, and what concerns several of them at once.
//! Never: a judgement of its own.

use super::cast::{Cast, Player};
use super::casting::Casting;
use super::clauses::Clauses;
use super::discovery::{announced, is_extra, is_probed};
use super::evidence::Evidence;
use super::noted::Noted;
use super::parameters::{IdpName, People};
use super::scenario_place::ScenarioPlace;
use super::session::Session;
use super::site::Site;
use super::step_end::Stop;
use super::witness::Witness;
use crate::operator::{Action, Operator, OperatorError};
use crate::safety::{Target, add_required};
use client::wire::{Actor, BaseUrl, Client, Credential, Exchange, Journal, Secret};
use directory::{Directory, Population};
use idp::{AdminLog, Event, Idp, Kind, Options};
use judge::verdict::{Hindrance, Outcome, OutcomeKind};
use serde_json::Value;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

/// One scenario under way.
#[derive(cucumber::World)]
#[world(init = Self::refuse)]
pub struct World {
    /// Who plays.
    pub(super) cast: Cast,
    /// What was noted and made.
    pub(super) noted: Noted,
    /// What was seen and judged.
    pub(super) evidence: Evidence,
    /// Where it is played.
    pub(super) site: Site,
}

/// Why what lasts is not done to a tenant that other scenarios find again.
const NOT_ITS_OWN: &str =
    "changes the tenant for good, so it needs its own: configure operator.open_tenant in scimulate.toml";

/// What an administrator had to do before anybody could be provisioned.
const UNMAPPED: &str = "the target refuses attributes that its schemas lack, so the simulated administrator removed them from the \
                        IdP's mapping";

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (tag, base) = (&self.cast.tag, &self.site.tenancy.base);
        f.debug_struct("World").field("tag", tag).field("base", base).finish_non_exhaustive()
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
        place: ScenarioPlace<'_>,
        attempt: u32,
    ) -> Result<Self, Outcome> {
        let tag = session.tag(number, attempt);
        let target = target_of(&session, &place)?;
        let (departures, goldens) = (target.departures.clone(), target.goldens.clone());
        let site = Site::open(session.clone(), number, &place, target, &tag).await?;
        let role =
            if place.shared { place.feature.to_owned() } else { format!("{}/{}", place.feature, place.scenario) };
        let client = witness_client(&site, &tag);
        let whose = (tag.as_str(), site.shares_its_tenant());
        let ledger = session.ledger.clone();
        let (told, offered) = site.announced().await;
        let product = (departures, offered);
        let witness = Witness::new(client.clone(), ledger, number, product, whose);
        let golden_name = place.golden_name(goldens, casting.id());
        let clauses = Clauses::of(place.tags);
        Ok(Self {
            evidence: Evidence::new(client, witness, told, golden_name, clauses, place.golden),
            cast: Cast::new(casting.clone(), session.seed, role, tag, &site.settings.mail_domain),
            noted: Noted::default(),
            site,
        })
    }

    /// Exchanges so far.
    #[must_use]
    pub fn exchanges(&self) -> usize {
        self.evidence.exchanges()
    }

    /// Ends the step because a simulated IdP, or the diagnosis, did not do what its documentation says. On our own provider that is a
    /// defect of ours. Another target may have refused or lost what came before: then nothing was judged.
    pub(super) fn not_as_documented(&mut self, what: &str) -> Stop {
        if self.site.session.ours_and_faultless {
            return self.evidence.stop(OutcomeKind::Bug, what);
        }
        let why = format!("the target never reached the state that this scenario tests: {what}");
        self.evidence.hindered(Hindrance::Setup, why)
    }

    /// Makes an IdP for this scenario.
    pub(super) async fn hire(&mut self, called: &IdpName, kind: Kind, options: Option<Options>) -> Result<(), Stop> {
        if self.cast.players.contains_key(called) {
            return Err(self.evidence.misuse(format!("{} is there already", called.0)));
        }
        let order = self.cast.players.len() as u64 + 1;
        let seed = self.site.session.seed;
        let mut options = options.unwrap_or_else(|| Options::of(kind));
        options.seed = seed;
        options.lacking = self.evidence.witness.offered.lacking();
        // Whose target has no groups leaves them out of what is provisioned.
        options.probe_groups &= self.evidence.told.may_serve("/Groups");
        let base = self.base_for(kind)?;
        let token_name =
            format!("{}-{order}", called.short().replace(|c: char| !c.is_ascii_alphanumeric(), "-").to_lowercase());
        let issued = match self.operate(&Action::IssueToken { name: token_name.clone() }).await {
            Ok(answer) => {
                answer.get("token").and_then(Value::as_str).and_then(|t| Secret::new(t, "the admin API").ok())
            }
            Err(OperatorError::Unavailable(_)) => None,
            Err(error) => return Err(self.evidence.stop(OutcomeKind::Blocked, error.to_string())),
        };
        let own = issued.is_some();
        let credential = issued.map(Credential::from).or_else(|| self.site.tenancy.credential.clone());
        let actor = Actor::idp(kind.id(), called.short());
        let client = self
            .evidence
            .client
            .named(actor)
            .with_base(base)
            .with_credential(credential)
            .with_interceptor(self.evidence.witness.clone());
        let player = Player {
            idp: Idp::new(kind, called.short(), client, Directory::new(), options),
            keys: Population::cast(
                seed ^ (order << 32),
                &self.cast.role,
                &self.cast.tag,
                &self.site.settings.mail_domain,
                kind.keys(),
            ),
            people: BTreeMap::new(),
            groups: BTreeMap::new(),
            report: AdminLog::default(),
            token: own.then_some(token_name),
        };
        self.cast.players.insert(called.clone(), player);
        Ok(())
    }

    /// The base URL an IdP of that kind is given: Entra's flag is part of it.
    fn base_for(&mut self, kind: Kind) -> Result<BaseUrl, Stop> {
        let Some(query) = kind.base_query() else { return Ok(self.site.tenancy.base.clone()) };
        BaseUrl::parse(&format!("{}?{query}", self.site.tenancy.base)).map_err(|e| self.evidence.misuse(e.to_string()))
    }

    /// The IdP a sentence means; "the IdP" and the IdPs whose name tells their kind are made when first met.
    pub(super) async fn player(&mut self, called: &IdpName) -> Result<&mut Player, Stop> {
        if !self.cast.players.contains_key(called) {
            let Some(kind) = called.kind().or(self.cast.casting.plays(&called.0)) else {
                return Err(self.evidence.misuse(format!("nothing says which product {} is", called.0)));
            };
            self.hire(called, kind, None).await?;
        }
        match self.cast.players.get_mut(called) {
            Some(player) => Ok(player),
            None => Err(Stop::marker()),
        }
    }

    /// The key of a person in an IdP's directory; the person joins it when first named.
    pub(super) async fn person(&mut self, called: &IdpName, name: &str) -> Result<String, Stop> {
        let person = self.cast.persona(name);
        let player = self.player(called).await?;
        if let Some(key) = player.people.get(name) {
            return Ok(key.clone());
        }
        let own = player.keys.same(&person);
        let key = own.key.clone();
        player.people.insert(name.to_owned(), key.clone());
        let joined = player.idp.directory_mut().join(own);
        joined.map_err(|e| self.evidence.misuse(e.to_string()))?;
        Ok(key)
    }

    /// The keys of some people in an IdP's directory, with their names.
    pub(super) async fn crowd(&mut self, called: &IdpName, people: &People) -> Result<Vec<(String, String)>, Stop> {
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
    pub(super) async fn group(&mut self, called: &IdpName, name: &str) -> Result<String, Stop> {
        let player = self.player(called).await?;
        if let Some(key) = player.groups.get(name) {
            return Ok(key.clone());
        }
        let group = player.keys.group(name);
        let key = group.key.clone();
        player.groups.insert(name.to_owned(), key.clone());
        let added = player.idp.directory_mut().add_group(group);
        added.map_err(|e| self.evidence.misuse(e.to_string()))?;
        Ok(key)
    }

    /// Lets an event happen and provisioning settle.
    pub(super) async fn happen(&mut self, called: &IdpName, event: Event) -> Result<(), Stop> {
        self.happen_now(called, event).await?;
        self.settle(called).await
    }

    /// Lets the same event happen to each of some people, and provisioning settle after each.
    pub(super) async fn each(
        &mut self,
        called: &IdpName,
        people: &People,
        event: impl Fn(String) -> Event,
    ) -> Result<(), Stop> {
        for (_, person) in self.crowd(called, people).await? {
            self.happen(called, event(person)).await?;
        }
        Ok(())
    }

    /// Lets an event happen; an IdP that works in cycles has sent nothing yet.
    pub(super) async fn happen_now(&mut self, called: &IdpName, event: Event) -> Result<(), Stop> {
        let from = self.exchanges();
        let report = self.player(called).await?.idp.handle(event).await;
        self.take_in(called, report, from)
    }

    /// Lets virtual time pass until nothing is due.
    pub(super) async fn settle(&mut self, called: &IdpName) -> Result<(), Stop> {
        let from = self.exchanges();
        let report = self.player(called).await?.idp.settle().await;
        self.take_in(called, report, from)
    }

    /// Takes in what an IdP says of what it has sent since that exchange. Where it got into trouble because the target lawfully
    /// lacks what it needs, the step ends: nothing that follows can be asked.
    pub(super) fn take_in(&mut self, called: &IdpName, report: AdminLog, from: usize) -> Result<(), Stop> {
        let troubled = !report.troubles.is_empty();
        if let Some(player) = self.cast.players.get_mut(called) {
            player.report.absorb(report);
            if player.idp.has_unmapped() {
                let lacking = player.idp.options().lacking.join(", ");
                self.evidence.note(format!("{UNMAPPED}: {lacking}"));
            }
        }
        self.world_in_the_way(from)?;
        if troubled { self.lacking_for(called, from) } else { Ok(()) }
    }

    /// Ends the step where an IdP has met, since that exchange, what the target lawfully lacks.
    pub(super) fn lacking_for(&mut self, called: &IdpName, from: usize) -> Result<(), Stop> {
        let Some(actor) = self.cast.players.get(called).map(|player| player.idp.client().actor().clone()) else {
            return Ok(());
        };
        let Some(lack) = self.evidence.lack_met_by(&actor, from) else { return Ok(()) };
        let reason = lack.costs_an_idp(&self.evidence.told);
        Err(self.evidence.stop(OutcomeKind::Skipped, reason))
    }

    /// Ends the step where a request got no answer; remarks of the IdPs are taken in before.
    pub(super) fn world_in_the_way(&mut self, from: usize) -> Result<(), Stop> {
        let notes: Vec<String> = self.cast.players.values().flat_map(|p| p.report.notes.iter().cloned()).collect();
        for note in notes {
            self.evidence.note(note);
        }
        self.evidence.unanswered(from)
    }

    /// Whether an IdP that leaves out what the target lacks has written nothing since the last When step began.
    pub(super) fn sent_nothing_for_want_of_a_mapping(&self) -> bool {
        let wrote = |actor: &Actor| self.evidence.sent_by(actor).iter().any(|exchange| exchange.method().writes());
        let idps = || self.cast.players.values().map(|player| &player.idp);
        idps().any(|idp| idp.has_unmapped()) && !idps().any(|idp| wrote(idp.client().actor()))
    }

    /// What an IdP has sent since the last When step began.
    pub(super) fn sent_by(&self, called: &IdpName) -> Vec<Arc<Exchange>> {
        let Some(player) = self.cast.players.get(called) else { return Vec::new() };
        self.evidence.sent_by(player.idp.client().actor())
    }

    /// Carries out an operator action on this scenario's tenant.
    pub(super) async fn operate(&self, action: &Action) -> Result<Value, OperatorError> {
        self.evidence.witness.forget();
        self.site.operator.act(&self.site.session.transport, &self.site.tenancy, action).await
    }

    /// Carries out an operator action, or skips the scenario where the target has none.
    pub(super) async fn operate_or_skip(&mut self, action: Action) -> Result<Value, Stop> {
        if action.lasts() && self.site.tenancy.name.is_none() && !matches!(self.site.operator, Operator::None) {
            return Err(self.evidence.hindered(Hindrance::Settings, NOT_ITS_OWN));
        }
        self.operate(&action).await.map_err(|error| match error {
            OperatorError::Unavailable(_) => self.evidence.hindered(Hindrance::Settings, error.to_string()),
            other => self.evidence.stop(OutcomeKind::Blocked, other.to_string()),
        })
    }

    /// Whether the target has a feature; `None` where its documents say nothing of it.
    pub(super) async fn supports(&mut self, feature: &str) -> Result<Option<bool>, Stop> {
        if is_probed(feature) {
            return Ok(self.site.probed(feature).await);
        }
        let capabilities = self.site.capabilities().await;
        let known = announced(&capabilities, feature);
        known.ok_or_else(|| self.evidence.misuse(format!("{feature} is no feature a target announces")))
    }

    /// Skips the scenario unless the target has the feature, or says nothing of one that is not an extra.
    pub(super) async fn needs(&mut self, feature: &str) -> Result<(), Stop> {
        let reason = match self.supports(feature).await? {
            Some(false) if is_probed(feature) => {
                format!("the target does not support {feature}: a trial request was refused")
            }
            Some(false) => format!("the target says that it does not support {feature}"),
            None if is_extra(feature) => format!("the target does not say that it supports {feature}"),
            _ => return Ok(()),
        };
        Err(self.evidence.stop(OutcomeKind::Skipped, reason))
    }
}

/// The target that the scenario is for, unless it expects what is not this target's.
fn target_of(session: &Session, place: &ScenarioPlace<'_>) -> Result<Target, Outcome> {
    let Some(target) = session.target_as(place.profile).cloned() else {
        let profile = place.profile.unwrap_or_default();
        let reason = format!("{profile} only; use --profile {profile}");
        return Err(Outcome::skipped(Hindrance::Settings, reason));
    };
    if place.tags.contains("policy") && !session.policies {
        return Err(Outcome::skipped(
            Hindrance::Settings,
            "a product's choice, not a requirement; --tags @policy plays such scenarios here too",
        ));
    }
    Ok(target)
}

/// The client from which all others of the scenario are made.
fn witness_client(site: &Site, tag: &str) -> Client {
    let (transport, tenancy) = (site.session.transport.clone(), &site.tenancy);
    let (base, credential) = (tenancy.base.clone(), tenancy.credential.clone());
    let add = (site.settings.add.clone(), tag.to_owned());
    Client::new(transport, base, credential, Actor::Witness, Journal::default())
        .with_rewrite(Arc::new(move |request| add_required(&add.0, &add.1, request)))
}
