"""The world's time zones as a reader looks for theirs: by city, in their language."""

from __future__ import annotations

import zoneinfo
from functools import lru_cache

from babel.dates import get_timezone_location

from .language import locale_for, resolve_language

_ZONE_REGIONS = (
    "Africa/", "America/", "Antarctica/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/",
)  # fmt: skip


def list_zone_cities(language: str) -> tuple[tuple[str, str], ...]:
    """(zone, city) by city. A zone of several names stands under one of them."""
    return _list_zone_cities(resolve_language(language))


@lru_cache(maxsize=8)
def _list_zone_cities(language: str) -> tuple[tuple[str, str], ...]:
    zone_by_city: dict[str, str] = {}
    for key in sorted(zoneinfo.available_timezones()):
        if not key.startswith(_ZONE_REGIONS):
            continue
        city = str(get_timezone_location(zoneinfo.ZoneInfo(key), locale=locale_for(language), return_city=True))
        english = str(get_timezone_location(zoneinfo.ZoneInfo(key), locale=locale_for("en"), return_city=True))
        # of the names of one place the one that says it: Asia/Kolkata rather than Asia/Calcutta
        if city not in zone_by_city or key.endswith("/" + english.replace(" ", "_")):
            zone_by_city[city] = key
    return tuple((key, city) for city, key in sorted(zone_by_city.items()))
