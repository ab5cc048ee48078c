//! The requests behind a finding as `curl` commands for a POSIX shell.
//!
//! In: the scenario that shows the finding. Out: a script that does it again by hand: the writes before, the request that shows
//! it, and the read after. Ids that the target gave are taken from its answers anew. Never: a token, which comes from a
//! variable; or a text of the record that the shell would take for more than text.

use judge::verdict::{Evidence, ExchangeRecord, FindingSummary};
use scim::printable::{is_hidden, without_commands};
use std::fmt::Write as _;

/// Most requests of one script.
const MOST: usize = 100;
/// What stands in a record where a secret was.
const REDACTED: &str = "[redacted]";
/// Headers of a request that curl writes itself, or that only our own connection had.
const OWN: &[&str] = &["host", "content-length", "user-agent", "accept-encoding", "connection", "transfer-encoding"];

/// An id that an earlier answer of the script gives, and the variable that holds it.
#[derive(Clone)]
struct Made {
    id: String,
    variable: String,
    /// Where it was created, below the base: `/Users`.
    collection: String,
}

/// The script; `None` where the exchanges were not kept. `token` names the variable of the environment that holds the token.
#[must_use]
pub(super) fn script(summary: &FindingSummary, evidence: &Evidence<'_>, token: &str) -> Option<String> {
    let at = evidence.finding.exchange?;
    let shown = evidence.exchange()?;
    let mut out = String::new();
    let title = comment(super::finding_page::titled(summary));
    let _ = writeln!(out, "# #{} {title}", summary.number);
    let _ = writeln!(out, "# Run with sh. The token comes from ${token}.");
    let _ = writeln!(out, "BASE={}", quoted(&address(&evidence.scenario.base_url)));
    let mut made: Vec<Made> = Vec::new();
    let exchanges = &evidence.scenario.exchanges;
    let before = (0..at).filter_map(|n| exchanges.get(n)).filter(|x| x.method != "GET");
    let earlier: Vec<_> = before.collect();
    for exchange in earlier.iter().skip(earlier.len().saturating_sub(MOST)) {
        command(&mut out, exchange, token, &mut made);
    }
    let _ = writeln!(out, "\n# This request shows it: answered {}.", status(&shown));
    command(&mut out, &shown, token, &mut made);
    if let Some(read) = super::finding_page::read_after(evidence) {
        let _ = writeln!(out, "\n# This read shows what it did.");
        command(&mut out, &read, token, &mut made);
    }
    if !made.is_empty() {
        let _ = writeln!(out, "\n# Removes what was created above.");
    }
    for one in made.iter().rev() {
        let url = format!("{{base}}{}/{}", one.collection, one.id);
        let delete = ExchangeRecord {
            method: "DELETE".into(),
            url,
            headers: shown.headers.clone(),
            ..ExchangeRecord::default()
        };
        command(&mut out, &delete, token, &mut vec![one.clone()]);
    }
    Some(out)
}

fn status(exchange: &ExchangeRecord) -> String {
    exchange.answer.as_ref().map_or("nothing".to_owned(), |a| a.status.to_string())
}

/// One command. What it creates is added to `made`.
fn command(out: &mut String, exchange: &ExchangeRecord, token: &str, made: &mut Vec<Made>) {
    let created = created(exchange, made.len());
    let mut line = String::new();
    let body = exchange.body.as_deref().filter(|body| !body.is_empty());
    let piped = body.filter(|body| body.contains(is_hidden) || body.contains("##"));
    if let Some(body) = piped {
        let _ = write!(line, "printf '%b' {} | ", quoted(&octal(body)));
    }
    // Each text of the record is what an option takes: none can begin an option, name a file or stand for several addresses.
    let address = with_ids(&exchange.url, made, address);
    let _ = write!(line, "curl -sSg --proto '=http,https' -X {} --url {address}", word(&exchange.method));
    for (name, value) in exchange.headers.iter().filter(|(name, value)| is_sent(name, value)) {
        let _ = write!(line, " \\\n  -H {}", header(name, value, token));
    }
    match (body, piped) {
        (_, Some(_)) => line.push_str(" \\\n  --data-binary @-"),
        (Some(body), None) => {
            let _ = write!(line, " \\\n  --data-raw {}", with_ids(body, made, str::to_owned));
        }
        (None, _) => {}
    }
    let told = answered(exchange);
    match &created {
        Some(one) => {
            let take = r#"grep -o '"id" *: *"[^"]*"' | head -n 1 | cut -d '"' -f 4"#;
            let _ = writeln!(out, "\n{}=$({line} | tee /dev/stderr | {take})  # {told}", one.variable);
        }
        None => {
            let told = if exchange.answer.is_some() { format!("  # {told}") } else { String::new() };
            let _ = writeln!(out, "\n{line}{told}");
        }
    }
    made.extend(created);
}

/// The letters of a method: a record that somebody made may say anything.
fn word(method: &str) -> String {
    method.chars().filter(char::is_ascii_alphabetic).take(20).collect()
}

/// Whether a header of the record is one to send again.
fn is_sent(name: &str, value: &str) -> bool {
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    plain && !name.is_empty() && !OWN.contains(&name) && !value.contains(is_hidden) && !value.contains("##")
}

/// What the answer was, as a comment.
fn answered(exchange: &ExchangeRecord) -> String {
    format!("answered {}", status(exchange))
}

/// What a create made, where the answer says its id in a form that is safe to look for.
fn created(exchange: &ExchangeRecord, known: usize) -> Option<Made> {
    let answer = exchange.answer.as_ref().filter(|a| exchange.method == "POST" && a.status == 201)?;
    let body: serde_json::Value = serde_json::from_str(&answer.body).ok()?;
    let id = body.get("id")?.as_str().filter(|id| id.len() >= 4 && !id.contains(['\'', '{', '}']))?;
    let collection = exchange.url.strip_prefix("{base}")?.split('?').next()?.trim_end_matches('/');
    Some(Made { id: id.to_owned(), variable: format!("ID{}", known + 1), collection: collection.to_owned() })
}

/// A text in quotes, in which the base URL and known ids are taken from their variables.
fn with_ids(text: &str, made: &[Made], plain: fn(&str) -> String) -> String {
    let mut out = String::new();
    let mut rest = text;
    if let Some(below) = rest.strip_prefix("{base}") {
        out.push_str("\"$BASE\"");
        rest = below;
    }
    loop {
        let next = made.iter().filter_map(|one| Some((rest.find(one.id.as_str())?, one))).min_by_key(|(at, _)| *at);
        let Some((at, one)) = next else { break };
        if at > 0 {
            out.push_str(&quoted(&plain(&rest[..at])));
        }
        let _ = write!(out, "\"${}\"", one.variable);
        rest = &rest[at + one.id.len()..];
    }
    if !rest.is_empty() || out.is_empty() {
        out.push_str(&quoted(&plain(rest)));
    }
    out
}

/// A part of a URL: what no URL has as it is, is percent-encoded.
fn address(part: &str) -> String {
    let mut out = String::new();
    for c in part.chars() {
        if c.is_ascii_graphic() && c != '#' {
            out.push(c);
        } else {
            c.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| {
                let _ = write!(out, "%{byte:02X}");
            });
        }
    }
    out
}

/// A header; the secret in it is taken from the variable.
fn header(name: &str, value: &str, token: &str) -> String {
    match value.split_once(REDACTED) {
        Some((before, after)) => {
            let end = if after.is_empty() { String::new() } else { quoted(after) };
            format!("{}\"${token}\"{end}", quoted(&format!("{name}: {before}")))
        }
        None => quoted(&format!("{name}: {value}")),
    }
}

/// A word for a POSIX shell: in single quotes nothing has a meaning but their end.
fn quoted(text: &str) -> String {
    let clean: String = text.chars().map(|c| if is_hidden(c) { '?' } else { c }).collect();
    format!("'{}'", clean.replace('\'', r"'\''"))
}

/// For the `%b` of `printf`: every byte that is not plain by its octal number.
fn octal(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b" {}[]:,.\"-_/@=".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "\\0{byte:03o}");
        }
    }
    out
}

/// A text within a comment: one line, nothing hidden.
fn comment(text: &str) -> String {
    without_commands(&super::safe_text::line(text, 300)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_stays_a_word() {
        assert_eq!(quoted("it's $(id) `x` \\ \"\n"), r#"'it'\''s $(id) `x` \ "?'"#);
        assert_eq!(address("/Users/a b\u{202e}'"), "/Users/a%20b%E2%80%AE'");
        assert_eq!(octal("a\n%'\\"), r"a\0012\0045\0047\0134");
        assert_eq!(header("authorization", "Bearer [redacted]", "T"), "'authorization: Bearer '\"$T\"");
    }
}
