//! A credential that cannot be printed.

use std::fmt;
use std::path::Path;

/// A bearer token. Its `Debug` and `Display` never show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

/// Why a credential could not be had.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The environment variable is not there.
    #[error("environment variable {0} is not set; export it, or name another with --token-env")]
    NoVariable(String),
    /// The file could not be read.
    #[error("token file {path} could not be read: {source}; check the path and its permissions")]
    File {
        /// The file named.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// There is nothing in it, or a character that no header may carry.
    #[error(
        "the token from {0} is empty or has a character that no HTTP header may carry (a line break in the middle?)"
    )]
    Unusable(String),
}

impl Secret {
    /// Takes a token as text; surrounding white space is not part of it.
    ///
    /// # Errors
    /// When it is empty or no header could carry it. `origin` is named in the message, the token is not.
    pub fn new(token: &str, origin: &str) -> Result<Self, SecretError> {
        let token = token.trim();
        if token.is_empty() || token.bytes().any(|b| !(0x20..0x7f).contains(&b)) {
            return Err(SecretError::Unusable(origin.to_owned()));
        }
        Ok(Self(token.to_owned()))
    }

    /// Reads it from an environment variable.
    ///
    /// # Errors
    /// When the variable is not set, or its value unusable.
    pub fn from_env(name: &str) -> Result<Self, SecretError> {
        let value = std::env::var(name).map_err(|_| SecretError::NoVariable(name.to_owned()))?;
        Self::new(&value, &format!("environment variable {name}"))
    }

    /// Reads it from a file.
    ///
    /// # Errors
    /// When the file cannot be read, or its content is unusable.
    pub fn from_file(path: &Path) -> Result<Self, SecretError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| SecretError::File { path: path.display().to_string(), source })?;
        Self::new(&text, &format!("file {}", path.display()))
    }

    /// The token itself, for the one place that writes the header.
    pub(super) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret([redacted])")
    }
}
