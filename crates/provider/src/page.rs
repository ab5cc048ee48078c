//! The page for people at `/` of a served provider.
//!
//! In: a path. Out: a file that is part of the program, under a policy that lets nothing else run. Never: data; the
//! page asks the admin API for that, with the operator's token.

use super::exchanges::Exchanges;
use axum::body::Body;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use serde_json::Value;

/// What the page says of the service.
#[derive(Debug, Clone)]
pub struct Page {
    pub(super) profile: String,
    pub(super) title: String,
    faults: Vec<Value>,
}

impl Page {
    /// A page that names a profile.
    #[must_use]
    pub fn new(profile: &str, title: &str) -> Self {
        Self { profile: profile.to_owned(), title: title.to_owned(), faults: Vec::new() }
    }

    /// The same page, naming faults.
    pub(super) fn with_faults(self, faults: Vec<Value>) -> Self {
        Self { faults, ..self }
    }

    pub(super) fn faults(&self) -> &[Value] {
        &self.faults
    }
}

/// What the page shows of the service.
pub(crate) struct Shown {
    pub(crate) page: Page,
    pub(crate) exchanges: Exchanges,
}

/// Path, media type and content.
const FILES: [(&str, &str, &str); 4] = [
    ("/", "text/html; charset=utf-8", include_str!("page/index.html")),
    ("/page/style.css", "text/css; charset=utf-8", include_str!("page/style.css")),
    ("/page/page.js", "text/javascript; charset=utf-8", include_str!("page/page.js")),
    ("/page/icon.svg", "image/svg+xml", include_str!("page/icon.svg")),
];

/// Nothing from elsewhere, nothing inline, nothing made into script from text, no frame around it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

const HEADERS: [(header::HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
    (header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
];

/// Whether the page has such a file.
pub(super) fn has(path: &str) -> bool {
    FILES.iter().any(|(known, ..)| *known == path)
}

/// The file of that path.
pub(super) fn response(method: &Method, path: &str) -> Response {
    let file = FILES.iter().find(|(known, ..)| *known == path);
    let reads = [Method::GET, Method::HEAD].contains(method);
    let (status, media, text) = match file {
        Some((_, media, text)) if reads => (StatusCode::OK, *media, *text),
        Some(_) => (StatusCode::METHOD_NOT_ALLOWED, "text/plain; charset=utf-8", "this page is only read\n"),
        None => (StatusCode::NOT_FOUND, "text/plain; charset=utf-8", "there is no such file\n"),
    };
    let mut response = guarded(status, media, text);
    if status == StatusCode::METHOD_NOT_ALLOWED {
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
    }
    response
}

/// No file, and why.
pub(super) fn refused(status: u16, why: &'static str) -> Response {
    guarded(StatusCode::from_u16(status).unwrap_or(StatusCode::FORBIDDEN), "text/plain; charset=utf-8", why)
}

/// A text under the page's policy.
fn guarded(status: StatusCode, media: &'static str, text: &'static str) -> Response {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    headers.extend(HEADERS.map(|(name, value)| (name, HeaderValue::from_static(value))));
    response
}

#[cfg(test)]
mod tests {
    #[test]
    fn nothing_on_the_page_makes_markup_or_script_from_text() {
        let [html, script] = [include_str!("page/index.html"), include_str!("page/page.js")];
        for word in ["innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval(", "Function(", "localStorage"]
        {
            assert!(!script.contains(word), "{word}");
        }
        for word in ["<style", " style=", " onclick", "http://", "https://"] {
            assert!(!html.contains(word), "{word}");
        }
        assert_eq!(html.matches("<script").count(), 1);
    }
}
