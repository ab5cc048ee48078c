//! What the service says of itself (RFC 7644 section 4, RFC 7643 sections 5 to 7).

use super::{Done, Reply, Target, Work};
use crate::product::{Parameter, Scheme};
use scim::error::ScimError;
use scim::list::list_response;
use scim::schema::ResourceType;
use scim::urn;
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

    /// Users, groups where the product has them, and the types of a schema file.
    fn types(&self) -> impl Iterator<Item = &ResourceType> {
        let groups = &self.service.types.groups.endpoint;
        let hidden = (!self.behaviour().endpoints.groups).then_some(groups);
        self.service.types.all().filter(move |t| hidden != Some(&t.endpoint))
    }

    fn schemas(&self) -> Vec<Value> {
        let hidden = (!self.behaviour().endpoints.groups).then_some(&self.service.types.groups.schema.id);
        let shown = self.service.types.schemas().into_iter().filter(|schema| hidden != Some(&schema.id));
        shown.map(|schema| schema.to_json(&self.call.base)).collect()
    }

    fn resource_types(&self) -> Vec<Value> {
        self.types().map(|t| t.to_json(&self.call.base)).collect()
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
        let mut config = json!({
            "schemas": [urn::SERVICE_PROVIDER_CONFIG],
            "documentationUri": "https://www.rfc-editor.org/rfc/rfc7644",
            "patch": { "supported": true },
            "bulk": self.bulk_config(),
            "filter": { "supported": true, "maxResults": self.behaviour().max_page },
            "changePassword": { "supported": false },
            "sort": { "supported": true },
            "etag": { "supported": true },
            "authenticationSchemes": self.schemes(),
            "meta": {
                "resourceType": "ServiceProviderConfig",
                "location": format!("{}/ServiceProviderConfig", self.call.base),
            },
        });
        // A service that knows RFC 7644 alone has no word for paging.
        if self.behaviour().query.cursor == Parameter::Honoured {
            config["pagination"] = self.pagination();
        }
        config
    }

    /// RFC 9865 section 4.
    fn pagination(&self) -> Value {
        json!({
            "cursor": true,
            "index": true,
            "defaultPaginationMethod": "index",
            "defaultPageSize": self.behaviour().default_page.min(self.behaviour().max_page),
            "maxPageSize": self.behaviour().max_page,
            "cursorTimeout": self.behaviour().cursor_timeout,
        })
    }
}

impl Work<'_> {
    fn bulk_config(&self) -> Value {
        match self.behaviour().bulk_max_operations {
            0 => json!({ "supported": false, "maxOperations": 0, "maxPayloadSize": 0 }),
            most => json!({ "supported": true, "maxOperations": most, "maxPayloadSize": self.behaviour().max_body }),
        }
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
