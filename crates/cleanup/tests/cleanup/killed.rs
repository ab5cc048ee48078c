//! A cleanup that dies at any request goes on where it was, and everything can be taken back.

use super::support::{Tenant, shape};
use cleanup::apply::ApplyError;
use cleanup::journal::{Journal, Outcome};
use cleanup::plan::Plan;
use cleanup::rollback::{RolledBack, rollback};
use client::wire::{Client, ConnectionLoss, Lost};
use provider::Behaviour;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// A stale link, exchanged links, a second account with a membership, a member who is gone, a ghost.
async fn damaged() -> Tenant {
    let tenant = Tenant::sound(Behaviour::default()).await;
    tenant.link("ada", "e-ben").await;
    tenant.link("ben", "e-ada").await;
    tenant.link("dan", "stale").await;
    let second = tenant.user("cem@corp.example", "e-cem", "cem", true).await;
    let ghost = tenant.group("Legacy", &["fay".to_owned(), "cem@corp.example".to_owned()]).await;
    let ops = tenant.id("Ops").await;
    tenant.patch("/Groups", &ops, json!({"op": "add", "path": "members", "value": [{"value": second}]})).await;
    tenant.patch("/Groups", &ops, json!({"op": "add", "path": "members", "value": [{"value": ghost}]})).await;
    tenant.dangling("Crew", "3f0c-gone").await;
    tenant
}

async fn take_back(tenant: &Tenant, client: &Client, execute: bool) -> Result<RolledBack, ApplyError> {
    let mut journal = Journal::existing(&tenant.journal_path("j")).unwrap();
    let (stop, clock) = (AtomicBool::new(false), || "2026-01-02T00:00:00Z".to_owned());
    rollback(client, &mut journal, execute, (&stop, &clock), &mut |_| ()).await
}

/// A client that loses the connection at that request.
fn failing(tenant: &Tenant, at: usize, lost: Lost) -> (Client, Arc<ConnectionLoss>) {
    let loss = Arc::new(ConnectionLoss::at(at, lost));
    (tenant.client.with_connection_loss(loss.clone()), loss)
}

async fn applied_whole(tenant: &Tenant, plan: &Plan) {
    let mut journal = tenant.journal("j", plan);
    let (applied, told) = tenant.apply(&tenant.client, plan, Some(&mut journal), |_| ()).await;
    let applied = applied.unwrap();
    assert_eq!(applied.after.as_ref().unwrap().1, [], "{told:#?}");
    assert_eq!(applied.counts.values().sum::<usize>(), plan.items.len());
    assert!(told.iter().all(|one| matches!(one.outcome, Outcome::Done | Outcome::Already)), "{told:#?}");
}

/// One run dies at each of these requests in turn, and once more on the way.
async fn dies_and_goes_on(lost: Lost) {
    let mut at = 3;
    let mut deaths = 0;
    loop {
        let tenant = damaged().await;
        let plan = tenant.plan(true).await;
        let (client, loss) = failing(&tenant, at, lost);
        let mut journal = tenant.journal("j", &plan);
        let (first, _) = tenant.apply(&client, &plan, Some(&mut journal), |_| ()).await;
        drop(journal);
        if !loss.has_happened() {
            break;
        }
        deaths += 1;
        let error = first.unwrap_err();
        assert!(matches!(error, ApplyError::Unanswered(_) | ApplyError::Read(_)), "{error}");
        let (client, _) = failing(&tenant, 9, lost);
        let mut journal = tenant.journal("j", &plan);
        let _dies_again = tenant.apply(&client, &plan, Some(&mut journal), |_| ()).await;
        drop(journal);
        applied_whole(&tenant, &plan).await;
        tenant.running.stop().await;
        at += 5;
    }
    assert!(deaths >= 9, "only {deaths}");
}

#[tokio::test]
async fn a_run_that_dies_before_a_request_goes_on() {
    dies_and_goes_on(Lost::Request).await;
}

#[tokio::test]
async fn a_run_that_dies_after_a_request_goes_on() {
    dies_and_goes_on(Lost::Answer).await;
}

/// The same with old ids in the place of new ones.
fn with_old_ids(all: &[Value], back: &RolledBack) -> Vec<Value> {
    let mut text = Value::from(all.to_vec()).to_string();
    for (old, new) in &back.new_ids {
        text = text.replace(new, old);
    }
    let mut all: Vec<Value> = serde_json::from_str(&text).unwrap();
    for group in &mut all {
        if let Some(members) = group.get_mut("members").and_then(Value::as_array_mut) {
            members.sort_by_key(|m| m.as_str().unwrap().to_owned());
        }
    }
    all.sort_by_key(|r| r["id"].as_str().unwrap().to_owned());
    all
}

/// But for the member whose id was nobody's: no service takes that back.
fn without_dangling(mut all: Vec<Value>) -> Vec<Value> {
    for group in &mut all {
        if let Some(members) = group.get_mut("members").and_then(Value::as_array_mut) {
            members.retain(|m| m != "3f0c-gone");
        }
    }
    all
}

#[tokio::test]
async fn everything_is_taken_back_and_what_was_deleted_has_a_new_id() {
    let tenant = damaged().await;
    let before = without_dangling(shape(&tenant.read().await));
    let plan = tenant.plan(true).await;
    applied_whole(&tenant, &plan).await;
    let cleaned = shape(&tenant.read().await);
    take_back(&tenant, &tenant.client, false).await.unwrap();
    assert_eq!(shape(&tenant.read().await), cleaned, "without --execute nothing is changed");
    let back = take_back(&tenant, &tenant.client, true).await.unwrap();
    assert_eq!(back.new_ids.len(), 2, "the second account and the ghost");
    assert_eq!(with_old_ids(&shape(&tenant.read().await), &back), before);
    assert_eq!(back.counts.get("failed"), Some(&1), "the member who is nobody: {:?}", back.counts);
}

#[tokio::test]
async fn a_rollback_that_dies_goes_on_and_creates_nothing_twice() {
    for (at, lost) in [(4, Lost::Answer), (7, Lost::Answer), (9, Lost::Request), (14, Lost::Answer), (22, Lost::Answer)]
    {
        let tenant = damaged().await;
        let before = without_dangling(shape(&tenant.read().await));
        let plan = tenant.plan(true).await;
        applied_whole(&tenant, &plan).await;
        let (client, loss) = failing(&tenant, at, lost);
        assert!(take_back(&tenant, &client, true).await.is_err() && loss.has_happened());
        let back = take_back(&tenant, &tenant.client, true).await.unwrap();
        assert_eq!(with_old_ids(&shape(&tenant.read().await), &back), before, "died at {at}");
        tenant.running.stop().await;
    }
}

#[tokio::test]
async fn what_somebody_changed_since_is_not_taken_back() {
    let tenant = damaged().await;
    let plan = tenant.plan(true).await;
    applied_whole(&tenant, &plan).await;
    tenant.link("dan", "by-hand").await;
    let back = take_back(&tenant, &tenant.client, true).await.unwrap();
    assert_eq!(back.counts.get("skipped"), Some(&1), "{:?}", back.counts);
    let dan = tenant.id("dan").await;
    let now = tenant.send(client::wire::Method::Get, &format!("/Users/{dan}"), &Value::Null).await;
    assert_eq!(now["externalId"], "by-hand");
}
