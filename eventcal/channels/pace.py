"""How many messages a minute a destination takes: a relay that is sent more refuses them, or us. Counts, and sends nothing.

One for each destination and process, whatever channels lead there: the other side counts all that comes from here. Where
several processes send, each keeps to its part.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Pace:
    """At most *per_minute* within any minute, spread over it: in bursts of a second's worth."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_minute = per_minute
        self._burst = max(1, per_minute // 60)
        # less than a sixtieth a second, since a burst comes on top of what flows in
        self._per_second = (per_minute - self._burst + 1) / 60
        self._clock, self._at, self._left = clock, clock(), float(self._burst)
        self._turn = threading.Lock()

    def take(self) -> float:
        """0.0: one message may go, and is counted; else the seconds until one may."""
        with self._turn:
            self._flow()
            if self._left >= 1:
                self._left -= 1
                return 0.0
            return (1 - self._left) / self._per_second

    def within(self, seconds: float) -> int:
        """How many may go from now until then, one at least."""
        with self._turn:
            self._flow()
            return max(1, int(self._left + seconds * self._per_second))

    def _flow(self) -> None:
        now = self._clock()
        self._left = min(float(self._burst), self._left + (now - self._at) * self._per_second)
        self._at = now


_PACES: dict[str, Pace] = {}
_WHOLE: dict[str, int] = {}
_AMONG = [1]


def hold(destination: str, per_minute: int) -> None:
    """*destination* takes no more than that, from whichever channel of this process."""
    _WHOLE[destination] = per_minute
    part = max(1, per_minute // _AMONG[0])
    if destination not in _PACES or _PACES[destination].per_minute != part:
        _PACES[destination] = Pace(part)


def share(among: int) -> None:
    """So many processes send to the same destinations, this one among them."""
    _AMONG[0] = max(1, among)
    for destination in list(_PACES):
        hold(destination, _WHOLE[destination])


def of(destination: str) -> Pace | None:
    """The pace of *destination*; None: as many as there are."""
    return _PACES.get(destination)
