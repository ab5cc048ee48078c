//! What the service does where products differ, and what no correct product does.
//!
//! In: a profile's values and the names of faults. Out: one value the service asks. Every field is a decision of
//! its own; the code never asks which profile or fault is on.

use super::defects::{AccessDefect, AnswerDefect, GroupDefect, ListDefect, RequestDefect, UserDefect};
use super::faults::{Fault, Layer, UnknownFault};
use super::product::{
    AccessRules, CleanupRules, CopiedCredentials, Endpoints, GroupRules, Permissions, QueryRules, UserRules,
};
use super::profile::{BadProfile, Profile};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// One correct service's choices. The default is what RFC 7643 and RFC 7644 say, and where they leave a choice,
/// what the identity providers expect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "snake_case")]
pub struct Behaviour {
    /// What DELETE of a user does (RFC 7644 section 3.6).
    pub delete_user: DeleteUser,
    /// What DELETE of a group does (RFC 7644 section 3.6).
    pub delete_group: DeleteGroup,
    /// Whether an update may change `userName`.
    pub user_name_change: Change,
    /// Whether an update may change `emails`.
    pub emails_change: Change,
    /// Whether two groups of a tenant may share a `displayName`; the RFCs allow it, the IdPs match by it.
    pub group_name_unique: bool,
    /// Whether two resources of one type and tenant may share a non-empty `externalId` (RFC 7644 section 6.2).
    pub external_id_unique: bool,
    /// What a POST does with the `userName` of an inactive user.
    pub create_over_inactive: CreateOverInactive,
    /// What becomes of a member id that names nothing.
    pub unknown_member: UnknownMember,
    /// Whether a group may be a member (RFC 7643 section 4.2).
    pub nested_groups: bool,
    /// Whether local accounts, not made by SCIM, are users to SCIM clients.
    pub local_accounts: LocalAccounts,
    /// Largest page, whatever `count` asks (RFC 7644 section 3.4.2.4).
    pub max_page: u64,
    /// Page size without `count`.
    pub default_page: u64,
    /// Most operations of one bulk job; 0 is a service without bulk (RFC 7644 section 3.7.4).
    pub bulk_max_operations: u64,
    /// Largest body that is taken, in bytes (RFC 7644 section 3.7.4).
    pub max_body: u64,
    /// How many seconds a cursor is good for (RFC 9865 section 4).
    pub cursor_timeout: u64,
    /// What a successful PATCH of a user answers (RFC 7644 section 3.5.2 leaves the choice).
    pub user_patch_answer: PatchAnswer,
    /// What a successful PATCH of a group answers.
    pub group_patch_answer: PatchAnswer,
    /// How a `remove` of members with a value list is read; RFC 7644 gives the value no meaning.
    pub remove_with_value: RemoveWithValue,
    /// What `add` and `replace` through a value path do when no element matches (RFC 7644 sections 3.5.2.1, 3.5.2.3).
    pub value_path_without_match: ValuePathWithoutMatch,
    /// What the strings `"True"` and `"False"` are where a boolean is due (RFC 7643 section 2.3.2).
    pub boolean_strings: BooleanStrings,
    /// Which endpoints and methods there are.
    pub endpoints: Endpoints,
    /// What may be asked of a collection.
    pub query: QueryRules,
    /// What a user may be.
    pub users: UserRules,
    /// What a group may be.
    pub groups: GroupRules,
    /// Who gets in, and how often.
    pub access: AccessRules,
    /// What an administrator may do by hand.
    pub permissions: Permissions,
    /// What the operator's server-side cleanup does.
    pub cleanup: CleanupRules,
    /// What becomes of the credentials when a tenant is copied.
    pub copied_credentials: CopiedCredentials,
    /// Fields no profile may set.
    #[serde(skip)]
    pub faults: Faults,
    /// What stands around the service; no profile has any.
    #[serde(skip)]
    pub layers: BTreeSet<Layer>,
}

/// A set of named choices.
macro_rules! choice {
    ($(#[$about:meta])* $name:ident { $($(#[$note:meta])* $variant:ident),+ $(,)? }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name { $($(#[$note])* $variant),+ }
    };
}
pub(super) use choice;

choice! {
    /// See [`Behaviour::delete_user`].
    DeleteUser {
        /// The user is gone: 404 afterwards, name free.
        #[default]
        Remove,
        /// The user stays readable with `active` false.
        Deactivate,
        /// SCIM lets go of the user: 404 afterwards, and the account stays.
        Release,
    }
}
choice! {
    /// See [`Behaviour::delete_group`].
    DeleteGroup {
        /// The group is gone.
        #[default]
        Remove,
        /// SCIM lets go of the group: 404 afterwards, and the product's group stays, empty.
        Detach,
    }
}
choice! {
    /// What an update of an attribute does.
    Change {
        /// The new value is stored.
        #[default]
        Applied,
        /// The first value stays and the update succeeds.
        Kept,
        /// 400 `mutability`.
        Refused,
    }
}
choice! {
    /// See [`Behaviour::create_over_inactive`].
    CreateOverInactive {
        /// 409 `uniqueness`; the inactive user is found by lookup and reactivated by update.
        #[default]
        Conflict,
        /// The inactive user takes the new attributes, becomes active and keeps its id.
        Reactivate,
    }
}
choice! {
    /// See [`Behaviour::unknown_member`].
    UnknownMember {
        /// 400 `invalidValue`, nothing changed.
        #[default]
        Refuse,
        /// The id is passed over.
        Skip,
    }
}
choice! {
    /// See [`Behaviour::local_accounts`].
    LocalAccounts {
        /// Found by lookup and in the way of a create.
        #[default]
        Visible,
        /// Neither found by lookup nor in the way of a create.
        Hidden,
        /// Not found by lookup, and in the way of a create.
        InTheWay,
    }
}
choice! {
    /// What a successful PATCH answers.
    PatchAnswer {
        /// 200 and the resource.
        #[default]
        Resource,
        /// 204, or 200 when the request names attributes.
        NoContent,
    }
}
choice! {
    /// See [`Behaviour::remove_with_value`].
    RemoveWithValue {
        /// The listed values go, as Entra ID means it.
        #[default]
        RemovesListed,
        /// 400 `invalidValue`.
        Refused,
    }
}
choice! {
    /// See [`Behaviour::value_path_without_match`].
    ValuePathWithoutMatch {
        /// The element is made, with what the filter says of it, which Entra ID needs.
        #[default]
        Created,
        /// `add` makes the element, `replace` is 400 `noTarget`: what the RFC says of each.
        CreatedByAdd,
        /// 400 `noTarget`.
        Refused,
    }
}
choice! {
    /// See [`Behaviour::boolean_strings`].
    BooleanStrings {
        /// Read as the boolean they spell, which Entra ID needs.
        #[default]
        Read,
        /// 400 `invalidValue`.
        Refused,
    }
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            delete_user: DeleteUser::Remove,
            delete_group: DeleteGroup::Remove,
            user_name_change: Change::Applied,
            emails_change: Change::Applied,
            group_name_unique: true,
            external_id_unique: true,
            create_over_inactive: CreateOverInactive::Conflict,
            unknown_member: UnknownMember::Refuse,
            nested_groups: true,
            local_accounts: LocalAccounts::Visible,
            max_page: 200,
            default_page: 100,
            bulk_max_operations: 1000,
            max_body: 1 << 20,
            cursor_timeout: 3600,
            user_patch_answer: PatchAnswer::Resource,
            group_patch_answer: PatchAnswer::NoContent,
            remove_with_value: RemoveWithValue::RemovesListed,
            value_path_without_match: ValuePathWithoutMatch::Created,
            boolean_strings: BooleanStrings::Read,
            endpoints: Endpoints::default(),
            query: QueryRules::default(),
            users: UserRules::default(),
            groups: GroupRules::default(),
            access: AccessRules::default(),
            permissions: Permissions::default(),
            cleanup: CleanupRules::default(),
            copied_credentials: CopiedCredentials::LeftOut,
            faults: Faults::default(),
            layers: BTreeSet::new(),
        }
    }
}

/// Decisions no correct service takes. The default is: none of them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    /// How a `remove` that touches members goes wrong.
    pub member_removal: MemberRemoval,
    /// `add` puts its members in the place of those there.
    pub add_members_overwrites: bool,
    /// `replace` of members only adds.
    pub replace_members_adds: bool,
    /// A PATCH of a group without a member operation empties the group.
    pub other_patch_empties_group: bool,
    /// A PATCH of a group keeps only this many of the members there were.
    pub patch_keeps_members: Option<i64>,
    /// An unknown member in a `replace` is passed over after the list was emptied.
    pub unknown_member_after_clearing: bool,
    /// Members without `type` are passed over.
    pub untyped_members_dropped: bool,
    /// GET of a group shows no members.
    pub members_never_shown: bool,
    /// A deleted user stays in its groups, and such groups cannot be patched.
    pub deleted_user_stays_member: bool,
    /// A deleted group stays among the `groups` of its members.
    pub deleted_group_stays_on_user: bool,
    /// The name of a deleted group is still taken.
    pub deleted_group_holds_name: bool,
    /// The name of a deleted user is still taken.
    pub deleted_user_holds_name: bool,
    /// DELETE of a group deactivates its members.
    pub delete_group_deactivates: bool,
    /// `active` false takes the user out of its groups.
    pub deactivation_leaves_groups: bool,
    /// PATCH of `active` to false removes the user.
    pub deactivation_deletes: bool,
    /// Which users no filter finds.
    pub filter_hides: Hidden,
    /// What a string in `active` does.
    pub active_strings: ActiveStrings,
    /// PUT leaves `active` as it was.
    pub put_ignores_active: bool,
    /// PUT adds to the e-mails there were.
    pub put_keeps_emails: bool,
    /// The filter on `userName` compares bytes.
    pub filter_name_exact: bool,
    /// What the check for a taken `userName` does.
    pub name_conflict: NameConflict,
    /// What a POST with a taken `userName` does.
    pub repeated_create: RepeatedCreate,
    /// An update may take another resource's `externalId`.
    pub update_shares_external_id: bool,
    /// The first `externalId` stays for ever, and updates of it succeed.
    pub external_id_write_once: bool,
    /// A name a user once had cannot be taken again, not even by that user.
    pub former_names_reserved: bool,
    /// PATCH answers with the new `userName` and keeps the old one.
    pub rename_only_echoed: bool,
    /// What an unreadable filter gives.
    pub bad_filter: BadFilter,
    /// A filter ends at its first `and`.
    pub filter_stops_at_and: bool,
    /// A filter without `count` is answered with an empty list.
    pub empty_pages_when_filtered: bool,
    /// A lookup without a match answers 404.
    pub no_match_is_404: bool,
    /// How `totalResults` is counted.
    pub total: Total,
    /// `startIndex` is not asked.
    pub start_index_ignored: bool,
    /// Added to the number of resources a page skips, unless it is the first.
    pub page_shift: i64,
    /// Every answer has an order of its own.
    pub shuffled_pages: bool,
    /// `count=0` gives the default page.
    pub count_zero_ignored: bool,
    /// The operations of a PATCH are kept one by one.
    pub patch_not_atomic: bool,
    /// Operations whose `op` is not lower-case are passed over.
    pub upper_case_op_skipped: bool,
    /// An id works whatever the tenant.
    pub ids_cross_tenants: bool,
    /// A revoked token still reads.
    pub revoked_token_reads: bool,
    /// `If-Match` is not asked.
    pub if_match_ignored: bool,
    /// How a 409 looks.
    pub conflict_body: ConflictBody,
    /// 401 and 404 are HTML pages.
    pub html_errors: bool,
    /// Local accounts are neither found by lookup nor in the way of a create.
    pub local_accounts_hidden: bool,
    /// How requests are misread.
    pub requests: BTreeSet<RequestDefect>,
    /// What is answered in the place of the service.
    pub answers: BTreeSet<AnswerDefect>,
    /// What lists show wrongly.
    pub lists: BTreeSet<ListDefect>,
    /// The server-side cleanup suspends local accounts too.
    pub cleanup_takes_local: bool,
    /// Whoever is inactive signs in all the same.
    pub sign_in_ignores_active: bool,
    /// Whom SCIM made is erased by nobody.
    pub managed_cannot_be_erased: bool,
    /// Erasing somebody by hand leaves the identity that SCIM shows.
    pub erasing_keeps_identity: bool,
    /// What becomes of users besides what was asked.
    pub users: BTreeSet<UserDefect>,
    /// What becomes of groups besides what was asked.
    pub groups: BTreeSet<GroupDefect>,
    /// Whom the service lets in.
    pub access: BTreeSet<AccessDefect>,
}

choice! {
    /// See [`Faults::member_removal`].
    MemberRemoval {
        /// It does not.
        #[default]
        Right,
        /// The value of a `remove` is not asked: everybody goes.
        ValueClears,
        /// A filtered removal succeeds and does nothing.
        FilterIgnored,
        /// Whatever follows `members` in the path: everybody goes.
        AnyClears,
    }
}
choice! {
    /// See [`Faults::filter_hides`].
    Hidden {
        /// None.
        #[default]
        Nobody,
        /// Those without an externalId.
        Unlinked,
        /// Those who are inactive.
        Inactive,
    }
}
choice! {
    /// See [`Faults::active_strings`].
    ActiveStrings {
        /// What [`Behaviour::boolean_strings`] says.
        #[default]
        AsDecided,
        /// The operation succeeds without effect.
        Ignored,
        /// Every non-empty string is true.
        Truthy,
    }
}
choice! {
    /// See [`Faults::name_conflict`].
    NameConflict {
        /// Per tenant, whatever the case.
        #[default]
        Right,
        /// Nothing is ever taken.
        Unchecked,
        /// Only the same bytes are the same name.
        CaseExact,
        /// Names of other tenants are taken too.
        AllTenants,
        /// A name is taken only together with the externalId.
        WithExternalId,
        /// A letter with its accent and the two apart are different names.
        Unprepared,
    }
}
choice! {
    /// See [`Faults::repeated_create`].
    RepeatedCreate {
        /// It conflicts.
        #[default]
        Conflicts,
        /// The stored user becomes what was sent, answered as created.
        Overwrites,
        /// The stored user takes what was sent, answered 200.
        Merges,
        /// Another tenant's user of that name is answered as created.
        HandsOutStranger,
    }
}
choice! {
    /// See [`Faults::bad_filter`].
    BadFilter {
        /// 400 `invalidFilter`.
        #[default]
        Refused,
        /// Everybody.
        Everybody,
        /// Nobody.
        Nobody,
    }
}
choice! {
    /// See [`Faults::total`].
    Total {
        /// All matches.
        #[default]
        Matches,
        /// All matches, but never more than 100.
        Capped,
        /// The resources on this page.
        OnPage,
    }
}
choice! {
    /// See [`Faults::conflict_body`].
    ConflictBody {
        /// With `scimType` and `status`.
        #[default]
        Full,
        /// Without them.
        Bare,
        /// It breaks off half-way.
        Truncated,
    }
}

impl Behaviour {
    /// The behaviour of the built-in profile of that name.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn profile(name: &str) -> Result<Self, BadProfile> {
        Profile::built_in(name).map(|profile| profile.behaviour)
    }

    /// The RFCs' behaviour with the named faults, each by its id (`M095`) or its name.
    ///
    /// # Errors
    /// When a name is nobody's.
    pub fn with_faults(names: &[&str]) -> Result<Self, UnknownFault> {
        Self::default().and_faults(names)
    }

    /// The same behaviour with the named faults on top.
    ///
    /// # Errors
    /// When a name is nobody's.
    pub fn and_faults(mut self, names: &[&str]) -> Result<Self, UnknownFault> {
        for name in names {
            Fault::find(name)?.put_on(&mut self);
        }
        Ok(self)
    }
}
