//! A tenant of an embedded provider in this process, with a hundred residents who look like what a run makes.

use super::proxy::Told;
use super::support::{ADMIN, TOKEN};
use provider::{Provider, Running, Settings};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

pub(crate) const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
const BULK: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";

/// The provider of all of them.
fn provider() -> &'static Running {
    static PROVIDER: OnceLock<Running> = OnceLock::new();
    PROVIDER.get_or_init(|| {
        let (sender, receiver) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
            runtime.block_on(async {
                let settings =
                    Settings { token: Some(TOKEN.into()), admin_token: Some(ADMIN.into()), ..Settings::default() };
                sender.send(Provider::start(settings).await.map_err(|e| e.to_string()).unwrap()).unwrap();
                std::future::pending::<()>().await;
            });
        });
        receiver.recv().unwrap()
    })
}

/// A tenant with residents.
pub(crate) struct Tenant {
    /// Host and port.
    pub(crate) host: String,
    /// The path of its base URL.
    pub(crate) root: String,
    name: String,
    token: String,
}

impl Tenant {
    /// A tenant with so many residents: people, and a group for every ten of them.
    pub(crate) fn with(residents: usize) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("lie-{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let host = provider().addr.to_string();
        let made = ask(&host, "POST", "/admin/tenants", ADMIN, json!({ "name": name }).to_string().as_bytes()).json();
        let token = made["token"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
        let tenant = Self { host, root: format!("/t/{name}/scim/v2"), name, token };
        tenant.populate(residents);
        tenant
    }

    fn populate(&self, residents: usize) {
        let people = (0..residents).map(|n| {
            let (name, external) = resident(n);
            json!({ "method": "POST", "path": "/Users", "bulkId": format!("u{n}"),
                "data": { "schemas": [USER], "userName": name, "externalId": external, "active": n % 7 > 0,
                    "emails": [{ "value": format!("{external}@example.com"), "primary": true }] } })
        });
        let groups = (0..residents / 10).map(|n| {
            let members = (0..5).map(|m| json!({ "value": format!("bulkId:u{}", n * 10 + m) })).collect::<Vec<_>>();
            json!({ "method": "POST", "path": "/Groups", "bulkId": format!("g{n}"),
                "data": { "schemas": [GROUP], "displayName": crew(n), "members": members } })
        });
        let all: Vec<Value> = people.chain(groups).collect();
        let job = json!({ "schemas": [BULK], "Operations": all });
        let told = self.ask("POST", "/Bulk", "", job.to_string().as_bytes());
        assert_eq!(self.all().len(), residents + residents / 10, "{:?}", String::from_utf8_lossy(&told.body));
    }

    /// Somebody of that name comes to live there; gives path and resource.
    pub(crate) fn settle(&self, user_name: &str, external: &str) -> (String, Value) {
        let user = json!({ "schemas": [USER], "userName": user_name, "externalId": external });
        let made = self.ask("POST", "/Users", "", user.to_string().as_bytes()).json();
        let path = format!("/Users/{}", made["id"].as_str().unwrap_or_default());
        let shown = self.ask("GET", &path, "", b"").json();
        (path, shown)
    }

    /// Its base URL.
    pub(crate) fn base(&self) -> String {
        format!("http://{}{}", self.host, self.root)
    }

    /// What opens it.
    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// The honest answer to a request below its base URL.
    pub(crate) fn ask(&self, method: &str, path: &str, query: &str, body: &[u8]) -> Told {
        let query = if query.is_empty() { String::new() } else { format!("?{query}") };
        ask(&self.host, method, &format!("{}{path}{query}", self.root), &self.token, body)
    }

    /// All that it holds, by path.
    pub(crate) fn all(&self) -> BTreeMap<String, Value> {
        let mut all = BTreeMap::new();
        for endpoint in ["/Users", "/Groups"] {
            let page = self.ask("GET", endpoint, "count=1000", b"").json();
            for resource in page["Resources"].as_array().into_iter().flatten() {
                all.insert(format!("{endpoint}/{}", resource["id"].as_str().unwrap()), resource.clone());
            }
        }
        all
    }
}

impl Drop for Tenant {
    fn drop(&mut self) {
        ask(&self.host, "DELETE", &format!("/admin/tenants/{}", self.name), ADMIN, b"");
    }
}

/// The userName and the externalId of a resident: some look like what a run sends, or like what another run made.
fn resident(n: usize) -> (String, String) {
    let given = ["ada", "ben", "cleo", "dora", "emil", "O'Neil", "ZOE"][n % 7];
    let name = match n % 5 {
        0 => format!("{given}{n}@example.com"),
        1 => format!("{given}.rzzzz{n:03}@example.com"),
        2 => format!("{given}.lovelace{n}"),
        3 => format!("rabcd{n:03}.{given}@example.com"),
        _ => format!("{given}.r{n}@acme.test"),
    };
    let external =
        if n.is_multiple_of(2) { format!("00u{n:017}") } else { format!("{n:08x}-0000-4000-8000-000000000000") };
    (name, external)
}

/// The displayName of a resident group.
fn crew(n: usize) -> String {
    match n % 3 {
        0 => format!("Engineering {n}"),
        1 => format!("Engineering-rzzzz{n:03}"),
        _ => format!("Sales-rabcd{n}x"),
    }
}

/// Whether a method writes.
pub(crate) fn is_write(method: &str) -> bool {
    ["PUT", "PATCH", "DELETE"].iter().any(|write| write.eq_ignore_ascii_case(method))
}

/// The id in the path of one resource.
pub(crate) fn id_of(path: &str) -> Option<&str> {
    let (endpoint, id) = path.strip_prefix('/')?.split_once('/')?;
    (["Users", "Groups"].contains(&endpoint) && !id.is_empty() && !id.contains(['/', '.'])).then_some(id)
}

/// One request with a token, on a connection of its own.
pub(crate) fn ask(host: &str, method: &str, target: &str, token: &str, body: &[u8]) -> Told {
    let kind = if target.starts_with("/admin") { "application/json" } else { "application/scim+json" };
    exchange(host, method, target, &format!("Bearer {token}"), kind, body)
}

/// One request on a connection of its own.
pub(crate) fn exchange(host: &str, method: &str, target: &str, proof: &str, kind: &str, body: &[u8]) -> Told {
    let mut stream = TcpStream::connect(host).unwrap();
    let head = format!(
        "{method} {target} HTTP/1.1\r\nhost: {host}\r\nauthorization: {proof}\r\ncontent-type: {kind}\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let _it_may_refuse_early = stream.write_all(&[head.as_bytes(), body].concat());
    let mut answer = Vec::new();
    let _what_came_is_enough = stream.read_to_end(&mut answer);
    Told::read(&answer)
}
