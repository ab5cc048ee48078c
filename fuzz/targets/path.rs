//! The path of a PATCH operation, and an attribute's name: read, printed and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use scim::patch::PatchPath;
use scim::path::AttrPath;
use scim::project::Projection;
use scim::schema::ResourceType;
use scimulate_fuzz::user;

fuzz_target!(|text: &str| {
    if let Ok(path) = PatchPath::parse(text) {
        let printed = path.to_string();
        let again = PatchPath::parse(&printed).unwrap_or_else(|e| panic!("{text:?} is printed as {printed:?}: {e}"));
        assert_eq!(again, path, "{text:?} is printed as {printed:?}");
    }
    if let Ok(path) = AttrPath::parse(text) {
        let printed = path.to_string();
        assert_eq!(AttrPath::parse(&printed).as_ref(), Ok(&path), "{text:?} is printed as {printed:?}");
        let _ = ResourceType::user().attribute(&path);
    }
    for (attributes, excluded) in [(Some(text), None), (None, Some(text))] {
        if let Ok(projection) = Projection::parse(attributes, excluded) {
            let shown = projection.apply(user(), ResourceType::user());
            assert_eq!(shown["id"], "u1", "id is always shown; {text:?}");
        }
    }
});
