//! Which calls only read, and whether they read a little or a lot.
//!
//! In: a call. Out: how it may be served beside the one that writes. When in doubt it is one that may write, or a lot:
//! that costs time and never truth.

use super::list::{group_key, user_key};
use super::{Call, Method, Service, Target};
use crate::store::Reading;
use scim::filter::Filter;

impl Service {
    /// What a call costs that writes nothing, whatever it finds; none for any other.
    pub(crate) fn reading(&self, call: &Call) -> Option<Reading> {
        let reads = call.method == Method::Get || (call.method == Method::Post && call.target.is_search());
        // A limit may move the clock on.
        if !reads || !self.behaviour.access.rates.is_empty() {
            return None;
        }
        Some(if is_short(call) { Reading::Short } else { Reading::Long })
    }
}

/// Whether a few rows found by an index are all there is to read.
fn is_short(call: &Call) -> bool {
    let parameter = |name: &str| call.query.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str());
    let filter = || {
        let filter = parameter("filter").filter(|_| parameter("sortBy").is_none())?;
        Filter::parse(filter).ok()
    };
    let without_members =
        || parameter("excludedAttributes").is_some_and(|names| names.split(',').any(|n| n.trim() == "members"));
    match &call.target {
        Target::User(_) | Target::Me | Target::Other(..) | Target::Nothing => true,
        target if target.is_discovery() => true,
        Target::Group(_) => without_members(),
        Target::Users => filter().is_some_and(|filter| user_key(&filter).is_some()),
        Target::Groups => without_members() && filter().is_some_and(|filter| group_key(&filter).is_some()),
        _ => false,
    }
}
