//! `scimulate init`: writes a `scimulate.toml`, asking nothing it can find out.

use super::args::InitArgs;
use super::exit::Exit;
use super::proxy;
use super::{CommandError, runtime, say, settings};
use crate::safety::{preflight, usual_path};
use client::wire::{Actor, BaseUrl, Client, Journal, Transport, TransportLimits, TransportSettings};
use std::fmt::Write as _;
use std::io::Write as _;

/// The file without a target.
const TEMPLATE: &str = include_str!("init.toml");

/// Writes the file; one that is there stays as it is.
pub(super) fn command(args: &InitArgs) -> Result<Exit, CommandError> {
    let name = &args.name;
    if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)) {
        return Err(CommandError::usage(format!(
            "`{name}` is no name for a target: letters, digits, - and _ make one"
        )));
    }
    let base = args.url.as_deref().map(BaseUrl::parse).transpose().map_err(CommandError::usage)?;
    let (base, told) = match base {
        Some(base) => found(args, base)?,
        None => (None, String::new()),
    };
    let text = written(args, base.as_ref());
    let path = args.config.display();
    let made = std::fs::File::options().write(true).create_new(true).open(&args.config);
    made.and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(|e| CommandError::usage(format!("{path} could not be written: {e}; --config names another file")))?;
    let next = match base {
        Some(_) => format!("next: `scimulate run --target {name} --preflight-only`"),
        None => "next: write a target's base URL into it".to_owned(),
    };
    say(&format!("{told}{path} written\n{next}\n"))?;
    Ok(Exit::Conformant)
}

/// The base URL that answers as SCIM does, and what was seen there.
fn found(args: &InitArgs, base: BaseUrl) -> Result<(Option<BaseUrl>, String), CommandError> {
    let setup =
        TransportSettings { proxy: proxy::environment(&base), ..TransportSettings::plain(TransportLimits::default()) };
    let transport = Transport::build(setup).map_err(CommandError::usage)?;
    let credential = settings::secret(&args.token)?.map(Into::into);
    let client = Client::new(transport, base.clone(), credential, Actor::Preflight, Journal::default());
    runtime()?.block_on(async {
        let seen = preflight(&client, jiff::Timestamp::now().as_second()).await;
        match seen.blocked.is_some() {
            true => match usual_path(&client).await {
                Some(usual) => Ok((Some(usual.clone()), format!("SCIM answers at {usual}\n"))),
                None => Ok((Some(base), seen.lines())),
            },
            false => Ok((Some(base), seen.lines())),
        }
    })
}

fn written(args: &InitArgs, base: Option<&BaseUrl>) -> String {
    let Some(base) = base else { return TEMPLATE.replace("{name}", &args.name) };
    let mut text = format!("[targets.{}]\nbase_url = {}\n", args.name, serde_json::Value::from(base.as_str()));
    let secret = match (&args.token.token_env, &args.token.token_file) {
        (Some(name), _) => Some(format!("env = {}", serde_json::Value::from(name.as_str()))),
        (None, Some(path)) => Some(format!("file = {}", serde_json::Value::from(path.to_string_lossy()))),
        (None, None) => std::env::var_os(settings::TOKEN).map(|_| format!("env = \"{}\"", settings::TOKEN)),
    };
    let secret = secret.unwrap_or_else(|| "env = \"SCIM_TOKEN\"".to_owned());
    let _a_string_takes_all =
        write!(text, "\n[targets.{}.auth]\nkind = \"bearer\"\ntoken = {{ {secret} }}\n", args.name);
    text
}
