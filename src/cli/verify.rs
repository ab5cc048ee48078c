//! `scimulate verify`: whether an evidence package is what it says.
//!
//! In: a package of anybody, the public key of its signer. Out: what holds of it, or where it does not. Never: a word of praise for
//! a package that nobody proved to be its signer's.

use super::args::VerifyArgs;
use super::exit::Exit;
use super::{CommandError, certify as certifying, embedded, say};
use ::certify::{Package, PublicKey, Rejudged, Signed};
use judge::verdict::Departures;
use provider::Profile;
use std::fmt::Write as _;
use std::path::Path;

/// Most differences that are told.
const TOLD: usize = 20;

/// Checks the package and says what it found.
pub(super) fn command(args: &VerifyArgs) -> Result<Exit, CommandError> {
    let name = args.package.display().to_string();
    let key = args.key.as_deref().map(key).transpose()?;
    let bytes = std::fs::read(&args.package).map_err(|e| CommandError::usage(format!("{name} cannot be read: {e}")))?;
    let refused = |why: &dyn ToString| CommandError::usage(format!("{name} is refused: {}", why.to_string()));
    if !::certify::is_package(&bytes) {
        return Err(refused(&"it is no evidence package; `scimulate certify` writes one"));
    }
    let package = Package::read(&bytes).map_err(|e| refused(&e))?;
    let signed = package.signed(key.as_ref()).map_err(|e| refused(&e))?;
    let again = ::certify::rejudge(&package, &departures(&package)).map_err(|e| refused(&e))?;
    if !again.differences.is_empty() {
        let (first, more) = (again.differences.iter().take(TOLD), again.differences.len().saturating_sub(TOLD));
        let told: Vec<&str> = first.map(String::as_str).collect();
        let more = if more > 0 { format!("\n  and {more} more") } else { String::new() };
        return Err(refused(&format!("judged again, it comes to something else:\n  {}{more}", told.join("\n  "))));
    }
    let proven = signed.as_ref().is_some_and(|signed| signed.proven);
    say(&told(&name, &package, (signed.as_ref(), key.as_ref()), &again)?)?;
    let exit = certifying::exit(package.results.word);
    Ok(if proven || exit != Exit::Conformant { exit } else { Exit::Blocked })
}

fn key(path: &Path) -> Result<PublicKey, CommandError> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|e| CommandError::usage(format!("{name} cannot be read: {e}")))?;
    PublicKey::read(&name, &text).map_err(CommandError::usage)
}

/// What the product that the target was expected to be does on purpose; the RFC's letter where this program has no such product.
fn departures(package: &Package) -> Departures {
    let known = Profile::built_in(&package.program.profile);
    known.map_or(Departures::NONE, |profile| embedded::departures(&profile.behaviour))
}

/// What holds of the package.
fn told(
    name: &str,
    package: &Package,
    (signed, key): (Option<&Signed>, Option<&PublicKey>),
    again: &Rejudged,
) -> Result<String, CommandError> {
    let statement = &package.statement;
    let signature = match (signed, key) {
        (None, _) => "nobody signed it".to_owned(),
        (Some(_), Some(key)) => format!("by the key {}", key.id()),
        (Some(signed), None) => format!(
            "NOT CHECKED: it names the key {}; name the signer's public key with --key",
            signed.key_ids.join(", ")
        ),
    };
    let mut out = String::new();
    writeln!(out, "package    {name}: {} files, each as the manifest says", package.files())
        .and_then(|()| writeln!(out, "signature  {signature}"))
        .and_then(|()| {
            let (product, environment) = (&statement.product, &statement.environment.name);
            let tester = &statement.tester.name;
            writeln!(out, "product    {} {}, in {environment}, tested by {tester}", product.name, product.version)
        })
        .and_then(|()| {
            let (record, program) = (&package.record, &package.program);
            let binary = program.sha256.as_deref().unwrap_or("unknown");
            writeln!(out, "run        {} by {}, seed {}", record.started_at, program.tool, program.seed)?;
            writeln!(out, "binary     SHA-256 {binary}")
        })
        .and_then(|()| {
            let Rejudged { exchanges, unreadable, again: found, standing, .. } = again;
            writeln!(out, "judged     {exchanges} of {} exchanges again", exchanges + unreadable)?;
            writeln!(
                out,
                "           {found} findings found again; {standing} rest on several exchanges or on a question of their own, and \
                 stand as recorded"
            )
        })
        .map_err(CommandError::blocked)?;
    Ok(out + &::certify::lines(&package.results))
}
