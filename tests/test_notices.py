"""Who is told of a settled change, in which message, when, and until when that is of use: from values alone."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from eventcal.events import Event, Status
from eventcal.history import state_of, state_to_json
from eventcal.leads import NoticeKind
from eventcal.ledger_rows import NewDelivery, NoticeRecipient, SettledChange, message_key
from eventcal.planning.notices import ChangedOccurrence, plan_notices
from eventcal.states import DIGEST_CHANNEL

from .factories import event, utc

NOW = utc(2021, 9, 1, 12)
RECORDED = NOW - timedelta(minutes=5)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ZONE = ZoneInfo("Asia/Dushanbe")  # UTC+5
SUMMIT = event("summit", "2021-09-16", tags=("board",))
MOVED = replace(SUMMIT, when=event("summit", "2021-09-20").when)
CANCELLED = replace(SUMMIT, status=Status.CANCELLED)
NARROWED = event("summit", "2021-09")
READER = NoticeRecipient(7, "email", "a@example.org", "", "", "", '["on change"]', RECORDED)


def timed(text: str) -> Event:
    return event("summit", text)


def stored(state_event: Event | None) -> str | None:
    return None if state_event is None else state_to_json(state_of(state_event, "en"))


def changed(old: Event | None, new: Event | None, id: int = 1, **fields: Any) -> ChangedOccurrence:
    """A change from *old* to *new*; *told* are JSON states by subscription, *known* those that no message told;
    *told_of_series* are told of a date of it."""
    change = SettledChange(
        id, fields.pop("uid", "summit@test"), fields.pop("recurrence", ""), "Summit", stored(old), stored(new), RECORDED
    )
    known = next(each for each in (new, old) if each is not None)
    return ChangedOccurrence(
        [change],
        None if new is None else state_of(new, "en"),
        fields.get("events", [known]),
        fields.get("told", {}) | fields.get("known", {}),
        {*fields.get("told", {}), *fields.get("told_of_series", ())},
        ZONE,
    )


def planned(*occurrences: ChangedOccurrence, reader: NoticeRecipient = READER) -> NewDelivery | None:
    """What is planned for one reader, None for nothing."""
    deliveries = plan_notices(occurrences, [reader], NOW, "UTC")
    assert len(deliveries) <= 1
    return next(iter(deliveries), None)


@pytest.mark.parametrize(
    ("notices", "old", "new", "is_told"),
    [
        ('["on change"]', SUMMIT, MOVED, True),
        ('["on change"]', SUMMIT, CANCELLED, True),
        ('["on change"]', SUMMIT, SUMMIT, False),
        ('["on change"]', None, SUMMIT, False),
        ('["on cancel"]', SUMMIT, CANCELLED, True),
        ('["on cancel"]', SUMMIT, None, True),
        ('["on cancel"]', SUMMIT, MOVED, False),
        ('["on day known"]', NARROWED, SUMMIT, True),
        ('["on day known"]', SUMMIT, MOVED, False),
        ('["on day known", "on cancel"]', SUMMIT, CANCELLED, True),
        ("[]", SUMMIT, MOVED, False),
        ("", SUMMIT, MOVED, False),
        ("", SUMMIT, replace(MOVED, notices=(NoticeKind.CHANGE,)), True),
        ("[]", SUMMIT, replace(MOVED, notices=(NoticeKind.CHANGE,)), False),
    ],
)
def test_a_reader_or_else_the_event_says_which_changes_are_told(
    notices: str, old: Event | None, new: Event | None, is_told: bool
) -> None:
    assert (planned(changed(old, new), reader=replace(READER, notices=notices)) is not None) is is_told


@pytest.mark.parametrize(
    ("reader", "is_told"),
    [
        (replace(READER, filter="tag=board"), True),
        (replace(READER, filter="tag=press"), False),
        (replace(READER, confirmed_at=RECORDED + timedelta(milliseconds=1)), False),
        (replace(READER, confirmed_at=None), False),
    ],
)
def test_a_change_is_told_to_those_who_had_subscribed_to_such_events_before_it(
    reader: NoticeRecipient, is_told: bool
) -> None:
    assert (planned(changed(SUMMIT, MOVED), reader=reader) is not None) is is_told


def test_who_was_told_of_an_event_is_told_of_its_change_from_what_they_know() -> None:
    silent = replace(READER, notices="[]", filter="tag=press", confirmed_at=None)
    earlier = stored(event("summit", "2021-09-10"))

    told = planned(changed(SUMMIT, MOVED, told={READER.id: earlier}), reader=silent)
    assert told is not None
    assert json.loads(told.payload) == [["summit@test", "", "Summit", earlier]]
    assert planned(changed(SUMMIT, MOVED, told={READER.id: stored(MOVED)})) is None
    assert planned(changed(None, SUMMIT, told_of_series={READER.id})) is None
    told = planned(changed(SUMMIT, MOVED, told_of_series={READER.id}), reader=silent)
    assert told is not None
    assert json.loads(told.payload) == [["summit@test", "", "Summit", stored(SUMMIT)]]


def test_who_knows_of_an_event_without_a_message_is_told_what_they_ask_for_from_what_they_know() -> None:
    asks_for_cancellations, earlier = replace(READER, notices='["on cancel"]'), stored(event("summit", "2021-09-10"))

    assert planned(changed(SUMMIT, MOVED, known={READER.id: earlier}), reader=asks_for_cancellations) is None
    assert planned(changed(CANCELLED, SUMMIT, known={READER.id: stored(SUMMIT)})) is None
    told = planned(changed(CANCELLED, CANCELLED, known={READER.id: earlier}), reader=asks_for_cancellations)
    assert told is not None
    assert json.loads(told.payload) == [["summit@test", "", "Summit", earlier]]


def test_changes_are_one_message_for_each_reader_with_what_each_asks_for() -> None:
    other = event("other", "2021-10-01", tags=("press",))
    occurrences = [
        changed(other, replace(other, when=event("other", "2021-10-05").when), id=9, uid="other@test"),
        changed(SUMMIT, MOVED, id=3),
    ]
    readers = [READER, replace(READER, id=8, filter="tag=board"), replace(READER, id=9, filter="tag=none")]
    everything, board = plan_notices(occurrences, readers, NOW, "UTC")

    assert [item[0] for item in json.loads(everything.payload)] == ["other@test", "summit@test"]
    assert [item[0] for item in json.loads(board.payload)] == ["summit@test"]
    assert (everything.subscription, everything.change, board.subscription, board.change) == (7, 9, 8, 3)
    assert everything.message_key == board.message_key == message_key("3,9")
    assert everything.expires_at == utc(2021, 10, 6, 19)  # a day after the later end
    assert board.expires_at == utc(2021, 9, 21, 19)
    assert (everything.due_at, everything.channel, everything.is_urgent) == (NOW, "email", False)


def test_several_changes_of_one_event_are_one_from_the_first_to_the_last() -> None:
    first, last = changed(SUMMIT, CANCELLED, id=1), changed(CANCELLED, MOVED, id=2)
    notice = planned(replace(last, changes=[*first.changes, replace(last.changes[0], title="New title")]))

    assert notice is not None
    assert (json.loads(notice.payload), notice.change) == ([["summit@test", "", "New title", stored(SUMMIT)]], 1)


def test_who_subscribes_between_two_changes_is_told_of_the_second() -> None:
    back = changed(MOVED, SUMMIT, id=2)
    second = replace(back.changes[0], recorded_at=RECORDED + timedelta(minutes=2))
    both = replace(back, changes=[*changed(SUMMIT, MOVED, id=1).changes, second])

    notice = planned(both, reader=replace(READER, confirmed_at=RECORDED + timedelta(minutes=1)))
    assert notice is not None
    assert json.loads(notice.payload) == [["summit@test", "", "Summit", stored(MOVED)]]
    assert planned(both) is None
    assert planned(both, reader=replace(READER, confirmed_at=RECORDED + timedelta(minutes=3))) is None


SERIES = event("summit", "2021-08-05 10:00/11:00", repeat="every week")
UNDATED = event("summit", "TBD")


@pytest.mark.parametrize(
    ("old", "new", "fields", "expires_at"),
    [
        (SUMMIT, MOVED, {}, utc(2021, 9, 21, 19)),
        (MOVED, SUMMIT, {}, utc(2021, 9, 21, 19)),
        (SUMMIT, None, {}, utc(2021, 9, 17, 19)),
        (UNDATED, replace(UNDATED, status=Status.CANCELLED), {}, NOW + 30 * DAY),
        (SERIES, replace(SERIES, status=Status.CANCELLED), {}, NOW + 30 * DAY),
        (SERIES, replace(SERIES, status=Status.CANCELLED), {"recurrence": "2021-08-05"}, utc(2021, 8, 6, 6)),
        (SUMMIT, replace(CANCELLED, also=(utc(2021, 12, 1).date(),)), {}, NOW + 30 * DAY),
    ],
)
def test_a_notice_is_of_use_until_a_day_after_the_later_end_and_for_a_month_where_none_is_known(
    old: Event, new: Event | None, fields: dict[str, Any], expires_at: datetime
) -> None:
    notice = planned(changed(old, new, **fields))

    assert notice is not None
    assert notice.expires_at == expires_at


@pytest.mark.parametrize(
    ("old", "new", "is_urgent"),
    [
        (SUMMIT, CANCELLED, True),
        (SUMMIT, None, True),
        (SUMMIT, replace(UNDATED, status=Status.POSTPONED, was=SUMMIT.when), True),
        (SUMMIT, MOVED, False),
    ],
)
def test_what_is_called_off_goes_first_and_waits_for_no_digest(old: Event, new: Event | None, is_urgent: bool) -> None:
    notice = planned(changed(old, new), reader=replace(READER, digest="daily"))

    assert notice is not None
    assert (notice.is_urgent, notice.channel == DIGEST_CHANNEL) == (is_urgent, not is_urgent)


def test_a_message_with_one_urgent_change_is_urgent() -> None:
    other = event("other", "2021-10-01")
    moved = changed(other, replace(other, when=MOVED.when), id=2, uid="other@test")
    for occurrences in ([changed(SUMMIT, CANCELLED), moved], [moved, changed(SUMMIT, CANCELLED)]):
        notice = planned(*occurrences)
        assert notice is not None
        assert notice.is_urgent


@pytest.mark.parametrize(
    ("zone", "starts", "due_at"),
    [
        ("", ["2021-09-20 10:00"], utc(2021, 9, 2, 8)),  # on the calendar's clock
        ("Europe/Berlin", ["2021-09-20 10:00"], utc(2021, 9, 2, 6)),
        ("", ["2021-09-03 00:59"], NOW),  # less than half a day after the digest
        ("", ["2021-09-03 01:00"], utc(2021, 9, 2, 8)),
        ("", ["2021-09-20 10:00", "2021-09-03 00:59"], NOW),
        ("", ["2021-09-03 00:59", "2021-09-20 10:00"], NOW),
        ("", ["2021-09-01 17:00", "2021-09-20 10:00"], utc(2021, 9, 2, 8)),  # it begins now, and nobody is on the way
    ],
)
def test_a_change_waits_for_its_readers_digest_unless_its_old_or_new_start_is_near(
    zone: str, starts: list[str], due_at: datetime
) -> None:
    old, new = timed(starts[0]), timed(starts[-1])
    new = new if len(starts) > 1 else replace(new, when=timed(f"{starts[0]}/2021-09-20 23:00").when)
    notice = planned(changed(old, new), reader=replace(READER, digest="daily", zone=zone))

    assert notice is not None
    assert (notice.due_at, notice.channel == DIGEST_CHANNEL) == (due_at, due_at != NOW)


def test_the_nearest_start_of_several_events_decides() -> None:
    near, far = timed("2021-09-03 00:30"), timed("2021-09-20 10:00")
    later = [replace(each, when=timed(f"2021-09-2{day} 12:00").when) for day, each in enumerate((near, far))]
    occurrences = [
        changed(near, later[0], uid="near@test"),
        changed(far, later[1], id=2, uid="far@test"),
        changed(UNDATED, far, id=3, uid="known@test"),
    ]
    for order in (occurrences, occurrences[::-1]):
        notice = planned(*order, reader=replace(READER, digest="daily"))
        assert notice is not None
        assert notice.due_at == NOW


@pytest.mark.parametrize(
    ("begin", "rule", "due_at"),
    [
        ("2021-08-26 20:00", "every week", NOW),  # tomorrow evening
        ("2021-08-27 20:00", "every week", utc(2021, 9, 2, 8)),
        ("2021-08-25 00:30", "every week", utc(2021, 9, 2, 8)),  # today's has begun, the next is in a week
        ("2021-08-25 00:30", "every day", NOW),
    ],
)
def test_of_a_series_the_date_that_comes_next_decides(begin: str, rule: str, due_at: datetime) -> None:
    series = event("summit", begin, repeat=rule)
    longer = replace(series, when=timed(f"{begin}/{begin[:10]} 23:00").when)
    notice = planned(changed(series, longer), reader=replace(READER, digest="daily"))

    assert notice is not None
    assert notice.due_at == due_at
