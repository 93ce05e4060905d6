"""Two editions become changes; SEQUENCE and LAST-MODIFIED are decided here. Pure: reads no clock and no file."""

from __future__ import annotations

from .changes import is_ahead, kind_of, on_day, place_text, state_of
from .compare import compare, names_needed, schedule
from .values import Change, Edition, Kind, State, TakenError, Version, state_from_json, state_to_json

__all__ = [
    "Change",
    "Edition",
    "Kind",
    "State",
    "TakenError",
    "Version",
    "compare",
    "is_ahead",
    "kind_of",
    "names_needed",
    "on_day",
    "place_text",
    "schedule",
    "state_from_json",
    "state_of",
    "state_to_json",
]
