//! The service as a process of its own, by `scimulate serve`.

use super::support::Client;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use super::support::raw::File;

/// A server of its own process, killed at the latest when this is dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) scim: Client,
}

impl Server {
    pub(crate) fn start(file: &File, http: &reqwest::Client, token: &str) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_scimulate"));
        command.args(["serve", "--db"]).arg(&file.0);
        Self::run(command, http, token)
    }

    /// A server that a shell starts after a line of its own, such as one that sets a limit.
    pub(crate) fn start_after(line: &str, arguments: &[&str], http: &reqwest::Client, token: &str) -> Self {
        let mut command = Command::new("sh");
        command.args(["-c", &format!("{line}; exec \"$0\" serve \"$@\""), env!("CARGO_BIN_EXE_scimulate")]);
        command.args(arguments);
        Self::run(command, http, token)
    }

    fn run(mut command: Command, http: &reqwest::Client, token: &str) -> Self {
        let mut child =
            command.env("SCIMULATE_TOKEN", token).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let base = line.trim().strip_prefix("base URL: ").unwrap_or_else(|| panic!("{line:?}")).to_owned();
        Self { child, scim: Client { http: http.clone(), base, token: token.to_owned() } }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Host and port.
    pub(crate) fn address(&self) -> String {
        let rest = self.scim.base.trim_start_matches("http://");
        rest.split('/').next().unwrap().to_owned()
    }

    /// Ends it as a power switch would.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
