"""Verifies an evidence package: the envelope with securesystemslib, the statement with in-toto's types, the files with hashlib.

Usage: certify.py PACKAGE PUBLIC_KEY KEY_OF_ANOTHER
"""

import hashlib
import json
import sys
import zipfile

from cryptography.hazmat.primitives.serialization import load_pem_public_key
from google.protobuf.json_format import ParseDict
from in_toto_attestation.v1.statement import Statement
from in_toto_attestation.v1.statement_pb2 import Statement as StatementMessage
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import SSlibKey

package, public, another = sys.argv[1:]


def key(path, keyid):
    with open(path, "rb") as file:
        return SSlibKey.from_crypto(load_pem_public_key(file.read()), keyid=keyid)


def refused(envelope, by):
    try:
        envelope.verify([by], threshold=1)
    except VerificationError:
        return True
    return False


with zipfile.ZipFile(package) as archive:
    assert archive.testzip() is None
    files = {name: archive.read(name) for name in archive.namelist()}

data = json.loads(files["attestation.dsse.json"])
keyid = data["signatures"][0]["keyid"]
envelope = Envelope.from_dict(json.loads(files["attestation.dsse.json"]))
assert envelope.payload_type == "application/vnd.in-toto+json"
assert len(envelope.verify([key(public, keyid)], threshold=1)) == 1
assert refused(envelope, key(another, keyid)), "a signature by another key was taken"

statement = json.loads(envelope.payload)
message = ParseDict(statement, StatementMessage())
Statement.copy_from_pb(message).validate()
assert statement["predicateType"] == "https://in-toto.io/attestation/test-result/v0.1"
assert statement["predicate"]["result"] in ("PASSED", "WARNED", "FAILED")
(subject,) = statement["subject"]
assert subject["digest"]["sha256"] == hashlib.sha256(files[subject["name"]]).hexdigest()

manifest = json.loads(files["manifest.json"])
assert sorted(manifest["files"]) == sorted(set(files) - {"manifest.json", "attestation.dsse.json"})
for name, said in manifest["files"].items():
    assert said == {"bytes": len(files[name]), "sha256": hashlib.sha256(files[name]).hexdigest()}, name

edited = envelope.payload.replace(b'"FAILED"', b'"PASSED"').replace(b"SPEC-01", b"SPEC-99")
assert edited != envelope.payload
envelope.payload = edited
assert refused(envelope, key(public, keyid)), "an edited payload was taken"
print(f"{package}: {len(files)} files, {statement['predicate']['result']}, signed by {keyid[:16]}")
