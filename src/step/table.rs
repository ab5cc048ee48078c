//! Tables of requests, read into rows. A row without a `request` goes on with the one above it: one operation more, one thing
//! more that has to hold, or the rest of a long cell.
//!
//! In: a table as the feature has it. Out: one [`Row`] for each request, with the body that its columns make. Never: I/O.

use cucumber::gherkin::Table;
use serde_json::Value;
use std::collections::BTreeMap;

/// The columns there are, each with what joins a cell to the one below that goes on with it.
const COLUMNS: &[(&str, &str)] = &[
    ("clause", " "),
    ("needs", ","),
    ("request", " "),
    ("filter", " "),
    ("headers", " && "),
    ("body", " "),
    ("op", " "),
    ("method", " "),
    ("path", " "),
    ("value", " "),
    ("bulkId", " "),
    ("data", " "),
    ("answer", " or "),
    ("tolerated", " or "),
    ("holds", "; "),
    ("afterwards", "; "),
];
/// Those that make an operation: of a PATCH (`op`, `path`, `value`), or of a bulk job (`method`, `path`, `bulkId`, `data`). The
/// first two begin one.
const OPERATION: &[&str] = &["op", "method", "path", "value", "bulkId", "data"];

/// Cells by column.
type Cells<'a> = BTreeMap<&'a str, String>;

/// One request, and what has to come of it.
#[derive(Debug, Default)]
pub(super) struct Row<'a> {
    cells: Cells<'a>,
    operations: Vec<Cells<'a>>,
}

/// The rows of a table; what is wrong with it, where it cannot be read.
pub(super) fn rows(table: Option<&Table>) -> Result<Vec<Row<'_>>, String> {
    let Some((head, lines)) = table.and_then(|t| t.rows.split_first()) else {
        return Err("this step needs a table".to_owned());
    };
    if let Some(unknown) = head.iter().find(|c| COLUMNS.iter().all(|(name, _)| name != c)) {
        let names: Vec<&str> = COLUMNS.iter().map(|(name, _)| *name).collect();
        return Err(format!("`{unknown}` is no column; there are {}", names.join(", ")));
    }
    let mut rows: Vec<Row<'_>> = Vec::new();
    for line in lines {
        let cells = || head.iter().map(String::as_str).zip(line.iter().map(String::as_str));
        if cells().any(|(name, text)| name == "request" && !text.is_empty()) {
            rows.push(Row::default());
        }
        let Some(row) = rows.last_mut() else {
            return Err(
                "the first row of the table has no request, and there is none above it to go on with".to_owned()
            );
        };
        if cells().any(|(name, text)| ["op", "method"].contains(&name) && !text.is_empty()) {
            row.operations.push(Cells::new());
        }
        for (name, text) in cells() {
            row.add(name, text)?;
        }
    }
    rows.iter_mut().for_each(Row::complete);
    Ok(rows)
}

impl<'a> Row<'a> {
    /// The text of a cell; empty where the table has no such column.
    pub(super) fn cell(&self, name: &str) -> &str {
        self.cells.get(name).map_or("", String::as_str)
    }

    /// Whether the table has the column.
    pub(super) fn has(&self, name: &str) -> bool {
        self.cells.contains_key(name)
    }

    fn add(&mut self, name: &'a str, text: &str) -> Result<(), String> {
        let cells = match (OPERATION.contains(&name), text.is_empty()) {
            (true, true) => return Ok(()),
            (true, false) => self.operations.last_mut().ok_or_else(|| format!("`{text}` belongs to no operation"))?,
            (false, _) => &mut self.cells,
        };
        let cell = cells.entry(name).or_default();
        // What ends with a comma is not at its end.
        let joint = match COLUMNS.iter().find(|(column, _)| *column == name) {
            Some((_, joint)) if !cell.ends_with(',') => joint,
            _ => " ",
        };
        if !cell.is_empty() && !text.is_empty() {
            cell.push_str(joint);
        }
        cell.push_str(text);
        Ok(())
    }

    /// Puts the operations into the body.
    fn complete(&mut self) {
        if self.operations.is_empty() {
            return;
        }
        let all = self.operations.iter().map(operation).collect::<Vec<_>>().join(", ");
        let body = match self.cell("body").trim_end().strip_suffix('}') {
            Some(rest) => format!("{}, \"Operations\": [{all}] }}", rest.trim_end()),
            None => format!("[{all}]"),
        };
        self.cells.insert("body", body);
    }
}

/// An operation as JSON. A cell of `value` or `data` is JSON already.
fn operation(cells: &Cells<'_>) -> String {
    let members = OPERATION.iter().filter_map(|name| {
        let text = cells.get(name)?;
        let value = match *name {
            "value" => text.clone(),
            "data" => data(cells.get("path").map_or("", String::as_str), text),
            _ => Value::from(text.as_str()).to_string(),
        };
        Some(format!("\"{name}\": {value}"))
    });
    format!("{{ {} }}", members.collect::<Vec<_>>().join(", "))
}

/// What an operation of a bulk job carries, with the schemas that it does not name: those of its path, or of a PATCH.
fn data(path: &str, text: &str) -> String {
    let schema = if path.starts_with("/Groups") { "Group" } else { "User" };
    match text.strip_prefix('{') {
        Some(rest) if !rest.contains("\"schemas\"") => {
            format!("{{ \"schemas\": [\"urn:ietf:params:scim:schemas:core:2.0:{schema}\"],{rest}")
        }
        None if text.starts_with('[') => {
            format!("{{ \"schemas\": [\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"], \"Operations\": {text} }}")
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn table(lines: &[&str]) -> Table {
        let cells = |line: &&str| line.split('|').map(|cell| cell.trim().to_owned()).collect();
        Table { rows: lines.iter().map(cells).collect(), ..Table::builder().rows(Vec::new()).build() }
    }

    fn body(lines: &[&str]) -> Value {
        let table = table(lines);
        serde_json::from_str(rows(Some(&table)).unwrap()[0].cell("body")).unwrap()
    }

    #[test]
    fn a_row_without_a_request_goes_on_with_the_one_above() {
        let table = table(&[
            "clause | request  | filter        | answer | holds",
            "A      | GET /U   | a eq 1        | 200    | /x are [1,",
            "B      |          | and b pr      | 404    | 2]",
            "       |          |               |        | /y absent",
            "C      | GET /V?n |               |        |",
            "       | GET /W?n | c pr          |        |",
        ]);
        let rows = rows(Some(&table)).unwrap();
        let texts = |name: &str| rows.iter().map(|row| row.cell(name).to_owned()).collect::<Vec<_>>();
        assert_eq!(texts("request"), ["GET /U", "GET /V?n", "GET /W?n"]);
        assert_eq!(texts("filter"), ["a eq 1 and b pr", "", "c pr"]);
        assert_eq!(texts("clause"), ["A B", "C", ""]);
        assert_eq!(texts("holds"), ["/x are [1, 2]; /y absent", "", ""]);
        assert_eq!(texts("answer"), ["200 or 404", "", ""]);
        assert!(rows[0].has("clause") && !rows[0].has("needs"));
    }

    #[test]
    fn operations_make_the_body() {
        let patch = body(&[
            "request  | op      | path               | value",
            "PATCH /U | replace | emails[t eq \"w\"] | { \"a\": 1,",
            "         |         |                    | \"b\": 2 }",
            "         | remove  | title              |",
        ]);
        let replace = json!({ "op": "replace", "path": "emails[t eq \"w\"]", "value": { "a": 1, "b": 2 } });
        assert_eq!(patch, json!([replace, { "op": "remove", "path": "title" }]));
        let job = body(&[
            "request    | body                  | method | path      | bulkId | data",
            "POST /Bulk | { \"failOnErrors\": 1 } | POST   | /Users    | a      | { \"userName\": \"x\" }",
            "           |                       | DELETE | /Users/1  |        |",
            "           |                       | PATCH  | /Groups/1 |        | [1]",
        ]);
        let user = json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "x" });
        let patch = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [1] });
        let operations = json!([
            { "method": "POST", "path": "/Users", "bulkId": "a", "data": user },
            { "method": "DELETE", "path": "/Users/1" },
            { "method": "PATCH", "path": "/Groups/1", "data": patch },
        ]);
        assert_eq!(job, json!({ "failOnErrors": 1, "Operations": operations }));
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        let trouble = |lines: &[&str]| rows(Some(&table(lines))).unwrap_err();
        assert!(trouble(&["clause | colour"]).contains("`colour` is no column"));
        assert!(trouble(&["request | holds", "| /x present"]).contains("no request"));
        assert!(trouble(&["request | value", "PATCH /U | 1"]).contains("no operation"));
        assert!(rows(None).is_err());
    }
}
