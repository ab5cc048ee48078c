//! A server that lies by lot, in front of the embedded provider: what it says, and which of its lies it says when, follows from a seed.
//!
//! What nobody could tell from the truth is not drawn: a tenant that hides a resident from the census, and then shows that resident as
//! what a create has just made, has lied about all that anybody can ask.

use super::proxy::{Told, message};
use super::support::TOKEN;
use super::tenant::{Tenant, id_of, is_write};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Numbers that follow from a seed (splitmix64).
#[derive(Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5eed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `below`.
    pub(crate) fn below(&mut self, below: usize) -> usize {
        usize::try_from(self.next() % below.max(1) as u64).unwrap()
    }

    /// One of them.
    pub(crate) fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }

    /// Whether it comes true, so many times of a hundred.
    pub(crate) fn hits(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

/// One request on its way through the liar.
pub(crate) struct Turn<'a> {
    pub(crate) method: &'a str,
    /// Below the base URL, without the query.
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    pub(crate) body: &'a [u8],
    pub(crate) tenant: &'a Arc<Tenant>,
    pub(crate) state: &'a mut State,
    pub(crate) dice: &'a mut Dice,
}

/// What the liar remembers.
#[derive(Default)]
pub(crate) struct State {
    requests: usize,
    /// Paths of what is not the run's, with what the tenant shows of it.
    pub(crate) residents: BTreeMap<String, Value>,
    /// Paths of what the run has made, with the answer to the create.
    pub(crate) ours: Vec<(String, Value)>,
    /// Paths that lead to another resource than they say.
    pub(crate) aliases: BTreeMap<String, String>,
    /// The last answer, and the last answer to a read of one resource.
    pub(crate) previous: Option<Told>,
    /// Whether the residents who came late are there.
    pub(crate) late: bool,
    /// Writes that addressed a resident.
    pub(crate) touched: BTreeSet<String>,
    /// When which signal goes to which process.
    pub(crate) signal: Option<(usize, &'static str, u32)>,
}

impl Turn<'_> {
    pub(crate) fn is_read_of_one(&self) -> bool {
        self.method == "GET" && id_of(self.path).is_some()
    }

    pub(crate) fn is_list(&self) -> bool {
        self.method == "GET" && ["/Users", "/Groups"].contains(&self.path)
    }

    pub(crate) fn is_create(&self) -> bool {
        self.method == "POST" && ["/Users", "/Groups"].contains(&self.path)
    }

    /// A resident at the same endpoint.
    pub(crate) fn resident(&mut self) -> (String, Value) {
        let endpoint = if self.path.starts_with("/Groups") { "/Groups/" } else { "/Users/" };
        let all: Vec<(String, Value)> = self
            .state
            .residents
            .iter()
            .filter(|(path, _)| path.starts_with(endpoint))
            .map(|(p, v)| (p.clone(), v.clone()))
            .collect();
        self.dice.one(&all)
    }

    /// The honest answer.
    pub(crate) fn forward(&self) -> Told {
        let path = self.state.aliases.get(self.path).map_or(self.path, String::as_str);
        self.tenant.ask(self.method, path, self.query, self.body)
    }
}

/// What a lie does with a turn: another answer in place of the honest one.
pub(crate) type Say = fn(&mut Turn<'_>) -> Option<Told>;

/// A lie, and how often of a hundred times it is said.
#[derive(Clone, Copy)]
pub(crate) struct Lying {
    pub(crate) say: Say,
    pub(crate) percent: usize,
}

/// A liar at work.
pub(crate) struct Liar {
    pub(crate) base: String,
    pub(crate) state: Arc<Mutex<State>>,
}

impl Liar {
    /// Starts in front of a tenant; honest to the first `from` requests.
    pub(crate) fn start(tenant: Arc<Tenant>, lies: Vec<Lying>, from: usize, dice: Dice) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let own = listener.local_addr().unwrap().to_string();
        let state = Arc::new(Mutex::new(State { residents: tenant.all(), ..State::default() }));
        let shared = state.clone();
        let base = format!("http://{own}/scim/v2");
        std::thread::spawn(move || {
            let (lies, dice) = (Arc::new(lies), Arc::new(Mutex::new(dice)));
            for stream in listener.incoming().map_while(Result::ok) {
                let (tenant, lies, own) = (tenant.clone(), lies.clone(), own.clone());
                let (state, dice) = (shared.clone(), dice.clone());
                std::thread::spawn(move || {
                    let _the_client_may_turn_away = serve(stream, &tenant, (&lies, from), (&state, &dice), &own);
                });
            }
        });
        Self { base, state }
    }

    /// Sends a signal to a process once so many more requests have come.
    pub(crate) fn signal_after(&self, requests: usize, name: &'static str, process: u32) {
        let mut state = self.state.lock().unwrap();
        state.signal = Some((state.requests + requests, name, process));
    }
}

fn serve(
    mut stream: TcpStream,
    tenant: &Arc<Tenant>,
    (lies, from): (&[Lying], usize),
    (state, dice): (&Mutex<State>, &Mutex<Dice>),
    own: &str,
) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let Some((head, body)) = message(&mut BufReader::new(stream.try_clone()?))? else { return Ok(()) };
    let mut words = head.split(' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let path = path.strip_prefix("/scim/v2").unwrap_or(path);
    let body = String::from_utf8_lossy(&body).replace(own, &tenant.host).into_bytes();
    let mut told = {
        // One after the other: the dice fall in the order of the requests.
        let (mut state, mut dice) = (state.lock().unwrap(), dice.lock().unwrap());
        let number = state.requests;
        state.requests += 1;
        signalled(&mut state, number);
        watched(&mut state, method, path, &body);
        let mut turn = Turn { method, path, query, body: &body, tenant, state: &mut state, dice: &mut dice };
        let said = lies.iter().filter(|_| number >= from).find_map(|lie| {
            let now = turn.dice.hits(lie.percent);
            if now { (lie.say)(&mut turn) } else { None }
        });
        let told = said.unwrap_or_else(|| turn.forward());
        booked(&mut turn, &told);
        state.previous = Some(told.clone());
        told
    };
    for (_, value) in &mut told.headers {
        *value = value.replace(&tenant.root, "/scim/v2").replace(&tenant.host, own);
    }
    if let Ok(text) = std::str::from_utf8(&told.body) {
        told.body = text.replace(&tenant.root, "/scim/v2").replace(&tenant.host, own).into_bytes();
    }
    match told.pen {
        Some(pen) => pen(&mut stream, &told)?,
        None => stream.write_all(&[told.head(), told.body].concat())?,
    }
    stream.flush()
}

fn signalled(state: &mut State, number: usize) {
    if let Some((_, name, process)) = state.signal.filter(|(at, ..)| number >= *at) {
        state.signal = None;
        let _it_may_have_ended = Command::new("/bin/sh").args(["-c", &format!("kill -{name} {process}")]).status();
    }
}

/// Takes down a write that addresses a resident, by the path or within a bulk job.
fn watched(state: &mut State, method: &str, path: &str, body: &[u8]) {
    let is_residents = |state: &State, path: &str| {
        let path = state.aliases.get(path).map_or(path, String::as_str);
        state.residents.keys().any(|resident| resident.eq_ignore_ascii_case(path))
    };
    if is_write(method) && is_residents(state, path) {
        state.touched.insert(format!("{method} {path}"));
    }
    if path == "/Bulk" {
        let job: Value = serde_json::from_slice(body).unwrap_or_default();
        for operation in job["Operations"].as_array().into_iter().flatten() {
            let (method, path) =
                (operation["method"].as_str().unwrap_or_default(), operation["path"].as_str().unwrap_or_default());
            if is_write(method) && is_residents(state, path) {
                state.touched.insert(format!("bulk {method} {path}"));
            }
        }
    }
}

/// Takes down what the run has made, as far as the tenant shows it.
fn booked(turn: &mut Turn<'_>, told: &Told) {
    if turn.is_create() && told.status() == 201 {
        let body = told.json();
        let path = format!("{}/{}", turn.path, body["id"].as_str().unwrap_or_default());
        if !turn.state.residents.contains_key(&path) {
            turn.state.ours.push((path, body));
        }
    }
}

/// An error of that status, as SCIM has it.
pub(crate) fn refusal(line: &str) -> Told {
    let status = line.split(' ').next().unwrap_or_default();
    let schemas = ["urn:ietf:params:scim:api:messages:2.0:Error"];
    Told::scim(line, &json!({ "schemas": schemas, "status": status, "detail": format!("no, Bearer {TOKEN}") }))
}
