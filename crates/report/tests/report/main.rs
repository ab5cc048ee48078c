//! The reports, on records made by hand.

#![expect(clippy::unwrap_used, reason = "a test may fail by panic")]

mod documents;
mod files;
mod html;
mod junit;
mod listing;
mod sample;
mod schema;
mod terminal;
