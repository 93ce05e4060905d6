"""Another side that accepts everything at once: HTTP POSTs and mail, in a process of its own. Notes what came, and when.

Started with a file to write to, it prints its two ports; each message is a line `seconds since 1970, id` in the file. It
understands just what our channels say, and ends with the standard input of whoever started it.
"""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO


@dataclass(frozen=True, slots=True)
class Sink:
    http: int
    smtp: int
    file: Path

    def arrived(self) -> list[tuple[float, str]]:
        """When each message was accepted, and its webhook-id or Message-ID."""
        lines = self.file.read_text().splitlines() if self.file.exists() else []
        return [(float(when), name) for when, _, name in (line.partition(" ") for line in lines)]

    def count(self) -> int:
        return self.file.read_bytes().count(b"\n") if self.file.exists() else 0


@contextlib.contextmanager
def sinking(folder: Path) -> Iterator[Sink]:
    file = folder / "arrived.txt"
    command = [sys.executable, "-m", "benchmarks.sink", str(file)]
    running = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=Path(__file__).parent.parent)
    assert running.stdout is not None
    assert running.stdin is not None
    try:
        http, smtp = (int(each) for each in running.stdout.readline().split())
        yield Sink(http, smtp, file)
    finally:
        running.stdin.close()
        running.wait(10)


class _Http(asyncio.Protocol):
    """One POST after another; a request is complete when its Content-Length has come."""

    def __init__(self, notes: TextIO) -> None:
        self.notes, self.got = notes, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.got += data
        while (end := self.got.find(b"\r\n\r\n")) >= 0:
            head = self.got[:end].decode("latin-1").lower().split("\r\n")
            fields = dict(line.split(": ", 1) for line in head[1:])
            size = end + 4 + int(fields.get("content-length", "0"))
            if len(self.got) < size:
                return
            self.got = self.got[size:]
            self.notes.write(f"{time.time():.6f} {fields.get('webhook-id', '')}\n")
            self.transport.write(b"HTTP/1.1 204 No Content\r\n\r\n")


class _Smtp(asyncio.Protocol):
    def __init__(self, notes: TextIO) -> None:
        self.notes, self.got, self.data = notes, b"", False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self.got += data
        while True:
            mark = b"\r\n.\r\n" if self.data else b"\r\n"
            end = self.got.find(mark)
            if end < 0:
                return
            told, self.got = self.got[:end], self.got[end + len(mark) :]
            self.transport.write(self._mail(told) if self.data else self._command(told[:4].upper()))

    def _command(self, verb: bytes) -> bytes:
        self.data = verb == b"DATA"
        return b"354 go on\r\n" if self.data else b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n"

    def _mail(self, told: bytes) -> bytes:
        self.data = False
        begin = told.lower().find(b"message-id:")
        name = told[begin + 11 : told.find(b"\r\n", begin)].strip().decode("latin-1")
        self.notes.write(f"{time.time():.6f} {name}\n")
        return b"250 ok\r\n"


async def _serve(notes: TextIO) -> None:
    loop = asyncio.get_running_loop()
    servers = [
        await loop.create_server(lambda each=each: each(notes), "127.0.0.1", 0, backlog=512) for each in (_Http, _Smtp)
    ]
    print(*(each.sockets[0].getsockname()[1] for each in servers), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    with open(sys.argv[1], "a", buffering=1) as notes:
        asyncio.run(_serve(notes))
