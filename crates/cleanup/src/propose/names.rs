//! How names are compared.
//!
//! In: a name as a directory or a target has it. Out: what is equal for names that people take for one. Never: a name that is shown.

/// A name without regard to case, width, composition and surrounding blanks.
pub(crate) fn fold(text: &str) -> String {
    scim::prepared::prepared(text.trim(), false).into_owned()
}
