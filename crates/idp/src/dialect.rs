//! What every product has to answer.

use super::connection::Connection;
use super::event::Event;
use futures::future::LocalBoxFuture;

/// How one product speaks. There is one method for all events instead of one each, so that the compiler asks for an
/// answer to every event in one `match`.
pub(super) trait Dialect {
    /// Applies the event and does what the product does right away.
    fn handle<'a>(&'a mut self, connection: &'a mut Connection, event: Event) -> LocalBoxFuture<'a, ()>;

    /// Lets time pass to the next scheduled work and does it.
    fn cycle<'a>(&'a mut self, connection: &'a mut Connection) -> LocalBoxFuture<'a, ()>;

    /// Whether waiting would make the product send something more.
    fn pending(&self, connection: &Connection) -> bool;

    /// The clock was moved: what ends by itself ends.
    fn passed(&mut self, connection: &mut Connection);
}
