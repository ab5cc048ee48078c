//! How each kind of trouble comes about, and what the next cycle of an IdP does to it.
//!
//! In: a kind's id. Out: three sentences, from what the vendors say of their products; the codes in the comments are those of
//! `crates/idp/sources.toml`. Never: a promise: mappings and settings of a connection decide in the end.

/// How trouble came about, and what comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Forecast {
    /// The sequence that usually leaves it behind.
    pub came_by: &'static str,
    /// What an Okta org does about it by itself.
    pub okta: &'static str,
    /// What the next cycle of an Entra tenant does about it.
    pub entra: &'static str,
}

/// What is known of a kind.
pub(super) fn of(kind: &str) -> Option<Forecast> {
    let forecast = |came_by, okta, entra| Some(Forecast { came_by, okta, entra });
    match kind {
        // M6: a link beats matching for as long as the job lives.
        "wrong-person" => forecast(
            "an address or user name was given to somebody else, or two were exchanged, while an IdP matched by it",
            "each change of the one goes on to the account of the other",
            "the link stays whatever the names say: each cycle writes the one's values into the other's account",
        ),
        // L21: nothing is sent while the job is stopped. L23: a restart evaluates everything in scope.
        "active-leaver" => forecast(
            "the person left while provisioning was off, or after the link was lost",
            "nothing: the unassignment was sent already, or never will be; assign and unassign once",
            "nothing where there is no link; a restart looks at those in scope only",
        ),
        "unknown-account" => forecast(
            "made by hand in the product, by an IdP that is gone, or left after its person was deleted at the directory",
            "nothing: no assignment leads to it",
            "nothing: nobody in scope matches it; account discovery lists it",
        ),
        // C9315: a push adds to the members that are there.
        "unknown-member" => forecast(
            "added by hand in the product, by an IdP that is gone, or left in the group after a switch",
            "a push of the group adds members, and leaves those it never added; a push of the whole list would drop them",
            "nothing: changes of members are sent one by one, and this one never changed",
        ),
        // L3, L4: one hit is adopted, without one the account is made. P07: a changed user name may come as a new account.
        "two-accounts" => forecast(
            "two applications with different user name mappings, a rename that came as a new account, or a lookup that did not find the first",
            "changes go to the account it is linked to; the other stays as it is",
            "with a link, changes go to that account; without, two hits of a lookup are an error and nothing is sent",
        ),
        // L4: adopted by the matching attribute. A3.2: what a conflict does to an object.
        "stale-link" => forecast(
            "another IdP or tenant provisioned the account, and its externalId stayed when that one was switched off",
            "on assignment it matches by user name and overwrites externalId; a product that matches by externalId answers with a conflict",
            "matching by userName adopts the account and writes its own externalId; matching by externalId finds nobody, and the create conflicts in each cycle",
        ),
        // P11: a deleted group may stay in the target. L20: a group that leaves scope is deleted.
        "unclaimed-group" => forecast(
            "an IdP pushed it and is gone, or the group was unlinked and left; or somebody made it by hand",
            "nothing; a push of a new group of that name is refused or taken for it",
            "nothing; a group of that name that comes into scope adopts it, with the members it has",
        ),
        // L14: a group is looked up by displayName.
        "twin-groups" => forecast(
            "a second IdP, or a group made by hand, where the product allows one name twice",
            "goes on with the group it is linked to",
            "with a link, goes on with that group; without, two hits of the lookup by displayName are an error",
        ),
        "dangling-member" => forecast(
            "an account was deleted in the product without leaving its groups, or a copy was restored without its users",
            "a push of the whole list drops it where the product takes the list; one that refuses unknown members refuses the push",
            "nothing: a member that never changed is not sent",
        ),
        "sides-disagree" => forecast(
            "the product keeps membership in two places, and one was not written",
            "a push of the group writes its members again",
            "nothing, until the membership changes at the source",
        ),
        // L12: who comes back is looked up if there is no link, and `active` is set.
        "suspended-account" => forecast(
            "a cleanup, an unassignment at the old IdP after the new one had adopted the account, or somebody by hand",
            "nothing: it has the account as active; unassign and assign",
            "nothing in an incremental cycle: nothing changed at the source; a restart with a full scope sets active",
        ),
        // Q1: what failed is tried again, ever more rarely. L3: no hit, so the account is made.
        "missing-account" => forecast(
            "the first cycle broke off, the person failed in it, or is not assigned",
            "nothing until the failed task is tried again; an assignment creates the account",
            "creates the account if the person is in scope and not set aside after failures; a restart forgets those",
        ),
        "missing-group" => forecast(
            "the push broke off, or the group is not assigned to the application",
            "nothing until the group is pushed again",
            "creates the group if it is assigned; its members follow the users",
        ),
        // L18: a member out of scope is not added when it comes into scope, before a restart.
        "other-members" => forecast(
            "members changed while provisioning was off, came into scope after their group, or were changed by hand",
            "a push of the group sends what it has; people who are inactive are not in it",
            "only what changes from now on is sent; a restart with a full scope evaluates the group again",
        ),
        "two-directories" => forecast(
            "the switch from one IdP to another ended at one side only: the person left, or was unassigned, at one directory",
            "sends `active` when the assignment changes, whatever the other has sent",
            "sends `active` when it changes at the source, and again after a restart, whatever the other has sent",
        ),
        // L3, L4: one hit is adopted, without one the account is made.
        "unreliable-lookup" => forecast(
            "the product changed its filter, its index, or how it compares names, after the accounts were made",
            "a lookup without a hit ends in a create, which makes a second account or is refused; a wrong hit is linked",
            "the same with each new object; who is linked already is addressed by id, and goes on",
        ),
        "odd-members" => forecast(
            "a client with a limit, a PATCH taken for the whole list, or groups that were found by a name that was cut",
            "a push of the group adds who is missing; who is too many stays",
            "only what changes from now on is sent; a restart with a full scope evaluates the group again",
        ),
        "other-values" => forecast(
            "a change at the source that was refused or never sent, a change by hand in the product, or another mapping",
            "sends the person's values with the next change of the person; an import may take over the product's",
            "nothing in an incremental cycle: nothing changed at the source; a restart with a full scope sends the values",
        ),
        "leftover-name" => forecast(
            "an account was deleted softly, a guest was invited, or the name was taken when the account was made",
            "nothing: no assignment leads to it",
            "nothing, or a second account: a lookup by the real name does not find it",
        ),
        "ill-formed" => forecast(
            "a write that the product should have refused, a migration, or an import",
            "an import stops at it, or takes it over; a push is refused where the product checks it now",
            "a lookup that answers with it may fail the object, and many failures put the job in quarantine",
        ),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::KINDS;

    #[test]
    fn every_kind_is_explained() {
        for kind in KINDS {
            let forecast = of(kind.id).unwrap_or_else(|| panic!("{}", kind.id));
            assert!(
                [forecast.came_by, forecast.okta, forecast.entra].iter().all(|text| text.len() > 20),
                "{}",
                kind.id
            );
        }
        assert_eq!(of("something else"), None);
    }
}
