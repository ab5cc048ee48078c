//! The Gherkin vocabulary and the World it acts on.
//!
//! In: steps' texts, a [`Session`] on a target. Out: outcomes, and at the end a [`Closing`] with findings and evidence.
//! Never: scheduling, or how a report looks. A sentence is thin: one text, one call.

mod ask;
mod blame;
mod cast;
mod catalogue;
mod claims;
mod clauses;
mod closing;
mod discovery;
mod environment;
mod excuse;
mod factory;
mod noted;
mod panics;
mod product;
mod reading;
mod row;
mod runs;
mod sentences;
mod session;
mod stage;
mod stop;
mod table;
mod things;
mod told;
mod vocabulary;
mod witness;
mod words;
mod world;

pub use crate::safety::Inventory;
pub use cast::Casting;
pub use catalogue::{BindError, Bound, Catalogue, Phrase, Role};
pub use claims::{CLAIMS, Claim};
pub use clauses::Place;
pub use closing::Closing;
pub use discovery::Discovery;
pub use panics::install_hook;
pub use sentences::suspends_everybody;
pub use session::{Session, Snapshots, Swept};
pub use stage::Stage;
pub use stop::Stop;
pub use vocabulary::{Sentence, sentences as vocabulary};
pub use world::World;
