//! What a product adds to SCIM or takes from it, as values.
//!
//! In: the tables of a profile. Out: rules the service asks. The default of each is that nothing is added or taken.

use super::choice::{Change, choice};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Which endpoints and methods there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Endpoints {
    /// Whether there is `/Groups`; without, it is 404 and no resource type of it is shown.
    pub groups: bool,
    /// Whether a group takes PUT; without, it is 405.
    pub put_group: bool,
    /// Whether there is POST to `.search`; without, it is 501.
    pub search: bool,
}

impl Default for Endpoints {
    fn default() -> Self {
        Self { groups: true, put_group: true, search: true }
    }
}

choice! {
    /// What a parameter of a query does.
    Parameter {
        /// What RFC 7644 says.
        #[default]
        Honoured,
        /// Nothing.
        Ignored,
        /// 400.
        Refused,
    }
}
choice! {
    /// What a group filter by a member that does not exist gives.
    MemberMiss {
        /// An empty list.
        #[default]
        NoMatch,
        /// 404.
        NotFound,
    }
}

/// What may be asked of a collection (RFC 7644 section 3.4.2).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct QueryRules {
    /// What `startIndex` does.
    pub start_index: Parameter,
    /// What `cursor` does (RFC 9865); where it does nothing, the service does not speak of paging at all.
    pub cursor: Parameter,
    /// What `attributes` and `excludedAttributes` do.
    pub projection: Parameter,
    /// The filters of users there are: attributes, or attributes joined by `and`. Anything without.
    pub user_filters: Option<Vec<String>>,
    /// The filters of groups there are, in the same way.
    pub group_filters: Option<Vec<String>>,
    /// The operators there are; all without.
    pub operators: Option<Vec<String>>,
    /// The most nodes a filter may have.
    pub max_nodes: Option<usize>,
    /// What a filter by an unknown member gives.
    pub unknown_member: MemberMiss,
}

choice! {
    /// What the product shows of somebody who was deactivated.
    InactiveLogin {
        /// The same as before.
        #[default]
        Plain,
        /// A hash in place of the login and the e-mail address, until the user is active again.
        Obfuscated,
    }
}
choice! {
    /// What deactivation by SCIM does beyond `active`.
    Deactivation {
        /// Nothing: the user stays readable.
        #[default]
        Stays,
        /// SCIM lets go of the user, as DELETE would.
        Released,
    }
}
choice! {
    /// When an inactive user may become active.
    Reactivation {
        /// Always.
        #[default]
        Free,
        /// Only with the externalId it had.
        SameExternalId,
    }
}
choice! {
    /// What a local account becomes once a client writes its own externalId to it.
    LocalMatch {
        /// The account stays a local one.
        #[default]
        StaysLocal,
        /// SCIM provisions it from then on.
        Provisioned,
    }
}
choice! {
    /// What becomes of a member who is known to the product under another name already.
    UnmatchedLocal {
        /// It joins.
        #[default]
        Joins,
        /// It is left out, and the request succeeds.
        LeftOut,
    }
}
choice! {
    /// What an update to another e-mail address does to an account that no client made and none is linked to yet.
    LocalEmail {
        /// What it does to every user.
        #[default]
        AsOthers,
        /// 409 `uniqueness`: it is somebody else.
        Conflicts,
    }
}

/// What a user may be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UserRules {
    /// Whether `id` is the externalId the client chose, and changes with it.
    pub id_is_external_id: bool,
    /// Attributes a create needs beside userName: `displayName`, `name.givenName`, `emails`.
    pub required: Vec<String>,
    /// Multi-valued attributes that hold one value at most.
    pub single_valued: Vec<String>,
    /// Multi-valued attributes whose first value has to be the primary one.
    pub primary_needed: Vec<String>,
    /// Attributes that are refused.
    pub refused: Vec<String>,
    /// Characters no text may have.
    pub rejected_characters: String,
    /// Characters single attributes may not have.
    pub rejected_in: BTreeMap<String, String>,
    /// The most characters an attribute may have.
    pub longest: BTreeMap<String, usize>,
    /// The attributes an update can change; all without.
    pub updatable: Option<Vec<String>>,
    /// What an update of the others does.
    pub other_updates: Change,
    /// Attributes that only one operation of a PATCH may name, and none may remove.
    pub one_operation_each: Vec<String>,
    /// What deactivation does beyond `active`.
    pub deactivation: Deactivation,
    /// What the product shows of the inactive.
    pub inactive_login: InactiveLogin,
    /// When an inactive user may become active.
    pub reactivation: Reactivation,
    /// What a local account becomes that a client matched.
    pub local_match: LocalMatch,
    /// What another e-mail address does to a local account.
    pub local_email: LocalEmail,
    /// What an update of somebody who never signed in does.
    pub before_sign_in: Change,
    /// What the product calls the status of an active user who never signed in; what it calls that of others, without.
    pub status_before_sign_in: Option<String>,
    /// Whether somebody who never signed in may own things of the product.
    pub owns_before_sign_in: bool,
    /// How many users a tenant may have.
    pub most: Option<i64>,
}

impl Default for UserRules {
    fn default() -> Self {
        Self {
            id_is_external_id: false,
            required: Vec::new(),
            single_valued: Vec::new(),
            primary_needed: Vec::new(),
            refused: Vec::new(),
            rejected_characters: String::new(),
            rejected_in: BTreeMap::new(),
            longest: BTreeMap::new(),
            updatable: None,
            other_updates: Change::Kept,
            one_operation_each: Vec::new(),
            deactivation: Deactivation::Stays,
            inactive_login: InactiveLogin::Plain,
            reactivation: Reactivation::Free,
            local_match: LocalMatch::StaysLocal,
            local_email: LocalEmail::AsOthers,
            before_sign_in: Change::Applied,
            status_before_sign_in: None,
            owns_before_sign_in: true,
            most: None,
        }
    }
}

choice! {
    /// How a group of the IdP becomes one of the product.
    GroupMapping {
        /// It is one.
        #[default]
        Itself,
        /// An operator maps it to a group of the product; until then it reaches nothing.
        ByOperator,
        /// It is mapped to the product's group of that name, which is made where there is none.
        ByName,
    }
}
choice! {
    /// What a rename of the IdP's group does to the mapping and to the product's group.
    GroupRename {
        /// Both take the new name.
        #[default]
        Followed,
        /// Both keep the old one.
        Ignored,
    }
}
choice! {
    /// What a rename of the product's group does to the group that SCIM shows.
    OwnRename {
        /// Nothing: each has a name of its own.
        #[default]
        Apart,
        /// It takes the new name.
        Shown,
    }
}
choice! {
    /// Who is in the product's group after its mapping was ended.
    Unmapping {
        /// Whoever came through the mapping.
        #[default]
        Keeps,
        /// Nobody.
        Empties,
    }
}
choice! {
    /// Whether an operation may concern all members at once.
    WholeList {
        /// Yes.
        #[default]
        Allowed,
        /// 400 `invalidValue`.
        Refused,
    }
}

/// What a group may be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GroupRules {
    /// Attributes a create needs beside displayName.
    pub required: Vec<String>,
    /// The attributes an update can change, members among them; all without.
    pub updatable: Option<Vec<String>>,
    /// What an update of the others does.
    pub other_updates: Change,
    /// The most members one request may name.
    pub max_members_per_request: Option<usize>,
    /// Whether reads show members.
    pub members_shown: bool,
    /// Whether a PATCH may replace or remove all members at once.
    pub whole_member_list: WholeList,
    /// How a group of the IdP becomes one of the product.
    pub mapping: GroupMapping,
    /// What a rename of the IdP's group does in the product.
    pub idp_rename: GroupRename,
    /// What a rename of the product's group does in SCIM.
    pub own_rename: OwnRename,
    /// Who stays when an operator ends a mapping.
    pub unmapping: Unmapping,
    /// What becomes of members the product knows under another name.
    pub unmatched_local: UnmatchedLocal,
    /// How many groups a tenant may have.
    pub most: Option<i64>,
    /// How many groups one user may be in.
    pub most_per_user: Option<i64>,
}

impl Default for GroupRules {
    fn default() -> Self {
        Self {
            required: Vec::new(),
            updatable: None,
            other_updates: Change::Refused,
            max_members_per_request: None,
            members_shown: true,
            whole_member_list: WholeList::Allowed,
            mapping: GroupMapping::Itself,
            idp_rename: GroupRename::Followed,
            own_rename: OwnRename::Apart,
            unmapping: Unmapping::Keeps,
            unmatched_local: UnmatchedLocal::Joins,
            most: None,
            most_per_user: None,
        }
    }
}

/// A way to say who one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scheme {
    /// A token made by an operator (RFC 6750).
    Bearer,
    /// A name and a password (RFC 7617).
    Basic,
    /// A token from the token endpoint (RFC 6749 section 4.4).
    ClientCredentials,
}

/// Which resources a limit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Counted {
    /// All.
    #[default]
    All,
    /// Users.
    Users,
    /// Groups.
    Groups,
}

/// So many requests in a minute; beyond them 429 with `Retry-After`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// The methods it counts.
    pub methods: Vec<String>,
    /// The resources it counts.
    #[serde(default)]
    pub of: Counted,
    /// Whether only requests of one resource by its id count.
    #[serde(default)]
    pub single: bool,
    /// How many tokens come back each minute.
    pub per_minute: u32,
    /// How many there are at most.
    pub burst: u32,
}

/// Who gets in, and how often.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AccessRules {
    /// The ways to say who one is.
    pub schemes: Vec<Scheme>,
    /// Whether a request without `User-Agent` is refused.
    pub user_agent_needed: bool,
    /// Limits of requests; a request has to keep all.
    pub rates: Vec<Rate>,
    /// How many requests may run at once.
    pub most_at_once: Option<usize>,
    /// How many days a token lives that an operator made; until it is revoked, without.
    pub token_days: Option<u32>,
}

impl Default for AccessRules {
    fn default() -> Self {
        Self {
            schemes: vec![Scheme::Bearer, Scheme::ClientCredentials],
            user_agent_needed: false,
            rates: Vec::new(),
            most_at_once: None,
            token_days: None,
        }
    }
}

choice! {
    /// What an administrator may do by hand.
    Permission {
        /// It is done.
        #[default]
        Yes,
        /// It is refused.
        No,
        /// Only with groups that are not mapped to one of the IdP.
        UnmappedOnly,
        /// No source says; refused, and the refusal says so.
        Unknown,
    }
}

/// One action, and what becomes of it while SCIM is on or off and single sign-on is enforced or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Cells {
    /// SCIM on, single sign-on enforced.
    pub scim_sso: Permission,
    /// SCIM on, single sign-on not enforced.
    pub scim: Permission,
    /// SCIM off, single sign-on enforced.
    pub sso: Permission,
    /// SCIM off, single sign-on not enforced.
    pub neither: Permission,
}

impl Cells {
    /// The cell of a setting.
    #[must_use]
    pub fn at(self, scim: bool, sso_enforced: bool) -> Permission {
        match (scim, sso_enforced) {
            (true, true) => self.scim_sso,
            (true, false) => self.scim,
            (false, true) => self.sso,
            (false, false) => self.neither,
        }
    }
}

/// What an administrator may do by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Permissions {
    /// Invite a user.
    pub invite: Cells,
    /// Edit a user's profile.
    pub edit_profile: Cells,
    /// Enable or disable a user.
    pub enable_disable: Cells,
    /// Add a user to a group of the product.
    pub add_to_group: Cells,
}

choice! {
    /// What a server-side cleanup does to the users that SCIM provisioned.
    CleanedUsers {
        /// They stay, and cannot sign in.
        #[default]
        Suspended,
        /// They stay as they are.
        Kept,
        /// They are gone.
        Removed,
    }
}
choice! {
    /// What a server-side cleanup does to what the identity provider wrote: the externalId of users.
    CleanedLinks {
        /// It is cleared.
        #[default]
        Cleared,
        /// It stays.
        Kept,
    }
}
choice! {
    /// What a server-side cleanup does to the groups that SCIM provisioned.
    CleanedGroups {
        /// They are gone.
        #[default]
        Removed,
        /// They stay.
        Kept,
    }
}
choice! {
    /// What a server-side cleanup does to local accounts.
    CleanedLocals {
        /// Nothing.
        #[default]
        Left,
        /// What it does to the users that SCIM provisioned.
        Included,
    }
}
choice! {
    /// Who has to be left before a server-side cleanup begins; whoever it is has to be active.
    LeftBehind {
        /// A local administrator with built-in sign-in.
        #[default]
        LocalAdminWithSignIn,
        /// A local administrator, whichever way of signing in.
        LocalAdmin,
        /// A local account with built-in sign-in, whether an administrator or not.
        LocalSignIn,
        /// An administrator with built-in sign-in, also one that SCIM provisions.
        AdminWithSignIn,
        /// Nobody.
        Nobody,
    }
}

impl LeftBehind {
    /// Whether an active account of that kind is enough.
    #[must_use]
    pub fn counts(self, provisioned: bool, admin: bool, builtin_sign_in: bool) -> bool {
        match self {
            Self::LocalAdminWithSignIn => !provisioned && admin && builtin_sign_in,
            Self::LocalAdmin => !provisioned && admin,
            Self::LocalSignIn => !provisioned && builtin_sign_in,
            Self::AdminWithSignIn => admin && builtin_sign_in,
            Self::Nobody => true,
        }
    }
}

/// What the operator's server-side cleanup does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CleanupRules {
    /// Who has to be left.
    pub needs: LeftBehind,
    /// What becomes of provisioned users.
    pub users: CleanedUsers,
    /// What becomes of what the identity provider wrote to them.
    pub links: CleanedLinks,
    /// What becomes of provisioned groups.
    pub groups: CleanedGroups,
    /// What becomes of local accounts.
    pub local_accounts: CleanedLocals,
}

choice! {
    /// What becomes of the credentials when a tenant is copied.
    CopiedCredentials {
        /// The copy has its own.
        #[default]
        LeftOut,
        /// Names with a password work in the copy too.
        Copied,
    }
}
