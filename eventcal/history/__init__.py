"""Two editions become changes; SEQUENCE and LAST-MODIFIED are decided here. Pure: reads no clock and no file."""

from __future__ import annotations

from .compare import build_edition, is_deadline_extended, is_upcoming
from .differences import (
    compare_last_days,
    is_end_open,
    is_known_elsewhere,
    is_time_announced,
    last_day_changes,
    told_when,
)
from .values import (
    Change,
    ChangeKind,
    Edition,
    EventState,
    UidConflictError,
    Version,
    classify_change,
    date_uid,
    has_same_place,
    is_awaiting_date,
    link_parents,
    occurrence_state,
    place_names,
    place_text,
    split_date_uid,
    state_from_json,
    state_of,
    state_to_json,
)
from .versions import names_to_look_up, returned_dates, returned_uids, scheduling_properties
