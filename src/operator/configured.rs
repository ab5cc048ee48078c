//! Operator actions that somebody has said how to do: a command, or an HTTP request.
//!
//! In: templates from the settings, values from a scenario. Out: the answer's JSON. Never: a shell, a value of the
//! target's that could pass for an option, a secret in a message.

use super::OperatorError;
use super::action::{ACTIONS, Values};
use bytes::Bytes;
use client::wire::{Actor, BaseUrl, Client, Journal, Method, Request, Transport, encode_query_value};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::AsyncReadExt as _;

/// The longest output of a command that is read, in bytes.
const LONGEST: u64 = 1 << 20;
/// How much of a command's last words is told.
const TOLD: usize = 200;

/// What can be done on this target, by the action's key.
#[derive(Debug, Clone, Default)]
pub struct Configured(pub BTreeMap<&'static str, Way>);

/// How one action is done.
#[derive(Debug, Clone)]
pub struct Way {
    /// By what.
    pub how: How,
    /// Where in the answer's JSON what is wanted stands: name to JSON pointer (RFC 6901).
    pub take: BTreeMap<String, String>,
    /// No action takes longer.
    pub limit: Duration,
}

/// A command or a request. Every text may hold `{placeholder}`s of its action.
#[derive(Debug, Clone)]
pub enum How {
    /// A program with its arguments, started without a shell. Exit code 0 means: done.
    Command {
        /// Program and arguments.
        argv: Vec<String>,
        /// Exit codes that mean: the product refused.
        refused: Vec<i32>,
    },
    /// An HTTP request.
    Request {
        /// Carries the action's own headers.
        transport: Box<Transport>,
        /// The method.
        method: Method,
        /// Absolute URL; values are percent-encoded.
        url: String,
        /// The body.
        body: Body,
        /// Statuses that mean: done.
        accept: Vec<u16>,
        /// Statuses that mean: the product refused.
        refused: Vec<u16>,
    },
}

/// The body of such a request.
#[derive(Debug, Clone)]
pub enum Body {
    /// None.
    Empty,
    /// JSON; placeholders stand in its texts.
    Json(Value),
    /// A form (`application/x-www-form-urlencoded`); values are percent-encoded.
    Form(String),
}

/// The placeholders of a text that its action does not have.
#[must_use]
pub fn unknown_placeholders(action: &str, text: &str) -> Vec<String> {
    let known = ACTIONS.iter().find(|(key, ..)| *key == action).map_or(&[][..], |(_, _, names)| names);
    names(text).filter(|n| !known.contains(n) && !ALWAYS.contains(n)).map(str::to_owned).collect()
}

/// What every action has.
pub const ALWAYS: &[&str] = &["tenant", "baseUrl"];

/// The names in braces: letters alone, so that JSON's own braces are none.
fn names(text: &str) -> impl Iterator<Item = &str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name)).filter(|n| is_name(n))
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphabetic())
}

/// The text with each placeholder replaced; what is no placeholder stays.
fn filled(text: &str, values: &Values, write: impl Fn(&str) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        match after.split_once('}').filter(|(name, _)| is_name(name)) {
            Some((name, tail)) => {
                out.push_str(&values.get(name).map(|v| write(v)).unwrap_or_default());
                rest = tail;
            }
            None => {
                out.push('{');
                rest = after;
            }
        }
    }
    out + rest
}

fn filled_json(value: &Value, values: &Values) -> Value {
    match value {
        // A text that is one placeholder alone keeps the type of what it stands for.
        Value::String(text) => match filled(text, values, str::to_owned).as_str() {
            "true" if names(text).count() == 1 => true.into(),
            "false" if names(text).count() == 1 => false.into(),
            done => done.into(),
        },
        Value::Array(all) => all.iter().map(|v| filled_json(v, values)).collect(),
        Value::Object(all) => {
            all.iter().map(|(k, v)| (k.clone(), filled_json(v, values))).collect::<Map<_, _>>().into()
        }
        other => other.clone(),
    }
}

impl Configured {
    /// Does an action.
    ///
    /// # Errors
    /// When nobody said how, the product refuses, or nothing usable comes back.
    pub(super) async fn act(&self, key: &str, action: &'static str, values: &Values) -> Result<Value, OperatorError> {
        let Some(way) = self.0.get(key) else { return Err(OperatorError::Unavailable(action)) };
        let answer = match &way.how {
            How::Command { argv, refused } => command(action, argv, refused, values, way.limit).await?,
            How::Request { .. } => request(action, &way.how, values).await?,
        };
        let mut answer = answer;
        for (name, pointer) in &way.take {
            let Some(found) = answer.pointer(pointer).cloned() else {
                let why = format!("its answer has nothing at {pointer} (operator.{key}.take.{name})");
                return Err(OperatorError::NoAnswer { action, why });
            };
            if let Value::Object(all) = &mut answer {
                all.insert(name.clone(), found);
            } else {
                answer = serde_json::json!({ name: found });
            }
        }
        Ok(answer)
    }
}

async fn command(
    action: &'static str,
    argv: &[String],
    refused: &[i32],
    values: &Values,
    limit: Duration,
) -> Result<Value, OperatorError> {
    let no_answer = |why: String| OperatorError::NoAnswer { action, why };
    let mut words = Vec::with_capacity(argv.len());
    for word in argv {
        let done = filled(word, values, str::to_owned);
        // A value that the target chose must not become an option of the program.
        if done.starts_with('-') && !word.starts_with('-') || done.contains('\0') {
            return Err(no_answer(format!(
                "the value for `{word}` could be taken for an option, so it is not handed over"
            )));
        }
        words.push(done);
    }
    let program = words.first().cloned().unwrap_or_default();
    let mut command = tokio::process::Command::new(&program);
    command.args(words.iter().skip(1)).kill_on_drop(true);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|e| no_answer(format!("`{program}` could not be started: {e}")))?;
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let ended = async {
        let (out, err) = tokio::join!(read(out), read(err));
        (child.wait().await, out, err)
    };
    let Ok((status, out, err)) = tokio::time::timeout(limit, ended).await else {
        return Err(no_answer(format!("`{program}` did not end within {} s", limit.as_secs_f64())));
    };
    let code = status.map_err(|e| no_answer(e.to_string()))?.code();
    if code == Some(0) {
        return Ok(serde_json::from_slice(&out).unwrap_or(Value::Null));
    }
    let words = String::from_utf8_lossy(&err);
    let words = words.lines().rfind(|l| !l.trim().is_empty()).unwrap_or("no word on standard error");
    let message: String = words.chars().filter(|c| !c.is_control()).take(TOLD).collect();
    match code {
        Some(code) if refused.contains(&code) => {
            Err(OperatorError::Refused { action, by: format!("exit code {code}"), message })
        }
        Some(code) => Err(no_answer(format!("`{program}` ended with exit code {code}: {message}"))),
        None => Err(no_answer(format!("`{program}` was ended by a signal"))),
    }
}

async fn read(pipe: Option<impl tokio::io::AsyncRead + Unpin>) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(pipe) = pipe {
        // What cannot be read is as good as empty: the exit code decides.
        let _cut_short = pipe.take(LONGEST).read_to_end(&mut bytes).await;
    }
    bytes
}

async fn request(action: &'static str, how: &How, values: &Values) -> Result<Value, OperatorError> {
    let How::Request { transport, method, url, body, accept, refused } = how else {
        return Err(OperatorError::Unavailable(action));
    };
    let no_answer = |why: String| OperatorError::NoAnswer { action, why };
    let url = filled(url, values, encode_query_value);
    let start = url.find("//").map_or(0, |at| at + 2);
    let split = url[start..].find(['/', '?']).map_or(url.len(), |at| start + at);
    let base = BaseUrl::parse(&url[..split]).map_err(|e| no_answer(e.to_string()))?;
    // A journal of its own: these are no SCIM exchanges, and the answer may carry a fresh token.
    let client = Client::new((**transport).clone(), base, None, Actor::Operator, Journal::default());
    let mut request = Request::new(*method, &url[split..]).header("accept", "application/json");
    match body {
        Body::Empty => {}
        Body::Json(value) => {
            request = request.header("content-type", "application/json").json(&filled_json(value, values));
        }
        Body::Form(text) => {
            request = request.header("content-type", "application/x-www-form-urlencoded");
            request.body = Some(Bytes::from(filled(text, values, encode_query_value)));
        }
    }
    let exchange = client.send(request).await;
    let answer = exchange.result.as_ref().map_err(|failure| no_answer(failure.to_string()))?;
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
    let status = answer.status;
    if accept.contains(&status) || accept.is_empty() && (200..300).contains(&status) {
        return Ok(body);
    }
    let message = super::reason(&body);
    if refused.contains(&status) {
        return Err(OperatorError::Refused { action, by: status.to_string(), message });
    }
    Err(no_answer(format!("it was answered {status}: {message}")))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn values() -> Values {
        [("userName", "ada o'n&il".to_owned()), ("admin", "true".to_owned()), ("groupId", "--help".to_owned())].into()
    }

    fn configured(argv: &[&str], refused: &[i32], take: &[(&str, &str)]) -> Configured {
        let argv = argv.iter().map(|a| (*a).to_owned()).collect();
        let take = take.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        let how = How::Command { argv, refused: refused.to_vec() };
        Configured([("sign_in", Way { how, take, limit: Duration::from_secs(5) })].into())
    }

    async fn acted(configured: &Configured) -> Result<Value, OperatorError> {
        configured.act("sign_in", "sign a user in", &values()).await
    }

    #[test]
    fn placeholders_are_filled_where_they_stand_and_json_keeps_its_braces() {
        let encoded = filled("https://h/u/{userName}?q={}", &values(), encode_query_value);
        assert_eq!(encoded, "https://h/u/ada%20o%27n%26il?q={}");
        let body = serde_json::json!({"name": "{userName}", "admin": "{admin}", "is": "{admin}!", "n": 1});
        let expected = serde_json::json!({"name": "ada o'n&il", "admin": true, "is": "true!", "n": 1});
        assert_eq!(filled_json(&body, &values()), expected);
        assert_eq!(unknown_placeholders("sign_in", "{userName} {tenant} {\"a\": 1} {usrName}"), ["usrName"]);
    }

    #[tokio::test]
    async fn a_command_says_done_refused_or_trouble_by_its_exit_code() {
        let done = configured(
            &["/bin/echo", r#"{"data":{"token":"t"},"who":"{userName}"}"#],
            &[],
            &[("token", "/data/token")],
        );
        let answer = acted(&done).await.unwrap();
        assert_eq!((answer["token"].as_str(), answer["who"].as_str()), (Some("t"), Some("ada o'n&il")));
        let script = ["/bin/sh", "-c", "echo no such user >&2; exit 7"];
        let Err(OperatorError::Refused { message, .. }) = acted(&configured(&script, &[7], &[])).await else {
            panic!("not refused")
        };
        assert_eq!(message, "no such user");
        let error = acted(&configured(&script, &[], &[])).await.unwrap_err().to_string();
        assert!(error.contains("exit code 7") && error.contains("no such user"), "{error}");
        let error = acted(&configured(&["/no/such"], &[], &[])).await.unwrap_err().to_string();
        assert!(error.contains("/no/such"), "{error}");
        let error =
            acted(&configured(&["/bin/echo", "{}"], &[], &[("token", "/token")])).await.unwrap_err().to_string();
        assert!(error.contains("operator.sign_in.take.token"), "{error}");
    }

    #[tokio::test]
    async fn a_value_never_becomes_an_option_and_no_command_runs_for_ever() {
        let error = acted(&configured(&["/bin/echo", "{groupId}"], &[], &[])).await.unwrap_err().to_string();
        assert!(error.contains("option"), "{error}");
        let mut slow = configured(&["/bin/sleep", "60"], &[], &[]);
        slow.0.values_mut().for_each(|w| w.limit = Duration::from_millis(50));
        let error = acted(&slow).await.unwrap_err().to_string();
        assert!(error.contains("did not end within"), "{error}");
    }
}
