//! Which orders a switch is played in: the tables, and who plays each row.

use super::model::{Setting, Spelling};
use super::orders::{self, ARGUMENTS, Order, Step};
use idp::{Family, Kind};

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use Step::*;

/// Orders that begin in the same setting; one feature file.
pub(crate) struct Table {
    /// Name of the file, without folder and ending.
    pub(crate) file: &'static str,
    /// Name of the feature.
    pub(super) title: &'static str,
    /// What it shows, in a sentence or two, for the feature's head.
    pub(super) text: String,
    pub(crate) setting: Setting,
    /// Lines of the background besides those all have, before the switch begins.
    pub(super) stage: Vec<&'static str>,
    /// How the old IdP renames people in this setting.
    pub(super) pattern: &'static str,
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
    pub(super) fn everywhere(order: &[Step]) -> Self {
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
them first, while it is still in charge. Between two tenants of Entra both accounts have one externalId. Any other name that a \
lookup does not find does the same.",
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
