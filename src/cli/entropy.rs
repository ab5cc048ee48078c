//! What no two starts of the program have in common.

/// Ids of a served provider must differ from start to start: a client may hold those of the last one.
pub(super) fn entropy() -> u64 {
    use std::hash::{BuildHasher as _, Hasher as _};
    std::collections::hash_map::RandomState::new().build_hasher().finish()
}
