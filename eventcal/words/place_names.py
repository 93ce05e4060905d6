"""Countries and cities by their names in every language: for advice, where a code or the IANA name of a zone is meant."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from .language import LANGUAGES, locale_for


def country_of(name: str) -> str:
    """Returns the code (ISO 3166-1 alpha-2) of the country that CLDR calls *name* in one of our languages; "" for none."""
    return _codes_by_name()[0].get(name.strip().casefold(), "")


def zone_of_city(name: str) -> str:
    """Returns the IANA zone whose city CLDR calls *name* in one of our languages; "" for none."""
    return _codes_by_name()[1].get(name.strip().casefold(), "")


@cache
def _codes_by_name() -> tuple[Mapping[str, str], Mapping[str, str]]:
    countries: dict[str, str] = {}
    zones: dict[str, str] = {}
    for locale in map(locale_for, LANGUAGES):
        for code, name in locale.territories.items():
            if len(code) == 2 and code.isalpha():
                countries.setdefault(name.casefold(), code)
        for zone, names in locale.time_zones.items():
            if "city" in names:
                zones.setdefault(names["city"].casefold(), zone)
    return countries, zones
