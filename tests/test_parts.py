"""What belongs together: dates that count from another event's, milestones, editions of a series, the feed of them all."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from eventcal import editions, feeds, filters
from eventcal.cli import cli
from eventcal.errors import GrammarError
from eventcal.event_bodies import event_from_json, event_to_json
from eventcal.events import Status
from eventcal.feeds.events_json import render_events_json
from eventcal.filters import Filter
from eventcal.history import ChangeKind
from eventcal.history.snapshot import HistorySnapshot, history_from_json, history_to_json
from eventcal.registry import Registry
from eventcal.registry.editor_schema import json_schema
from eventcal.settings import Settings
from eventcal.store import edition_store, open_store
from eventcal.web.app import create_app
from eventcal.web.snapshots import Snapshot
from eventcal.when import find_zone, parse, parse_relative, resolve_relative
from tests.factories import NEW_YEAR, build_next, read_registry
from tests.world import World, utc

HEAD = "version: 1\ncalendar: {id: test-calendar, name: Test calendar, timezone: Europe/Berlin}\nevents:\n"
CONFERENCE = """\
- id: early
  title: Early bird ends
  part_of: conf
  when: 2 months before start
- id: conf
  title: Conference
  when: 2027-09-16/18
  tags: [python]
  reminders: [1 week before at 09:00]
  series: PyConf
  milestones:
  - id: papers
    title: Papers due
    kind: deadline
    when: 6 weeks before start at 23:59
    timezone: AoE
  - id: sprints
    title: Sprints
    when: 1 day after end
    tags: [code]
    milestones:
    - {id: dinner, title: Dinner, when: the day before start at 19:00, reminders: []}
- {id: next, title: Conference 2028, when: 2028, series: PyConf}
"""
BERLIN = find_zone("Europe/Berlin")


def load(tmp_path: Path, text: str = CONFERENCE) -> Registry:
    return read_registry(tmp_path, HEAD + text)


def dates(registry: Registry) -> dict[str, str]:
    return {event.id: str(event.when) for event in registry.events}


@pytest.mark.parametrize(
    ("text", "parent", "expected"),
    [
        ("6 weeks before start", "2027-09-16/18", "2027-08-05"),
        ("1 day after end", "2027-09-16/18", "2027-09-19"),
        ("The day before the start", "2027-09-16/18", "2027-09-15"),
        ("1 month before start", "2027-03-31", "2027-02-28"),
        ("1 year after start", "2024-02-29", "2025-02-28"),
        ("3 days before start at 18:00", "2027-09-16", "2027-09-13 18:00"),
        ("3 days before start", "2027-09-16 10:00", "2027-09-13"),
        ("2 hours before start", "2027-09-16 10:00/12:00", "2027-09-16 08:00"),
        ("90 minutes after end", "2027-09-16 10:00/12:00", "2027-09-16 13:30"),
        ("2 hours before start", "2027-03-28 04:00", "2027-03-28 01:00"),
        ("1 hour before start", "2027-10-31 03:00", "2027-10-31 02:00"),
        ("on the first day at 19:00", "2027-09-16/18", "2027-09-16 19:00"),
        ("on the last day", "2027-09-16 10:00/2027-09-18 12:00", "2027-09-18"),
        ("on the last day at 17:00", "2027-09-16/18?", "2027-09-18 17:00?"),
        ("on the first day at 19:00", "2027-09", "2027-09"),
        ("on the last day", "2027-09-16/..", "TBD"),
        ("6 weeks before start", "2027-09-16?", "2027-08-05?"),
        ("6 weeks before start", "2027-09", "2027-07-21..08-19"),
        ("1 month before start", "2028-09", "2028-08"),
        ("1 month before start at 18:00", "~2028-09?", "~2028-08?"),
        ("6 months after start", "2027-08-30..31?", "2028-02-29?"),
        ("2 hours before start", "2027-09", "2027-09"),
        ("1 year after end", "2027", "2028-01/12"),
        ("1 week before start", "from 2027-06-10", "from 2027-06-03"),
        ("1 week before start", "from 2027-06", "from 2027-05-25"),
        ("1 week after end", "from 2027-06", "from 2027-06-08"),
        ("1 month before start", "from 2027-06", "from 2027-05"),
        ("1 month before start", "from 2027-Q3?", "from 2027-06?"),
        ("1 month before start", "from 2027-W37", "from 2027-08-13"),
        ("6 weeks before start", "by 2027-06-30", "by 2027-05-19"),
        ("1 day after end at 18:00", "by 2027-06-30", "by 2027-07-01"),
        ("1 week before start", "by 2027-06", "by 2027-06-23"),
        ("1 year after end", "by 2027", "by 2028-12"),
        ("2 hours before start", "by 2027-Q3", "by 2027-Q3"),
        ("1 week after end", "2027-06-10/..", "TBD"),
        ("1 week after end", "2027-06/..", "TBD"),
        ("2 hours before start", "2027-06/..", "2027-06"),
        ("1 week before start", "2027-06-10/..", "2027-06-03"),
        ("1 week before start", "TBD", "TBD"),
        ("1 week before start", "none", "none"),
        ("1 week before start", "past", "past"),
        ("1 year after end", "past", "TBD"),
    ],
)
def test_a_relative_date_is_as_precise_as_the_date_that_it_counts_from(text: str, parent: str, expected: str) -> None:
    relative = parse_relative(text)
    assert relative is not None
    resolved = resolve_relative(relative, parse(parent, BERLIN), BERLIN)
    assert (str(resolved), resolved.text) == (expected, text)
    assert resolved.starts_at(BERLIN) == parse(expected, BERLIN).starts_at(BERLIN)


@pytest.mark.parametrize(
    ("text", "parent", "said"),
    [
        ("2 hours before start", "2027-09-16", "has no hour; count days"),
        ("2 hours after end", "2027-09-16 10:00", "has no end; count from its start"),
        ("1 day before start at 02:30", "2027-03-29", "02:30 does not exist that day"),
        ("9999 years after start", "2027-09-16", "years go from 1000 to 9998"),
        ("9999 years before start", "2027-09-16", "years go from 1000 to 9998"),
        ("9999 weeks after start", "9900-01-01", "years go from 1000 to 9998"),
    ],
)
def test_what_cannot_be_counted_says_why(text: str, parent: str, said: str) -> None:
    relative = parse_relative(text)
    assert relative is not None
    with pytest.raises(GrammarError, match=said):
        resolve_relative(relative, parse(parent, BERLIN), BERLIN)


@pytest.mark.parametrize("text", ["2 hours before start at 10:00", "30 minutes after end at 09:00"])
def test_hours_before_an_event_take_no_hour_of_the_day(text: str) -> None:
    with pytest.raises(GrammarError, match="hours count from the hour of the event; leave out at"):
        parse_relative(text)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("two weeks before the start", "2 weeks before start"),
        ("2 fortnights before start", "6 weeks before"),
        ("14 days before start at noon", "14 days before start at 12:00"),
        ("14 days before start 9:00", "14 days before start at 09:00"),
        ("the evening before start", "the day before start at 18:00"),
        ("the evening before start at 19:00", "the day before start at 19:00"),
        ("within 4 weeks after the end", "4 weeks after end"),
        ("at the start", "on the first day"),
        ("3 working days before start", "in days of the calendar, such as 3 days before start, or as the day itself"),
    ],
)
def test_a_distance_in_other_words_is_answered_with_its_form(text: str, form: str) -> None:
    with pytest.raises(GrammarError, match=f"is written {form}"):
        parse_relative(text)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("14 days before at noon", "14 days before start at 12:00"),
        ("14 calendar days before the session", "14 days before start"),
        ("two weeks after the fair", "2 weeks after end"),
        ("the evening before", "the day before start at 18:00"),
        ("the evening before the last day", "the day before end at 18:00"),
        ("2 days after the first day", "2 days after start"),
        ("2 days after the opening", "2 days after start"),
    ],
)
def test_a_distance_that_names_neither_start_nor_end_is_answered_with_one(tmp_path: Path, text: str, form: str) -> None:
    part = f"{{id: motions, title: Motions due, when: {text}}}"
    registry = load(tmp_path, f"- {{id: session, title: Session, when: 2027-02-03, milestones: [{part}]}}\n")
    assert [problem.message.endswith(f": write {form}") for problem in registry.problems] == [True]


@pytest.mark.parametrize("text", ["last weekend of May 2027", "the week after Pentecost", "start of May"])
def test_what_only_looks_like_a_distance_is_left_to_the_grammar_of_dates(text: str) -> None:
    assert parse_relative(text) is None


def test_milestones_are_events_of_their_own_and_take_what_their_event_has(tmp_path: Path) -> None:
    registry = load(tmp_path)
    assert registry.problems == ()
    assert dates(registry) == {
        "early": "2027-07-16", "conf": "2027-09-16/18", "papers": "2027-08-05 23:59", "sprints": "2027-09-19",
        "dinner": "2027-09-18 19:00", "next": "2028",
    }  # fmt: skip
    by_id = {event.id: event for event in registry.events}
    assert [by_id[name].part_of for name in ("early", "papers", "sprints", "dinner")] == [
        "conf",
        "conf",
        "conf",
        "sprints",
    ]
    assert (by_id["papers"].tags, by_id["dinner"].tags) == (("python",), ("python", "code"))
    assert (len(by_id["papers"].leads), len(by_id["dinner"].leads), len(by_id["early"].leads)) == (1, 0, 0)
    assert by_id["papers"].timezone == "Etc/GMT+12"
    assert all(event_from_json(event_to_json(event)) == event for event in registry.events)


def test_parts_move_with_their_event_and_are_told_as_moved(tmp_path: Path) -> None:
    first, _ = build_next(load(tmp_path))
    second, changes = build_next(load(tmp_path, CONFERENCE.replace("2027-09-16/18", "2027-09-23/25")), first)
    assert {(change.event_id, change.kind) for change in changes} == {
        (name, ChangeKind.MOVED) for name in ("early", "conf", "papers", "sprints", "dinner")
    }
    assert str(second.versions[0].event.when) == "2027-07-23"


def test_parts_are_called_off_with_their_event_unless_they_say_otherwise(tmp_path: Path) -> None:
    off = CONFERENCE.replace("2027-09-16/18", "2027-09-16/18\n  status: cancelled")
    kept = off.replace("title: Sprints", "title: Sprints\n    status: confirmed")
    statuses = {event.id: event.status for event in load(tmp_path, kept).events}
    assert [name for name in statuses if statuses[name] is Status.CANCELLED] == ["early", "conf", "papers"]


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("id: papers", "id: conf", 15, "'conf' is an event's id already (on line 8)"),
        ("part_of: conf", "part_of: cof", 6, "no event has the id 'cof', did you mean 'conf'?"),
        ("  part_of: conf\n", "", 6, "counts from the event that it belongs to: add part_of"),
        ("2027-09-16/18", "1 day after start\n  part_of: early", 6, "'conf' counts from other events in a circle"),
        ("2027-09-16/18", "2027-09-16/18\n  repeat: every year", 7, "conf has several dates"),
        ("title: Sprints", "titel: Sprints", 21, "unknown key 'titel': here it is called 'title'"),
        ("title: Sprints", "title: Sprints\n    part_of: next", 22, "belongs to the event that it stands in"),
        ("2 months before start", "2 months ahead of start before the end", 7, "is written 6 weeks before start"),
        ("kind: deadline", "milestones: []", 17, "write 1 to 50 events"),
        ("kind: deadline", "milestones: soon", 17, "'milestones' must be a list, not text"),
        ("id: conf", "formerly: [old]\n  id: conf", 8, ""),
    ],
)
def test_a_wrong_part_is_a_problem_at_its_own_line(tmp_path: Path, old: str, new: str, line: int, said: str) -> None:
    assert old in CONFERENCE
    problems = load(tmp_path, CONFERENCE.replace(old, new, 1)).problems
    assert bool(problems) == bool(said)
    assert not said or (problems[0].line == line and said in problems[0].message), problems


def test_an_edit_of_the_event_reaches_parts_that_were_read_before(tmp_path: Path) -> None:
    assert dates(load(tmp_path))["early"] == "2027-07-16"
    assert dates(load(tmp_path, CONFERENCE.replace("2027-09-16/18", "2027-10-16/18")))["early"] == "2027-08-16"


@pytest.mark.parametrize(
    ("parent", "first_day", "last_day", "marker", "spelled_out"),
    [
        ("from 2027-06", "2027-05-25", None, "not before 25 May 2027", "not before 25 May 2027"),
        ("by 2027-06-30", None, "2027-06-23", "by 23 Jun 2027", "by 23 June 2027"),
        ("2027-06/..", "2027-05-25", "2027-06-23", "25 May – 23 Jun 2027", "25 May – 23 June 2027"),
    ],
)
def test_pages_feeds_and_json_show_a_part_of_an_open_date_as_far_as_it_is_known(
    tmp_path: Path, parent: str, first_day: str | None, last_day: str | None, marker: str, spelled_out: str
) -> None:
    part = "{id: freeze, title: Freeze, when: 1 week before start}"
    shown, _ = build_next(load(tmp_path, f"- {{id: release, title: Release, when: {parent}, milestones: [{part}]}}\n"))

    client = create_app(lambda: Snapshot.of(shown, (), ()), Settings(), clock=lambda: NEW_YEAR).test_client()
    assert spelled_out in client.get("/events/freeze").get_data(as_text=True)
    feed = feeds.render_calendar_feed(shown, NEW_YEAR.date(), Filter(event="freeze", imprecise="all"), "").body.decode()
    assert f"SUMMARY:[{marker}, day not known] Freeze" in feed.replace("\r\n ", "").replace("\\,", ",")
    [date] = [
        entry["when"]
        for entry in json.loads(render_events_json(shown, Filter(), "en", "")[0])["events"]
        if entry["id"] == "freeze"
    ]
    assert (date["first_day"], date["last_day"], date["words"]) == (
        first_day,
        last_day,
        f"{spelled_out} (date to be confirmed)",
    )


def test_a_chain_of_ten_thousand_relative_dates_costs_a_hundred_problems(tmp_path: Path) -> None:
    chain = "".join(f"- {{id: c{n}, title: A, when: 1 day before start, part_of: c{n + 1}}}\n" for n in range(10_000))
    assert len(load(tmp_path, chain).problems) == 100


def test_one_address_holds_an_event_and_all_that_belongs_to_it(tmp_path: Path) -> None:
    shown, _ = build_next(load(tmp_path))

    def titles(query: str) -> list[str]:
        wanted = filters.parse_query(query, allowed=feeds.accepted_parameters("/events/conf.ics"))
        representation = feeds.render_path("/events/conf.ics", shown, (), NEW_YEAR.date(), wanted)
        assert representation is not None
        return [line[8:] for line in representation.body.decode().split("\r\n") if line.startswith("SUMMARY:")]

    assert titles("") == ["Conference"]
    assert titles("parts=1") == ["Conference", "Early bird ends", "Deadline: Papers due", "Sprints", "Dinner"]
    with pytest.raises(GrammarError, match="parts"):
        filters.parse_query("parts=2", allowed=feeds.accepted_parameters("/events/conf.ics"))
    with pytest.raises(GrammarError, match="parts"):
        filters.parse_query("parts=1", allowed=feeds.accepted_parameters("/calendar.ics"))


@pytest.mark.parametrize(
    ("language", "with_parts", "editions"),
    [
        ("en", "Calendar file with all its dates (.ics)", "Other editions of PyConf"),
        ("ru", "Файл календаря со всеми датами (.ics)", "Другие выпуски: PyConf"),
        ("zh", "包含全部日期的日历文件（.ics）", "PyConf的其他各届"),
    ],
)
def test_a_page_leads_to_the_parts_and_to_the_other_editions(
    tmp_path: Path, language: str, with_parts: str, editions: str
) -> None:
    shown, _ = build_next(load(tmp_path))
    client = create_app(lambda: Snapshot.of(shown, (), ()), Settings(), clock=lambda: NEW_YEAR).test_client()
    page = client.get(f"/events/conf?lang={language}").get_data(as_text=True)
    assert f'href="/events/conf.ics?parts=1&amp;lang={language}">{with_parts}' in page
    assert "Conference 2028" in page[page.index(editions) :]
    assert '"superEvent": {"@type": "EventSeries", "name": "PyConf"}' in page
    assert '"superEvent": {"@type": "Event", "name": "Conference"}' in client.get("/events/papers").get_data(
        as_text=True
    )


def test_pages_feeds_and_commands_choose_the_editions_of_a_series(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown, _ = build_next(load(tmp_path))
    client = create_app(lambda: Snapshot.of(shown, (), ()), Settings(), clock=lambda: NEW_YEAR).test_client()
    assert 'href="/?series=PyConf">All editions, to subscribe to' in client.get("/events/conf").get_data(as_text=True)
    page = client.get("/agenda?series=pyconf").get_data(as_text=True)
    assert ("Conference 2028" in page, "Sprints" in page) == (True, False)
    assert '/calendar.ics?series=pyconf"' in page

    feed = feeds.render_calendar_feed(shown, NEW_YEAR.date(), filters.parse_query("series=PyConf"), "").body.decode()
    assert re.findall("^(?:NAME|SUMMARY):(.*)\r$", feed, re.MULTILINE) == ["Test calendar (PyConf)", "Conference"]

    monkeypatch.chdir(tmp_path)
    listed = CliRunner().invoke(cli, ["next", "--from", "2027", "--series", "PyConf", "--json"])
    assert [entry["id"] for entry in json.loads(listed.stdout)] == ["conf", "next"]
    printed = CliRunner().invoke(cli, ["feed", "--series", "PyConf", "--format", "json"])
    assert [entry["id"] for entry in json.loads(printed.stdout)["events"]] == ["conf", "next"]


def test_a_feed_names_the_event_that_a_part_belongs_to_by_its_uid(tmp_path: Path) -> None:
    text = "- {id: old-name-now, formerly: [first], title: A, when: 2027}\n- {id: b, title: B, when: 2027-02, part_of: old-name-now}\n"
    built, _ = build_next(load(tmp_path, text))
    store = open_store("sqlite://")
    store.upgrade()
    editions.publish(store, tmp_path / "events.yaml", NEW_YEAR)
    stored = edition_store.newest(store)
    resumed = history_from_json(history_to_json(HistorySnapshot(built))).edition

    for edition in (built, stored, resumed):
        assert edition is not None
        feed = feeds.render_calendar_feed(edition, NEW_YEAR.date(), Filter(imprecise="all"), "").body.decode()
        assert re.findall("^(?:UID|RELATED-TO).*\r$", feed, re.MULTILINE) == [
            "UID:first@test-calendar\r",
            "UID:b@test-calendar\r",
            "RELATED-TO;RELTYPE=PARENT:first@test-calendar\r",
        ]


SESSION = """\
- {id: motions, title: Motions due, part_of: session, when: 2 weeks before start, reminders: [1 day before at 09:00, on change]}
- {id: session, title: {en: session, de: Sitzung}, when: 2027-03-03}
"""


def test_mails_and_feeds_say_what_a_part_belongs_to_and_follow_its_title(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.publish(SESSION, utc(2027, 2, 1))
    world.publish(SESSION.replace("2027-03-03", "2027-03-10"), utc(2027, 2, 2))
    world.run(utc(2027, 2, 2), utc(2027, 2, 24, 12))
    assert ["Part of: session" in message.text.splitlines() for message in world.recorder.received] == [True, True]

    first = world.version("motions")
    world.publish(SESSION.replace("2027-03-03", "2027-03-10").replace("session, de", "plenary, de"), utc(2027, 3, 1))
    second = world.version("motions")
    assert (second.sequence, second.modified) == (first.sequence, utc(2027, 3, 1))
    for language, line in (("en", "DESCRIPTION:Part of: plenary"), ("de", "DESCRIPTION:Teil von: Sitzung")):
        feed = feeds.render_calendar_feed(world.edition(), NEW_YEAR.date(), Filter(language=language), "").body.decode()
        assert line in feed.splitlines()


def test_programs_read_the_series_and_editors_the_milestones(tmp_path: Path) -> None:
    shown, _ = build_next(load(tmp_path))
    entries = json.loads(render_events_json(shown, Filter(), "en", "")[0])["events"]
    assert {entry["id"]: entry["series"] for entry in entries if entry["series"]} == {
        "conf": "PyConf",
        "next": "PyConf",
    }
    event_shape = json_schema()["$defs"]["EventShape"]["properties"]
    assert event_shape["milestones"]["items"] == {"$ref": "#/$defs/EventShape"}
