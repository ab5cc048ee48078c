//! Creations and replacements: what was sent is there.

use super::Read;
use super::written::{WrittenAttributes, agrees, ids, parts, same, weighty};
use crate::check::examination::{Deviation, Examination, show};
use crate::verdict::Severity;
use client::observe::member;
use scim::schema::ResourceType;
use serde_json::Value;

/// RFC 7644 section 3.3 lets a server alter and ignore what was posted; what is never harmless is an account that is
/// active although it was to be inactive, a group without its members, and a client's own id lost.
pub(super) fn created(bench: &mut Examination<'_>, sent: &Value, now: &Value, read: &Read<'_>, rt: &ResourceType) {
    let (sent_parts, is) = (parts(sent, rt), parts(now, rt));
    boolean_text(bench, sent, &is, read);
    let mut lost = Vec::new();
    for key in sent_parts.keys() {
        let kept = agrees(key, &sent_parts, &is, rt);
        let flaw = || differs(read, key, &sent_parts, &is);
        match key.as_str() {
            "externalId" => {
                bench.require("RFC7643-3.1-20", kept, flaw);
            }
            "active" if sent_parts[key] == false => {
                let holds = kept || reported(bench, "HAZARD-STRING-BOOLEAN");
                let shown = is.contains_key(key);
                bench.require("HAZARD-NO-EFFECT", holds, || {
                    if shown { flaw() } else { flaw().weighing(never_shown(key, &sent_parts[key])) }
                });
            }
            "members" => {
                let missing = !ids(sent_parts.get(key)).is_subset(&ids(is.get(key)));
                bench.require("HAZARD-NO-EFFECT", !missing, flaw);
            }
            _ if !kept => lost.push(key.as_str()),
            _ => {}
        }
    }
    not_stored(bench, &lost, &sent_parts, &is, read, rt);
    spelling(bench, sent, now, read);
}

/// One finding for everything that was posted and is not there. The name that lookups go by weighs more to an IdP.
fn not_stored(
    bench: &mut Examination<'_>,
    lost: &[&str],
    sent: &WrittenAttributes,
    is: &WrittenAttributes,
    read: &Read<'_>,
    rt: &ResourceType,
) {
    let name = lost.iter().find(|key| weighty(key, rt) && matches!(**key, "userName" | "displayName"));
    let first = name.or(lost.first()).copied().unwrap_or_default();
    bench.require("IDP-NOT-STORED", lost.is_empty(), || {
        let flaw = read.flaw(
            format!("{first} {}", show(sent.get(first))),
            format!("{first} {}{}", show(is.get(first)), besides(lost, first)),
        );
        match bench.context.weight("IDP-NOT-STORED").filter(|_| name.is_some()) {
            Some(weight) => flaw.weighing(weight),
            None => flaw,
        }
    });
}

/// `; emails, title differ as well`: what else is not what was sent.
fn besides(lost: &[&str], first: &str) -> String {
    let others: Vec<&str> = lost.iter().copied().filter(|key| *key != first).collect();
    match others.as_slice() {
        [] => String::new(),
        [one] => format!("; {one} differs as well"),
        several => format!("; {} differ as well", several.join(", ")),
    }
}

fn spelling(bench: &mut Examination<'_>, sent: &Value, now: &Value, read: &Read<'_>) {
    let name = |r: &Value| member(r, "userName").and_then(Value::as_str).map(str::to_owned);
    let (Some(sent), Some(is)) = (name(sent), name(now)) else { return };
    if sent.to_lowercase() == is.to_lowercase() {
        bench.require("IDP-USERNAME-CASE", sent == is, || read.flaw(sent.clone(), is.clone()));
    }
}

/// RFC 7644 section 3.5.1: any values provided replace the existing ones. What was left out may be cleared or kept.
pub(super) fn replaced(
    bench: &mut Examination<'_>,
    sent: &Value,
    before: Option<&Value>,
    now: &Value,
    read: &Read<'_>,
    rt: &ResourceType,
) {
    let (sent_parts, is) = (parts(sent, rt), parts(now, rt));
    let was = before.map(|b| parts(b, rt)).unwrap_or_default();
    boolean_text(bench, sent, &is, read);
    for key in sent_parts.keys() {
        let kept = agrees(key, &sent_parts, &is, rt);
        let flaw = || differs(read, key, &sent_parts, &is);
        let emptied = key == "members" && !kept && !is.contains_key(key) && was.contains_key(key);
        if key == "members" {
            bench.require("HAZARD-GROUP-EMPTIED", !emptied, flaw);
        }
        if emptied || (key == "active" && reported(bench, "HAZARD-STRING-BOOLEAN")) {
            continue;
        }
        let untouched = !kept && before.is_some() && same(key, &was, &is, rt);
        bench.require("HAZARD-NO-EFFECT", !untouched, || {
            if was.contains_key(key) { flaw() } else { flaw().weighing(never_shown(key, &sent_parts[key])) }
        });
        if !untouched {
            bench.require("RFC7644-3.5.1-04", kept, flaw);
        }
    }
    if matches!(sent.as_object(), Some(o) if o.keys().any(|k| k.eq_ignore_ascii_case("userName"))) {
        spelling(bench, sent, now, read);
    }
}

/// What it weighs that an attribute the server has never shown is not stored: it may not have it at all, as RFC 7644
/// section 3.1 allows. What IdPs rely on they have to be told about, though.
fn never_shown(key: &str, sent: &Value) -> Severity {
    match key {
        "members" => Severity::Hazard,
        "externalId" => Severity::Violation,
        "active" if sent == false => Severity::Violation,
        _ => Severity::Warning,
    }
}

/// The answer to the write shows what a read shows. Held only where nothing else was found: it follows from the rest.
pub(super) fn echoed(bench: &mut Examination<'_>, now: &Value, read: &Read<'_>, rt: &ResourceType) {
    let projected = ["attributes", "excludedAttributes"].iter().any(|n| bench.seen.query_value(n).is_some());
    let Some(answer) = bench.seen.json().filter(|b| b.is_object() && !projected) else { return };
    if bench.verdicts.findings.iter().any(|f| f.severity.fails()) {
        return;
    }
    let (told, is) = (parts(answer, rt), parts(now, rt));
    let lie = told.keys().find(|key| !same(key, &told, &is, rt));
    bench.require("RFC7644-3.1-08", lie.is_none(), || {
        let key = lie.map_or("", String::as_str);
        read.flaw(
            format!("{key} {}, as the answer had it", show(told.get(key))),
            format!("{key} {}", show(is.get(key))),
        )
    });
}

/// `"False"` that became true: the classic, because many languages take any text for true.
pub(super) fn boolean_text(bench: &mut Examination<'_>, sent: &Value, is: &WrittenAttributes, read: &Read<'_>) {
    let text = member(sent, "active").and_then(Value::as_str).and_then(super::written::boolean);
    let Some(meant) = text else { return };
    if let Some(shown) = is.get("active").and_then(Value::as_bool) {
        bench.require("HAZARD-STRING-BOOLEAN", !shown || meant, || {
            read.flaw("active false, as sent in quotes", "active true")
        });
    }
}

pub(super) fn reported(bench: &Examination<'_>, id: &str) -> bool {
    bench.verdicts.findings.iter().any(|f| f.requirement == id)
}

pub(super) fn differs(read: &Read<'_>, key: &str, expected: &WrittenAttributes, seen: &WrittenAttributes) -> Deviation {
    read.flaw(format!("{key} {}", show(expected.get(key))), format!("{key} {}", show(seen.get(key))))
}

#[cfg(test)]
mod tests {
    use super::super::{Expectation, expect, judge};
    use crate::check::Verdicts;
    use crate::check::testing::*;
    use crate::verdict::Severity::{Hazard, Violation, Warning};
    use client::wire::Method::{Delete, Get, Post, Put};
    use serde_json::{Value, json};

    fn after(resource: &Value) -> client::observe::Observation {
        seen(Get, "/Users/u1").json(resource).observe()
    }

    fn create(sent: &Value, now: &Value) -> Verdicts {
        let write = seen(Post, "/Users").sent(sent).status(201).observe();
        judge(&write, None, &after(now), &context(RFC))
    }

    #[test]
    fn what_was_posted_is_there() {
        green(&create(&ada_sent(), &with(&ada(), "/displayName", "Ada L.")), "IDP-NOT-STORED");
        let mail = json!([{"value": "Ada@Example.com", "type": "work", "primary": true, "display": "Ada"}, ]);
        let sent = with(&ada_sent(), "/emails", json!([{"value": "ada@example.com"}]));
        green(&create(&sent, &with(&ada(), "/emails", mail)), "IDP-NOT-STORED");
        let tidy = with(&ada_sent(), "/phoneNumbers", json!([{"value": "tel:+44-20-1"}]));
        green(
            &create(&with(&tidy, "/title", ""), &with(&ada(), "/phoneNumbers", json!([{"value": "+44 20 1"}]))),
            "IDP-NOT-STORED",
        );
        red(&create(&with(&ada_sent(), "/title", "x"), &ada()), "IDP-NOT-STORED", Warning);
        let renamed = seen(Post, "/Users").sent(&ada_sent()).status(201).observe();
        let verdicts = judge(&renamed, None, &after(&with(&ada(), "/userName", "ada2")), &context(ENTRA));
        red(&verdicts, "IDP-NOT-STORED", Violation);
    }

    #[test]
    fn a_user_name_keeps_its_case() {
        green(&create(&ada_sent(), &ada()), "IDP-USERNAME-CASE");
        red(&create(&with(&ada_sent(), "/userName", "Ada@example.com"), &ada()), "IDP-USERNAME-CASE", Warning);
    }

    #[test]
    fn the_clients_id_is_kept() {
        green(&create(&ada_sent(), &ada()), "RFC7643-3.1-20");
        red(&create(&ada_sent(), &without(&ada(), "/externalId")), "RFC7643-3.1-20", Violation);
    }

    #[test]
    fn inactive_stays_inactive() {
        let off = with(&ada_sent(), "/active", false);
        green(&create(&off, &with(&ada(), "/active", false)), "HAZARD-NO-EFFECT");
        red(&create(&off, &ada()), "HAZARD-NO-EFFECT", Hazard);
        let text = with(&ada_sent(), "/active", "False");
        green(&create(&text, &with(&ada(), "/active", false)), "HAZARD-STRING-BOOLEAN");
        red(&create(&text, &ada()), "HAZARD-STRING-BOOLEAN", Hazard);
    }

    #[test]
    fn a_created_resource_can_be_read_under_its_id() {
        let write = || seen(Post, "/Users").sent(&ada_sent()).status(201).json(&ada()).observe();
        let none = seen(Get, "/Users/u1").status(404).json(&error(404, None)).observe();
        red(&judge(&write(), None, &none, &context(RFC)), "HAZARD-CREATE-NO-EFFECT", Hazard);
        green(&judge(&write(), None, &after(&ada()), &context(RFC)), "HAZARD-CREATE-NO-EFFECT");
        green(&judge(&write(), None, &after(&ada()), &context(RFC)), "RFC7643-3.1-08");
        red(&judge(&write(), None, &after(&with(&ada(), "/id", "u7")), &context(RFC)), "RFC7643-3.1-08", Hazard);
        for unclear in [seen(Get, "/Users/u1").status(503), seen(Get, "/Users/u1").status(403)] {
            assert_eq!(judge(&write(), None, &unclear.observe(), &context(RFC)), Verdicts::default());
        }
    }

    #[test]
    fn the_answer_shows_what_a_read_shows() {
        let write = |told: &Value| seen(Post, "/Users").sent(&ada_sent()).status(201).json(told).observe();
        green(&judge(&write(&ada()), None, &after(&ada()), &context(RFC)), "RFC7644-3.1-08");
        let told = with(&ada(), "/title", "Countess");
        red(&judge(&write(&told), None, &after(&ada()), &context(RFC)), "RFC7644-3.1-08", Violation);
    }

    fn put(sent: &Value, before: &Value, now: &Value) -> Verdicts {
        judge(&seen(Put, "/Users/u1").sent(sent).observe(), Some(before), &after(now), &context(RFC))
    }

    #[test]
    fn what_was_put_replaces() {
        let sent = with(&ada(), "/title", "Countess");
        green(&put(&sent, &ada(), &sent), "RFC7644-3.5.1-04");
        let before = with(&ada(), "/title", "Miss");
        red(&put(&sent, &before, &without(&before, "/title")), "RFC7644-3.5.1-04", Violation);
        red(&put(&sent, &before, &before), "HAZARD-NO-EFFECT", Hazard);
        red(&put(&sent, &ada(), &ada()), "HAZARD-NO-EFFECT", Warning);
        red(&put(&with(&ada(), "/active", false), &ada(), &ada()), "HAZARD-NO-EFFECT", Hazard);
        let bare = without(&ada(), "/active");
        red(&put(&ada(), &bare, &bare), "HAZARD-NO-EFFECT", Warning);
        red(&put(&with(&ada(), "/active", false), &bare, &bare), "HAZARD-NO-EFFECT", Violation);
    }

    #[test]
    fn what_was_left_out_may_go_or_stay() {
        let sent = without(&ada(), "/emails");
        clean(&put(&sent, &ada(), &ada()));
        clean(&put(&sent, &ada(), &sent));
    }

    #[test]
    fn a_put_group_has_the_members_sent() {
        let put = |now: &Value| {
            let write = seen(Put, "/Groups/g1").sent(&crew()).observe();
            judge(&write, Some(&crew()), &seen(Get, "/Groups/g1").json(now).observe(), &context(RFC))
        };
        let shuffled = json!([{"value": "u2", "display": "B", "type": "User"}, {"value": "u1"}]);
        green(&put(&with(&crew(), "/members", shuffled)), "HAZARD-GROUP-EMPTIED");
        red(&put(&with(&crew(), "/members", json!([]))), "HAZARD-GROUP-EMPTIED", Hazard);
        red(&put(&with(&crew(), "/members", json!([{"value": "u1"}]))), "RFC7644-3.5.1-04", Violation);
    }

    #[test]
    fn a_put_resource_is_still_there() {
        let write = seen(Put, "/Users/u1").sent(&ada()).observe();
        let none = seen(Get, "/Users/u1").status(404).json(&error(404, None)).observe();
        green(&judge(&write, Some(&ada()), &after(&ada()), &context(RFC)), "HAZARD-GONE");
        red(&judge(&write, Some(&ada()), &none, &context(RFC)), "HAZARD-GONE", Hazard);
    }

    #[test]
    fn a_refused_write_changes_nothing() {
        let refused = |now: &Value| {
            let write = seen(Post, "/Users").sent(&with(&ada_sent(), "/active", false)).status(409).observe();
            judge(&write, Some(&ada()), &after(now), &context(RFC))
        };
        green(&refused(&with(&ada(), "/meta/lastModified", "2027-01-01T00:00:00Z")), "HAZARD-REFUSED-WRITE");
        red(&refused(&with(&ada(), "/active", false)), "HAZARD-REFUSED-WRITE", Hazard);
    }

    #[test]
    fn a_deleted_resource_is_gone() {
        let deleted = |idp, after: Seen| {
            judge(&seen(Delete, "/Users/u1").status(204).observe(), Some(&ada()), &after.observe(), &context(idp))
        };
        let none = || seen(Get, "/Users/u1").status(404).json(&error(404, None));
        green(&deleted(RFC, none()), "RFC7644-3.6-02");
        let off = || seen(Get, "/Users/u1").json(&with(&ada(), "/active", false));
        red(&deleted(RFC, off()), "RFC7644-3.6-02", Violation);
        red(&deleted(ENTRA, off()), "RFC7644-3.6-02", Violation);
        green(&deleted(ENTRA, none()), "HAZARD-DELETE-NO-EFFECT");
        red(&deleted(ENTRA, seen(Get, "/Users/u1").json(&ada())), "HAZARD-DELETE-NO-EFFECT", Hazard);
    }

    #[test]
    fn nothing_is_expected_of_a_write_nobody_answered() {
        let lost = seen(Put, "/Users/u1").sent(&ada()).status(503).observe();
        assert!(matches!(expect(&lost, Some(&ada())), Expectation::Open(_)));
    }
}
