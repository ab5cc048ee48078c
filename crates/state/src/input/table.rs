//! Tables of users, of groups and of members (CSV, whatever parts the fields).
//!
//! In: a text with a line of headers. Out: resources, and memberships by id or name. Never: a column read as something
//! without saying so, or a line passed over without being counted.

use super::gather::{Gathered, Kind, Membership};
use super::{FileRead, InputError};
use directory::text::delimiter;
use serde_json::{Map, Value, json};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::Path;

/// What a column can be, and what it is called in tables that products and scripts write. Letter case, blanks, `_`, `-` and
/// `.` do not count.
const USER: &[(&str, &[&str])] = &[
    ("id", &["id", "scimid", "userid", "uid", "accountid"]),
    ("userName", &["username", "login", "userprincipalname", "loginname", "userlogin", "accountname", "user"]),
    ("externalId", &["externalid", "immutableid", "objectid", "externaluserid"]),
    ("active", &["active", "status", "enabled", "accountenabled", "isactive", "state"]),
    ("displayName", &["displayname", "name", "fullname"]),
    ("givenName", &["givenname", "firstname", "namegivenname"]),
    ("familyName", &["familyname", "lastname", "surname", "namefamilyname"]),
    ("email", &["email", "mail", "emailaddress", "primaryemail", "emails"]),
    ("title", &["title", "jobtitle"]),
    ("employeeNumber", &["employeenumber", "employeeid"]),
    ("department", &["department"]),
    ("created", &["created", "createdat", "metacreated", "createddatetime"]),
    ("lastModified", &["lastmodified", "updatedat", "metalastmodified", "modified"]),
];
/// Likewise of a membership.
const MEMBERSHIP: &[(&str, &[&str])] = &[
    ("group", &["groupid", "groupname", "group", "groupdisplayname", "team", "teamid", "teamname"]),
    (
        "member",
        &[
            "memberid",
            "member",
            "userid",
            "username",
            "login",
            "userlogin",
            "userprincipalname",
            "email",
            "useremail",
            "user",
            "membername",
        ],
    ),
];
/// Likewise of a group.
const GROUP: &[(&str, &[&str])] = &[
    ("groupId", &["id", "groupid"]),
    ("groupName", &["displayname", "groupname", "name", "group"]),
    ("groupExternalId", &["externalid"]),
    ("members", &["members"]),
];

/// Which columns are what, as somebody said on the command line.
#[derive(Debug, Clone, Default)]
pub struct Columns {
    /// By attribute, the header of its column.
    named: BTreeMap<&'static str, String>,
    /// Those that were found in some table, and whether there was a table.
    used: RefCell<(BTreeSet<&'static str>, bool)>,
}

/// Why a column cannot be named so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct UnknownColumn(String);

fn attributes() -> impl Iterator<Item = &'static str> {
    USER.iter().chain(MEMBERSHIP).chain(GROUP).map(|(name, _)| *name)
}

impl Columns {
    /// Reads `attribute=header`, each.
    ///
    /// # Errors
    /// When one is not of that form, or there is no such attribute.
    pub fn named(all: &[String]) -> Result<Self, UnknownColumn> {
        let mut columns = Self::default();
        for one in all {
            let (name, header) = one
                .split_once('=')
                .filter(|(_, header)| !header.trim().is_empty())
                .ok_or_else(|| UnknownColumn(format!("`{one}` names no column; write it like userName=Login")))?;
            let Some(known) = attributes().find(|known| known.eq_ignore_ascii_case(name.trim())) else {
                let meant = scim::nearest(name, attributes())
                    .map(|near| format!("did you mean `{near}`? "))
                    .unwrap_or_default();
                let all: Vec<&str> = attributes().collect();
                return Err(UnknownColumn(format!("a table has no `{name}`; {meant}there are: {}", all.join(", "))));
            };
            columns.named.insert(known, header.trim().to_owned());
        }
        Ok(columns)
    }

    /// Whether every column that was named is in some table.
    pub(super) fn all_used(&self) -> Result<(), String> {
        let used = self.used.borrow();
        match self.named.iter().find(|(name, _)| !used.0.contains(*name)) {
            None => Ok(()),
            Some((name, header)) if used.1 => Err(format!("no table has a column `{header}` to read as {name}")),
            Some((name, header)) => Err(format!("{name}={header}: there is no table among the files")),
        }
    }

    /// Which column is what, of a kind of table.
    fn of(&self, kind: &[(&'static str, &[&str])], headers: &[String]) -> BTreeMap<&'static str, usize> {
        let plain: Vec<String> = headers.iter().map(|h| plain(h)).collect();
        let mut found = BTreeMap::new();
        for (name, known) in kind {
            let said = self
                .named
                .get(name)
                .and_then(|header| headers.iter().position(|h| h.trim().eq_ignore_ascii_case(header)));
            let guessed = || known.iter().find_map(|known| plain.iter().position(|p| p == known));
            if let Some(at) = said {
                self.used.borrow_mut().0.insert(name);
                found.insert(*name, at);
            } else if let Some(at) = guessed().filter(|at| !found.values().any(|taken| taken == at)) {
                found.insert(*name, at);
            }
        }
        found
    }
}

fn plain(header: &str) -> String {
    header.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// One table.
struct Table<'a> {
    headers: Vec<String>,
    columns: BTreeMap<&'static str, usize>,
    read: &'a mut FileRead,
}

pub(super) fn read(
    path: &Path,
    text: &str,
    columns: &Columns,
    read: &mut FileRead,
    gathered: &mut Gathered,
) -> Result<(), InputError> {
    let mut lines = csv::ReaderBuilder::new().delimiter(delimiter(text)).flexible(true).from_reader(text.as_bytes());
    let headers: Vec<String> =
        lines.headers().map_err(|e| InputError::new(path, e.to_string()))?.iter().map(str::to_owned).collect();
    if headers.len() < 2 {
        return Err(InputError::new(path, "it is neither JSON nor a table: its first line has one column only"));
    }
    columns.used.borrow_mut().1 = true;
    let (users, pairs, groups) =
        (columns.of(USER, &headers), columns.of(MEMBERSHIP, &headers), columns.of(GROUP, &headers));
    let is_pairs = pairs.len() == 2 && !groups.contains_key("members");
    let describes =
        ["active", "email", "givenName", "displayName", "externalId"].iter().any(|name| users.contains_key(name));
    let is_users =
        (users.contains_key("userName") && (!is_pairs || describes)) || (!is_pairs && users.contains_key("email"));
    let is_groups = !is_users && !is_pairs && groups.contains_key("groupName");
    let mut all: Vec<(&str, BTreeMap<&'static str, usize>)> = Vec::new();
    all.extend(is_users.then_some(("users", users)));
    all.extend(is_pairs.then_some(("members", pairs)));
    all.extend(is_groups.then_some(("groups", groups)));
    if all.is_empty() {
        let why = format!(
            "no column of the table is known to be a userName, or a group and a member; say which is what, like --column userName=HEADER; there are: {}",
            headers.join(", ")
        );
        return Err(InputError::new(path, why));
    }
    read.form = format!("a table of {}", all.iter().map(|(what, _)| *what).collect::<Vec<_>>().join(" and "));
    say(&headers, &all, read);
    for record in lines.records() {
        let record = record.map_err(|e| InputError::new(path, e.to_string()))?;
        let line = record.position().map_or(0, csv::Position::line);
        if record.iter().all(|field| field.trim().is_empty()) {
            continue;
        }
        if record.len() != headers.len() {
            read.ignore("a line with more or fewer fields than the first line", &format!("line {line}"));
            continue;
        }
        for (what, columns) in &all {
            let mut table = Table { headers: headers.clone(), columns: columns.clone(), read: &mut *read };
            match *what {
                "users" => table.user(&record, line, gathered),
                "groups" => table.group(&record, line, gathered),
                _ => table.pair(&record, line, gathered),
            }
        }
    }
    Ok(())
}

/// Says which column was taken for what, and which for nothing.
fn say(headers: &[String], all: &[(&str, BTreeMap<&'static str, usize>)], read: &mut FileRead) {
    let mut taken = HashSet::new();
    let mut words = Vec::new();
    for (_, columns) in all {
        for (name, at) in columns {
            taken.insert(*at);
            words.push(format!("{} is {name}", headers[*at]));
        }
    }
    read.guess(format!("columns: {}", words.join(", ")));
    let rest: Vec<&str> =
        headers.iter().enumerate().filter(|(at, _)| !taken.contains(at)).map(|(_, h)| h.as_str()).collect();
    if !rest.is_empty() {
        read.guess(format!("columns that are not read: {}", rest.join(", ")));
    }
}

impl Table<'_> {
    /// A field; an empty one is none. Blanks around it are part of it.
    fn field<'r>(&self, record: &'r csv::StringRecord, name: &str) -> Option<&'r str> {
        record.get(*self.columns.get(name)?).filter(|text| !text.is_empty())
    }

    fn user(&mut self, record: &csv::StringRecord, line: u64, gathered: &mut Gathered) {
        let mut user = Map::new();
        let name = self.field(record, "userName").or_else(|| self.field(record, "email"));
        if !self.columns.contains_key("userName") {
            self.read.guess("no column is a userName; the address is taken for it".to_owned());
        }
        let id = self.field(record, "id").or(name);
        if !self.columns.contains_key("id") {
            self.read.guess("no column is an id; the userName is taken for it".to_owned());
        }
        let Some(id) = id else {
            self.read.ignore("a line without id and userName", &format!("line {line}"));
            return;
        };
        user.insert("id".into(), id.into());
        for (attribute, value) in [
            ("userName", name),
            ("externalId", self.field(record, "externalId")),
            ("displayName", self.field(record, "displayName")),
            ("title", self.field(record, "title")),
        ] {
            value.map(|value| user.insert(attribute.into(), value.into()));
        }
        if let Some(text) = self.field(record, "active") {
            let active = active(text);
            if active.is_string() {
                self.read.ignore(
                    &format!("a state of an account ({})", self.headers[self.columns["active"]]),
                    &format!("line {line}"),
                );
            }
            user.insert("active".into(), active);
        }
        let parts = |names: &[&str]| -> Map<String, Value> {
            names.iter().filter_map(|n| Some(((*n).to_owned(), Value::from(self.field(record, n)?)))).collect()
        };
        for (within, names) in [
            ("name", &["givenName", "familyName"]),
            (scim::urn::ENTERPRISE_USER, &["employeeNumber", "department"]),
            ("meta", &["created", "lastModified"]),
        ] {
            let parts = parts(names);
            if !parts.is_empty() {
                user.insert(within.into(), Value::Object(parts));
            }
        }
        if let Some(mail) = self.field(record, "email") {
            user.insert("emails".into(), json!([{"value": mail, "primary": true}]));
        }
        gathered.add(Kind::User, Value::Object(user), self.read);
    }

    fn group(&mut self, record: &csv::StringRecord, line: u64, gathered: &mut Gathered) {
        let Some(name) = self.field(record, "groupName") else {
            return self.read.ignore("a line without the name of a group", &format!("line {line}"));
        };
        let id = self.field(record, "groupId").unwrap_or(name);
        let mut group = Map::new();
        group.insert("id".into(), id.into());
        group.insert("displayName".into(), name.into());
        if let Some(external) = self.field(record, "groupExternalId") {
            group.insert("externalId".into(), external.into());
        }
        for member in self.field(record, "members").into_iter().flat_map(|all| all.split([';', '|'])) {
            if !member.trim().is_empty() {
                gathered.memberships.push(Membership { group: id.to_owned(), member: member.trim().to_owned() });
                self.read.members += 1;
            }
        }
        gathered.add(Kind::Group, Value::Object(group), self.read);
    }

    fn pair(&mut self, record: &csv::StringRecord, line: u64, gathered: &mut Gathered) {
        let (Some(group), Some(member)) = (self.field(record, "group"), self.field(record, "member")) else {
            // Somebody in a table of users who is in no group is nothing odd.
            if !self.read.form.contains("users") {
                self.read.ignore("a line without group or member", &format!("line {line}"));
            }
            return;
        };
        gathered.memberships.push(Membership { group: group.to_owned(), member: member.to_owned() });
        self.read.members += 1;
    }
}

/// Whether an account is active; what is neither yes nor no stays text.
fn active(text: &str) -> Value {
    match text.trim().to_lowercase().as_str() {
        "true" | "yes" | "1" | "y" | "active" | "enabled" | "provisioned" => Value::Bool(true),
        "false" | "no" | "0" | "n" | "inactive" | "disabled" | "suspended" | "deactivated" | "deprovisioned" => {
            Value::Bool(false)
        }
        _ => Value::from(text),
    }
}
