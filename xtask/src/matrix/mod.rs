//! Every order of a switch for every pair of IdPs: the table from which `features/tenant_switch/matrix/*.feature` and
//! `docs/switch-matrix.md` are generated.
//!
//! In: nothing but the rules of `model`. Out: the files. Never a run: the table foretells the damage from rules, and
//! `scimulate run --tags @matrix` plays it.

mod document;
mod model;
mod orders;
mod render;
mod tables;

use crate::File;

/// Where the features are.
pub(crate) const FOLDER: &str = "features/tenant_switch/matrix";

/// The features and the document.
pub(crate) fn files() -> Vec<File> {
    let features = tables::tables().into_iter();
    let features = features.map(|table| File::new(format!("{FOLDER}/{}.feature", table.file), render::feature(&table)));
    features.chain([File::new("docs/switch-matrix.md", document::document())]).collect()
}

#[cfg(test)]
mod tests {
    use super::model::{Setting, damage};
    use super::{orders, tables};
    use idp::{Family, Kind};
    use state::switch::DamageKind;
    use std::collections::{BTreeMap, BTreeSet};

    #[test]
    fn orders_left_out_do_the_damage_of_the_order_that_stands_for_them() {
        let all = orders::all();
        let hold = |old: Kind, new: Kind| {
            let of = |order: &[orders::Step]| damage(order, old, new, Setting::default());
            let stands: BTreeMap<orders::Order, BTreeSet<DamageKind>> =
                orders::count(old.family(), new.family()).kept.iter().map(|order| (order.clone(), of(order))).collect();
            for order in &all {
                let Some((normal, Some(argument))) = orders::normal(order, old.family(), new.family()) else {
                    continue;
                };
                let why = orders::ARGUMENTS[argument].text;
                assert_eq!(of(order), stands[&normal], "{old:?} -> {new:?} {order:?} as {normal:?}: {why}");
            }
        };
        std::thread::scope(|scope| {
            for old in tables::switched() {
                scope.spawn(move || tables::switched().into_iter().for_each(|new| hold(old, new)));
            }
        });
    }

    #[test]
    fn every_argument_leaves_orders_out_and_has_its_sample() {
        for (at, argument) in orders::ARGUMENTS.iter().enumerate() {
            let families = Family::SWITCHED;
            let pairs = families.iter().flat_map(|old| families.iter().map(move |new| (*old, *new)));
            let counts: Vec<_> = pairs.clone().map(|(old, new)| orders::count(old, new).equal[at]).collect();
            assert!(counts.iter().sum::<usize>() > 0, "{} leaves nothing out", argument.text);
            let mut firsts = pairs.filter_map(|(old, new)| orders::normal(argument.sample, old, new)?.1);
            assert!(firsts.any(|first| first == at), "its sample is left out by another: {}", argument.text);
        }
    }

    #[test]
    fn an_order_is_played_as_it_is_meant() {
        for table in tables::tables() {
            for row in &table.rows {
                for (old, new) in row.pairs() {
                    let of = |order: &[orders::Step]| damage(order, old, new, table.setting);
                    let played = tables::played(&row.order);
                    assert_eq!(of(&row.order), of(&played), "{} {old:?} -> {new:?} {played:?}", table.file);
                }
            }
        }
    }

    #[test]
    fn every_damage_is_in_a_cell_and_every_pair_has_a_clean_order() {
        let mut seen = BTreeSet::new();
        let mut clean = BTreeSet::new();
        for table in tables::tables() {
            for row in &table.rows {
                for (old, new) in row.pairs() {
                    let damage = damage(&row.order, old, new, table.setting);
                    if damage.is_empty() && table.setting == Setting::default() {
                        clean.insert((old, new));
                    }
                    seen.extend(damage);
                }
            }
        }
        assert_eq!(seen, DamageKind::ALL.iter().copied().collect());
        assert_eq!(clean.len(), tables::switched().len().pow(2));
    }
}
