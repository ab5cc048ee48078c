//! Observations for tests.
