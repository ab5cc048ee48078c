//! The shipped binary as users and CI meet it: output, exit code, and what is left behind.
//!
//! Every test starts it in an empty folder with an empty environment: no cargo, no workspace, no configuration.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test may fail by panic")]

mod access;
mod baseline;
mod behind;
mod blocked;
mod captured;
mod certificate;
mod certify;
mod cleanup;
mod corrupt;
mod foreign;
mod gone;
mod grade;
mod idp;
mod interrupted;
mod mistakes;
mod nginx;
mod output;
mod partly;
mod pin;
mod population;
mod proxy;
mod readers;
mod records;
mod restored;
mod safety;
mod same;
mod serve;
mod settings;
mod shards;
mod stage;
mod support;
mod tables;
mod traffic;
mod trouble;
mod usage;
