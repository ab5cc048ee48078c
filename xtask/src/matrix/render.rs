//! The table as feature files and as a document.

use super::model::{Setting, Spelling, damage};
use super::orders::{self, ARGUMENTS, IMPOSSIBLE, Order, Step};
use idp::{Family, Kind};
use judge::state::switch::DamageKind;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use Step::*;

/// Longest line of a text above a table of scenarios.
const WIDTH: usize = 130;

/// Orders that begin in the same setting; one feature file.
pub(crate) struct Table {
    /// Name of the file, without folder and ending.
    pub(crate) file: &'static str,
    /// Name of the feature.
    title: &'static str,
    /// What it shows, in a sentence or two, for the feature's head.
    text: String,
    pub(crate) setting: Setting,
    /// Lines of the background besides those all have, before the switch begins.
    stage: Vec<&'static str>,
    /// How the old IdP renames people in this setting.
    pattern: &'static str,
    /// Each order with the old and the new product lines it is played with.
    pub(crate) rows: Vec<Row>,
}

pub(crate) struct Row {
    pub(crate) order: Order,
    pub(crate) olds: Vec<Family>,
    pub(crate) news: Vec<Family>,
}

/// The modes a switch is foretold for.
pub(crate) fn switched() -> Vec<Kind> {
    Family::SWITCHED.into_iter().flat_map(Family::kinds).collect()
}

impl Row {
    fn everywhere(order: &[Step]) -> Self {
        Self { order: order.to_vec(), olds: Family::SWITCHED.to_vec(), news: Family::SWITCHED.to_vec() }
    }

    pub(crate) fn pairs(&self) -> Vec<(Kind, Kind)> {
        let of = |families: &[Family]| switched().into_iter().filter(|k| families.contains(&k.family())).collect();
        let (olds, news): (Vec<Kind>, Vec<Kind>) = (of(&self.olds), of(&self.news));
        olds.into_iter().flat_map(|old| news.iter().map(move |new| (old, *new))).collect()
    }
}

/// Every table.
pub(crate) fn tables() -> Vec<Table> {
    let mut all = permuted();
    all.push(Table {
        file: "arguments",
        title: "Orders that were left out, one for each argument",
        text: "Each of these orders equals one of the other features by an argument; here it is played, so that the argument \
is seen to hold."
            .to_owned(),
        rows: samples(),
        ..plain()
    });
    all.extend(settings());
    all
}

fn plain() -> Table {
    Table {
        file: "",
        title: "",
        text: String::new(),
        setting: Setting::default(),
        stage: Vec::new(),
        pattern: "{local}@new.example",
        rows: Vec::new(),
    }
}

/// The permuted steps, in three files.
fn permuted() -> Vec<Table> {
    let mut kept: BTreeMap<(usize, Order), BTreeSet<(Family, Family)>> = BTreeMap::new();
    let mut counts = String::new();
    for old in Family::SWITCHED {
        for new in Family::SWITCHED {
            let count = orders::count(old, new);
            let left: usize = count.equal.iter().sum();
            let _ = writeln!(
                counts,
                "From {} to {}: of {} orders {} cannot occur, {left} equal another by an argument, {} are played.",
                old.id(),
                new.id(),
                count.all,
                count.impossible,
                count.kept.len()
            );
            for order in &count.kept {
                kept.entry((order.len(), order.clone())).or_default().insert((old, new));
            }
        }
    }
    let rows = |fits: fn(&[Step]) -> bool| {
        let fitting = kept.iter().filter(move |((_, order), _)| fits(order));
        fitting.map(|((_, order), pairs)| {
            let side = |of: fn(&(Family, Family)) -> Family| -> Vec<Family> {
                Family::SWITCHED.into_iter().filter(|f| pairs.iter().any(|p| of(p) == *f)).collect()
            };
            Row { order: order.clone(), olds: side(|p| p.0), news: side(|p| p.1) }
        })
    };
    let text = |what: &str| {
        format!(
            "{what} The old IdP is switched off after the last thing it does.\n\n{counts}\
docs/switch-matrix.md has the arguments."
        )
    };
    vec![
        Table {
            file: "orders",
            title: "Every order of a switch",
            text: text("The old IdP changes nothing any more before it is switched off."),
            rows: rows(|o| o.contains(&FirstCycle) && !o.contains(&LateChange)).collect(),
            ..plain()
        },
        Table {
            file: "late_changes",
            title: "Every order of a switch during which the old IdP lives on",
            text: text("Somewhere on the way people change at the old IdP, and somebody leaves a group there."),
            rows: rows(|o| o.contains(&FirstCycle) && o.contains(&LateChange)).collect(),
            ..plain()
        },
        Table {
            file: "never_taken_over",
            title: "Every order of a switch that ends before the new IdP's first cycle",
            text: text("The new IdP has not taken over yet, or never does."),
            rows: rows(|o| !o.contains(&FirstCycle)).collect(),
            ..plain()
        },
    ]
}

/// One order for each argument, with the pairs of which the argument says something.
fn samples() -> Vec<Row> {
    let rows = ARGUMENTS.iter().map(|argument| {
        let order = argument.sample.to_vec();
        let says = |old, new| matches!(orders::normal(&order, old, new), Some((_, Some(_))));
        let olds =
            Family::SWITCHED.into_iter().filter(|old| Family::SWITCHED.iter().any(|new| says(*old, *new))).collect();
        let news =
            Family::SWITCHED.into_iter().filter(|new| Family::SWITCHED.iter().any(|old| says(*old, *new))).collect();
        Row { order, olds, news }
    });
    rows.collect()
}

const RIGHT: [Step; 3] = [Unassign, CleanUp, FirstCycle];

/// Settings in which the same steps do other damage.
fn settings() -> Vec<Table> {
    let other = |file, title, text: &str, user_names, stage, pattern, rows| Table {
        file,
        title,
        text: text.to_owned(),
        setting: Setting { user_names, ..Setting::default() },
        stage: vec![stage],
        pattern,
        rows,
    };
    let group = |file, title, text: &str, group_names, stage| Table {
        file,
        title,
        text: text.to_owned(),
        setting: Setting { group_names, ..Setting::default() },
        stage: vec![stage],
        rows: few(),
        ..plain()
    };
    vec![
        Table {
            file: "tear_down",
            title: "The old tenant is torn down",
            text: "Everybody is deleted and purged at the old IdP, in every order with cleanup and first cycle. Entra deletes on \
the target whom it still manages. Okta deletes nobody there, so from Okta this is the same as unassigning."
                .to_owned(),
            rows: torn_down(),
            ..plain()
        },
        other(
            "names_in_another_domain",
            "The new IdP has user names in another domain",
            "A lookup by the new name finds nobody, so everybody who stays gets a second account, unless the old IdP renames \
them first, while it is still in charge. Between two tenants of Entra the externalId stays the same, so the create is refused \
instead, as long as no cleanup has taken the externalId away. Any other name that a lookup does not find does the same.",
            Spelling::Other,
            r#"the new IdP has the user name "{local}@new.example" for "Ada" and "Joe""#,
            "{local}@new.example",
            spelt(),
        ),
        other(
            "names_in_capitals",
            "The new IdP has user names in capitals",
            "User names are compared in any case, so everybody is found.",
            Spelling::OtherCase,
            r#"the new IdP has the user name "{LOCAL}@{domain}" for "Ada" and "Joe""#,
            "{LOCAL}@{domain}",
            few(),
        ),
        group(
            "group_names_with_a_blank",
            "The new IdP has a blank behind a group's name",
            "To a lookup that is another name; people take it for the same. The old group stays beside the new one, unless \
somebody removed it.",
            Spelling::Other,
            r#"the new IdP writes the name of group "Crew" as "{name} ""#,
        ),
        Table {
            file: "local_account",
            title: "A joiner has an account of the product's own",
            text: "An IdP cannot tell who made an account: it takes over the one that has the name.".to_owned(),
            setting: Setting { local_joe: true, ..Setting::default() },
            stage: vec![r#"a local account for "Joe""#],
            rows: [&RIGHT[..], &[Unassign, FirstCycle], &[FirstCycle, CleanUp], &[Unassign, CleanUp]]
                .map(Row::everywhere)
                .into(),
            ..plain()
        },
        Table {
            file: "one_token",
            title: "Both IdPs use one token",
            text: "Revoking the old IdP's token locks the new IdP out as well. A first cycle that is refused at the door equals \
none, so two orders stand for all."
                .to_owned(),
            setting: Setting { one_token: true, ..Setting::default() },
            stage: vec!["the new IdP uses the token of the old IdP"],
            rows: [[Unassign, Revoke, CleanUp, FirstCycle], [Unassign, CleanUp, FirstCycle, Revoke]]
                .map(|order| Row::everywhere(&order))
                .into(),
            ..plain()
        },
    ]
}

fn few() -> Vec<Row> {
    let orders: [&[Step]; 3] = [&RIGHT, &[Unassign, FirstCycle], &[FirstCycle]];
    orders.map(Row::everywhere).into()
}

fn spelt() -> Vec<Row> {
    let orders: [&[Step]; 6] = [
        &RIGHT,
        &[Unassign, FirstCycle],
        &[FirstCycle],
        &[FirstCycle, CleanUp],
        &[Rename, Unassign, CleanUp, FirstCycle],
        &[Unassign, Rename, CleanUp, FirstCycle],
    ];
    orders.map(Row::everywhere).into()
}

/// Every order of tearing down, cleanup and first cycle, the first among them.
fn torn_down() -> Vec<Row> {
    let orders: [&[Step]; 9] = [
        &[TearDown],
        &[TearDown, CleanUp],
        &[TearDown, FirstCycle],
        &[FirstCycle, TearDown],
        &[TearDown, CleanUp, FirstCycle],
        &[TearDown, FirstCycle, CleanUp],
        &[CleanUp, FirstCycle, TearDown],
        &[FirstCycle, TearDown, CleanUp],
        &[SwitchOff, TearDown, CleanUp, FirstCycle],
    ];
    orders.map(|order| Row { olds: vec![Family::ENTRA], ..Row::everywhere(order) }).into()
}

/// The order as it is played: the old IdP is switched off after its last act, and lives on in vain.
pub(crate) fn played(order: &[Step]) -> Order {
    let mut played = order.to_vec();
    if !played.iter().any(|s| matches!(s, SwitchOff | Revoke)) {
        let of_old = |s: &Step| matches!(s, Unassign | Pause | LateChange | TearDown | Rename);
        let after = played.iter().rposition(of_old).map_or(0, |at| at + 1);
        played.insert(after, SwitchOff);
    }
    if !played.iter().any(|s| matches!(s, LateChange | TearDown)) {
        played.push(LateChange);
    }
    played
}

fn lines(step: Step, pattern: &str) -> Vec<String> {
    let fixed: &[&str] = match step {
        Unassign => &["the old IdP removes all its assignments"],
        Pause => {
            &[r#"the old IdP pauses the push of group "Crew""#, r#"the old IdP pauses the push of group "Legacy""#]
        }
        SwitchOff => &["the old IdP disables provisioning"],
        CleanUp => &["the operator runs the server-side cleanup"],
        Revoke => &["the operator revokes the token of the old IdP"],
        Link => &["the new IdP links its groups to those of the target"],
        FirstCycle => &["the new IdP provisions everybody and every group that it knows"],
        LateChange => &[
            r#"the old IdP changes the "title" of "Ada" to "Consultant""#,
            r#"the old IdP changes the "title" of "Lea" to "Consultant""#,
            r#"the old IdP removes "Ada" from group "Crew""#,
        ],
        TearDown => &["the old IdP deletes everybody", "the old IdP purges everybody"],
        Rename => return vec![format!(r#"the old IdP renames "Ada" and "Lea" by the pattern "{pattern}""#)],
    };
    fixed.iter().map(|line| (*line).to_owned()).collect()
}

pub(crate) fn named(damage: &BTreeSet<DamageKind>) -> String {
    let names: Vec<&str> = damage.iter().map(|d| d.name()).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

/// A table's feature file.
pub(crate) fn feature(table: &Table) -> String {
    let mut text = String::from("# Generated: cargo xtask matrix\n");
    let _ = writeln!(text, "@tenant-switch @matrix @every-pair\nFeature: {}", table.title);
    for line in wrapped(&table.text) {
        let _ = writeln!(text, "{}", format!("  {line}").trim_end());
    }
    text.push_str("\n  Background:\n");
    let stage = [
        "a local administrator with built-in sign-in",
        r#"the old IdP has assigned "Ada" and "Lea""#,
        r#"the old IdP has pushed group "Crew" with "Ada" and "Lea""#,
        r#"the old IdP has pushed group "Legacy" with "Ada" and "Lea""#,
        r#"the new IdP knows "Ada" and "Joe""#,
        r#"the new IdP knows group "Crew" with "Ada" and "Joe""#,
    ];
    for (at, line) in stage.iter().chain(&table.stage).chain(&["the switch begins"]).enumerate() {
        let _ = writeln!(text, "    {} {line}", if at == 0 { "Given" } else { "And" });
    }
    for row in &table.rows {
        scenario(&mut text, table, row);
    }
    text
}

/// The lines of a text, none too wide to be read.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for words in text.lines().map(str::split_whitespace) {
        let mut line = String::new();
        for word in words {
            if !line.is_empty() && line.len() + 1 + word.len() > WIDTH {
                lines.push(std::mem::take(&mut line));
            }
            line.push_str(if line.is_empty() { "" } else { " " });
            line.push_str(word);
        }
        lines.push(line);
    }
    lines
}

fn scenario(text: &mut String, table: &Table, row: &Row) {
    text.push('\n');
    let side = |name: &str, families: &[Family]| match families {
        [one] => Some(format!("@{name}/{}", one.id())),
        _ => None,
    };
    let tags: Vec<String> = [side("from", &row.olds), side("to", &row.news)].into_iter().flatten().collect();
    if !tags.is_empty() {
        let _ = writeln!(text, "  {}", tags.join(" "));
    }
    let _ = writeln!(text, "  Scenario: {}", orders::name(&row.order));
    let mut steps: Vec<String> = played(&row.order).into_iter().flat_map(|s| lines(s, table.pattern)).collect();
    if table.setting.one_token {
        steps.push("the new IdP tests the connection".to_owned());
    }
    for (at, line) in steps.iter().enumerate() {
        let _ = writeln!(text, "    {} {line}", if at == 0 { "When" } else { "And" });
    }
    let mut by_damage: BTreeMap<String, BTreeSet<(Kind, Kind)>> = BTreeMap::new();
    for (old, new) in row.pairs() {
        by_damage.entry(named(&damage(&row.order, old, new, table.setting))).or_default().insert((old, new));
    }
    match by_damage.keys().collect::<Vec<_>>().as_slice() {
        [one] if *one == "none" => text.push_str("    Then the switch is clean\n"),
        [one] => drop(writeln!(text, "    Then the switch has done this damage: {one}")),
        _ => {
            text.push_str("    Then the switch has done this damage, by pair of IdPs:\n");
            grid(text, &by_damage);
        }
    }
}

/// The pairs of each damage, in as few rows as their sides allow.
fn grid(text: &mut String, by_damage: &BTreeMap<String, BTreeSet<(Kind, Kind)>>) {
    let mut rows = vec![["from".to_owned(), "to".to_owned(), "damage".to_owned()]];
    for (damage, pairs) in by_damage {
        let mut by_news: BTreeMap<BTreeSet<Kind>, BTreeSet<Kind>> = BTreeMap::new();
        for old in pairs.iter().map(|p| p.0).collect::<BTreeSet<_>>() {
            let news = pairs.iter().filter(|p| p.0 == old).map(|p| p.1).collect();
            by_news.entry(news).or_default().insert(old);
        }
        for (news, olds) in by_news {
            rows.push([side(&olds), side(&news), damage.clone()]);
        }
    }
    rows[1..].sort();
    let width = |at: usize| rows.iter().map(|r| r[at].len()).max().unwrap_or(0);
    let widths = [width(0), width(1), width(2)];
    for [from, to, damage] in &rows {
        let [a, b, c] = widths;
        let _ = writeln!(text, "      | {from:a$} | {to:b$} | {damage:c$} |");
    }
}

/// Modes in as few words as possible.
fn side(kinds: &BTreeSet<Kind>) -> String {
    if kinds.len() == switched().len() {
        return "all".to_owned();
    }
    let mut words = Vec::new();
    for family in Family::SWITCHED {
        let of: Vec<Kind> = kinds.iter().copied().filter(|k| k.family() == family).collect();
        let whole = of.len() == family.kinds().count();
        if whole {
            words.push(family.id());
        } else {
            words.extend(of.iter().map(|k| k.id()));
        }
    }
    words.join(", ")
}

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
Legacy in the old one only; there is a local administrator. Each row is an order of steps, each column a pair of old and new IdP, each\n\
cell the damage that is left at the end. The damage is foretold from what each product documents or was seen to do\n\
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
        "The old IdP is switched off after the last thing it does, and where nothing else is said it lives on afterwards in vain.\n\n",
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
first cycle, late change; every order of all or some of them. An order is left out when\n\n");
    let _ = writeln!(text, "0. {IMPOSSIBLE};");
    for (at, argument) in ARGUMENTS.iter().enumerate() {
        let _ = writeln!(text, "{}. {};", at + 1, argument.text);
    }
    text.push_str(
        "\nEach count is of the orders to which that argument is the first that applies. Every argument is held against the rules\n\
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
