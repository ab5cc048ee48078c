//! A population: servers that are sound, each in its own way, and servers that keep little.
//!
//! In: `choices.toml`, what the RFCs leave open and the ways to settle it; `lossy.toml`. Out: a [`Server`] for any set of those ways, and
//! what is known beforehand to be wrong with it. Never: chance; whoever measures draws. And never a fault: those are laid
//! around a server as around any other.

mod choices;
mod schema_edits;
mod server;

pub use choices::{Base, Choice, Departure, bases, choices};
pub use server::{BadServer, Server};
