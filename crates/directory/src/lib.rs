//! The people and groups an IdP is the source of truth for.
//!
//! In: a seed, or people made by hand, and what happens to them (join, change, leave, ...). Out: [`Person`]s and
//! [`Group`]s in a fixed order. Never: SCIM, HTTP, or the IdP product that reads the directory.

mod address;
mod detail;
mod export;
mod person;
mod population;
mod random;
mod store;
pub mod text;

pub use address::Addresses;
pub use detail::Detail;
pub use export::{Export, ExportError, ExportedGroup, ExportedPerson};
pub use person::{Change, Group, Person, UnknownAttribute};
pub use population::{Population, tagged};
pub use random::{KeyShape, Keys, Random};
pub use store::{Directory, DirectoryError};
