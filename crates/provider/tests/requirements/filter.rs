//! Filters (RFC 7644 section 3.4.2.2).

use crate::site::{ENTERPRISE, SEARCH, found, make, make_device, names, path, refused};
use crate::support::{GROUP, Site, USER, encode, user};
use serde_json::json;

/// Three people to be found.
async fn people(site: &Site) {
    for (name, title, kind, city) in [
        ("Ann", Some("Guide"), "Employee", "home"),
        ("bob", None, "Employee", "work"),
        ("Cid", Some("Chef"), "Intern", "work"),
    ] {
        let mut attributes = json!({
            "userName": name, "externalId": format!("Ext-{name}"), "userType": kind, "active": name != "bob",
            "name": { "givenName": format!("G{name}") },
            "emails": [{ "value": format!("{name}@{city}.example"), "type": city }, { "value": "shared@other.example", "type": "other" }],
        });
        if let Some(title) = title {
            attributes["title"] = title.into();
        }
        make(site, attributes).await;
    }
}

/// Each filter finds those whose initials follow it.
async fn hold(site: &Site, cases: &[(&str, &str)]) {
    for (filter, expected) in cases {
        let initials: String =
            found(site, filter).await.iter().map(|n| n.to_lowercase().chars().next().unwrap()).collect();
        assert_eq!(initials, *expected, "{filter}");
    }
}

async fn all_refused(site: &Site, filters: &[&str]) {
    for filter in filters {
        let answer = site.scim.find("/Users", filter).await;
        refused(&answer, 400, "invalidFilter");
    }
}

cases! {
    ["RFC7644-5-01", "RFC7644-7.8-01"] texts_are_prepared_before_they_are_compared(site) {
        let (composed, apart, wide) = ("ren\u{e9}e", "rene\u{301}e", "\u{ff52}\u{ff45}ne\u{301}e");
        let made = make(&site, json!({ "userName": composed, "displayName": "Ren\u{e9}e", "externalId": composed })).await;
        for name in [composed, apart, wide, "REN\u{c9}E"] {
            refused(&site.scim.post("/Users", json!({ "schemas": [USER], "userName": name })).await, 409, "uniqueness");
            for attribute in ["userName", "displayName"] {
                assert_eq!(found(&site, &format!("{attribute} eq \"{name}\"")).await, [composed], "{attribute} {name}");
            }
            assert_eq!(found(&site, &format!("userName sw \"{name}\" and not (title pr)")).await, [composed], "{name}");
        }
        assert_eq!(found(&site, &format!("externalId eq \"{wide}\"")).await, [""; 0], "widths are case, and case counts");
        assert_eq!(made.body["userName"], composed, "it is shown as it was sent");
        let other = make(&site, json!({ "userName": "renee" })).await.id();
        let taken = json!([{ "op": "replace", "path": "userName", "value": apart }]);
        refused(&site.scim.patch(&path(&other), taken).await, 409, "uniqueness");
        assert_eq!(site.scim.post("/Groups", json!({ "schemas": [GROUP], "displayName": composed })).await.status, 201);
        assert_eq!(names(&site.scim.find("/Groups", &format!("displayName eq \"{apart}\"")).await), [composed]);
    }
    ["RFC7643-2.3.6-04", "RFC7643-2.3.7-04", "RFC7643-7-25"] case_counts_in_references_and_binaries(site) {
        let owner = "https://x.example/Users/a";
        make_device(&site, "1", json!({ "key": "QUJD", "owner": owner, "code": "AbC", "label": "AbC" })).await;
        for (filter, total) in [
            ("key eq \"QUJD\"", 1), ("key eq \"qujd\"", 0), ("code eq \"AbC\"", 1), ("code eq \"abc\"", 0),
            ("label eq \"abc\"", 1), ("owner eq \"https://x.example/Users/a\"", 1), ("owner eq \"https://x.example/users/a\"", 0),
        ] {
            assert_eq!(site.scim.find("/Devices", filter).await.total(), total, "{filter}");
        }
        let user = site.scim.user("a").await;
        site.scim.group("g", &[&user]).await;
        let reference = format!("{}/Users/{user}", site.scim.base);
        for (value, total) in [(reference.clone(), 1), (reference.replace("/Users/", "/users/"), 0)] {
            assert_eq!(site.scim.find("/Groups", &format!("members.$ref eq \"{value}\"")).await.total(), total);
        }
        make(&site, json!({ "userName": "b", "emails": [{ "value": "B@x", "type": "Work" }] })).await;
        assert_eq!(found(&site, "emails[type eq \"WORK\" and value eq \"b@X\"]").await, ["b"]);
    }
    ["RFC7643-3.1-12"] ids_have_case(site) {
        let id = loop {
            let id = site.scim.user(&format!("u{}", site.scim.get("/Users").await.total())).await;
            if id.to_uppercase() != id {
                break id;
            }
        };
        assert_eq!(found(&site, &format!("id eq \"{id}\"")).await.len(), 1);
        assert!(found(&site, &format!("id eq \"{}\"", id.to_uppercase())).await.is_empty());
        refused(&site.scim.get(&path(&id.to_uppercase())).await, 404, "");
    }
    ["RFC7643-3.1-19"] external_ids_have_case(site) {
        make(&site, json!({ "userName": "a", "externalId": "AbC" })).await;
        hold(&site, &[("externalId eq \"abc\"", ""), ("externalId eq \"AbC\"", "a")]).await;
    }
    ["RFC7643-3.1-26"] the_types_name_has_case(site) {
        make(&site, json!({ "userName": "a" })).await;
        site.scim.group("g", &[]).await;
        assert_eq!(site.scim.find("/", "meta.resourceType eq \"user\"").await.total(), 0);
        assert_eq!(names(&site.scim.find("/", "meta.resourceType eq \"User\"").await), ["a"]);
    }
    ["RFC7643-4.1.1-04"] user_names_have_none(site) {
        make(&site, json!({ "userName": "BJensen" })).await;
        hold(&site, &[("userName eq \"bjensen\"", "b")]).await;
        refused(&site.scim.post("/Users", user("BJENSEN")).await, 409, "uniqueness");
    }
    ["RFC7643-5-19"] the_limit_is_told(site) {
        assert_eq!(site.scim.get("/ServiceProviderConfig").await.body["filter"]["maxResults"].as_u64(), Some(200));
    }
    ["RFC7643-7-22", "RFC7644-3.4.2.2-43"] case_as_the_schema_has_it(site) {
        people(&site).await;
        hold(&site, &[
            ("userName eq \"ANN\"", "a"), ("userName co \"NN\"", "a"), ("userName sw \"AN\"", "a"), ("userName ew \"NN\"", "a"),
            ("externalId eq \"ext-Ann\"", ""), ("externalId co \"ext\"", ""), ("externalId sw \"ext\"", ""), ("externalId ew \"ANN\"", ""),
            ("externalId eq \"Ext-Ann\"", "a"), ("externalId sw \"Ext\"", "abc"), ("externalId ew \"Ann\"", "a"), ("externalId co \"xt-A\"", "a"),
        ]).await;
    }
    ["RFC7644-3.4.2.1-06", "RFC7644-3.4.2.1-07", "RFC7644-3.4.2.1-08"] filters_over_several_types(site) {
        people(&site).await;
        site.scim.group("g", &[]).await;
        for (filter, expected) in [
            ("userName pr", vec!["Ann", "bob", "Cid"]),
            ("not (userName pr)", vec!["g"]),
            ("members.value eq \"x\"", vec![]),
            ("displayName eq \"G\" or userName eq \"BOB\"", vec!["bob", "g"]),
            ("title pr and (userName eq \"ann\" or userName eq \"bob\")", vec!["Ann"]),
        ] {
            assert_eq!(names(&site.scim.find("/", filter).await), expected, "{filter}");
        }
    }
    ["RFC7644-3.4.2.2-04", "RFC7644-3.4.2.2-10", "RFC7644-3.4.2.2-11", "RFC7644-3.4.2.2-12", "RFC7644-3.4.2.2-13",
     "RFC7644-3.4.2.2-14", "RFC7644-3.4.2.2-15"] operators_on_text(site) {
        people(&site).await;
        hold(&site, &[
            ("userName eq \"Ann\"", "a"), ("userName eq \"An\"", ""), ("active eq true", "ac"), ("active eq false", "b"),
            ("userName ne \"Ann\"", "bc"), ("userName co \"n\"", "a"), ("userName sw \"A\"", "a"), ("userName sw \"Ann\"", "a"),
            ("userName ew \"b\"", "b"), ("userName ew \"bob\"", "b"), ("title pr", "ac"), ("name pr", "abc"), ("nickName pr", ""),
            ("emails pr", "abc"), ("roles pr", ""),
        ]).await;
    }
    ["RFC7644-3.4.2.2-16", "RFC7644-3.4.2.2-17", "RFC7644-3.4.2.2-18", "RFC7644-3.4.2.2-19"] operators_of_order(site) {
        people(&site).await;
        let of = |name: &'static str| {
            let site = &site;
            async move { site.scim.find("/Users", &format!("userName eq \"{name}\"")).await.body["Resources"][0]["meta"]["created"].as_str().unwrap().to_owned() }
        };
        let bob = of("bob").await;
        for (op, expected) in [("gt", "c"), ("ge", "bc"), ("lt", "a"), ("le", "ab")] {
            hold(&site, &[(&format!("meta.created {op} \"{bob}\""), expected)]).await;
            hold(&site, &[(&format!("userName {op} \"BOB\""), expected)]).await;
        }
        for (serial, ports) in [("9", 9), ("10", 10)] {
            make_device(&site, serial, json!({ "ports": ports })).await;
        }
        for (filter, total) in [("ports gt 9", 1), ("ports ge 9", 2), ("ports lt 10", 1), ("ports le 9", 1), ("ports gt 100", 0)] {
            assert_eq!(site.scim.find("/Devices", filter).await.total(), total, "{filter}");
        }
    }
    ["RFC7644-3.4.2.2-20", "RFC7644-3.4.2.2-21", "RFC7644-3.4.2.2-22", "RFC7644-3.4.2.2-23"] no_order_of_truth(site) {
        for op in ["gt", "ge", "lt", "le"] {
            let (a, b) = (format!("active {op} true"), format!("x509Certificates.value {op} \"AA==\""));
            all_refused(&site, &[&a, &b]).await;
        }
    }
    ["RFC7644-3.4.2.2-24", "RFC7644-3.4.2.2-25", "RFC7644-3.4.2.2-26", "RFC7644-3.4.2.2-35"] logic(site) {
        people(&site).await;
        hold(&site, &[
            ("title pr and userType eq \"Employee\"", "a"),
            ("title pr or userType eq \"Intern\"", "ac"),
            ("not (userType eq \"Employee\") and userName pr", "c"),
            ("not(userType eq \"Employee\") and userName pr", "c"),
            ("userName eq \"ann\" or title pr and userType eq \"Intern\"", "ac"),
            ("(userName eq \"ann\" or title pr) and userType eq \"Intern\"", "c"),
            ("not (title pr) and userType eq \"Employee\"", "b"),
            ("not (title pr and userType eq \"Employee\")", "bc"),
        ]).await;
    }
    ["RFC7644-3.4.2.2-05", "RFC7644-3.10-05"] names_and_operators_have_no_case(site) {
        people(&site).await;
        hold(&site, &[
            ("USERNAME EQ \"ann\"", "a"), ("userName eQ \"ann\" OR TITLE Pr AND not (userType Eq \"Employee\")", "ac"),
            ("EMAILS[TYPE eq \"home\"]", "a"), ("URN:IETF:PARAMS:SCIM:SCHEMAS:CORE:2.0:USER:USERNAME eq \"ann\"", "a"),
        ]).await;
        let shown = site.scim.get("/Users?attributes=URN:IETF:PARAMS:SCIM:SCHEMAS:CORE:2.0:USER:USERNAME").await;
        assert_eq!(names(&shown), ["Ann", "bob", "Cid"]);
        let at = path(&shown.ids()[0]);
        let op = json!([{ "op": "replace", "path": "URN:IETF:PARAMS:SCIM:SCHEMAS:CORE:2.0:USER:NAME.GIVENNAME", "value": "x" }]);
        assert_eq!(site.scim.patch(&at, op).await.body["name"]["givenName"], "x");
    }
    ["RFC7644-3.4.2.2-06", "RFC7644-3.4.2.2-07", "RFC7644-3.4.2.2-30", "RFC7644-3.4.2.2-32", "RFC7644-3.4.2.2-40"]
    what_is_no_filter(site) {
        all_refused(&site, &[
            "", "userName", "eq", "\"x\" eq userName", "userName \"x\"", "userName eq", "emails[userName eq \"x\"]", "emails[]",
            "emails[type]", "(userName pr", "userName pr)", "userName pr andtitle pr", "userName eq 'x'", "userName eq x",
            "userName eq yes", "userName pr garbage", "userName regex \"x\"", "emails[type eq \"a\"", "userName eq \"x",
        ]).await;
    }
    ["RFC7644-3.4.2.2-29", "RFC7644-3.4.2.2-36"] one_value_or_any(site) {
        people(&site).await;
        hold(&site, &[
            ("emails[type eq \"work\" and value co \"shared\"]", ""),
            ("emails.type eq \"work\" and emails.value co \"shared\"", "bc"),
            ("emails[type eq \"work\" and value sw \"BOB\"]", "b"),
            ("emails.value eq \"shared@other.example\"", "abc"),
        ]).await;
    }
    ["RFC7644-3.4.2.2-33"] literals_are_those_of_json(site) {
        make(&site, json!({ "userName": "a\"b\\c\u{e9}" })).await;
        hold(&site, &[
            ("userName eq \"a\\\"b\\\\c\\u00e9\"", "a"), ("active eq true", "a"), ("title eq null", "a"), ("active eq false", ""),
        ]).await;
    }
    ["RFC7644-3.4.2.2-34", "RFC7644-3.10-01", "RFC7644-3.10-04"] names_may_have_their_urn(site) {
        let made = make(&site, json!({ "userName": "a", "name": { "givenName": "G" }, "schemas": [USER, ENTERPRISE], (ENTERPRISE): { "employeeNumber": "1" } })).await;
        make(&site, json!({ "userName": "b" })).await;
        hold(&site, &[
            (&format!("{USER}:userName eq \"a\""), "a"), (&format!("{ENTERPRISE}:employeeNumber eq \"1\""), "a"),
            ("name.givenName eq \"g\"", "a"), (&format!("{USER}:name.givenName eq \"G\""), "a"),
        ]).await;
        let shown = site.scim.get(&format!("/Users?attributes={USER}:userName&sortBy={USER}:userName&sortOrder=descending")).await;
        assert_eq!(names(&shown), ["b", "a"]);
        let op = json!([{ "op": "replace", "path": format!("{USER}:userName"), "value": "c" }]);
        assert_eq!(site.scim.patch(&path(&made.id()), op).await.body["userName"], "c");
    }
    ["RFC7644-3.4.2.2-37"] complex_attributes_by_their_parts(site) {
        people(&site).await;
        hold(&site, &[("name.givenName eq \"GAnn\"", "a")]).await;
        all_refused(&site, &["name eq \"GAnn\""]).await;
    }
    ["RFC7644-3.4.2.2-38"] defaults_can_be_found(site) {
        let made = make(&site, json!({ "userName": "a" })).await;
        assert_eq!(made.body["active"], true);
        hold(&site, &[("active eq true", "a"), ("active pr", "a")]).await;
    }
    ["RFC7644-3.4.2.2-45"] the_examples_of_the_rfc(site) {
        for filter in [
            "userName eq \"bjensen\"", "name.familyName co \"O'Malley\"", "userName sw \"J\"",
            "urn:ietf:params:scim:schemas:core:2.0:User:userName sw \"J\"", "title pr",
            "meta.lastModified gt \"2011-05-13T04:42:34Z\"", "meta.lastModified ge \"2011-05-13T04:42:34Z\"",
            "meta.lastModified lt \"2011-05-13T04:42:34Z\"", "meta.lastModified le \"2011-05-13T04:42:34Z\"",
            "title pr and userType eq \"Employee\"", "title pr or userType eq \"Intern\"",
            "schemas eq \"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\"",
            "userType eq \"Employee\" and (emails co \"example.com\" or emails.value co \"example.org\")",
            "userType ne \"Employee\" and not (emails co \"example.com\" or emails.value co \"example.org\")",
            "userType eq \"Employee\" and (emails.type eq \"work\")",
            "userType eq \"Employee\" and emails[type eq \"work\" and value co \"@example.com\"]",
            "emails[type eq \"work\" and value co \"@example.com\"] or ims[type eq \"xmpp\" and value co \"@foo.com\"]",
        ] {
            assert_eq!(site.scim.get(&format!("/Users?filter={}", encode(filter))).await.status, 200, "{filter}");
        }
    }
    ["RFC7644-3.4.3-10"] the_filter_in_a_body(site) {
        let wrong = json!({ "schemas": [SEARCH], "filter": "userName eq" });
        refused(&site.scim.post("/Users/.search", wrong).await, 400, "invalidFilter");
    }
}
