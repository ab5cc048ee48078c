//! Takes secrets out of exchanges before anything of them is written.
//!
//! In: an exchange as it passed. Out: the same without what proves somebody, in whatever spelling, and without the values of
//! members whose names say that they are secret. Never: a body that is no text, or one whose secrets could not be told.

use super::archive::{Answered, Body, Entry};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use client::observe::Json;
use client::wire::redacted;
use scim::secrecy::{
    MARK, Spellings, credentials_in, is_secret_member, names_secret, names_secret_parameter, secrets_of_body,
    secrets_of_query, without, without_in, without_passwords,
};
use serde_json::Value;
use std::collections::VecDeque;

/// Credentials of senders that are remembered.
const REMEMBERED: usize = 64;
/// A value that a name calls secret, shorter than this, is hidden where it stands and nowhere else: it is in any text by chance.
const TELLING: usize = 8;

/// A body as it passed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Passed {
    /// The bytes, where all of them were kept.
    pub(crate) bytes: Vec<u8>,
    /// Why they were not.
    pub(crate) left_out: Option<String>,
}

/// An exchange as it passed, secrets and all.
#[derive(Debug, Clone)]
pub(crate) struct Raw {
    pub(crate) began: String,
    pub(crate) millis: f64,
    pub(crate) method: String,
    pub(crate) url: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Passed,
    pub(crate) answer: Result<RawAnswer, String>,
}

/// Status, headers and body of an answer as it passed.
pub(crate) type RawAnswer = (u16, Vec<(String, String)>, Passed);

/// What is known to be secret of those who sent so far.
#[derive(Debug)]
pub(crate) struct Redactor {
    senders: VecDeque<String>,
    spellings: Spellings,
}

impl Default for Redactor {
    fn default() -> Self {
        Self { senders: VecDeque::new(), spellings: Spellings::of([]) }
    }
}

/// An exchange of a file, as if it had just passed: who made the file, and what they took out of it, is not known.
impl From<Entry> for Raw {
    fn from(entry: Entry) -> Self {
        let passed = |body: Body| match body {
            Body::None => Passed::default(),
            Body::Text(text) => Passed { bytes: text.into_bytes(), left_out: None },
            Body::LeftOut(why) => Passed { bytes: Vec::new(), left_out: Some(why) },
        };
        let Entry { began, millis, method, url, headers, body, answer } = entry;
        let answer = answer.map(|Answered { status, headers, body }| (status, headers, passed(body)));
        Self { began, millis, method, url, headers, body: passed(body), answer }
    }
}

impl Redactor {
    /// The exchange as it may be written.
    pub(crate) fn entry(&mut self, raw: Raw) -> Entry {
        for (name, value) in raw.headers.iter().filter(|(name, _)| names_credential(name)) {
            self.remember(name, value);
        }
        let mut own = secrets_of_address(&raw.url);
        own.extend(secrets_in(&raw.body.bytes));
        if let Ok((_, headers, body)) = &raw.answer {
            own.extend(secrets_in(&body.bytes));
            for (name, value) in headers {
                own.extend(if names_credential(name) { proofs(name, value) } else { secrets_of_address(value) });
            }
        }
        own.retain(|secret| secret.len() >= TELLING && !secret.contains(MARK));
        let local = Spellings::of(own.iter().map(String::as_str));
        let known = [&self.spellings, &local];
        let text = |text: &str| redacted(&without_in(text, &known)).into_owned();
        let headers = |all: Vec<(String, String)>| -> Vec<(String, String)> {
            all.into_iter().map(|(name, value)| header(name, &value, text)).collect()
        };
        let answer = raw.answer.map_err(|why| text(&why)).map(|(status, all, body)| Answered {
            status,
            body: clean(body, &media(&all), &known),
            headers: headers(all),
        });
        Entry {
            began: raw.began,
            millis: raw.millis,
            method: raw.method,
            url: text(&without_parameters(&raw.url)),
            body: clean(raw.body, &media(&raw.headers), &known),
            headers: headers(raw.headers),
            answer,
        }
    }

    /// Remembers what proves a sender: what another answer echoes is hidden as well.
    fn remember(&mut self, name: &str, value: &str) {
        let mut found = proofs(name, value);
        // What HTTP Basic wraps.
        if let Some(pair) = value.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic"))
            && let Ok(bytes) = STANDARD.decode(pair.1.trim())
            && let Ok(text) = String::from_utf8(bytes)
        {
            found.extend(text.split_once(':').map(|(_, password)| password.to_owned()));
            found.push(text);
        }
        found.retain(|secret| secret.len() >= TELLING && !secret.contains(MARK) && !self.senders.contains(secret));
        if found.is_empty() {
            return;
        }
        for secret in found {
            if self.senders.len() == REMEMBERED {
                self.senders.pop_front();
            }
            self.senders.push_back(secret);
        }
        self.spellings = Spellings::of(self.senders.iter().map(String::as_str));
    }
}

/// Parameters of SCIM (RFC 7644 section 3.4.2, RFC 9865): their values are evidence, however random they look.
const OF_SCIM: [&str; 8] =
    ["filter", "attributes", "excludedAttributes", "sortBy", "sortOrder", "startIndex", "count", "cursor"];

/// What is secret in one parameter of a query, as it is spelled there.
fn secrets_of_parameter(pair: &str) -> Vec<String> {
    match pair.split_once('=') {
        Some((name, value)) if OF_SCIM.iter().any(|known| known.eq_ignore_ascii_case(name)) => {
            // A filter may compare a password.
            if names_secret(value) { vec![value.to_owned()] } else { Vec::new() }
        }
        _ => secrets_of_query(pair).map(str::to_owned).collect(),
    }
}

/// What is secret in the query of an address.
fn secrets_of_address(address: &str) -> Vec<String> {
    let query = address.split_once('?').map_or("", |(_, query)| query);
    query.split('&').flat_map(secrets_of_parameter).collect()
}

/// An address with a mark in the place of each secret parameter, however short it is.
fn without_parameters(address: &str) -> String {
    let Some((path, query)) = address.split_once('?') else { return address.to_owned() };
    let shown = query.split('&').map(|pair| match pair.split_once('=') {
        Some((name, _)) if names_secret_parameter(name) || !secrets_of_parameter(pair).is_empty() => {
            format!("{name}={MARK}")
        }
        _ => pair.to_owned(),
    });
    format!("{path}?{}", shown.collect::<Vec<_>>().join("&"))
}

/// What of a header proves somebody. Of a cookie that is its value, and not what says how long and where it holds.
fn proofs(name: &str, value: &str) -> Vec<String> {
    let values = |cookies: &str| {
        cookies.split(';').filter_map(|one| one.split_once('=')).map(|(_, v)| v.trim().to_owned()).collect()
    };
    match name {
        "cookie" => values(value),
        "set-cookie" => values(value.split(';').next().unwrap_or_default()),
        _ => credentials_in(value).into_iter().map(str::to_owned).collect(),
    }
}

/// Whether a header's name says that its value proves somebody.
fn names_credential(name: &str) -> bool {
    let parts = ["cookie", "apikey", "api-key", "api_key", "signature", "jwt", "session", "assertion"];
    names_secret(name)
        || parts.iter().any(|part| name.contains(part))
        || name.ends_with("-key")
        || name.ends_with("-auth")
}

/// Headers whose values are evidence. Of any other the name is: what it holds is not known, and may prove somebody.
const SHOWN: &[&str] = &[
    "accept",
    "accept-charset",
    "accept-encoding",
    "accept-language",
    "accept-patch",
    "adscimversion",
    "age",
    "allow",
    "cache-control",
    "connection",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-length",
    "content-location",
    "content-type",
    "date",
    "etag",
    "expires",
    "host",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-unmodified-since",
    "keep-alive",
    "last-modified",
    "location",
    "pragma",
    "prefer",
    "preference-applied",
    "retry-after",
    "server",
    "strict-transport-security",
    "transfer-encoding",
    "user-agent",
    "vary",
    "via",
    "www-authenticate",
    "x-content-type-options",
    "x-correlation-id",
    "x-frame-options",
    "x-powered-by",
    "x-rate-limit-limit",
    "x-rate-limit-remaining",
    "x-rate-limit-reset",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "x-request-id",
];

fn header(name: String, value: &str, text: impl Fn(&str) -> String) -> (String, String) {
    if SHOWN.contains(&name.as_str()) {
        let value = text(&without_parameters(value));
        return (name, value);
    }
    // The scheme says how somebody is proved, and is no secret.
    let scheme = value.split_once(' ').map(|(scheme, _)| scheme).filter(|s| s.chars().all(|c| c.is_ascii_alphabetic()));
    let value = match scheme.filter(|_| name.contains("authorization")) {
        Some(scheme) => format!("{scheme} {MARK}"),
        None => MARK.to_owned(),
    };
    (name, value)
}

fn media(headers: &[(String, String)]) -> String {
    let value = headers.iter().find(|(name, _)| name == "content-type").map_or("", |(_, value)| value);
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// A body without secrets. What is neither JSON nor text is not kept.
fn clean(passed: Passed, media: &str, known: &[&Spellings]) -> Body {
    if let Some(why) = passed.left_out {
        return Body::LeftOut(why);
    }
    if passed.bytes.is_empty() {
        return Body::None;
    }
    let length = passed.bytes.len();
    let text = passed.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&passed.bytes);
    let parsed = Json::read(text).ok();
    if parsed.is_none() && !media.starts_with("text/") {
        return Body::LeftOut(format!("{length} bytes of {media:?} were not recorded: they are neither JSON nor text"));
    }
    // Written anew only where something in it has to go that cannot be found in the bytes: of a secret that stands twice, only the
    // last is read.
    let twice = |json: &Json| json.duplicates.iter().any(|at| at.rsplit('/').next().is_some_and(names_secret));
    let anew = parsed.and_then(|mut json| {
        let hidden = hide(&mut json.value, false) | twice(&json);
        hidden.then(|| json.value.to_string().into_bytes())
    });
    let bytes = anew.unwrap_or(passed.bytes);
    let bytes = without(&bytes, known).unwrap_or(bytes);
    let bytes = without_passwords(&bytes).unwrap_or(bytes);
    match String::from_utf8(bytes) {
        Ok(text) => Body::Text(redacted(&text).into_owned()),
        Err(_) => Body::LeftOut(format!("{length} bytes were not recorded: they are no UTF-8")),
    }
}

/// The texts that a JSON body calls secret by their name.
fn secrets_in(bytes: &[u8]) -> Vec<String> {
    serde_json::from_slice(bytes).map(|body| secrets_of_body(&body)).unwrap_or_default()
}

/// Hides the short secrets and the numbers where they stand; whether there were any.
fn hide(value: &mut Value, secret: bool) -> bool {
    match value {
        Value::String(text) if secret && text.len() < TELLING && text != MARK => {
            MARK.clone_into(text);
            true
        }
        // A number cannot be marked where it stands: what comes of it is no JSON.
        Value::Number(_) if secret => {
            *value = MARK.into();
            true
        }
        Value::Array(items) => items.iter_mut().fold(false, |any, item| hide(item, secret) | any),
        Value::Object(object) => {
            let inside: Vec<bool> = object.iter().map(|(name, value)| is_secret_member(object, name, value)).collect();
            let members = object.iter_mut().zip(inside);
            members.fold(false, |any, ((_, value), inside)| hide(value, secret || inside) | any)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(headers: &[(&str, &str)], url: &str, sent: &str, answered: &str) -> Raw {
        let passed = |text: &str| Passed { bytes: text.as_bytes().to_vec(), left_out: None };
        let json = [("content-type".to_owned(), "application/scim+json".to_owned())];
        let own = headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned()));
        Raw {
            began: String::new(),
            millis: 0.0,
            method: "POST".into(),
            url: url.into(),
            headers: own.chain(json.clone()).collect(),
            body: passed(sent),
            answer: Ok((400, json.to_vec(), passed(answered))),
        }
    }

    fn written(redactor: &mut Redactor, raw: Raw) -> String {
        redactor.entry(raw).to_json().to_string()
    }

    #[test]
    fn what_proves_a_sender_is_nowhere_in_whatever_spelling() {
        let token = "s3cret-token-of-okta";
        let mut redactor = Redactor::default();
        let coded = STANDARD.encode(format!("{{\"t\":\"{token}\"}}"));
        let echo = format!(r#"{{"detail":"Bearer {token} {coded} {}"}}"#, token.to_uppercase());
        let headers = [("authorization", "Bearer s3cret-token-of-okta"), ("x-api-key", "k-0123456789")];
        let text = written(&mut redactor, raw(&headers, "http://h/Users?code=qwertz-123456", "{}", &echo));
        for secret in [token, "S3CRET", &coded, "k-0123456789", "qwertz-123456"] {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
        assert!(text.contains("Bearer [redacted]"), "{text}");
        let filter = "http://h/Users?filter=userName%20eq%20%22ada.0123456789%22&count=1";
        assert!(written(&mut redactor, raw(&[], filter, "{}", "{}")).contains(filter));
        let filter =
            written(&mut redactor, raw(&[], "http://h/Users?filter=password%20eq%20%22hunter2%22", "{}", "{}"));
        assert!(!filter.contains("hunter2"), "{filter}");
        let later = written(&mut redactor, raw(&[], "http://h/Users", "{}", &format!(r#"{{"note":"{token}"}}"#)));
        assert!(!later.contains(token), "{later}");
        let basic = format!("Basic {}", STANDARD.encode("ada:correct-horse"));
        let text =
            written(&mut redactor, raw(&[("authorization", &basic)], "http://h", "{}", r#"{"x":"correct-horse"}"#));
        assert!(!text.contains("correct-horse") && text.contains("Basic [redacted]"), "{text}");
        let cookie = [("cookie", "a=1; session=0123456789abcdef")];
        let text = written(&mut redactor, raw(&cookie, "http://h", "{}", r#"{"x":"0123456789abcdef"}"#));
        assert!(!text.contains("0123456789abcdef"), "{text}");
    }

    #[test]
    fn what_a_body_calls_secret_is_hidden_and_the_rest_is_as_it_was() {
        let sent =
            r#"{ "userName": "ada", "password": "hunter2!", "x": {"clientSecret": "abc", "Token": 12345678901} }"#;
        let mut redactor = Redactor::default();
        let text = written(&mut redactor, raw(&[], "http://h", sent, r#"{"detail":"hunter2! is too short"}"#));
        for secret in ["hunter2!", "abc\\\"", "12345678901"] {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
        assert!(text.contains("ada"), "{text}");
        let plain = r#"{ "userName" : "ada",  "userName": "ben" }"#;
        let entry = redactor.entry(raw(&[], "http://h", plain, ""));
        assert_eq!(entry.body, Body::Text(plain.to_owned()), "spacing and doubled members are evidence");
    }

    #[test]
    fn what_proves_somebody_by_an_odd_name_or_in_an_odd_place_goes_and_evidence_stays() {
        let mut redactor = Redactor::default();
        let headers = [
            ("apikey", "a-live-key-1"),
            ("x-auth", "a-live-key-2"),
            ("cf-access-jwt-assertion", "a-live-key-3"),
            ("x-tenant", "h.example"),
            ("user-agent", "Okta SCIM Client 1.0.0"),
        ];
        let search =
            r#"{"filter":"password eq \"hunter2!x\"","clientSecret":"first-secret-1","clientSecret":"second-one-2"}"#;
        let mut one = raw(&headers, "https://h.example/Users?password=pw&count=2&sig=x1", search, "{}");
        if let Ok((_, headers, _)) = &mut one.answer {
            headers.push(("set-cookie".into(), "s=1; Path=/; Domain=h.example; Max-Age=31536000; HttpOnly".into()));
            headers.push(("location".into(), "/login?access_token=a-live-key-4&count=2".into()));
        }
        let text = written(&mut redactor, one);
        for secret in ["a-live-key", "hunter2", "first-secret", "second-one", "password=pw", "sig=x1"] {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
        for evidence in
            ["https://h.example/Users?password=[redacted]&count=2", "Okta SCIM Client 1.0.0", "x-tenant", "/login?"]
        {
            assert!(text.contains(evidence), "{evidence}: {text}");
        }
        let broken = raw(&[], "http://h", r#"{"access_token":"abcdef0123456789",}"#, "");
        assert!(matches!(redactor.entry(broken).body, Body::LeftOut(_)), "what cannot be read cannot be searched");
        let marked = raw(&[], "http://h", "\u{feff}{\"userName\":\"ada\",\"password\":\"hunter2\"}", "");
        let text = written(&mut redactor, marked);
        assert!(text.contains("ada") && !text.contains("hunter2"), "{text}");
    }

    #[test]
    fn what_was_taken_out_once_stays_as_it_is() {
        let mut redactor = Redactor::default();
        let first = redactor.entry(raw(
            &[("authorization", "Bearer t-0123456789")],
            "http://h/Users?code=abc-12345",
            "{}",
            "{}",
        ));
        assert_eq!(Redactor::default().entry(first.clone().into()), first);
    }

    #[test]
    fn what_is_no_text_is_not_kept() {
        let mut one = raw(&[], "http://h", "", "");
        one.body.bytes = vec![0x1f, 0x8b, 0xff];
        one.headers = vec![("content-type".to_owned(), "application/gzip".to_owned())];
        let entry = Redactor::default().entry(one);
        assert!(matches!(entry.body, Body::LeftOut(ref why) if why.contains("3 bytes")), "{:?}", entry.body);
    }
}
