//! The embedded SCIM service provider.
