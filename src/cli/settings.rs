//! Settings as meant: what the arguments come to, checked.

use super::Trouble;
use super::args::{ReadingArg, SelectArgs, TokenArgs};
use crate::feature::TagFilter;
use crate::run::Selection;
use client::wire::{Secret, SecretPlace};
use idp::Kind;
use judge::verdict::Reading;
use std::time::Duration;

/// The variable a token is in, where nothing else is said.
pub(super) const TOKEN: &str = "SCIMULATE_TOKEN";

/// The seed without `--seed`: any fixed number will do, because the goldens hold its people.
pub(super) const SEED: u64 = 7643;

impl From<ReadingArg> for Reading {
    fn from(arg: ReadingArg) -> Self {
        match arg {
            ReadingArg::Strict => Self::Strict,
            ReadingArg::Okta => Self::Okta,
            ReadingArg::Entra => Self::Entra,
        }
    }
}

/// The scenarios meant.
pub(super) fn selection(args: &SelectArgs) -> Result<Selection, Trouble> {
    let tags = args.tags.as_deref().map(TagFilter::parse).transpose().map_err(Trouble::usage)?;
    let mut idps = Vec::new();
    for name in &args.idp {
        idps.extend(Kind::select(name).map_err(Trouble::usage)?.into_iter().map(|k| k.id().to_owned()));
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
pub(super) fn secret(args: &TokenArgs) -> Result<Option<Secret>, Trouble> {
    match (&args.token_env, &args.token_file) {
        (Some(name), _) => Secret::read(SecretPlace::Env(name)).map(Some).map_err(Trouble::usage),
        (None, Some(path)) => {
            super::foreign::warn_if_open(path);
            Secret::read(SecretPlace::File(path)).map(Some).map_err(Trouble::usage)
        }
        (None, None) if std::env::var_os(TOKEN).is_some() => {
            Secret::read(SecretPlace::Env(TOKEN)).map(Some).map_err(Trouble::usage)
        }
        (None, None) => Ok(None),
    }
}

/// A duration such as `90s`, `500ms`, `2m`, or plain seconds.
pub(super) fn duration(text: &str) -> Result<Duration, Trouble> {
    let split = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let scale = match unit {
        "ms" => 0.001,
        "" | "s" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        _ => f64::NAN,
    };
    let seconds = number.parse::<f64>().unwrap_or(f64::NAN) * scale;
    if seconds.is_finite() && (0.001..=86_400.0).contains(&seconds) {
        return Ok(Duration::from_secs_f64(seconds));
    }
    Err(Trouble::usage(format!("`{text}` is no duration between 1ms and 24h; write it like 90s, 500ms or 2m")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_units_and_bounds() {
        assert_eq!(duration("500ms").unwrap(), Duration::from_millis(500));
        assert_eq!(duration("90").unwrap(), Duration::from_secs(90));
        assert_eq!(duration("1.5m").unwrap(), Duration::from_secs(90));
        for bad in ["", "s", "-1s", "0s", "5y", "1e9h", "nan"] {
            assert!(duration(bad).is_err(), "{bad}");
        }
    }
}
