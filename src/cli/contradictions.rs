//! Keys of a target that contradict one another.
//!
//! In: a target's table. Out: nothing, or the two keys that cannot both be meant. Never: a guess which of the two was.

use super::CommandError;
use super::file::{AuthKind, AuthTable, ClientAuth, HeaderText, Source, TargetTable};
use std::collections::BTreeMap;

/// Headers that carry a credential in plain sight.
const CREDENTIALS: &[&str] = &["authorization", "proxy-authorization", "cookie"];
/// What a target is called where people live; a word nearly like it is no other word.
const PRODUCTION: &str = "production";

/// Looks at each pair of keys that cannot both hold.
///
/// # Errors
/// With the place, both keys, and what to take out.
pub(super) fn agree(source: &Source, table: &TargetTable) -> Result<(), CommandError> {
    let base = table.base_url.get_ref();
    let here = |what: String| source.trouble(table.base_url.span().start, &what);
    environment(table).map_err(here)?;
    limits(table).map_err(here)?;
    if let Some(auth) = &table.auth {
        let at = |what: String| source.trouble(auth.span().start, &what);
        fits(auth.get_ref()).map_err(at)?;
        certificate(auth.get_ref(), table, base).map_err(at)?;
    }
    let asks = table.auth.as_ref().is_some_and(|auth| auth.get_ref().token_url.is_some());
    if table.tls.token_endpoint == Some(true) && !asks {
        return Err(here("tls.token_endpoint is about a token endpoint, and auth.token_url names none".to_owned()));
    }
    for (name, text) in &table.headers {
        header(name, text.get_ref(), table).map_err(|what| source.trouble(text.span().start, &what))?;
    }
    if let Some(proxy) = &table.proxy {
        let given = proxy.get_ref();
        let (user, password) = (given.user.is_some(), given.password.is_some());
        let more = [("except", !given.except.is_empty()), ("user", user), ("password", password)];
        if let (true, Some((key, _))) = (given.url == "none", more.iter().find(|(_, there)| *there)) {
            let what = format!("proxy.url = \"none\" has no use for the key `{key}`; take one of them out");
            return Err(source.trouble(proxy.span().start, &what));
        }
    }
    Ok(())
}

fn environment(table: &TargetTable) -> Result<(), String> {
    let Some(given) = &table.environment else { return Ok(()) };
    let lower = given.to_lowercase();
    if lower != PRODUCTION && strsim::damerau_levenshtein(&lower, PRODUCTION) <= 2 {
        return Err(format!(
            "environment `{given}`: did you mean `{PRODUCTION}`? Only that word keeps a run from writing"
        ));
    }
    Ok(())
}

/// The shorter of two limits decides, so a longer one inside it says nothing.
fn limits(table: &TargetTable) -> Result<(), String> {
    let given = &table.limits;
    let pairs = [
        ("limits.connect", given.connect, "limits.request", given.request),
        ("limits.request", given.request, "limits.scenario", given.scenario),
    ];
    for (inner, short, outer, long) in pairs {
        if let (Some(short), Some(long)) = (short, long)
            && short.0 > long.0
        {
            let (short, long) = (short.0.as_secs_f64(), long.0.as_secs_f64());
            return Err(format!("{inner} ({short} s) is longer than {outer} ({long} s), which it is a part of"));
        }
    }
    Ok(())
}

/// A certificate is a proof only where there is one, and where TLS is spoken.
fn certificate(auth: &AuthTable, table: &TargetTable, base: &str) -> Result<(), String> {
    let token_url = auth.token_url.as_deref();
    let (what, url) = match (auth.kind, token_url) {
        (AuthKind::Certificate, _) => ("auth.kind = \"certificate\"", base),
        (AuthKind::ClientCredentials, Some(url)) if auth.client_auth == Some(ClientAuth::Certificate) => {
            ("auth.client_auth = \"certificate\"", url)
        }
        (_, Some(url)) if table.tls.token_endpoint == Some(true) => ("tls.token_endpoint", url),
        _ => return Ok(()),
    };
    if table.tls.certificate.is_none() {
        return Err(format!("{what} needs the key `tls.certificate` (and `tls.key`, unless one file has both)"));
    }
    if url.starts_with("http:") {
        return Err(format!("{what} needs TLS, and {} speaks none", client::wire::origin(url)));
    }
    Ok(())
}

fn header(name: &str, text: &HeaderText, table: &TargetTable) -> Result<(), String> {
    let lower = name.to_lowercase();
    if CREDENTIALS.contains(&lower.as_str()) && matches!(text, HeaderText::Plain(_)) {
        return Err(format!(
            "headers.{name} is a credential, and none stands in the file; give its place, {{ env = \"NAME\" }} for example"
        ));
    }
    let own = table.auth.as_ref().map(|auth| auth.get_ref()).and_then(|auth| match auth.kind {
        AuthKind::None | AuthKind::Certificate => None,
        AuthKind::Header => auth.header.as_deref().map(str::to_lowercase),
        _ => Some("authorization".to_owned()),
    });
    match own {
        Some(own) if own == lower => Err(format!(
            "headers.{name} and auth both give the header `{name}`; take one of them out (auth.kind = \"header\" takes \
             any header)"
        )),
        _ => Ok(()),
    }
}

/// Whether the keys given are those of the kind, all of them.
fn fits(auth: &AuthTable) -> Result<(), String> {
    let given: BTreeMap<&str, bool> = [
        ("token", auth.token.is_some()),
        ("header", auth.header.is_some()),
        ("value", auth.value.is_some()),
        ("user", auth.user.is_some()),
        ("password", auth.password.is_some()),
        ("token_url", auth.token_url.is_some()),
        ("client_id", auth.client_id.is_some()),
        ("client_secret", auth.client_secret.is_some()),
        ("client_auth", auth.client_auth.is_some()),
        ("key", auth.key.is_some()),
        ("key_id", auth.key_id.is_some()),
        ("algorithm", auth.algorithm.is_some()),
        ("assertion_audience", auth.assertion_audience.is_some()),
        ("scope", auth.scope.is_some()),
        ("audience", auth.audience.is_some()),
    ]
    .into();
    let by_certificate = auth.client_auth == Some(ClientAuth::Certificate);
    let (kind, needs, takes): (&str, &[&str], &[&str]) = match auth.kind {
        AuthKind::None => ("none", &[], &[]),
        AuthKind::Certificate => ("certificate", &[], &[]),
        AuthKind::Bearer => ("bearer", &["token"], &[]),
        AuthKind::Header => ("header", &["header", "value"], &[]),
        AuthKind::Basic => ("basic", &["user", "password"], &[]),
        AuthKind::ClientCredentials if by_certificate => {
            ("client_credentials", &["token_url", "client_id"], &["client_auth", "scope", "audience"])
        }
        AuthKind::ClientCredentials => {
            ("client_credentials", &["token_url", "client_id", "client_secret"], &["client_auth", "scope", "audience"])
        }
        AuthKind::PrivateKeyJwt => (
            "private_key_jwt",
            &["token_url", "client_id", "key"],
            &["key_id", "algorithm", "assertion_audience", "scope", "audience"],
        ),
    };
    if let Some(missing) = needs.iter().find(|key| !given.get(**key).copied().unwrap_or_default()) {
        return Err(format!("auth.kind = \"{kind}\" needs the key `{missing}`"));
    }
    match given.iter().find(|(key, there)| **there && !needs.contains(key) && !takes.contains(key)) {
        Some((key, _)) => Err(format!("auth.kind = \"{kind}\" has no use for the key `{key}`; take one of them out")),
        None => Ok(()),
    }
}
