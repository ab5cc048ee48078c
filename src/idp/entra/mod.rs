//! Entra.

use super::connection::Connection;
use super::event::Event;
use super::kind::Kind;
use super::moves::Spelling;
use super::tenant::Dialect;
use futures::future::{FutureExt, LocalBoxFuture};

pub(super) const SPELLING: Spelling =
    Spelling { headers: &[("adscimversion", "5.0")], accept_encoding: None, content_type: "application/scim+json" };

pub(super) struct Entra;

impl Entra {
    pub(super) fn new(_kind: Kind) -> Self {
        Self
    }
}

impl Dialect for Entra {
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
