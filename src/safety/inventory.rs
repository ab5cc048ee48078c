//! What is in a tenant, before a run and after: the proof that it is left as it was found.

use super::ledger::Prior;
use super::names::{name_attribute, run_of};
use super::pages::{Short, get, pages};
use client::observe::{Resource, id_text};
use client::wire::{Client, encode_query_value};
use std::collections::BTreeMap;
use std::time::Duration;

/// Ids are compared up to this many of a type; of more, the count alone.
const COMPARED: u64 = 500;
/// How often a tenant is read whose pages do not fit together.
const ATTEMPTS: usize = 3;
/// Ids named of each difference.
const NAMED: usize = 5;

/// What is there of one type.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Count {
    /// The ids that were shown, each with the run that made it, where its name tells.
    ids: BTreeMap<String, Option<String>>,
    /// The total that the target tells.
    total: Option<u64>,
    /// Why these ids are not all, where they are not, or not for certain.
    short: Option<Short>,
    /// Whether a look-up has shown that no name there carries the run's id.
    untagged: bool,
}

/// What is in a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inventory {
    users: Count,
    groups: Count,
}

/// Counts users and groups, and takes down their ids where there are few; where there are many, looks whether any carries the id
/// of the run that is about to begin. What takes longer than that is not known.
pub async fn take_inventory(client: &Client, run: Option<&str>, within: Duration) -> Inventory {
    let end = tokio::time::Instant::now() + within;
    let count = async |endpoint| match tokio::time::timeout_at(end, count(client, endpoint, run)).await {
        Ok(count) => count,
        Err(_) => Count::unread(format!("it could not be read within {} s", within.as_secs_f64())),
    };
    Inventory { users: count("/Users").await, groups: count("/Groups").await }
}

/// Pages that do not fit together are read again: another run at work shifts them.
async fn count(client: &Client, endpoint: &str, run: Option<&str>) -> Count {
    let mut seen = read(client, endpoint).await;
    for _ in 1..ATTEMPTS {
        if seen.agrees() || matches!(seen.short, Some(Short::Long | Short::Failed(..))) {
            break;
        }
        seen = read(client, endpoint).await;
    }
    if let (false, Some(run)) = (seen.is_whole(), run) {
        seen.untagged = untagged(client, endpoint, run).await;
    }
    seen
}

/// Whether the target has looked for names with the run's id and found none.
async fn untagged(client: &Client, endpoint: &str, run: &str) -> bool {
    let filter = encode_query_value(&format!("{} co \"{run}\"", name_attribute(endpoint)));
    let answer = get(client, &format!("{endpoint}?filter={filter}&count=1")).await;
    answer.succeeded() && answer.list().is_some_and(|list| list.total() == Some(0) && list.resources().is_empty())
}

async fn read(client: &Client, endpoint: &str) -> Count {
    let mut ids = BTreeMap::new();
    let extent = pages(client, endpoint, COMPARED, |resource| {
        let name = Resource::of(resource).text(name_attribute(endpoint));
        ids.extend(id_text(resource).map(|id| (id, name.and_then(|name| run_of(endpoint, name)))));
    })
    .await;
    Count { ids, total: extent.total, short: extent.short, untagged: false }
}

impl Inventory {
    /// What was there, as the ledger keeps it for what is below a base URL.
    #[must_use]
    pub fn prior(&self, base: &str) -> Vec<Prior> {
        let prior = |endpoint: &str, count: &Count| Prior {
            base: base.to_owned(),
            endpoint: endpoint.to_owned(),
            ids: count.ids.keys().cloned().collect(),
            whole: count.is_whole(),
            // Where there is no such endpoint nothing of the run's name was there either.
            untagged: count.untagged || matches!(count.short, Some(Short::Failed(Some(404), _))),
        };
        vec![prior("/Users", &self.users), prior("/Groups", &self.groups)]
    }

    /// How many users no run made, where all could be read; at least how many there are, where the target tells more than can be
    /// read; and nothing where nobody can say.
    #[must_use]
    pub fn residents(&self) -> Option<u64> {
        let nobodys = self.users.ids.values().filter(|run| run.is_none()).count() as u64;
        match self.users.total {
            _ if self.users.is_whole() => Some(nobodys),
            Some(total) if matches!(self.users.short, Some(Short::Long)) => {
                Some(total.max(self.users.ids.len() as u64))
            }
            _ => None,
        }
    }

    /// Why nobody can say how many users there are, where that is so.
    #[must_use]
    pub fn why_uncounted(&self) -> Option<String> {
        self.users.unknown()
    }

    /// How it compares with a later one: whether nothing differs, and a sentence for each type. What other runs made that
    /// are at work in the same tenant comes and goes meanwhile, and is none of the business of `run`.
    #[must_use]
    pub fn compare(&self, after: &Self, run: &str) -> (bool, Vec<String>) {
        let of = |what, before, after| compare(what, before, after, run);
        let (users, groups) = (of("users", &self.users, &after.users), of("groups", &self.groups, &after.groups));
        (users.0 && groups.0, vec![users.1, groups.1])
    }

    /// Whether both know every id there was, so that what the later one does not show was not made in between.
    #[must_use]
    pub fn knows_every_id_with(&self, after: &Self) -> bool {
        [&self.users, &self.groups, &after.users, &after.groups].iter().all(|count| count.agrees())
    }
}

fn compare(what: &str, before: &Count, after: &Count, run: &str) -> (bool, String) {
    if let Some(why) = before.unknown().or_else(|| after.unknown()) {
        return (false, format!("{what}: not known ({why})"));
    }
    if !(before.agrees() && after.agrees()) {
        let (before, after) = (before.size(), after.size());
        return (before == after, format!("{what}: {before} before, {after} after; too many to compare their ids"));
    }
    let (before, after) = (&before.ids, &after.ids);
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

fn named(ids: &[String]) -> String {
    let more = ids.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", ids.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", "))
}

impl Count {
    /// Nothing is known, and why.
    fn unread(why: String) -> Self {
        Self { ids: BTreeMap::new(), total: None, short: Some(Short::Failed(None, why)), untagged: false }
    }

    /// Whether these are all for certain: the list was read to an empty page, and shows no less than it says.
    fn is_whole(&self) -> bool {
        self.short.is_none() && self.total.is_none_or(|total| total <= self.ids.len() as u64)
    }

    /// Whether the ids are as many as the target says, so that two counts can be compared by them.
    fn agrees(&self) -> bool {
        self.is_whole() || self.total == Some(self.ids.len() as u64)
    }

    fn size(&self) -> u64 {
        if self.agrees() { self.ids.len() as u64 } else { self.total.unwrap_or_default() }
    }

    /// Why nobody can say how many there are.
    fn unknown(&self) -> Option<String> {
        match &self.short {
            _ if self.agrees() || self.total.is_some() => None,
            Some(Short::Failed(_, why)) => Some(why.clone()),
            _ => Some("there is no totalResults, and no end".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(all: &[(&str, Option<&str>)]) -> Count {
        let ids = all.iter().map(|(id, run)| ((*id).to_owned(), run.map(str::to_owned))).collect();
        Count { ids, total: None, short: None, untagged: false }
    }

    fn total(total: u64) -> Count {
        Count { total: Some(total), short: Some(Short::Long), ..ids(&[]) }
    }

    #[test]
    fn where_there_is_no_such_endpoint_nothing_of_the_runs_was_there() {
        let prior = |status: u16| {
            let short = Some(Short::Failed(Some(status), format!("answered {status}")));
            let inventory = Inventory { users: ids(&[]), groups: Count { short, ..ids(&[]) } };
            inventory.prior("https://target").into_iter().map(|p| (p.whole, p.untagged)).collect::<Vec<_>>()
        };
        assert_eq!(prior(404)[1], (false, true));
        assert_eq!(prior(403)[1], (false, false));
    }

    #[test]
    fn a_difference_is_told_with_its_ids_and_what_is_not_known_is_no_proof() {
        let compare = |before: &Count, after: &Count| compare("users", before, after, "rmine");
        let (one, two) = (("1", None), ("2", None));
        assert_eq!(compare(&ids(&[one]), &ids(&[one])), (true, "users: 1 before and after, the same ids".into()));
        let (same, told) = compare(&ids(&[one, two]), &ids(&[two, ("3", None)]));
        assert!(!same && told.contains("gone: 1") && told.contains("new: 3"), "{told}");
        let unknown = Count { short: Some(Short::Failed(Some(403), "answered 403".into())), ..ids(&[]) };
        assert_eq!(compare(&unknown, &ids(&[])), (false, "users: not known (answered 403)".into()));
        assert!(compare(&total(900), &total(900)).0);
        assert!(!compare(&total(900), &total(901)).0);
    }

    #[test]
    fn only_a_list_that_was_read_to_its_end_says_who_was_not_there() {
        let told = Count { total: Some(1), ..ids(&[("1", None)]) };
        let whole = |count: Count| Inventory { users: count, groups: ids(&[]) }.prior("http://h")[0].whole;
        assert!(whole(told.clone()) && whole(Count { total: None, ..told.clone() }));
        assert!(whole(Count { total: Some(0), ..told.clone() }), "it says less than it shows");
        assert!(!whole(Count { total: Some(2), ..told.clone() }), "it shows less than it says");
        assert!(!whole(Count { short: Some(Short::Repeats), ..told.clone() }));
        assert!(!whole(Count { short: Some(Short::Failed(Some(400), String::new())), ..told }));
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
