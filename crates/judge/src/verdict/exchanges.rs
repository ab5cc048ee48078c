//! The exchanges of one scenario's record: in memory while there is room, else in the run's spool.
//!
//! In: exchanges of a scenario that has ended. Out: each of them when it is asked for, one at a time. Never: all of them in
//! memory at once, or one that could not be kept left out without a word.

use super::exchange_record::ExchangeRecord;
use client::wire::{Kept, Share, Spool};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::io;
use std::mem;
use std::sync::Arc;

/// What a record of an exchange takes besides its texts, in bytes, and a header besides its own.
const RECORD: usize = 300;
const HEADER: usize = 64;
/// What stands where bytes were that no room was left for.
const NO_ROOM: &str = "[cut: the run's memory and its file had no room left]";

/// The exchanges of one scenario, in the order sent. A clone shares them.
#[derive(Debug, Clone, Default)]
pub struct Exchanges {
    all: Arc<Vec<Item>>,
    /// What is done to each when it is read.
    change: Option<Change>,
    /// Bodies longer than this are cut then, in bytes.
    longest: Option<usize>,
}

/// Makes another exchange of one; `None` where it stays as it is.
type Change = fn(&ExchangeRecord) -> Option<ExchangeRecord>;

#[derive(Debug, Clone)]
enum Item {
    Here(Arc<ExchangeRecord>),
    /// The exchange as JSON without bodies, and these.
    Away {
        bare: Kept,
        sent: Option<Kept>,
        answered: Option<Kept>,
    },
}

impl Exchanges {
    /// Takes exchanges in, each where there is room for it.
    pub fn kept(all: impl Iterator<Item = ExchangeRecord>, spool: &Spool) -> Self {
        Self { all: Arc::new(all.map(|exchange| Item::of(exchange, spool)).collect()), ..Self::default() }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The exchange at an index.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<Arc<ExchangeRecord>> {
        let read = self.all.get(index)?.read();
        let whole = self.change.and_then(|change| change(&read)).map_or(read, Arc::new);
        Some(match self.longest {
            Some(longest) => shortened(whole, longest),
            None => whole,
        })
    }

    /// Each in turn.
    pub fn iter(&self) -> impl Iterator<Item = Arc<ExchangeRecord>> {
        (0..self.len()).filter_map(|index| self.get(index))
    }

    /// The same exchanges with bodies of at most so many bytes, and a word where one was longer.
    #[must_use]
    pub fn shortened(&self, longest: usize) -> Self {
        Self { longest: Some(longest), ..self.clone() }
    }

    /// The same exchanges, each changed when it is read.
    #[must_use]
    pub fn changed(&self, change: Change) -> Self {
        Self { change: Some(change), ..self.clone() }
    }
}

impl Item {
    fn of(mut exchange: ExchangeRecord, spool: &Spool) -> Self {
        if spool.take(Share::Ended, weight(&exchange)) {
            return Self::Here(Arc::new(exchange));
        }
        let sent = exchange.body.take();
        let answered = exchange.answer.as_mut().map(|answer| mem::take(&mut answer.body));
        Self::away(&exchange, sent.as_deref(), answered.as_deref(), spool).unwrap_or_else(|_| {
            exchange.headers.clear();
            exchange.body = sent.map(|_| NO_ROOM.to_owned());
            if let Some(answer) = &mut exchange.answer {
                (answer.headers, answer.body, answer.truncated) = (Vec::new(), NO_ROOM.to_owned(), true);
            }
            Self::Here(Arc::new(exchange))
        })
    }

    fn away(bare: &ExchangeRecord, sent: Option<&str>, answered: Option<&str>, spool: &Spool) -> io::Result<Self> {
        let keep = |body: &str| spool.keep(body.as_bytes());
        let bare = spool.keep(&serde_json::to_vec(bare)?)?;
        Ok(Self::Away { bare, sent: sent.map(keep).transpose()?, answered: answered.map(keep).transpose()? })
    }

    fn read(&self) -> Arc<ExchangeRecord> {
        match self {
            Self::Here(exchange) => exchange.clone(),
            Self::Away { bare, sent, answered } => {
                Arc::new(joined(bare, sent.as_ref(), answered.as_ref()).unwrap_or_else(|why| unreadable(&why)))
            }
        }
    }
}

fn joined(bare: &Kept, sent: Option<&Kept>, answered: Option<&Kept>) -> io::Result<ExchangeRecord> {
    let text = |kept: &Kept| Ok::<_, io::Error>(String::from_utf8_lossy(&kept.read()?).into_owned());
    let mut whole: ExchangeRecord = serde_json::from_slice(&bare.read()?)?;
    whole.body = sent.map(text).transpose()?;
    if let (Some(answer), Some(body)) = (&mut whole.answer, answered) {
        answer.body = text(body)?;
    }
    Ok(whole)
}

/// What stands in the place of an exchange that does not come back.
fn unreadable(why: &io::Error) -> ExchangeRecord {
    let failure = format!("the run's own file could not be read: {why}");
    ExchangeRecord { failure: Some(failure), ..ExchangeRecord::default() }
}

/// About how much memory it takes, in bytes.
fn weight(exchange: &ExchangeRecord) -> usize {
    let of = |all: &[(String, String)]| all.iter().map(|(n, v)| HEADER + n.len() + v.len()).sum::<usize>();
    let answer = exchange.answer.as_ref().map_or(0, |a| of(&a.headers) + a.body.len());
    let request = of(&exchange.headers) + exchange.body.as_ref().map_or(0, String::len);
    RECORD + exchange.url.len() + request + answer
}

/// The exchange with bodies of bounded length.
fn shortened(exchange: Arc<ExchangeRecord>, longest: usize) -> Arc<ExchangeRecord> {
    let long = |text: &String| text.len() > longest;
    if !exchange.body.as_ref().is_some_and(long) && !exchange.answer.as_ref().is_some_and(|a| long(&a.body)) {
        return exchange;
    }
    let mut copy = Arc::unwrap_or_clone(exchange);
    let bodies = copy.body.iter_mut().chain(copy.answer.as_mut().map(|answer| &mut answer.body));
    for text in bodies.filter(|text| text.len() > longest) {
        let end = (0..=longest).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
        text.truncate(end);
        text.push_str("\n[cut]");
    }
    Arc::new(copy)
}

impl From<Vec<Arc<ExchangeRecord>>> for Exchanges {
    fn from(all: Vec<Arc<ExchangeRecord>>) -> Self {
        Self { all: Arc::new(all.into_iter().map(Item::Here).collect()), ..Self::default() }
    }
}

impl PartialEq for Exchanges {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Serialize for Exchanges {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for Exchanges {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::<Arc<ExchangeRecord>>::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::super::AnswerRecord;
    use super::*;

    fn exchange(n: usize) -> ExchangeRecord {
        let headers = vec![("etag".to_owned(), format!("W/\"{n}\""))];
        ExchangeRecord {
            method: "PUT".into(),
            url: format!("{{base}}/Users/{n}"),
            body: n.is_multiple_of(2).then(|| "ä".repeat(n)),
            answer: Some(AnswerRecord { status: 200, headers, body: "ö".repeat(10_000), truncated: false }),
            ..ExchangeRecord::default()
        }
    }

    #[test]
    fn what_is_in_the_spool_is_told_as_what_is_in_memory() {
        let all = || (0..50).map(exchange);
        let here = Exchanges::kept(all(), &Spool::of(64 << 20));
        let spool = Spool::of(100_000);
        let away = Exchanges::kept(all(), &spool);
        assert!(
            (20_000..60_000).contains(&spool.on_disk()),
            "the body that all share is there once: {}",
            spool.on_disk()
        );
        assert_eq!(here, away);
        assert_eq!(serde_json::to_string(&here).unwrap(), serde_json::to_string(&away).unwrap());
        let back: Exchanges = serde_json::from_str(&serde_json::to_string(&away).unwrap()).unwrap();
        assert_eq!((back == here, away.get(49), away.get(50)), (true, Some(Arc::new(exchange(49))), None));
        let short = away.shortened(3);
        assert_eq!(short.get(48).unwrap().body.as_deref(), Some("ä\n[cut]"));
        assert_eq!(short, here.shortened(3));
        let renamed = away.changed(|e| e.body.as_ref().map(|_| ExchangeRecord { method: "GET".into(), ..e.clone() }));
        let methods = [0, 1].map(|n| renamed.shortened(3).get(n).unwrap().method.clone());
        assert_eq!(methods, ["GET", "PUT"]);
    }

    #[test]
    fn what_finds_no_room_says_so() {
        let kept = Exchanges::kept([exchange(2)].into_iter(), &Spool::of(0)).get(0).unwrap();
        let answer = kept.answer.as_ref().unwrap();
        assert_eq!((kept.method.as_str(), answer.status, answer.truncated), ("PUT", 200, true));
        assert!(kept.body.as_ref().is_some_and(|b| b == NO_ROOM) && answer.body == NO_ROOM);
    }
}
