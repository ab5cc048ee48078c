//! What a cleanup refuses, and what it leaves alone.

use super::support::{Tenant, client, shape};
use cleanup::apply::{ApplyError, Stopped};
use cleanup::journal::Outcome;
use client::wire::WriteRules;
use provider::Behaviour;
use serde_json::json;
use std::sync::atomic::Ordering;

async fn damaged() -> Tenant {
    let tenant = Tenant::sound(Behaviour::default()).await;
    tenant.link("ada", "stale-1").await;
    tenant.link("ben", "stale-2").await;
    tenant.dangling("Crew", "3f0c-gone").await;
    tenant
}

#[tokio::test]
async fn a_dry_run_writes_nothing() {
    let tenant = damaged().await;
    let plan = tenant.plan(true).await;
    let reader = client(&tenant.running, WriteRules { read_only: true, ..WriteRules::default() });
    let (dry, told) = tenant.apply(&reader, &plan, None, |_| ()).await;
    assert_eq!(dry.unwrap().counts.get("done"), Some(&plan.items.len()), "{told:#?}");
}

#[tokio::test]
async fn a_plan_for_another_target_or_an_older_state_is_refused_with_the_reason() {
    let tenant = damaged().await;
    let plan = tenant.plan(true).await;
    let mut foreign = plan.clone();
    foreign.target = "https://elsewhere.example/scim".into();
    let (refused, _) = tenant.apply(&tenant.client, &foreign, None, |_| ()).await;
    assert!(refused.unwrap_err().to_string().contains("elsewhere.example"));
    tenant.link("ada", "by-hand").await;
    let (refused, _) = tenant.apply(&tenant.client, &plan, None, |_| ()).await;
    let error = refused.unwrap_err().to_string();
    assert!(error.contains("1 of the 3 objects") && error.contains("--despite-changes"), "{error}");
    let mut journal = tenant.journal("j", &plan);
    let (applied, told) = tenant.apply(&tenant.client, &plan, Some(&mut journal), |t| t.despite_changes = true).await;
    assert_eq!(applied.unwrap().counts.get("done"), Some(&2));
    let skipped: Vec<&str> = told.iter().filter(|t| t.outcome == Outcome::Skipped).map(|t| t.why.as_str()).collect();
    assert_eq!(skipped, ["it has changed since the plan was made; make a new plan for it"]);
}

#[tokio::test]
async fn an_edited_plan_that_names_nobody_is_refused() {
    let tenant = damaged().await;
    let plan = tenant.plan(true).await;
    let text = plan.to_yaml().unwrap();
    let ada = tenant.id("ada").await;
    let edited = cleanup::plan::Plan::from_yaml(&text.replace(&ada, "0000-nobody")).unwrap();
    let (refused, _) = tenant.apply(&tenant.client, &edited, None, |_| ()).await;
    assert!(matches!(refused.unwrap_err(), ApplyError::UnknownId { what: "user", .. }));
}

#[tokio::test]
async fn a_protected_account_that_cannot_sign_in_any_more_stops_everything() {
    let tenant = damaged().await;
    let plan = tenant.plan(true).await;
    let root = tenant.id("root").await;
    tenant.patch("/Users", &root, json!({"op": "replace", "path": "active", "value": false})).await;
    let (refused, _) = tenant.apply(&tenant.client, &plan, None, |t| t.despite_changes = true).await;
    assert!(matches!(refused.unwrap_err(), ApplyError::ProtectedGone(name) if name == "root"));
}

#[tokio::test]
async fn two_cleanups_at_once_do_everything_once() {
    let tenant = damaged().await;
    let plan = tenant.plan(true).await;
    let (mut one, mut two) = (tenant.journal("one", &plan), tenant.journal("two", &plan));
    let other = client(&tenant.running, WriteRules::default());
    let (first, second) = tokio::join!(
        tenant.apply(&tenant.client, &plan, Some(&mut one), |t| t.despite_changes = true),
        tenant.apply(&other, &plan, Some(&mut two), |t| t.despite_changes = true),
    );
    for told in [&first.1, &second.1] {
        assert!(!told.iter().any(|t| t.outcome == Outcome::Failed), "{told:#?}");
    }
    drop((first.0.unwrap(), second.0.unwrap()));
    assert_eq!(tenant.kinds().await, Vec::<&str>::new());
}

#[tokio::test]
async fn a_canary_that_finds_more_than_before_stops_the_rest() {
    let tenant = damaged().await;
    let mut plan = tenant.plan(true).await;
    // An edit that does harm: ada is linked to eve.
    for item in &mut plan.items {
        if item.name == "ada" {
            item.after = "e-eve".into();
            item.case = 1;
        } else {
            item.case += 1;
        }
    }
    plan.items.sort_by_key(|item| item.case);
    let before = shape(&tenant.read().await);
    let mut journal = tenant.journal("j", &plan);
    let (applied, told) = tenant.apply(&tenant.client, &plan, Some(&mut journal), |t| t.canary = 1).await;
    let stopped = applied.unwrap().stopped;
    assert!(
        matches!(&stopped, Some(Stopped::Worse { cases: 1, kinds }) if kinds.contains(&"wrong-person")),
        "{stopped:?}"
    );
    assert_eq!(told.len(), 1);
    let changed = before.iter().zip(&shape(&tenant.read().await)).filter(|(a, b)| a != b).count();
    assert_eq!(changed, 1);
}

#[tokio::test]
async fn an_interrupt_ends_after_the_item_under_way() {
    let tenant = damaged().await;
    let plan = tenant.plan(true).await;
    let mut journal = tenant.journal("j", &plan);
    let (applied, told) =
        tenant.apply(&tenant.client, &plan, Some(&mut journal), |t| t.stop.store(true, Ordering::SeqCst)).await;
    assert_eq!((applied.unwrap().stopped, told.len()), (Some(Stopped::Interrupted), 0));
}
