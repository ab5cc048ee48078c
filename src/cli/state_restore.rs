//! `scimulate state restore`: a tenant from files put into a target over SCIM, as far as that goes.
//!
//! In: files, and a target that nobody lives in. Out: new objects, a map of old ids to new ones, a ledger by which all of it is removed
//! again, and what could not be restored. Never: a write without `--execute`, or a create that the ledger does not announce.

use super::args::RestoreArgs;
use super::connect::{self, CENSUS, Purpose, TargetChoice, connect};
use super::entropy::entropy;
use super::exit::Exit;
use super::{CommandError, leaving, runtime, say, state_apply, state_source};
use crate::safety::{Ledger, run_id, take_inventory};
use cleanup::plan::ObjectType;
use cleanup::restore::{Creation, Restoration, not_kept, restoration};
use client::observe::Observation;
use client::wire::{Actor, Client, Method, Request, encode_part};
use scim::secrecy::write_private;
use serde_json::Value;
use state::{TenantState, fold, read_all};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Refusals shown.
const SHOWN: usize = 20;

/// Restores, or says what that would do.
pub(super) fn command(args: &RestoreArgs) -> Result<Exit, CommandError> {
    let source = state_source::read_files(&args.inputs, &args.column)?;
    let mut orders = restoration(&source.state);
    let others = source.others.len();
    if others > 0 {
        orders.lost.insert("resources of other types".to_owned(), others);
    }
    let allowed = args.i_may_write;
    let purpose = if args.execute { Purpose::Write { allowed } } else { Purpose::Read };
    let reached = connect(&TargetChoice::typed(&args.to, purpose))?;
    let client = reached.client(Actor::Client);
    if client.base().as_str() == source.target {
        return Err(CommandError::usage(format!(
            "the files are of {}: restoring them there would make everything twice; name another target, and use `state rollback` \
             to take back a cleanup",
            source.target
        )));
    }
    let tag = run_id(entropy());
    let ledger = Ledger::at(PathBuf::from(".scimulate").join(format!("ledger-{tag}.jsonl")));
    let stop = Arc::new(AtomicBool::new(false));
    let done = runtime()?.block_on(async {
        if args.execute {
            reached.look_before_writing().await?;
        } else {
            reached.look().await?;
        }
        let there = read_all(&client).await.map_err(CommandError::blocked)?;
        without_taken(&mut orders, &there);
        if !args.execute {
            return Ok(None);
        }
        let before = take_inventory(&reached.client(Actor::Census), None, CENSUS).await;
        ledger.found_before(before.prior(reached.target.base.as_str()));
        state_apply::listen(stop.clone());
        let mut run = Run { client: &client, ledger: &ledger, ids: HashMap::new(), done: Done::default() };
        run.all(&mut orders, &stop).await.map_err(|e| failed(&e, args, &ledger))?;
        Ok::<_, CommandError>(Some((run.ids, run.done)))
    })?;
    let Some((ids, done)) = done else {
        say(&would(&orders, &source.told()))?;
        return Ok(if orders.lost.is_empty() { Exit::Conformant } else { Exit::Findings });
    };
    let map = serde_json::to_string_pretty(&ids.iter().collect::<BTreeMap<_, _>>()).map_err(CommandError::usage)?;
    write_private(&args.ids, map + "\n")
        .map_err(|e| CommandError::usage(format!("{} could not be written: {e}", args.ids.display())))?;
    let whole = orders.lost.is_empty() && done.refused.is_empty() && done.not_kept.is_empty();
    say(&told(&orders, &done, args, &ledger))?;
    Ok(match (stop.load(Ordering::SeqCst), whole) {
        (true, _) => Exit::Interrupted,
        (false, true) => Exit::Conformant,
        (false, false) => Exit::Findings,
    })
}

fn failed(why: &str, args: &RestoreArgs, ledger: &Ledger) -> CommandError {
    let left = if ledger.close() { String::new() } else { format!("\n  {}", undo(args, ledger)) };
    CommandError::blocked(format!("{why}{left}"))
}

/// How everything that was created is removed.
fn undo(args: &RestoreArgs, ledger: &Ledger) -> String {
    let path = ledger.path().map(|path| path.display().to_string()).unwrap_or_default();
    let how = connect::flags(&args.to.target, args.to.config.as_deref(), &args.to.token);
    format!("to remove what was created: scimulate sweep {path} {how}")
}

/// Takes out what has the name of something that is there: it would be refused, or be taken for it.
fn without_taken(orders: &mut Restoration, there: &TenantState) {
    let names = |all: &[Value], key: &str| -> HashSet<String> {
        all.iter().filter_map(|r| client::observe::Resource::of(r).text(key).map(fold)).collect()
    };
    let (users, groups) = (names(&there.users, "userName"), names(&there.groups, "displayName"));
    let taken = |one: &Creation| {
        let all = if one.object == ObjectType::User { &users } else { &groups };
        all.contains(&fold(&one.name))
    };
    let before = orders.creations.len();
    orders.creations.retain(|one| !taken(one));
    let taken = before - orders.creations.len();
    if taken > 0 {
        orders.lost.insert("objects whose name somebody on the target has".to_owned(), taken);
    }
}

/// What came of it.
#[derive(Debug, Default)]
struct Done {
    users: usize,
    groups: usize,
    references: usize,
    refused: Vec<String>,
    /// Attributes that the target did not keep as they were sent, and how often.
    not_kept: BTreeMap<String, usize>,
}

struct Run<'a> {
    client: &'a Client,
    ledger: &'a Ledger,
    /// Old id to new id.
    ids: HashMap<String, String>,
    done: Done,
}

impl Run<'_> {
    async fn all(&mut self, orders: &mut Restoration, stop: &AtomicBool) -> Result<(), String> {
        for one in &orders.creations {
            if stop.load(Ordering::SeqCst) {
                return Ok(());
            }
            self.create(one).await?;
        }
        for (object, id, body) in orders.references(&self.ids) {
            if stop.load(Ordering::SeqCst) {
                return Ok(());
            }
            let path = format!("{}/{}", object.endpoint(), encode_part(&id));
            let answer = self.send(Method::Patch, path, &body).await?;
            match answer.status() {
                Some(200..=299) => self.done.references += 1,
                _ => self.done.refused.push(format!("references of {} {id}: {}", object.name(), refusal(&answer))),
            }
        }
        Ok(())
    }

    async fn create(&mut self, one: &Creation) -> Result<(), String> {
        let base = self.client.base().as_str();
        let endpoint = one.object.endpoint();
        let number =
            self.ledger.intend(0, base, endpoint, (Some(one.name.clone()), None)).map_err(|e| e.to_string())?;
        let answer = self.send(Method::Post, endpoint.to_owned(), &one.body).await?;
        let new = answer.json().and_then(client::observe::id_text);
        match (answer.status(), new) {
            (Some(200..=299), Some(new)) => {
                self.ledger.created(number, &new);
                self.ids.insert(one.old.clone(), new);
                for name in not_kept(&one.body, answer.json().unwrap_or(&Value::Null)) {
                    *self.done.not_kept.entry(name).or_default() += 1;
                }
                *(if one.object == ObjectType::User { &mut self.done.users } else { &mut self.done.groups }) += 1;
            }
            (status, _) => {
                // A success without an id may have created something: the entry stays open.
                if status.is_some_and(|status| (400..500).contains(&status)) {
                    self.ledger.refused(number);
                }
                let name = scim::printable::printable(&one.name);
                self.done.refused.push(format!("{} {name}: {}", one.object.name(), refusal(&answer)));
            }
        }
        Ok(())
    }

    async fn send(&self, method: Method, path: String, body: &Value) -> Result<Observation, String> {
        let what = format!("{method} {path}");
        let request = Request::new(method, path).header("content-type", "application/scim+json").json(body);
        let exchange = self.client.send(request).await;
        // What was exchanged is of no more use than the ledger's line.
        self.client.journal().truncate(0);
        match &exchange.result {
            Ok(_) => Ok(Observation::read(exchange, 0)),
            Err(failure) => Err(format!("{what}: {failure}; it was stopped there")),
        }
    }
}

/// Status and `detail` of a refusal.
fn refusal(answer: &Observation) -> String {
    let detail = answer.member("detail").and_then(Value::as_str).unwrap_or_default();
    let shown: String = detail.chars().take(200).flat_map(char::escape_debug).collect();
    let text = answer.status_text();
    if shown.is_empty() { text } else { format!("{text}: {shown}") }
}

fn lost(orders: &Restoration, text: &mut String) {
    for (what, count) in &orders.lost {
        let _infallible = writeln!(text, "cannot be restored: {count} {what}");
    }
    text.push_str("ids and meta (created, lastModified, version) are the target's own, and come anew\n");
}

fn would(orders: &Restoration, read: &str) -> String {
    let mut text = read.to_owned();
    let users = orders.creations.iter().filter(|one| one.object == ObjectType::User).count();
    let members: usize = orders.members.iter().map(|(_, all)| all.len()).sum();
    let (groups, managers) = (orders.creations.len() - users, orders.managers.len());
    let _infallible = writeln!(
        text,
        "would create {users} users and {groups} groups, with {members} memberships and {managers} managers"
    );
    lost(orders, &mut text);
    text.push_str("nothing was changed; to do it, give the same command with --execute\n");
    text
}

fn told(orders: &Restoration, done: &Done, args: &RestoreArgs, ledger: &Ledger) -> String {
    let Done { users, groups, references, refused, not_kept } = done;
    let mut text = format!("created {users} users and {groups} groups; {references} requests gave references back\n");
    for one in refused.iter().take(SHOWN) {
        let _infallible = writeln!(text, "refused: {one}");
    }
    if refused.len() > SHOWN {
        let _infallible = writeln!(text, "and {} more refusals", refused.len() - SHOWN);
    }
    for (name, count) in not_kept {
        let _infallible =
            writeln!(text, "not kept as it was sent: {}, {count} times", scim::printable::printable(name));
    }
    lost(orders, &mut text);
    let _infallible = writeln!(text, "old ids and new ones: {}\n{}", args.ids.display(), undo(args, ledger));
    leaving::text(&text)
}
