//! Damage reported from the field: diagnosed, planned, applied, gone.

use super::support::{PEOPLE, Tenant};
use cleanup::apply::{Terms, apply};
use cleanup::forecast::{Matching, next_cycle};
use cleanup::plan::Action;
use cleanup::propose::{Options, propose};
use client::wire::{Actor, BaseUrl, Client, Journal, Method, Transport, TransportLimits};
use directory::Export;
use provider::{Behaviour, DeleteUser};
use serde_json::{Value, json};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

/// Plans and applies; nothing is left, and the next cycle meets no conflict.
async fn cleaned(tenant: &Tenant, kind: &str) -> Vec<Action> {
    assert!(tenant.kinds().await.contains(&kind), "{kind} is not seen: {:?}", tenant.kinds().await);
    let plan = tenant.plan(true).await;
    let (dry, dry_told) = tenant.apply(&tenant.client, &plan, None, |_| ()).await;
    let mut journal = tenant.journal("plan.journal", &plan);
    let (applied, told) = tenant.apply(&tenant.client, &plan, Some(&mut journal), |_| ()).await;
    let (dry, applied) = (dry.unwrap(), applied.unwrap());
    assert_eq!((&dry.counts, &dry_told), (&applied.counts, &told), "what a dry run shows is what happens");
    let (after, found) = applied.after.unwrap();
    assert_eq!(found, [], "{told:#?}");
    for matching in [Matching::Name, Matching::ExternalId] {
        assert_eq!(next_cycle(&after, &tenant.directory, matching).conflicts, Vec::<String>::new());
    }
    plan.items.iter().map(|item| item.action).collect()
}

/// F001: the old tenant's externalId survives the switch.
#[tokio::test]
async fn links_of_an_idp_that_is_gone_are_written_anew() {
    let tenant = Tenant::sound(Behaviour::default()).await;
    for name in ["ada", "ben"] {
        tenant.link(name, &format!("00u-old-{name}")).await;
    }
    assert_eq!(cleaned(&tenant, "stale-link").await, [Action::SetLink, Action::SetLink]);
}

/// F028: two users share one externalId.
#[tokio::test]
async fn a_shared_link_goes_to_its_owner() {
    let tenant = Tenant::sound(Behaviour::default()).await;
    tenant.link("ben", "e-ada").await;
    assert_eq!(cleaned(&tenant, "wrong-person").await, [Action::SetLink]);
}

/// F028 where the service keeps an externalId to one user: an exchange needs both freed first.
#[tokio::test]
async fn exchanged_links_are_put_right_where_an_external_id_is_unique() {
    let tenant = Tenant::sound(Behaviour { external_id_unique: true, ..Behaviour::default() }).await;
    for (name, external) in [("ada", "between"), ("ben", "e-ada"), ("ada", "e-ben")] {
        tenant.link(name, external).await;
    }
    let actions = cleaned(&tenant, "wrong-person").await;
    assert_eq!(actions, [Action::ClearLink, Action::ClearLink, Action::SetLink, Action::SetLink]);
}

/// F109: a deleted user stays in members.
#[tokio::test]
async fn members_that_are_gone_are_taken_out() {
    let tenant = Tenant::sound(Behaviour::default()).await;
    tenant.dangling("Crew", "3f0c-gone").await;
    assert_eq!(cleaned(&tenant, "dangling-member").await, [Action::RemoveMember]);
}

/// F110: a member list was cut, and the rest is gone.
#[tokio::test]
async fn members_that_were_cut_off_come_back() {
    let tenant = Tenant::sound(Behaviour::default()).await;
    let (crew, ada) = (tenant.id("Crew").await, tenant.id("ada").await);
    tenant.patch("/Groups", &crew, json!({"op": "replace", "path": "members", "value": [{"value": ada}]})).await;
    assert_eq!(cleaned(&tenant, "other-members").await, [Action::AddMember]);
}

/// F083: the members of all groups ended up in one.
#[tokio::test]
async fn groups_that_collapsed_into_one_are_parted() {
    let tenant = Tenant::sound(Behaviour::default()).await;
    let crew = tenant.id("Crew").await;
    for (name, _) in PEOPLE {
        let id = tenant.id(name).await;
        tenant.patch("/Groups", &crew, json!({"op": "add", "path": "members", "value": [{"value": id}]})).await;
    }
    let ops = tenant.id("Ops").await;
    tenant.patch("/Groups", &ops, json!({"op": "remove", "path": "members"})).await;
    let actions = cleaned(&tenant, "other-members").await;
    assert_eq!(actions.iter().filter(|a| **a == Action::RemoveMember).count(), 3, "cem, dan, fay: {actions:?}");
    assert_eq!(actions.iter().filter(|a| **a == Action::AddMember).count(), 2, "cem, dan: {actions:?}");
}

/// F010, F016: everybody twice, the second account under another case of the name.
#[tokio::test]
async fn a_second_account_gives_way_to_the_first_and_its_memberships_move() {
    let tenant = Tenant::sound(Behaviour::default()).await;
    let first = tenant.id("cem").await;
    let second = tenant.user("cem-2", "", "cem", true).await;
    let ops = tenant.id("Ops").await;
    tenant.patch("/Groups", &ops, json!({"op": "add", "path": "members", "value": [{"value": second}]})).await;
    tenant.patch("/Groups", &ops, json!({"op": "remove", "path": format!("members[value eq \"{first}\"]")})).await;
    tenant.rename(&second, "CEM");
    let actions = cleaned(&tenant, "two-accounts").await;
    assert_eq!(actions, [Action::AddMember, Action::RemoveMember, Action::Deactivate, Action::DeleteUser]);
    assert_eq!(tenant.id("cem").await, first);
}

/// Where DELETE only deactivates, the account stays and says so; where there is no PATCH, the whole object is put.
#[tokio::test]
async fn a_target_that_can_do_less_is_cleaned_as_far_as_it_goes() {
    let behaviour = Behaviour { delete_user: DeleteUser::Deactivate, ..Behaviour::default() };
    let tenant = Tenant::sound(behaviour).await;
    let second = tenant.user("cem-2", "e-cem", "cem", true).await;
    let plan = tenant.plan(true).await;
    let mut journal = tenant.journal("j", &plan);
    let (applied, told) = tenant.apply(&tenant.client, &plan, Some(&mut journal), |_| ()).await;
    assert_eq!(applied.unwrap().counts.get("failed"), None, "{told:#?}");
    let kept = tenant.send(Method::Get, &format!("/Users/{second}"), &Value::Null).await;
    assert_eq!((&kept["active"], kept.get("externalId")), (&json!(false), None));
    assert!(told.iter().any(|one| one.why.contains("keeps the account")), "{told:#?}");
}

/// A target of one user that has PUT and no PATCH.
async fn without_patch(user: Value) -> MockServer {
    let server = MockServer::start().await;
    let kept = Arc::new(Mutex::new(user));
    let answer = move |got: &Request| {
        let mut user = kept.lock().unwrap();
        let json = |body: &Value| ResponseTemplate::new(200).set_body_json(body);
        match (got.method.as_str(), got.url.path()) {
            ("GET", "/Users") => json(&json!({"totalResults": 1, "Resources": [*user]})),
            ("GET", "/Groups") => json(&json!({"totalResults": 0, "Resources": []})),
            ("GET", "/Users/u1") => json(&user),
            ("PUT", "/Users/u1") => {
                let meta = user["meta"].clone();
                *user = got.body_json().unwrap();
                (user["id"], user["meta"]) = ("u1".into(), meta);
                json(&user)
            }
            ("PATCH", _) => ResponseTemplate::new(405),
            _ => ResponseTemplate::new(404),
        }
    };
    Mock::given(any()).respond_with(answer).mount(&server).await;
    server
}

#[tokio::test]
async fn without_patch_the_whole_object_is_put_and_nothing_of_it_is_lost() {
    let ada = json!({"schemas": ["urn:x"], "id": "u1", "userName": "ada", "externalId": "old", "active": true,
                     "title": "Dr", "urn:own": {"shoe": 38}, "meta": {"created": "2026-01-01T00:00:00Z"}});
    let server = without_patch(ada.clone()).await;
    let base = BaseUrl::parse(&server.uri()).unwrap();
    let client =
        Client::new(Transport::new(TransportLimits::default()).unwrap(), base, None, Actor::Client, Journal::default());
    let person = |name: &str| format!("{{\"externalId\": \"e-{name}\", \"userName\": \"{name}\"}}");
    let directory = Export::from_json(&format!("{{\"people\": [{}]}}", person("ada"))).unwrap();
    let state = state::read_all(&client).await.unwrap();
    let found = state::assess(&state, Some(&directory));
    let plan = propose(&state, &found, Some(&directory), &Options::default(), (client.base().as_str(), "now")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut journal = cleanup::journal::Journal::of_plan(&folder.path().join("j"), &plan, "now").unwrap();
    let (stop, clock) = (AtomicBool::new(false), || "now".to_owned());
    let terms = Terms {
        directory: Some(&directory),
        local_accounts: &[],
        canary: 0,
        batch: 0,
        despite_changes: false,
        stop: &stop,
        clock: &clock,
    };
    let applied = apply(&client, &plan, Some(&mut journal), &terms, &mut |_| ()).await.unwrap();
    assert_eq!(applied.after.unwrap().1, []);
    let mut wanted = ada;
    wanted["externalId"] = "e-ada".into();
    assert_eq!(state::read_all(&client).await.unwrap().users, [wanted]);
}
