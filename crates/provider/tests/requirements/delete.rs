//! DELETE (RFC 7644 section 3.6).

use crate::site::{SEARCH, found, make_device, path, refused, rich};
use serde_json::json;

cases! {
    ["RFC7644-3.6-06", "RFC7644-3.6-02"] gone_is_gone(site) {
        let user = path(&site.scim.post("/Users", rich("a")).await.id());
        let group = format!("/Groups/{}", site.scim.group("g", &[]).await);
        let device = make_device(&site, "1", json!({})).await;
        for at in [user, group, device] {
            let deleted = site.scim.delete(&at).await;
            assert_eq!((deleted.status, deleted.text.as_str()), (204, ""));
            refused(&site.scim.get(&at).await, 404, "");
            refused(&site.scim.put(&at, rich("a")).await, 404, "");
            refused(&site.scim.patch(&at, json!([{ "op": "remove", "path": "x" }])).await, 404, "");
            refused(&site.scim.delete(&at).await, 404, "");
        }
    }
    ["RFC7644-3.6-03"] nobody_finds_it(site) {
        let id = site.scim.user("a").await;
        site.scim.user("b").await;
        assert_eq!(site.scim.delete(&path(&id)).await.status, 204);
        assert_eq!(site.scim.get("/Users").await.total(), 1);
        for filter in [format!("id eq \"{id}\""), "userName eq \"a\"".into()] {
            assert!(found(&site, &filter).await.is_empty());
            for at in ["/Users/.search", "/.search"] {
                assert_eq!(site.scim.post(at, json!({ "schemas": [SEARCH], "filter": filter })).await.total(), 0);
            }
        }
    }
    ["RFC7644-3.6-07"] nobody_is_deleted(site) {
        for at in ["/Users/nobody", "/Groups/nobody", "/Devices/nothing"] {
            refused(&site.scim.delete(at).await, 404, "");
        }
    }
}
