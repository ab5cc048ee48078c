//! A named target of `scimulate.toml`, or a bare base URL, as meant: what to connect to, how, and within which bounds.

use super::file::{AuthKind, AuthTable, ClientAuth, ResourceKind, SecretTable, Source, TargetTable};
use super::{CommandError, operator, proxy, secrets};
use crate::operator::Operator;
use client::wire::{
    BaseUrl, ClientCredentials, ClientProof, Credential, OAuth, PaceLimits, Pin, Proxy, Secret, SigningKey, Tls,
    Transport, TransportLimits, TransportSettings, WriteRules, is_pkcs12, origin, pem_of,
};
use std::path::Path;
use std::time::Duration;
use toml::Spanned;

/// Reads what a target's table points to: secrets, certificates.
pub(super) struct Reader<'a> {
    pub source: &'a Source,
    pub table: &'a TargetTable,
    pub base: &'a BaseUrl,
    pub limits: TransportLimits,
}

impl Reader<'_> {
    /// What the transport is built from.
    ///
    /// # Errors
    /// When a file, a secret or a value of the table cannot be used.
    pub(super) fn setup(&self, pace: PaceLimits, rules: WriteRules) -> Result<TransportSettings, CommandError> {
        let table = self.table;
        let mut headers = Vec::new();
        for (name, text) in &table.headers {
            headers.push(secrets::own_header(self.source, name, text)?);
        }
        Ok(TransportSettings {
            limits: self.limits,
            tls: self.tls()?,
            proxy: self.proxy()?,
            headers,
            scope: Some(self.base.clone()),
            pace,
            rules,
        })
    }

    fn tls(&self) -> Result<Tls, CommandError> {
        let table = &self.table.tls;
        let read = |path: &Path| {
            let path = self.source.beside(path);
            let bytes = std::fs::read(&path).map_err(|e| {
                CommandError::usage(format!(
                    "{} could not be read: {e}; tls names it in {}",
                    path.display(),
                    self.source.path.display()
                ))
            })?;
            Ok::<_, CommandError>((path.display().to_string(), bytes))
        };
        let mut tls = Tls::default();
        if let Some(ca) = &table.ca {
            tls.authorities.push(read(ca)?);
        }
        if let Some(pin) = &table.pin {
            if !self.base.as_str().starts_with("https:") {
                return Err(self.trouble("tls.pin knows a server by its key, and the base URL is no https"));
            }
            tls.pins = if Pin::is_meant(pin) {
                let what = "tls.pin is `sha256//` with the base64 of a public key's SHA-256, or a file with the server's certificate";
                Pin::read(pin).ok_or_else(|| self.trouble(what))?
            } else {
                let (origin, pem) = read(Path::new(pin))?;
                let pins = Pin::of_certificates(&pem);
                if pins.is_empty() {
                    return Err(self.trouble(&format!("{origin} (tls.pin) holds no certificate in PEM")));
                }
                pins
            };
        }
        let Some(certificate) = &table.certificate else {
            return match (&table.key, &table.passphrase) {
                (Some(_), _) => Err(self.trouble("tls.key is given without tls.certificate; both belong together")),
                (None, Some(_)) => Err(self.trouble("tls.passphrase is given without tls.certificate, whose it is")),
                (None, None) => Ok(tls),
            };
        };
        let (origin, bytes) = read(certificate)?;
        let secret = table.key.as_ref().unwrap_or(certificate);
        secrets::warn_if_open(&self.source.beside(secret));
        let pem = match (is_pkcs12(&bytes), &table.key) {
            (true, None) => self.opened(&origin, &bytes)?,
            (true, Some(_)) => {
                let what = format!("{origin} is PKCS#12 and has its key within; take tls.key out");
                return Err(self.trouble(&what));
            }
            (false, _) if table.passphrase.is_some() => {
                let what =
                    format!("tls.passphrase opens PKCS#12, and {origin} is none: a PEM's key has to be unencrypted");
                return Err(self.trouble(&what));
            }
            (false, Some(key)) => [bytes, b"\n".to_vec(), read(key)?.1].concat(),
            (false, None) => bytes,
        };
        tls.identity = Some((origin, pem));
        Ok(tls)
    }

    /// A PKCS#12 file with its passphrase, as PEM.
    fn opened(&self, origin: &str, bytes: &[u8]) -> Result<Vec<u8>, CommandError> {
        let passphrase = self.table.tls.passphrase.as_ref();
        let at = passphrase.map_or(self.table.base_url.span().start, |table| table.span().start);
        let passphrase =
            passphrase.map(|table| secrets::read_at(self.source, table, Secret::read_passphrase)).transpose()?;
        pem_of(origin, bytes, passphrase.as_ref()).map_err(|e| self.source.trouble(at, &e.to_string()))
    }

    fn proxy(&self) -> Result<Option<Proxy>, CommandError> {
        let Some(spanned) = &self.table.proxy else { return Ok(proxy::environment(self.base)) };
        let table = spanned.get_ref();
        let at = spanned.span().start;
        if table.url == "none" {
            return Ok(None);
        }
        if table.url.contains('@') {
            return Err(self.source.trouble(at, "proxy.url holds a credential; write proxy.user and proxy.password"));
        }
        let user = match (&table.user, &table.password) {
            (Some(user), Some(password)) => Some((user.clone(), secrets::secret(self.source, password)?)),
            (None, None) => None,
            _ => return Err(self.source.trouble(at, "proxy.user and proxy.password belong together")),
        };
        Ok(Some(Proxy { url: table.url.clone(), except: table.except.join(","), user }))
    }

    /// How a client proves who it is; none where the table says so or says nothing.
    ///
    /// # Errors
    /// When keys contradict the kind, or a secret cannot be had.
    pub(super) fn credential(&self, plain: &TransportSettings) -> Result<Option<Credential>, CommandError> {
        let Some(spanned) = &self.table.auth else { return Ok(None) };
        let (auth, at) = (spanned.get_ref(), spanned.span().start);
        let given = |secret: &Option<Spanned<SecretTable>>| match secret {
            Some(table) => secrets::secret(self.source, table),
            None => Err(self.source.trouble(at, "auth lacks a secret")),
        };
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        Ok(match auth.kind {
            AuthKind::None | AuthKind::Certificate => None,
            AuthKind::Bearer => Some(Credential::bearer(given(&auth.token)?)),
            AuthKind::Header => Some(Credential::header(&text(&auth.header), given(&auth.value)?)),
            AuthKind::Basic => Some(Credential::basic(&text(&auth.user), given(&auth.password)?)),
            AuthKind::ClientCredentials => {
                let proof = match auth.client_auth.unwrap_or(ClientAuth::Basic) {
                    ClientAuth::Basic => ClientProof::Basic(given(&auth.client_secret)?),
                    ClientAuth::Body => ClientProof::Body(given(&auth.client_secret)?),
                    ClientAuth::Certificate => ClientProof::Certificate,
                };
                Some(self.oauth(auth, proof, plain)?)
            }
            AuthKind::PrivateKeyJwt => {
                let path = self.source.beside(auth.key.as_deref().unwrap_or(Path::new("")));
                let pem = std::fs::read(&path).map_err(|e| {
                    self.source.trouble(at, &format!("auth.key {} could not be read: {e}", path.display()))
                })?;
                secrets::warn_if_open(&path);
                let algorithm = auth.algorithm.as_deref().unwrap_or("RS256");
                let origin = path.display().to_string();
                let (id, audience) = (auth.key_id.clone(), auth.assertion_audience.clone());
                let key = SigningKey::from_pem(&pem, algorithm, id, audience, &origin)
                    .map_err(|e| self.source.trouble(at, &e.to_string()))?;
                Some(self.oauth(auth, ClientProof::Assertion(key), plain)?)
            }
        })
    }

    fn oauth(
        &self,
        auth: &AuthTable,
        proof: ClientProof,
        plain: &TransportSettings,
    ) -> Result<Credential, CommandError> {
        let url = auth.token_url.clone().unwrap_or_default();
        let parsed = BaseUrl::parse(&url).map_err(CommandError::usage)?;
        secrets::warn_if_plain(&parsed);
        // Our certificate is for the target, and for a token endpoint that is to know us by it or is said to ask for it.
        let asked = matches!(proof, ClientProof::Certificate) || self.table.tls.token_endpoint == Some(true);
        let same = origin(parsed.as_str()) == origin(self.base.as_str());
        let mut tls = plain.tls.elsewhere(same);
        if asked {
            tls.identity.clone_from(&plain.tls.identity);
        }
        let setup = TransportSettings {
            tls,
            proxy: proxy::of_host(self.table, plain, &parsed),
            ..TransportSettings::plain(self.limits)
        };
        let transport = Transport::build(setup).map_err(CommandError::usage)?;
        Ok(Credential::oauth(OAuth::new(
            transport,
            ClientCredentials {
                url,
                client_id: auth.client_id.clone().unwrap_or_default(),
                proof,
                scope: auth.scope.clone(),
                audience: auth.audience.clone(),
            },
        )))
    }

    /// What its operator can do.
    ///
    /// # Errors
    /// When an action is neither a command nor a request, or names a placeholder it does not have.
    pub(super) fn operator(&self, plain: &TransportSettings) -> Result<Operator, CommandError> {
        operator::configured(self.source, self.table, self.base, plain)
    }

    fn trouble(&self, what: &str) -> CommandError {
        self.source.trouble(self.table.base_url.span().start, what)
    }
}

/// What must not be sent.
pub(super) fn rules(table: &TargetTable, read_only: bool) -> WriteRules {
    let paths = |all: &[ResourceKind]| {
        let name = |e: &ResourceKind| match e {
            ResourceKind::Users => "/Users".to_owned(),
            ResourceKind::Groups => "/Groups".to_owned(),
        };
        all.iter().map(name).collect()
    };
    let safety = &table.safety;
    WriteRules { read_only, never_create: paths(&safety.never_create), never_delete: paths(&safety.never_delete) }
}

/// How fast and how much. Somebody's server is given a little patience without being asked, never more than a scenario has.
pub(super) fn pace(
    source: &Source,
    table: Option<&TargetTable>,
    seed: u64,
    timeout: Duration,
) -> Result<PaceLimits, CommandError> {
    let longest_wait = timeout.min(Duration::from_secs(60));
    let usual = PaceLimits { retries: 3, longest_wait, seed, ..PaceLimits::none() };
    let Some(pace) = table.map(|t| &t.pace) else { return Ok(usual) };
    if let Some(rate) = &pace.requests_per_second
        && !(0.01..=10_000.0).contains(rate.get_ref())
    {
        return Err(source.trouble(rate.span().start, "pace.requests_per_second is not in 0.01 to 10000"));
    }
    Ok(PaceLimits {
        per_second: pace.requests_per_second.as_ref().map(|r| *r.get_ref()),
        in_flight: pace.in_flight.map(|n| n.get().into()),
        max_requests: pace.max_requests,
        max_time: pace.max_time.map(|t| t.0),
        retries: pace.retries.unwrap_or(usual.retries),
        longest_wait: pace.longest_wait.map_or(usual.longest_wait, |w| w.0),
        ..usual
    })
}
