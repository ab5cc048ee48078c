//! The catalogue of requirements and the features that prove it: each requirement has its proof or its reason, and each
//! clause a scenario claims to prove is seen to fail against a server that breaks it.

#![expect(clippy::unwrap_used, reason = "a test may fail by panic")]

mod catalogue;
mod liar;
mod products;
mod red;
