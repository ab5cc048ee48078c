//! Random tenants, and what goes wrong with them in the field: made as data, below the rules of any service.
//!
//! In: a seed. Out: everything that a tenant holds, the directory it should follow, and the ids of what a blow has touched.

use directory::{Export, ExportedGroup, ExportedPerson, Random};
use scim::urn::{ENTERPRISE_USER, GROUP, USER};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Kinds of blows.
pub(crate) const BLOWS: usize = 30;

/// A tenant that no service has let in piece by piece.
pub(crate) struct Damaged {
    pub(crate) users: Vec<Value>,
    pub(crate) groups: Vec<Value>,
    pub(crate) directory: Export,
    /// The groups before anything was hit.
    pub(crate) sound_groups: Vec<Value>,
    /// What is not as it should be, or belongs to something that is not.
    pub(crate) hit: BTreeSet<String>,
    random: Random,
}

fn created(random: &mut Random) -> String {
    format!("2025-{:02}-{:02}T08:00:{:02}Z", 1 + random.below(12), 1 + random.below(28), random.below(60))
}

fn account(nth: usize, random: &mut Random) -> Value {
    let user_name = format!("person{nth}@corp.example");
    let time = created(random);
    let mut user = json!({
        "schemas": [USER, ENTERPRISE_USER], "id": format!("u{nth}-{}", random.text(8)), "userName": user_name,
        "externalId": random.guid(), "active": random.below(8) > 0,
        "name": {"givenName": format!("Given{nth}"), "familyName": format!("Family{nth}")},
        "emails": [{"value": user_name, "type": "work", "primary": true}],
        "meta": {"resourceType": "User", "created": time, "lastModified": time},
    });
    if random.below(2) == 0 {
        user[ENTERPRISE_USER] = json!({"employeeNumber": format!("{}", 1000 + nth), "department": "Sales"});
    }
    if random.below(3) == 0 {
        user["title"] = "Dr.".into();
        user["emails"].as_array_mut().unwrap().push(json!({"value": format!("p{nth}@home.example"), "type": "home"}));
    }
    user
}

impl Damaged {
    /// A sound tenant of 5 to 30 objects with its administrator, and its directory.
    pub(crate) fn sound(seed: u64) -> Self {
        let mut random = Random::new(seed, "damage", 0);
        let (people, teams) = (3 + random.below(18), 2 + random.below(7));
        let mut users: Vec<Value> = (0..people).map(|nth| account(nth, &mut random)).collect();
        let mut root = account(people, &mut random);
        (root["userName"], root["active"]) = ("root".into(), true.into());
        users.push(root);
        let mut groups: Vec<Value> = Vec::new();
        for nth in 0..teams {
            let members =
                users.iter().filter(|_| random.below(3) == 0).map(|u| json!({"value": u["id"], "type": "User"}));
            let mut members: Vec<Value> = members.collect();
            if members.is_empty() {
                members.push(json!({"value": users[nth % people]["id"], "type": "User"}));
            }
            let time = created(&mut random);
            let mut group = json!({
                "schemas": [GROUP], "id": format!("g{nth}-{}", random.text(8)), "displayName": format!("Team {nth}"),
                "members": members, "meta": {"resourceType": "Group", "created": time, "lastModified": time},
            });
            if random.below(2) == 0 {
                group["externalId"] = random.guid().into();
            }
            groups.push(group);
        }
        let directory = exported(&users, &groups);
        Self { users, sound_groups: groups.clone(), groups, directory, hit: BTreeSet::new(), random }
    }

    /// One to five blows; which.
    pub(crate) fn strike(&mut self) -> Vec<usize> {
        let blows: Vec<usize> = (0..=self.random.below(5)).map(|_| self.random.below(BLOWS)).collect();
        for (nth, blow) in blows.iter().enumerate() {
            self.blow(*blow, nth);
        }
        blows
    }

    /// A person other than the administrator.
    fn somebody(&mut self) -> usize {
        self.random.below(self.users.iter().position(|u| u["userName"] == "root").unwrap_or(1))
    }

    fn group(&mut self) -> usize {
        self.random.below(self.groups.len())
    }

    fn hits(&mut self, object: &Value) {
        self.hit.insert(object["id"].as_str().unwrap().to_owned());
    }

    fn user_at(&mut self, at: usize) -> &mut Value {
        let user = self.users[at].clone();
        self.hits(&user);
        &mut self.users[at]
    }

    fn group_at(&mut self, at: usize) -> &mut Value {
        let group = self.groups[at].clone();
        self.hits(&group);
        &mut self.groups[at]
    }

    fn members(&mut self, at: usize) -> &mut Vec<Value> {
        let group = self.group_at(at);
        if !group["members"].is_array() {
            group["members"] = json!([]);
        }
        group["members"].as_array_mut().unwrap()
    }

    /// The groups that list somebody: what becomes of the account becomes of the membership.
    fn hit_groups_of(&mut self, id: &Value) {
        for at in 0..self.groups.len() {
            if listed(&self.groups[at], id) {
                self.group_at(at);
            }
        }
    }

    fn blow(&mut self, kind: usize, nth: usize) {
        let (one, other, team) = (self.somebody(), self.somebody(), self.group());
        match kind {
            0..=7 => self.of_links(kind, one, other),
            8..=14 => self.of_members(kind, (one, team), nth),
            15..=20 => self.of_accounts(kind, (one, other), nth),
            21..=25 => self.of_groups(kind, (one, team), nth),
            _ => self.of_values(kind, one, other),
        }
    }

    fn of_links(&mut self, kind: usize, one: usize, other: usize) {
        let theirs = self.users[other].clone();
        let stale = self.random.text(17);
        match kind {
            0 => self.user_at(one)["externalId"] = format!("00u{stale}").into(),
            // Two accounts with one link: the other's is right.
            1 => self.user_at(one)["externalId"] = theirs["externalId"].clone(),
            2 => {
                let own = self.users[one]["externalId"].clone();
                self.user_at(one)["externalId"] = theirs["externalId"].clone();
                self.user_at(other)["externalId"] = own;
            }
            // Whose account it is changes, and so do the groups that it should be in.
            3 => {
                self.hit_groups_of(&self.users[one]["id"].clone());
                self.hit_groups_of(&theirs["id"]);
                let own = self.users[one]["userName"].clone();
                self.user_at(one)["userName"] = theirs["userName"].clone();
                self.user_at(other)["userName"] = own;
            }
            4 => self.user_at(one)["externalId"] = theirs["id"].clone(),
            5 => self.user_at(one)["externalId"] = ["", " "][self.random.below(2)].into(),
            6 => drop(self.user_at(one).as_object_mut().unwrap().shift_remove("externalId")),
            // The wrong match has overwritten the address as well.
            _ => {
                self.user_at(one)["externalId"] = theirs["externalId"].clone();
                self.user_at(one)["emails"] = theirs["emails"].clone();
            }
        }
    }

    fn of_members(&mut self, kind: usize, (one, team): (usize, usize), nth: usize) {
        let id = self.users[one]["id"].clone();
        match kind {
            8 => self.members(team).push(json!({"value": format!("gone-{nth}"), "type": "User"})),
            9 => {
                if !listed(&self.groups[team], &id) {
                    self.members(team).push(json!({"value": id}));
                }
            }
            10 => self.members(team).retain(|m| m["value"] != id),
            11 => self.members(team).clear(),
            12 => {
                let own = self.groups[team]["id"].clone();
                self.members(team).push(json!({"value": own, "type": "Group"}));
            }
            // A circle of two.
            13 => {
                let next = (team + 1) % self.groups.len();
                let (a, b) = (self.groups[team]["id"].clone(), self.groups[next]["id"].clone());
                self.members(team).push(json!({"value": b, "type": "Group"}));
                self.members(next).push(json!({"value": a, "type": "Group"}));
            }
            // Everybody's members in one group.
            _ => {
                let all: Vec<Value> = self.users.iter().map(|u| u["id"].clone()).collect();
                *self.members(team) = all.into_iter().map(|id| json!({"value": id})).collect();
            }
        }
    }

    fn of_accounts(&mut self, kind: usize, (one, other): (usize, usize), nth: usize) {
        let original = self.users[one].clone();
        match kind {
            // A second account of the same person, in groups of the first and of others.
            15 | 16 => {
                let mut second = original.clone();
                let name = original["userName"].as_str().unwrap_or("nobody").to_owned();
                second["id"] = format!("second{nth}-{}", self.random.text(8)).into();
                second["active"] = (self.random.below(3) > 0).into();
                second["userName"] = match self.random.below(4) {
                    0 => name.to_uppercase(),
                    1 => format!("{name} "),
                    2 => name.replacen('p', "\u{ff50}", 1),
                    _ => format!("second{nth}-{name}"),
                }
                .into();
                match self.random.below(3) {
                    0 => second["externalId"] = format!("00u{}", self.random.text(17)).into(),
                    1 => drop(second.as_object_mut().unwrap().shift_remove("externalId")),
                    _ => {}
                }
                self.joined(&second);
                self.hits(&original);
                self.hit_groups_of(&original["id"]);
                self.users.push(second);
            }
            // Somebody the directory never heard of.
            17 => {
                let mut stranger = account(500 + nth, &mut self.random);
                stranger["id"] = format!("stranger{nth}-{}", self.random.text(8)).into();
                self.joined(&stranger);
                self.users.push(stranger);
            }
            18 => {
                let active = original["active"] != true;
                self.user_at(one)["active"] = active.into();
            }
            19 => self.user_at(one)["active"] = ["False", "true", "yes", ""][self.random.below(4)].into(),
            // Gone, with or without a trace in the groups.
            _ => {
                self.hits(&original);
                self.hit_groups_of(&original["id"]);
                if self.users.len() > 2 && one != other {
                    self.users.remove(one);
                    if self.random.below(2) == 0 {
                        for group in &mut self.groups {
                            let all = group["members"].as_array_mut();
                            all.into_iter().for_each(|all| all.retain(|m| m["value"] != original["id"]));
                        }
                    }
                }
            }
        }
    }

    /// Puts an account into some groups.
    fn joined(&mut self, user: &Value) {
        self.hits(user);
        for at in 0..self.groups.len() {
            if self.random.below(4) == 0 {
                self.members(at).push(json!({"value": user["id"], "type": "User"}));
            }
        }
    }

    fn of_groups(&mut self, kind: usize, (one, team): (usize, usize), nth: usize) {
        let mut twin = self.groups[team].clone();
        let name = twin["displayName"].as_str().unwrap_or("Team").to_owned();
        twin["id"] = format!("group{nth}-{}", self.random.text(8)).into();
        twin["members"] = json!([{"value": self.users[one]["id"]}]);
        match kind {
            21 => twin["displayName"] = format!("Ghost {nth}").into(),
            22 => twin["displayName"] = name.to_uppercase().into(),
            23 => twin["displayName"] = format!("{name}  ").into(),
            24 => {
                self.group_at(team).as_object_mut().unwrap().shift_remove("displayName");
                return;
            }
            _ => {
                let gone = self.groups[team].clone();
                self.hits(&gone);
                if self.groups.len() > 1 {
                    self.groups.remove(team);
                    self.hit_groups_of(&gone["id"]);
                }
                return;
            }
        }
        if self.random.below(2) == 0 {
            twin.as_object_mut().unwrap().shift_remove("externalId");
        }
        if self.random.below(3) == 0 {
            twin["members"] = json!([]);
        }
        let original = self.groups[team].clone();
        self.hits(&original);
        self.hits(&twin);
        // Another group may list the one that goes.
        if self.random.below(3) == 0 {
            let parent = self.group();
            self.members(parent).push(json!({"value": twin["id"], "type": "Group"}));
        }
        self.groups.push(twin);
    }

    fn of_values(&mut self, kind: usize, one: usize, other: usize) {
        let theirs = self.users[other].clone();
        match kind {
            // Without its name, and perhaps its link, it is nobody's, and so is its place in groups.
            26 => {
                self.hit_groups_of(&self.users[one]["id"].clone());
                self.user_at(one).as_object_mut().unwrap().shift_remove("userName");
            }
            27 => {
                let boss = if self.random.below(2) == 0 { theirs["id"].clone() } else { "nobody-77".into() };
                self.user_at(one)[ENTERPRISE_USER] = json!({"manager": {"value": boss}});
            }
            28 => self.user_at(one)["emails"] = theirs["emails"].clone(),
            _ => {
                let own = self.users[one]["emails"].clone();
                self.user_at(one)["emails"] = theirs["emails"].clone();
                self.user_at(other)["emails"] = own;
            }
        }
    }
}

/// Whether a group lists that id.
pub(crate) fn listed(group: &Value, id: &Value) -> bool {
    group["members"].as_array().is_some_and(|all| all.iter().any(|m| m["value"] == *id))
}

/// What the IdP in charge says of a sound tenant.
fn exported(users: &[Value], groups: &[Value]) -> Export {
    let text = |v: &Value| v.as_str().unwrap().to_owned();
    let person = |user: &Value| ExportedPerson {
        external_id: text(&user["externalId"]),
        user_name: text(&user["userName"]),
        display_name: None,
        email: Some(text(&user["emails"][0]["value"])),
        active: user["active"] == true,
    };
    let external = |member: &Value| text(&users.iter().find(|u| u["id"] == member["value"]).unwrap()["externalId"]);
    let group = |group: &Value| ExportedGroup {
        external_id: group["externalId"].as_str().map(str::to_owned),
        display_name: text(&group["displayName"]),
        members: Some(group["members"].as_array().unwrap().iter().map(external).collect()),
    };
    Export { people: users.iter().map(person).collect(), groups: Some(groups.iter().map(group).collect()) }
}
