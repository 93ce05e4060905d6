"""A zone's rules change under a calendar that stands: its wall clock stays, and what was planned by the old rules moves."""

from __future__ import annotations

import shutil
import zoneinfo
from collections.abc import Callable, Iterator
from datetime import date, datetime
from importlib.resources import as_file, files
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from eventcal import deliveries, feeds
from eventcal.edition_problems import zone_rule_warnings
from eventcal.filters import Filter
from eventcal.planning import passes
from eventcal.settings import Settings
from eventcal.store import instant
from eventcal.web.app import create_app
from eventcal.web.snapshots import Snapshot
from eventcal.when import find_zone

from .factories import read_registry
from .readers import OWN_ZONES
from .world import REGISTRY_HEADER, World, utc

MADEIRA = "Atlantic/Madeira"
NOW = utc(2021, 9, 1, 12)
TALKS = (
    "- {id: talks, title: Talks, when: 2021-09-20 10:00, timezone: Atlantic/Madeira, "
    "reminders: [the day before at 18:00, 2 hours before]}"
)


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str], None]]:
    """`rules("Atlantic/Madeira", "Etc/UTC")`: from now on, the zone data say of the one what they said of the other."""

    def change(zone: str, other: str) -> None:
        file = tmp_path / "zones" / zone
        file.parent.mkdir(parents=True, exist_ok=True)
        with as_file(files("tzdata").joinpath("zoneinfo", *other.split("/"))) as found:
            shutil.copy(found, file)
        read_zones_from(str(tmp_path / "zones"))
        monkeypatch.setattr(passes, "_tzdata", lambda: "2099a")

    yield change
    read_zones_from()


def read_zones_from(*folders: str) -> None:
    """Makes every zone anew from *folders*, then from the package tzdata, for the tests that follow too."""
    zoneinfo.reset_tzpath(to=folders)
    ZoneInfo.clear_cache()
    find_zone.cache_clear()


def planned(world: World) -> list[tuple[str, datetime]]:
    with world.store.read() as conn:
        rows = conn.exec_driver_sql("SELECT lead, due_at, expires_at FROM reminder ORDER BY due_at").all()
    return [(row.lead, instant(row.due_at)) for row in rows]


def again(world: World) -> None:
    """As a process that starts with the new data: nothing that was read before is kept."""
    world.source = deliveries.newest_edition()


def test_summer_time_that_is_abolished_moves_what_is_planned_and_the_event_keeps_its_hour(
    tmp_path: Path, rules: Callable[[str, str], None]
) -> None:
    world = World(tmp_path)
    world.publish(TALKS, NOW)
    assert planned(world) == [
        ("the day before at 18:00", utc(2021, 9, 19, 17)),
        ("2 hours before", utc(2021, 9, 20, 7)),
    ]

    rules("Atlantic/Madeira", "Etc/UTC")
    again(world)
    world.tick(NOW)
    assert planned(world) == [
        ("the day before at 18:00", utc(2021, 9, 19, 18)),
        ("2 hours before", utc(2021, 9, 20, 8)),
    ]

    world.run(NOW, utc(2021, 9, 20, 10))
    assert [each.send_time.astimezone(ZoneInfo("UTC")) for each in world.recorder.received] == [
        due for _, due in planned(world)
    ]
    assert "10:00" in world.recorder.received[0].text
    assert world.is_balanced()


def test_what_was_said_by_the_old_rules_is_not_said_again_by_the_new_ones(
    tmp_path: Path, rules: Callable[[str, str], None]
) -> None:
    world = World(tmp_path)
    world.publish(TALKS, NOW)
    world.tick(utc(2021, 9, 19, 17))
    assert world.recorder.subjects == ["Mon 20 Sep, 10:00 (Madeira): Talks"]

    rules("Atlantic/Madeira", "Etc/UTC")
    again(world)
    world.run(utc(2021, 9, 19, 17, 1), utc(2021, 9, 20, 10))
    assert world.recorder.subjects == ["Mon 20 Sep, 10:00 (Madeira): Talks"] * 2
    assert world.is_balanced()


def test_what_is_staged_by_the_old_rules_waits_for_the_new_hour_or_goes_at_once(
    tmp_path: Path, rules: Callable[[str, str], None]
) -> None:
    world = World(tmp_path)
    world.publish(TALKS, NOW)
    staged = utc(2021, 9, 19, 16, 59, 30)
    world.tick(staged)
    assert world.states() == [("queued", "")]

    rules("Atlantic/Madeira", "Etc/UTC")
    again(world)
    world.tick(utc(2021, 9, 19, 17))
    assert world.recorder.received == []
    world.tick(utc(2021, 9, 19, 18))
    assert world.recorder.subjects == ["Mon 20 Sep, 10:00 (Madeira): Talks"]


def test_a_lead_that_the_new_rules_put_into_the_past_is_late_and_said(
    tmp_path: Path, rules: Callable[[str, str], None]
) -> None:
    world = World(tmp_path)
    world.publish(TALKS, NOW)
    rules("Atlantic/Madeira", "Etc/GMT-2")  # two hours ahead of UTC: an hour earlier than by the old ones
    again(world)
    world.tick(utc(2021, 9, 19, 16, 30))

    assert world.recorder.subjects == ["Mon 20 Sep, 10:00 (Madeira): Talks"]
    assert world.states() == [("sent", "late")]


GONE = "Atlantic/Gone"


def lost(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a process that starts with zone data that have lost Madeira's zone, which all of this was stored in."""
    monkeypatch.setattr(passes, "_tzdata", lambda: "2099a")
    with world.store.write() as conn:
        for table, column in (
            ("version", "body"), ("edition", "calendar"), ("change", "old"), ("change", "new"), ("last_notified", "state"),
            ("reminder", "start"), ("reminder", "zone"), ("subscription", "zone"),
        ):  # fmt: skip
            conn.exec_driver_sql(f"UPDATE {table} SET {column} = replace({column}, '{MADEIRA}', '{GONE}')")
    again(world)
    world.start(NOW)


def test_what_was_stored_in_a_zone_that_is_lost_is_read_in_utc_until_the_registry_names_another(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path)
    world.publish(
        TALKS.replace("2 hours before", "2 hours before, on change"),
        NOW,
        REGISTRY_HEADER.replace("Asia/Dushanbe", MADEIRA),
    )
    world.tick(utc(2021, 9, 19, 17))
    lost(world, monkeypatch)
    world.run(utc(2021, 9, 19, 17, 1), utc(2021, 9, 20, 9))

    assert world.edition().calendar.timezone == world.version("talks").event.timezone == "UTC"
    assert [(each.subject, each.send_time.astimezone(ZoneInfo("UTC"))) for each in world.recorder.received[1:]] == [
        ("Mon 20 Sep, 10:00: Talks", utc(2021, 9, 19, 18)),
        ("Mon 20 Sep, 10:00: Talks", utc(2021, 9, 20, 8)),
    ]
    assert [each.message.split(":")[0] for each in caplog.records] == [f"time zone {GONE} is unknown"]
    page = create_app(lambda: Snapshot.of(world.edition()), Settings(), clock=lambda: NOW).test_client()
    assert b"DTSTART:20210920T100000Z" in feeds.render_calendar_feed(world.edition(), NOW.date(), Filter()).body
    assert {200} == {page.get(each).status_code for each in ("/", "/events/talks", "/changes")}

    world.publish(TALKS.replace(MADEIRA, "Atlantic/Azores"), NOW)
    assert world.version("talks").event.timezone == "Atlantic/Azores"
    assert world.is_balanced()


def test_a_reader_in_a_zone_that_is_lost_is_told_by_the_events_own(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path)
    world.start(NOW)
    with world.store.write() as conn:
        conn.exec_driver_sql("UPDATE subscription SET zone = 'Atlantic/Madeira'")
    world.publish(TALKS.replace("timezone: Atlantic/Madeira", "timezone: Asia/Tokyo"), NOW)
    lost(world, monkeypatch)
    world.run(NOW, utc(2021, 9, 20, 10))

    assert [each.send_time.astimezone(ZoneInfo("UTC")) for each in world.recorder.received] == [
        utc(2021, 9, 19, 9),
        utc(2021, 9, 19, 23),
    ]
    assert [each.message for each in caplog.records] == [
        f"time zone {GONE} no longer exists: 1 subscriptions now use each event's zone"
    ]
    assert world.is_balanced()


def test_a_reader_in_a_zone_that_changes_is_told_at_their_new_hour(
    tmp_path: Path, rules: Callable[[str, str], None]
) -> None:
    world = World(tmp_path)
    world.start(NOW)
    with world.store.write() as conn:
        conn.exec_driver_sql("UPDATE subscription SET zone = 'Atlantic/Madeira'")
    world.publish(TALKS.replace("timezone: Atlantic/Madeira", "timezone: Asia/Tokyo"), NOW)
    rules("Atlantic/Madeira", "Etc/UTC")
    again(world)
    world.run(NOW, utc(2021, 9, 20, 10))

    assert [each.send_time.astimezone(ZoneInfo("UTC")) for each in world.recorder.received] == [
        utc(2021, 9, 19, 18),
        utc(2021, 9, 19, 23),
    ]


VANCOUVER = "version: 1\ncalendar: {id: v, name: V, timezone: America/Vancouver}\nevents:\n"


def test_check_names_the_series_and_the_zone_whose_law_has_changed_and_what_to_write(tmp_path: Path) -> None:
    events = "".join(
        f"- {{id: {event_id}, title: T, when: {when}, repeat: {rule}}}\n"
        for event_id, when, rule in (
            ("summer", "2027-07-06 10:00", "every year"),
            ("weekly", "2026-12-01 10:00", "every week"),
            ("monthly", "2026-12-25 10:00", "every month on the last Fri"),
        )
    )

    (warning,) = zone_rule_warnings(read_registry(tmp_path, VANCOUVER + events), date(2026, 11, 29))

    assert (warning.line, warning.column, warning.warning) == (5, 8, True)
    assert warning.message.startswith(
        "weekly, monthly: the rules of America/Vancouver have changed: UTC-7 on 2026-12-01, and UTC-8 on such a day in 2023."
    )
    assert "node-ical, sabre/vobject, ruby-icalendar and calcurse" in warning.message
    assert "listed under `also`, without a rule" in warning.message


@pytest.mark.parametrize(
    "event",
    [
        "when: 2027-01-05 10:00",  # once: in UTC
        "when: 2027-01-05 10:00, also: [2027-01-12]",
        "when: 2027-01-05, repeat: every week",
        "when: 2027-07-06 10:00, repeat: every year",
        "when: 2027-01-05 10:00, timezone: floating, repeat: every week",
        "when: 2027-01-05 10:00, timezone: Europe/Berlin, repeat: every week",
        "when: 2027-01-05 10:00, repeat: every week 2 times, except: [2027-01-05], exceptions: {2027-01-12: {when: 2027-01-13 10:00}}",
        "when: 2027-01-04 10:00, rrule: FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO",  # single dates in feeds
        "when: 2020-01-07 10:00, repeat: every week until 2026-10-27",
    ],
)
def test_check_says_nothing_of_a_zone_where_no_date_of_a_series_meets_the_change(tmp_path: Path, event: str) -> None:
    registry = read_registry(tmp_path, f"{VANCOUVER}- {{id: e, title: T, {event}}}\n")

    assert len(registry.events) == 1
    assert zone_rule_warnings(registry, date(2026, 11, 29)) == ()


def test_every_zone_that_readers_are_known_to_have_old_data_of_is_warned_of(tmp_path: Path) -> None:
    zones = sorted({zone for zones in OWN_ZONES.values() for zone in zones})
    events = "".join(
        f"- {{id: e{number}, title: T, when: 2026-12-01 10:00, timezone: {zone}, repeat: every week}}\n"
        for number, zone in enumerate(zones)
    )

    warnings = zone_rule_warnings(read_registry(tmp_path, VANCOUVER + events), date(2026, 11, 29))

    assert len(warnings) == len(zones) > 0
