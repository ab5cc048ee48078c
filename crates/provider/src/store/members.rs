//! Memberships: one row per member, so that changing one costs the same in a group of any size.

use super::{GroupRow, Store, Stored, Tenant};
use rusqlite::{OptionalExtension, params};

/// A member of a group, with the name to show for it; none when it resolves to nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MemberRow {
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) display: Option<String>,
}

/// A group somebody is directly in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MembershipRow {
    pub(crate) id: String,
    pub(crate) display: String,
}

// Both begin with the member, who is in few groups, and not with the groups, of which there may be many: left to
// itself SQLite does the latter, because the groups are in the wanted order.
pub(super) const MEMBERSHIPS: &str = "SELECT g.id, g.display_name FROM members m CROSS JOIN groups g ON g.row = m.grp
     WHERE m.member = ?1 AND g.tenant = ?2 ORDER BY g.row";
pub(super) const LEAVE_ALL: &str =
    "DELETE FROM members WHERE member = ?1 AND (SELECT tenant FROM groups WHERE row = members.grp) = ?2";

impl Store {
    /// The members of a group in the order of joining, at most `limit`.
    pub(crate) fn members(&self, group: &GroupRow, limit: Option<i64>) -> Stored<Vec<MemberRow>> {
        self.members_as(group, limit, |member| member)
    }

    /// The same, each as `shape` makes it: of a very large group there is no second list.
    pub(crate) fn members_as<T>(
        &self,
        group: &GroupRow,
        limit: Option<i64>,
        shape: impl Fn(MemberRow) -> T,
    ) -> Stored<Vec<T>> {
        self.conn
            .prepare_cached(
                "SELECT m.member, m.kind, COALESCE(u.display, g.display_name) FROM members m
                 LEFT JOIN users u ON u.id = m.member AND u.tenant = ?3
                 LEFT JOIN groups g ON g.id = m.member AND g.tenant = ?3
                 WHERE m.grp = ?1 ORDER BY m.row LIMIT ?2",
            )?
            .query_map(params![group.row, limit.unwrap_or(i64::MAX), group.tenant], |row| {
                Ok(shape(MemberRow { id: row.get(0)?, kind: row.get(1)?, display: row.get(2)? }))
            })?
            .collect()
    }

    /// What an id of this tenant names, `User` or `Group`.
    pub(crate) fn kind_of(&self, tenant: i64, id: &str) -> Stored<Option<&'static str>> {
        let kind: Option<i64> = self
            .conn
            .prepare_cached(
                "SELECT 1 FROM users WHERE id = ?1 AND tenant = ?2
                 UNION ALL SELECT 2 FROM groups WHERE id = ?1 AND tenant = ?2",
            )?
            .query_row(params![id, tenant], |row| row.get(0))
            .optional()?;
        Ok(kind.map(|kind| if kind == 1 { "User" } else { "Group" }))
    }

    /// Puts somebody into a group; false when it was in already.
    pub(crate) fn add_member(&self, group: &GroupRow, id: &str, kind: &str) -> Stored<bool> {
        let added = self
            .conn
            .prepare_cached("INSERT OR IGNORE INTO members (grp, member, kind) VALUES (?1, ?2, ?3)")?
            .execute(params![group.row, id, kind])?;
        self.mark_user(group.tenant, id, added)
    }

    /// Takes somebody out of a group; false when it was not in.
    pub(crate) fn remove_member(&self, group: &GroupRow, id: &str) -> Stored<bool> {
        let removed = self
            .conn
            .prepare_cached("DELETE FROM members WHERE grp = ?1 AND member = ?2")?
            .execute(params![group.row, id])?;
        self.mark_user(group.tenant, id, removed)
    }

    /// The `groups` attribute is part of a user's representation, so the version moves with it
    /// (RFC 7644 section 3.14); `meta.lastModified` stays, nobody modified the user.
    fn mark_user(&self, tenant: i64, id: &str, changed: usize) -> Stored<bool> {
        if changed > 0 {
            self.conn
                .prepare_cached("UPDATE users SET version = version + 1 WHERE tenant = ?1 AND id = ?2")?
                .execute(params![tenant, id])?;
        }
        Ok(changed > 0)
    }

    /// The name of a group is shown by its members, users and groups, so their versions move with it.
    pub(crate) fn mark_members(&self, group: &GroupRow) -> Stored<()> {
        for table in ["users", "groups"] {
            self.conn
                .prepare_cached(&format!(
                    "UPDATE {table} SET version = version + 1
                     WHERE tenant = ?2 AND id IN (SELECT member FROM members WHERE grp = ?1)"
                ))?
                .execute([group.row, group.tenant])?;
        }
        Ok(())
    }

    /// The name of a member is shown by its groups, so their versions move with it.
    pub(crate) fn mark_groups_of(&self, tenant: i64, id: &str) -> Stored<()> {
        self.conn
            .prepare_cached(
                "UPDATE groups SET version = version + 1
                 WHERE tenant = ?2 AND row IN (SELECT grp FROM members WHERE member = ?1)",
            )?
            .execute(params![id, tenant])?;
        Ok(())
    }

    /// Empties a group; false when it was empty.
    pub(crate) fn clear_members(&self, group: &GroupRow) -> Stored<bool> {
        self.conn
            .prepare_cached(
                "UPDATE users SET version = version + 1
                 WHERE tenant = ?2 AND id IN (SELECT member FROM members WHERE grp = ?1)",
            )?
            .execute([group.row, group.tenant])?;
        Ok(self.conn.prepare_cached("DELETE FROM members WHERE grp = ?1")?.execute([group.row])? > 0)
    }

    /// Takes somebody out of every group; these groups changed.
    pub(crate) fn leave_all_groups(&self, tenant: i64, id: &str) -> Stored<()> {
        let now = self.now(tenant)?;
        self.conn
            .prepare_cached(
                "UPDATE groups SET version = version + 1, modified = ?2
                 WHERE tenant = ?3 AND row IN (SELECT grp FROM members WHERE member = ?1)",
            )?
            .execute(params![id, now, tenant])?;
        self.conn.prepare_cached(LEAVE_ALL)?.execute(params![id, tenant])?;
        Ok(())
    }

    /// The groups an id is directly in, in the order of the groups' making.
    pub(crate) fn memberships(&self, tenant: i64, id: &str) -> Stored<Vec<MembershipRow>> {
        self.conn
            .prepare_cached(MEMBERSHIPS)?
            .query_map(params![id, tenant], |row| Ok(MembershipRow { id: row.get(0)?, display: row.get(1)? }))?
            .collect()
    }

    /// Empties every group of a tenant and forgets the groups.
    pub(crate) fn delete_groups(&self, tenant: &Tenant) -> Stored<usize> {
        self.now(tenant.row)?;
        self.conn
            .prepare_cached(
                "UPDATE users SET version = version + 1 WHERE tenant = ?1 AND id IN
                 (SELECT m.member FROM members m JOIN groups g ON g.row = m.grp WHERE g.tenant = ?1)",
            )?
            .execute([tenant.row])?;
        self.conn.prepare_cached("DELETE FROM groups WHERE tenant = ?1")?.execute([tenant.row])
    }
}
