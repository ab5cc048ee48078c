//! The embedded provider over real HTTP, part by part.

#![expect(clippy::unwrap_used, reason = "a test may fail by panic")]

mod access;
mod admin;
mod as_dependency;
mod behaviour;
mod faults;
mod groups;
mod hostile;
mod outside;
mod page;
mod product;
mod profiles;
mod query;
mod robust;
mod support;
mod users;
