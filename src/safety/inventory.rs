//! What is in a tenant, before a run and after: the proof that it is left as it was found.

use super::ledger::Prior;
use super::names::{name_attribute, run_of};
use client::observe::{Observation, Resource, id_text};
use client::wire::{Client, Method, Request, encode_query_value};
use std::collections::BTreeMap;

/// Ids are compared up to this many of a type; of more, the count alone.
const COMPARED: u64 = 500;
/// Resources asked for at once.
const PAGE: u64 = 100;
/// How often a tenant is read whose pages do not fit together.
const ATTEMPTS: usize = 3;
/// Ids named of each difference.
const NAMED: usize = 5;

/// What is there of one type.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Count {
    /// It could not be read; why.
    Unknown(String),
    /// So many; and whether a look-up has shown that none of them carries the run's id.
    Total(u64, bool),
    /// Exactly these, each with the run that made it, where its name tells.
    Ids(BTreeMap<String, Option<String>>),
}

/// What is in a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inventory {
    users: Count,
    groups: Count,
}

/// Counts users and groups, and takes down their ids where there are few; where there are many, looks whether any carries the id
/// of the run that is about to begin.
pub async fn take_inventory(client: &Client, run: Option<&str>) -> Inventory {
    Inventory { users: count(client, "/Users", run).await, groups: count(client, "/Groups", run).await }
}

/// Pages that do not fit together are read again: another run at work shifts them.
async fn count(client: &Client, endpoint: &str, run: Option<&str>) -> Count {
    let mut seen = read(client, endpoint).await;
    for _ in 1..ATTEMPTS {
        match seen {
            Count::Total(total, _) if total <= COMPARED => seen = read(client, endpoint).await,
            _ => break,
        }
    }
    match (seen, run) {
        (Count::Total(total, _), Some(run)) => Count::Total(total, untagged(client, endpoint, run).await),
        (seen, _) => seen,
    }
}

/// Whether the target has looked for names with the run's id and found none.
async fn untagged(client: &Client, endpoint: &str, run: &str) -> bool {
    let filter = encode_query_value(&format!("{} co \"{run}\"", name_attribute(endpoint)));
    let answer = get(client, &format!("{endpoint}?filter={filter}&count=1")).await;
    answer.succeeded() && answer.list().is_some_and(|list| list.total() == Some(0) && list.resources().is_empty())
}

async fn get(client: &Client, target: &str) -> Observation {
    let request = Request::new(Method::Get, target).header("accept", "application/scim+json");
    Observation::read(client.send(request).await, 0)
}

async fn read(client: &Client, endpoint: &str) -> Count {
    let mut ids = BTreeMap::new();
    let attribute = name_attribute(endpoint);
    let mut next = 1;
    loop {
        let answer = get(client, &format!("{endpoint}?startIndex={next}&count={PAGE}")).await;
        if let Some(failure) = answer.failure() {
            return Count::Unknown(failure.to_string());
        }
        let Some(list) = answer.list().filter(|_| answer.succeeded()) else {
            return Count::Unknown(format!("answered {} without totalResults", answer.status_text()));
        };
        if let Some(total) = list.total().filter(|total| *total > COMPARED) {
            return Count::Total(total, false);
        }
        let (page, before) = (list.resources(), ids.len() as u64);
        ids.extend(page.iter().filter_map(|resource| {
            let name = Resource::of(resource).text(attribute);
            Some((id_text(resource)?, name.and_then(|name| run_of(endpoint, name))))
        }));
        next += page.len() as u64;
        let read = ids.len() as u64;
        // A server that repeats its pages would be read for ever.
        let over = read == before;
        match list.total() {
            Some(total) if read == total => return Count::Ids(ids),
            Some(total) if over || read > total => return Count::Total(total, false),
            // A page that holds nothing is the end, and one that repeats itself is not.
            None if over && page.is_empty() => return Count::Ids(ids),
            None if over || read > COMPARED => {
                return Count::Unknown("there is no totalResults, and no end".to_owned());
            }
            _ => {}
        }
    }
}

impl Inventory {
    /// What was there, as the ledger keeps it for what is below a base URL.
    #[must_use]
    pub fn prior(&self, base: &str) -> Vec<Prior> {
        let prior = |endpoint: &str, count: &Count| {
            let (ids, untagged) = match count {
                Count::Ids(ids) => (Some(ids.keys().cloned().collect()), false),
                Count::Total(_, untagged) => (None, *untagged),
                Count::Unknown(_) => return None,
            };
            Some(Prior { base: base.to_owned(), endpoint: endpoint.to_owned(), ids, untagged })
        };
        [prior("/Users", &self.users), prior("/Groups", &self.groups)].into_iter().flatten().collect()
    }

    /// How many users no run made, where all could be read.
    #[must_use]
    pub fn residents(&self) -> Option<u64> {
        match &self.users {
            Count::Ids(ids) => Some(ids.values().filter(|run| run.is_none()).count() as u64),
            _ => None,
        }
    }

    /// How it compares with a later one: whether nothing differs, and a sentence for each type. What other runs made that
    /// are at work in the same tenant comes and goes meanwhile, and is none of the business of `run`.
    #[must_use]
    pub fn compare(&self, after: &Self, run: &str) -> (bool, Vec<String>) {
        let of = |what, before, after| compare(what, before, after, run);
        let (users, groups) = (of("users", &self.users, &after.users), of("groups", &self.groups, &after.groups));
        (users.0 && groups.0, vec![users.1, groups.1])
    }
}

fn compare(what: &str, before: &Count, after: &Count, run: &str) -> (bool, String) {
    match (before, after) {
        (Count::Ids(before), Count::Ids(after)) => {
            let other = |made_by: &Option<String>| made_by.as_ref().is_some_and(|by| by != run);
            let apart = |one: &BTreeMap<String, Option<String>>, two: &BTreeMap<String, Option<String>>| {
                let all: Vec<_> = one.iter().filter(|(id, _)| !two.contains_key(*id)).collect();
                let (others, own): (Vec<_>, Vec<_>) = all.into_iter().partition(|(_, by)| other(by));
                (others.len(), own.into_iter().map(|(id, _)| id.clone()).collect::<Vec<_>>())
            };
            let ((went, gone), (came, new)) = (apart(before, after), apart(after, before));
            let others = (went + came > 0).then(|| format!("of other runs {came} came and {went} went"));
            if gone.is_empty() && new.is_empty() {
                let same = format!("{what}: {} before and after, the same ids", before.len() - went);
                return (true, [Some(same), others].into_iter().flatten().collect::<Vec<_>>().join("; "));
            }
            let mut told = vec![format!("{what}: {} before, {} after", before.len(), after.len())];
            told.extend((!gone.is_empty()).then(|| format!("gone: {}", named(&gone))));
            told.extend((!new.is_empty()).then(|| format!("new: {}", named(&new))));
            told.extend(others);
            (false, told.join("; "))
        }
        (Count::Unknown(why), _) | (_, Count::Unknown(why)) => (false, format!("{what}: not known ({why})")),
        (before, after) => {
            let (before, after) = (before.total(), after.total());
            (before == after, format!("{what}: {before} before, {after} after; too many to compare their ids"))
        }
    }
}

fn named(ids: &[String]) -> String {
    let more = ids.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", ids.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", "))
}

impl Count {
    fn total(&self) -> u64 {
        match self {
            Self::Unknown(_) => 0,
            Self::Total(total, _) => *total,
            Self::Ids(ids) => ids.len() as u64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(all: &[(&str, Option<&str>)]) -> Count {
        Count::Ids(all.iter().map(|(id, run)| ((*id).to_owned(), run.map(str::to_owned))).collect())
    }

    #[test]
    fn a_difference_is_told_with_its_ids_and_what_is_not_known_is_no_proof() {
        let compare = |before: &Count, after: &Count| compare("users", before, after, "rmine");
        let (one, two) = (("1", None), ("2", None));
        assert_eq!(compare(&ids(&[one]), &ids(&[one])), (true, "users: 1 before and after, the same ids".into()));
        let (same, told) = compare(&ids(&[one, two]), &ids(&[two, ("3", None)]));
        assert!(!same && told.contains("gone: 1") && told.contains("new: 3"), "{told}");
        assert!(!compare(&Count::Unknown("403".into()), &ids(&[])).0);
        assert!(compare(&Count::Total(900, true), &Count::Total(900, true)).0);
        assert!(!compare(&Count::Total(900, true), &Count::Total(901, false)).0);
    }

    #[test]
    fn what_other_runs_make_and_remove_meanwhile_is_their_business_and_what_is_left_of_this_one_is_not() {
        let compare = |before: &Count, after: &Count| compare("users", before, after, "rmine");
        let (one, theirs, their_next) = (("1", None), ("2", Some("rothr")), ("3", Some("rothr")));
        let (same, told) = compare(&ids(&[one, theirs]), &ids(&[one, their_next]));
        assert_eq!(
            (same, told.as_str()),
            (true, "users: 1 before and after, the same ids; of other runs 1 came and 1 went")
        );
        let (same, told) = compare(&ids(&[one, theirs]), &ids(&[one, ("4", Some("rmine"))]));
        assert!(!same && told.contains("new: 4") && told.contains("0 came and 1 went"), "{told}");
        let (same, told) = compare(&ids(&[one, theirs]), &ids(&[theirs]));
        assert!(!same && told.contains("gone: 1"), "{told}");
    }
}
