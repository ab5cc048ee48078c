//! `--reading`, which `--for` has taken the place of: still understood, in no help.

use clap::ValueEnum;

/// How the reading was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum ReadingArg {
    /// The RFC's letter
    Strict,
    /// What Okta needs in order to work
    Okta,
    /// What Microsoft Entra ID needs in order to work
    Entra,
}

impl ReadingArg {
    /// The readers whose verdicts it stood for.
    pub(in crate::cli) fn readers(self) -> Vec<String> {
        let idp = match self {
            Self::Strict => None,
            Self::Okta => Some("okta"),
            Self::Entra => Some("entra"),
        };
        ["rfc", "data"].into_iter().chain(idp).map(str::to_owned).collect()
    }
}
