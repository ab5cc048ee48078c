//! `scimulate corrupt`: puts a target in a corrupted state on purpose.

use super::args::CorruptArgs;
use super::connect::{self, CENSUS, Purpose, TargetChoice, connect};
use super::exit::Exit;
use super::{CommandError, entropy, runtime, say, settings};
use crate::corrupt::{CorruptError, CorruptedState, Made, Order, corrupt};
use crate::safety::{Ledger, add_required, run_id, take_inventory};
use client::wire::Actor;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// After the group of an Entra tenant's first cycle was created, and before its members come.
const HALF_WAY: u16 = 11;

/// Makes the state, and says what was made and how to be rid of it.
pub(super) fn command(args: &CorruptArgs) -> Result<Exit, CommandError> {
    let damage: CorruptedState = args.kind.parse().map_err(CommandError::usage)?;
    if args.at.is_some() && damage != CorruptedState::HalfWayRun {
        return Err(CommandError::usage(format!(
            "--at belongs to --kind {}; {damage} breaks nothing off",
            CorruptedState::HalfWayRun
        )));
    }
    let purpose = Purpose::Write { allowed: args.i_may_write };
    let reached = connect(&TargetChoice::typed(&args.to, purpose))?;
    let tag = run_id(entropy::entropy());
    let path = PathBuf::from(".scimulate").join(format!("ledger-{tag}.jsonl"));
    let ledger = Arc::new(Ledger::at(path.clone()));
    let terms = &reached.target.settings;
    let order = Order {
        damage,
        seed: args.seed.unwrap_or(settings::SEED),
        tag,
        mail_domain: terms.mail_domain.clone(),
        at: usize::from(args.at.unwrap_or(HALF_WAY)),
    };
    let add = (terms.add.clone(), order.tag.clone());
    let client =
        reached.client(Actor::Client).with_rewrite(Arc::new(move |request| add_required(&add.0, &add.1, request)));
    let made = runtime()?.block_on(async {
        reached.look_before_writing().await?;
        let before = take_inventory(&reached.client(Actor::Census), Some(&order.tag), CENSUS).await;
        ledger.found_before(before.prior(reached.target.base.as_str()));
        corrupt(&client, ledger.clone(), &order).await.map_err(|error| failed(&error, &ledger, &how(args)))
    })?;
    if let Some(file) = &args.save_directory {
        save(&made, file)?;
    }
    say(&told(args, &order, &made, &path))?;
    match made.broke_off {
        Some((requests, false)) => Err(CommandError::usage(format!(
            "the run has {requests} requests only, so nothing broke off at request {}; name a lower --at",
            order.at
        ))),
        _ => Ok(Exit::Conformant),
    }
}

fn failed(error: &CorruptError, ledger: &Ledger, how: &str) -> CommandError {
    let left = if ledger.close() { String::new() } else { sweep(ledger.path(), how) };
    CommandError::blocked(format!("{error}{left}"))
}

fn sweep(ledger: Option<&Path>, how: &str) -> String {
    let path = ledger.unwrap_or(Path::new("")).display();
    format!("\n  something was created before; remove it with: scimulate sweep {path} {how}")
}

/// The flags by which the next command reaches the same target.
fn how(args: &CorruptArgs) -> String {
    connect::flags(&args.to.target, args.to.config.as_deref(), &args.to.token)
}

fn save(made: &Made, file: &Path) -> Result<(), CommandError> {
    let text = made.directory.to_json().map_err(CommandError::usage)?;
    scim::secrecy::write_private(file, text)
        .map_err(|e| CommandError::usage(format!("the directory could not be written to {}: {e}", file.display())))
}

/// Objects listed.
const LISTED: usize = 20;

fn told(args: &CorruptArgs, order: &Order, made: &Made, ledger: &Path) -> String {
    let mut text = format!("{}: {}\n\nwhat happened\n", order.damage, order.damage.summary());
    for line in &made.story {
        let _infallible = writeln!(text, "  {line}");
    }
    if let Some(trouble) = made.troubles.first() {
        let more = made.troubles.len() - 1;
        let more = if more == 0 { String::new() } else { format!(" (and {more} more)") };
        let shown: String = trouble.to_string().chars().take(200).flat_map(char::escape_debug).collect();
        let _infallible = writeln!(text, "  the administrator sees: {shown}{more}");
    }
    text.push_str("\nmade\n");
    for entry in made.objects.iter().take(LISTED) {
        let what = if entry.endpoint == "/Groups" { "group" } else { "account" };
        let id: String = entry.id.as_deref().unwrap_or("?").chars().take(80).flat_map(char::escape_debug).collect();
        let _infallible = writeln!(text, "  {what:<8} {} (id {id})", entry.key.as_deref().unwrap_or("?"));
    }
    let directory = args.save_directory.as_ref().map(|f| format!(" --directory {}", f.display())).unwrap_or_default();
    let _infallible = write!(
        text,
        "\nnext: scimulate state diagnose {how}{directory}\nafterwards: scimulate sweep {} {how}\n",
        ledger.display(),
        how = how(args),
    );
    text
}
