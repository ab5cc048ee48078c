//! What the service says of itself (RFC 7644 section 4, RFC 7643 sections 5 to 7).

use super::{Done, Reply, Target, Work};
use crate::provider::product::Scheme;
use crate::scim::error::ScimError;
use crate::scim::list::list_response;
use crate::scim::schema::{ResourceType, Schema};
use crate::scim::urn;
use serde_json::{Value, json};

impl Work<'_> {
    pub(super) fn discover(&self) -> Done<Reply> {
        // RFC 7644 section 4: a filter here is answered 403, lest somebody take one entry for all there is.
        if self.parameter("filter").is_some() {
            return Err(ScimError::forbidden("this endpoint cannot be filtered").into());
        }
        match &self.call.target {
            Target::ServiceProviderConfig => Ok(Reply::json(200, self.config())),
            Target::Schemas(None) => Ok(listed(self.schemas())),
            Target::Schemas(Some(id)) => one(self.schemas(), "id", id, "schema"),
            Target::ResourceTypes(None) => Ok(listed(self.resource_types())),
            Target::ResourceTypes(Some(name)) => one(self.resource_types(), "name", name, "resource type"),
            _ => Err(ScimError::not_found("there is no such endpoint").into()),
        }
    }

    fn types(&self) -> Vec<&ResourceType> {
        let groups = self.behaviour().endpoints.groups.then_some(&self.service.groups);
        std::iter::once(&self.service.users).chain(groups).collect()
    }

    fn schemas(&self) -> Vec<Value> {
        let mut all: Vec<&Schema> = self.types().iter().map(|t| &t.schema).collect();
        all.extend(self.types().iter().flat_map(|t| t.extensions.iter().map(|(schema, _)| schema)));
        all.iter().map(|schema| schema.to_json(&self.call.base)).collect()
    }

    fn resource_types(&self) -> Vec<Value> {
        self.types().iter().map(|t| t.to_json(&self.call.base)).collect()
    }

    /// The ways to say who one is; a token is a token, wherever it comes from.
    fn schemes(&self) -> Vec<Value> {
        let schemes = &self.behaviour().access.schemes;
        let tokens = schemes.iter().any(|scheme| *scheme != Scheme::Basic);
        let bearer = tokens.then(|| {
            json!({
                "type": "oauthbearertoken",
                "name": "Bearer token",
                "description": "The token of the tenant, in the Authorization header",
                "specUri": "https://www.rfc-editor.org/rfc/rfc6750",
                "primary": true,
            })
        });
        let basic = schemes.contains(&Scheme::Basic).then(|| {
            json!({
                "type": "httpbasic",
                "name": "HTTP Basic",
                "description": "A name and a password that an operator made",
                "specUri": "https://www.rfc-editor.org/rfc/rfc7617",
                "primary": !tokens,
            })
        });
        bearer.into_iter().chain(basic).collect()
    }

    fn config(&self) -> Value {
        json!({
            "schemas": [urn::SERVICE_PROVIDER_CONFIG],
            "documentationUri": "https://www.rfc-editor.org/rfc/rfc7644",
            "patch": { "supported": true },
            "bulk": { "supported": false, "maxOperations": 0, "maxPayloadSize": 0 },
            "filter": { "supported": true, "maxResults": self.behaviour().max_page },
            "changePassword": { "supported": false },
            "sort": { "supported": true },
            "etag": { "supported": true },
            "authenticationSchemes": self.schemes(),
            "meta": {
                "resourceType": "ServiceProviderConfig",
                "location": format!("{}/ServiceProviderConfig", self.call.base),
            },
        })
    }
}

fn listed(all: Vec<Value>) -> Reply {
    let total = all.len() as u64;
    Reply::json(200, list_response(all, total, 1))
}

fn one(all: Vec<Value>, key: &str, wanted: &str, what: &str) -> Done<Reply> {
    all.into_iter()
        .find(|document| document.get(key).and_then(Value::as_str).is_some_and(|id| urn::same(id, wanted)))
        .map(|document| Reply::json(200, document))
        .ok_or_else(|| ScimError::not_found(format!("there is no {what} {wanted}")).into())
}
