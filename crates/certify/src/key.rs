//! Keys: PEM in, signatures out.
//!
//! In: a private or public key as PEM, ECDSA on P-256 or Ed25519. Out: signatures, or whether one is right. Never: a key that is
//! made, written or shown.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_ASN1_SIGNING, ED25519, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _,
    ParsedPublicKey,
};
use rustls_pki_types::pem::{self, PemObject as _};
use rustls_pki_types::{PrivateKeyDer, SubjectPublicKeyInfoDer};
use scim::hex;
use std::fmt;

/// A private key that signs packages.
pub struct SigningKey {
    pair: Pair,
    public: PublicKey,
}

enum Pair {
    Ecdsa(Box<EcdsaKeyPair>),
    Ed25519(Box<Ed25519KeyPair>),
}

/// A public key that packages are held against.
pub struct PublicKey {
    parsed: ParsedPublicKey,
    id: String,
}

/// Why a key cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum KeyError {
    /// The text is no PEM.
    #[error("{place} holds no key in PEM; `openssl genpkey -algorithm ed25519 -out key.pem` makes a private one")]
    NoPem {
        /// Where the key is.
        place: String,
    },
    /// A public key where a private one is needed, or the other way round.
    #[error("{place} holds {found}, and {wanted} is needed here")]
    Other {
        /// Where the key is.
        place: String,
        /// What is there.
        found: &'static str,
        /// What is needed.
        wanted: &'static str,
    },
    /// A key that is locked with a passphrase.
    #[error(
        "the key in {place} is locked with a passphrase; `openssl pkey -in KEY` unlocks it, as --key-command may do"
    )]
    Locked {
        /// Where the key is.
        place: String,
    },
    /// A key of another kind.
    #[error("the key in {place} is of another kind; a package is signed with ECDSA on P-256 or Ed25519")]
    Kind {
        /// Where the key is.
        place: String,
    },
    /// The library did not sign.
    #[error("the package could not be signed; this is a defect of scimulate, please report it")]
    Sign,
}

const PRIVATE: &str = "a private key";
const PUBLIC: &str = "a public key";

impl SigningKey {
    /// Reads a private key: PKCS#8, or SEC1 as OpenSSL writes EC keys. `place` is where it is, for people.
    ///
    /// # Errors
    /// When the text is no PEM, or no key of these kinds.
    pub fn read(place: &str, text: &str) -> Result<Self, KeyError> {
        let at = || place.to_owned();
        if text.contains("ENCRYPTED") {
            return Err(KeyError::Locked { place: at() });
        }
        let der = match PrivateKeyDer::from_pem_slice(text.as_bytes()) {
            Ok(der) => der,
            Err(pem::Error::NoItemsFound) if has_public(text) => {
                return Err(KeyError::Other { place: at(), found: PUBLIC, wanted: PRIVATE });
            }
            Err(_) => return Err(KeyError::NoPem { place: at() }),
        };
        let bytes = der.secret_der();
        let kind = |_| KeyError::Kind { place: at() };
        let unusable = |_: aws_lc_rs::error::Unspecified| KeyError::Kind { place: at() };
        if let Ok(pair) = Ed25519KeyPair::from_pkcs8_maybe_unchecked(bytes) {
            let public = PublicKey::of(place, pair.public_key().as_der().map_err(unusable)?.as_ref())?;
            return Ok(Self { pair: Pair::Ed25519(Box::new(pair)), public });
        }
        let pair = EcdsaKeyPair::from_private_key_der(&ECDSA_P256_SHA256_ASN1_SIGNING, bytes).map_err(kind)?;
        let public = PublicKey::of(place, pair.public_key().as_der().map_err(unusable)?.as_ref())?;
        Ok(Self { pair: Pair::Ecdsa(Box::new(pair)), public })
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// Signs.
    ///
    /// # Errors
    /// When the library does not sign.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let signed = match &self.pair {
            Pair::Ecdsa(pair) => pair.sign(&SystemRandom::new(), message),
            Pair::Ed25519(pair) => pair.try_sign(message),
        };
        signed.map(|signature| signature.as_ref().to_vec()).map_err(|_| KeyError::Sign)
    }
}

impl PublicKey {
    /// Reads a public key. `place` is where it is, for people.
    ///
    /// # Errors
    /// When the text is no PEM, or no key of these kinds.
    pub fn read(place: &str, text: &str) -> Result<Self, KeyError> {
        let at = || place.to_owned();
        match SubjectPublicKeyInfoDer::from_pem_slice(text.as_bytes()) {
            Ok(der) => Self::of(place, &der),
            Err(pem::Error::NoItemsFound) if PrivateKeyDer::from_pem_slice(text.as_bytes()).is_ok() => {
                Err(KeyError::Other { place: at(), found: PRIVATE, wanted: PUBLIC })
            }
            Err(_) => Err(KeyError::NoPem { place: at() }),
        }
    }

    fn of(place: &str, der: &[u8]) -> Result<Self, KeyError> {
        let parsed = ParsedPublicKey::new(&ED25519, der)
            .or_else(|_| ParsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, der))
            .map_err(|_| KeyError::Kind { place: place.to_owned() })?;
        Ok(Self { parsed, id: hex(digest(&SHA256, der).as_ref()) })
    }

    /// What it is known by: the SHA-256 of its DER form, in hexadecimal.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether a signature of that message is by this key's owner.
    #[must_use]
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.parsed.verify_sig(message, signature).is_ok()
    }
}

fn has_public(text: &str) -> bool {
    SubjectPublicKeyInfoDer::from_pem_slice(text.as_bytes()).is_ok()
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("id", &self.public.id).finish_non_exhaustive()
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PublicKey").field("id", &self.id).finish_non_exhaustive()
    }
}

#[cfg(test)]
pub(crate) mod testing {
    use super::*;
    use aws_lc_rs::encoding::{AsDer, EcPrivateKeyRfc5915Der, PublicKeyX509Der};
    use aws_lc_rs::signature::{ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaSigningAlgorithm};
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    /// PEM around these bytes.
    pub(crate) fn pem(label: &str, der: &[u8]) -> String {
        format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", STANDARD.encode(der))
    }

    fn public(key: &impl AsDer<PublicKeyX509Der<'static>>) -> String {
        pem("PUBLIC KEY", key.as_der().unwrap().as_ref())
    }

    /// A private key and its public half.
    pub(crate) fn ed25519() -> (String, String) {
        let pair = Ed25519KeyPair::generate().unwrap();
        (pem("PRIVATE KEY", pair.to_pkcs8().unwrap().as_ref()), public(pair.public_key()))
    }

    fn ecdsa(curve: &'static EcdsaSigningAlgorithm) -> (String, String, String) {
        let pair = EcdsaKeyPair::generate(curve).unwrap();
        let sec1: EcPrivateKeyRfc5915Der<'_> = pair.private_key().as_der().unwrap();
        (
            pem("PRIVATE KEY", pair.to_pkcs8v1().unwrap().as_ref()),
            pem("EC PRIVATE KEY", sec1.as_ref()),
            public(pair.public_key()),
        )
    }

    /// A private key in PKCS#8 and in SEC1, and its public half.
    pub(crate) fn p256() -> (String, String, String) {
        ecdsa(&ECDSA_P256_SHA256_ASN1_SIGNING)
    }

    /// A private key on a curve that packages are not signed on.
    pub(crate) fn p384() -> String {
        ecdsa(&ECDSA_P384_SHA384_ASN1_SIGNING).0
    }
}

#[cfg(test)]
mod tests {
    use super::testing::{ed25519, p256, p384};
    use super::*;

    #[test]
    fn each_kind_signs_and_only_its_public_half_verifies() {
        let ((ed, ed_public), (pkcs8, sec1, ec_public)) = (ed25519(), p256());
        for (private, public, other) in
            [(&ed, &ed_public, &ec_public), (&pkcs8, &ec_public, &ed_public), (&sec1, &ec_public, &ed_public)]
        {
            let signer = SigningKey::read("k", private).unwrap();
            let reader = PublicKey::read("k", public).unwrap();
            let signature = signer.sign(b"message").unwrap();
            assert_eq!(signer.public().id(), reader.id());
            assert!(reader.verifies(b"message", &signature) && !reader.verifies(b"massage", &signature));
            assert!(!PublicKey::read("k", other).unwrap().verifies(b"message", &signature));
        }
    }

    #[test]
    fn what_is_no_such_key_is_told_apart() {
        let (pkcs8, _, public) = p256();
        let private = |text: &str| SigningKey::read("k", text).unwrap_err();
        assert!(matches!(private("nothing"), KeyError::NoPem { .. }));
        assert!(matches!(private(&public), KeyError::Other { found: PUBLIC, .. }));
        assert!(matches!(private(&p384()), KeyError::Kind { .. }));
        let locked = pkcs8.replace("PRIVATE", "ENCRYPTED PRIVATE");
        assert!(matches!(private(&locked), KeyError::Locked { .. }));
        assert!(matches!(PublicKey::read("k", &pkcs8), Err(KeyError::Other { found: PRIVATE, .. })));
        assert!(matches!(PublicKey::read("k", ""), Err(KeyError::NoPem { .. })));
        let shown = format!("{:?}", SigningKey::read("k", &pkcs8).unwrap());
        assert!(!shown.contains("BEGIN") && shown.len() < 120, "{shown}");
    }
}
