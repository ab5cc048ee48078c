//! What binds every request: its URL, its headers, the form of its body.

use super::bench::{Bench, flaw};
use super::request::Request;
use crate::check::show;
use client::wire::decode_query;
use scim::secrecy::{MARK, names_secret_parameter};

pub(super) fn check(bench: &mut Bench, request: &Request<'_>) {
    url(bench, request);
    secrets(bench, request);
    accept(bench, request);
    tags(bench, request);
    if let Some(body) = &request.body {
        media(bench, request);
        let object = body.as_ref().is_ok_and(|json| json.value.is_object());
        bench.hold(request, "HTTP-07", object, || {
            let seen = match body {
                Ok(json) => show(Some(&json.value)),
                Err(error) => error.to_string(),
            };
            flaw("", "a JSON object", seen)
        });
        if let Ok(json) = body {
            let twice = &json.duplicates;
            bench.hold(request, "HTTP-04", twice.is_empty(), || {
                flaw(twice[0].clone(), "each name once in its object", format!("{} more than once", twice.join(", ")))
            });
        }
    }
}

/// RFC 3986 section 2 and appendix A. Brackets belong to the address of a host alone, but every server in use reads them.
fn url(bench: &mut Bench, request: &Request<'_>) {
    let target = request.target();
    let mut strange: Vec<String> = Vec::new();
    for (at, c) in target.char_indices() {
        let code = |text: &str| text.len() > 2 && text.as_bytes()[1..3].iter().all(u8::is_ascii_hexdigit);
        let allowed =
            c.is_ascii_alphanumeric() || "-._~!$&'()*+,;=:@/?".contains(c) || (c == '%' && code(&target[at..]));
        let told = if c == ' ' { "a space".to_owned() } else { c.to_string() };
        if !allowed && !strange.contains(&told) {
            strange.push(told);
        }
    }
    let harmless = strange.iter().all(|c| c == "[" || c == "]");
    bench.hold(request, "RFC7644-1.2-01", strange.is_empty(), || {
        let found = flaw("URL", "percent-encoded characters", strange.join(" "));
        if harmless { found.weighing_less() } else { found }
    });
}

/// A filter that names a secret was taken out as a whole before anything was kept.
fn secrets(bench: &mut Bench, request: &Request<'_>) {
    let found = request.parameters().find_map(|(name, value)| match decode_query(name) {
        name if name.eq_ignore_ascii_case("filter") => (value == MARK).then(|| "a filter by a secret".to_owned()),
        name => names_secret_parameter(&name).then(|| format!("the parameter {name}")),
    });
    bench.hold(request, "HAZARD-SECRET-IN-URL", found.is_none(), || {
        flaw("query", "nothing that is secret", found.unwrap_or_default())
    });
}

/// The media type without parameters, in lower case.
fn bare(value: &str) -> String {
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn media(bench: &mut Bench, request: &Request<'_>) {
    let sent = request.header("content-type").map(bare);
    bench.hold(request, "RFC7644-8.1-01", sent.as_deref() == Some("application/scim+json"), || {
        let seen = sent.unwrap_or_else(|| "a body without Content-Type".to_owned());
        flaw("header content-type", "application/scim+json", seen)
    });
}

fn accept(bench: &mut Bench, request: &Request<'_>) {
    let Some(sent) = request.header("accept").filter(|sent| !sent.trim().is_empty()) else { return };
    let takes = ["application/scim+json", "application/json", "application/*", "*/*"];
    let good = sent.split(',').map(bare).any(|one| takes.contains(&one.as_str()));
    bench.hold(request, "CLIENT-ACCEPT", good, || flaw("header accept", "application/scim+json", sent));
}

/// RFC 9110 sections 8.8.3 and 13.1.
fn tags(bench: &mut Bench, request: &Request<'_>) {
    for name in ["if-match", "if-none-match"] {
        let Some(sent) = request.header(name) else { continue };
        bench.hold(request, "HTTP-06", sent.trim() == "*" || are_tags(sent), || {
            flaw(format!("header {name}"), "entity tags in quotation marks", sent)
        });
    }
}

fn are_tags(list: &str) -> bool {
    let mut rest = list.trim();
    let mut count = 0;
    while !rest.is_empty() {
        let opened = rest.strip_prefix("W/").unwrap_or(rest).strip_prefix('"');
        let Some((_, after)) = opened.and_then(|tag| tag.split_once('"')) else { return false };
        count += 1;
        rest = match after.trim_start() {
            "" => "",
            more => match more.strip_prefix(',') {
                Some(more) => more.trim_start(),
                None => return false,
            },
        };
    }
    count > 0
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use crate::verdict::Severity::{Hazard, Violation, Warning};

    #[test]
    fn a_url_holds_what_rfc_3986_allows() {
        green(&[get("/Users?filter=userName%20eq%20%22a%22&count=1")], "RFC7644-1.2-01");
        red(&[get("/Users?filter=userName%20eq%20\"a\"")], "RFC7644-1.2-01", Violation);
        red(&[get("/Users?count=%2")], "RFC7644-1.2-01", Violation);
        red(&[get("/Groups?filter=members[value%20eq%20%22a%22]")], "RFC7644-1.2-01", Warning);
        green(&[get("/Users?code=[redacted]&x=1")], "RFC7644-1.2-01");
    }

    #[test]
    fn a_url_holds_no_secret() {
        green(&[get("/Users?count=1")], "HAZARD-SECRET-IN-URL");
        red(&[get("/Users?access_token=[redacted]")], "HAZARD-SECRET-IN-URL", Hazard);
        red(&[get("/Users?filter=[redacted]")], "HAZARD-SECRET-IN-URL", Hazard);
    }

    #[test]
    fn a_body_has_its_media_type_and_is_an_object() {
        let typed = |kind: &str| post("/Users", &ada()).header("content-type", kind);
        green(&[typed("application/scim+json; charset=utf-8")], "RFC7644-8.1-01");
        red(&[typed("application/json")], "RFC7644-8.1-01", Warning);
        red(&[post("/Users", &ada()).without_headers()], "RFC7644-8.1-01", Warning);
        green(&[post("/Users", &ada())], "HTTP-07");
        red(&[post("/Users", &ada()).text("userName=ada")], "HTTP-07", Violation);
        red(&[post("/Users", &ada()).text("[]")], "HTTP-07", Violation);
        unseen(&[post("/Users", &ada()).text("no JSON").unread()], "HTTP-07");
        green(&[post("/Users", &ada())], "HTTP-04");
        let twice = ada().to_string().replacen('{', "{\"active\":true,\"active\":true,", 1);
        red(&[post("/Users", &ada()).text(&twice)], "HTTP-04", Warning);
    }

    #[test]
    fn accept_takes_what_scim_answers_with() {
        let accepts = |value: &str| get("/Users/1").header("accept", value);
        for good in ["application/scim+json", "text/html, application/json;q=0.9", "*/*"] {
            green(&[accepts(good)], "CLIENT-ACCEPT");
        }
        red(&[accepts("text/html")], "CLIENT-ACCEPT", Warning);
        unseen(&[get("/Users/1")], "CLIENT-ACCEPT");
    }

    #[test]
    fn conditions_hold_entity_tags() {
        let matched = |value: &str| delete("/Users/1").header("if-match", value);
        for good in ["*", "W/\"3\"", "\"a\", W/\"b,c\""] {
            green(&[matched(good)], "HTTP-06");
        }
        for bad in ["3", "W/3", "\"a\" \"b\"", "", "\"a"] {
            red(&[matched(bad)], "HTTP-06", Violation);
        }
    }
}
