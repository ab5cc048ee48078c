//! Joiners, movers and leavers, day by day, from a seed.
//!
//! In: a provider, a day's number. Out: what happens on that day. Never: an event for somebody of another directory, or another
//! day for the same seed.

use super::session::Session;
use directory::{Change, Person, Population, Random};
use idp::Event;

/// What happens in a directory on a day.
#[derive(Debug, Clone, Copy)]
pub struct Churn {
    /// How many people it concerns a day.
    pub a_day: usize,
}

impl Churn {
    /// As much as a directory of that size has: somebody of a hundred a day, one at least.
    #[must_use]
    pub fn usual(people: usize) -> Self {
        Self { a_day: (people / 100).max(1) }
    }

    /// What happens on a day. Who joins is in the directory afterwards; the events do the rest.
    pub fn day(self, session: &mut Session, day: u64) -> Vec<Event> {
        let idp = session.idp();
        let (seed, name) = (idp.options().seed, format!("{}/day {day}", idp.name()));
        let mut random = Random::new(seed, &name, 4);
        let tag = format!("d{day}");
        let mut population = Population::cast(seed, &name, &tag, &domain(session), idp.kind().keys());
        let mut events = Vec::new();
        for _ in 0..self.a_day {
            let at_work: Vec<Person> =
                session.idp().directory().people().filter(|p| p.active && !p.deleted).cloned().collect();
            let Some(one) = at_work.get(random.below(at_work.len())).cloned() else { break };
            match random.below(10) {
                0..=2 => events.extend(joiner(session, &mut population, &mut random)),
                // A directory of which nobody is left shows nothing any more.
                3..=4 if at_work.len() > 2 => events.push(Event::Delete { person: one.key }),
                5 => events.push(married(&one, &mut population)),
                6..=7 => {
                    let change = Change::Title(Some(population.title()));
                    events.push(Event::Update { person: one.key, change });
                }
                _ => events.extend(mover(session, &one, population.department(), &mut random)),
            }
        }
        events
    }
}

/// The domain that most addresses have.
fn domain(session: &Session) -> String {
    let of = |p: &Person| p.user_name.split_once('@').map(|(_, domain)| domain.to_owned());
    session.idp().directory().people().find_map(of).unwrap_or_else(|| "example.com".to_owned())
}

fn joiner(session: &mut Session, population: &mut Population, random: &mut Random) -> Vec<Event> {
    let Some(person) = population.some(1).pop() else { return Vec::new() };
    let Ok(key) = session.join(person) else { return Vec::new() };
    let pushed: Vec<String> = session.idp().pushed().iter().cloned().collect();
    let mut events = vec![Event::Assign { person: key.clone() }];
    if let Some(group) = pushed.get(random.below(pushed.len())) {
        events.push(Event::AddMembers { group: group.clone(), people: vec![key] });
    }
    events
}

/// Another family name, and with it another user name.
fn married(person: &Person, population: &mut Population) -> Event {
    let name = population.named(&person.given_name);
    let slug: String = name.family_name.chars().filter(char::is_ascii_alphanumeric).collect();
    let user_name = match person.user_name.split_once('@') {
        Some((local, domain)) => format!("{local}.{}@{domain}", slug.to_lowercase()),
        None => format!("{}.{}", person.user_name, slug.to_lowercase()),
    };
    Event::Rename { person: person.key.clone(), user_name }
}

/// Another department, and another group.
fn mover(session: &Session, person: &Person, department: String, random: &mut Random) -> Vec<Event> {
    let change = Change::Department(Some(department));
    let mut events = vec![Event::Update { person: person.key.clone(), change }];
    let directory = session.idp().directory();
    let people = vec![person.key.clone()];
    let pushed = session.idp().pushed();
    let (of, others): (Vec<_>, Vec<_>) =
        directory.groups().filter(|g| pushed.contains(&g.key)).partition(|g| g.members.contains(&person.key));
    if let (Some(from), Some(to)) = (of.first(), others.get(random.below(others.len()))) {
        events.push(Event::RemoveMembers { group: from.key.clone(), people: people.clone() });
        events.push(Event::AddMembers { group: to.key.clone(), people });
    }
    events
}
