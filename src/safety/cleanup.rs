//! Removes what a run created, the last made first.
//!
//! In: entries of a ledger. Out: what became of each, as a read after the DELETE shows it. Never: a DELETE that
//! [`may_write`](super::ownership::may_write) does not allow, or a word of what was not done.

use super::ledger::{Entry, Ledger};
use super::lookup::{Lookup, Missed, read_one};
use super::names::mark;
use super::ownership::{Evidence, NotOurs, Read, Shown, may_write, shown};
use client::observe::Resource;
use client::wire::{Client, Method, Request, encode_query_value};
use std::time::Duration;

/// A create that was broken off may still be under way in the target: looked up at once, it would be missed.
const UNDER_WAY: Duration = Duration::from_millis(250);

/// What became of the entries of a ledger.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Cleaned {
    /// How many were deleted, and are gone.
    pub removed: usize,
    /// How many were not there any more. What the target had refused to create, and does not show, never was an object.
    pub absent: usize,
    /// What DELETE has made inactive, and that the target still shows: a sentence each.
    pub deactivated: Vec<String>,
    /// What was left alone or could not be removed: a sentence each.
    pub left: Vec<String>,
}

impl Cleaned {
    /// Adds what became of others.
    pub fn absorb(&mut self, other: Self) {
        self.removed += other.removed;
        self.absent += other.absent;
        self.deactivated.extend(other.deactivated);
        self.left.extend(other.left);
    }

    /// Of how many objects it speaks.
    #[must_use]
    pub fn objects(&self) -> usize {
        self.removed + self.absent + self.deactivated.len() + self.left.len()
    }

    /// What is still on the target, a sentence each.
    #[must_use]
    pub fn remaining(self) -> Vec<String> {
        self.left.into_iter().chain(self.deactivated).collect()
    }
}

/// So many objects, in words.
#[must_use]
pub fn count_of(objects: usize) -> String {
    if objects == 1 { "1 object".to_owned() } else { format!("{objects} objects") }
}

/// So many objects that DELETE has made inactive, in words.
#[must_use]
pub fn deactivated_of(objects: usize) -> String {
    format!("deactivated, still listed: {}; DELETE does no more on this target", count_of(objects))
}

/// How it is found out that something is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// By a read of its id.
    Id,
    /// By a read of its id, and by its name in the list as well.
    List,
}

/// What an entry stands for on the target.
#[derive(Default)]
struct Found {
    /// The ids, each with whether it is active.
    ids: Vec<(String, Option<bool>)>,
    /// Whether a list has just shown them: then the target has to know them.
    listed: bool,
}

/// What became of one entry.
enum Ended {
    Removed,
    Absent,
    Deactivated,
}

/// Deletes each entry and strikes it out of the ledger once a read has shown that it is gone.
///
/// An entry without an id stands for a create that got no answer, or was refused: it is looked up by its name, which carries
/// the run's tag. So is one whose id the target does not know, or has given to somebody else.
pub async fn clean(client: &Client, ledger: &Ledger, entries: &[Entry], proof: Proof) -> Cleaned {
    if entries.iter().any(|e| e.id.is_none() && !e.refused) {
        tokio::time::sleep(UNDER_WAY).await;
    }
    let mut cleaned = Cleaned::default();
    let mut removed = Vec::new();
    // What was refused comes last: its name may be that of something made before, which has an entry of its own.
    for refused in [false, true] {
        let mut lookup = Lookup::new(client);
        for entry in entries.iter().filter(|e| e.refused == refused) {
            match remove(client, ledger, &mut lookup, entry).await {
                Ok(Ended::Removed) => removed.push(entry),
                Ok(Ended::Absent) => {
                    cleaned.absent += usize::from(!refused);
                    ledger.gone(entry.number);
                }
                Ok(Ended::Deactivated) => {
                    ledger.deactivated(entry.number);
                    cleaned.deactivated.push(format!("{}: deactivated, still listed", described(entry)));
                }
                Err(why) => cleaned.left.push(format!("{}: {why}", described(entry))),
            }
        }
    }
    // Lists are read afresh: what was looked up before the deletes is of no use any more.
    let mut lookup = Lookup::new(client);
    for entry in removed {
        match if proof == Proof::List { still_listed(&mut lookup, entry).await } else { Ok(None) } {
            Ok(None) => {
                cleaned.removed += 1;
                ledger.gone(entry.number);
            }
            Ok(Some(false)) => {
                ledger.deactivated(entry.number);
                cleaned.deactivated.push(format!("{}: deactivated, still listed", described(entry)));
            }
            Ok(Some(true)) => {
                cleaned.left.push(format!("{}: DELETE succeeded, and it is still listed", described(entry)));
            }
            Err(why) => cleaned
                .left
                .push(format!("{}: DELETE succeeded, and whether it is gone is not known: {why}", described(entry))),
        }
    }
    cleaned
}

/// Whether the list still has it, and if so whether it is active there.
async fn still_listed(lookup: &mut Lookup<'_>, entry: &Entry) -> Result<Option<bool>, String> {
    if entry.key.is_none() {
        return Ok(None);
    }
    let all = match lookup.by_name(entry).await {
        Ok(all) => all,
        // A target that cannot look names up has answered for the id, and that is all it can say.
        Err(Missed::Unhelpful(_)) => return Ok(None),
        Err(missed) => return Err(missed.into()),
    };
    Ok((!all.is_empty()).then(|| all.iter().any(|row| row.active != Some(false))))
}

fn described(entry: &Entry) -> String {
    let what = entry.id.as_deref().map_or_else(String::new, |id| format!("/{id}"));
    match &entry.key {
        Some(key) => format!("{}{what} ({key})", entry.endpoint),
        None => format!("{}{what}", entry.endpoint),
    }
}

async fn remove(client: &Client, ledger: &Ledger, lookup: &mut Lookup<'_>, entry: &Entry) -> Result<Ended, String> {
    let found = match found(client, ledger, lookup, entry).await {
        // It was not to be there anyway.
        Err(Missed::Unhelpful(_)) if entry.refused => return Ok(Ended::Absent),
        found => found?,
    };
    if found.ids.is_empty() {
        return Ok(Ended::Absent);
    }
    let mut ended = Ended::Removed;
    for (id, active) in found.ids {
        if entry.deactivated && active == Some(false) {
            ended = Ended::Deactivated;
            continue;
        }
        if delete(client, &entry.endpoint, &id, found.listed).await? {
            ended = Ended::Deactivated;
        }
    }
    Ok(ended)
}

/// What an entry stands for, where all of it is proven to be the run's.
async fn found(client: &Client, ledger: &Ledger, lookup: &mut Lookup<'_>, entry: &Entry) -> Result<Found, Missed> {
    if let Some(id) = &entry.id {
        let read = read_one(client, &entry.endpoint, id).await;
        match proven(ledger, entry, id, read.as_read()) {
            Ok(Some(active)) => return Ok(Found { ids: vec![(id.clone(), active)], listed: false }),
            // It is not there, or is somebody else's: its name may be there under another id.
            Ok(None) if entry.key.is_none() => return Ok(Found::default()),
            Ok(None) => {}
            Err(why @ (NotOurs::ThereBefore | NotOurs::Another)) if entry.key.is_some() => {
                let all = by_name(client, ledger, lookup, entry).await?;
                if all.ids.is_empty() {
                    return Err(Missed::Unhelpful(format!("the id the target gave was left alone: {why}")));
                }
                return Ok(all);
            }
            Err(NotOurs::Unread) => {
                return Err(Missed::Silent(format!("{}, so nothing shows whose it is", read.told())));
            }
            Err(why) => return Err(Missed::Silent(why.to_string())),
        }
    }
    by_name(client, ledger, lookup, entry).await
}

/// A list only says where to look: what it shows is read by its id.
async fn by_name(client: &Client, ledger: &Ledger, lookup: &mut Lookup<'_>, entry: &Entry) -> Result<Found, Missed> {
    let mut ids = Vec::new();
    for row in lookup.by_name(entry).await? {
        let Some(id) = row.id else {
            return Err(Missed::Silent("it is listed without an id, so nothing can address it".to_owned()));
        };
        // DELETE has done all that it does here; a read that says 404 beside the list is no reason to call it lost.
        if entry.deactivated && row.active == Some(false) && entry.id.as_deref() == Some(&*id) {
            ids.push((id, row.active));
            continue;
        }
        let read = read_one(client, &entry.endpoint, &id).await;
        let left = |why: String| Missed::Silent(format!("{}/{id} was left alone: {why}", entry.endpoint));
        match proven(ledger, entry, &id, read.as_read()) {
            Ok(Some(active)) => ids.push((id, active)),
            Ok(None) | Err(NotOurs::Unread) => return Err(left(format!("it is listed, and {}", read.told()))),
            Err(why) => return Err(left(why.to_string())),
        }
    }
    Ok(Found { ids, listed: true })
}

/// Whether what a read shows is the run's: `None` where nothing is there, else whether it is active.
fn proven(ledger: &Ledger, entry: &Entry, id: &str, read: Read<'_>) -> Result<Option<Option<bool>>, NotOurs> {
    // It may have been renamed, by a product or by the scenario, but the tag stays.
    let mark = entry.tag.clone().or_else(|| entry.key.as_deref().map(|key| mark(&entry.endpoint, key)));
    let shown = shown(read, (&entry.endpoint, id), &mark.unwrap_or_default());
    if shown == Shown::Gone {
        return Ok(None);
    }
    let before = ledger.before(&entry.base, &entry.endpoint, id);
    let created = entry.id.as_deref() == Some(id) && !entry.found;
    may_write(Evidence { before, shown, created, proven: false })?;
    let active = if let Read::Shows(resource) = read { Resource::of(resource).active() } else { None };
    Ok(Some(active))
}

/// Deletes an object; whether it is still there afterwards, and inactive.
async fn delete(client: &Client, endpoint: &str, id: &str, listed: bool) -> Result<bool, String> {
    let target = format!("{endpoint}/{}", encode_query_value(id));
    let before = client.journal().len();
    let exchange = client.send(Request::new(Method::Delete, target)).await;
    client.journal().truncate(before);
    let status = match &exchange.result {
        Ok(answer) if matches!(answer.status, 200..=299) || !listed && matches!(answer.status, 404 | 410) => {
            answer.status
        }
        Ok(answer) => return Err(format!("DELETE was answered {}", answer.status)),
        Err(failure) => return Err(format!("DELETE got no answer: {failure}")),
    };
    let read = read_one(client, endpoint, id).await;
    match read.as_read() {
        Read::Gone => Ok(false),
        Read::Shows(resource) if read.is_of(id) && Resource::of(resource).active() == Some(false) && status < 300 => {
            Ok(true)
        }
        Read::Shows(_) if !read.is_of(id) => {
            Err(format!("DELETE was answered {status}, and {} afterwards", read.told()))
        }
        Read::Shows(_) => Err(format!("DELETE was answered {status}, and it is still there")),
        Read::Failed => Err(format!("DELETE was answered {status}, and {} afterwards", read.told())),
    }
}

#[cfg(test)]
mod tests {
    use super::super::ledger::Prior;
    use super::*;
    use client::wire::{Actor, BaseUrl, Journal, Transport, TransportLimits};
    use serde_json::{Value, json};
    use wiremock::matchers::{method, path};
    use wiremock::{Mock, MockServer, ResponseTemplate};

    const ADA: &str = "ada.r1wzy004@example.com";

    /// A ledger with one entry, in a tenant that was empty before.
    fn ledger(id: Option<&str>, key: Option<&str>) -> Ledger {
        let ledger = Ledger::in_memory();
        let (base, endpoint) = ("http://h".to_owned(), "/Users".to_owned());
        ledger.found_before(vec![Prior {
            base,
            endpoint,
            ids: vec!["resident".to_owned()],
            whole: true,
            untagged: false,
        }]);
        let number = ledger.intend(0, "http://h", "/Users", (key.map(str::to_owned), Some("r1wzy004"))).unwrap();
        if let Some(id) = id {
            ledger.created(number, id);
        }
        ledger
    }

    fn refused() -> Ledger {
        let ledger = ledger(None, Some(ADA));
        ledger.refused(0);
        ledger
    }

    /// What became of the ledger's entries where lists are answered so, and a read of the id like this in turn; and how many
    /// deletes were sent.
    async fn cleaned(ledger: &Ledger, lists: ResponseTemplate, reads: &[ResponseTemplate]) -> (Cleaned, usize) {
        let server = MockServer::start().await;
        Mock::given(method("GET")).and(path("/Users")).respond_with(lists).mount(&server).await;
        for (at, read) in reads.iter().enumerate() {
            let mock = Mock::given(method("GET")).respond_with(read.clone());
            let last = at + 1 == reads.len();
            if last { mock.mount(&server).await } else { mock.up_to_n_times(1).mount(&server).await }
        }
        Mock::given(method("DELETE")).respond_with(ResponseTemplate::new(204)).mount(&server).await;
        let base = BaseUrl::parse(&server.uri()).unwrap();
        let client = Client::new(
            Transport::new(TransportLimits::default()).unwrap(),
            base,
            None,
            Actor::Cleanup,
            Journal::default(),
        );
        let cleaned = clean(&client, ledger, &ledger.outstanding(None), Proof::Id).await;
        let all = server.received_requests().await.unwrap();
        (cleaned, all.iter().filter(|r| r.method.as_str() == "DELETE").count())
    }

    fn json_of(body: Value) -> ResponseTemplate {
        ResponseTemplate::new(200).set_body_json(body)
    }

    fn list(resources: &Value) -> ResponseTemplate {
        json_of(json!({ "totalResults": resources.as_array().unwrap().len(), "Resources": resources }))
    }

    #[tokio::test]
    async fn what_was_refused_and_is_there_is_removed() {
        let ledger = refused();
        let (ada, gone) = (json!({ "id": 7, "UserName": ADA }), ResponseTemplate::new(404));
        let there = list(&json!([ada]));
        let (cleaned_up, deleted) = cleaned(&ledger, there, &[json_of(ada), gone]).await;
        assert_eq!((cleaned_up, deleted), (Cleaned { removed: 1, ..Cleaned::default() }, 1));
        assert!(ledger.outstanding(None).is_empty());
        let ledger = refused();
        let (cleaned_up, deleted) = cleaned(&ledger, ResponseTemplate::new(400), &[]).await;
        assert_eq!((cleaned_up.objects(), deleted), (0, 0), "a target without filters: it was never made");
        assert!(ledger.outstanding(None).is_empty());
    }

    #[tokio::test]
    async fn an_answer_that_is_no_list_does_not_say_that_nobody_is_there() {
        for lookup in [
            json_of(json!({ "detail": "fine" })),
            json_of(json!([])),
            json_of(json!({ "Resources": {} })),
            ResponseTemplate::new(200).set_body_bytes(b"{\"Resources\":[{\"userName\":\"\xff\"}]}".as_slice()),
        ] {
            let ledger = ledger(None, Some(ADA));
            let (cleaned, deleted) = cleaned(&ledger, lookup, &[]).await;
            assert_eq!((cleaned.left.len(), deleted, ledger.outstanding(None).len()), (1, 0, 1));
            assert!(cleaned.left[0].contains("no list"), "{cleaned:?}");
        }
        let ledger = ledger(None, Some(ADA));
        assert_eq!(cleaned(&ledger, list(&json!([])), &[]).await.0.absent, 1);
        assert!(ledger.outstanding(None).is_empty());
    }

    #[tokio::test]
    async fn nothing_is_deleted_that_is_not_proven_ours() {
        let shows = |body: Value| json_of(body);
        for (what, id, key, read) in [
            ("the read fails", "7", Some(ADA), ResponseTemplate::new(503)),
            ("the read is refused", "7", None, ResponseTemplate::new(403)),
            ("a resident, no name sent", "7", None, shows(json!({ "id": "7", "userName": "resident" }))),
            ("a resident that shows an id alone", "resident", Some(ADA), shows(json!({ "id": "resident" }))),
            ("a resident with our tag", "resident", Some(ADA), shows(json!({ "id": "resident", "userName": ADA }))),
            ("the tag as a substring", "7", Some(ADA), shows(json!({ "id": "7", "userName": "xr1wzy004y" }))),
            ("an empty id", "", Some(ADA), shows(json!({}))),
        ] {
            let ledger = ledger(Some(id), key);
            let (cleaned, deleted) = cleaned(&ledger, list(&json!([])), &[read]).await;
            assert_eq!((deleted, cleaned.left.len()), (0, 1), "{what}: {cleaned:?}");
            assert_eq!(ledger.outstanding(None).len(), 1, "{what}");
        }
        let ledger = ledger(Some("7"), None);
        let gone = ResponseTemplate::new(404);
        let (cleaned, deleted) = cleaned(&ledger, list(&json!([])), &[shows(json!({ "id": "7" })), gone]).await;
        assert_eq!((cleaned.removed, deleted), (1, 1), "our create named it, and it was not there before");
    }

    #[tokio::test]
    async fn what_a_list_shows_is_read_by_its_id_first() {
        let rows = |id: &str| list(&json!([{ "id": id, "userName": ADA }]));
        for (what, id, read) in [
            ("a resident, who is listed under our name", "7", json_of(json!({ "id": "7", "userName": "resident" }))),
            ("another resource", "7", json_of(json!({ "id": "8", "userName": ADA }))),
            ("a list", "7", rows("7")),
            ("nothing", "7", json_of(json!({}))),
            ("not there", "7", ResponseTemplate::new(404)),
            ("the id leads elsewhere", "..", json_of(json!({ "id": "..", "userName": ADA }))),
        ] {
            let ledger = ledger(None, Some(ADA));
            let (cleaned, deleted) = cleaned(&ledger, rows(id), &[read]).await;
            assert_eq!((deleted, cleaned.left.len()), (0, 1), "{what}: {cleaned:?}");
            assert_eq!(ledger.outstanding(None).len(), 1, "{what}");
        }
    }

    #[tokio::test]
    async fn a_target_that_cannot_say_now_has_not_said_that_nothing_is_there() {
        for status in [401, 403, 408, 429, 500, 503] {
            let ledger = refused();
            let (cleaned, deleted) = cleaned(&ledger, ResponseTemplate::new(status), &[]).await;
            assert_eq!(
                (cleaned.left.len(), deleted, ledger.outstanding(None).len()),
                (1, 0, 1),
                "{status}: {cleaned:?}"
            );
        }
    }

    #[tokio::test]
    async fn a_read_after_the_delete_decides() {
        let ada = |active: bool| json_of(json!({ "id": "7", "userName": ADA, "active": active }));
        let lists = || list(&json!([]));
        let one = ledger(Some("7"), Some(ADA));
        let (cleaned_up, _) = cleaned(&one, lists(), &[ada(true), ada(true)]).await;
        assert!(cleaned_up.left[0].contains("still there"), "{cleaned_up:?}");
        let two = ledger(Some("7"), Some(ADA));
        let (cleaned_up, deleted) = cleaned(&two, lists(), &[ada(true), ada(false)]).await;
        assert!(cleaned_up.deactivated[0].contains("deactivated, still listed"), "{cleaned_up:?}");
        assert_eq!((deleted, two.outstanding(None).len()), (1, 1));
        let (again, deleted) = cleaned(&two, lists(), &[ada(false)]).await;
        assert_eq!((again.deactivated.len(), deleted), (1, 0), "no second DELETE");
        let listed = list(&json!([{ "id": "7", "userName": ADA, "active": false }]));
        let (hidden, deleted) = cleaned(&two, listed, &[ResponseTemplate::new(404)]).await;
        assert_eq!(
            (hidden.deactivated.len(), hidden.left.len(), deleted),
            (1, 0, 0),
            "a read of the id says 404: {hidden:?}"
        );
    }
}
