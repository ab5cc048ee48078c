//! Each operator action: its key in the settings, its name, its placeholders, and its request to the admin API.

use client::wire::{Method, Request, Secret, encode_query_value};
use serde_json::json;
use std::collections::BTreeMap;

/// The values of one action, by placeholder.
pub(super) type Values = BTreeMap<&'static str, String>;

/// Every action: its key in the settings, its name in messages, and the placeholders it has besides those all have.
pub const ACTIONS: &[(&str, &str, &[&str])] = &[
    ("cleanup", "server-side cleanup", &[]),
    ("add_account", "create a local account", &["userName", "email", "admin", "builtinSignIn"]),
    ("issue_token", "issue a token", &["tokenName"]),
    ("issue_password", "issue a name and a password", &["accountName", "password"]),
    ("revoke_token", "revoke a token", &["tokenName"]),
    ("rename_group", "rename a group in the product", &["groupId", "groupName"]),
    ("sign_in", "sign a user in", &["userName"]),
    ("create_product_group", "create a group in the product", &["groupName"]),
    ("map_group", "map a group", &["productGroupId", "groupName"]),
    ("unmap_group", "end a group's mapping", &["productGroupId"]),
    ("rename_product_group", "rename a group of the product", &["productGroupId", "groupName"]),
    ("add_product_member", "add a user to a group of the product", &["productGroupId", "userName"]),
    ("set_sign_on", "set SCIM and single sign-on", &["scim", "ssoEnforced"]),
    ("invite", "invite a user", &["userName", "email"]),
    ("edit_profile", "edit a profile", &["userName", "title"]),
    ("enable", "enable a user", &["userName"]),
    ("disable", "disable a user", &["userName"]),
    ("erase_user", "erase a user", &["userName"]),
    ("move_clock", "move the clock on", &["seconds"]),
    ("assign_owner", "assign an asset's owner", &["asset", "userName"]),
    ("copy_tenant", "copy a tenant", &["newTenant"]),
    ("open_tenant", "open a tenant", &[]),
    ("close_tenant", "close a tenant", &[]),
    ("state", "read the product's state", &[]),
];

/// The name of the action with that key.
pub(super) fn named(key: &str) -> &'static str {
    ACTIONS.iter().find(|(known, ..)| *known == key).map_or("an action", |(_, name, _)| name)
}

/// The key of the action with that name.
pub(super) fn key_of(name: &str) -> &'static str {
    ACTIONS.iter().find(|(_, known, _)| *known == name).map_or("ACTION", |(key, ..)| key)
}

/// One operator action on a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Server-side cleanup: every SCIM user suspended, every SCIM group removed, local accounts left.
    Cleanup,
    /// A local account that SCIM did not make.
    AddAccount {
        /// Its user name.
        user_name: String,
        /// Its e-mail address.
        email: String,
        /// Whether it is an administrator.
        admin: bool,
        /// Whether it signs in without any IdP.
        builtin_sign_in: bool,
    },
    /// A new named token, beside those alive.
    IssueToken {
        /// The token's name.
        name: String,
    },
    /// A name with a password for SCIM.
    IssuePassword {
        /// The name.
        name: String,
        /// Its password.
        password: Secret,
    },
    /// A named token revoked.
    RevokeToken {
        /// The token's name.
        name: String,
    },
    /// A group renamed in the product, not by SCIM.
    RenameGroup {
        /// The group's SCIM id.
        id: String,
        /// The new name.
        display_name: String,
    },
    /// A user signs in.
    SignIn {
        /// Who.
        user_name: String,
    },
    /// A group of the product itself, to be mapped to one of the IdP.
    CreateProductGroup {
        /// Its name.
        name: String,
    },
    /// A group of the product mapped to one of the IdP, pushed already or not.
    MapGroup {
        /// The product group's id.
        id: String,
        /// The displayName of the IdP's group.
        display_name: String,
    },
    /// A mapping ended; who came through it stays.
    UnmapGroup {
        /// The product group's id.
        id: String,
    },
    /// A group of the product itself renamed.
    RenameProductGroup {
        /// The product group's id.
        id: String,
        /// The new name.
        name: String,
    },
    /// A user put into a group of the product by hand, as far as the product lets administrators.
    AddProductMember {
        /// The product group's id.
        id: String,
        /// The user.
        user_name: String,
    },
    /// SCIM switched on or off, single sign-on enforced or not.
    SetSignOn {
        /// Whether SCIM is on.
        scim: bool,
        /// Whether single sign-on is enforced.
        sso_enforced: bool,
    },
    /// A user invited by hand, as far as the product lets administrators.
    Invite {
        /// The user name.
        user_name: String,
        /// The e-mail address.
        email: String,
    },
    /// A user's profile edited by hand, as far as the product lets administrators.
    EditProfile {
        /// The user.
        user_name: String,
        /// The new job title.
        title: String,
    },
    /// A user enabled or disabled by hand, as far as the product lets administrators.
    SetEnabled {
        /// The user.
        user_name: String,
        /// Whether the user is enabled.
        enabled: bool,
    },
    /// A user erased for good, as the vendor's support does.
    EraseUser {
        /// The user.
        user_name: String,
    },
    /// The tenant's clock moved on.
    MoveClock {
        /// By so many seconds.
        seconds: u32,
    },
    /// A user made the owner of an asset.
    AssignOwner {
        /// The asset.
        asset: String,
        /// The user.
        user_name: String,
    },
    /// The tenant copied into a new one, credentials apart: a backup restored elsewhere.
    CopyTenant {
        /// The new tenant's name.
        name: String,
    },
    /// Everything the product has stored.
    State,
}

impl Action {
    /// The action's key in the settings.
    #[must_use]
    pub fn key(&self) -> &'static str {
        match self {
            Self::Cleanup => "cleanup",
            Self::AddAccount { .. } => "add_account",
            Self::IssueToken { .. } => "issue_token",
            Self::IssuePassword { .. } => "issue_password",
            Self::RevokeToken { .. } => "revoke_token",
            Self::RenameGroup { .. } => "rename_group",
            Self::SignIn { .. } => "sign_in",
            Self::CreateProductGroup { .. } => "create_product_group",
            Self::MapGroup { .. } => "map_group",
            Self::UnmapGroup { .. } => "unmap_group",
            Self::RenameProductGroup { .. } => "rename_product_group",
            Self::AddProductMember { .. } => "add_product_member",
            Self::SetSignOn { .. } => "set_sign_on",
            Self::Invite { .. } => "invite",
            Self::EditProfile { .. } => "edit_profile",
            Self::SetEnabled { enabled: true, .. } => "enable",
            Self::SetEnabled { enabled: false, .. } => "disable",
            Self::EraseUser { .. } => "erase_user",
            Self::MoveClock { .. } => "move_clock",
            Self::AssignOwner { .. } => "assign_owner",
            Self::CopyTenant { .. } => "copy_tenant",
            Self::State => "state",
        }
    }

    /// The action's name in messages.
    #[must_use]
    pub fn name(&self) -> &'static str {
        named(self.key())
    }

    /// Whether it changes the tenant itself, and nothing in the scenario changes it back.
    #[must_use]
    pub fn lasts(&self) -> bool {
        matches!(self, Self::SetSignOn { .. } | Self::MoveClock { .. })
    }

    /// What its placeholders stand for.
    pub(super) fn values(&self) -> Values {
        let text = |name, value: &str| (name, value.to_owned());
        match self {
            Self::Cleanup | Self::State => Values::new(),
            Self::AddAccount { user_name, email, admin, builtin_sign_in } => Values::from([
                text("userName", user_name),
                text("email", email),
                ("admin", admin.to_string()),
                ("builtinSignIn", builtin_sign_in.to_string()),
            ]),
            Self::IssueToken { name } | Self::RevokeToken { name } => Values::from([text("tokenName", name)]),
            Self::IssuePassword { name, password } => {
                Values::from([text("accountName", name), text("password", password.expose())])
            }
            Self::RenameGroup { id, display_name } => {
                Values::from([text("groupId", id), text("groupName", display_name)])
            }
            Self::SignIn { user_name } | Self::SetEnabled { user_name, .. } | Self::EraseUser { user_name } => {
                Values::from([text("userName", user_name)])
            }
            Self::CreateProductGroup { name } => Values::from([text("groupName", name)]),
            Self::MapGroup { id, display_name: name } | Self::RenameProductGroup { id, name } => {
                Values::from([text("productGroupId", id), text("groupName", name)])
            }
            Self::UnmapGroup { id } => Values::from([text("productGroupId", id)]),
            Self::AddProductMember { id, user_name } => {
                Values::from([text("productGroupId", id), text("userName", user_name)])
            }
            Self::SetSignOn { scim, sso_enforced } => {
                Values::from([("scim", scim.to_string()), ("ssoEnforced", sso_enforced.to_string())])
            }
            Self::Invite { user_name, email } => Values::from([text("userName", user_name), text("email", email)]),
            Self::EditProfile { user_name, title } => Values::from([text("userName", user_name), text("title", title)]),
            Self::MoveClock { seconds } => Values::from([("seconds", seconds.to_string())]),
            Self::AssignOwner { asset, user_name } => Values::from([text("asset", asset), text("userName", user_name)]),
            Self::CopyTenant { name } => Values::from([text("newTenant", name)]),
        }
    }

    pub(super) fn request(&self, tenant: &str) -> Request {
        let root = format!("/tenants/{tenant}");
        match self {
            Self::Cleanup => Request::new(Method::Post, format!("{root}/cleanup")).json(&json!({})),
            Self::AddAccount { user_name, email, admin, builtin_sign_in } => {
                Request::new(Method::Post, format!("{root}/accounts")).json(&json!({
                    "userName": user_name, "email": email, "admin": admin, "builtin_sign_in": builtin_sign_in,
                }))
            }
            Self::IssueToken { name } => {
                Request::new(Method::Post, format!("{root}/tokens")).json(&json!({ "name": name }))
            }
            Self::IssuePassword { name, password } => Request::new(Method::Post, format!("{root}/basic-accounts"))
                .json(&json!({ "name": name, "password": password.expose() })),
            Self::RevokeToken { name } => Request::new(Method::Delete, format!("{root}/tokens/{name}")),
            Self::RenameGroup { id, display_name } => Request::new(Method::Post, format!("{root}/groups/{id}/rename"))
                .json(&json!({ "displayName": display_name })),
            Self::SignIn { user_name } => {
                Request::new(Method::Post, format!("{root}/sign-in")).json(&json!({ "userName": user_name }))
            }
            Self::CreateProductGroup { name } => {
                Request::new(Method::Post, format!("{root}/product-groups")).json(&json!({ "name": name }))
            }
            Self::MapGroup { id, display_name } => {
                Request::new(Method::Put, format!("{root}/product-groups/{id}/mapping"))
                    .json(&json!({ "displayName": display_name }))
            }
            Self::UnmapGroup { id } => Request::new(Method::Delete, format!("{root}/product-groups/{id}/mapping")),
            Self::RenameProductGroup { id, name } => {
                Request::new(Method::Post, format!("{root}/product-groups/{id}/rename"))
                    .json(&json!({ "displayName": name }))
            }
            Self::AddProductMember { id, user_name } => {
                Request::new(Method::Post, format!("{root}/product-groups/{id}/members"))
                    .json(&json!({ "userName": user_name }))
            }
            Self::SetSignOn { scim, sso_enforced } => Request::new(Method::Put, format!("{root}/sign-on"))
                .json(&json!({ "scim": scim, "sso_enforced": sso_enforced })),
            Self::Invite { user_name, email } => Request::new(Method::Post, format!("{root}/people"))
                .json(&json!({ "userName": user_name, "email": email })),
            Self::EditProfile { user_name, title } => {
                let person = encode_query_value(user_name);
                Request::new(Method::Put, format!("{root}/people/{person}/profile")).json(&json!({ "title": title }))
            }
            Self::SetEnabled { user_name, enabled } => {
                let (person, verb) = (encode_query_value(user_name), if *enabled { "enable" } else { "disable" });
                Request::new(Method::Post, format!("{root}/people/{person}/{verb}")).json(&json!({}))
            }
            Self::EraseUser { user_name } => {
                Request::new(Method::Delete, format!("{root}/people/{}", encode_query_value(user_name)))
            }
            Self::MoveClock { seconds } => {
                Request::new(Method::Post, format!("{root}/clock")).json(&json!({ "seconds": seconds }))
            }
            Self::AssignOwner { asset, user_name } => Request::new(Method::Put, format!("{root}/assets/{asset}/owner"))
                .json(&json!({ "userName": user_name })),
            Self::CopyTenant { name } => {
                Request::new(Method::Post, format!("{root}/copy")).json(&json!({ "name": name }))
            }
            Self::State => Request::new(Method::Get, format!("{root}/state")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_has_a_name_and_fills_its_placeholders() {
        let text = || "x".to_owned();
        let (name, user_name, email, id, display_name) = (text, text, text, text, text);
        let password = Secret::new("x", "the test").unwrap();
        let all = [
            Action::Cleanup,
            Action::AddAccount { user_name: user_name(), email: email(), admin: true, builtin_sign_in: true },
            Action::IssueToken { name: name() },
            Action::IssuePassword { name: name(), password },
            Action::RevokeToken { name: name() },
            Action::RenameGroup { id: id(), display_name: display_name() },
            Action::SignIn { user_name: user_name() },
            Action::CreateProductGroup { name: name() },
            Action::MapGroup { id: id(), display_name: display_name() },
            Action::UnmapGroup { id: id() },
            Action::RenameProductGroup { id: id(), name: name() },
            Action::AddProductMember { id: id(), user_name: user_name() },
            Action::SetSignOn { scim: true, sso_enforced: false },
            Action::Invite { user_name: user_name(), email: email() },
            Action::EditProfile { user_name: user_name(), title: text() },
            Action::SetEnabled { user_name: user_name(), enabled: true },
            Action::SetEnabled { user_name: user_name(), enabled: false },
            Action::EraseUser { user_name: user_name() },
            Action::MoveClock { seconds: 1 },
            Action::AssignOwner { asset: text(), user_name: user_name() },
            Action::CopyTenant { name: name() },
            Action::State,
        ];
        for action in &all {
            let (key, _, placeholders) = ACTIONS.iter().find(|(key, ..)| *key == action.key()).unwrap();
            let mut expected = placeholders.to_vec();
            expected.sort_unstable();
            assert_eq!(action.values().keys().copied().collect::<Vec<_>>(), expected, "{key}");
            assert_eq!(key_of(action.name()), *key);
        }
        assert_eq!(all.len() + 2, ACTIONS.len(), "all but opening and closing a tenant");
    }
}
