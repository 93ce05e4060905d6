"""Plans, and what a ledger says over any sequence of edits, against models so plain that they can be seen to be right."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from eventcal import leads, repeat, when
from eventcal.events import Event, Text
from eventcal.history import Version
from eventcal.messages import Message
from eventcal.planning import reminders
from eventcal.planning.reminders import PLANNING_HORIZON, ReminderAudience
from tests.factories import examples

from ..postgres import PostgresServer
from ..world import REGISTRY_HEADER, World

ZONES = ["Asia/Dushanbe", "Europe/Berlin", "Australia/Lord_Howe", "US/Pacific", "Etc/GMT+12"]
LEADS = {
    "1 week before at 09:00": (7, time(9)),
    "the day before at 02:30": (1, time(2, 30)),
    "on the day at 00:30": (0, time(0, 30)),
    "3 days before": (3, None),
    "24 hours before": timedelta(hours=24),
    "90 minutes before": timedelta(minutes=90),
}


@examples(100, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(ZONES),
    st.datetimes(datetime(2021, 1, 1), datetime(2021, 12, 31)).map(lambda each: each.replace(second=0, microsecond=0)),
    st.integers(1, 9),
    st.lists(st.sampled_from(sorted(LEADS)), min_size=1, unique=True),
    st.integers(-10 * 24, 300 * 24),
)
def test_a_series_is_planned_as_counting_on_the_fingers_has_it(
    zone: str, first: datetime, every: int, ahead: list[str], hours: int
) -> None:
    place = ZoneInfo(zone)

    def moment(local: datetime) -> datetime:
        """RFC 5545 3.3.5: a skipped hour by the offset before it, a repeated one the first time."""
        return local.replace(tzinfo=place).astimezone(UTC)

    try:
        stands = when.parse(f"{first:%Y-%m-%d %H:%M}", place)
    except ValueError:
        return  # nobody can write an event into an hour that does not exist
    event = Event(
        "e", Text.plain("E", "en"), stands, zone,
        rule=repeat.parse(f"every {every} days" if every > 1 else "every day", stands),
        leads=tuple(each for text in ahead if not isinstance(each := leads.parse(text), leads.NoticeKind)),
    )  # fmt: skip
    now = moment(first) + timedelta(hours=hours)
    expected = set()
    for number in range(500):
        local = first + timedelta(days=every * number)
        start = moment(local)
        shown = start.astimezone(place)  # an hour later than the rule says, in the night that skips it
        for text in ahead:
            lead = LEADS[text]
            due = (
                start - lead
                if isinstance(lead, timedelta)
                else moment(datetime.combine(shown.date() - timedelta(days=lead[0]), lead[1] or shown.time()))
            )
            if now < start and due <= now + PLANNING_HORIZON:
                expected.add((local.date().isoformat(), text, due, start, "" if due < start else "after start"))
    version = Version(event, "e@test", 0, now, now)
    found = reminders.plan_event(version, now, now + PLANNING_HORIZON, [ReminderAudience()])

    assert {
        (each.key.recurrence[:10], each.key.lead, each.due, each.expires_at, each.reason) for each in found
    } == expected


# the ledger over any sequence of edits

BEGIN = datetime(2021, 9, 1, tzinfo=UTC)
AHEAD = [timedelta(hours=36), timedelta(hours=3), timedelta(minutes=30)]
LATEST = timedelta(seconds=60)


@dataclass
class Model:
    """One event and one reader. A lead is said at the first pass between its moment and the next one's, if the reader could
    know of it before, and once for each start; of an event that comes too late for all of them, the last one is said to a
    reader who was told nothing."""

    start: datetime | None = None
    known: dict[tuple[datetime, timedelta], str] = field(default_factory=dict)
    sent: list[tuple[datetime, timedelta]] = field(default_factory=list)
    editions: int = 0

    def publish(self, start: datetime | None, now: datetime) -> None:
        changed = start is not None and start != self.start
        self.start, self.editions = start, self.editions + 1
        if start is None or now >= start:
            return
        too_late = start - AHEAD[-1] < now - LATEST
        for lead in AHEAD:
            late = start - lead < now - LATEST
            last = changed and too_late and lead == AHEAD[-1] and self.editions > 1
            self.known.setdefault((start, lead), "last" if last else "past" if late else "ahead")

    def tick(self, now: datetime) -> None:
        for lead, following in zip(AHEAD, [*AHEAD[1:], timedelta()], strict=True):
            if self.start is None or not self.start - lead <= now < self.start - following:
                continue
            key = (self.start, lead)
            said = self.known[key] == "ahead" or (self.known[key] == "last" and not self.sent)
            if said and key not in self.sent:
                self.sent.append(key)


EDITS = st.lists(
    st.tuples(
        st.integers(0, 4),  # passes until then
        st.sampled_from([20, 50, 4 * 60, 40 * 60, "back", "cancelled", "gone"]),  # minutes until it is to start
    ),
    min_size=1,
    max_size=7,
)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
@examples(15, suppress_health_check=[HealthCheck.too_slow])
@given(EDITS, st.sampled_from([5, 20, 120]))
def test_over_any_sequence_of_edits_what_is_said_is_what_the_plain_model_says(
    postgres_server: PostgresServer, database: str, edits: list[tuple[int, int | str]], pause: int
) -> None:
    """Passes come every five minutes, or with longer pauses between them, as after a crash."""
    model, now = Model(), BEGIN
    starts: list[datetime] = []
    with tempfile.TemporaryDirectory() as folder, ExitStack() as over:
        url = "sqlite://" if database == "sqlite" else postgres_server.database()
        if database == "postgresql":
            over.callback(postgres_server.drop, url)
        world = World(Path(folder), url=url)
        world.publish("", now, header=UTC_HEAD)
        model.publish(None, now)
        for passes, edit in [*edits, (5, "back")]:
            for _ in range(passes):
                now += timedelta(minutes=pause)
                world.tick(now)
                model.tick(now)
            if isinstance(edit, int):
                starts.append(now + timedelta(minutes=edit))
            elif edit == "back" and len(starts) > 1:
                starts.append(starts[-2])
            start = starts[-1] if starts and edit not in ("cancelled", "gone") else None
            yaml = "" if not starts or edit == "gone" else _yaml(starts[-1], cancelled=edit == "cancelled")
            if _save(world, yaml, now):
                model.publish(start, now)
        for _ in range(30):
            now += timedelta(minutes=2 * pause)
            world.tick(now)
            model.tick(now)
        said = [_start(each) for each in world.recorder.received if each.kind == "reminder"]
        assert said == [start for start, _ in model.sent]
        assert all(each.send_time < _start(each) for each in world.recorder.received if each.kind == "reminder")
        assert world.is_balanced()
        world.store.close()


UTC_HEAD = REGISTRY_HEADER.replace("Asia/Dushanbe", "UTC")


def _save(world: World, yaml: str, now: datetime) -> bool:
    """Whether it is an edit at all."""
    try:
        world.publish(yaml, now, header=UTC_HEAD)
    except AssertionError:
        return False
    return True


def _start(message: Message) -> datetime:
    return datetime.fromisoformat(str(message.data["event"]["start"])).astimezone(UTC)  # type: ignore[index]


def _yaml(start: datetime, cancelled: bool) -> str:
    status = ", status: cancelled" if cancelled else ""
    return (
        f"- {{id: e, title: E, when: {start:%Y-%m-%d %H:%M}, "
        f"reminders: [36 hours before, 3 hours before, 30 minutes before]{status}}}"
    )
