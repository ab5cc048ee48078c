//! Paging by index (RFC 7644 section 3.4.2.4).

use crate::site::{strict, with};
use crate::support::{Answer, Site};
use serde_json::json;

async fn five(site: &Site) -> Vec<String> {
    let mut ids = Vec::new();
    for n in 0..5 {
        ids.push(site.scim.user(&format!("u{n}")).await);
    }
    ids
}

async fn page(site: &Site, query: &str) -> Answer {
    let answer = site.scim.get(&format!("/Users?{query}")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer
}

cases! {
    ["RFC7643-5-20", "RFC7644-3.4.2.4-09"] the_server_has_a_limit(_site) {
        let mut behaviour = strict();
        (behaviour.max_page, behaviour.default_page) = (3, 2);
        let site = with(behaviour).await;
        five(&site).await;
        assert_eq!(site.scim.get("/ServiceProviderConfig").await.body["filter"]["maxResults"], 3);
        assert_eq!(page(&site, "count=4").await.ids().len(), 3);
        assert_eq!(page(&site, "").await.ids().len(), 2);
        assert_eq!(site.scim.find("/", "userName pr").await.ids().len(), 2);
    }
    ["RFC7644-3.4.2-09", "RFC7644-3.4.2-10"] a_partial_page_says_where_it_is(site) {
        five(&site).await;
        let answer = page(&site, "startIndex=2&count=1").await;
        assert_eq!((answer.body["startIndex"].as_u64(), answer.body["itemsPerPage"].as_u64()), (Some(2), Some(1)));
    }
    ["RFC7644-3.4.2.4-03", "RFC7644-3.4.2.4-04"] the_first_is_1(site) {
        let ids = five(&site).await;
        for query in ["", "startIndex=1", "startIndex=0", "startIndex=-5"] {
            let answer = page(&site, query).await;
            assert_eq!((answer.ids(), answer.body["startIndex"].as_u64()), (ids.clone(), Some(1)), "{query}");
        }
    }
    ["RFC7644-3.4.2.4-05", "RFC7644-3.4.2.4-07", "RFC7644-3.4.2.4-08"] no_more_than_count(site) {
        let ids = five(&site).await;
        for (count, shown) in [(1, 1), (3, 3), (9, 5), (0, 0), (-1, 0)] {
            let answer = page(&site, &format!("count={count}")).await;
            assert_eq!((answer.ids(), answer.total()), (ids[..shown].to_vec(), 5), "{count}");
        }
    }
    ["RFC7644-3.4.2.4-10"] counters_are_whole_numbers(site) {
        five(&site).await;
        for query in ["", "count=2", "count=0", "startIndex=99", "startIndex=-1&count=-1"] {
            let answer = page(&site, query).await;
            for name in ["totalResults", "itemsPerPage", "startIndex"] {
                assert!(answer.body[name].is_u64(), "{query}: {name}");
            }
            assert!(answer.total() >= answer.ids().len() as u64 && answer.body["startIndex"] != json!(0));
        }
    }
    ["RFC7644-3.4.2.4-11"] pages_visit_everybody_once(site) {
        let ids = five(&site).await;
        for filter in ["", "&filter=userName%20pr", "&sortBy=userName"] {
            let mut seen = Vec::new();
            for start in [1, 3, 5] {
                seen.extend(page(&site, &format!("startIndex={start}&count=2{filter}")).await.ids());
            }
            assert_eq!(seen, ids, "{filter}");
        }
    }
}
