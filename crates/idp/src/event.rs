//! What happens: in the directory, to an assignment, or in the admin's console.

use directory::Change;

/// One lifecycle event. People and groups are named by their keys in the IdP's directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The admin presses *Test connection* (Okta: *Test Connector Configuration*).
    TestConnection,
    /// A person is assigned to the app.
    Assign {
        /// Who.
        person: String,
    },
    /// A person's assignment is taken back.
    Unassign {
        /// Who.
        person: String,
    },
    /// Everybody's assignment is taken back; for Entra the groups' too.
    UnassignAll,
    /// An attribute of a person changes.
    Update {
        /// Who.
        person: String,
        /// What.
        change: Change,
    },
    /// A person's user name changes.
    Rename {
        /// Who.
        person: String,
        /// The new name.
        user_name: String,
    },
    /// Okta: the user is deactivated. Entra: sign-in is blocked.
    Deactivate {
        /// Who.
        person: String,
    },
    /// Okta: the user is suspended. Entra has no such state; read as blocked sign-in.
    Suspend {
        /// Who.
        person: String,
    },
    /// The suspension ends.
    Unsuspend {
        /// Who.
        person: String,
    },
    /// Okta: the user is activated again. Entra: sign-in is allowed again.
    Reactivate {
        /// Who.
        person: String,
    },
    /// Okta: the deactivated user is deleted for good. Entra: the user goes to the bin for 30 days.
    Delete {
        /// Who.
        person: String,
    },
    /// A person comes back from the bin (Entra).
    Restore {
        /// Who.
        person: String,
    },
    /// A person is deleted for good.
    Purge {
        /// Who.
        person: String,
    },
    /// A person's password is reset or synchronised.
    ResetPassword {
        /// Who.
        person: String,
    },
    /// A person gets a manager.
    SetManager {
        /// Who.
        person: String,
        /// The manager's key.
        manager: String,
    },
    /// A person has no manager any more.
    ClearManager {
        /// Who.
        person: String,
    },
    /// Okta: a group is pushed for the first time. Entra: a group enters scope.
    PushGroup {
        /// Which.
        group: String,
    },
    /// A group's name changes.
    RenameGroup {
        /// Which.
        group: String,
        /// The new name.
        name: String,
    },
    /// Members (people or groups) join a group.
    AddMembers {
        /// Which.
        group: String,
        /// Their keys.
        people: Vec<String>,
    },
    /// Members leave a group.
    RemoveMembers {
        /// Which.
        group: String,
        /// Their keys.
        people: Vec<String>,
    },
    /// *Push Now* of a group (Okta).
    PushNow {
        /// Which.
        group: String,
    },
    /// The push of a group is deactivated (Okta).
    PausePush {
        /// Which.
        group: String,
    },
    /// The push of a group is activated again (Okta).
    ResumePush {
        /// Which.
        group: String,
    },
    /// Okta: a pushed group is unlinked. Entra: a group is unassigned.
    UnlinkGroup {
        /// Which.
        group: String,
        /// Whether the group is deleted in the target or left there.
        delete: bool,
    },
    /// A group is deleted in the directory.
    DeleteGroup {
        /// Which.
        group: String,
    },
    /// A group of the target is linked to one of the directory.
    LinkGroup {
        /// Which.
        group: String,
    },
    /// Okta: a full import. Entra: account discovery.
    Import,
    /// Okta: *Force Sync*. Entra: read as a restart.
    ForceSync,
    /// Okta: *Provision User* for everybody assigned but not provisioned.
    ProvisionBacklog,
    /// One person is provisioned at once.
    ProvisionOnDemand {
        /// Who.
        person: String,
    },
    /// Okta: the failed tasks are retried by hand. Entra: everything failed is due in the next cycle.
    RetryTasks,
    /// Provisioning is switched off.
    DisableProvisioning,
    /// Provisioning is switched on.
    EnableProvisioning,
    /// Provisioning is restarted (Entra).
    Restart {
        /// Whether the links to the target are dropped too.
        full: bool,
    },
    /// One link to the target is deleted (Entra: an object connection); the object is matched anew.
    ForgetLink {
        /// The key of the person or group.
        object: String,
    },
    /// The admin allows deletions withheld by the accidental-deletion guard (Entra).
    AllowDeletions,
    /// The app is deleted.
    DeleteApp,
}

impl Event {
    /// Its name in `sources.toml`, where it is said how each product's answer to it is known.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::TestConnection => "test-connection",
            Self::Assign { .. } => "assign",
            Self::Unassign { .. } => "unassign",
            Self::UnassignAll => "unassign-all",
            Self::Update { .. } => "update",
            Self::Rename { .. } => "rename",
            Self::Deactivate { .. } => "deactivate",
            Self::Suspend { .. } => "suspend",
            Self::Unsuspend { .. } => "unsuspend",
            Self::Reactivate { .. } => "reactivate",
            Self::Delete { .. } => "delete",
            Self::Restore { .. } => "restore",
            Self::Purge { .. } => "purge",
            Self::ResetPassword { .. } => "reset-password",
            Self::SetManager { .. } => "set-manager",
            Self::ClearManager { .. } => "clear-manager",
            Self::PushGroup { .. } => "push-group",
            Self::RenameGroup { .. } => "rename-group",
            Self::AddMembers { .. } => "add-members",
            Self::RemoveMembers { .. } => "remove-members",
            Self::PushNow { .. } => "push-now",
            Self::PausePush { .. } => "pause-push",
            Self::ResumePush { .. } => "resume-push",
            Self::UnlinkGroup { .. } => "unlink-group",
            Self::DeleteGroup { .. } => "delete-group",
            Self::LinkGroup { .. } => "link-group",
            Self::Import => "import",
            Self::ForceSync => "force-sync",
            Self::ProvisionBacklog => "provision-backlog",
            Self::ProvisionOnDemand { .. } => "provision-on-demand",
            Self::RetryTasks => "retry-tasks",
            Self::DisableProvisioning => "disable-provisioning",
            Self::EnableProvisioning => "enable-provisioning",
            Self::Restart { .. } => "restart",
            Self::ForgetLink { .. } => "forget-link",
            Self::AllowDeletions => "allow-deletions",
            Self::DeleteApp => "delete-app",
        }
    }
}
