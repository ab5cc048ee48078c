//! Events and records to bytes: one file per format.
