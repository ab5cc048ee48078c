//! What would be sent: the IdP plays against a stand-in on this machine.
//!
//! In: a state. Out: the requests, in the target's ids. Never: a request to the target, or a change of the state. The stand-in is
//! the embedded provider with what the target showed of this IdP's objects when it last did, and nobody else: a lookup of
//! somebody who is there by other means finds nobody.

use super::super::args::IdpArgs;
use super::super::exit::Exit;
use super::super::{CommandError, runtime, say};
use super::connection::base_for;
use super::lines::{Printer, ended};
use super::wanted::{Wanted, play};
use client::observe::Observation;
use client::wire::encode_query_value;
use client::wire::{Actor, BaseUrl, Client, Credential, Journal, Method, Request, Secret, Transport, TransportLimits};
use idp::Kind;
use operate::{IdpState, Seen, Session, View};
use provider::{Clock, Contents, Provider, Running, Settings};
use std::collections::BTreeMap;

/// Shows what would be sent.
pub(super) fn command(args: &IdpArgs, state: IdpState, wanted: &Wanted) -> Result<Exit, CommandError> {
    let place = match &state.target {
        Some(target) => format!("nothing is sent to {}", target.base),
        None => "there is no target, and nothing is sent".to_owned(),
    };
    say(&format!(
        "dry run: {place}; a stand-in answers that holds what the target last showed of this IdP's objects\n"
    ))?;
    let kind = Kind::named(&state.idp.kind).map_err(CommandError::usage)?;
    let (played, session) = runtime()?.block_on(async {
        let stand_in = StandIn::start(&state.view, state.idp.seconds).await?;
        let client = stand_in.client(kind, &state.idp.name)?;
        let printer = Box::new(wanted.heard_by(Printer::of_stand_in(args.verbose)));
        let mut session = Session::open(state, &client, printer).map_err(CommandError::usage)?;
        let played = play(&mut session, wanted, None).await?;
        stand_in.running.stop().await;
        Ok::<_, CommandError>((played, session))
    })?;
    say(&ended(session.idp(), &played, true))?;
    Ok(if played.admin.clean() { Exit::Conformant } else { Exit::Findings })
}

/// The embedded provider in the target's place.
struct StandIn {
    running: Running,
    base: BaseUrl,
    credential: Credential,
    transport: Transport,
}

impl StandIn {
    async fn start(view: &View, seed: u64) -> Result<Self, CommandError> {
        let resources = |all: &BTreeMap<String, Seen>| all.values().map(|seen| seen.resource.clone()).collect();
        let contents = Contents { users: resources(&view.users), groups: resources(&view.groups), others: Vec::new() };
        let settings = Settings { clock: Clock::logical(), seed, contents: Some(contents), ..Settings::default() };
        let running = Provider::start(settings).await.map_err(CommandError::blocked)?;
        let secret = Secret::new(&running.token, "the stand-in").map_err(CommandError::blocked)?;
        let base = BaseUrl::parse(&running.base_url).map_err(CommandError::blocked)?;
        let transport = Transport::new(TransportLimits::default()).map_err(CommandError::blocked)?;
        let stand_in = Self { running, base, credential: secret.into(), transport };
        stand_in.catch_up(view).await?;
        Ok(stand_in)
    }

    fn of(&self, actor: Actor, base: BaseUrl) -> Client {
        Client::new(self.transport.clone(), base, Some(self.credential.clone()), actor, Journal::default())
    }

    fn client(&self, kind: Kind, name: &str) -> Result<Client, CommandError> {
        Ok(self.of(Actor::idp(kind.id(), name), base_for(kind, &self.base)?))
    }

    /// Does again what the target did without showing it.
    async fn catch_up(&self, view: &View) -> Result<(), CommandError> {
        let client = self.of(Actor::Client, self.base.clone());
        for (endpoint, all) in [("/Users", &view.users), ("/Groups", &view.groups)] {
            for (id, seen) in all {
                for body in &seen.then {
                    let path = format!("{endpoint}/{}", encode_query_value(id));
                    let request = Request::new(Method::Patch, path).header("content-type", "application/scim+json");
                    let done = Observation::read(client.send(request.json(body)).await, 0);
                    if !done.succeeded() {
                        say(&format!(
                            "note: what the target holds of {endpoint}/{id} is not quite known: {}\n",
                            done.status_text()
                        ))?;
                    }
                }
            }
        }
        Ok(())
    }
}
