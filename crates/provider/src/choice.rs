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
