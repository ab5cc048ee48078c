//! Operator actions: what a product can do only outside SCIM.
//!
//! In: an [`Action`] with its values. Out: the product's answer, or why nobody can do it. Never: SCIM, or a judgement.

mod action;
mod configured;

pub use action::{ACTIONS, Action};
pub use configured::{ALWAYS, Body, Configured, How, Way, unknown_placeholders};

use action::{Values, key_of, named};
use client::wire::{
    Actor, BaseUrl, BaseUrlError, Client, Credential, Failure, Journal, Method, Request, Secret, SecretError, Transport,
};
use serde_json::{Value, json};
use std::sync::Arc;

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
        let secret = self.kept_out(secret);
        Ok(Tenancy {
            name: Some(name.to_owned()),
            base: BaseUrl::parse(&text("base_url")).map_err(|e: BaseUrlError| no_answer(e.to_string()))?,
            credential: Some(secret.into()),
        })
    }

    /// The secret, kept out of what is written where it is one of a target of somebody's: there it is worth as much as the one
    /// in the settings.
    #[must_use]
    pub fn kept_out(&self, secret: Secret) -> Secret {
        if matches!(self, Self::Configured(_)) { secret.remembered() } else { secret }
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
        let client = Client::new(
            transport.clone(),
            base.clone(),
            Some(secret.clone().into()),
            Actor::Operator,
            Journal::default(),
        );
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

/// Why a product refused, in its own words.
pub(super) fn reason(body: &Value) -> String {
    let words = ["detail", "error_description", "error", "message", "errorSummary"];
    let words = words.iter().find_map(|k| body.get(k)?.as_str()).unwrap_or("no reason given");
    words.chars().filter(|c| !c.is_control()).take(200).collect()
}
