"""A push service of the tests' own, which speaks RFC 8030, and a device that decrypts with other people's code."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from eventcal.web_push import PushEndpoint

READERS = Path(__file__).parents[1] / "build" / "readers" / "node_modules"
DECRYPTER = Path(__file__).parent / "readers" / "webpush.mjs"
# The receiver of RFC 8291, Appendix A
PRIVATE_KEY = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
PUBLIC_KEY = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH_SECRET = "BTBZMqHH6r4Tts7J_aSIgg"


def endpoint(url: str, vapid_key: str = "") -> PushEndpoint:
    return PushEndpoint(url, PUBLIC_KEY, AUTH_SECRET, vapid_key)


def subscription(url: str) -> dict[str, object]:
    """What `PushSubscription.toJSON()` gives."""
    return {"endpoint": url, "expirationTime": None, "keys": {"p256dh": PUBLIC_KEY, "auth": AUTH_SECRET}}


@dataclass(frozen=True)
class PushedRequest:
    """One POST as the push service got it. Header names are in lower case."""

    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """What a path answers; 0 hangs up without a word. It says nothing before *after* is set."""

    status: int = 201
    headers: Mapping[str, str] = field(default_factory=dict)
    after: threading.Event | None = None


@dataclass
class PushService:
    """Answers each path by *answers*, all others with 201."""

    url: str
    requests: list[PushedRequest] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)

    @property
    def payloads(self) -> list[dict[str, Any]]:
        """What the device reads, in order."""
        return [json.loads(pushed["payload"]) for pushed in decrypt(self.requests)]


def decrypt(requests: list[PushedRequest]) -> list[dict[str, Any]]:
    """Decrypts with npm's http_ece, and verifies the VAPID signature with Node: {payload, claims, key} of each."""
    library, node = READERS / "http_ece" / "ece.js", shutil.which("node")
    if node is None or not library.exists():
        if os.environ.get("CI"):
            pytest.fail("no http_ece: make readers")
        pytest.skip("no http_ece: make readers")
    lines = [
        json.dumps(
            {
                "body": base64.urlsafe_b64encode(request.body).decode(),
                "authorization": request.headers.get("authorization", ""),
                "privateKey": PRIVATE_KEY,
                "auth": AUTH_SECRET,
            }
        )
        for request in requests
    ]
    done = subprocess.run(
        [node, str(DECRYPTER), str(library)], input="\n".join(lines), capture_output=True, text=True, check=True
    )
    decrypted = [json.loads(line) for line in done.stdout.splitlines()]
    assert not [one for one in decrypted if "error" in one], decrypted
    return decrypted


@contextmanager
def push_service() -> Iterator[PushService]:
    """A push service on a port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            body = self.rfile.read(length)
            if len(body) < length:  # whoever sent it has died
                self.close_connection = True
                return
            headers = {name.lower(): value for name, value in self.headers.items()}
            service.requests.append(PushedRequest(self.path, headers, body))
            answer = service.answers.get(self.path, Answer())
            if answer.after:
                answer.after.wait()
            if not answer.status:
                self.close_connection = True
                return
            self.send_response(answer.status)
            for name, value in {"Location": f"/m/{len(service.requests)}", **answer.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    service = PushService(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
