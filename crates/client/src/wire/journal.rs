//! The exchanges of one scenario, in the order they ended, within a bound of memory.
//!
//! In: exchanges as they end. Out: the same exchanges, read back from the run's spool where there was no room for them in
//! memory. Never: a body cut without a mark.

use super::answer::{Answer, Truncation};
use super::exchange::Exchange;
use super::request::Request;
use super::spool::{Kept, Room, Share, Spool};
use bytes::Bytes;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

/// So many bytes of answers are kept whole in one journal; from then on, of a body longer than `LONG` only `STUB` bytes
/// are. An ordinary page is far shorter: this is for a target that answers everything with megabytes.
const WHOLE: usize = 32 << 20;
const LONG: usize = 1 << 20;
const STUB: usize = 64 << 10;
/// What an exchange takes besides its texts, in bytes, and a header besides its own.
const EXCHANGE: usize = 500;
const HEADER: usize = 64;

/// The exchanges of one scenario, in the order they ended.
#[derive(Debug, Clone, Default)]
pub struct Journal(Arc<Mutex<Ended>>);

#[derive(Debug, Default)]
struct Ended {
    all: Vec<Entry>,
    /// Bytes of all bodies answered.
    bytes: usize,
}

#[derive(Debug)]
enum Entry {
    Here {
        exchange: Arc<Exchange>,
        _room: Room,
    },
    /// The exchange without headers and bodies, and where these are.
    Away {
        bare: Box<Exchange>,
        headers: Kept,
        sent: Option<Kept>,
        answered: Option<Kept>,
    },
    /// The exchange without headers and bodies, marked so: there was no room for them anywhere.
    Bare(Box<Exchange>),
}

/// Headers of a request and of its answer.
type Headers = (Vec<(String, String)>, Vec<(String, String)>);

/// Exchanges of a journal, each read back when its turn comes.
#[derive(Debug, Clone)]
pub struct Since {
    journal: Journal,
    next: usize,
    end: usize,
}

impl Journal {
    /// Exchanges so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lock().all.len()
    }

    /// Whether nothing was sent yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes of all bodies answered.
    #[must_use]
    pub fn answered(&self) -> usize {
        self.lock().bytes
    }

    /// The exchanges from index `from` on.
    #[must_use]
    pub fn since(&self, from: usize) -> Since {
        let end = self.len();
        Since { journal: self.clone(), next: from.min(end), end }
    }

    /// The exchange at an index.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<Arc<Exchange>> {
        self.lock().all.get(index).map(Entry::exchange)
    }

    /// Takes back all but the first `len` exchanges. Who was handed one keeps it.
    pub fn truncate(&self, len: usize) {
        let mut ended = self.lock();
        ended.all.truncate(len);
        ended.bytes = ended.all.iter().map(|entry| entry.answered()).sum();
    }

    /// Takes an exchange in; where it stands.
    pub(super) fn push(&self, exchange: Arc<Exchange>, spool: &Spool) -> usize {
        let bytes = length(&exchange);
        let entry = Entry::of(exchange, spool);
        let mut ended = self.lock();
        ended.bytes += bytes;
        ended.all.push(entry);
        ended.all.len() - 1
    }

    /// The answer as far as there is room for it.
    pub(super) fn fit(&self, answer: Answer) -> Answer {
        if answer.body.len() <= LONG || self.lock().bytes + answer.body.len() <= WHOLE {
            return answer;
        }
        // A copy: a slice would hold on to the whole.
        let truncated = answer.truncated.or(Some(Truncation::Room));
        Answer { body: Bytes::copy_from_slice(&answer.body[..STUB]), truncated, ..answer }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Ended> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entry {
    /// In memory where there is room, else in the spool; where there is none either, without headers and bodies.
    fn of(exchange: Arc<Exchange>, spool: &Spool) -> Self {
        if let Some(room) = spool.room(Share::UnderWay, weight(&exchange)) {
            return Self::Here { exchange, _room: room };
        }
        match Self::away(&exchange, spool) {
            Ok(entry) => entry,
            Err(_) => Self::Bare(Box::new(without(&exchange, Some(Truncation::Room)))),
        }
    }

    fn away(exchange: &Exchange, spool: &Spool) -> io::Result<Self> {
        let answer = exchange.result.as_ref().ok();
        let headers = serde_json::to_vec(&(&exchange.request.headers, answer.map_or(&[][..], |a| &a.headers)))?;
        Ok(Self::Away {
            bare: Box::new(without(exchange, answer.and_then(|a| a.truncated))),
            headers: spool.keep(&headers)?,
            sent: exchange.request.body.as_ref().map(|body| spool.keep(body)).transpose()?,
            answered: answer.map(|a| spool.keep(&a.body)).transpose()?,
        })
    }

    fn exchange(&self) -> Arc<Exchange> {
        match self {
            Self::Here { exchange, .. } => exchange.clone(),
            Self::Bare(bare) => Arc::new((**bare).clone()),
            Self::Away { bare, headers, sent, answered } => {
                let mut whole = (**bare).clone();
                if fill(&mut whole, headers, sent.as_ref(), answered.as_ref()).is_err() {
                    whole = without(bare, Some(Truncation::Room));
                }
                Arc::new(whole)
            }
        }
    }

    /// Bytes of the answer's body.
    fn answered(&self) -> usize {
        match self {
            Self::Here { exchange, .. } => length(exchange),
            Self::Away { answered, .. } => answered.as_ref().map_or(0, Kept::len),
            Self::Bare(_) => 0,
        }
    }
}

/// Puts back what was away.
fn fill(bare: &mut Exchange, headers: &Kept, sent: Option<&Kept>, answered: Option<&Kept>) -> io::Result<()> {
    let (request, answer): Headers = serde_json::from_slice(&headers.read()?)?;
    bare.request.headers = request;
    bare.request.body = sent.map(Kept::read).transpose()?.map(Bytes::from);
    if let (Ok(whole), Some(body)) = (&mut bare.result, answered) {
        (whole.headers, whole.body) = (answer, Bytes::from(body.read()?));
    }
    Ok(())
}

/// The exchange without headers and bodies.
fn without(exchange: &Exchange, truncated: Option<Truncation>) -> Exchange {
    let request = Request::new(exchange.request.method, exchange.request.target.clone());
    let empty = |a: &Answer| Answer { status: a.status, headers: Vec::new(), body: Bytes::new(), truncated };
    let result = exchange.result.as_ref().map(empty).map_err(Clone::clone);
    let (actor, url) = (exchange.actor.clone(), exchange.url.clone());
    Exchange { actor, url, request, result, began: exchange.began, elapsed: exchange.elapsed }
}

/// Bytes of the answer's body.
fn length(exchange: &Exchange) -> usize {
    exchange.result.as_ref().map_or(0, |answer| answer.body.len())
}

/// About how much memory it takes, in bytes.
fn weight(exchange: &Exchange) -> usize {
    let of = |all: &[(String, String)]| all.iter().map(|(n, v)| HEADER + n.len() + v.len()).sum::<usize>();
    let request = of(&exchange.request.headers) + exchange.request.body.as_ref().map_or(0, Bytes::len);
    let answer = exchange.result.as_ref().map_or(0, |a| of(&a.headers) + a.body.len());
    EXCHANGE + exchange.url.len() + request + answer
}

impl Iterator for Since {
    type Item = Arc<Exchange>;

    fn next(&mut self) -> Option<Self::Item> {
        let at = (self.next < self.end).then_some(self.next)?;
        self.next += 1;
        self.journal.get(at)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.end - self.next;
        (left, Some(left))
    }
}

impl DoubleEndedIterator for Since {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.end = (self.next < self.end).then(|| self.end - 1)?;
        self.journal.get(self.end)
    }
}

impl ExactSizeIterator for Since {}

#[cfg(test)]
mod tests {
    use super::super::request::Method;
    use super::*;

    fn exchange(n: usize) -> Arc<Exchange> {
        let request = Request::new(Method::Put, format!("/Users/{n}")).header("accept", "x").json(&n.into());
        let answer = Answer::made_up(200, &[("etag", "W/1"), ("x-photo", &"p".repeat(n))], vec![b'a'; n]);
        Arc::new(Exchange::made_up("http://h", request, Ok(answer)))
    }

    #[test]
    fn what_finds_no_room_comes_back_as_it_was() {
        let journal = Journal::default();
        let spool = Spool::of(40_000);
        let all: Vec<_> = [10, 20_000, 30, 20_000].map(exchange).into();
        for one in &all {
            journal.push(one.clone(), &spool);
        }
        assert!(spool.on_disk() > 40_000, "headers and bodies");
        let seen = |e: Arc<Exchange>| format!("{e:?}");
        let told: Vec<String> = all.into_iter().map(seen).collect();
        assert_eq!(journal.since(0).map(seen).collect::<Vec<_>>(), told);
        assert_eq!(journal.since(2).rev().map(seen).collect::<Vec<_>>(), [told[3].clone(), told[2].clone()]);
        assert_eq!((journal.answered(), journal.since(9).len()), (40_040, 0));
        journal.truncate(2);
        assert_eq!((journal.len(), journal.answered()), (2, 20_010));
        assert!(spool.room(Share::UnderWay, 8_000).is_some(), "what was taken back has left its room");
    }

    #[test]
    fn what_finds_room_nowhere_is_marked() {
        let journal = Journal::default();
        journal.push(exchange(100), &Spool::of(0));
        let kept = journal.get(0).unwrap();
        let answer = kept.result.as_ref().unwrap();
        assert_eq!((answer.status, answer.body.len(), answer.truncated), (200, 0, Some(Truncation::Room)));
    }
}
