//! A real forward proxy between here and a target: HTTPS by CONNECT, with a user and a password, refusing, gone, and passed by.

use super::access::Authority;
use super::nginx::{Nginx, free_port};
use super::support::{Place, Ran, Served, ended, until};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

const ANY: &[&str] = &["--tags", "@F095", "--idp", "entra/default"];
const PASSWORD: &str = "hunter2-for-the-proxy";
/// `me` and the password, as HTTP Basic writes them.
const BASIC: &str = "bWU6aHVudGVyMi1mb3ItdGhlLXByb3h5";

/// tinyproxy, ended with the test.
struct Tinyproxy {
    child: Child,
    port: u16,
    log: std::path::PathBuf,
}

impl Tinyproxy {
    /// With more lines of configuration; `None` where there is no tinyproxy.
    #[expect(clippy::print_stderr, reason = "whoever reads the test's output learns what was left out")]
    fn start(place: &Place, more: &str) -> Option<Self> {
        let Some(program) = ["/usr/bin/tinyproxy", "/usr/sbin/tinyproxy", "/usr/local/bin/tinyproxy"]
            .into_iter()
            .find(|p| std::path::Path::new(p).exists())
        else {
            eprintln!("left out: there is no tinyproxy here (apt-get install tinyproxy-bin)");
            return None;
        };
        let port = free_port();
        let log = place.path().join(format!("tinyproxy.{port}.log"));
        let conf = place.path().join(format!("tinyproxy.{port}.conf"));
        let text = format!(
            "Port {port}\nListen 127.0.0.1\nTimeout 600\nMaxClients 100\nLogLevel Connect\nLogFile \"{}\"\n{more}\n",
            log.display()
        );
        std::fs::write(&conf, text).unwrap();
        let mut command = Command::new(program);
        command.arg("-d").arg("-c").arg(conf).stdout(Stdio::null()).stderr(Stdio::null());
        let started = Self { child: command.spawn().unwrap(), port, log };
        until("tinyproxy listens", || TcpStream::connect(("127.0.0.1", port)).is_ok());
        Some(started)
    }

    /// What it was asked for, a line of HTTP each.
    fn asked(&self) -> Vec<String> {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        text.lines()
            .filter_map(|l| Some(l.split_once("Request (file descriptor")?.1.split_once("): ")?.1.to_owned()))
            .collect()
    }
}

impl Drop for Tinyproxy {
    fn drop(&mut self) {
        let _may_have_ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// A served provider behind an nginx that speaks TLS and writes down who passed a proxy's password on.
struct Secured {
    place: Place,
    served: Served,
    port: u16,
    _nginx: Nginx,
}

impl Secured {
    /// `0.0.0.0` is this machine too, and no name the environment's proxy is left out for.
    fn start(name: &str) -> Option<Self> {
        let place = Place::new();
        let served = Served::start(&place, &[]);
        let ca = Authority::new();
        let (certificate, key) = ca.sign(name, |_| {});
        for (file, text) in [("ca.pem", ca.0.pem()), ("nginx.pem", certificate), ("nginx.key", key)] {
            std::fs::write(place.path().join(file), text).unwrap();
        }
        let (port, here, root) = (free_port(), place.path().display(), served.base.strip_suffix("/scim/v2").unwrap());
        let servers = format!(
            "log_format seen '$request_method $http_proxy_authorization';\n\
             server {{ listen 127.0.0.1:{port} ssl; ssl_certificate {here}/nginx.pem; ssl_certificate_key {here}/nginx.key;\n\
             access_log {here}/seen.log seen; location / {{ proxy_pass {root}; proxy_set_header X-Forwarded-Proto https; }} }}"
        );
        let nginx = Nginx::start(&place, &servers, port)?;
        Some(Self { place, served, port, _nginx: nginx })
    }

    fn run(&self, name: &str, more: &str, args: &[&str], environment: &[(&str, &str)]) -> Ran {
        let base = format!("https://{name}:{}/scim/v2", self.port);
        let settings = format!(
            "[targets.x]\nbase_url = \"{base}\"\nauth = {{ kind = \"bearer\", token = {{ env = \"TOKEN\" }} }}\ntls = {{ ca = \"ca.pem\" }}\n{more}\n"
        );
        std::fs::write(self.place.path().join("scimulate.toml"), settings).unwrap();
        let mut command = self.place.command(&[&["run", "--target", "x"], args].concat());
        let ran = ended(command.env("PROXY_PASSWORD", PASSWORD).envs(environment.iter().copied()).spawn().unwrap());
        for secret in [PASSWORD, BASIC] {
            assert!(!ran.out.contains(secret) && !ran.err.contains(secret), "{ran:#?}");
        }
        ran
    }
}

fn with_password(port: u16) -> String {
    format!("proxy = {{ url = \"http://127.0.0.1:{port}\", user = \"me\", password = {{ env = \"PROXY_PASSWORD\" }} }}")
}

#[test]
fn https_goes_through_a_proxy_and_its_password_no_further() {
    let Some(target) = Secured::start("127.0.0.1") else { return };
    let Some(proxy) = Tinyproxy::start(&target.place, &format!("BasicAuth me {PASSWORD}")) else { return };
    let ran = target.run("127.0.0.1", &with_password(proxy.port), &[ANY, &["--report", "json=run.json"]].concat(), &[]);
    ran.expect(0, &["conformant", "left as found"]);
    let asked = proxy.asked();
    let line = format!("CONNECT 127.0.0.1:{} HTTP/1.1", target.port);
    assert!(!asked.is_empty() && asked.iter().all(|l| *l == line), "{asked:?}");
    let seen = std::fs::read_to_string(target.place.path().join("seen.log")).unwrap();
    assert!(seen.lines().count() > 10 && seen.lines().all(|l| l.ends_with(" -")), "{seen}");
    let record = std::fs::read_to_string(target.place.path().join("run.json")).unwrap();
    for secret in [PASSWORD, BASIC] {
        assert!(!record.contains(secret));
    }
    let at = format!("http://127.0.0.1:{} is asked", proxy.port);
    target.run("127.0.0.1", &with_password(proxy.port), &["--preflight-only"], &[]).expect(0, &["ok    proxy", &at]);
    target.served.expect_empty();
}

#[test]
fn a_proxy_that_refuses_or_is_not_there_is_told_before_anything_is_sent() {
    let Some(target) = Secured::start("127.0.0.1") else { return };
    let Some(strict) = Tinyproxy::start(&target.place, &format!("BasicAuth me {PASSWORD}")) else { return };
    let Some(narrow) = Tinyproxy::start(&target.place, "ConnectPort 1") else { return };
    let plain = |port: u16| format!("proxy = {{ url = \"http://127.0.0.1:{port}\" }}");
    let wrong = format!(
        "proxy = {{ url = \"http://127.0.0.1:{}\", user = \"you\", password = {{ env = \"PROXY_PASSWORD\" }} }}",
        strict.port
    );
    let nowhere = "proxy = { url = \"http://no-such-proxy.invalid:3128\" }";
    for (settings, told) in [
        (plain(strict.port), "wants a user and a password, or others than it was given (407)"),
        // tinyproxy answers 401 to a wrong password.
        (wrong.clone(), "refuses the target's host or port or our password"),
        (plain(narrow.port), "does not let this through"),
        (plain(free_port()), "is not there: the connection was refused"),
        (nowhere.to_owned(), "no-such-proxy.invalid:3128 is not there: the host name does not resolve"),
    ] {
        let ran = target.run("127.0.0.1", &settings, &[], &[]);
        ran.expect(3, &["the proxy http://", told, "check proxy.url, proxy.user and proxy.password"]);
        target.run("127.0.0.1", &settings, &["--preflight-only"], &[]).expect(3, &["look  proxy", told]);
    }
    // In plain HTTP the proxy answers in the target's place.
    let served = Served::start(&target.place, &[]);
    let Some(silent) = Tinyproxy::start(&target.place, "Allow 10.9.8.7") else { return };
    for (settings, told) in [
        (plain(strict.port), "answered 407, and that seems to be the proxy"),
        (wrong, "answered 401, and that seems to be the proxy"),
        (plain(silent.port), "answered 403, and that seems to be the proxy"),
        (plain(free_port()), "is not there: the connection was refused"),
    ] {
        let text = format!(
            "[targets.x]\nbase_url = \"{}\"\nauth = {{ kind = \"bearer\", token = {{ env = \"TOKEN\" }} }}\n{settings}\n",
            served.base
        );
        std::fs::write(target.place.path().join("scimulate.toml"), text).unwrap();
        let mut command = target.place.command(&["run", "--target", "x"]);
        ended(command.env("PROXY_PASSWORD", PASSWORD).spawn().unwrap()).expect(3, &[told, "check proxy.url"]);
    }
    assert!(!std::fs::exists(target.place.path().join(".scimulate")).unwrap());
}

#[test]
fn the_environments_proxy_is_asked_but_for_its_exceptions() {
    let Some(target) = Secured::start("0.0.0.0") else { return };
    let Some(proxy) = Tinyproxy::start(&target.place, &format!("BasicAuth me {PASSWORD}")) else { return };
    let url = format!("http://me:{PASSWORD}@127.0.0.1:{}", proxy.port);
    let own = format!("0.0.0.0:{}", target.port);
    let mut count = proxy.asked().len();
    for (except, used) in [
        ("", true),
        ("other.example,10.0.0.0/8, 0.0.0.0:1", true),
        ("0.0.0.0", false),
        ("other.example, 0.0.0.0/8", false),
        (&own, false),
        ("*", false),
    ] {
        let environment = [("HTTPS_PROXY", url.as_str()), ("NO_PROXY", except)];
        let ran = target.run("0.0.0.0", "", &["--preflight-only"], &environment);
        ran.expect(0, &["accepted"]);
        assert_eq!(ran.out.contains("ok    proxy"), used, "{except}: {ran:#?}");
        assert_eq!(proxy.asked().len() > count, used, "{except}: {:?}", proxy.asked());
        count = proxy.asked().len();
        let shown = target.run("0.0.0.0", "", &["--show-settings"], &environment);
        let line = shown.out.lines().find(|l| l.starts_with("proxy ")).unwrap().to_owned();
        assert_eq!(line.contains("http://127.0.0.1"), used, "{line}");
        assert_eq!(line.ends_with("env NO_PROXY"), !used, "{line}");
    }
    // A name, and the domain it is in: who is asked shows where it is looked for.
    for (except, used) in [("", true), ("here.invalid", true), ("nowhere.invalid", false), (".invalid", false)] {
        let environment = [("HTTPS_PROXY", url.as_str()), ("NO_PROXY", except)];
        let ran = target.run("scim.nowhere.invalid", "", &["--preflight-only"], &environment);
        ran.expect(3, &[if used { "does not let this through" } else { "does not resolve" }]);
        assert_eq!(proxy.asked().len() > count, used, "{except}: {:?}", proxy.asked());
        count = proxy.asked().len();
    }
    // For this machine itself it is never asked, and `none` turns it off.
    let environment = [("HTTPS_PROXY", url.as_str()), ("ALL_PROXY", url.as_str())];
    target.run("0.0.0.0", "proxy.url = \"none\"", &["--preflight-only"], &environment).expect(0, &["accepted"]);
    target.run("127.0.0.1", "", &["--preflight-only"], &environment).expect(3, &["for another name"]);
    assert_eq!(proxy.asked().len(), count);
}
