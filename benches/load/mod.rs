//! What the benches of the served provider share: the process, and a client that does no more than it must.
//!
//! The client shares the machine with what it measures, so it writes requests as text and reads no more of an answer
//! than its status and its length.

use serde_json::Value;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

pub(crate) const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
pub(crate) const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
pub(crate) const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
pub(crate) const TOKEN: &str = "a-token-as-long-as-a-real-one-would-be";

/// `scimulate serve` as a user starts it; it ends when this is dropped.
pub(crate) struct Served {
    process: Child,
    /// Its base URL.
    pub(crate) at: Base,
}

impl Served {
    pub(crate) fn start(args: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_scimulate"));
        command.args(["serve", "--port", "0"]).args(args);
        command.env("SCIMULATE_TOKEN", TOKEN).env("SCIMULATE_ADMIN_TOKEN", TOKEN);
        let mut process = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let mut said = BufReader::new(process.stdout.take().unwrap()).lines();
        let url = said.find_map(|line| line.unwrap().strip_prefix("base URL: ").map(str::to_owned)).unwrap();
        // The rest of what it says is read, for a closed pipe would end it.
        std::thread::spawn(move || said.for_each(drop));
        Self { process, at: Base::new(&url, TOKEN) }
    }

    pub(crate) fn pid(&self) -> String {
        self.process.id().to_string()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A base URL and the token for it.
#[derive(Clone)]
pub(crate) struct Base {
    /// Host and port.
    pub(crate) authority: String,
    path: String,
    token: String,
}

impl Base {
    pub(crate) fn new(url: &str, token: &str) -> Self {
        let rest = url.strip_prefix("http://").unwrap();
        let (authority, path) = rest.split_at(rest.find('/').unwrap());
        let path = path.trim_end_matches('/').to_owned();
        Self { authority: authority.to_owned(), path, token: token.to_owned() }
    }

    /// A request as it goes over the wire.
    pub(crate) fn request(&self, method: &str, path: &str, body: Option<&Value>) -> Vec<u8> {
        self.raw(method, &format!("{}{path}", self.path), body)
    }

    /// The same for a path of the host, not below the base URL.
    pub(crate) fn raw(&self, method: &str, path: &str, body: Option<&Value>) -> Vec<u8> {
        let body = body.map(ToString::to_string).unwrap_or_default();
        let media = if body.is_empty() { "" } else { "Content-Type: application/scim+json\r\n" };
        format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nUser-Agent: bench\r\n\
             Accept: application/scim+json\r\n{media}Content-Length: {}\r\n\r\n{body}",
            self.authority,
            self.token,
            body.len()
        )
        .into_bytes()
    }
}

/// One connection, kept open where the server keeps it open.
pub(crate) struct Connection {
    authority: String,
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    pub(crate) async fn open(authority: &str) -> Self {
        let stream = TcpStream::connect(authority).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self { authority: authority.to_owned(), stream, buffer: Vec::with_capacity(16 << 10) }
    }

    /// Sends a request, reads its answer to the end and gives the body; anything but success is a panic.
    pub(crate) async fn exchange(&mut self, request: &[u8]) -> Vec<u8> {
        self.stream.write_all(request).await.unwrap();
        self.buffer.clear();
        let head = loop {
            if let Some(at) = self.buffer.windows(4).position(|w| w == b"\r\n\r\n") {
                break at + 4;
            }
            assert_ne!(self.stream.read_buf(&mut self.buffer).await.unwrap(), 0, "the server hung up");
        };
        let text = std::str::from_utf8(&self.buffer[..head]).unwrap();
        let header = |name: &str| {
            let mut lines = text.lines().filter_map(|line| line.split_once(':'));
            lines.find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
        };
        let status = text.split(' ').nth(1).unwrap().to_owned();
        let length: Option<usize> = header("content-length").map(|length| length.parse().unwrap());
        let chunked = header("transfer-encoding").is_some_and(|coding| coding == "chunked");
        assert!(status == "204" || length.is_some() || chunked, "no length: {text}");
        let close = text.starts_with("HTTP/1.0") || header("connection").is_some_and(|c| c == "close");
        while if chunked {
            !self.buffer.ends_with(b"\r\n0\r\n\r\n")
        } else {
            self.buffer.len() < head + length.unwrap_or(0)
        } {
            assert_ne!(self.stream.read_buf(&mut self.buffer).await.unwrap(), 0, "the server hung up");
        }
        let body = if chunked { joined(&self.buffer[head..]) } else { self.buffer[head..].to_vec() };
        assert!(status.starts_with('2'), "{status}: {}", String::from_utf8_lossy(&body));
        if close {
            *self = Self::open(&self.authority).await;
        }
        body
    }
}

/// The body that came in chunks (RFC 9112 section 7.1).
fn joined(mut chunks: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    loop {
        let end = chunks.windows(2).position(|w| w == b"\r\n").unwrap();
        let size = usize::from_str_radix(std::str::from_utf8(&chunks[..end]).unwrap(), 16).unwrap();
        if size == 0 {
            return body;
        }
        body.extend_from_slice(&chunks[end + 2..end + 2 + size]);
        chunks = &chunks[end + 2 + size + 2..];
    }
}

pub(crate) fn json_in(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap()
}

pub(crate) fn load_average() -> String {
    std::fs::read_to_string("/proc/loadavg").unwrap_or_default().split(' ').take(3).collect::<Vec<_>>().join(" ")
}

/// A number from the environment.
pub(crate) fn setting(name: &str, otherwise: usize) -> usize {
    std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(otherwise)
}
