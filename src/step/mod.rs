//! The Gherkin vocabulary and the World it acts on.
