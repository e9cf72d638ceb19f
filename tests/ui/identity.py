"""An identity provider of a few lines: it vouches for one person, as OpenID Connect wants it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT = "jinzhong"


@contextmanager
def identity_provider(claims: dict[str, Any]) -> Iterator[str]:
    """Its address; whoever comes is the person of ``claims``."""
    key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
    nonces: list[str] = []

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            if asked.path == "/authorize":
                given = parse_qs(asked.query)
                nonces.append(given["nonce"][0])
                back = urlencode({"code": "once", "state": given["state"][0]})
                self.send_response(302)
                self.send_header("location", f"{given['redirect_uri'][0]}?{back}")
                self.end_headers()
            elif asked.path == "/keys":
                self._answer({"keys": [key.as_dict(private=False)]})
            else:
                self._answer({
                    "issuer": address, "authorization_endpoint": f"{address}/authorize", "token_endpoint": f"{address}/token",
                    "jwks_uri": f"{address}/keys", "response_types_supported": ["code"], "subject_types_supported": ["public"],
                    "id_token_signing_alg_values_supported": ["RS256"],
                })  # fmt: skip

        def do_POST(self) -> None:
            now = int(time.time())
            said = {"iss": address, "aud": CLIENT, "iat": now, "exp": now + 600, "nonce": nonces[-1], **claims}
            token = jwt.encode({"alg": "RS256", "kid": "one"}, said, key)
            self._answer({"access_token": "any", "token_type": "Bearer", "expires_in": 600, "id_token": token})

        def _answer(self, body: dict[str, Any]) -> None:
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield address
    finally:
        server.shutdown()
        server.server_close()


def secrets_for(provider: str, app: str) -> str:
    """What ``.streamlit/secrets.toml`` holds for it."""
    return (
        f'[auth]\nredirect_uri = "{app}/oauth2callback"\ncookie_secret = "{"s" * 40}"\nclient_id = "{CLIENT}"\n'
        f'client_secret = "quiet"\nserver_metadata_url = "{provider}/.well-known/openid-configuration"\n'
    )
