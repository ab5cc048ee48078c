//! The embedded SCIM 2.0 service provider: the default target, a reference, and the host of profiles and faults.
//!
//! In: [`Settings`]. Out: a running service with SCIM (RFC 7644) below one base URL per tenant and an admin API for
//! what a product does outside SCIM. Never: knowledge of who asks; the harness meets it over HTTP like any other.

mod admin;
mod behaviour;
mod choice;
mod clock;
mod error;
mod exchanges;
mod faults;
#[cfg(fuzzing)]
pub mod fuzzing;
mod http;
mod outside;
mod page;
mod population;
mod product;
mod profile;
mod public_url;
mod service;
mod start;
mod store;

pub use behaviour::{
    Behaviour, BooleanStrings, CreateOverInactive, DeleteGroup, DeleteUser, IdForm, LocalAccounts, PatchAnswer,
    RemoveWithValue, UnknownMember, ValuePathWithoutMatch,
};
pub use choice::Change;
pub use clock::Clock;
pub use error::ProviderError;
pub use faults::{Fault, Faults, Unbuilt, UnknownFault, faults, unbuilt};
pub use outside::{Outside, Trace};
pub use page::Page;
pub use population::{BadServer, Base, Choice, Departure, Server, bases, choices};
pub use product::{
    AccessRules, Cells, CleanedGroups, CleanedLinks, CleanedLocals, CleanedUsers, CleanupRules, CopiedCredentials,
    Counted, Deactivation, Endpoints, GroupMapping, GroupRename, GroupRules, InactiveLogin, LeftBehind, LocalEmail,
    LocalMatch, MemberMiss, OwnRename, Parameter, Permission, Permissions, QueryRules, Rate, Reactivation, Scheme,
    Unmapping, UnmatchedLocal, UserRules, WholeList,
};
pub use profile::{BadProfile, Confidence, Profile, Source, profiles};
pub use public_url::{BadPublicUrl, PublicUrl};
pub use start::{Builder, Provider, Running, Settings, StartError};
pub use store::Contents;
