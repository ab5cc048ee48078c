//! `scimulate explain`: one requirement, fault, report from the field, source of an IdP's habit or feature tag, in full.

use super::args::{ExplainArgs, SelectArgs};
use super::exit::Exit;
use super::{CommandError, features, say};
use crate::feature::{Feature, Scenario};
use crate::step::EXPECTATIONS;
use idp::sources;
use judge::check::catalogue::{self, Level, Proof, Requirement, Side};
use judge::check::field_reports;
use judge::check::readings::{self, Need};
use judge::verdict::Reader;
use provider;
use std::collections::BTreeSet;

/// Names no nearer than this are no help.
const NEAR: f64 = 0.75;
/// Columns of the labels.
const LABEL: usize = 10;
/// Columns of a line.
const WIDTH: usize = 100;

/// Prints what is known under the id.
pub(super) fn command(args: &ExplainArgs) -> Result<Exit, CommandError> {
    let features = features::read(&SelectArgs::default())?;
    let id = args.id.trim().trim_start_matches('@');
    let Some(text) = requirement(id, &features)
        .or_else(|| claim(id))
        .or_else(|| fault(id, &features))
        .or_else(|| report(id, &features))
        .or_else(|| habit(id))
        .or_else(|| tag(id, &features))
    else {
        return Err(CommandError::usage(unknown(id, &features)));
    };
    say(&text)?;
    Ok(Exit::Conformant)
}

fn requirement(id: &str, features: &[Feature]) -> Option<String> {
    let found = catalogue::all().into_iter().find(|r| r.id.eq_ignore_ascii_case(id))?;
    let level = match found.level {
        Level::Must => "a MUST of the RFC",
        Level::Should => "a SHOULD of the RFC",
        Level::May => "a MAY of the RFC",
        Level::Idp => "what IdPs need beyond the RFC",
        Level::Hazard => "what harms people, whatever the RFC says",
        Level::Advice => "advice beyond the RFC",
    };
    let of = match found.side {
        Side::Server => "",
        Side::Client => "; of clients",
        Side::Both => "; of both sides",
    };
    let head = format!("{}  ({level}{of}; weighs as {}; topic {})\n", found.id, found.severity(), found.topic);
    let source = source(&found.id).map(|url| labelled("source", &url)).unwrap_or_default();
    let proven = match found.proof() {
        Proof::Check => labelled("proof", "a check, on every exchange it applies to"),
        Proof::Scenarios => String::new(),
        Proof::Grade => {
            labelled("proof", "what a client sends: `scimulate serve --grade`, `scimulate traffic grade RECORDING`")
        }
        Proof::Open(reason) => labelled("proof", &format!("none yet: {reason}")),
        Proof::Nothing(reason) => labelled("proof", &format!("none: {reason}")),
    };
    let tagged: Vec<&Scenario> =
        features.iter().flat_map(|f| &f.scenarios).filter(|s| s.tags.contains(&found.id)).collect();
    let proving = if tagged.is_empty() { String::new() } else { scenarios(&found.id, features) };
    Some(
        head + &told(&found.text, &found.why, &found.remedy)
            + &breaks(&found.id, &found.breaks, &found.because)
            + &source
            + &proven
            + &of_client(found)
            + &proving
            + &reports(&found.id, &tagged),
    )
}

/// The same clause as it binds a client, where that is said in words of its own.
fn of_client(found: &Requirement) -> String {
    let Some(client) = catalogue::of_client(&found.id).filter(|client| client.text != found.text) else {
        return String::new();
    };
    format!(
        "held against clients by `serve --grade` and `traffic grade`:\n{}",
        told(&client.text, &client.why, &client.remedy)
    )
}

/// Whom it breaks beside those that its kind breaks, and which IdP needs it, with how sure that is.
fn breaks(id: &str, also: &[Reader], because: &str) -> String {
    let names: Vec<&str> = also.iter().map(Reader::name).collect();
    let mut text = match names.as_slice() {
        [] => String::new(),
        names => labelled("breaks", &format!("{} as well: {because}", names.join(", "))),
    };
    for need in readings::needs().iter().filter(|need| need.requirement == id) {
        let Need { idp, confidence, sources, says, but, .. } = need;
        let told = format!("{idp}, {confidence}: {says} {but} ({})", sources.join(", "));
        text.push_str(&labelled("need of", &told));
    }
    text
}

/// The reports from the field that stand behind a requirement: tags of the scenarios that prove it, and of the faults that
/// break it.
fn reports(id: &str, tagged: &[&Scenario]) -> String {
    let number = |t: &&str| t.len() == 4 && t.starts_with('F') && t[1..].bytes().all(|b| b.is_ascii_digit());
    let faults: Vec<_> = provider::faults().iter().filter(|f| f.requirement == id).collect();
    let tags = tagged.iter().flat_map(|s| &s.tags).map(String::as_str).chain(faults.iter().map(|f| f.report.as_str()));
    let tags: BTreeSet<&str> = tags.filter(number).collect();
    let mut text = String::new();
    if !tags.is_empty() {
        let all: Vec<String> = tags.iter().map(|t| format!("@{t}")).collect();
        text.push_str(&labelled(
            "reports",
            &format!("{} (`scimulate explain @{}`)", all.join(" "), tags.first().unwrap_or(&"")),
        ));
    }
    for fault in faults {
        text.push_str(&labelled("fault", &format!("{} {}: {}", fault.id, fault.name, fault.text)));
    }
    text
}

fn claim(id: &str) -> Option<String> {
    let found = EXPECTATIONS.iter().find(|c| c.id.eq_ignore_ascii_case(id))?;
    Some(format!("{}  (what scenarios expect of the target)\n", found.id) + &told(found.text, found.why, found.remedy))
}

/// A fault of the embedded provider, and the scenarios about the failure it stands for.
fn fault(id: &str, features: &[Feature]) -> Option<String> {
    let found = provider::faults().iter().find(|f| f.id.eq_ignore_ascii_case(id) || f.name.eq_ignore_ascii_case(id))?;
    let head = format!("{}  (a fault: `scimulate serve --fault {}`)\n", found.id, found.id);
    let text =
        labelled("name", &found.name) + &labelled("fault", &found.text) + &labelled("breaks", &found.requirement);
    Some(head + &text + &scenarios(&found.report, features))
}

/// A report from the field: what happened, who says so, what reproduces it.
fn report(id: &str, features: &[Feature]) -> Option<String> {
    let found = field_reports::report(id)?;
    let mut text = format!("{}  (a report from the field: `scimulate run --tags @{}`)\n", found.id, found.id);
    text.push_str(&labelled("text", &found.text));
    text.push_str(&labelled("seen", &found.seen));
    text.push_str(&labelled("known", &found.known.to_string()));
    for source in &found.sources {
        text.push_str(&labelled("source", source));
    }
    for fault in provider::faults().iter().filter(|f| f.report == found.id) {
        text.push_str(&labelled("fault", &format!("{} {}: {}", fault.id, fault.name, fault.text)));
    }
    for decision in readings::decisions().iter().filter(|d| d.reports.contains(&found.id)) {
        let told = format!("{}. Wrong for everybody: {}", decision.topic, decision.always);
        text.push_str(&labelled("dispute", &told));
    }
    match &found.unplayed {
        Some(reason) => Some(text + &labelled("scenarios", &format!("none: {reason}"))),
        None => Some(text + &scenarios(&found.id, features)),
    }
}

/// Where a habit of a simulated IdP is from: a document, or a statement with its documents.
fn habit(id: &str) -> Option<String> {
    let document = |d: &sources::Document| {
        let date = if d.date.is_empty() { String::new() } else { format!(" ({})", d.date) };
        labelled("source", &format!("{}: {}{date}: {}", d.code, d.title, d.at))
    };
    if let Some(found) = sources::document(id) {
        let head = format!("{}  (a source of what {} does)\n", found.code, found.idp);
        return Some(head + &document(found) + &labelled("known", &found.confidence.to_string()));
    }
    let found = sources::rule(id)?;
    let head = format!("{}  (what {} does)\n", found.code, found.idp);
    let from: String = found.from.iter().filter_map(|code| sources::document(code)).map(document).collect();
    Some(head + &labelled("text", &found.text) + &labelled("known", &found.confidence.to_string()) + &from)
}

fn tag(id: &str, features: &[Feature]) -> Option<String> {
    let all = features.iter().flat_map(|f| &f.scenarios).flat_map(|s| &s.tags);
    let tag = all.into_iter().find(|t| t.eq_ignore_ascii_case(id))?;
    Some(format!("@{tag}  (a tag: `scimulate run --tags @{tag}`)\n") + &scenarios(tag, features))
}

fn told(text: &str, why: &str, remedy: &str) -> String {
    labelled("text", text) + &labelled("why", why) + &labelled("remedy", remedy)
}

fn scenarios(tag: &str, features: &[Feature]) -> String {
    let all = features.iter().flat_map(|f| &f.scenarios).filter(|s| s.tags.contains(tag));
    let lines: Vec<String> = all.map(|s| format!("{}:{}  {} / {}", s.file, s.line, s.feature, s.name)).collect();
    if lines.is_empty() {
        return labelled("scenarios", "none of the built-in ones carries it as a tag");
    }
    let list: String = lines.iter().map(|line| format!("  {line}\n")).collect();
    format!("scenarios\n{list}")
}

/// Where an RFC's clause can be read, from an id such as `RFC7644-3.5.2-04`.
fn source(id: &str) -> Option<String> {
    let (number, rest) = id.strip_prefix("RFC")?.split_once('-')?;
    let (section, _) = rest.rsplit_once('-')?;
    Some(format!("https://www.rfc-editor.org/rfc/rfc{number}#section-{section}"))
}

/// A label and its text, wrapped beside it.
fn labelled(label: &str, text: &str) -> String {
    let mut out = format!("{label:LABEL$}");
    let mut used = LABEL;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if used > LABEL && used + length + 1 > WIDTH {
            out.push_str(&format!("\n{:LABEL$}", ""));
            used = LABEL;
        } else if used > LABEL {
            out.push(' ');
            used += 1;
        }
        out.push_str(word);
        used += length;
    }
    out.push('\n');
    out
}

fn unknown(id: &str, features: &[Feature]) -> String {
    let tags = features.iter().flat_map(|f| &f.scenarios).flat_map(|s| &s.tags).map(String::as_str);
    let names = catalogue::all().into_iter().map(|r| r.id.as_str()).chain(EXPECTATIONS.iter().map(|c| c.id));
    let codes: Vec<&str> = sources::codes().collect();
    let faults = provider::faults().iter().flat_map(|f| [f.id.as_str(), f.name.as_str()]);
    let faults = faults.chain(field_reports::reports().iter().map(|r| r.id.as_str())).chain(codes);
    let given = id.to_uppercase();
    let scored =
        names.chain(faults).chain(tags).map(|n| (strsim::normalized_levenshtein(&given, &n.to_uppercase()), n));
    let hint = match scored.max_by(|a, b| a.0.total_cmp(&b.0)) {
        Some((likeness, name)) if likeness >= NEAR => format!(": did you mean `{name}`?"),
        _ => String::new(),
    };
    format!(
        "nothing is called `{id}`{hint}\n  `scimulate list requirements` shows the ids of requirements, `list faults` those of faults, `list features` the tags"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_rfc_id_tells_where_its_clause_is() {
        assert_eq!(source("RFC7644-3.5.2-04").unwrap(), "https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2");
        assert_eq!(source("HAZARD-GROUP-EMPTIED"), None);
    }

    #[test]
    fn every_report_from_the_field_has_scenarios_or_a_reason_for_none() {
        let features = features::read(&SelectArgs::default()).unwrap();
        let tags: BTreeSet<&str> =
            features.iter().flat_map(|f| &f.scenarios).flat_map(|s| &s.tags).map(String::as_str).collect();
        for report in field_reports::reports() {
            let played = tags.contains(report.id.as_str());
            assert_ne!(played, report.unplayed.is_some(), "{}: tagged {played}", report.id);
        }
        let number =
            |tag: &&str| tag.len() == 4 && tag.starts_with('F') && tag[1..].bytes().all(|b| b.is_ascii_digit());
        for tag in tags.into_iter().filter(number) {
            assert!(field_reports::report(tag).is_some(), "@{tag} is the tag of no report");
        }
        for fault in provider::faults() {
            assert!(field_reports::report(&fault.report).is_some(), "{} stands for no report", fault.id);
        }
    }

    #[test]
    fn a_code_of_the_dialects_tells_its_document() {
        let document = habit("okd20").unwrap();
        assert!(document.contains("developer.okta.com") && document.contains("D: documented"), "{document}");
        let rule = habit("L13").unwrap();
        assert!(rule.contains("target action Delete") && rule.contains("S3: How application"), "{rule}");
        assert_eq!(habit("M999"), None);
    }

    #[test]
    fn long_texts_are_wrapped_beside_their_label() {
        let text = labelled("why", &"word ".repeat(40));
        assert!(text.lines().count() > 1 && text.lines().all(|l| l.chars().count() <= WIDTH), "{text}");
        assert!(text.lines().skip(1).all(|l| l.starts_with(&" ".repeat(LABEL))), "{text}");
    }
}
