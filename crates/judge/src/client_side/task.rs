//! What a client is at when it sends a request.

use crate::check::catalogue::Requirement;
use crate::verdict::{Hindrance, Outcome};
use client::observe::Endpoint;

/// A task of a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Task {
    Discover,
    Read,
    Search,
    Create,
    Replace,
    Patch,
    Delete,
    Bulk,
    /// Anything else: nothing but what binds every request is held.
    Other,
}

impl Task {
    /// All of them, in the order in which they are told.
    pub(super) const ALL: [Self; 9] = [
        Self::Discover,
        Self::Read,
        Self::Search,
        Self::Create,
        Self::Replace,
        Self::Patch,
        Self::Delete,
        Self::Bulk,
        Self::Other,
    ];

    pub(super) fn of(method: &str, endpoint: &Endpoint) -> Self {
        let bulk = matches!(endpoint, Endpoint::Collection(at) if at == "/Bulk");
        match (method, endpoint) {
            ("POST", Endpoint::Other(path)) if path.ends_with("/.search") => Self::Search,
            ("POST", _) if bulk => Self::Bulk,
            ("POST", Endpoint::Collection(_)) => Self::Create,
            ("GET", Endpoint::Discovery(_)) => Self::Discover,
            ("GET", Endpoint::Collection(_) | Endpoint::Resource(..)) if !bulk => Self::Read,
            ("PUT", Endpoint::Collection(_) | Endpoint::Resource(..)) if !bulk => Self::Replace,
            ("PATCH", Endpoint::Collection(_) | Endpoint::Resource(..)) if !bulk => Self::Patch,
            ("DELETE", Endpoint::Resource(..)) => Self::Delete,
            _ => Self::Other,
        }
    }

    /// Its name in the catalogue.
    fn name(self) -> &'static str {
        match self {
            Self::Discover => "discover",
            Self::Read => "read",
            Self::Search => "search",
            Self::Create => "create",
            Self::Replace => "replace",
            Self::Patch => "patch",
            Self::Delete => "delete",
            Self::Bulk => "bulk",
            Self::Other => "other",
        }
    }

    /// As reports name it.
    pub(super) fn told(self) -> &'static str {
        match self {
            Self::Discover => "reads what the server offers",
            Self::Read => "reads and looks up",
            Self::Search => "searches by POST",
            Self::Create => "creates",
            Self::Replace => "replaces (PUT)",
            Self::Patch => "changes (PATCH)",
            Self::Delete => "deletes",
            Self::Bulk => "sends bulk jobs",
            Self::Other => "sends other requests",
        }
    }

    /// Whether requests of this task can show whether a rule holds.
    pub(super) fn shows(self, rule: &Requirement) -> bool {
        rule.of.is_empty() || rule.of.iter().any(|name| name == self.name())
    }

    /// How the scenario of a task ends that was not seen. What provisioning cannot do without is missing coverage; the rest a client
    /// may do without.
    pub(super) fn absent(self, seen: &[Self]) -> Option<Outcome> {
        let changed = seen.contains(&Self::Replace) || seen.contains(&Self::Patch);
        let without = |reason: &str| Some(Outcome::skipped(Hindrance::NotOffered, reason));
        match self {
            Self::Create => Some(Outcome::skipped(Hindrance::Setup, "the client created nothing")),
            Self::Patch if !changed => {
                Some(Outcome::skipped(Hindrance::Setup, "the client changed nothing: no PATCH and no PUT"))
            }
            Self::Discover => without("the client did not read what the server offers"),
            Self::Read => without("the client read nothing"),
            Self::Search => without("the client sent no search by POST"),
            Self::Replace => without("the client sent no PUT"),
            Self::Patch => without("the client sent no PATCH"),
            Self::Delete => without("the client deleted nothing"),
            Self::Bulk => without("the client sent no bulk job"),
            Self::Other => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::catalogue;

    #[test]
    fn a_request_belongs_to_one_task() {
        let of = |method: &str, path: &str| Task::of(method, &Endpoint::of(path));
        for (method, path, task) in [
            ("GET", "/Users", Task::Read),
            ("GET", "/Users/1", Task::Read),
            ("GET", "/Schemas", Task::Discover),
            ("POST", "/Users", Task::Create),
            ("POST", "/Devices", Task::Create),
            ("POST", "/Users/.search", Task::Search),
            ("POST", "/.search", Task::Search),
            ("POST", "/Bulk", Task::Bulk),
            ("PUT", "/Users/1", Task::Replace),
            ("PUT", "/Users", Task::Replace),
            ("PATCH", "/Groups/1", Task::Patch),
            ("DELETE", "/Groups/1", Task::Delete),
            ("HEAD", "/Users", Task::Other),
            ("POST", "/Users/1", Task::Other),
            ("GET", "/", Task::Other),
        ] {
            assert_eq!(of(method, path), task, "{method} {path}");
        }
    }

    #[test]
    fn the_catalogue_names_tasks_that_there_are() {
        for rule in catalogue::of_clients() {
            for name in &rule.of {
                assert!(Task::ALL.iter().any(|task| task.name() == name), "{}: {name}", rule.id);
            }
        }
    }
}
