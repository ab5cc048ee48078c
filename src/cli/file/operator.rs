//! `[targets.NAME.operator]`.

use super::{HeaderText, Span};
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// One table for each action that somebody can do on this target.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::cli) struct OperatorTable {
    pub cleanup: Option<Spanned<ActionTable>>,
    pub add_account: Option<Spanned<ActionTable>>,
    pub issue_token: Option<Spanned<ActionTable>>,
    pub issue_password: Option<Spanned<ActionTable>>,
    pub revoke_token: Option<Spanned<ActionTable>>,
    pub rename_group: Option<Spanned<ActionTable>>,
    pub sign_in: Option<Spanned<ActionTable>>,
    pub create_product_group: Option<Spanned<ActionTable>>,
    pub map_group: Option<Spanned<ActionTable>>,
    pub unmap_group: Option<Spanned<ActionTable>>,
    pub rename_product_group: Option<Spanned<ActionTable>>,
    pub add_product_member: Option<Spanned<ActionTable>>,
    pub set_sign_on: Option<Spanned<ActionTable>>,
    pub invite: Option<Spanned<ActionTable>>,
    pub edit_profile: Option<Spanned<ActionTable>>,
    pub enable: Option<Spanned<ActionTable>>,
    pub disable: Option<Spanned<ActionTable>>,
    pub erase_user: Option<Spanned<ActionTable>>,
    pub move_clock: Option<Spanned<ActionTable>>,
    pub assign_owner: Option<Spanned<ActionTable>>,
    pub copy_tenant: Option<Spanned<ActionTable>>,
    pub open_tenant: Option<Spanned<ActionTable>>,
    pub close_tenant: Option<Spanned<ActionTable>>,
    pub state: Option<Spanned<ActionTable>>,
}

/// The methods of an HTTP request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(in crate::cli) enum HttpMethod {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

/// How one action is done: a command, or an HTTP request.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::cli) struct ActionTable {
    /// The program and its arguments; no shell.
    pub command: Option<Vec<String>>,
    /// Exit codes of the command that mean: the product refused.
    #[serde(default)]
    pub refused_codes: Vec<u8>,
    pub method: Option<HttpMethod>,
    pub url: Option<String>,
    #[serde(default)]
    pub headers: BTreeMap<String, Spanned<HeaderText>>,
    /// A table is sent as JSON, text as a form.
    pub body: Option<toml::Value>,
    /// Statuses that mean: done. 200 to 299 when not given.
    #[serde(default)]
    pub accept: Vec<u16>,
    /// Statuses that mean: the product refused.
    #[serde(default)]
    pub refused: Vec<u16>,
    /// Where in the answer's JSON what is wanted stands: name to JSON pointer.
    #[serde(default)]
    pub take: BTreeMap<String, String>,
    pub time_limit: Option<Span>,
}

impl OperatorTable {
    /// The actions given, by key.
    pub(in crate::cli) fn actions(&self) -> impl Iterator<Item = (&'static str, &Spanned<ActionTable>)> {
        let all = [
            ("cleanup", &self.cleanup),
            ("add_account", &self.add_account),
            ("issue_token", &self.issue_token),
            ("issue_password", &self.issue_password),
            ("revoke_token", &self.revoke_token),
            ("rename_group", &self.rename_group),
            ("sign_in", &self.sign_in),
            ("create_product_group", &self.create_product_group),
            ("map_group", &self.map_group),
            ("unmap_group", &self.unmap_group),
            ("rename_product_group", &self.rename_product_group),
            ("add_product_member", &self.add_product_member),
            ("set_sign_on", &self.set_sign_on),
            ("invite", &self.invite),
            ("edit_profile", &self.edit_profile),
            ("enable", &self.enable),
            ("disable", &self.disable),
            ("erase_user", &self.erase_user),
            ("move_clock", &self.move_clock),
            ("assign_owner", &self.assign_owner),
            ("copy_tenant", &self.copy_tenant),
            ("open_tenant", &self.open_tenant),
            ("close_tenant", &self.close_tenant),
            ("state", &self.state),
        ];
        all.into_iter().filter_map(|(key, table)| Some((key, table.as_ref()?)))
    }
}
