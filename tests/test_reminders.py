"""Plans and verdicts as plain functions: what is said of a date, when, until when, and what differs between two plans."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventcal import leads, repeat, when
from eventcal.events import Calendar, Event, Override, Status, Text
from eventcal.history import Edition, Version
from eventcal.leads import Lead
from eventcal.ledger_rows import PlannedReminder, ReminderKey, StoredReminder
from eventcal.planning import reminders
from eventcal.planning.reminders import DueReminder, ReminderAudience, Send, Skip
from eventcal.states import Reason, ReminderState

from .world import utc

NOW = utc(2021, 9, 1, 12)
DUSHANBE = "Asia/Dushanbe"
CALENDAR = Calendar("test", Text.plain("Test", "en"), DUSHANBE)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def lead(text: str) -> Lead:
    found = leads.parse(text)
    assert not isinstance(found, leads.NoticeKind)
    return found


def event(text: str, *ahead: str, zone: str = DUSHANBE, every: str = "", **fields: object) -> Event:
    stands = when.parse(text, ZoneInfo(zone))
    rule = repeat.parse(every, stands) if every else None
    return Event(
        "e",
        Text.plain("E", "en"),
        stands,
        zone,
        rule=rule,
        leads=tuple(map(lead, ahead)),
        **fields,  # type: ignore[arg-type]
    )


def edition(*events: Event) -> Edition:
    versions = tuple(Version(each, f"{each.id}@test", 0, NOW, NOW) for each in events)
    return Edition(1, "", NOW, CALENDAR, versions)


def planned(
    *events: Event, now: datetime = NOW, readers: tuple[ReminderAudience, ...] = ()
) -> list[tuple[str, datetime]]:
    return [(each.key.lead, each.due) for each in reminders.plan(edition(*events), now, audiences=readers)]


# one occurrence


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("2021-09-16 10:00/12:00", utc(2021, 9, 16, 5)),
        ("2021-09-16/18", utc(2021, 9, 16, 19)),
        ("2021-09", utc(2021, 9, 30, 19)),
        ("2021-Q3", utc(2021, 9, 30, 19)),
        ("TBD", None),
    ],
)
def test_a_reminder_is_worth_saying_until_the_start_the_end_of_the_first_day_or_of_the_last_possible_one(
    text: str, until: datetime | None
) -> None:
    assert reminders.reminder_expiry(when.parse(text, ZoneInfo(DUSHANBE)), ZoneInfo(DUSHANBE)) == until


def test_no_reminder_outlives_the_next_one_of_the_same_reader() -> None:
    stands = event("2021-09-16 10:00", "1 hour before", "1 week before", "1 day before")
    slots = reminders.schedule(stands, stands.when, ReminderAudience())

    assert [each.expires_at for each in slots] == [slots[1].due, slots[2].due, utc(2021, 9, 16, 5)]


def test_two_leads_that_meet_on_one_moment_speak_once() -> None:
    stands = event("2021-09-16 10:00", "1 day before", "24 hours before")

    assert [leads.lead_text(each.lead) for each in reminders.schedule(stands, stands.when, ReminderAudience())] == [
        "1 day before"
    ]


def test_an_end_or_a_doubt_that_changes_leaves_the_start_as_it_was() -> None:
    texts = ["2021-09-16 10:00", "2021-09-16 10:00/12:00", "2021-09-16 10:00?"]
    assert len({reminders.start_text(event(each).when) for each in texts}) == 1
    assert reminders.start_text(event("2021-09-16").when) == reminders.start_text(event("2021-09-16/17").when)


def test_the_same_hour_in_another_zone_is_another_start() -> None:
    assert reminders.start_text(event("2021-09-16 10:00").when) != reminders.start_text(
        event("2021-09-16 10:00", zone="Europe/Berlin").when
    )


# plans


def test_plans_reach_45_days_ahead_of_the_lead_not_of_the_event() -> None:
    assert planned(event("2021-12-20", "10 weeks before at 09:00")) == [
        ("10 weeks before at 09:00", utc(2021, 10, 11, 4))
    ]
    assert planned(event("2021-12-20", "1 week before at 09:00")) == []


def test_what_is_over_or_called_off_or_undated_is_not_planned() -> None:
    assert planned(event("2021-08-16", "1 day before")) == []
    assert planned(event("2021-09-16", "1 day before", status=Status.CANCELLED)) == []
    assert planned(event("TBD", "1 day before")) == []
    was = when.parse("2021-09-16", ZoneInfo(DUSHANBE))
    assert planned(event("TBD", "1 day before", status=Status.POSTPONED, was=was)) == []


def test_elapsed_leads_of_dates_without_an_hour_are_not_planned() -> None:
    assert planned(event("2021-09-16", "2 hours before", "1 day before")) == [("1 day before", utc(2021, 9, 15, 4))]


def test_before_an_imprecise_date_counts_from_its_first_possible_day() -> None:
    assert planned(event("2021-10", "1 week before at 09:00")) == [("1 week before at 09:00", utc(2021, 9, 24, 4))]


def test_of_a_readers_own_leads_only_the_longest_speaks_of_a_period() -> None:
    month = event("2021-10", "1 week before", "3 days before")
    own = ReminderAudience("", (lead("1 day before"), lead("1 week before")))

    assert ["1 week before"] == [leads.lead_text(slot.lead) for slot in reminders.schedule(month, month.when, own)]
    assert 2 == len(reminders.schedule(month, month.when, ReminderAudience()))


def test_each_occurrence_of_a_series_is_planned_and_a_moved_one_where_it_went() -> None:
    moved = Override(date(2021, 9, 14), when.parse("2021-09-15 18:00", ZoneInfo(DUSHANBE)))
    off = Override(date(2021, 9, 21), status=Status.CANCELLED)
    stands = event("2021-09-07 10:00", "1 hour before", every="every week until 2021-09-28", overrides=(moved, off))

    assert [due for _, due in planned(stands)] == [utc(2021, 9, 7, 4), utc(2021, 9, 15, 12), utc(2021, 9, 28, 4)]


def test_wall_clock_leads_speak_in_the_readers_zone_elapsed_ones_are_the_same_for_all() -> None:
    stands = event("2021-09-16 10:00", "1 day before at 09:00", "1 hour before")
    found = reminders.plan(edition(stands), NOW, zones=("", "Europe/Berlin"))

    assert {(each.key.lead, each.key.zone, each.due) for each in found} == {
        ("the day before at 09:00", "", utc(2021, 9, 15, 4)),
        ("the day before at 09:00", "Europe/Berlin", utc(2021, 9, 15, 7)),
        ("1 hour before", "", utc(2021, 9, 16, 4)),
    }


def test_a_readers_own_leads_are_planned_beside_the_registrys() -> None:
    found = planned(
        event("2021-09-16 10:00", "1 day before"), readers=(ReminderAudience("", (lead("2 hours before"),)),)
    )

    assert [each for each, _ in found] == ["1 day before", "2 hours before"]


@pytest.mark.parametrize(
    ("zone", "text", "ahead", "due"),
    [
        # the wall clock's ten is two different moments around the change, an hour before is one
        ("Europe/Berlin", "2021-10-31 10:00", "1 day before", utc(2021, 10, 30, 8)),
        ("Europe/Berlin", "2021-10-31 10:00", "24 hours before", utc(2021, 10, 30, 9)),
        ("US/Pacific", "2021-11-07 09:00", "1 day before", utc(2021, 11, 6, 16)),
        # Lord Howe changes by half an hour
        ("Australia/Lord_Howe", "2021-10-03 10:00", "1 day before", utc(2021, 10, 1, 23, 30)),
        ("Australia/Lord_Howe", "2021-10-03 10:00", "24 hours before", utc(2021, 10, 1, 23)),
        # an hour that the zone skips has the offset from before the gap
        ("Europe/Berlin", "2021-03-28 10:00", "on the day at 02:30", utc(2021, 3, 28, 1, 30)),
        # the anywhere-on-earth deadline
        ("Etc/GMT+12", "2021-09-16 23:59", "1 hour before", utc(2021, 9, 17, 10, 59)),
    ],
)
def test_leads_hold_their_word_over_changes_of_the_clock(zone: str, text: str, ahead: str, due: datetime) -> None:
    assert [at for _, at in planned(event(text, ahead, zone=zone), now=due - DAY)] == [due]


def test_a_lead_after_the_start_ends_with_its_reason() -> None:
    (found,) = reminders.plan(edition(event("2021-09-16 10:00", "on the day at 18:00")), NOW)

    assert found.reason == "after start"


# what differs


def key(start: str = "s", text: str = "1 day before") -> ReminderKey:
    return ReminderKey("e@test", "", start, text, "")


def wanted(at: datetime, start: str = "s") -> PlannedReminder:
    return PlannedReminder("e", key(start), at, at + DAY)


def stored(at: datetime, state: str = "planned", reason: str = "", start: str = "s") -> StoredReminder:
    return StoredReminder(1, "e", key(start), at, at + DAY, ReminderState(state), Reason(reason), NOW - DAY)


def compare(new: list[PlannedReminder], old: list[StoredReminder], reason: str = "") -> reminders.PlanDiff:
    return reminders.diff_plan(new, old, NOW, lambda _: Reason(reason))


def test_a_plan_that_is_as_before_writes_nothing() -> None:
    for state in ("planned", "staged"):
        assert compare([wanted(NOW + HOUR)], [stored(NOW + HOUR, state)]) == reminders.PlanDiff()


def test_what_lies_in_the_past_when_first_heard_of_is_skipped_and_what_was_heard_of_before_is_not() -> None:
    assert compare([wanted(NOW - HOUR)], []).insert[0].reason == "past"
    assert compare([wanted(NOW - timedelta(seconds=59))], []).insert[0].reason == ""
    assert [id for id, _ in compare([wanted(NOW - HOUR)], [stored(NOW - HOUR, "superseded", "moved")]).reactivate] == [
        1
    ]


def test_a_move_supersedes_and_a_move_back_plans_again() -> None:
    found = compare([wanted(NOW + DAY, "t")], [stored(NOW + HOUR)], "moved")
    assert (found.end[0].state, found.end[0].reason) == ("superseded", "moved")
    assert [each.key.start for each in found.insert] == ["t"]

    assert len(compare([wanted(NOW + HOUR)], [stored(NOW + HOUR, "superseded", "moved")]).reactivate) == 1


def test_a_lead_that_is_asked_for_no_more_is_skipped_by_rule_and_comes_back_with_it() -> None:
    found = compare([], [stored(NOW + HOUR)])
    assert (found.end[0].state, found.end[0].reason) == ("skipped", "rule")
    assert len(compare([wanted(NOW + HOUR)], [stored(NOW + HOUR, "skipped", "rule")]).reactivate) == 1


def test_what_was_skipped_as_past_stays_so_and_what_is_over_is_left_alone() -> None:
    assert compare([wanted(NOW - HOUR)], [stored(NOW - HOUR, "skipped", "past")]) == reminders.PlanDiff()
    assert compare([], [stored(NOW - 2 * DAY, "staged")]) == reminders.PlanDiff()


def test_the_same_reminder_at_another_moment_is_shifted() -> None:
    assert len(compare([wanted(NOW + 2 * HOUR)], [stored(NOW + HOUR)]).reschedule) == 1


# the moment of sending

SUMMIT = event("2021-09-16 10:00", "1 day before")
SPEECH = DueReminder(
    ReminderKey("e@test", "", reminders.start_text(SUMMIT.when), "1 day before", ""),
    utc(2021, 9, 15, 5),
    utc(2021, 9, 16, 5),
    NOW,
)


@pytest.mark.parametrize(
    ("stands", "now", "said"),
    [
        (SUMMIT, SPEECH.due, Send(late=False)),
        (SUMMIT, SPEECH.due + timedelta(seconds=60), Send(late=False)),
        (SUMMIT, SPEECH.due + timedelta(seconds=61), Send(late=True)),
        (SUMMIT, SPEECH.expires_at, Skip("past")),
        (None, SPEECH.due, Skip("vanished")),
        (replace(SUMMIT, status=Status.CANCELLED), SPEECH.due, Skip("cancelled")),
        (event("2021-09-17 10:00", "1 day before"), SPEECH.due, Skip("moved")),
        (event("2021-09-16 10:00", "2 days before"), SPEECH.due, Skip("rule")),
        (event("TBD", "1 day before"), SPEECH.due, Skip("postponed")),
        (event("2021-09-16 10:00/12:00", "1 day before"), SPEECH.due, Send(late=False)),
    ],
)
def test_a_verdict_names_its_reason(stands: Event | None, now: datetime, said: Send | Skip) -> None:
    assert reminders.verdict(SPEECH, stands, ReminderAudience(), now) == said


# against a plain model

LEADS = st.sampled_from(
    [
        "1 week before at 09:00",
        "1 day before",
        "2 hours before",
        "30 minutes before",
        "on the day at 00:00",
        "2 months before",
    ]
)
MOMENTS = st.datetimes(datetime(2021, 8, 1), datetime(2021, 12, 31)).map(
    lambda each: each.replace(microsecond=0, second=0)
)


@given(
    MOMENTS,
    st.lists(LEADS, min_size=1, unique=True),
    st.sampled_from([DUSHANBE, "Europe/Berlin", "Australia/Lord_Howe", "US/Pacific"]),
    st.integers(-60 * 24, 60 * 24),
)
def test_whatever_the_leads_at_any_moment_at_most_one_reminder_is_worth_saying(
    start: datetime, ahead: list[str], zone: str, minutes: int
) -> None:
    try:
        stands = event(f"{start:%Y-%m-%d %H:%M}", *ahead, zone=zone)
    except ValueError:
        return  # an hour that the zone skips
    now = start.replace(tzinfo=UTC) + timedelta(minutes=minutes)
    slots = reminders.schedule(stands, stands.when, ReminderAudience())
    version = Version(stands, "e@test", 0, NOW, NOW)
    speaking = [
        slot
        for slot in slots
        if slot.due <= now
        and isinstance(
            reminders.verdict(
                DueReminder(
                    ReminderKey(version.uid, "", reminders.start_text(stands.when), leads.lead_text(slot.lead), ""),
                    slot.due,
                    slot.expires_at,
                    NOW,
                ),
                stands,
                ReminderAudience(),
                now,
            ),
            Send,
        )
    ]
    model = [each for each in slots if each.due <= now]
    over = now >= stands.when.starts_at(ZoneInfo(zone))  # type: ignore[operator]
    assert speaking == ([] if over or not model else [model[-1]])
