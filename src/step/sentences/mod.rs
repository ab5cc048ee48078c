//! The sentences, one file per subject. Each has its meaning and an example above it: the vocabulary is read from here.

mod accounts;
mod characteristics;
mod clauses;
mod client;
mod connection;
mod corruption;
mod credentials;
mod diagnosis;
mod environments;
mod groups;
mod lists;
mod membership;
mod oddities;
mod operator;
mod parallel;
mod people;
mod permissions;
mod product;
mod references;
mod requests;
mod schemas;
mod standing;
mod storms;
mod switch;
mod tenants;
mod trouble;

pub(super) use client::dispatch;
pub use operator::suspends_everybody;
pub(super) use requests::filled;
