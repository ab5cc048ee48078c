//! Corrupted states, made on purpose: simulated IdPs are played until a target holds what support meets in the field.
//!
//! In: a client for a target where writing is allowed, a ledger, a seed. Out: objects on the target, each in the ledger
//! before it was created, and what happened in [`Made`]. Never: a change of anything that was there before, or a
//! hand-written request where an IdP would send one.

mod plays;
mod scene;
mod state;

pub use self::state::{CorruptedState, UnknownState};

use crate::safety::{Entry, Ledger};
use client::wire::{Client, Failure};
use directory::Export;
use idp::ProvisioningError;
use scene::Scene;
use std::sync::Arc;

/// What to make.
#[derive(Debug, Clone)]
pub struct Order {
    /// Which state.
    pub damage: CorruptedState,
    /// Decides who the people are.
    pub seed: u64,
    /// Is in every name that is made: a short run id.
    pub tag: String,
    /// The domain of their user names and e-mail addresses.
    pub mail_domain: String,
    /// The request at which a run breaks off, counted from 1, for the states that come from one.
    pub at: usize,
}

/// What was made.
#[derive(Debug, Clone)]
pub struct Made {
    /// Accounts and groups that were created and are there, in the order of creation.
    pub objects: Vec<Entry>,
    /// What happened, event by event.
    pub story: Vec<String>,
    /// What the IdPs' administrators see.
    pub troubles: Vec<ProvisioningError>,
    /// The directory in charge in the end.
    pub directory: Export,
    /// For a run that should have broken off: its requests, and whether it did.
    pub broke_off: Option<(usize, bool)>,
}

/// Why a state could not be made.
#[derive(Debug, thiserror::Error)]
pub enum CorruptError {
    /// The world is in the way.
    #[error("{what} got no answer: {failure}")]
    NoAnswer {
        /// The request.
        what: String,
        /// Why not.
        failure: Failure,
    },
    /// Nothing was created.
    #[error("the target created nothing; {0}")]
    Nothing(String),
    /// An IdP could not be played: a defect of ours.
    #[error("the play could not be played: {0}")]
    Play(String),
}

/// Puts the target in the state ordered. The client's journal should be new.
///
/// # Errors
/// When the target does not answer, or refuses everything. What was created until then is in the ledger.
pub async fn corrupt(client: &Client, ledger: Arc<Ledger>, order: &Order) -> Result<Made, CorruptError> {
    let mut scene = Scene::new(client, ledger.clone(), order);
    let directory = plays::play(&mut scene, order).await.map_err(CorruptError::Play)?;
    let silent = client.journal().since(0).find_map(|e| {
        let failure = e.result.as_ref().err().filter(|f| !f.is_on_purpose()).cloned()?;
        Some((e, failure))
    });
    if let Some((exchange, failure)) = silent {
        let what = format!("{} {}", exchange.method(), exchange.url);
        return Err(CorruptError::NoAnswer { what, failure });
    }
    let mut objects = ledger.outstanding(None);
    objects.retain(|e| e.id.is_some());
    objects.reverse();
    if objects.is_empty() {
        let why = match (&scene.connection_loss, scene.troubles.first()) {
            (Some(connection_loss), _) if connection_loss.has_happened() => {
                format!("the run broke off at request {}, before its first create; name a higher --at", order.at)
            }
            (_, Some(trouble)) => trouble.to_string(),
            (_, None) => "it refused nothing either".to_owned(),
        };
        return Err(CorruptError::Nothing(why));
    }
    let broke_off = scene.connection_loss.as_ref().map(|f| (f.requests(), f.has_happened()));
    Ok(Made { objects, story: scene.story, troubles: scene.troubles, directory, broke_off })
}
