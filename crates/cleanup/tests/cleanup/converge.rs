//! Random damage, planned and carried out, leads to a tenant in which nothing is left to plan, and leaves what was sound as it was,
//! byte for byte.

use super::damage::{Damaged, listed};
use super::support::{TOKEN, client};
use cleanup::apply::{Terms, apply};
use cleanup::journal::Journal;
use cleanup::plan::{Limits, Plan};
use cleanup::propose::{Options, propose};
use client::wire::{Client, Method, Request, WriteRules};
use directory::Export;
use provider::{Behaviour, Contents, Provider, Running, Settings};
use serde_json::Value;
use state::{Diagnosis, Sure, TenantState, assess, read_all};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::AtomicBool;

/// So many tenants without `CLEANUP_TENANTS`: half a minute unoptimised. `CLEANUP_TENANTS=1000` is for a change of the cleanup.
const TENANTS: u64 = 120;
/// A plan may make another trouble visible, or free a name that was taken.
const ROUNDS: usize = 4;
/// Threads that share the seeds.
const SHARES: usize = 2;

/// A tenant being cleaned.
struct Case {
    seed: u64,
    running: Running,
    client: Client,
    directory: Option<Export>,
    /// Everything that was planned and what became of it, for a failure.
    history: Vec<String>,
}

impl Case {
    /// The tenant of a seed, corrupted, in a service that takes what it is.
    async fn of(seed: u64, damaged: &Damaged) -> Self {
        let contents = Contents { users: damaged.users.clone(), groups: damaged.groups.clone(), others: Vec::new() };
        let behaviour = Behaviour {
            group_name_unique: seed.is_multiple_of(3),
            external_id_unique: seed.is_multiple_of(5),
            ..Behaviour::default()
        };
        let settings =
            Settings { token: Some(TOKEN.into()), contents: Some(contents), behaviour, ..Settings::default() };
        let running = Provider::start(settings).await.unwrap();
        let client = client(&running, WriteRules::default());
        let directory = (!seed.is_multiple_of(4)).then(|| damaged.directory.clone());
        Self { seed, running, client, directory, history: Vec::new() }
    }

    /// What the service shows of each object, byte for byte.
    async fn bytes(&self) -> BTreeMap<String, Vec<u8>> {
        let state = read_all(&self.client).await.unwrap();
        let mut all = BTreeMap::new();
        for (endpoint, resources) in [("/Users", &state.users), ("/Groups", &state.groups)] {
            for resource in resources {
                let id = resource["id"].as_str().unwrap();
                let exchange = self.client.send(Request::new(Method::Get, format!("{endpoint}/{id}"))).await;
                all.insert(id.to_owned(), exchange.result.as_ref().unwrap().body.to_vec());
            }
        }
        all
    }

    fn plan(&self, state: &TenantState) -> (Vec<Diagnosis>, Plan) {
        let all = "100%".parse().unwrap();
        let options = Options {
            delete: !self.seed.is_multiple_of(7),
            sure: if self.seed.is_multiple_of(2) { Sure::Likely } else { Sure::Certain },
            protect: vec!["root".into()],
            limits: Limits { users: all, groups: all, memberships: all },
            ..Options::default()
        };
        let found = assess(state, self.directory.as_ref());
        let target = (self.client.base().as_str(), "2026-01-01T00:00:00Z");
        let plan = propose(state, &found, self.directory.as_ref(), &options, target);
        let plan = plan.unwrap_or_else(|e| panic!("seed {}: {e}\n{:#?}\n{found:#?}", self.seed, self.history));
        // As a person gets it.
        (found, Plan::from_yaml(&plan.to_yaml().unwrap()).unwrap())
    }

    /// Plans and applies until there is nothing to plan; what is left then.
    async fn clean(&mut self, folder: &std::path::Path) -> (Vec<Diagnosis>, Plan) {
        for round in 0..ROUNDS {
            let state = read_all(&self.client).await.unwrap();
            let (found, plan) = self.plan(&state);
            if plan.items.is_empty() {
                return (found, plan);
            }
            let path = folder.join(format!("{}-{round}", self.seed));
            let mut journal = Journal::of_plan(&path, &plan, "2026-01-01T00:00:00Z").unwrap();
            if round == 0 {
                let (dry, done) = (self.apply(&plan, None).await, self.apply(&plan, Some(&mut journal)).await);
                // A service may put a second value right with the first.
                let all = |counts: &BTreeMap<&str, usize>| counts.values().sum::<usize>();
                assert_eq!(
                    all(&dry),
                    all(&done),
                    "seed {}: what a dry run shows is what happens: {:#?}",
                    self.seed,
                    self.history
                );
            } else {
                self.apply(&plan, Some(&mut journal)).await;
            }
        }
        panic!("seed {}: there is something to plan after {ROUNDS} rounds: {:#?}", self.seed, self.history);
    }

    async fn apply(&mut self, plan: &Plan, journal: Option<&mut Journal>) -> BTreeMap<&'static str, usize> {
        let clock = || "2026-01-01T00:00:00Z".to_owned();
        let terms = Terms {
            directory: self.directory.as_ref(),
            local_accounts: &[],
            canary: 0,
            batch: 0,
            despite_changes: false,
            stop: &AtomicBool::new(false),
            clock: &clock,
        };
        let mut history = vec![format!("-- {}", if journal.is_some() { "done" } else { "dry" })];
        let mut told = |one: &cleanup::apply::Told| {
            history.push(format!("{} {} {}", one.outcome.name(), one.text, one.why));
        };
        let applied = apply(&self.client, plan, journal, &terms, &mut told).await;
        self.history.append(&mut history);
        let counts = applied.unwrap_or_else(|e| panic!("seed {}: {e}: {:#?}", self.seed, self.history)).counts;
        let refused = ["failed", "skipped"].iter().any(|word| counts.contains_key(word));
        assert!(!refused, "seed {}: not every item could be done: {:#?}", self.seed, self.history);
        counts
    }
}

/// What a neighbour of something that was hit keeps: everything but what the service works out from the other side.
fn own(bytes: &[u8], hit: &BTreeSet<String>) -> Value {
    let mut resource: Value = serde_json::from_slice(bytes).unwrap();
    let object = resource.as_object_mut().unwrap();
    object["meta"].as_object_mut().unwrap().retain(|name, _| name != "version");
    for list in ["groups", "members"] {
        if let Some(all) = object.get_mut(list).and_then(Value::as_array_mut) {
            if list == "groups" {
                all.retain(|one| !hit.contains(one["value"].as_str().unwrap()));
            }
            all.iter_mut().for_each(|one| drop(one.as_object_mut().unwrap().shift_remove("display")));
        }
    }
    object.retain(|name, value| name != "groups" || value.as_array().is_some_and(|all| !all.is_empty()));
    resource
}

/// What was sound is as it was.
fn untouched(
    case: &Case,
    damaged: &Damaged,
    before: &BTreeMap<String, Vec<u8>>,
    after: &BTreeMap<String, Vec<u8>>,
) -> usize {
    let (mut same, hit) = (0, &damaged.hit);
    for (id, was) in before.iter().filter(|(id, _)| !hit.contains(*id)) {
        let now = after.get(id).unwrap_or_else(|| panic!("seed {}: {id} is gone: {:#?}", case.seed, case.history));
        let groups = || damaged.groups.iter().chain(&damaged.sound_groups);
        let in_one = groups().any(|g| hit.contains(g["id"].as_str().unwrap()) && listed(g, &Value::from(id.as_str())));
        let mut own_groups = groups().filter(|g| g["id"] == id.as_str());
        let has_one = own_groups.any(|g| hit.iter().any(|hit| listed(g, &Value::from(hit.as_str()))));
        if in_one || has_one {
            assert_eq!(own(now, hit), own(was, hit), "seed {}: {:#?}", case.seed, case.history);
        } else {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            assert_eq!(text(now), text(was), "seed {}: {:#?}", case.seed, case.history);
            same += 1;
        }
    }
    same
}

/// What one seed leads to: kinds that were found, and how many objects are the same to the byte.
async fn one(seed: u64) -> (BTreeSet<&'static str>, usize) {
    let folder = tempfile::tempdir().unwrap();
    let mut damaged = Damaged::sound(seed);
    let blows = damaged.strike();
    let mut case = Case::of(seed, &damaged).await;
    case.history.push(format!("blows {blows:?}"));
    let before = case.bytes().await;
    let first = assess(&read_all(&case.client).await.unwrap(), case.directory.as_ref());
    let (found, last) = case.clean(folder.path()).await;
    // Nothing is dropped without a word: what is still wrong is in the plan, with what to do instead.
    for diagnosis in &found {
        let said = last.left.iter().any(|left| left.found == diagnosis.kind.id && left.text == diagnosis.text);
        assert!(said, "seed {seed}: no item and no word about {diagnosis}: {:#?}", case.history);
    }
    let same = untouched(&case, &damaged, &before, &case.bytes().await);
    case.running.stop().await;
    (first.iter().map(|d| d.kind.id).collect(), same)
}

/// Every so manieth seed, each on a thread of its own: one that fails lets the others be told as well.
fn share(begin: u64, tenants: u64) -> (BTreeSet<&'static str>, usize, Vec<u64>) {
    let (mut kinds, mut same, mut failed) = (BTreeSet::new(), 0, Vec::new());
    for seed in (begin..tenants).step_by(SHARES) {
        let alone = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(one(seed))
        });
        match alone.join() {
            Ok((found, untouched)) => {
                kinds.extend(found);
                same += untouched;
            }
            Err(_) => failed.push(seed),
        }
    }
    (kinds, same, failed)
}

#[test]
fn random_damage_is_put_right_and_what_was_sound_stays_as_it_was() {
    let tenants = std::env::var("CLEANUP_TENANTS").ok().and_then(|n| n.parse().ok()).unwrap_or(TENANTS);
    let shares: Vec<_> = (0..SHARES as u64).map(|begin| std::thread::spawn(move || share(begin, tenants))).collect();
    let (mut kinds, mut same, mut failed) = (BTreeSet::new(), 0, Vec::new());
    for all in shares {
        let (found, untouched, seeds) = all.join().unwrap();
        kinds.extend(found);
        same += untouched;
        failed.extend(seeds);
    }
    assert!(failed.is_empty(), "{} of {tenants} seeds fail, see above: {failed:?}", failed.len());
    assert!(tenants < TENANTS || kinds.len() >= 13, "the damage is of {} kinds only: {kinds:?}", kinds.len());
    assert!(same as u64 > tenants * 3, "only {same} objects of {tenants} tenants were compared byte for byte");
}
