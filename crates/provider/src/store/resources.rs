//! Resources of the types a schema file adds, as rows.

use super::{Store, Stored, Tenant};
use rusqlite::{OptionalExtension, Row, params};

/// A body of any tenant, to be compared with.
pub(crate) struct Body {
    pub(crate) tenant: i64,
    pub(crate) id: String,
    pub(crate) body: String,
}

/// A stored resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ResourceRow {
    pub(crate) row: i64,
    pub(crate) tenant: i64,
    pub(crate) id: String,
    /// The resource without `id` and `meta`.
    pub(crate) body: String,
    pub(crate) version: i64,
    pub(crate) created: String,
    pub(crate) modified: String,
}

const COLUMNS: &str = "row, tenant, id, body, version, created, modified";

fn read(row: &Row<'_>) -> Stored<ResourceRow> {
    Ok(ResourceRow {
        row: row.get(0)?,
        tenant: row.get(1)?,
        id: row.get(2)?,
        body: row.get(3)?,
        version: row.get(4)?,
        created: row.get(5)?,
        modified: row.get(6)?,
    })
}

impl Store {
    /// A resource of this tenant and type by id.
    pub(crate) fn resource(&self, tenant: &Tenant, kind: &str, id: &str) -> Stored<Option<ResourceRow>> {
        self.conn
            .prepare_cached(&format!("SELECT {COLUMNS} FROM resources WHERE id = ?1 AND tenant = ?2 AND kind = ?3"))?
            .query_row(params![id, tenant.row, kind], read)
            .optional()
    }

    /// Every resource of a type, in the order of their making.
    pub(crate) fn all_resources(&self, tenant: &Tenant, kind: &str) -> Stored<Vec<ResourceRow>> {
        self.conn
            .prepare_cached(&format!("SELECT {COLUMNS} FROM resources WHERE tenant = ?1 AND kind = ?2 ORDER BY row"))?
            .query_map(params![tenant.row, kind], read)?
            .collect()
    }

    /// The bodies of every resource of a type, whoever's they are.
    pub(crate) fn bodies(&self, kind: &str) -> Stored<Vec<Body>> {
        // Users and groups have tables of their own, without a kind.
        let from = match kind {
            "User" => "users WHERE ?1 = 'User'",
            "Group" => "groups WHERE ?1 = 'Group'",
            _ => "resources WHERE kind = ?1",
        };
        self.conn
            .prepare_cached(&format!("SELECT tenant, id, body FROM {from}"))?
            .query_map([kind], |row| Ok(Body { tenant: row.get(0)?, id: row.get(1)?, body: row.get(2)? }))?
            .collect()
    }

    /// Makes a resource.
    pub(crate) fn insert_resource(&self, tenant: i64, kind: &str, body: &str) -> Stored<ResourceRow> {
        let id = self.next_id(tenant)?;
        let now = self.now(tenant)?;
        self.conn
            .prepare_cached(
                "INSERT INTO resources (tenant, kind, id, body, version, created, modified)
                 VALUES (?1, ?2, ?3, ?4, 1, ?5, ?5)",
            )?
            .execute(params![tenant, kind, id, body, now])?;
        let row = self.conn.last_insert_rowid();
        Ok(ResourceRow { row, tenant, id, body: body.to_owned(), version: 1, created: now.clone(), modified: now })
    }

    /// Writes a resource anew.
    pub(crate) fn update_resource(&self, resource: &ResourceRow, body: &str) -> Stored<ResourceRow> {
        let now = self.now(resource.tenant)?;
        self.conn
            .prepare_cached("UPDATE resources SET body = ?2, version = version + 1, modified = ?3 WHERE row = ?1")?
            .execute(params![resource.row, body, now])?;
        Ok(ResourceRow { body: body.to_owned(), version: resource.version + 1, modified: now, ..resource.clone() })
    }

    /// Removes a resource.
    pub(crate) fn delete_resource(&self, resource: &ResourceRow) -> Stored<()> {
        self.now(resource.tenant)?;
        self.conn.prepare_cached("DELETE FROM resources WHERE row = ?1")?.execute([resource.row])?;
        Ok(())
    }
}
