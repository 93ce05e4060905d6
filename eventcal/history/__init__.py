"""Two editions become changes; SEQUENCE and LAST-MODIFIED are decided here. Pure: reads no clock and no file."""

from __future__ import annotations

from .carried import Past, Published, past_from_json, past_to_json, resumed
from .changes import is_ahead, kind_of, on_day, place_text, state_of
from .compare import compare, names_needed, schedule
from .values import Change, Edition, Kind, State, TakenError, Version, state_from_json, state_to_json

__all__ = [
    "Change",
    "Edition",
    "Kind",
    "Past",
    "Published",
    "State",
    "TakenError",
    "Version",
    "compare",
    "is_ahead",
    "kind_of",
    "names_needed",
    "on_day",
    "past_from_json",
    "past_to_json",
    "place_text",
    "resumed",
    "schedule",
    "state_from_json",
    "state_of",
    "state_to_json",
]
