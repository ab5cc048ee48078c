//! What holds of the SCIM core for any input.

#![expect(clippy::unwrap_used, reason = "a test may fail by panic")]

use proptest::prelude::*;
use scim::compare::difference;
use scim::filter::{CompareOp, Filter, Literal, Test};
use scim::patch::{MemberChange, Patch, PatchPath};
use scim::path::AttrPath;
use scim::project::Projection;
use scim::resource::{accept_create, accept_replace};
use scim::rules::{NoMatch, PatchRules, RemoveValue, StringBooleans};
use scim::schema::ResourceType;
use scim::sort::sort;
use scim::urn;
use serde_json::{Value, json};

fn name() -> impl Strategy<Value = String> {
    prop_oneof!["[A-Za-z][A-Za-z0-9_-]{0,6}", Just("$ref".to_owned()), Just("not".to_owned()), Just("and".to_owned())]
}

fn attr_path(with_sub: bool) -> impl Strategy<Value = AttrPath> {
    let urn = proptest::option::of("urn:[a-z]{1,4}:[a-z0-9.:]{0,5}[a-z0-9]");
    let sub = if with_sub { proptest::option::of(name()).boxed() } else { Just(None).boxed() };
    (urn, name(), sub).prop_map(|(urn, name, sub)| AttrPath { urn, name, sub })
}

fn literal() -> impl Strategy<Value = Literal> {
    prop_oneof![
        Just(Literal::Null),
        any::<bool>().prop_map(Literal::Bool),
        any::<i64>().prop_map(|n| Literal::Number(n.into())),
        // Few digits: serde_json reads longer fractions to the last bit only with a feature of its own.
        any::<i32>().prop_map(|n| Literal::Number(serde_json::Number::from_f64(f64::from(n) / 64.0).unwrap())),
        any::<String>().prop_map(Literal::String),
    ]
}

fn test() -> impl Strategy<Value = Test> {
    let op = proptest::sample::select(CompareOp::ALL.to_vec());
    prop_oneof![Just(Test::Present), (op, literal()).prop_map(|(op, literal)| Test::Compare(op, literal))]
}

fn joined(leaf: BoxedStrategy<Filter>) -> BoxedStrategy<Filter> {
    leaf.prop_recursive(4, 24, 3, |inner| {
        let parts = proptest::collection::vec(inner.clone(), 2..4);
        prop_oneof![
            inner.prop_map(|f| Filter::Not(Box::new(f))),
            parts.clone().prop_map(Filter::And),
            parts.prop_map(Filter::Or),
        ]
    })
    .boxed()
}

/// A filter as it may stand between brackets.
fn inner_filter() -> BoxedStrategy<Filter> {
    joined((attr_path(true), test()).prop_map(|(path, test)| Filter::Attr { path, test }).boxed())
}

fn filter() -> BoxedStrategy<Filter> {
    let plain = (attr_path(true), test()).prop_map(|(path, test)| Filter::Attr { path, test });
    let path = (attr_path(false), inner_filter()).prop_map(|(attr, f)| Filter::ValuePath { attr, filter: Box::new(f) });
    let sub = (attr_path(false), inner_filter(), name(), test())
        .prop_map(|(attr, filter, sub, test)| Filter::ValuePathSub { attr, filter: Box::new(filter), sub, test });
    joined(prop_oneof![3 => plain, 1 => path, 1 => sub].boxed())
}

/// Any JSON, with the names a User has among its keys.
fn value() -> BoxedStrategy<Value> {
    let text = prop_oneof![
        any::<String>(),
        proptest::sample::select(vec!["", "a", "A", "b", "True", "work", "home"]).prop_map(str::to_owned)
    ];
    let key = prop_oneof![
        1 => any::<String>(),
        6 => proptest::sample::select(vec![
            "schemas", "id", "meta", "userName", "USERNAME", "name", "givenName", "active", "emails", "value", "type", "primary",
            "members", "displayName", "manager", "x509Certificates", "groups", "display", "name.givenName",
            "emails[type eq \"work\"].value", urn::ENTERPRISE_USER,
        ]).prop_map(str::to_owned),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 4, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            proptest::collection::vec((key.clone(), inner), 0..5).prop_map(|m| Value::Object(m.into_iter().collect())),
        ]
    })
    .boxed()
}

fn path_text() -> impl Strategy<Value = String> {
    let known = proptest::sample::select(vec![
        "userName",
        "name",
        "name.givenName",
        "active",
        "emails",
        "emails.value",
        "emails.primary",
        "emails[type eq \"work\"]",
        "emails[type eq \"work\"].value",
        "emails[primary eq true].primary",
        "emails[value pr and not (type eq \"a\")].display",
        "members",
        "members[value eq \"a\"]",
        "members[value eq \"a\"].display",
        "id",
        "meta.version",
        "groups",
        "schemas",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
        "displayName",
        "x509Certificates.value",
    ])
    .prop_map(str::to_owned);
    prop_oneof![8 => known, 1 => any::<String>()]
}

fn operation() -> impl Strategy<Value = Value> {
    let op = proptest::sample::select(vec!["add", "Replace", "remove"]);
    (op, proptest::option::weighted(0.8, path_text()), proptest::option::weighted(0.8, value())).prop_map(
        |(op, path, value)| {
            let mut out = json!({"op": op});
            path.into_iter().for_each(|p| out["path"] = p.into());
            value.into_iter().for_each(|v| out["value"] = v);
            out
        },
    )
}

fn patch(operations: impl Into<Value>) -> Value {
    json!({"schemas": [urn::PATCH_OP], "Operations": operations.into()})
}

fn rules() -> impl Strategy<Value = PatchRules> {
    let remove = proptest::sample::select(vec![RemoveValue::Listed, RemoveValue::Reject]);
    let no_match = proptest::sample::select(vec![NoMatch::Create, NoMatch::NoTarget]);
    let booleans = proptest::sample::select(vec![StringBooleans::Coerce, StringBooleans::Reject]);
    (remove, no_match, booleans, any::<[bool; 3]>()).prop_map(|(remove_value, no_match, string_booleans, b)| {
        let [manager_string, dotted_keys, ignore_read_only] = b;
        PatchRules { remove_value, no_match, string_booleans, manager_string, dotted_keys, ignore_read_only }
    })
}

fn resource_type() -> impl Strategy<Value = &'static ResourceType> {
    proptest::sample::select(ResourceType::all().to_vec())
}

/// A store's rows, as a reader of [`Patch::only_members`] would keep them.
fn apply_rows(rows: &mut Vec<String>, changes: Vec<MemberChange>) {
    let id = |v: &Value| v["value"].as_str().unwrap().to_owned();
    let add = |rows: &mut Vec<String>, members: Vec<Value>| {
        for id in members.iter().map(id) {
            if !rows.contains(&id) {
                rows.push(id);
            }
        }
    };
    for change in changes {
        match change {
            MemberChange::Add(members) => add(rows, members),
            MemberChange::Remove(ids) => rows.retain(|r| !ids.contains(r)),
            MemberChange::Replace(members) => {
                rows.clear();
                add(rows, members);
            }
            MemberChange::Clear => rows.clear(),
        }
    }
}

fn member_operation() -> impl Strategy<Value = Value> {
    let id = || proptest::sample::select(vec!["a", "b", "c", "A"]);
    let list = move || proptest::collection::vec(id().prop_map(|i| json!({"value": i, "display": i})), 0..4);
    prop_oneof![
        list().prop_map(|l| json!({"op": "add", "path": "members", "value": l})),
        list().prop_map(|l| json!({"op": "replace", "value": {"members": l}})),
        list().prop_map(|l| json!({"op": "remove", "path": "members", "value": l})),
        (id(), id()).prop_map(|(a, b)| {
            json!({"op": "remove", "path": format!("members[value eq \"{a}\" or value eq \"{b}\"]")})
        }),
        Just(json!({"op": "remove", "path": "members"})),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn a_filter_reads_back_from_its_print(filter in filter()) {
        let text = filter.to_string();
        prop_assert_eq!(Filter::parse(&text).map_err(|e| format!("{text}: {e}")).unwrap(), filter);
    }

    #[test]
    fn a_patch_path_reads_back_from_its_print(
        plain in attr_path(true),
        attr in attr_path(false),
        filter in inner_filter(),
        sub in proptest::option::of(name()),
    ) {
        for path in [PatchPath { attr: plain, filter: None, sub: None }, PatchPath { attr, filter: Some(filter), sub }] {
            let text = path.to_string();
            prop_assert_eq!(PatchPath::parse(&text).map_err(|e| format!("{text}: {e}")).unwrap(), path);
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>(), parts in proptest::collection::vec("[a-z.:$]{1,3}|[\\[\\]() \"\\\\]|eq|pr|and|not|urn:a:b", 0..12)) {
        for text in [text, parts.concat(), parts.join(" ")] {
            if let Ok(filter) = Filter::parse(&text) {
                prop_assert_eq!(Filter::parse(&filter.to_string()).unwrap(), filter);
            } else if let Err(error) = Filter::parse(&text) {
                prop_assert!(text.get(error.span.clone()).is_some(), "{:?} in {:?}", error.span, text);
            }
            let _ = PatchPath::parse(&text);
            let _ = Projection::parse(Some(&text), None);
        }
    }

    #[test]
    fn nothing_panics_on_any_json(filter in filter(), a in value(), b in value(), rt in resource_type(), path in attr_path(true), rules in rules()) {
        let _ = (filter.matches(&a, rt), filter.check(rt), filter.unknown_attributes(rt));
        let _ = (accept_create(&a, rt, &rules), accept_replace(&a, &b, rt, &rules), difference(&a, &b, rt));
        let _ = Projection::parse(Some("name.givenName,emails"), None).unwrap().apply(a.clone(), rt);
        sort(&mut [a, b], &path, true, rt);
    }

    #[test]
    fn a_failed_patch_leaves_the_resource_alone(
        resource in value(),
        operations in proptest::collection::vec(operation(), 1..4),
        rt in resource_type(),
        rules in rules(),
    ) {
        if let Ok(read) = Patch::from_json(&patch(operations)) {
            let mut after = resource.clone();
            match read.apply(&mut after, rt, &rules) {
                Ok(changed) => prop_assert_eq!(changed, after != resource),
                Err(_) => prop_assert_eq!(after, resource),
            }
        }
    }

    #[test]
    fn any_json_is_a_patch_or_refused(body in value(), operations in value()) {
        let _ = Patch::from_json(&body);
        let _ = Patch::from_json(&patch(operations));
    }

    #[test]
    fn what_was_accepted_is_accepted_unchanged(mut body in value(), rt in resource_type()) {
        if let Some(body) = body.as_object_mut() {
            body.retain(|k, _| !k.eq_ignore_ascii_case("schemas"));
            body.insert("userName".into(), "b".into());
            body.insert("displayName".into(), "b".into());
        }
        let rules = PatchRules::default();
        if let Ok(once) = accept_create(&body, rt, &rules) {
            prop_assert_eq!(&accept_create(&once, rt, &rules).unwrap(), &once);
            prop_assert_eq!(&accept_replace(&once, &once, rt, &rules).unwrap(), &once);
            prop_assert_eq!(difference(&once, &once, rt), vec![]);
        }
    }

    #[test]
    fn adding_twice_is_adding_once(mut operation in operation(), rt in resource_type()) {
        operation["op"] = "add".into();
        prop_assume!(!operation["path"].as_str().unwrap_or_default().contains('['));
        prop_assume!(!operation["value"].to_string().contains("emails["));
        let rules = PatchRules::default();
        let mut resource = json!({"userName": "u", "displayName": "d", "emails": [{"value": "a", "type": "work", "primary": true}]});
        if let Ok(add) = Patch::from_json(&patch([operation].to_vec()))
            && add.apply(&mut resource, rt, &rules).is_ok()
        {
            prop_assert_eq!(add.apply(&mut resource, rt, &rules), Ok(false));
        }
    }

    #[test]
    fn rows_and_resource_end_the_same(operations in proptest::collection::vec(member_operation(), 1..6)) {
        let rules = PatchRules::default();
        let read = Patch::from_json(&patch(operations)).unwrap();
        let mut group = json!({"schemas": [urn::GROUP], "displayName": "g", "members": [{"value": "a"}, {"value": "c"}]});
        let mut rows = vec!["a".to_owned(), "c".to_owned()];
        apply_rows(&mut rows, read.only_members(&rules).unwrap());
        read.apply(&mut group, ResourceType::group(), &rules).unwrap();
        let members: Vec<&str> = group["members"].as_array().into_iter().flatten().map(|m| m["value"].as_str().unwrap()).collect();
        prop_assert_eq!(members, rows);
    }
}
