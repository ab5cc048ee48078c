//! What scenarios expect of the target's state, beyond single exchanges: each expectation has an id, a reason and a remedy,
//! like every requirement.

use judge::verdict::{Finding, Place, Severity};

/// One expectation a sentence can hold the target to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expectation {
    /// Its id, shown like a requirement's.
    pub id: &'static str,
    /// The expectation in one sentence.
    pub text: &'static str,
    /// Why it matters.
    pub why: &'static str,
    /// What to change.
    pub remedy: &'static str,
}

/// Makes a constant of each expectation, and the list of all.
macro_rules! expectations {
    ($($name:ident $id:literal { text: $text:literal, why: $why:literal, remedy: $remedy:literal })*) => {
        $(
            #[doc = $text]
            pub(super) const $name: Expectation = Expectation { id: $id, text: $text, why: $why, remedy: $remedy };
        )*

        /// All expectations.
        pub const EXPECTATIONS: &[Expectation] = &[$($name),*];
    };
}

expectations! {
    STATE_ONE_ACCOUNT "STATE-ONE-ACCOUNT" {
        text: "A person has exactly one account, whichever IdP provisioned it.",
        why: "A second account splits a person's access and history; the one nobody manages stays active when the person leaves.",
        remedy: "Refuse a create whose userName is taken (409, scimType uniqueness) and let the lookup by userName find every account, inactive and local ones too."
    }
    STATE_LISTED "STATE-LISTED" {
        text: "A full read of a collection shows everything that can be read by its id.",
        why: "An import that misses somebody creates that person again, or takes the person for gone.",
        remedy: "Return every resource that exists, page by page, and count all of them in totalResults."
    }
    STATE_NO_ACCOUNT "STATE-NO-ACCOUNT" {
        text: "A person whom the IdP did not provision, or has deleted, has no account.",
        why: "An account nobody asked for is access nobody reviews.",
        remedy: "Create accounts only for an accepted POST, and make DELETE remove the resource from reads."
    }
    STATE_ACTIVE "STATE-ACTIVE" {
        text: "An account is active if and only if its IdP says so.",
        why: "A leaver who stays active keeps access; a joiner who stays inactive cannot work. The IdP believes the success it was told.",
        remedy: "Apply `active` in every shape IdPs send (PUT, PATCH with and without path, boolean) and answer an error when it cannot be applied."
    }
    STATE_SAME_ID "STATE-SAME-ID" {
        text: "An account or group keeps its id for as long as it exists.",
        why: "IdPs address everything by the id of the first answer; a new id makes every later update a 404 or a second account.",
        remedy: "Keep the id over renames, deactivation, reactivation and a change of IdP; give a new id only after DELETE."
    }
    STATE_ATTRIBUTE "STATE-ATTRIBUTE" {
        text: "An attribute has the value its IdP last sent.",
        why: "The IdP never sends it again once it was told success, so the difference stays for good.",
        remedy: "Store what was accepted, or refuse what is not stored."
    }
    STATE_UNTOUCHED "STATE-UNTOUCHED" {
        text: "A request changes only what it names.",
        why: "A change nobody asked for is data lost without a trace.",
        remedy: "Apply a request to what it addresses only, and all of it or nothing."
    }
    STATE_MEMBERS "STATE-MEMBERS" {
        text: "A group has exactly the members its IdP gave it.",
        why: "Membership is access: a lost member is locked out, a kept one has what was taken away.",
        remedy: "Apply add, remove and replace of `members` to the members named and to no others."
    }
    STATE_GROUP_ONCE "STATE-GROUP-ONCE" {
        text: "A pushed group exists exactly once.",
        why: "Nobody gets the access of a group that is missing. Of two with one name the IdP manages one, and the other drifts unseen.",
        remedy: "Store every group whose create is accepted, let the lookup by displayName find it, and refuse a second of the same name or keep both findable."
    }
    STATE_GROUP_GONE "STATE-GROUP-GONE" {
        text: "A deleted group is gone from reads, lookups and its former members.",
        why: "A ghost group blocks the next push of that name, and its members keep what it granted.",
        remedy: "Remove the group, its name and its memberships together."
    }
    STATE_LINKED "STATE-LINKED" {
        text: "An account carries the externalId of the IdP that manages it.",
        why: "The externalId is the IdP's own name for the person; with a foreign or stale one the next lookup finds nobody, or somebody else.",
        remedy: "Store externalId as the client's own value, writable by PUT and PATCH, one per account."
    }
    STATE_CONSISTENT "STATE-CONSISTENT" {
        text: "Users and groups agree on who is a member, no member is dangling, and no identifier is used twice.",
        why: "One reader sees access, another sees none.",
        remedy: "Derive both sides from one stored relation, and remove it together with either end."
    }
    STATE_SWITCH "STATE-SWITCH" {
        text: "After a switch of IdPs each person has one account, linked to the new IdP only; a switch in the wrong order does the damage predicted, and no more.",
        why: "Leftovers of a switch are found weeks later: a second account, a leaver who still gets in, a group that nobody manages.",
        remedy: "Match by userName in any letter case, let the last writer set externalId, active and members, and let cleanup and unassignment do exactly what they say."
    }
    LOOKUP_FINDS "LOOKUP-FINDS" {
        text: "A lookup by userName or displayName finds the existing object, and no other.",
        why: "A lookup that misses makes the IdP create a second account; one that finds too much makes it update the wrong person.",
        remedy: "Decode the query once (%2B is a plus sign), evaluate the whole filter, and compare as the attribute does (userName without regard to case)."
    }
    IDP_CONTENT "IDP-CONTENT" {
        text: "The IdP's administrator sees no error.",
        why: "A task error stops provisioning of that object until somebody looks at it; enough of them stop the whole job.",
        remedy: "Look at the exchange before it: answer what the RFC gives for this request."
    }
    IDP_CONFLICT "IDP-CONFLICT" {
        text: "The IdP's administrator sees a conflict as a conflict.",
        why: "A conflict that is answered with success hides that a person was not provisioned, or was merged with another.",
        remedy: "Answer 409 with scimType uniqueness and a detail that names the attribute."
    }
    IDP_SILENT "IDP-SILENT" {
        text: "The IdP sends what its documentation says for this event, and nothing more.",
        why: "This holds the simulation itself: a wrong request would make the wrong finding.",
        remedy: "Report it to scimulate: this is no defect of the target."
    }
    ANSWER_STATUS "ANSWER-STATUS" {
        text: "The answer has the status that RFC 7644 gives for the request.",
        why: "IdPs decide by the status alone whether to retry, to give up, or to create.",
        remedy: "Answer with the status RFC 7644 section 3.12 gives for this case."
    }
    ANSWER_REFUSED "ANSWER-REFUSED" {
        text: "The server accepts what an IdP sends to create and update people and groups.",
        why: "The IdP shows its administrator an error and sends the request again in later cycles. Until then the person or group stays as it is.",
        remedy: "Accept this request. If the server cannot, let scimType and detail name the attribute that is in the way, and leave it out of /Schemas."
    }
    ANSWER_BODY "ANSWER-BODY" {
        text: "The body of the answer agrees with what is stored.",
        why: "IdPs keep what an answer says: an id, a counter, a value. What is wrong there is wrong at the IdP from then on.",
        remedy: "Build the answer from what is stored, after the write."
    }
    LIST_WHOLE "LIST-WHOLE" {
        text: "A list read page by page shows every resource once, and totalResults is their number.",
        why: "Imports read page by page. Who is left out is created a second time or deprovisioned; who comes twice is counted twice.",
        remedy: "Order every list by something unique that does not change, count all matches, and take startIndex from 1."
    }
    TENANT_APART "TENANT-APART" {
        text: "A tenant cannot read, change or detect another tenant's data.",
        why: "One customer reads or writes another customer's people.",
        remedy: "Look up, check for uniqueness and write within the tenant of the token only."
    }
    TOKEN_NEEDED "TOKEN-NEEDED" {
        text: "A request without a valid token is answered 401.",
        why: "Anyone who finds the base URL can read and change all accounts; an empty list instead of 401 makes an IdP create everybody again.",
        remedy: "Check the token before anything else, and answer 401 when it is missing, malformed, unknown or expired."
    }
    TOKEN_KEPT "TOKEN-KEPT" {
        text: "No answer repeats a credential that came with the request.",
        why: "Error texts end up in logs, tickets and screenshots; anyone who reads them can sign in.",
        remedy: "Leave the Authorization header out of every text and every log line."
    }
    NAME_RULE "NAME-RULE" {
        text: "Create and rename apply one rule to names that look alike.",
        why: "Where only one of them refuses a twin, there are two groups that look the same, and access is split between them.",
        remedy: "Compare names in one place, used by create, rename and lookup."
    }
    LINK_RULE "LINK-RULE" {
        text: "Create and update apply one rule to an externalId that another account has.",
        why: "Where only one of them refuses it, an IdP ends with two accounts under one link and updates either of them.",
        remedy: "Decide in one place whether an externalId may be shared, and ask that place on create, PUT and PATCH."
    }
    NO_REFLECTION "NO-REFLECTION" {
        text: "Addresses in answers do not depend on headers that the client sends.",
        why: "A client that sets a header can send IdPs and administrators to a host of its own.",
        remedy: "Build addresses from the configured base URL, and take forwarding headers from known proxies only."
    }
    WAIT_TOLD "WAIT-TOLD" {
        text: "A 429 says when to retry, and the refused request had no effect.",
        why: "IdPs obey Retry-After; without it they come back too early and stay locked out, or repeat what was done already.",
        remedy: "Refuse before anything is stored: 429 with Retry-After and a SCIM error body."
    }
    CREDENTIAL_KINDS "CREDENTIAL-KINDS" {
        text: "A product accepts every kind of credential that it documents.",
        why: "An IdP is set up with one kind; where it stops working, provisioning stops without a word to the people concerned.",
        remedy: "Accept the token and the name with its password alike, or document which one is gone."
    }
    TOKEN_ENDS "TOKEN-ENDS" {
        text: "A token stops working as soon as it is revoked.",
        why: "After a tenant switch the old IdP still holds the old token; while it works, two IdPs write to one target.",
        remedy: "Check the token on every request against what is alive, and answer 401 with WWW-Authenticate."
    }
    PRODUCT_GROUP "PRODUCT-GROUP" {
        text: "A product's own group survives the deletion of the IdP group that it was mapped to.",
        why: "The product grants access through its own group; if that disappears with the IdP's group, the grants disappear unnoticed.",
        remedy: "End the mapping when the IdP's group is deleted, and keep the product's own group."
    }
    PRODUCT_MAPPING "PRODUCT-MAPPING" {
        text: "A product's group is mapped to the IdP group that its operator chose, under that group's current name.",
        why: "A mapping to an old name, or one nobody made, gives access to the wrong people.",
        remedy: "Keep the mapping by the group's id, follow its renames, and make none without an operator."
    }
    PRODUCT_MEMBERS "PRODUCT-MEMBERS" {
        text: "A product's group has exactly the members that its mapping gives it.",
        why: "The product grants by its own groups: SCIM can look right while the wrong people have access.",
        remedy: "Apply each change of the IdP's group to the group of the product mapped to it, and nothing to the others."
    }
    PRODUCT_SILENT "PRODUCT-SILENT" {
        text: "A person whom the product knows under another user name is missing from its groups without an error.",
        why: "The IdP was told success and never looks again; the person lacks access and no log says why.",
        remedy: "Make the user names at the IdP those of the product before groups are synced, and compare members afterwards."
    }
    PRODUCT_STATUS "PRODUCT-STATUS" {
        text: "The product shows the status that its vendor documents: Enabled, Disabled, last active only after a sign-in.",
        why: "People who review access look at what the product shows, not at what SCIM answers.",
        remedy: "Derive the status from `active`, and the last activity from sign-ins alone."
    }
    PRODUCT_NAMES "PRODUCT-NAMES" {
        text: "User name and e-mail address stay as they were when the account was first provisioned.",
        why: "The product identifies people by them everywhere; a change would cut people off from what is theirs.",
        remedy: "Keep both on every update, and store the rest of the update."
    }
    PRODUCT_OWNER "PRODUCT-OWNER" {
        text: "An asset keeps its owner, whether or not that person has signed in.",
        why: "Ownership is handed over before people arrive; if it is refused or lost, nobody is responsible for the asset.",
        remedy: "Let provisioned users own assets from their creation on."
    }
    PRODUCT_PERMISSION "PRODUCT-PERMISSION" {
        text: "Administrators can do by hand what the vendor documents, and nothing else.",
        why: "A change made by hand where the IdP rules is undone by the next sync, or never seen by it.",
        remedy: "Ask whether SCIM is on and single sign-on is enforced before a change by hand."
    }
    CLEANUP_SAFE "CLEANUP-SAFE" {
        text: "Server-side cleanup is refused if nobody could sign in afterwards, and it leaves local accounts alone.",
        why: "Cleanup suspends every provisioned account; without a local administrator the product is locked.",
        remedy: "Check for a local administrator with built-in sign-in before suspending anybody."
    }
}

impl Expectation {
    /// The finding that this expectation does not hold.
    #[must_use]
    pub fn broken(&self, exchange: Option<usize>, read: &str, expected: String, seen: String) -> Finding {
        Finding {
            requirement: self.id.to_owned(),
            text: self.text.to_owned(),
            severity: Severity::Violation,
            breaks: Vec::new(),
            confidence: None,
            exchange,
            place: Place::State(read.to_owned()),
            expected,
            seen,
            why: self.why.to_owned(),
            remedy: self.remedy.to_owned(),
        }
    }
}
