//! Whose dialect traffic is in, in words: what `traffic explain` and the grade of a client say of it.

use super::{CommandError, run};
use ::traffic::dialect::{Departure, Likeness, Reference};
use idp::Kind;

/// Entries of one departure that are shown.
const PLACES: usize = 5;
/// Fewer traits are of any client.
pub(super) const TELLING: usize = 8;

/// What the simulated IdPs send, as the golden exchanges show it.
pub(super) fn reference() -> Result<Reference, CommandError> {
    let mut reference = Reference::default();
    for golden in run::goldens().carried().map_err(CommandError::usage)? {
        reference.learn(golden);
    }
    for kind in Kind::ALL {
        if let Some(flag) = kind.base_query() {
            reference.flag(kind.id(), flag);
        }
    }
    Ok(reference)
}

pub(super) fn name(idp: &str) -> String {
    let kind = Kind::ALL.iter().find(|kind| kind.id() == idp);
    kind.map_or_else(|| idp.to_owned(), |kind| format!("{kind} ({idp})"))
}

/// Whom it looks like.
pub(super) fn sentence(closest: &Likeness) -> String {
    match closest.shared * 2 > closest.of {
        true => format!("looks like {}", name(&closest.idp)),
        false => format!("looks like none of the simulated IdPs; the closest is {}", name(&closest.idp)),
    }
}

/// A trait in a line: what, how, how the simulated IdP has it, where.
pub(super) fn departure(one: &Departure) -> String {
    let places: Vec<String> = one.entries.iter().take(PLACES).map(|at| (at + 1).to_string()).collect();
    let more = if one.entries.len() > PLACES { ", ..." } else { "" };
    let usual = match one.usual.as_slice() {
        [] => "the simulated IdP never does".to_owned(),
        some => format!("the simulated IdP: {}", some.join(", ")),
    };
    let seen = if one.seen == "yes" { String::new() } else { format!(" {}", one.seen) };
    format!("{}{seen}; {usual} (entry {}{more})", one.what, places.join(", "))
}
