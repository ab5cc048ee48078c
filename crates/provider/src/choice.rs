//! Choices with names, as profiles write them.

use serde::{Deserialize, Serialize};

/// A set of named choices.
macro_rules! choice {
    ($(#[$about:meta])* $name:ident { $($(#[$note:meta])* $variant:ident),+ $(,)? }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name { $($(#[$note])* $variant),+ }
    };
}
pub(super) use choice;

choice! {
    /// What an update of an attribute does.
    Change {
        /// The new value is stored.
        #[default]
        Applied,
        /// The first value stays and the update succeeds.
        Kept,
        /// 400 `mutability`.
        Refused,
    }
}

/// The name of those there are that comes nearest to one that is nobody's, if one is near.
pub(super) fn nearest<'a>(wrong: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    let wrong = wrong.to_lowercase();
    known
        .map(|known| (strsim::jaro_winkler(&known.to_lowercase(), &wrong), known))
        .filter(|(nearness, _)| *nearness > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, known)| known.to_owned())
}
