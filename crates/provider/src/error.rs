//! Why the service cannot be started, or cannot answer.

use std::net::SocketAddr;

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
    /// What is to be put in would be mixed with what is there.
    #[error(
        "{path} has {users} users and {groups} groups already; a state is served from an empty one, so name another file"
    )]
    NotEmpty {
        /// The file.
        path: String,
        /// Users in it.
        users: i64,
        /// Groups in it.
        groups: i64,
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
