//! Operator actions: what a product can do only outside SCIM.

use crate::wire::encode_query_value;
use crate::wire::{BaseUrl, BaseUrlError, Client, Failure, Journal, Method, Request, Secret, SecretError, Transport};
use serde_json::{Value, json};

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
}

/// One isolated tenant of a target, and its credential.
#[derive(Debug, Clone)]
pub struct Tenancy {
    /// The tenant's name on the admin API; absent when the target was taken as it is.
    pub name: Option<String>,
    /// SCIM base URL of the tenant.
    pub base: BaseUrl,
    /// Its credential.
    pub secret: Option<Secret>,
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
        password: String,
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

/// Why an operator action did not happen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OperatorError {
    /// This target has no way to do it.
    #[error("this target has no operator action `{0}` (the embedded provider has)")]
    Unavailable(&'static str),
    /// The product refused.
    #[error("the operator action `{action}` was refused with {status}: {message}")]
    Refused {
        /// Which action.
        action: &'static str,
        /// HTTP status.
        status: u16,
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
    /// The action's name in messages.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Cleanup => "server-side cleanup",
            Self::AddAccount { .. } => "create a local account",
            Self::IssueToken { .. } => "issue a token",
            Self::IssuePassword { .. } => "issue a name and a password",
            Self::RevokeToken { .. } => "revoke a token",
            Self::RenameGroup { .. } => "rename a group in the product",
            Self::SignIn { .. } => "sign a user in",
            Self::CreateProductGroup { .. } => "create a group in the product",
            Self::MapGroup { .. } => "map a group",
            Self::UnmapGroup { .. } => "end a group's mapping",
            Self::RenameProductGroup { .. } => "rename a group of the product",
            Self::AddProductMember { .. } => "add a user to a group of the product",
            Self::SetSignOn { .. } => "set SCIM and single sign-on",
            Self::Invite { .. } => "invite a user",
            Self::EditProfile { .. } => "edit a profile",
            Self::SetEnabled { .. } => "enable or disable a user",
            Self::EraseUser { .. } => "erase a user",
            Self::MoveClock { .. } => "move the clock on",
            Self::AssignOwner { .. } => "assign an asset's owner",
            Self::CopyTenant { .. } => "copy a tenant",
            Self::State => "read the product's state",
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
            Self::IssuePassword { name, password } => Request::new(Method::Post, format!("{root}/basic-accounts"))
                .json(&json!({ "name": name, "password": password })),
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

impl Operator {
    /// Opens a tenant of its own for one scenario.
    ///
    /// # Errors
    /// When the target has no tenants to give, or refuses.
    pub async fn open_tenant(&self, transport: &Transport, name: &str) -> Result<Tenancy, OperatorError> {
        const ACTION: &str = "open a tenant";
        let request = Request::new(Method::Post, "/tenants").json(&json!({ "name": name }));
        let answer = self.send(transport, request, ACTION).await?;
        let text = |key: &str| answer.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let no_answer = |why: String| OperatorError::NoAnswer { action: ACTION, why };
        Ok(Tenancy {
            name: Some(name.to_owned()),
            base: BaseUrl::parse(&text("base_url")).map_err(|e: BaseUrlError| no_answer(e.to_string()))?,
            secret: Some(
                Secret::new(&text("token"), "the admin API").map_err(|e: SecretError| no_answer(e.to_string()))?,
            ),
        })
    }

    /// Closes such a tenant with everything in it.
    ///
    /// # Errors
    /// When it is gone already, or the admin API does not answer.
    pub async fn close_tenant(&self, transport: &Transport, name: &str) -> Result<(), OperatorError> {
        let request = Request::new(Method::Delete, format!("/tenants/{name}"));
        self.send(transport, request, "close a tenant").await.map(drop)
    }

    /// Carries out an action on a tenant; the answer's JSON body is the result (`null` when empty).
    ///
    /// # Errors
    /// When the target has no such action, refuses it, or does not answer.
    pub async fn act(&self, transport: &Transport, on: &Tenancy, action: &Action) -> Result<Value, OperatorError> {
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
        let client = Client::new(transport.clone(), base.clone(), Some(secret.clone()), "operator", Journal::default());
        let request = request.header("content-type", "application/json");
        let exchange = client.send(request).await;
        match &exchange.result {
            Ok(answer) if (200..300).contains(&answer.status) => {
                Ok(serde_json::from_slice(&answer.body).unwrap_or(Value::Null))
            }
            Ok(answer) => {
                let body: Value = serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
                let message = ["detail", "error", "message"].iter().find_map(|k| body.get(k)?.as_str());
                let message = message.unwrap_or("no reason given").to_owned();
                Err(OperatorError::Refused { action, status: answer.status, message })
            }
            Err(failure) => {
                let failure: &Failure = failure;
                Err(OperatorError::NoAnswer { action, why: failure.to_string() })
            }
        }
    }
}
