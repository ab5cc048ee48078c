//! A target's discovery documents, as they are.
//!
//! In: a client. Out: what each document was answered with, secrets taken out. Never: a judgement of it.

use ::certify::Answer;
use client::observe::Observation;
use client::wire::{Client, Method, Request, redacted};

/// The documents (RFC 7644 section 4).
const DOCUMENTS: &[&str] = &["/ServiceProviderConfig", "/ResourceTypes", "/Schemas"];

/// Reads each of them.
pub(super) async fn documents(client: &Client) -> Vec<Answer> {
    let mut all = Vec::new();
    for path in DOCUMENTS {
        let request = Request::new(Method::Get, *path).header("accept", "application/scim+json");
        let seen = Observation::read(client.send(request).await, 0);
        let body = seen.exchange.result.as_ref().map(|answer| String::from_utf8_lossy(&answer.body).into_owned());
        all.push(Answer {
            path: (*path).to_owned(),
            status: seen.status(),
            content_type: seen.header("content-type").map(str::to_owned),
            body: redacted(&body.unwrap_or_default()).into_owned(),
        });
    }
    all
}
