//! Where the RFC leaves a write open or identity providers need more, a rule says what happens.
//!
//! In: nothing. Out: choices, as data. Never: what is done about them; that is in `value`, `resource` and `patch`.

/// `{"op":"remove","path":"members","value":[...]}`: RFC 7644 section 3.5.2.2 gives the value no meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RemoveValue {
    /// Remove the listed values: what Entra ID and others mean by it.
    #[default]
    Listed,
    /// 400 `invalidSyntax`, rather than guess.
    Reject,
}

/// An add or replace through a value path that matches no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NoMatch {
    /// Create the value, filled with what the filter compares by `eq`: what Entra ID expects.
    #[default]
    Create,
    /// 400 `noTarget` (RFC 7644 section 3.5.2.3).
    NoTarget,
}

/// `"True"` where a boolean belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StringBooleans {
    /// `"True"` and `"False"`, in any case, are read as booleans.
    #[default]
    Coerce,
    /// 400 `invalidValue`.
    Reject,
}

/// What a server does where the RFC leaves it open. The default follows the RFC where it speaks, and identity
/// providers where they need more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatchRules {
    /// What `remove` does with a value list.
    pub remove_value: RemoveValue,
    /// What add and replace do when the value path matches nothing.
    pub no_match: NoMatch,
    /// What becomes of a string in place of a boolean. Holds for POST and PUT too.
    pub string_booleans: StringBooleans,
    /// Whether a bare string becomes `{"value": ...}` in a complex attribute with one value that has a `value` (`manager`).
    pub manager_string: bool,
    /// Whether a dotted or URN-qualified key in a pathless value is read as a path (`"name.givenName"`).
    /// If not, a dotted key is 400 `invalidPath`; a URN-qualified one still is an attribute.
    pub dotted_keys: bool,
    /// Whether an operation on a readOnly attribute is passed over instead of refused (`mutability`).
    pub ignore_read_only: bool,
}

impl Default for PatchRules {
    fn default() -> Self {
        Self {
            remove_value: RemoveValue::default(),
            no_match: NoMatch::default(),
            string_booleans: StringBooleans::default(),
            manager_string: true,
            dotted_keys: true,
            ignore_read_only: false,
        }
    }
}
