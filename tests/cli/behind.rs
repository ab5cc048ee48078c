//! A target behind a real nginx that is not always able to reach it, slow, or elsewhere: whose fault is what comes?

use super::nginx::{Nginx, free_port};
use super::support::{Place, Served};

fn host(served: &Served) -> &str {
    served.base.strip_prefix("http://").unwrap().strip_suffix("/scim/v2").unwrap()
}

fn run(place: &Place, port: u16, args: &[&str]) -> super::support::Ran {
    let base = format!("http://127.0.0.1:{port}/scim/v2");
    place.run(&[&["run", "--target", &base, "--token-env", "TOKEN"], args].concat())
}

/// Every so-manieth request is answered 502 by the gateway: the other server behind it is not there.
fn now_and_then(served: &Served, port: u16, every: u16) -> String {
    let (live, nobody) = (host(served), free_port());
    format!(
        "upstream u {{ server {live} weight={} max_fails=0; server 127.0.0.1:{nobody} max_fails=0; }}\n\
         server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://u; proxy_next_upstream off; }} }}",
        every - 1
    )
}

#[test]
fn a_gateway_that_fails_now_and_then_is_no_defect_of_the_target() {
    let place = Place::new();
    let served = Served::start(&place, &[]);
    let port = free_port();
    let Some(_nginx) = Nginx::start(&place, &now_and_then(&served, port, 19), port) else { return };
    let ran = run(&place, port, &["--tags", "@F095", "--jobs", "1", "--report", "json=run.json"]);
    ran.decent();
    let record = place.json("run.json");
    let failing = |f: &&serde_json::Value| f["severity"] != "warning";
    assert_eq!(record["findings"].as_array().unwrap().iter().find(failing), None, "{ran:#?}");
    let totals = &record["totals"];
    assert_eq!(totals["failed"], 0, "{ran:#?}");
    assert!(totals["repeats"]["harness"].as_u64().unwrap() > 0, "reads are sent again, and counted: {totals}");
    // A request of an IdP's is its own affair: where it does not try again, nothing can be said.
    assert!(totals["blocked"].as_u64().unwrap() > 0, "{totals}");
    assert!(totals["passed"].as_u64().unwrap() > 0, "{totals}");
    ran.expect(3, &["was answered 502: a gateway in front of the target got no answer from it", "left as found"]);
    served.expect_empty();
}

#[test]
fn a_gateway_that_reaches_nobody_is_told_before_anything_is_sent() {
    let place = Place::new();
    let (port, nobody) = (free_port(), free_port());
    let servers =
        format!("server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://127.0.0.1:{nobody}; }} }}");
    let Some(_nginx) = Nginx::start(&place, &servers, port) else { return };
    run(&place, port, &[])
        .expect(3, &["answered 502", "a gateway in front of the target", "is the server behind the gateway up"]);
}

#[test]
fn slow_answers_are_waited_for_and_too_slow_ones_are_no_verdict() {
    let place = Place::new();
    let served = Served::start(&place, &[]);
    let (slow, endless) = (free_port(), free_port());
    let servers = [(slow, 20_000), (endless, 20)].map(|(port, rate)| {
        let to = host(&served);
        format!("server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://{to}; limit_rate {rate}; }} }}\n")
    });
    let Some(_nginx) = Nginx::start(&place, &servers.concat(), slow) else { return };
    run(&place, slow, &["--tags", "@F095"]).expect(0, &["conformant", "left as found"]);
    run(&place, endless, &["--tags", "@F095", "--timeout", "1s"])
        .expect(3, &["the server accepts connections but does not answer", "--timeout"]);
    served.expect_empty();
}

#[test]
fn a_redirect_is_told_with_the_base_url_it_points_to() {
    let place = Place::new();
    let (secure, moved) = (free_port(), free_port());
    let servers = format!(
        "server {{ listen 127.0.0.1:{secure}; return 301 https://scim.example$request_uri; }}\n\
         server {{ listen 127.0.0.1:{moved}; location /scim/v2 {{ rewrite ^/scim/v2(.*)$ /api/scim/v2$1 permanent; }} }}"
    );
    let Some(_nginx) = Nginx::start(&place, &servers, secure) else { return };
    let told = "name https://scim.example/scim/v2 as the base URL, if you trust it";
    run(&place, secure, &[]).expect(3, &["answered 301, a redirect to https://scim.example/scim/v2/Users", told]);
    let told = format!("name http://127.0.0.1:{moved}/api/scim/v2 as the base URL, if you trust it");
    run(&place, moved, &[]).expect(3, &["answered 301", "it is not followed, because the token would travel", &told]);
}
