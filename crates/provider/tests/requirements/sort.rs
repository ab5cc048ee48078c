//! Sorting (RFC 7644 section 3.4.2.3).

use crate::site::{SEARCH, make, names};
use crate::support::{Site, USER};
use serde_json::json;

async fn by(site: &Site, query: &str) -> String {
    names(&site.scim.get(&format!("/Users?{query}")).await).concat()
}

cases! {
    ["RFC7644-3.4.2.3-03", "RFC7644-3.4.2.3-07", "RFC7644-3.4.2.3-08"] an_attribute_decides(site) {
        for name in ["c", "a", "b"] {
            site.scim.user(name).await;
        }
        assert_eq!(by(&site, "sortBy=userName").await, "abc");
        assert_eq!(by(&site, "sortBy=userName&sortOrder=ascending").await, "abc");
        assert_eq!(by(&site, "sortBy=userName&sortOrder=descending").await, "cba");
        assert_eq!(by(&site, "sortBy=meta.created").await, "cab");
    }
    ["RFC7644-3.4.2.3-04"] the_primary_value_or_the_first(site) {
        let two = |a: &str, b: &str, primary: bool| json!([{ "value": a }, { "value": b, "primary": primary }]);
        make(&site, json!({ "userName": "x", "emails": two("a@x", "z@x", true) })).await;
        make(&site, json!({ "userName": "y", "emails": two("m@x", "b@x", false) })).await;
        assert_eq!(by(&site, "sortBy=emails.value").await, "yx");
        assert_eq!(by(&site, "sortBy=emails").await, "yx");
    }
    ["RFC7644-3.4.2.3-05"] a_part_of_a_complex_attribute(site) {
        for (name, given) in [("x", "b"), ("y", "a")] {
            make(&site, json!({ "userName": name, "name": { "givenName": given } })).await;
        }
        assert_eq!(by(&site, "sortBy=name.givenName").await, "yx");
        assert_eq!(by(&site, &format!("sortBy={USER}:name.givenName")).await, "yx");
        assert_eq!(by(&site, "sortBy=name").await, "xy");
    }
    ["RFC7644-3.4.2.3-06"] no_value_is_last_and_first(site) {
        make(&site, json!({ "userName": "n" })).await;
        make(&site, json!({ "userName": "b", "title": "b" })).await;
        make(&site, json!({ "userName": "a", "title": "a" })).await;
        assert_eq!(by(&site, "sortBy=title").await, "abn");
        assert_eq!(by(&site, "sortBy=title&sortOrder=descending").await, "nba");
    }
    ["RFC7644-3.4.2.3-09", "RFC7644-3.4.2.3-10"] case_as_the_schema_has_it(site) {
        for name in ["B", "a", "C", "\u{c9}", "z", "\u{e4}"] {
            make(&site, json!({ "userName": name, "externalId": name })).await;
        }
        assert_eq!(by(&site, "sortBy=userName").await, "aBCz\u{e4}\u{c9}");
        assert_eq!(by(&site, "sortBy=externalId").await, "BCaz\u{c9}\u{e4}");
    }
    ["RFC7644-3.4.3-12", "RFC7644-3.4.3-13"] in_the_body_of_a_search(site) {
        for (name, family) in [("x", "b"), ("y", "c"), ("z", "a")] {
            make(&site, json!({ "userName": name, "name": { "familyName": family } })).await;
        }
        for (sort_by, expected) in [("userName", "xyz"), ("name.familyName", "zxy"), (&format!("{USER}:name.familyName"), "zxy")] {
            for at in ["/Users/.search", "/.search"] {
                let answer = site.scim.post(at, json!({ "schemas": [SEARCH], "sortBy": sort_by })).await;
                assert_eq!(names(&answer).concat(), expected, "{sort_by}");
            }
        }
    }
}
