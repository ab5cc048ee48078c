//! Where a finding begins: the kind of request that a server would be mended at.
//!
//! In: the exchanges and findings of a scenario. Out: an [`Origin`], equal for findings with one place to mend. Never: which of them
//! matters most.

use crate::title;
use crate::verdict::{ExchangeRecord, Finding, Place, ScenarioRecord};
use client::wire::{decode_query, split_query};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Attributes that are the server's own, or that no answer shows: that one of them does not come back says nothing.
const NOT_SHOWN: &[&str] = &["schemas", "id", "meta", "groups", "password"];

/// How a request with a filter is named.
const FILTERED: &str = " with a filter";

/// A refused request that changed something: the change is wrong, and the refusal may be right.
const REFUSED_AND_DONE: &[&str] = &["RFC7644-3.5.2-23", "HAZARD-REFUSED-WRITE"];

/// What a finding comes down to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Origin {
    /// A kind of request that is refused, in these words.
    Refused { request: String, status: u16, words: String },
    /// An attribute that requests may carry and that no answer ever shows.
    Dropped { collection: String, attribute: String },
    /// One requirement at one kind of request; or, where the body of an answer shows it, at one attribute, whatever was asked for:
    /// a server writes its resources in one place.
    Broken { request: String, requirement: String, attribute: String },
}

impl Origin {
    /// The kind of request, as a person would say it.
    pub(super) fn request(&self) -> &str {
        match self {
            Self::Refused { request, .. } | Self::Broken { request, .. } => request,
            Self::Dropped { collection, .. } => collection,
        }
    }

    /// What it is in one line, where more is known than what the finding says.
    pub(super) fn title(&self) -> Option<String> {
        match self {
            Self::Refused { request, status, words } if words.is_empty() => {
                Some(format!("{request} is refused: {status}"))
            }
            Self::Refused { request, status, words } => Some(format!("{request} is refused: {status} {words}")),
            Self::Dropped { collection, attribute } => {
                Some(format!("{collection}: {attribute} is taken and never kept"))
            }
            Self::Broken { .. } => None,
        }
    }
}

/// One exchange, as far as origins go.
pub(super) struct Asked {
    pub(super) request: String,
    /// The same, without what a PATCH names.
    kind: String,
    collection: String,
    writes: bool,
    /// Whether it is an IdP's or a client's, and not a look of ours.
    theirs: bool,
    by_idp: bool,
    /// What a PATCH names: `active`, `members[value eq ..]`.
    forms: BTreeSet<String>,
    status: Option<u16>,
    /// How a refusal is worded.
    words: String,
    /// Attributes that were sent and did not come back, and those that did.
    lost: BTreeSet<String>,
    kept: BTreeSet<String>,
}

impl Asked {
    fn of(exchange: &ExchangeRecord) -> Self {
        let (path, query) = split_query(exchange.url.strip_prefix("{base}").unwrap_or(&exchange.url));
        let collection = format!("/{}", path.split('/').nth(1).unwrap_or_default());
        let status = exchange.answer.as_ref().map(|answer| answer.status);
        let refused = status.is_some_and(|status| status >= 400);
        let parsed = |text: &str| serde_json::from_str::<Value>(text).ok();
        let sent = exchange.body.as_deref().and_then(parsed);
        let answered = exchange.answer.as_ref().and_then(|answer| parsed(&answer.body));
        let signature = signature(&exchange.method, query, sent.as_ref());
        let plain = format!("{} {collection}", exchange.method);
        let request = format!("{plain}{signature}");
        let forms = if exchange.method == "PATCH" { named_by(sent.as_ref()) } else { BTreeSet::new() };
        let mut asked = Self {
            kind: if exchange.method == "PATCH" { plain } else { request.clone() },
            request,
            by_idp: !matches!(exchange.actor.as_str(), "client" | "witness" | "cleanup" | "census" | "preflight"),
            forms,
            writes: exchange.method != "GET" && !path.ends_with("/.search"),
            theirs: !matches!(exchange.actor.as_str(), "witness" | "cleanup" | "census" | "preflight"),
            words: answered.as_ref().filter(|_| refused).map(words).unwrap_or_default(),
            lost: BTreeSet::new(),
            kept: BTreeSet::new(),
            collection,
            status,
        };
        let whole = matches!(exchange.method.as_str(), "POST" | "PUT") && query.is_none() && asked.writes && !refused;
        if let (Some(sent), Some(answered @ Value::Object(_)), true) = (&sent, &answered, whole) {
            let (sent, answered) = (attributes(sent), attributes(answered));
            (asked.kept, asked.lost) = sent.into_iter().partition(|attribute| answered.contains(attribute));
        }
        asked
    }

    /// Whether a write of somebody else than us was refused, and not for what stands there already.
    fn is_refused_write(&self) -> bool {
        self.writes && self.is_refused()
    }

    /// The same of any request: a lookup that is refused ends what an IdP was about to do.
    fn is_refused(&self) -> bool {
        self.theirs && self.status.is_some_and(|status| status >= 400 && !matches!(status, 404 | 409))
    }

    /// Whether an IdP looked somebody up before it writes.
    fn looks_up(&self) -> bool {
        self.by_idp && self.request.ends_with(FILTERED)
    }

    fn refused(&self) -> Option<Origin> {
        let status = self.status.filter(|status| *status >= 400)?;
        // One filter that is refused, or twenty: what the server has to learn is filtering.
        let words = if self.request.ends_with(FILTERED) { String::new() } else { self.words.clone() };
        // So it is with the paths of a PATCH that are refused in the same words: the title names them.
        Some(Origin::Refused { request: self.kind.clone(), status, words })
    }
}

/// The exchanges of a scenario, as far as origins go.
pub(super) fn asked(scenario: &ScenarioRecord) -> Vec<Asked> {
    scenario.exchanges.iter().map(|exchange| Asked::of(&exchange)).collect()
}

/// The attributes that were sent and never came back, by collection.
#[derive(Default)]
pub(super) struct Kept {
    /// How often each was lost, and whether it ever came back.
    seen: BTreeMap<(String, String), (usize, bool)>,
}

impl Kept {
    pub(super) fn note(&mut self, all: &[Asked]) {
        for asked in all {
            for attribute in &asked.lost {
                self.seen.entry((asked.collection.clone(), attribute.clone())).or_default().0 += 1;
            }
            for attribute in &asked.kept {
                self.seen.entry((asked.collection.clone(), attribute.clone())).or_default().1 = true;
            }
        }
    }

    fn drops(&self, collection: &str, attribute: &str) -> bool {
        let seen = self.seen.get(&(collection.to_owned(), attribute.to_owned()));
        seen.is_some_and(|(lost, kept)| *lost > 0 && !kept)
    }

    /// The attribute whose loss a finding tells: its own, or a part that is expected and not among what was seen.
    fn lost_in(&self, collection: &str, finding: &Finding) -> Option<Origin> {
        let own = attribute_of(finding)?;
        let quoted = |part: &str, text: &str| text.contains(&format!("\"{part}\""));
        let part = |attribute: &str| {
            let below = attribute.strip_prefix(&own)?;
            let below = below.strip_prefix('.').or(below.is_empty().then_some(""))?;
            Some(below.is_empty() || quoted(below, &finding.expected) && !quoted(below, &finding.seen)).filter(|is| *is)
        };
        let lost = self.seen.keys().filter(|(of, attribute)| of == collection && self.drops(of, attribute));
        let attribute = lost.map(|(_, attribute)| attribute).find(|attribute| part(attribute).is_some())?;
        Some(Origin::Dropped { collection: collection.to_owned(), attribute: attribute.clone() })
    }
}

/// What a finding begins with. A finding about a refusal, or about the state that a refused write left, begins with that refusal;
/// one that misses what a server never keeps begins with the loss; any other is one requirement at one kind of request.
pub(super) fn origin(finding: &Finding, all: &[Asked], kept: &Kept) -> Origin {
    let shown = finding.exchange.and_then(|at| all.get(at));
    let state = matches!(finding.place, Place::State(_));
    // Where the request had to be refused, or was and changed something all the same, the refusal is not what is wrong.
    let should_refuse = finding.expected.starts_with('4') || REFUSED_AND_DONE.contains(&finding.requirement.as_str());
    if let Some(shown) = shown.filter(|_| (state || finding.place == Place::Status) && !should_refuse)
        && let Some(refused) = shown.refused()
    {
        return refused;
    }
    // What an RFC says, and what a write did, is shown by its own exchange.
    let by_itself = ["RFC", "HAZARD-"].iter().any(|begins| finding.requirement.starts_with(begins));
    if state && !by_itself && !should_refuse {
        let before = finding.exchange.map_or(all.len(), |at| at.min(all.len()));
        let refused = all[..before].iter().enumerate().rev().find(|(at, _)| stops(&all[..before], *at));
        if let Some(refused) = refused.and_then(|(_, asked)| asked.refused()) {
            return refused;
        }
    }
    if let Some(shown) = shown
        && let Some(lost) = kept.lost_in(&shown.collection, finding)
    {
        return lost;
    }
    let attribute = match &finding.place {
        Place::Body(_) => attribute_of(finding),
        Place::Status | Place::Header(_) | Place::State(_) | Place::Sent(_) => None,
    };
    // A header is set in one place, whatever was asked for, and so is an attribute.
    let shown = shown.filter(|_| !matches!(finding.place, Place::Header(_)) && attribute.is_none());
    Origin::Broken {
        request: shown.map(|asked| asked.kind.clone()).unwrap_or_default(),
        requirement: finding.requirement.clone(),
        attribute: attribute.unwrap_or_default(),
    }
}

/// Whether the exchange at that place is a refusal that ends what was under way: that of a write, or of a lookup after which the IdP
/// wrote no more. Where it went on, the lookup was not what it depended on.
fn stops(all: &[Asked], at: usize) -> bool {
    let Some((asked, later)) = all.get(at..).and_then(<[Asked]>::split_first) else { return false };
    let goes_on = |later: &Asked| later.by_idp && later.writes && later.status.is_some_and(|status| status < 300);
    asked.is_refused_write() || asked.looks_up() && asked.is_refused() && !later.iter().any(goes_on)
}

/// The attributes that an expectation of the state is about, where it is about certain ones.
fn concerns(expectation: &str) -> Option<&'static [&'static str]> {
    match expectation {
        "STATE-MEMBERS" => Some(&["members"]),
        "STATE-ACTIVE" => Some(&["active"]),
        "STATE-LINKED" => Some(&["externalId"]),
        "STATE-GROUP-ONCE" | "STATE-GROUP-GONE" => Some(&["displayName"]),
        "IDP-CONFLICT" => Some(&["userName"]),
        _ => None,
    }
}

/// Whether the state that a scenario found is what an earlier finding of it leads to expect: a write that did not do what it said, of
/// the attribute that the expectation is about.
pub(super) fn follows(state: &Finding, effect: &Finding) -> bool {
    let (expectation, hazard) = (state.requirement.as_str(), effect.requirement.as_str());
    let earlier = effect.exchange.zip(state.exchange).is_none_or(|(effect, state)| effect < state);
    if !(expectation.starts_with("STATE-") || expectation == "IDP-CONFLICT")
        || !hazard.starts_with("HAZARD-")
        || !earlier
    {
        return false;
    }
    let changed = match hazard {
        "HAZARD-STRING-BOOLEAN" => "active".to_owned(),
        "HAZARD-GROUP-EMPTIED" | "HAZARD-MEMBERS-DROPPED" => "members".to_owned(),
        _ => title::attribute(effect),
    };
    let is = |name: &&str| changed == *name || changed.strip_prefix(*name).is_some_and(|rest| rest.starts_with('.'));
    concerns(expectation).is_none_or(|about| about.iter().any(is))
}

/// What kept a scenario from getting under way: the first write that was refused, or else the attributes it sent in vain.
pub(super) fn hindrances(all: &[Asked], kept: &Kept) -> Vec<Origin> {
    if let Some(refused) = all.iter().find(|asked| asked.is_refused_write()).and_then(Asked::refused) {
        return vec![refused];
    }
    let lost = all.iter().flat_map(|asked| asked.lost.iter().map(|attribute| (&asked.collection, attribute)));
    let dropped =
        lost.filter(|(collection, attribute)| kept.drops(collection, attribute)).map(|(collection, attribute)| {
            Origin::Dropped { collection: collection.clone(), attribute: attribute.clone() }
        });
    dropped.collect::<BTreeSet<_>>().into_iter().collect()
}

/// What a request asks for beyond its method and collection.
fn signature(method: &str, query: Option<&str>, sent: Option<&Value>) -> String {
    if method == "PATCH" {
        return named_by(sent).into_iter().map(|form| format!(", {form}")).collect();
    }
    let parameters = query.unwrap_or_default().split('&').filter_map(|pair| pair.split('=').next()).map(decode_query);
    let searched = sent.filter(|_| method == "POST").and_then(Value::as_object);
    let searched = searched.into_iter().flat_map(|sent| sent.keys().cloned());
    let parameters: BTreeSet<String> = parameters.chain(searched).map(|name| name.to_ascii_lowercase()).collect();
    let feature = [
        (FILTERED, &["filter"][..]),
        (" in part", &["attributes", "excludedattributes"]),
        (" sorted", &["sortby", "sortorder"]),
        (" by pages", &["startindex", "count", "cursor"]),
    ];
    let of = feature.iter().find(|(_, names)| names.iter().any(|name| parameters.contains(*name)));
    of.map_or(String::new(), |(words, _)| (*words).to_owned())
}

/// What the operations of a PATCH name.
fn named_by(sent: Option<&Value>) -> BTreeSet<String> {
    let operations = sent.and_then(|sent| named(sent, "Operations")).and_then(Value::as_array);
    operations.into_iter().flatten().flat_map(forms).collect()
}

/// What each refusal of a scenario names, of a PATCH.
pub(super) fn refused_forms(all: &[Asked]) -> impl Iterator<Item = (Origin, &String)> {
    let refused = all.iter().filter(|asked| asked.is_refused_write());
    refused.flat_map(|asked| asked.forms.iter().filter_map(|form| Some((asked.refused()?, form))))
}

/// The forms of an operation's paths: `members[value eq ..]`, and the attributes of its value where it has no path.
fn forms(operation: &Value) -> Vec<String> {
    match named(operation, "path").and_then(Value::as_str) {
        Some(path) => vec![form(path)],
        None => {
            let value = named(operation, "value").and_then(Value::as_object);
            value.into_iter().flat_map(|value| value.keys().map(|name| form(name))).collect()
        }
    }
}

/// A path without the values its filter compares with: they differ from one request to the next.
fn form(path: &str) -> String {
    let pieces = path.split('"').enumerate().filter(|(at, _)| at % 2 == 0).map(|(_, piece)| piece);
    let form: String = pieces.collect::<Vec<_>>().join("..").chars().filter(|c| !c.is_control()).take(80).collect();
    // Values that nobody put in quotes, such as ids.
    form.split(' ')
        .map(|word| if word.bytes().any(|b| b.is_ascii_digit()) && !word.starts_with("urn:") { ".." } else { word })
        .collect::<Vec<_>>()
        .join(" ")
}

/// How a refusal is worded: its keyword, or else its detail without what changes from one request to the next.
fn words(answer: &Value) -> String {
    if let Some(keyword) = named(answer, "scimType").and_then(Value::as_str).filter(|keyword| !keyword.is_empty()) {
        return keyword.chars().filter(|c| c.is_ascii_alphanumeric()).take(40).collect();
    }
    let detail = named(answer, "detail").and_then(Value::as_str).unwrap_or_default();
    let varies = |word: &str| word.bytes().any(|b| b.is_ascii_digit()) || word.contains(['@', '"', '\'', '`']);
    let words = detail.split_whitespace().take(12).map(|word| if varies(word) { ".." } else { word });
    words.collect::<Vec<_>>().join(" ").chars().filter(|c| !c.is_control()).take(100).collect()
}

/// A member by its name in any case.
fn named<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    value.as_object()?.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// The attributes of a resource and their parts, in lower case; those of an extension with its URN.
fn attributes(resource: &Value) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for (name, value) in resource.as_object().into_iter().flatten() {
        let name = name.to_ascii_lowercase();
        if !NOT_SHOWN.contains(&name.as_str()) && !is_empty(value) {
            parts(&name, value, &mut all);
            all.insert(name);
        }
    }
    all
}

fn parts(of: &str, value: &Value, all: &mut BTreeSet<String>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| parts(of, value, all)),
        Value::Object(members) => {
            for (name, value) in members.iter().filter(|(_, value)| !is_empty(value)) {
                let path = format!("{of}.{}", name.to_ascii_lowercase());
                if path.split('.').count() < 4 {
                    parts(&path, value, all);
                }
                all.insert(path);
            }
        }
        _ => {}
    }
}

fn is_empty(value: &Value) -> bool {
    value.is_null() || value.as_array().is_some_and(Vec::is_empty)
}

/// The attribute that a finding is about, as [`attributes`] names it.
fn attribute_of(finding: &Finding) -> Option<String> {
    let of_pointer = |pointer: &str| {
        let names = pointer.split('/');
        let names = names.filter(|part| !part.is_empty() && *part != "Resources" && part.parse::<usize>().is_err());
        let path = names.collect::<Vec<_>>().join(".").to_ascii_lowercase();
        Some(path).filter(|path| !path.is_empty())
    };
    match &finding.place {
        Place::Body(pointer) => of_pointer(pointer),
        Place::State(what) => match what.split_once(" at /") {
            // A path with a filter: `emails[type eq "work"]` is about emails.
            Some((_, pointer)) => of_pointer(pointer).map(|path| path.split('[').next().unwrap_or_default().to_owned()),
            None => {
                let (name, value) = finding.expected.split_once(' ')?;
                let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric());
                (is_name && value.starts_with(['[', '{', '"'])).then(|| name.to_ascii_lowercase())
            }
        },
        Place::Status | Place::Header(_) | Place::Sent(_) => None,
    }
}
