//! Okta.

use super::connection::Connection;
use super::event::Event;
use super::kind::Kind;
use super::tenant::Dialect;
use futures::future::{FutureExt, LocalBoxFuture};

pub(super) struct Okta;

impl Okta {
    pub(super) fn new(_kind: Kind) -> Self {
        Self
    }
}

impl Dialect for Okta {
    fn handle<'a>(&'a mut self, _connection: &'a mut Connection, _event: Event) -> LocalBoxFuture<'a, ()> {
        futures::future::ready(()).boxed_local()
    }

    fn cycle<'a>(&'a mut self, _connection: &'a mut Connection) -> LocalBoxFuture<'a, ()> {
        futures::future::ready(()).boxed_local()
    }

    fn pending(&self, _connection: &Connection) -> bool {
        false
    }

    fn passed(&mut self, _connection: &mut Connection) {}
}
