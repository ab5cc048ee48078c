//! Starting and stopping the service.

mod builder;

pub use builder::{Builder, StartError};

use super::behaviour::Behaviour;
use super::clock::Clock;
use super::error::ProviderError;
use super::faults::Faults;
use super::http::{App, ConnectionListener, Cut, recorded, router};
use super::outside::{Outside, Trace};
use super::page::Page;
use super::public_url::PublicUrl;
use super::service::{Service, base_url};
use super::store::{Contents, DEFAULT_TENANT, Handle, NotHeld, Store, Stored};
use scim::schema::Registry;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// How long running requests may go on once the service is told to stop.
const GRACE: Duration = Duration::from_secs(5);
/// How long a request's head may take, and then its body, unless it is said.
const PATIENCE: Duration = Duration::from_secs(30);

/// How the service is to run.
#[derive(Clone)]
pub struct Settings {
    /// Where to listen; port 0 takes any free one.
    pub addr: SocketAddr,
    /// The database file; in memory without.
    pub db: Option<PathBuf>,
    /// What it does where products differ.
    pub behaviour: Behaviour,
    /// What is wrong with it.
    pub faults: Faults,
    /// The default tenant's token; a random one without.
    pub token: Option<String>,
    /// The admin API's token; a random one without.
    pub admin_token: Option<String>,
    /// What it takes for the current time.
    pub clock: Clock,
    /// What the ids are made from.
    pub seed: u64,
    /// How long a request's head may take, and then its body.
    pub patience: Duration,
    /// The resource types it has.
    pub types: Registry,
    /// What stands between the service and its clients; the faults are around it.
    pub outside: Outside,
    /// How clients reach it, where that is not the address it listens on.
    pub public_url: Option<PublicUrl>,
    /// Names, besides those of this machine, under which the page and the admin API are reached.
    pub allow_hosts: Vec<String>,
    /// What sums up every exchange; without, nothing does.
    pub trace: Option<Trace>,
    /// What the default tenant holds from the beginning, put in as it is; the database must be empty.
    pub contents: Option<Contents>,
    /// The page for people at `/`, with the exchanges of late; without, there is none and nothing is recorded.
    pub page: Option<Page>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            addr: SocketAddr::new(Ipv4Addr::LOCALHOST.into(), 0),
            db: None,
            behaviour: Behaviour::default(),
            faults: Faults::default(),
            token: None,
            admin_token: None,
            clock: Clock::Real,
            seed: 0,
            patience: PATIENCE,
            types: Registry::default(),
            outside: Outside::default(),
            public_url: None,
            allow_hosts: Vec::new(),
            trace: None,
            contents: None,
            page: None,
        }
    }
}

/// The embedded service.
#[derive(Debug, Clone, Copy)]
pub struct Provider;

/// A running service; it stops when this is dropped.
pub struct Running {
    /// Where it listens.
    pub addr: SocketAddr,
    /// The default tenant's base URL.
    pub base_url: String,
    /// The default tenant's token.
    pub token: String,
    /// The admin API's URL.
    pub admin_url: String,
    /// The admin API's token.
    pub admin_token: String,
    /// Where the page for people is, if there is one.
    pub page_url: String,
    /// Of the contents it was given, what it cannot hold: what, and how often.
    pub not_held: Vec<(&'static str, usize)>,
    stop: oneshot::Sender<()>,
    served: JoinHandle<()>,
}

impl Provider {
    /// Starts the service in the current runtime.
    ///
    /// # Errors
    /// When the address or the database cannot be had.
    pub async fn start(settings: Settings) -> Result<Running, ProviderError> {
        let listen = |source| ProviderError::Listen { addr: settings.addr, source };
        let listener = TcpListener::bind(settings.addr).await.map_err(listen)?;
        let addr = listener.local_addr().map_err(listen)?;
        let Settings { db, behaviour, faults, token, admin_token, clock, seed, patience, types, allow_hosts, .. } =
            settings;
        let (ids, outside, trace, page) = (behaviour.ids, settings.outside, settings.trace, settings.page);
        let (contents, kinds) = (settings.contents, kinds(&types));
        let opened = tokio::task::spawn_blocking(move || -> Result<(Store, String, String, NotHeld), ProviderError> {
            let store = Store::open(db.as_deref(), seed, clock)?.with_ids(ids);
            let shown = db.map_or_else(|| "the database in memory".into(), |p| p.display().to_string());
            let (token, admin) = tokens(&store, token, admin_token)
                .map_err(|source| ProviderError::Open { path: shown.clone(), source })?;
            let not_held = contents.map(|contents| put_in(&store, &contents, &kinds, shown)).transpose()?;
            Ok((store, token, admin, not_held.unwrap_or_default()))
        });
        let (store, token, admin_token, not_held) = opened.await.map_err(|_| ProviderError::Lost)??;
        let (origin, allow_hosts) = names(addr, settings.public_url, allow_hosts);
        let handle = Handle::spawn(store)?;
        let service = Service::new(faults.choose(behaviour), types.clone(), faults.parts());
        let page = page.map(|page| page.with_faults(faults.described()));
        let app =
            Arc::new(App::new(handle, service, origin.clone(), (addr, &allow_hosts), &admin_token, patience, page));
        let whole = faults.around(outside.around(router(app.clone()), types), &origin);
        let whole = recorded(whole, app.clone());
        let whole = match trace {
            Some(trace) => trace.around(whole, &origin),
            None => whole,
        };
        let (stop, stopped) = oneshot::channel::<()>();
        let served = tokio::spawn(async move {
            let service = whole.into_make_service_with_connect_info::<Cut>();
            let stopping = async move {
                // An error means that whoever held the service let go of it: stop as well.
                let _ = stopped.await;
                app.stop();
            };
            // The future ends only by the signal; its error type is there for form.
            let _ = axum::serve(ConnectionListener::new(listener, patience), service)
                .with_graceful_shutdown(stopping)
                .await;
        });
        Ok(Running {
            addr,
            base_url: base_url(&origin, DEFAULT_TENANT),
            token,
            admin_url: format!("{origin}/admin"),
            admin_token,
            page_url: format!("{origin}/"),
            not_held: not_held.into_iter().collect(),
            stop,
            served,
        })
    }
}

impl Running {
    /// Lets running requests end, for a few seconds, and stops.
    pub async fn stop(self) {
        let _ = self.stop.send(());
        let mut served = self.served;
        if tokio::time::timeout(GRACE, &mut served).await.is_err() {
            served.abort();
        }
    }
}

/// Sees to the default tenant and its token; the token of an earlier start is no longer good.
fn tokens(store: &Store, token: Option<String>, admin: Option<String>) -> Stored<(String, String)> {
    let work = |store: &Store| -> Stored<(String, String)> {
        let tenant = match store.tenant(DEFAULT_TENANT)? {
            Some(tenant) => Some(tenant),
            None => store.create_tenant(DEFAULT_TENANT)?,
        };
        let tenant = tenant.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
        let token = token.map_or_else(|| store.random_token(), Ok)?;
        let admin = admin.map_or_else(|| store.random_token(), Ok)?;
        store.revoke_token(&tenant, DEFAULT_TENANT)?;
        store.put_token(&tenant, DEFAULT_TENANT, &token)?;
        Ok((token, admin))
    };
    store.transact(work, Result::is_ok)?
}

/// The names of the types besides users and groups.
fn kinds(types: &Registry) -> Vec<String> {
    types.others.iter().map(|kind| kind.name.clone()).collect()
}

/// Puts contents into the default tenant, in one transaction.
fn put_in(store: &Store, contents: &Contents, kinds: &[String], path: String) -> Result<NotHeld, ProviderError> {
    let trouble = |source| ProviderError::Open { path: path.clone(), source };
    let tenant = store.tenant(DEFAULT_TENANT).map_err(trouble)?.ok_or(ProviderError::Lost)?;
    let (users, groups) =
        store.count_users(&tenant).and_then(|users| Ok((users, store.count_groups(&tenant)?))).map_err(trouble)?;
    if users + groups > 0 {
        return Err(ProviderError::NotEmpty { path, users, groups });
    }
    let work = |store: &Store| store.put_contents(&tenant, contents, kinds);
    store.transact(work, Result::is_ok).and_then(|done| done).map_err(trouble)
}

/// What begins every URL that the service tells, and the names that it answers to besides those of this machine.
fn names(addr: SocketAddr, public: Option<PublicUrl>, mut allowed: Vec<String>) -> (String, Vec<String>) {
    match public {
        None => (format!("http://{}", reachable(addr)), allowed),
        Some(url) => {
            allowed.push(url.host().to_owned());
            (url.origin().to_owned(), allowed)
        }
    }
}

/// An address a client on this machine can use.
fn reachable(addr: SocketAddr) -> SocketAddr {
    let ip = match addr.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, addr.port())
}
