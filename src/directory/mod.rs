//! The people and groups an IdP is the source of truth for.
