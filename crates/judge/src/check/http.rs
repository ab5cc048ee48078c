//! What HTTP itself asks for and provisioning clients rely on.

use super::examination::{Deviation, Examination};
use crate::verdict::Severity;
use client::observe::Endpoint;
use client::wire::{Method, Truncation};

pub(super) fn check(bench: &mut Examination<'_>) {
    let Some(status) = bench.seen.status() else { return };
    if status == 204 {
        no_content(bench);
    }
    if matches!(status, 300..=303 | 305..=399) {
        redirect(bench, status);
    }
    bench.require("HTTP-03", status != 500, || {
        Deviation::status("an answer, or an error that says what to change", "500")
    });
    let seen = bench.seen;
    length(bench);
    if let Some(Ok(json)) = &seen.body {
        let twice = &json.duplicates;
        bench.require("HTTP-04", twice.is_empty(), || {
            Deviation::body(
                twice[0].clone(),
                "each name once in its object",
                format!("{} more than once", twice.join(", ")),
            )
        });
    }
}

/// A longer answer is judged by nobody. How large a group is, is the tenant's business, so there it weighs less.
fn length(bench: &mut Examination<'_>) {
    let limit = bench.seen.exchange.result.as_ref().ok().and_then(|answer| match answer.truncated {
        Some(Truncation::Limit(limit)) => Some(limit),
        Some(Truncation::Room) | None => None,
    });
    let groups =
        matches!(&bench.seen.endpoint, Endpoint::Collection(at) | Endpoint::Resource(at, _) if at == "/Groups");
    bench.require("HTTP-05", limit.is_none(), || {
        let limit = limit.unwrap_or_default();
        let flaw = Deviation::body("", format!("at most {limit} bytes"), format!("more than {limit} bytes"));
        if groups { flaw.weighing(Severity::Warning) } else { flaw }
    });
}

/// A zero length is formally out of place as well, but misleads nobody.
fn no_content(bench: &mut Examination<'_>) {
    let announced = bench.seen.header("content-length").map(str::trim).filter(|l| *l != "0").map(str::to_owned);
    let holds = announced.is_none() && bench.seen.body.is_none();
    bench.require("HTTP-01", holds, || {
        Deviation::header("content-length", "204 without a body", announced.unwrap_or_else(|| "a body".to_owned()))
    });
}

/// RFC 7644 section 3.12 knows 307 and 308; the older codes may turn a write into a GET.
fn redirect(bench: &mut Examination<'_>, status: u16) {
    let keeps_method = matches!(status, 307 | 308) || bench.seen.method() == Method::Get;
    let says_where = bench.seen.header("location").is_some();
    bench.require("HTTP-02", keeps_method && says_where, || {
        let seen = if says_where { status.to_string() } else { format!("{status} without Location") };
        Deviation::status("an answer, or 307 or 308 with Location", seen)
    });
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use crate::verdict::Severity::{Violation, Warning};
    use client::wire::Method::{Delete, Get, Post};
    use client::wire::Truncation;

    #[test]
    fn no_content_means_no_body() {
        let deleted = || seen(Delete, "/Users/u1").status(204).without("content-type");
        green(&deleted().judge(), "HTTP-01");
        green(&deleted().header("content-length", "0").judge(), "HTTP-01");
        red(&deleted().header("content-length", "15").judge(), "HTTP-01", Violation);
    }

    #[test]
    fn a_redirect_of_a_write_keeps_the_method() {
        let moved =
            |status| seen(Post, "/Users").sent(&ada_sent()).status(status).header("location", "https://b.example");
        green(&moved(308).judge(), "HTTP-02");
        red(&moved(302).judge(), "HTTP-02", Warning);
        red(&moved(307).without("location").judge(), "HTTP-02", Warning);
        clean(&seen(Get, "/Users/u1").status(304).judge());
    }

    #[test]
    fn an_internal_error_is_the_targets_a_gateways_is_not() {
        let answer = |status| seen(Get, "/Users/u1").status(status).json(&error(status, None)).judge();
        green(&answer(404), "HTTP-03");
        red(&answer(500), "HTTP-03", Violation);
        for world in [408, 429, 502, 503, 504, 522] {
            assert_eq!(answer(world), super::super::Verdicts::default(), "{world}");
        }
        assert_eq!(seen(Get, "/Users").failed(client::wire::Failure::Refused).status(), None);
    }

    #[test]
    fn no_answer_says_nothing() {
        let none = seen(Get, "/Users").failed(client::wire::Failure::Refused);
        let verdicts = super::super::passive(&none, &context(RFC));
        assert_eq!(verdicts, super::super::Verdicts::default());
    }

    #[test]
    fn an_answer_can_be_read_to_its_end() {
        let long = |target| seen(Get, target).text("[[[[").cut(Truncation::Limit(8 << 20)).judge();
        green(&seen(Get, "/Users/u1").json(&ada()).judge(), "HTTP-05");
        red(&long("/Users/u1"), "HTTP-05", Violation);
        assert_eq!(long("/Schemas").findings[0].seen, "more than 8388608 bytes");
        red(&long("/Groups/g1"), "HTTP-05", Warning);
        clean(&seen(Get, "/Users/u1").text("[[[[").cut(Truncation::Room).judge());
    }

    #[test]
    fn a_name_stands_once_in_its_object() {
        let text = ada().to_string();
        green(&seen(Get, "/Users/u1").text(&text).judge(), "HTTP-04");
        let twice = text.replacen("\"active\":true", "\"active\":false,\"active\":true", 1);
        red(&seen(Get, "/Users/u1").text(&twice).judge(), "HTTP-04", Warning);
    }
}
