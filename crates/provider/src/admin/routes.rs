//! The routes of the admin API, as data: what serves them and what documents them are held against one table.

use super::{Done, Refused, Work, because};
use crate::service::Method;
use crate::store::Tenant;

/// One operation of the admin API.
pub(super) struct Route {
    /// Its method.
    pub(super) method: Method,
    /// Its path below `/admin`; a part in braces stands for any text.
    pub(super) path: &'static str,
    run: Run,
}

/// What carries an operation out, by what its path has in braces.
enum Run {
    Plain(fn(&Work<'_>) -> Done),
    OfTenant(fn(&Work<'_>, &Tenant) -> Done),
    OfPart(fn(&Work<'_>, &Tenant, &str) -> Done),
}

use Method::{Delete, Get, Post, Put};
use Run::{OfPart, OfTenant, Plain};

const fn route(method: Method, path: &'static str, run: Run) -> Route {
    Route { method, path, run }
}

/// Every operation there is.
pub(super) const ROUTES: &[Route] = &[
    route(Get, "/overview", Plain(|w| w.overview())),
    route(Get, "/exchanges", Plain(|w| w.exchanges())),
    route(Post, "/tenants", Plain(|w| w.create_tenant())),
    route(Delete, "/tenants/{tenant}", OfTenant(|w, t| w.delete_tenant(t))),
    route(Get, "/tenants/{tenant}/state", OfTenant(|w, t| w.state(t))),
    route(Post, "/tenants/{tenant}/copy", OfTenant(|w, t| w.copy_tenant(t))),
    route(Post, "/tenants/{tenant}/clock", OfTenant(|w, t| w.move_clock(t))),
    route(Put, "/tenants/{tenant}/sign-on", OfTenant(|w, t| w.set_sign_on(t))),
    route(Post, "/tenants/{tenant}/cleanup", OfTenant(|w, t| w.clean_up(t))),
    route(Post, "/tenants/{tenant}/tokens", OfTenant(|w, t| w.create_token(t))),
    route(Delete, "/tenants/{tenant}/tokens/{name}", OfPart(|w, t, p| w.revoke_token(t, p))),
    route(Post, "/tenants/{tenant}/basic-accounts", OfTenant(|w, t| w.create_basic(t))),
    route(Delete, "/tenants/{tenant}/basic-accounts/{name}", OfPart(|w, t, p| w.delete_basic(t, p))),
    route(Post, "/tenants/{tenant}/oauth-clients", OfTenant(|w, t| w.create_client(t))),
    route(Delete, "/tenants/{tenant}/oauth-clients/{name}", OfPart(|w, t, p| w.delete_client(t, p))),
    route(Post, "/tenants/{tenant}/accounts", OfTenant(|w, t| w.create_account(t))),
    route(Post, "/tenants/{tenant}/sign-in", OfTenant(|w, t| w.sign_in(t))),
    route(Post, "/tenants/{tenant}/people", OfTenant(|w, t| w.invite(t))),
    route(Put, "/tenants/{tenant}/people/{name}/profile", OfPart(|w, t, p| w.edit_profile(t, p))),
    route(Post, "/tenants/{tenant}/people/{name}/enable", OfPart(|w, t, p| w.enable(t, p))),
    route(Post, "/tenants/{tenant}/people/{name}/disable", OfPart(|w, t, p| w.disable(t, p))),
    route(Delete, "/tenants/{tenant}/people/{name}", OfPart(|w, t, p| w.erase(t, p))),
    route(Put, "/tenants/{tenant}/assets/{name}/owner", OfPart(|w, t, p| w.assign_owner(t, p))),
    route(Post, "/tenants/{tenant}/groups/{id}/rename", OfPart(|w, t, p| w.rename_group(t, p))),
    route(Post, "/tenants/{tenant}/product-groups", OfTenant(|w, t| w.create_product_group(t))),
    route(Post, "/tenants/{tenant}/product-groups/{id}/rename", OfPart(|w, t, p| w.rename_product_group(t, p))),
    route(Put, "/tenants/{tenant}/product-groups/{id}/mapping", OfPart(|w, t, p| w.map_group(t, p))),
    route(Delete, "/tenants/{tenant}/product-groups/{id}/mapping", OfPart(|w, t, p| w.unmap_group(t, p))),
    route(Post, "/tenants/{tenant}/product-groups/{id}/members", OfPart(|w, t, p| w.add_member(t, p))),
];

/// What stands in the braces of a path; none when it is another path.
fn parts<'p>(template: &str, path: &[&'p str]) -> Option<Vec<&'p str>> {
    let wanted: Vec<&str> = template.trim_start_matches('/').split('/').collect();
    if wanted.len() != path.len() {
        return None;
    }
    let mut found = Vec::new();
    for (wanted, part) in wanted.iter().zip(path) {
        if wanted.starts_with('{') {
            found.push(*part);
        } else if wanted != part {
            return None;
        }
    }
    Some(found)
}

impl Work<'_> {
    /// Does what a method and a path ask.
    pub(super) fn route(&self, method: Method, path: &[&str]) -> Done {
        let mut methods: Vec<String> = Vec::new();
        for route in ROUTES {
            let Some(parts) = parts(route.path, path) else { continue };
            methods.push(if route.method == Get {
                "GET, HEAD".to_owned()
            } else {
                format!("{:?}", route.method).to_uppercase()
            });
            if route.method != method {
                continue;
            }
            return match (&route.run, parts.as_slice()) {
                (Plain(run), _) => run(self),
                (OfTenant(run), [tenant, ..]) => run(self, &self.tenant(tenant)?),
                (OfPart(run), [tenant, part, ..]) => run(self, &self.tenant(tenant)?, part),
                _ => break,
            };
        }
        if !methods.is_empty() {
            return Err(Refused::Method(methods.join(", ")));
        }
        because(404, "the admin API has no such operation")
    }

    fn tenant(&self, name: &str) -> Result<Tenant, Refused> {
        self.store.tenant(name)?.map_or_else(|| because(404, format!("there is no tenant {name:?}")), Ok)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;
    use std::collections::BTreeSet;

    #[test]
    fn the_open_api_file_and_the_routes_are_the_same() {
        let text = include_str!("../../../../docs/admin-api.openapi.json");
        let document: Value = serde_json::from_str(text).unwrap();
        let mut written = BTreeSet::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap().iter().filter(|(name, _)| *name != "parameters") {
                assert!(operation["summary"].is_string() && operation["responses"].is_object(), "{method} {path}");
                written.insert(format!("{} {path}", method.to_uppercase()));
                let named: BTreeSet<&str> =
                    path.split('/').filter_map(|p| p.strip_prefix('{')?.strip_suffix('}')).collect();
                let given = item["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
                let given: BTreeSet<&str> = given.iter().filter_map(|p| p["name"].as_str()).collect();
                assert_eq!(named, given, "parameters of {path}");
            }
        }
        let routes: BTreeSet<String> =
            ROUTES.iter().map(|r| format!("{} {}", format!("{:?}", r.method).to_uppercase(), r.path)).collect();
        assert_eq!(routes, written);
        let guide = include_str!("../../../../docs/admin-api.md");
        for route in &routes {
            assert!(guide.contains(&format!("`{route}`")), "docs/admin-api.md does not have {route}");
        }
    }

    #[test]
    fn the_page_offers_every_action() {
        let script = include_str!("../page/page.js");
        for route in ROUTES.iter().filter(|route| route.method != Get) {
            let action = format!("'{} {}': {{", format!("{:?}", route.method).to_uppercase(), route.path);
            assert!(script.contains(&action), "the page does not offer {action}");
        }
    }
}
