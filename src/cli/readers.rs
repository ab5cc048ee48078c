//! The readers of `--for`: who there is, and what was meant.

use idp::Family;
use judge::verdict::Reader;
use scim::nearest;

/// The readers of these names, each once.
///
/// # Errors
/// When there is none of that name, with the nearest that there is.
pub(super) fn named(names: &[String]) -> Result<Vec<Reader>, String> {
    let mut all: Vec<Reader> = names.iter().map(|name| one(name.trim())).collect::<Result<_, _>>()?;
    all.sort();
    all.dedup();
    Ok(all)
}

/// The reader of that name.
///
/// # Errors
/// As of [`named`].
pub(super) fn one(name: &str) -> Result<Reader, String> {
    let lower = name.to_ascii_lowercase();
    let known: Vec<&str> = ["rfc", "data"].into_iter().chain(Family::all().map(Family::id)).collect();
    if known.contains(&lower.as_str()) {
        return Ok(Reader::named(&lower));
    }
    let hint = nearest(&lower, known.iter().copied()).map(|n| format!(" (did you mean `{n}`?)")).unwrap_or_default();
    Err(format!("there is no reader `{name}`{hint}; known are: {}", known.join(", ")))
}
