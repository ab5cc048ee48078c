//! `scimulate traffic record`: the proxy that records.
//!
//! In: a target, where to listen, a file. Out: the file. Never: a header of ours on the way to the target: who sends proves themselves. A
//! client certificate of the settings is the exception, since nobody can pass theirs on.

use super::super::args::{RecordArgs, TokenArgs};
use super::super::connect::{Purpose, TargetChoice, connect};
use super::super::exit::Exit;
use super::super::interrupt::Interrupts;
use super::super::{CommandError, runtime, say};
use std::path::Path;
use std::time::Duration;
use traffic::proxy::{ServerTls, Settings, start};
use traffic::{Recorder, RecorderError};

/// How often is looked whether the file can still be written.
const LOOK: Duration = Duration::from_millis(250);

/// Records until interrupted.
pub(super) fn command(args: &RecordArgs) -> Result<Exit, CommandError> {
    let tls = match (&args.tls_cert, &args.tls_key) {
        (Some(certificate), Some(key)) => Some(tls(certificate, key)?),
        _ => None,
    };
    if tls.is_none() && !args.listen.ip().is_loopback() {
        return Err(CommandError::usage(format!(
            "whoever sends to {} would show its token to the network; name a certificate with --tls-cert and --tls-key, or listen on \
             127.0.0.1 behind what has one",
            args.listen
        )));
    }
    let token = TokenArgs::default();
    let choice =
        TargetChoice { target: &args.target, config: args.config.as_deref(), token: &token, purpose: Purpose::Read };
    let reached = connect(&choice)?;
    let base = reached.target.base.clone();
    let tool = concat!("scimulate ", env!("CARGO_PKG_VERSION"));
    runtime()?.block_on(async {
        let mut interrupts = Interrupts::listen().map_err(CommandError::blocked)?;
        let settings = Settings {
            listen: args.listen,
            tls,
            base: base.clone(),
            transport: reached.transport(),
            started: jiff::Timestamp::now(),
        };
        // The file comes first: a proxy that cannot record lets nothing pass.
        let recorder = Recorder::create(&args.out, base.as_str(), tool).map_err(trouble)?;
        let running = match start(settings, recorder).await {
            Ok(running) => running,
            Err(error) => {
                // Nothing is in it, and the next try would find it in its way.
                let _may_stay = std::fs::remove_file(&args.out);
                return Err(CommandError::usage(error));
            }
        };
        say(&format!(
            "base URL for the IdP: {}\nit leads to {base}, and what passes is recorded in {}\nstop with Ctrl-C\n",
            running.base_url,
            args.out.display()
        ))?;
        while !running.has_failed() {
            tokio::select! {
                _ = interrupts.next() => break,
                () = tokio::time::sleep(LOOK) => {}
            }
        }
        let (recorded, left_out) = running.stop().await.map_err(trouble)?;
        let mut text = format!("{recorded} exchanges recorded in {}\n", args.out.display());
        if left_out > 0 {
            text.push_str(&format!("{left_out} more found no room in the file\n"));
        }
        if recorded > 0 {
            text.push_str(&format!("next: scimulate traffic explain {}\n", args.out.display()));
        }
        say(&text)?;
        Ok(if left_out > 0 { Exit::Blocked } else { Exit::Conformant })
    })
}

fn trouble(error: RecorderError) -> CommandError {
    match error {
        RecorderError::Exists(_) => CommandError::usage(error),
        RecorderError::File { .. } | RecorderError::Ended => CommandError::blocked(error),
    }
}

fn tls(certificate: &Path, key: &Path) -> Result<ServerTls, CommandError> {
    let read = |path: &Path| std::fs::read(path).map_err(|e| CommandError::usage(format!("{}: {e}", path.display())));
    let names = (certificate.display().to_string(), key.display().to_string());
    ServerTls::from_pem(&read(certificate)?, &read(key)?, (&names.0, &names.1)).map_err(CommandError::usage)
}
