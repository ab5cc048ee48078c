//! What an IdP's state says, for a reader.

use super::super::CommandError;
use super::connection::at_rest;
use super::lines::{one_line, standing};
use directory::Person;
use idp::Idp;
use operate::{IdpState, clock};
use std::fmt::Write as _;
use std::time::Duration;

/// `idp status`.
pub(super) fn status(state: &IdpState) -> Result<String, CommandError> {
    let session = at_rest(state.clone())?;
    let idp = session.idp();
    let mut text = format!("{} {}\n", idp.kind(), idp.name());
    let target = state.target.as_ref().map_or_else(
        || "none; scimulate idp connect --target URL|NAME".to_owned(),
        |t| if t.named == t.base { t.base.clone() } else { format!("{} ({})", t.named, t.base) },
    );
    let _infallible = writeln!(text, "target: {target}");
    let _infallible = writeln!(text, "provisioning: {}", standing(idp.state()));
    let next = idp.due().map(|due| format!(", next cycle at {}", clock(due))).unwrap_or_default();
    let waits = if idp.pending() { ", changes wait" } else { "" };
    let _infallible = writeln!(text, "time: {}{next}{waits}", clock(idp.now()));
    let assigned = idp.directory().people().filter(|p| idp.assigned(&p.key)).count();
    let people = idp.directory().people().count();
    let linked = idp.links().people().filter(|(_, link)| link.managed).count();
    let _infallible = writeln!(text, "people: {people}, {assigned} assigned, {linked} linked");
    let groups = idp.directory().groups().count();
    let linked = idp.links().groups().count();
    let _infallible = writeln!(text, "groups: {groups}, {} pushed, {linked} linked", idp.pushed().len());
    let _infallible = writeln!(text, "created on the target and still there: {}", state.view.made.len());
    let _infallible = writeln!(text, "requests so far: {}", state.log.count);
    Ok(text)
}

fn of_person(idp: &Idp, person: &Person) -> String {
    let mut words = Vec::new();
    words.extend(person.deleted.then_some("in the bin"));
    words.extend((!person.active).then_some("inactive"));
    words.extend(idp.assigned(&person.key).then_some("assigned"));
    let link = idp.links().person(&person.key);
    words.extend(link.map(|link| if link.managed { "linked" } else { "linked before" }));
    words.join(", ")
}

/// `idp people`.
pub(super) fn people(state: &IdpState) -> Result<String, CommandError> {
    let session = at_rest(state.clone())?;
    let idp = session.idp();
    let mut text = String::new();
    for person in idp.directory().people() {
        let line = format!("{}  {}  {}", person.user_name, person.display_name, of_person(idp, person));
        let _infallible = writeln!(text, "{}", one_line(line.trim_end()));
    }
    for group in idp.directory().groups() {
        let pushed = if idp.pushed().contains(&group.key) { ", pushed" } else { "" };
        let _infallible = writeln!(text, "group {}: {} members{pushed}", one_line(&group.name), group.members.len());
    }
    Ok(text)
}

/// `idp links`.
pub(super) fn links(state: &IdpState) -> Result<String, CommandError> {
    let session = at_rest(state.clone())?;
    let idp = session.idp();
    let mut text = String::new();
    for person in idp.directory().people().filter(|p| idp.links().person(&p.key).is_none() && idp.assigned(&p.key)) {
        let _infallible = writeln!(text, "user   {} -> not provisioned yet", one_line(&person.user_name));
    }
    let keys: Vec<String> = idp.links().people().map(|(key, _)| key.to_owned()).collect();
    let gone = keys.iter().filter(|key| idp.directory().person(key).is_none()).cloned();
    for key in idp.directory().in_order(&keys).into_iter().chain(gone) {
        let Some(link) = idp.links().person(&key) else { continue };
        let name = idp.directory().person(&key).map_or(&link.matching, |p| &p.user_name);
        let active = match link.active {
            Some(true) => "active",
            Some(false) => "inactive",
            None => "unknown",
        };
        let managed = if link.managed { "" } else { ", not managed any more" };
        let matched = if *name == link.matching { String::new() } else { format!(", matched as {}", link.matching) };
        let line = format!("user   {name} -> {}  {active}{managed}{matched}", link.id);
        let _infallible = writeln!(text, "{}", one_line(&line));
    }
    for (key, link) in idp.links().groups() {
        let name = idp.directory().group(key).map_or(&link.matching, |g| &g.name);
        let _infallible = writeln!(text, "group  {}", one_line(&format!("{name} -> {}", link.id)));
    }
    if text.is_empty() {
        text.push_str("nothing is linked\n");
    }
    Ok(text)
}

/// `idp log`.
pub(super) fn log(state: &IdpState, number: usize) -> String {
    let skipped = state.log.entries.len().saturating_sub(number);
    let mut text = String::new();
    for entry in state.log.entries.iter().skip(skipped) {
        let at = clock(Duration::from_secs(entry.seconds));
        let _infallible = writeln!(text, "{:>5}  {at}  {}", entry.number, one_line(&entry.line()));
    }
    if state.log.entries.is_empty() {
        text.push_str("nothing was sent yet\n");
    }
    text
}
