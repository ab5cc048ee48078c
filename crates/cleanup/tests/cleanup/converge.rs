//! Random damage, planned and carried out, leads to a sound tenant and leaves what was sound as it was.

use super::support::{PEOPLE, Tenant, shape};
use directory::Random;
use provider::Behaviour;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// So many tenants without `CLEANUP_TENANTS`.
const TENANTS: u64 = 24;

/// One blow, and the ids of what it hit.
async fn blow(tenant: &Tenant, random: &mut Random, nth: usize) -> Vec<String> {
    let name = |at: usize| PEOPLE[at].0;
    let (one, other) = (random.below(PEOPLE.len()), random.below(PEOPLE.len()));
    let group = ["Crew", "Ops"][random.below(2)];
    let kind = random.below(9);
    match kind {
        0 => tenant.link(name(one), &format!("stale-{nth}")).await,
        1 => tenant.link(name(one), &format!("e-{}", name(other))).await,
        2 => {
            tenant.link(name(one), &format!("e-{}", name(other))).await;
            tenant.link(name(other), &format!("e-{}", name(one))).await;
            return vec![tenant.id(name(one)).await, tenant.id(name(other)).await];
        }
        3 => tenant.dangling(group, &format!("gone-{nth}")).await,
        4 => {
            let (id, member) = (tenant.id(group).await, tenant.id(name(one)).await);
            let operation = json!({"op": "add", "path": "members", "value": [{"value": member}]});
            tenant.patch("/Groups", &id, operation).await;
        }
        5 => {
            let (id, member) = (tenant.id(group).await, tenant.id(name(one)).await);
            let path = format!("members[value eq \"{member}\"]");
            tenant.patch("/Groups", &id, json!({"op": "remove", "path": path})).await;
        }
        6 => {
            let members = [name(one).to_owned(), name(other).to_owned()];
            let twin = random.below(2) == 0;
            let called =
                if twin { format!("{}{}", group.to_uppercase(), " ".repeat(nth)) } else { format!("Ghost {nth}") };
            return vec![tenant.group(&called, &members[..1]).await];
        }
        7 => {
            let second = tenant.user(&format!("{}-{nth}", name(one)), "", name(one), random.below(2) == 0).await;
            tenant.rename(&second, &name(one).to_uppercase());
            let id = tenant.id(group).await;
            let operation = json!({"op": "add", "path": "members", "value": [{"value": second}]});
            tenant.patch("/Groups", &id, operation).await;
            return vec![second, id, tenant.id(name(one)).await];
        }
        _ => {
            let id = tenant.id("eve").await;
            tenant.patch("/Users", &id, json!({"op": "replace", "path": "active", "value": true})).await;
            return vec![id];
        }
    }
    let hit = if (3..=5).contains(&kind) { group } else { name(one) };
    vec![tenant.id(hit).await]
}

/// The resource of that id, but for what the server decides.
fn of<'v>(all: &'v [Value], id: &str) -> Option<&'v Value> {
    all.iter().find(|r| r["id"] == id)
}

#[tokio::test]
async fn random_damage_is_put_right_and_what_was_sound_stays_as_it_was() {
    let tenants = std::env::var("CLEANUP_TENANTS").ok().and_then(|n| n.parse().ok()).unwrap_or(TENANTS);
    let mut seen = BTreeSet::new();
    for seed in 0..tenants {
        let mut random = Random::new(seed, "cleanup", 0);
        let tenant = Tenant::sound(Behaviour { group_name_unique: false, ..Behaviour::default() }).await;
        let sound = shape(&tenant.read().await);
        let mut hit = BTreeSet::new();
        for nth in 0..=random.below(4) {
            hit.extend(blow(&tenant, &mut random, nth).await);
        }
        seen.extend(tenant.kinds().await);
        let mut history = Vec::new();
        for round in 0..3 {
            let plan = tenant.plan(true).await;
            let mut journal = tenant.journal(&format!("round-{round}"), &plan);
            let (applied, told) = tenant.apply(&tenant.client, &plan, Some(&mut journal), |_| ()).await;
            let applied = applied.unwrap();
            assert_eq!(applied.counts.get("failed"), None, "seed {seed}: {told:#?}");
            history.extend(told);
            if applied.after.unwrap().1.is_empty() {
                break;
            }
        }
        assert_eq!(tenant.found().await, [], "seed {seed}: {history:#?}");
        let after = shape(&tenant.read().await);
        for was in sound.iter().filter(|r| !hit.contains(r["id"].as_str().unwrap())) {
            let id = was["id"].as_str().unwrap();
            assert_eq!(of(&after, id), Some(was), "seed {seed}: it was sound: {history:#?}");
        }
        tenant.running.stop().await;
    }
    assert!(tenants < TENANTS || seen.len() >= 7, "the damage is of {} kinds only: {seen:?}", seen.len());
}
