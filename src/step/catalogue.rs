//! From a step's text to the function that plays it. The matcher's and the parser's types stop here.

use super::World;
use super::panics;
use super::vocabulary::{self, Role, Sentence};
use cucumber::World as _;
use cucumber::gherkin::{self, StepType};
use cucumber::step::{Collection, Context, Step as StepFn};
use futures::FutureExt as _;
use judge::verdict::{Outcome, OutcomeKind};
use std::panic::AssertUnwindSafe;

/// A step as it stands in a feature.
#[derive(Debug, Clone, Copy)]
pub struct Phrase<'a> {
    /// What it is for.
    pub role: Role,
    /// Its text after the keyword.
    pub text: &'a str,
    /// The table below it.
    pub table: Option<&'a [Vec<String>]>,
    /// The doc string below it.
    pub doc: Option<&'a str>,
}

/// A step bound to its definition, ready to be played any number of times.
#[derive(Debug, Clone)]
pub struct Bound {
    play: StepFn<World>,
    context: Context,
}

/// Why a step has no definition to play it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BindError {
    /// No sentence of the vocabulary reads like this.
    #[error("no step reads like this; {}", match .nearest {
        Some(nearest) => format!("did you mean: {nearest}"),
        None => "`scimulate list steps` shows the vocabulary".to_owned(),
    })]
    Undefined {
        /// The sentence nearest to it, with its role.
        nearest: Option<String>,
    },
    /// More than one sentence reads like this.
    #[error("more than one step reads like this: {}", .0.join(", "))]
    Ambiguous(Vec<String>),
}

/// All step definitions.
#[derive(Debug)]
pub struct Catalogue {
    collection: Collection<World>,
    sentences: &'static [Sentence],
}

impl Catalogue {
    /// The vocabulary of this binary.
    #[must_use]
    pub fn new() -> Self {
        Self { collection: World::collection(), sentences: vocabulary::sentences() }
    }

    /// Binds a step.
    ///
    /// # Errors
    /// When no definition, or more than one, reads like it.
    pub fn bind(&self, phrase: Phrase<'_>) -> Result<Bound, BindError> {
        let step = gherkin::Step {
            keyword: String::new(),
            ty: match phrase.role {
                Role::Given => StepType::Given,
                Role::When => StepType::When,
                Role::Then => StepType::Then,
            },
            value: phrase.text.to_owned(),
            docstring: phrase.doc.map(str::to_owned),
            table: phrase.table.map(|rows| gherkin::Table {
                rows: rows.to_vec(),
                span: gherkin::Span { start: 0, end: 0 },
                position: gherkin::LineCol { line: 0, col: 0 },
            }),
            span: gherkin::Span { start: 0, end: 0 },
            position: gherkin::LineCol { line: 0, col: 0 },
        };
        match self.collection.find(&step) {
            Ok(Some((play, _, _, context))) => Ok(Bound { play: *play, context }),
            Ok(None) => Err(BindError::Undefined { nearest: self.nearest(phrase) }),
            Err(several) => Err(BindError::Ambiguous(
                several
                    .possible_matches
                    .iter()
                    .map(|(_, at)| at.map_or_else(|| "?".to_owned(), |at| format!("{}:{}", at.path, at.line)))
                    .collect(),
            )),
        }
    }

    fn nearest(&self, phrase: Phrase<'_>) -> Option<String> {
        let given = vocabulary::without_values(phrase.text);
        let scored = self.sentences.iter().map(|s| {
            let near = strsim::normalized_levenshtein(&given, &vocabulary::without_values(s.example));
            (if s.role == phrase.role { near + 0.05 } else { near }, s)
        });
        let (score, best) = scored.max_by(|a, b| a.0.total_cmp(&b.0))?;
        (score > 0.55).then(|| format!("{:?} {}", best.role, best.example))
    }
}

impl Default for Catalogue {
    fn default() -> Self {
        Self::new()
    }
}

impl Bound {
    /// Plays the step. A step that stops says why in the World; a panic without a reason there is a defect of ours.
    pub async fn play(&self, world: &mut World) -> Outcome {
        let from = world.exchanges();
        world.evidence.begin_step(match self.context.step.ty {
            StepType::Given => Role::Given,
            StepType::When => Role::When,
            StepType::Then => Role::Then,
        });
        let played = panics::watch(AssertUnwindSafe((self.play)(world, self.context.clone())).catch_unwind()).await;
        let stop = world.evidence.take_stop();
        if let Some(outcome) = world.evidence.forbidden(from) {
            return outcome;
        }
        match (played, stop) {
            (_, Some(outcome)) => outcome,
            (Ok(()), None) => Outcome::passed(),
            (Err(payload), None) => Outcome::of(OutcomeKind::Bug, panics::describe(payload.as_ref())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cucumber::codegen::{LocalBoxFuture, Regex};
    use cucumber::step::Location;

    fn nothing(_: &mut World, _: Context) -> LocalBoxFuture<'_, ()> {
        Box::pin(std::future::ready(()))
    }

    fn phrase(text: &str) -> Phrase<'_> {
        Phrase { role: Role::When, text, table: None, doc: None }
    }

    #[test]
    fn a_step_that_reads_like_two_definitions_is_refused_with_both_places() {
        let at = |line| Some(Location { path: "sentences.rs", line, column: 1 });
        let regex = |text: &str| Regex::new(text).unwrap();
        let collection =
            Collection::new().when(at(1), regex("^a .* happens$"), nothing).when(at(2), regex("^a thing .*$"), nothing);
        let catalogue = Catalogue { collection, sentences: &[] };
        let error = catalogue.bind(phrase("a thing happens")).unwrap_err();
        let BindError::Ambiguous(places) = &error else { panic!("{error}") };
        assert_eq!(places.len(), 2, "{places:?}");
        assert!(
            error.to_string().contains("sentences.rs:1") && error.to_string().contains("sentences.rs:2"),
            "{error}"
        );
        assert!(catalogue.bind(phrase("a cat happens")).is_ok());
    }

    #[test]
    fn a_step_near_to_a_sentence_gets_it_as_a_suggestion_and_nonsense_none() {
        let catalogue = Catalogue::new();
        let near = catalogue.bind(phrase("a client creats a user for \"Ada\"")).unwrap_err().to_string();
        assert!(near.contains("did you mean: When a client creates a user for \"Ada\""), "{near}");
        let far = catalogue.bind(phrase("xyzzy")).unwrap_err().to_string();
        assert!(far.contains("`scimulate list steps`"), "{far}");
    }

    #[test]
    fn no_example_of_the_vocabulary_is_ambiguous_or_unknown() {
        let catalogue = Catalogue::new();
        for sentence in catalogue.sentences {
            let phrase = Phrase { role: sentence.role, text: sentence.example, table: None, doc: None };
            assert!(catalogue.bind(phrase).is_ok(), "{:?} {}", sentence.role, sentence.example);
        }
    }
}
