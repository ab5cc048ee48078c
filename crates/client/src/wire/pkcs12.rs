//! Our own certificate from a file of either kind: PEM as it is, PKCS#12 (RFC 7292) made into PEM.
//!
//! In: a file's bytes, its name, a passphrase where one was given. Out: certificate, chain and key in PEM, or what is wrong
//! and what to do. Never: a passphrase or a key in a message, or anything written.

use super::secret::Secret;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use p12_keystore::error::Error;
use p12_keystore::{Certificate, CertificateBag, Pkcs12Archive, PrivateKeyBag};
use std::fmt::Write as _;

/// Why a PKCS#12 file is of no use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Pkcs12Error {
    /// It has a passphrase, and none was given.
    #[error("{0} is PKCS#12 with a passphrase; say where that is: tls.passphrase = {{ env = \"NAME\" }}")]
    NoPassphrase(String),
    /// It has another one.
    #[error(
        "the passphrase (tls.passphrase) is not that of {0}; try it with `openssl pkcs12 -in {0} -info -noout`, \
         and -legacy where OpenSSL 3 says unsupported"
    )]
    WrongPassphrase(String),
    /// There are certificates in it only.
    #[error(
        "{0} holds no private key, only certificates; export it again with its key (`openssl pkcs12 -export -in \
         certificate.pem -inkey key.pem -out FILE`), or name it as tls.ca if it is an authority's"
    )]
    NoKey(String),
    /// There is a key in it only.
    #[error("{0} holds a private key and no certificate for it; export it again with its certificate")]
    NoCertificate(String),
    /// There is no telling which key is meant.
    #[error("{0} holds {1} private keys, and there is no telling which is meant; export the one alone")]
    ManyKeys(String, usize),
    /// It is of a kind that is not read.
    #[error(
        "{origin} cannot be read as PKCS#12: {why}; of a file without a checksum a wrong passphrase (tls.passphrase) shows so \
         too; if it is right, make a new one of it: `openssl pkcs12 -in {origin} -legacy -nodes -out \
         all.pem && openssl pkcs12 -export -in all.pem -out new.p12`, then remove all.pem"
    )]
    Unreadable {
        /// The file.
        origin: String,
        /// What its reader said.
        why: String,
    },
}

/// Whether that is a PKCS#12 file: a DER sequence that begins with version 3 (RFC 7292 section 4).
#[must_use]
pub fn is_pkcs12(bytes: &[u8]) -> bool {
    let length = match bytes {
        [0x30, short, ..] if *short < 0x80 => 0,
        // The length is told at the end (BER); such files are known, and said to be unreadable.
        [0x30, long, ..] => usize::from(long & 0x7f),
        _ => return false,
    };
    bytes.get(2 + length..).is_some_and(|rest| rest.starts_with(&[2, 1, 3]))
}

/// Certificate, chain and unencrypted key of a PKCS#12 file in PEM. Without a passphrase the empty one is tried, which is what
/// most programs mean by none.
///
/// # Errors
/// When the passphrase is missing or another, or there is not one key with its certificate.
pub fn pem_of(origin: &str, bytes: &[u8], passphrase: Option<&Secret>) -> Result<Vec<u8>, Pkcs12Error> {
    let named = || origin.to_owned();
    let archive = Pkcs12Archive::from_pkcs12(bytes, passphrase.map_or("", Secret::expose)).map_err(|e| match e {
        Error::MacError(_) if passphrase.is_none() => Pkcs12Error::NoPassphrase(named()),
        Error::MacError(_) => Pkcs12Error::WrongPassphrase(named()),
        other => Pkcs12Error::Unreadable { origin: named(), why: other.to_string() },
    })?;
    let key = match archive.keys.as_slice() {
        [] => return Err(Pkcs12Error::NoKey(named())),
        [key] => key,
        many => return Err(Pkcs12Error::ManyKeys(named(), many.len())),
    };
    let own = own(key, &archive.certs).ok_or_else(|| Pkcs12Error::NoCertificate(named()))?;
    let mut pem = block("PRIVATE KEY", key.key.as_der());
    for certificate in chain(own, &archive.certs) {
        pem += &block("CERTIFICATE", certificate.as_der());
    }
    Ok(pem.into_bytes())
}

/// The key's certificate: the one with the key's id; of a file that gives no ids, the first.
fn own<'a>(key: &PrivateKeyBag, all: &'a [CertificateBag]) -> Option<&'a Certificate> {
    let id = key.local_key_id.as_ref().map(AsRef::as_ref);
    let same = all.iter().find(|bag| id.is_some() && bag.local_key_id.as_deref() == id);
    let unnamed = || all.first().filter(|_| all.iter().all(|bag| bag.local_key_id.is_none()));
    same.or_else(unnamed).map(|bag| &bag.cert)
}

/// The certificate, its issuer, and so on as far as the file has them. A root is left out: whoever checks has it.
fn chain<'a>(own: &'a Certificate, all: &'a [CertificateBag]) -> Vec<&'a Certificate> {
    let mut chain = vec![own];
    let mut last = own;
    while let Some(next) = all.iter().map(|bag| &bag.cert).find(|c| c.subject() == last.issuer()) {
        if next.subject() == next.issuer() || chain.contains(&next) {
            break;
        }
        chain.push(next);
        last = next;
    }
    chain
}

fn block(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let mut pem = format!("-----BEGIN {label}-----\n");
    for line in text.as_bytes().chunks(64) {
        pem += &String::from_utf8_lossy(line);
        pem.push('\n');
    }
    let _a_string_takes_all = writeln!(pem, "-----END {label}-----");
    pem
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pkcs12_file_is_known_by_its_first_bytes() {
        for is in [&[0x30, 0x82, 9, 9, 2, 1, 3][..], &[0x30, 0x10, 2, 1, 3], &[0x30, 0x80, 2, 1, 3, 0x30]] {
            assert!(is_pkcs12(is), "{is:?}");
        }
        for other in [&b"-----BEGIN"[..], &[0x30, 0x82, 9, 9, 2, 1, 0], &[0x30], &[]] {
            assert!(!is_pkcs12(other), "{other:?}");
        }
    }

    #[test]
    fn a_damaged_file_is_told_with_what_to_do() {
        for bytes in [&[0x30, 0x82, 9, 9, 2, 1, 3][..], &[0x30, 0x80, 2, 1, 3, 0x30, 0x80]] {
            let error = pem_of("my.p12", bytes, None).unwrap_err();
            assert!(matches!(error, Pkcs12Error::Unreadable { .. }), "{error}");
            assert!(error.to_string().contains("openssl pkcs12 -in my.p12"), "{error}");
        }
    }
}
