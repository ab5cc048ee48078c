//! The operator actions of `scimulate.toml`: from its tables to what `operator` carries out.

use super::CommandError;
use super::file::{ActionTable, HttpMethod, Source, TargetTable};
use super::proxy;
use super::secrets::own_header;
use crate::operator::{ACTIONS, ALWAYS, Body, Configured, How, Operator, Way, unknown_placeholders};
use client::wire::{BaseUrl, Method, Transport, TransportSettings, origin};
use scim::nearest;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// Without a limit of its own, no action takes longer.
const LIMIT: Duration = Duration::from_secs(30);

/// What the target's operator can do.
///
/// # Errors
/// When an action is neither a command nor a request, both, or names a placeholder it does not have.
pub(super) fn configured(
    source: &Source,
    table: &TargetTable,
    base: &BaseUrl,
    plain: &TransportSettings,
) -> Result<Operator, CommandError> {
    let mut ways = BTreeMap::new();
    for (key, spanned) in table.operator.actions() {
        let (action, at) = (spanned.get_ref(), spanned.span().start);
        let trouble = |what: String| source.trouble(at, &format!("operator.{key}: {what}"));
        let how = match (&action.command, &action.url) {
            (Some(argv), None) => command(key, action, argv).map_err(trouble)?,
            (None, Some(url)) => request((source, table), key, action, url, base, plain).map_err(|e| match e {
                Wrong::Here(what) => trouble(what),
                Wrong::There(told) => told,
            })?,
            _ => return Err(trouble("give it either a `command` or a `url`".to_owned())),
        };
        if let Some(bad) = action.take.values().find(|p| !p.starts_with('/')) {
            return Err(trouble(format!("`{bad}` is no JSON pointer; write it like /data/token")));
        }
        let limit = action.time_limit.map_or(LIMIT, |l| l.0);
        ways.insert(key, Way { how, take: action.take.clone(), limit });
    }
    if ways.contains_key("open_tenant") != ways.contains_key("close_tenant") {
        let at = table.base_url.span().start;
        return Err(source.trouble(at, "operator.open_tenant and operator.close_tenant belong together"));
    }
    Ok(if ways.is_empty() { Operator::None } else { Operator::Configured(Arc::new(Configured(ways))) })
}

/// What is wrong with an action, or with something it points to.
enum Wrong {
    Here(String),
    There(CommandError),
}

fn command(key: &str, action: &ActionTable, argv: &[String]) -> Result<How, String> {
    if argv.first().is_none_or(String::is_empty) {
        return Err("`command` names no program".to_owned());
    }
    let stray = [
        ("method", action.method.is_some()),
        ("headers", !action.headers.is_empty()),
        ("body", action.body.is_some()),
        ("accept", !action.accept.is_empty()),
        ("refused", !action.refused.is_empty()),
    ];
    if let Some((name, _)) = stray.iter().find(|(_, there)| *there) {
        return Err(format!("a command has no use for the key `{name}`"));
    }
    argv.iter().try_for_each(|word| known(key, word).and_then(|()| unseen(word)))?;
    Ok(How::Command { argv: argv.to_vec(), refused: action.refused_codes.iter().map(|c| i32::from(*c)).collect() })
}

fn request(
    (source, table): (&Source, &TargetTable),
    key: &str,
    action: &ActionTable,
    url: &str,
    base: &BaseUrl,
    plain: &TransportSettings,
) -> Result<How, Wrong> {
    if !action.refused_codes.is_empty() {
        return Err(Wrong::Here("a request has no use for the key `refused_codes`; it has `refused`".to_owned()));
    }
    known(key, url).and_then(|()| unseen(url)).map_err(Wrong::Here)?;
    let host = BaseUrl::parse(&origin(url).replace(['{', '}'], "")).map_err(|e| Wrong::Here(e.to_string()))?;
    if origin(url).contains('{') {
        return Err(Wrong::Here("the host of `url` must stand there as it is, without a placeholder".to_owned()));
    }
    let mut headers = Vec::new();
    for (name, text) in &action.headers {
        headers.push(own_header(source, name, text).map_err(Wrong::There)?);
    }
    let tls = plain.tls.elsewhere(origin(url) == origin(base.as_str()));
    let request = action.time_limit.map_or(LIMIT, |l| l.0);
    let limits = client::wire::TransportLimits { request, ..plain.limits };
    let proxy = proxy::of_host(table, plain, &host);
    let setup = TransportSettings { tls, headers, scope: Some(host), proxy, ..TransportSettings::plain(limits) };
    Ok(How::Request {
        transport: Box::new(Transport::build(setup).map_err(|e| Wrong::Here(e.to_string()))?),
        method: match action.method {
            Some(HttpMethod::Get) => Method::Get,
            Some(HttpMethod::Put) => Method::Put,
            Some(HttpMethod::Patch) => Method::Patch,
            Some(HttpMethod::Delete) => Method::Delete,
            Some(HttpMethod::Post) | None => Method::Post,
        },
        url: url.to_owned(),
        body: body(key, action).map_err(Wrong::Here)?,
        accept: action.accept.clone(),
        refused: action.refused.clone(),
    })
}

fn body(key: &str, action: &ActionTable) -> Result<Body, String> {
    match &action.body {
        None => Ok(Body::Empty),
        Some(toml::Value::String(form)) => known(key, form).map(|()| Body::Form(form.clone())),
        Some(table @ toml::Value::Table(_)) => {
            let json: Value = serde_json::to_value(table).map_err(|e| e.to_string())?;
            texts(&json).try_for_each(|text| known(key, text))?;
            Ok(Body::Json(json))
        }
        Some(_) => Err("`body` is a table (sent as JSON) or text (sent as a form)".to_owned()),
    }
}

/// Every text in a value.
fn texts(value: &Value) -> Box<dyn Iterator<Item = &str> + '_> {
    match value {
        Value::String(text) => Box::new(std::iter::once(text.as_str())),
        Value::Array(all) => Box::new(all.iter().flat_map(texts)),
        Value::Object(all) => Box::new(all.values().flat_map(texts)),
        _ => Box::new(std::iter::empty()),
    }
}

/// A password stands in no process list and in no server's log.
fn unseen(text: &str) -> Result<(), String> {
    if text.contains("{password}") {
        return Err("`{password}` may stand in a request's body or headers, not in a command or URL".to_owned());
    }
    Ok(())
}

fn known(key: &str, text: &str) -> Result<(), String> {
    let Some(wrong) = unknown_placeholders(key, text).into_iter().next() else { return Ok(()) };
    let own = ACTIONS.iter().find(|(known, ..)| *known == key).map_or(&[][..], |(_, _, names)| names);
    let all = || own.iter().chain(ALWAYS).copied();
    let meant = nearest(&wrong, all()).map(|n| format!("; did you mean `{{{n}}}`?")).unwrap_or_default();
    let all: Vec<String> = all().map(|n| format!("{{{n}}}")).collect();
    Err(format!("`{{{wrong}}}` stands for nothing here; there are {}{meant}", all.join(", ")))
}
