//! The sentences, one file per subject. Each has its meaning and an example above it: the vocabulary is read from here.

mod accounts;
mod client;
mod connection;
mod groups;
mod membership;
mod operator;
mod people;
mod trouble;
