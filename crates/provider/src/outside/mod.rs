//! What stands between the service and its clients, where it is there at all: another form for answers, and a part of what is
//! sent that is not offered or gets lost.
//!
//! In: a request, the service, values. Out: a response. Never: a row of the store, or the name of a fault; the faults are laid
//! around all this.

mod answers;
mod requests;
mod trace;

pub(crate) use answers::own_extension;
pub use trace::Trace;

use crate::http::{read_answer, read_sent, scim_error};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use scim::schema::Registry;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::sync::Arc;

/// What is other than the service has it. The default is that nothing is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Outside {
    /// The form of answers.
    pub answers: answers::AnswerForm,
    /// What becomes of requests.
    pub requests: requests::RequestRules,
}

/// One exchange, as both halves need it.
struct Asked {
    method: Method,
    /// The path below the base URL, `/Users/1`.
    path: String,
    query: String,
}

impl Asked {
    fn has(&self, parameter: &str) -> bool {
        self.query.split('&').any(|part| part.split('=').next() == Some(parameter))
    }

    /// The first segment, `Users`.
    fn endpoint(&self) -> &str {
        self.path.trim_start_matches('/').split('/').next().unwrap_or_default()
    }

    fn writes(&self) -> bool {
        [Method::POST, Method::PUT, Method::PATCH].contains(&self.method)
    }
}

struct Around {
    outside: Outside,
    types: Registry,
}

impl Outside {
    /// A service with this around it.
    pub(crate) fn around(self, router: Router, types: Registry) -> Router {
        if self == Self::default() {
            return router;
        }
        router.layer(from_fn_with_state(Arc::new(Around { outside: self, types }), serve))
    }
}

async fn serve(State(around): State<Arc<Around>>, request: Request, next: Next) -> Response {
    let Some((_, path)) = request.uri().path().split_once("/scim/v2") else { return next.run(request).await };
    let query = request.uri().query().unwrap_or_default().to_owned();
    let asked = Asked { method: request.method().clone(), path: path.to_owned(), query };
    let (mut parts, body) = request.into_parts();
    let sent = read_sent(body).await;
    let rules = &around.outside.requests;
    let response = match sent.and_then(|sent| rules.taken(&asked, &mut parts, sent, &around.types)) {
        Ok(sent) => {
            parts.headers.remove(header::CONTENT_LENGTH);
            next.run(Request::from_parts(parts, Body::from(sent))).await
        }
        Err(error) => scim_error(&error),
    };
    around.answered(&asked, response).await
}

impl Around {
    /// The answer as it is sent. What is no JSON stays as it is.
    async fn answered(&self, asked: &Asked, response: Response) -> Response {
        let (mut parts, body) = response.into_parts();
        let bytes = match read_answer(body).await {
            Ok(bytes) => bytes,
            Err(error) => return scim_error(&error),
        };
        let form = &self.outside.answers;
        form.put_headers(&mut parts.headers);
        let Ok(mut value) = serde_json::from_slice::<Value>(&bytes) else {
            return Response::from_parts(parts, Body::from(bytes));
        };
        if let Some(error) = form.refused(asked, &value) {
            parts.status = StatusCode::BAD_REQUEST;
            value = error.to_json();
        }
        parts.headers.remove(header::CONTENT_LENGTH);
        let text = form.put(asked, parts.status.as_u16(), value, &self.types);
        Response::from_parts(parts, Body::from(text))
    }
}

/// Takes an attribute out, or a part of each of its values: `groups`, `emails.type`.
fn leave_out(object: &mut Map<String, Value>, path: &str) {
    let Some((name, sub)) = path.split_once('.') else {
        object.shift_remove(path);
        return;
    };
    let values = match object.get_mut(name) {
        Some(Value::Array(values)) => values.as_mut_slice(),
        Some(value) => std::slice::from_mut(value),
        None => &mut [],
    };
    values.iter_mut().filter_map(Value::as_object_mut).for_each(|value| drop(value.shift_remove(sub)));
}
