//! A recording: an HTTP Archive (HAR 1.2) of this program, or of a browser or proxy.
//!
//! In: a file. Out: the exchanges below one SCIM base URL, in the order in which they began, with a remark on whatever was left out.
//! Never: a file read in part that is cut off, or one of a newer format taken for one of this.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use std::io::Read as _;
use std::path::Path;

/// What a recording of this program says in `log._scimulate.recording`.
pub(crate) const VERSION: u64 = 1;
/// The largest file that is read or written, in bytes.
pub(crate) const LARGEST: u64 = 1 << 30;
/// First segments of paths below a SCIM base URL (RFC 7644 section 3.2).
const ENDPOINTS: [&str; 7] = ["Users", "Groups", "Bulk", "Me", "ServiceProviderConfig", "ResourceTypes", "Schemas"];

/// A body as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Body {
    /// There was none.
    #[default]
    None,
    /// Its text.
    Text(String),
    /// It was not recorded, and why.
    LeftOut(String),
}

impl Body {
    /// The body as JSON, where it is.
    #[must_use]
    pub fn json(&self) -> Option<Value> {
        serde_json::from_str(self.text()?).ok()
    }

    /// The text, where it was recorded.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::None | Self::LeftOut(_) => None,
        }
    }
}

/// An answer as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// Status code.
    pub status: u16,
    /// Headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Body,
}

/// One request and its answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// When it began, RFC 3339.
    pub began: String,
    /// How long it took, in milliseconds.
    pub millis: f64,
    /// Method.
    pub method: String,
    /// Absolute URL at the server.
    pub url: String,
    /// Headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Body,
    /// The answer; the reason where there was none.
    pub answer: Result<Answered, String>,
}

impl Entry {
    /// First header of that (lower-case) name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        value_of(&self.headers, name)
    }

    /// The status of the answer.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.answer.as_ref().ok().map(|answer| answer.status)
    }

    /// As an entry of an HTTP Archive.
    pub(crate) fn to_json(&self) -> Value {
        let mut request = json!({
            "method": self.method, "url": self.url, "httpVersion": "HTTP/1.1", "cookies": [],
            "headers": named(&self.headers), "queryString": query(&self.url), "headersSize": -1,
            "bodySize": self.body.text().map_or(0, str::len),
        });
        match &self.body {
            Body::None => {}
            Body::Text(text) => {
                let kind = self.header("content-type").unwrap_or_default();
                request["postData"] = json!({"mimeType": kind, "params": [], "text": text});
            }
            Body::LeftOut(why) => request["comment"] = json!(why),
        }
        let (status, headers, body) = match &self.answer {
            Ok(answer) => (answer.status, &answer.headers[..], &answer.body),
            Err(_) => (0, &[][..], &Body::None),
        };
        let mut content = json!({
            "size": body.text().map_or(0, str::len), "mimeType": value_of(headers, "content-type").unwrap_or_default(),
        });
        match body {
            Body::None => {}
            Body::Text(text) => content["text"] = json!(text),
            Body::LeftOut(why) => content["comment"] = json!(why),
        }
        let mut response = json!({
            "status": status, "statusText": "", "httpVersion": "HTTP/1.1", "cookies": [], "headers": named(headers),
            "content": content, "redirectURL": value_of(headers, "location").unwrap_or_default(), "headersSize": -1,
            "bodySize": body.text().map_or(0, str::len),
        });
        if let Err(why) = &self.answer {
            response["comment"] = json!(format!("no answer: {why}"));
        }
        json!({
            "startedDateTime": self.began, "time": self.millis, "request": request, "response": response, "cache": {},
            "timings": {"send": 0, "wait": self.millis, "receive": 0},
        })
    }

    fn from_json(entry: &Value) -> Result<Self, &'static str> {
        let request = entry.get("request").ok_or("an entry without request")?;
        let response = entry.get("response").ok_or("an entry without response")?;
        let text = |of: &Value, name: &str| of.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let status = response.get("status").and_then(Value::as_u64).unwrap_or_default();
        let why = || text(response, "comment").trim_start_matches("no answer: ").to_owned();
        let answer = match u16::try_from(status) {
            Ok(0) | Err(_) => Err(why()),
            Ok(status) => Ok(Answered { status, headers: headers(response), body: body_of(response.get("content"))? }),
        };
        let body = match (request.get("postData"), request.get("comment").and_then(Value::as_str)) {
            (None, Some(why)) if !why.is_empty() => Body::LeftOut(why.to_owned()),
            (data, _) => body_of(data)?,
        };
        let (method, url) = (text(request, "method"), text(request, "url"));
        if method.is_empty() || url.is_empty() {
            return Err("a request without method or URL");
        }
        let mut sent = headers(request);
        // Some tools tell the type of a body beside it only.
        let kind = request.get("postData").map(|data| text(data, "mimeType")).unwrap_or_default();
        if !kind.is_empty() && value_of(&sent, "content-type").is_none() {
            sent.push(("content-type".to_owned(), kind));
        }
        Ok(Self {
            began: text(entry, "startedDateTime"),
            millis: entry.get("time").and_then(Value::as_f64).unwrap_or_default(),
            method: method.to_ascii_uppercase(),
            url,
            headers: sent,
            body,
            answer,
        })
    }
}

fn body_of(content: Option<&Value>) -> Result<Body, &'static str> {
    let Some(content) = content else { return Ok(Body::None) };
    let Some(text) = content.get("text").and_then(Value::as_str) else {
        let why = content.get("comment").and_then(Value::as_str).filter(|why| !why.is_empty());
        let some = content.get("size").and_then(Value::as_i64).unwrap_or_default() > 0;
        return Ok(match why {
            Some(why) => Body::LeftOut(why.to_owned()),
            None if some => Body::LeftOut("it was not recorded".to_owned()),
            None => Body::None,
        });
    };
    if content.get("encoding").and_then(Value::as_str) == Some("base64") {
        let bytes = STANDARD.decode(text).map_err(|_| "a body that is no base64")?;
        return Ok(String::from_utf8(bytes).map_or_else(|_| Body::LeftOut("it is no text".to_owned()), Body::Text));
    }
    Ok(if text.is_empty() { Body::None } else { Body::Text(text.to_owned()) })
}

fn headers(of: &Value) -> Vec<(String, String)> {
    let all = of.get("headers").and_then(Value::as_array).into_iter().flatten();
    let text = |header: &Value, name: &str| header.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    // What begins with a colon is HTTP/2's own.
    let pairs = all.map(|h| (text(h, "name").to_ascii_lowercase(), text(h, "value")));
    pairs.filter(|(name, _)| !name.is_empty() && !name.starts_with(':')).collect()
}

fn value_of<'a>(headers: &'a [(String, String)], wanted: &str) -> Option<&'a str> {
    headers.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str())
}

fn named(headers: &[(String, String)]) -> Vec<Value> {
    headers.iter().map(|(name, value)| json!({"name": name, "value": value})).collect()
}

fn query(url: &str) -> Vec<Value> {
    let Some((_, query)) = url.split_once('?') else { return Vec::new() };
    let pairs = query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs.map(|(name, value)| json!({"name": name, "value": value})).collect()
}

/// What an identity provider and one server said to each other.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Recording {
    /// The server's SCIM base URL.
    pub base: String,
    /// The exchanges, in the order in which they began.
    pub entries: Vec<Entry>,
    /// What had to be assumed or was left out.
    pub remarks: Vec<String>,
}

/// Why a file is no recording.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {why}")]
pub struct RecordingError {
    path: String,
    why: String,
}

impl Recording {
    /// Reads a file as it is, secrets and all.
    ///
    /// # Errors
    /// When it cannot be read, is cut off, is no HTTP Archive, is of a newer version, or holds no SCIM.
    pub(crate) fn parse(path: &Path) -> Result<Self, RecordingError> {
        let fail = |why: String| RecordingError { path: path.display().to_string(), why };
        let file = std::fs::File::open(path).map_err(|e| fail(e.to_string()))?;
        let length = file.metadata().map_err(|e| fail(e.to_string()))?.len();
        if length > LARGEST {
            return Err(fail(format!("it has {length} bytes; recordings of up to {LARGEST} bytes are read")));
        }
        let mut bytes = Vec::new();
        file.take(LARGEST).read_to_end(&mut bytes).map_err(|e| fail(e.to_string()))?;
        // Some browsers begin the file with a mark of its encoding.
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        let value: Result<Value, _> = serde_json::from_slice(text);
        drop(bytes);
        let value = value.map_err(|e| {
            fail(match e.is_eof() {
                true => "the file is cut off; copy it again, or record again".to_owned(),
                false => format!("line {} column {}: this is no HTTP Archive (HAR): {e}", e.line(), e.column()),
            })
        })?;
        Self::from_json(&value).map_err(fail)
    }

    fn from_json(value: &Value) -> Result<Self, String> {
        let log = value.get("log").and_then(Value::as_object).ok_or(
            "this is no HTTP Archive: it has no `log`; write one with `scimulate traffic record`, or export HAR from a browser or proxy",
        )?;
        let own = log.get("_scimulate");
        let version = own.and_then(|own| own.get("recording")).and_then(Value::as_u64).unwrap_or(VERSION);
        if version > VERSION {
            return Err(format!(
                "it is a recording of version {version}, and this program reads up to {VERSION}; use the scimulate that wrote it"
            ));
        }
        let all = log.get("entries").and_then(Value::as_array).ok_or("its `log` has no `entries`")?;
        let mut recording = Self::default();
        let mut odd = Vec::new();
        for (nth, entry) in all.iter().enumerate() {
            match Entry::from_json(entry) {
                Ok(entry) => recording.entries.push(entry),
                Err(why) => odd.push(format!("entry {}: {why}", nth + 1)),
            }
        }
        if let Some(first) = odd.first() {
            recording.remarks.push(format!("{} entries cannot be read, the first of them {first}", odd.len()));
        }
        recording.settle(own.and_then(|own| own.get("base")).and_then(Value::as_str))?;
        Ok(recording)
    }

    /// Finds the base URL where none is named, and keeps what is below it, in order.
    fn settle(&mut self, base: Option<&str>) -> Result<(), String> {
        let base = match base {
            Some(base) => base.trim_end_matches('/').to_owned(),
            None => {
                let guessed = self.commonest_base();
                let guessed = guessed.ok_or("no request in it is about /Users, /Groups or another SCIM endpoint")?;
                self.remarks.push(format!("taken for the SCIM base URL: {guessed}"));
                guessed
            }
        };
        let before = self.entries.len();
        self.entries.retain(|entry| below(&base, &entry.url).is_some());
        if self.entries.len() < before {
            let others = before - self.entries.len();
            self.remarks.push(format!("{others} requests to other addresses are left out"));
        }
        self.base = base;
        let times: Option<Vec<jiff::Timestamp>> = self.entries.iter().map(|entry| entry.began.parse().ok()).collect();
        match times {
            Some(_) => self.entries.sort_by_key(|entry| entry.began.parse::<jiff::Timestamp>().ok()),
            None => self
                .remarks
                .push("not every entry says when it began: they are taken in the order of the file".to_owned()),
        }
        Ok(())
    }

    /// The base URL that most requests could have; of several the first. A browser's recording has other addresses in it that look like
    /// one.
    fn commonest_base(&self) -> Option<String> {
        let mut counted: Vec<(String, usize)> = Vec::new();
        for base in self.entries.iter().filter_map(|entry| base_in(&entry.url)) {
            match counted.iter_mut().find(|(known, _)| *known == base) {
                Some((_, count)) => *count += 1,
                None => counted.push((base, 1)),
            }
        }
        let most = counted.iter().map(|(_, count)| *count).max()?;
        counted.into_iter().find(|(_, count)| *count == most).map(|(base, _)| base)
    }

    /// An entry's path and query below the base URL.
    #[must_use]
    pub fn target<'a>(&self, entry: &'a Entry) -> &'a str {
        below(&self.base, &entry.url).unwrap_or_default()
    }

    /// The entries at these places, as a recording of their own.
    #[must_use]
    pub fn part(&self, places: &[usize]) -> Self {
        let entries = places.iter().filter_map(|at| self.entries.get(*at)).cloned().collect();
        Self { base: self.base.clone(), entries, remarks: Vec::new() }
    }
}

/// What a file of this program says of itself, with an empty list of entries.
pub(crate) fn head(base: &str, tool: &str) -> Value {
    let (name, version) = tool.split_once(' ').unwrap_or((tool, ""));
    let mut log = Map::new();
    log.insert("version".to_owned(), json!("1.2"));
    log.insert("creator".to_owned(), json!({"name": name, "version": version}));
    log.insert("_scimulate".to_owned(), json!({"recording": VERSION, "base": base}));
    log.insert("entries".to_owned(), json!([]));
    json!({ "log": log })
}

/// What stands below a base URL; `None` where the URL is elsewhere.
fn below<'a>(base: &str, url: &'a str) -> Option<&'a str> {
    let rest = url.strip_prefix(base)?;
    (rest.is_empty() || rest.starts_with(['/', '?'])).then_some(rest)
}

/// What stands before the first SCIM endpoint in a URL's path.
fn base_in(url: &str) -> Option<String> {
    let path = url.split(['?', '#']).next()?;
    let start = path.find("//").map_or(0, |at| at + 2);
    let mut at = start;
    for segment in path[start..].split('/') {
        if at > start && ENDPOINTS.contains(&segment) {
            return Some(path[..at - 1].to_owned());
        }
        at += segment.len() + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(url: &str, began: &str) -> Value {
        json!({
            "startedDateTime": began, "time": 3,
            "request": {"method": "get", "url": url, "headers": [{"name": "Accept", "value": "x"}, {"name": ":path", "value": "y"}]},
            "response": {"status": 200, "headers": [], "content": {"text": "eyJhIjoxfQ==", "encoding": "base64"}},
        })
    }

    fn read(value: &Value) -> Result<Recording, String> {
        Recording::from_json(value)
    }

    #[test]
    fn a_foreign_archive_is_read_with_its_base_guessed_and_the_rest_left_out() {
        let all = json!([
            entry("https://h.example/login", "2026-01-01T00:00:00Z"),
            entry("https://h.example/t/scim/v2/Groups/1?a=b", "2026-01-01T00:00:02Z"),
            entry("https://h.example/t/scim/v2/Users", "2026-01-01T00:00:01Z"),
            {"request": {}},
        ]);
        let recording = read(&json!({"log": {"version": "1.2", "entries": all}})).unwrap();
        assert_eq!(recording.base, "https://h.example/t/scim/v2");
        let targets: Vec<&str> = recording.entries.iter().map(|e| recording.target(e)).collect();
        assert_eq!(targets, ["/Users", "/Groups/1?a=b"], "in the order in which they began");
        assert_eq!(recording.entries[0].headers, [("accept".to_owned(), "x".to_owned())]);
        assert_eq!(recording.entries[0].answer.as_ref().unwrap().body, Body::Text("{\"a\":1}".into()));
        assert_eq!(recording.remarks.len(), 3, "{:?}", recording.remarks);
    }

    #[test]
    fn what_was_written_is_read_again() {
        let written = Entry {
            began: "2026-01-01T00:00:00Z".into(),
            millis: 1.5,
            method: "POST".into(),
            url: "http://h/scim/Users?x=1".into(),
            headers: vec![("content-type".into(), "application/scim+json".into())],
            body: Body::Text("{}".into()),
            answer: Ok(Answered { status: 201, headers: vec![], body: Body::LeftOut("too long".into()) }),
        };
        let silent = Entry { answer: Err("refused".into()), body: Body::None, ..written.clone() };
        for one in [written, silent] {
            assert_eq!(Entry::from_json(&one.to_json()).unwrap(), one);
        }
    }

    #[test]
    fn what_is_no_recording_is_refused_with_the_reason() {
        let place = tempfile::tempdir().unwrap();
        let newer = json!({"log": {"_scimulate": {"recording": 9}, "entries": []}});
        let nothing = json!({"log": {"entries": [entry("https://h.example/login", "")]}});
        for (text, why) in [
            (r#"{"log": {"entries": [{"#, "cut off"),
            ("Users,Groups", "line 1 column 1"),
            ("[]", "no `log`"),
            (&newer.to_string(), "version 9"),
            (&nothing.to_string(), "no request in it is about /Users"),
        ] {
            let file = place.path().join("x.har");
            std::fs::write(&file, text).unwrap();
            let error = Recording::read(&file).unwrap_err().to_string();
            assert!(error.contains("x.har") && error.contains(why), "{error}");
        }
    }
}
