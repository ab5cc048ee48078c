//! Users as rows: the attributes IdPs look up are columns, the rest is JSON text.

use super::{STRETCH, Store, Stored, Tenant, fold};
use rusqlite::{OptionalExtension, Row, params};

/// A stored user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UserRow {
    pub(crate) row: i64,
    pub(crate) tenant: i64,
    pub(crate) id: String,
    pub(crate) user_name: String,
    pub(crate) external_id: Option<String>,
    pub(crate) active: bool,
    pub(crate) managed: bool,
    /// The resource without `id`, `meta`, `groups` and `password`.
    pub(crate) body: String,
    pub(crate) version: i64,
    pub(crate) created: String,
    pub(crate) modified: String,
}

/// What is written of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UserDraft {
    pub(crate) user_name: String,
    pub(crate) external_id: Option<String>,
    pub(crate) display: String,
    pub(crate) active: bool,
    pub(crate) body: String,
}

/// How a user is looked up through an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum UserKey {
    /// By id.
    Id(String),
    /// By userName, folded here.
    UserName(String),
    /// By externalId, case-exact.
    ExternalId(String),
}

const COLUMNS: &str = "row, tenant, id, user_name, external_id, active, managed, body, version, created, modified";

fn read(row: &Row<'_>) -> Stored<UserRow> {
    Ok(UserRow {
        row: row.get(0)?,
        tenant: row.get(1)?,
        id: row.get(2)?,
        user_name: row.get(3)?,
        external_id: row.get(4)?,
        active: row.get(5)?,
        managed: row.get(6)?,
        body: row.get(7)?,
        version: row.get(8)?,
        created: row.get(9)?,
        modified: row.get(10)?,
    })
}

impl Store {
    /// A user of this tenant by id.
    pub(crate) fn user(&self, tenant: &Tenant, id: &str) -> Stored<Option<UserRow>> {
        self.conn
            .prepare_cached(&format!("SELECT {COLUMNS} FROM users WHERE tenant = ?1 AND id = ?2"))?
            .query_row(params![tenant.row, id], read)
            .optional()
    }

    /// The user in that row.
    pub(crate) fn user_at(&self, row: i64) -> Stored<Option<UserRow>> {
        self.conn
            .prepare_cached(&format!("SELECT {COLUMNS} FROM users WHERE row = ?1"))?
            .query_row([row], read)
            .optional()
    }

    /// The users that an index finds, in the order of their making.
    pub(crate) fn users_by(&self, tenant: &Tenant, key: &UserKey) -> Stored<Vec<UserRow>> {
        let (column, value) = match key {
            UserKey::Id(id) => return Ok(self.user(tenant, id)?.into_iter().collect()),
            UserKey::UserName(name) => ("user_name_key", fold(name)),
            UserKey::ExternalId(id) => ("external_id", id.clone()),
        };
        self.conn
            .prepare_cached(&format!("SELECT {COLUMNS} FROM users WHERE tenant = ?1 AND {column} = ?2 ORDER BY row"))?
            .query_map(params![tenant.row, value], read)?
            .collect()
    }

    /// How many users there are.
    pub(crate) fn count_users(&self, tenant: &Tenant) -> Stored<i64> {
        self.conn.prepare_cached("SELECT users FROM tenants WHERE row = ?1")?.query_row([tenant.row], |row| row.get(0))
    }

    /// One stretch of the users, in the order of their making. What is skipped is stepped over one by one, so a stretch
    /// in the second half is looked for from the end.
    pub(crate) fn users_page(&self, tenant: &Tenant, skip: i64, take: i64) -> Stored<Vec<UserRow>> {
        let page = |order: &str, skip: i64, take: i64| -> Stored<Vec<UserRow>> {
            self.conn
                .prepare_cached(&format!(
                    "SELECT {COLUMNS} FROM users WHERE tenant = ?1 ORDER BY row {order} LIMIT ?2 OFFSET ?3"
                ))?
                .query_map(params![tenant.row, take, skip], read)?
                .collect()
        };
        let rest = self.count_users(tenant)?.saturating_sub(skip);
        if rest > skip {
            return page("ASC", skip, take);
        }
        let take = take.min(rest);
        // SQLite takes a negative limit for none.
        let mut users = if take > 0 { page("DESC", rest - take, take)? } else { Vec::new() };
        users.reverse();
        Ok(users)
    }

    /// The first users made after that row.
    pub(crate) fn users_after(&self, tenant: &Tenant, row: i64, take: i64) -> Stored<Vec<UserRow>> {
        self.conn
            .prepare_cached(&format!(
                "SELECT {COLUMNS} FROM users WHERE tenant = ?1 AND row > ?2 ORDER BY row LIMIT ?3"
            ))?
            .query_map(params![tenant.row, row, take], read)?
            .collect()
    }

    /// Shows every user to `visit`, in the order of their making.
    pub(crate) fn each_user(&self, tenant: &Tenant, mut visit: impl FnMut(UserRow)) -> Stored<()> {
        let mut last = 0;
        loop {
            let stretch = self.users_after(tenant, last, STRETCH)?;
            let Some(end) = stretch.last() else { return Ok(()) };
            last = end.row;
            stretch.into_iter().for_each(&mut visit);
            self.let_pass();
        }
    }

    /// Makes a user.
    pub(crate) fn insert_user(&self, tenant: i64, draft: &UserDraft, managed: bool) -> Stored<UserRow> {
        let id = self.next_id(tenant)?;
        let now = self.now(tenant)?;
        self.conn
            .prepare_cached(
                "INSERT INTO users (tenant, id, user_name, user_name_key, external_id, display, active, managed, body,
                 version, created, modified) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 1, ?10, ?10)",
            )?
            .execute(params![
                tenant,
                id,
                draft.user_name,
                fold(&draft.user_name),
                draft.external_id,
                draft.display,
                draft.active,
                managed,
                draft.body,
                now
            ])?;
        Ok(UserRow {
            row: self.conn.last_insert_rowid(),
            tenant,
            id,
            user_name: draft.user_name.clone(),
            external_id: draft.external_id.clone(),
            active: draft.active,
            managed,
            body: draft.body.clone(),
            version: 1,
            created: now.clone(),
            modified: now,
        })
    }

    /// Writes a user anew.
    pub(crate) fn update_user(&self, user: &UserRow, draft: &UserDraft) -> Stored<UserRow> {
        let now = self.now(user.tenant)?;
        self.conn
            .prepare_cached(
                "UPDATE users SET user_name = ?2, user_name_key = ?3, external_id = ?4, display = ?5, active = ?6,
                 body = ?7, version = version + 1, modified = ?8 WHERE row = ?1",
            )?
            .execute(params![
                user.row,
                draft.user_name,
                fold(&draft.user_name),
                draft.external_id,
                draft.display,
                draft.active,
                draft.body,
                now
            ])?;
        Ok(UserRow {
            user_name: draft.user_name.clone(),
            external_id: draft.external_id.clone(),
            active: draft.active,
            body: draft.body.clone(),
            version: user.version + 1,
            modified: now,
            ..user.clone()
        })
    }

    /// Removes a user; its memberships are the caller's business.
    pub(crate) fn delete_user(&self, user: &UserRow) -> Stored<()> {
        self.now(user.tenant)?;
        self.conn.prepare_cached("DELETE FROM users WHERE row = ?1")?.execute([user.row])?;
        Ok(())
    }

    /// Gives a user another id.
    pub(crate) fn set_user_id(&self, user: &mut UserRow, id: &str) -> Stored<()> {
        self.conn.prepare_cached("UPDATE users SET id = ?2 WHERE row = ?1")?.execute(params![user.row, id])?;
        id.clone_into(&mut user.id);
        Ok(())
    }

    /// Makes a user one the product knows without SCIM, or takes that back.
    pub(crate) fn set_managed(&self, user: &UserRow, managed: bool) -> Stored<()> {
        self.conn
            .prepare_cached("UPDATE users SET managed = ?2 WHERE row = ?1")?
            .execute(params![user.row, managed])?;
        Ok(())
    }

    /// Notes that somebody signed in.
    pub(crate) fn set_last_active(&self, user: &UserRow, at: &str) -> Stored<()> {
        self.conn.prepare_cached("UPDATE users SET last_active = ?2 WHERE row = ?1")?.execute(params![user.row, at])?;
        Ok(())
    }

    /// When somebody last signed in.
    pub(crate) fn last_active(&self, user: &UserRow) -> Stored<Option<String>> {
        self.conn
            .prepare_cached("SELECT last_active FROM users WHERE row = ?1")?
            .query_row([user.row], |row| row.get(0))
    }
}
