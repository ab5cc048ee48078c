//! Starting and stopping the service.

use super::behaviour::Behaviour;
use super::clock::Clock;
use super::http::{App, Cut, Door, base_url, router};
use super::page::Page;
use super::service::Service;
use super::store::{Handle, Store, Stored};
use scim::schema::Registry;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// The tenant at `/scim/v2`.
pub(super) const DEFAULT_TENANT: &str = "default";
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
    /// The page for people at `/`, with the exchanges of late; without, there is none and nothing is recorded.
    pub page: Option<Page>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            addr: SocketAddr::new(Ipv4Addr::LOCALHOST.into(), 0),
            db: None,
            behaviour: Behaviour::default(),
            token: None,
            admin_token: None,
            clock: Clock::Real,
            seed: 0,
            patience: PATIENCE,
            types: Registry::default(),
            page: None,
        }
    }
}

/// Why the service could not be started, or could not answer.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// The address is taken or not ours.
    #[error("cannot listen on {addr}: {source}; is the port in use? port 0 takes any free one")]
    Listen {
        /// The address.
        addr: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// The database could not be opened or used.
    #[error("cannot use {path}: {source}")]
    Open {
        /// The file.
        path: String,
        /// What SQLite said.
        source: rusqlite::Error,
    },
    /// The database was written by another version of this program.
    #[error("{path} has schema version {found}, this program knows {expected}; name another file")]
    SchemaVersion {
        /// The file.
        path: String,
        /// The version in it.
        found: i64,
        /// The version known here.
        expected: i64,
    },
    /// The store's thread could not be started.
    #[error("cannot start a thread: {0}")]
    Thread(std::io::Error),
    /// A reading of the database failed.
    #[error("the database could not be read: {0}")]
    Read(rusqlite::Error),
    /// The store gave no answer: a bug of ours, or the service is stopping.
    #[error("the store gave no answer")]
    Lost,
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
        let Settings { db, behaviour, token, admin_token, clock, seed, patience, types, page, .. } = settings;
        let opened = tokio::task::spawn_blocking(move || -> Result<(Store, String, String), ProviderError> {
            let store = Store::open(db.as_deref(), seed, clock)?;
            let shown = db.map_or_else(|| "the database in memory".into(), |p| p.display().to_string());
            let (token, admin) =
                tokens(&store, token, admin_token).map_err(|source| ProviderError::Open { path: shown, source })?;
            Ok((store, token, admin))
        });
        let (store, token, admin_token) = opened.await.map_err(|_| ProviderError::Lost)??;
        let origin = format!("http://{}", reachable(addr));
        let handle = Handle::spawn(store)?;
        let app =
            Arc::new(App::new(handle, Service::new(behaviour, types), origin.clone(), &admin_token, patience, page));
        let (stop, stopped) = oneshot::channel::<()>();
        let served = tokio::spawn(async move {
            let service = router(app.clone()).into_make_service_with_connect_info::<Cut>();
            let stopping = async move {
                // An error means that whoever held the service let go of it: stop as well.
                let _ = stopped.await;
                app.stop();
            };
            // The future ends only by the signal; its error type is there for form.
            let _ = axum::serve(Door::new(listener, patience), service).with_graceful_shutdown(stopping).await;
        });
        Ok(Running {
            addr,
            base_url: base_url(&origin, DEFAULT_TENANT),
            token,
            admin_url: format!("{origin}/admin"),
            admin_token,
            page_url: format!("{origin}/"),
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

/// An address a client on this machine can use.
fn reachable(addr: SocketAddr) -> SocketAddr {
    let ip = match addr.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, addr.port())
}
