//! Settings as meant: what the arguments come to, checked.

use super::CommandError;
use super::args::{SelectArgs, TokenArgs};
use crate::feature::TagFilter;
use crate::run::Selection;
use client::wire::{Secret, SecretPlace};
use idp::Kind;

/// The variable a token is in, where nothing else is said.
pub(super) const TOKEN: &str = "SCIMULATE_TOKEN";

/// The seed without `--seed`: any fixed number will do, because the goldens hold its people.
pub(super) const SEED: u64 = 7643;

/// The scenarios meant.
pub(super) fn selection(args: &SelectArgs) -> Result<Selection, CommandError> {
    let tags = args.tags.as_deref().map(TagFilter::parse).transpose().map_err(CommandError::usage)?;
    let mut idps = Vec::new();
    for name in &args.idp {
        idps.extend(Kind::select(name).map_err(CommandError::usage)?.into_iter().map(|k| k.id().to_owned()));
    }
    if idps.len() == Kind::ALL.len() {
        idps.clear();
    }
    Ok(Selection { tags, idps })
}

/// The token that flags or the default variable name; none where neither does.
///
/// # Errors
/// When what they name is not there.
pub(super) fn secret(args: &TokenArgs) -> Result<Option<Secret>, CommandError> {
    match (&args.token_env, &args.token_file) {
        (Some(name), _) => Secret::read(SecretPlace::Env(name)).map(Some).map_err(CommandError::usage),
        (None, Some(path)) => {
            super::secrets::warn_if_open(path);
            Secret::read(SecretPlace::File(path)).map(Some).map_err(CommandError::usage)
        }
        (None, None) if std::env::var_os(TOKEN).is_some() => {
            Secret::read(SecretPlace::Env(TOKEN)).map(Some).map_err(CommandError::usage)
        }
        (None, None) => Ok(None),
    }
}
