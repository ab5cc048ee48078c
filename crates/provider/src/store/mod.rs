//! The service's state in SQLite.
//!
//! In: jobs. Out: rows. One request is one job and, when it writes, one transaction; jobs that write never overlap,
//! so what such a request reads holds until it has written. Never: HTTP, or a decision about what is allowed.

mod accounts;
mod connection_pool;
mod contents;
mod copied_tenants;
mod credentials;
mod groups;
mod job_queue;
mod members;
mod product_groups;
mod resources;
mod tenants;
mod tokens;
mod users;
mod wal_checkpoint;

pub(super) use accounts::AccountRow;
pub(super) use connection_pool::{Handle, Reading};
pub use contents::Contents;
pub(super) use contents::NotHeld;
pub(super) use credentials::{Credential, CredentialKind};
pub(super) use groups::{GroupDraft, GroupKey, GroupRow};
pub(super) use members::{MemberRow, MembershipRow};
pub(super) use product_groups::ProductGroup;
pub(super) use resources::ResourceRow;
pub(super) use tenants::Tenant;
pub(super) use tokens::TokenRow;
pub(super) use users::{UserDraft, UserKey, UserRow};

use super::behaviour::IdForm;
use super::clock::Clock;
use super::error::ProviderError;
use job_queue::JobQueue;
use rusqlite::Connection;
use rusqlite::config::DbConfig;
use scim::prepared::prepared;
use scim::secrecy::open_private;
use std::cell::Cell;
use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// The tenant at `/scim/v2`.
pub(super) const DEFAULT_TENANT: &str = "default";

/// The shape of the tables; a file of the version before is brought up to it, any other refused, not guessed at.
const SCHEMA_VERSION: i64 = 3;

/// How long a write waits for another process to let go of the file.
const BUSY: Duration = Duration::from_secs(2);

/// Page cache of the connection that writes, in KiB.
const CACHE: u32 = 64 << 10;

/// Page cache of one that reads; the system caches the file as well.
const READER_CACHE: u32 = 8 << 10;

/// Rows of one stretch of a long reading.
const STRETCH: i64 = 64;

/// Prepared statements a connection keeps.
const STATEMENTS: usize = 128;

/// What the queries answer.
pub(super) type Stored<T> = Result<T, rusqlite::Error>;

/// The connection with what it needs to make ids and instants.
pub(super) struct Store {
    pub(super) conn: Connection,
    seed: u64,
    clock: Clock,
    path: Option<PathBuf>,
    /// Who waits for this store while it works.
    queue: Option<Arc<JobQueue>>,
    /// Whether others are passing.
    passing: Cell<bool>,
    /// What ids look like.
    ids: IdForm,
}

impl Store {
    /// Opens a database file, or one in memory.
    pub(super) fn open(path: Option<&Path>, seed: u64, clock: Clock) -> Result<Self, ProviderError> {
        let conn = connect(path)?;
        prepare(&conn, path)?;
        Ok(Self::over(conn, path, seed, clock))
    }

    fn over(conn: Connection, path: Option<&Path>, seed: u64, clock: Clock) -> Self {
        let (path, ids) = (path.map(Path::to_path_buf), IdForm::default());
        Self { conn, seed, clock, path, queue: None, passing: Cell::new(false), ids }
    }

    /// The same, whose ids have that form.
    pub(super) fn with_ids(self, ids: IdForm) -> Self {
        Self { ids, ..self }
    }

    /// Opens another connection to the same file, one that cannot write; there is none to a database in memory.
    fn reader(&self) -> Option<Box<dyn Fn() -> Result<Self, ProviderError> + Send + Sync>> {
        let (path, seed, clock, ids) = (self.path.clone()?, self.seed, self.clock, self.ids);
        Some(Box::new(move || {
            let conn = connect(Some(&path))?;
            let sql = format!(
                "PRAGMA query_only = ON; PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY;
                 PRAGMA cache_size = -{READER_CACHE};"
            );
            conn.execute_batch(&sql).map_err(|source| ProviderError::Open { path: shown(Some(&path)), source })?;
            Ok(Self::over(conn, Some(&path), seed, clock).with_ids(ids))
        }))
    }

    /// Runs `work` in a transaction that is kept only when `keep` says so of the result.
    pub(super) fn transact<T>(&self, work: impl FnOnce(&Self) -> T, keep: impl FnOnce(&T) -> bool) -> Stored<T> {
        self.conn.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        let result = work(self);
        let kept = keep(&result);
        if !kept && self.conn.is_autocommit() {
            // A full disk makes SQLite roll back by itself; a second time would fail and hide why.
            return Ok(result);
        }
        let ended = if kept { "COMMIT" } else { "ROLLBACK" };
        if let Err(error) = self.conn.prepare_cached(ended).and_then(|mut end| end.execute([])) {
            // The connection serves every later request, so it must not stay inside a transaction.
            let _ = self.conn.execute_batch("ROLLBACK");
            return Err(error);
        }
        Ok(result)
    }

    /// Runs `work` on one state of the database, whatever others write meanwhile.
    fn snapshot<T>(&self, work: impl FnOnce(&Self) -> T) -> Stored<T> {
        self.conn.prepare_cached("BEGIN")?.execute([])?;
        let result = work(self);
        self.conn.prepare_cached("COMMIT")?.execute([])?;
        Ok(result)
    }

    /// From now on somebody else brings the log into the file.
    fn leave_log(&self) -> Stored<()> {
        self.conn.pragma_update(None, "wal_autocheckpoint", 0)
    }

    /// Brings into the file what can be brought without keeping anybody waiting; how many pages the log has.
    fn checkpoint(&self) -> Stored<i64> {
        self.conn.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| row.get(1))
    }

    /// Between two stretches of a long reading: lets the jobs pass that came meanwhile. A transaction is one piece.
    fn let_pass(&self) {
        let Some(queue) = self.queue.as_ref().filter(|_| self.conn.is_autocommit() && !self.passing.get()) else {
            return;
        };
        self.passing.set(true);
        queue.passing().into_iter().for_each(|job| job_queue::work(self, job));
        self.passing.set(false);
    }
}

fn connect(path: Option<&Path>) -> Result<Connection, ProviderError> {
    let trouble = |source| ProviderError::Open { path: shown(path), source };
    let conn = match path {
        Some(path) => {
            // Made here where it is not there, and its journal is made with the same rights. One that is there is not opened
            // beside SQLite: closing it would let go of SQLite's locks.
            let mut new = OpenOptions::new();
            let _sqlite_says_better_why = open_private(new.append(true).create_new(true), path);
            Connection::open(path)
        }
        None => Connection::open_in_memory(),
    }
    .map_err(trouble)?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    // One request waits so long for another process, and with it every one behind it.
    conn.busy_timeout(BUSY).map_err(trouble)?;
    // Without it a statement over a table with a partial index is planned anew for every value bound to it.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(trouble)?;
    Ok(conn)
}

fn shown(path: Option<&Path>) -> String {
    path.map_or_else(|| "the database in memory".into(), |p| p.display().to_string())
}

fn prepare(conn: &Connection, path: Option<&Path>) -> Result<(), ProviderError> {
    let trouble = |source| ProviderError::Open { path: shown(path), source };
    conn.execute_batch(&format!(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;
         PRAGMA cache_size = -{CACHE};"
    ))
    .map_err(trouble)?;
    let version: i64 = conn.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(trouble)?;
    match version {
        SCHEMA_VERSION => Ok(()),
        0 | 2 => {
            let sql = if version == 0 { include_str!("schema.sql") } else { include_str!("schema_from_2.sql") };
            let sql = format!("BEGIN; {sql} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;");
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
        let kept = keep(&result);
        if !kept && self.conn.is_autocommit() {
            // A full disk makes SQLite end the whole transaction by itself; a second end would fail and hide why.
            return Ok(result);
        }
        if !kept {
            self.conn.execute_batch("ROLLBACK TO part")?;
        }
        self.conn.execute_batch("RELEASE part")?;
        Ok(result)
    }

    /// The present moment of a tenant, by its row, without moving its clock on.
    pub(super) fn moment(&self, tenant: i64) -> Stored<String> {
        self.on_clock(tenant, Clock::at)
    }

    /// What a tenant's clock says.
    fn on_clock<T>(&self, tenant: i64, read: fn(Clock, i64, i64) -> T) -> Stored<T> {
        self.conn
            .prepare_cached("SELECT ticks, ahead FROM tenants WHERE row = ?1")?
            .query_row([tenant], |row| Ok(read(self.clock, row.get(0)?, row.get(1)?)))
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
        let store = Store::open(None, 0, Clock::logical()).unwrap();
        let fill = |store: &Store, name: &str| -> Stored<()> {
            store.transact(|store| store.create_tenant(name).map(drop), Result::is_ok)?
        };
        fill(&store, "first").unwrap();
        let pages: i64 = store.conn.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
        store.conn.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(())).unwrap();
        let long = "x".repeat(100_000);
        let error = fill(&store, &long).unwrap_err();
        assert_eq!(error.sqlite_error_code(), Some(rusqlite::ErrorCode::DiskFull));
        assert!(store.tenant("first").unwrap().is_some() && store.tenant(&long).unwrap().is_none());
        let halfway = |store: &Store| store.nested(|| store.create_tenant(&long).map(drop), Result::is_ok)?;
        let nested = store.transact(halfway, Result::is_ok).unwrap().unwrap_err();
        assert_eq!(nested.sqlite_error_code(), Some(rusqlite::ErrorCode::DiskFull), "{nested}");
        let service = crate::service::Service::new(
            crate::Behaviour::default(),
            scim::schema::Registry::default(),
            Default::default(),
        );
        let reply = service.store_failed(&error);
        assert_eq!((reply.status, reply.body.unwrap()["status"].as_str()), (507, Some("507")));
        store.conn.query_row("PRAGMA max_page_count = 100000", [], |_| Ok(())).unwrap();
        fill(&store, &long).unwrap();
    }

    #[test]
    fn what_is_asked_often_goes_by_the_narrowest_index() {
        let store = Store::open(None, 0, Clock::logical()).unwrap();
        let by_member = "members_by_member (member=?)";
        for (sql, index) in [
            (members::MEMBERSHIPS, by_member),
            (members::LEAVE_ALL, by_member),
            ("SELECT 1 FROM users WHERE tenant = ?1 AND external_id = ?2", "users_by_external_id"),
            ("SELECT 1 FROM groups WHERE tenant = ?1 AND external_id = ?2", "groups_by_external_id"),
        ] {
            let mut plan = store.conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
            let first: String = plan.query_row([1, 1], |row| row.get(3)).unwrap();
            assert!(first.contains(index), "{sql}: {first}");
        }
    }

    #[tokio::test]
    async fn a_reader_of_a_file_sees_what_was_written_and_writes_nothing() {
        let path = std::env::temp_dir().join(format!("scimulate-readers-{}.db", std::process::id()));
        let handle = Handle::spawn(Store::open(Some(&path), 0, Clock::logical()).unwrap()).unwrap();
        for n in 0..50 {
            let (name, made) = (format!("t{n}"), handle.clone());
            let made = made.run(move |store| store.transact(|s| s.create_tenant(&name), Result::is_ok)).await;
            made.unwrap().unwrap().unwrap();
            for reading in [Reading::Short, Reading::Long] {
                let seen = handle.read(reading, move |store| store.tenant(&format!("t{n}"))).await;
                assert!(seen.unwrap().unwrap().is_some(), "t{n}");
                let refused = handle.read(reading, |store| store.create_tenant("by a reader")).await;
                let code = refused.unwrap().unwrap_err().sqlite_error_code();
                assert_eq!(code, Some(rusqlite::ErrorCode::ReadOnly));
            }
        }
        let broken = handle.read(Reading::Short, |_| -> i32 { panic!("on purpose") });
        assert!(matches!(broken.await, Err(ProviderError::Lost)));
        assert!(handle.read(Reading::Short, |store| store.tenant("t1")).await.unwrap().unwrap().is_some());
        drop(handle);
        for ending in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{ending}", path.display()));
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn who_goes_away_does_not_make_room_before_the_reading_is_over() {
        let path = std::env::temp_dir().join(format!("scimulate-places-{}.db", std::process::id()));
        let handle = Handle::spawn(Store::open(Some(&path), 0, Clock::logical()).unwrap()).unwrap();
        let (begun, begins) = std::sync::mpsc::channel();
        let (done, waits) = std::sync::mpsc::channel::<()>();
        let waits = Arc::new(std::sync::Mutex::new(waits));
        for _ in 0..8 {
            let (handle, begun, waits) = (handle.clone(), begun.clone(), waits.clone());
            let reading = tokio::spawn(async move {
                let job = move |_: &Store| {
                    begun.send(()).unwrap();
                    let _ended = waits.lock().unwrap().recv();
                };
                handle.read(Reading::Long, job).await
            });
            tokio::time::sleep(Duration::from_millis(20)).await;
            reading.abort();
        }
        assert_eq!(begins.try_iter().count(), 4, "as many as there are places");
        drop(done);
        drop(handle);
        for ending in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{ending}", path.display()));
        }
    }

    #[test]
    fn others_pass_a_long_reading_in_memory_and_no_transaction() {
        let handle = Handle::spawn(Store::open(None, 0, Clock::logical()).unwrap()).unwrap();
        let order = Arc::new(std::sync::Mutex::new(Vec::new()));
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let (queue, seen) = (handle.clone(), order.clone());
        let note = |what: &'static str| {
            let seen = order.clone();
            handle.run(move |_| seen.lock().unwrap().push(what))
        };
        let (arrived, waits) = std::sync::mpsc::channel::<()>();
        let long = queue.read(Reading::Long, move |store| {
            waits.recv().unwrap();
            store.transact(|store| store.let_pass(), |()| true).unwrap();
            seen.lock().unwrap().push("in a transaction");
            store.let_pass();
            seen.lock().unwrap().push("afterwards");
        });
        let short = async {
            let (first, second) = (note("first"), note("second"));
            let both = futures::future::join(first, second);
            let told = async { arrived.send(()).unwrap() };
            let ((first, second), ()) = futures::future::join(both, told).await;
            first.and(second).unwrap();
        };
        runtime.block_on(futures::future::join(long, short)).0.unwrap();
        assert_eq!(*order.lock().unwrap(), ["in a transaction", "first", "second", "afterwards"]);
    }

    #[test]
    fn a_file_of_the_version_before_is_brought_up() {
        let path = std::env::temp_dir().join(format!("scimulate-before-{}.db", std::process::id()));
        drop(Store::open(Some(&path), 0, Clock::logical()).unwrap());
        let old = Connection::open(&path).unwrap();
        old.execute_batch(
            "DROP TRIGGER users_come; DROP TRIGGER users_go; DROP TRIGGER groups_come; DROP TRIGGER groups_go;
             ALTER TABLE tenants DROP COLUMN users; ALTER TABLE tenants DROP COLUMN groups;
             CREATE INDEX users_by_id ON users(id); CREATE INDEX groups_by_id ON groups(id);
             INSERT INTO tenants (name) VALUES ('t');
             INSERT INTO groups (tenant, id, display_name, display_name_key, body, version, created, modified)
             VALUES (1, 'g', 'G', 'g', '{}', 1, '', '');
             PRAGMA user_version = 2;",
        )
        .unwrap();
        drop(old);
        let store = Store::open(Some(&path), 0, Clock::logical()).unwrap();
        let tenant = store.tenant("t").unwrap().unwrap();
        assert_eq!((store.count_users(&tenant).unwrap(), store.count_groups(&tenant).unwrap()), (0, 1));
        let draft = GroupDraft { display_name: "H".into(), external_id: None, body: "{}".into() };
        let made = store.insert_group(tenant.row, &draft).unwrap();
        assert_eq!(store.count_groups(&tenant).unwrap(), 2);
        store.delete_group(&made).unwrap();
        assert_eq!(store.count_groups(&tenant).unwrap(), 1);
        drop(store);
        for ending in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{ending}", path.display()));
        }
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
