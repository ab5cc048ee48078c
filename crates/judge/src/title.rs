//! The title of a finding: what was seen, with the request that shows it. The rule comes second, and is not in it.
//!
//! In: folded findings, and the scenarios they are from. Out: a sentence for each. Never: a sentence that states a rule, since
//! it would read as if the rule held.

use crate::check::catalogue;
use crate::verdict::{Evidence, ExchangeRecord, Finding, FindingSummary, Place, ScenarioRecord, evidence};
use client::wire::{decode_query, split_query};
use scim::urn;
use serde_json::Value;

/// What a scenario expects and a requirement does not say: an IdP's write that is refused, with what came of it.
const REFUSED: (&str, &str) = ("ANSWER-REFUSED", "{request}{operations} is refused: {status} {seen}");

/// Longest title, and longest part of one that a target may have written, in characters.
const LONGEST: usize = 200;
const PART: usize = 90;
/// Most of a filter: what was seen comes after it.
const FILTER: usize = 50;
/// Most of what a PATCH asks for.
const OPERATIONS: usize = 60;
/// The place of what a client was answered last: the exchange itself says more.
const LAST_ANSWER: &str = "the last answer";

/// Writes the title of each folded finding.
pub fn entitle(summaries: &mut [FindingSummary], scenarios: &[ScenarioRecord]) {
    let all = evidence(scenarios, summaries);
    for (summary, evidence) in summaries.iter_mut().zip(&all) {
        if let Some(evidence) = evidence {
            summary.title = title(evidence, &summary.place);
        }
    }
}

fn title(evidence: &Evidence<'_>, place: &Place) -> String {
    let words = Words::of(evidence.finding, evidence.exchange().as_deref());
    let id = &evidence.finding.requirement;
    let known = match place {
        Place::Sent(_) => catalogue::of_client(id),
        _ => catalogue::get(id),
    };
    let own = known.and_then(|r| r.title.as_deref());
    let own = own.or((id == REFUSED.0).then_some(REFUSED.1));
    // The place as all that were folded name it.
    let told = own.and_then(|own| words.put_into(own)).unwrap_or_else(|| words.plain(place));
    cut(&told, LONGEST)
}

/// What a title is made of.
struct Words {
    /// `PATCH /Groups/{id}`; absent where no exchange was kept.
    request: Option<String>,
    /// ` (replace title)`: what a PATCH asks for.
    operations: String,
    status: Option<String>,
    /// `Location`, `members.value`: what did not hold, by name.
    attribute: String,
    expected: String,
    seen: String,
    /// What did not happen to an attribute: a create stores it, any other write changes it.
    unchanged: &'static str,
}

impl Words {
    fn of(finding: &Finding, exchange: Option<&ExchangeRecord>) -> Self {
        Self {
            unchanged: if exchange.is_some_and(|x| x.method == "POST") { "was not stored" } else { "did not change" },
            request: exchange.map(request),
            operations: exchange.map(operations).unwrap_or_default(),
            status: exchange.map(|x| x.answer.as_ref().map_or("with nothing".to_owned(), |a| a.status.to_string())),
            attribute: short(&attribute(finding)),
            expected: cut(&without_ids(finding.expected.trim_end_matches('.')), PART),
            seen: cut(&without_ids(without_request(finding.seen.trim_end_matches('.'))), PART),
        }
    }

    /// A sentence of the catalogue with the words in their places; `None` where one of them is not known.
    fn put_into(&self, sentence: &str) -> Option<String> {
        let mut out = String::new();
        let mut rest = sentence;
        // Word by word: what is put in is not looked through for further places.
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}')?;
            out.push_str(before);
            out.push_str(match name {
                "request" => self.request.as_deref()?,
                "operations" => &self.operations,
                "status" => self.status.as_deref()?,
                "attribute" => Some(self.attribute.as_str()).filter(|name| !name.is_empty())?,
                "expected" => &self.expected,
                "seen" => &self.seen,
                "unchanged" => self.unchanged,
                _ => return None,
            });
            rest = after;
        }
        out.push_str(rest);
        Some(out)
    }

    /// The sentence of a requirement that has none of its own.
    fn plain(&self, place: &Place) -> String {
        let Self { attribute, expected, seen, .. } = self;
        let read = self.request.as_deref().is_none_or(|request| request.starts_with("GET "));
        if let Place::State(what) = place
            && read
            && !what.starts_with("GET ")
            && (what != LAST_ANSWER || self.request.is_none())
        {
            return format!("{seen}; expected {expected} ({})", cut(what, PART));
        }
        let answered = match (&self.request, &self.status) {
            (Some(request), Some(status)) => format!("{request}{} answered {status}", self.operations),
            _ => String::new(),
        };
        let said = match place {
            // The status says it all where nothing else was noted.
            Place::Status | Place::State(_) if self.status.as_deref() == Some(seen.as_str()) => String::new(),
            Place::Header(_) | Place::Body(_) if !attribute.is_empty() && seen == "nothing" => {
                return format!("{answered} without {attribute}; expected {expected}");
            }
            Place::State(_) if seen == "nothing" && !attribute.is_empty() => {
                return format!("{answered} without {attribute}; expected {expected}");
            }
            Place::Body(pointer) if pointer == "/Resources" && !seen.contains(['{', '[']) => format!("returned {seen}"),
            // `201 with scimType none` behind the status says nothing that the status does not.
            Place::Status | Place::State(_)
                if self.status.as_deref().is_some_and(|status| is_status_alone(seen, status)) =>
            {
                String::new()
            }
            _ if !attribute.is_empty() && !seen.contains(attribute.as_str()) => {
                format!("{attribute}: {seen}")
            }
            Place::State(what) if self.request.is_none() => format!("{}: {seen}", cut(what, PART)),
            _ => seen.clone(),
        };
        let parts: Vec<&str> = [answered.as_str(), said.as_str()].into_iter().filter(|part| !part.is_empty()).collect();
        format!("{}; expected {expected}", parts.join(": "))
    }
}

/// Whether a text is a status, and that nothing came with it.
fn is_status_alone(seen: &str, status: &str) -> bool {
    seen.strip_prefix(status).is_some_and(|rest| rest == " with scimType none")
}

/// What a finding is about, by name: the header, the attribute at the pointer, or what the words of an effect begin with.
#[must_use]
pub fn attribute(finding: &Finding) -> String {
    match &finding.place {
        Place::Status => String::new(),
        Place::Header(name) => cut(&name.split('-').map(capital).collect::<Vec<_>>().join("-"), PART),
        Place::Body(pointer) => pointed(pointer),
        Place::Sent(pointer) if pointer.starts_with('/') => pointed(pointer),
        Place::Sent(what) => cut(what, PART),
        Place::State(what) if what.contains(" at /") => pointed(what.rsplit(" at ").next().unwrap_or_default()),
        Place::State(_) => {
            let first = finding.seen.split(' ').next().unwrap_or_default();
            let named =
                finding.expected.split(' ').next() == Some(first) && first.bytes().any(|b| b.is_ascii_alphabetic());
            if named { cut(first, PART) } else { String::new() }
        }
    }
}

/// A text in which the extension of employers, whose URN fills half a line, goes by its name.
fn short(text: &str) -> String {
    text.replace(&format!("{}:", urn::ENTERPRISE_USER), "enterprise:")
}

/// `meta.created` of `/Resources/3/meta/created`.
fn pointed(pointer: &str) -> String {
    let named = pointer.split('/').filter(|part| {
        !part.is_empty() && !part.bytes().all(|b| b.is_ascii_digit()) && !matches!(*part, "Resources" | "*")
    });
    cut(&named.map(|part| part.replace("~1", "/").replace("~0", "~")).collect::<Vec<_>>().join("."), PART)
}

/// What a PATCH asks for, as it is spelled: ` (replace title)`, ` ("Add" members)`. Letters in which servers are mistaken are quoted.
fn operations(exchange: &ExchangeRecord) -> String {
    let body = exchange.body.as_deref().filter(|body| exchange.method == "PATCH" && body.len() < 100_000);
    let body: Option<Value> = body.and_then(|body| serde_json::from_str(body).ok());
    let members = body.as_ref().and_then(Value::as_object).into_iter().flatten();
    let Some((key, all)) = members.into_iter().find(|(name, _)| name.eq_ignore_ascii_case("Operations")) else {
        return String::new();
    };
    let all = all.as_array().map(Vec::as_slice).unwrap_or_default();
    let mut told: Vec<String> = all.iter().take(2).map(operation).filter(|told| !told.is_empty()).collect();
    if told.is_empty() {
        return String::new();
    }
    if all.len() > 2 {
        told.push(format!("{} more", all.len() - 2));
    }
    let under = if key == "Operations" { String::new() } else { format!("in {key:?}: ") };
    format!(" ({under}{})", cut(&told.join(", "), OPERATIONS))
}

/// One operation: its name, and what it changes.
fn operation(one: &Value) -> String {
    let word = |name: &str| one.get(name).and_then(Value::as_str).unwrap_or_default();
    let op = match word("op") {
        op if op.bytes().any(|b| b.is_ascii_uppercase()) => format!("{op:?}"),
        op => op.to_owned(),
    };
    let keys = || one.get("value").and_then(Value::as_object).into_iter().flatten().map(|(name, _)| name.as_str());
    let what = match word("path") {
        "" if keys().next().is_some() => format!("{} without a path", keys().take(2).collect::<Vec<_>>().join(" and ")),
        path => without_values(path),
    };
    short(format!("{op} {what}").trim())
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// A request as a title names it: the method, and the path with `{id}` for what is one resource's own. Of a query the filter
/// is shown, and otherwise which parameters it has.
#[must_use]
pub fn request(exchange: &ExchangeRecord) -> String {
    let Some(below) = exchange.url.strip_prefix("{base}") else {
        return cut(&format!("{} {}", exchange.method, exchange.url), PART);
    };
    let (path, query) = split_query(below);
    let own = |(at, part): (usize, &str)| -> String {
        let after_collection = at > 1 && !part.is_empty() && !part.starts_with('.');
        let known = part.starts_with(|c: char| c.is_ascii_uppercase()) && part.bytes().all(|b| b.is_ascii_alphabetic());
        if after_collection && !known { "{id}".to_owned() } else { cut(part, 40) }
    };
    let path: Vec<String> = path.split('/').enumerate().map(own).collect();
    let query = query.map(named).unwrap_or_default();
    cut(&format!("{} {}{query}", exchange.method, path.join("/")), PART)
}

/// `?filter=userName eq "..."&attributes`. Where there is a filter, nobody asks which page it was; a flag alone says nothing.
fn named(query: &str) -> String {
    let filtered = query.split('&').any(|pair| pair.starts_with("filter="));
    let told: Vec<String> = query
        .split('&')
        .filter_map(|pair| match pair.split_once('=')? {
            ("filter", value) => Some(format!("filter={}", cut(&without_values(&decode_query(value)), FILTER))),
            ("startIndex" | "count", _) if filtered => None,
            (name, _) => Some(name.to_owned()),
        })
        .collect();
    if told.is_empty() { String::new() } else { format!("?{}", told.join("&")) }
}

/// A filter without the values it compares with: they differ from one finding to the next of the same defect.
fn without_values(filter: &str) -> String {
    let pieces = filter.split('"').enumerate().map(|(at, piece)| if at % 2 == 1 { "..." } else { piece });
    pieces.collect::<Vec<_>>().join("\"")
}

/// What was seen without the request it was seen at: the title begins with that.
fn without_request(seen: &str) -> &str {
    let end = [" for /", " to GET /", " to POST /", " to PUT /", " to PATCH /", " to DELETE /"]
        .iter()
        .filter_map(|word| seen.find(word))
        .min();
    end.map_or(seen, |end| &seen[..end])
}

/// A text with the number of ids in the place of a list of them, and without those that follow a name: they say nothing to
/// people.
fn without_ids(text: &str) -> String {
    let mut out = String::new();
    let mut named = text.split(" (id \"");
    let mut text = named.next().unwrap_or_default().to_owned();
    for part in named {
        match part.split_once("\")") {
            Some((id, after)) if !id.contains(' ') => text.push_str(after),
            _ => text.extend([" (id \"", part]),
        }
    }
    let mut rest = text.as_str();
    while let Some(at) = rest.find(['[', '{']) {
        let close = if rest[at..].starts_with('[') { ']' } else { '}' };
        let inside = rest[at + 1..].split_once(close);
        let ids = inside.and_then(|(inside, after)| Some((ids_in(inside)?, after)));
        let Some((count, after)) = ids else {
            out.push_str(&rest[..=at]);
            rest = &rest[at + 1..];
            continue;
        };
        out.push_str(&rest[..at]);
        out.push_str(&count.to_string());
        rest = after;
    }
    out.push_str(rest);
    out
}

/// How many ids stand in a list, if they are nothing else.
fn ids_in(list: &str) -> Option<usize> {
    let id = |part: &str| {
        let word = part.strip_prefix('"')?.strip_suffix('"')?;
        let plain = word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        (plain && word.len() >= 16 && word.bytes().any(|b| b.is_ascii_digit())).then_some(())
    };
    let parts: Option<Vec<()>> = list.split(',').map(|part| id(part.trim())).collect();
    Some(parts?.len())
}

fn cut(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some((end, _)) => format!("{}...", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::{AnswerRecord, Outcome, OutcomeKind, Severity, fold};
    use std::sync::Arc;

    fn sent(method: &str, url: &str, status: u16) -> Arc<ExchangeRecord> {
        let answer = AnswerRecord { status, headers: Vec::new(), body: String::new(), truncated: false };
        Arc::new(ExchangeRecord {
            method: method.into(),
            url: url.into(),
            answer: Some(answer),
            ..ExchangeRecord::default()
        })
    }

    fn found(requirement: &str, place: Place, expected: &str, seen: &str) -> Finding {
        Finding {
            requirement: requirement.into(),
            text: "It holds.".into(),
            severity: Severity::Violation,
            breaks: Vec::new(),
            confidence: None,
            exchange: Some(0),
            place,
            expected: expected.into(),
            seen: seen.into(),
            why: String::new(),
            remedy: String::new(),
        }
    }

    fn title_of(finding: Finding, exchange: Option<Arc<ExchangeRecord>>) -> String {
        let scenario = ScenarioRecord {
            findings: vec![finding],
            exchanges: exchange.into_iter().collect::<Vec<_>>().into(),
            outcome: Outcome::of(OutcomeKind::Failed, "x"),
            ..ScenarioRecord::blank()
        };
        let mut summaries = fold([&scenario]);
        entitle(&mut summaries, &[scenario]);
        summaries.remove(0).title
    }

    #[test]
    fn a_title_says_what_was_seen_and_where() {
        let post = || Some(sent("POST", "{base}/Users", 500));
        let status = || found("OWN", Place::Status, "409", "500");
        assert_eq!(title_of(status(), post()), "POST /Users answered 500; expected 409");
        assert_eq!(title_of(status(), None), "500; expected 409");
        let header = found("OWN", Place::Header("location".into()), "a URI", "none");
        assert_eq!(title_of(header, post()), "POST /Users answered 500: Location: none; expected a URI");
        let body = found("OWN", Place::Body("/Resources/3/meta/created".into()), "a date", "\"today\"");
        let list = Some(sent("GET", "{base}/Users?filter=userName%20eq%20%22ada%22&count=2", 200));
        assert_eq!(
            title_of(body, list),
            r#"GET /Users?filter=userName eq "..." answered 200: meta.created: "today"; expected a date"#
        );
        let state = found("OWN", Place::State("GET /Users/1".into()), "title \"a\"", "title nothing");
        let names = found("OWN", Place::Body("/Resources".into()), "Ada", "Ada, Ben for /Users?filter=title");
        let list = Some(sent("GET", "{base}/Users?filter=title&flag", 200));
        assert_eq!(title_of(names, list), "GET /Users?filter=title answered 200: returned Ada, Ben; expected Ada");
        let below = found("OWN", Place::State("GET /Users/1 at /name/givenName".into()), "\"B\"", "\"A\"");
        let mut patch = (*sent("PATCH", "{base}/Users/9f2c", 200)).clone();
        let operation = r#"{"op":"Replace","path":"emails[type eq \"work\"].value","value":"x"}"#;
        patch.body = Some(format!("{{\"Operations\":[{operation}]}}"));
        assert_eq!(
            title_of(below, Some(Arc::new(patch))),
            "PATCH /Users/{id} (\"Replace\" emails[type eq \"...\"].value) answered 200: name.givenName: \"A\"; expected \"B\""
        );
        let lacks = found("OWN", Place::Body("/meta/created".into()), "a date", "nothing");
        assert_eq!(title_of(lacks, post()), "POST /Users answered 500 without meta.created; expected a date");
        let read = found("OWN", Place::State("a full read of /Users".into()), "one account", "Ada has no account");
        let page = Some(sent("GET", "{base}/Users?count=100", 200));
        assert_eq!(title_of(read, page), "Ada has no account; expected one account (a full read of /Users)");
        let refused = found(
            "ANSWER-REFUSED",
            Place::State("PATCH /Users/9f2c".into()),
            "a status from 200 to 299",
            "(active is true on the account of Ada; expected active false)",
        );
        assert_eq!(
            title_of(refused, Some(sent("PATCH", "{base}/Users/9f2c", 400))),
            "PATCH /Users/{id} is refused: 400 (active is true on the account of Ada; expected active false)"
        );
        let patch = Some(sent("PATCH", "{base}/Users/9f2c", 204));
        assert_eq!(title_of(state, patch), "PATCH /Users/{id} answered 204: title nothing; expected title \"a\"");
    }

    #[test]
    fn the_catalogue_has_sentences_for_the_commonest() {
        let patch = || Some(sent("PATCH", "{base}/Users/9f2c", 200));
        let stays = || found("HAZARD-NO-EFFECT", Place::State("GET /Users/1".into()), "title \"a\"", "title nothing");
        assert_eq!(title_of(stays(), patch()), "PATCH /Users/{id} answered 200, but title did not change");
        let shaped =
            |body: &str| Some(Arc::new(ExchangeRecord { body: Some(body.to_owned()), ..(*patch().unwrap()).clone() }));
        let add = r#"{"Operations":[{"op":"Add","path":"emails[type eq \"work\"].value","value":"x"}]}"#;
        let told = title_of(stays(), shaped(add));
        assert!(
            told.starts_with(r#"PATCH /Users/{id} ("Add" emails[type eq "..."].value) answered 200, but title"#),
            "{told}"
        );
        let small = r#"{"operations":[{"op":"replace","value":{"title":"x","active":true,"a":1}}]}"#;
        let told = title_of(stays(), shaped(small));
        assert!(told.contains(r#"(in "operations": replace title and active without a path)"#), "{told}");
        // Without the exchange the sentence has no beginning.
        assert_eq!(title_of(stays(), None), "GET /Users/*: title nothing; expected title \"a\"");
        for requirement in catalogue::all() {
            let Some(own) = &requirement.title else { continue };
            let words = Words {
                request: Some("POST /Users".into()),
                operations: String::new(),
                status: Some("500".into()),
                attribute: "title".into(),
                expected: "409".into(),
                seen: "500".into(),
                unchanged: "did not change",
            };
            let told = words.put_into(own);
            assert!(told.as_ref().is_some_and(|t| !t.contains(['{', '}'])), "{}: {own}", requirement.id);
            assert!(told.is_some_and(|t| t.trim_end_matches('.') != requirement.text.trim_end_matches('.')), "{own}");
        }
    }

    #[test]
    fn what_a_target_wrote_is_bounded_and_puts_nothing_in() {
        let long = "{request}".repeat(1_000);
        let told = title_of(found("OWN", Place::Body(format!("/{long}")), &long, &long), Some(sent("GET", &long, 200)));
        assert!(told.chars().count() <= LONGEST + 3 && told.contains("{request}"), "{told}");
    }

    #[test]
    fn a_list_of_ids_is_counted_and_the_id_after_a_name_left_out() {
        let id = "6c8bbed8-1416-4c97-af83-a3ba62169965";
        let told = without_ids(&format!("0 members; missing [\"{id}\", \"{id}\"], not [] of {{\"{id}\"}}"));
        assert_eq!(told, "0 members; missing 2, not [] of 1");
        let told = without_ids(&format!("x has Ada (id \"{id}\"), Ben (id \"7\") and (id \"a b\") (id \"c"));
        assert_eq!(told, "x has Ada, Ben and (id \"a b\") (id \"c");
        assert_eq!(without_ids("{\"a\": [\"b\", {}]}] ["), "{\"a\": [\"b\", {}]}] [");
    }

    #[test]
    fn a_request_is_named_by_its_kind() {
        let of = |url: &str| request(&sent("GET", url, 200));
        assert_eq!(of("{base}/Users/9f2c"), "GET /Users/{id}");
        assert_eq!(of("{base}/Users/.search"), "GET /Users/.search");
        assert_eq!(of("{base}/Schemas/urn:ietf:x"), "GET /Schemas/{id}");
        assert_eq!(of("{base}/Groups/1/Members"), "GET /Groups/{id}/Members");
        assert_eq!(of("https://other.example/x"), "GET https://other.example/x");
    }
}
