//! Values kept that should not be: several primary ones, and what a client took away with null.
//!
//! In: a write of a whole user. Out: what is stored in its place. Never: a refusal.

use super::layer::Layer;
use super::names::FaultName as F;
use super::sent::sent;
use crate::service::{Done, Reply, put, stored};
use crate::store::UserRow;
use serde_json::Value;

/// Leaves the first primary address the only one, so that the correct service takes the write.
pub(super) fn leave_one_primary(body: &mut Value) {
    for address in primaries(body).skip(1) {
        *address = false.into();
    }
}

/// Where the addresses of a user say that they are the primary one.
fn primaries(body: &mut Value) -> impl Iterator<Item = &mut Value> {
    let emails = body.get_mut("emails").and_then(Value::as_array_mut).into_iter().flatten();
    emails.filter_map(|email| email.get_mut("primary")).filter(|primary| **primary == Value::Bool(true))
}

/// Puts in the place of each null what the user has.
pub(super) fn keep_nulls(user: &UserRow, body: &mut Value) {
    let has = stored(&user.body);
    let nulls = body.as_object().into_iter().flatten().filter(|(_, value)| value.is_null());
    let nulls: Vec<String> = nulls.map(|(name, _)| name.clone()).collect();
    for name in nulls {
        if let Some(value) = has.get(&name) {
            put(body, &name, value.clone());
        }
    }
}

impl Layer<'_> {
    /// Stores every primary address that was sent, and shows them.
    pub(super) fn keep_primaries(&self, reply: Reply, now: &UserRow) -> Done<Reply> {
        let mut asked = sent(self.asked, &self.service.types).unwrap_or_default();
        if !self.has(F::SeveralPrimariesKept) || primaries(&mut asked).count() < 2 {
            return Ok(reply);
        }
        let kept = self.overwrite(now, &[("emails", asked["emails"].take())])?;
        if reply.body.is_some() { self.work().show_user(reply.status, &kept) } else { Ok(reply) }
    }
}
