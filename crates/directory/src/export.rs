//! A directory as a file: what an IdP says about its people and groups, to hold a target against.
//!
//! JSON: `{"people": [{"externalId", "userName", "displayName", "email", "active"}], "groups": [{"externalId",
//! "displayName", "members": [externalId or userName, ...]}]}`. CSV: a header line, one person or group a line, with
//! these columns in any order, and `kind` (`user` or `group`; a line without is a user); members are parted by `;`, or by `|`
//! where `;` parts the columns.
//!
//! What the products' own consoles and APIs give is read too: the columns of Entra's "Download users", the answers of Microsoft
//! Graph (`{"value": [...]}`) and of Okta's API (`[{"id", "status", "profile": {...}}]`). These names are from the vendors'
//! documentation as we know it, and not checked against a file of theirs.

use crate::text::{decoded, delimiter};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashMap;
use std::path::Path;

/// Largest file read, in bytes.
const LARGEST: u64 = 256 << 20;

/// What a directory holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Export {
    /// Everybody who should have an account.
    pub people: Vec<ExportedPerson>,
    /// Every group that is pushed; absent when the file says nothing of groups.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub groups: Option<Vec<ExportedGroup>>,
}

/// One person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExportedPerson {
    /// The `externalId` the IdP sends for the person.
    pub external_id: String,
    /// The user name.
    pub user_name: String,
    /// The name to show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// The mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Whether the person may sign in.
    #[serde(default = "yes")]
    pub active: bool,
}

/// One group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExportedGroup {
    /// The `externalId` the IdP sends for the group; Okta sends none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// The name.
    pub display_name: String,
    /// The members by `externalId` or user name; absent when the file does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub members: Option<Vec<String>>,
}

fn yes() -> bool {
    true
}

/// Why a file is no directory.
#[derive(Debug, thiserror::Error)]
#[error("the directory file {path}: {why}")]
pub struct ExportError {
    path: String,
    why: String,
}

/// Columns of a CSV file: the name, and what directory products call it in their own exports.
const COLUMNS: &[(&str, &[&str])] = &[
    ("kind", &["type"]),
    ("externalid", &["objectid", "id", "userid"]),
    ("username", &["login", "userprincipalname", "userlogin"]),
    ("displayname", &["name"]),
    ("email", &["mail", "primaryemail", "useremail"]),
    ("active", &["accountenabled", "status", "userstatus"]),
    ("members", &[]),
];

impl Export {
    /// Reads a file; `.json` is JSON, anything else CSV.
    ///
    /// # Errors
    /// When it cannot be read, is too large, or is no directory; the message has the line.
    pub fn read(path: &Path) -> Result<Self, ExportError> {
        let fail = |why: String| ExportError { path: path.display().to_string(), why };
        let size = std::fs::metadata(path).map_err(|e| fail(e.to_string()))?.len();
        if size > LARGEST {
            return Err(fail(format!("it has {size} bytes, more than the {LARGEST} that are read")));
        }
        let bytes = std::fs::read(path).map_err(|e| fail(e.to_string()))?;
        let (text, _) = decoded(&bytes);
        let json = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("json"));
        let export = if json { Self::from_json(&text) } else { Self::from_csv(&text) }.map_err(fail)?;
        if export.people.is_empty() {
            return Err(fail("there is nobody in it".to_owned()));
        }
        export.told_apart().map_err(fail)?;
        Ok(export)
    }

    /// Reads JSON.
    ///
    /// # Errors
    /// When it is none, or has other members; with line and column.
    pub fn from_json(text: &str) -> Result<Self, String> {
        let example = r#"it begins like {"people": [{"externalId": "...", "userName": "..."}], "groups": []}"#;
        let of_product = serde_json::from_str::<Value>(text).ok().and_then(|value| of_product(&value));
        match of_product {
            Some(export) => export,
            None => serde_json::from_str(text).map_err(|e| format!("{e}; {example}")),
        }
    }

    /// Refuses two people with one key: what happens to one would be held against the other.
    fn told_apart(&self) -> Result<(), String> {
        let mut seen: HashMap<&str, &str> = HashMap::new();
        for person in &self.people {
            if let Some(other) = seen.insert(&person.external_id, &person.user_name) {
                let ExportedPerson { external_id, user_name, .. } = person;
                return Err(format!(
                    "externalId {external_id:?} is that of {other:?} and of {user_name:?}; each person needs a key of their own"
                ));
            }
        }
        Ok(())
    }

    /// Reads CSV.
    ///
    /// # Errors
    /// When a column is missing or unknown, or a line has no usable value; with the line.
    pub fn from_csv(text: &str) -> Result<Self, String> {
        let comma = delimiter(text);
        let of_members = if comma == b';' { '|' } else { ';' };
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).delimiter(comma).from_reader(text.as_bytes());
        let columns = columns(reader.headers().map_err(|e| e.to_string())?)?;
        let mut export = Self::default();
        for record in reader.records() {
            let record = record.map_err(|e| e.to_string())?;
            let line = record.position().map_or(0, csv::Position::line);
            let get = |name: &str| {
                let at = columns.iter().position(|c| *c == Some(name))?;
                record.get(at).filter(|v| !v.is_empty()).map(str::to_owned)
            };
            let need = |name: &str| get(name).ok_or_else(|| format!("line {line} has no {name}"));
            match get("kind").unwrap_or_default().to_lowercase().as_str() {
                "" | "user" | "person" => export.people.push(ExportedPerson {
                    external_id: need("externalid")?,
                    user_name: need("username")?,
                    display_name: get("displayname"),
                    email: get("email"),
                    active: active(get("active").as_deref(), line)?,
                }),
                "group" => export.groups.get_or_insert_default().push(ExportedGroup {
                    external_id: get("externalid"),
                    display_name: need("displayname")?,
                    members: get("members").map(|all| all.split(of_members).map(|m| m.trim().to_owned()).collect()),
                }),
                other => return Err(format!("line {line}: kind `{other}` is neither user nor group")),
            }
        }
        Ok(export)
    }

    /// The file's text as JSON.
    ///
    /// # Errors
    /// When it cannot be written as JSON, which its types rule out.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self).map(|text| text + "\n")
    }
}

/// What each column is; `None` for one that is not read.
fn columns(headers: &csv::StringRecord) -> Result<Vec<Option<&'static str>>, String> {
    let plain = |text: &str| -> String {
        text.trim_start_matches('\u{feff}')
            .chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect()
    };
    let given: Vec<String> = headers.iter().map(plain).collect();
    let mut found = vec![None; given.len()];
    for (name, others) in COLUMNS {
        let at = |wanted: &str| given.iter().position(|g| g == wanted);
        if let Some(at) = at(name).or_else(|| others.iter().find_map(|o| at(o))).filter(|at| found[*at].is_none()) {
            found[at] = Some(*name);
        }
    }
    for (name, shown) in [("externalid", "externalId"), ("username", "userName")] {
        if !found.contains(&Some(name)) {
            let there: Vec<&str> = headers.iter().collect();
            return Err(format!("no column `{shown}` in the first line; there are: {}", there.join(", ")));
        }
    }
    Ok(found)
}

/// Whether somebody may sign in: a yes or no, or one of Okta's states of a person (a locked account is one still).
fn active(text: Option<&str>, line: u64) -> Result<bool, String> {
    let text = text.map(|text| text.to_lowercase().replace(' ', "_"));
    match text.as_deref() {
        None | Some("true" | "yes" | "1" | "active" | "enabled" | "provisioned" | "recovery" | "password_expired") => {
            Ok(true)
        }
        Some("locked_out" | "password_reset") => Ok(true),
        Some(
            "false" | "no" | "0" | "inactive" | "disabled" | "suspended" | "deprovisioned" | "deactivated" | "staged",
        ) => Ok(false),
        Some(other) => Err(format!("line {line}: active is `{other}`, neither true nor false")),
    }
}

/// What an API of Okta's or Microsoft's answers, as an export; `None` where it is neither.
fn of_product(value: &Value) -> Option<Result<Export, String>> {
    let all = value.get("value").unwrap_or(value).as_array()?;
    let person = |(nth, one): (usize, &Value)| -> Result<ExportedPerson, String> {
        let profile = one.get("profile").unwrap_or(one);
        let text = |names: &[&str]| {
            let of = |from: &Value| {
                names.iter().find_map(|n| from.get(n)?.as_str().map(str::to_owned)).filter(|t| !t.is_empty())
            };
            of(one).or_else(|| of(profile))
        };
        let need = |what: &str, names: &[&str]| {
            text(names).ok_or_else(|| format!("entry {} has no {what} ({})", nth + 1, names.join(", ")))
        };
        let enabled = one.get("accountEnabled").and_then(Value::as_bool);
        Ok(ExportedPerson {
            external_id: need("key", &["externalId", "id", "objectId"])?,
            user_name: need("user name", &["userPrincipalName", "login", "userName"])?,
            display_name: text(&["displayName"]),
            email: text(&["mail", "email"]),
            active: enabled.map_or_else(|| active(text(&["status"]).as_deref(), nth as u64 + 1), Ok)?,
        })
    };
    let people = all.iter().enumerate().map(person).collect::<Result<Vec<_>, _>>();
    Some(people.map(|people| Export { people, groups: None }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CSV: &str = "kind,externalId,userName,displayName,email,active,members\n\
        user,00u1,ada@x.example,\"Lovelace, Ada\",ada@x.example,true,\n\
        ,00u2,ben@x.example,,,FALSE,\n\
        group,,,Crew,,,00u1; 00u2\n";

    #[test]
    fn csv_and_json_say_the_same() {
        let export = Export::from_csv(CSV).unwrap();
        assert_eq!(export.people[0].display_name.as_deref(), Some("Lovelace, Ada"));
        assert_eq!((export.people[1].active, &export.people[1].email), (false, &None));
        let groups = export.groups.as_ref().unwrap();
        assert_eq!(groups[0].members.as_deref().unwrap(), ["00u1", "00u2"]);
        assert_eq!(Export::from_json(&export.to_json().unwrap()).unwrap(), export);
    }

    #[test]
    fn the_columns_of_directory_products_are_known() {
        let text = "\u{feff}User principal name,Object Id,Account enabled,City\nada@x.example,g1,True,Bath\n";
        let export = Export::from_csv(text).unwrap();
        assert_eq!((export.people[0].external_id.as_str(), export.people[0].active), ("g1", true));
        assert_eq!(export.groups, None, "a file that says nothing of groups claims none and denies none");
    }

    #[test]
    fn what_the_products_apis_answer_is_a_directory() {
        let okta = r#"[{"id": "00u1", "status": "LOCKED_OUT", "profile": {"login": "ada@x.example", "email": "a@x.example"}},
            {"id": "00u2", "status": "DEPROVISIONED", "profile": {"login": "ben@x.example"}}]"#;
        let entra = r#"{"value": [{"id": "00u1", "userPrincipalName": "ada@x.example", "accountEnabled": true, "mail": "a@x.example"},
            {"id": "00u2", "userPrincipalName": "ben@x.example", "accountEnabled": false}]}"#;
        let (okta, entra) = (Export::from_json(okta).unwrap(), Export::from_json(entra).unwrap());
        assert_eq!(okta, entra);
        assert_eq!((okta.people[0].active, okta.people[1].active), (true, false));
        let bad = Export::from_json(r#"[{"id": "00u1", "status": "ACTIVE"}]"#).unwrap_err();
        assert!(bad.contains("entry 1 has no user name"), "{bad}");
    }

    #[test]
    fn a_spreadsheets_file_is_read_and_one_key_for_two_people_is_refused() {
        let place = std::env::temp_dir().join(format!("scimulate-export-{}.csv", std::process::id()));
        std::fs::write(
            &place,
            b"kind;externalId;userName;displayName;members\nuser;1;zoe@x;Zo\xeb;\ngroup;;;Crew;1|zoe@x\n",
        )
        .unwrap();
        let export = Export::read(&place).unwrap();
        assert_eq!(export.people[0].display_name.as_deref(), Some("Zo\u{eb}"));
        assert_eq!(export.groups.unwrap()[0].members.as_ref().unwrap().len(), 2);
        std::fs::write(&place, "externalId,userName\n1,ada\n1,ben\n").unwrap();
        let error = Export::read(&place).unwrap_err().to_string();
        std::fs::remove_file(&place).unwrap();
        assert!(error.contains("\"1\" is that of \"ada\" and of \"ben\""), "{error}");
    }

    #[test]
    fn what_is_no_directory_is_told_with_the_line() {
        let bad = |text: &str| Export::from_csv(text).unwrap_err();
        assert!(bad("login,mail\na,b\n").contains("no column `externalId`"), "{}", bad("login,mail\na,b\n"));
        assert!(bad("externalId,userName\nx,\n").contains("line 2 has no username"));
        assert!(bad("externalId,userName,active\nx,y,maybe\n").contains("line 2: active is `maybe`"));
        assert!(bad("kind,externalId,userName\nrobot,x,y\n").contains("`robot`"));
        assert!(bad("externalId,userName\nx\n").contains("line"));
        assert!(Export::from_json("{\"peple\": []}").unwrap_err().contains("line 1 column"));
    }
}
