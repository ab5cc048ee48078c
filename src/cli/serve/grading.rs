//! `serve --grade`: the recording proxy stands before the provider, and what passes is graded at the end.
//!
//! In: settings of the provider. Out: the same with an address of its own, and reports of the client. Never: a secret in the recording,
//! or the recording left on disk.

use super::super::args::ServeArgs;
use super::super::exit::Exit;
use super::super::graded::{Graded, report};
use super::super::{CommandError, run};
use ::traffic::proxy::{Running as Proxy, Settings as ProxySettings, start};
use ::traffic::{Recorder, Recording};
use client::wire::{BaseUrl, Transport, TransportLimits};
use judge::verdict::TargetRecord;
use provider::{Running, Settings};
use report::Report;
use scim::schema::Registry;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use tempfile::TempDir;

/// Most bytes of exchanges that are graded: more than ten thousand requests.
const MOST: u64 = 32 << 20;

/// What is ready before anything is served.
pub(super) struct Grading {
    listen: SocketAddr,
    types: Registry,
    profile: String,
    reports: Vec<Box<dyn Report>>,
    folder: TempDir,
}

/// The proxy at work.
pub(super) struct Started {
    proxy: Proxy,
    grading: Grading,
    /// Where clients find it.
    base_url: String,
}

/// What passed, ready to be graded.
pub(super) struct Ended {
    graded: Graded,
    reports: Vec<Box<dyn Report>>,
}

/// Takes the address that clients know for the proxy, and gives the provider another on this machine.
pub(super) fn before(settings: Settings, args: &ServeArgs) -> Result<(Settings, Grading), CommandError> {
    let asked = settings.addr;
    let trouble = |why: std::io::Error| {
        CommandError::blocked(format!("nothing can listen on {asked}: {why}; name another --port or --listen"))
    };
    // The provider tells its clients this address, so it has to be known before both start.
    let listen = TcpListener::bind(asked).and_then(|free| free.local_addr()).map_err(trouble)?;
    let public_url = match settings.public_url {
        Some(url) => url,
        None => format!("http://{}", on_this_machine(listen)).parse().map_err(CommandError::usage)?,
    };
    let folder = tempfile::Builder::new().prefix("scimulate-").tempdir().map_err(CommandError::blocked)?;
    let grading = Grading {
        listen,
        types: settings.types.clone(),
        profile: args.profile.clone(),
        reports: run::reports(&args.report, args.verbose, true)?,
        folder,
    };
    let addr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
    Ok((Settings { addr, public_url: Some(public_url), ..settings }, grading))
}

/// Where a client of this machine finds it.
fn on_this_machine(listen: SocketAddr) -> SocketAddr {
    let ip = if listen.ip().is_unspecified() { IpAddr::V4(Ipv4Addr::LOCALHOST) } else { listen.ip() };
    SocketAddr::new(ip, listen.port())
}

impl Grading {
    /// Starts the proxy before the provider.
    pub(super) async fn start(self, running: &Running) -> Result<Started, CommandError> {
        let path = running.base_url.splitn(4, '/').nth(3).unwrap_or_default();
        let base = BaseUrl::parse(&format!("http://{}/{path}", running.addr)).map_err(CommandError::blocked)?;
        let tool = concat!("scimulate ", env!("CARGO_PKG_VERSION"));
        let file = self.folder.path().join("client.har");
        let recorder = Recorder::create(&file, base.as_str(), tool).map_err(CommandError::blocked)?.at_most(MOST);
        let settings = ProxySettings {
            listen: self.listen,
            tls: None,
            base,
            transport: Transport::new(TransportLimits::default()).map_err(CommandError::blocked)?,
            started: jiff::Timestamp::now(),
        };
        let proxy = start(settings, recorder).await.map_err(CommandError::blocked)?;
        Ok(Started { proxy, grading: self, base_url: running.base_url.clone() })
    }
}

impl Started {
    /// Lets requests under way end, and reads what passed.
    pub(super) async fn stop(self) -> Result<Ended, CommandError> {
        let Grading { types, profile, reports, folder, .. } = self.grading;
        let (_recorded, left_out) = self.proxy.stop().await.map_err(CommandError::blocked)?;
        let recording = Recording::read(&folder.path().join("client.har")).map_err(CommandError::blocked)?;
        let (name, base_url) = ("embedded provider".to_owned(), self.base_url);
        let target = TargetRecord { name, base_url, profile, token_env: None };
        let graded = Graded { recording, types, target, file: "client".to_owned(), left_out };
        Ok(Ended { graded, reports })
    }
}

impl Ended {
    /// Grades the client.
    pub(super) fn report(self) -> Result<Exit, CommandError> {
        report(self.graded, self.reports)
    }
}
