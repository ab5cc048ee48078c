//! What the target holds of a scenario's people and groups, read by the witness.

use super::basis::Basis;
use super::expectations;
use super::lacks::{filters, is_shown_on_request};
use super::resource_values::{display_name, seen_accounts, seen_groups};
use super::step_end::Stop;
use super::world::World;
use client::observe::{List, Observation, Resource, id_text, member};
use client::wire::{Actor, Method, Request, encode_query_value};
use judge::verdict::OutcomeKind;
use serde_json::Value;
use state::{TenantState, read_all, read_groups, read_users};
use std::collections::BTreeSet;

/// Most users of a shared tenant that are read for one sentence.
const MOST_READ: u64 = 1_000;
/// Shows how many users there are.
const ONE_USER: &str = "/Users?startIndex=1&count=1";
/// How often everything is read, while it changes under the reader.
const MOST_TRIES: usize = 3;

/// What of a target is read. Who asks about people alone does not depend on how its groups answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extent {
    Users,
    Groups,
    Everything,
}

impl World {
    /// Everything on the target.
    ///
    /// Where others come and go between two pages somebody slips from one to the other unseen, and every total agrees. So
    /// what takes several pages is read twice; whatever was seen once is there.
    pub(super) async fn read_whole(&mut self) -> Result<TenantState, Stop> {
        let mut state = self.read_once(Extent::Everything).await?;
        // A list that repeats itself or does not end says no more the second time.
        if self.shifting(&state) && state.repeats.is_none() && (state.complete || state.unsettled) {
            let again = self.read_once(Extent::Everything).await?;
            add_missing(&mut state.users, again.users);
            add_missing(&mut state.groups, again.groups);
        }
        Ok(state)
    }

    async fn read_once(&mut self, extent: Extent) -> Result<TenantState, Stop> {
        let (mut tries, mut paged) = (0, false);
        let mut state = loop {
            tries += 1;
            let client = &self.evidence.client;
            let read = match extent {
                Extent::Users => read_users(client).await,
                Extent::Groups => read_groups(client).await,
                Extent::Everything => read_all(client).await,
            };
            match read {
                // Others change a shared tenant while its pages are read, and somebody slips from page to page.
                Ok(state) if state.unsettled && state.repeats.is_none() && tries < MOST_TRIES => paged |= state.paged,
                Ok(state) => break state,
                Err(error) => return Err(self.evidence.stop(OutcomeKind::Blocked, error.to_string())),
            }
        };
        state.paged |= paged;
        if is_shown_on_request(&self.evidence.told, "/Groups", "members") {
            self.ask_for_members(&mut state.groups).await?;
        }
        if !state.complete {
            for remark in &state.remarks {
                self.evidence.note(format!("not everything on the target could be read: {remark}"));
            }
        }
        self.evidence.repeated_page = state.repeats.clone();
        Ok(state)
    }

    /// Takes in the members of groups that show them only to whoever asks for them.
    async fn ask_for_members(&mut self, groups: &mut [Value]) -> Result<(), Stop> {
        for group in groups {
            let Some(id) = id_text(group) else { continue };
            let read = self.evidence.get(&format!("/Groups/{}?attributes=members", encode_query_value(&id))).await?;
            if let (Some(members), Some(group)) = (read.member("members").cloned(), group.as_object_mut()) {
                group.insert("members".to_owned(), members);
            }
        }
        Ok(())
    }

    /// Everything on the target that belongs to this scenario: its names carry the scenario's tag.
    pub(super) async fn read_state(&mut self) -> Result<TenantState, Stop> {
        let state = self.read_whole().await?;
        Ok(self.of_this_scenario(state))
    }

    /// Whether this was read in several pages, in a tenant that is not the scenario's own.
    fn shifting(&self, state: &TenantState) -> bool {
        !self.site.has_own_tenant() && state.paged
    }

    /// What of a state belongs to this scenario.
    pub(super) fn of_this_scenario(&self, mut state: TenantState) -> TenantState {
        let tag = self.cast.tag.to_ascii_lowercase();
        let mine =
            |resource: &Value| Resource::of(resource).names().any(|text| text.to_ascii_lowercase().contains(&tag));
        let TenantState { users, groups, .. } = &mut state;
        users.retain(mine);
        groups.retain(mine);
        state
    }

    /// The accounts of a person: those under any user name the person ever had, or any id an IdP links the person to.
    pub(super) async fn accounts_of(&mut self, name: &str) -> Result<Vec<Value>, Stop> {
        let names = self.cast.user_names(name);
        let ids = self.cast.linked_ids(name);
        let theirs = |user: &Value| {
            let named = member(user, "userName").and_then(Value::as_str);
            named.is_some_and(|n| names.contains(&n.to_lowercase()))
                || id_text(user).is_some_and(|id| ids.contains(&id))
        };
        self.sought("/Users", "userName", names.iter(), ids.iter(), theirs).await
    }

    /// The accounts of this scenario that are none of these people's: they carry its tag, and nobody asked for them.
    pub(super) async fn strangers_to(&mut self, people: &[String]) -> Result<Vec<Value>, Stop> {
        if self.too_large().await? {
            let why = "this target holds too many users to read them all";
            return Err(self.evidence.stop(OutcomeKind::Skipped, why));
        }
        let names: BTreeSet<String> = people.iter().flat_map(|name| self.cast.user_names(name)).collect();
        let strange = |user: &Value| {
            let named = member(user, "userName").and_then(Value::as_str);
            named.is_some_and(|name| !names.contains(&name.to_lowercase()))
        };
        Ok(self.listed(Extent::Users, strange).await?.0)
    }

    /// What of an endpoint is sought, in a full read; and where that cannot be whole, also by name and id, one by one: the
    /// tenant is too large for it, or others change it while its pages are read and somebody slips from page to page.
    async fn sought<'a>(
        &mut self,
        endpoint: &str,
        attribute: &str,
        names: impl Iterator<Item = &'a String>,
        ids: impl Iterator<Item = &'a String>,
        wanted: impl Fn(&Value) -> bool,
    ) -> Result<Vec<Value>, Stop> {
        let mut found: Vec<Value> = Vec::new();
        let extent = if endpoint == "/Users" { Extent::Users } else { Extent::Groups };
        if !self.too_large().await? {
            let (theirs, sure) = self.listed(extent, &wanted).await?;
            found = theirs;
            if sure {
                return Ok(found);
            }
        }
        let mut no_lookups = false;
        let lookups = names.map(|name| {
            let filter = format!("{attribute} eq {}", Value::from(name.as_str()));
            format!("{endpoint}?filter={}", encode_query_value(&filter))
        });
        let reads = ids.map(|id| format!("{endpoint}/{}", encode_query_value(id)));
        let targets: Vec<String> = lookups.chain(reads).collect();
        for target in targets {
            let answer = self.evidence.get(&target).await?;
            if !answer.succeeded() {
                no_lookups |= filters(&answer) && answer.status() != Some(404);
                continue;
            }
            let single = answer.json().filter(|body| id_text(body).is_some());
            let theirs = answer.resources().iter().chain(single).filter(|resource| wanted(resource));
            add_missing(&mut found, theirs.cloned().collect());
        }
        if no_lookups {
            // A target without filters can only be read page by page, however large it is.
            add_missing(&mut found, self.listed(extent, &wanted).await?.0);
        } else {
            // What pages hide was asked for by name and id.
            self.evidence.repeated_page = None;
        }
        Ok(found)
    }

    /// What of the scenario's own a full read shows that is wanted, and whether it can have missed nothing.
    async fn listed(&mut self, extent: Extent, wanted: impl Fn(&Value) -> bool) -> Result<(Vec<Value>, bool), Stop> {
        let state = self.read_once(extent).await?;
        let sure = state.complete && !self.shifting(&state);
        let state = self.of_this_scenario(state);
        let all = state.users.into_iter().chain(state.groups);
        Ok((all.filter(|resource| wanted(resource)).collect(), sure))
    }

    /// Whether the tenant is not ours alone and holds more users than should be read for one sentence; asked once a run.
    async fn too_large(&mut self) -> Result<bool, Stop> {
        if self.site.has_own_tenant() {
            return Ok(false);
        }
        if let Some(known) = self.site.session.too_large.get() {
            return Ok(known);
        }
        // Asked for all scenarios, so that none is charged with the answer.
        let exchange = self.site.session.client(Actor::Witness).send(Request::new(Method::Get, ONE_USER)).await;
        let total = Observation::read(exchange, 0).list().and_then(List::total);
        let large = total.is_some_and(|total| total > MOST_READ);
        self.site.session.too_large.set(Some(large));
        if large {
            let total = total.unwrap_or_default();
            self.evidence
                .note(format!("the tenant holds {total} users: accounts and groups are looked up, not read whole"));
        }
        Ok(large)
    }

    /// The one account of a person.
    pub(super) async fn account_of(&mut self, name: &str) -> Result<Value, Stop> {
        let mut accounts = self.accounts_of(name).await?;
        match accounts.len() {
            1 => Ok(accounts.remove(0)),
            0 if self.unlisted(name).await?.is_some() => {
                let (expected, seen) =
                    (format!("{name} among them"), format!("{name} is missing, and can be read by id"));
                Err(self.evidence.broken(expectations::STATE_LISTED, &Basis::AllUsers, expected, seen))
            }
            n => Err(self.evidence.broken(
                expectations::STATE_ONE_ACCOUNT,
                &Basis::AllUsers,
                "one account".to_owned(),
                format!("{name} has {}", seen_accounts(n, &accounts)),
            )),
        }
    }

    /// An account of the person that no list shows, and that its id finds.
    async fn unlisted(&mut self, name: &str) -> Result<Option<Value>, Stop> {
        for id in self.cast.linked_ids(name) {
            let read = self.evidence.get(&format!("/Users/{}", encode_query_value(&id))).await?;
            let it = read.json().filter(|body| read.succeeded() && id_text(body).as_ref() == Some(&id));
            if let Some(account) = it {
                return Ok(Some(account.clone()));
            }
        }
        Ok(None)
    }

    /// The groups of that name (with the scenario's tag).
    pub(super) async fn groups_called(&mut self, name: &str) -> Result<Vec<Value>, Stop> {
        let wanted = self.cast.group_name(name);
        let called = |group: &Value| display_name(group).eq_ignore_ascii_case(&wanted);
        self.sought("/Groups", "displayName", std::iter::once(&wanted), std::iter::empty(), called).await
    }

    /// The one group of that name, read by id, so that its members are all there.
    pub(super) async fn group_called(&mut self, name: &str) -> Result<Value, Stop> {
        let groups = self.groups_called(name).await?;
        match groups.as_slice() {
            [group] => {
                let Some(id) = id_text(group) else { return Ok(group.clone()) };
                let asked = match is_shown_on_request(&self.evidence.told, "/Groups", "members") {
                    true => "?attributes=displayName,externalId,members",
                    false => "",
                };
                let read = self.evidence.get(&format!("/Groups/{}{asked}", encode_query_value(&id))).await?;
                Ok(read.json().cloned().unwrap_or_else(|| group.clone()))
            }
            several => {
                let (expected, seen) = ("one".to_owned(), seen_groups(several.len(), name));
                Err(self.evidence.broken(expectations::STATE_GROUP_ONCE, &Basis::AllGroups, expected, seen))
            }
        }
    }
}

/// Takes in what a second read shows and the first did not.
fn add_missing(seen: &mut Vec<Value>, again: Vec<Value>) {
    let known: BTreeSet<String> = seen.iter().filter_map(id_text).collect();
    seen.extend(again.into_iter().filter(|resource| id_text(resource).is_none_or(|id| !known.contains(&id))));
}
