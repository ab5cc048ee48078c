//! The short way to a running service, for tests of other people's clients.
//!
//! In: names of a product and of faults, and what the tenant holds. Out: a service on a free port of this machine. Never: a
//! choice that [`Settings`] does not have; what is not asked for is as the RFCs have it.

use super::{Provider, Running, Settings};
use crate::error::ProviderError;
use crate::faults::{Faults, UnknownFault};
use crate::profile::{BadProfile, Profile};
use crate::store::Contents;
use serde_json::Value;

/// A service that is not started yet; [`Provider::builder`] makes one.
#[derive(Clone, Default)]
#[must_use = "it does nothing until it is started"]
pub struct Builder {
    profile: Option<String>,
    faults: Vec<String>,
    settings: Settings,
}

/// Why a service could not be started as it was asked for.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// There is no such product.
    #[error(transparent)]
    Profile(#[from] BadProfile),
    /// There is no such fault.
    #[error(transparent)]
    Fault(#[from] UnknownFault),
    /// The service itself could not be started.
    #[error(transparent)]
    Provider(#[from] ProviderError),
}

impl Provider {
    /// A SCIM server for a test: on a free port of 127.0.0.1, in memory, with a token of its own, gone when it is dropped.
    ///
    /// ```
    /// use provider::Provider;
    ///
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let server = Provider::builder().profile("slack").fault("M095").start().await?;
    /// let users = reqwest::Client::new().get(format!("{}/Users", server.base_url)).bearer_auth(&server.token).send().await?;
    /// assert_eq!(users.status(), 200);
    /// # Ok(())
    /// # }
    /// ```
    pub fn builder() -> Builder {
        Builder::default()
    }
}

impl Builder {
    /// The product to be: a built-in name (`scimulate list profiles`), or the path of a TOML file.
    pub fn profile(mut self, name: &str) -> Self {
        self.profile = Some(name.to_owned());
        self
    }

    /// Turns a fault on, by its id (`M095`) or its name (`scimulate list faults`); can be said several times.
    pub fn fault(mut self, name: &str) -> Self {
        self.faults.push(name.to_owned());
        self
    }

    /// Users that are there from the beginning, each with an `id`, just as they are.
    pub fn users(mut self, users: impl IntoIterator<Item = Value>) -> Self {
        self.settings.contents.get_or_insert_default().users.extend(users);
        self
    }

    /// Groups that are there from the beginning, each with an `id`, just as they are.
    pub fn groups(mut self, groups: impl IntoIterator<Item = Value>) -> Self {
        self.settings.contents.get_or_insert_default().groups.extend(groups);
        self
    }

    /// Everything the tenant holds from the beginning, in the place of what was said before.
    pub fn contents(mut self, contents: Contents) -> Self {
        self.settings.contents = Some(contents);
        self
    }

    /// The token clients send; one is made up without.
    pub fn token(mut self, token: &str) -> Self {
        self.settings.token = Some(token.to_owned());
        self
    }

    /// Everything else: a database file, a clock, a seed. [`Builder::profile`] and [`Builder::fault`] have the last word on what they say.
    pub fn settings(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        change(&mut self.settings);
        self
    }

    /// Starts it in the current runtime.
    ///
    /// # Errors
    /// When there is no such profile or fault, or the service cannot be started.
    pub async fn start(self) -> Result<Running, StartError> {
        let mut settings = self.settings;
        if let Some(name) = &self.profile {
            settings.behaviour = Profile::named(name)?.behaviour;
        }
        if !self.faults.is_empty() {
            let names: Vec<&str> = self.faults.iter().map(String::as_str).collect();
            settings.faults = Faults::named(&names)?;
        }
        Ok(Provider::start(settings).await?)
    }
}
