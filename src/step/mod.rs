//! The Gherkin vocabulary and the World it acts on.
//!
//! In: steps' texts, a [`Session`] on a target. Out: outcomes, and at the end a [`Closing`] with findings and evidence.
//! Never: scheduling, or how a report looks. A sentence is thin: one text, one call.

mod accounts_and_groups;
mod attribute_descriptions;
mod basis;
mod broken_expectations;
mod broken_first_runs;
mod broken_run;
mod cast;
mod casting;
mod catalogue;
mod clauses;
mod closing;
mod cut_lists;
mod directory_attributes;
mod discovery;
mod evidence;
mod expectations;
mod lacks;
mod lawful_refusals;
mod made_resources;
mod moving_counts;
mod noted;
mod panics;
mod parameters;
mod placeholders;
mod plain_filter;
mod plain_questions;
mod product_view;
mod request_tables;
mod resource_values;
mod row_attributes;
mod row_judgement;
mod scenario_place;
mod schema_bodies;
mod scim_cleanup;
mod sentences;
mod session;
mod site;
mod stage;
mod step_end;
mod table;
mod table_cells;
mod vocabulary;
mod witness;
mod world;

pub use crate::safety::Inventory;
pub use casting::Casting;
pub use catalogue::{BindError, Bound, Catalogue, Phrase};
pub use closing::{Closing, Unanswered};
pub use discovery::Discovery;
pub use expectations::{EXPECTATIONS, Expectation};
pub use panics::install_hook;
pub use scenario_place::ScenarioPlace;
pub use sentences::suspends_everybody;
pub use session::{Session, Snapshots, Swept};
pub use stage::Stage;
pub use step_end::Stop;
pub use vocabulary::{Role, Sentence, sentences as vocabulary};
pub use world::World;
