"""Time goes by while nobody runs, or is set under a scheduler: what is late is said, what is stale is not, nothing twice."""

from __future__ import annotations

import signal
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ..serve_process import wait_until
from ..world import REGISTRY_HEADER, World
from .installation import Installation, check_invariants, on_postgresql
from .webhook_server import webhook_server

HOUR, DAY = 3600, 86400


def soon(event_id: str, start: datetime, *due: datetime) -> str:
    leads = ", ".join(f"{int((start - each).total_seconds())} seconds before" for each in due)
    return f"- {{id: {event_id}, title: Talks, when: {start:%Y-%m-%d %H:%M}, reminders: [{leads}]}}\n"


@pytest.mark.parametrize("down", [3, HOUR, 3 * DAY], ids=["3 s", "1 h", "3 days"])
def test_after_time_without_a_scheduler_what_is_of_use_is_said_once_and_the_rest_is_explained(
    installation: Installation, down: int
) -> None:
    """A hundred fall due 2 s after the scheduler ended; half of the events are over within two days."""
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    early, late = now + timedelta(days=2), now + timedelta(days=30)
    with webhook_server() as receiver:
        installation.write_webhook(receiver.url)
        due = now + timedelta(minutes=10)
        installation.write_registry(*(soon(f"e{n}", early if n % 2 else late, due) for n in range(100)))
        installation.start_process(clock_skew=0)
        installation.processes[-1].wait_until(lambda: "Reminders:" in installation.output, "it is up")
        installation.processes[-1].stop(signal.SIGTERM)
        assert receiver.calls == []
        wrong = (due - datetime.now(UTC)).total_seconds() + down
        installation.start_process(clock_skew=wrong)

        of_use = 100 if down < 2 * DAY else 50
        rows = installation.wait_settled(of_use)
        wait_until(lambda: not _planned(installation), "the others are over")
        check_invariants(installation.open_store(), rows, receiver.accepted)
        left = _skipped(installation)
    assert {each.state for each in rows} == {"sent"}
    assert len(rows) == of_use
    assert set(receiver.accepted.values()) == {1}
    assert left == ({"past": 100 - of_use} if of_use < 100 else {})
    assert {each.data["late"] for each in receiver.calls} == {down > 60}


def _planned(installation: Installation) -> int:
    with installation.open_store().read() as conn:
        return conn.exec_driver_sql("SELECT count(*) FROM reminder WHERE state = 'planned'").scalar() or 0


def _skipped(installation: Installation) -> dict[str, int]:
    with installation.open_store().read() as conn:
        return dict(
            conn.exec_driver_sql("SELECT reason, count(*) FROM reminder WHERE state = 'skipped' GROUP BY reason").all()  # type: ignore[arg-type]
        )


@pytest.mark.parametrize("wrong", [HOUR, -HOUR], ids=["forward", "back"])
def test_a_clock_that_is_set_under_a_scheduler_neither_stops_it_nor_makes_it_repeat(
    installation: Installation, wrong: int
) -> None:
    """One reminder is said, the clock is set by an hour, and the next one by the new clock is said, without waiting that hour."""
    now = datetime.now(UTC)
    start = (now + timedelta(days=2)).replace(second=0, microsecond=0)
    before, after = now - timedelta(seconds=1), now + timedelta(seconds=wrong + 2)
    due = [before, after] if wrong > 0 else [before]
    with webhook_server() as receiver:
        installation.write_webhook(receiver.url)
        installation.write_registry()
        installation.start_process(clock_skew=-DAY)
        installation.processes[-1].wait_until(lambda: "Reminders:" in installation.output, "it is set up, a day before")
        installation.processes[-1].stop(signal.SIGTERM)
        installation.write_registry(soon("first", start, *due))
        installation.start_process(clock_skew=0)
        wait_until(lambda: len(receiver.calls) == 1, "the first is said")
        installation.set_clock_skew(wrong)
        if not installation.is_shared:  # whose clock may be set as it is: each machine's is another
            wait_until(lambda: "system clock jumped by" in installation.output, "it is noticed")
        if wrong < 0:
            after = datetime.now(UTC) + timedelta(seconds=wrong)
            installation.write_registry(soon("first", start, *due), soon("second", start, after))
        wait_until(lambda: len(receiver.calls) == 2, "the second is said, by the new clock")
        rows = installation.wait_settled(2)
        check_invariants(installation.open_store(), rows, receiver.accepted)
    assert {each.state for each in rows} == {"sent"}
    assert set(receiver.accepted.values()) == {1}


@on_postgresql
@pytest.mark.parametrize("wrong", [HOUR, -HOUR], ids=["ahead", "behind"])
def test_a_machine_whose_own_clock_is_wrong_says_everything_at_the_databases_time(
    installation: Installation, wrong: int
) -> None:
    now = datetime.now(UTC)
    start = (now + timedelta(days=2)).replace(second=0, microsecond=0)
    with webhook_server() as receiver:
        installation.write_webhook(receiver.url)
        installation.set_machine_clock_skew(wrong)
        installation.write_registry(soon("due", start, now), soon("early", start, now + timedelta(minutes=30)))
        installation.start_process(machine_clock=True)
        (row,) = installation.wait_settled(1)
        wait_until(
            lambda: installation.execute(f"SELECT 1 FROM process WHERE abs(clock_offset_ms - {wrong * 1000}) < 60000"),
            "it is known",
        )
        check_invariants(installation.open_store(), [row], receiver.accepted)
    assert (row.event, row.state) == ("due", "sent")
    assert [each.data["late"] for each in receiver.calls] == [False]


NIGHTS = [
    # zone, the date of the change, by how much the clock goes forward (h)
    ("Europe/Berlin", "2021-03-28", 1.0),
    ("Europe/Berlin", "2021-10-31", -1.0),
    ("Australia/Lord_Howe", "2021-10-03", 0.5),
    ("Australia/Lord_Howe", "2021-04-04", -0.5),
    ("US/Pacific", "2021-03-14", 1.0),
    ("US/Pacific", "2021-11-07", -1.0),
]


@pytest.mark.parametrize(("zone", "day", "forward"), NIGHTS, ids=[f"{zone} {day}" for zone, day, _ in NIGHTS])
def test_in_the_night_when_the_clock_changes_each_reminder_is_said_once_at_its_hour(
    tmp_path: Path, database: str, zone: str, day: str, forward: float
) -> None:
    """A pass every ten minutes from the evening before to the noon after; elapsed leads are elapsed, the others are the wall's."""
    place, date = ZoneInfo(zone), datetime.fromisoformat(day)
    begin = (date - timedelta(days=1)).replace(hour=18, tzinfo=place).astimezone(UTC)
    end = date.replace(hour=12, tzinfo=place).astimezone(UTC)
    world = World(tmp_path, url=database)
    world.publish(
        f"- {{id: wall, title: Wall, when: {day} 11:00, reminders: [the day before at 19:00, on the day at 08:00]}}\n"
        f"- {{id: stopwatch, title: Stopwatch, when: {day} 11:00, reminders: [12 hours before, 9 hours before]}}\n"
        f"- {{id: night, title: Night, when: {day}, reminders: [on the day at 02:15]}}\n"
        f"- {{id: nightly, title: Nightly, when: {date - timedelta(days=1):%Y-%m-%d} 23:30, repeat: every day, "
        "reminders: [30 minutes before]}\n",
        begin - timedelta(days=2),
        header=REGISTRY_HEADER.replace("Asia/Dushanbe", zone),
    )
    now = begin
    while now < end:
        world.tick(now)
        now += timedelta(minutes=10)
    said = {(each.data["event"]["id"], each.send_time.astimezone(UTC)) for each in world.recorder.received}  # type: ignore[index]

    start = date.replace(hour=11, tzinfo=place).astimezone(UTC)
    night = date.replace(hour=2, minute=15, tzinfo=place).astimezone(
        UTC
    )  # a gap: the offset before it; a repeat: the first
    expected = [
        ("wall", (date - timedelta(days=1)).replace(hour=19, tzinfo=place).astimezone(UTC)),
        ("wall", date.replace(hour=8, tzinfo=place).astimezone(UTC)),
        ("stopwatch", start - timedelta(hours=12)),
        ("stopwatch", start - timedelta(hours=9)),
        ("night", night),
        ("nightly", (date - timedelta(days=1)).replace(hour=23, tzinfo=place).astimezone(UTC)),
    ]
    assert len(world.recorder.received) == len(expected)
    assert Counter(each for each, _ in said) == Counter(each for each, _ in expected)
    for each, at in expected:
        moments = [moment - at for id, moment in said if id == each]
        assert any(timedelta() <= late < timedelta(minutes=10) for late in moments), (each, at, said)
    assert start - begin == timedelta(hours=17) - timedelta(hours=forward), "this is the night"
    assert {state for state, _ in world.states()} == {"sent"}
    assert world.is_balanced()
