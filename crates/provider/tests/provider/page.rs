//! The page of a served provider, and what it asks the admin API.

use crate::support::{Client, GROUP, Site, user};
use provider::{Clock, Faults, Page, Settings};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

const HOSTILE: &str = "<img src=x onerror=\"window.hostile=1;alert(1)\">";

async fn served() -> Site {
    let page = Page::new("rfc", "RFC 7643 and RFC 7644, as written");
    let faults = Faults::named(&["M095"]).unwrap();
    Site::with(Settings { faults, page: Some(page), ..Settings::default() }).await
}

/// A client of the page's own paths, without a token.
fn anonymous(site: &Site) -> Client {
    let base = site.running.page_url.trim_end_matches('/').to_owned();
    Client { http: site.scim.http.clone(), base, token: String::new() }
}

fn exchanges(body: &Value) -> &[Value] {
    body["exchanges"].as_array().unwrap()
}

#[tokio::test]
async fn the_page_comes_with_a_strict_policy_and_without_data() {
    let site = served().await;
    let page = anonymous(&site);
    site.scim.user("ann").await;
    for (path, media) in [
        ("/", "text/html; charset=utf-8"),
        ("/page/page.js", "text/javascript; charset=utf-8"),
        ("/page/style.css", "text/css; charset=utf-8"),
        ("/page/icon.svg", "image/svg+xml"),
    ] {
        let answer = page.get(path).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, media), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("x-frame-options"), "DENY");
        assert_eq!(answer.header("cache-control"), "no-store");
        let policy = answer.header("content-security-policy");
        for part in [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(part), "{policy}");
        }
        assert!(!policy.contains("unsafe") && !policy.contains('*'), "{policy}");
        for secret in [&site.running.token, &site.running.admin_token] {
            assert!(!answer.text.contains(secret.as_str()) && !answer.text.contains("ann@"), "{path}");
        }
    }
    assert_eq!(page.post("/", json!({})).await.status, 405);
    assert_eq!(page.get("/page/other.js").await.status, 404);
    assert_eq!(page.get("/page/..%2fpage.js").await.status, 404);
}

#[tokio::test]
async fn whoever_comes_under_another_name_or_from_another_page_learns_and_changes_nothing() {
    let site = Site::with(Settings {
        page: Some(Page::new("rfc", "plain")),
        allow_hosts: vec!["provider.test".to_owned()],
        ..Settings::default()
    })
    .await;
    let own = site.running.page_url.trim_start_matches("http://").trim_end_matches('/').to_owned();
    let made = json!({ "name": "acme" });
    for (host, origin, status) in [
        (own.as_str(), "", 0),
        ("localhost:80", "http://localhost:80", 0),
        ("provider.test", "https://provider.test", 0),
        ("evil.example", "", 421),
        ("evil.example", "http://evil.example", 421),
        (&own, "http://evil.example", 403),
        (&own, "null", 403),
    ] {
        let headers = [("host", host), ("origin", origin)];
        let headers = if origin.is_empty() { &headers[..1] } else { &headers[..] };
        let page = anonymous(&site).send("GET", "/", headers, None).await;
        assert_eq!(page.status, if status == 0 { 200 } else { status }, "{host} {origin}");
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        assert_eq!(page.text.contains("<script"), status == 0, "{host} {origin}");
        let admin = site.admin.send("POST", "/tenants", headers, Some(made.clone())).await;
        assert_eq!(admin.status, if status == 0 { 201 } else { status }, "{host} {origin}: {admin:?}");
        if status == 0 {
            assert_eq!(site.admin.send("DELETE", "/tenants/acme", &[], None).await.status, 204);
        } else {
            assert!(admin.body["error"].is_string() && admin.body.get("token").is_none());
        }
        // SCIM is behind proxies and in containers under any name, and asks for a token.
        assert_eq!(site.scim.send("GET", "/Users", headers, None).await.status, 200);
    }
}

#[tokio::test]
async fn without_the_setting_there_is_no_page_and_nothing_is_recorded() {
    let site = Site::correct().await;
    assert_eq!(anonymous(&site).get("/").await.status, 404);
    assert_eq!(anonymous(&site).get("/page/page.js").await.status, 404);
    site.scim.user("ann").await;
    let began = Instant::now();
    let answer = site.admin.get("/exchanges?since=0&wait=10").await;
    assert_eq!((answer.status, &answer.body["recording"]), (200, &json!(false)));
    assert!(exchanges(&answer.body).is_empty() && began.elapsed() < Duration::from_secs(5));
    let seen = site.admin.get("/overview").await.body;
    assert_eq!((&seen["profile"], &seen["recording"]), (&Value::Null, &json!(false)));
    assert_eq!(seen["tenants"][0]["users"], 1);
}

#[tokio::test]
async fn the_overview_says_what_is_served() {
    let site = served().await;
    site.tenant("acme").await.user("ann").await;
    let seen = site.admin.get("/overview").await;
    assert_eq!(seen.header("cache-control"), "no-store");
    assert_eq!(seen.body["profile"], json!({ "name": "rfc", "title": "RFC 7643 and RFC 7644, as written" }));
    assert_eq!((&seen.body["faults"][0]["id"], seen.body["faults"].as_array().unwrap().len()), (&json!("M095"), 1));
    let tenants: Vec<_> = seen.body["tenants"].as_array().unwrap().iter().map(|t| t["tenant"].as_str()).collect();
    assert_eq!(tenants, [Some("default"), Some("acme")]);
    assert_eq!((&seen.body["tenants"][1]["users"], &seen.body["tenants"][1]["groups"]), (&json!(1), &json!(0)));
}

#[tokio::test]
async fn strangers_learn_nothing_and_do_not_wait() {
    let site = served().await;
    let began = Instant::now();
    for token in ["", "wrong", site.scim.token.as_str()] {
        let stranger = Client { token: token.into(), ..site.admin.clone() };
        for path in ["/overview", "/exchanges?wait=10"] {
            let answer = stranger.get(path).await;
            assert_eq!(answer.status, 401);
            assert!(answer.body.get("tenants").is_none() && answer.body.get("exchanges").is_none());
        }
    }
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn exchanges_are_kept_without_secrets() {
    let site = served().await;
    let mut ann = user("ann");
    ann["password"] = json!("hunter2!");
    let made = site.scim.post("/Users", ann).await;
    assert_eq!(made.status, 201);
    let change = json!([{ "op": "replace", "path": "password", "value": "hunter3!" }]);
    site.scim.patch(&format!("/Users/{}", made.id()), change).await;
    site.scim.find("/Users", "password eq \"hunter4!\"").await;
    site.scim.find("/Users", "userName eq \"ann\"").await;
    let wrong = Client { token: "wrong-token-hunter5".into(), ..site.scim.clone() };
    assert_eq!(wrong.get("/Users").await.status, 401);
    let tokens = Client { token: String::new(), ..anonymous(&site) };
    tokens.post("/oauth/token?client_secret=hunter6!", json!({ "client_secret": "hunter7!" })).await;
    tokens.get("/nowhere?access_token=hunter8!").await;

    let seen = site.admin.get("/exchanges").await;
    let all = exchanges(&seen.body);
    let statuses: Vec<_> = all.iter().map(|e| (e["method"].as_str().unwrap(), e["status"].as_u64().unwrap())).collect();
    assert_eq!((all.len(), statuses[0], statuses[4], statuses[6]), (7, ("POST", 201), ("GET", 401), ("GET", 404)));
    assert!(!seen.text.contains("hunter"), "{}", seen.text);
    assert!(!seen.text.contains(&site.running.token) && !seen.text.contains(&site.running.admin_token));
    assert_eq!((&all[0]["path"], &all[0]["tenant"]), (&json!("/scim/v2/Users"), &json!("default")));
    assert!(all[0]["request"].as_str().unwrap().contains("\"userName\":\"ann\""), "{}", all[0]);
    assert!(all[0]["answer"].as_str().unwrap().contains(&made.id()));
    assert_eq!(all[3]["query"], "filter=userName eq \"ann\"");
    assert_eq!(all[6]["tenant"], Value::Null);
    let later = site.admin.get("/exchanges?since=6").await.body;
    assert_eq!((exchanges(&later).len(), &later["latest"]), (1, &json!(7)));
}

#[tokio::test]
async fn what_is_kept_is_what_went_out() {
    let names = ["conflict-without-scim-type", "token-echoed", "lost-answer-makes-twin"];
    let faults = Faults::named(&names).unwrap();
    let page = Some(Page::new("rfc", "plain"));
    let site = Site::with(Settings { faults, page, clock: Clock::logical(), ..Settings::default() }).await;
    assert_eq!(site.scim.post("/Users", json!({})).await.status, 400);
    assert!(site.scim.try_send("POST", "/Users", &[], Some(user("ann"))).await.is_err());
    site.scim.post("/Groups", json!({ "schemas": [GROUP], "displayName": "g" })).await;
    assert_eq!(site.scim.post("/Groups", json!({ "schemas": [GROUP], "displayName": "g" })).await.status, 409);
    let wrong = Client { token: "wrong-token-hunter5".into(), ..site.scim.clone() };
    assert!(wrong.get("/Users").await.text.contains("hunter5"));

    let seen = site.admin.get("/exchanges").await;
    let all = exchanges(&seen.body);
    let lost: Vec<bool> = all.iter().map(|e| e["lost"].as_bool().unwrap()).collect();
    assert_eq!(lost, [false, true, false, false, false], "{}", seen.text);
    let conflict = all[3]["answer"].as_str().unwrap();
    assert!(conflict.contains("detail") && !conflict.contains("scimType"), "{conflict}");
    assert!(!seen.text.contains("hunter5") && all[4]["answer"].as_str().unwrap().contains("[redacted]"));
}

#[tokio::test]
async fn a_question_waits_for_the_next_exchange_and_no_longer_than_the_service() {
    let site = served().await;
    let (asked, made) = tokio::join!(site.admin.get("/exchanges?since=0&wait=10"), async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        site.scim.user("ann").await
    });
    assert!(asked.text.contains(&made));
    let began = Instant::now();
    let admin = site.admin.clone();
    let waiting = tokio::spawn(async move { admin.get("/exchanges?since=1&wait=10").await });
    tokio::time::sleep(Duration::from_millis(200)).await;
    site.running.stop().await;
    assert!(exchanges(&waiting.await.unwrap().body).is_empty());
    assert!(began.elapsed() < Duration::from_secs(4), "{:?}", began.elapsed());
}

#[tokio::test]
async fn hostile_text_stays_json() {
    let site = served().await;
    assert_eq!(site.scim.post("/Users", user(HOSTILE)).await.status, 201);
    for path in ["/exchanges", "/tenants/default/state"] {
        let answer = site.admin.get(path).await;
        assert_eq!(answer.header("content-type"), "application/json");
    }
    assert_eq!(site.admin.get("/tenants/default/state").await.body["users"][0]["userName"], HOSTILE);
    let request = site.admin.get("/exchanges").await.body["exchanges"][0]["request"].clone();
    let request: Value = serde_json::from_str(request.as_str().unwrap()).unwrap();
    assert_eq!(request["userName"], HOSTILE);
}

/// The same page in a browser, where there is one. The screenshots stay where `SCIMULATE_PAGE_SHOTS` says.
#[tokio::test(flavor = "multi_thread")]
async fn the_page_works_in_a_browser() {
    let browser = std::env::var("CHROMIUM").unwrap_or_else(|_| "/usr/bin/chromium".into());
    let node = Command::new("node").arg("--version").output().is_ok_and(|out| out.status.success());
    if !node || !Path::new(&browser).exists() {
        skip("there is no node, or no Chromium at /usr/bin/chromium or $CHROMIUM");
        return;
    }
    let site = served().await;
    let mut ids = Vec::new();
    for name in ["ada@example.com", "ben@example.com", HOSTILE, "cleo@example.com"] {
        let mut person = user(name);
        person["password"] = json!("hunter2!");
        ids.push(site.scim.post("/Users", person).await.id());
    }
    site.scim.group("Engineering", &[&ids[0], &ids[1]]).await;
    site.scim.group(HOSTILE, &[&ids[2]]).await;
    site.scim
        .patch(&format!("/Users/{}", ids[1]), json!([{ "op": "replace", "path": "active", "value": false }]))
        .await;
    site.scim.find("/Users", &format!("userName eq {}", json!(HOSTILE))).await;
    site.scim.post("/Users", user("ada@example.com")).await;
    site.scim.find("/Users", "userName eq \"dora@example.com\"").await;
    let own = std::env::temp_dir().join(format!("scimulate-page-{}", std::process::id()));
    let shots = std::env::var_os("SCIMULATE_PAGE_SHOTS").map_or(own.clone(), Into::into);
    std::fs::create_dir_all(&shots).unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/page/serve.mjs");
    let (url, token, out) = (site.running.page_url.clone(), site.running.admin_token.clone(), shots.clone());
    let run = move || Command::new("node").arg(script).args([&url, &token]).arg(out).output().unwrap();
    let done = tokio::task::spawn_blocking(run).await.unwrap();
    let _gone_or_never_made = std::fs::remove_dir_all(own);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

#[expect(clippy::print_stderr, reason = "a test that was not made has to say so")]
fn skip(why: &str) {
    eprintln!("skipped: {why}");
}
