//! Connections that can be cut after the work is done and before the answer is out, and that nobody can hold open by
//! sending a request's head for ever. One that waits between requests costs nothing and may wait, as long as there is
//! room for others.
//!
//! A refusal is heard: what a client is still sending is read away before the connection is closed, because a system
//! that closes on unread bytes takes the answer back. And where HTTP itself refuses, the answer gets a SCIM body.

use super::library_refusal::scim_refusal;
use futures::task::AtomicWaker;
use std::future::Future as _;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Sleep;

/// The most that is read away after a refusal.
pub(super) const DRAIN_LIMIT: usize = 64 << 20;

/// What the service tells the connection a request came over.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cut(Arc<ConnectionState>);

/// What a connection, the service and the listener know of each other.
#[derive(Debug, Default)]
pub(super) struct ConnectionState {
    cut: AtomicBool,
    /// How many heads were read.
    heads: AtomicUsize,
    /// Requests whose head is read and whose answer is not made yet.
    busy: AtomicUsize,
    /// Whether bytes came that are not answered yet.
    stirred: AtomicBool,
    /// Whether the last request had a body, of which something may be unread.
    has_body: AtomicBool,
    /// Whether it has to make room.
    leaves: AtomicBool,
    /// Who reads from it.
    reader: AtomicWaker,
}

impl ConnectionState {
    /// Ends the connection if it is at rest; says whether it is.
    pub(super) fn close_if_idle(&self) -> bool {
        if self.stirred.load(Ordering::SeqCst) || self.busy.load(Ordering::SeqCst) > 0 {
            return false;
        }
        self.leaves.store(true, Ordering::SeqCst);
        self.reader.wake();
        true
    }
}

impl Cut {
    /// From now on nothing more is written.
    pub(crate) fn cut(&self) {
        self.0.cut.store(true, Ordering::SeqCst);
    }

    /// Takes a cut back, before anything was to be written.
    pub(crate) fn mend(&self) {
        self.0.cut.store(false, Ordering::SeqCst);
    }

    /// Whether nothing more is written.
    pub(super) fn is_cut(&self) -> bool {
        self.0.cut.load(Ordering::SeqCst)
    }

    /// A request's head is read; the next one begins when this is dropped.
    pub(super) fn busy(&self, has_body: bool) -> Busy {
        self.0.has_body.store(has_body, Ordering::SeqCst);
        self.0.heads.fetch_add(1, Ordering::SeqCst);
        self.0.busy.fetch_add(1, Ordering::SeqCst);
        Busy(self.0.clone())
    }
}

/// A request at work on a connection.
pub(super) struct Busy(Arc<ConnectionState>);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.busy.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A connection and the means to cut it.
pub(crate) struct Connection {
    stream: TcpStream,
    state: Arc<ConnectionState>,
    patience: Duration,
    /// Runs from the first byte of a head, beside the number of heads read before it.
    head: Option<(usize, Pin<Box<Sleep>>)>,
    /// What is written in the place of HTTP's own refusal, and how much of it is.
    instead: Option<(Vec<u8>, usize)>,
    /// Reading away what comes after the last answer: how much came, and how long that may take.
    drained: Option<(usize, Pin<Box<Sleep>>)>,
}

impl Connection {
    pub(super) fn new(stream: TcpStream, state: Arc<ConnectionState>, patience: Duration) -> Self {
        Self { stream, state, patience, head: None, instead: None, drained: None }
    }

    pub(super) fn cut(&self) -> Cut {
        Cut(self.state.clone())
    }

    /// Writes what stands in the place of HTTP's own refusal.
    fn poll_instead(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Some((refusal, written)) = &mut self.instead {
            let rest = refusal.get(*written..).unwrap_or_default();
            if rest.is_empty() {
                self.instead = None;
                // There is no request to go on from.
                self.state.has_body.store(true, Ordering::SeqCst);
                break;
            }
            *written += ready!(Pin::new(&mut self.stream).poll_write(cx, rest))?;
        }
        Poll::Ready(Ok(()))
    }

    /// Reads away what the client is still sending, within bounds.
    fn poll_drain(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let patience = self.patience;
        let (length, timer) = self.drained.get_or_insert_with(|| (0, Box::pin(tokio::time::sleep(patience))));
        let mut room = vec![0; 16 << 10];
        while timer.as_mut().poll(cx).is_pending() && *length <= DRAIN_LIMIT {
            let mut read = ReadBuf::new(&mut room);
            match ready!(Pin::new(&mut self.stream).poll_read(cx, &mut read)) {
                Ok(()) if !read.filled().is_empty() => *length += read.filled().len(),
                Ok(()) | Err(_) => break,
            }
        }
        Poll::Ready(())
    }
}

impl AsyncRead for Connection {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.state.reader.register(cx.waker());
        if self.state.leaves.load(Ordering::SeqCst) {
            return Poll::Ready(Ok(()));
        }
        let before = buf.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buf);
        let came = read.is_ready() && buf.filled().len() > before;
        if came {
            self.state.stirred.store(true, Ordering::SeqCst);
        }
        let heads = self.state.heads.load(Ordering::SeqCst);
        let busy = self.state.busy.load(Ordering::SeqCst) > 0;
        if busy || self.head.as_ref().is_some_and(|(known, _)| *known != heads) {
            self.head = None;
        }
        if !busy && self.head.is_none() && came {
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

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, data: &[u8]) -> Poll<io::Result<usize>> {
        if self.state.cut.load(Ordering::SeqCst) {
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        if self.instead.is_none() {
            self.instead = scim_refusal(data).map(|refusal| (refusal, 0));
        }
        if self.instead.is_some() {
            ready!(self.poll_instead(cx))?;
            return Poll::Ready(Ok(data.len()));
        }
        Pin::new(&mut self.stream).poll_write(cx, data)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
        if self.state.busy.load(Ordering::SeqCst) == 0 {
            self.state.stirred.store(false, Ordering::SeqCst);
        }
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.drained.is_none() {
            ready!(Pin::new(&mut self.stream).poll_shutdown(cx))?;
        }
        // Whoever sent no body sends nothing more; waiting for the end of that would only hold the place.
        if self.state.has_body.load(Ordering::SeqCst) && !self.state.cut.load(Ordering::SeqCst) {
            ready!(self.poll_drain(cx));
        }
        Poll::Ready(Ok(()))
    }
}
