"""The response of an outgoing request, and why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


class FetchError(Exception):
    """No answer. *request_sent*: the whole request had been sent, so the receiver may have acted on it."""

    def __init__(self, detail: str, request_sent: bool = False) -> None:
        super().__init__(detail)
        self.request_sent = request_sent


class FetchRefused(FetchError):
    """The address may not be reached from here: private, or not HTTP at all. Trying again would not help."""


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP response; of the answer to a POST at most the first 64 KiB. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def redirect(self) -> str:
        """The address that it leads to (RFC 9110 15.4), as it is written; "" for any other answer."""
        return self.headers.get("location", "") if self.status in (301, 302, 303, 307, 308) else ""
