//! A diagnosis as one page: what is wrong, drawn with the people, accounts and groups it concerns.
//!
//! In: diagnoses, and where they are from. Out: HTML that needs no network and no script. Never: what is sound, so that the page of
//! a tenant of a million people is as long as what is wrong with it; or a text of the target as markup.

use crate::diagnosis::{Concerned, Diagnosis, DiagnosisKind, Forecast};
use scim::printable::printable;
use std::fmt::Write as _;

/// Diagnoses drawn of one kind; the JSON report has all.
const DRAWN: usize = 200;
/// Objects drawn of one diagnosis.
const NODES: usize = 12;
/// Letters of a name in a drawing.
const LETTERS: usize = 34;

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem;color:#1b1f24;background:#fff}\
h1,h2{line-height:1.25}table{border-collapse:collapse}td,th{padding:.2rem .8rem .2rem 0;text-align:left;vertical-align:top}\
details{border-top:1px solid #d0d7de;padding:.5rem 0}summary{cursor:pointer}.sure{color:#57606a}svg{max-width:100%;height:auto}\
dt{font-weight:600}dd{margin:0 0 .4rem 0}@media(prefers-color-scheme:dark){body{color:#e6edf3;background:#0d1117}\
svg{background:#fff;border-radius:4px}.sure{color:#9198a1}}";

/// What a page says besides the diagnoses.
#[derive(Debug, Clone, Copy)]
pub struct PageHead<'a> {
    /// The target, or the files.
    pub source: &'a str,
    /// Users read.
    pub users: usize,
    /// Groups read.
    pub groups: usize,
    /// Whether that is everybody.
    pub complete: bool,
    /// What was odd about the reading.
    pub remarks: &'a [String],
}

/// The page.
#[must_use]
pub fn page(head: &PageHead<'_>, found: &[Diagnosis]) -> String {
    let mut out = String::from("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">");
    out += "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">";
    out += "<meta name=\"viewport\" content=\"width=device-width\"><title>Diagnosis of a SCIM tenant</title>";
    let _infallible = write!(out, "<style>{STYLE}</style></head><body>\n<h1>What is wrong with this tenant</h1>\n");
    let seen = if head.complete {
        "everything was read"
    } else {
        "not everything could be read: delete nothing on its strength"
    };
    let (source, users, groups) = (escaped(head.source), head.users, head.groups);
    let _infallible = writeln!(out, "<p>{source}: {users} users, {groups} groups; {seen}.</p>");
    for remark in head.remarks {
        let _infallible = writeln!(out, "<p>Remark: {}</p>", escaped(remark));
    }
    let kinds = by_kind(found);
    if kinds.is_empty() {
        out += "<p>Nothing is wrong.</p>\n";
    } else {
        out += "<table><tr><th>number</th><th>what</th></tr>\n";
        for (kind, all) in &kinds {
            let _infallible = writeln!(
                out,
                "<tr><td>{}</td><td><a href=\"#{}\">{}</a></td></tr>",
                all.len(),
                kind.id,
                escaped(kind.title)
            );
        }
        out += "</table>\n";
    }
    for (kind, all) in &kinds {
        section(&mut out, kind, all);
    }
    out + "</body></html>\n"
}

/// The diagnoses of each kind, in their order.
fn by_kind(found: &[Diagnosis]) -> Vec<(&'static DiagnosisKind, Vec<&Diagnosis>)> {
    let mut kinds: Vec<(&DiagnosisKind, Vec<&Diagnosis>)> = Vec::new();
    for one in found {
        match kinds.iter_mut().find(|(kind, _)| *kind == one.kind) {
            Some((_, all)) => all.push(one),
            None => kinds.push((one.kind, vec![one])),
        }
    }
    kinds
}

fn section(out: &mut String, kind: &DiagnosisKind, all: &[&Diagnosis]) {
    let _infallible = write!(
        out,
        "<h2 id=\"{}\">{} ({})</h2>\n<dl><dt>Harm</dt><dd>{}</dd>",
        kind.id,
        escaped(kind.title),
        all.len(),
        escaped(kind.harm)
    );
    if let Some(Forecast { came_by, okta, entra }) = kind.forecast() {
        for (term, text) in [("How it comes about", came_by), ("Okta does next", okta), ("Entra does next", entra)] {
            let _infallible = write!(out, "<dt>{term}</dt><dd>{}</dd>", escaped(text));
        }
    }
    out.push_str("<dt>What to do</dt><dd><ol>");
    for step in kind.remedy {
        let _infallible = write!(out, "<li>{}</li>", escaped(step));
    }
    out.push_str("</ol></dd></dl>\n");
    for one in all.iter().take(DRAWN) {
        let (text, sure, known_by) = (escaped(&one.text), one.sure, escaped(&one.known_by));
        let _infallible = writeln!(
            out,
            "<details><summary>{text} <span class=\"sure\">({sure})</span></summary><p>Known by {known_by}.</p>"
        );
        drawing(out, &one.objects);
        out.push_str("</details>\n");
    }
    if all.len() > DRAWN {
        let _infallible = writeln!(out, "<p>And {} more; the JSON report has them all.</p>", all.len() - DRAWN);
    }
}

/// People on the left, accounts in the middle, groups on the right; a line where the diagnosis speaks of both.
fn drawing(out: &mut String, objects: &[Concerned]) {
    let shown = &objects[..objects.len().min(NODES)];
    let column = |object: &Concerned| match object.what {
        "person" => 0_usize,
        "group" => 2,
        _ => 1,
    };
    let mut rows = [0_usize; 3];
    let mut places = Vec::new();
    for object in shown {
        let column = column(object);
        places.push((column, rows[column]));
        rows[column] += 1;
    }
    let height = 56 * rows.iter().max().copied().unwrap_or(0).max(1) + 8;
    let at = |(column, row): (usize, usize)| (8 + column * 310, 8 + row * 56);
    let _infallible = write!(
        out,
        "<svg viewBox=\"0 0 920 {height}\" width=\"920\" height=\"{height}\" font-family=\"sans-serif\" font-size=\"12\">"
    );
    for (nth, from) in places.iter().enumerate() {
        for to in places.iter().skip(nth + 1).filter(|to| to.0 != from.0) {
            let (left, right) = if from.0 < to.0 { (at(*from), at(*to)) } else { (at(*to), at(*from)) };
            let (x1, y1, x2, y2) = (left.0 + 280, left.1 + 22, right.0, right.1 + 22);
            let _infallible = write!(out, "<line x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\" stroke=\"#8c959f\"/>");
        }
    }
    for (object, place) in shown.iter().zip(&places) {
        let (x, y) = at(*place);
        let id = object.id.as_deref().map_or_else(|| "not on the target".to_owned(), |id| format!("id {id}"));
        let below = if object.detail.is_empty() { id } else { format!("{id}; {}", object.detail) };
        let _infallible = write!(
            out,
            "<g><title>{} {}: {}</title><rect x=\"{x}\" y=\"{y}\" width=\"280\" height=\"44\" rx=\"6\" fill=\"#f6f8fa\" stroke=\"#57606a\"/>\
             <text x=\"{}\" y=\"{}\" fill=\"#1b1f24\">{}</text><text x=\"{}\" y=\"{}\" fill=\"#57606a\">{}</text></g>",
            escaped(object.what),
            escaped(&object.name),
            escaped(&below),
            x + 10,
            y + 18,
            escaped(&cut(&format!("{} {}", object.what, object.name))),
            x + 10,
            y + 35,
            escaped(&cut(&below)),
        );
    }
    out.push_str("</svg>\n");
    if objects.len() > NODES {
        let _infallible = writeln!(out, "<p>And {} more objects.</p>", objects.len() - NODES);
    }
}

fn cut(text: &str) -> String {
    if text.chars().count() <= LETTERS + 6 {
        return text.to_owned();
    }
    text.chars().take(LETTERS + 5).chain(['…']).collect()
}

/// A text that is only text, with what cannot be seen written out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in printable(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess;
    use crate::invariants::tests::state;
    use serde_json::{Value, json};

    fn shown(users: Value, groups: Value) -> String {
        let found = assess(&state(users, groups), None);
        page(&PageHead { source: "t.jsonl", users: 2, groups: 1, complete: true, remarks: &["odd".to_owned()] }, &found)
    }

    #[test]
    fn a_page_has_what_is_wrong_and_takes_no_text_for_markup() {
        let evil = "<script>alert(1)</script>\u{202e}";
        let users = json!([{"id": evil, "userName": evil}, {"id": "u2", "userName": evil.to_uppercase()}]);
        let page = shown(users, json!([{"id": "g1", "displayName": "Crew", "members": [{"value": "gone"}]}]));
        assert!(!page.contains("<script") && !page.contains('\u{202e}'), "{page}");
        for text in [
            "&lt;script&gt;",
            "id=\"two-accounts\"",
            "id=\"dangling-member\"",
            "Entra does next",
            "<svg",
            "Remark: odd",
            "2 users, 1 groups",
        ] {
            assert!(page.contains(text), "{text}: {page}");
        }
        let count = |text: &str| page.matches(text).count();
        assert_eq!(
            (count("<details>"), count("<svg"), count("<line")),
            (2, 2, 1),
            "a line joins the group and who is not there"
        );
        assert!(shown(json!([]), json!([])).contains("Nothing is wrong"));
    }

    #[test]
    fn a_page_is_as_long_as_a_page_can_be() {
        let users: Vec<Value> =
            (0..2000).map(|n| json!({"id": n, "userName": format!("{n}"), "active": "maybe"})).collect();
        let page = shown(Value::Array(users), json!([]));
        assert!(page.contains("And 1800 more; the JSON report has them all") && page.len() < 1 << 20, "{}", page.len());
    }
}
