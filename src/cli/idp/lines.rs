//! What is printed of an exchange, and at the end of a command.
//!
//! In: exchanges as they end. Out: a line each, on demand the bodies. Never: two lines made of one by what a target sent.

use super::super::{notice, say};
use client::wire::Exchange;
use idp::{AdminLog, ConnectionState, Idp};
use operate::{Hears, LogEntry, Made, MadeNotes, Played, clock};
use scim::printable::printable;
use scim::secrecy::without_passwords;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};

/// Most of a body that is printed, in bytes.
const BODY: usize = 16 << 10;

/// Prints each exchange as it ends.
pub(super) struct Printer {
    verbose: bool,
    /// The ids that a stand-in made up, and what to write in their place; none where the target itself answers.
    made_up: Option<Mutex<BTreeMap<String, String>>>,
    /// Probes that were answered and not printed one by one; none where each is.
    probes: Option<Mutex<usize>>,
    /// Where what is created is noted at once; nowhere where nothing is created for good.
    notes: Option<MadeNotes>,
}

impl Printer {
    /// Of what the target answers.
    pub(super) fn of_target(verbose: bool) -> Self {
        Self { verbose, made_up: None, probes: None, notes: None }
    }

    /// Of what would be sent.
    pub(super) fn of_stand_in(verbose: bool) -> Self {
        Self { verbose, made_up: Some(Mutex::new(BTreeMap::new())), probes: None, notes: None }
    }

    /// The same, with the probes of cycles in which nothing happens counted on one line.
    pub(super) fn counting_probes(self) -> Self {
        Self { probes: (!self.verbose).then(Mutex::default), ..self }
    }

    /// The same, noting what is created.
    pub(super) fn noting(self, notes: MadeNotes) -> Self {
        Self { notes: Some(notes), ..self }
    }

    /// The line for probes that were counted since.
    fn counted(&self) -> String {
        let Some(probes) = &self.probes else { return String::new() };
        match std::mem::take(&mut *probes.lock().unwrap_or_else(PoisonError::into_inner)) {
            0 => String::new(),
            // What a stand-in answers is no answer of the target's.
            count if self.made_up.is_some() => format!("GET     {count} probes of cycles\n"),
            count => format!("GET    2xx  {count} probes of cycles\n"),
        }
    }

    fn shown(&self, text: &str) -> String {
        let Some(made_up) = &self.made_up else { return text.to_owned() };
        let made_up = made_up.lock().unwrap_or_else(PoisonError::into_inner);
        made_up.iter().fold(text.to_owned(), |text, (id, name)| text.replace(id, name))
    }

    /// Takes note of an id that the stand-in made up.
    fn note(&self, entry: &LogEntry, exchange: &Exchange) {
        let (Some(made_up), Ok(answer)) = (&self.made_up, &exchange.result) else { return };
        let id = serde_json::from_slice::<Value>(&answer.body).ok();
        let id = id.and_then(|body| body.get("id")?.as_str().map(str::to_owned));
        if let (Some(id), Some((_, name)), "POST") = (id, entry.what.split_once("create "), entry.method.as_str()) {
            let name = format!("{{id of {name}}}");
            made_up.lock().unwrap_or_else(PoisonError::into_inner).insert(id, name);
        }
    }

    fn text(&self, entry: &LogEntry, exchange: &Exchange) -> String {
        let mut text = match &self.made_up {
            None => one_line(&entry.line()),
            // What a stand-in answers is no answer of the target's.
            Some(_) => one_line(&self.shown(&format!("{:<6}  {}  {}", entry.method, entry.address(), entry.what))),
        };
        text.push('\n');
        if self.verbose {
            text += &self.bodies(exchange);
        }
        text
    }

    fn bodies(&self, exchange: &Exchange) -> String {
        let sent = exchange.request.body.as_ref().map(|b| body('>', &self.shown(&String::from_utf8_lossy(b))));
        let answered = exchange.result.as_ref().ok().filter(|a| self.made_up.is_none() && !a.body.is_empty());
        let answered = answered.map(|answer| body('<', &String::from_utf8_lossy(&answer.body)));
        sent.into_iter().chain(answered).collect()
    }
}

impl Hears for Printer {
    fn hear(&self, entry: &LogEntry, exchange: &Exchange) {
        let answered = entry.status.is_some_and(|status| (200..300).contains(&status));
        if let (Some(probes), true) = (&self.probes, entry.probe && answered) {
            *probes.lock().unwrap_or_else(PoisonError::into_inner) += 1;
            return;
        }
        // A reader that went away is told of at the end.
        let _told = say(&format!("{}{}", self.counted(), self.text(entry, exchange)));
        self.note(entry, exchange);
    }

    fn made(&self, made: &Made) {
        if let Some(Err(error)) = self.notes.as_ref().map(|notes| notes.note(made)) {
            notice(&format!("{}/{} was created and could not be noted: {error}", made.endpoint, made.id));
        }
    }

    fn end(&self) {
        let _told = say(&self.counted());
    }
}

/// The text on one line.
pub(super) fn one_line(text: &str) -> String {
    printable(text).replace(['\n', '\t'], " ")
}

/// A body, each line marked, so that nothing in it is taken for a line of ours.
fn body(mark: char, text: &str) -> String {
    let clean = without_passwords(text.as_bytes());
    let clean = clean.map_or_else(|| text.to_owned(), |bytes| String::from_utf8_lossy(&bytes).into_owned());
    let shown = match serde_json::from_str::<Value>(&clean) {
        Ok(value) => format!("{value:#}"),
        Err(_) => clean,
    };
    let end = shown.char_indices().map(|(at, _)| at).find(|at| *at >= BODY).unwrap_or(shown.len());
    let mut out = String::new();
    for line in shown[..end].lines() {
        let _infallible = writeln!(out, "  {mark} {line}");
    }
    if end < shown.len() {
        let _infallible = writeln!(out, "  {mark} … {} more bytes", shown.len() - end);
    }
    out
}

/// What the product's administrator sees.
fn admin(log: &AdminLog) -> String {
    let notes = log.notes.iter().map(|note| format!("note: {}\n", one_line(note)));
    // Many cycles fail alike: the same line once, where it came first.
    let mut failed: Vec<(String, usize)> = Vec::new();
    for trouble in &log.troubles {
        let line = format!("failed: {} ({})", one_line(&trouble.to_string()), trouble.kind.id());
        match failed.iter_mut().find(|(known, _)| *known == line) {
            Some((_, times)) => *times += 1,
            None => failed.push((line, 1)),
        }
    }
    let failed = failed.into_iter().map(|(line, times)| match times {
        1 => format!("{line}\n"),
        _ => format!("{line}, {times} times\n"),
    });
    notes.chain(failed).collect()
}

/// How the connection stands, in words.
pub(super) fn standing(state: &ConnectionState) -> String {
    match state {
        ConnectionState::Enabled => "on".to_owned(),
        ConnectionState::Paused => "paused".to_owned(),
        ConnectionState::Quarantined { reason } => format!("in quarantine ({reason})"),
        ConnectionState::Disabled => "off".to_owned(),
    }
}

/// The end of a command.
pub(super) fn ended(idp: &Idp, played: &Played, dry: bool) -> String {
    let mut text = admin(&played.admin);
    let sent = match (played.sent, dry) {
        (0, _) => "nothing sent".to_owned(),
        (1, true) => "1 request would be sent; nothing was".to_owned(),
        (sent, true) => format!("{sent} requests would be sent; nothing was"),
        (sent, false) => format!("{sent} sent, {} answered", played.answered),
    };
    let _infallible = write!(text, "{sent}; {}; provisioning is {}", clock(idp.now()), standing(idp.state()));
    if let Some(due) = idp.due() {
        let waits = if idp.pending() { "changes wait for the next cycle" } else { "the next cycle is" };
        let _infallible = write!(text, "; {waits} at {}", clock(due));
        if idp.pending() {
            text.push_str(" (`scimulate idp sync`)");
        }
    }
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_a_target_sends_becomes_a_line_of_ours() {
        assert_eq!(one_line("a\nfailed: b\t\u{1b}[2J"), "a failed: b \\u{1b}[2J");
        assert_eq!(body('<', "x\nfailed: y"), "  < x\n  < failed: y\n");
        assert!(!body('>', r#"{"password": "hunter-and-more"}"#).contains("hunter"));
        assert!(body('<', &"é".repeat(BODY)).contains("more bytes"));
    }
}
