//! Removes from a target what a provider made there.
//!
//! In: what was made. Out: what became of each. Never: a DELETE of what a read does not show under a name that it had from the
//! provider.

use super::view::{Made, name_of};
use client::observe::{Observation, id_text};
use client::wire::{Client, Method, Request, encode_query_value};

/// What became of one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Removed {
    /// It is gone.
    Gone,
    /// It was gone before.
    Absent,
    /// It was left alone, or could not be removed, for this reason.
    Left(String),
}

async fn send(client: &Client, method: Method, path: &str) -> Observation {
    let request = Request::new(method, path).header("accept", "application/scim+json");
    Observation::read(client.send(request).await, 0)
}

fn said(seen: &Observation) -> String {
    seen.failure().map_or_else(|| seen.status_text(), ToString::to_string)
}

/// Reads one object, and deletes it where it is still the one that was made.
pub async fn remove(client: &Client, made: &Made) -> Removed {
    let path = format!("{}/{}", made.endpoint, encode_query_value(&made.id));
    let seen = send(client, Method::Get, &path).await;
    match seen.status() {
        Some(404) => return Removed::Absent,
        Some(200..=299) => {}
        _ => {
            return Removed::Left(match seen.failure() {
                Some(failure) => format!("it could not be read: {failure}"),
                None => format!("a read of it was answered {}", seen.status_text()),
            });
        }
    }
    let name = seen.json().and_then(name_of).unwrap_or_default();
    let same = made.names.iter().any(|known| known.eq_ignore_ascii_case(name));
    if !same || seen.json().and_then(id_text).as_deref() != Some(&made.id) {
        return Removed::Left(format!("it is called {name:?} now, a name that it did not have from this IdP"));
    }
    let deleted = send(client, Method::Delete, &path).await;
    match deleted.status() {
        Some(200..=299) | Some(404) => {}
        _ => return Removed::Left(format!("DELETE was answered {}", said(&deleted))),
    }
    let after = send(client, Method::Get, &path).await;
    match after.status() {
        Some(404) => Removed::Gone,
        _ => Removed::Left(format!(
            "DELETE was answered {}, and a read shows it still ({})",
            said(&deleted),
            said(&after)
        )),
    }
}
