//! The reading, as several commands take it.

use clap::ValueEnum;

/// How the reading is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum ReadingArg {
    /// The RFC's letter
    Strict,
    /// What Okta needs in order to work
    Okta,
    /// What Microsoft Entra ID needs in order to work
    Entra,
}
