//! A second opinion on what is a filter and what is a PATCH path: crate `scim_v2`, written by others from the same RFC.
//!
//! Where both accept, the meaning has to be the same: it must read our print as it reads the original. Where they
//! differ, the difference is listed here with its reason.

use scim::filter::Filter;
use scim::patch::PatchPath;
use scim_v2::filter as oracle;

/// Both accept, and mean the same.
const ACCEPTED: &[&str] = &[
    // RFC 7644 figure 2.
    r#"userName eq "bjensen""#,
    r#"name.familyName co "O'Malley""#,
    r#"userName sw "J""#,
    r#"urn:ietf:params:scim:schemas:core:2.0:User:userName sw "J""#,
    r#"title pr"#,
    r#"meta.lastModified gt "2011-05-13T04:42:34Z""#,
    r#"meta.lastModified ge "2011-05-13T04:42:34Z""#,
    r#"meta.lastModified lt "2011-05-13T04:42:34Z""#,
    r#"meta.lastModified le "2011-05-13T04:42:34Z""#,
    r#"title pr and userType eq "Employee""#,
    r#"title pr or userType eq "Intern""#,
    r#"schemas eq "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User""#,
    r#"userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")"#,
    r#"userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org")"#,
    r#"userType eq "Employee" and (emails.type eq "work")"#,
    r#"userType eq "Employee" and emails[type eq "work" and value co "@example.com"]"#,
    r#"emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp" and value co "@foo.com"]"#,
    // Case, precedence, nesting.
    r#"USERNAME Eq "john""#,
    r#"a pr or b pr and c pr"#,
    r#"a pr and b pr or c pr"#,
    r#"(a pr or b pr) and c pr"#,
    r#"((a pr))"#,
    r#"not (a pr) and b pr"#,
    r#"not (not (a pr))"#,
    r#"emails[not (type eq "work")]"#,
    r#"emails[type eq "work" or (value pr and primary eq true)]"#,
    r#"userName ew "x" and title pr and active eq false and id ne null"#,
    // Literals.
    r#"a eq 1"#,
    r#"a gt -1.5e+3"#,
    r#"a eq "say \"hi\" \\ \u00e9""#,
    r#"a eq "é😀 ] ) and""#,
    r#"a eq """#,
    r#"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value eq "1""#,
    r#"urn:ietf:params:scim:schemas:core:2.0:User:emails[type eq "work"]"#,
];

/// Both refuse.
const REFUSED: &[&str] = &[
    "",
    "userName",
    "userName eq",
    "userName regex \"x\"",
    "userName eq 'x'",
    "userName eq x",
    "userName eq \"x",
    "userName eq \"\\x\"",
    "a eq 01",
    "a pr and",
    "and a pr",
    "a pr b pr",
    "(a pr",
    "a pr)",
    "()",
    "not a pr",
    "emails[]",
    "emails[type eq \"work\"",
    "emails[a[b pr]]",
    "emails[type eq \"work\"] eq \"x\"",
    "a..b pr",
    "a.b.c pr",
    "1a pr",
];

/// We accept, the other refuses.
const ONLY_WE_ACCEPT: &[(&str, &str)] = &[
    ("not(a pr)", "the grammar of figure 1 has no blank there; the example has one: both are read"),
    ("a pr and NOT(b pr)", "as above"),
    ("members.$ref pr", "RFC 7643 names the attribute so, erratum 8924"),
    ("members[$ref ew \"/1\"]", "as above"),
    ("emails[type eq \"work\"].value eq \"x\"", "Entra ID writes it; marked in our tree"),
    ("userName eq\"x\"", "an example of RFC 7644 section 3.5.2.2 leaves the blank out"),
    ("a eq TRUE", "literals in any case: Entra ID writes True"),
];

/// The other accepts, we refuse.
const ONLY_THE_OTHER_ACCEPTS: &[(&str, &str)] = &[];

/// PATCH paths: whether both accept, only we, or none.
const PATHS: &[(&str, bool, bool)] = &[
    ("members", true, true),
    ("name.familyName", true, true),
    (r#"addresses[type eq "work"]"#, true, true),
    (r#"members[value eq "2819c223-7f76-453a-919d-413861904646"]"#, true, true),
    (r#"members[value eq "2819c223-7f76-453a-919d-413861904646"].displayName"#, true, true),
    (r#"emails[type eq "work" and value ew "example.com"]"#, true, true),
    (r#"emails[type eq "a]b"].value"#, true, true),
    ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager", true, true),
    ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value", true, true),
    // A whole extension: by the grammar an attribute `User`; what it means is up to the schema.
    ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", true, true),
    // As in an example of section 3.5.2.2.
    (r#"members[value eq"x"]"#, true, false),
    ("members.$ref", true, false),
    ("", false, false),
    ("a.b.c", false, false),
    ("emails[", false, false),
    ("emails[]", false, false),
    ("emails[type]", false, false),
    (r#"emails[type eq "work"]value"#, false, false),
    (r#"emails[type eq "work"].a.b"#, false, false),
    ("members[0]", false, false),
    ("/members/-", false, false),
];

#[test]
fn both_accept_and_mean_the_same() {
    for text in ACCEPTED {
        let ours = Filter::parse(text).unwrap_or_else(|e| panic!("{text}: {e}"));
        let theirs: oracle::Filter = text.parse().unwrap_or_else(|e| panic!("the other refuses {text}: {e}"));
        let printed: oracle::Filter = ours.to_string().parse().unwrap();
        assert_eq!(printed, theirs, "{text}");
    }
}

#[test]
fn surplus_blanks_mean_nothing() {
    for text in ACCEPTED {
        let wide = text.replace(" and ", "  and   ");
        assert_eq!(Filter::parse(&format!(" {wide} ")), Filter::parse(text));
        assert!(wide.parse::<oracle::Filter>().is_ok(), "{wide}");
    }
}

#[test]
fn both_refuse() {
    for text in REFUSED {
        assert!(Filter::parse(text).is_err(), "{text}");
        assert!(text.parse::<oracle::Filter>().is_err(), "the other accepts {text}");
    }
}

#[test]
fn differences_are_the_listed_ones() {
    for (text, reason) in ONLY_WE_ACCEPT {
        assert!(Filter::parse(text).is_ok(), "{text} ({reason})");
        assert!(text.parse::<oracle::Filter>().is_err(), "no difference any more: {text}");
    }
    for (text, reason) in ONLY_THE_OTHER_ACCEPTS {
        assert!(Filter::parse(text).is_err(), "{text} ({reason})");
        assert!(text.parse::<oracle::Filter>().is_ok(), "no difference any more: {text}");
    }
}

#[test]
fn patch_paths() {
    for (text, we, they) in PATHS {
        let ours = PatchPath::parse(text);
        let theirs = text.parse::<oracle::PatchPath>();
        assert_eq!((ours.is_ok(), theirs.is_ok()), (*we, *they), "{text}");
        if let (Ok(ours), Ok(theirs)) = (ours, theirs) {
            assert_eq!(ours.to_string().parse::<oracle::PatchPath>().unwrap(), theirs, "{text}");
        }
    }
}
