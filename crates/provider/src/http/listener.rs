//! Where connections come in. When the system has no room for one more, those that have waited longest for nothing are
//! let go, so that idle clients, however many, keep nobody out.

use super::connection::{Connection, ConnectionState, Cut};
use axum::serve::{IncomingStream, Listener};
use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::net::TcpListener;

/// How many connections are let go at once when there is no room.
const LET_GO: usize = 64;
/// How long the ones let go have to leave before the next try.
const LEAVING: Duration = Duration::from_millis(5);
/// Beyond so many known connections those that are gone are forgotten.
const REMEMBERED: usize = 1024;

/// The listener of the service.
pub(crate) struct ConnectionListener {
    listener: TcpListener,
    /// How long the head of a request may take.
    patience: Duration,
    /// The open connections, in the order they came.
    open: VecDeque<Weak<ConnectionState>>,
    /// How many known connections are worth a look for those that are gone.
    crowded: usize,
}

impl ConnectionListener {
    /// Lets connections in from a listener.
    pub(crate) fn new(listener: TcpListener, patience: Duration) -> Self {
        Self { listener, patience, open: VecDeque::new(), crowded: REMEMBERED }
    }

    fn remember(&mut self, state: &Arc<ConnectionState>) {
        if self.open.len() >= self.crowded {
            self.open.retain(|known| known.strong_count() > 0);
            self.crowded = REMEMBERED.max(self.open.len() * 2);
        }
        self.open.push_back(Arc::downgrade(state));
    }

    /// Asks those to leave who came first and are at rest; none that is at work.
    fn make_room(&mut self) {
        let mut gone = 0;
        self.open.retain(|known| match known.upgrade() {
            Some(state) if gone < LET_GO && state.close_if_idle() => {
                gone += 1;
                false
            }
            Some(_) => true,
            None => false,
        });
    }
}

impl Listener for ConnectionListener {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Connection, SocketAddr) {
        loop {
            match self.listener.accept().await {
                Ok((stream, address)) => {
                    // Answers are small and somebody waits for each.
                    let _ = stream.set_nodelay(true);
                    let state = Arc::new(ConnectionState::default());
                    self.remember(&state);
                    return (Connection::new(stream, state, self.patience), address);
                }
                Err(error) if lost_before(&error) => {}
                Err(_) => {
                    // No file descriptor or no memory for it: the client waits in the system's queue meanwhile.
                    self.make_room();
                    tokio::time::sleep(LEAVING).await;
                }
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// Whether the client was gone before it was let in.
fn lost_before(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

impl axum::extract::connect_info::Connected<IncomingStream<'_, ConnectionListener>> for Cut {
    fn connect_info(stream: IncomingStream<'_, ConnectionListener>) -> Self {
        stream.io().cut()
    }
}
