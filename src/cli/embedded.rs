//! The embedded provider as a target: started here, met over HTTP like any other.
//!
//! A scenario that expects a product's behaviour (`@profile/alation`) is played against a provider of that profile, so a
//! run has as many providers as the scenarios name products. With `--profile` there is one, and the others' scenarios are skipped.

use super::CommandError;
use crate::operator::Operator;
use crate::run::Plan;
use crate::safety::{Target, TenantSettings};
use client::wire::{BaseUrl, Secret};
use judge::verdict::Departures;
use provider::{
    Behaviour, Change, Clock, DeleteUser, Faults, Parameter, Profile, Provider, Running, Settings, UnmatchedLocal,
};
use scim::schema::ResourceType;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The profile without a choice.
pub(super) const RFC: &str = "rfc";

/// The servers of a run.
pub(super) struct StartedProviders {
    /// The one the run is against.
    pub target: Target,
    /// Our provider as the other products that scenarios name.
    pub products: BTreeMap<String, Target>,
    /// Those of ours, to be stopped afterwards.
    pub running: Vec<Running>,
}

/// The profiles to play: the run's own first, then those the scenarios name where the run names none.
///
/// # Errors
/// When a profile is nobody's, or its file is none.
pub(super) fn cast(plan: &Plan, chosen: Option<&str>) -> Result<Vec<(String, Profile)>, CommandError> {
    let own = chosen.unwrap_or(RFC);
    let mut cast = vec![(profile_name(own), Profile::named(own).map_err(CommandError::usage)?)];
    if chosen.is_some() {
        return Ok(cast);
    }
    let named: BTreeSet<&str> =
        plan.instances.iter().flat_map(|i| i.scenario.profiles()).filter(|p| *p != RFC).collect();
    for name in named {
        cast.push((name.to_owned(), Profile::built_in(name).map_err(CommandError::usage)?));
    }
    Ok(cast)
}

/// The name of a profile, or of the one a file holds.
pub(super) fn profile_name(name: &str) -> String {
    let path = Path::new(name);
    let stem = path.file_stem().filter(|_| path.extension().is_some()).and_then(|s| s.to_str());
    stem.unwrap_or(name).to_owned()
}

/// A name that can be a folder's.
pub(super) fn as_folder(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect()
}

impl StartedProviders {
    /// Somebody's server alone.
    pub(super) fn of(target: Target) -> Self {
        Self { target, products: BTreeMap::new(), running: Vec::new() }
    }

    /// Starts a provider for each profile, with these faults on top. Their clocks and ids follow the seed, so that equal runs
    /// get equal answers.
    pub(super) async fn start(seed: u64, cast: &[(String, Profile)], faults: &[&str]) -> Result<Self, CommandError> {
        let mut running = Vec::new();
        let mut targets = Vec::new();
        for (name, profile) in cast {
            let faults = Faults::named(faults).map_err(CommandError::usage)?;
            let behaviour = profile.behaviour.clone();
            let settings = Settings { clock: Clock::logical(), seed, behaviour, faults, ..Settings::default() };
            let provider = Provider::start(settings).await.map_err(CommandError::blocked)?;
            targets.push(target(name, departures(&profile.behaviour), &provider)?);
            running.push(provider);
        }
        let mut targets = targets.into_iter();
        let Some(target) = targets.next() else { return Err(CommandError::usage("a run needs a profile")) };
        Ok(Self { target, products: targets.map(|t| (t.profile.clone(), t)).collect(), running })
    }
}

/// What a profile says that its product does on purpose, against the RFC's letter.
pub(super) fn departures(behaviour: &Behaviour) -> Departures {
    let kept = [("userName", behaviour.user_name_change), ("emails", behaviour.emails_change)];
    let kept = kept.into_iter().filter(|(_, change)| *change == Change::Kept);
    let (users, groups, query) = (&behaviour.users, &behaviour.groups, &behaviour.query);
    let mut kept: BTreeSet<String> = kept.map(|(name, _)| name.to_owned()).collect();
    if let Some(updatable) = users.updatable.as_ref().filter(|_| users.other_updates == Change::Kept) {
        let rt = ResourceType::user();
        let base = rt.schema.attributes.iter().map(|a| a.name.clone());
        let all = base.chain(rt.extensions.iter().map(|(schema, _)| schema.id.clone()));
        kept.extend(all.filter(|name| !updatable.contains(name)));
    }
    let filters = [&query.user_filters, &query.group_filters, &query.operators];
    let demands = !users.required.is_empty() || !groups.required.is_empty() || !users.longest.is_empty();
    Departures {
        kept,
        deleted_stay: behaviour.delete_user == DeleteUser::Deactivate,
        left_out: groups.unmatched_local == UnmatchedLocal::LeftOut,
        members_hidden: !groups.members_shown,
        few_filters: filters.iter().any(|list| list.is_some()),
        unprojected: query.projection == Parameter::Ignored,
        demands_more: demands,
        refused: users.refused.iter().cloned().collect(),
    }
}

/// A running provider as a target.
fn target(profile: &str, departures: Departures, running: &Running) -> Result<Target, CommandError> {
    let usable = |text: &str| Secret::new(text, "the embedded provider").map_err(CommandError::blocked);
    Ok(Target {
        name: "embedded provider".to_owned(),
        base: BaseUrl::parse(&running.base_url).map_err(CommandError::blocked)?,
        credential: Some(usable(&running.token)?.into()),
        profile: profile.to_owned(),
        departures,
        goldens: as_folder(profile),
        settings: TenantSettings::default(),
        operator: Operator::Admin {
            base: BaseUrl::parse(&running.admin_url).map_err(CommandError::blocked)?,
            secret: usable(&running.admin_token)?,
        },
    })
}
