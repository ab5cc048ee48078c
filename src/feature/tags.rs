//! Tag expressions (`@entra and not @slow`).

use cucumber::gherkin::tagexpr::TagOperation;
use cucumber::tag::Ext as _;
use std::collections::BTreeSet;
use std::str::FromStr;

/// A tag expression, ready to be asked.
#[derive(Debug, Clone)]
pub struct TagFilter(TagOperation);

/// Why a text is no tag expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no tag expression; write tags with @ and join them with and, or, not and parentheses, \
         for example \"@tenant-switch and not @okta\""
)]
pub struct TagError(String);

impl TagFilter {
    /// Reads an expression.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(text: &str) -> Result<Self, TagError> {
        TagOperation::from_str(text.trim()).map(Self).map_err(|_| TagError(text.to_owned()))
    }

    /// Whether the expression speaks of this tag (without `@`), for it or against it.
    #[must_use]
    pub fn names(&self, tag: &str) -> bool {
        fn within(operation: &TagOperation, tag: &str) -> bool {
            match operation {
                TagOperation::And(one, other) | TagOperation::Or(one, other) => within(one, tag) || within(other, tag),
                TagOperation::Not(one) => within(one, tag),
                TagOperation::Tag(named) => named == tag,
            }
        }
        within(&self.0, tag)
    }

    /// Whether a scenario with these tags (without `@`) is meant.
    #[must_use]
    pub fn matches(&self, tags: &BTreeSet<String>) -> bool {
        self.0.eval(tags)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_evaluated_and_nonsense_refused() {
        let tags = BTreeSet::from(["okta".to_owned(), "S001".to_owned()]);
        for (text, expected) in
            [("@okta", true), ("@entra", false), ("@okta and not @S001", false), ("(@entra or @S001) and @okta", true)]
        {
            assert_eq!(TagFilter::parse(text).unwrap().matches(&tags), expected, "{text}");
        }
        let named = |text: &str| TagFilter::parse(text).unwrap().names("okta");
        assert!(named("@S001 and not @okta") && named("@okta or @S001") && !named("@oktas"));
        for bad in ["", "@a and", "okta nor entra", "(@a"] {
            assert!(TagFilter::parse(bad).is_err(), "{bad}");
        }
    }
}
