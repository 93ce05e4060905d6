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
    http_port: int
    smtp_port: int
    file: Path

    def arrivals(self) -> list[tuple[float, str]]:
        """When each message was accepted, and its webhook-id or Message-ID."""
        lines = self.file.read_text().splitlines() if self.file.exists() else []
        return [(float(when), name) for when, _, name in (line.partition(" ") for line in lines)]

    def count(self) -> int:
        return self.file.read_bytes().count(b"\n") if self.file.exists() else 0


@contextlib.contextmanager
def run_sink(folder: Path) -> Iterator[Sink]:
    file = folder / "arrived.txt"
    command = [sys.executable, "-m", "benchmarks.sink", str(file)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=Path(__file__).parent.parent)
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        http_port, smtp_port = (int(port) for port in process.stdout.readline().split())
        yield Sink(http_port, smtp_port, file)
    finally:
        process.stdin.close()
        process.wait(10)


class _HttpProtocol(asyncio.Protocol):
    """One POST after another; a request is complete when its Content-Length has come."""

    def __init__(self, arrivals_file: TextIO) -> None:
        self.arrivals_file, self.buffer = arrivals_file, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head = self.buffer[:end].decode("latin-1").lower().split("\r\n")
            fields = dict(line.split(": ", 1) for line in head[1:])
            size = end + 4 + int(fields.get("content-length", "0"))
            if len(self.buffer) < size:
                return
            self.buffer = self.buffer[size:]
            self.arrivals_file.write(f"{time.time():.6f} {fields.get('webhook-id', '')}\n")
            self.transport.write(b"HTTP/1.1 204 No Content\r\n\r\n")


class _SmtpProtocol(asyncio.Protocol):
    def __init__(self, arrivals_file: TextIO) -> None:
        self.arrivals_file, self.buffer, self.receiving_message = arrivals_file, b"", False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while True:
            terminator = b"\r\n.\r\n" if self.receiving_message else b"\r\n"
            end = self.buffer.find(terminator)
            if end < 0:
                return
            chunk, self.buffer = self.buffer[:end], self.buffer[end + len(terminator) :]
            self.transport.write(
                self._accept_message(chunk) if self.receiving_message else self._answer_command(chunk[:4].upper())
            )

    def _answer_command(self, verb: bytes) -> bytes:
        self.receiving_message = verb == b"DATA"
        if verb == b"EHLO":
            return b"250-sink\r\n250 PIPELINING\r\n"  # as Postfix, Exim and the large services offer it
        return b"354 go on\r\n" if self.receiving_message else b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n"

    def _accept_message(self, message: bytes) -> bytes:
        self.receiving_message = False
        begin = message.lower().find(b"message-id:")
        name = message[begin + 11 : message.find(b"\r\n", begin)].strip().decode("latin-1")
        self.arrivals_file.write(f"{time.time():.6f} {name}\n")
        return b"250 ok\r\n"


async def _serve(arrivals_file: TextIO) -> None:
    loop = asyncio.get_running_loop()
    servers = [
        await loop.create_server(lambda protocol=protocol: protocol(arrivals_file), "127.0.0.1", 0, backlog=512)
        for protocol in (_HttpProtocol, _SmtpProtocol)
    ]
    print(*(server.sockets[0].getsockname()[1] for server in servers), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    with open(sys.argv[1], "a", buffering=1) as arrivals_file:
        asyncio.run(_serve(arrivals_file))
