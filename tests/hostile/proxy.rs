//! A proxy in front of a served provider that falsifies answers, and writes them as no server should.

use super::support::TOKEN;
use serde_json::Value;
use std::io::{BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A request as it came in.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    /// Its number, from 0: the first is the look before the run.
    pub(crate) number: usize,
    pub(crate) method: String,
    /// Below the base URL, without the query.
    pub(crate) path: String,
    pub(crate) query: String,
}

impl Asked {
    /// A read of one resource.
    pub(crate) fn reads_one(&self) -> bool {
        self.method == "GET" && self.path.matches('/').count() == 2 && !self.is_discovery()
    }

    pub(crate) fn is_discovery(&self) -> bool {
        ["/ServiceProviderConfig", "/Schemas", "/ResourceTypes"].iter().any(|p| self.path.starts_with(p))
    }
}

/// Writes an answer by hand.
pub(crate) type Pen = fn(&mut TcpStream, &Told) -> std::io::Result<()>;

/// Takes the request and never answers.
pub(crate) fn hold(stream: &mut TcpStream, _: &Told) -> std::io::Result<()> {
    // Returns when the other side has had enough.
    stream.set_read_timeout(Some(Duration::from_secs(120)))?;
    stream.read(&mut [0]).map(drop)
}

/// What is answered.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    /// The status line.
    pub(crate) line: String,
    /// Without a length: it is counted, unless one is here.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// How it is written, unless properly.
    pub(crate) pen: Option<Pen>,
    /// What it is written in front of.
    pub(crate) before: String,
}

impl Told {
    pub(crate) fn new(line: &str, kind: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = if kind.is_empty() { Vec::new() } else { vec![("content-type".to_owned(), kind.to_owned())] };
        Self { line: format!("HTTP/1.1 {line}"), headers, body: body.into(), pen: None, before: String::new() }
    }

    pub(crate) fn scim(line: &str, body: &Value) -> Self {
        Self::new(line, "application/scim+json", body.to_string())
    }

    /// What a server has written, read to the end of the connection.
    pub(crate) fn read(answer: &[u8]) -> Self {
        let at = answer.windows(4).position(|w| w == b"\r\n\r\n").unwrap_or(answer.len());
        let head = String::from_utf8_lossy(&answer[..at]);
        let mut lines = head.lines();
        let line = lines.next().unwrap_or_default().to_owned();
        let pairs = lines.filter_map(|l| l.split_once(": ")).map(|(n, v)| (n.to_ascii_lowercase(), v.to_owned()));
        let headers = pairs.filter(|(n, _)| n != "content-length" && n != "connection").collect();
        let body = answer.get(at + 4..).unwrap_or_default().to_vec();
        Self { line, headers, body, pen: None, before: String::new() }
    }

    pub(crate) fn status(&self) -> u16 {
        self.line.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or_default()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    pub(crate) fn is_list(&self) -> bool {
        self.status() == 200 && self.json()["Resources"].is_array()
    }

    pub(crate) fn set(&mut self, name: &str, value: impl Into<String>) {
        self.headers.retain(|(n, _)| n != name);
        self.headers.push((name.to_owned(), value.into()));
    }

    /// Changes the body of a success, where it is JSON.
    pub(crate) fn edit(&mut self, change: impl FnOnce(&mut Value)) {
        let mut body = self.json();
        if !body.is_null() && self.status() < 300 {
            change(&mut body);
            self.body = body.to_string().into_bytes();
        }
    }

    /// Status line and headers.
    pub(crate) fn head(&self) -> Vec<u8> {
        let mut head = format!("{}{}\r\n", self.before, self.line);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if !self.headers.iter().any(|(n, _)| n == "content-length" || n == "transfer-encoding") && self.status() != 204
        {
            head.push_str(&format!("content-length: {}\r\n", self.body.len()));
        }
        head.push_str("connection: close\r\n\r\n");
        head.into_bytes()
    }
}

/// What a lie remembers from one request to the next.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    pub(crate) previous: Option<Told>,
    pub(crate) count: usize,
}

/// Falsifies what the provider would have answered.
pub(crate) type Tell = fn(&Asked, &mut Told, &mut Memory);

/// Starts a liar in front of a provider's base URL, honest to the first `from` requests; gives its own base URL.
pub(crate) fn start(upstream: &str, from: usize, tell: Tell) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let own = listener.local_addr().unwrap().to_string();
    let (there, root) = upstream.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let base = format!("http://{own}/{root}");
    let (there, root) = (there.to_owned(), format!("/{root}"));
    let shared = Arc::new((Mutex::new(Memory::default()), Mutex::new(0_usize)));
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let (own, there, root, shared) = (own.clone(), there.clone(), root.clone(), shared.clone());
            std::thread::spawn(move || {
                let _the_client_may_turn_away = serve(stream, (&own, &there), &root, &shared, from, tell);
            });
        }
    });
    base
}

fn serve(
    mut stream: TcpStream,
    (own, there): (&str, &str),
    root: &str,
    (memory, numbers): &(Mutex<Memory>, Mutex<usize>),
    from: usize,
    tell: Tell,
) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    stream.set_write_timeout(Some(Duration::from_secs(30)))?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let Some((head, body)) = message(&mut reader)? else { return Ok(()) };
    let (method, rest) = head.split_once(' ').unwrap_or_default();
    let target = rest.split(' ').next().unwrap_or_default();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let number = {
        let mut numbers = numbers.lock().unwrap();
        *numbers += 1;
        *numbers - 1
    };
    let asked = Asked {
        number,
        method: method.to_owned(),
        path: path.strip_prefix(root).unwrap_or(path).to_owned(),
        query: query.to_owned(),
    };
    let mut told = forward(&head, &body, own, there)?;
    if number >= from {
        tell(&asked, &mut told, &mut memory.lock().unwrap());
    }
    match told.pen {
        Some(pen) => pen(&mut stream, &told)?,
        None => stream.write_all(&[told.head(), told.body].concat())?,
    }
    stream.flush()
}

/// What the provider answers.
fn forward(head: &str, body: &[u8], own: &str, there: &str) -> std::io::Result<Told> {
    let replaced = |text: &[u8], from: &str, to: &str| match std::str::from_utf8(text) {
        Ok(text) => text.replace(from, to).into_bytes(),
        Err(_) => text.to_vec(),
    };
    let body = replaced(body, own, there);
    let mut lines = head.lines();
    let mut sent = format!("{}\r\n", lines.next().unwrap_or_default());
    for line in lines.filter(|l| !l.is_empty()) {
        let name = line.split(':').next().unwrap_or_default().to_ascii_lowercase();
        if !matches!(name.as_str(), "host" | "connection" | "content-length" | "transfer-encoding") {
            sent.push_str(&format!("{line}\r\n"));
        }
    }
    sent.push_str(&format!("host: {there}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len()));
    let mut upstream = TcpStream::connect(there)?;
    upstream.write_all(&[sent.as_bytes(), &body].concat())?;
    let mut answer = Vec::new();
    upstream.read_to_end(&mut answer)?;
    let mut told = Told::read(&answer);
    for (_, value) in &mut told.headers {
        *value = value.replace(there, own);
    }
    told.body = replaced(&told.body, there, own);
    Ok(told)
}

/// One request: its head and its body.
pub(crate) fn message(reader: &mut impl std::io::BufRead) -> std::io::Result<Option<(String, Vec<u8>)>> {
    let mut head = String::new();
    loop {
        let before = head.len();
        if reader.read_line(&mut head)? == 0 {
            return Ok(None);
        }
        if matches!(&head[before..], "\r\n" | "\n") {
            break;
        }
    }
    let lower = head.to_ascii_lowercase();
    let length = lower.lines().find_map(|l| l.strip_prefix("content-length:")?.trim().parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(Some((head, body)))
}

/// What the provider really holds at an endpoint.
pub(crate) fn held(base: &str, endpoint: &str) -> Vec<Value> {
    let (there, root) = base.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let head = format!("GET /{root}{endpoint}?count=1000 HTTP/1.1\r\nauthorization: Bearer {TOKEN}\r\n");
    let told = forward(&head, b"", there, there).unwrap();
    told.json()["Resources"].as_array().cloned().unwrap_or_default()
}
