//! A tenant as another one: what a restored backup is.

use super::{Store, Stored, Tenant};
use rusqlite::params;

impl Store {
    /// Copies everything in a tenant but its credentials: ids, links and memberships stay what they were.
    pub(crate) fn copy_tenant(&self, from: &Tenant, to: &Tenant) -> Stored<()> {
        let copies = [
            "UPDATE tenants SET (counter, ticks, ahead, scim, sso) =
             (SELECT counter, ticks, ahead, scim, sso FROM tenants WHERE row = ?1) WHERE row = ?2",
            "INSERT INTO users (tenant, id, user_name, user_name_key, external_id, display, active, managed, body,
             version, created, modified, last_active) SELECT ?2, id, user_name, user_name_key, external_id, display,
             active, managed, body, version, created, modified, last_active FROM users WHERE tenant = ?1 ORDER BY row",
            "INSERT INTO groups (tenant, id, display_name, display_name_key, external_id, body, version, created,
             modified) SELECT ?2, id, display_name, display_name_key, external_id, body, version, created, modified
             FROM groups WHERE tenant = ?1 ORDER BY row",
            "INSERT INTO resources (tenant, kind, id, body, version, created, modified)
             SELECT ?2, kind, id, body, version, created, modified FROM resources WHERE tenant = ?1 ORDER BY row",
            "INSERT INTO members (grp, member, kind) SELECT n.row, m.member, m.kind FROM members m
             JOIN groups o ON o.row = m.grp JOIN groups n ON n.id = o.id AND n.tenant = ?2
             WHERE o.tenant = ?1 ORDER BY m.row",
            "INSERT INTO local_accounts (user, email, admin, builtin_sign_in)
             SELECT n.row, a.email, a.admin, a.builtin_sign_in FROM local_accounts a JOIN users o ON o.row = a.user
             JOIN users n ON n.id = o.id AND n.tenant = ?2 WHERE o.tenant = ?1",
            "INSERT INTO product_groups (tenant, id, name, mapped_name, mapped)
             SELECT ?2, p.id, p.name, p.mapped_name, n.row FROM product_groups p LEFT JOIN groups o ON o.row = p.mapped
             LEFT JOIN groups n ON n.id = o.id AND n.tenant = ?2 WHERE p.tenant = ?1 ORDER BY p.row",
            "INSERT INTO product_members (grp, user) SELECT np.row, nu.row FROM product_members m
             JOIN product_groups op ON op.row = m.grp JOIN users ou ON ou.row = m.user
             JOIN product_groups np ON np.id = op.id AND np.tenant = ?2
             JOIN users nu ON nu.id = ou.id AND nu.tenant = ?2 WHERE op.tenant = ?1",
            "INSERT INTO assets (tenant, name, owner) SELECT ?2, a.name, n.row FROM assets a
             LEFT JOIN users o ON o.row = a.owner LEFT JOIN users n ON n.id = o.id AND n.tenant = ?2
             WHERE a.tenant = ?1",
        ];
        for sql in copies {
            self.conn.prepare_cached(sql)?.execute(params![from.row, to.row])?;
        }
        Ok(())
    }

    /// Copies names with a password from one tenant to another.
    pub(crate) fn copy_credentials(&self, from: &Tenant, to: &Tenant) -> Stored<()> {
        self.conn
            .prepare_cached(
                "INSERT INTO credentials (tenant, kind, name, salt, hash, scope, life)
                 SELECT ?2, kind, name, salt, hash, scope, life FROM credentials WHERE tenant = ?1",
            )?
            .execute(params![from.row, to.row])?;
        Ok(())
    }
}
