//! A plan as a file: YAML with one item a line, which a person edits in any editor.
//!
//! In: a plan, or the text of a file. Out: the text, or the plan with errors that name the line. Never: a character that would end
//! a line or hide in it.

use super::{FORMAT, Plan, PlanError, VERSION};
use scim::printable::is_hidden;
use serde::Serialize;
use std::fmt::Write as _;

/// Largest plan read, in bytes.
const LARGEST: usize = 512 << 20;

const HOW_TO_EDIT: &str = "\
# A plan for `scimulate state apply`. Nothing has been changed yet.
#
# Edit it: delete the line of an item that should not happen, or change its `after`. Items run from top to bottom.
# Items of one `case` belong together: if one of them cannot be done, those after it in the case are not tried.
# Keep `mark`: an object that changed since the plan was made is left alone, and the report says so.
# `left` is what no item puts right, and what does.
#
# Look first:  scimulate state apply THIS_FILE --target TARGET
# Then do it:  scimulate state apply THIS_FILE --target TARGET --execute
";

impl Plan {
    /// The file's text.
    ///
    /// # Errors
    /// When it cannot be written, which its types rule out.
    pub fn to_yaml(&self) -> Result<String, PlanError> {
        let mut text = HOW_TO_EDIT.to_owned();
        let mut put = |line: &str| text.push_str(line);
        put(&format!("format: {}\nversion: {}\n", flow(&self.format)?, self.version));
        put(&format!("target: {}\nmade: {}\n", flow(&self.target)?, flow(&self.made)?));
        put(&format!("state: {}\nlimits: {}\n", flow(&self.state)?, flow(&self.limits)?));
        put(&format!("protected: {}\nkept: {}\n", flow(&self.protected)?, flow(&self.kept)?));
        for (name, lines) in [("items", self.items.len()), ("left", self.left.len())] {
            let empty = if lines == 0 { " []" } else { "" };
            let _infallible = writeln!(text, "{name}:{empty}");
            if name == "items" {
                let mut case = 0;
                for item in &self.items {
                    if item.case != case {
                        let _infallible = writeln!(text, "# case {}: {}", item.case, comment(&item.reason));
                        case = item.case;
                    }
                    let _infallible = writeln!(text, "- {}", flow(item)?);
                }
            } else {
                for left in &self.left {
                    let _infallible = writeln!(text, "- {}", flow(left)?);
                }
            }
        }
        Ok(text)
    }

    /// Reads a file's text, and holds it to itself.
    ///
    /// # Errors
    /// When it is no plan, one of a newer version, or contradicts itself; with the line, or the number of the item.
    pub fn from_yaml(text: &str) -> Result<Self, PlanError> {
        if text.len() > LARGEST {
            return Err(PlanError::TooLarge { bytes: text.len() });
        }
        let plan: Self = serde_norway::from_str(text).map_err(|e| unreadable(text, &e))?;
        if plan.format != FORMAT || plan.version > VERSION {
            return Err(PlanError::Foreign { format: plan.format, version: plan.version });
        }
        plan.check()?;
        Ok(plan)
    }
}

/// What is wrong with the text, with the line. A file that says what else it is, or that it is newer, is told so first.
fn unreadable(text: &str, error: &serde_norway::Error) -> PlanError {
    let value = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
        Some(line.trim().trim_matches(['"', '\'']).to_owned())
    };
    let (format, version) = (value("format"), value("version").and_then(|v| v.parse::<u32>().ok()));
    match (format, version) {
        (Some(format), Some(version)) if format != FORMAT || version > VERSION => {
            PlanError::Foreign { format, version }
        }
        (Some(format), None) if format != FORMAT => PlanError::Foreign { format, version: 0 },
        _ => PlanError::Unreadable { message: error.to_string() },
    }
}

/// JSON on one line, which is YAML too once what YAML does not allow in a text is written out.
fn flow<T: Serialize>(value: &T) -> Result<String, PlanError> {
    let json = serde_json::to_string(value).map_err(|e| PlanError::Unreadable { message: e.to_string() })?;
    if !json.chars().any(is_hidden) {
        return Ok(json);
    }
    let mut text = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        let _infallible = match u32::from(c) {
            _ if !is_hidden(c) => write!(text, "{c}"),
            code @ 0..=0xffff => write!(text, "\\u{code:04x}"),
            code => write!(text, "\\U{code:08x}"),
        };
    }
    Ok(text)
}

fn comment(text: &str) -> String {
    text.chars().filter(|c| !is_hidden(*c)).take(100).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{item, plan};
    use crate::plan::Action;
    use serde_json::json;

    #[test]
    fn a_plan_comes_back_as_it_was_whatever_a_target_calls_its_people() {
        let mut given = plan(vec![item(1, Action::SetLink, "u1", json!("old"), json!("new"))]);
        for name in [
            "a\u{2028}b\u{85}",
            "\u{7f}\u{1b}[2J",
            "# no comment",
            "{}: [x]",
            "\u{202e}\u{fffe}",
            "\u{e0001}",
            "it's \"so\"",
        ] {
            given.items[0].name = name.into();
            let text = given.to_yaml().unwrap();
            assert_eq!(Plan::from_yaml(&text).unwrap(), given, "{text}");
            assert_eq!(text.lines().filter(|line| line.starts_with("- ")).count(), 1);
            assert!(!text.chars().any(|c| c != '\n' && is_hidden(c)));
        }
    }

    #[test]
    fn block_style_is_read_too() {
        let given = plan(vec![item(1, Action::Deactivate, "u1", json!(true), json!(false))]);
        let block = serde_norway::to_string(&given).unwrap();
        assert!(block.contains("\n- number: 1\n"), "{block}");
        assert_eq!(Plan::from_yaml(&block).unwrap(), given);
    }

    #[test]
    fn what_is_no_plan_is_told_with_its_line() {
        let text = plan(vec![item(1, Action::SetLink, "u1", json!(null), json!("e"))]).to_yaml().unwrap();
        let wrong = |from: &str, to: &str| {
            assert!(text.contains(from), "{text}");
            Plan::from_yaml(&text.replace(from, to)).unwrap_err().to_string()
        };
        let line = text.lines().position(|line| line.starts_with("- ")).unwrap() + 1;
        let error = wrong("\"set-link\"", "\"set-lnik\"");
        assert!(error.contains(&format!("line {line}")) && error.contains("did you mean `set-link`?"), "{error}");
        assert!(wrong("\"mark\"", "\"mrak\"").contains("mrak"));
        assert!(wrong("version: 1", "version: 2").contains("version 2"));
        assert!(wrong(FORMAT, "another plan").contains("another plan"));
        assert!(wrong("items:", "items: [").contains("line"));
        assert!(Plan::from_yaml("").unwrap_err().to_string().contains("state plan"));
        assert!(Plan::from_yaml("[1, 2]").unwrap_err().to_string().contains("state plan"));
    }
}
