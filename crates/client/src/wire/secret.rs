//! A credential that cannot be printed.

use super::known;
use scim::secrecy::{MARK, Spellings};
use std::fmt;
use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

/// How long a command may take to give a secret: long enough for somebody to unlock a vault.
const COMMAND: Duration = Duration::from_secs(60);
/// The longest secret a command may print, in bytes.
const LONGEST: u64 = 64 << 10;

/// A token, password or key. Its `Debug` never shows it. Cheap to clone.
#[derive(Clone)]
pub struct Secret(Arc<Kept>);

struct Kept {
    text: String,
    /// Made when it is first looked for.
    spellings: OnceLock<Spellings>,
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.text == other.0.text
    }
}

impl Eq for Secret {}

/// Why a credential could not be had.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The environment variable is not there.
    #[error("environment variable {0} is not set; export it, or name another with --token-env")]
    NoVariable(String),
    /// What was given as a variable's name is none.
    #[error(
        "there is no environment variable of the name given, and it does not look like a name; give the name of the \
         variable, never the secret itself"
    )]
    NoName,
    /// The file could not be read.
    #[error("{path} could not be read: {source}; a secret is to be in that file: check the path and its permissions")]
    File {
        /// The file named.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The command did not give one.
    #[error("the command `{program}` gave no secret: {why}; it must print the secret alone and end with exit code 0")]
    Command {
        /// The program, without its arguments.
        program: String,
        /// What happened.
        why: String,
    },
    /// There is nothing in it, or a character that no header may carry.
    #[error(
        "the token from {0} is empty or has a character that no HTTP header may carry (a line break in the middle?)"
    )]
    Unusable(String),
    /// There is nothing in it.
    #[error("the passphrase from {0} is empty; leave the key out where there is none")]
    Empty(String),
}

/// Where a secret is.
#[derive(Debug, Clone, Copy)]
pub enum SecretPlace<'a> {
    /// An environment variable, by name.
    Env(&'a str),
    /// A file.
    File(&'a Path),
    /// What a command prints. There is no shell in between, and what it prints on standard error goes where ours goes: it may
    /// ask for a password there. It has a minute, and ends with exit code 0.
    Command(&'a [String]),
}

impl SecretPlace<'_> {
    /// The text there, and what to call the place.
    fn text(self) -> Result<(String, String), SecretError> {
        match self {
            Self::Env(name) => match std::env::var(name) {
                Ok(value) => Ok((value, format!("environment variable {name}"))),
                // Where the name belongs somebody may have put the secret itself.
                Err(_) if !is_name(name) => Err(SecretError::NoName),
                Err(_) => Err(SecretError::NoVariable(name.to_owned())),
            },
            Self::File(path) => match std::fs::read_to_string(path) {
                Ok(text) => Ok((text, format!("file {}", path.display()))),
                Err(source) => Err(SecretError::File { path: path.display().to_string(), source }),
            },
            Self::Command(argv) => printed(argv),
        }
    }
}

impl Secret {
    /// Takes a token as text; surrounding white space is not part of it.
    ///
    /// # Errors
    /// When it is empty or no header could carry it. `origin` is named in the message, the token is not.
    pub fn new(token: &str, origin: &str) -> Result<Self, SecretError> {
        let token = token.trim();
        if token.is_empty() || token.bytes().any(|b| !(0x20..0x7f).contains(&b)) {
            return Err(SecretError::Unusable(origin.to_owned()));
        }
        Ok(Self::kept(token))
    }

    /// The token alone where somebody put the scheme of a header before it: `Bearer abc` is `abc`.
    pub(super) fn without_scheme(self, scheme: &str) -> Self {
        let rest = self.expose().split_once(' ').filter(|(word, _)| word.eq_ignore_ascii_case(scheme));
        match rest.map(|(_, rest)| rest.trim().to_owned()).filter(|rest| !rest.is_empty()) {
            Some(rest) => Self::kept(&rest),
            None => self,
        }
    }

    /// Reads a token from its place.
    ///
    /// # Errors
    /// When there is none, or its value is unusable.
    pub fn read(place: SecretPlace<'_>) -> Result<Self, SecretError> {
        let (text, origin) = place.text()?;
        let secret = Self::new(&text, &origin)?;
        known::read(secret.expose());
        Ok(secret)
    }

    /// Reads a passphrase from its place: any text; the line break at its end is not part of it.
    ///
    /// # Errors
    /// When there is none.
    pub fn read_passphrase(place: SecretPlace<'_>) -> Result<Self, SecretError> {
        let (text, origin) = place.text()?;
        let text = text.strip_suffix('\n').map_or(text.as_str(), |text| text.strip_suffix('\r').unwrap_or(text));
        if text.is_empty() {
            return Err(SecretError::Empty(origin));
        }
        let secret = Self::kept(text);
        known::read(secret.expose());
        Ok(secret)
    }

    /// A secret that is known to be usable.
    pub(super) fn kept(text: impl Into<String>) -> Self {
        Self(Arc::new(Kept { text: text.into(), spellings: OnceLock::new() }))
    }

    /// Keeps it out of what leaves this process from now on, as those that are read from the settings are: for one that was
    /// given during the run.
    #[must_use]
    pub fn remembered(self) -> Self {
        known::fetched(self.expose());
        self
    }

    /// The spellings in which it is looked for.
    pub(super) fn spellings(&self) -> &Spellings {
        self.0.spellings.get_or_init(|| Spellings::of([self.expose()]))
    }

    /// The token itself, for the one place that writes the header.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0.text
    }
}

/// What a command prints, and what to call it.
fn printed(argv: &[String]) -> Result<(String, String), SecretError> {
    let program = argv.first().cloned().unwrap_or_default();
    let fail = |why: String| SecretError::Command { program: program.clone(), why };
    let mut command = Command::new(&program);
    command.args(argv.iter().skip(1)).stdin(Stdio::inherit()).stdout(Stdio::piped()).stderr(Stdio::inherit());
    let mut child = command.spawn().map_err(|e| fail(e.to_string()))?;
    let Some(out) = child.stdout.take() else { return Err(fail("it has no output".into())) };
    // Read beside the wait: a full pipe would keep the command from ending.
    let reader = std::thread::spawn(move || {
        let mut text = String::new();
        out.take(LONGEST).read_to_string(&mut text).map(|_| text)
    });
    let started = Instant::now();
    let status = loop {
        match child.try_wait().map_err(|e| fail(e.to_string()))? {
            Some(status) => break status,
            None if started.elapsed() > COMMAND => {
                let _may_have_ended = child.kill();
                let _reaped = child.wait();
                return Err(fail(format!("no end within {} s", COMMAND.as_secs())));
            }
            None => std::thread::sleep(Duration::from_millis(10)),
        }
    };
    if !status.success() {
        return Err(fail(format!("{status}")));
    }
    match reader.join() {
        Ok(Ok(text)) => Ok((text, format!("command `{program}`"))),
        _ => Err(fail("its output is no text".into())),
    }
}

/// Whether that looks like a variable's name rather than like a secret: letters, digits and `_`, and not long in one word.
fn is_name(text: &str) -> bool {
    let sound = text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    sound && text.split('_').all(|word| word.len() < 20) && !text.starts_with(|c: char| c.is_ascii_digit())
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({MARK})")
    }
}

/// Whether others than the file's owner may read it; false where files have no such rights.
#[must_use]
pub fn open_to_others(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::metadata(path).is_ok_and(|m| m.is_file() && m.permissions().mode() & 0o044 != 0)
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        false
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn from(argv: &[&str]) -> Result<Secret, SecretError> {
        Secret::read(SecretPlace::Command(&argv.iter().map(|a| (*a).to_owned()).collect::<Vec<_>>()))
    }

    #[test]
    fn a_command_gives_a_secret_or_a_reason() {
        assert_eq!(from(&["/bin/sh", "-c", "echo hunter2"]).unwrap().expose(), "hunter2");
        let told = |argv: &[&str]| from(argv).unwrap_err().to_string();
        assert!(told(&["/no/such/program"]).contains("/no/such/program"));
        assert!(told(&["/bin/sh", "-c", "echo hunter2; exit 3"]).contains("exit status: 3"));
        assert!(!told(&["/bin/sh", "-c", "echo hunter2; exit 3"]).contains("hunter2"));
        assert!(told(&["/bin/true"]).contains("empty"));
        assert!(told(&[]).contains("gave no secret"));
    }
}
