//! What can be wrong with a target's people and groups, in the words of support.

mod forecast;

pub use forecast::Forecast;

use crate::invariants::show;
use serde::{Serialize, Serializer};
use std::fmt;

/// One thing that can be wrong.
#[derive(Debug, PartialEq, Eq)]
pub struct DiagnosisKind {
    /// Its name in reports.
    pub id: &'static str,
    /// The title.
    pub title: &'static str,
    /// What it does to people.
    pub harm: &'static str,
    /// What to do, step by step.
    pub remedy: &'static [&'static str],
}

/// Makes a constant of each kind, and the list of all.
macro_rules! kinds {
    ($($name:ident $id:literal { title: $title:literal, harm: $harm:literal, remedy: $remedy:expr, })*) => {
        $(
            #[doc = $title]
            pub const $name: &DiagnosisKind =
                &DiagnosisKind { id: $id, title: $title, harm: $harm, remedy: $remedy };
        )*

        /// Everything a diagnosis can find, the worst first.
        pub const KINDS: &[&DiagnosisKind] = &[$($name),*];
    };
}

kinds! {
    WRONG_PERSON "wrong-person" {
        title: "an account is linked to another person",
        harm: "What the IdP does to one person it does to the account of another: a leaver keeps access, a colleague loses it, and both see each other's data.",
        remedy: &[
            "Stop the IdP's job, so that it writes no more into the wrong account.",
            "Correct userName and matching attribute of both people in the IdP.",
            "On the target, clear the externalId of both accounts (or set it to the one the directory has).",
            "In the IdP, drop the links of both people and let them be matched again: Entra, restart provisioning with a full scope; Okta, unassign and assign.",
        ],
    }
    ACTIVE_LEAVER "active-leaver" {
        title: "somebody who may not sign in has an active account",
        harm: "A leaver keeps access, and nobody's list says so.",
        remedy: &[
            "Deactivate the account on the target now.",
            "See why the IdP did not: provisioning was off when the person left, or the link was lost. Restart the job with a full scope, or assign and unassign the person once.",
        ],
    }
    UNKNOWN_ACCOUNT "unknown-account" {
        title: "an active account that the directory does not know",
        harm: "Somebody can sign in whom no directory answers for: nobody deactivates the account when its owner leaves.",
        remedy: &[
            "Find out whose it is: an account made in the product by hand (a local administrator, a service), or one that another IdP made.",
            "Where it has to stay, name it with --local-account, and have somebody answer for it.",
            "Where its owner is in the directory under another name, correct the matching attribute, so that the IdP adopts it.",
            "Else deactivate it on the target. Delete it only when nothing is left in it.",
        ],
    }
    UNKNOWN_MEMBER "unknown-member" {
        title: "a member of a group whom the directory does not know",
        harm: "They have what the group grants, and no change at the directory takes it away.",
        remedy: &[
            "See what the group grants; begin with administrators.",
            "Find out whose the accounts are (unknown-account).",
            "Remove those who do not belong there from the group on the target: an IdP that pushes changes of members does not remove somebody it never added.",
        ],
    }
    TWO_ACCOUNTS "two-accounts" {
        title: "two accounts for one person",
        harm: "Access and history are split; the account that no IdP manages stays active when the person leaves.",
        remedy: &[
            "Find out which of the accounts the IdP in charge is linked to: its externalId, else the newest lookup by userName.",
            "Unassign the person in every other IdP application that pushes to this target.",
            "Move what the other account owns to the one that stays, then deactivate the other. Delete it only when nothing is left in it.",
            "Give both applications the same userName mapping before either runs again.",
        ],
    }
    STALE_LINK "stale-link" {
        title: "an account carries the external id of an IdP that is gone",
        harm: "An IdP that looks people up by externalId finds nobody and is refused when it creates: the person's changes and departure do not arrive.",
        remedy: &[
            "Let the new IdP match by userName, so that it writes its own externalId.",
            "Where that is not possible, run the product's server-side cleanup, which clears the old links, then start the new IdP with a full scope.",
        ],
    }
    TWO_DIRECTORIES "two-directories" {
        title: "an account that two directories claim and do not agree on",
        harm: "Each IdP writes its own: who left at one keeps access by the other, or loses and gets it back with each cycle.",
        remedy: &[
            "Decide which directory is in charge of the person.",
            "Unassign the person in the other IdP's application, with its job stopped, so that it does not deactivate the account.",
            "Set the account as the directory in charge has it.",
        ],
    }
    UNRELIABLE_LOOKUP "unreliable-lookup" {
        title: "a lookup that does not find what is there",
        harm: "An IdP that looks somebody up before it creates gets nobody or everybody: it makes second accounts, or links to a wrong one.",
        remedy: &[
            "Stop the IdP's job: every cycle may make it worse.",
            "Have the product's vendor correct the filter; `scimulate run features/rfc` shows the requests.",
            "Plan and apply afterwards: as long as lookups are wrong, the next cycle undoes a cleanup.",
        ],
    }
    UNCLAIMED_GROUP "unclaimed-group" {
        title: "a group that nobody claims",
        harm: "It keeps what it grants: people who left the team keep access, and a new group of that name is refused or taken for it.",
        remedy: &[
            "See whether it was made in the product by hand: then leave it.",
            "Else take away what it grants, note its members, and delete it (server-side cleanup does this for all provisioned groups).",
            "Push the group again from the IdP in charge if it is still needed.",
        ],
    }
    TWIN_GROUPS "twin-groups" {
        title: "groups of the same name",
        harm: "An IdP that finds groups by name takes either; access granted to the other drifts unseen.",
        remedy: &[
            "Find out which one the IdP in charge is linked to (externalId, members).",
            "Move grants to that one and delete or rename the other.",
        ],
    }
    DANGLING_MEMBER "dangling-member" {
        title: "a reference to somebody who is not there",
        harm: "Member lists cannot be pushed or read whole, and an id that is given out again would inherit the membership.",
        remedy: &["Remove the member from the group on the target.", "Push the group again from the IdP."],
    }
    SIDES_DISAGREE "sides-disagree" {
        title: "a user and a group disagree about membership",
        harm: "One reader sees access where another sees none.",
        remedy: &[
            "Push the group again from the IdP.",
            "If they still disagree, this is a defect of the product: report it with both reads.",
        ],
    }
    SUSPENDED_ACCOUNT "suspended-account" {
        title: "somebody who may sign in has an inactive account",
        harm: "The person cannot work, and the IdP may take the account for one it has already seen to.",
        remedy: &[
            "See who suspended it: a cleanup, another IdP, or somebody by hand for a reason.",
            "In the IdP, have the person sent again: Entra, provision on demand or restart with a full scope; Okta, unassign and assign.",
            "If the account stays inactive, the product does not let SCIM activate it again: activate it there.",
        ],
    }
    MISSING_ACCOUNT "missing-account" {
        title: "somebody in the directory has no account",
        harm: "The person cannot work; a run may have broken off before their turn.",
        remedy: &[
            "Look for the person in the IdP's log and retry: Okta, retry the failed tasks; Entra, restart provisioning or provision on demand.",
        ],
    }
    MISSING_GROUP "missing-group" {
        title: "a group of the directory is not on the target",
        harm: "Nobody has what the group grants; a run may have broken off before its turn.",
        remedy: &["Look for the group in the IdP's log and push it again."],
    }
    OTHER_MEMBERS "other-members" {
        title: "a group has other members than in the directory",
        harm: "Who is missing is locked out; who is too many has what was taken away.",
        remedy: &[
            "Push the group again from the IdP: Okta, push now; Entra, restart provisioning with a full scope.",
            "Read the group again.",
        ],
    }
    ODD_MEMBERS "odd-members" {
        title: "a group whose member list looks cut, overwritten or run together",
        harm: "Who was cut off or overwritten is locked out; where lists ran together, everybody has what one group grants.",
        remedy: &[
            "Name the directory in charge with --directory: then the diagnosis says who is missing and who is too many.",
            "Push the group again from the IdP, and read it again.",
            "If it is cut at the same place, report it to the product's vendor with the number.",
        ],
    }
    OTHER_VALUES "other-values" {
        title: "an account has other values than its person has in the directory",
        harm: "The person signs in by an old name, gets no mail, or is not found by an IdP that matches by it.",
        remedy: &[
            "See whether the change at the directory failed to arrive (the IdP's log), or the product keeps the value to itself.",
            "Have the IdP send the person again: Okta, unassign and assign; Entra, provision on demand.",
            "Where most accounts differ, the mapping sends another attribute: name the right column of the directory's file.",
        ],
    }
    LEFTOVER_NAME "leftover-name" {
        title: "user names that look left behind",
        harm: "Nobody signs in to them knowingly, and lookups by the person's real name do not find them.",
        remedy: &[
            "Names of deleted accounts: see whether the account is still active, and deactivate it.",
            "Invitations: they are guests; see whether their application is meant to have them.",
            "A name with a number: see whether it is a second account of the same person (two-accounts).",
        ],
    }
    ILL_FORMED "ill-formed" {
        title: "a value no IdP can work with",
        harm: "Lookups, imports or whole jobs stop at it.",
        remedy: &["Correct the value in the product, and report it there: SCIM requests should not have made it."],
    }
}

impl DiagnosisKind {
    /// How it comes about, and what the next cycle of an IdP does to it.
    #[must_use]
    pub fn forecast(&self) -> Option<Forecast> {
        forecast::of(self.id)
    }

    /// What is the same for all of its kind: harm, cause, what the IdPs do next, what to do, and where the guide speaks of it.
    /// Several lines for a terminal.
    #[must_use]
    pub fn advice(&self) -> String {
        let mut text = format!("   harm      {}\n", self.harm);
        if let Some(Forecast { came_by, okta, entra }) = self.forecast() {
            text += &format!("   came by   {came_by}\n   next      Okta: {okta}\n             Entra: {entra}\n");
        }
        for (nth, step) in self.remedy.iter().enumerate() {
            text += &format!("   {}{}. {step}\n", if nth == 0 { "do        " } else { "          " }, nth + 1);
        }
        text + &format!("   guide     {}\n", self.guide())
    }

    /// Where the cleanup guide speaks of it.
    #[must_use]
    pub fn guide(&self) -> String {
        format!("docs/cleanup.md#{}", self.id)
    }
}

/// How sure a diagnosis is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Sure {
    /// What was read leaves no other reading.
    Certain,
    /// There is a harmless reading, and it is rare.
    Likely,
    /// Something to look at.
    Possible,
}

impl fmt::Display for Sure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Certain => "certain",
            Self::Likely => "likely",
            Self::Possible => "possible",
        })
    }
}

/// Something a diagnosis speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Concerned {
    /// `user` or `group`, or `person` for somebody who is in the directory only.
    pub what: &'static str,
    /// The target's id; absent for what is in the directory only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Its name.
    pub name: String,
    /// What matters of it.
    pub detail: String,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Diagnosis {
    /// What.
    #[serde(flatten, serialize_with = "kind")]
    pub kind: &'static DiagnosisKind,
    /// How sure that is.
    pub sure: Sure,
    /// What is wrong here, in one sentence.
    pub text: String,
    /// How it is known.
    pub known_by: String,
    /// Who and what is concerned.
    pub objects: Vec<Concerned>,
}

fn kind<S: Serializer>(kind: &'static DiagnosisKind, serializer: S) -> Result<S::Ok, S::Error> {
    use serde::ser::SerializeMap as _;
    let mut map = serializer.serialize_map(Some(6))?;
    map.serialize_entry("kind", kind.id)?;
    map.serialize_entry("title", kind.title)?;
    map.serialize_entry("harm", kind.harm)?;
    map.serialize_entry("remedy", kind.remedy)?;
    map.serialize_entry("forecast", &kind.forecast())?;
    map.serialize_entry("guide", &kind.guide())?;
    map.end()
}

/// Objects shown of one diagnosis; the report has them all.
const SHOWN: usize = 10;

impl fmt::Display for Diagnosis {
    /// Several lines for a terminal; what the target sent is escaped and cut. In the alternate form without what is the same for all
    /// of the kind ([`DiagnosisKind::advice`]).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} ({}): {}", self.kind.id, self.sure, self.text)?;
        writeln!(f, "   known by  {}", self.known_by)?;
        for object in self.objects.iter().take(SHOWN) {
            let id =
                object.id.as_deref().map_or_else(|| "not on the target".to_owned(), |id| format!("id {}", show(id)));
            writeln!(f, "   {:<9} {} ({id}) {}", object.what, show(&object.name), object.detail)?;
        }
        if self.objects.len() > SHOWN {
            writeln!(f, "             and {} more", self.objects.len() - SHOWN)?;
        }
        if f.alternate() { Ok(()) } else { f.write_str(&self.kind.advice()) }
    }
}
