//! Secrets that the settings point to.

use super::file::{HeaderText, SecretTable, Source};
use super::{CommandError, notice};
use client::wire::{BaseUrl, OwnHeader, Secret, SecretError, SecretPlace, open_to_others};
use std::path::Path;
use toml::Spanned;

/// A header of the settings' own.
pub(super) fn own_header(source: &Source, name: &str, text: &Spanned<HeaderText>) -> Result<OwnHeader, CommandError> {
    let at = text.span().start;
    let (value, hidden) = match text.get_ref() {
        HeaderText::Plain(plain) => {
            (Secret::new(plain, "the file").map_err(|e| source.trouble(at, &e.to_string()))?, false)
        }
        HeaderText::Secret(table) => (read_secret(source, table, at, Secret::read)?, true),
    };
    if matches!(name.to_ascii_lowercase().as_str(), "host" | "content-length" | "connection" | "transfer-encoding") {
        return Err(source.trouble(at, &format!("the header `{name}` is not for settings to give")));
    }
    Ok(OwnHeader { name: name.to_owned(), value, hidden })
}

/// Reads a secret from where its table says it is.
pub(super) fn secret(source: &Source, table: &Spanned<SecretTable>) -> Result<Secret, CommandError> {
    read_at(source, table, Secret::read)
}

/// Reads a secret in the way given.
pub(super) fn read_at(
    source: &Source,
    table: &Spanned<SecretTable>,
    read: fn(SecretPlace<'_>) -> Result<Secret, SecretError>,
) -> Result<Secret, CommandError> {
    read_secret(source, table.get_ref(), table.span().start, read)
}

fn read_secret(
    source: &Source,
    table: &SecretTable,
    at: usize,
    read: fn(SecretPlace<'_>) -> Result<Secret, SecretError>,
) -> Result<Secret, CommandError> {
    let path = table.file.as_deref().map(|path| source.beside(path));
    let place = match (&table.env, &path, &table.command) {
        (Some(name), None, None) => SecretPlace::Env(name),
        (None, Some(path), None) => {
            warn_if_open(path);
            SecretPlace::File(path)
        }
        (None, None, Some(argv)) => SecretPlace::Command(argv),
        _ => {
            let what = "a secret is one of { env = \"...\" }, { file = \"...\" } and { command = [...] }";
            return Err(source.trouble(at, what));
        }
    };
    read(place).map_err(|e| source.trouble(at, &e.to_string()))
}

/// Where a secret is, for `--show-settings`.
pub(super) fn whereabouts(table: &SecretTable) -> String {
    match (&table.env, &table.file, &table.command) {
        (Some(name), ..) => format!("from env {name}"),
        (_, Some(path), _) => format!("from file {}", path.display()),
        (_, _, Some(argv)) => format!("from command {}", argv.first().map_or("", String::as_str)),
        _ => "from nowhere".to_owned(),
    }
}

/// Says so when what is sent there can be read on the way.
pub(super) fn warn_if_plain(base: &BaseUrl) {
    if base.as_str().starts_with("http:") && !base.is_loopback() {
        notice(&format!(
            "warning: {base} is plain HTTP: whoever is on the way can read the credential and all that is sent; use https"
        ));
    }
}

/// Says so when others may read a file that holds a secret.
pub(super) fn warn_if_open(path: &Path) {
    if open_to_others(path) {
        notice(&format!("warning: {0} can be read by others; chmod 600 {0}", path.display()));
    }
}
