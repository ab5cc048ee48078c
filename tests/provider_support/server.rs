//! A provider that runs as a process of its own, its database file, and requests sent as bytes.

use super::{Client, Site};
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// The status and the body of an answer to bytes.
pub(crate) async fn raw(site: &Site, head: &str, body: &[u8]) -> (u16, serde_json::Value) {
    let mut stream = TcpStream::connect(site.running.addr).await.unwrap();
    let token = &site.scim.token;
    let head = format!(
        "{head} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(body).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    let text = String::from_utf8_lossy(&answer).into_owned();
    let status = text.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or_else(|| panic!("{text}"));
    let body = text.split_once("\r\n\r\n").map(|(_, body)| body).unwrap_or_default();
    (status, serde_json::from_str(body).unwrap_or_default())
}

/// A database file that goes with the test.
pub(crate) struct File(pub(crate) PathBuf);

impl File {
    pub(crate) fn new(name: &str) -> Self {
        Self(std::env::temp_dir().join(format!("scimulate-{name}-{}.db", std::process::id())))
    }
}

impl Drop for File {
    fn drop(&mut self) {
        for end in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{end}", self.0.display()));
        }
    }
}

/// A server of its own process, killed at the latest when this is dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) scim: Client,
}

impl Server {
    pub(crate) fn start(file: &File, http: &reqwest::Client, token: &str) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_scimulate"));
        command.args(["serve", "--db"]).arg(&file.0);
        Self::run(command, http, token)
    }

    /// A server that a shell starts after a line of its own, such as one that sets a limit.
    pub(crate) fn start_after(line: &str, arguments: &[&str], http: &reqwest::Client, token: &str) -> Self {
        let mut command = Command::new("sh");
        command.args(["-c", &format!("{line}; exec \"$0\" serve \"$@\""), env!("CARGO_BIN_EXE_scimulate")]);
        command.args(arguments);
        Self::run(command, http, token)
    }

    fn run(mut command: Command, http: &reqwest::Client, token: &str) -> Self {
        let mut child =
            command.env("SCIMULATE_TOKEN", token).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let base = line.trim().strip_prefix("base URL: ").unwrap_or_else(|| panic!("{line:?}")).to_owned();
        Self { child, scim: Client { http: http.clone(), base, token: token.to_owned() } }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Host and port.
    pub(crate) fn address(&self) -> String {
        let rest = self.scim.base.trim_start_matches("http://");
        rest.split('/').next().unwrap().to_owned()
    }

    /// Ends it as a power switch would.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
