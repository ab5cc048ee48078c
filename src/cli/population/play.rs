//! One server of the population: started, played as somebody's server that nobody here knows, and stopped.
//!
//! In: a server, and the faults around it. Out: what was red, and a sum of everything that was said.

use crate::cli::bench::Bench;
use crate::cli::{CommandError, connect, embedded};
use crate::operator::Operator;
use crate::run::Plan;
use crate::safety::{Target, TenantSettings};
use client::wire::{Actor, BaseUrl, Client, Journal, Secret};
use judge::check::catalogue;
use judge::verdict::{OutcomeKind, RunRecord, ScenarioRecord, millis};
use provider::{Behaviour, Clock, Faults, Provider, Running, Server, Settings, Trace};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

/// What a server was told.
#[derive(Debug, Default, Serialize)]
pub(super) struct Played {
    /// The requirements that were red, each once.
    pub(super) reds: Vec<Red>,
    /// Scenarios that ended by a defect of ours or by their time, and a run that did not begin.
    pub(super) troubles: Vec<String>,
    pub(super) scenarios: usize,
    /// Requirements that were held against it.
    pub(super) judged: usize,
    pub(super) requests: usize,
    pub(super) duration_ms: f64,
    /// The requirements that were red, each with the scenario.
    #[serde(skip)]
    pub(super) places: BTreeSet<(String, String)>,
    /// The requirements of which a warning is all that the catalogue makes, and that were told.
    #[serde(skip)]
    pub(super) warned: BTreeSet<String>,
    /// Everything that was said, as a number: the same for equal servers, played by the same build.
    pub(super) sum: u64,
}

impl Played {
    /// The requirements that were red.
    pub(super) fn requirements(&self) -> BTreeSet<&str> {
        self.reds.iter().map(|red| red.requirement.as_str()).collect()
    }
}

/// A requirement that was red, and where first.
#[derive(Debug, Default, Serialize)]
pub(super) struct Red {
    /// Its id; `a step` where a scenario failed without one.
    pub(super) requirement: String,
    /// How many scenarios were red for it.
    pub(super) scenarios: usize,
    pub(super) scenario: String,
    pub(super) file: String,
    pub(super) line: usize,
    pub(super) expected: String,
    pub(super) seen: String,
}

/// Starts the server with these faults, plays, and looks at what is red.
pub(super) async fn play(bench: &Bench, plan: &Plan, server: &Server, faults: &[&str]) -> Result<Played, CommandError> {
    let started = Instant::now();
    let trace = Trace::default();
    let settings = Settings {
        clock: Clock::logical(),
        seed: bench.seed,
        behaviour: server.behaviour.clone(),
        types: server.types.clone(),
        outside: server.outside.clone(),
        faults: Faults::named(faults).map_err(CommandError::usage)?,
        // One token for all: what is said is compared between runs.
        token: Some("a-server-of-the-population".to_owned()),
        trace: Some(trace.clone()),
        ..Settings::default()
    };
    let provider = Provider::start(settings).await.map_err(CommandError::blocked)?;
    let target = target(&provider)?;
    let transport = bench.one_at_a_time(&target.base)?;
    let (base, credential) = (target.base.clone(), target.credential.clone());
    let client = Client::new(transport.clone(), base, credential, Actor::Preflight, Journal::default());
    let record = match connect::look(&client).await.blocked {
        Some(blocked) => Err(blocked.to_string()),
        None => Ok(bench.measure(plan, (target, BTreeMap::new()), transport).await),
    };
    provider.stop().await;
    let played = match record {
        Ok(record) => judged(&record),
        Err(blocked) => Played { troubles: vec![format!("the run did not begin: {blocked}")], ..Played::default() },
    };
    Ok(Played { duration_ms: millis(started.elapsed()), sum: trace.sum(), ..played })
}

/// A running server as a target of which nothing is known but its address and a token.
fn target(running: &Running) -> Result<Target, CommandError> {
    let token = Secret::new(&running.token, "a server of the population").map_err(CommandError::blocked)?;
    Ok(Target {
        name: "population".to_owned(),
        base: BaseUrl::parse(&running.base_url).map_err(CommandError::blocked)?,
        credential: Some(token.into()),
        profile: embedded::RFC.to_owned(),
        departures: embedded::departures(&Behaviour::default()),
        goldens: "population".to_owned(),
        settings: TenantSettings::default(),
        operator: Operator::None,
    })
}

/// What is red in the record of a run.
fn judged(record: &RunRecord) -> Played {
    let mut reds: BTreeMap<String, Red> = BTreeMap::new();
    let (mut troubles, mut places, mut warned) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
    for scenario in &record.scenarios {
        let told = scenario.findings.iter().map(|finding| &finding.requirement);
        warned.extend(told.filter(|id| catalogue::get(id).is_some_and(|r| !r.severity().fails())).cloned());
        match scenario.outcome.kind {
            OutcomeKind::Failed => {}
            OutcomeKind::Bug | OutcomeKind::TimedOut | OutcomeKind::Blocked => {
                let reason = scenario.outcome.reason.as_deref().unwrap_or_default();
                troubles.push(format!("{}: {:?}: {reason}", scenario.full_name(), scenario.outcome.kind));
                continue;
            }
            _ => continue,
        }
        for red in reds_of(scenario) {
            let requirement = red.requirement.clone();
            places.insert((requirement.clone(), red.scenario.clone()));
            reds.entry(requirement).and_modify(|first| first.scenarios += 1).or_insert(red);
        }
    }
    Played {
        reds: reds.into_values().collect(),
        places,
        warned,
        troubles,
        scenarios: record.scenarios.len(),
        judged: record.exercised.len(),
        requests: record.totals.requests,
        ..Played::default()
    }
}

/// The requirements that one scenario failed for, each once.
fn reds_of(scenario: &ScenarioRecord) -> Vec<Red> {
    let red = |requirement: &str, expected: &str, seen: &str| Red {
        requirement: requirement.to_owned(),
        scenarios: 1,
        scenario: scenario.full_name(),
        file: scenario.file.clone(),
        line: scenario.line,
        expected: expected.to_owned(),
        seen: seen.to_owned(),
    };
    let mut reds: BTreeMap<&str, Red> = BTreeMap::new();
    for finding in scenario.findings.iter().filter(|finding| finding.severity.fails()) {
        reds.entry(&finding.requirement).or_insert_with(|| red(&finding.requirement, &finding.expected, &finding.seen));
    }
    if reds.is_empty() {
        let reason = scenario.outcome.reason.as_deref().unwrap_or_default();
        return vec![red("a step", "the scenario passes", reason)];
    }
    reds.into_values().collect()
}
