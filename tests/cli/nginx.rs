//! A real nginx in front of what a test serves.

use super::support::{Place, until};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// nginx, ended with the test.
pub(super) struct Nginx {
    child: Child,
    /// Where it listens, on this machine.
    pub(super) port: u16,
}

impl Nginx {
    /// With these servers, one of which listens on that port; `None` where there is no nginx.
    #[expect(clippy::print_stderr, reason = "whoever reads the test's output learns what was left out")]
    pub(super) fn start(place: &Place, servers: &str, port: u16) -> Option<Self> {
        let usual = ["/usr/sbin/nginx", "/usr/local/sbin/nginx", "/usr/bin/nginx"];
        let Some(program) = usual.into_iter().find(|program| Path::new(program).exists()) else {
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
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let started = Self { child, port };
        until("nginx listens", || TcpStream::connect(("127.0.0.1", port)).is_ok());
        Some(started)
    }

    /// In front of one provider, with this certificate and key, asking for client certificates of that authority.
    pub(super) fn demanding(place: &Place, behind: &str, ca: &str, (certificate, key): (&str, &str)) -> Option<Self> {
        for (name, text) in [("nginx-ca.pem", ca), ("nginx.pem", certificate), ("nginx.key", key)] {
            std::fs::write(place.path().join(name), text).unwrap();
        }
        let (here, port) = (place.path().display(), free_port());
        let server = format!(
            "server {{ listen 127.0.0.1:{port} ssl; ssl_certificate {here}/nginx.pem; ssl_certificate_key {here}/nginx.key;\n\
             ssl_client_certificate {here}/nginx-ca.pem; ssl_verify_client on; location / {{ proxy_pass {behind};\n\
             proxy_set_header Host $http_host; proxy_set_header X-Forwarded-Proto https; }} }}"
        );
        Self::start(place, &server, port)
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _may_have_ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// A port nobody listens on.
pub(super) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
