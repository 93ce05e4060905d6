"""Plans and verdicts as plain functions: what is said of a date, when, until when, and what differs between two plans."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventcal import leads, repeat, when
from eventcal.events import Calendar, Event, Override, Status, Text
from eventcal.history import Edition, Version
from eventcal.leads import Lead
from eventcal.ledger_rows import (
    DueFanOut,
    GroupDelivery,
    PlannedReminder,
    ReminderKey,
    StoredReminder,
    SubscriptionGroup,
)
from eventcal.planning import fan_out, reminders
from eventcal.planning.reminders import PLANNING_HORIZON, DueReminder, ReminderAudience, Send, Skip
from eventcal.states import Reason, ReminderState

from .world import utc

NOW = utc(2021, 9, 1, 12)
DUSHANBE = "Asia/Dushanbe"
CALENDAR = Calendar("test", Text.plain("Test", "en"), DUSHANBE)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


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
    return [(each.key.lead, each.due) for each in plan(*events, now=now, readers=(ReminderAudience(), *readers))]


def plan(
    *events: Event, now: datetime = NOW, readers: tuple[ReminderAudience, ...] = (ReminderAudience(),)
) -> list[PlannedReminder]:
    return reminders.plan(edition(*events).versions, now, now + PLANNING_HORIZON, readers)


# one occurrence


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("2021-09-16 10:00/12:00", utc(2021, 9, 16, 5)),
        ("2021-09-16/18", utc(2021, 9, 16, 19)),
        ("2021-09", utc(2021, 9, 30, 19)),
        ("2021-Q3", utc(2021, 9, 30, 19)),
        ("2021-09-16/..", utc(2021, 9, 16, 19)),
        ("2021-09/..", utc(2021, 9, 30, 19)),
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
    series = event("2021-09-07", "1 week before", "3 days before", every="every month")
    assert ["1 week before"] == [
        leads.lead_text(slot.lead) for slot in reminders.schedule(series, month.when, ReminderAudience())
    ]


def test_each_occurrence_of_a_series_is_planned_and_a_moved_one_where_it_went() -> None:
    moved = Override(date(2021, 9, 14), when.parse("2021-09-15 18:00", ZoneInfo(DUSHANBE)))
    off = Override(date(2021, 9, 21), status=Status.CANCELLED)
    stands = event("2021-09-07 10:00", "1 hour before", every="every week until 2021-09-28", overrides=(moved, off))

    assert [due for _, due in planned(stands)] == [utc(2021, 9, 7, 4), utc(2021, 9, 15, 12), utc(2021, 9, 28, 4)]


def test_wall_clock_leads_speak_in_the_readers_zone_elapsed_ones_are_the_same_for_all() -> None:
    stands = event("2021-09-16 10:00", "1 day before at 09:00", "1 hour before")
    found = plan(stands, readers=(ReminderAudience(), ReminderAudience("Europe/Berlin")))

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
    (found,) = plan(event("2021-09-16 10:00", "on the day at 18:00"))

    assert found.reason == "after start"


@pytest.mark.parametrize(("text", "doubtful"), [("2021-09", "2021-09?"), ("2021-Q4", "~2021-Q4"), ("2021", "2021?")])
def test_a_doubt_about_a_period_leaves_its_start_as_it_was(text: str, doubtful: str) -> None:
    assert reminders.start_text(event(doubtful).when) == reminders.start_text(event(text).when) == text


@pytest.mark.parametrize(
    ("text", "ahead", "is_planned"),
    [
        ("2021-10-16 17:00", "1 hour before", True),  # due at 16:00 in Dushanbe, 45 days and no second after NOW
        ("2021-10-16 18:01", "61 minutes before", True),
        ("2021-10-16 18:01", "1 hour before", False),
        ("2021-12-14 10:00", "2 months before", True),
        ("2021-09-01 17:00", "1 hour before", False),  # it begins at NOW
        ("2021-09-01 17:01", "1 hour before", True),
        ("2021-08-31", "1 day before", False),  # its day ended 17 hours ago
        ("2021-09-01", "1 day before", True),
    ],
)
def test_a_plan_holds_what_is_due_within_45_days_and_not_over(text: str, ahead: str, is_planned: bool) -> None:
    assert [lead_text for lead_text, _ in planned(event(text, ahead))] == ([ahead] if is_planned else [])


def test_what_several_audiences_ask_for_alike_is_planned_once_and_ends_with_the_day_of_its_zone() -> None:
    thrice = (
        ReminderAudience(),
        ReminderAudience(leads=(lead("1 day before"),)),
        ReminderAudience("Europe/Berlin", (lead("1 day before"),)),
    )
    found = plan(event("2021-09-16", "1 day before"), readers=thrice)

    assert [(each.key.zone, each.due, each.expires_at, each.reason) for each in found] == [
        ("", utc(2021, 9, 15, 4), utc(2021, 9, 16, 19), ""),
        ("Europe/Berlin", utc(2021, 9, 15, 7), utc(2021, 9, 16, 22), ""),
    ]


def test_a_readers_lead_reaches_as_far_as_it_says_though_the_event_has_none() -> None:
    own = (ReminderAudience(leads=(lead("10 weeks before"),)),)

    assert planned(event("2021-12-20"), readers=own) == [("10 weeks before", utc(2021, 10, 11, 4))]
    assert len(plan(event("2021-12-20"), readers=own)) == 1


def test_an_hour_that_is_the_start_comes_too_late() -> None:
    (found,) = plan(event("2021-09-16 10:00", "on the day at 10:00"))

    assert (found.due, found.reason) == (found.expires_at, "after start")
    assert reminders.diff_plan([found], [], NOW, lambda _: Reason.NONE).insert[0].reason == "after start"


def test_of_an_event_whose_leads_are_all_past_the_last_one_is_caught_up() -> None:
    def caught_up(*ahead: str) -> list[str]:
        version = edition(event("2021-09-02 10:00", *ahead)).versions[0]
        return [each.lead for each in reminders.catch_up_keys(version, NOW, [ReminderAudience()])]

    assert caught_up("2 days before", "1 day before") == ["1 day before"]
    assert caught_up("2 days before", "1019 minutes before") == []  # due a minute after NOW
    assert caught_up("2 days before", "1021 minutes before") == []  # due at most a minute before it
    assert caught_up("2 days before", "1022 minutes before") == ["1022 minutes before"]
    assert caught_up() == []


def stands_on_14_september(**override: Any) -> Event:
    """A weekly event of which the second date differs."""
    second = Override(date(2021, 9, 14), **override)
    return event("2021-09-07 10:00", "1 day before", every="every week until 2021-09-28", overrides=(second,))


@pytest.mark.parametrize(
    ("stands", "recurrence", "reason"),
    [
        (stands_on_14_september(status=Status.CANCELLED), "2021-09-14", "cancelled"),
        (
            stands_on_14_september(status=Status.POSTPONED, when=when.parse("TBD", ZoneInfo(DUSHANBE))),
            "2021-09-14",
            "postponed",
        ),
        (stands_on_14_september(status=Status.POSTPONED), "2021-09-14", "moved"),
        (stands_on_14_september(), "2021-09-15", "vanished"),
        (event("TBD", "1 day before", status=Status.CANCELLED), "", "cancelled"),
    ],
)
def test_a_reminder_of_one_date_is_void_for_the_reason_of_that_date(
    stands: Event, recurrence: str, reason: str
) -> None:
    void = ReminderKey("e@test", recurrence, "an earlier start", "1 day before", "")

    assert reminders.invalidation_reason(void, stands) == reason


def test_a_date_that_is_postponed_to_a_known_one_is_reminded_of() -> None:
    moved = stands_on_14_september(status=Status.POSTPONED, when=when.parse("2021-09-16 10:00", ZoneInfo(DUSHANBE)))

    assert utc(2021, 9, 15, 5) in [due for _, due in planned(moved)]


# what differs


def key(start: str = "s", text: str = "1 day before") -> ReminderKey:
    return ReminderKey("e@test", "", start, text, "")


def wanted(at: datetime, start: str = "s") -> PlannedReminder:
    return PlannedReminder("e", key(start), at, at, at + DAY)


def stored(at: datetime, state: str = "planned", reason: str = "", start: str = "s") -> StoredReminder:
    return StoredReminder(1, key(start), at, at + DAY, ReminderState(state), Reason(reason), NOW - DAY)


def compare(new: list[PlannedReminder], old: list[StoredReminder], reason: str = "") -> reminders.PlanDiff:
    return reminders.diff_plan(new, old, NOW, lambda _: Reason(reason))


def test_a_plan_that_is_as_before_writes_nothing() -> None:
    for state in ("planned", "staged"):
        assert compare([wanted(NOW + HOUR)], [stored(NOW + HOUR, state)]) == reminders.PlanDiff()


def test_what_lies_in_the_past_when_first_heard_of_is_skipped_and_what_was_heard_of_before_is_not() -> None:
    assert compare([wanted(NOW - HOUR)], []).insert[0].reason == "past"
    assert compare([wanted(NOW - MINUTE)], []).insert[0].reason == ""
    caught_up = reminders.diff_plan([wanted(NOW - HOUR)], [], NOW, lambda _: Reason.NONE, {key()})
    assert caught_up.insert[0].reason == ""
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


def test_what_a_clock_that_was_ahead_skipped_as_past_is_planned_again() -> None:
    skipped = stored(NOW - HOUR, "skipped", "past")
    for created_at in (NOW - DAY, skipped.due + MINUTE):
        found = compare([wanted(NOW - HOUR)], [replace(skipped, created_at=created_at)])
        assert [id for id, _ in found.reactivate] == [1]


def test_what_was_skipped_as_past_stays_so_and_what_is_over_is_left_alone() -> None:
    skipped = stored(NOW - HOUR, "skipped", "past")
    assert compare([wanted(NOW - HOUR)], [replace(skipped, created_at=NOW - HOUR / 2)]) == reminders.PlanDiff()
    assert compare([wanted(NOW - HOUR)], [stored(NOW - HOUR, "skipped", "after start")]) == reminders.PlanDiff()
    for over in (NOW - DAY, NOW - 2 * DAY):
        skipped = replace(stored(over, "skipped", "past"), created_at=over - DAY)
        assert compare([wanted(over)], [skipped]) == reminders.PlanDiff()
        assert compare([], [stored(over, "staged")]) == reminders.PlanDiff()


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
        (SUMMIT, SPEECH.due, Send(is_late=False)),
        (SUMMIT, SPEECH.due + timedelta(seconds=60), Send(is_late=False)),
        (SUMMIT, SPEECH.due + timedelta(seconds=61), Send(is_late=True)),
        (SUMMIT, SPEECH.expires_at, Skip("past")),
        (None, SPEECH.due, Skip("vanished")),
        (replace(SUMMIT, status=Status.CANCELLED), SPEECH.due, Skip("cancelled")),
        (event("2021-09-17 10:00", "1 day before"), SPEECH.due, Skip("moved")),
        (event("2021-09-16 10:00", "2 days before"), SPEECH.due, Skip("rule")),
        (event("TBD", "1 day before"), SPEECH.due, Skip("postponed")),
        (event("2021-09-16 10:00/12:00", "1 day before"), SPEECH.due, Send(is_late=False)),
    ],
)
def test_a_verdict_names_its_reason(stands: Event | None, now: datetime, said: Send | Skip) -> None:
    assert reminders.verdict(SPEECH, stands, ReminderAudience(), now) == said


def test_a_verdict_follows_what_the_reader_asks_for_and_not_the_event() -> None:
    own = ReminderAudience(leads=(lead("2 days before"),))

    assert reminders.verdict(SPEECH, SUMMIT, own, SPEECH.due) == Skip(Reason.RULE)
    assert reminders.verdict(
        SPEECH, event("2021-09-16 10:00"), ReminderAudience(leads=SUMMIT.leads), SPEECH.due
    ) == Send(False)


def test_an_edition_is_asked_for_events_and_dates_that_it_has_and_has_not() -> None:
    current = edition(stands_on_14_september(status=Status.CANCELLED))

    assert (current.event("gone@test"), current.state("gone@test", "")) == (None, None)
    first, second = current.state("e@test", "2021-09-07"), current.state("e@test", "2021-09-14")
    assert first is not None and second is not None and current.state("e@test", "2021-09-08") is None
    assert (first.status, second.status) == (Status.CONFIRMED, Status.CANCELLED)
    assert replace(current.state("e@test", ""), rule="") == first  # type: ignore[type-var]


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


# whom it goes to


MOVED_HOUR = utc(2021, 9, 15, 13)
"""When "the day before at 18:00" of 16 September is due in Dushanbe; in Berlin it is three hours later."""
EVENING = "the day before at 18:00"
MEETING = event("2021-09-16", EVENING, tags=("board",))


def fan_out_of(stands: Event, *, due: datetime, created_at: datetime = NOW, zone: str = "") -> DueFanOut:
    key = ReminderKey("e@test", "", reminders.start_text(stands.when), leads.lead_text(stands.leads[0]), zone)
    return DueFanOut(1, key, due, due + DAY, due - timedelta(minutes=1), created_at, 0, False)


def test_a_fan_out_at_its_end_has_none_and_one_a_minute_late_is_no_backfill() -> None:
    due = fan_out_of(SUMMIT, due=NOW - MINUTE)

    assert (fan_out.is_backfill(due), fan_out.is_backfill(replace(due, due=NOW - 2 * MINUTE))) == (False, True)
    ended = fan_out.find_end(due, SUMMIT, due.expires_at)
    assert ended is not None
    assert ended.reason == "past"
    assert fan_out.find_end(due, SUMMIT, due.expires_at - MINUTE) is None


def test_a_reminder_goes_to_the_groups_whose_filter_leads_and_zone_ask_for_it() -> None:
    asked = [
        SubscriptionGroup("", "", ""),
        SubscriptionGroup("tag=board", "", ""),
        SubscriptionGroup("", f'["{EVENING}", "1 week before"]', ""),
    ]
    others = [
        SubscriptionGroup("tag=press", "", ""),
        SubscriptionGroup("", '["1 week before"]', ""),
        SubscriptionGroup("", "", "Europe/Berlin"),
    ]
    chosen = fan_out.choose_groups(fan_out_of(MEETING, due=MOVED_HOUR), MEETING, [*asked, *others], DUSHANBE)

    assert [(each.group, each.expires_at, each.digest_at) for each in chosen] == [
        (group, utc(2021, 9, 16, 19), None) for group in asked
    ]
    assert fan_out.choose_groups(
        fan_out_of(MEETING, due=MOVED_HOUR, zone="Europe/Berlin"), MEETING, others, DUSHANBE
    ) == [GroupDelivery(others[2], utc(2021, 9, 16, 22), None)]


@pytest.mark.parametrize(
    ("zone", "digest_at"),
    [("", utc(2021, 9, 10, 2)), ("Europe/Berlin", utc(2021, 9, 10, 5)), ("Asia/Tokyo", utc(2021, 9, 9, 22))],
)
def test_a_reminder_waits_for_the_digest_of_its_readers_own_morning(zone: str, digest_at: datetime) -> None:
    stands = event("2021-09-16", "1 week before at 18:00")
    group = SubscriptionGroup("", "", zone, "daily 07:00")
    (chosen,) = fan_out.choose_groups(fan_out_of(stands, due=utc(2021, 9, 9, 13), zone=zone), stands, [group], DUSHANBE)

    assert chosen.digest_at == digest_at


def test_what_was_past_when_it_was_planned_goes_to_those_for_whom_it_is_the_last() -> None:
    late = fan_out_of(MEETING, due=MOVED_HOUR, created_at=MOVED_HOUR + 2 * HOUR)
    last, ahead = SubscriptionGroup("", "", ""), SubscriptionGroup("", f'["{EVENING}", "on the day at 08:00"]', "")

    assert [each.group for each in fan_out.choose_groups(late, MEETING, [last, ahead], DUSHANBE)] == [last]


@pytest.mark.parametrize(
    ("stands", "group", "now", "is_missed"),
    [
        (MEETING, SubscriptionGroup("", "", DUSHANBE), MOVED_HOUR, True),
        (MEETING, SubscriptionGroup("tag=board", f'["{EVENING}"]', DUSHANBE), MOVED_HOUR + 2 * HOUR, True),
        (MEETING, SubscriptionGroup("", "", DUSHANBE), MOVED_HOUR - HOUR, False),  # ahead in both zones
        (MEETING, SubscriptionGroup("", "", DUSHANBE), MOVED_HOUR + 3 * HOUR, False),  # it was due in the old zone
        (MEETING, SubscriptionGroup("tag=press", "", DUSHANBE), MOVED_HOUR, False),
        (MEETING, SubscriptionGroup("", '["1 week before"]', DUSHANBE), MOVED_HOUR, False),
        (replace(MEETING, status=Status.CANCELLED), SubscriptionGroup("", "", DUSHANBE), MOVED_HOUR, False),
        (None, SubscriptionGroup("", "", DUSHANBE), MOVED_HOUR, False),
    ],
)
def test_a_reader_who_changes_zone_between_two_due_times_is_told(
    stands: Event | None, group: SubscriptionGroup, now: datetime, is_missed: bool
) -> None:
    key = fan_out_of(MEETING, due=MOVED_HOUR).key
    missed = fan_out.find_missed(key, stands, group, "Europe/Berlin", now)

    assert (missed and missed.due) == (MOVED_HOUR if is_missed else None)


@pytest.mark.parametrize("zones", [(DUSHANBE, "Europe/Berlin"), ("Europe/Berlin", DUSHANBE)])
def test_a_lead_for_which_another_speaks_in_one_of_the_zones_is_not_missed(zones: tuple[str, str]) -> None:
    """In Dushanbe both leads are due at one moment, and the first one named counts."""
    stands = event("2021-09-16 18:00", EVENING)
    group = SubscriptionGroup("", f'["24 hours before", "{EVENING}"]', zones[0])
    key = fan_out_of(stands, due=MOVED_HOUR).key

    assert fan_out.find_missed(key, stands, group, zones[1], MOVED_HOUR + 4 * HOUR) is None
