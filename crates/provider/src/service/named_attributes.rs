//! Which attributes the body of a write names.

use scim::patch::PatchPath;
use scim::path::AttrPath;
use serde_json::Value;

/// The attributes in the body of a POST, PUT or PATCH, those of extensions with their URN.
pub(super) fn attributes(body: &Value) -> Vec<AttrPath> {
    let operations = body.as_object().and_then(|o| o.iter().find(|(name, _)| name.eq_ignore_ascii_case("operations")));
    let mut out = Vec::new();
    match operations.and_then(|(_, list)| list.as_array()) {
        None => members(body, &mut out),
        Some(list) => {
            for operation in list {
                let part = |name: &str| operation.as_object()?.iter().find(|(n, _)| n.eq_ignore_ascii_case(name));
                match part("path").and_then(|(_, path)| path.as_str()) {
                    Some(path) => out.extend(PatchPath::parse(path).ok().map(|path| path.attr)),
                    None => part("value").into_iter().for_each(|(_, value)| members(value, &mut out)),
                }
            }
        }
    }
    out
}

fn members(body: &Value, out: &mut Vec<AttrPath>) {
    for (name, value) in body.as_object().into_iter().flatten() {
        match value {
            // Only an extension has a colon in its name: its attributes stand inside.
            Value::Object(inner) if name.contains(':') => {
                out.extend(inner.keys().filter_map(|part| AttrPath::parse(&format!("{name}:{part}")).ok()));
            }
            _ => out.extend(AttrPath::parse(name)),
        }
    }
}
