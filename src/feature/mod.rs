//! Feature text to scenarios and steps, keeping file and line.
//!
//! In: feature files, embedded in the binary or read from folders the user names. Out: [`Scenario`]s with outlines
//! expanded and tags merged. Never: what a step means, or which IdP plays it. The Gherkin parser's types stop here.

mod model;
mod parse;
mod source;
mod tags;

pub use model::{Feature, Scenario, Step, StepKind};
pub use parse::{FeatureError, parse};
pub use source::{Source, SourceError, embedded, from_paths, is_embedded};
pub use tags::{TagError, TagFilter};
