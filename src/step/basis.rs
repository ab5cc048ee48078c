//! What a sentence judges by: what was read, or whose view it is.
//!
//! In: a sentence's choice. Out: the exchange's whereabouts as data, and the words that a finding has for it. Never: a judgement.

use std::fmt;

/// What a sentence judges by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Basis {
    /// All users of the target.
    AllUsers,
    /// All groups of the target.
    AllGroups,
    /// All users and groups of the target.
    Everything,
    /// Everything in production, once the scenario has gone on in a copy.
    Production,
    /// One page of the users.
    UserPage,
    /// The users, page by page.
    UserPages,
    /// The groups, page by page.
    GroupPages,
    /// A lookup by one attribute.
    Lookup {
        /// The endpoint asked.
        endpoint: &'static str,
        /// The attribute and its value, as a filter has them.
        filter: String,
    },
    /// One account, read by itself.
    Account,
    /// One group, read by itself.
    Group,
    /// The last answer to a client.
    LastAnswer,
    /// What the IdP's administrator sees.
    IdpLog,
    /// Which objects the IdP is linked to.
    IdpLinks,
    /// The product's own view.
    Product,
    /// Something that no more is known of than its name.
    Other(&'static str),
}

impl Basis {
    /// Whether the target was read whole, so that a page that repeats hides something.
    pub(super) fn is_full_read(&self) -> bool {
        matches!(self, Self::AllUsers | Self::AllGroups | Self::Everything | Self::Production)
    }

    /// The endpoint whose last read shows it.
    pub(super) fn endpoint(&self) -> Option<&'static str> {
        match self {
            Self::AllUsers | Self::Everything | Self::UserPage | Self::UserPages => Some("/Users"),
            Self::AllGroups | Self::GroupPages | Self::Group => Some("/Groups"),
            Self::Lookup { endpoint, .. } => Some(endpoint),
            _ => None,
        }
    }

    /// Whether it is the IdP's view: then what the IdP sent shows it.
    pub(super) fn is_of_the_idp(&self) -> bool {
        matches!(self, Self::IdpLog | Self::IdpLinks)
    }
}

impl fmt::Display for Basis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AllUsers => "a full read of /Users",
            Self::AllGroups => "a full read of /Groups",
            Self::Everything => "a full read of /Users and /Groups",
            Self::Production => "a full read of production",
            Self::UserPage => "a page of /Users",
            Self::UserPages => "pages of /Users",
            Self::GroupPages => "pages of /Groups",
            Self::Lookup { endpoint, filter } => return write!(f, "GET {endpoint}?filter={filter}"),
            Self::Account => "a read of the account",
            Self::Group => "a read of the group",
            Self::LastAnswer => "the last answer",
            Self::IdpLog => "the IdP's log",
            Self::IdpLinks => "the IdP's links",
            Self::Product => "the product's own view",
            Self::Other(name) => name,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_decides_agrees_with_what_is_printed() {
        let lookup = Basis::Lookup { endpoint: "/Groups", filter: "displayName eq x".to_owned() };
        let all = [Basis::AllUsers, Basis::AllGroups, Basis::Everything, Basis::Production, Basis::UserPage]
            .into_iter()
            .chain([Basis::UserPages, Basis::GroupPages, lookup, Basis::Account, Basis::Group, Basis::LastAnswer])
            .chain([Basis::IdpLog, Basis::IdpLinks, Basis::Product, Basis::Other("a sign-in")]);
        for basis in all {
            let printed = basis.to_string();
            assert_eq!(basis.is_full_read(), printed.starts_with("a full read"), "{printed}");
            let named = if basis == Basis::Group { "/Groups" } else { printed.as_str() };
            let endpoint = ["/Users", "/Groups"].into_iter().find(|e| named.contains(e));
            assert_eq!(basis.endpoint(), endpoint, "{printed}");
            assert_eq!(basis.is_of_the_idp(), printed.contains("IdP"), "{printed}");
        }
    }
}
