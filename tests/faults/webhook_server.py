"""An HTTP server that answers webhooks as it is told to, and keeps what reached it by webhook-id."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

ResponseMode = Literal["at once", "never", "a byte at a time", "without end", "hangs up"]


@dataclass(frozen=True)
class ScriptedResponse:
    """One answer, and the manner in which it is given."""

    status: int = 204
    headers: Mapping[str, str] = field(default_factory=dict)
    mode: ResponseMode = "at once"


@dataclass(frozen=True)
class WebhookRequest:
    """One request that arrived whole."""

    at: float
    id: str
    data: dict[str, Any]
    headers: dict[str, str]


@dataclass
class WebhookServer:
    """*script* is given the webhook-id and how many times it has come."""

    script: Callable[[str, int], ScriptedResponse] = lambda id, nth: ScriptedResponse()
    url: str = ""
    calls: list[WebhookRequest] = field(default_factory=list)
    accepted: Counter[str] = field(default_factory=Counter)  # answered with 2xx, or not at all after it was there
    request_counts: Counter[str] = field(default_factory=Counter)

    @property
    def ids(self) -> list[str]:
        return [call.id for call in self.calls]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._handle_request(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass  # the other side died, which is what these tests are about; or the test is over
        finally:
            writer.close()

    async def _handle_request(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = await reader.readuntil(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")[1:-2]
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        id = headers.get("webhook-id", "")
        self.request_counts[id] += 1
        self.calls.append(WebhookRequest(time.time(), id, json.loads(body or b"{}"), headers))
        response = self.script(id, self.request_counts[id])
        if response.status < 300 or response.mode == "never":
            self.accepted[id] += 1
        if response.mode == "never":
            await reader.read()  # until the other side gives up
            return False
        if response.mode == "hangs up":
            return False
        extra = "".join(f"{name}: {value}\r\n" for name, value in response.headers.items())
        if response.mode == "at once":
            length = "" if response.status == 204 else "Content-Length: 0\r\n"
            writer.write(f"HTTP/1.1 {response.status} Said\r\n{extra}{length}\r\n".encode())
            return True
        answer = f"HTTP/1.1 {response.status} Said\r\n{extra}\r\n".encode()
        if response.mode == "a byte at a time":
            for byte in answer:
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(0.05)
        writer.write(answer)
        while True:  # without end
            writer.write(b"x" * 65536)
            await writer.drain()


@contextmanager
def webhook_server(script: Callable[[str, int], ScriptedResponse] | None = None) -> Iterator[WebhookServer]:
    webhook = WebhookServer(*([script] if script else []))
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(asyncio.start_server(webhook.serve, "127.0.0.1", 0, backlog=512))
    webhook.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"
    thread = threading.Thread(target=loop.run_forever, name="hook", daemon=True)
    thread.start()

    async def shut_down() -> None:
        server.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        loop.stop()

    try:
        yield webhook
    finally:
        asyncio.run_coroutine_threadsafe(shut_down(), loop)
        thread.join()
        loop.close()
