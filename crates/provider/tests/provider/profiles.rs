//! The profiles over HTTP: what each product does where it differs.

use crate::support::{Client, GROUP, Site, USER, group, user};
use provider::{Behaviour, Counted, Parameter, Profile, Rate};
use serde_json::{Value, json};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

async fn playing(profile: &str) -> Site {
    Site::start(Profile::built_in(profile).unwrap_or_else(|e| panic!("{e}")).behaviour).await
}

async fn state(site: &Site) -> Value {
    site.admin.get("/tenants/default/state").await.body
}

/// What AWS needs of a user.
fn full(name: &str) -> Value {
    json!({
        "schemas": [USER], "userName": name, "externalId": format!("ext-{name}"), "displayName": name,
        "name": { "givenName": "A", "familyName": "B" },
        "emails": [{ "value": format!("{name}@x"), "type": "work", "primary": true }],
    })
}

fn with(mut resource: Value, name: &str, value: Value) -> Value {
    resource[name] = value;
    resource
}

async fn made(client: &Client, resource: Value) -> String {
    let answer = client.post("/Users", resource).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.id()
}

#[tokio::test]
async fn alation_takes_basic_and_matches_local_accounts() {
    let site = playing("alation").await;
    let account = site.admin.post("/tenants/default/basic-accounts", json!({ "name": "idp", "password": "pw" })).await;
    assert_eq!(account.status, 201, "{account:?}");
    // idp:pw
    let basic = [("authorization", "Basic aWRwOnB3")];
    let nobody = Client { token: String::new(), ..site.scim.clone() };
    assert_eq!(nobody.send("GET", "/Users", &basic, None).await.status, 200);
    assert_eq!(nobody.send("GET", "/Users", &[("authorization", "Basic aWRwOnB4")], None).await.status, 401);
    let schemes = site.scim.get("/ServiceProviderConfig").await.body["authenticationSchemes"].clone();
    assert_eq!((&schemes[0]["type"], &schemes[1]["type"]), (&json!("oauthbearertoken"), &json!("httpbasic")));
    site.admin.post("/tenants/default/accounts", json!({ "userName": "ann", "email": "ann@x" })).await;
    assert_eq!(site.scim.find("/Users", "userName eq \"ann\"").await.total(), 1);
    let id = made(&site.scim, user("bob")).await;
    site.scim.patch(&format!("/Users/{id}"), json!([{ "op": "replace", "path": "active", "value": false }])).await;
    assert_eq!(site.scim.find("/Users", "userName eq \"bob\"").await.total(), 1, "the suspended are found");
    assert_eq!(site.scim.post("/Users", user("bob")).await.status, 409);
}

#[tokio::test]
async fn atlan_syncs_names_once_and_disables() {
    let site = playing("atlan").await;
    let path = format!("/Users/{}", made(&site.scim, full("ann")).await);
    let changed = site
        .scim
        .patch(
            &path,
            json!([{ "op": "replace", "value": { "userName": "eve", "title": "Dr", "emails": [{ "value": "e@x" }] } }]),
        )
        .await;
    assert_eq!(changed.status, 200, "{changed:?}");
    let read = site.scim.get(&path).await.body;
    assert_eq!(
        (&read["userName"], &read["emails"][0]["value"], &read["title"]),
        (&json!("ann"), &json!("ann@x"), &json!("Dr"))
    );
    assert_eq!(site.scim.delete(&path).await.status, 204);
    assert_eq!(state(&site).await["users"][0]["status"], "Disabled");
    assert_eq!(site.scim.get(&path).await.body["active"], false);
    let back = site.scim.patch(&path, json!([{ "op": "replace", "path": "active", "value": true }])).await;
    assert_eq!((&back.body["active"], &back.body["userName"]), (&json!(true), &json!("ann")));
    let twin = with(full("ann"), "emails", json!([{ "value": "abc@x" }]));
    assert_eq!(site.scim.post("/Users", twin).await.status, 409);
    let basic = site.admin.post("/tenants/default/basic-accounts", json!({ "name": "idp" })).await;
    assert_eq!(basic.status, 409);
}

/// A product group and its id.
async fn product_group(site: &Site, name: &str) -> String {
    let made = site.admin.post("/tenants/default/product-groups", json!({ "name": name })).await;
    assert_eq!(made.status, 201, "{made:?}");
    made.id()
}

async fn map(site: &Site, id: &str, to: &str) {
    let path = format!("/tenants/default/product-groups/{id}/mapping");
    let mapped = site.admin.put(&path, json!({ "displayName": to })).await;
    assert_eq!(mapped.status, 200, "{mapped:?}");
}

#[tokio::test]
async fn atlan_groups_need_a_mapping_and_outlive_the_idps() {
    let site = playing("atlan").await;
    let ann = site.scim.user("ann").await;
    let crew = product_group(&site, "crew").await;
    let early = product_group(&site, "early").await;
    map(&site, &early, "idp-early").await;
    let pushed = site.scim.group("idp-crew", &[&ann]).await;
    let own = |state: Value, at: usize| state["product_groups"][at].clone();
    assert_eq!(own(state(&site).await, 0)["members"], json!([]), "not mapped, not synced");
    map(&site, &crew, "idp-crew").await;
    assert_eq!(own(state(&site).await, 0)["members"], json!(["ann"]));
    site.scim.group("idp-early", &[&ann]).await;
    assert_eq!(own(state(&site).await, 1)["members"], json!(["ann"]), "mapped before it was pushed");

    let path = format!("/Groups/{pushed}");
    site.scim.patch(&path, json!([{ "op": "replace", "path": "displayName", "value": "idp-team" }])).await;
    assert_eq!(own(state(&site).await, 0)["name"], "idp-team", "the new name is taken over");
    site.admin.post(&format!("/tenants/default/product-groups/{crew}/rename"), json!({ "displayName": "ours" })).await;
    let bob = site.scim.user("bob").await;
    site.scim.patch(&path, json!([{ "op": "add", "path": "members", "value": [{ "value": bob }] }])).await;
    let now = own(state(&site).await, 0);
    assert_eq!((&now["name"], &now["members"]), (&json!("ours"), &json!(["ann", "bob"])), "no drift back");
    assert_eq!(site.scim.get(&path).await.body["displayName"], "idp-team");

    assert_eq!(site.scim.delete(&path).await.status, 204);
    let now = own(state(&site).await, 0);
    assert_eq!((&now["name"], &now["mapped_to"], &now["members"]), (&json!("ours"), &Value::Null, &json!([])));
    let unmap = site.admin.delete(&format!("/tenants/default/product-groups/{early}/mapping")).await;
    assert_eq!(unmap.body["members"], json!(["ann"]));
    let found = site.scim.find("/Groups", "displayName eq \"idp-early\"").await.ids();
    site.scim.delete(&format!("/Groups/{}", found[0])).await;
    assert_eq!(own(state(&site).await, 1)["members"], json!(["ann"]), "unmapped first, so the members stay");
}

#[tokio::test]
async fn atlan_leaves_out_members_it_knows_by_another_name() {
    let site = playing("atlan").await;
    site.admin.post("/tenants/default/accounts", json!({ "userName": "jdoe", "email": "j@x" })).await;
    let twin = made(&site.scim, json!({ "schemas": [USER], "userName": "jdoe@corp" })).await;
    let other = site.scim.user("ann").await;
    let pushed = site.scim.post("/Groups", group("g", &[&twin, &other])).await;
    assert_eq!((pushed.status, pushed.members()), (201, vec![other]), "success, and one is missing");
}

#[tokio::test]
async fn atlan_permissions_depend_on_the_sign_on() {
    let site = playing("atlan").await;
    site.scim.user("ann").await;
    let invite = |name: &str| {
        let body = json!({ "userName": name, "email": "a@x" });
        let admin = site.admin.clone();
        async move { admin.post("/tenants/default/people", body).await }
    };
    let sign_on = |scim: bool, sso: bool| {
        let admin = site.admin.clone();
        async move { admin.put("/tenants/default/sign-on", json!({ "scim": scim, "sso_enforced": sso })).await }
    };
    let edit = || site.admin.put("/tenants/default/people/ann/profile", json!({ "title": "Dr" }));
    let disable = || site.admin.post("/tenants/default/people/ann/disable", json!({}));
    let crew = product_group(&site, "crew").await;
    let add = || {
        let path = format!("/tenants/default/product-groups/{crew}/members");
        let admin = site.admin.clone();
        async move { admin.post(&path, json!({ "userName": "ann" })).await }
    };
    let expected = [
        (true, true, 403, 403, 200),
        (true, false, 201, 200, 200),
        (false, true, 403, 409, 409),
        (false, false, 201, 409, 409),
    ];
    for (at, (scim, sso, invited, edited, added)) in expected.into_iter().enumerate() {
        sign_on(scim, sso).await;
        assert_eq!(site.scim.get("/Users").await.status, if scim { 200 } else { 403 });
        assert_eq!(invite(&format!("i{at}")).await.status, invited, "invite {scim} {sso}");
        let answer = edit().await;
        assert_eq!(answer.status, edited, "edit {scim} {sso}");
        assert_eq!(edited == 409, answer.text.contains("unknown"), "{answer:?}");
        let unknown = disable().await;
        assert_eq!((unknown.status, unknown.text.contains("unknown")), (409, true));
        assert_eq!(add().await.status, added, "add {scim} {sso}");
    }
    sign_on(true, true).await;
    map(&site, &crew, "idp").await;
    assert_eq!(add().await.status, 403, "a mapped group takes nobody by hand");
}

#[tokio::test]
async fn aws_needs_and_refuses_attributes() {
    let site = playing("aws-identity-center").await;
    for missing in ["displayName", "name"] {
        let mut body = full("ann");
        body.as_object_mut().and_then(|b| b.remove(missing));
        assert_eq!(site.scim.post("/Users", body).await.status, 400, "{missing}");
    }
    let two = json!([{ "value": "a@x", "type": "work", "primary": true }, { "value": "b@x", "type": "home" }]);
    let not_primary = json!([{ "value": "a@x", "type": "work" }]);
    for (name, value) in [
        ("emails", two),
        ("emails", not_primary),
        ("phoneNumbers", json!([{ "value": "1", "type": "work" }, { "value": "2", "type": "home" }])),
        ("ims", json!([{ "value": "i" }])),
        ("displayName", json!("a;b")),
        ("title", json!("a\tb")),
        ("password", json!("secret")),
    ] {
        let refused = site.scim.post("/Users", with(full("ann"), name, value)).await;
        assert_eq!((refused.status, &refused.body["scimType"]), (400, &json!("invalidValue")), "{name}");
    }
    let path = format!("/Users/{}", made(&site.scim, full("ann")).await);
    let twice = json!([{ "op": "replace", "path": "active", "value": false }, { "op": "replace", "path": "active", "value": true }]);
    assert_eq!(site.scim.patch(&path, twice).await.status, 400);
    let gone = json!([{ "op": "remove", "path": "active" }]);
    assert_eq!(site.scim.patch(&path, gone).await.status, 400);
    let once = json!([{ "op": "replace", "path": "active", "value": false }]);
    assert_eq!(site.scim.patch(&path, once).await.status, 200);
}

#[tokio::test]
async fn aws_groups_show_no_members_and_take_a_hundred_at_once() {
    let site = playing("aws-identity-center").await;
    let mut ids = Vec::new();
    for at in 0..101 {
        ids.push(made(&site.scim, full(&format!("u{at}"))).await);
    }
    let refs: Vec<&str> = ids.iter().map(String::as_str).collect();
    assert_eq!(site.scim.post("/Groups", group("big", &refs)).await.status, 400);
    let made = site.scim.post("/Groups", group("g", &refs[..100])).await;
    assert_eq!((made.status, made.members().len()), (201, 0));
    let id = made.id();
    let path = format!("/Groups/{id}");
    let values: Vec<Value> = ids.iter().map(|id| json!({ "value": id })).collect();
    let add = |values: &[Value]| json!([{ "op": "add", "path": "members", "value": values }]);
    assert_eq!(site.scim.patch(&path, add(&values)).await.status, 400);
    assert_eq!(site.scim.patch(&path, add(&values[100..])).await.status, 204);
    assert!(site.scim.members_of(&id).await.is_empty());
    let by = |filter: String| {
        let scim = site.scim.clone();
        async move { scim.find("/Groups", &filter).await }
    };
    assert_eq!(by(format!("id eq \"{id}\" and members eq \"{}\"", ids[100])).await.total(), 1);
    assert_eq!(by(format!("members.value eq \"{}\"", ids[100])).await.ids(), std::slice::from_ref(&id));
    assert_eq!(by("members.value eq \"nobody\"".into()).await.status, 404);
    for operation in
        [json!({ "op": "replace", "path": "members", "value": [] }), json!({ "op": "remove", "path": "members" })]
    {
        assert_eq!(site.scim.patch(&path, json!([operation])).await.status, 400);
    }
    let one = json!([{ "op": "remove", "path": format!("members[value eq \"{}\"]", ids[0]) }]);
    assert_eq!(site.scim.patch(&path, one).await.status, 204);
    assert_eq!(by(format!("id eq \"{id}\" and members eq \"{}\"", ids[0])).await.total(), 0);
    let put = site.scim.put(&path, group("h", &[])).await;
    assert_eq!((put.status, put.header("allow")), (405, "GET, PATCH, DELETE"));
}

#[tokio::test]
async fn aws_queries_are_few() {
    let site = playing("aws-identity-center").await;
    for at in 0..3 {
        made(&site.scim, full(&format!("u{at}"))).await;
    }
    let list = site.scim.get("/Users?startIndex=2&count=1&attributes=userName").await;
    assert_eq!((list.total(), &list.body["Resources"][0]["userName"]), (3, &json!("u0")), "startIndex is not known");
    assert!(list.body["Resources"][0]["displayName"].is_string(), "nor attributes");
    assert_eq!(site.scim.get("/ServiceProviderConfig").await.body["filter"]["maxResults"], 100);
    for filter in ["userName eq \"u1\"", "externalId eq \"ext-u1\""] {
        assert_eq!(site.scim.find("/Users", filter).await.total(), 1, "{filter}");
    }
    for filter in [
        "userName sw \"u\"",
        "title eq \"x\"",
        "userName eq \"u1\" or userName eq \"u2\"",
        "not (userName eq \"a\")",
        "title pr",
    ] {
        let refused = site.scim.find("/Users", filter).await;
        assert_eq!((refused.status, &refused.body["scimType"]), (400, &json!("invalidFilter")), "{filter}");
    }
    let search = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"] });
    assert_eq!(site.scim.post("/Users/.search", search).await.status, 501);
}

#[tokio::test]
async fn databricks_bounds_filters_and_pages() {
    let site = playing("databricks").await;
    site.scim.user("ann").await;
    let filter = |terms: usize| vec!["title eq \"a\""; terms].join(" or ");
    assert_eq!(site.scim.find("/Users", &filter(199)).await.status, 200);
    let refused = site.scim.find("/Users", &filter(200)).await;
    assert_eq!((refused.status, &refused.body["scimType"]), (400, &json!("invalidFilter")));
    assert_eq!(site.scim.get("/ServiceProviderConfig").await.body["filter"]["maxResults"], 10_000);
    let mut behaviour = Profile::built_in("databricks").unwrap_or_else(|e| panic!("{e}")).behaviour;
    assert_eq!((behaviour.users.most, behaviour.groups.most, behaviour.default_page), (Some(10_000), Some(5_000), 100));
    (behaviour.users.most, behaviour.groups.most) = (Some(2), Some(1));
    let small = Site::start(behaviour).await;
    small.scim.user("a").await;
    small.scim.user("b").await;
    assert_eq!(small.scim.post("/Users", user("c")).await.status, 400);
    small.scim.group("g", &[]).await;
    assert_eq!(small.scim.post("/Groups", group("h", &[])).await.status, 400);
}

#[tokio::test]
async fn github_needs_a_user_agent_and_hides_the_inactive() {
    let site = playing("github-emu").await;
    assert_eq!(site.scim.get("/Users").await.status, 403, "this client sends no User-Agent");
    let agent = [("user-agent", "scim-client")];
    let made = site.scim.send("POST", "/Users", &agent, Some(user("ann"))).await;
    assert_eq!(made.status, 201, "{made:?}");
    let path = format!("/Users/{}", made.id());
    let patch = |value: Value| json!({ "schemas": [crate::support::PATCH], "Operations": [{ "op": "replace", "value": value }] });
    let send = |body: Value| site.scim.send("PATCH", &path, &agent, Some(body));
    send(patch(json!({ "active": false }))).await;
    let hidden = state(&site).await["users"][0].clone();
    assert_ne!(hidden["login"], "ann");
    assert_eq!(site.scim.send("GET", "/Users", &agent, None).await.total(), 1, "the list has the inactive");
    assert_eq!(send(patch(json!({ "active": true, "externalId": "other" }))).await.status, 400);
    assert_eq!(send(patch(json!({ "active": true }))).await.status, 200);
    assert_eq!(state(&site).await["users"][0]["login"], "ann");
    assert_eq!(site.scim.send("DELETE", &path, &agent, None).await.status, 204);
    assert_eq!(site.scim.send("GET", &path, &agent, None).await.status, 404);
    assert_eq!(site.scim.send("POST", "/Users", &agent, Some(user("ann"))).await.status, 201, "the name is free");
}

#[tokio::test]
async fn gitlab_ids_are_the_clients() {
    let site = playing("gitlab").await;
    assert_eq!(site.scim.get("/Groups").await.status, 404);
    assert_eq!(site.scim.get("/ResourceTypes").await.total(), 1);
    assert_eq!(site.scim.post("/Users", user("ann")).await.status, 400, "name and emails are required");
    assert_eq!(made(&site.scim, full("ann")).await, "ext-ann");
    let path = "/Users/ext-ann";
    let ignored = json!([{ "op": "Replace", "value": { "userName": "eve", "title": "Dr" } }]);
    let patched = site.scim.patch(path, ignored).await;
    assert_eq!((patched.status, patched.text.as_str()), (204, ""));
    let read = site.scim.get(path).await.body;
    assert_eq!((&read["userName"], read.get("title")), (&json!("ann"), None));
    let moved = site.scim.patch(path, json!([{ "op": "Replace", "path": "id", "value": "new" }])).await;
    assert_eq!(moved.status, 204, "{moved:?}");
    assert_eq!(site.scim.get(path).await.status, 404);
    assert_eq!(site.scim.get("/Users/new").await.body["externalId"], "new");
    assert_eq!(site.scim.find("/Users", "id eq \"new\"").await.total(), 1);
    assert_eq!(site.scim.find("/Users", "userName sw \"a\"").await.status, 400);
    let twin = site.tenant("twin").await;
    assert_eq!(made(&twin, with(full("ann"), "externalId", json!("new"))).await, "new", "an id is one tenant's");
}

#[tokio::test]
async fn gitlab_lets_go_of_users_and_keeps_accounts() {
    let site = playing("gitlab").await;
    for (name, inactive) in [("ann", false), ("bob", true)] {
        let path = format!("/Users/{}", made(&site.scim, full(name)).await);
        let gone = if inactive {
            site.scim.patch(&path, json!([{ "op": "Replace", "path": "active", "value": "False" }])).await
        } else {
            site.scim.delete(&path).await
        };
        assert_eq!(gone.status, 204, "{gone:?}");
        assert_eq!(site.scim.get(&path).await.status, 404);
        assert_eq!(site.scim.find("/Users", &format!("userName eq \"{name}\"")).await.total(), 0);
        assert_eq!(site.scim.post("/Users", full(name)).await.status, 409, "the account is still there");
    }
    assert_eq!(state(&site).await["users"].as_array().map(Vec::len), Some(2));
    for at in 0..21 {
        made(&site.scim, full(&format!("u{at}"))).await;
    }
    assert_eq!(site.scim.get("/Users").await.ids().len(), 20);
}

#[tokio::test]
async fn what_no_source_credits_a_product_with_it_does_not_offer() {
    for profile in provider::profiles().filter(|name| !["rfc", "strict"].contains(name)) {
        let site = playing(profile).await;
        // Whoever wants a User-Agent gets one.
        let agent = [("user-agent", "test")];
        let config = site.scim.send("GET", "/ServiceProviderConfig", &agent, None).await;
        assert_eq!(config.body["bulk"]["supported"], false, "{profile}: {config:?}");
        let job = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": [] });
        assert_eq!(site.scim.send("POST", "/Bulk", &agent, Some(job)).await.status, 501, "{profile}");
        let list = site.scim.send("GET", "/Users?cursor=&count=1", &agent, None).await;
        assert_eq!(list.status, 200, "{profile}: {list:?}");
        let by_cursor = profile == "aws-identity-center";
        assert_eq!(config.body.get("pagination").is_some(), by_cursor, "{profile}");
        assert_eq!(list.body.get("startIndex").is_none(), by_cursor, "{profile}: {list:?}");
    }
    let refusing: Behaviour = {
        let mut behaviour = Behaviour::default();
        behaviour.query.cursor = Parameter::Refused;
        behaviour
    };
    let site = Site::start(refusing).await;
    assert_eq!(site.scim.get("/Users?cursor=").await.status, 400);
    assert_eq!(site.scim.get("/Users").await.status, 200);
}

#[tokio::test]
async fn a_job_is_no_way_around_the_limits() {
    let mut behaviour = Behaviour::default();
    let rate =
        |methods: &str, of, burst| Rate { methods: vec![methods.into()], of, single: false, per_minute: 60, burst };
    behaviour.access.rates = vec![rate("POST", Counted::Users, 3), rate("POST", Counted::All, 100)];
    let site = Site::start(behaviour).await;
    let one = |at: usize| json!({ "method": "POST", "path": "/Users", "bulkId": format!("b{at}"), "data": user(&format!("u{at}")) });
    let operations: Vec<Value> = (0..4).map(one).collect();
    let job = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": operations });
    let answer = site.scim.post("/Bulk", job).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let results = answer.body["Operations"].as_array().cloned().unwrap_or_default();
    let statuses: Vec<&str> = results.iter().filter_map(|o| o["status"].as_str()).collect();
    assert_eq!(statuses, ["201", "201", "201", "429"]);
    assert_eq!(results[3]["response"]["status"], "429");
    assert_eq!(site.scim.get("/Users").await.total(), 3);
}

#[tokio::test]
async fn slack_holds_names_short_and_writes_slow() {
    let site = playing("slack").await;
    let (short, long) = ("a".repeat(20), "a".repeat(21));
    assert_eq!(site.scim.post("/Users", user(&long)).await.status, 400);
    assert_eq!(site.scim.post("/Users", with(user("x"), "displayName", json!("a@b"))).await.status, 400);
    let path = format!("/Users/{}", made(&site.scim, user(&short)).await);
    assert_eq!(site.scim.delete(&path).await.status, 204);
    assert_eq!(site.scim.get(&path).await.body["active"], false);
    let mut statuses = Vec::new();
    let mut limited = None;
    for at in 0..30 {
        let answer = site.scim.post("/Users", user(&format!("u{at}"))).await;
        statuses.push(answer.status);
        if answer.status == 429 {
            limited = Some(answer);
            break;
        }
    }
    let limited = limited.unwrap_or_else(|| panic!("never limited: {statuses:?}"));
    assert_eq!(limited.body["status"], "429");
    assert_eq!(limited.header("retry-after"), "1");
    assert_eq!(
        site.scim.post("/Users", user("later")).await.status,
        201,
        "the clock has moved to where the wait is over"
    );
    let g = site.scim.group("g", &[]).await;
    let rename = |at: usize| json!([{ "op": "replace", "path": "displayName", "value": format!("g{at}") }]);
    let mut renamed = 0;
    while site.scim.patch(&format!("/Groups/{g}"), rename(renamed)).await.status == 204 {
        renamed += 1;
    }
    assert!((75..=85).contains(&renamed), "{renamed}");
    assert_eq!(site.scim.delete(&format!("/Groups/{g}")).await.status, 204);
    assert_eq!(site.scim.get(&format!("/Groups/{g}")).await.status, 404);
    let mut reads = 0;
    while site.scim.get(&path).await.status == 200 {
        reads += 1;
    }
    assert!((295..=305).contains(&reads), "{reads}");
    site.admin.post("/tenants/default/clock", json!({ "seconds": 60 })).await;
    assert_eq!(site.scim.get(&path).await.status, 200);
}

#[tokio::test]
async fn snowflake_answers_five_hundred_at_once() {
    let site = playing("snowflake").await;
    let path = format!("/Users/{}", site.scim.user("ann").await);
    assert_eq!(site.scim.delete(&path).await.status, 204);
    assert_eq!(site.scim.get(&path).await.status, 404);
    let head = format!(
        "POST /scim/v2/Users HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\ncontent-length: 10\r\n\r\n{{",
        site.scim.token
    );
    let mut open = Vec::new();
    for _ in 0..500 {
        use tokio::io::AsyncWriteExt as _;
        let mut stream = tokio::net::TcpStream::connect(site.running.addr).await.unwrap_or_else(|e| panic!("{e}"));
        stream.write_all(head.as_bytes()).await.unwrap_or_else(|e| panic!("{e}"));
        open.push(stream);
    }
    let mut answer = site.scim.get("/Users").await;
    for _ in 0..100 {
        if answer.status == 429 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        answer = site.scim.get("/Users").await;
    }
    assert_eq!((answer.status, answer.header("retry-after")), (429, "1"));
    drop(open);
    for _ in 0..100 {
        answer = site.scim.get("/Users").await;
        if answer.status == 200 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(answer.status, 200, "they are gone");
}

#[tokio::test]
async fn zscaler_needs_attributes_and_bounds_groups() {
    let site = playing("zscaler").await;
    let whole = |name: &str| {
        let mut body = with(full(name), "active", json!(true));
        body["schemas"] = json!([USER, ENTERPRISE]);
        body[ENTERPRISE] = json!({ "department": "sales" });
        body
    };
    for missing in ["externalId", "active", "displayName", ENTERPRISE] {
        let mut body = whole("ann");
        body.as_object_mut().and_then(|b| b.remove(missing));
        body["schemas"] = json!([USER]);
        assert_eq!(site.scim.post("/Users", body).await.status, 400, "{missing}");
    }
    let ann = made(&site.scim, whole("ann")).await;
    assert_eq!(site.scim.post("/Groups", group("g", &[])).await.status, 400, "externalId is required");
    let sent = |at: usize| json!({ "schemas": [GROUP], "displayName": format!("g{at}"), "externalId": format!("x{at}"), "members": [{ "value": ann }] });
    for at in 0..128 {
        assert_eq!(site.scim.post("/Groups", sent(at)).await.status, 201, "{at}");
    }
    assert_eq!(site.scim.post("/Groups", sent(128)).await.status, 400, "one group too many");
    assert_eq!(site.scim.find("/Groups", "displayName eq \"g7\"").await.total(), 1);
    assert_eq!(site.scim.find("/Groups", &format!("members.value eq \"{ann}\"")).await.status, 400);
    assert_eq!(site.scim.find("/Users", "displayName eq \"ann\"").await.status, 400);
    assert_eq!(site.scim.get("/ServiceProviderConfig").await.body["filter"]["maxResults"], 1000);
}
