//! Who is in a tenant, before a run and after: the proof that it is left as it was found.

use crate::observe::Observation;
use crate::target::id_text;
use crate::wire::{Client, Method, Request};
use std::collections::BTreeSet;

/// Ids are compared up to this many of a type; of more, the count alone.
const COMPARED: u64 = 500;
/// Resources asked for at once.
const PAGE: u64 = 100;
/// Ids named of each difference.
const NAMED: usize = 5;

/// What is there of one type.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Count {
    /// It could not be read; why.
    Unknown(String),
    /// So many.
    Total(u64),
    /// Exactly these.
    Ids(BTreeSet<String>),
}

/// What is in a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Census {
    users: Count,
    groups: Count,
}

/// Counts users and groups, and takes down their ids where there are few.
pub async fn census(client: &Client) -> Census {
    Census { users: count(client, "/Users").await, groups: count(client, "/Groups").await }
}

async fn count(client: &Client, endpoint: &str) -> Count {
    let mut ids = BTreeSet::new();
    let mut next = 1;
    loop {
        let page = Request::new(Method::Get, format!("{endpoint}?startIndex={next}&count={PAGE}"));
        let exchange = client.send(page.header("accept", "application/scim+json")).await;
        if let Err(failure) = &exchange.result {
            return Count::Unknown(failure.to_string());
        }
        let answer = Observation::read(exchange, 0);
        let total = answer.json().and_then(|b| b.get("totalResults")).and_then(serde_json::Value::as_u64);
        let Some(total) = total.filter(|_| answer.succeeded()) else {
            return Count::Unknown(format!("answered {} without totalResults", answer.status().unwrap_or_default()));
        };
        if total > COMPARED {
            return Count::Total(total);
        }
        let page = answer.resources();
        let before = ids.len();
        ids.extend(page.iter().filter_map(id_text));
        next += page.len() as u64;
        // A server that repeats its pages would be read for ever.
        if ids.len() as u64 >= total || ids.len() == before {
            return if ids.len() as u64 == total { Count::Ids(ids) } else { Count::Total(total) };
        }
    }
}

impl Census {
    /// How it compares with a later one: whether nothing differs, and a sentence for each type.
    #[must_use]
    pub fn compare(&self, after: &Self) -> (bool, Vec<String>) {
        let (users, groups) =
            (compare("users", &self.users, &after.users), compare("groups", &self.groups, &after.groups));
        (users.0 && groups.0, vec![users.1, groups.1])
    }
}

fn compare(what: &str, before: &Count, after: &Count) -> (bool, String) {
    match (before, after) {
        (Count::Ids(before), Count::Ids(after)) if before == after => {
            (true, format!("{what}: {} before and after, the same ids", before.len()))
        }
        (Count::Ids(before), Count::Ids(after)) => {
            let named = |ids: Vec<&String>| {
                let shown: Vec<&str> = ids.iter().take(NAMED).map(|id| id.as_str()).collect();
                let more = ids.len().saturating_sub(NAMED);
                format!("{}{}", shown.join(", "), if more > 0 { format!(" and {more} more") } else { String::new() })
            };
            let (gone, new): (Vec<_>, Vec<_>) =
                (before.difference(after).collect(), after.difference(before).collect());
            let mut told = vec![format!("{what}: {} before, {} after", before.len(), after.len())];
            told.extend((!gone.is_empty()).then(|| format!("gone: {}", named(gone))));
            told.extend((!new.is_empty()).then(|| format!("new: {}", named(new))));
            (false, told.join("; "))
        }
        (Count::Unknown(why), _) | (_, Count::Unknown(why)) => (false, format!("{what}: not known ({why})")),
        (before, after) => {
            let (before, after) = (before.total(), after.total());
            (before == after, format!("{what}: {before} before, {after} after; too many to compare their ids"))
        }
    }
}

impl Count {
    fn total(&self) -> u64 {
        match self {
            Self::Unknown(_) => 0,
            Self::Total(total) => *total,
            Self::Ids(ids) => ids.len() as u64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(all: &[&str]) -> Count {
        Count::Ids(all.iter().map(|i| (*i).to_owned()).collect())
    }

    #[test]
    fn a_difference_is_told_with_its_ids_and_what_is_not_known_is_no_proof() {
        assert_eq!(
            compare("users", &ids(&["1"]), &ids(&["1"])),
            (true, "users: 1 before and after, the same ids".into())
        );
        let (same, told) = compare("users", &ids(&["1", "2"]), &ids(&["2", "3"]));
        assert!(!same && told.contains("gone: 1") && told.contains("new: 3"), "{told}");
        assert!(!compare("users", &Count::Unknown("403".into()), &ids(&[])).0);
        assert!(compare("users", &Count::Total(900), &Count::Total(900)).0);
        assert!(!compare("users", &Count::Total(900), &Count::Total(901)).0);
    }
}
