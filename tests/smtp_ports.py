"""aiosmtpd's server on any free port, and a connection that it drops."""

from __future__ import annotations

import asyncio

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP


class AnyPort(Controller):
    """A controller whose *port* is the one that the system gave it; for `port=0`."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def abort(server: SMTP) -> None:
    """Drops the connection without an answer."""
    assert isinstance(server.transport, asyncio.WriteTransport)
    server.transport.abort()
