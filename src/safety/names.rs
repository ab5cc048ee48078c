//! What runs call the things they make, and how those are told from everybody else's.
//!
//! In: names as a target shows them, a run's id. Out: the tag a name carries, and whose it is. Never: I/O.

/// Characters of a run's id.
const RUN: usize = 5;
/// Fewest digits of the number behind it.
const NUMBER: usize = 3;

/// The attribute that names what is at an endpoint.
#[must_use]
pub(super) fn name_attribute(endpoint: &str) -> &'static str {
    if endpoint == "/Groups" { "displayName" } else { "userName" }
}

/// A run's id, an `r` and four letters or digits from the salt: short enough for user names, and never mistaken for a
/// number.
#[must_use]
pub fn run_id(salt: u64) -> String {
    const DIGITS: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    let mut rest = salt.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 16;
    let mut id = String::from("r");
    while id.len() < RUN {
        id.push(char::from(DIGITS[(rest % 36) as usize]));
        rest /= 36;
    }
    id
}

/// Whether a text has the form of [`run_id`].
#[must_use]
pub fn is_run_id(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    text.len() == RUN && text.starts_with('r') && text.bytes().all(plain)
}

/// The tag of one scenario's objects: the run's id, the scenario's number, and the attempt where it was tried again.
#[must_use]
pub fn tag(run: &str, number: usize, attempt: u32) -> String {
    let again = if attempt > 1 { format!("a{attempt}") } else { String::new() };
    format!("{run}{number:0NUMBER$}{again}")
}

/// The run whose [`tag`] a word is.
fn run_of_tag(word: &str) -> Option<&str> {
    let (run, number) = word.split_at_checked(RUN)?;
    let (number, again) = number.split_once('a').unwrap_or((number, "2"));
    let digits = |text: &str, least: usize| text.len() >= least && text.bytes().all(|b| b.is_ascii_digit());
    // What is longer than it has to be is no number of ours with a zero before it.
    let plain = number.len() == NUMBER || !number.starts_with('0');
    (is_run_id(run) && digits(number, NUMBER) && plain && digits(again, 1) && !again.starts_with('0')).then_some(run)
}

/// What of a name a run may have chosen: of an address the part before the domain.
fn chosen<'a>(endpoint: &str, name: &'a str) -> &'a str {
    match endpoint {
        "/Groups" => name,
        _ => name.rsplit_once('@').map_or(name, |(local, _)| local),
    }
}

/// The run that gave the name, if one did: `ada.<tag>` with a domain or without, `Engineering-<tag>` or `Road works <tag>`.
pub(super) fn run_of(endpoint: &str, name: &str) -> Option<String> {
    let name = name.to_lowercase();
    let before: &[char] = if endpoint == "/Groups" { &['-', ' '] } else { &['.'] };
    run_of_tag(chosen(endpoint, &name).rsplit_once(before)?.1).map(str::to_owned)
}

/// What marks a name that a run gave, in lower case: the tag in it, wherever that stands; the run's id at its end, where one
/// play is all there is and nothing is numbered; otherwise the whole name. A domain may look like either and is neither.
pub(super) fn mark(endpoint: &str, name: &str) -> String {
    let name = name.to_lowercase();
    let mut words = chosen(endpoint, &name).split(|c: char| !c.is_alphanumeric()).rev();
    // A word without a digit may be somebody's name as well.
    let unlike_names = |word: &&str| is_run_id(word) && word.bytes().any(|b| b.is_ascii_digit());
    let last = words.clone().next().filter(unlike_names);
    words.find(|word| run_of_tag(word).is_some()).or(last).unwrap_or(&name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given_by(run: &str, endpoint: &str, name: &str) -> bool {
        run_of(endpoint, name).is_some_and(|of| of == run)
    }

    #[test]
    fn only_names_that_the_run_gave_are_its() {
        for (endpoint, name) in [
            ("/Users", "ada.rk3f9007@example.com"),
            ("/Users", "O'Neil.rk3f9007a2@acme.test"),
            ("/Users", "ada.rk3f9007"),
            ("/Groups", "Road works rk3f9007"),
            ("/Groups", "Engineering-rk3f9123"),
            ("/Groups", "Sales-EU-rk3f91234"),
            ("/Groups", "X rk3f9635"),
        ] {
            assert!(given_by("rk3f9", endpoint, name), "{name}");
        }
        for (endpoint, name) in [
            ("/Users", "rk3f9007@example.com"),
            ("/Users", "ada.rk3f9@example.com"),
            ("/Users", "ada.rk3f9007x@example.com"),
            ("/Users", "ada.rk3f8007@example.com"),
            ("/Users", "ada.rk3f90007@example.com"),
            ("/Users", "ada.rk3f9007a02@example.com"),
            ("/Groups", "rk3f9007"),
            ("/Groups", "Engineering-rk3f9007-old"),
            ("/Groups", "Engineering-xrk3f9007"),
        ] {
            assert!(!given_by("rk3f9", endpoint, name), "{name}");
        }
    }

    #[test]
    fn what_is_made_as_a_run_id_or_a_tag_is_known_as_one() {
        for salt in [0, 1, 42, u64::MAX] {
            let run = run_id(salt);
            assert!(is_run_id(&run), "{run}");
            for (number, attempt) in [(0, 1), (7, 2), (999, 1), (12_345, 12)] {
                let tag = tag(&run, number, attempt);
                assert_eq!(run_of_tag(&tag), Some(run.as_str()), "{tag}");
            }
        }
        for other in ["", "r", "rk3f", "rk3f99", "xk3f9", "rK3f9", "r-3f9", "rä3f"] {
            assert!(!is_run_id(other), "{other}");
        }
    }

    #[test]
    fn a_name_is_marked_by_its_tag_and_never_by_its_domain() {
        for (endpoint, name, wanted) in [
            ("/Users", "Ada2.r1wzy004@example.com", "r1wzy004"),
            ("/Users", "ada.r1wzy004@staging2024.example.com", "r1wzy004"),
            ("/Users", "ada.r1wzy004@rhost001.example.com", "r1wzy004"),
            ("/Users", "r1wzy004a2.twin.ada@example.com", "r1wzy004a2"),
            ("/Users", "ada2.rwx7z@example.com", "rwx7z"),
            ("/Users", "ada2.rwxyz@example.com", "ada2.rwxyz@example.com"),
            ("/Users", "roman.ada2@rhost.example.com", "roman.ada2@rhost.example.com"),
            ("/Groups", "Team@staging2024 r1wzy1234", "r1wzy1234"),
            ("/Groups", "Engineering-rk3f9", "rk3f9"),
            ("/Groups", "Engineering 2", "engineering 2"),
        ] {
            assert_eq!(mark(endpoint, name), wanted, "{name}");
        }
    }
}
