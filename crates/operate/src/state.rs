//! What the state file holds.

use super::log::Log;
use super::view::View;
use directory::Directory;
use idp::{Kind, Options, SavedIdp};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// All that is kept of one provider between two commands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IdpState {
    /// The provider itself.
    pub idp: SavedIdp,
    /// The target it is connected to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<TargetAddress>,
    /// What it made on the target, and what the target is known to hold of it.
    #[serde(default)]
    pub view: View,
    /// What was sent.
    #[serde(default)]
    pub log: Log,
}

impl IdpState {
    /// A new provider, connected to nothing.
    ///
    /// # Errors
    /// When it cannot be written as JSON, which its types rule out.
    pub fn new(kind: Kind, name: &str, directory: &Directory, options: &Options) -> Result<Self, serde_json::Error> {
        let idp = SavedIdp::new(kind, name, directory, options)?;
        Ok(Self { idp, target: None, view: View::default(), log: Log::default() })
    }
}

/// How a target is reached, without a credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TargetAddress {
    /// As it was typed: a URL, or a name of the settings.
    pub named: String,
    /// The base URL it stood for. The links are of objects there, so another one is refused.
    pub base: String,
    /// The settings it was named in, where a file was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config: Option<PathBuf>,
    /// The variable of the environment that holds the token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_env: Option<String>,
    /// The file that holds the token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_file: Option<PathBuf>,
    /// Whether somebody said that it may be written to although nothing shows that it is a test tenant.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub may_write: bool,
}
