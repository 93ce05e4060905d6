"""A real Firefox without a window, driven by WebDriver BiDi, whose push service is one of the tests' own.

The service speaks the protocol between Firefox and its autopush server over a WebSocket; what devices are sent to is the
tests' usual push service. Firefox reaches nothing but this machine: everything else goes to a proxy that is not there.
"""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import threading
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from ..push_service import PushService
from ..serve_process import WAIT_SECONDS, free_port, wait_until
from .required import missing

websockets = pytest.importorskip("websockets.sync.server", reason="pip install websockets")
exceptions = pytest.importorskip("websockets.exceptions", reason="pip install websockets")
websockets_client = pytest.importorskip("websockets.sync.client", reason="pip install websockets")

_PREFERENCES = {
    "alerts.useSystemBackend": False,  # there is no desktop that would show them
    "dom.push.connection.enabled": True,  # which remote control turns off
    "dom.push.testing.allowInsecureServerURL": True,
    "permissions.default.desktop-notification": 1,
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
    "network.proxy.no_proxies_on": "localhost, 127.0.0.1",
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
}


@dataclass
class AutopushServer:
    """Gives Firefox endpoints at *service*, and hands on what arrives there by `deliver`."""

    service: PushService
    acknowledged: list[str] = field(default_factory=list)
    _connection: Any = None

    def serve(self, connection: Any) -> None:
        with suppress(exceptions.ConnectionClosed):  # Firefox has ended
            for text in connection:
                message = json.loads(text)
                if (reply := self._reply(connection, message)) is not None:
                    connection.send(json.dumps({"messageType": message["messageType"], "status": 200, **reply}))

    def _reply(self, connection: Any, message: dict[str, Any]) -> dict[str, Any] | None:
        match message["messageType"]:
            case "hello":
                self._connection = connection
                return {"uaid": uuid.uuid4().hex, "use_webpush": True, "broadcasts": {}}
            case "register":
                channel = message["channelID"]
                return {"channelID": channel, "pushEndpoint": f"{self.service.url}/{channel}"}
            case "ack":
                self.acknowledged += [update["version"] for update in message["updates"]]
        return None

    def deliver(self) -> None:
        """Pushes everything that reached the service to Firefox, encrypted as it is, and waits until it is taken."""
        wait_until(lambda: self.service.requests, "the push service is sent to")
        for request in self.service.requests:
            version = uuid.uuid4().hex
            notification = {
                "messageType": "notification", "channelID": request.path.strip("/"), "version": version,
                "data": base64.urlsafe_b64encode(request.body).decode().rstrip("="), "headers": {"encoding": request.headers["content-encoding"]},
            }  # fmt: skip
            self._connection.send(json.dumps(notification))
            wait_until(lambda: version in self.acknowledged, "Firefox acknowledges the push")  # noqa: B023
        self.service.requests.clear()


class Firefox:
    """One page."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._commands = 0
        self._command("session.new", capabilities={})
        self._context = self._command("browsingContext.getTree")["contexts"][0]["context"]

    def _command(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._commands += 1
        self._connection.send(json.dumps({"id": self._commands, "method": method, "params": parameters}))
        while (answer := json.loads(self._connection.recv(timeout=WAIT_SECONDS))).get("id") != self._commands:
            pass
        assert answer["type"] == "success", answer
        result: dict[str, Any] = answer["result"]
        return result

    def open(self, url: str) -> None:
        self._command("browsingContext.navigate", context=self._context, url=url, wait="complete")

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript *expression*, which may be a promise, by way of JSON; as if the user had just clicked."""
        answer = self._command(
            "script.evaluate",
            expression=f"(async () => JSON.stringify(await ({expression})))()",
            target={"context": self._context},
            awaitPromise=True,
            userActivation=True,
        )
        assert answer["type"] == "success", answer
        return json.loads(answer["result"].get("value", "null"))


@contextmanager
def running_firefox(folder: Path, service: PushService) -> Iterator[tuple[Firefox, AutopushServer]]:
    """Starts Firefox with a profile in *folder*, and the server that connects it with *service*."""
    command = shutil.which("firefox-esr") or shutil.which("firefox")
    if command is None:
        missing("Firefox", "apt install firefox-esr")
    autopush = AutopushServer(service)
    with ExitStack() as stack:
        server = stack.enter_context(websockets.serve(autopush.serve, "127.0.0.1", 0))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"ws://127.0.0.1:{server.socket.getsockname()[1]}/"
        preferences = {**_PREFERENCES, "dom.push.serverURL": address}
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in preferences.items()]
        (folder / "user.js").write_text("".join(lines))
        port = free_port()
        arguments = ["--headless", "--no-remote", "--profile", str(folder), "--remote-debugging-port", str(port)]
        process = subprocess.Popen([command, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        stack.callback(process.wait, WAIT_SECONDS)
        stack.callback(process.terminate)
        assert process.stderr is not None
        assert any("BiDi listening" in line for line in process.stderr), "Firefox starts"
        threading.Thread(target=process.stderr.read, daemon=True).start()
        yield Firefox(stack.enter_context(websockets_client.connect(f"ws://127.0.0.1:{port}/session"))), autopush
