//! The full import: always whole lists, page by page (OKD20; D, ROSTR; C).

use super::super::admin_log::ProvisioningErrorKind;
use super::super::connection::Connection;
use super::super::moves::{self, counter_complaint, id_of, is_active};
use super::jobs::{Halt, checked};
use super::users::readable;
use super::{GROUPS, Okta, USERS};
use client::observe::{List, Resource};
use serde_json::Value;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// Items asked for per page.
const PAGE: usize = 100;
/// Pages read at most: a target whose counter never ends must not hold the run.
const PAGES: usize = 1_000;

async fn pages(connection: &mut Connection, endpoint: &str) -> Result<Vec<Value>, Halt> {
    let mut all = Vec::new();
    for page in 0..PAGES {
        let query = format!("startIndex={}&count={PAGE}", page * PAGE + 1);
        let observation = checked(moves::list(connection, endpoint, &query).await)?;
        readable(&observation)?;
        if let Some(complaint) = counter_complaint(&observation) {
            return Err(Halt::Task(ProvisioningErrorKind::Unreadable, complaint));
        }
        let total = observation.list().and_then(List::total).unwrap_or(0);
        let got = observation.resources();
        all.extend_from_slice(got);
        if total <= (page as u64 + 1) * PAGE as u64 {
            return Ok(all);
        }
        if got.is_empty() {
            let text = format!("totalResults is {total}, but a page before the end is empty");
            return Err(Halt::Task(ProvisioningErrorKind::Unreadable, text));
        }
    }
    Err(Halt::Task(ProvisioningErrorKind::Unreadable, format!("no end after {PAGES} pages")))
}

impl Okta {
    /// Reads everything. Linked people missing from the list are unassigned, unless they are so many that the import
    /// safeguard stops it (OKHELPIMP; D).
    pub(super) async fn import(&mut self, connection: &mut Connection) -> Result<(), Halt> {
        let users = pages(connection, USERS).await?;
        if connection.options.import_groups {
            self.import_groups(connection).await?;
        }
        let ids: BTreeSet<Cow<'_, str>> = users.iter().filter_map(id_of).collect();
        // Rows with active:false are dropped from the count (ROSTR; C).
        let scanned = users.iter().filter(|u| is_active(u)).count();
        connection.note(format!("import: {scanned} users scanned of {} listed", users.len()));
        let linked: Vec<(String, String)> = connection
            .links
            .people()
            .filter(|(_, link)| link.managed)
            .map(|(key, link)| (key.to_owned(), link.id.clone()))
            .collect();
        let missing: Vec<&String> =
            linked.iter().filter(|(_, id)| !ids.contains(id.as_str())).map(|(k, _)| k).collect();
        if missing.len() * 100 > connection.options.import_safeguard_percent * linked.len() {
            let text = format!("import stopped: {} of {} linked users are missing", missing.len(), linked.len());
            return Err(Halt::Task(ProvisioningErrorKind::Withheld, text));
        }
        for key in missing {
            let name = connection.label(key);
            connection.note(format!("import: {name} is gone from the target and is unassigned"));
            connection.assigned.remove(key);
            connection.links.cut_person(key);
        }
        Ok(())
    }

    pub(super) async fn import_groups(&mut self, connection: &mut Connection) -> Result<(), Halt> {
        let groups = pages(connection, GROUPS).await?;
        self.imported = groups
            .iter()
            .filter_map(|g| Some((Resource::of(g).text("displayName")?.to_owned(), id_of(g)?.into_owned())))
            .collect();
        Ok(())
    }
}
