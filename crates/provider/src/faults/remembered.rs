//! What only a faulty service asks of its rows: names and memberships after their bearers are gone, and other tenants.

use super::tombstones::Tombstone;
use crate::store::{GroupRow, MembershipRow, Store, Stored, Tenant, UserRow, fold};
use rusqlite::{OptionalExtension, params};

impl Store {
    /// Remembers a name after its bearer is gone or renamed.
    pub(super) fn bury(&self, tenant: i64, of: Tombstone, id: &str, name: &str) -> Stored<()> {
        self.conn
            .prepare_cached("INSERT INTO tombstones (tenant, kind, id, name, name_key) VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute(params![tenant, of.as_str(), id, name, fold(name)])?;
        Ok(())
    }

    /// Whether that name was somebody's once.
    pub(super) fn is_buried(&self, tenant: i64, of: Tombstone, name: &str) -> Stored<bool> {
        self.conn
            .prepare_cached("SELECT 1 FROM tombstones WHERE tenant = ?1 AND kind = ?2 AND name_key = ?3")?
            .exists(params![tenant, of.as_str(), fold(name)])
    }

    /// The ids buried under a name, in the order of their burial.
    pub(super) fn buried(&self, tenant: i64, of: Tombstone, name: &str) -> Stored<Vec<String>> {
        self.conn
            .prepare_cached("SELECT id FROM tombstones WHERE tenant = ?1 AND kind = ?2 AND name_key = ?3 ORDER BY row")?
            .query_map(params![tenant, of.as_str(), fold(name)], |row| row.get(0))?
            .collect()
    }

    /// Leaves the name of a group that goes with each of its members.
    pub(super) fn bury_memberships(&self, group: &GroupRow) -> Stored<()> {
        self.conn
            .prepare_cached(
                "INSERT INTO tombstones (tenant, kind, id, name, name_key, member)
                 SELECT ?1, ?2, ?3, ?4, ?5, member FROM members WHERE grp = ?6",
            )?
            .execute(params![
                group.tenant,
                Tombstone::Membership.as_str(),
                group.id,
                group.display_name,
                fold(&group.display_name),
                group.row
            ])?;
        Ok(())
    }

    /// The deleted groups an id was in when they went.
    pub(super) fn buried_memberships(&self, tenant: i64, id: &str) -> Stored<Vec<MembershipRow>> {
        self.conn
            .prepare_cached("SELECT id, name FROM tombstones WHERE member = ?1 AND tenant = ?2 ORDER BY row")?
            .query_map(params![id, tenant], |row| Ok(MembershipRow { id: row.get(0)?, display: row.get(1)? }))?
            .collect()
    }

    /// Gives a user another id, a new one where none is named; none where somebody has it. Its memberships stay under the
    /// old one.
    pub(super) fn readdress_user(&self, user: &UserRow, id: Option<&str>) -> Stored<Option<UserRow>> {
        let id = id.map_or_else(|| self.next_id(user.tenant), |id| Ok(id.to_owned()))?;
        let holder = "SELECT 1 FROM users WHERE tenant = ?1 AND id = ?2";
        if self.conn.prepare_cached(holder)?.exists(params![user.tenant, id])? {
            return Ok(None);
        }
        let mut user = user.clone();
        self.set_user_id(&mut user, &id)?;
        Ok(Some(user))
    }

    /// Whether a group has a member that resolves to nothing.
    pub(super) fn has_dangling_member(&self, group: &GroupRow) -> Stored<bool> {
        self.conn
            .prepare_cached(
                "SELECT 1 FROM members m WHERE m.grp = ?1 AND NOT EXISTS (SELECT 1 FROM users WHERE id = m.member AND tenant = ?2)
                 AND NOT EXISTS (SELECT 1 FROM groups WHERE id = m.member AND tenant = ?2)",
            )?
            .exists([group.row, group.tenant])
    }

    /// Keeps the `limit` longest-standing members.
    pub(super) fn truncate_members(&self, group: &GroupRow, limit: i64) -> Stored<()> {
        self.conn
            .prepare_cached(
                "DELETE FROM members WHERE grp = ?1 AND row NOT IN
                 (SELECT row FROM members WHERE grp = ?1 ORDER BY row LIMIT ?2)",
            )?
            .execute(params![group.row, limit])?;
        Ok(())
    }

    /// The first user of another tenant with that userName.
    pub(super) fn user_elsewhere(&self, tenant: &Tenant, user_name: &str) -> Stored<Option<UserRow>> {
        let found: Option<i64> = self
            .conn
            .prepare_cached("SELECT row FROM users WHERE tenant <> ?1 AND user_name_key = ?2 LIMIT 1")?
            .query_row(params![tenant.row, fold(user_name)], |row| row.get(0))
            .optional()?;
        found.map_or(Ok(None), |row| self.user_at(row))
    }

    /// The tenant that a user of any tenant is in.
    pub(super) fn tenant_of_user(&self, id: &str) -> Stored<Option<i64>> {
        self.tenant_in("SELECT tenant FROM users WHERE id = ?1 AND tenant IN (SELECT row FROM tenants) LIMIT 1", id)
    }

    /// The tenant that a group of any tenant is in.
    pub(super) fn tenant_of_group(&self, id: &str) -> Stored<Option<i64>> {
        self.tenant_in("SELECT tenant FROM groups WHERE id = ?1 AND tenant IN (SELECT row FROM tenants) LIMIT 1", id)
    }

    fn tenant_in(&self, sql: &str, id: &str) -> Stored<Option<i64>> {
        self.conn.prepare_cached(sql)?.query_row([id], |row| row.get(0)).optional()
    }
}
