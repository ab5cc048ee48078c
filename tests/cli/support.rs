//! An empty folder to run in, a served provider, and servers that behave badly.

use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// The token of every served provider here.
pub(super) const TOKEN: &str = "correct-horse-battery";

/// The admin token of every served provider here.
pub(super) const ADMIN: &str = "admin-horse-battery";

/// How a command ended.
#[derive(Debug)]
pub(super) struct Ran {
    pub(super) code: i32,
    pub(super) out: String,
    pub(super) err: String,
}

impl Ran {
    /// Fails with the whole output unless the code and every text are as expected; texts may be in either stream.
    pub(super) fn expect(&self, code: i32, texts: &[&str]) {
        assert_eq!(self.code, code, "{self:#?}");
        // Lines are broken at the width of the page.
        let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let (out, err) = (flat(&self.out), flat(&self.err));
        for text in texts {
            let there = [&self.out, &self.err, &out, &err].iter().any(|all| all.contains(text));
            assert!(there, "without `{text}`: {self:#?}");
        }
        self.decent();
    }

    /// What no output may hold: a panic, an escape sequence in a pipe, a secret.
    pub(super) fn decent(&self) {
        for bad in ["panicked", "RUST_BACKTRACE", "\u{1b}", TOKEN, ADMIN] {
            assert!(!self.out.contains(bad) && !self.err.contains(bad), "with `{bad}`: {self:#?}");
        }
    }
}

/// An empty folder, gone with the test.
pub(super) struct Place(PathBuf);

impl Place {
    pub(super) fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("scimulate-cli-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// Writes a file.
    pub(super) fn with(self, name: &str, text: &str) -> Self {
        std::fs::write(self.0.join(name), text).unwrap();
        self
    }

    /// Reads a file as JSON.
    pub(super) fn json(&self, name: &str) -> Value {
        serde_json::from_slice(&std::fs::read(self.0.join(name)).unwrap()).unwrap()
    }

    /// The names in the folder, sorted.
    pub(super) fn names(&self) -> Vec<String> {
        let all = std::fs::read_dir(&self.0).unwrap();
        let mut names: Vec<String> = all.map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    /// The binary, ready to be started here.
    pub(super) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_scimulate"));
        command.args(args).current_dir(&self.0).env_clear().env("TOKEN", TOKEN).env("ADMIN", format!("Bearer {ADMIN}"));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs it to its end.
    pub(super) fn run(&self, args: &[&str]) -> Ran {
        ended(self.command(args).spawn().unwrap())
    }

    /// Runs it where no file may have more than so many blocks of 512 bytes, as on a disk that is full. The signal that comes
    /// with that limit is ignored, so that the write fails.
    pub(super) fn run_on_full_disk(&self, blocks: usize, args: &[&str]) -> Ran {
        let inner = self.command(args);
        let mut command = Command::new("/bin/sh");
        command.args(["-c", &format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\""), "sh"]);
        command.arg(inner.get_program()).args(inner.get_args());
        command.current_dir(&self.0).env_clear().env("TOKEN", TOKEN);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        ended(command.spawn().unwrap())
    }

    /// The ledger of a run under way or killed.
    pub(super) fn ledger(&self) -> Option<PathBuf> {
        let mut all = std::fs::read_dir(self.0.join(".scimulate")).ok()?;
        all.next().map(|e| e.unwrap().path())
    }

    /// Waits until a run has created that many objects.
    pub(super) fn wait_for_creates(&self, count: usize) {
        let created = || {
            let text = self.ledger().and_then(|path| std::fs::read_to_string(path).ok()).unwrap_or_default();
            text.lines().filter(|l| l.contains("\"created\"")).count()
        };
        until("the run has created something", || created() >= count);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _may_be_gone = std::fs::remove_dir_all(&self.0);
    }
}

/// Waits for a started command.
pub(super) fn ended(child: Child) -> Ran {
    let output = child.wait_with_output().unwrap();
    Ran {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Sends a signal.
pub(super) fn signal(child: &Child, name: &str) {
    let sent = Command::new("/bin/sh").args(["-c", &format!("kill -{name} {}", child.id())]).status().unwrap();
    assert!(sent.success());
}

/// Waits for something, a minute at most.
pub(super) fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < Duration::from_secs(60), "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// `scimulate serve`, killed with the test.
pub(super) struct Served {
    child: Child,
    pub(super) base: String,
}

impl Served {
    pub(super) fn start(place: &Place, args: &[&str]) -> Self {
        Self::with_token(place, args, TOKEN)
    }

    pub(super) fn with_token(place: &Place, args: &[&str], token: &str) -> Self {
        let mut command = place.command(&[&["serve"], args].concat());
        let mut child = command.env("SCIMULATE_TOKEN", token).env("SCIMULATE_ADMIN_TOKEN", ADMIN).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        let base = line.trim().strip_prefix("base URL: ").unwrap_or_else(|| panic!("{line}")).to_owned();
        // Keeps reading, so that the provider never writes into a closed pipe.
        std::thread::spawn(move || std::io::copy(&mut out, &mut std::io::sink()));
        Self { child, base }
    }

    /// Asks its admin API; `path` begins below the default tenant.
    pub(super) fn admin(&self, method: &str, path: &str, body: &str) -> Value {
        let (host, _) = self.base.strip_prefix("http://").unwrap().split_once('/').unwrap();
        let head = format!(
            "{method} /admin/tenants/default{path} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {ADMIN}\r\n"
        );
        let length = body.len();
        let text = format!(
            "{head}content-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
        );
        let mut stream = TcpStream::connect(host).unwrap();
        stream.write_all(text.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 2"), "{answer}");
        serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap_or_default()
    }

    pub(super) fn port(&self) -> &str {
        self.base.split([':', '/']).nth(4).unwrap()
    }

    /// How many resources a type's endpoint counts.
    pub(super) fn total(&self, endpoint: &str) -> u64 {
        get(&self.base, &format!("{endpoint}?count=0"))["totalResults"].as_u64().unwrap()
    }

    /// The list of a type's endpoint, up to a thousand.
    pub(super) fn list(&self, endpoint: &str) -> Value {
        get(&self.base, &format!("{endpoint}?count=1000"))
    }

    /// Makes so many users that no run made.
    pub(super) fn populate(&self, users: usize) {
        let user = |n: usize| {
            serde_json::json!({
                "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": format!("resident{n}")
            })
        };
        let all: Vec<usize> = (0..users).collect();
        for some in all.chunks(500) {
            let creates = some.iter().map(|n| {
                serde_json::json!({ "method": "POST", "path": "/Users", "bulkId": n.to_string(), "data": user(*n) })
            });
            let bulk = serde_json::json!({
                "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
                "Operations": creates.collect::<Vec<_>>(),
            });
            send(&self.base, "POST", "/Bulk", &bulk.to_string());
        }
        assert_eq!(self.total("/Users"), users as u64);
    }

    /// Makes a user that no run made.
    pub(super) fn create(&self, user_name: &str) {
        let schemas = ["urn:ietf:params:scim:schemas:core:2.0:User"];
        let user = serde_json::json!({ "schemas": schemas, "userName": user_name });
        assert!(send(&self.base, "POST", "/Users", &user.to_string())["id"].is_string());
    }

    /// The ids of all users and groups, up to a thousand of each.
    pub(super) fn ids(&self) -> std::collections::BTreeSet<String> {
        let page = |endpoint: &str| self.list(endpoint)["Resources"].clone();
        let both = [page("/Users"), page("/Groups")];
        let all = both.iter().filter_map(Value::as_array).flatten();
        all.map(|resource| resource["id"].as_str().unwrap().to_owned()).collect()
    }

    /// Fails unless nobody and no group is left.
    pub(super) fn expect_empty(&self) {
        assert_eq!((self.total("/Users"), self.total("/Groups")), (0, 0), "something is left on {}", self.base);
    }

    /// Ends it as a power cut would.
    pub(super) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _may_have_ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}

fn get(base: &str, path: &str) -> Value {
    send(base, "GET", path, "")
}

pub(super) fn send(base: &str, method: &str, path: &str, body: &str) -> Value {
    let (host, root) = base.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    let head = format!("{method} /{root}{path} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {TOKEN}\r\n");
    let more = format!("content-type: application/scim+json\r\ncontent-length: {}\r\n", body.len());
    stream.write_all(format!("{head}{more}connection: close\r\n\r\n{body}").as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap_or_else(|e| panic!("{e}: {answer}"))
}

/// A server that hears requests and does with each connection what it is told.
pub(super) struct Stub {
    pub(super) url: String,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Stub {
    /// Takes each connection, reads once, and hands over.
    pub(super) fn new(scheme: &str, each: impl Fn(TcpStream) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("{scheme}://{}/scim/v2", listener.local_addr().unwrap());
        let heard = Arc::new(Mutex::new(Vec::new()));
        let hears = heard.clone();
        std::thread::spawn(move || {
            for mut stream in listener.incoming().map_while(Result::ok) {
                let mut buffer = [0; 4096];
                let read = if hears.lock().is_ok() { stream.peek(&mut buffer).unwrap_or(0) } else { 0 };
                hears.lock().unwrap().push(String::from_utf8_lossy(&buffer[..read]).into_owned());
                if buffer.starts_with(b"GET") {
                    let _consumed = stream.read(&mut buffer);
                }
                each(stream);
            }
        });
        Self { url, heard }
    }

    /// Answers every request alike.
    pub(super) fn answering(head: &str, body: &str) -> Self {
        let answer = format!("HTTP/1.1 {head}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
        Self::new("http", move |mut stream| {
            let _nobody_may_listen = stream.write_all(answer.as_bytes());
        })
    }

    /// What came in, one text a connection.
    pub(super) fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }
}
