//! The exchanges of one scenario's record: in memory while there is room, else in the run's spool.
//!
//! In: exchanges of a scenario that has ended. Out: each of them when it is asked for, one at a time. Never: all of them in
//! memory at once, or one that could not be kept left out without a word.

use super::exchange_record::{AnswerRecord, ExchangeRecord};
use client::wire::{Kept, Share, Spool};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::io;
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
    /// Bodies longer than this are cut when they are read, in bytes.
    longest: Option<usize>,
}

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
        Self { all: Arc::new(all.map(|exchange| Item::of(exchange, spool)).collect()), longest: None }
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
        let whole = self.all.get(index)?.read();
        Some(self.longest.map_or(whole.clone(), |longest| shortened(whole, longest)))
    }

    /// Each in turn.
    pub fn iter(&self) -> impl Iterator<Item = Arc<ExchangeRecord>> {
        (0..self.len()).filter_map(|index| self.get(index))
    }

    /// The same exchanges with bodies of at most so many bytes, and a word where one was longer.
    #[must_use]
    pub fn shortened(&self, longest: usize) -> Self {
        Self { all: self.all.clone(), longest: Some(longest) }
    }
}

impl Item {
    fn of(exchange: ExchangeRecord, spool: &Spool) -> Self {
        if spool.take(Share::Ended, weight(&exchange)) {
            return Self::Here(Arc::new(exchange));
        }
        Self::away(&exchange, spool).unwrap_or_else(|_| {
            let (bare, ..) = apart(&exchange);
            let mut cut = ExchangeRecord { headers: Vec::new(), ..bare };
            cut.body = exchange.body.map(|_| NO_ROOM.to_owned());
            if let Some(answer) = &mut cut.answer {
                (answer.headers, answer.body, answer.truncated) = (Vec::new(), NO_ROOM.to_owned(), true);
            }
            Self::Here(Arc::new(cut))
        })
    }

    fn away(exchange: &ExchangeRecord, spool: &Spool) -> io::Result<Self> {
        let (bare, sent, answered) = apart(exchange);
        Ok(Self::Away {
            bare: spool.keep(&serde_json::to_vec(&bare)?)?,
            sent: sent.map(|body| spool.keep(body.as_bytes())).transpose()?,
            answered: answered.map(|body| spool.keep(body.as_bytes())).transpose()?,
        })
    }

    fn read(&self) -> Arc<ExchangeRecord> {
        match self {
            Self::Here(exchange) => exchange.clone(),
            Self::Away { bare, sent, answered } => Arc::new(
                joined(bare, sent.as_ref(), answered.as_ref())
                    .unwrap_or_else(|why| unreadable(&format!("the run's own file could not be read: {why}"))),
            ),
        }
    }
}

/// An exchange without its bodies, and these.
fn apart(exchange: &ExchangeRecord) -> (ExchangeRecord, Option<&str>, Option<&str>) {
    let answer = exchange.answer.as_ref();
    let bare = ExchangeRecord {
        actor: exchange.actor.clone(),
        method: exchange.method.clone(),
        url: exchange.url.clone(),
        headers: exchange.headers.clone(),
        body: None,
        answer: answer.map(|a| AnswerRecord {
            status: a.status,
            headers: a.headers.clone(),
            body: String::new(),
            truncated: a.truncated,
        }),
        failure: exchange.failure.clone(),
        ..*exchange
    };
    (bare, exchange.body.as_deref(), answer.map(|a| a.body.as_str()))
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
fn unreadable(why: &str) -> ExchangeRecord {
    ExchangeRecord {
        actor: String::new(),
        method: String::new(),
        url: String::new(),
        headers: Vec::new(),
        body: None,
        answer: None,
        failure: Some(why.to_owned()),
        at_ms: 0.0,
        duration_ms: 0.0,
    }
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
        Self { all: Arc::new(all.into_iter().map(Item::Here).collect()), longest: None }
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
    use super::*;

    fn exchange(n: usize) -> ExchangeRecord {
        let headers = vec![("etag".to_owned(), format!("W/\"{n}\""))];
        ExchangeRecord {
            method: "PUT".into(),
            url: format!("{{base}}/Users/{n}"),
            body: n.is_multiple_of(2).then(|| "ä".repeat(n)),
            answer: Some(AnswerRecord { status: 200, headers, body: "ö".repeat(10_000), truncated: false }),
            failure: None,
            ..unreadable("")
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
    }

    #[test]
    fn what_finds_no_room_says_so() {
        let kept = Exchanges::kept([exchange(2)].into_iter(), &Spool::of(0)).get(0).unwrap();
        let answer = kept.answer.as_ref().unwrap();
        assert_eq!((kept.method.as_str(), answer.status, answer.truncated), ("PUT", 200, true));
        assert!(kept.body.as_ref().is_some_and(|b| b == NO_ROOM) && answer.body == NO_ROOM);
    }
}
