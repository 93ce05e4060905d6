"""What an app that mirrors a feed sees over any edits: components by UID and RECURRENCE-ID, SEQUENCE, DTSTAMP."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import icalendar
import recurring_ical_events
from hypothesis import given
from hypothesis import strategies as st

from eventcal import feeds
from eventcal.events import Status
from eventcal.filters import Filter
from eventcal.history import Edition, Version, build_edition, names_to_look_up

from .factories import CALENDAR, event, examples, utc

Key = tuple[str, str]
SCHEDULE = ("DTSTART", "DTEND", "DURATION", "RRULE", "STATUS")

ONCE = st.fixed_dictionaries(
    {
        "when": st.sampled_from(
            ("2027-03-16", "2027-03-16/18", "2027-03-16 10:00/11:00", "2027-03-27 22:00/2027-03-28 04:00", "2027-03-16?", "2027-03",
             "~2027-03", "2027-Q1", "from 2027-03", "by 2027-03-16", "2027-03-16/..", "TBD", "none")
        )
    }
)  # fmt: skip
WEEKLY = st.fixed_dictionaries(
    {
        "when": st.sampled_from(("2027-03-02", "2027-03-02 18:00/19:00", "2027-03-02 02:30/03:30")),
        "repeat": st.sampled_from(("every week", "every week 6 times", "every 2 weeks until 2027-06-30", "every week on Tue")),
        "exdates": st.sampled_from(((), ("2027-03-30",))),
        "also": st.sampled_from(((), ("2027-03-18",))),
        "exceptions": st.dictionaries(
            st.just("2027-03-16"),
            st.sampled_from(("2027-03-17", "2027-03-17 12:00/13:00", "2027-03", "TBD", "none", Status.CANCELLED)),
        ),
    }
)  # fmt: skip
YEARLY = st.fixed_dictionaries(
    {
        "when": st.just("2025-03-28"),
        "repeat": st.sampled_from(("every year", "every year on 03-28 if Sat, Sun then next Mon")),
        "title": st.sampled_from(("Day of the desk", "{nth} day of the desk")),
    }
)
SHOWN = st.fixed_dictionaries(
    {
        "status": st.sampled_from((Status.CONFIRMED, Status.TENTATIVE, Status.CANCELLED)),
        "zone": st.sampled_from(("Europe/Berlin", "UTC", "America/New_York")),
        "tags": st.sampled_from(((), ("summit",))),
        "busy": st.booleans(),
    }
)
FIELDS = st.tuples(st.one_of(ONCE, WEEKLY, YEARLY), SHOWN).map(lambda parts: parts[0] | parts[1])
EDITS = st.tuples(
    st.sampled_from("ab"), st.none() | FIELDS, st.none() | st.integers(0, 8), st.sampled_from((0, 1, 30, 300))
)
"""An event's name, what it is now (None: removed), which one field of that it takes (None: all), the days until the next edit."""


@given(st.lists(EDITS, min_size=2, max_size=12))
@examples(200, deadline=None)
def test_over_any_edits_each_component_is_newer_when_it_changes_and_outranks_what_was_scheduled_before(edits) -> None:
    registry: dict[str, dict[str, Any]] = {}
    latest: dict[str, Version] = {}
    edition: Edition | None = None
    mirror: dict[Key, icalendar.Component] = {}
    now = utc(2027, 1, 1, 12)
    for name, fields, only, days in edits:
        before = registry.pop(name, {})
        if fields is not None:
            if only is not None and before.keys() == fields.keys():
                changed = sorted(fields)[only % len(fields)]
                fields = before | {changed: fields[changed]}
            registry[name] = fields
        events = [event(each, **registry[each]) for each in registry]
        known = {each: latest[each] for each in names_to_look_up(edition, events) if each in latest}
        edition, _ = build_edition(edition, known, CALENDAR, events, "digest", now)
        latest |= {version.event.id: version for version in edition.versions}
        components = read(edition, now)
        for key, component in components.items():
            check_order(mirror.get(key), component)
        mirror |= components
        now += timedelta(days=days)


def read(edition: Edition, now: datetime) -> dict[Key, icalendar.Component]:
    """Returns the components of the feed; every occurrence with a RECURRENCE-ID takes the place of one of its rule's."""
    ready = feeds.render_path("/calendar.ics", edition, (), CALENDAR.day_at(now), Filter(imprecise="all"))
    assert ready is not None
    calendar = icalendar.Calendar.from_ical(ready.body)
    components: dict[Key, icalendar.Component] = {}
    for component in calendar.walk("VEVENT"):
        replaced = component["RECURRENCE-ID"].to_ical().decode() if "RECURRENCE-ID" in component else ""
        assert components.setdefault((str(component["UID"]), replaced), component) is component
        if replaced:
            master = components[str(component["UID"]), ""]
            alone = icalendar.Calendar()
            alone.subcomponents = [*calendar.walk("VTIMEZONE"), master]
            moment = component["RECURRENCE-ID"].dt
            assert moment in [each["DTSTART"].dt for each in recurring_ical_events.of(alone).at(moment)]
    return components


def check_order(before: icalendar.Component | None, component: icalendar.Component) -> None:
    if before is None:
        return
    assert component["SEQUENCE"] >= before["SEQUENCE"]
    if component.to_ical() != before.to_ical():
        assert component["DTSTAMP"].dt > before["DTSTAMP"].dt
        assert component["DTSTAMP"] == component["LAST-MODIFIED"]
    if any(component.get(name) != before.get(name) for name in SCHEDULE):
        assert component["SEQUENCE"] > before["SEQUENCE"]
