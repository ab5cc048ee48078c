//! What the layers around the service share: bodies read whole, and an error as an answer.

use super::connection::DRAIN_LIMIT;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use bytes::{Bytes, BytesMut};
use futures::StreamExt as _;
use scim::error::ScimError;
use serde_json::Value;

/// What a client sent, for a layer that has no limit of its own.
///
/// # Errors
/// When it breaks off, or is longer than anybody reads away.
pub(crate) async fn read_sent(body: Body) -> Result<Bytes, ScimError> {
    read_whole(body, DRAIN_LIMIT).await
}

/// What a client sent. What is too long is read away, so that the client hears the refusal.
pub(super) async fn read_whole(body: Body, limit: usize) -> Result<Bytes, ScimError> {
    let mut chunks = body.into_data_stream();
    let mut read = BytesMut::new();
    let mut length = 0;
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|e| ScimError::bad_request(format!("the body broke off: {e}")))?;
        length += chunk.len();
        if length <= limit {
            read.extend_from_slice(&chunk);
        } else if length > DRAIN_LIMIT {
            break;
        }
    }
    if length > limit {
        return Err(ScimError::too_large(format!("the body is longer than {limit} bytes")));
    }
    Ok(read.freeze())
}

/// What the service answers. It has made its answer already: there is no more of it in memory for being read here.
///
/// # Errors
/// When it breaks off.
pub(crate) async fn read_answer(body: Body) -> Result<Bytes, ScimError> {
    to_bytes(body, usize::MAX).await.map_err(|_| ScimError::internal("the answer of the service broke off"))
}

/// An error as it is sent.
pub(crate) fn scim_error(error: &ScimError) -> Response {
    scim_json(error.status, &error.to_json())
}

/// A body of SCIM as it is sent.
pub(crate) fn scim_json(status: u16, body: &Value) -> Response {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/scim+json"));
    response
}
