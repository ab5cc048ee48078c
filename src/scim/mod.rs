//! The SCIM core: schemas, filters, paths, PATCH, projection, messages.
//!
//! In: JSON values and the small texts of RFC 7644 (filters, paths). Out: answers about them.
//! Never: HTTP, storage, or anything of the other rooms.
