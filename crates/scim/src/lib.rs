//! The SCIM core: schemas, filters, paths, PATCH, projection, messages.
//!
//! In: JSON values and the small texts of RFC 7644 (filters, paths). Out: answers about them.
//! Never: HTTP, storage, or anything of the other rooms.

pub mod compare;
pub mod error;
pub mod filter;
mod guid;
mod hex;
mod key;
pub mod list;
mod nearest;
pub mod patch;
pub mod path;
pub mod percent;
pub mod prepared;
pub mod printable;
pub mod project;
pub mod prune;
pub mod resource;
pub mod rules;
pub mod schema;
pub mod secrecy;
pub mod sort;
mod time;
pub mod unique;
pub mod urn;
mod value;

pub use guid::is_guid;
pub use hex::hex;
pub use nearest::nearest;
