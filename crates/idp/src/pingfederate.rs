//! PingFederate: a SaaS connector that provisions from a source store. What is known is its documentation; no request of it was captured.
//!
//! In: acts. Out: the requests of the SCIM connector, and of its variant for GitHub Enterprise Managed Users. Never: a lookup by a user whose
//! id it has, or a filter for groups.

use super::at_once::{Act, AtOnce, Done, Memory, Speaks};
use super::connection::Connection;
use super::dialect::{Product, ProductMode};
use super::moves::{self, GROUPS, USERS, checked, plain_user};
use super::options::Removal;
use directory::Person;

/// PingFederate.
pub(super) const PINGFEDERATE: Product = Product {
    id: "pingfederate",
    name: "PingFederate",
    adds: "reads all groups and matches names itself; the variant for GitHub asks for GET /Users/0 before every write, and expects a 404",
    known_by: "documentation alone; every body is unverified",
    modes: &[
        ProductMode {
            id: "pingfederate/default",
            name: "PingFederate (SCIM connector)",
            summary: "lookup where no id is known, PUT for users, PATCH for groups",
            base_query: None,
            dialect: || AtOnce::boxed(PingFederate { managed_users: false }),
        },
        ProductMode {
            id: "pingfederate/emu",
            name: "PingFederate (GitHub EMU connector)",
            summary: "the same, with GET /Users/0 first and PATCH for the status",
            base_query: None,
            dialect: || AtOnce::boxed(PingFederate { managed_users: true }),
        },
    ],
    // No header was found; the content type is that of the RFC (U).
    ..Product::PLAIN
};

/// Groups asked for per page. Whether it pages was not found (U).
const PAGE: usize = 100;

/// PATCH for groups is documented, its body was not found (PFUSR; D).
const GROUP_BODY: &str = "the body of a PATCH of a group";

#[derive(Clone, Copy)]
struct PingFederate {
    /// The connector for GitHub Enterprise Managed Users.
    managed_users: bool,
}

impl Speaks for PingFederate {
    const NAME: &'static str = "PingFederate";

    async fn act(self, connection: &mut Connection, _memory: &mut Memory, act: &Act) -> Done {
        match act {
            Act::Test => connection.unverified("what a test of the connection sends (nothing is assumed)"),
            Act::Enter(person) => return self.enter(connection, person).await,
            Act::Change(person) => return self.write(connection, person).await,
            Act::Enable(person) if connection.links.managed_person(person).is_none() => {
                return self.enter(connection, person).await;
            }
            Act::Enable(person) => return self.status(connection, person, true).await,
            // A source user who is suspended, disabled or out of scope is deprovisioned (PFUSR; D).
            Act::Disable(person) | Act::Exit(person) | Act::Delete(person) => {
                return self.deprovision(connection, person).await;
            }
            Act::PushGroup(group) => return self.push_group(connection, group).await,
            Act::RenameGroup(group) => return self.rename_group(connection, group).await,
            Act::Join { group, people } => return self.members(connection, group, (people, true)).await,
            Act::Leave { group, people } => return self.members(connection, group, (people, false)).await,
            Act::DropGroup(group) => return self.delete_group(connection, group).await,
            Act::ReleaseGroup(group) => {
                connection.unverified("what a group out of scope sends (nothing is assumed)");
                connection.links.cut_group(group);
            }
            Act::Sync => {
                for person in connection.directory.in_order(&connection.assigned) {
                    self.enter(connection, &person).await?;
                }
                for group in connection.directory.in_order(&connection.groups) {
                    self.push_group(connection, &group).await?;
                }
            }
            Act::Import => connection.note("the connector imports nobody; nothing is sent"),
            Act::SwitchedOn => {
                connection.unverified("what follows when provisioning is switched on (nothing is assumed)");
            }
        }
        Ok(())
    }
}

impl PingFederate {
    /// Whether the target is there: a user of id 0 is not (PFEMU; D).
    async fn probe(self, connection: &Connection) -> Done {
        if !self.managed_users {
            return Ok(());
        }
        let answer = moves::read(connection, USERS, "0", "").await;
        match answer.status() {
            Some(404) => Ok(()),
            _ => checked(answer).map(|_| ()),
        }
    }

    /// A lookup where no id is known (PFSET; D), then POST or PUT. The mapping is the admin's, and no body was captured. A user who is disabled at the source is not created (PFSET; D).
    async fn enter(self, connection: &mut Connection, key: &str) -> Done {
        let Some(person) = connection.directory.person(key).cloned() else { return Ok(()) };
        if connection.links.managed_person(key).is_some() {
            return self.write(connection, key).await;
        }
        if !person.active {
            connection.note("a disabled user is not created; nothing is sent");
            return Ok(());
        }
        self.probe(connection).await?;
        // The documentation prints the filter without quotes; whether they are sent was not found.
        connection.unverified("the quotes of a lookup, and the body of a user");
        moves::replace_or_make(connection, &person, "userName", |id| plain_user(&person, id)).await
    }

    /// PUT, because PATCH of users is off out of the box (PFUSR, PFSET; D).
    async fn write(self, connection: &mut Connection, key: &str) -> Done {
        let Some((person, id)) = moves::managed(connection, key) else { return Ok(()) };
        self.probe(connection).await?;
        connection.unverified("the body of a user");
        moves::replace_user(connection, &person, &id, &plain_user(&person, Some(&id))).await
    }

    /// By the admin's choice (PFUSR, PFEMU2; D).
    async fn deprovision(self, connection: &mut Connection, key: &str) -> Done {
        match connection.options.on_removal {
            Removal::Nothing => {
                connection.note("the action on removal is to do nothing; nothing is sent");
                Ok(())
            }
            Removal::Disable => self.status(connection, key, false).await,
            Removal::Delete => {
                let Some((_, id)) = moves::managed(connection, key) else { return Ok(()) };
                self.probe(connection).await?;
                moves::remove(connection, USERS, &id).await?;
                connection.links.cut_person(key);
                Ok(())
            }
        }
    }

    /// An update with `active` (PFUSR; D); a PATCH in the variant for GitHub (PFEMU2; D).
    async fn status(self, connection: &mut Connection, key: &str, active: bool) -> Done {
        let Some((person, id)) = moves::managed(connection, key) else { return Ok(()) };
        self.probe(connection).await?;
        connection.unverified("the body of a change of status");
        if self.managed_users {
            checked(moves::patch(connection, USERS, &id, vec![moves::replace("active", active)]).await)?;
        } else {
            let person = Person { active, ..person.clone() };
            checked(moves::put(connection, USERS, &id, &plain_user(&person, Some(&id))).await)?;
        }
        moves::note_access(connection, &person, &id, active);
        Ok(())
    }

    /// All groups are read, and names compared here (PFUSR; D).
    async fn push_group(self, connection: &mut Connection, key: &str) -> Done {
        let Some((name, keys)) = moves::contents(connection, key) else { return Ok(()) };
        self.probe(connection).await?;
        connection.unverified("how the groups are paged, and the body of a new one");
        let all = moves::pages(connection, GROUPS, PAGE).await?;
        moves::link_or_make_group(connection, key, &name, &all).await?;
        self.members(connection, key, (&keys, true)).await
    }

    async fn rename_group(self, connection: &mut Connection, key: &str) -> Done {
        if connection.links.group(key).is_some() {
            self.probe(connection).await?;
        }
        moves::rename_group(connection, key, GROUP_BODY).await
    }

    async fn members(self, connection: &mut Connection, group: &str, (people, join): (&[String], bool)) -> Done {
        let Some((id, operations)) = moves::member_change(connection, group, people, join) else { return Ok(()) };
        self.probe(connection).await?;
        connection.unverified(GROUP_BODY);
        checked(moves::patch(connection, GROUPS, &id, operations).await).map(|_| ())
    }

    async fn delete_group(self, connection: &mut Connection, key: &str) -> Done {
        let Some(link) = connection.links.group(key).cloned() else { return Ok(()) };
        self.probe(connection).await?;
        connection.unverified("that a group out of scope is deleted");
        moves::remove(connection, GROUPS, &link.id).await?;
        connection.links.cut_group(key);
        Ok(())
    }
}
