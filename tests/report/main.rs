//! The reports, on records made by hand.

#![expect(clippy::unwrap_used, reason = "a test may fail by panic")]

mod files;
mod junit;
mod sample;
mod schema;
mod terminal;
