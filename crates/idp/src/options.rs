//! What an admin sets, and where sources about a product contradict each other.

use serde::{Deserialize, Serialize};

/// Attribute a lookup compares (Entra's matching attribute).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Matching {
    /// `userName`.
    UserName,
    /// `externalId`.
    ExternalId,
}

/// Where Entra's `externalId` of a person comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExternalId {
    /// The mail nickname: the default mapping (M1, P27; D).
    MailNickname,
    /// The object id: the common custom choice (D).
    ObjectId,
}

/// What Entra does with a group that is a member of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NestedGroups {
    /// Leaves it out.
    Drop,
    /// Adds the group's id as a member, without flattening.
    AddAsMember,
}

/// How a space is written in a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuerySpace {
    /// `%20`.
    Percent,
    /// `+`.
    Plus,
}

/// How Okta carries out a change of the user name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RenameStyle {
    /// GET and PUT of the same resource (Inf).
    Update,
    /// The old account is deactivated, the new name is looked up and created (P07; I).
    DeactivateAndCreate,
}

/// What Entra sends when a manager is taken away. Production shape: never captured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClearManager {
    /// Nothing: empty source values are skipped (L9; D for attributes at large).
    Nothing,
    /// `replace` with `""`, as the vendor's test workflow does (L8; V).
    EmptyString,
    /// `replace` with `{"value": ""}`, as the older validator does (L8; V).
    EmptyObject,
}

/// What an admin has chosen for accounts of people who lose access, in products other than Okta and Entra.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Removal {
    /// They are deactivated.
    Disable,
    /// They are deleted.
    Delete,
    /// Nothing happens to them.
    Nothing,
}

/// When Entra puts a job in quarantine for failures (Q2; D, "subject to change").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuarantineLimits {
    /// Failures from which the share counts.
    pub evaluated_from: usize,
    /// Failed objects in percent of all.
    pub percent: usize,
    /// Failures without references.
    pub failures: usize,
    /// Failures with references (managers, members).
    pub with_references: usize,
}

impl Default for QuarantineLimits {
    fn default() -> Self {
        Self { evaluated_from: 5_000, percent: 40, failures: 40_000, with_references: 60_000 }
    }
}

impl QuarantineLimits {
    /// The documented reason code when these counts mean quarantine.
    #[must_use]
    pub fn exceeded(&self, failures: usize, references: usize, succeeded: usize) -> Option<&'static str> {
        let all = failures + references;
        if all < self.evaluated_from {
            return None;
        }
        if failures > self.failures {
            Some("EncounteredBaseEscrowThreshold")
        } else if all > self.with_references {
            Some("EncounteredTotalEscrowThreshold")
        } else if all * 100 > self.percent * (all + succeeded) {
            Some("EncounteredEscrowProportionThreshold")
        } else {
            None
        }
    }
}

/// Settings of one connection. [`Options::of`] gives what the product does out of the box, or the best evidence of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Options {
    /// Seeds placeholder passwords and probe GUIDs.
    pub seed: u64,
    /// How a space is written in a query. Okta: `%20` in current docs, `+` in old ones (D); Entra: `+` (C).
    pub query_space: QuerySpace,
    /// Whether `Retry-After` is honoured. Okta: yes (D, 2026). Entra: contested (A3.2; U), by default the next cycle
    /// comes when it comes.
    pub honour_retry_after: bool,
    /// Whether `Accept-Encoding` is sent, as Okta does (FZ; C). Packed answers are unpacked.
    pub accept_encoding: bool,
    /// `User-Agent` in the place of the product's own, for a connector of a gallery that sends one (A1.6; U).
    pub user_agent: Option<String>,

    /// Attributes that the target's schemas lack: `title`, `emails.type`, the URN of an extension. They are sent, as the product maps
    /// them out of the box, until the target refuses them.
    pub lacking: Vec<String>,

    /// OneLogin, PingFederate, PingOne, Rauthy, SailPoint: what becomes of the account of a person who loses access.
    pub on_removal: Removal,

    /// Entra: attribute of lookups. `userName` and `externalId` were both captured (M4).
    pub matching: Matching,
    /// Entra: source of a person's `externalId`.
    pub external_id: ExternalId,
    /// Entra: groups in groups. Sources contradict each other (L19); dropped by default.
    pub nested_groups: NestedGroups,
    /// Entra: whether members of an assigned group are in scope themselves (assigned scope reads direct members; S3, D).
    pub scope_by_group: bool,
    /// Entra: more disables and deletes than this in one cycle are withheld (Q8; D). Off by default.
    pub deletion_threshold: Option<usize>,
    /// Entra: whether a purge sends DELETE (L13; D: only when the target action *Delete* is on).
    pub hard_delete: bool,
    /// Entra: whether who leaves scope is left alone (L11; D). Off by default.
    pub skip_out_of_scope_deletions: bool,
    /// Entra: whether the renamed user name of a deleted user (32 hex digits in front) is sent together with
    /// `active` (P24; I, one report). Off by default.
    pub tombstone_user_name: bool,
    /// Entra: whether a probe also goes to `/Groups` (L1; I).
    pub probe_groups: bool,
    /// Entra: whether the manager is asked for by filter before it is written (L7; D, called legacy).
    pub manager_probe: bool,
    /// Entra: what a removed manager sends.
    pub clear_manager: ClearManager,
    /// Entra with flag: whether one member is added by `replace` of `members` (A4; one field log and the validator,
    /// U). A server that follows the RFC empties the group. Off by default.
    pub add_member_by_replace: bool,
    /// Entra: whether `Add` is written where the target already has a value (quirk 3; C in one case). Off by default.
    pub add_for_existing: bool,
    /// Entra: whether a new group lists Microsoft's own schema URN. The tutorial shows it (S1; D), what the validators send has
    /// none (S18; V). Off by default.
    pub group_schema_urn: bool,
    /// Entra: additions of members sent at the same time. Several are reported (P23; I), how many is not published
    /// (Q9), so one after the other by default.
    pub parallel_members: usize,
    /// Entra: when failures mean quarantine.
    pub quarantine: QuarantineLimits,

    /// Okta: the locale of people who have none of their own. Documentation has `en-US` (OKD20; D); captures show that it is
    /// there, not its value.
    pub locale: String,
    /// Okta: whether *Import Groups* is ticked (test connection and import then read `/Groups`).
    pub import_groups: bool,
    /// Okta: whether people are assigned through a group, so that a reactivation assigns them again (D).
    pub assigned_by_group: bool,
    /// Okta: how a user name changes.
    pub rename: RenameStyle,
    /// Okta, catalogue app: members per PATCH, 100 to 1000 (D, 2021).
    pub push_batch: usize,
    /// Okta, catalogue app: whether a whole-list push is a `replace` without path (I, two reports) instead of with
    /// path `members` (D, C).
    pub push_without_path: bool,
    /// Okta, custom app: whether the profile push after a reactivation carries the `active: false` read before it
    /// (quirk 6; I, one report). Off by default.
    pub stale_reactivation: bool,
    /// Okta: share of linked people, in percent, that an import may find missing before it is stopped (D).
    pub import_safeguard_percent: usize,
    /// Okta: whether the manager is mapped; what it would look like on the wire was not found (U). Off by default.
    pub map_manager: bool,
}

impl Default for Options {
    /// The settings of a product of which nothing is known; a product says where it differs.
    fn default() -> Self {
        Self {
            seed: 0,
            query_space: QuerySpace::Percent,
            honour_retry_after: true,
            accept_encoding: true,
            user_agent: None,
            lacking: Vec::new(),
            on_removal: Removal::Disable,
            matching: Matching::UserName,
            external_id: ExternalId::MailNickname,
            nested_groups: NestedGroups::Drop,
            scope_by_group: true,
            deletion_threshold: None,
            hard_delete: true,
            skip_out_of_scope_deletions: false,
            tombstone_user_name: false,
            probe_groups: true,
            manager_probe: true,
            clear_manager: ClearManager::EmptyString,
            add_member_by_replace: false,
            add_for_existing: false,
            group_schema_urn: false,
            parallel_members: 1,
            quarantine: QuarantineLimits::default(),
            locale: "en-US".to_owned(),
            import_groups: false,
            assigned_by_group: true,
            rename: RenameStyle::Update,
            push_batch: 100,
            push_without_path: false,
            stale_reactivation: false,
            import_safeguard_percent: 20,
            map_manager: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::QuarantineLimits;

    #[test]
    fn quarantine_begins_where_the_documented_examples_say() {
        let limits = QuarantineLimits::default();
        assert_eq!(limits.exceeded(4_000, 0, 0), None);
        assert_eq!(limits.exceeded(30_000, 0, 5_000), Some("EncounteredEscrowProportionThreshold"));
        assert_eq!(limits.exceeded(20_000, 0, 100_000), None);
        assert_eq!(limits.exceeded(45_000, 0, 1_000_000), Some("EncounteredBaseEscrowThreshold"));
        assert_eq!(limits.exceeded(40_000, 21_000, 1_000_000), Some("EncounteredTotalEscrowThreshold"));
    }
}
