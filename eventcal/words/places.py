"""The world's time zones as a reader looks for theirs: by city, in their language."""

from __future__ import annotations

import zoneinfo
from functools import lru_cache

from babel.dates import get_timezone_location

from .language import known, locale_of

_REGIONS = (
    "Africa/", "America/", "Antarctica/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/",
)  # fmt: skip


def zone_cities(language: str) -> tuple[tuple[str, str], ...]:
    """(zone, city) by city. A zone of several names stands under one of them."""
    return _cities(known(language))


@lru_cache(maxsize=8)
def _cities(language: str) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for key in sorted(zoneinfo.available_timezones()):
        if not key.startswith(_REGIONS):
            continue
        city = str(get_timezone_location(zoneinfo.ZoneInfo(key), locale=locale_of(language), return_city=True))
        english = str(get_timezone_location(zoneinfo.ZoneInfo(key), locale=locale_of("en"), return_city=True))
        # of the names of one place the one that says it: Asia/Kolkata rather than Asia/Calcutta
        if city not in found or key.endswith("/" + english.replace(" ", "_")):
            found[city] = key
    return tuple((key, city) for city, key in sorted(found.items()))
