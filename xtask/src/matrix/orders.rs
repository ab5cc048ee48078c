//! Which orders of the steps are played, and by which argument the others are left out.

use idp::Family;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// One step of a switch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Step {
    /// The old IdP takes back every assignment.
    Unassign,
    /// The old IdP's administrator pauses the push of its groups (Okta).
    Pause,
    /// The old IdP is switched off (Entra: the job is stopped).
    SwitchOff,
    /// The operator cleans up on the server.
    CleanUp,
    /// The operator revokes the old IdP's token.
    Revoke,
    /// The new IdP's administrator links its groups to those of the target (Okta).
    Link,
    /// The new IdP provisions everybody and every group.
    FirstCycle,
    /// The old IdP lives on: people change, and somebody leaves a group.
    LateChange,
    /// The old tenant is torn down: everybody is deleted and purged.
    TearDown,
    /// The old IdP renames everybody to the names that the new one has.
    Rename,
}

use Step::*;

pub(crate) type Order = Vec<Step>;

/// The steps that are permuted.
const PERMUTED: [Step; 8] = [Unassign, Pause, SwitchOff, CleanUp, Revoke, Link, FirstCycle, LateChange];

impl Step {
    /// How an order's name has it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Unassign => "unassign",
            Pause => "pause the push",
            SwitchOff => "switch off",
            CleanUp => "clean up",
            Revoke => "revoke the token",
            Link => "link the groups",
            FirstCycle => "first cycle",
            LateChange => "late change",
            TearDown => "tear down",
            Rename => "rename first",
        }
    }
}

/// The name of an order.
pub(crate) fn name(order: &[Step]) -> String {
    if order.is_empty() {
        return "nothing but switching off".to_owned();
    }
    order.iter().map(|s| s.name()).collect::<Vec<_>>().join(", ")
}

/// An argument by which an order equals another, or none.
pub(crate) struct Argument {
    /// The argument in one sentence.
    pub(crate) text: &'static str,
    /// The order that has the same effect, if the argument says something about this one.
    rewrite: fn(&[Step], Family, Family) -> Option<Order>,
    /// An order that this argument leaves out: it is played all the same, as a sample.
    pub(crate) sample: &'static [Step],
}

fn place(order: &[Step], step: Step) -> Option<usize> {
    order.iter().position(|s| *s == step)
}

fn before(order: &[Step], one: Step, other: Step) -> bool {
    matches!((place(order, one), place(order, other)), (Some(a), Some(b)) if a < b)
}

fn without(order: &[Step], step: Step) -> Order {
    order.iter().copied().filter(|s| *s != step).collect()
}

/// Whether an order can occur at all.
fn possible(order: &[Step], old: Family, new: Family) -> bool {
    let pause = place(order, Pause).is_none() || old == Family::OKTA;
    let link = place(order, Link).is_none() || new == Family::OKTA;
    pause && link && !before(order, FirstCycle, Link)
}

/// Why some orders cannot occur.
pub(crate) const IMPOSSIBLE: &str = "it cannot occur: only Okta pauses a push (at Entra, stopping the job is switching off) \
and links groups (Entra matches in its first cycle), and a group that is pushed already is not linked";

pub(crate) const ARGUMENTS: &[Argument] = &[
    Argument {
        text: "an old IdP that is switched off, or whose token is revoked, changes nothing on the target; switching off and \
revoking themselves send nothing. So such an order equals the one without them and without what the old IdP does later",
        rewrite: |order, _, _| {
            let silent = order.iter().position(|s| matches!(s, SwitchOff | Revoke))?;
            let of_old = |s: &Step| matches!(s, Unassign | Pause | LateChange);
            let silenced = order.iter().enumerate().filter(|(at, s)| !(*at > silent && of_old(s)));
            Some(silenced.map(|(_, s)| *s).filter(|s| !matches!(s, SwitchOff | Revoke)).collect())
        },
        sample: &[Revoke, Unassign, CleanUp, FirstCycle, LateChange],
    },
    Argument {
        text: "cleanup suspends and unlinks everybody and removes every group, so a late change before it leaves no trace",
        rewrite: |order, _, _| before(order, LateChange, CleanUp).then(|| without(order, LateChange)),
        sample: &[LateChange, Unassign, CleanUp, FirstCycle],
    },
    Argument {
        text: "a late change sends nothing about people who are unassigned, nor about a group that is unassigned (Entra), paused \
(Okta) or removed by a cleanup; when neither is left it does not count",
        rewrite: |order, old, _| {
            let at = place(order, LateChange)?;
            let done = |step| place(&order[..at], step).is_some();
            let group = !done(CleanUp) && !done(if old == Family::OKTA { Pause } else { Unassign });
            (done(Unassign) && !group).then(|| without(order, LateChange))
        },
        sample: &[Unassign, CleanUp, FirstCycle, LateChange],
    },
    Argument {
        text: "a paused push matters to the groups of a late change only: without one afterwards, or after a cleanup removed the \
groups, it does not count",
        rewrite: |order, _, _| {
            let late = place(order, LateChange);
            let counts = before(order, Pause, LateChange) && place(&order[..late.unwrap_or(0)], CleanUp).is_none();
            (place(order, Pause).is_some() && !counts).then(|| without(order, Pause))
        },
        sample: &[Pause, Unassign, CleanUp, FirstCycle],
    },
    Argument {
        text: "pausing sends nothing, so its place before the late change does not count",
        rewrite: |order, _, _| {
            let (pause, late) = (place(order, Pause)?, place(order, LateChange)?);
            (pause + 1 < late).then(|| {
                let mut moved = without(order, Pause);
                moved.insert(late - 1, Pause);
                moved
            })
        },
        sample: &[Pause, FirstCycle, LateChange],
    },
    Argument {
        text: "cleanup and unassignment next to each other come to the same either way",
        rewrite: |order, _, _| swapped(order, CleanUp, Unassign),
        sample: &[CleanUp, Unassign, FirstCycle],
    },
    Argument {
        text: "Okta's unassignment is about people and linking is about groups: next to each other they come to the same either way",
        rewrite: |order, old, _| if old == Family::OKTA { swapped(order, Link, Unassign) } else { None },
        sample: &[Link, Unassign, FirstCycle],
    },
];

/// The order with these neighbours the other way round.
fn swapped(order: &[Step], one: Step, other: Step) -> Option<Order> {
    let at = order.windows(2).position(|w| w == [one, other])?;
    let mut swapped = order.to_vec();
    swapped.swap(at, at + 1);
    Some(swapped)
}

/// The order that stands for this one, and the first argument that led there. `None` when it cannot occur.
pub(crate) fn normal(order: &[Step], old: Family, new: Family) -> Option<(Order, Option<usize>)> {
    if !possible(order, old, new) {
        return None;
    }
    let mut order = order.to_vec();
    let mut first = None;
    while let Some((at, next)) =
        ARGUMENTS.iter().enumerate().find_map(|(at, a)| Some((at, (a.rewrite)(&order, old, new)?)))
    {
        first.get_or_insert(at);
        order = next;
    }
    Some((order, first))
}

/// Every order of any of the steps.
pub(crate) fn all() -> Vec<Order> {
    fn grow(order: &mut Order, all: &mut Vec<Order>) {
        all.push(order.clone());
        for step in PERMUTED {
            if !order.contains(&step) {
                order.push(step);
                grow(order, all);
                order.pop();
            }
        }
    }
    let mut found = Vec::new();
    grow(&mut Vec::new(), &mut found);
    found
}

/// What came of all orders for two product lines.
pub(crate) struct Count {
    pub(crate) all: usize,
    pub(crate) impossible: usize,
    /// By argument.
    pub(crate) equal: Vec<usize>,
    pub(crate) kept: BTreeSet<Order>,
}

pub(crate) fn count(old: Family, new: Family) -> &'static Count {
    type Known = BTreeMap<(Family, Family), Count>;
    static KNOWN: OnceLock<Known> = OnceLock::new();
    let pairs = || Family::SWITCHED.iter().flat_map(|old| Family::SWITCHED.iter().map(move |new| (*old, *new)));
    &KNOWN.get_or_init(|| pairs().map(|(old, new)| ((old, new), counted(old, new))).collect())[&(old, new)]
}

fn counted(old: Family, new: Family) -> Count {
    let all = all();
    let mut count = Count { all: all.len(), impossible: 0, equal: vec![0; ARGUMENTS.len()], kept: BTreeSet::new() };
    for order in all {
        match normal(&order, old, new) {
            None => count.impossible += 1,
            Some((_, Some(argument))) => count.equal[argument] += 1,
            Some((_, None)) => drop(count.kept.insert(order)),
        }
    }
    count
}
