//! `docs/idps.md`: what each simulated identity provider sends for which event, as played against the embedded provider.
//!
//! In: the products, what `crates/idp/sources.toml` says of each event, and the requests of one tenant for each event. Out: the document.
//! Never holds a port, an id or a name of a person.

use crate::Error;
use client::wire::{Actor, BaseUrl, Client, Journal, Method, Request, Secret, Transport, TransportLimits};
use directory::{Change, Directory, Group, Person, Population};
use idp::{Event, Family, Idp, Kind, Options, sources};
use provider::Provider;
use std::fmt::Write as _;

const HEAD: &str = "# What the simulated identity providers send

<!-- Generated: cargo xtask idps -->

Each row is an event in the product; the requests are those that the simulated product really sent to the embedded provider, a tenant of its
own for each event. `scimulate run` plays Okta and Entra; `--idp authentik` plays another family, `--idp all` everybody.

How it is known: D documented by the vendor, C captured from the wire, V sent by the vendor's own test tools, S read in the product's own
source code, I reported in an issue or a forum, Inf inferred, U unverified; then the codes of [the sources](sources.md). *Unverified* names
the part of a shape that nobody has seen on the wire. Reports of a run and the output of `scimulate idp` say it as well.
";

/// An event, what has happened before it, and its place in an employment or in the life of a group.
const CASES: [&str; 24] = [
    "test the connection",
    "assign somebody new",
    "assign somebody whom the target has",
    "change the display name",
    "change the user name",
    "deactivate",
    "reactivate",
    "suspend",
    "unassign",
    "assign again",
    "delete the user",
    "push a new group",
    "push a group that the target has",
    "rename the group",
    "add a member",
    "remove a member",
    "unlink the group, delete it on the target",
    "unlink the group, leave it on the target",
    "delete the group",
    "import",
    "force a sync",
    "reset the password",
    "switch provisioning off",
    "switch provisioning on",
];

/// What one event came to.
#[derive(PartialEq, Eq)]
struct Answer {
    sent: Vec<String>,
    unverified: Vec<String>,
    known: String,
}

/// The document.
pub(crate) fn document() -> Result<String, Error> {
    let trouble = |error: std::io::Error| Error::Idps(error.to_string());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(trouble)?;
    let mut all: Vec<(Kind, Vec<Answer>)> = Vec::new();
    for kind in Kind::ALL {
        let answers = CASES.iter().map(|case| runtime.block_on(play(*kind, case)));
        all.push((*kind, answers.collect::<Result<_, _>>()?));
    }
    let mut text = HEAD.to_owned();
    overview(&all, &mut text);
    for family in Family::all() {
        let modes: Vec<&(Kind, Vec<Answer>)> = all.iter().filter(|(kind, _)| kind.family() == family).collect();
        whole(family, &modes, &mut text);
    }
    Ok(text)
}

/// Methods alone, a column for each family in its usual mode.
fn overview(all: &[(Kind, Vec<Answer>)], text: &mut String) {
    let usual: Vec<&(Kind, Vec<Answer>)> =
        Family::all().filter_map(|family| all.iter().find(|(kind, _)| kind.family() == family)).collect();
    let heads: Vec<&str> = usual.iter().map(|(kind, _)| kind.family().name()).collect();
    let _ = writeln!(text, "\n## At a glance\n\n| event | {} |", heads.join(" | "));
    let _ = writeln!(text, "|---|{}", "---|".repeat(heads.len()));
    for (at, case) in CASES.iter().enumerate() {
        let cells: Vec<String> = usual.iter().map(|(_, answers)| methods(&answers[at])).collect();
        let _ = writeln!(text, "| {case} | {} |", cells.join(" | "));
    }
}

fn methods(answer: &Answer) -> String {
    if answer.sent.is_empty() {
        return "nothing".to_owned();
    }
    let methods: Vec<&str> = answer.sent.iter().filter_map(|sent| sent.split(' ').next()).collect();
    methods.join(" ")
}

/// The usual mode whole, of the other modes what they answer otherwise.
fn whole(family: Family, modes: &[&(Kind, Vec<Answer>)], text: &mut String) {
    let (name, adds, known) = (family.name(), family.adds(), family.known_by());
    let _ = writeln!(text, "\n## {name}\n\nAdds: {adds}. Known by: {known}.");
    let Some((_, usual)) = modes.first() else { return };
    for (kind, answers) in modes {
        let differs = |at: &usize| std::ptr::eq(answers, usual) || answers[*at] != usual[*at];
        let rows: Vec<usize> = (0..CASES.len()).filter(differs).collect();
        let _ = writeln!(text, "\n### `{}`: {}\n", kind.id(), kind.summary());
        if rows.is_empty() {
            let _ = writeln!(text, "The same requests in another spelling.");
            continue;
        }
        let _ = writeln!(text, "| event | sends | how it is known |\n|---|---|---|");
        for at in rows {
            let answer = &answers[at];
            let sent = match answer.sent.is_empty() {
                true => "nothing".to_owned(),
                false => answer.sent.iter().map(|sent| format!("`{sent}`")).collect::<Vec<_>>().join("<br>"),
            };
            let mut known = vec![answer.known.clone()];
            known.extend(answer.unverified.iter().map(|what| format!("*unverified*: {what}")));
            let _ = writeln!(text, "| {} | {sent} | {} |", CASES[at], known.join("<br>"));
        }
    }
}

/// A tenant with Ada, Ben and Cem and a group of the first two.
struct Stage {
    idp: Idp,
    ada: Person,
    cem: Person,
    group: Group,
    _server: provider::Running,
}

async fn play(kind: Kind, case: &str) -> Result<Answer, Error> {
    let mut stage = Stage::new(kind).await?;
    let event = stage.prepare(case).await?;
    let name = event.name();
    let before = stage.idp.client().journal().len();
    let mut notes = stage.does(event).await;
    notes.retain(|note| note.starts_with("unverified: "));
    let since = stage.idp.client().journal().since(before);
    let base = stage.idp.client().base().as_str().trim_end_matches('/').to_owned();
    let sent: Vec<String> = since
        .map(|exchange| format!("{} {}", exchange.method(), masked(&base, &exchange.url)))
        .fold(Vec::new(), |mut all, one| {
            // Two people are written alike.
            if all.last() != Some(&one) {
                all.push(one);
            }
            all
        });
    let evidence = sources::evidence(kind, name);
    if evidence.is_none() && !sent.is_empty() {
        let what = format!("crates/idp/sources.toml has no evidence of `{name}` for {}", kind.id());
        return Err(Error::Idps(what));
    }
    let known = evidence.map_or_else(|| "–".to_owned(), |e| format!("{:?}: {}", e.confidence, e.from.join(", ")));
    let unverified = notes.iter().filter_map(|note| note.strip_prefix("unverified: ")).map(str::to_owned).collect();
    Ok(Answer { sent, unverified, known })
}

/// Path and query without what differs from run to run: ids, and the value of a filter.
fn masked(base: &str, url: &str) -> String {
    let base = base.split('?').next().unwrap_or(base);
    let target = url.strip_prefix(base).unwrap_or(url);
    let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
    let mut parts: Vec<&str> = path.split('/').collect();
    if let [_, "Users" | "Groups", id] = parts.as_mut_slice()
        && *id != "0"
    {
        *id = "{id}";
    }
    let query = query.map(|query| query.split('&').map(filter).collect::<Vec<_>>().join("&"));
    query.map_or_else(|| parts.join("/"), |query| format!("{}?{query}", parts.join("/")))
}

fn filter(part: &str) -> String {
    let operator = ["%20eq%20", "+eq+"].into_iter().find(|operator| part.contains(operator));
    let Some((attribute, value)) = operator.and_then(|operator| part.split_once(operator)) else {
        return part.to_owned();
    };
    let value = if value.starts_with("%22") { "%22VALUE%22" } else { "VALUE" };
    format!("{attribute}{}{value}", operator.unwrap_or_default())
}

impl Stage {
    async fn new(kind: Kind) -> Result<Self, Error> {
        let trouble = |error: &dyn std::fmt::Display| Error::Idps(error.to_string());
        let server = Provider::builder().start().await.map_err(|error| trouble(&error))?;
        let mut population = Population::new(7, "t1", "example.com", kind.keys());
        let (mut ada, mut ben, mut cem) = (population.named("Ada"), population.named("Ben"), population.named("Cem"));
        if kind.family().id() == "pingone" {
            // The embedded provider refuses two primary addresses, and nothing after them would be seen.
            [&mut ada, &mut ben, &mut cem].into_iter().for_each(|person| person.email = None);
        }
        let mut group = population.group("Engineering");
        group.members = [ada.key.clone(), ben.key.clone()].into();
        let mut directory = Directory::new();
        for person in [&ada, &ben, &cem] {
            directory.join(person.clone()).map_err(|error| trouble(&error))?;
        }
        directory.add_group(group.clone()).map_err(|error| trouble(&error))?;
        let query = kind.base_query().map(|query| format!("?{query}")).unwrap_or_default();
        let base = BaseUrl::parse(&format!("{}{query}", server.base_url)).map_err(|error| trouble(&error))?;
        let secret = Secret::new(server.token.as_str(), "the embedded provider").map_err(|error| trouble(&error))?;
        let transport = Transport::new(TransportLimits::default()).map_err(|error| trouble(&error))?;
        let actor = Actor::idp(kind.id(), "acme");
        let client = Client::new(transport, base, Some(secret.into()), actor, Journal::default());
        let idp = Idp::new(kind, "acme", client, directory, Options::of(kind));
        Ok(Self { idp, ada, cem, group, _server: server })
    }

    async fn does(&mut self, event: Event) -> Vec<String> {
        let mut notes = self.idp.handle(event).await.notes;
        for note in self.idp.settle().await.notes {
            if !notes.contains(&note) {
                notes.push(note);
            }
        }
        notes
    }

    async fn all(&mut self, events: impl IntoIterator<Item = Event>) {
        for event in events {
            self.does(event).await;
        }
    }

    /// Sends what somebody else made before.
    async fn there(&self, endpoint: &str, body: &serde_json::Value) {
        self.idp.client().send(Request::new(Method::Post, endpoint).json(body)).await;
    }

    /// What comes before the event of that name, and the event.
    async fn prepare(&mut self, case: &str) -> Result<Event, Error> {
        let (person, group, name) = (self.ada.key.clone(), self.group.key.clone(), self.group.name.clone());
        let has_group = serde_json::json!({"schemas": [scim::urn::GROUP], "displayName": name});
        if case == "assign somebody whom the target has" {
            let user = serde_json::json!({"schemas": [scim::urn::USER], "userName": self.ada.user_name});
            self.there("/Users", &user).await;
        }
        if !case.starts_with("test") && !case.starts_with("assign somebody") {
            let people: Vec<Event> =
                self.group.members.iter().map(|key| Event::Assign { person: key.clone() }).collect();
            self.all(people).await;
        }
        if case == "push a group that the target has" {
            self.there("/Groups", &has_group).await;
        }
        let grouped = ["the group", "member", "sync"].iter().any(|word| case.contains(word));
        if grouped {
            // Groups that the product does not make are there before it comes.
            if self.idp.kind().family().id() == "sailpoint" {
                self.there("/Groups", &has_group).await;
            }
            self.does(Event::PushGroup { group: group.clone() }).await;
        }
        Ok(match case {
            "test the connection" => Event::TestConnection,
            "assign somebody new" | "assign somebody whom the target has" => Event::Assign { person },
            "change the display name" => Event::Update { person, change: Change::DisplayName("Ada King".to_owned()) },
            "change the user name" => Event::Rename { person, user_name: "ada.king.t1@example.com".to_owned() },
            "deactivate" => Event::Deactivate { person },
            "reactivate" => {
                self.does(Event::Deactivate { person: person.clone() }).await;
                Event::Reactivate { person }
            }
            "suspend" => Event::Suspend { person },
            "unassign" => Event::Unassign { person },
            "assign again" => {
                self.does(Event::Unassign { person: person.clone() }).await;
                Event::Assign { person }
            }
            "delete the user" => Event::Delete { person },
            "push a new group" | "push a group that the target has" => Event::PushGroup { group },
            "rename the group" => Event::RenameGroup { group, name: "Research-t1".to_owned() },
            "add a member" => {
                self.does(Event::Assign { person: self.cem.key.clone() }).await;
                Event::AddMembers { group, people: vec![self.cem.key.clone()] }
            }
            "remove a member" => Event::RemoveMembers { group, people: vec![person] },
            "unlink the group, delete it on the target" => Event::UnlinkGroup { group, delete: true },
            "unlink the group, leave it on the target" => Event::UnlinkGroup { group, delete: false },
            "delete the group" => Event::DeleteGroup { group },
            "import" => Event::Import,
            "force a sync" => Event::ForceSync,
            "reset the password" => Event::ResetPassword { person },
            "switch provisioning off" => Event::DisableProvisioning,
            "switch provisioning on" => {
                self.does(Event::DisableProvisioning).await;
                Event::EnableProvisioning
            }
            other => return Err(Error::Idps(format!("nothing is prepared for `{other}`"))),
        })
    }
}
