//! The signature of a package: an in-toto test result in a DSSE envelope.
//!
//! In: the manifest's bytes, the results, a key. Out: the envelope; or whether one speaks of this manifest, and who signed it.
//! Never: a word about the results that was not under the signature.
//!
//! The envelope follows the DSSE specification 1.0 (<https://github.com/secure-systems-lab/dsse>), what is in it the in-toto
//! Statement 1 and the predicate `test-result` 0.1 (<https://github.com/in-toto/attestation>).

use crate::key::{KeyError, PublicKey, SigningKey};
use crate::manifest::{self, Manifest, sha256};
use crate::results::{Results, State, Word};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The type of what an envelope holds.
pub const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";
/// The type of what the statement says.
pub const PREDICATE: &str = "https://in-toto.io/attestation/test-result/v0.1";
const STATEMENT: &str = "https://in-toto.io/Statement/v1";

/// Why a signature does not hold.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum AttestationError {
    /// The file is no envelope.
    #[error("attestation.dsse.json is no DSSE envelope: {0}")]
    Envelope(String),
    /// It is signed by somebody else, or was edited.
    #[error("attestation.dsse.json: no signature in it is by the key {0}; it was edited, or another key signed it")]
    Key(String),
    /// It speaks of another manifest.
    #[error(
        "attestation.dsse.json: it was signed for a manifest with SHA-256 {said}, and manifest.json has {found}: it was edited \
         after it was signed"
    )]
    Subject {
        /// What the signature is about.
        said: String,
        /// What is there.
        found: String,
    },
    /// It says something else than the package.
    #[error("attestation.dsse.json: it says `{said}`, and the cases in the package come to `{found}`")]
    Result {
        /// What was signed.
        said: String,
        /// What the package says.
        found: String,
    },
}

#[derive(Serialize, Deserialize)]
struct Envelope {
    #[serde(rename = "payloadType")]
    payload_type: String,
    payload: String,
    signatures: Vec<Signature>,
}

#[derive(Serialize, Deserialize)]
struct Signature {
    #[serde(default)]
    keyid: String,
    sig: String,
}

/// What a signature says of its package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// The ids of the keys it names. They are a hint: only a key at hand proves anything.
    pub key_ids: Vec<String>,
    /// Whether a key at hand made one of the signatures.
    pub proven: bool,
}

/// Signs a manifest.
pub(crate) fn sign(key: &SigningKey, manifest: &[u8], results: &Results) -> Result<Vec<u8>, KeyError> {
    let payload = statement(manifest, results).to_string();
    let sig = STANDARD.encode(key.sign(&to_be_signed(PAYLOAD_TYPE, payload.as_bytes()))?);
    let envelope = Envelope {
        payload_type: PAYLOAD_TYPE.to_owned(),
        payload: STANDARD.encode(payload),
        signatures: vec![Signature { keyid: key.public().id().to_owned(), sig }],
    };
    serde_json::to_vec_pretty(&envelope).map_err(|_| KeyError::Sign)
}

/// What the signature says, by the predicate's own words.
fn statement(manifest: &[u8], results: &Results) -> Value {
    let of = |states: &[State]| {
        let all = results.cases.iter().filter(|case| states.contains(&case.state));
        all.map(|case| case.id.as_str()).collect::<Vec<_>>()
    };
    let files = Manifest::parse(manifest).map(|m| m.files).unwrap_or_default();
    let judged_by = files.iter().filter(|(name, _)| name.starts_with("pack/") || name.starts_with("features/"));
    let configuration: Vec<Value> =
        judged_by.map(|(name, entry)| json!({ "name": name, "digest": { "sha256": entry.sha256 } })).collect();
    json!({
        "_type": STATEMENT,
        "subject": [{ "name": manifest::NAME, "digest": { "sha256": sha256(manifest) } }],
        "predicateType": PREDICATE,
        "predicate": {
            "result": spoken(results.word),
            "configuration": configuration,
            "passedTests": of(&[State::Passed]),
            "warnedTests": of(&[State::Warning]),
            "failedTests": of(&[State::Failed]),
            // Beside the predicate's own members, which have no word for either.
            "openTests": results.cases.iter().filter(|c| c.open).map(|c| c.id.as_str()).collect::<Vec<_>>(),
            "skippedTests": results.cases.iter().filter(|c| c.state == State::Skipped && !c.open)
                .map(|c| c.id.as_str()).collect::<Vec<_>>(),
        },
    })
}

/// The word of the predicate, which has three: what is incomplete has not passed.
fn spoken(word: Word) -> &'static str {
    match word {
        Word::Passed => "PASSED",
        Word::Warned => "WARNED",
        Word::Incomplete | Word::Failed => "FAILED",
    }
}

/// What a DSSE signature is over: the type and the payload, each with its length.
fn to_be_signed(kind: &str, payload: &[u8]) -> Vec<u8> {
    let mut text = format!("DSSEv1 {} {kind} {} ", kind.len(), payload.len()).into_bytes();
    text.extend_from_slice(payload);
    text
}

/// Reads an envelope and holds it against the manifest, the results, and a key where there is one.
pub(crate) fn check(
    bytes: &[u8],
    manifest: &[u8],
    results: &Results,
    key: Option<&PublicKey>,
) -> Result<Signed, AttestationError> {
    let no = |why: &dyn ToString| AttestationError::Envelope(why.to_string());
    let envelope: Envelope = serde_json::from_slice(bytes).map_err(|e| no(&e))?;
    if envelope.payload_type != PAYLOAD_TYPE {
        return Err(no(&format!("it holds `{}`", scim::printable::printable(&envelope.payload_type))));
    }
    let payload = decoded(&envelope.payload).ok_or_else(|| no(&"its payload is not Base64"))?;
    if let Some(key) = key {
        let message = to_be_signed(&envelope.payload_type, &payload);
        let by_key = |s: &Signature| decoded(&s.sig).is_some_and(|signature| key.verifies(&message, &signature));
        if !envelope.signatures.iter().any(by_key) {
            return Err(AttestationError::Key(key.id().to_owned()));
        }
    }
    let said: Value = serde_json::from_slice(&payload).map_err(|e| no(&e))?;
    let text = |pointer: &str| said.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
    if text("/_type") != STATEMENT || text("/predicateType") != PREDICATE {
        return Err(no(&"it holds no in-toto test result"));
    }
    let (digest, found) = (text("/subject/0/digest/sha256"), sha256(manifest));
    if digest != found {
        return Err(AttestationError::Subject { said: digest, found });
    }
    let expected = statement(manifest, results);
    if said != expected {
        let found = spoken(results.word).to_owned();
        return Err(AttestationError::Result { said: text("/predicate/result"), found });
    }
    let key_ids = envelope.signatures.iter().map(|s| scim::printable::printable(&s.keyid).into_owned()).collect();
    Ok(Signed { key_ids, proven: key.is_some() })
}

/// Base64 of either alphabet, as the specification asks of readers.
fn decoded(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).or_else(|_| URL_SAFE.decode(text)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::testing::{ed25519, p256};
    use crate::pack::testing::{case, pack};
    use crate::results::testing::{record, scenario, statement};
    use judge::verdict::Outcome;

    fn results() -> Results {
        let pack = pack(&(case("A", "mandatory", "") + &case("R", "review", ""))).unwrap();
        Results::of(&pack, &record(vec![scenario("A", Outcome::passed())]), &statement(""))
    }

    fn signed(private: &str) -> Vec<u8> {
        sign(&SigningKey::read("k", private).unwrap(), b"{}", &results()).unwrap()
    }

    #[test]
    fn what_is_signed_is_the_specifications_own_example() {
        let given = to_be_signed("http://example.com/HelloWorld", b"hello world");
        assert_eq!(given, b"DSSEv1 29 http://example.com/HelloWorld 11 hello world");
    }

    #[test]
    fn only_the_signers_key_and_the_signed_manifest_and_results_are_accepted() {
        let (private, public) = ed25519();
        let (envelope, key) = (signed(&private), PublicKey::read("k", &public).unwrap());
        let told = |manifest: &[u8], results: &Results, key| check(&envelope, manifest, results, key);
        let good = told(b"{}", &results(), Some(&key)).unwrap();
        assert_eq!((good.proven, good.key_ids), (true, vec![key.id().to_owned()]));
        assert_eq!(told(b"{}", &results(), None).map(|s| s.proven), Ok(false));
        let stranger = PublicKey::read("k", &p256().2).unwrap();
        assert!(matches!(told(b"{}", &results(), Some(&stranger)), Err(AttestationError::Key(_))));
        assert!(matches!(told(b"{} ", &results(), None), Err(AttestationError::Subject { .. })));
        let mut other = results();
        other.cases[1].open = false;
        assert!(matches!(told(b"{}", &other, Some(&key)), Err(AttestationError::Result { .. })));
    }

    #[test]
    fn an_edited_envelope_is_refused() {
        let (private, public) = ed25519();
        let key = PublicKey::read("k", &public).unwrap();
        let mut value: Value = serde_json::from_slice(&signed(&private)).unwrap();
        let payload = decoded(value["payload"].as_str().unwrap()).unwrap();
        let better = String::from_utf8(payload).unwrap().replace("FAILED", "PASSED");
        value["payload"] = STANDARD.encode(better).into();
        let bytes = value.to_string().into_bytes();
        assert!(matches!(check(&bytes, b"{}", &results(), Some(&key)), Err(AttestationError::Key(_))));
        assert!(matches!(check(&bytes, b"{}", &results(), None), Err(AttestationError::Result { .. })));
        value["payloadType"] = "text/plain".into();
        let typed = value.to_string().into_bytes();
        assert!(matches!(check(&typed, b"{}", &results(), None), Err(AttestationError::Envelope(_))));
        assert!(matches!(check(b"[]", b"{}", &results(), None), Err(AttestationError::Envelope(_))));
    }
}
