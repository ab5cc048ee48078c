//! Groups of the product itself, what they are mapped to, and what people of the product own.

use super::{GroupRow, Store, Stored, Tenant, UserRow};
use rusqlite::{OptionalExtension, Row, params};

/// A group of the product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ProductGroup {
    pub(crate) row: i64,
    pub(crate) id: String,
    pub(crate) name: String,
    /// The displayName of the IdP's group it is mapped to.
    pub(crate) mapped_name: Option<String>,
    /// The row of that group, once it was pushed.
    pub(crate) mapped: Option<i64>,
}

const COLUMNS: &str = "row, id, name, mapped_name, mapped";

fn read(row: &Row<'_>) -> Stored<ProductGroup> {
    Ok(ProductGroup {
        row: row.get(0)?,
        id: row.get(1)?,
        name: row.get(2)?,
        mapped_name: row.get(3)?,
        mapped: row.get(4)?,
    })
}

impl Store {
    /// Makes a group of the product; none when the name is taken.
    pub(crate) fn insert_product_group(&self, tenant: i64, name: &str) -> Stored<Option<ProductGroup>> {
        let id = self.next_id(tenant)?;
        let made = self
            .conn
            .prepare_cached("INSERT OR IGNORE INTO product_groups (tenant, id, name) VALUES (?1, ?2, ?3)")?
            .execute(params![tenant, id, name])?;
        let row = self.conn.last_insert_rowid();
        Ok((made == 1).then(|| ProductGroup { row, id, name: name.to_owned(), mapped_name: None, mapped: None }))
    }

    /// The groups of the product.
    pub(crate) fn product_groups(&self, tenant: &Tenant) -> Stored<Vec<ProductGroup>> {
        self.conn
            .prepare_cached(&format!("SELECT {COLUMNS} FROM product_groups WHERE tenant = ?1 ORDER BY row"))?
            .query_map([tenant.row], read)?
            .collect()
    }

    /// One of them by id.
    pub(crate) fn product_group(&self, tenant: &Tenant, id: &str) -> Stored<Option<ProductGroup>> {
        self.conn
            .prepare_cached(&format!("SELECT {COLUMNS} FROM product_groups WHERE tenant = ?1 AND id = ?2"))?
            .query_row(params![tenant.row, id], read)
            .optional()
    }

    /// The group of the product that one of the IdP is mapped to.
    pub(crate) fn product_group_of(&self, group: &GroupRow) -> Stored<Option<ProductGroup>> {
        self.conn
            .prepare_cached(&format!("SELECT {COLUMNS} FROM product_groups WHERE mapped = ?1"))?
            .query_row([group.row], read)
            .optional()
    }

    /// Names a group of the product anew; false when the name is another's.
    pub(crate) fn rename_product_group(&self, group: &ProductGroup, name: &str) -> Stored<bool> {
        let changed = self
            .conn
            .prepare_cached("UPDATE OR IGNORE product_groups SET name = ?2 WHERE row = ?1")?
            .execute(params![group.row, name])?;
        Ok(changed > 0)
    }

    /// Maps a group of the product to one of the IdP by name; its row is filled in where there is one.
    pub(crate) fn map_group(&self, group: &ProductGroup, name: &str, to: Option<i64>) -> Stored<()> {
        self.conn
            .prepare_cached("UPDATE product_groups SET mapped_name = ?2, mapped = ?3 WHERE row = ?1")?
            .execute(params![group.row, name, to])?;
        Ok(())
    }

    /// Completes the mapping that waits for a group of that name.
    pub(crate) fn complete_mapping(&self, group: &GroupRow) -> Stored<()> {
        self.conn
            .prepare_cached(
                "UPDATE product_groups SET mapped = ?2 WHERE tenant = ?1 AND mapped IS NULL AND mapped_name = ?3",
            )?
            .execute(params![group.tenant, group.row, group.display_name])?;
        Ok(())
    }

    /// Ends a mapping. The members that came through it stay, or go.
    pub(crate) fn unmap_group(&self, group: &ProductGroup, keep_members: bool) -> Stored<()> {
        if keep_members {
            self.conn
                .prepare_cached(
                    "INSERT OR IGNORE INTO product_members (grp, user) SELECT p.row, u.row FROM product_groups p
                     JOIN members m ON m.grp = p.mapped JOIN users u ON u.id = m.member AND u.tenant = p.tenant
                     WHERE p.row = ?1",
                )?
                .execute([group.row])?;
        } else {
            self.clear_product_members(group)?;
        }
        self.conn
            .prepare_cached("UPDATE product_groups SET mapped = NULL, mapped_name = NULL WHERE row = ?1")?
            .execute([group.row])?;
        Ok(())
    }

    /// Takes everybody out of a group of the product who was put in by hand.
    pub(crate) fn clear_product_members(&self, group: &ProductGroup) -> Stored<()> {
        self.conn.prepare_cached("DELETE FROM product_members WHERE grp = ?1")?.execute([group.row])?;
        Ok(())
    }

    /// Puts somebody into a group of the product by hand; false when it was in.
    pub(crate) fn add_product_member(&self, group: &ProductGroup, user: &UserRow) -> Stored<bool> {
        let added = self
            .conn
            .prepare_cached("INSERT OR IGNORE INTO product_members (grp, user) VALUES (?1, ?2)")?
            .execute(params![group.row, user.row])?;
        Ok(added > 0)
    }

    /// The user names in a group of the product: those of the IdP's group it is mapped to, then those put in by hand.
    pub(crate) fn product_members(&self, group: &ProductGroup) -> Stored<Vec<String>> {
        self.conn
            .prepare_cached(
                "SELECT u.user_name, 0 AS own, m.row AS place FROM product_groups p JOIN members m ON m.grp = p.mapped
                 JOIN users u ON u.id = m.member AND u.tenant = p.tenant WHERE p.row = ?1
                 UNION ALL
                 SELECT u.user_name, 1, u.row FROM product_members o JOIN users u ON u.row = o.user
                 WHERE o.grp = ?1 AND u.id NOT IN (SELECT m.member FROM product_groups p
                                                   JOIN members m ON m.grp = p.mapped WHERE p.row = ?1)
                 ORDER BY own, place",
            )?
            .query_map([group.row], |row| row.get(0))?
            .collect()
    }

    /// Makes somebody the owner of a thing.
    pub(crate) fn put_asset(&self, tenant: &Tenant, name: &str, owner: &UserRow) -> Stored<()> {
        self.conn
            .prepare_cached(
                "INSERT INTO assets (tenant, name, owner) VALUES (?1, ?2, ?3)
                 ON CONFLICT (tenant, name) DO UPDATE SET owner = excluded.owner",
            )?
            .execute(params![tenant.row, name, owner.row])?;
        Ok(())
    }

    /// The things and the user names of who owns them.
    pub(crate) fn assets(&self, tenant: &Tenant) -> Stored<Vec<(String, Option<String>)>> {
        self.conn
            .prepare_cached(
                "SELECT a.name, u.user_name FROM assets a LEFT JOIN users u ON u.row = a.owner
                 WHERE a.tenant = ?1 ORDER BY a.name",
            )?
            .query_map([tenant.row], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect()
    }

    /// Whether a tenant has a local account of that address, or of that name, which is not this user.
    pub(crate) fn has_local_twin(&self, user: &UserRow, addresses: &[&str]) -> Stored<bool> {
        let mut statement = self.conn.prepare_cached(
            "SELECT 1 FROM local_accounts a CROSS JOIN users u ON u.row = a.user WHERE u.tenant = ?1 AND u.row <> ?2
             AND u.user_name <> ?3 AND (lower(a.email) = lower(?4) OR u.user_name = ?5)",
        )?;
        let local_part = user.user_name.split('@').next().unwrap_or_default();
        for address in addresses {
            if statement.exists(params![user.tenant, user.row, user.user_name, address, local_part])? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
