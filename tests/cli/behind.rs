//! A target behind a real nginx that is not always able to reach it, slow, or elsewhere: whose fault is what comes?

use super::support::{Place, Served, until};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

/// nginx, ended with the test.
pub(super) struct Nginx(Child);

impl Nginx {
    /// With these servers; `None` where there is no nginx.
    #[expect(clippy::print_stderr, reason = "whoever reads the test's output learns what was left out")]
    pub(super) fn start(place: &Place, servers: &str, port: u16) -> Option<Self> {
        let program = ["/usr/sbin/nginx", "/usr/local/sbin/nginx", "/usr/bin/nginx"]
            .into_iter()
            .find(|p| std::path::Path::new(p).exists());
        let Some(program) = program else {
            eprintln!("left out: there is no nginx here (apt-get install nginx-light)");
            return None;
        };
        let here = place.path().display();
        let config = format!(
            "daemon off; master_process off; pid {here}/nginx.pid; error_log {here}/nginx.log;\n\
             events {{}}\nhttp {{ access_log off; client_body_temp_path {here}/b; proxy_temp_path {here}/p; fastcgi_temp_path {here}/f;\n\
             uwsgi_temp_path {here}/u; scgi_temp_path {here}/s; proxy_set_header Host $http_host; proxy_redirect off;\n{servers}\n}}\n"
        );
        std::fs::write(place.path().join("nginx.conf"), config).unwrap();
        let mut command = Command::new(program);
        command.args(["-c", &format!("{here}/nginx.conf"), "-p", &here.to_string()]);
        let started = Self(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
        until("nginx listens", || TcpStream::connect(("127.0.0.1", port)).is_ok());
        Some(started)
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _may_have_ended = self.0.kill();
        let _reaped = self.0.wait();
    }
}

/// A port nobody listens on.
pub(super) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

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
    let Some(_nginx) = Nginx::start(&place, &now_and_then(&served, port, 12), port) else { return };
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
