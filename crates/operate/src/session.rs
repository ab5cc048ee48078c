//! Events played by a provider that was taken out of its file, and time that passes for it.
//!
//! In: a state, a client, events. Out: what the product's administrator sees, and the state afterwards. Never: an event played
//! before it is known whom it is about, or real time.

use super::state::IdpState;
use super::told::{Hears, Teller};
use client::wire::Client;
use directory::{Group, Person, Random};
use idp::{AdminLog, ConnectionState, Event, Idp, ResumeError};
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

/// What playing came to.
#[derive(Debug, Default)]
pub struct Played {
    /// What the administrator sees.
    pub admin: AdminLog,
    /// Exchanges.
    pub sent: usize,
    /// Those that were answered.
    pub answered: usize,
    /// Whether it was stopped before its end.
    pub stopped: bool,
}

impl Played {
    /// Takes over what something else came to.
    pub fn absorb(&mut self, other: Self) {
        self.admin.absorb(other.admin);
        self.sent += other.sent;
        self.answered += other.answered;
        self.stopped |= other.stopped;
    }
}

/// A provider at work.
pub struct Session {
    idp: Idp,
    teller: Arc<Teller>,
    state: IdpState,
}

impl Session {
    /// Takes a provider out of its state; it speaks through `client`, and what is sent is heard.
    ///
    /// # Errors
    /// When the state does not hold together.
    pub fn open(mut state: IdpState, client: &Client, hears: Box<dyn Hears>) -> Result<Self, ResumeError> {
        let teller = Arc::new(Teller::new(hears, std::mem::take(&mut state.view)));
        let idp = Idp::resume(state.idp.clone(), client.with_interceptor(teller.clone()))?;
        let session = Self { idp, teller, state };
        session.name_all();
        Ok(session)
    }

    /// The provider.
    #[must_use]
    pub fn idp(&self) -> &Idp {
        &self.idp
    }

    /// The provider, to change a setting or its directory before it is noticed.
    pub fn idp_mut(&mut self) -> &mut Idp {
        &mut self.idp
    }

    /// What stands beside the wire, to be stopped.
    #[must_use]
    pub fn teller(&self) -> Arc<Teller> {
        self.teller.clone()
    }

    /// What is to be written.
    ///
    /// # Errors
    /// When it cannot be written as JSON, which its types rule out.
    pub fn state(&self) -> Result<IdpState, serde_json::Error> {
        let links = self.idp.links();
        let mut view = self.teller.view();
        // Also without a link: a restart drops those, and what was made is there all the same.
        let made: Vec<(String, String)> = view.made.iter().map(|m| (m.endpoint.clone(), m.id.clone())).collect();
        let of = |endpoint: &'static str| made.iter().filter(move |(at, _)| at == endpoint).map(|(_, id)| id.as_str());
        let users: BTreeSet<&str> = links.people().map(|(_, link)| link.id.as_str()).chain(of("/Users")).collect();
        let groups: BTreeSet<&str> = links.groups().map(|(_, link)| link.id.as_str()).chain(of("/Groups")).collect();
        view.keep(&users, &groups);
        Ok(IdpState { idp: self.idp.save()?, view, ..self.state.clone() })
    }

    /// The names under which the target's objects are told of.
    fn name_all(&self) {
        let (links, directory) = (self.idp.links(), self.idp.directory());
        for (key, link) in links.people() {
            let name = directory.person(key).map_or(&link.matching, |p| &p.user_name);
            self.teller.name("/Users", &link.id, name);
        }
        for (key, link) in links.groups() {
            let name = directory.group(key).map_or(&link.matching, |g| &g.name);
            self.teller.name("/Groups", &link.id, name);
        }
    }

    fn played(&mut self, admin: AdminLog) -> Played {
        let (entries, answered) = self.teller.take();
        let sent = entries.len();
        self.state.log.extend(self.idp.now().as_secs(), entries);
        // Everything that is still asked of an exchange was asked when it ended.
        self.idp.client().journal().truncate(0);
        self.name_all();
        Played { admin, sent, answered, stopped: self.teller.is_stopped() }
    }

    /// Plays one event.
    pub async fn play(&mut self, event: Event) -> Played {
        let admin = self.idp.handle(event).await;
        self.played(admin)
    }

    /// Plays events in their order; `between` hears after each, and may stop.
    ///
    /// # Errors
    /// What `between` fails with.
    pub async fn play_all<E>(
        &mut self,
        events: impl IntoIterator<Item = Event>,
        mut between: impl FnMut(&Self) -> Result<ControlFlow<()>, E>,
    ) -> Result<Played, E> {
        let mut all = Played::default();
        for event in events {
            all.absorb(self.play(event).await);
            if between(self)?.is_break() {
                all.stopped = true;
                break;
            }
        }
        Ok(all)
    }

    /// Does what the product does next by itself: a cycle where it works in cycles, jobs that wait; where it does nothing by
    /// itself, the administrator forces a synchronisation.
    pub async fn sync(&mut self) -> Played {
        let admin = match (self.idp.due(), self.idp.state()) {
            (_, ConnectionState::Paused | ConnectionState::Disabled) => {
                let mut admin = AdminLog::default();
                admin.notes.push(
                    "provisioning is stopped, and nothing is sent; start it with `scimulate idp resume`".to_owned(),
                );
                admin
            }
            (Some(_), _) => self.idp.cycle().await,
            (None, _) => self.idp.handle(Event::ForceSync).await,
        };
        self.played(admin)
    }

    /// Lets time pass; what becomes due meanwhile is done at its time. `between` hears after each of it, and may stop.
    ///
    /// # Errors
    /// What `between` fails with.
    pub async fn tick<E>(
        &mut self,
        by: Duration,
        mut between: impl FnMut(&Self) -> Result<ControlFlow<()>, E>,
    ) -> Result<Played, E> {
        let end = self.idp.now() + by;
        let mut all = Played::default();
        while let Some(due) = self.idp.due().filter(|due| *due <= end) {
            self.idp.advance(due.saturating_sub(self.idp.now()));
            let admin = self.idp.cycle().await;
            all.absorb(self.played(admin));
            if between(self)?.is_break() {
                all.stopped = true;
                return Ok(all);
            }
        }
        self.idp.advance(end.saturating_sub(self.idp.now()));
        Ok(all)
    }

    /// A key that nothing in the directory has.
    fn key(&self, name: &str, shape: directory::KeyShape) -> String {
        let mut random = Random::new(self.idp.options().seed, &format!("{}/{name}", self.idp.name()), 1);
        loop {
            let key = shape.make(&mut random);
            if self.idp.directory().person(&key).is_none() && self.idp.directory().group(&key).is_none() {
                return key;
            }
        }
    }

    /// Somebody joins the directory; the key they have.
    ///
    /// # Errors
    /// When the user name is taken.
    pub fn join(&mut self, person: Person) -> Result<String, String> {
        let name = &person.user_name;
        if self.idp.directory().people().any(|p| p.user_name.eq_ignore_ascii_case(name)) {
            return Err(format!("{name} is in the directory already"));
        }
        let key = self.key(name, self.idp.kind().keys().person);
        let joined = self.idp.directory_mut().join(Person { key: key.clone(), ..person });
        joined.map(|()| key).map_err(|e| e.to_string())
    }

    /// A group is made in the directory; its key.
    ///
    /// # Errors
    /// When the name is taken.
    pub fn make_group(&mut self, name: &str) -> Result<String, String> {
        if self.idp.directory().groups().any(|g| g.name.eq_ignore_ascii_case(name)) {
            return Err(format!("there is a group {name} already"));
        }
        let key = self.key(name, self.idp.kind().keys().group);
        let group = Group { key: key.clone(), name: name.to_owned(), members: BTreeSet::new() };
        self.idp.directory_mut().add_group(group).map(|()| key).map_err(|e| e.to_string())
    }
}

/// A time on the virtual clock, for a reader.
#[must_use]
pub fn clock(now: Duration) -> String {
    let minutes = now.as_secs() / 60;
    format!("day {}, {:02}:{:02}", minutes / 1440 + 1, minutes / 60 % 24, minutes % 60)
}
