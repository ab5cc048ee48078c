//! How a step ends early.

/// The marker a step returns when it has put its reason into the World: the step macros keep only the text of an
/// error, so the typed reason travels beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the reason is in the World")]
pub struct Stop(());

impl Stop {
    /// Only the World makes one, after it has taken the reason.
    pub(super) fn marker() -> Self {
        Self(())
    }
}
