//! Decisions no correct service takes, each a word: what stands around the service misreads a call, answers in its
//! place, undoes what it did, or shows it wrongly.
//!
//! In: the words of `faults.toml`. Out: sets the service asks. Every word is a decision of its own.

use serde::{Deserialize, Serialize};

/// A set of named defects.
macro_rules! defects {
    ($(#[$about:meta])* $name:ident { $($(#[$note:meta])* $variant:ident),+ $(,)? }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name { $($(#[$note])* $variant),+ }
    };
}

defects! {
    /// How a request is misread.
    RequestDefect {
        /// Operations whose path begins with a URN are passed over.
        UrnPathsSkipped,
        /// Keys of a pathless value that begin with a URN are passed over.
        UrnKeysSkipped,
        /// Operations on attributes nobody knows are passed over.
        UnknownPathsSkipped,
        /// The operations of a PATCH are applied from the last to the first.
        OperationsReversed,
        /// A list as the value of `active` is true.
        ActiveListIsTrue,
        /// Of the values of an operation the first hundred count.
        FirstHundredValues,
        /// A value path that matches nothing makes a value without what its filter says.
        ValueWithoutType,
        /// A plus sign in a filter is a blank.
        PlusIsBlank,
        /// A backslash before a quote in a filter belongs to the value.
        EscapesKept,
        /// A filter is split at every `eq`.
        SplitAtEq,
        /// A percent sign and an underscore in a filter stand for anything.
        Wildcards,
        /// A quote in a filter reaches the database.
        Injection,
        /// A filter on `userName` asks the e-mail addresses too.
        NameFindsMail,
        /// `excludedAttributes` is not asked when there is a filter.
        ExclusionForgotten,
        /// A PUT without `externalId` sets it to the id.
        ExternalIdFromId,
        /// An `externalId` in the place of the id addresses the user.
        ExternalIdIsId,
        /// A taken `userName` gets a suffix.
        NameSuffixed,
        /// A new `userName` is stored in lower case.
        NameLowered,
        /// A PUT of a group drops the members that are in another group too.
        SharedMembersDropped,
    }
}
defects! {
    /// What is refused, or answered in the place of the service.
    AnswerDefect {
        /// A filter with a letter beyond ASCII is 400.
        NonAsciiFilterRefused,
        /// Every filter is 400.
        FiltersRefused,
        /// A filter that cannot be read is 500.
        BadFilterIs500,
        /// PUT of a user is 404.
        PutIs404,
        /// PATCH of `active` to true is 400.
        ReactivationRefused,
        /// Users with addresses are 400.
        AddressesRefused,
        /// A manager given as a string is 500.
        ManagerStringIs500,
        /// A PATCH with a `$ref` is 400.
        RefRefused,
        /// A user's deactivation by PATCH is done and answered 404.
        DeactivationIs404,
        /// DELETE is done and answered 404.
        DeleteIs404,
        /// DELETE of what is gone is 500.
        SecondDeleteIs500,
        /// PATCH of a user is done and answered 429.
        TooManyAfterWrite,
        /// A create is answered 503, stores nothing, and its userName is taken from then on.
        FailsHoldingName,
        /// PATCH and PUT of an id that is nobody's answer success.
        StubForUnknownId,
        /// PATCH with a member that is nobody answers 500.
        UnknownMemberIs500,
        /// Removing somebody who is no member is 500.
        RemovingStrangerIs500,
        /// Errors without a scimType carry the string `null`.
        ScimTypeNull,
        /// A rename to a taken name is 500.
        RenameConflictIs500,
        /// A PUT with an e-mail address in other case is 400 `mutability`.
        MailCaseRefused,
        /// What is 400 `invalidValue` is 412 in its place, though nobody sent a condition.
        RefusalIs412,
        /// GET of a deleted group shows it without members.
        DeletedGroupShown,
        /// Every request on a group that was asked to be its own member is 500 from then on.
        SelfMemberBreaksGroup,
        /// A filter nested more than a hundred deep is 500.
        DeepFilterIs500,
        /// A media type with a charset is 415.
        CharsetRefused,
        /// Addresses are made from the host that a proxy's header names, whoever sent it.
        ForwardedHostBelieved,
    }
}
defects! {
    /// What a list shows, or finds, wrongly.
    ListDefect {
        /// A filter on `externalId` finds nobody.
        ExternalIdFindsNobody,
        /// Only a filter on `userName`, `displayName` or `id` finds anybody.
        OnlyNamesFind,
        /// A filter with a value path finds nobody.
        ValuePathFindsNobody,
        /// A filter whose operator is not lower-case finds nobody.
        UpperCaseOperatorFindsNobody,
        /// A filter with `and` or `or` compares user names by case.
        CompoundComparesCase,
        /// Of several matches by e-mail address one is shown and counted.
        OneOfSeveral,
        /// A filter looks at the first hundred users.
        FirstHundredSearched,
        /// Users without an externalId are counted and not shown.
        UnlinkedCountedOnly,
        /// A user comes once for each group.
        RowPerMembership,
        /// The first of all users is an account of the service, without a userName.
        ServiceAccountListed,
        /// `itemsPerPage` is what `count` asked.
        ItemsPerPageIsCount,
        /// A group that was renamed is found by no filter on `displayName`.
        RenamedGroupLost,
        /// A group that was renamed is found by its old name as well.
        OldNameIsAlias,
        /// A filter on `userName` with a capital letter finds nobody.
        CapitalsFindNobody,
        /// A filter on `displayName` finds every group of the same slug.
        SlugsFind,
        /// A page of users is one of the active and one of the inactive, put together.
        PagesByStatus,
    }
}
defects! {
    /// What becomes of a user besides what was asked.
    UserDefect {
        /// Another externalId gives the user another id.
        NewIdOnRelink,
        /// Another userName makes a second user and leaves the first.
        TwinOnRename,
        /// Another userName deactivates.
        RenameDeactivates,
        /// An update that does not mention `active` sets it to true.
        UpdateReactivates,
        /// A new user is inactive.
        CreatedInactive,
        /// A new user is stored under a userName other than the one sent and answered.
        NameTransformed,
        /// Deactivation takes roles and entitlements away.
        DeactivationClearsRoles,
        /// Other e-mail addresses take the user out of every group.
        MailChangeLeavesGroups,
        /// Other e-mail addresses are answered and not stored.
        MailChangeDropped,
        /// A PUT that changes nothing takes the user out of every group.
        SamePutLeavesGroups,
        /// A PATCH without a path clears what its value does not mention.
        PathlessReplaceClears,
        /// A deleted user stays in lists, inactive.
        DeletedStaysListed,
        /// A new user gets the id of a deleted one of that userName.
        IdUsedAgain,
        /// The externalId of a deleted user stays taken.
        DeletedKeepsExternalId,
        /// The externalId of an inactive user may be taken by an update.
        InactiveExternalIdFree,
        /// A user and a group may not have the same externalId.
        ExternalIdSharedWithGroups,
        /// Two users may not both have an empty externalId.
        EmptyExternalIdUnique,
        /// A create that conflicts clears the externalId of the user there is.
        ConflictClearsExternalId,
        /// A repeated create answers 201 with the user there is and does nothing.
        RepeatHandsOut,
        /// A create of a name that an inactive user has activates that user.
        RepeatReactivates,
        /// A create of a name that a local account has takes that account over, attributes and all.
        RepeatAdoptsLocal,
        /// A create of the same local part under another domain overwrites the user there is.
        LocalPartMerges,
        /// A read shows a password.
        PasswordShown,
        /// The groups of a user show their members.
        GroupsEmbedMembers,
        /// A create with somebody's e-mail address conflicts, and names `userName`.
        SharedMailConflicts,
        /// Whoever is made again has the location of the one who was deleted.
        OldLocationOnRecreate,
        /// Groups joined by a PATCH of the group are not shown by the user.
        GroupsNotFollowed,
        /// An `id` in the value of a PATCH becomes the user's id.
        IdFromValue,
        /// Parts of a name nobody knows are stored and shown.
        UnknownPartsKept,
        /// A path that begins with `__proto__` sets everybody's title.
        PrototypeForAll,
    }
}
defects! {
    /// What becomes of a group besides what was asked.
    GroupDefect {
        /// POST adds to the first group there is, whatever its name.
        FirstGroupHandedOut,
        /// A repeated create answers 201 with the group there is.
        RepeatHandsOut,
        /// A repeated create takes the group over and empties it first.
        RepeatEmpties,
        /// The members of a POST are answered and not stored.
        MembersOnlyEchoed,
        /// A new group has the members a deleted one of that name had.
        MembersInherited,
        /// Several removals in one filter go by places counted before the first.
        RemovalByPlace,
        /// A member that is nobody becomes a user.
        UnknownMemberMadeUp,
        /// A member added again is shown twice.
        MemberTwice,
        /// Whoever was deleted and made again is refused as a member.
        RecreatedMemberRefused,
        /// Members who are local accounts are not shown.
        LocalMembersHidden,
        /// Whoever leaves the last group is deactivated.
        LastGroupDeactivates,
        /// A group that was renamed shows its old name, and is found by the new one.
        OldNameShown,
        /// A create under a name that differs in case or in blanks around it conflicts; a rename to it does not.
        CreateTrimsNames,
    }
}
defects! {
    /// Whom the service lets in.
    AccessDefect {
        /// An empty bearer token opens every tenant.
        EmptyTokenOpens,
        /// Whatever looks like a JSON Web Token opens every tenant.
        AnyJwtOpens,
        /// A token nobody knows reads empty lists.
        UnknownTokenReadsNothing,
        /// A revoked token works as before.
        RevokedTokenWorks,
        /// The tenant is the one that a header names, whichever the token opens.
        TenantHeaderBelieved,
        /// Whoever shows an unknown token is shown it again.
        TokenEchoed,
    }
}
