//! Paging by cursor (RFC 9865).

use crate::site::{SEARCH, names, refused, strict, with};
use crate::support::{Answer, Client, Site, encode};
use serde_json::{Value, json};

async fn crowd(site: &Site, names: &[&str]) {
    for name in names {
        site.scim.user(name).await;
    }
}

/// Every page of a walk.
async fn walk(scim: &Client, query: &str) -> Vec<Answer> {
    let mut pages = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = scim.get(&format!("/Users?{query}&cursor={cursor}")).await;
        assert_eq!(page.status, 200, "{page:?}");
        let next = page.body.get("nextCursor").and_then(Value::as_str).map(str::to_owned);
        pages.push(page);
        match next {
            Some(next) => cursor = next,
            None => return pages,
        }
        assert!(pages.len() < 20, "a walk without end");
    }
}

fn all_names(pages: &[Answer]) -> Vec<String> {
    pages.iter().flat_map(names).collect()
}

cases! {
    ["RFC9865-2-02", "RFC9865-2-05", "RFC9865-2-08", "RFC9865-2-09", "RFC9865-2-12"] a_walk_in_pages(site) {
        crowd(&site, &["d", "b", "a", "e", "c"]).await;
        let filter = format!("filter={}", encode("userName lt \"e\""));
        for (query, expected) in [
            ("count=2", "dbaec"), ("count=5", "dbaec"), ("count=1", "dbaec"),
            ("count=2&sortBy=userName", "abcde"), ("count=2&sortBy=userName&sortOrder=descending", "edcba"),
            (&format!("count=2&{filter}"), "dbac"), (&format!("count=2&sortBy=meta.created&{filter}"), "dbac"),
            ("count=2&sortBy=title", "dbaec"),
        ] {
            let pages = walk(&site.scim, query).await;
            assert_eq!(all_names(&pages).concat(), expected, "{query}");
            let (last, others) = pages.split_last().unwrap();
            assert!(last.body.get("nextCursor").is_none() && !last.ids().is_empty());
            for page in others {
                let cursor = page.body["nextCursor"].as_str().unwrap();
                assert!(cursor.chars().all(|c| c.is_ascii_alphanumeric() || "-._~".contains(c)), "{cursor}");
            }
            for page in &pages {
                assert!(page.body.get("previousCursor").is_none());
                assert!(page.ids().len() <= 5 && (!query.starts_with("count=2") || page.ids().len() <= 2));
                assert_eq!(page.total(), expected.len() as u64);
            }
        }
        assert!(site.scim.get("/Users?cursor=").await.body.get("nextCursor").is_none());
    }
    ["RFC9865-2-03", "RFC9865-2-04"] a_count_of_none(site) {
        crowd(&site, &["a", "b"]).await;
        for count in ["0", "-1"] {
            let answer = site.scim.get(&format!("/Users?cursor=&count={count}")).await;
            assert_eq!((answer.status, answer.total(), answer.ids().len()), (200, 2, 0));
        }
        refused(&site.scim.get("/Users?cursor=&count=x").await, 400, "invalidCount");
    }
    ["RFC9865-2.4-02"] the_default_is_by_index(_site) {
        let mut behaviour = strict();
        behaviour.default_page = 1;
        let site = with(behaviour).await;
        crowd(&site, &["a", "b"]).await;
        let published = site.scim.get("/ServiceProviderConfig").await.body["pagination"]["defaultPaginationMethod"].clone();
        assert_eq!(published, "index");
        for _ in 0..2 {
            let answer = site.scim.get("/Users").await;
            assert_eq!((answer.body.get("nextCursor"), &answer.body["startIndex"]), (None, &json!(1)));
        }
    }
    ["RFC9865-3-01"] a_walk_by_search(site) {
        crowd(&site, &["a", "b", "c"]).await;
        for path in ["/Users/.search", "/.search"] {
            let mut seen = Vec::new();
            let mut cursor = json!("");
            while cursor.is_string() {
                let answer = site.scim.post(path, json!({ "schemas": [SEARCH], "cursor": cursor, "count": 2 })).await;
                seen.extend(names(&answer));
                cursor = answer.body["nextCursor"].clone();
            }
            assert_eq!(seen, ["a", "b", "c"]);
        }
    }
    ["RFC9865-4-03", "RFC9865-4-04"] the_configuration_says_so(site) {
        let pagination = site.scim.get("/ServiceProviderConfig").await.body["pagination"].clone();
        assert_eq!((&pagination["cursor"], &pagination["index"]), (&json!(true), &json!(true)));
        assert!(pagination["cursorTimeout"].as_u64().unwrap() > 0 && pagination["maxPageSize"] == 200);
    }
    ["RFC9865-5.2-01", "RFC9865-5.2-02"] a_cursor_grants_nothing(site) {
        crowd(&site, &["a", "b", "c"]).await;
        let cursor = site.scim.get("/Users?cursor=&count=1").await.body["nextCursor"].as_str().unwrap().to_owned();
        let next = format!("/Users?cursor={cursor}&count=1");
        let anonymous = Client { token: String::new(), ..site.scim.clone() };
        refused(&anonymous.get(&next).await, 401, "");
        refused(&site.tenant("other").await.get(&next).await, 400, "invalidCursor");
        assert_eq!(names(&site.scim.get(&next).await), ["b"]);
    }
    ["RFC9865-5.2-06"] wrong_cursors_look_alike(site) {
        crowd(&site, &["a", "b", "c"]).await;
        let own = site.scim.get("/Users?cursor=&count=1").await.body["nextCursor"].as_str().unwrap().to_owned();
        let other = site.tenant("other").await;
        other.user("x").await;
        other.user("y").await;
        let foreign = other.get("/Users?cursor=&count=1").await.body["nextCursor"].as_str().unwrap().to_owned();
        let mut bodies = Vec::new();
        for wrong in [
            "nothing".to_owned(), "x".into(), "%C3%A9".repeat(20), "0".repeat(80), foreign, own.replace('a', "b").replace('2', "3"),
            format!("{own}&sortBy=userName"), format!("{own}&filter=userName%20pr"),
        ] {
            let answer = site.scim.get(&format!("/Users?count=1&cursor={wrong}")).await;
            refused(&answer, 400, "invalidCursor");
            bodies.push(answer.body);
        }
        assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]), "{bodies:?}");
    }
}

#[tokio::test]
async fn nobody_is_lost_or_seen_twice_while_data_change() {
    let site = with(strict()).await;
    crowd(&site, &["c", "a", "e", "g"]).await;
    for (query, expected) in [("count=2", "egz"), ("count=2&sortBy=userName", "egz")] {
        let first = site.scim.get(&format!("/Users?{query}&cursor=")).await;
        let gone = site.scim.delete(&format!("/Users/{}", first.ids()[0])).await;
        assert_eq!(gone.status, 204);
        let late = site.scim.user("z").await;
        let cursor = first.body["nextCursor"].as_str().unwrap();
        let rest = site
            .scim
            .get(&format!("/Users?count=9&{}&cursor={cursor}", query.replace("count=2&", "").replace("count=2", "")))
            .await;
        let shown = names(&rest).concat();
        assert!(
            expected.ends_with('z') && shown.ends_with('z') && !names(&first).iter().any(|n| shown.contains(n)),
            "{shown}"
        );
        assert_eq!(site.scim.delete(&format!("/Users/{late}")).await.status, 204);
    }
}

#[tokio::test]
async fn a_cursor_ages() {
    let mut behaviour = strict();
    behaviour.cursor_timeout = 0;
    let site = with(behaviour).await;
    crowd(&site, &["a", "b", "c"]).await;
    let cursor = site.scim.get("/Users?cursor=&count=1").await.body["nextCursor"].as_str().unwrap().to_owned();
    assert_eq!(site.scim.get(&format!("/Users?cursor={cursor}")).await.status, 200);
    // A write moves the logical clock on.
    site.scim.user("d").await;
    refused(&site.scim.get(&format!("/Users?cursor={cursor}")).await, 400, "expiredCursor");
    refused(&site.scim.get(&format!("/Users?cursor={cursor}&startIndex=2")).await, 400, "invalidCursor");
}
