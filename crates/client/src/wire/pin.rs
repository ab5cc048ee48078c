//! A server known by its public key alone, for one whose certificate nobody has signed but itself.
//!
//! In: the SHA-256 of a public key, or a certificate it is in. Out: TLS that takes the certificate of that key and no other: whoever
//! proves to have the key is the server, whatever the certificate says of names, times and who signed it. Never: trust in a key
//! because it was seen.

use super::error::WireError;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::sync::Arc;

/// How a pin is written, as for `curl --pinnedpubkey`.
const SCHEME: &str = "sha256//";

/// What a server's public key is known by: its SHA-256, as it stands in a certificate (DER of SubjectPublicKeyInfo).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pin([u8; 32]);

impl fmt::Display for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{SCHEME}{}", STANDARD.encode(self.0))
    }
}

impl Pin {
    /// Whether a text is meant as pins, rather than as the name of a file.
    #[must_use]
    pub fn is_meant(text: &str) -> bool {
        text.starts_with(SCHEME)
    }

    /// Reads `sha256//` with base64; several are set apart by `;`.
    #[must_use]
    pub fn read(text: &str) -> Option<Vec<Self>> {
        let one = |text: &str| STANDARD.decode(text.trim().strip_prefix(SCHEME)?).ok()?.try_into().ok().map(Self);
        text.split(';').map(one).collect()
    }

    /// The pins of the certificates in a PEM file; none where there is none that can be read.
    #[must_use]
    pub fn of_certificates(pem: &[u8]) -> Vec<Self> {
        CertificateDer::pem_slice_iter(pem).filter_map(Result::ok).filter_map(|der| Self::of(&der)).collect()
    }

    fn of(certificate: &CertificateDer<'_>) -> Option<Self> {
        let key = ParsedCertificate::try_from(certificate).ok()?.subject_public_key_info();
        Some(Self(Sha256::digest(key.as_ref()).into()))
    }
}

/// Takes a server that has one of these keys.
#[derive(Debug)]
struct Pinned {
    pins: Vec<Pin>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        match Pin::of(end_entity) {
            Some(pin) if self.pins.contains(&pin) => Ok(ServerCertVerified::assertion()),
            Some(pin) => Err(Error::General(format!("the server's public key is {pin}, and tls.pin is another"))),
            None => {
                Err(Error::General("the server's certificate cannot be read, so tls.pin cannot be compared".to_owned()))
            }
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// TLS with a server of one of these keys; `identity` is our own certificate with its key in PEM, and its file.
///
/// # Errors
/// When our own certificate cannot be used.
pub(super) fn tls(pins: &[Pin], identity: Option<&(String, Vec<u8>)>) -> Result<ClientConfig, WireError> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let verifier = Pinned { pins: pins.to_vec(), provider: provider.clone() };
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    let config = config.dangerous().with_custom_certificate_verifier(Arc::new(verifier));
    let mut config = match identity {
        None => config.with_no_client_auth(),
        Some((origin, pem)) => {
            let why = "holds no certificate with an unencrypted private key in PEM";
            let wrong = || WireError::Pem { origin: origin.clone(), why };
            let chain: Vec<_> = CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>().map_err(|_| wrong())?;
            let key = PrivateKeyDer::from_pem_slice(pem).map_err(|_| wrong())?;
            config.with_client_auth_cert(chain, key).map_err(|_| wrong())?
        }
    };
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_that_of_the_key_whatever_the_certificate() {
        let key = rcgen::KeyPair::generate().unwrap();
        let of = |name: &str, key: &rcgen::KeyPair| {
            let params = rcgen::CertificateParams::new(vec![name.to_owned()]).unwrap();
            Pin::of_certificates(params.self_signed(key).unwrap().pem().as_bytes())
        };
        let (one, again, other) = (of("a", &key), of("b", &key), of("a", &rcgen::KeyPair::generate().unwrap()));
        assert!(one.len() == 1 && one == again && one != other);
        assert_eq!(Pin::read(&one[0].to_string()), Some(one.clone()));
        assert_eq!(Pin::read(&format!("{}; {}", one[0], other[0])), Some(vec![one[0], other[0]]));
        for bad in ["", "sha256//", "sha256//AAAA", "sha1//AAAA", "server.pem", &format!("{};", one[0])] {
            assert_eq!(Pin::read(bad), None, "{bad}");
        }
        assert!(Pin::of_certificates(b"no pem").is_empty());
    }
}
