"""What follows from two editions: UID, SEQUENCE, LAST-MODIFIED, and the changes that are told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from eventcal.errors import GrammarError
from eventcal.events import Calendar, Event, EventKind, Override, Place, Status, Text
from eventcal.feeds import collect_removed
from eventcal.history import (
    Change,
    ChangeKind,
    Edition,
    EventState,
    UidConflictError,
    Version,
    build_edition,
    classify_change,
    is_awaiting_date,
    is_deadline_extended,
    is_time_announced,
    is_upcoming,
    names_to_look_up,
    place_text,
    returned_dates,
    returned_uids,
    scheduling_properties,
    state_from_json,
    state_of,
    state_to_json,
    told_when,
)
from eventcal.history.snapshot import (
    EditionRef,
    HistorySnapshot,
    history_from_json,
    history_to_json,
    resume_edition,
)
from eventcal.leads import NoticeKind, WallClock
from eventcal.repeat import RecurrenceRule
from eventcal.repeat import parse as parse_repeat
from eventcal.when import When, find_zone, parse

ZONE = "Asia/Dushanbe"
CALENDAR = Calendar("sco-watch", Text.plain("SCO watch", "en"), ZONE)
NOW = datetime(2021, 7, 6, 12, 0, 0, 250_000, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
TWO_TUESDAYS = RecurrenceRule("FREQ=WEEKLY;BYDAY=TU;COUNT=2", "every week on Tue 2 times")
TUESDAYS = RecurrenceRule("FREQ=WEEKLY;BYDAY=TU", "every week on Tue")
WEDNESDAYS = RecurrenceRule("FREQ=WEEKLY;BYDAY=WE", "every week on Wed")


def date_of(text: str) -> When:
    return parse(text, find_zone(ZONE))


def an_event(id: str = "summit", when: str = "2021-09-16/17", **fields: object) -> Event:
    found = Event(id, Text.plain("Summit", "en"), date_of(when), ZONE)
    return replace(found, **fields)  # type: ignore[arg-type]


def whole_change(kind: ChangeKind, old: EventState, new: EventState) -> Change:
    return Change(kind, "weekly", "weekly@example.org", "", "Weekly", old, new, NOW)


def weekly(when: str = "2021-07-06 18:00/19:00", **fields: object) -> Event:
    return an_event("standup", when, **({"rule": TUESDAYS} | fields))


def place(name: str) -> Place:
    return Place(name=Text.plain(name, "en"))


def first(*events: Event, calendar: Calendar = CALENDAR, now: datetime = NOW) -> Edition:
    return build_edition(None, {}, calendar, events, "1", now)[0]


def after(
    before: Edition,
    *events: Event,
    past: Mapping[str, Version] | None = None,
    calendar: Calendar = CALENDAR,
    now: datetime = LATER,
) -> tuple[Edition, list[Change]]:
    return build_edition(before, past or {}, calendar, events, "2", now)


def change(old: Event, new: Event, now: datetime = LATER) -> Change:
    _, [only] = after(first(old), new, now=now)
    return only


def kinds(old: Event, new: Event) -> list[tuple[ChangeKind, str]]:
    return [(each.kind, each.recurrence) for each in after(first(old), new)[1]]


# Identity


def test_a_date_that_feeds_have_as_an_event_of_its_own_shares_its_uid_with_no_other() -> None:
    series = weekly(also=(date(2021, 7, 15),))

    with pytest.raises(UidConflictError, match=r"so is the date 2021-07-15 of 'standup': choose another uid"):
        first(series, an_event(uid="standup+20210715@sco-watch"))
    for uid in ("standup+20210713@sco-watch", "standup+20210716@sco-watch"):  # a date of its rule, and none
        assert [version.uid for version in first(series, an_event(uid=uid)).versions] == ["standup@sco-watch", uid]


def test_the_first_edition_gives_uids_and_tells_nobody() -> None:
    edition, changes = build_edition(None, {}, CALENDAR, [an_event()], "1", NOW)

    moment = NOW.replace(microsecond=0)
    assert (Version(an_event(), "summit@sco-watch", 0, moment, moment),) == edition.versions
    assert (1, NOW, None, []) == (edition.number, edition.recorded_at, edition.last_removal_at, changes)


def test_what_did_not_change_is_the_very_same_version() -> None:
    before = first(an_event(), weekly())
    edition, changes = after(before, an_event(), weekly(when="2021-07-06 18:00/19:00"))

    assert [] == changes
    assert all(old is new for old, new in zip(before.versions, edition.versions, strict=True))
    assert edition.last_removal_at is None


@pytest.mark.parametrize(
    "fields",
    [
        {"when": "2021-09-17"},
        {"when": "2021-09-16/18"},
        {"when": "2021-09-16/17?"},
        {"status": Status.CANCELLED},
        {"status": Status.TENTATIVE},
        {"status": Status.POSTPONED, "was": date_of("2021-09-16/17"), "when": "TBD"},
    ],
)
def test_another_schedule_or_status_raises_sequence_and_moves_modified(fields: dict[str, Any]) -> None:
    [version] = after(first(an_event()), an_event(**fields))[0].versions

    assert (1, LATER.replace(microsecond=0)) == (version.sequence, version.modified)
    assert NOW.replace(microsecond=0) == version.created


@pytest.mark.parametrize(
    "fields",
    [
        {"rule": RecurrenceRule("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "every 2 weeks on Tue")},
        {"exdates": (date(2021, 7, 13),)},
        {"also": (date(2021, 7, 14),)},
        {"overrides": (Override(date(2021, 7, 13), status=Status.CANCELLED),)},
        {"timezone": "Asia/Tashkent"},
    ],
)
def test_another_rule_exception_or_zone_of_an_hour_raises_sequence(fields: dict[str, Any]) -> None:
    [version] = after(first(weekly()), weekly(**fields))[0].versions

    assert 1 == version.sequence


def test_a_title_that_begins_to_count_the_years_raises_sequence() -> None:
    """A numbered series begins a year later: its first date is what is counted from."""
    yearly = an_event(when="2020-06-15", rule=parse_repeat("every year", date_of("2020-06-15")))
    numbered = replace(yearly, title=Text.plain("{nth} summit", "en"))

    assert [[1], [1]] == [
        [version.sequence for version in after(first(old), new)[0].versions]
        for old, new in ((yearly, numbered), (numbered, yearly))
    ]


def test_the_order_of_exceptions_says_nothing() -> None:
    days = (date(2021, 7, 13), date(2021, 7, 20))
    [version] = after(first(weekly(exdates=days)), weekly(exdates=days[::-1]))[0].versions

    assert 0 == version.sequence


@pytest.mark.parametrize(
    "fields",
    [
        {"title": Text.plain("The summit", "en")},
        {"place": place("Dushanbe")},
        {"tags": ("sco",)},
        {"leads": (WallClock(days=7),)},
        {"timezone": "Asia/Tashkent"},  # of whole days: the same dates
    ],
)
def test_what_only_shows_moves_modified_and_leaves_sequence(fields: dict[str, Any]) -> None:
    [version] = after(first(an_event()), an_event(**fields))[0].versions

    assert (0, LATER.replace(microsecond=0)) == (version.sequence, version.modified)


@pytest.mark.parametrize("head", [{"language": "ru"}, {"timezone": "Asia/Tashkent"}])
def test_another_language_or_zone_of_the_calendar_moves_modified_of_everything_and_tells_nobody(
    head: dict[str, str],
) -> None:
    """Feeds then write other words, or the local time beside an hour, of events that stayed as they are."""
    before = first(an_event(), weekly())
    edition, changes = after(before, an_event(), weekly(), calendar=replace(CALENDAR, **head))  # type: ignore[arg-type]

    assert [(0, LATER.replace(microsecond=0))] * 2 == [(each.sequence, each.modified) for each in edition.versions]
    assert [] == changes


def test_what_no_feed_shows_is_kept_without_a_trace_in_the_feed() -> None:
    before = first(an_event())
    [version] = after(before, an_event(notices=(NoticeKind.CHANGE,)))[0].versions

    assert (NoticeKind.CHANGE,) == version.event.notices
    assert replace(before.versions[0], event=version.event) == version


@pytest.mark.parametrize("now", [NOW, NOW - timedelta(days=1)])
def test_modified_goes_forward_also_within_a_second_and_when_the_clock_went_back(now: datetime) -> None:
    before = first(an_event(), an_event("other"))
    edition, _ = after(before, an_event(tags=("a",)), an_event("other"), now=now)
    again, _ = after(edition, an_event(tags=("a",)), an_event("other", tags=("a",)), now=now)

    moments = [before.versions[0].modified, edition.versions[0].modified, again.versions[1].modified]
    assert [timedelta(seconds=1)] * 2 == [b - a for a, b in pairwise(moments)]


def test_a_rename_with_formerly_keeps_the_first_uid_through_a_second_rename_and_without_formerly() -> None:
    edition = first(an_event("a"))
    for event in (an_event("b", formerly=("a",)), an_event("c", formerly=("a", "b")), an_event("c")):
        edition, changes = after(edition, event)

        assert [("a@sco-watch", 0)] == [(each.uid, each.sequence) for each in edition.versions]
        assert [] == changes


def test_an_id_that_was_published_finds_the_event_also_when_formerly_is_dropped() -> None:
    edition = first(an_event("a"), an_event("x"))
    for event in (an_event("b", formerly=("a",)), an_event("b"), an_event("b", "2021-09-18")):
        edition, _ = after(edition, event, an_event("x"))

    assert [["b"], ["b"], ["x"]] == [[found.event.id] for name in "abx" if (found := edition.find(name))]


def test_a_dropped_former_id_goes_to_the_event_that_claims_it() -> None:
    before = after(first(an_event("a"), an_event("x")), an_event("b", formerly=("a",)), an_event("x"))[0]
    edition, _ = after(before, an_event("b"), an_event("x", formerly=("a",)))

    assert [(), ("a",)] == [version.event.formerly for version in edition.versions]


def test_formerly_gives_the_first_name_also_where_no_history_is_left() -> None:
    assert "a@sco-watch" == first(an_event("c", formerly=("a", "b"))).versions[0].uid


def test_a_rename_taken_back_goes_on_with_the_later_version() -> None:
    before = after(first(an_event("a")), an_event("b", "2021-09-17", formerly=("a",)))[0]
    edition, changes = after(before, an_event("a"), past={"a": before.versions[0]}, now=LATER + timedelta(hours=1))
    [version] = edition.versions

    assert ("a@sco-watch", 2) == (version.uid, version.sequence)
    assert [ChangeKind.MOVED] == [told.kind for told in changes]
    assert edition.last_removal_at is None


def test_a_name_that_another_event_has_meanwhile_is_not_the_one_that_had_it() -> None:
    [left] = after(first(an_event("a")), an_event("b", "2021-09-17", formerly=("a",)))[0].versions
    another = first(an_event("b", uid="another@example.org"))
    edition, changes = after(another, an_event("a"), past={"a": left}, now=LATER + timedelta(hours=1))

    assert [("a@sco-watch", 3)] == [(version.uid, version.sequence) for version in edition.versions]
    assert [ChangeKind.RESTORED, ChangeKind.VANISHED] == [told.kind for told in changes]


def test_an_event_that_returns_goes_on_where_it_left() -> None:
    before = first(an_event())
    [old] = before.versions
    empty, _ = after(before)
    edition, [told] = after(empty, an_event(), past={"summit": old}, now=LATER + timedelta(hours=1))
    [version] = edition.versions

    [removed] = collect_removed(empty, [(old, LATER)]).versions

    assert (old.uid, old.created) == (version.uid, version.created)
    assert old.sequence < removed.sequence < version.sequence
    assert empty.last_removal_at is not None
    assert version.modified > empty.last_removal_at > old.modified
    assert ChangeKind.RESTORED is told.kind


def test_an_old_name_stays_reserved_while_its_event_is_there() -> None:
    before = after(first(an_event("a")), an_event("b", formerly=("a",)))[0]

    with pytest.raises(
        UidConflictError, match=r"'a' would be a@sco-watch in calendars, and so is 'b'.* choose another id"
    ):
        after(before, an_event("b"), an_event("a"), past={"a": before.versions[0]})


def test_names_needed_are_those_that_the_edition_before_does_not_know() -> None:
    before = first(an_event("a"))

    assert ["c", "b"] == names_to_look_up(before, [an_event("a", formerly=("x",)), an_event("c", formerly=("a", "b"))])


# What no version tells


@pytest.mark.parametrize(
    ("events", "calendar"),
    [
        (("a",), CALENDAR),
        (("b", "a"), CALENDAR),
        (("a", "b"), replace(CALENDAR, color="teal")),
    ],
)
def test_last_removal_at_moves_when_something_leaves_or_order_or_head_change(
    events: Iterable[str], calendar: Calendar
) -> None:
    edition, _ = after(first(an_event("a"), an_event("b")), *map(an_event, events), calendar=calendar)

    assert LATER.replace(microsecond=0) == edition.last_removal_at


def test_last_removal_at_stays_while_nothing_leaves() -> None:
    removed, _ = after(first(an_event("a"), an_event("b")), an_event("a"))
    edition, _ = after(removed, an_event("a"), an_event("c"), now=LATER + timedelta(hours=1))

    assert edition.last_removal_at == removed.last_removal_at == LATER.replace(microsecond=0)


def test_an_event_put_between_others_is_no_new_order() -> None:
    edition, _ = after(first(an_event("a"), an_event("b")), an_event("a"), an_event("c"), an_event("b"))

    assert edition.last_removal_at is None


# What became different


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("2021-09-16", "2021-09-17", ChangeKind.MOVED),
        ("2021-09-16", "2021-09-16/17", ChangeKind.MOVED),
        ("2021-09-16", "2021-09-16 10:00", ChangeKind.MOVED),
        ("2021-09-16 10:00", "2021-09-16 11:00", ChangeKind.MOVED),
        ("2021-09-16 10:00", "2021-09-17", ChangeKind.MOVED),
        ("2021-09-16 10:00/2021-09-17 12:00", "2021-09-16", ChangeKind.MOVED),
        ("2021-09-16 10:00/2021-09-17 12:00", "2021-09-16/17", ChangeKind.LESS_PRECISE),
        ("2021-09-16 10:00", "2021-09-16/18", ChangeKind.MOVED),
        ("2021-09-16", "2021-09-16 10:00?", ChangeKind.LESS_PRECISE),
        ("2021-09-16/18", "2021-09-16 10:00?", ChangeKind.MOVED),
        ("2021-09-16?", "2021-09-16 10:00?", ChangeKind.MOVED),
        ("2021-09-16 10:00?", "2021-09-16", ChangeKind.DAY_KNOWN),
        ("2021-09-16 10:00?", "2021-09-16?", ChangeKind.LESS_PRECISE),
        ("2021-09-16 10:00?", "2021-09-16/18", ChangeKind.MOVED),
        ("2021-09", "2021-10", ChangeKind.MOVED),
        ("2021-Q3", "2021-10", ChangeKind.MOVED),
        ("2021-Q3", "2021-09", ChangeKind.NARROWED),
        ("2021-Q3", "2021-07/08", ChangeKind.NARROWED),
        ("2021-09", "early 2021-09", ChangeKind.NARROWED),
        ("2021-09", "2021-09-14..18", ChangeKind.NARROWED),
        ("2021-08/10", "2021-09", ChangeKind.NARROWED),
        ("2021-09?", "2021-09", ChangeKind.NARROWED),
        ("~2021-09", "2021-09", ChangeKind.NARROWED),
        ("TBD", "2021", ChangeKind.NARROWED),
        ("early 2021-09", "2021-09", ChangeKind.LESS_PRECISE),
        ("2021-09", "~2021-09", ChangeKind.LESS_PRECISE),
        ("2021-Q3", "2021", ChangeKind.LESS_PRECISE),
        ("from 2021-06", "2021-06", ChangeKind.NARROWED),
        ("from 2021-06", "2021-09", ChangeKind.NARROWED),
        ("by 2021-06-30", "2021-06-30", ChangeKind.DAY_KNOWN),
        ("2021-06", "by 2021-06", ChangeKind.LESS_PRECISE),
        ("2021-06", "by 2021-06-30", ChangeKind.LESS_PRECISE),
        ("from 2021-06", "by 2021-06-30", ChangeKind.MOVED),
        ("2021-06", "from 2021-06-01", ChangeKind.LESS_PRECISE),
        ("from 2021-06", "by 2021-06", ChangeKind.MOVED),
        ("2021-09", "2021-09-16", ChangeKind.DAY_KNOWN),
        ("2021-09", "2021-10-01 10:00", ChangeKind.DAY_KNOWN),
        ("TBD", "2021-09-16?", ChangeKind.NARROWED),
        ("2021-09", "2021-09-16?", ChangeKind.NARROWED),
        ("2021-09", "2021-10-01 10:00?", ChangeKind.NARROWED),
        ("2021-09-16/..?", "2021-09-16?", ChangeKind.NARROWED),
        ("2021-09-16?", "2021-09-16", ChangeKind.DAY_KNOWN),
        ("2021-09-16", "2021-09", ChangeKind.LESS_PRECISE),
        ("2021-09-16 10:00", "2021-09-16", ChangeKind.LESS_PRECISE),
        ("2021-09", "2021-Q3", ChangeKind.LESS_PRECISE),
        ("2021-09", "2021-09/10", ChangeKind.LESS_PRECISE),
        ("2021", "TBD", ChangeKind.POSTPONED),
        ("2021-09", "2021-09?", ChangeKind.LESS_PRECISE),
        ("from 2021-06", "from 2021-09", ChangeKind.MOVED),
        ("by 2021-09", "by 2021-06-15", ChangeKind.MOVED),
        ("by 2021-09", "by 2021-10", ChangeKind.MOVED),
        ("by 2021-09", "by 2021-09-16", ChangeKind.NARROWED),
        ("by 2021-09-16", "by 2021-10", ChangeKind.LESS_PRECISE),
        ("by 2021-09-16", "2021-09-11..12", ChangeKind.NARROWED),
        ("from 2021-09", "2021-Q4", ChangeKind.NARROWED),
        ("from 2021-10", "2021-09", ChangeKind.MOVED),
        ("2021-09-16?", "2021-09-16 10:00", ChangeKind.DAY_KNOWN),
        ("2021-09-16/17?", "2021-09-16/18", ChangeKind.DAY_KNOWN),
        ("2021-09-16?", "2021-09-17", ChangeKind.MOVED),
        ("2021-09-16 10:00?", "2021-09-16 11:00", ChangeKind.MOVED),
        ("2021-09%", "2021-09?", ChangeKind.NARROWED),
        ("2021-09", "by 2021-06", ChangeKind.MOVED),
        ("2021-06", "from 2021-09", ChangeKind.MOVED),
        ("TBD", "by 2021-06", ChangeKind.NARROWED),
    ],
)
def test_a_date_that_changes_is_moved_known_loosened_or_gone(old: str, new: str, kind: ChangeKind) -> None:
    assert [(kind, "")] == kinds(an_event(when=old), an_event(when=new))


def test_a_quarter_written_as_its_months_is_no_change() -> None:
    assert [] == kinds(an_event(when="2021-Q3"), an_event(when="2021-07/09"))


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        (Status.CONFIRMED, Status.CANCELLED, ChangeKind.CANCELLED),
        (Status.POSTPONED, Status.CANCELLED, ChangeKind.CANCELLED),
        (Status.CANCELLED, Status.TENTATIVE, ChangeKind.RESTORED),
    ],
)
def test_a_status_that_changes_outweighs_the_place(old: Status, new: Status, kind: ChangeKind) -> None:
    assert [(kind, "")] == kinds(an_event(status=old), an_event(status=new, place=place("Dushanbe")))


def test_a_cancelled_event_that_moves_is_no_news_and_one_merely_less_sure_neither() -> None:
    cancelled = an_event(status=Status.CANCELLED)

    assert [] == kinds(cancelled, replace(cancelled, when=date_of("2021-10"), place=place("Dushanbe")))
    assert [] == kinds(an_event(), an_event(status=Status.TENTATIVE))


def test_one_change_tells_of_date_and_place_together_with_both_values() -> None:
    found = change(an_event(place=place("Moscow")), an_event(when="2021-09-18", place=place("Dushanbe")))

    assert EventState(date_of("2021-09-16/17"), Status.CONFIRMED, "Moscow") == found.old
    assert EventState(date_of("2021-09-18"), Status.CONFIRMED, "Dushanbe") == found.new
    assert (ChangeKind.MOVED, "summit@sco-watch", "Summit", 2, LATER) == (
        found.kind, found.uid, found.title, found.edition, found.at,
    )  # fmt: skip


def test_a_place_alone_is_a_change_and_a_translation_of_it_is_none() -> None:
    both = Place(name=Text((("en", "Dushanbe"), ("ru", "Душанбе"))))

    assert [(ChangeKind.PLACE, "")] == kinds(an_event(), an_event(place=place("Dushanbe")))
    assert [] == kinds(an_event(place=place("Dushanbe")), an_event(place=both))


def test_a_place_with_its_country_or_its_name_in_another_language_of_the_calendar_has_not_changed() -> None:
    hall, saal = place("Hall"), Place(name=Text((("en", "Hall"), ("de", "Saal"))))
    german = replace(CALENDAR, language="de")

    for old, new in ((hall, saal), (saal, Place(name=Text.plain("Hall", "de")))):
        assert [] == after(first(an_event(place=old)), an_event(place=new), calendar=german)[1]
        old_dates, new_dates = (weekly(overrides=(Override(date(2021, 7, 13), place=each),)) for each in (old, new))
        assert [] == after(first(old_dates), new_dates, calendar=german)[1]
    assert [] == kinds(an_event(place=place("Saal")), an_event(place=saal))
    abroad = replace(saal, country="DE")
    assert [] == kinds(an_event(place=saal), an_event(place=abroad))
    assert [] == kinds(an_event(place=abroad), an_event(place=saal))
    assert [(ChangeKind.PLACE, "")] == kinds(an_event(place=abroad), an_event(place=replace(saal, country="AT")))
    assert [(ChangeKind.PLACE, "")] == kinds(an_event(), an_event(place=Place(country="DE")))
    annex = Place(name=Text((("en", "Annex"), ("de", "Saal"))))
    assert [(ChangeKind.PLACE, "")] == kinds(an_event(place=saal), an_event(place=annex))


def test_what_comes_and_what_goes_is_told_the_latter_last() -> None:
    _, changes = after(first(an_event("a")), an_event("b"))

    assert [(ChangeKind.ADDED, "b"), (ChangeKind.VANISHED, "a")] == [(each.kind, each.event_id) for each in changes]
    assert [(True, False), (False, True)] == [(each.old is None, each.new is None) for each in changes]


def test_another_rule_is_one_change_of_the_series_and_another_spelling_of_it_none() -> None:
    wednesdays = RecurrenceRule("FREQ=WEEKLY;BYDAY=WE", "every week on Wed")
    found = change(weekly(), weekly("2021-07-07 18:00/19:00", rule=wednesdays))

    assert (ChangeKind.MOVED, "") == (found.kind, found.recurrence)
    assert ("every week on Tue", "every week on Wed") == tuple(each.rule for each in (found.old, found.new) if each)
    assert [] == kinds(weekly(), weekly(rule=replace(TUESDAYS, text="FREQ=WEEKLY;BYDAY=TU", raw=True)))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("every week", "every week on Tue"),
        ("every week 3 times", "every week until 2021-07-20"),
        ("every week until 2021-07-20", ""),
    ],
)
def test_a_series_with_the_same_dates_ahead_in_other_words_is_no_news(before: str, after: str) -> None:
    start = date_of("2021-07-06 18:00/19:00")
    old = weekly(rule=parse_repeat(before, start))
    rule = parse_repeat(after, start) if after else None
    new = replace(old, rule=rule, also=() if rule else (date(2021, 7, 13), date(2021, 7, 20)))

    assert [] == kinds(old, new)


def test_a_series_without_an_end_of_its_hours_is_compared_like_any_other() -> None:
    start = date_of("2021-07-06 18:00")
    before, in_other_words = (
        weekly("2021-07-06 18:00", rule=parse_repeat(text, start)) for text in ("every week", "every week on Tue")
    )

    assert [] == kinds(before, in_other_words)


def test_an_end_that_moves_is_news_however_far_away_it_is() -> None:
    start = date_of("2021-07-06 18:00/19:00")
    until_2030, until_2031 = (
        weekly(rule=parse_repeat(f"every day until {year}-07-06", start)) for year in (2030, 2031)
    )

    assert [(ChangeKind.MOVED, "")] == kinds(until_2030, until_2031)
    assert [(ChangeKind.MOVED, "")] == kinds(until_2031, weekly(rule=parse_repeat("every day", start)))


@pytest.mark.parametrize(
    ("before", "after_edit"),
    [
        ("every week 3 times", "every week until 2021-07-20"),
        ("every week until 7000-01-01", "every week until 2500-01-01"),
        ("every week until 2300-01-01", "every week"),
    ],
)
def test_a_rule_that_feeds_write_alike_moves_no_stamp(before: str, after_edit: str) -> None:
    start = date_of("2021-07-06 18:00/19:00")
    old = first(weekly(rule=parse_repeat(before, start)))

    new, changes = after(old, weekly(rule=parse_repeat(after_edit, start)))

    assert [] == changes
    assert (old.versions[0].sequence, old.versions[0].modified) == (new.versions[0].sequence, new.versions[0].modified)


def test_a_series_in_other_words_with_another_date_dropped_is_news_and_a_first_date_that_is_over_none() -> None:
    off, in_other_words = (date(2021, 7, 20),), RecurrenceRule("FREQ=WEEKLY", "every week")

    assert kinds(weekly(exdates=off), weekly(rule=in_other_words, exdates=off)) == []
    assert (ChangeKind.MOVED, "") in kinds(weekly(exdates=off), weekly(rule=in_other_words))
    assert kinds(weekly(), weekly(rule=in_other_words, exdates=(NOW.date(),))) == [(ChangeKind.MOVED, "")]
    ahead = (date(2021, 7, 8),)
    assert kinds(an_event(when="2021-06-01", also=ahead), an_event(when="2021-06-02", also=ahead)) == []


def test_a_feast_in_other_words_is_no_news_and_one_of_another_church_is() -> None:
    start = date_of("2025-04-20")  # both Easters, and neither has an RRULE
    western, orthodox = (parse_repeat(f"every year on {name}", start) for name in ("Easter", "Orthodox Easter"))
    feast = an_event("feast", "2025-04-20", rule=western)

    assert kinds(feast, replace(feast, rule=replace(western, text="each Easter"), url="https://example.org")) == []
    assert kinds(feast, replace(feast, rule=orthodox)) == [(ChangeKind.MOVED, "")]


def test_a_series_that_only_loses_dates_that_are_over_is_no_news() -> None:
    start = date_of("2021-07-13 18:00/19:00")

    assert [] == kinds(weekly("2021-06-01 18:00/19:00"), weekly("2021-07-06 18:00/19:00"))
    assert [(ChangeKind.MOVED, "")] == kinds(weekly(), replace(weekly(), when=start))


def test_what_is_past_now_is_on_the_page_of_changes_and_told_to_nobody() -> None:
    found = change(an_event("show", "TBD"), an_event("show", "past"))

    assert (ChangeKind.MOVED, None) == (found.kind, found.notify_after)


def test_an_occurrence_moved_called_off_and_put_back_is_a_change_of_its_own() -> None:
    moved = Override(date(2021, 7, 13), when=date_of("2021-07-14 18:00/19:00"))
    off = Override(date(2021, 7, 20), status=Status.CANCELLED)
    both = weekly(overrides=(moved, off))

    assert [(ChangeKind.MOVED, "2021-07-13"), (ChangeKind.CANCELLED, "2021-07-20")] == kinds(weekly(), both)
    assert [(ChangeKind.MOVED, "2021-07-13"), (ChangeKind.RESTORED, "2021-07-20")] == kinds(both, weekly())
    old = after(first(weekly()), both)[1][0].old
    assert old is not None
    assert date_of("2021-07-13 18:00/19:00") == old.when


def test_an_occurrence_called_off_in_the_same_edit_that_moves_the_series_is_a_change_of_its_own() -> None:
    off = Override(date(2021, 7, 20), status=Status.CANCELLED)
    later = weekly("2021-07-06 19:00/20:00", overrides=(off,))

    assert kinds(weekly(), later) == [(ChangeKind.MOVED, ""), (ChangeKind.CANCELLED, "2021-07-20")]

    off = Override(date(2021, 7, 21), status=Status.CANCELLED)
    on_wednesdays = weekly("2021-07-07 18:00/19:00", rule=WEDNESDAYS, overrides=(off,))
    assert kinds(weekly(), on_wednesdays) == [(ChangeKind.MOVED, ""), (ChangeKind.CANCELLED, "2021-07-21")]
    assert kinds(weekly(), weekly(overrides=(off,), status=Status.CANCELLED)) == [(ChangeKind.CANCELLED, "")]


@pytest.mark.parametrize(
    ("override", "kind"),
    [
        (Override(date(2021, 7, 20), status=Status.CANCELLED), ChangeKind.CANCELLED),
        (Override(date(2021, 7, 20), when=date_of("2021-07-21")), ChangeKind.MOVED),
        (Override(date(2021, 7, 20), status=Status.CONFIRMED), None),
    ],
)
def test_a_series_that_is_back_on_is_announced_with_the_date_that_is_not_as_its_rule_says(
    override: Override, kind: ChangeKind | None
) -> None:
    changes = kinds(weekly(status=Status.CANCELLED), weekly(overrides=(override,)))

    assert changes == [(ChangeKind.RESTORED, ""), *([(kind, "2021-07-20")] if kind else [])]


def test_a_date_dropped_by_except_is_silent_and_an_also_date_is_told() -> None:
    off = Override(date(2021, 7, 13), status=Status.CANCELLED)

    assert [] == kinds(weekly(), weekly(exdates=(date(2021, 7, 13),)))
    assert [] == kinds(weekly(overrides=(off,)), weekly(exdates=(date(2021, 7, 13),)))
    assert [(ChangeKind.ADDED, "2021-10-01")] == kinds(an_event(), an_event(also=(date(2021, 10, 1),)))
    assert [(ChangeKind.ADDED, "2021-07-15")] == kinds(weekly(), weekly(also=(date(2021, 7, 15),)))
    assert [(ChangeKind.VANISHED, "2021-07-15")] == kinds(weekly(also=(date(2021, 7, 15),)), weekly())
    assert [(ChangeKind.VANISHED, "2021-10-01")] == kinds(an_event(also=(date(2021, 10, 1),)), an_event())


@pytest.mark.parametrize(
    ("status", "told"), [(Status.CANCELLED, [(ChangeKind.RESTORED, "2021-07-13")]), (Status.CONFIRMED, []), (None, [])]
)
def test_a_date_that_except_no_longer_drops_is_told_to_those_who_heard_that_it_was_cancelled(
    status: Status | None, told: list[tuple[ChangeKind, str]]
) -> None:
    dropped = weekly(exdates=(date(2021, 7, 13), date(2021, 7, 20)))
    back = weekly(exdates=(date(2021, 7, 20),))
    before = first(dropped)
    asked = returned_dates(before, [back])
    last = EventState(date_of("2021-07-13 17:00/18:00"), status, "") if status else None
    _, changes = build_edition(before, {}, CALENDAR, [back], "2", LATER, {asked[0]: last} if last else {})

    assert asked == [("standup@sco-watch", "2021-07-13")]
    assert [(each.kind, each.recurrence) for each in changes] == told
    assert [each.old for each in changes] == [last] * len(told)


def test_dates_that_returned_are_those_of_events_that_were_there_also_under_a_former_name() -> None:
    dropped = weekly(exdates=(date(2021, 7, 13),))
    renamed = replace(weekly(), id="briefing", formerly=("standup",))

    assert returned_dates(first(dropped), [renamed, an_event()]) == [("standup@sco-watch", "2021-07-13")]
    assert returned_dates(first(dropped), [dropped]) == []
    assert returned_dates(None, [weekly()]) == []


def test_events_that_returned_are_those_that_were_cancelled_and_are_not() -> None:
    off = replace(weekly(), status=Status.CANCELLED)
    renamed = replace(weekly(), id="briefing", formerly=("standup",))

    assert returned_uids(first(off), [renamed, an_event()]) == ["standup@sco-watch"]
    assert [returned_uids(first(old), [new]) for old, new in ((off, off), (weekly(), off))] == [[], []]


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        (
            EventState(date_of("TBD"), Status.POSTPONED),
            EventState(date_of("2021-10-01"), Status.POSTPONED),
            ChangeKind.DAY_KNOWN,
        ),
        (
            EventState(date_of("2020s"), Status.POSTPONED),
            EventState(date_of("TBD"), Status.POSTPONED),
            ChangeKind.POSTPONED,
        ),
        (
            EventState(date_of("TBD"), Status.POSTPONED, "A"),
            EventState(date_of("TBD"), Status.POSTPONED, "B"),
            ChangeKind.PLACE,
        ),
        (
            EventState(date_of("2021"), Status.CONFIRMED, "", "a"),
            EventState(date_of("2021"), Status.CONFIRMED, "", "b"),
            ChangeKind.MOVED,
        ),
    ],
)
def test_of_two_states_alike_in_status_the_date_the_rule_and_the_place_differ_in_this_order(
    old: EventState, new: EventState, kind: ChangeKind
) -> None:
    assert classify_change(old, new) is kind


STANDS, MOVED = date_of("2021-09-14 10:00"), date_of("2021-10-01 10:00")


@pytest.mark.parametrize(
    ("old", "new", "recurrence", "kind"),
    [
        ((MOVED, Status.POSTPONED), (MOVED, Status.CONFIRMED), "", ChangeKind.PLACE),
        ((MOVED, Status.CONFIRMED), (MOVED, Status.POSTPONED), "", ChangeKind.PLACE),
        ((MOVED, Status.CANCELLED), (MOVED, Status.POSTPONED), "", ChangeKind.RESTORED),
        ((STANDS, Status.CANCELLED), (MOVED, Status.POSTPONED), "", ChangeKind.POSTPONED),
        ((MOVED, Status.POSTPONED), (MOVED, Status.CONFIRMED), "2021-09-14", ChangeKind.PLACE),
        ((STANDS, Status.CONFIRMED), (STANDS, Status.POSTPONED), "2021-09-14", ChangeKind.POSTPONED),
        ((MOVED, Status.POSTPONED), (STANDS, Status.POSTPONED), "2021-09-14", ChangeKind.POSTPONED),
        ((STANDS, Status.POSTPONED), (MOVED, Status.POSTPONED), "2021-09-14", ChangeKind.MOVED),
        ((STANDS, Status.POSTPONED), (STANDS, Status.CONFIRMED), "2021-09-14", ChangeKind.RESTORED),
    ],
)
def test_what_was_postponed_to_a_date_takes_place_then_and_what_has_none_is_put_off(
    old: tuple[When, Status], new: tuple[When, Status], recurrence: str, kind: ChangeKind
) -> None:
    assert classify_change(EventState(*old), EventState(*new, "Osh"), recurrence) is kind


def test_what_is_postponed_to_another_hour_of_its_own_day_has_a_date_and_is_put_off_without_one() -> None:
    day = date(2021, 7, 13)
    at_rule, later, put_off = (
        first(weekly(overrides=(Override(day, date_of(text), Status.POSTPONED),) if text else ()))
        for text in ("", "2021-07-13 20:00/21:00", "TBD")
    )
    sides = [(at_rule, later), (later, put_off), (put_off, later)]
    states = [[side.state(at_rule.versions[0].uid, day.isoformat()) for side in pair] for pair in sides]

    assert [classify_change(old, new, day.isoformat()) for old, new in states] == [
        ChangeKind.POSTPONED,
        ChangeKind.POSTPONED,
        ChangeKind.MOVED,
    ]
    assert [is_awaiting_date(new, day.isoformat()) for _, new in states if new] == [False, True, False]


def test_what_leaves_is_gone_unless_it_was_called_off_before() -> None:
    held, called_off = (EventState(date_of("2021-10-01"), status) for status in (Status.CONFIRMED, Status.CANCELLED))

    assert [classify_change(old, None) for old in (held, called_off, None)] == [ChangeKind.VANISHED, None, None]
    assert classify_change(None, held) is ChangeKind.ADDED


@pytest.mark.parametrize(
    ("old", "new", "is_announced"),
    [
        ("2021-10-01", "2021-10-01 10:00", True),
        ("2021-10-01", "2021-10-02 10:00", False),
        ("2021-10-01", "2021-10-01 10:00?", False),
        ("2021-10-01", "2021-10-01", False),
        ("2021-10-01 09:00", "2021-10-01 10:00", False),
        ("2021-10-01", "2021-10-01 20:00/2021-10-02 02:00", True),  # a night is of the day on which it begins
        ("2021-10-01", "2021-10-01 09:00/2021-10-02 17:00", False),
        ("2021-10-01/02", "2021-10-01 20:00/2021-10-02 02:00", True),
        ("2021-10-01/03", "2021-10-01 20:00/2021-10-02 02:00", False),
    ],
)
def test_a_time_is_announced_where_the_days_stay(old: str, new: str, is_announced: bool) -> None:
    before, after = (EventState(date_of(text), Status.CONFIRMED) for text in (old, new))

    assert is_time_announced(before, after) is is_announced
    assert not is_time_announced(before, replace(after, rule="every week"))
    assert not is_time_announced(None, after)
    assert not is_time_announced(before, None)


def test_a_place_is_told_with_its_country() -> None:
    places = (Place(Text.plain("Dushanbe", "en"), country="TJ"), Place(country="UZ"), place("Online"))

    assert place_text(places, "en") == "Dushanbe, TJ; UZ; Online"


def test_a_title_with_a_number_names_the_occurrence_by_it_and_the_series_without() -> None:
    yearly = RecurrenceRule("FREQ=YEARLY", "every year")
    day = an_event("day", "2001-06-15", rule=yearly, title=Text.plain("{nth} anniversary", "en"))
    off = replace(day, overrides=(Override(date(2022, 6, 15), status=Status.CANCELLED),))

    assert ("21st anniversary", "2022-06-15") == (change(day, off).title, change(day, off).recurrence)
    assert "Anniversary" == change(day, replace(day, place=place("Dushanbe"))).title


# When it may be told


@pytest.mark.parametrize(
    ("old", "new", "minutes"),
    [
        ("2021-09-16", "2021-09-17", 5),
        ("2021-09-16", "TBD", 5),
        ("2021-09-16", "2021-07-06 17:30", 3),  # in half an hour: 12:30 UTC
        ("2021-07-06 17:20", "2021-09-16", 2),
        ("2021-07-06 16:50/18:00", "2021-09-16", 0),  # going on
        ("2021-07", "2021-09", 5),  # its first day is past, but no day is known
        ("2021-07-06 16:50", "2021-09-16", 5),  # over: only the other counts
        ("2021-06", "2021-05", None),
        ("2021-07-06/08", "2021-07-06/09", 0),  # began this morning
        ("2021-07-05/08", "2021-07-05/09", 5),  # yesterday
        ("2021-06-01/..", "TBD", 5),  # going on for weeks, without a known end
        ("2021-05/..", "2021-05", 5),
        ("2020-06-01/..", "2020-06-01", None),
    ],
)
def test_a_change_settles_for_five_minutes_or_a_tenth_of_what_is_left(old: str, new: str, minutes: int | None) -> None:
    now = datetime(2021, 7, 6, 12, 0, tzinfo=UTC)
    found = change(an_event(when=old), an_event(when=new), now)

    assert (None if minutes is None else now + timedelta(minutes=minutes)) == found.notify_after


def test_a_series_settles_by_its_next_occurrence_and_not_at_all_when_it_is_over() -> None:
    before_the_hour = datetime(2021, 7, 13, 12, 40, tzinfo=UTC)  # 18:00 in Dushanbe is 13:00 UTC
    until = replace(TUESDAYS, until=date(2021, 7, 6))

    off = change(weekly(), weekly(status=Status.CANCELLED), before_the_hour)
    far = change(weekly(), weekly(status=Status.CANCELLED), before_the_hour + timedelta(days=3))
    over = change(weekly(rule=until), weekly(rule=until, status=Status.CANCELLED), before_the_hour)

    assert before_the_hour + timedelta(minutes=2) == off.notify_after
    assert far.at + timedelta(minutes=5) == far.notify_after
    assert over.notify_after is None


def test_a_deadline_that_came_or_left_is_not_extended() -> None:
    version = first(an_event(kind=EventKind.DEADLINE)).versions[0]
    earlier, later = (EventState(date_of(day), Status.CONFIRMED, "") for day in ("2021-07-16", "2021-07-17"))

    assert is_deadline_extended(version, earlier, later)
    for part in ((None, earlier, later), (version, None, later), (version, earlier, None)):
        assert not is_deadline_extended(*part)


@pytest.mark.parametrize(
    ("event", "ahead"),
    [
        (an_event(), True),
        (an_event(when="2021-07"), True),
        (an_event(when="TBD"), True),
        (an_event(when="2021-07-05"), False),
        (an_event(status=Status.CANCELLED), False),
        (weekly("2001-06-19 18:00"), True),
        (weekly("2001-06-19 18:00", rule=replace(TUESDAYS, rrule="FREQ=WEEKLY;BYDAY=TU;COUNT=3")), False),
        (an_event(when="2021-06-01", also=(date(2021, 7, 7),)), True),
        (an_event(when="2021-06-01", also=(date(2021, 7, 8),)), True),
        (an_event(when="2021-06-01", also=(date(2021, 7, 5),)), False),
        (weekly(rule=TWO_TUESDAYS, overrides=(Override(date(2021, 7, 6), status=Status.CANCELLED),)), True),
        (
            weekly(
                "2021-06-29 18:00", rule=TWO_TUESDAYS, overrides=(Override(date(2021, 7, 6), status=Status.CANCELLED),)
            ),
            False,
        ),
    ],
)
def test_an_event_is_upcoming_while_any_of_its_dates_may_still_come(event: Event, ahead: bool) -> None:
    assert ahead is is_upcoming(event, NOW)


@pytest.mark.parametrize("when", ["2021-09-16/17", "2021-09-16 10:00/12:30", "2021-Q3?", "TBD"])
def test_a_state_survives_json(when: str) -> None:
    state = EventState(date_of(when), Status.TENTATIVE, "Душанбе, TJ", "every week on Tue", is_own_date=True)

    read = state_from_json(state_to_json(state))
    assert (read, getattr(read.when.span, "is_floating", False)) == (state, False)


# By which date it is told

JULY_13, JULY_20 = date(2021, 7, 13), date(2021, 7, 20)


@pytest.mark.parametrize(
    ("series", "kind", "told"),
    [
        (weekly(), ChangeKind.MOVED, "2021-07-13 18:00/19:00"),
        (weekly("2019-07-02 18:00/19:00"), ChangeKind.MOVED, "2021-07-13 18:00/19:00"),
        (weekly("2021-08-03 18:00/19:00"), ChangeKind.PLACE, "2021-08-03 18:00/19:00"),
        (weekly(exdates=(JULY_13,)), ChangeKind.PLACE, "2021-07-20 18:00/19:00"),
        (weekly(overrides=(Override(JULY_13, status=Status.CANCELLED),)), ChangeKind.PLACE, "2021-07-20 18:00/19:00"),
        (weekly(overrides=(Override(JULY_13, place=place("Annex")),)), ChangeKind.PLACE, "2021-07-20 18:00/19:00"),
        (weekly(overrides=(Override(JULY_13, place=place("Annex")),)), ChangeKind.MOVED, "2021-07-13 18:00/19:00"),
        (weekly(overrides=(Override(JULY_13, date_of("2021-07-14")),)), ChangeKind.MOVED, "2021-07-20 18:00/19:00"),
        (weekly(overrides=(Override(JULY_13, date_of("2021-07-14")),)), ChangeKind.PLACE, "2021-07-14"),
        (
            weekly(overrides=(Override(JULY_13, date_of("2021-07-14"), Status.POSTPONED),)),
            ChangeKind.PLACE,
            "2021-07-14",
        ),
        (weekly(overrides=(Override(JULY_13, date_of("TBD")),)), ChangeKind.PLACE, "2021-07-20 18:00/19:00"),
        (
            weekly(status=Status.CANCELLED, overrides=(Override(JULY_13, place=place("Annex")),)),
            ChangeKind.CANCELLED,
            "2021-07-13 18:00/19:00",
        ),
        (
            weekly(overrides=(Override(JULY_13, status=Status.CONFIRMED),)),
            ChangeKind.CANCELLED,
            "2021-07-20 18:00/19:00",
        ),
        (weekly(also=(date(2021, 7, 8),)), ChangeKind.PLACE, "2021-07-08 18:00/19:00"),
        (weekly(also=(date(2021, 7, 8),)), ChangeKind.MOVED, "2021-07-13 18:00/19:00"),
        (weekly("2021-06-22 18:00/19:00", rule=TWO_TUESDAYS), ChangeKind.PLACE, "2021-06-29 18:00/19:00"),
        (
            weekly("2021-06-22 18:00/19:00", rule=TWO_TUESDAYS, also=(JULY_20,)),
            ChangeKind.MOVED,
            "2021-07-20 18:00/19:00",
        ),
        (weekly("2021-06-22 18:00/19:00", rule=None, also=(JULY_20,)), ChangeKind.MOVED, "2021-07-20 18:00/19:00"),
        (weekly("2021-08-22 18:00/19:00", rule=None, also=(JULY_20,)), ChangeKind.MOVED, "2021-08-22 18:00/19:00"),
        (weekly("2021-06-22 18:00/19:00", rule=None), ChangeKind.MOVED, "2021-06-22 18:00/19:00"),
    ],
)
def test_a_change_of_a_series_is_told_by_the_next_date_that_it_concerns(
    series: Event, kind: ChangeKind, told: str
) -> None:
    evening = NOW.replace(hour=14)  # 19:00 there: that of today is over
    state = state_of(series, "en")

    assert told_when(state, whole_change(kind, state, state), series, evening) == date_of(told)


def test_a_change_is_told_by_the_date_of_its_state_whatever_the_event_is_now() -> None:
    long_ago, series = state_of(weekly("2019-07-02 18:00"), "en"), weekly("2019-07-03 20:00", rule=WEDNESDAYS)
    other_days = weekly("2021-08-22 18:00", rule=None, also=(JULY_20,))
    elsewhere = replace(series, timezone="Pacific/Auckland")  # where it is the day after

    def date_told(state: EventState, event: Event | None) -> When:
        return told_when(state, whole_change(ChangeKind.MOVED, state, state_of(series, "en")), event, NOW)

    assert date_told(long_ago, series) == date_told(long_ago, elsewhere) == date_of("2021-07-06 18:00")
    assert date_told(replace(long_ago, rule=""), other_days) == long_ago.when
    assert date_told(replace(long_ago, rule="as it was"), series) == long_ago.when
    assert date_told(long_ago, None) == long_ago.when


def in_zone(when: str, zone: str, **fields: object) -> EventState:
    series = weekly(**fields)
    return state_of(replace(series, when=parse(when, find_zone(zone)), timezone=zone), "en")


IN_BERLIN = in_zone("2021-12-07 10:00/11:00", "Europe/Berlin")
UNTIL_MARCH = RecurrenceRule("FREQ=WEEKLY;BYDAY=TU;UNTIL=20220301", "every week until 2022-03-01")


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        (IN_BERLIN, in_zone("2021-12-07 14:00/15:00", "Asia/Tashkent"), ChangeKind.MOVED),
        (IN_BERLIN, in_zone("2021-12-07 04:00/05:00", "America/New_York"), ChangeKind.MOVED),
        (IN_BERLIN, in_zone("2021-12-07 10:00/11:00", "Europe/Paris"), None),
        (IN_BERLIN, in_zone("2021-12-07 10:00/11:00", "Africa/Algiers"), ChangeKind.MOVED),
        (IN_BERLIN, in_zone("2021-12-07 14:00/15:00", "Asia/Tashkent", place=place("Annex")), ChangeKind.MOVED),
        (IN_BERLIN, in_zone("2021-12-07 10:00/11:00", "Europe/Paris", place=place("Annex")), ChangeKind.PLACE),
        (in_zone("2021-12-07 10:00", "Europe/Kiev"), in_zone("2021-12-07 10:00", "Europe/Kyiv"), None),
        (
            in_zone("2021-12-07 10:00", "Europe/Berlin", rule=UNTIL_MARCH),
            in_zone("2021-12-07 14:00", "Asia/Tashkent", rule=UNTIL_MARCH),
            None,
        ),
        (
            in_zone("2021-12-07 10:00", "Europe/Berlin", rule=None),
            in_zone("2021-12-07 14:00", "Asia/Tashkent", rule=None),
            None,
        ),
    ],
)
def test_a_series_that_goes_by_another_clock_has_moved_if_any_of_its_dates_has(
    old: EventState, new: EventState, kind: ChangeKind | None
) -> None:
    assert classify_change(old, new) is kind
    assert classify_change(state_from_json(state_to_json(old)), new) is kind


def test_a_series_on_another_clock_is_told_by_the_first_date_that_starts_at_another_moment() -> None:
    tashkent = in_zone("2021-12-07 14:00/15:00", "Asia/Tashkent")
    moved, december = whole_change(ChangeKind.MOVED, IN_BERLIN, tashkent), datetime(2021, 12, 8, tzinfo=UTC)

    told = [told_when(state, moved, weekly(), december) for state in (IN_BERLIN, tashkent)]

    assert [str(when) for when in told] == ["2022-03-29 10:00/11:00", "2022-03-29 14:00/15:00"]
    called_off = told_when(tashkent, replace(moved, kind=ChangeKind.CANCELLED), weekly(), december)
    assert str(called_off) == "2021-12-14 14:00/15:00"


def test_single_dates_are_told_one_by_one_where_another_clock_leaves_the_first_where_it_is() -> None:
    def series(zone: str, hour: int, rule: RecurrenceRule | None = None) -> Event:
        when = parse(f"2021-12-07 {hour}:00", find_zone(zone))
        dates = weekly(rule=rule, also=(date(2021, 12, 9), date(2022, 4, 7)))
        return replace(dates, when=when, timezone=zone)

    for rule, told in ((None, [(ChangeKind.MOVED, "2022-04-07")]), (TUESDAYS, [(ChangeKind.MOVED, "")])):
        assert kinds(series("Europe/Berlin", 10, rule), series("Asia/Tashkent", 14, rule)) == told
        assert kinds(series("Europe/Berlin", 10, rule), series("Europe/Paris", 10, rule)) == []


# Any sequence of edits


@dataclass
class Model:
    """A registry that is edited, and everything that was ever published of it."""

    events: dict[str, Event] = field(default_factory=dict)
    edition: Edition | None = None
    last: dict[str, Version] = field(default_factory=dict)  # by UID
    names: dict[str, str] = field(default_factory=dict)  # id -> UID

    def publish(self, now: datetime) -> list[Change]:
        events = list(self.events.values())
        needed = {
            name: self.last[self.names[name]] for name in names_to_look_up(self.edition, events) if name in self.names
        }
        self.edition, changes = build_edition(self.edition, needed, CALENDAR, events, "x", now)
        self.last.update((each.uid, each) for each in self.edition.versions)
        self.names.update((each.event.id, each.uid) for each in self.edition.versions)
        return changes


SLOTS = st.sampled_from("abcd")
EDITS = st.one_of(
    st.tuples(st.just("when"), SLOTS, st.sampled_from(["2021-09", "2021-09-16", "2021-09-16 10:00", "TBD"])),
    st.tuples(st.just("status"), SLOTS, st.sampled_from([Status.CONFIRMED, Status.CANCELLED, Status.TENTATIVE])),
    st.tuples(st.just("tags"), SLOTS, st.sampled_from([(), ("x",)])),
    st.tuples(st.just("notices"), SLOTS, st.sampled_from([(), (NoticeKind.CHANGE,)])),
    st.tuples(st.just("rename"), SLOTS, st.none()),
    st.tuples(st.just("leave"), SLOTS, st.none()),
    st.tuples(st.just("return"), SLOTS, st.none()),
    st.tuples(st.just("order"), SLOTS, st.none()),
)


def edit(model: Model, gone: dict[str, Event], what: str, slot: str, value: object) -> None:
    """Apply one edit to the event that began as *slot*, whatever it is called now."""
    name = next((each for each, event in model.events.items() if slot == (event.formerly or (event.id,))[0]), None)
    if what == "return":
        if event := gone.pop(slot, None):
            model.events[event.id] = event
    elif name is None:
        return
    elif what == "leave":
        gone[slot] = model.events.pop(name)
    elif what == "rename":
        old = model.events.pop(name)
        new = replace(old, id=f"{slot}{len(old.formerly) + 1}", formerly=(*old.formerly, old.id))
        model.events[new.id] = new
    elif what == "order":
        model.events = dict(reversed(model.events.items()))
    else:
        parsed = date_of(str(value)) if what == "when" else value
        model.events[name] = replace(model.events[name], **{what: parsed})  # type: ignore[arg-type]


@given(st.lists(st.tuples(EDITS, st.integers(-90, 90)), max_size=12))
@example([(("leave", name, None), 0) for name in "abca"])
def test_any_edits_keep_uid_raise_sequence_with_the_schedule_alone_and_move_modified_forward(
    edits: list[tuple[tuple[str, str, object], int]],
) -> None:
    model = Model({slot: an_event(slot) for slot in "abc"})
    gone = {"d": an_event("d")}
    now = NOW
    model.publish(now)
    for (what, slot, value), seconds in edits:
        before = model.edition
        assert before is not None
        last = dict(model.last)
        edit(model, gone, what, slot, value)
        now += timedelta(seconds=seconds)  # the clock may be set back
        model.publish(now)

        assert model.edition is not None
        stood = {each.uid for each in before.versions}
        latest = max(
            [*(each.modified for each in before.versions), before.last_removal_at or before.versions[0].modified]
        )
        for version in model.edition.versions:
            assert f"{version.event.id[0]}@sco-watch" == version.uid
            if (old := last.get(version.uid)) is None:
                assert (0, version.created) == (version.sequence, version.modified)
                continue
            returned = version.uid not in stood
            raised = returned or scheduling_properties(version.event) != scheduling_properties(old.event)
            assert old.sequence + raised + returned == version.sequence  # leaving was a revision, too
            assert old.created == version.created
            assert version.modified == old.modified or version.modified > latest
            if raised or (version.event.id, version.event.tags) != (old.event.id, old.event.tags):
                assert version.modified > old.modified
            else:
                assert version.modified == old.modified
        order = [each.uid for each in before.versions] != [each.uid for each in model.edition.versions]
        if order:
            newest = max(each.modified for each in (*model.edition.versions, *before.versions))
            assert max(newest, model.edition.last_removal_at or newest) > latest


def test_a_date_that_becomes_tbd_without_a_word_is_postponed_and_stays_where_it_was() -> None:
    before = first(an_event())
    after, changes = build_edition(before, {}, CALENDAR, [an_event(when="TBD")], "2", LATER)
    again, none = build_edition(after, {}, CALENDAR, [an_event(when="TBD")], "3", LATER)

    (version,) = after.versions
    assert (Status.POSTPONED, date_of("2021-09-16/17")) == (version.event.status, version.event.was)
    assert [(ChangeKind.POSTPONED, 1)] == [(each.kind, version.sequence) for each in changes]
    assert ([], after.versions) == (none, again.versions)


def test_a_date_that_becomes_none_is_cancelled_and_one_that_is_past_is_not() -> None:
    before = first(an_event())
    after, changes = build_edition(before, {}, CALENDAR, [an_event(when="none")], "2", LATER)
    past, _ = build_edition(before, {}, CALENDAR, [an_event(when="past")], "2", LATER)

    assert (Status.CANCELLED, date_of("2021-09-16/17")) == (after.versions[0].event.status, after.versions[0].event.was)
    assert [ChangeKind.CANCELLED] == [change.kind for change in changes]
    assert (Status.CONFIRMED, None) == (past.versions[0].event.status, past.versions[0].event.was)


def test_a_date_that_becomes_tbd_keeps_what_its_author_says_of_it() -> None:
    postponed = an_event(when="TBD", was=date_of("2021-09-20"), status=Status.POSTPONED)

    [version] = after(first(an_event()), postponed)[0].versions
    assert postponed == version.event


@pytest.mark.parametrize("text", ["TBD", "none"])
def test_what_is_cancelled_without_a_date_is_cancelled_where_it_stood(text: str) -> None:
    cancelled, on_its_day = an_event(when=text, status=Status.CANCELLED), date_of("2021-09-16/17")
    for before in (an_event(), an_event(when="TBD", was=on_its_day, status=Status.POSTPONED)):
        edition, changes = after(first(before), cancelled)
        again, none = after(edition, cancelled)

        assert [replace(cancelled, was=on_its_day)] == [version.event for version in edition.versions]
        assert [ChangeKind.CANCELLED] == [change.kind for change in changes]
        assert ([], edition.versions) == (none, again.versions)


@pytest.mark.parametrize(("text", "status"), [("TBD", Status.POSTPONED), ("none", Status.CANCELLED)])
def test_a_series_without_a_date_any_more_stands_on_the_next_one_that_it_had(text: str, status: Status) -> None:
    long_ago = first(weekly("2019-07-02 18:00/19:00"))
    [version] = after(long_ago, an_event("standup", text), now=NOW + timedelta(days=1))[0].versions

    assert (status, date_of("2021-07-13 18:00/19:00")) == (version.event.status, version.event.was)


def test_what_never_had_a_date_stays_without_one() -> None:
    before = first(an_event(when="TBD"))
    after, changes = build_edition(before, {}, CALENDAR, [an_event(when="TBD", busy=True)], "2", LATER)

    assert (Status.CONFIRMED, None, []) == (after.versions[0].event.status, after.versions[0].event.was, changes)


# what was published and is gone on from


def test_what_readers_of_a_feed_know_goes_on_and_what_they_do_not_begins() -> None:
    edition = first(an_event("same"), an_event("changed"), an_event("new"))
    now, day = NOW.replace(microsecond=0), timedelta(days=1)
    known = {"same@sco-watch": (3, now - 2 * day), "changed@sco-watch": (1, now - day)}
    unchanged = frozenset({"same@sco-watch"})
    resumed = resume_edition(edition, known, unchanged)
    assert [(version.sequence, version.created, version.modified) for version in resumed.versions] == [
        (3, now - 2 * day, now - 2 * day),
        (2, now - day, now),
        (0, now, now),
    ]
    assert resumed.last_removal_at is None

    # one has left, which was changed last of all, by a clock that was ahead
    resumed = resume_edition(edition, known | {"left@sco-watch": (5, now + day)}, unchanged)
    assert resumed.last_removal_at == resumed.versions[2].modified == now + day + timedelta(seconds=1)


def test_a_history_is_the_same_when_it_is_read_back() -> None:
    before = first(an_event(), an_event("left"))
    newest, changes = after(before, an_event(when="2021-09-17"))
    told = tuple(replace(change, notify_after=None) for change in changes)
    assert {(change.old is None, change.new is None) for change in told} == {(False, False), (False, True)}
    history = HistorySnapshot(
        newest, before.versions[1:], (("council", "summit@sco-watch"),), told, (EditionRef(1, "1", NOW),)
    )

    assert history_from_json(history_to_json(history)) == history
    whole_seconds = first(an_event(), now=NOW.replace(microsecond=0))
    added = replace(told[0], old=None, at=NOW)
    for history in (HistorySnapshot(whole_seconds), HistorySnapshot(newest, changes=(added,))):
        assert history_from_json(history_to_json(history)) == history
    text = history_to_json(HistorySnapshot(whole_seconds))
    assert ('"changes": []' in text, ".000" in text) == (True, False)  # nothing is written that says nothing
    text = history_to_json(HistorySnapshot(whole_seconds, changes=told))
    with pytest.raises(GrammarError, match=r"editions \[2\], which it does not list"):
        history_from_json(text)
    with pytest.raises(GrammarError, match="format 2"):
        history_from_json(text.replace('"eventcal": 1', '"eventcal": 2'))
