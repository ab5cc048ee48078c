//! Tenants, their clocks and their counters.

use super::{Store, Stored};
use crate::behaviour::IdForm;
use crate::clock::resource_id;
use rusqlite::{OptionalExtension, params};

/// A tenant's row and name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tenant {
    pub(crate) row: i64,
    pub(crate) name: String,
}

impl Store {
    /// The tenant of that name.
    pub(crate) fn tenant(&self, name: &str) -> Stored<Option<Tenant>> {
        self.conn
            .prepare_cached("SELECT row FROM tenants WHERE name = ?1")?
            .query_row([name], |row| Ok(Tenant { row: row.get(0)?, name: name.to_owned() }))
            .optional()
    }

    /// Every tenant with how many users and groups it has.
    pub(crate) fn tenants(&self) -> Stored<Vec<(Tenant, i64, i64)>> {
        self.conn
            .prepare_cached("SELECT row, name, users, groups FROM tenants ORDER BY row")?
            .query_map([], |row| Ok((Tenant { row: row.get(0)?, name: row.get(1)? }, row.get(2)?, row.get(3)?)))?
            .collect()
    }

    /// Makes a tenant; `None` when the name is taken.
    pub(crate) fn create_tenant(&self, name: &str) -> Stored<Option<Tenant>> {
        let made = self.conn.prepare_cached("INSERT OR IGNORE INTO tenants (name) VALUES (?1)")?.execute([name])?;
        Ok((made == 1).then(|| Tenant { row: self.conn.last_insert_rowid(), name: name.to_owned() }))
    }

    /// Forgets a tenant with everything in it.
    pub(crate) fn delete_tenant(&self, tenant: &Tenant) -> Stored<()> {
        self.conn.prepare_cached("DELETE FROM tenants WHERE row = ?1")?.execute([tenant.row])?;
        Ok(())
    }

    /// The tenant's time in milliseconds since 1970; asking does not move its clock.
    pub(crate) fn millis(&self, tenant: &Tenant) -> Stored<i64> {
        self.on_clock(tenant.row, crate::Clock::millis)
    }

    /// Moves the tenant's clock on; its new time.
    pub(crate) fn advance(&self, tenant: &Tenant, millis: i64) -> Stored<String> {
        self.conn
            .prepare_cached("UPDATE tenants SET ahead = ahead + ?2 WHERE row = ?1 RETURNING ticks, ahead")?
            .query_row(params![tenant.row, millis], |row| Ok(self.clock.at(row.get(0)?, row.get(1)?)))
    }

    /// Whether the clock moves by itself.
    pub(crate) fn clock_runs(&self) -> bool {
        self.clock == crate::Clock::Real
    }

    /// Whether SCIM is on, and whether single sign-on is enforced.
    pub(crate) fn sign_on(&self, tenant: &Tenant) -> Stored<(bool, bool)> {
        self.conn
            .prepare_cached("SELECT scim, sso FROM tenants WHERE row = ?1")?
            .query_row([tenant.row], |row| Ok((row.get(0)?, row.get(1)?)))
    }

    /// Sets whether SCIM is on, and whether single sign-on is enforced.
    pub(crate) fn set_sign_on(&self, tenant: &Tenant, scim: bool, sso: bool) -> Stored<()> {
        self.conn
            .prepare_cached("UPDATE tenants SET scim = ?2, sso = ?3 WHERE row = ?1")?
            .execute(params![tenant.row, scim, sso])?;
        Ok(())
    }

    /// The id of the next resource.
    pub(crate) fn next_id(&self, tenant: i64) -> Stored<String> {
        // Two statements: one with RETURNING makes a table for its answer and costs more than both.
        self.conn.prepare_cached("UPDATE tenants SET counter = counter + 1 WHERE row = ?1")?.execute([tenant])?;
        let (name, count): (String, i64) = self
            .conn
            .prepare_cached("SELECT name, counter FROM tenants WHERE row = ?1")?
            .query_row([tenant], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(id_of(self.ids, &resource_id(self.seed, &name, count), count))
    }

    /// Moves the tenant's clock on and reads it.
    pub(crate) fn now(&self, tenant: i64) -> Stored<String> {
        self.conn.prepare_cached("UPDATE tenants SET ticks = ticks + 1 WHERE row = ?1")?.execute([tenant])?;
        self.moment(tenant)
    }
}

/// An id in the form that is wanted.
fn id_of(form: IdForm, guid: &str, count: i64) -> String {
    match form {
        IdForm::Guid => guid.to_owned(),
        IdForm::Number => (100_000 + count).to_string(),
        IdForm::Long => format!("{guid}{}", ".0123456789".repeat(11)).chars().take(150).collect(),
        IdForm::Odd => format!("u:{count}~{}@x,1", guid.get(..8).unwrap_or_default()),
    }
}
