//! The tables as a document: a row for each order, a column for each pair of IdPs.

use super::model::damage;
use super::orders::{self, ARGUMENTS, IMPOSSIBLE};
use super::tables::{Row, Table, switched, tables};
use idp::{Family, Kind};
use state::switch::DamageKind;
use std::fmt::Write as _;

const CODES: [&str; 13] = ["2A", "LA", "OL", "UL", "SO", "JO", "LV", "LG", "SG", "GG", "WM", "LT", "TR"];

fn code(damage: DamageKind) -> &'static str {
    DamageKind::ALL.iter().zip(CODES).find(|(d, _)| **d == damage).map_or("?", |(_, code)| code)
}

fn short(kind: Kind) -> &'static str {
    match kind {
        Kind::OKTA_CUSTOM => "oc",
        Kind::OKTA_CATALOGUE => "og",
        Kind::ENTRA_DEFAULT => "ed",
        Kind::ENTRA_OPT_SCIM => "ea",
        other => other.id(),
    }
}

/// The document.
pub(crate) fn document() -> String {
    let mut text = String::from(
        "# What each order of a switch does\n\n<!-- Generated: cargo xtask matrix -->\n\n\
A company moves from one identity provider to another. Ada stays, Lea leaves, Joe joins; the group Crew is in both directories,\n\
Legacy only in the old one; there is a local administrator. Each row is an order of steps, each column a pair of old and new IdP, each\n\
cell the damage at the end. A model predicts the damage from what each product documents or was seen to do\n\
(`xtask/src/matrix/model.rs`), and `scimulate run --tags @matrix` plays every cell against the embedded provider.\n\n",
    );
    text.push_str("| code | damage |\n|---|---|\n| · | none: the switch is clean |\n");
    for damage in DamageKind::ALL {
        let _ = writeln!(text, "| {} | {} |", code(*damage), damage.name());
    }
    text.push_str("| – | not played with this pair |\n\n");
    text.push_str("Columns: ");
    let columns: Vec<String> = switched().iter().map(|k| format!("{} {}", short(*k), k.id())).collect();
    let _ = writeln!(text, "{}.\n", columns.join(", "));
    text.push_str(
        "The old IdP is switched off after its last step. Unless a table says otherwise, it then keeps running without effect.\n\n",
    );
    left_out(&mut text);
    for table in tables() {
        cells(&mut text, &table);
    }
    text
}

/// Which orders are left out, by which argument.
fn left_out(text: &mut String) {
    text.push_str("## Orders left out\n\nThe steps permuted are: unassign, pause the push, switch off, clean up, revoke the token, link the groups, \
first cycle, late change; every order of all or some of them. An order is left out if\n\n");
    let _ = writeln!(text, "0. {IMPOSSIBLE};");
    for (at, argument) in ARGUMENTS.iter().enumerate() {
        let _ = writeln!(text, "{}. {};", at + 1, argument.text);
    }
    text.push_str(
        "\nEach count covers the orders to which that argument is the first that applies. A test checks every argument against the model\n\
for each of the orders, and against the provider for one order each (below).\n\n",
    );
    let heads: Vec<String> = (0..=ARGUMENTS.len()).map(|at| format!("by {at}")).collect();
    let _ = writeln!(text, "| from | to | orders | {} | played |", heads.join(" | "));
    let _ = writeln!(text, "|---|---|---|{}---|", "---|".repeat(heads.len()));
    for old in Family::SWITCHED {
        for new in Family::SWITCHED {
            let count = orders::count(old, new);
            let by: Vec<String> =
                std::iter::once(&count.impossible).chain(&count.equal).map(usize::to_string).collect();
            let kept = count.kept.len();
            let _ = writeln!(text, "| {} | {} | {} | {} | {kept} |", old.id(), new.id(), count.all, by.join(" | "));
        }
    }
}

fn cells(text: &mut String, table: &Table) {
    let _ = writeln!(text, "\n## {}\n", table.title);
    let intro = table.text.split("\n\n").next().unwrap_or_default();
    let _ = writeln!(text, "{intro} (`features/tenant_switch/matrix/{}.feature`)\n", table.file);
    let columns: Vec<(Kind, Kind)> = Row::everywhere(&[]).pairs();
    let heads: Vec<String> = columns.iter().map(|(old, new)| format!("{}→{}", short(*old), short(*new))).collect();
    let _ = writeln!(text, "| order | {} |", heads.join(" | "));
    let _ = writeln!(text, "|---|{}", "---|".repeat(columns.len()));
    for row in &table.rows {
        let pairs = row.pairs();
        let cell = |pair: &(Kind, Kind)| {
            if !pairs.contains(pair) {
                return "–".to_owned();
            }
            let damage = damage(&row.order, pair.0, pair.1, table.setting);
            let codes: Vec<&str> = damage.iter().map(|d| code(*d)).collect();
            if codes.is_empty() { "·".to_owned() } else { codes.join(" ") }
        };
        let cells: Vec<String> = columns.iter().map(cell).collect();
        let _ = writeln!(text, "| {} | {} |", orders::name(&row.order), cells.join(" | "));
    }
}
