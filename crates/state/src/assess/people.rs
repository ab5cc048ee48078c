//! What is wrong with people: two accounts for one, links to another, leavers who stay.

use super::register::{Register, fold};
use super::{active, address, objects, person_name, user};
use crate::TenantState;
use crate::diagnosis::{self, Concerned, Diagnosis, Sure};
use crate::invariants::{id, key, show, text};
use client::observe::member;
use scim::urn::ENTERPRISE_USER;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

pub(super) fn judge(state: &TenantState, register: Option<&Register<'_>>, found: &mut Vec<Diagnosis>) {
    let mut told = Reported::default();
    if let Some(register) = register {
        let mixed = wrong_by_directory(state, register, found, &mut told);
        by_person(state, register, &mixed, found, &mut told);
        stale(state, register, found);
        if state.complete {
            missing(state, register, found);
        }
    } else {
        two_idps(state, found);
    }
    crossed(state, found, &mut told);
    twins(state, register, found, &mut told);
}

/// Sets of accounts that were told of already: a weaker sign for the same ones is no second diagnosis.
#[derive(Default)]
struct Reported {
    sets: HashMap<String, HashSet<usize>>,
    next: usize,
}

impl Reported {
    /// Whether all of these were told of together.
    fn knows(&self, accounts: &[&Value]) -> bool {
        let mut common: Option<HashSet<usize>> = None;
        for account in accounts {
            let sets = self.sets.get(&id(account)).cloned().unwrap_or_default();
            common = Some(match common {
                Some(common) => common.intersection(&sets).copied().collect(),
                None => sets,
            });
        }
        common.is_some_and(|c| !c.is_empty())
    }

    fn tell(&mut self, accounts: &[&Value]) {
        for account in accounts {
            self.sets.entry(id(account)).or_default().insert(self.next);
        }
        self.next += 1;
    }
}

fn shown(user: &Value) -> String {
    let name = text(user, "displayName").or_else(|| text(user, "userName")).unwrap_or("(no name)");
    format!("\"{}\"", show(name))
}

/// The directory knows the externalId as one person's and the user name as another's.
fn wrong_by_directory(
    state: &TenantState,
    register: &Register<'_>,
    found: &mut Vec<Diagnosis>,
    told: &mut Reported,
) -> HashSet<String> {
    let mut mixed = HashSet::new();
    for account in &state.users {
        let Some(linked) = register.by_external_id(account) else { continue };
        let (other, sure, sign) = match (register.by_name(account), register.by_mail(account)) {
            (Some(other), _) => (other, Sure::Certain, "userName"),
            (None, Some(other)) => (other, Sure::Likely, "mail address"),
            (None, None) => continue,
        };
        // A directory may hold one person twice under two keys.
        if other == linked || fold(&register.people[other].user_name) == fold(&register.people[linked].user_name) {
            continue;
        }
        let (to, of) = (show(register.called(linked)), show(register.called(other)));
        told.tell(&[account]);
        found.push(Diagnosis {
            kind: diagnosis::WRONG_PERSON,
            sure,
            text: format!("\"{to}\" is linked to the account of \"{of}\""),
            known_by: format!("the directory: the externalId is that of \"{to}\", the {sign} that of \"{of}\""),
            objects: objects([account], user),
        });
        mixed.insert(id(account));
    }
    mixed
}

/// Accounts by the person of the directory they belong to.
fn by_person(
    state: &TenantState,
    register: &Register<'_>,
    mixed: &HashSet<String>,
    found: &mut Vec<Diagnosis>,
    told: &mut Reported,
) {
    let mut accounts: BTreeMap<usize, Vec<(&Value, bool)>> = BTreeMap::new();
    for account in state.users.iter().filter(|a| !mixed.contains(&id(a))) {
        if let Some(person) = register.owner(account) {
            accounts.entry(person).or_default().push((account, true));
        } else if let Some(person) = register.by_mail(account) {
            accounts.entry(person).or_default().push((account, false));
        }
    }
    for (person, mut all) in accounts {
        all.sort_by_key(|(_, owned)| !owned);
        let of = show(register.called(person));
        if !register.is_active(person) {
            for (account, _) in all.iter().filter(|(a, owned)| *owned && active(a)) {
                found.push(Diagnosis {
                    kind: diagnosis::ACTIVE_LEAVER,
                    sure: Sure::Certain,
                    text: format!("\"{of}\" has an active account"),
                    known_by: "the directory: the person is not active there".to_owned(),
                    objects: objects([*account], user),
                });
            }
        }
        suspended(register, person, &all, found);
        // An account known by its mail address alone may belong to somebody who shares the mailbox: the name must agree.
        let alike = |marks: &Marks, first: &Marks| {
            let name = marks.name.is_some() && marks.name == first.name;
            (name, name && marks.number.is_some() && marks.number == first.number)
        };
        let first = Marks::of(all[0].0);
        let all: Vec<(&Value, bool, bool)> = all
            .into_iter()
            .map(|(account, owned)| {
                let (name, number) = alike(&Marks::of(account), &first);
                (account, owned || number, owned || name)
            })
            .filter(|(_, _, likely)| *likely)
            .collect();
        if all.len() < 2 {
            continue;
        }
        let (sure, sign) = if all.iter().all(|(_, certain, _)| *certain) {
            (
                Sure::Certain,
                "externalId, userName, or mail address with name and employee number are those of one person",
            )
        } else {
            (Sure::Likely, "the mail address is that of one person only, and the name is the same")
        };
        let accounts: Vec<&Value> = all.iter().map(|(account, ..)| *account).collect();
        told.tell(&accounts);
        found.push(two(sure, &format!("\"{of}\""), format!("the directory: {sign}"), &accounts));
    }
}

/// Somebody who may sign in at the directory, and has accounts that are all inactive.
fn suspended(register: &Register<'_>, person: usize, all: &[(&Value, bool)], found: &mut Vec<Diagnosis>) {
    let own: Vec<&Value> = all.iter().filter(|(_, owned)| *owned).map(|(account, _)| *account).collect();
    if own.is_empty() || !register.is_active(person) || own.iter().any(|account| active(account)) {
        return;
    }
    found.push(Diagnosis {
        kind: diagnosis::SUSPENDED_ACCOUNT,
        sure: Sure::Certain,
        text: format!("the account of \"{}\" is inactive", show(register.called(person))),
        known_by: "the directory: the person is active there".to_owned(),
        objects: objects(own, user),
    });
}

/// An account that a person's user name leads to, with an externalId that is nobody's.
fn stale(state: &TenantState, register: &Register<'_>, found: &mut Vec<Diagnosis>) {
    for account in &state.users {
        let (Some(_), None) = (text(account, "externalId"), register.by_external_id(account)) else { continue };
        let Some(person) = register.by_name(account) else { continue };
        let of = show(register.called(person));
        found.push(Diagnosis {
            kind: diagnosis::STALE_LINK,
            sure: Sure::Certain,
            text: format!("the account of \"{of}\" carries an externalId that is nobody's"),
            known_by: format!(
                "the directory: it has \"{}\" for this userName",
                show(&register.people[person].external_id)
            ),
            objects: objects([account], user),
        });
    }
}

fn missing(state: &TenantState, register: &Register<'_>, found: &mut Vec<Diagnosis>) {
    let there: HashSet<usize> =
        state.users.iter().flat_map(|a| [register.by_external_id(a), register.by_name(a)]).flatten().collect();
    for at in register.everybody().filter(|at| register.is_active(*at) && !there.contains(at)) {
        let person = register.people[at];
        let detail = format!("userName {}, externalId {}", show(&person.user_name), show(&person.external_id));
        let name = register.called(at).to_owned();
        found.push(Diagnosis {
            kind: diagnosis::MISSING_ACCOUNT,
            sure: Sure::Certain,
            text: format!("\"{}\" has no account", show(&name)),
            known_by: "the directory: no account has this userName or externalId".to_owned(),
            objects: vec![Concerned { what: "person", id: None, name, detail }],
        });
    }
}

/// Without a directory: two people's names and addresses are exchanged, or an externalId is another's id or user name.
fn crossed(state: &TenantState, found: &mut Vec<Diagnosis>, told: &mut Reported) {
    let mut by_name: HashMap<String, &Value> = HashMap::new();
    let mut by_id: HashMap<Cow<'_, str>, &Value> = HashMap::new();
    for account in &state.users {
        text(account, "userName").map(|n| by_name.entry(fold(n)).or_insert(account));
        key(account, "id").map(|i| by_id.entry(i).or_insert(account));
    }
    let other_named = |account: &Value, key: Option<&str>| -> Option<&Value> {
        let other = by_name.get(&fold(key?)).copied()?;
        (id(other) != id(account)).then_some(other)
    };
    for account in &state.users {
        let external = text(account, "externalId");
        // Small numbers meet by chance: an employee number here, a row number there.
        let foreign = external.filter(|e| !e.bytes().all(|b| b.is_ascii_digit())).and_then(|e| by_id.get(e).copied());
        let foreign = foreign.filter(|o| id(o) != id(account));
        let taken = foreign.or_else(|| other_named(account, external));
        let mutual = other_named(account, address(account))
            .filter(|other| other_named(other, address(other)).is_some_and(|back| id(back) == id(account)));
        let (other, sign) = match (taken, mutual) {
            (Some(other), _) => (other, "the externalId is the other account's id or userName"),
            (None, Some(other)) => (other, "each account has the other's userName as its mail address"),
            (None, None) => continue,
        };
        if told.knows(&[account]) || told.knows(&[account, other]) {
            continue;
        }
        told.tell(&[account, other]);
        found.push(Diagnosis {
            kind: diagnosis::WRONG_PERSON,
            sure: Sure::Likely,
            text: format!("{} and {} are mixed up", shown(account), shown(other)),
            known_by: sign.to_owned(),
            objects: objects([account, other], user),
        });
    }
}

fn two(sure: Sure, who: &str, known_by: String, accounts: &[&Value]) -> Diagnosis {
    let number = if accounts.len() == 2 { "two".to_owned() } else { accounts.len().to_string() };
    Diagnosis {
        kind: diagnosis::TWO_ACCOUNTS,
        sure,
        text: format!("{number} accounts for {who}"),
        known_by,
        objects: objects(accounts.iter().copied(), user),
    }
}

/// What two accounts of one person have in common.
struct Marks {
    name: Option<String>,
    mail: Option<String>,
    number: Option<String>,
    external: Option<String>,
}

impl Marks {
    fn of(account: &Value) -> Self {
        let number = member(account, ENTERPRISE_USER).and_then(|e| text(e, "employeeNumber"));
        Self {
            name: person_name(account),
            mail: address(account).map(fold),
            number: number.map(str::to_owned),
            external: text(account, "externalId").map(str::to_owned),
        }
    }
}

/// What accounts have to have in common; `None` for one that has no such sign.
type MatchKey = Box<dyn Fn(&Value, &Marks) -> Option<String>>;

/// A sign that accounts are one person's.
struct Sign {
    sure: Sure,
    /// Whether a directory that knows the accounts as different people's denies it.
    denied: bool,
    /// Whether it is that one link leads to several accounts, which a wrong match leaves behind as well.
    by_link: bool,
    text: &'static str,
    key: MatchKey,
}

fn signs() -> Vec<Sign> {
    let both = |a: &Option<String>, b: &Option<String>| Some(format!("{}\u{0}{}", a.as_ref()?, b.as_ref()?));
    let three = move |m: &Marks| both(&both(&m.name, &m.mail), &m.number);
    let sign = |sure, text, key: MatchKey| Sign { sure, denied: true, by_link: false, text, key };
    let link = |sure, text, key: MatchKey| Sign { by_link: true, ..sign(sure, text, key) };
    vec![
        Sign {
            denied: false,
            ..sign(
                Sure::Certain,
                "the userName is the same but for case and blanks",
                Box::new(|a, _| text(a, "userName").map(fold)),
            )
        },
        sign(Sure::Certain, "name, mail address and employee number are the same", Box::new(move |_, m| three(m))),
        link(
            Sure::Certain,
            "externalId and mail address are the same",
            Box::new(move |_, m| both(&m.external, &m.mail)),
        ),
        sign(Sure::Certain, "externalId and name are the same", Box::new(move |_, m| both(&m.external, &m.name))),
        link(Sure::Likely, "the externalId is the same", Box::new(|_, m| m.external.clone())),
        sign(Sure::Likely, "name and mail address are the same", Box::new(move |_, m| both(&m.name, &m.mail))),
        sign(Sure::Likely, "name and employee number are the same", Box::new(move |_, m| both(&m.name, &m.number))),
        sign(
            Sure::Possible,
            "the mail address is the same, which people who share a mailbox have too",
            Box::new(|_, m| m.mail.clone()),
        ),
    ]
}

/// Accounts with signs in common, from the strongest sign to the weakest.
fn twins(state: &TenantState, register: Option<&Register<'_>>, found: &mut Vec<Diagnosis>, told: &mut Reported) {
    let all: Vec<(&Value, Marks)> = state.users.iter().map(|a| (a, Marks::of(a))).collect();
    for sign in signs() {
        let mut sets: BTreeMap<String, Vec<&Value>> = BTreeMap::new();
        for (account, marks) in &all {
            if let Some(key) = (sign.key)(account, marks) {
                sets.entry(key).or_default().push(account);
            }
        }
        for accounts in sets.into_values().filter(|a| a.len() > 1) {
            let apart = sign.denied && register.is_some_and(|r| all_different(&accounts, r));
            if apart || told.knows(&accounts) {
                continue;
            }
            told.tell(&accounts);
            if sign.by_link && names_of_two(&accounts) {
                found.push(one_link(sign.text, &accounts));
            } else {
                found.push(two(sign.sure, &shown(accounts[0]), sign.text.to_owned(), &accounts));
            }
        }
    }
}

/// Whether two of these accounts have names without a word in common: two people, and not one who has changed a name.
fn names_of_two(accounts: &[&Value]) -> bool {
    let names: Vec<String> = accounts.iter().filter_map(|a| person_name(a)).collect();
    let words = |name: &str| name.split_whitespace().map(str::to_owned).collect::<HashSet<String>>();
    let alike = |a: &String, b: &String| !words(a).is_disjoint(&words(b));
    names.iter().enumerate().any(|(nth, a)| names[nth + 1..].iter().any(|b| !alike(a, b)))
}

/// One link that leads to the accounts of several people.
fn one_link(sign: &str, accounts: &[&Value]) -> Diagnosis {
    Diagnosis {
        kind: diagnosis::WRONG_PERSON,
        sure: Sure::Likely,
        text: format!("{} and {} are linked to one person", shown(accounts[0]), shown(accounts[1])),
        known_by: format!("{sign}, and the names are those of two people"),
        objects: objects(accounts.iter().copied(), user),
    }
}

/// Whether the directory knows each of these accounts as somebody else's.
fn all_different(accounts: &[&Value], register: &Register<'_>) -> bool {
    let mut owners = HashSet::new();
    accounts.iter().all(|a| register.owner(a).is_some_and(|owner| owners.insert(owner)))
}

/// The shapes of keys that only one product gives.
fn product_of(external_id: &str) -> Option<&'static str> {
    // Okta user ids are 20 characters that begin with 00u; an Entra object id is a GUID.
    let okta = external_id.len() == 20
        && external_id.starts_with("00u")
        && external_id.bytes().all(|b| b.is_ascii_alphanumeric());
    if okta { Some("Okta") } else { scim::is_guid(external_id).then_some("Entra") }
}

/// Without a directory: externalIds of two products side by side.
fn two_idps(state: &TenantState, found: &mut Vec<Diagnosis>) {
    let mut by_product: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    for account in &state.users {
        if let Some(product) = text(account, "externalId").and_then(product_of) {
            by_product.entry(product).or_default().push(account);
        }
    }
    if by_product.len() < 2 {
        return;
    }
    let Some((product, fewest)) = by_product.iter().min_by_key(|(_, all)| all.len()) else { return };
    found.push(Diagnosis {
        kind: diagnosis::STALE_LINK,
        sure: Sure::Possible,
        text: format!("{} of the externalIds look like {product}'s, the others do not", fewest.len()),
        known_by: "the shape of the externalIds; name the directory in charge with --directory to be certain"
            .to_owned(),
        objects: objects(fewest.iter().copied(), user),
    });
}
