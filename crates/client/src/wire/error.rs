//! Why no connection pool could be built.

/// Why no transport could be built.
#[derive(Debug, thiserror::Error)]
pub enum WireError {
    /// TLS or the pool itself.
    #[error("the HTTP client could not be set up: {0}")]
    TransportSettings(#[from] reqwest::Error),
    /// TLS with a server that is known by its key.
    #[error("TLS could not be set up: {0}")]
    Tls(#[from] rustls::Error),
    /// A PEM file that is none.
    #[error("{origin} {why}")]
    Pem {
        /// The file.
        origin: String,
        /// What is wrong with it, and what it should be.
        why: &'static str,
    },
    /// A proxy that cannot be used.
    #[error("`{0}` is no proxy; write it like http://host:3128")]
    Proxy(String),
    /// A header that cannot be sent.
    #[error("the header `{0}` cannot be sent: its name or value has a character that no header may carry")]
    Header(String),
}
