//! Operator actions: what a product can do only outside SCIM.

use super::configured::{Configured, Values};
use crate::wire::{
    BaseUrl, BaseUrlError, Client, Credential, Failure, Journal, Method, Request, Secret, SecretError, Transport,
    encode_query_value,
};
use serde_json::{Value, json};
use std::sync::Arc;

/// Every action: its key in the settings, its name in messages, and the placeholders it has besides those all have.
pub const ACTIONS: &[(&str, &str, &[&str])] = &[
    ("cleanup", "server-side cleanup", &[]),
    ("add_account", "create a local account", &["userName", "email", "admin", "builtinSignIn"]),
    ("issue_token", "issue a token", &["tokenName"]),
    ("revoke_token", "revoke a token", &["tokenName"]),
    ("rename_group", "rename a group in the product", &["groupId", "groupName"]),
    ("sign_in", "sign a user in", &["userName"]),
    ("create_product_group", "create a group in the product", &["groupName"]),
    ("map_group", "map a group", &["productGroupId", "groupName"]),
    ("unmap_group", "end a group's mapping", &["productGroupId"]),
    ("assign_owner", "assign an asset's owner", &["asset", "userName"]),
    ("invite", "invite a user by hand", &["userName", "email", "admin"]),
    ("edit", "edit a profile by hand", &["userName", "attribute", "value"]),
    ("enable", "enable a user by hand", &["userName"]),
    ("disable", "disable a user by hand", &["userName"]),
    ("copy_tenant", "copy a tenant", &["newTenant"]),
    ("open_tenant", "open a tenant", &[]),
    ("close_tenant", "close a tenant", &[]),
    ("state", "read the product's state", &[]),
];

fn named(key: &str) -> &'static str {
    ACTIONS.iter().find(|(known, ..)| *known == key).map_or("an action", |(_, name, _)| name)
}

/// How operator actions are carried out on a target.
#[derive(Debug, Clone)]
pub enum Operator {
    /// Nobody can: scenarios that need one are skipped with that reason.
    None,
    /// The admin API of scimulate's own provider.
    Admin {
        /// Root of the admin API.
        base: BaseUrl,
        /// Its credential.
        secret: Secret,
    },
    /// What the settings say for each action.
    Configured(Arc<Configured>),
}

/// One isolated tenant of a target, and its credential.
#[derive(Debug, Clone)]
pub struct Tenancy {
    /// The tenant's name on the admin API; absent when the target was taken as it is.
    pub name: Option<String>,
    /// SCIM base URL of the tenant.
    pub base: BaseUrl,
    /// Its credential.
    pub credential: Option<Credential>,
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
    /// A user made the owner of an asset.
    AssignOwner {
        /// The asset.
        asset: String,
        /// The user.
        user_name: String,
    },
    /// A user invited by hand.
    Invite {
        /// The user name.
        user_name: String,
        /// The e-mail address.
        email: String,
        /// Whether as an administrator.
        admin: bool,
    },
    /// A profile attribute edited by hand.
    Edit {
        /// Whose.
        user_name: String,
        /// Which: `displayName`, `title` or `nickName`.
        attribute: String,
        /// The new value.
        value: String,
    },
    /// A user enabled by hand.
    Enable {
        /// Who.
        user_name: String,
    },
    /// A user disabled by hand.
    Disable {
        /// Who.
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

/// Why an operator action did not happen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OperatorError {
    /// This target has no way to do it.
    #[error("this target has no operator action `{0}`: configure operator.{key} in scimulate.toml", key = key_of(.0))]
    Unavailable(&'static str),
    /// The product refused.
    #[error("the operator action `{action}` was refused with {by}: {message}")]
    Refused {
        /// Which action.
        action: &'static str,
        /// HTTP status, or the exit code.
        by: String,
        /// The product's words.
        message: String,
    },
    /// There was no usable answer.
    #[error("the operator action `{action}` got no usable answer: {why}")]
    NoAnswer {
        /// Which action.
        action: &'static str,
        /// Why.
        why: String,
    },
}

impl Action {
    /// The action's key in the settings.
    #[must_use]
    pub fn key(&self) -> &'static str {
        match self {
            Self::Cleanup => "cleanup",
            Self::AddAccount { .. } => "add_account",
            Self::IssueToken { .. } => "issue_token",
            Self::RevokeToken { .. } => "revoke_token",
            Self::RenameGroup { .. } => "rename_group",
            Self::SignIn { .. } => "sign_in",
            Self::CreateProductGroup { .. } => "create_product_group",
            Self::MapGroup { .. } => "map_group",
            Self::UnmapGroup { .. } => "unmap_group",
            Self::AssignOwner { .. } => "assign_owner",
            Self::Invite { .. } => "invite",
            Self::Edit { .. } => "edit",
            Self::Enable { .. } => "enable",
            Self::Disable { .. } => "disable",
            Self::CopyTenant { .. } => "copy_tenant",
            Self::State => "state",
        }
    }

    /// The action's name in messages.
    #[must_use]
    pub fn name(&self) -> &'static str {
        named(self.key())
    }

    /// What its placeholders stand for.
    fn values(&self) -> Values {
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
            Self::RenameGroup { id, display_name } => {
                Values::from([text("groupId", id), text("groupName", display_name)])
            }
            Self::SignIn { user_name } | Self::Enable { user_name } | Self::Disable { user_name } => {
                Values::from([text("userName", user_name)])
            }
            Self::CreateProductGroup { name } => Values::from([text("groupName", name)]),
            Self::MapGroup { id, display_name } => {
                Values::from([text("productGroupId", id), text("groupName", display_name)])
            }
            Self::UnmapGroup { id } => Values::from([text("productGroupId", id)]),
            Self::AssignOwner { asset, user_name } => Values::from([text("asset", asset), text("userName", user_name)]),
            Self::Invite { user_name, email, admin } => {
                Values::from([text("userName", user_name), text("email", email), ("admin", admin.to_string())])
            }
            Self::Edit { user_name, attribute, value } => {
                Values::from([text("userName", user_name), text("attribute", attribute), text("value", value)])
            }
            Self::CopyTenant { name } => Values::from([text("newTenant", name)]),
        }
    }

    fn request(&self, tenant: &str) -> Request {
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
            Self::AssignOwner { asset, user_name } => Request::new(Method::Put, format!("{root}/assets/{asset}/owner"))
                .json(&json!({ "userName": user_name })),
            Self::Invite { user_name, email, admin } => Request::new(Method::Post, format!("{root}/people"))
                .json(&json!({ "userName": user_name, "email": email, "admin": admin })),
            Self::Edit { user_name, attribute, value } => {
                let who = encode_query_value(user_name);
                Request::new(Method::Put, format!("{root}/people/{who}/profile")).json(&json!({ attribute: value }))
            }
            Self::Enable { user_name } => {
                let who = encode_query_value(user_name);
                Request::new(Method::Post, format!("{root}/people/{who}/enable")).json(&json!({}))
            }
            Self::Disable { user_name } => {
                let who = encode_query_value(user_name);
                Request::new(Method::Post, format!("{root}/people/{who}/disable")).json(&json!({}))
            }
            Self::CopyTenant { name } => {
                Request::new(Method::Post, format!("{root}/copy")).json(&json!({ "name": name }))
            }
            Self::State => Request::new(Method::Get, format!("{root}/state")),
        }
    }
}

impl Operator {
    /// Opens a tenant of its own for one scenario.
    ///
    /// # Errors
    /// When the target has no tenants to give, or refuses.
    pub async fn open_tenant(&self, transport: &Transport, name: &str) -> Result<Tenancy, OperatorError> {
        let action = named("open_tenant");
        let answer = match self {
            Self::Configured(ways) => {
                ways.act("open_tenant", action, &Values::from([("tenant", name.to_owned())])).await?
            }
            _ => {
                let request = Request::new(Method::Post, "/tenants").json(&json!({ "name": name }));
                self.send(transport, request, action).await?
            }
        };
        let text = |key: &str| answer.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let no_answer = |why: String| OperatorError::NoAnswer { action, why };
        let secret = Secret::new(&text("token"), "the operator").map_err(|e: SecretError| no_answer(e.to_string()))?;
        Ok(Tenancy {
            name: Some(name.to_owned()),
            base: BaseUrl::parse(&text("base_url")).map_err(|e: BaseUrlError| no_answer(e.to_string()))?,
            credential: Some(secret.into()),
        })
    }

    /// Closes such a tenant with everything in it.
    ///
    /// # Errors
    /// When it is gone already, or the admin API does not answer.
    pub async fn close_tenant(&self, transport: &Transport, name: &str) -> Result<(), OperatorError> {
        let action = named("close_tenant");
        if let Self::Configured(ways) = self {
            return ways.act("close_tenant", action, &Values::from([("tenant", name.to_owned())])).await.map(drop);
        }
        let request = Request::new(Method::Delete, format!("/tenants/{name}"));
        self.send(transport, request, action).await.map(drop)
    }

    /// Carries out an action on a tenant; the answer's JSON body is the result (`null` when empty).
    ///
    /// # Errors
    /// When the target has no such action, refuses it, or does not answer.
    pub async fn act(&self, transport: &Transport, on: &Tenancy, action: &Action) -> Result<Value, OperatorError> {
        if let Self::Configured(ways) = self {
            let mut values = action.values();
            values.insert("tenant", on.name.clone().unwrap_or_default());
            values.insert("baseUrl", on.base.to_string());
            let answer = ways.act(action.key(), action.name(), &values).await?;
            let tokenless =
                matches!(action, Action::IssueToken { .. }) && !answer.get("token").is_some_and(Value::is_string);
            if tokenless {
                let why = "its answer has no `token`; operator.issue_token.take says where it stands".to_owned();
                return Err(OperatorError::NoAnswer { action: action.name(), why });
            }
            return Ok(answer);
        }
        let Some(tenant) = &on.name else { return Err(OperatorError::Unavailable(action.name())) };
        self.send(transport, action.request(tenant), action.name()).await
    }

    async fn send(
        &self,
        transport: &Transport,
        request: Request,
        action: &'static str,
    ) -> Result<Value, OperatorError> {
        let Self::Admin { base, secret } = self else { return Err(OperatorError::Unavailable(action)) };
        // A journal of its own: these are no SCIM exchanges, and the answer may carry a fresh token.
        let client =
            Client::new(transport.clone(), base.clone(), Some(secret.clone().into()), "operator", Journal::default());
        let request = request.header("content-type", "application/json");
        let exchange = client.send(request).await;
        match &exchange.result {
            Ok(answer) if (200..300).contains(&answer.status) => {
                Ok(serde_json::from_slice(&answer.body).unwrap_or(Value::Null))
            }
            Ok(answer) => {
                let body: Value = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
                Err(OperatorError::Refused { action, by: answer.status.to_string(), message: reason(&body) })
            }
            Err(failure) => {
                let failure: &Failure = failure;
                Err(OperatorError::NoAnswer { action, why: failure.to_string() })
            }
        }
    }
}

/// The key of the action with that name.
fn key_of(name: &str) -> &'static str {
    ACTIONS.iter().find(|(_, known, _)| *known == name).map_or("ACTION", |(key, ..)| key)
}

/// Why a product refused, in its own words.
pub(super) fn reason(body: &Value) -> String {
    let words = ["detail", "error_description", "error", "message", "errorSummary"];
    let words = words.iter().find_map(|k| body.get(k)?.as_str()).unwrap_or("no reason given");
    words.chars().filter(|c| !c.is_control()).take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_has_a_name_and_fills_its_placeholders() {
        let text = || "x".to_owned();
        let (name, user_name, email, id, display_name) = (text, text, text, text, text);
        let all = [
            Action::Cleanup,
            Action::AddAccount { user_name: user_name(), email: email(), admin: true, builtin_sign_in: true },
            Action::IssueToken { name: name() },
            Action::RevokeToken { name: name() },
            Action::RenameGroup { id: id(), display_name: display_name() },
            Action::SignIn { user_name: user_name() },
            Action::CreateProductGroup { name: name() },
            Action::MapGroup { id: id(), display_name: display_name() },
            Action::UnmapGroup { id: id() },
            Action::AssignOwner { asset: text(), user_name: user_name() },
            Action::Invite { user_name: user_name(), email: email(), admin: false },
            Action::Edit { user_name: user_name(), attribute: text(), value: text() },
            Action::Enable { user_name: user_name() },
            Action::Disable { user_name: user_name() },
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
