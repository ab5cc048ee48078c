//! `/Me` (RFC 7644 section 3.11).

use crate::site::{path, refused};
use crate::support::{Client, USER};
use serde_json::json;

cases! {
    ["RFC7644-3.11-07"] me_is_where_i_am(site) {
        let id = site.scim.user("ann").await;
        refused(&site.scim.get("/Me").await, 501, "");
        let token = site.admin.post("/tenants/default/tokens", json!({ "name": "ann", "user": id })).await.body["token"].clone();
        let me = Client { token: token.as_str().unwrap().to_owned(), ..site.scim.clone() };
        let own = format!("{}{}", site.scim.base, path(&id));
        let title = json!([{ "op": "replace", "path": "title", "value": "Dr" }]);
        for answer in [
            me.get("/Me").await,
            me.put("/Me", json!({ "schemas": [USER], "userName": "ann", "title": "x" })).await,
            me.patch("/Me", title).await,
            me.get("/Me?attributes=title").await,
        ] {
            assert_eq!((answer.status, answer.header("location")), (200, own.as_str()), "{answer:?}");
            assert_eq!(answer.id(), id);
        }
        assert_eq!(site.scim.get(&path(&id)).await.body["title"], "Dr");
        assert_eq!(me.delete("/Me").await.status, 204);
        refused(&me.get("/Me").await, 404, "");
        assert_eq!(site.admin.post("/tenants/default/tokens", json!({ "name": "x", "user": "nobody" })).await.status, 404);
    }
}
