"""A UID and SEQUENCE that another calendar gave go on in ours: registry keys, editions, store, feed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from eventcal import editions, event_bodies, ical, registry, when
from eventcal.edition_problems import find_undrawable
from eventcal.events import Calendar, Event, Text
from eventcal.history import Edition, UidConflictError, Version, build_edition, names_to_look_up
from eventcal.ical import RenderOptions
from eventcal.store import edition_store, open_store

from .factories import read_registry

NOW = datetime(2027, 1, 5, 10, tzinfo=UTC)
UID = "{6A-1} from elsewhere"
CALENDAR = Calendar("desk", Text.plain("Desk", "en"), "Asia/Dushanbe")
HEAD = "version: 1\ncalendar: {id: desk, name: Desk, timezone: Asia/Dushanbe}\nevents:\n"


def an_event(event_id: str = "lunch", text: str = "2027-02-01", **more: object) -> Event:
    known = when.parse(text, ZoneInfo("Asia/Dushanbe"))
    return Event(event_id, Text.plain("Lunch", "en"), known, "Asia/Dushanbe", **{"uid": UID, "sequence": 3, **more})  # type: ignore[arg-type]


def build(previous: Edition | None, *of: Event, past: dict[str, Version] | None = None) -> Edition:
    later = previous.recorded_at + timedelta(days=1) if previous else NOW
    return build_edition(previous, past or {}, CALENDAR, of, str(len(of)), later)[0]


def identity(edition: Edition) -> list[tuple[str, str, int]]:
    return [(version.event.id, version.uid, version.sequence) for version in edition.versions]


def test_an_event_begins_with_the_uid_and_sequence_it_had_elsewhere() -> None:
    assert [("lunch", UID, 3)] == identity(build(None, an_event()))


def test_its_sequence_rises_with_a_move_and_follows_a_higher_one_of_the_source() -> None:
    moved = build(build(None, an_event()), an_event(text="2027-02-02"))
    newer = build(moved, an_event(text="2027-02-02", sequence=9))
    again = build(newer, an_event(text="2027-02-02", sequence=5))

    assert [4, 9, 9] == [edition.versions[0].sequence for edition in (moved, newer, again)]


def test_another_id_for_the_same_uid_is_a_rename() -> None:
    before = build(None, an_event())
    after, changes = build_edition(before, {}, CALENDAR, [an_event("dinner")], "2", NOW + timedelta(days=1))

    assert [("dinner", UID, 3)] == identity(after)
    assert [] == changes


def test_an_event_that_returns_under_another_id_goes_on_by_its_uid() -> None:
    before = build(None, an_event())
    gone = build(before)

    assert {"dinner", UID} == set(names_to_look_up(gone, [an_event("dinner")]))
    assert [("dinner", UID, 5)] == identity(build(gone, an_event("dinner"), past={UID: before.versions[0]}))


@pytest.mark.parametrize(
    "later",
    [
        [an_event("lunch", uid="another")],
        [an_event("lunch"), an_event("dinner")],
    ],
)
def test_a_uid_never_changes_and_never_names_two_events(later: list[Event]) -> None:
    before = build(None, an_event())

    with pytest.raises(UidConflictError, match="in calendars"):
        build(before, *later)


def test_a_uid_that_two_events_claim_is_a_problem_at_the_id_that_has_to_change(tmp_path: Path) -> None:
    events = "  - {id: lunch, title: Lunch, when: 2027}\n  # id: noon\n  - {id: noon, uid: lunch@desk, title: Noon, when: 2027}\n"

    (problem,) = find_undrawable(read_registry(tmp_path, HEAD + events), NOW)

    assert (problem.line, problem.column) == (6, 10)
    assert "'noon' would be lunch@desk in calendars" in problem.message


def test_a_uid_that_is_taken_out_of_the_file_stays_the_events() -> None:
    assert [("lunch", UID, 3)] == identity(build(build(None, an_event()), an_event(uid="", sequence=0)))


def test_a_name_that_had_another_uid_does_not_take_a_foreign_one() -> None:
    before = build(None, an_event(uid="", sequence=0))

    with pytest.raises(UidConflictError, match=r"'lunch' is lunch@desk in calendars.*remove its uid"):
        build(build(before), an_event(), past={"lunch": before.versions[0]})


def test_a_former_id_that_reads_like_a_uid_is_no_history_of_it() -> None:
    before = build(None, an_event("tea", uid="other@example.org"))
    version = before.versions[0]

    assert [("dinner", "tea", 3)] == identity(
        build(build(before), an_event("dinner", uid="tea"), past={"tea": version})
    )


def test_the_feed_carries_it_and_its_extra_dates_have_uids_of_their_own() -> None:
    also = (datetime(2027, 2, 3).date(),)
    edition = build(None, an_event(uid="no-at-sign", also=also))
    drawn = ical.render_events(CALENDAR, edition.versions, RenderOptions("en"), NOW.date())

    lines = b"".join(part.octets for part in drawn).decode().split("\r\n")
    assert ["UID:no-at-sign", "UID:no-at-sign+20270203"] == [line for line in lines if line.startswith("UID:")]
    assert {"SEQUENCE:3"} == {line for line in lines if line.startswith("SEQUENCE")}


def test_a_body_of_the_store_keeps_both() -> None:
    event = an_event()

    assert event == event_bodies.event_from_json(event_bodies.event_to_json(event))


def write(folder: Path, entries: str) -> Path:
    path = folder / "events.yaml"
    path.write_text(HEAD + entries, encoding="utf-8")
    return path


def test_the_store_finds_the_history_of_a_uid_under_a_new_id(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    store.upgrade()
    texts = [
        "  - {id: lunch, title: Lunch, when: 2027-02-01, uid: abc, sequence: 7}\n",
        "  - {id: other, title: Other, when: 2027-02-01}\n",
        "  - {id: dinner, title: Lunch, when: 2027-02-02, uid: abc}\n",
    ]

    for number, text in enumerate(texts):
        outcome = editions.publish(store, write(tmp_path, text), NOW + timedelta(days=number))
        assert "published" in str(outcome)

    with store.read() as conn:
        newest = edition_store.newest_in(conn)
    assert newest is not None
    assert [("dinner", "abc", 9)] == identity(newest)


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        ("  - {id: a, title: A, when: 2027, uid: x}\n  - {id: b, title: B, when: 2027, uid: x}\n", "is an event's UID"),
        ("  - {id: a, title: A, when: 2027, sequence: many}\n", "write a whole number"),
        ("  - {id: a, title: A, when: 2027, uid: [x]}\n", "uid"),
        ("  - {id: a, title: A, when: 2027, uid: ''}\n", "uid"),
    ],
)
def test_a_wrong_uid_or_sequence_is_a_problem_with_its_line(tmp_path: Path, entries: str, told: str) -> None:
    [problem] = registry.read(write(tmp_path, entries)).problems

    assert told in problem.message
    assert problem.line >= 4


def test_an_id_and_a_uid_may_be_the_same_text(tmp_path: Path) -> None:
    entries = "  - {id: a, title: A, when: 2027, uid: b}\n  - {id: b, title: B, when: 2027}\n"
    found = registry.read(write(tmp_path, entries))

    assert () == found.problems
    assert replace(found.events[0], uid="") != found.events[0]
