//! Plans made for the embedded provider, carried out over HTTP, killed, gone on with and taken back.

#![expect(clippy::unwrap_used, reason = "a test may fail by panic")]

mod converge;
mod damage;
mod field;
mod killed;
mod safe;
mod support;
