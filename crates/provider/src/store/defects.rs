//! What only a defective service does with its rows.

use super::{Store, Stored, UserRow, fold};
use rusqlite::params;

impl Store {
    /// The ids buried under a name, in the order of their burial.
    pub(crate) fn buried(&self, tenant: i64, kind: &str, name: &str) -> Stored<Vec<String>> {
        self.conn
            .prepare_cached("SELECT id FROM tombstones WHERE tenant = ?1 AND kind = ?2 AND name_key = ?3 ORDER BY row")?
            .query_map(params![tenant, kind, fold(name)], |row| row.get(0))?
            .collect()
    }

    /// Gives a user another id, a new one where none is named. Its memberships stay under the old one.
    pub(crate) fn readdress_user(&self, user: &UserRow, id: Option<&str>) -> Stored<UserRow> {
        let id = id.map_or_else(|| self.next_id(user.tenant), |id| Ok(id.to_owned()))?;
        self.conn.prepare_cached("UPDATE users SET id = ?2 WHERE row = ?1")?.execute(params![user.row, id])?;
        Ok(UserRow { id, ..user.clone() })
    }
}
