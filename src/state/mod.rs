//! Full read of a target and the invariants that hold over it.
