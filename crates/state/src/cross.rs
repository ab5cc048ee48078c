//! Whether a full read shows what is there: the same collection in pages of another size, some objects by themselves, and some lookups.
//!
//! In: a client and a state that was just read. Out: what speaks against the state, as remarks; lookups that are wrong. Never: a
//! request other than GET; more than a small number of requests for each kind of object, however many there are.

use crate::invariants::{key, members, show, text};
use crate::read::walk::PagedRead;
use crate::read::{ReadError, TenantState, WrongLookup, get, read_at_most};
use client::observe::id_text;
use client::wire::{Client, encode_query_value};
use serde_json::Value;
use std::collections::BTreeSet;

/// Pages of the second read. Odd, so that its borders are not those of the first.
const OTHER_PAGE: usize = 37;
/// A collection of more is not read a second time.
const READ_TWICE: usize = 2_000;
/// Users, and groups, read by themselves.
const SINGLY: usize = 8;
/// Users who are looked up.
const LOOKED_UP: usize = 8;

/// Reads as [`crate::read_at_most`] does, and holds what came against what the target answers otherwise: pages of another size,
/// objects by themselves, lookups. `nobody` is a user name that nobody has.
///
/// # Errors
/// As [`crate::read_all`].
pub async fn read_checked(client: &Client, most: usize, nobody: &str) -> Result<TenantState, ReadError> {
    let mut state = read_at_most(client, most).await?;
    cross_check(client, nobody, &mut state).await?;
    Ok(state)
}

async fn cross_check(client: &Client, nobody: &str, state: &mut TenantState) -> Result<(), ReadError> {
    // What is not complete by itself needs no second witness.
    for endpoint in ["/Users", "/Groups"] {
        if state.complete {
            again(client, endpoint, state).await?;
            singly(client, endpoint, state).await?;
        }
    }
    lookups(client, nobody, state).await
}

fn all<'s>(state: &'s TenantState, endpoint: &str) -> &'s [Value] {
    if endpoint == "/Users" { &state.users } else { &state.groups }
}

fn doubt(state: &mut TenantState, text: String) {
    state.complete = false;
    state.remarks.push(text);
}

/// Pages of another size show the same ids.
async fn again(client: &Client, endpoint: &str, state: &mut TenantState) -> Result<(), ReadError> {
    let first: BTreeSet<String> = all(state, endpoint).iter().filter_map(id_text).collect();
    if first.len() < 2 || first.len() > READ_TWICE || state.unsettled || state.repeats.is_some() {
        return Ok(());
    }
    let mut walk = PagedRead::with_size(endpoint, OTHER_PAGE);
    let mut second = BTreeSet::new();
    while let Some(items) = walk.next(client).await? {
        second.extend(items.iter().filter_map(id_text));
    }
    if first != second {
        let (gone, new) = (first.difference(&second).count(), second.difference(&first).count());
        let text = format!(
            "{endpoint}: pages of {OTHER_PAGE} show other ids than the first read: {gone} are missing, {new} are new; paging loses \
             objects, or somebody else writes"
        );
        doubt(state, text);
    }
    Ok(())
}

/// Evenly spread over all, the first and the last among them.
fn sample(all: &[Value], most: usize) -> Vec<&Value> {
    let step = all.len().saturating_sub(1).div_ceil(most.saturating_sub(1).max(1)).max(1);
    let mut some: Vec<&Value> = all.iter().step_by(step).collect();
    if let Some(last) = all.last().filter(|last| some.last().is_none_or(|got| !std::ptr::eq(*got, *last))) {
        some.push(last);
    }
    some
}

/// Some objects by themselves: they are there, and groups have the members that the list shows.
async fn singly(client: &Client, endpoint: &str, state: &mut TenantState) -> Result<(), ReadError> {
    let mut doubts = Vec::new();
    for one in sample(all(state, endpoint), SINGLY) {
        let Some(own) = id_text(one) else { continue };
        let shown = show(&own);
        match get(client, &format!("{endpoint}/{}", encode_query_value(&own))).await {
            Ok(single) => {
                let single = single.json().unwrap_or(&Value::Null);
                if id_text(single).as_deref() != Some(&own) {
                    doubts.push(format!("{endpoint}/{shown} answers with another id"));
                } else if endpoint == "/Groups" && listed(one) != listed(single) {
                    let (list, alone) = (listed(one).len(), listed(single).len());
                    doubts.push(format!("group {shown} has {list} members in the list, and {alone} by itself"));
                }
            }
            Err(error) if error.status.is_some() => {
                let status = error.status.unwrap_or_default();
                doubts.push(format!("{endpoint}/{shown} is in the list, and answers {status} by itself"));
            }
            Err(error) => return Err(error),
        }
    }
    doubts.into_iter().for_each(|text| doubt(state, text));
    Ok(())
}

fn listed(group: &Value) -> BTreeSet<String> {
    members(group).map(|(value, _)| value.into_owned()).collect()
}

/// Each user is found by userName and externalId (L1), and a name that nobody has finds nobody (L2).
async fn lookups(client: &Client, nobody: &str, state: &mut TenantState) -> Result<(), ReadError> {
    let mut broken = Vec::new();
    let mut refused: BTreeSet<String> = BTreeSet::new();
    for name in ["userName", "externalId"] {
        for user in sample(&state.users, LOOKED_UP) {
            let (Some(value), Some(own)) = (text(user, name), id_text(user)) else { continue };
            match found_by(client, name, value).await {
                Ok(found) => broken.extend(judged(state, (name, value), &own, &found)),
                Err(error) if error.status.is_some() => {
                    let status = error.status.unwrap_or_default();
                    refused.insert(format!("lookups by {name} could not be checked: the answer is {status}"));
                    break;
                }
                Err(error) => return Err(error),
            }
        }
    }
    if let (true, Ok(found)) = (refused.is_empty(), found_by(client, "userName", nobody).await)
        && !found.is_empty()
    {
        let text = format!("a lookup for a userName that nobody has finds {} users", found.len());
        broken.push(WrongLookup { invariant: "L2", objects: found, text });
    }
    state.remarks.extend(refused);
    state.lookups = broken;
    Ok(())
}

async fn found_by(client: &Client, name: &str, value: &str) -> Result<Vec<String>, ReadError> {
    let filter = format!("{name} eq {}", Value::from(value));
    let page = get(client, &format!("/Users?filter={}", encode_query_value(&filter))).await?;
    Ok(page.resources().iter().filter_map(id_text).collect())
}

/// A lookup finds the user, and no more than have the value in some case.
fn judged(state: &TenantState, (name, value): (&str, &str), own: &str, found: &[String]) -> Option<WrongLookup> {
    let same = |user: &&Value| key(user, name).is_some_and(|v| v.to_lowercase() == value.to_lowercase());
    let there = state.users.iter().filter(same).count();
    let shown = show(value);
    let text = if !found.iter().any(|id| id == own) {
        format!("a lookup by {name} \"{shown}\" does not find the user who has it")
    } else if found.len() > there {
        format!("a lookup by {name} \"{shown}\" finds {} users where {there} have it", found.len())
    } else {
        return None;
    };
    let known = |id: &&String| state.users.iter().any(|u| crate::invariants::id(u) == **id);
    let mut objects = vec![own.to_owned()];
    objects.extend(found.iter().filter(known).filter(|id| *id != own).take(LOOKED_UP).cloned());
    Some(WrongLookup { invariant: "L1", objects, text })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::tests::client;
    use serde_json::json;
    use wiremock::matchers::any;
    use wiremock::{Mock, MockServer, Request as Got, ResponseTemplate};

    /// What is wrong with the server.
    #[derive(Clone, Copy, PartialEq)]
    enum Wrong {
        Nothing,
        /// Pages of any size but 100 leave the first user out.
        Pages,
        /// The list cuts members at one.
        Members,
        /// The last user cannot be read.
        Gone,
        /// A filter finds nobody.
        Blind,
        /// A filter finds everybody.
        Ignored,
        /// A filter is refused.
        Refused,
    }

    async fn seen(wrong: Wrong) -> TenantState {
        let server = MockServer::start().await;
        let user =
            |n: usize| json!({"id": format!("u{n}"), "userName": format!("user{n}"), "externalId": format!("e{n}")});
        let users: Vec<Value> = (0..5).map(user).collect();
        let full = json!({"id": "g1", "displayName": "Crew", "members": [{"value": "u1"}, {"value": "u2"}]});
        let answer = move |got: &Got| {
            let query = |name: &str| got.url.query_pairs().find(|(n, _)| n == name).map(|(_, v)| v.into_owned());
            let list = |all: Vec<Value>| {
                ResponseTemplate::new(200).set_body_json(json!({"totalResults": all.len(), "Resources": all}))
            };
            match (got.url.path(), query("filter")) {
                ("/Users", Some(_)) if wrong == Wrong::Refused => ResponseTemplate::new(501),
                ("/Users", Some(_)) if wrong == Wrong::Blind => list(Vec::new()),
                ("/Users", Some(_)) if wrong == Wrong::Ignored => list(users.clone()),
                ("/Users", Some(filter)) => {
                    let hit =
                        |u: &&Value| ["userName", "externalId"].iter().any(|n| filter == format!("{n} eq {}", u[n]));
                    list(users.iter().filter(hit).cloned().collect())
                }
                ("/Users", None) if wrong == Wrong::Pages && query("count").as_deref() != Some("100") => {
                    list(users[1..].to_vec())
                }
                ("/Users", None) => list(users.clone()),
                ("/Groups", _) => {
                    let mut group = full.clone();
                    if wrong == Wrong::Members {
                        group["members"] = json!([{"value": "u1"}]);
                    }
                    list(vec![group])
                }
                ("/Groups/g1", _) => ResponseTemplate::new(200).set_body_json(&full),
                ("/Users/u4", _) if wrong == Wrong::Gone => ResponseTemplate::new(404),
                (path, _) => match users.iter().find(|u| path == format!("/Users/{}", u["id"].as_str().unwrap())) {
                    Some(user) => ResponseTemplate::new(200).set_body_json(user),
                    None => ResponseTemplate::new(404),
                },
            }
        };
        Mock::given(any()).respond_with(answer).mount(&server).await;
        read_checked(&client(&server), usize::MAX, "nobody-7f3a").await.unwrap()
    }

    #[tokio::test]
    async fn a_read_that_other_answers_confirm_is_complete() {
        let state = seen(Wrong::Nothing).await;
        assert_eq!((state.complete, &state.remarks, &state.lookups), (true, &Vec::new(), &Vec::new()));
    }

    #[tokio::test]
    async fn a_read_that_other_answers_contradict_is_not_complete() {
        for (wrong, said) in [
            (Wrong::Pages, "pages of 37 show other ids than the first read: 1 are missing"),
            (Wrong::Members, "group g1 has 1 members in the list, and 2 by itself"),
            (Wrong::Gone, "/Users/u4 is in the list, and answers 404 by itself"),
        ] {
            let state = seen(wrong).await;
            assert!(!state.complete && state.remarks.iter().any(|r| r.contains(said)), "{:?}", state.remarks);
        }
    }

    #[tokio::test]
    async fn lookups_find_who_is_there_and_nobody_else() {
        let broken = |state: &TenantState| state.lookups.iter().map(|b| b.invariant).collect::<BTreeSet<_>>();
        let blind = seen(Wrong::Blind).await;
        assert_eq!(broken(&blind), BTreeSet::from(["L1"]), "{:?}", blind.lookups);
        assert!(blind.lookups[0].text.contains("does not find the user who has it"));
        let ignored = seen(Wrong::Ignored).await;
        assert_eq!(broken(&ignored), BTreeSet::from(["L1", "L2"]));
        let refused = seen(Wrong::Refused).await;
        assert!(refused.complete && refused.lookups.is_empty());
        assert!(refused.remarks.iter().any(|r| r == "lookups by userName could not be checked: the answer is 501"));
        let found = crate::assess(&blind, None);
        assert!(found.iter().all(|d| d.kind.id == "unreliable-lookup") && !found.is_empty(), "{found:?}");
    }
}
