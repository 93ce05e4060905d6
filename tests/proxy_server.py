"""A small HTTP proxy on loopback: tunnels and forwards to one upstream, whatever name it is asked for."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class ProxyServer:
    """A running proxy; *requests* are the request lines that it got, *logins* their Proxy-Authorization."""

    upstream: tuple[str, int]
    login: str = ""  # the Proxy-Authorization that it asks for, "" for none
    allows: bool = True
    port: int = 0
    requests: list[str] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def serve_one(self, peer: socket.socket) -> None:
        head, body = _read_request(peer)
        request_line, *lines = head.split("\r\n")
        headers = {name.lower(): text for name, text in (line.split(": ", 1) for line in lines)}
        self.requests.append(request_line)
        self.logins.append(headers.get("proxy-authorization", ""))
        if self.login and self.logins[-1] != self.login:
            peer.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            return
        if not self.allows:
            peer.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
            return
        with socket.create_connection(self.upstream) as origin:
            if request_line.startswith("CONNECT "):
                peer.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            else:
                method, url, version = request_line.split(" ")
                path = "/" + url.split("/", 3)[3]
                origin.sendall("\r\n".join([f"{method} {path} {version}", *lines, "", ""]).encode() + body)
            _relay(peer, origin)


def _read_request(peer: socket.socket) -> tuple[str, bytes]:
    octets = b""
    while b"\r\n\r\n" not in octets:
        if not (more := peer.recv(65536)):
            raise OSError("the client has gone")
        octets += more
    head, _, body = octets.partition(b"\r\n\r\n")
    return head.decode(), body


def _relay(one: socket.socket, other: socket.socket) -> None:
    back = threading.Thread(target=_copy, args=(other, one), daemon=True)
    back.start()
    _copy(one, other)
    back.join()


def _copy(source: socket.socket, target: socket.socket) -> None:
    try:
        while octets := source.recv(65536):
            target.sendall(octets)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # the other side has closed the connection


@contextmanager
def proxying(upstream: tuple[str, int], login: str = "", allows: bool = True) -> Iterator[ProxyServer]:
    """Runs a proxy to *upstream* until the block ends."""
    proxy = ProxyServer(upstream, login, allows)

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            try:
                proxy.serve_one(self.request)
            except OSError:
                pass  # the client had enough

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        block_on_close = False

    with Server(("127.0.0.1", 0), Handler) as server:
        proxy.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield proxy
        server.shutdown()
