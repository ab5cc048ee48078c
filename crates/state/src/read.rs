//! The full read: every user and every group, page by page.

pub(crate) mod walk;

use client::observe::{Observation, id_text, member};
use client::wire::{Client, Method, Request, RetryAfter, encode_query_value};
use serde_json::Value;
use std::fmt;
use walk::PagedRead;

/// Groups without members that are read singly, to see whether the list leaves members out.
pub(crate) const PROBES: usize = 5;

/// What a full read shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TenantState {
    /// All users, as read, each id once.
    pub users: Vec<Value>,
    /// All groups, as read, each id once.
    pub groups: Vec<Value>,
    /// Whether nothing speaks against the view being complete: totals, pages and ids agree. If not, nothing should be
    /// deleted on its strength.
    pub complete: bool,
    /// What was odd about the read itself.
    pub remarks: Vec<String>,
    /// Whether it changed while it was read: others write as well, and the next read may show more.
    pub unsettled: bool,
    /// Whether a collection took more than one page, between which somebody may have slipped away.
    pub paged: bool,
    /// The page that repeated what came before, where one did: what stands behind it cannot be seen.
    pub repeats: Option<RepeatedPage>,
    /// Lookups that contradict the read, where any were tried ([`crate::read_checked`]).
    pub lookups: Vec<WrongLookup>,
}

/// A lookup that does not find what the full read shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrongLookup {
    /// The invariant: L1 for a user who is there, L2 for one who is not.
    pub invariant: &'static str,
    /// Ids of the users concerned.
    pub objects: Vec<String>,
    /// What is wrong, in one sentence.
    pub text: String,
}

/// A page of a list that showed again what came before, and nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepeatedPage {
    /// The list's endpoint.
    pub endpoint: String,
    /// What was asked for.
    pub target: String,
    /// Where the exchange stands in the reader's journal.
    pub exchange: usize,
    /// Resources that could be read before it.
    pub read: usize,
    /// Resources that there are, as the list says.
    pub total: Option<u64>,
}

impl fmt::Display for RepeatedPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let total = self.total.map_or_else(String::new, |total| format!(" of {total}"));
        write!(f, "GET {} shows again what came before; {}{total} could be read", self.target, self.read)
    }
}

/// Why a target could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} could not be read: {why}")]
pub struct ReadError {
    pub(crate) what: String,
    pub(crate) why: String,
    pub(crate) status: Option<u16>,
}

/// Reads all users and groups (RFC 7644 section 3.4.2.4), with GET alone.
///
/// Pages are followed by what came, not by what was asked for. Totals that lie, ids on two pages and pages that repeat
/// become remarks. A target without groups has none, and a remark.
///
/// # Errors
/// When a page cannot be had: no answer, a status other than 200, or a body that is no list.
pub async fn read_all(client: &Client) -> Result<TenantState, ReadError> {
    read_at_most(client, usize::MAX).await
}

/// The same, but of each collection no more than `most` resources, up to a page; a collection that has more makes the view
/// incomplete.
///
/// # Errors
/// As [`read_all`].
pub async fn read_at_most(client: &Client, most: usize) -> Result<TenantState, ReadError> {
    let mut state = TenantState { complete: true, ..TenantState::default() };
    state.users = collection(client, "/Users", most, &mut state).await?;
    add_groups(client, most, &mut state).await?;
    Ok(state)
}

/// Reads all users, and no groups.
///
/// # Errors
/// As [`read_all`].
pub async fn read_users(client: &Client) -> Result<TenantState, ReadError> {
    let mut state = TenantState { complete: true, ..TenantState::default() };
    state.users = collection(client, "/Users", usize::MAX, &mut state).await?;
    Ok(state)
}

/// Reads all groups, and no users.
///
/// # Errors
/// As [`read_all`].
pub async fn read_groups(client: &Client) -> Result<TenantState, ReadError> {
    let mut state = TenantState { complete: true, ..TenantState::default() };
    add_groups(client, usize::MAX, &mut state).await?;
    Ok(state)
}

async fn add_groups(client: &Client, most: usize, state: &mut TenantState) -> Result<(), ReadError> {
    match collection(client, "/Groups", most, state).await {
        Ok(groups) => state.groups = groups,
        Err(e) if matches!(e.status, Some(404 | 501)) => {
            state.remarks.push(format!("no groups: /Groups answers {}", e.status.unwrap_or_default()));
        }
        Err(e) => return Err(e),
    }
    members(client, state).await
}

async fn collection(
    client: &Client,
    endpoint: &str,
    most: usize,
    state: &mut TenantState,
) -> Result<Vec<Value>, ReadError> {
    let mut walk = PagedRead::new(endpoint, most);
    let mut all = Vec::new();
    while let Some(mut items) = walk.next(client).await? {
        all.append(&mut items);
    }
    walk.finish(state);
    Ok(all)
}

/// Lists may leave members out. Some groups without members are read singly; if one has members after all, every
/// such group is.
async fn members(client: &Client, state: &mut TenantState) -> Result<(), ReadError> {
    let mut left_out = LeftOut::default();
    let mut groups = std::mem::take(&mut state.groups);
    for group in &mut groups {
        left_out.fill(client, group).await?;
    }
    state.groups = groups;
    left_out.finish(state);
    Ok(())
}

/// Members that a list of groups leaves out, one group after the other.
#[derive(Default)]
pub(crate) struct LeftOut {
    probed: usize,
    some: bool,
    doubts: Vec<String>,
}

impl LeftOut {
    /// Reads a group by itself where the list shows no members of it, as long as that may bring any.
    pub(crate) async fn fill(&mut self, client: &Client, group: &mut Value) -> Result<(), ReadError> {
        let bare = member(group, "members").is_none_or(Value::is_null);
        if !bare || (self.probed >= PROBES && !self.some) {
            return Ok(());
        }
        self.probed += 1;
        let Some(id) = id_text(group) else { return Ok(()) };
        let target = format!("/Groups/{}", encode_query_value(&id));
        match get(client, &target).await {
            Ok(single) => {
                let shown = single.member("members").filter(|m| m.as_array().is_some_and(|a| !a.is_empty())).cloned();
                if let (Some(shown), Some(group)) = (shown, group.as_object_mut()) {
                    self.some = true;
                    group.insert("members".to_owned(), shown);
                }
                Ok(())
            }
            Err(e) if e.status.is_some() => {
                self.doubts.push(format!("a group of the list cannot be read by itself: {e}"));
                Ok(())
            }
            Err(e) => Err(e),
        }
    }

    /// What it says of the view.
    pub(crate) fn finish(mut self, state: &mut TenantState) {
        state.complete &= self.doubts.is_empty();
        state.remarks.append(&mut self.doubts);
        if self.some {
            state.remarks.push("/Groups leaves members out of lists; they were read group by group".into());
        }
    }
}

/// One read. Where the target asked for patience, the wire has waited as long as its settings let it.
pub(crate) async fn get(client: &Client, target: &str) -> Result<Observation, ReadError> {
    let request = Request::new(Method::Get, target).header("accept", "application/scim+json");
    let exchange = client.send(request).await;
    let (why, status) = match &exchange.result {
        Ok(answer) if answer.status == 200 => {
            return Ok(Observation::read(exchange, client.journal().len().saturating_sub(1)));
        }
        Ok(answer) => {
            let asked = RetryAfter::of(answer).map(|asked| format!(", with a Retry-After of {asked}"));
            (format!("the answer is {}{}", answer.status, asked.unwrap_or_default()), Some(answer.status))
        }
        Err(failure) => (failure.to_string(), None),
    };
    Err(ReadError { what: target.to_owned(), why, status })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use client::wire::{Actor, BaseUrl, Journal, PaceLimits, Transport, TransportLimits, TransportSettings};
    use serde_json::json;
    use std::time::Duration;
    use wiremock::matchers::path;
    use wiremock::{Mock, MockServer, Request as Got, ResponseTemplate};

    fn user(n: usize) -> Value {
        json!({"id": format!("u{n}"), "userName": format!("user{n}")})
    }

    pub(crate) fn client(server: &MockServer) -> Client {
        let base = BaseUrl::parse(&server.uri()).unwrap();
        let patient = PaceLimits { retries: 2, longest_wait: Duration::from_secs(60), ..PaceLimits::none() };
        let setup = TransportSettings {
            scope: Some(base.clone()),
            pace: patient,
            ..TransportSettings::plain(TransportLimits::default())
        };
        Client::new(Transport::build(setup).unwrap(), base, None, Actor::Witness, Journal::default())
    }

    fn number(got: &Got, name: &str) -> usize {
        got.url.query_pairs().find(|(n, _)| n == name).map(|(_, v)| v.parse().unwrap()).unwrap()
    }

    /// A server of so many users, pages capped at `most`, that claims `total`.
    async fn users(server: &MockServer, many: usize, most: usize, total: usize) {
        let answer = move |got: &Got| {
            let (start, count) = (number(got, "startIndex"), number(got, "count").min(most));
            let page: Vec<Value> = (start - 1..many.min(start - 1 + count)).map(user).collect();
            ResponseTemplate::new(200).set_body_json(json!({"totalResults": total, "Resources": page}))
        };
        Mock::given(path("/Users")).respond_with(answer).mount(server).await;
    }

    #[tokio::test]
    async fn a_cursor_is_followed_where_a_page_names_one() {
        let server = MockServer::start().await;
        let answer = |got: &Got| {
            let cursor = got.url.query_pairs().find(|(name, _)| name == "cursor").map(|(_, value)| value.into_owned());
            let (n, next) = match cursor.as_deref() {
                None => (1, json!("a+b")),
                Some("a+b") => (2, json!("c")),
                Some(_) => (3, Value::Null),
            };
            let body = json!({"totalResults": 3, "Resources": [user(n)], "nextCursor": next});
            ResponseTemplate::new(200).set_body_json(body)
        };
        Mock::given(path("/Users")).respond_with(answer).mount(&server).await;
        let state = read_users(&client(&server)).await.unwrap();
        let ids: Vec<_> = state.users.iter().filter_map(id_text).collect();
        assert_eq!((ids.join(" "), state.complete), ("u1 u2 u3".to_owned(), true));
    }

    #[tokio::test]
    async fn pages_are_followed_by_what_came() {
        let server = MockServer::start().await;
        users(&server, 130, 50, 130).await;
        let groups = json!({"totalResults": 1, "Resources": [{"id": "g1", "members": [{"value": "u1"}]}]});
        Mock::given(path("/Groups"))
            .respond_with(ResponseTemplate::new(200).set_body_json(groups))
            .mount(&server)
            .await;
        let state = read_all(&client(&server)).await.unwrap();
        assert_eq!((state.users.len(), state.groups.len(), state.complete), (130, 1, true), "{:?}", state.remarks);
        assert!(state.paged);
        assert_eq!(state.remarks, Vec::<String>::new());
    }

    #[tokio::test]
    async fn a_total_that_lies_is_a_remark() {
        let server = MockServer::start().await;
        users(&server, 7, 50, 9).await;
        let state = read_all(&client(&server)).await.unwrap();
        assert_eq!((state.users.len(), state.complete, &state.repeats), (7, false, &None));
        assert!(state.paged, "the rest was asked for");
        assert_eq!(state.remarks, ["/Users: totalResults says 9, 7 could be read", "no groups: /Groups answers 404"]);
    }

    #[tokio::test]
    async fn a_page_that_repeats_ends_the_walk() {
        let server = MockServer::start().await;
        let same = json!({"totalResults": 1000, "Resources": [user(1), user(2)]});
        Mock::given(path("/Users")).respond_with(ResponseTemplate::new(200).set_body_json(same)).mount(&server).await;
        let state = read_all(&client(&server)).await.unwrap();
        assert_eq!((state.users.len(), state.complete), (2, false));
        let stuck = "GET /Users?startIndex=3&count=100 shows again what came before; 2 of 1000 could be read";
        let repeated = state.repeats.unwrap();
        assert_eq!(
            (repeated.to_string().as_str(), repeated.endpoint.as_str(), repeated.exchange),
            (stuck, "/Users", 1)
        );
        assert!(state.remarks.iter().any(|r| r.contains("repeats")), "{:?}", state.remarks);
        assert_eq!(server.received_requests().await.unwrap().iter().filter(|r| r.url.path() == "/Users").count(), 2);
    }

    #[tokio::test]
    async fn members_left_out_of_lists_are_fetched() {
        let server = MockServer::start().await;
        users(&server, 1, 50, 1).await;
        let groups = json!({"totalResults": 1, "Resources": [{"id": "g 1"}]});
        Mock::given(path("/Groups"))
            .respond_with(ResponseTemplate::new(200).set_body_json(groups))
            .mount(&server)
            .await;
        let single = json!({"id": "g 1", "members": [{"value": "u0"}]});
        Mock::given(path("/Groups/g%201"))
            .respond_with(ResponseTemplate::new(200).set_body_json(single))
            .mount(&server)
            .await;
        let state = read_all(&client(&server)).await.unwrap();
        assert_eq!(state.groups[0]["members"], json!([{"value": "u0"}]));
        assert!(state.complete && !state.paged);
    }

    #[tokio::test]
    async fn a_busy_target_is_asked_again_and_a_refusing_one_is_an_error() {
        let server = MockServer::start().await;
        let busy = ResponseTemplate::new(429).insert_header("retry-after", "0");
        Mock::given(path("/Users")).respond_with(busy).up_to_n_times(2).mount(&server).await;
        users(&server, 1, 50, 1).await;
        assert_eq!(read_all(&client(&server)).await.unwrap().users.len(), 1);
        let shut = MockServer::start().await;
        Mock::given(path("/Users")).respond_with(ResponseTemplate::new(401)).mount(&shut).await;
        let error = read_all(&client(&shut)).await.unwrap_err().to_string();
        assert!(error.contains("401"), "{error}");
        let shut = MockServer::start().await;
        let later = ResponseTemplate::new(503).insert_header("retry-after", "999999999");
        Mock::given(path("/Users")).respond_with(later).mount(&shut).await;
        let error = read_all(&client(&shut)).await.unwrap_err().to_string();
        assert!(error.contains("Retry-After of 999999999 s"), "{error}");
    }
}
