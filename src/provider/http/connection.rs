//! Connections that can be cut after the work is done and before the answer is out, and that nobody can hold open by
//! sending a request's head for ever. One that waits between requests costs nothing and may wait.

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use std::future::Future as _;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Sleep;

/// The listener of the service.
pub(in crate::provider) struct Door {
    pub(in crate::provider) listener: TcpListener,
    /// How long the head of a request may take.
    pub(in crate::provider) patience: Duration,
}

/// What the service tells the connection a request came over.
#[derive(Debug, Clone, Default)]
pub(in crate::provider) struct Cut(Arc<Told>);

#[derive(Debug, Default)]
struct Told {
    cut: AtomicBool,
    /// How many heads were read.
    heads: AtomicUsize,
    /// Requests whose head is read and whose answer is not made yet.
    busy: AtomicUsize,
}

impl Cut {
    /// From now on nothing more is written.
    pub(super) fn cut(&self) {
        self.0.cut.store(true, Ordering::SeqCst);
    }

    /// Whether nothing more is written.
    pub(super) fn is_cut(&self) -> bool {
        self.0.cut.load(Ordering::SeqCst)
    }

    /// A request's head is read; the next one begins when this is dropped.
    pub(super) fn busy(&self) -> Busy {
        self.0.heads.fetch_add(1, Ordering::SeqCst);
        self.0.busy.fetch_add(1, Ordering::SeqCst);
        Busy(self.0.clone())
    }
}

/// A request at work on a connection.
pub(super) struct Busy(Arc<Told>);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.busy.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A connection and the means to cut it.
pub(in crate::provider) struct Wire {
    stream: TcpStream,
    cut: Cut,
    patience: Duration,
    /// Runs from the first byte of a head, beside the number of heads read before it.
    head: Option<(usize, Pin<Box<Sleep>>)>,
}

impl Listener for Door {
    type Io = Wire;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Wire, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.listener).await;
        // Answers are small and somebody waits for each.
        let _ = stream.set_nodelay(true);
        (Wire { stream, cut: Cut::default(), patience: self.patience, head: None }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

impl Connected<IncomingStream<'_, Door>> for Cut {
    fn connect_info(stream: IncomingStream<'_, Door>) -> Self {
        stream.io().cut.clone()
    }
}

impl AsyncRead for Wire {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buf);
        let heads = self.cut.0.heads.load(Ordering::SeqCst);
        let busy = self.cut.0.busy.load(Ordering::SeqCst) > 0;
        if busy || self.head.as_ref().is_some_and(|(known, _)| *known != heads) {
            self.head = None;
        }
        if !busy && self.head.is_none() && read.is_ready() && buf.filled().len() > before {
            self.head = Some((heads, Box::pin(tokio::time::sleep(self.patience))));
        }
        // Asked after every read, so that a client cannot push the end away byte by byte.
        if let Some((_, timer)) = &mut self.head
            && timer.as_mut().poll(cx).is_ready()
        {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        read
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, data: &[u8]) -> Poll<io::Result<usize>> {
        if self.cut.0.cut.load(Ordering::SeqCst) {
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        Pin::new(&mut self.stream).poll_write(cx, data)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
