//! Which attributes a row of a table names. A row that names one which the target lacks, by its own schemas or by what it kept of the
//! scenario's ground, is passed over alone; what a row only looks at besides the first is left out of it.
//!
//! In: a row, and the attributes that users or groups cannot have here. Out: the first of them that the row asks for. Never: a
//! request.

use super::lacks::is_shown_on_request;
use super::table::Row;
use super::table_cells::Item;
use super::world::World;
use scim::urn;
use std::collections::BTreeSet;

/// The cells that make a row's request.
const ASKING: &[&str] = &["request", "filter", "headers", "body"];
/// The cells of a change.
const CHANGED: &[&str] = &["path", "value"];
/// The cells that say what has to come of it; the first of what stands there is what the row is about.
const SHOWING: &[&str] = &["holds", "afterwards"];
/// Requests below these are about something else than users, whatever they name.
const OTHERS: &[&str] = &["/ResourceTypes", "/Schemas", "/ServiceProviderConfig"];
/// The extension for enterprise users, and the word that stands for it in a row, as a placeholder or within its URN.
const ENTERPRISE: (&str, &str) = (urn::ENTERPRISE_USER, "enterprise");

impl World {
    /// The attribute that a row's request names, or what it is about, and that users or groups cannot have here.
    pub(super) fn unavailable_to(&self, row: &Row<'_>) -> Option<String> {
        let request = row.cell("request");
        let path = request.split_once(' ').map_or(request, |(_, path)| path);
        if path.starts_with("/Groups") {
            let cells = ASKING.iter().chain(CHANGED).chain(SHOWING);
            let named_here = words(&cells.map(|name| row.cell(name)).collect::<Vec<_>>().join(" "));
            return self.not_kept("/Groups").find(|path| named(&named_here, path));
        }
        if OTHERS.iter().any(|other| path.starts_with(other)) {
            return None;
        }
        let first = SHOWING.iter().map(|name| row.cell(name).split(';').next().unwrap_or_default());
        let shown = first.collect::<Vec<_>>().join(" ");
        let text = ASKING.iter().map(|name| row.cell(name)).chain([shown.as_str()]).collect::<Vec<_>>().join(" ");
        if text.contains("/Groups") {
            // A bulk job: which of its names are a group's cannot be told.
            return None;
        }
        // What nobody may change can be asked for; what it is after a change is not to be seen.
        let changed = words(if request.starts_with("GET") { &shown } else { &text });
        let asked = words(&text);
        let fixed = self.evidence.witness.offered.fixed();
        self.unavailable()
            .find(|path| named(&asked, path))
            .or_else(|| fixed.into_iter().find(|path| named(&changed, path)))
    }

    /// Those of the items of which this target can show something.
    pub(super) fn available(&self, path: &str, items: Vec<Item>) -> Vec<Item> {
        let members = is_shown_on_request(&self.evidence.told, "/Groups", "members").then(|| "members".to_owned());
        let of_groups = path.starts_with("/Groups").then(|| self.not_kept("/Groups"));
        let gone: Vec<String> = self.unavailable().chain(members).chain(of_groups.into_iter().flatten()).collect();
        let shown = |item: &Item| match item {
            Item::Body(pointer, _) => {
                let words = words(pointer);
                !gone.iter().any(|path| named(&words, path))
            }
            _ => true,
        };
        items.into_iter().filter(shown).collect()
    }

    fn unavailable(&self) -> impl Iterator<Item = String> {
        self.evidence.witness.offered.lacking().into_iter().chain(self.not_kept("/Users"))
    }

    /// What the target did not keep of what was made there.
    fn not_kept<'w>(&'w self, endpoint: &'w str) -> impl Iterator<Item = String> + 'w {
        self.noted.not_kept.iter().filter(move |(of, _)| of == endpoint).map(|(_, path)| path.clone())
    }
}

/// The words of a text, in small letters.
fn words(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '$').filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase).collect()
}

/// Whether the words name an attribute with all its parts.
fn named(words: &BTreeSet<String>, path: &str) -> bool {
    let (holder, rest) = match path.strip_prefix(ENTERPRISE.0) {
        Some(rest) => (Some(ENTERPRISE.1), rest),
        None => (None, path),
    };
    let parts = rest.split(['.', ':']).filter(|part| !part.is_empty()).map(str::to_ascii_lowercase);
    holder.into_iter().map(str::to_owned).chain(parts).all(|part| words.contains(&part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_names_an_attribute_by_its_words() {
        let names = |text: &str, path: &str| named(&words(text), path);
        assert!(names("GET /Users?filter=title eq \"x\"", "title"));
        assert!(names("user { \"TITLE\": 1 }", "title") && !names("subtitle", "title"));
        assert!(names("emails[type eq \"work\"]", "emails.type") && !names("emails.value", "emails.type"));
        assert!(!names("roles[type eq \"work\"]", "emails.type"));
        let department = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department";
        assert!(names("/<enterprise>/department = \"D\"", department) && !names("/department", department));
        assert!(names("<enterprise>:manager", ENTERPRISE.0) && !names("<schema User>", ENTERPRISE.0));
        assert!(names("/groups/0", "groups"));
    }
}
