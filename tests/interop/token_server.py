"""A token endpoint that knows its clients by signed assertions alone (private_key_jwt, RFC 7523): Authlib's, on Flask.

Usage: token_server.py FOLDER, with the public key of each client in FOLDER/CLIENT.pub.pem. The tokens it gives are
TARGET_TOKEN; its clock is AHEAD seconds ahead. It prints its URL, and writes each assertion down in FOLDER/assertions.
"""

import os
import sys
import time
from pathlib import Path

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin, grants
from authlib.oauth2.rfc7523 import JWTBearerClientAssertion
from flask import Flask, request
from joserfc import jwk, jwt
from joserfc.errors import JoseError
from authlib.oauth2.rfc6749 import InvalidClientError
from werkzeug.serving import make_server

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]
FOLDER = Path(sys.argv[1])
URLS = []

ahead, real = int(os.environ.get("AHEAD", "0")), time.time
time.time = lambda: real() + ahead


class Client(ClientMixin):
    def __init__(self, name, pem):
        self.name = name
        # A key set, as a client registers one: the id in an assertion's header chooses the key.
        self.keys = jwk.KeySet([jwk.import_key(pem, kind, {"kid": name}) for kind in (kind_of(pem),)])

    def get_client_id(self):
        return self.name

    def check_endpoint_auth_method(self, method, endpoint):
        return (method, endpoint) == ("private_key_jwt", "token")

    def check_grant_type(self, grant):
        return grant == "client_credentials"

    def get_allowed_scope(self, scope):
        return scope if scope == "scim" else ""


def kind_of(pem):
    for kind in ("RSA", "EC", "OKP"):
        try:
            jwk.import_key(pem, kind)
            return kind
        except Exception:  # The library has an error of its own for each kind.
            continue
    raise SystemExit("no public key")


class Assertion(JWTBearerClientAssertion):
    CLIENT_AUTH_METHOD = "private_key_jwt"
    seen = set()

    def get_audiences(self):
        return URLS

    def validate_jti(self, claims, jti):
        new = (claims["sub"], jti) not in self.seen
        self.seen.add((claims["sub"], jti))
        return new

    def resolve_client_public_key(self, client):
        return client.keys

    def process_assertion_claims(self, assertion, key):
        # As Authlib has it, with more algorithms than its three.
        try:
            token = jwt.decode(assertion, key, algorithms=ALGORITHMS)
        except JoseError as error:
            raise InvalidClientError(description=error.description) from error
        self.verify_claims(token.claims)
        return token.claims


class ClientCredentials(grants.ClientCredentialsGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["private_key_jwt"]


def client(name):
    path = FOLDER / f"{name}.pub.pem"
    return Client(name, path.read_bytes()) if name.isalnum() and path.exists() else None


app = Flask(__name__)
server = AuthorizationServer(app, query_client=client, save_token=lambda token, request: None)
server.register_client_auth_method("private_key_jwt", Assertion())
server.register_grant(ClientCredentials)
server.register_token_generator(
    "default", lambda **_: {"access_token": os.environ["TARGET_TOKEN"], "token_type": "Bearer", "expires_in": 3600}
)


@app.post("/oauth/token")
def token():
    with (FOLDER / "assertions").open("a") as file:
        print(request.form.get("client_assertion", "-"), file=file)
    return server.create_token_response()


http = make_server("127.0.0.1", 0, app)
URLS.append(f"http://127.0.0.1:{http.server_port}/oauth/token")
print(URLS[0], flush=True)
http.serve_forever()
