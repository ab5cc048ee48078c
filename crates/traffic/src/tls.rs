//! Where connections come in, with TLS or without: so many at once and no more.
//!
//! In: a socket, perhaps a certificate with its key. Out: connections. Never: a handshake that holds up another.

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// Connections at once.
const MOST: usize = 512;
/// How long a handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// How long is waited where the system has no room for one more.
const PAUSE: Duration = Duration::from_millis(50);

/// Why a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct TlsError(String);

/// A certificate with its chain, and its key.
#[derive(Clone)]
pub struct ServerTls(Arc<ServerConfig>);

impl ServerTls {
    /// Reads both from PEM; `names` are the files they come from.
    ///
    /// # Errors
    /// When one holds none, or they do not belong together.
    pub fn from_pem(certificate: &[u8], key: &[u8], names: (&str, &str)) -> Result<Self, TlsError> {
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(certificate).collect();
        let chain = chain.ok().filter(|chain| !chain.is_empty());
        let chain = chain.ok_or_else(|| TlsError(format!("{} holds no certificate in PEM", names.0)))?;
        let wrong = |_| TlsError(format!("{} holds no unencrypted private key in PEM", names.1));
        let key = PrivateKeyDer::from_pem_slice(key).map_err(wrong)?;
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let config = config.and_then(|config| config.with_no_client_auth().with_single_cert(chain, key));
        config.map(|config| Self(Arc::new(config))).map_err(|e| {
            TlsError(format!("the certificate in {} and the key in {} cannot be used together: {e}", names.0, names.1))
        })
    }
}

impl std::fmt::Debug for ServerTls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ServerTls")
    }
}

/// A connection, and its place among those there may be.
pub(crate) struct Connection {
    stream: Stream,
    _place: OwnedSemaphorePermit,
}

enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

/// Connections as they are ready to be served.
pub(crate) struct Incoming {
    ready: mpsc::Receiver<(Connection, SocketAddr)>,
    at: SocketAddr,
}

impl Incoming {
    /// Lets connections in.
    pub(crate) fn new(listener: TcpListener, at: SocketAddr, tls: Option<ServerTls>) -> Self {
        let (send, ready) = mpsc::channel(MOST);
        let acceptor = tls.map(|ServerTls(config)| TlsAcceptor::from(config));
        tokio::spawn(async move {
            let places = Arc::new(Semaphore::new(MOST));
            while let Ok(place) = places.clone().acquire_owned().await {
                let accepted = tokio::select! {
                    accepted = listener.accept() => accepted,
                    () = send.closed() => return,
                };
                let Ok((stream, from)) = accepted else {
                    tokio::time::sleep(PAUSE).await;
                    continue;
                };
                // Small answers go at once; where that cannot be set they go a little later.
                let _as_it_is = stream.set_nodelay(true);
                let (send, acceptor) = (send.clone(), acceptor.clone());
                tokio::spawn(async move {
                    let stream = match acceptor {
                        None => Stream::Plain(stream),
                        Some(acceptor) => match tokio::time::timeout(HANDSHAKE, acceptor.accept(stream)).await {
                            Ok(Ok(stream)) => Stream::Tls(Box::new(stream)),
                            // Who cannot agree on TLS is told so by TLS.
                            _ => return,
                        },
                    };
                    let _nobody_serves = send.send((Connection { stream, _place: place }, from)).await;
                });
            }
        });
        Self { ready, at }
    }
}

impl axum::serve::Listener for Incoming {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Connection, SocketAddr) {
        match self.ready.recv().await {
            Some(ready) => ready,
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.at)
    }
}

impl AsyncRead for Connection {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match &mut self.get_mut().stream {
            Stream::Plain(stream) => Pin::new(stream).poll_read(cx, buffer),
            Stream::Tls(stream) => Pin::new(stream).poll_read(cx, buffer),
        }
    }
}

impl AsyncWrite for Connection {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, data: &[u8]) -> Poll<io::Result<usize>> {
        match &mut self.get_mut().stream {
            Stream::Plain(stream) => Pin::new(stream).poll_write(cx, data),
            Stream::Tls(stream) => Pin::new(stream).poll_write(cx, data),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.get_mut().stream {
            Stream::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Stream::Tls(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.get_mut().stream {
            Stream::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Stream::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}
