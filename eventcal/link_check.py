"""The addresses in a registry are requested, to find out whether they still lead somewhere: slowly, and seldom again.

An answer is kept in a file: a good one for a week, any other for a day. Each host gets one request at a time, with a
pause between two. Nothing but a status is of interest, and nothing is followed but redirects.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from . import fetch
from .errors import EventcalError

GOOD_FOR = timedelta(days=7)
RETRY_AFTER = timedelta(days=1)
PAUSE_SECONDS = 1.0
"""Seconds between two requests to one host."""
MAX_URLS_PER_HOST = 60
"""Addresses of one host that one run requests: a minute's work. The rest is left for the next run."""
MAX_REDIRECTS = 5
HOSTS_AT_ONCE = 8
_DEAD_STATUSES = {404: "Not Found", 410: "Gone"}


class LinkState(StrEnum):
    """The state of an address."""

    ALIVE = "alive"
    MOVED = "moved"  # permanently, to *detail*
    DEAD = "dead"  # the server says that there is nothing
    UNKNOWN = "unknown"  # refused, broken or out of reach today: no proof that it is gone


@dataclass(frozen=True, slots=True)
class LinkStatus:
    """The last answer of an address: its state, what it said, and when it was asked (ISO 8601, UTC)."""

    state: LinkState
    detail: str
    asked_at: str


Probe = Callable[[str], fetch.Response]


def check_links(
    urls: Iterable[str],
    known: Mapping[str, LinkStatus],
    now: datetime,
    probe: Probe = fetch.probe,
    pause: Callable[[float], None] = time.sleep,
) -> dict[str, LinkStatus]:
    """Returns the state of *urls*: from *known* where that is fresh, else by a request. Never raises for an answer.

    Left out are those of a host beyond MAX_URLS_PER_HOST, unless *known* has an older answer of theirs.
    """
    wanted = list(dict.fromkeys(urls))
    statuses = {url: known[url] for url in wanted if url in known and _is_fresh(known[url], now)}
    by_host: dict[str, list[str]] = {}
    for url in wanted:
        if url not in statuses:
            by_host.setdefault(urlsplit(url).netloc, []).append(url)

    def probe_host(host_urls: list[str]) -> list[tuple[str, LinkStatus]]:
        # never requested first, then those whose answer is the oldest
        in_order = sorted(host_urls, key=lambda url: known[url].asked_at if url in known else "")
        return list(_probe_in_turn(in_order[:MAX_URLS_PER_HOST], now, probe, pause))

    with ThreadPoolExecutor(HOSTS_AT_ONCE) as executor:
        for answers in executor.map(probe_host, by_host.values()):
            statuses.update(answers)
    return {url: status for url in wanted if (status := statuses.get(url) or known.get(url))}


def _is_fresh(status: LinkStatus, now: datetime) -> bool:
    lifetime = GOOD_FOR if status.state in (LinkState.ALIVE, LinkState.MOVED) else RETRY_AFTER
    age = now - datetime.fromisoformat(status.asked_at)
    return timedelta(0) <= age < lifetime


def _probe_in_turn(
    urls: list[str], now: datetime, probe: Probe, pause: Callable[[float], None]
) -> Iterator[tuple[str, LinkStatus]]:
    for number, url in enumerate(urls):
        if number:
            pause(PAUSE_SECONDS)
        state, detail = _find_state(url, probe)
        yield url, LinkStatus(state, detail, now.isoformat(timespec="seconds"))


def _find_state(url: str, probe: Probe) -> tuple[LinkState, str]:
    """Returns the state of *url* and what it said, after its redirects."""
    address, is_permanent = url, True
    for _ in range(MAX_REDIRECTS + 1):
        try:
            response = probe(address)
        except fetch.FetchError as error:
            return LinkState.UNKNOWN, str(error)
        if response.status in _DEAD_STATUSES:
            return LinkState.DEAD, f"{response.status} {_DEAD_STATUSES[response.status]}"
        if response.redirect:
            # 301 and 308 are permanent (RFC 9110 15.4); one that is not makes the whole way temporary
            is_permanent &= response.status in (301, 308)
            address = urljoin(address, response.redirect)
            continue
        if response.status >= 400:
            return LinkState.UNKNOWN, f"HTTP status {response.status}"
        return (LinkState.MOVED, address) if address != url and is_permanent else (LinkState.ALIVE, "")
    return LinkState.UNKNOWN, f"more than {MAX_REDIRECTS} redirects"


def read_statuses(path: Path) -> dict[str, LinkStatus]:
    """Returns the answers kept at *path*; {} where there is no such file or it cannot be read as one."""
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        return {url: LinkStatus(LinkState(row["state"]), row["detail"], row["asked_at"]) for url, row in rows.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}  # they are only kept to spare others a request


def write_statuses(path: Path, statuses: Mapping[str, LinkStatus]) -> None:
    """Keeps *statuses* at *path*. Raises EventcalError where it cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            json.dumps({url: asdict(status) for url, status in statuses.items()}, indent=1), encoding="utf-8"
        )
    except OSError as error:
        raise EventcalError(f"{path}: cannot be written: {error.strerror}") from error


def dead_links(statuses: Mapping[str, LinkStatus]) -> dict[str, str]:
    """Returns why each address that leads nowhere does, by address."""
    return {
        url: f"{status.detail} on {status.asked_at[:10]}"
        for url, status in statuses.items()
        if status.state is LinkState.DEAD
    }
