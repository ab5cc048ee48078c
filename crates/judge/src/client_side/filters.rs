//! What a filter asks, attribute by attribute.

use scim::filter::{Filter, Test};
use scim::path::AttrPath;
use scim::schema::ResourceType;

/// A place in a filter where something is asked of an attribute.
pub(super) struct Question<'a> {
    /// The attribute, with the one it is inside of.
    pub(super) path: AttrPath,
    pub(super) test: &'a Test,
}

/// All questions of a filter, in its order.
pub(super) fn questions(filter: &Filter) -> Vec<Question<'_>> {
    let mut all = Vec::new();
    collect(filter, None, &mut all);
    all
}

fn collect<'a>(filter: &'a Filter, parent: Option<&AttrPath>, all: &mut Vec<Question<'a>>) {
    match filter {
        Filter::Attr { path, test } => {
            let path = match parent {
                Some(parent) => AttrPath { sub: Some(path.name.clone()), ..parent.clone() },
                None => path.clone(),
            };
            all.push(Question { path, test });
        }
        Filter::ValuePath { attr, filter } => collect(filter, Some(attr), all),
        Filter::ValuePathSub { attr, filter, sub, test } => {
            collect(filter, Some(attr), all);
            all.push(Question { path: AttrPath { sub: Some(sub.clone()), ..attr.clone() }, test });
        }
        Filter::Not(inner) => collect(inner, parent, all),
        Filter::And(parts) | Filter::Or(parts) => parts.iter().for_each(|part| collect(part, parent, all)),
    }
}

/// Whether a filter has a sub-attribute behind its brackets, which the grammar of filters does not know (that of paths does).
pub(super) fn goes_on_behind_brackets(filter: &Filter) -> bool {
    match filter {
        Filter::ValuePathSub { .. } => true,
        Filter::Attr { .. } => false,
        Filter::ValuePath { filter, .. } | Filter::Not(filter) => goes_on_behind_brackets(filter),
        Filter::And(parts) | Filter::Or(parts) => parts.iter().any(goes_on_behind_brackets),
    }
}

/// The extension that has an attribute of that name, where the path names no schema and the base schema does not have it.
pub(super) fn belongs_to_extension<'a>(path: &AttrPath, kind: &'a ResourceType) -> Option<&'a str> {
    if path.urn.is_some() || kind.base_attribute(&path.name).is_some() {
        return None;
    }
    let found = kind.extensions.iter().find(|(schema, _)| schema.attribute(&path.name).is_some());
    found.map(|(schema, _)| schema.id.as_str())
}
