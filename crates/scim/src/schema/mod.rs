//! Schemas and resource types (RFC 7643 sections 2, 6, 7).
//!
//! In: the data files beside this module. Out: characteristics of attributes, looked up by path, and the
//! discovery documents. Never: a value of a resource.

mod builtin;
mod json;
mod model;
mod registry;
mod resource_type;

pub use builtin::{common_attributes, enterprise_user, group_schema, user_schema};
pub use model::{Attribute, Kind, Mutability, Returned, Schema, Uniqueness};
pub use registry::{BadSchemas, Registry};
pub use resource_type::{Resolved, ResourceType};
