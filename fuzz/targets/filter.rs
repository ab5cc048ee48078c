//! A filter: read, checked, evaluated, printed and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use scim::filter::Filter;
use scim::schema::ResourceType;
use scimulate_fuzz::{group, user};

fuzz_target!(|text: &str| {
    let Ok(filter) = Filter::parse(text) else { return };
    let (user, group) = (user(), group());
    for (resource, rt) in [(&user, ResourceType::user()), (&group, ResourceType::group())] {
        let _ = filter.check(rt);
        let _ = filter.unknown_attributes(rt);
        let matches = filter.matches(resource, rt);
        let _ = filter.matches_among_types(resource, rt);
        let printed = filter.to_string();
        let again = Filter::parse(&printed).unwrap_or_else(|e| panic!("{text:?} is printed as {printed:?}: {e}"));
        assert_eq!(again, filter, "{text:?} is printed as {printed:?}");
        assert_eq!(again.matches(resource, rt), matches, "{text:?}");
    }
});
