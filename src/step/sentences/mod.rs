//! The sentences, one file per subject. Each has its meaning and an example above it: the vocabulary is made of these.

mod accounts;
mod characteristics;
mod clauses;
mod cleanup;
mod client;
mod connection;
mod corruption;
mod credentials;
mod diagnosis;
mod environments;
mod groups;
mod idp_log;
mod lists;
mod membership;
mod operator;
mod parallel;
mod people;
mod permissions;
mod product_groups;
mod product_status;
mod provisioning_storms;
mod references;
mod requests;
mod schemas;
mod switch;
mod tenants;
mod unusual_requests;

pub use operator::suspends_everybody;
