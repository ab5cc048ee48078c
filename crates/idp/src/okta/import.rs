//! The full import: always whole lists, page by page (OKD20; D, ROSTR; C).

use super::super::admin_log::ProvisioningErrorKind;
use super::super::connection::Connection;
use super::super::moves::{GROUPS, USERS, id_of, is_active, pages};
use super::Okta;
use super::jobs::Halt;
use client::observe::Resource;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// Items asked for per page.
const PAGE: usize = 100;

impl Okta {
    /// Reads everything. Linked people missing from the list are unassigned, unless they are so many that the import
    /// safeguard stops it (OKHELPIMP; D).
    pub(super) async fn import(&mut self, connection: &mut Connection) -> Result<(), Halt> {
        let users = pages(connection, USERS, PAGE).await?;
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
        let groups = pages(connection, GROUPS, PAGE).await?;
        self.imported = groups
            .iter()
            .filter_map(|g| Some((Resource::of(g).text("displayName")?.to_owned(), id_of(g)?.into_owned())))
            .collect();
        Ok(())
    }
}
