//! Simulated identity providers: what they send for each lifecycle event, in what order and spelling, and what
//! they do about the answers.
//!
//! In: an [`Event`] of the directory or of the admin's console. Out: exchanges on the target, through the given
//! [`Client`](client::wire::Client), and a [`AdminLog`] of what the product's admin would see. Never: a judgement of
//! the target, and never real time: an IdP's waiting is its own clock ([`Idp::advance`]).
//!
//! Sources are named at each quirk, by the codes of [`sources`]. The letters are degrees of confidence: **D** documented by the vendor, **C**
//! captured, **S** read in the product's own source, **V** sent by the vendor's test tools, **I** reported in an
//! issue, **Inf** inferred, **U** unverified. What nobody has seen on the wire is called *unverified* in the report's notes.

mod admin_log;
mod at_once;
mod authentik;
mod connection;
mod cyberark;
mod dialect;
mod entra;
mod event;
mod jumpcloud;
mod keycloak;
mod kind;
mod link;
mod mapping;
mod moves;
mod okta;
mod onelogin;
mod options;
mod pairs;
mod pingfederate;
mod pingone;
mod rauthy;
mod sailpoint;
mod saved;
pub mod sources;
mod tenant;

/// The products there are, in the order of every list. A new one is its `mod` above and its place here.
const PRODUCTS: &[&dialect::Product] = &[
    &okta::OKTA,
    &entra::ENTRA,
    &authentik::AUTHENTIK,
    &rauthy::RAUTHY,
    &keycloak::KEYCLOAK,
    &onelogin::ONELOGIN,
    &jumpcloud::JUMPCLOUD,
    &pingfederate::PINGFEDERATE,
    &pingone::PINGONE,
    &sailpoint::SAILPOINT,
    &cyberark::CYBERARK,
];

pub use admin_log::{AdminLog, ProvisioningError, ProvisioningErrorKind};
pub use connection::ConnectionState;
pub use event::Event;
pub use kind::{Family, Kind, UnknownIdp};
pub use link::{Link, Links};
pub use options::{
    ClearManager, ExternalId, Matching, NestedGroups, Options, QuarantineLimits, QuerySpace, Removal, RenameStyle,
};
pub use saved::{ResumeError, SavedIdp};
pub use tenant::Idp;
