//! What a faulty service remembers of names and resources that are gone or changed.
//!
//! In: the faults that are on. Out: which kinds of tombstones are kept. Never: one that no fault reads.

use super::names::FaultName as F;

/// What a tombstone is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tombstone {
    /// The userName of a create that failed.
    HeldName,
    /// An empty externalId.
    EmptyExternalId,
    /// A deleted user who is there all the same.
    GoneUser,
    /// The userName of a deleted user.
    UserName,
    /// The externalId of a deleted user.
    UserExternalId,
    /// The id of a deleted user, by its userName.
    UserId,
    /// A userName before a rename.
    FormerUserName,
    /// A user whom a PATCH of a group made a member, by the group.
    UnseenMember,
    /// A group that got a member once more, by the member.
    RepeatedMember,
    /// A group that was renamed.
    RenamedGroup,
    /// A renamed group, by the name it had.
    GroupAlias,
    /// The name a group had, by its id.
    FormerGroupName,
    /// The name of a deleted group.
    GroupName,
    /// The name of a deleted group, by its id.
    GoneGroup,
    /// The member of a deleted group, by the group's name.
    GroupMember,
    /// A group that is a member of itself.
    HungGroup,
    /// A deleted group, by each of its members.
    Membership,
}

impl Tombstone {
    /// As the table has it.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::HeldName => "Held",
            Self::EmptyExternalId => "Empty",
            Self::GoneUser => "Gone",
            Self::UserName => "Tombstone",
            Self::UserExternalId => "ExternalId",
            Self::UserId => "UsedId",
            Self::FormerUserName => "Former",
            Self::UnseenMember => "Unseen",
            Self::RepeatedMember => "Twice",
            Self::RenamedGroup => "Renamed",
            Self::GroupAlias => "Alias",
            Self::FormerGroupName => "OldName",
            Self::GroupName => "Group",
            Self::GoneGroup => "GoneGroup",
            Self::GroupMember => "Member",
            Self::HungGroup => "Hung",
            Self::Membership => "Membership",
        }
    }

    /// The faults that look for it.
    pub(super) fn read_by(self) -> &'static [F] {
        match self {
            Self::HeldName => &[F::FailedCreateHoldsName],
            Self::EmptyExternalId => &[F::EmptyExternalIdUnique],
            Self::GoneUser => &[F::DeletedUserStaysListed],
            Self::UserName => &[F::DeletedUserBlocksCreate, F::RecreatedMemberRefused],
            Self::UserExternalId => &[F::DeletedExternalIdTaken],
            Self::UserId => &[F::RecreatedUserHasOldLocation, F::IdUsedAgain],
            Self::FormerUserName => &[F::FormerNameStaysReserved],
            Self::UnseenMember => &[F::GroupsOfUserNotFollowed],
            Self::RepeatedMember => &[F::MemberTwice],
            Self::RenamedGroup => &[F::RenamedGroupNotFound],
            Self::GroupAlias => &[F::OldGroupNameStays],
            Self::FormerGroupName => &[F::OldGroupNameShown],
            Self::GroupName => &[F::DeletedGroupBlocksCreate],
            Self::GoneGroup => &[F::DeletedGroupStillRead],
            Self::GroupMember => &[F::NewGroupInheritsMembers],
            Self::HungGroup => &[F::SelfMemberBreaksGroup],
            Self::Membership => &[F::DeletedGroupStaysOnUser],
        }
    }
}
