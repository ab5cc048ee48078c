//! What the service does where products differ.
//!
//! In: a profile's values. Out: one value the service asks. Every field is a decision of its own; the code never asks
//! which profile is on.

use super::choice::{Change, choice};
use super::product::{
    AccessRules, CleanupRules, CopiedCredentials, Endpoints, GroupRules, Permissions, QueryRules, UserRules,
};
use serde::{Deserialize, Serialize};

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
    /// Whether a `displayName` is one group's of a tenant, which its schema says then; the IdPs match by it.
    pub group_name_unique: bool,
    /// Whether a non-empty `externalId` is one resource's of its type and tenant; RFC 7643 section 3.1 has the server not
    /// enforce that.
    pub external_id_unique: bool,
    /// What a POST does with the `userName` of an inactive user.
    pub create_over_inactive: CreateOverInactive,
    /// What becomes of a member id that names nothing.
    pub unknown_member: UnknownMember,
    /// Whether a group may be a member (RFC 7643 section 4.2).
    pub nested_groups: bool,
    /// Whether local accounts, not made by SCIM, are users to SCIM clients.
    pub local_accounts: LocalAccounts,
    /// What the ids of resources look like (RFC 7643 section 3.1).
    pub ids: IdForm,
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
}

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
    /// See [`Behaviour::ids`].
    IdForm {
        /// A GUID.
        #[default]
        Guid,
        /// A number, as a text.
        Number,
        /// A text of 150 characters.
        Long,
        /// A text with characters that stand for themselves in a path and are rare in one.
        Odd,
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
        /// 400 `invalidSyntax`.
        Refused,
    }
}
choice! {
    /// See [`Behaviour::value_path_without_match`].
    ValuePathWithoutMatch {
        /// The element is made, with what the filter says of it, which Entra ID needs.
        Created,
        /// `add` makes the element, `replace` is 400 `noTarget`: what the RFC says of each.
        #[default]
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
            external_id_unique: false,
            create_over_inactive: CreateOverInactive::Conflict,
            unknown_member: UnknownMember::Refuse,
            nested_groups: true,
            local_accounts: LocalAccounts::Visible,
            ids: IdForm::Guid,
            max_page: 200,
            default_page: 100,
            bulk_max_operations: 1000,
            max_body: 1 << 20,
            cursor_timeout: 3600,
            user_patch_answer: PatchAnswer::Resource,
            group_patch_answer: PatchAnswer::NoContent,
            remove_with_value: RemoveWithValue::RemovesListed,
            value_path_without_match: ValuePathWithoutMatch::CreatedByAdd,
            boolean_strings: BooleanStrings::Read,
            endpoints: Endpoints::default(),
            query: QueryRules::default(),
            users: UserRules::default(),
            groups: GroupRules::default(),
            access: AccessRules::default(),
            permissions: Permissions::default(),
            cleanup: CleanupRules::default(),
            copied_credentials: CopiedCredentials::LeftOut,
        }
    }
}
