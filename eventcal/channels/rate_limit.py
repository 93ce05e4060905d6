"""Token buckets that limit the messages a minute to a destination. They count; they send nothing.

One for each destination and process, shared by its channels: the receiver counts everything from here. Where
several processes send, each keeps to its part.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class TokenBucket:
    """At most *per_minute* within any minute, spread over it: in bursts of a second's worth."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_minute = per_minute
        self._burst = max(1, per_minute // 60)
        # less than a sixtieth a second, since a burst comes on top of what flows in
        self._per_second = (per_minute - self._burst + 1) / 60
        self._clock, self._refilled_at, self._tokens = clock, clock(), float(self._burst)
        self._lock = threading.Lock()

    def acquire(self) -> float:
        """Returns 0.0 where one message may go, which is counted; else the seconds until one may."""
        with self._lock:
            self._refill()
            if self._tokens >= 1:
                self._tokens -= 1
                return 0.0
            return (1 - self._tokens) / self._per_second

    def available_within(self, seconds: float) -> int:
        """Returns the number of messages that may be sent until then, at least one."""
        with self._lock:
            self._refill()
            return max(1, int(self._tokens + seconds * self._per_second))

    def _refill(self) -> None:
        now = self._clock()
        self._tokens = min(float(self._burst), self._tokens + (now - self._refilled_at) * self._per_second)
        self._refilled_at = now


_BUCKETS: dict[str, TokenBucket] = {}
_LIMITS_PER_MINUTE: dict[str, int] = {}
_PROCESS_COUNT = [1]


def configure(destination: str, per_minute: int) -> None:
    """Limits *destination* to *per_minute* messages, from whichever channel of this process."""
    _LIMITS_PER_MINUTE[destination] = per_minute
    per_process = max(1, per_minute // _PROCESS_COUNT[0])
    if destination not in _BUCKETS or _BUCKETS[destination].per_minute != per_process:
        _BUCKETS[destination] = TokenBucket(per_process)


def divide_by(process_count: int) -> None:
    """Shares the limits out where so many processes send to the same destinations, this one among them."""
    _PROCESS_COUNT[0] = max(1, process_count)
    for destination in list(_BUCKETS):
        configure(destination, _LIMITS_PER_MINUTE[destination])


def get_bucket(destination: str) -> TokenBucket | None:
    """Returns the bucket of *destination*, None where it has no limit."""
    return _BUCKETS.get(destination)
