//! `run` as meant: every setting decided, its origin known, nothing read yet that is secret.

use super::args::{RunArgs, SelectArgs, TokenArgs};
use super::contradictions::agree;
use super::file::{AuthTable, RunTable, Source, TargetTable};
use super::setting_origin::{Layers, Offers, misspelt_variables};
use super::target_settings::{self, Reader};
use super::{CommandError, settings};
use crate::operator::Operator;
use crate::safety::TenantSettings;
use client::wire::{BaseUrl, Credential, Proxy, Spool, TransportLimits, TransportSettings};
use judge::snapshot::Policy;
use judge::verdict;
use std::path::PathBuf;
use std::time::Duration;

/// A tenant with more users than this is somebody's own.
const MANY_USERS: u64 = 200;

/// Most memory for what is exchanged, in MB.
const MEMORY: u32 = 256;

/// One run, decided.
pub(super) struct RunSettings {
    pub select: SelectArgs,
    /// Somebody's server; the embedded provider when absent.
    pub target: Option<ForeignTarget>,
    pub profile: Option<String>,
    pub asked: Vec<verdict::Reader>,
    pub jobs: Option<u16>,
    pub seed: u64,
    pub retries: u32,
    /// Most memory for what is exchanged, in MB.
    pub memory: u32,
    pub fail_fast: bool,
    pub timeout: Duration,
    pub snapshots: Option<Policy>,
    pub snapshots_dir: PathBuf,
    pub report: Vec<String>,
    pub read_only: bool,
    /// Every setting with its origin.
    pub shown: String,
}

/// Somebody's server, decided.
pub(super) struct ForeignTarget {
    /// Its name in the file, or its base URL.
    pub name: String,
    pub base: BaseUrl,
    pub limits: TransportLimits,
    /// Its environment, where the file says so.
    pub environment: Option<String>,
    pub max_users: u64,
    pub settings: TenantSettings,
}

/// What it takes to talk to it: read from the places the settings name.
pub(super) struct Connected {
    pub setup: TransportSettings,
    pub credential: Option<Credential>,
    pub operator: Operator,
}

impl RunSettings {
    /// Where the run keeps what is exchanged.
    pub(super) fn spool(&self) -> Spool {
        Spool::of(usize::try_from(self.memory).unwrap_or(usize::MAX).saturating_mul(1 << 20))
    }

    /// Decides.
    ///
    /// # Errors
    /// When the file, a variable or a flag says what cannot be.
    pub(super) fn of(args: &RunArgs, source: &Source) -> Result<Self, CommandError> {
        let run = &source.file.run;
        let mut layers = Layers::new(source);
        let read_text = |text: &str| Ok(text.to_owned());
        let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
        let offers = |flag: Option<String>, of_run: &Option<String>| Offers {
            flag: flag.map(Some),
            target: None,
            run: of_run.clone().map(Some),
            default: None,
        };
        let named =
            layers.pick("target", offers(args.target.clone(), &run.target), |t| read_text(t).map(Some), text)?;
        let chosen = match &named {
            Some(name) if !is_url(name, source) => {
                Some((name.as_str(), layers.sound("target", source.target(name).map_err(|t| t.message))?))
            }
            _ => None,
        };
        if let Some((name, _)) = chosen {
            layers.at(name);
        }
        let table = chosen.map(|(_, table)| table);
        table.map_or(Ok(()), |table| agree(source, table))?;
        let of_target = table.and_then(|t| Some((Some(t.profile.clone()?), "profile")));
        let offers_profile = Offers { target: of_target, ..offers(args.profile.clone(), &run.profile) };
        let profile = layers.pick("profile", offers_profile, |t| read_text(t).map(Some), text)?;
        let asked = asked(&mut layers, args, run, table)?;
        let select = select(&mut layers, args, run)?;
        let timeout = timeout(&mut layers, args, run, table)?;
        let mut meant = Self {
            jobs: jobs(&mut layers, args, run, table)?,
            snapshots: policy(&mut layers, args, run)?,
            target: None,
            select,
            profile,
            asked,
            timeout,
            seed: number(&mut layers, "seed", args.seed, run.seed, settings::SEED)?,
            retries: number(&mut layers, "retries", args.retries, run.retries, 0)?,
            memory: number(&mut layers, "memory", args.memory, run.memory, MEMORY)?,
            fail_fast: truth(&mut layers, "fail_fast", args.fail_fast, None, run.fail_fast)?,
            snapshots_dir: folder(&mut layers, args, run)?,
            report: list(&mut layers, "report", &args.report, run.report.as_ref())?,
            read_only: truth(&mut layers, "read_only", args.read_only, of_safety(table), None)?,
            shown: String::new(),
        };
        if let Some(name) = named.clone() {
            let base = chosen.map_or(name.as_str(), |(_, t)| t.base_url.get_ref().as_str());
            let base = BaseUrl::parse(base).map_err(|e| match chosen {
                Some((_, t)) => source.trouble(t.base_url.span().start, &e.to_string()),
                None => CommandError::usage(e),
            })?;
            layers.show(
                "base_url",
                base.to_string(),
                table.map_or("as given".into(), |_| layers.in_target("base_url")),
            );
            meant.target = Some(foreign(&mut layers, args, source, table, (name, base), timeout)?);
        }
        sound(&meant, &layers, args.i_may_write)?;
        let wanted = wanted_variables(source, table);
        misspelt_variables(KEYS.iter().copied(), &wanted.iter().map(String::as_str).collect::<Vec<_>>())?;
        meant.shown = layers.table();
        Ok(meant)
    }

    /// Reads secrets and certificates, and joins them to what the transport is built from.
    ///
    /// # Errors
    /// When one cannot be had.
    pub(super) fn connect(&self, token: &TokenArgs, source: &Source) -> Result<Option<Connected>, CommandError> {
        let Some(target) = &self.target else { return Ok(None) };
        super::secrets::warn_if_plain(&target.base);
        let table = source.file.targets.get(&target.name);
        let pace = target_settings::pace(source, table, self.seed, self.timeout)?;
        let flags = token.token_env.is_some() || token.token_file.is_some();
        let Some(table) = table else {
            let setup = TransportSettings {
                scope: Some(target.base.clone()),
                proxy: super::proxy::environment(&target.base),
                pace,
                rules: client::wire::WriteRules { read_only: self.read_only, ..Default::default() },
                ..TransportSettings::plain(target.limits)
            };
            let credential = settings::secret(token)?.map(Credential::bearer).map(Credential::remembered);
            return Ok(Some(Connected { setup, credential, operator: Operator::None }));
        };
        let reader = Reader { source, table, base: &target.base, limits: target.limits };
        let setup = reader.setup(pace, target_settings::rules(table, self.read_only))?;
        // A target's own credential comes before SCIMULATE_TOKEN: that one may be another target's.
        let credential = match table.auth {
            Some(_) if !flags => reader.credential(&setup)?,
            _ => settings::secret(token)?.map(Into::into),
        };
        let credential: Option<Credential> = credential.map(Credential::remembered);
        let operator = reader.operator(&setup)?;
        Ok(Some(Connected { setup, credential, operator }))
    }
}

/// Tries what is read only later, while it is known where it was written.
fn sound(meant: &RunSettings, layers: &Layers<'_>, may_write: bool) -> Result<(), CommandError> {
    let of = |select: SelectArgs| settings::selection(&select).map_err(|t| t.message);
    let (tags, idp) = (meant.select.tags.clone(), meant.select.idp.clone());
    layers.sound("tags", of(SelectArgs { tags, ..SelectArgs::default() }))?;
    layers.sound("idp", of(SelectArgs { idp, ..SelectArgs::default() }))?;
    for report in &meant.report {
        layers.sound("report", report.parse::<report::Spec>())?;
    }
    let room = (meant.memory > 0).then_some(());
    layers.sound("memory", room.ok_or("--memory is in MB and at least 1: with 0 no exchange could be kept"))?;
    if let Some(profile) = &meant.profile {
        layers.sound("profile", provider::Profile::named(profile))?;
    }
    if meant.read_only && may_write {
        let origin = layers.origin("read_only").unwrap_or_default();
        return Err(CommandError::usage(format!(
            "--i-may-write says that this may write, and {} that it may not; leave one of them out",
            origin.strip_prefix("flag ").unwrap_or(origin)
        )));
    }
    Ok(())
}

/// The settings that have a variable.
const KEYS: &[&str] = &[
    "target",
    "profile",
    "for",
    "tags",
    "idp",
    "jobs",
    "seed",
    "retries",
    "memory",
    "fail_fast",
    "timeout",
    "snapshots",
    "snapshots_dir",
    "report",
    "read_only",
];

/// Whether `--target` is a URL: whatever is no name of the file and looks like one.
fn is_url(text: &str, source: &Source) -> bool {
    !source.file.targets.contains_key(text) && text.contains("://")
}

fn foreign(
    layers: &mut Layers<'_>,
    args: &RunArgs,
    source: &Source,
    table: Option<&TargetTable>,
    (name, base): (String, BaseUrl),
    timeout: Duration,
) -> Result<ForeignTarget, CommandError> {
    let own = table.map(|t| &t.limits);
    let bound =
        |own: Option<super::file::Span>, usual: u64| own.map_or(timeout.min(Duration::from_secs(usual)), |s| s.0);
    let request = bound(own.and_then(|l| l.request), 60);
    let limits = TransportLimits {
        connect: bound(own.and_then(|l| l.connect), 10),
        request,
        silence: timeout.max(request),
        ..TransportLimits::default()
    };
    let origin = |there: bool, path: &str, layers: &Layers<'_>| {
        if there { layers.in_target(path) } else { "default".to_owned() }
    };
    let seconds = |d: Duration| format!("{}s", d.as_secs_f64());
    let there = origin(own.is_some_and(|l| l.connect.is_some()), "limits.connect", layers);
    layers.show("limits.connect", seconds(limits.connect), there);
    let there = origin(own.is_some_and(|l| l.request.is_some()), "limits.request", layers);
    layers.show("limits.request", seconds(limits.request), there);
    let (auth, from) = auth(layers, args, table);
    layers.show("auth", auth, from);
    let (proxy, from) = proxy(layers, table, &base);
    layers.show("proxy", proxy, from);
    if let Some(pin) = table.and_then(|t| t.tls.pin.as_ref()) {
        let there = layers.in_target("tls.pin");
        layers.show("tls.pin", pin.clone(), there);
    }
    if let Some((file, passphrase)) = table.and_then(|t| Some((t.tls.certificate.as_ref()?, &t.tls.passphrase))) {
        let secret = passphrase.as_ref().map(|s| format!(", passphrase {}", super::secrets::whereabouts(s.get_ref())));
        let there = layers.in_target("tls.certificate");
        layers.show("tls.certificate", format!("{}{}", file.display(), secret.unwrap_or_default()), there);
    }
    let safety = table.map(|t| &t.safety);
    let max_users = safety.and_then(|s| s.max_users);
    let there = origin(max_users.is_some(), "safety.max_users", layers);
    layers.show("safety.max_users", max_users.unwrap_or(MANY_USERS).to_string(), there);
    let exclusive = safety.and_then(|s| s.exclusive);
    let there = origin(exclusive.is_some(), "safety.exclusive", layers);
    layers.show("safety.exclusive", exclusive.unwrap_or_default().to_string(), there);
    let domain = table.and_then(|t| t.users.mail_domain.as_ref());
    if let Some(domain) = domain
        && !domain
            .get_ref()
            .split('.')
            .all(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'))
    {
        let what = format!("`{}` is no mail domain; write it like example.com", domain.get_ref());
        return Err(source.trouble(domain.span().start, &what));
    }
    let there = origin(domain.is_some(), "users.mail_domain", layers);
    layers.show("users.mail_domain", domain.map_or("example.com".into(), |d| d.get_ref().clone()), there);
    for (key, action) in table.into_iter().flat_map(|t| t.operator.actions()) {
        let how = if action.get_ref().command.is_some() { "a command" } else { "a request" };
        let there = layers.in_target(&format!("operator.{key}"));
        layers.show(&format!("operator.{key}"), how.to_owned(), there);
    }
    let mut tenant = TenantSettings::default();
    if let Some(domain) = domain {
        domain.get_ref().clone_into(&mut tenant.mail_domain);
    }
    tenant.add = added(source, table)?;
    tenant.exclusive = exclusive.unwrap_or_default();
    for (path, value) in &tenant.add {
        let there = layers.in_target("users.add");
        layers.show(&format!("users.add.{path}"), value.to_string(), there);
    }
    Ok(ForeignTarget {
        name,
        base,
        limits,
        environment: table.and_then(|t| t.environment.clone()),
        max_users: max_users.unwrap_or(MANY_USERS),
        settings: tenant,
    })
}

/// How a client proves who it is, without the secret.
fn auth(layers: &Layers<'_>, args: &RunArgs, table: Option<&TargetTable>) -> (String, String) {
    if let Some(name) = &args.token.token_env {
        return (format!("bearer, from env {name}"), "flag --token-env".into());
    }
    if let Some(path) = &args.token.token_file {
        return (format!("bearer, from file {}", path.display()), "flag --token-file".into());
    }
    match table.and_then(|t| t.auth.as_ref()) {
        Some(auth) => (told(auth.get_ref()), layers.in_target("auth")),
        None if std::env::var_os(settings::TOKEN).is_some() => {
            (format!("bearer, from env {}", settings::TOKEN), format!("env {}", settings::TOKEN))
        }
        None => ("none".into(), "default".into()),
    }
}

/// The proxy that is asked for the target, without its password.
fn proxy(layers: &Layers<'_>, table: Option<&TargetTable>, base: &BaseUrl) -> (String, String) {
    let (url, except, origin) = match table.and_then(|t| t.proxy.as_ref()) {
        Some(table) if table.get_ref().url == "none" => return ("none".into(), layers.in_target("proxy.url")),
        Some(table) => {
            let (url, except) = (table.get_ref().url.clone(), table.get_ref().except.join(","));
            (url, except, [layers.in_target("proxy.url"), layers.in_target("proxy.except")])
        }
        None => match super::proxy::environment(base) {
            Some(proxy) => (proxy.url, proxy.except, ["environment".to_owned(), "env NO_PROXY".to_owned()]),
            None => return ("none".into(), "default".into()),
        },
    };
    let proxy = Proxy { url, except, user: None };
    let [asked, excepted] = origin;
    if proxy.asked_for(base.as_str()) { (proxy.shown(), asked) } else { ("none".into(), excepted) }
}

fn told(auth: &AuthTable) -> String {
    let secrets = [&auth.token, &auth.value, &auth.password, &auth.client_secret];
    let secret =
        secrets.into_iter().flatten().next().map(|s| format!(", {}", super::secrets::whereabouts(s.get_ref())));
    let key = auth.key.as_ref().map(|k| format!(", from file {}", k.display()));
    format!("{}{}", auth.kind.word(), secret.or(key).unwrap_or_default())
}

/// Variables the file takes secrets from: a name like one of ours is meant so.
fn wanted_variables(source: &Source, table: Option<&TargetTable>) -> Vec<String> {
    let of = |t: &TargetTable| {
        let auth = t.auth.as_ref().map(|a| a.get_ref());
        let secrets = auth.into_iter().flat_map(|a| [&a.token, &a.value, &a.password, &a.client_secret]);
        let proxy = t.proxy.as_ref().and_then(|proxy| proxy.get_ref().password.as_ref());
        let more = [t.tls.passphrase.as_ref(), proxy];
        secrets.flatten().chain(more.into_iter().flatten()).filter_map(|s| s.get_ref().env.clone()).collect::<Vec<_>>()
    };
    let all = source.file.targets.values();
    all.flat_map(of).chain(table.into_iter().flat_map(of)).collect()
}

fn of_safety(table: Option<&TargetTable>) -> Option<(bool, &'static str)> {
    table.and_then(|t| Some((t.safety.read_only?, "safety.read_only")))
}

/// Whose verdicts count; empty means everybody's.
fn asked(
    layers: &mut Layers<'_>,
    args: &RunArgs,
    run: &RunTable,
    table: Option<&TargetTable>,
) -> Result<Vec<verdict::Reader>, CommandError> {
    let typed = Some(args.asked.clone()).filter(|names| !names.is_empty());
    let offers = Offers {
        flag: typed.or_else(|| Some(args.reading?.readers())),
        target: table.and_then(|t| Some((t.asked.clone()?, "for"))),
        run: run.asked.clone(),
        default: Vec::new(),
    };
    let read = |text: &str| Ok(text.split(',').map(str::to_owned).collect());
    let show = |all: &Vec<String>| if all.is_empty() { "all that play".into() } else { all.join(",") };
    let names = layers.pick("for", offers, read, show)?;
    layers.sound("for", super::readers::named(&names))
}

fn timeout(
    layers: &mut Layers<'_>,
    args: &RunArgs,
    run: &RunTable,
    table: Option<&TargetTable>,
) -> Result<Duration, CommandError> {
    let offers = Offers {
        flag: args.timeout.as_deref().map(super::duration::read).transpose()?,
        target: table.and_then(|t| Some((t.limits.scenario?.0, "limits.scenario"))),
        run: run.timeout.map(|t| t.0),
        default: Duration::from_secs(120),
    };
    let read = |text: &str| super::duration::read(text).map_err(|t| t.message);
    layers.pick("timeout", offers, read, |d| format!("{}s", d.as_secs_f64()))
}

fn jobs(
    layers: &mut Layers<'_>,
    args: &RunArgs,
    run: &RunTable,
    table: Option<&TargetTable>,
) -> Result<Option<u16>, CommandError> {
    let offers = Offers {
        flag: args.jobs.map(Some),
        target: table.and_then(|t| Some((Some(t.pace.jobs?.0), "pace.jobs"))),
        run: run.jobs.map(|j| Some(j.0)),
        default: None,
    };
    let read = |text: &str| {
        let number = text.parse().ok().filter(|n| (1..=256).contains(n));
        number.map(Some).ok_or_else(|| format!("`{text}` is no number from 1 to 256"))
    };
    layers.pick("jobs", offers, read, |n| n.map_or("8 on the embedded provider, 4 elsewhere".into(), |n| n.to_string()))
}

fn policy(layers: &mut Layers<'_>, args: &RunArgs, run: &RunTable) -> Result<Option<Policy>, CommandError> {
    let offers =
        Offers { flag: args.snapshots.clone(), target: None, run: run.snapshots.clone(), default: String::new() };
    let text = layers.pick(
        "snapshots",
        offers,
        |t| Ok(t.to_owned()),
        |t| if t.is_empty() { "-".into() } else { t.clone() },
    )?;
    if text.is_empty() { Ok(None) } else { layers.sound("snapshots", text.parse()).map(Some) }
}

fn number<T: std::str::FromStr + ToString>(
    layers: &mut Layers<'_>,
    key: &'static str,
    flag: Option<T>,
    run: Option<T>,
    default: T,
) -> Result<T, CommandError> {
    let read = |text: &str| text.parse().map_err(|_| format!("`{text}` is no number for it"));
    layers.pick(key, Offers { flag, target: None, run, default }, read, T::to_string)
}

fn truth(
    layers: &mut Layers<'_>,
    key: &'static str,
    flag: bool,
    target: Option<(bool, &'static str)>,
    run: Option<bool>,
) -> Result<bool, CommandError> {
    let read = |text: &str| text.parse().map_err(|_| format!("`{text}` is neither true nor false"));
    layers.pick(key, Offers { flag: flag.then_some(true), target, run, default: false }, read, bool::to_string)
}

fn folder(layers: &mut Layers<'_>, args: &RunArgs, run: &RunTable) -> Result<PathBuf, CommandError> {
    let (flag, run) = (args.snapshots_dir.clone(), run.snapshots_dir.clone());
    let offers = Offers { flag, target: None, run, default: PathBuf::from("snapshots") };
    layers.pick("snapshots_dir", offers, |t| Ok(PathBuf::from(t)), |p| p.display().to_string())
}

fn list(
    layers: &mut Layers<'_>,
    key: &'static str,
    flag: &[String],
    run: Option<&Vec<String>>,
) -> Result<Vec<String>, CommandError> {
    let offers = Offers {
        flag: (!flag.is_empty()).then(|| flag.to_vec()),
        target: None,
        run: run.cloned(),
        default: Vec::new(),
    };
    let read = |text: &str| Ok(text.split(',').map(|t| t.trim().to_owned()).collect());
    layers.pick(key, offers, read, |all| if all.is_empty() { "-".into() } else { all.join(",") })
}

/// Which scenarios, with the tags and IdPs of file and environment where the flags name none.
fn select(layers: &mut Layers<'_>, args: &RunArgs, run: &RunTable) -> Result<SelectArgs, CommandError> {
    let offers = Offers { flag: args.select.tags.clone(), target: None, run: run.tags.clone(), default: String::new() };
    let tags =
        layers.pick("tags", offers, |t| Ok(t.to_owned()), |t| if t.is_empty() { "-".into() } else { t.clone() })?;
    let idp = list(layers, "idp", &args.select.idp, run.idp.as_ref())?;
    Ok(SelectArgs { features: args.select.features.clone(), tags: Some(tags).filter(|t| !t.is_empty()), idp })
}

/// Attributes every user is sent with.
fn added(source: &Source, table: Option<&TargetTable>) -> Result<Vec<(String, serde_json::Value)>, CommandError> {
    let mut all = Vec::new();
    for (path, value) in table.into_iter().flat_map(|t| &t.users.add) {
        let at = value.span().start;
        let sound = !path.is_empty() && path.split(['.', ':']).all(|p| !p.is_empty()) && !path.contains(['[', ' ']);
        if !sound {
            let what = format!(
                "`{path}` is no attribute path; write it like title, name.honorificPrefix or urn:...:attribute"
            );
            return Err(source.trouble(at, &what));
        }
        if matches!(path.as_str(), "id" | "schemas" | "meta" | "userName" | "externalId" | "active") {
            return Err(source.trouble(at, &format!("users.add.{path}: the IdP itself gives that attribute")));
        }
        let json = serde_json::to_value(value.get_ref()).map_err(|e| source.trouble(at, &e.to_string()))?;
        all.push((path.clone(), json));
    }
    Ok(all)
}

impl ForeignTarget {
    /// Whether people live there.
    pub(super) fn is_production(&self) -> bool {
        let is = |text: &str| ["production", "prod"].contains(&text.to_ascii_lowercase().as_str());
        is(&self.name) || self.environment.as_deref().is_some_and(is)
    }

    /// The folder of its golden exchanges: its name, or what stands for its base URL, without the port: a server under test
    /// often has another one tomorrow.
    pub(super) fn goldens(&self) -> String {
        let Some(address) = self.name.split("//").nth(1) else { return super::embedded::as_folder(&self.name) };
        let (host, path) = address.split_once('/').unwrap_or((address, ""));
        let bare = match host.rsplit_once(':') {
            Some((bare, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => bare,
            _ => host,
        };
        super::embedded::as_folder(&format!("{bare}/{path}"))
    }
}
