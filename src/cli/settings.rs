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
        idps.extend(Kind::select(name).map_err(CommandError::usage)?);
    }
    if args.idp.is_empty() && args.features.is_empty() {
        idps.extend(Kind::ALL.iter().filter(|kind| is_usual(**kind, tags.as_ref())));
    }
    let all = Kind::ALL.iter().all(|kind| idps.contains(kind));
    let idps = if all { Vec::new() } else { idps.into_iter().map(|kind| kind.id().to_owned()).collect() };
    Ok(Selection { tags, idps })
}

/// Whether it plays where neither IdPs nor features were named: the usual families, and those that the tags speak of.
fn is_usual(kind: Kind, tags: Option<&TagFilter>) -> bool {
    let named = |name: &str| tags.is_some_and(|tags| tags.names(name));
    kind.family().by_default() || named(kind.family().id()) || named(kind.id())
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

#[cfg(test)]
mod tests {
    use super::*;

    fn selected(args: &SelectArgs) -> Vec<String> {
        selection(args).unwrap().idps
    }

    #[test]
    fn the_usual_families_play_and_those_that_are_asked_for() {
        let usual = ["okta/custom", "okta/catalogue", "entra/default", "entra/aadOptscim062020"];
        assert_eq!(selected(&SelectArgs::default()), usual);
        let tagged = |tags: &str| SelectArgs { tags: Some(tags.to_owned()), ..SelectArgs::default() };
        assert_eq!(selected(&tagged("@lifecycle and not @policy")), usual);
        assert_eq!(selected(&tagged("@rauthy and @group")), [&usual[..], &["rauthy/default"]].concat());
        assert!(selected(&tagged("@keycloak/patch")).contains(&"keycloak/patch".to_owned()));
        let asked = |idp: &str| SelectArgs { idp: vec![idp.to_owned()], ..SelectArgs::default() };
        assert_eq!(selected(&asked("authentik")), ["authentik/default", "authentik/unquoted"]);
        let everybody = Vec::<String>::new();
        assert_eq!(selected(&asked("all")), everybody);
        let own = SelectArgs { features: vec!["my-features".into()], ..SelectArgs::default() };
        assert_eq!(selected(&own), everybody, "whose features these are knows whom they name");
    }
}
