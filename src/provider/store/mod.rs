//! The service's state: one SQLite connection on a thread of its own.
//!
//! In: jobs. Out: rows. One request is one job and, when it writes, one transaction; jobs never overlap,
//! so what a request reads holds until it has written. Never: HTTP, or a decision about what is allowed.

mod accounts;
mod copy;
mod credentials;
mod defects;
mod groups;
mod members;
mod product;
mod resources;
mod tenants;
mod users;

pub(super) use accounts::AccountRow;
pub(super) use credentials::{Credential, CredentialKind};
pub(super) use groups::{GroupDraft, GroupKey, GroupRow};
pub(super) use members::MemberRow;
pub(super) use product::ProductGroup;
pub(super) use resources::ResourceRow;
pub(super) use tenants::Tenant;
pub(super) use users::{UserDraft, UserKey, UserRow};

use super::ProviderError;
use super::clock::Clock;
use crate::scim::prepared::prepared;
use rusqlite::Connection;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::mpsc;
use std::time::Duration;

/// The shape of the tables; a file of another version is refused, not guessed at.
const SCHEMA_VERSION: i64 = 2;

/// How long a write waits for another process to let go of the file.
const BUSY: Duration = Duration::from_secs(2);

/// What the queries answer.
pub(super) type Stored<T> = Result<T, rusqlite::Error>;

/// The connection with what it needs to make ids and instants.
pub(super) struct Store {
    pub(super) conn: Connection,
    seed: u64,
    clock: Clock,
}

impl Store {
    /// Opens a database file, or one in memory.
    pub(super) fn open(path: Option<&Path>, seed: u64, clock: Clock) -> Result<Self, ProviderError> {
        let conn = match path {
            Some(path) => Connection::open(path),
            None => Connection::open_in_memory(),
        }
        .map_err(|source| ProviderError::Open { path: shown(path), source })?;
        prepare(&conn, path)?;
        Ok(Self { conn, seed, clock })
    }

    /// Runs `work` in a transaction that is kept only when `keep` says so of the result.
    pub(super) fn transact<T>(&mut self, work: impl FnOnce(&Self) -> T, keep: impl FnOnce(&T) -> bool) -> Stored<T> {
        self.conn.execute_batch("BEGIN IMMEDIATE")?;
        let result = work(self);
        let kept = keep(&result);
        if !kept && self.conn.is_autocommit() {
            // A full disk makes SQLite roll back by itself; a second time would fail and hide why.
            return Ok(result);
        }
        let ended = if kept { "COMMIT" } else { "ROLLBACK" };
        if let Err(error) = self.conn.execute_batch(ended) {
            // The connection serves every later request, so it must not stay inside a transaction.
            let _ = self.conn.execute_batch("ROLLBACK");
            return Err(error);
        }
        Ok(result)
    }
}

fn shown(path: Option<&Path>) -> String {
    path.map_or_else(|| "the database in memory".into(), |p| p.display().to_string())
}

fn prepare(conn: &Connection, path: Option<&Path>) -> Result<(), ProviderError> {
    let trouble = |source| ProviderError::Open { path: shown(path), source };
    conn.set_prepared_statement_cache_capacity(128);
    // One request waits so long for another process, and with it every one behind it.
    conn.busy_timeout(BUSY).map_err(trouble)?;
    conn.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;
         PRAGMA cache_size = -65536;",
    )
    .map_err(trouble)?;
    let version: i64 = conn.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(trouble)?;
    match version {
        SCHEMA_VERSION => Ok(()),
        0 => {
            let sql = format!("BEGIN; {} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;", include_str!("schema.sql"));
            conn.execute_batch(&sql).map_err(trouble)
        }
        found => Err(ProviderError::SchemaVersion { path: shown(path), found, expected: SCHEMA_VERSION }),
    }
}

impl Store {
    /// Runs `work` as a part of the running transaction; what it wrote is kept only when `keep` says so.
    pub(super) fn nested<T>(&self, work: impl FnOnce() -> T, keep: impl FnOnce(&T) -> bool) -> Stored<T> {
        self.conn.execute_batch("SAVEPOINT part")?;
        let result = work();
        if !keep(&result) {
            self.conn.execute_batch("ROLLBACK TO part")?;
        }
        self.conn.execute_batch("RELEASE part")?;
        Ok(result)
    }

    /// The present moment of a tenant, without moving its clock on.
    pub(super) fn moment(&self, tenant: &Tenant) -> Stored<String> {
        self.conn
            .prepare_cached("SELECT ticks, ahead FROM tenants WHERE row = ?1")?
            .query_row([tenant.row], |row| Ok(self.clock.at(row.get(0)?, row.get(1)?)))
    }
}

type Job = Box<dyn FnOnce(&mut Store) + Send>;

/// The way to the store's thread. The thread ends when the last handle is dropped.
#[derive(Clone)]
pub(super) struct Handle(mpsc::Sender<Job>);

impl Handle {
    /// Hands the store to a thread of its own.
    pub(super) fn spawn(mut store: Store) -> Result<Self, ProviderError> {
        let (jobs, queue) = mpsc::channel::<Job>();
        std::thread::Builder::new()
            .name("scimulate-store".into())
            .spawn(move || {
                while let Ok(job) = queue.recv() {
                    // A job that panics is a bug of ours and costs its own request, not every later one.
                    if catch_unwind(AssertUnwindSafe(|| job(&mut store))).is_err() {
                        let _ = store.conn.execute_batch("ROLLBACK");
                    }
                }
            })
            .map_err(ProviderError::Thread)?;
        Ok(Self(jobs))
    }

    /// Runs one job and waits for it without blocking the async thread.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Store) -> T + Send + 'static,
    ) -> Result<T, ProviderError> {
        let (answer, answered) = tokio::sync::oneshot::channel();
        let job: Job = Box::new(move |store| {
            let _ = answer.send(job(store));
        });
        self.0.send(job).map_err(|_| ProviderError::Lost)?;
        answered.await.map_err(|_| ProviderError::Lost)
    }
}

/// The form in which names that are not case-exact are compared (RFC 7643 section 2.2, RFC 7644 section 5).
pub(super) fn fold(name: &str) -> String {
    prepared(name, false).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_job_that_panics_leaves_the_store_at_work() {
        let handle = Handle::spawn(Store::open(None, 0, Clock::logical()).unwrap()).unwrap();
        let broken = handle.run(|store| store.transact(|_| -> i32 { panic!("on purpose") }, |_| true));
        assert!(matches!(broken.await, Err(ProviderError::Lost)));
        let made = handle.run(|store| store.transact(|store| store.create_tenant("t"), Result::is_ok)).await;
        assert!(made.unwrap().unwrap().unwrap().is_some());
    }

    #[test]
    fn a_full_disk_is_said_and_what_was_there_stays() {
        let mut store = Store::open(None, 0, Clock::logical()).unwrap();
        let fill = |store: &mut Store, name: &str| -> Stored<()> {
            store.transact(|store| store.create_tenant(name).map(drop), Result::is_ok)?
        };
        fill(&mut store, "first").unwrap();
        let pages: i64 = store.conn.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
        store.conn.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(())).unwrap();
        let long = "x".repeat(100_000);
        let error = fill(&mut store, &long).unwrap_err();
        assert_eq!(error.sqlite_error_code(), Some(rusqlite::ErrorCode::DiskFull));
        assert!(store.tenant("first").unwrap().is_some() && store.tenant(&long).unwrap().is_none());
        let service = crate::provider::service::Service::new(
            crate::provider::Behaviour::default(),
            crate::scim::schema::Registry::default(),
        );
        let reply = service.store_failed(&error);
        assert_eq!((reply.status, reply.body.unwrap()["status"].as_str()), (507, Some("507")));
        store.conn.query_row("PRAGMA max_page_count = 100000", [], |_| Ok(())).unwrap();
        fill(&mut store, &long).unwrap();
    }

    #[test]
    fn a_file_of_another_version_is_refused() {
        let path = std::env::temp_dir().join(format!("scimulate-version-{}.db", std::process::id()));
        Connection::open(&path).unwrap().execute_batch("PRAGMA user_version = 99").unwrap();
        let error = Store::open(Some(&path), 0, Clock::Real).err().unwrap().to_string();
        let _ = std::fs::remove_file(&path);
        assert!(error.contains("schema version 99"), "{error}");
    }
}
