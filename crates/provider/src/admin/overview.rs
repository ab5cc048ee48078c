//! What is served, and what came over the wire of late.

use super::{Answer, Done, Work};
use crate::service::base_url;
use serde_json::{Value, json};

impl Work<'_> {
    /// The profile, the faults, the tenants.
    pub(super) fn overview(&self) -> Done {
        let tenants = self.store.tenants()?.into_iter();
        let tenants = tenants.map(|(tenant, users, groups)| {
            json!({
                "tenant": tenant.name,
                "base_url": base_url(self.origin, &tenant.name),
                "users": users,
                "groups": groups,
            })
        });
        let tenants: Vec<Value> = tenants.collect();
        let page = self.shown.map(|shown| &shown.page);
        Answer::ok(
            200,
            json!({
                "version": env!("CARGO_PKG_VERSION"),
                "profile": page.map(|page| json!({ "name": page.profile, "title": page.title })),
                "faults": page.map(|page| page.faults()).unwrap_or_default(),
                "recording": page.is_some(),
                "tenants": tenants,
            }),
        )
    }

    /// The exchanges after the one that is known already. Whoever wants to wait for them has waited.
    pub(super) fn exchanges(&self) -> Done {
        let nothing = || json!({ "recording": false, "latest": 0, "exchanges": [] });
        Answer::ok(200, self.shown.map_or_else(nothing, |shown| shown.exchanges.after(self.since)))
    }
}
