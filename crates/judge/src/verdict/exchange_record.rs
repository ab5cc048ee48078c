//! One exchange as the record shows it.
//!
//! In: what was sent and answered, secrets taken out. Out: the same as plain data. Never: a judgement of it.

use serde::{Deserialize, Serialize};

/// One request and its answer, secrets taken out, the base URL written as `{base}`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ExchangeRecord {
    /// Who sent it: an IdP's name, `witness` (our independent read), `client`, `operator` or `cleanup`.
    pub actor: String,
    /// HTTP method.
    pub method: String,
    /// URL, beginning with `{base}` where it is below the base URL.
    pub url: String,
    /// Request headers as sent, lower-case names.
    pub headers: Vec<(String, String)>,
    /// Request body as text; bytes that are no UTF-8 are replaced.
    pub body: Option<String>,
    /// The answer; absent when there was none, then `failure` says why.
    pub answer: Option<AnswerRecord>,
    /// Why there was no answer.
    pub failure: Option<String>,
    /// When it was sent, in milliseconds after the scenario began.
    pub at_ms: f64,
    /// Time from sending to the last byte of the answer, in milliseconds.
    pub duration_ms: f64,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AnswerRecord {
    /// HTTP status code.
    pub status: u16,
    /// Response headers, lower-case names.
    pub headers: Vec<(String, String)>,
    /// Body as text; bytes that are no UTF-8 are replaced.
    pub body: String,
    /// Whether the body was cut at the size limit.
    pub truncated: bool,
}
