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

Manner = Literal["at once", "never", "a byte at a time", "without end", "hangs up"]


@dataclass(frozen=True)
class Say:
    """One answer, and the manner in which it is given."""

    status: int = 204
    headers: Mapping[str, str] = field(default_factory=dict)
    manner: Manner = "at once"


@dataclass(frozen=True)
class Call:
    """One request that arrived whole."""

    at: float
    id: str
    data: dict[str, Any]
    headers: dict[str, str]


@dataclass
class Hook:
    """*script* is given the webhook-id and how many times it has come."""

    script: Callable[[str, int], Say] = lambda id, nth: Say()
    url: str = ""
    calls: list[Call] = field(default_factory=list)
    taken: Counter[str] = field(default_factory=Counter)  # answered with 2xx, or not at all after it was there
    seen: Counter[str] = field(default_factory=Counter)

    @property
    def ids(self) -> list[str]:
        return [each.id for each in self.calls]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._one(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass  # the other side died, which is what these tests are about; or the test is over
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = await reader.readuntil(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")[1:-2]
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        id = headers.get("webhook-id", "")
        self.seen[id] += 1
        self.calls.append(Call(time.time(), id, json.loads(body or b"{}"), headers))
        say = self.script(id, self.seen[id])
        if say.status < 300 or say.manner == "never":
            self.taken[id] += 1
        if say.manner == "never":
            await reader.read()  # until the other side gives up
            return False
        if say.manner == "hangs up":
            return False
        extra = "".join(f"{name}: {value}\r\n" for name, value in say.headers.items())
        if say.manner == "at once":
            length = "" if say.status == 204 else "Content-Length: 0\r\n"
            writer.write(f"HTTP/1.1 {say.status} Said\r\n{extra}{length}\r\n".encode())
            return True
        answer = f"HTTP/1.1 {say.status} Said\r\n{extra}\r\n".encode()
        if say.manner == "a byte at a time":
            for byte in answer:
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(0.05)
        writer.write(answer)
        while True:  # without end
            writer.write(b"x" * 65536)
            await writer.drain()


@contextmanager
def hook(script: Callable[[str, int], Say] | None = None) -> Iterator[Hook]:
    found = Hook(*([script] if script else []))
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(asyncio.start_server(found.serve, "127.0.0.1", 0, backlog=512))
    found.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"
    thread = threading.Thread(target=loop.run_forever, name="hook", daemon=True)
    thread.start()

    async def end() -> None:
        server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for each in others:
            each.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        loop.stop()

    try:
        yield found
    finally:
        asyncio.run_coroutine_threadsafe(end(), loop)
        thread.join()
        loop.close()
