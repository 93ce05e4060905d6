"""How an edit is accepted: recorded whole, refused, held, or left as it was; and what the store gives back."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from eventcal import edition_problems, feeds
from eventcal.editions import CHANGE_COUNTS, PublishResult, preview, publish
from eventcal.errors import Problem, RegistryError, StoreError
from eventcal.events import Calendar, Event, Override, Status, Text
from eventcal.history import ChangeKind, Edition
from eventcal.registry import Registry
from eventcal.repeat import RecurrenceRule
from eventcal.store import Connection, Store, edition_store, open_store
from eventcal.store.tables import MetaKey, change, edition, version
from eventcal.when import find_zone, parse
from tests.factories import examples

ZONE = "Asia/Dushanbe"
CALENDAR = Calendar("sco-watch", Text.plain("SCO watch", "en"), ZONE)
NOW = datetime(2021, 7, 6, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def an_event(id: str, when: str = "2021-09-16", **fields: Any) -> Event:
    return replace(Event(id, Text.plain(id.title(), "en"), parse(when, find_zone(ZONE)), ZONE), **fields)


def registry(
    *events: Event, digest: str = "1", calendar: Calendar | None = CALENDAR, problems: tuple[Problem, ...] = ()
) -> Registry:
    return Registry(calendar=calendar, events=events, problems=problems, digest=digest, files=(Path("events.yaml"),))


@pytest.fixture
def store(either_database: str) -> Iterator[Store]:
    found = open_store(either_database)
    yield found
    found.close()


def rows(store: Store) -> tuple[int, ...]:
    """How many editions, versions and changes there are."""
    with store.read() as conn:
        return tuple(
            conn.execute(select(func.count()).select_from(each)).scalar_one() for each in (edition, version, change)
        )


def intake(store: Store) -> tuple[str, str, list[str]]:
    with store.read() as conn:
        found = edition_store.read_registry_check(conn)
    assert found is not None
    return found.outcome, found.digest, [each.message for each in found.problems]


def ids(found: Edition | None) -> list[str]:
    assert found is not None
    return [each.event.id for each in found.versions]


# What is accepted


def test_an_edition_comes_back_from_the_store_as_it_was_recorded(store: Store) -> None:
    rich = an_event(
        "weekly",
        "2021-07-06 18:00/19:00",
        rule=RecurrenceRule("FREQ=WEEKLY;BYDAY=TU", "every week on Tue", until=date(2021, 12, 31)),
        overrides=(Override(date(2021, 7, 13), status=Status.CANCELLED),),
        exdates=(date(2021, 7, 20),),
    )
    found = publish(store, registry(an_event("b", "2021-09?"), rich, an_event("a", "TBD")), NOW)

    assert ("recorded", 1, ()) == (found.outcome, found.edition and found.edition.number, found.changes)
    assert found.edition == edition_store.newest(store)
    assert ["b", "weekly", "a"] == ids(found.edition)
    assert ("recorded", "1", []) == intake(store)


def test_an_edition_is_modified_when_another_program_takes_over_its_feeds(store: Store) -> None:
    def modified_at(digest: str, at: datetime) -> datetime:
        with store.write() as conn:
            edition_store.record_program(conn, digest, at)
        found = edition_store.newest(store)
        assert found is not None
        return found.modified_at

    with store.write() as conn:
        edition_store.record_program(conn, "first", NOW)  # of a new store: nobody has been served yet
    publish(store, registry(an_event("a")), NOW)
    assert modified_at("first", NOW + HOUR) == NOW
    assert modified_at("second", NOW + 2 * HOUR) == NOW + 2 * HOUR
    assert modified_at("second", NOW + 3 * HOUR) == NOW + 2 * HOUR


def test_an_edit_writes_only_what_differs(store: Store) -> None:
    publish(store, registry(an_event("a"), an_event("b")), NOW)
    found = publish(store, registry(an_event("a", "2021-09-17"), an_event("b"), digest="2"), NOW + HOUR, force=True)

    assert (2, 3, 1) == rows(store)
    assert [ChangeKind.MOVED] == [each.kind for each in found.changes]
    with store.read() as conn:
        assert {"a@sco-watch"} == edition_store.changed_uids(conn, 2)
        assert list(found.changes) == edition_store.changes(conn)
        assert None is conn.execute(select(edition.c.ids).where(edition.c.number == 2)).scalar()

    publish(store, registry(an_event("a", "2021-09-17"), digest="3"), NOW + 2 * HOUR, force=True)
    with store.read() as conn:
        assert {"b@sco-watch"} == edition_store.changed_uids(conn, 3)
        assert set() == edition_store.uids_changed_as(conn, 3, [ChangeKind.MOVED])


def test_what_an_edition_ended_is_listed_with_its_moment_the_newest_first(store: Store) -> None:
    publish(store, registry(an_event("a"), an_event("b"), an_event("c")), NOW)
    publish(store, registry(an_event("a"), an_event("b"), digest="2"), NOW + HOUR, force=True)
    publish(store, registry(an_event("a", "2021-09-17"), digest="3"), NOW + 2 * HOUR, force=True)

    with store.read() as conn:
        ended = edition_store.ended_versions(conn, NOW + 2 * HOUR)
        everything = edition_store.ended_versions(conn, NOW)
    assert sorted(each.event.id for each, _ in ended) == ["a", "b"]
    assert {moment for _, moment in ended} == {NOW + 2 * HOUR}
    assert (everything[-1][0].event.id, everything[-1][1]) == ("c", NOW + HOUR)


def test_the_same_content_again_is_unchanged(store: Store) -> None:
    first = publish(store, registry(an_event("a")), NOW).edition

    for force in (False, True):
        assert ("unchanged", first) == tuple_of(publish(store, registry(an_event("a")), NOW + HOUR, force=force))
    assert (1, 1, 0) == rows(store)
    assert ("unchanged", "1", []) == intake(store)


def tuple_of(result: PublishResult) -> tuple[str, Edition | None]:
    return result.outcome, result.edition


def test_a_comment_in_the_file_makes_an_edition_without_changes(store: Store) -> None:
    publish(store, registry(an_event("a")), NOW)

    assert "recorded" == publish(store, registry(an_event("a"), digest="2"), NOW + HOUR).outcome
    assert (2, 1, 0) == rows(store)


def test_a_start_does_not_go_back_to_older_content_and_an_edit_does(store: Store) -> None:
    old, new = registry(an_event("a")), registry(an_event("a", "2021-09-17"), digest="2")
    publish(store, old, NOW)
    newest = publish(store, new, NOW + HOUR).edition

    assert ("unchanged", newest) == tuple_of(publish(store, old, NOW + 2 * HOUR))
    assert "this is edition 1 again" in intake(store)[2][0]
    with store.read() as conn:
        assert [problem.warning for problem in edition_store.read_registry_check(conn).problems] == [True]  # type: ignore[union-attr]
    back = publish(store, old, NOW + 2 * HOUR, force=True)
    assert ("recorded", 3) == (back.outcome, back.edition and back.edition.number)
    assert ("unchanged", back.edition) == tuple_of(publish(store, old, NOW + 3 * HOUR))


def test_the_plan_is_written_with_the_edition_or_neither(store: Store) -> None:
    planned: list[int] = []

    def plan(conn: Connection, new: Edition, now: datetime) -> None:
        planned.append(edition_store.newest_number(conn))
        if new.number == 2:
            raise LookupError("no room")

    publish(store, registry(an_event("a")), NOW, write_plan=plan)
    with pytest.raises(LookupError):
        publish(store, registry(an_event("a", "2022"), digest="2"), NOW, write_plan=plan)
    publish(store, registry(an_event("a")), NOW, write_plan=plan)

    assert [1, 2] == planned
    assert (1, 1, 0) == rows(store)


def test_of_two_that_publish_the_same_at_once_one_records_it(tmp_path: Path) -> None:
    stores = [open_store(f"sqlite:///{tmp_path / 'shared.db'}") for _ in range(2)]
    stores[0].upgrade()

    with ThreadPoolExecutor() as pool:
        found = list(pool.map(lambda each: publish(each, registry(an_event("a")), NOW), stores))

    assert ["recorded", "unchanged"] == sorted(each.outcome for each in found)
    assert found[0].edition == found[1].edition


def test_the_terminal_is_told_what_came_of_it(store: Store) -> None:
    said = [str(publish(store, registry(*many(9)), NOW))]
    said.append(str(publish(store, registry(*many(9)), NOW)))
    said.append(str(publish(store, registry(*many(8), an_event("x"), digest="2"), NOW)))
    said.append(str(publish(store, registry(digest="3"), NOW)))
    said.append(str(publish(store, registry(digest="4", problems=(Problem("events.yaml", 7, 3, "no title"),)), NOW)))

    assert [
        "edition 1 published: 9 events",
        "no changes: edition 1 stays",
        "edition 2 published: 9 events; 1 added, 1 removed",
        "edition 2 stays, the calendar file awaits approval:\nevents.yaml:1:1: 9 of 9 upcoming events vanish or move at once, "
        "so edition 2 stays: if that is intended, `eventcal publish --accept`; otherwise correct the file",
        "edition 2 stays, the calendar file has errors:\nevents.yaml:7:3: no title",
    ] == said


def test_one_event_is_one_event(store: Store) -> None:
    wrong = registry(problems=(Problem("events.yaml", 7, 3, "no title"),))
    assert str(publish(store, wrong, NOW)).startswith("the calendar file has errors:\n")
    assert "edition 1 published: 1 event" == str(publish(store, registry(an_event("a")), NOW))
    assert str(publish(store, wrong, NOW)).startswith("edition 1 stays, the calendar file has errors:\n")
    moved = registry(an_event("a", "2021-09-17"), *(an_event(id, "2021-10") for id in "bcd"), digest="2")
    assert "edition 2 published: 4 events; 3 added, 1 moved" == str(publish(store, moved, NOW))
    for number, days, text in ((3, {"b": 1}, "1 date confirmed"), (4, {"b": 1, "c": 2, "d": 3}, "2 dates confirmed")):
        events = [an_event(id, f"2021-10-0{days[id]}" if id in days else "2021-10") for id in "bcd"]
        known = registry(an_event("a", "2021-09-17"), *events, digest=str(number))
        assert f"edition {number} published: 4 events; {text}" == str(publish(store, known, NOW))


def test_the_hours_of_days_that_stay_are_counted_as_times_and_not_as_moves(store: Store) -> None:
    publish(store, registry(*(an_event(id) for id in "abc")), NOW)
    announced = registry(an_event("a", "2021-09-17"), *(an_event(id, "2021-09-16 10:00") for id in "bc"), digest="2")
    later = registry(an_event("a", "2021-09-17 18:00"), *(an_event(id, "2021-09-16 11:00") for id in "bc"), digest="3")

    assert "edition 2 published: 3 events; 1 moved, 2 times announced" == str(publish(store, announced, NOW))
    assert "edition 3 published: 3 events; 2 moved, 1 time announced" == str(publish(store, later, NOW))


def test_a_day_outside_of_its_period_is_counted_as_moved_as_it_is_told(store: Store) -> None:
    publish(store, registry(an_event("a", "2021-09"), an_event("b", "2021-09")), NOW)
    known = registry(an_event("a", "2021-09-16"), an_event("b", "2021-10-05"), digest="2")

    assert "edition 2 published: 2 events; 1 moved, 1 date confirmed" == str(publish(store, known, NOW))


# What is refused


def test_a_problem_leaves_the_last_good_edition_and_says_so(store: Store) -> None:
    good = publish(store, registry(an_event("a")), NOW).edition
    wrong = Problem("events.yaml", 7, 3, "there is no 31 September")

    found = publish(store, registry(digest="2", problems=(wrong,)), NOW + HOUR, force=True)

    assert PublishResult("problems", good, (), (wrong,)) == found
    assert ("problems", "2", [wrong.message]) == intake(store)
    assert good == edition_store.newest(store)
    publish(store, registry(an_event("a")), NOW + 2 * HOUR)
    assert ("unchanged", "1", []) == intake(store)


def test_of_many_events_of_one_kind_the_first_and_the_last_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    alike = [an_event(f"e{day}", f"2027-09-{day:02}") for day in range(1, 21)]
    unlike = [an_event("month", "2027-10"), an_event("marked", notes=Text.plain("*bold*", "en"))]
    unlike += [an_event("marked-too", notes=Text.plain("> quoted", "en"))]
    drawn: list[str] = []
    monkeypatch.setattr(edition_problems, "MAX_ALL_DRAWN", 10)
    monkeypatch.setattr(
        feeds, "find_undrawable", lambda _, versions, day: drawn.extend(item.event.id for item in versions) or []
    )

    edition_problems.find_undrawable(registry(*alike, *unlike), NOW)

    assert drawn == ["e1", "e20", "month", "marked", "marked-too"]


def test_a_warning_stops_nothing_and_is_kept(store: Store) -> None:
    warning = Problem("events.yaml", 7, 3, "the 31st is not in every month", warning=True)

    assert "recorded" == publish(store, registry(an_event("a"), problems=(warning,)), NOW).outcome
    assert ("recorded", "1", [warning.message]) == intake(store)


def test_a_name_that_another_event_had_first_is_a_problem(store: Store) -> None:
    publish(store, registry(an_event("a")), NOW)
    publish(store, registry(an_event("b", formerly=("a",)), digest="2"), NOW)

    found = publish(store, registry(an_event("b"), an_event("a"), digest="3"), NOW)

    assert "problems" == found.outcome
    assert "and so is 'b'" in found.problems[0].message


def test_a_store_belongs_to_one_calendar(store: Store) -> None:
    publish(store, registry(an_event("a")), NOW)
    other = registry(an_event("a"), digest="2", calendar=replace(CALENDAR, id="other"))

    with pytest.raises(StoreError, match=r"belongs to the calendar 'sco-watch'.*Write `id: sco-watch` again"):
        preview(store, other, NOW)
    for force in (False, True):  # also after a restart, the last good edition stays published
        refused = publish(store, other, NOW, force=force)
        assert ("problems", 1) == (refused.outcome, refused.edition and refused.edition.number)
        assert "Write `id: sco-watch` again" in refused.problems[0].message


# What is held


def many(count: int, when: str = "2021-09-16") -> list[Event]:
    return [an_event(f"event-{number}", when) for number in range(count)]


@pytest.mark.parametrize(
    ("before", "now", "outcome"),
    [
        (many(25), many(20), "held"),
        (many(26), many(21), "recorded"),  # five, but not a fifth
        (many(5), many(1), "recorded"),  # more than a fifth, but not five
        (many(9), many(5, "2021-09-17") + many(9)[5:], "held"),
        (many(9), many(9, "2021-Q3"), "held"),
        (many(9), many(9, "2021-09-16 10:00"), "recorded"),  # hours of a programme, and no day is another
        (many(9, "2021-09-16 10:00"), many(9), "held"),
        (many(9, "2021-06-01"), many(1), "recorded"),  # all past
        (many(9), [replace(each, status=Status.CANCELLED) for each in many(9)], "recorded"),  # meant, one by one
        ([*many(24), an_event("past", "2021-01-01")], many(19), "held"),
    ],
)  # fmt: skip
def test_five_and_a_fifth_of_the_coming_events_are_held(
    store: Store, before: list[Event], now: list[Event], outcome: str
) -> None:
    publish(store, registry(*before), NOW)

    assert outcome == publish(store, registry(*now, digest="2"), NOW + HOUR, force=True).outcome


def test_a_held_edition_is_held_whole_until_it_is_accepted(store: Store) -> None:
    first = publish(store, registry(*many(10)), NOW).edition
    fewer = registry(*many(4), an_event("new"), digest="2")

    held = publish(store, fewer, NOW + HOUR, force=True)

    assert ("held", first) == tuple_of(held)
    assert ["6 of 10 upcoming events vanish or move at once"] == [each.message.split(",")[0] for each in held.problems]
    assert first == edition_store.newest(store)
    assert "held" == intake(store)[0]
    assert "held" == publish(store, fewer, NOW + HOUR).outcome  # a restart does not let it in
    assert "recorded" == publish(store, fewer, NOW + HOUR, force=True, accept=True).outcome
    assert 5 == len(ids(edition_store.newest(store)))


# What would be, without recording it


def test_a_preview_is_what_publish_records_and_leaves_no_trace(store: Store) -> None:
    publish(store, registry(an_event("a"), an_event("b")), NOW)
    edited = registry(an_event("c", "2021-09-17", formerly=("a",)), digest="2")

    seen = preview(store, edited, NOW + HOUR)
    assert (1, 2, 0) == rows(store)
    found = publish(store, edited, NOW + HOUR)

    assert seen == (found.edition, list(found.changes))


def test_the_same_file_that_is_read_otherwise_by_another_version_is_a_new_edition(store: Store) -> None:
    publish(store, registry(an_event("a")), NOW)

    assert "recorded" == publish(store, registry(an_event("a", "2021-09-17")), NOW + HOUR).outcome


def test_a_calendar_of_another_name_is_another_edition(store: Store) -> None:
    publish(store, registry(an_event("a")), NOW)
    renamed = replace(CALENDAR, name=Text.plain("SCO", "en"))

    assert preview(store, registry(an_event("a"), calendar=renamed), NOW + HOUR)[0].calendar == renamed
    assert "recorded" == publish(store, registry(an_event("a"), calendar=renamed), NOW + HOUR).outcome
    with store.read() as conn:
        assert edition_store.calendar_in(conn) == renamed


def test_a_preview_of_what_stands_is_the_edition_itself(store: Store) -> None:
    stands = publish(store, registry(an_event("a")), NOW).edition

    assert (stands, []) == preview(store, registry(an_event("a"), digest="2"), NOW + HOUR)


def test_a_preview_is_what_the_first_edition_becomes(store: Store) -> None:
    alone = edition_problems.build_first_edition(registry(an_event("a")).require_valid(), NOW)

    assert (alone, alone) == (
        preview(store, registry(an_event("a")), NOW)[0],
        publish(store, registry(an_event("a")), NOW).edition,
    )
    with pytest.raises(RegistryError, match="no title"):
        preview(store, registry(problems=(Problem("events.yaml", 1, 1, "no title"),)), NOW)


# What the store gives back


def test_an_edition_that_is_known_is_given_back_and_only_what_is_newer_is_read(store: Store) -> None:
    first = publish(store, registry(an_event("a"), an_event("b"), an_event("c")), NOW).edition
    assert first is edition_store.newest(store, first)

    publish(store, registry(an_event("c"), an_event("a", "2021-09-17"), an_event("d"), digest="2"), NOW + HOUR)
    publish(store, registry(an_event("c"), an_event("a", "2021-09-17"), an_event("d", "2022"), digest="3"), NOW + HOUR)
    newest = edition_store.newest(store, first)

    assert edition_store.newest(store) == newest
    assert newest is not None
    assert first is not None
    assert first.versions[2] is newest.versions[0]
    with store.read() as conn:
        assert [first, newest] == [edition_store.read_edition(conn, 1), edition_store.read_edition(conn, 3)]
        assert (2, None, None) == (
            edition_store.number_of(conn, "2"),
            edition_store.number_of(conn, "9"),
            edition_store.read_edition(conn, 9),
        )


def test_an_edition_of_another_store_is_not_believed(store: Store) -> None:
    other = open_store("sqlite://")
    foreign = publish(other, registry(an_event("a", "2021-09-20"), an_event("x")), NOW).edition
    mine = publish(store, registry(an_event("a"), digest="2"), NOW).edition
    other.close()

    assert mine == edition_store.newest(store, foreign)
    assert mine == edition_store.newest(store, replace(foreign, number=7) if foreign else None)


def test_an_edition_without_one_of_its_events_is_a_damaged_store(store: Store) -> None:
    publish(store, registry(an_event("a"), an_event("b")), NOW)
    with store.write() as conn:
        conn.execute(change.delete())
        conn.execute(version.delete().where(version.c.event_id == "b"))

    with pytest.raises(StoreError, match="edition 1 lacks its event 'b'; restore a copy of it"):
        edition_store.newest(store, None)


def test_an_event_that_returns_after_a_restart_goes_on_with_its_own_past(store: Store) -> None:
    first = publish(store, registry(an_event("a"), an_event("b")), NOW).edition
    publish(store, registry(an_event("b"), digest="2"), NOW + HOUR)
    back = publish(store, registry(an_event("a"), an_event("b"), digest="3"), NOW + 2 * HOUR).edition

    assert first is not None
    assert back is not None
    old, new = first.versions[0], back.versions[0]
    assert (old.uid, old.sequence + 2, old.created) == (new.uid, new.sequence, new.created)


def test_the_changes_under_all_names_of_an_event_have_its_uid(store: Store) -> None:
    publish(store, registry(an_event("a")), NOW)
    publish(store, registry(an_event("b", "2021-09-17", formerly=("a",)), digest="2"), NOW + HOUR)
    publish(
        store, registry(an_event("c", "2021-09-18", formerly=("a", "b")), an_event("x"), digest="3"), NOW + 2 * HOUR
    )

    with store.read() as conn:
        assert [(ChangeKind.MOVED, 3), (ChangeKind.MOVED, 2)] == [
            (each.kind, each.edition) for each in edition_store.changes(conn) if each.uid == "a@sco-watch"
        ]
        assert [ChangeKind.ADDED] == [each.kind for each in edition_store.changes(conn, limit=1)]
        history = edition_store.full_history(conn)
    assert history is not None
    assert {("a", "a@sco-watch"), ("b", "a@sco-watch")} == set(history.former_names)


def test_a_date_that_comes_back_is_told_by_the_last_state_that_the_store_has_of_it(store: Store) -> None:
    days = (date(2021, 7, 13), date(2021, 7, 20))
    weekly = an_event("weekly", "2021-07-06 18:00", rule=RecurrenceRule("FREQ=WEEKLY;BYDAY=TU", "every week on Tue"))
    cancelled = tuple(Override(day, status=Status.CANCELLED) for day in days)
    saves = [
        weekly,
        replace(weekly, overrides=cancelled),
        replace(weekly, exdates=days),
        replace(weekly, exdates=days[1:]),
    ]
    *_, returned = (
        publish(store, registry(event, digest=str(n)), NOW + n * HOUR).changes for n, event in enumerate(saves)
    )

    assert [(change.kind, change.recurrence) for change in returned] == [(ChangeKind.RESTORED, "2021-07-13")]
    with store.read() as conn:
        assert edition_store.last_states(conn, [("weekly@sco-watch", "2021-07-13")]) == {
            ("weekly@sco-watch", "2021-07-13"): returned[0].new
        }


def test_a_series_that_is_back_on_is_compared_with_what_it_was_before_it_was_cancelled(store: Store) -> None:
    weekly = an_event("weekly", "2021-07-06 18:00", rule=RecurrenceRule("FREQ=WEEKLY;BYDAY=TU", "every week on Tue"))
    off = [Override(day, status=Status.CANCELLED) for day in (date(2021, 7, 13), date(2021, 7, 20))]
    saves = [
        replace(weekly, overrides=(off[0],)),
        replace(weekly, overrides=(off[0],), status=Status.CANCELLED),
        replace(weekly, overrides=tuple(off), status=Status.CANCELLED),
        replace(weekly, overrides=tuple(off)),
    ]
    *_, returned = (
        publish(store, registry(event, digest=str(n)), NOW + n * HOUR).changes for n, event in enumerate(saves)
    )

    assert [(change.kind, change.recurrence) for change in returned] == [
        (ChangeKind.RESTORED, ""),
        (ChangeKind.CANCELLED, "2021-07-20"),
    ]


def test_what_the_feeds_of_an_edition_lack_is_said_of_that_edition_alone(store: Store) -> None:
    publish(store, registry(an_event("a")), NOW)
    with store.write() as conn:
        edition_store.write_feed_conditions(conn, 1, ["a is left out"])
        assert ("a is left out",) == edition_store.read_feed_conditions(conn)

    publish(store, registry(an_event("b"), digest="2"), NOW + HOUR, force=True)
    with store.read() as conn:
        assert () == edition_store.read_feed_conditions(conn)


def test_a_store_without_an_edition_has_no_number_no_calendar_and_no_conditions(store: Store) -> None:
    with store.read() as conn:
        assert edition_store.newest_number(conn) == 0
        assert edition_store.calendar_in(conn) is edition_store.full_history(conn) is None
        assert edition_store.read_feed_conditions(conn) == ()


def test_facts_and_the_secret_are_kept(store: Store) -> None:
    with store.write() as conn:
        secret = edition_store.secret_key(conn)
        assert edition_store.accepted_digest(conn) == ""
        edition_store.accept(conn, "1")
        edition_store.accept(conn, "2")
    with store.read() as conn:
        assert secret == edition_store.secret_key(conn)
        assert edition_store.accepted_digest(conn) == "2"
        assert ["2", None] == [edition_store.read_meta(conn, key) for key in (MetaKey.ACCEPT, MetaKey.SUPPRESSED)]
    assert len(secret) >= 43


EVENTS = st.lists(
    st.builds(
        an_event, st.sampled_from("abcdef"), st.sampled_from(["2021-09", "2021-09-16", "2021-09-16 10:00", "TBD"])
    ),
    max_size=6,
    unique_by=lambda event: event.id,
)


@examples(25)
@given(st.lists(EVENTS, min_size=1, max_size=6))
def test_whatever_is_published_a_reader_that_follows_and_one_that_starts_see_the_same(saved: list[list[Event]]) -> None:
    store = open_store("sqlite://")
    follower: Edition | None = None
    kept: list[Edition] = []
    for number, events in enumerate(saved):
        if number % 2:  # this one looks at every second edition
            follower = edition_store.newest(store, follower)
        found = publish(
            store, registry(*events, digest=str(number)), NOW, force=True, accept=True, cached=follower
        ).edition
        assert found is not None
        kept.append(found)
    follower = edition_store.newest(store, follower)

    assert kept[-1] == follower == edition_store.newest(store)
    with store.read() as conn:
        assert kept == [edition_store.read_edition(conn, each.number) for each in kept]
    store.close()


def test_one_edit_among_thousands_costs_a_fraction_of_the_first_edition(store: Store) -> None:
    events = [an_event(f"event-{number}") for number in range(3000)]
    first = publish(store, registry(*events), NOW).edition
    before = rows(store)
    edited = registry(an_event("event-7", "2021-09-17"), *events[:7], *events[8:], digest="2")

    found = publish(store, edited, NOW + HOUR, cached=first)

    assert "recorded" == found.outcome
    assert (1, 1, 1) == tuple(after - now for after, now in zip(rows(store), before, strict=True))


def test_every_kind_of_change_is_counted_in_the_summary() -> None:
    assert set(CHANGE_COUNTS) == set(ChangeKind)
