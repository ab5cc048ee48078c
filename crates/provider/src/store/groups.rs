//! Groups as rows, without their members.

use super::{STRETCH, Store, Stored, Tenant, fold};
use rusqlite::{OptionalExtension, Row, params};

/// A stored group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GroupRow {
    pub(crate) row: i64,
    pub(crate) tenant: i64,
    pub(crate) id: String,
    pub(crate) display_name: String,
    pub(crate) external_id: Option<String>,
    /// The resource without `id`, `meta` and `members`.
    pub(crate) body: String,
    pub(crate) version: i64,
    pub(crate) created: String,
    pub(crate) modified: String,
}

/// What is written of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GroupDraft {
    pub(crate) display_name: String,
    pub(crate) external_id: Option<String>,
    pub(crate) body: String,
}

/// How a group is looked up through an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum GroupKey {
    /// By id.
    Id(String),
    /// By displayName, folded here.
    DisplayName(String),
    /// By externalId, case-exact.
    ExternalId(String),
    /// By the id of a member.
    Member(String),
}

const COLUMNS: &str = "row, tenant, id, display_name, external_id, body, version, created, modified";

fn read(row: &Row<'_>) -> Stored<GroupRow> {
    Ok(GroupRow {
        row: row.get(0)?,
        tenant: row.get(1)?,
        id: row.get(2)?,
        display_name: row.get(3)?,
        external_id: row.get(4)?,
        body: row.get(5)?,
        version: row.get(6)?,
        created: row.get(7)?,
        modified: row.get(8)?,
    })
}

impl Store {
    /// A group of this tenant by id.
    pub(crate) fn group(&self, tenant: &Tenant, id: &str) -> Stored<Option<GroupRow>> {
        self.conn
            .prepare_cached(&format!("SELECT {COLUMNS} FROM groups WHERE tenant = ?1 AND id = ?2"))?
            .query_row(params![tenant.row, id], read)
            .optional()
    }

    /// The groups that an index finds, in the order of their making.
    pub(crate) fn groups_by(&self, tenant: &Tenant, key: &GroupKey) -> Stored<Vec<GroupRow>> {
        let (condition, value) = match key {
            GroupKey::Id(id) => return Ok(self.group(tenant, id)?.into_iter().collect()),
            GroupKey::DisplayName(name) => ("display_name_key = ?2", fold(name)),
            GroupKey::ExternalId(id) => ("external_id = ?2", id.clone()),
            GroupKey::Member(id) => ("row IN (SELECT grp FROM members WHERE member = ?2)", id.clone()),
        };
        self.conn
            .prepare_cached(&format!("SELECT {COLUMNS} FROM groups WHERE tenant = ?1 AND {condition} ORDER BY row"))?
            .query_map(params![tenant.row, value], read)?
            .collect()
    }

    /// How many groups there are.
    pub(crate) fn count_groups(&self, tenant: &Tenant) -> Stored<i64> {
        self.conn.prepare_cached("SELECT groups FROM tenants WHERE row = ?1")?.query_row([tenant.row], |row| row.get(0))
    }

    /// One stretch of the groups, in the order of their making.
    pub(crate) fn groups_page(&self, tenant: &Tenant, skip: i64, take: i64) -> Stored<Vec<GroupRow>> {
        self.conn
            .prepare_cached(&format!("SELECT {COLUMNS} FROM groups WHERE tenant = ?1 ORDER BY row LIMIT ?2 OFFSET ?3"))?
            .query_map(params![tenant.row, take, skip], read)?
            .collect()
    }

    /// The first groups made after that row.
    pub(crate) fn groups_after(&self, tenant: &Tenant, row: i64, take: i64) -> Stored<Vec<GroupRow>> {
        self.conn
            .prepare_cached(&format!(
                "SELECT {COLUMNS} FROM groups WHERE tenant = ?1 AND row > ?2 ORDER BY row LIMIT ?3"
            ))?
            .query_map(params![tenant.row, row, take], read)?
            .collect()
    }

    /// Every group, in the order of their making.
    pub(crate) fn all_groups(&self, tenant: &Tenant) -> Stored<Vec<GroupRow>> {
        self.groups_page(tenant, 0, i64::MAX)
    }

    /// Shows every group to `visit` until it fails, in the order of their making.
    pub(crate) fn each_group<E: From<rusqlite::Error>>(
        &self,
        tenant: &Tenant,
        mut visit: impl FnMut(GroupRow) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut last = 0;
        loop {
            let stretch = self.groups_after(tenant, last, STRETCH)?;
            let Some(end) = stretch.last() else { return Ok(()) };
            last = end.row;
            stretch.into_iter().try_for_each(&mut visit)?;
            self.let_pass();
        }
    }

    /// Makes a group without members.
    pub(crate) fn insert_group(&self, tenant: i64, draft: &GroupDraft) -> Stored<GroupRow> {
        let id = self.next_id(tenant)?;
        let now = self.now(tenant)?;
        self.conn
            .prepare_cached(
                "INSERT INTO groups (tenant, id, display_name, display_name_key, external_id, body, version, created,
                 modified) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1, ?7, ?7)",
            )?
            .execute(params![
                tenant,
                id,
                draft.display_name,
                fold(&draft.display_name),
                draft.external_id,
                draft.body,
                now
            ])?;
        Ok(GroupRow {
            row: self.conn.last_insert_rowid(),
            tenant,
            id,
            display_name: draft.display_name.clone(),
            external_id: draft.external_id.clone(),
            body: draft.body.clone(),
            version: 1,
            created: now.clone(),
            modified: now,
        })
    }

    /// Writes a group anew; its members are rows of their own.
    pub(crate) fn update_group(&self, group: &GroupRow, draft: &GroupDraft) -> Stored<GroupRow> {
        let now = self.now(group.tenant)?;
        self.conn
            .prepare_cached(
                "UPDATE groups SET display_name = ?2, display_name_key = ?3, external_id = ?4, body = ?5,
                 version = version + 1, modified = ?6 WHERE row = ?1",
            )?
            .execute(params![
                group.row,
                draft.display_name,
                fold(&draft.display_name),
                draft.external_id,
                draft.body,
                now
            ])?;
        Ok(GroupRow {
            display_name: draft.display_name.clone(),
            external_id: draft.external_id.clone(),
            body: draft.body.clone(),
            version: group.version + 1,
            modified: now,
            ..group.clone()
        })
    }

    /// Marks a group whose members changed.
    pub(crate) fn touch_group(&self, group: &GroupRow) -> Stored<GroupRow> {
        let now = self.now(group.tenant)?;
        self.conn
            .prepare_cached("UPDATE groups SET version = version + 1, modified = ?2 WHERE row = ?1")?
            .execute(params![group.row, now])?;
        Ok(GroupRow { version: group.version + 1, modified: now, ..group.clone() })
    }

    /// Removes a group with its membership rows.
    pub(crate) fn delete_group(&self, group: &GroupRow) -> Stored<()> {
        self.now(group.tenant)?;
        self.conn.prepare_cached("DELETE FROM groups WHERE row = ?1")?.execute([group.row])?;
        Ok(())
    }
}
