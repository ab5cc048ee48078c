//! What a URL addresses.

use crate::service::Target;
use crate::store::DEFAULT_TENANT;
use scim::percent::{decode_path, decode_query};

/// Who is asked, and for what.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Address {
    /// The admin API, with the segments after `/admin`.
    Admin(Vec<String>),
    /// SCIM of one tenant.
    Scim { tenant: String, target: Target },
    /// The token endpoint of one tenant.
    Token { tenant: String },
    /// A file of the page for people, by its path.
    Page(String),
    /// Nobody.
    Nowhere,
}

/// Reads a path. The tenant stands in it (RFC 7644 section 6.1); without one it is the default tenant.
pub(crate) fn read_address(path: &str) -> Address {
    let segments: Vec<String> = path.trim_matches('/').split('/').map(decode_path).collect();
    let names: Vec<&str> = segments.iter().map(String::as_str).collect();
    match names.as_slice() {
        ["admin", rest @ ..] => Address::Admin(rest.iter().map(|s| (*s).to_owned()).collect()),
        ["scim", "v2", rest @ ..] => Address::Scim { tenant: DEFAULT_TENANT.to_owned(), target: Target::at(rest) },
        ["t", tenant, "scim", "v2", rest @ ..] => {
            Address::Scim { tenant: (*tenant).to_owned(), target: Target::at(rest) }
        }
        ["oauth", "token"] => Address::Token { tenant: DEFAULT_TENANT.to_owned() },
        ["t", tenant, "oauth", "token"] => Address::Token { tenant: (*tenant).to_owned() },
        [""] => Address::Page("/".to_owned()),
        ["page", name] => Address::Page(format!("/page/{name}")),
        _ => Address::Nowhere,
    }
}

/// The parameters of a query in order, decoded.
pub(super) fn read_query(query: &str) -> Vec<(String, String)> {
    query
        .split('&')
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            (decode_query(name), decode_query(value))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_address_tenants_and_targets() {
        let default = |target| Address::Scim { tenant: "default".into(), target };
        assert_eq!(read_address("/scim/v2/Users"), default(Target::Users));
        assert_eq!(read_address("/scim/v2/Users/a%2Fb"), default(Target::User("a/b".into())));
        assert_eq!(read_address("/scim/v2/users"), default(Target::Others("users".into())));
        let tenant = Address::Scim { tenant: "acme".into(), target: Target::Group("1".into()) };
        assert_eq!(read_address("/t/acme/scim/v2/Groups/1"), tenant);
        assert_eq!(read_address("/admin/tenants"), Address::Admin(vec!["tenants".into()]));
        assert_eq!(read_address("/"), Address::Page("/".into()));
        assert_eq!(read_address("/page/style.css"), Address::Page("/page/style.css".into()));
        assert_eq!(read_address("/pages"), Address::Nowhere);
    }

    #[test]
    fn queries_are_decoded() {
        let query = read_query("filter=userName%20eq+%22a%2Bb%22&count=2&flag");
        let expected = [("filter", "userName eq \"a+b\""), ("count", "2"), ("flag", "")];
        assert_eq!(query, expected.map(|(n, v)| (n.to_owned(), v.to_owned())));
    }
}
