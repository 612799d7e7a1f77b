"""Verifies a seal of Kijun with nothing of Kijun: python3 verify_seal.py SEAL PUBLIC_KEY WORKSPACE

Needs the library `cryptography`. Ends with status 0 when the signature and all files are as sealed, 1 when not, 77 without the library.
"""

import base64
import hashlib
import json
import pathlib
import sys

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import serialization
except ImportError:
    sys.exit(77)

seal, key_file, workspace = (pathlib.Path(name) for name in sys.argv[1:4])
envelope = json.loads(seal.read_bytes())
payload_type = envelope["payloadType"].encode()
payload = base64.b64decode(envelope["payload"], validate=True)
signed = b"DSSEv1 %d %s %d %s" % (len(payload_type), payload_type, len(payload), payload)

key = serialization.load_pem_public_key(key_file.read_bytes())
der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
own = [s for s in envelope["signatures"] if s["keyid"] == hashlib.sha256(der).hexdigest()]
if not own:
    sys.exit("no signature by this key")
try:
    for signature in own:
        key.verify(base64.b64decode(signature["sig"], validate=True), signed)
except InvalidSignature:
    sys.exit("the signature does not fit")

statement = json.loads(payload)
assert statement["_type"] == "https://in-toto.io/Statement/v1", statement["_type"]
assert statement["predicateType"] == "urn:kijun:assessment:1", statement["predicateType"]
files = [(seal.parent / s["name"], s) for s in statement["subject"]]
inputs = statement["predicate"]["inputs"]
files += [(workspace / s["name"], s) for s in inputs]
wrong = [str(path) for path, s in files if hashlib.sha256(path.read_bytes()).hexdigest() != s["digest"]["sha256"]]
for path in wrong:
    print(f"changed: {path}")
print(f"{len(inputs)} inputs, {len(statement['subject'])} assessment, {len(own)} signature")
sys.exit(1 if wrong else 0)
