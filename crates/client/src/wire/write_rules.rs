//! What must not be sent to a target, whoever asks for it.

use super::actor::Actor;
use super::request::Method;
use scim::percent::split_query;

/// What a target's settings forbid. Cleanup is not held by them: it removes only what a run made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WriteRules {
    /// Nothing may be written at all.
    pub read_only: bool,
    /// Endpoints below which nothing may be created, for example `/Groups`.
    pub never_create: Vec<String>,
    /// Endpoints below which nothing may be deleted. What could not be removed again is not created either.
    pub never_delete: Vec<String>,
}

impl WriteRules {
    /// Why a request must not be sent, in words that name the setting.
    pub(super) fn forbid(&self, actor: &Actor, method: Method, target: &str) -> Option<String> {
        let path = split_query(target).0;
        if !actor.is_held_by_settings() || !method.writes() || path.ends_with("/.search") {
            return None;
        }
        if self.read_only {
            return Some(format!("{method} {path} writes, and only reading is allowed (read_only)"));
        }
        let below =
            |all: &[String]| all.iter().any(|e| path == e || path.strip_prefix(e).is_some_and(|r| r.starts_with('/')));
        let bulk = path == "/Bulk" && !(self.never_create.is_empty() && self.never_delete.is_empty());
        match method {
            Method::Post if bulk => {
                Some("a bulk request may hold what never_create and never_delete forbid".to_owned())
            }
            Method::Post if below(&self.never_create) => Some(format!("{path}: never_create forbids to create there")),
            Method::Post if below(&self.never_delete) => {
                Some(format!("{path}: never_delete forbids to remove it again, so it is not created"))
            }
            Method::Delete if below(&self.never_delete) => Some(format!("{path}: never_delete forbids it")),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_hold_for_everybody_but_cleanup() {
        let rules =
            WriteRules { never_create: vec!["/Groups".into()], never_delete: vec!["/Users".into()], read_only: false };
        let forbidden =
            |method, target: &str| rules.forbid(&Actor::idp("okta/custom", "idp"), method, target).is_some();
        assert!(forbidden(Method::Post, "/Groups") && forbidden(Method::Delete, "/Users/1"));
        assert!(forbidden(Method::Post, "/Users"), "what cannot be removed must not be made");
        assert!(forbidden(Method::Post, "/Bulk"));
        assert!(!forbidden(Method::Patch, "/Groups/1") && !forbidden(Method::Delete, "/Groups/1"));
        assert!(!forbidden(Method::Get, "/Users?count=1") && !forbidden(Method::Delete, "/UsersX/1"));
        assert!(rules.forbid(&Actor::Cleanup, Method::Delete, "/Users/1").is_none());
        let reading = WriteRules { read_only: true, ..WriteRules::default() };
        assert!(reading.forbid(&Actor::Client, Method::Patch, "/Users/1").is_some());
        assert!(reading.forbid(&Actor::Client, Method::Post, "/Users/.search").is_none());
        assert!(WriteRules::default().forbid(&Actor::Client, Method::Delete, "/Users/1").is_none());
    }
}
