"""edit, move, cancel touch an event's own lines; fmt changes order and style, and neither comments nor meaning."""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from eventcal import registry
from eventcal.cli import cli
from eventcal.cli.inputs import write_texts
from eventcal.registry.edit import edit_entry
from eventcal.registry.reformat import reformat
from eventcal.registry.write_event import append_event, lock_registry

HEAD = "version: 1\ncalendar: {id: desk, name: Desk, timezone: Europe/Berlin}   # ours\n"
EVENTS = """\
events:
  # the first one
  - id: lunch
    title: Lunch        # with soup
    when: 2027-01-05 12:00/13:00   # by the clock
    # every week
    repeat: every week
    notes: |-
      Two lines
        of notes # no comment

    tags: [a, b]

  - {id: day, title: "A day, or two", when: 2027-02-01}   # in braces

  # about the last one
  - title: Off
    id: off
    when: TBD
    status: postponed
    was: 2027-03-01
"""


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("EVENTCAL_REGISTRY", raising=False)
    (tmp_path / "events.yaml").write_text(HEAD + EVENTS, encoding="utf-8")
    return lambda *words: CliRunner().invoke(cli, list(words))


def changed_lines(folder: Path, before: str = HEAD + EVENTS) -> list[str]:
    """The lines that differ, with - and + before them."""
    after = (folder / "events.yaml").read_text()
    lines = difflib.unified_diff(before.split("\n"), after.split("\n"), n=0, lineterm="")
    return [line for line in lines if line[0] in "+-" and line[:3] not in ("+++", "---")]


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        (["move", "day", "2027-02-02"], [
            '-  - {id: day, title: "A day, or two", when: 2027-02-01}   # in braces',
            '+  - {id: day, title: "A day, or two", when: 2027-02-02}   # in braces',
        ]),
        (["move", "lunch", "2027-01-05 12:30"], [
            "-    when: 2027-01-05 12:00/13:00   # by the clock",
            "+    when: 2027-01-05 12:30   # by the clock",
        ]),
        (["cancel", "lunch"], ["+    status: cancelled"]),
        (["cancel", "lunch", "--date", "2027-01-12"], ["+    exceptions: {2027-01-12: {status: cancelled}}"]),
        (["move", "lunch", "2027-01-13 12:00", "--date", "2027-01-12"], [
            "+    exceptions: {2027-01-12: {when: 2027-01-13 12:00}}",
        ]),
        (["move", "day", "TBD", "--postponed"], [
            '-  - {id: day, title: "A day, or two", when: 2027-02-01}   # in braces',
            '+  - {id: day, title: "A day, or two", when: TBD, status: postponed, was: 2027-02-01}   # in braces',
        ]),
        (["cancel", "day", "--reason", "Snow: no trains"], [
            '-  - {id: day, title: "A day, or two", when: 2027-02-01}   # in braces',
            '+  - {id: day, title: "A day, or two", when: 2027-02-01, status: cancelled, notes: "Snow: no trains"}   # in braces',
        ]),
        (["move", "lunch", "2027-01-06 12:00/13:00", "--reason", "Snow"], [
            "-    when: 2027-01-05 12:00/13:00   # by the clock",
            "+    when: 2027-01-06 12:00/13:00   # by the clock",
            "+",
            "+      Snow",
        ]),
        (["cancel", "lunch", "--date", "2027-01-12", "--reason", "Snow"], [
            r'+    exceptions: {2027-01-12: {status: cancelled, notes: "Two lines\n  of notes # no comment\n\nSnow"}}',
        ]),
        (["cancel", "off"], ["-    status: postponed", "-    was: 2027-03-01", "+    status: cancelled"]),
        (["edit", "lunch", "title=Lunch: soup", "tags=[c]"], [
            "-    title: Lunch        # with soup",
            '+    title: "Lunch: soup"        # with soup',
            "-    tags: [a, b]",
            "+    tags: [c]",
        ]),
        (["edit", "lunch", "place={name: Hall, country: DE}"], ["+    place: {name: Hall, country: DE}"]),
        (["edit", "lunch", "--remove", "notes"], [
            "-    notes: |-", "-      Two lines", "-        of notes # no comment",
        ]),
        (["edit", "off", "url=https://example.org"], ["+    url: https://example.org"]),
        (["edit", "lunch", "id=noon"], ["-  - id: lunch", "+  - id: noon", "+    formerly: [lunch]"]),
    ],
)  # fmt: skip
def test_a_change_touches_the_events_own_lines_only(
    tmp_path: Path, shell: Any, words: list[str], lines: list[str]
) -> None:
    done = shell(*words)

    assert 0 == done.exit_code, done.output
    assert lines == changed_lines(tmp_path)
    assert () == registry.read(tmp_path / "events.yaml").problems


@pytest.mark.parametrize(
    ("words", "lost", "advice"),
    [
        (["lunch", "2027-01-12"], "start time", 'lunch "2027-01-12 12:00/13:00"'),
        (["lunch", "2027-01-12?"], "start time", 'lunch "2027-01-12 12:00/13:00?"'),
        (["lunch", "2027-01-05 11:00"], "end", 'lunch "2027-01-05 11:00/12:00"'),
        (["lunch", "2027-01-13 23:30", "--date", "2027-01-12"], "end", 'lunch --date 2027-01-12 "2027-01-13 23:30/2027-01-14 00:30"'),
    ],
)  # fmt: skip
def test_a_move_that_drops_hours_names_the_command_that_keeps_them(
    shell: Any, words: list[str], lost: str, advice: str
) -> None:
    assert f"its {lost} was removed; to keep it: eventcal move {advice}" in shell("move", *words).stderr.splitlines()


def test_a_move_of_several_days_to_one_names_the_command_that_keeps_them(shell: Any) -> None:
    assert shell("edit", "day", "when=2027-02-26/28").exit_code == 0
    advice = 'it had 3 days; to keep them: eventcal move day "2027-02-27/03-01"\n'
    assert shell("move", "day", "2027-02-27").stderr == advice
    assert shell("move", "day", "2027-02-27/28").stderr == ""


@pytest.mark.parametrize("when", ["2027-01-12 12:00/13:00", "2027-01-13 12:00/13:00"])
def test_a_series_that_moves_to_another_day_says_how_one_date_of_it_is_moved(shell: Any, when: str) -> None:
    assert f'to move one date alone: eventcal move lunch "{when}" --date DAY' in shell("move", "lunch", when).stderr


@pytest.mark.parametrize("words", [["lunch", "2027-01-05 11:00/11:30"], ["day", "2027-02-02"]])
def test_a_move_that_drops_no_hours_advises_nothing(shell: Any, words: list[str]) -> None:
    assert shell("move", *words).stderr == ""


def test_a_change_of_one_date_of_a_series_names_that_date(shell: Any) -> None:
    moved = shell("move", "lunch", "2027-01-13 12:00/13:00", "--date", "2027-01-12").stdout
    cancelled = shell("cancel", "lunch", "--date", "2027-01-19").stdout

    assert "events.yaml: lunch moves: 12 January 2027 -> 13 January 2027, 12:00–13:00 (Berlin, UTC+1)\n" == moved
    assert "events.yaml: lunch on 19 January 2027 is cancelled\n" == cancelled


def test_a_break_cancels_the_dates_of_a_series_from_its_first_day_to_its_last(tmp_path: Path, shell: Any) -> None:
    shell("move", "lunch", "2027-01-13 12:00", "--date", "2027-01-12")
    cancelled = shell("cancel", "lunch", "--date", "2027-01-12/19", "--date", "2027-02-02").stdout

    assert cancelled == "events.yaml: lunch is cancelled on 3 dates, 12 January 2027 to 2 February 2027\n"
    own = "2027-01-12: {status: cancelled, when: 2027-01-13 12:00}, 2027-01-19: {status: cancelled}"
    assert changed_lines(tmp_path) == [f"+    exceptions: {{{own}, 2027-02-02: {{status: cancelled}}}}"]
    for span, said in (
        ("2027-01-12/19", "no date of a series 'lunch' takes place from 2027-01-12 to 2027-01-19"),
        ("2027-01/02", "'2027-01/02': write a first and a last day, such as 2027-12-20/2028-01-09"),
        ("2027-01-19/12", "a short end must come after its start"),
    ):
        assert said in shell("cancel", "lunch", "--date", span).stderr


@pytest.mark.parametrize(
    ("series", "words", "ended", "continuation"),
    [
        (
            "when: 2027-01-05 12:00, repeat: every week on Tue, place: Hall",
            ["2027-02-03 13:00"],
            "repeat: every week on Tue until 2027-01-26",
            "when: 2027-02-03 13:00\n    repeat: every week on Wed\n    place: Hall\n    continues: club",
        ),
        (
            "when: 2027-01-05, repeat: every month on the first Tue 5 times",
            ["2027-02-05"],
            "repeat: every month on the first Tue until 2027-01-05",
            "when: 2027-02-05\n    repeat: every month on the first Fri 4 times\n    continues: club",
        ),
        (
            "when: 2027-01-05 12:00, rrule: FREQ=WEEKLY;COUNT=9, uid: club@elsewhere",
            ["2027-02-02 13:00"],
            "rrule: FREQ=WEEKLY;UNTIL=20270126",
            "when: 2027-02-02 13:00\n    rrule: FREQ=WEEKLY;COUNT=5\n    continues: club",
        ),
        (
            "when: 2027-01-05, repeat: every week until 2027-06-29, except: [2027-01-12, 2027-02-09], also: [2027-03-01]",
            ["2027-02-02", "--repeat", "every 2 weeks"],
            "repeat: every week until 2027-01-26, except: [2027-01-12]",
            None,  # the rule makes no 9 February any more
        ),
        (
            "when: 2027-01-05, repeat: every week until 2027-06-29, except: [2027-01-12, 2027-02-09], also: [2027-03-01]",
            ["2027-02-02"],
            "repeat: every week until 2027-01-26, except: [2027-01-12]",
            "when: 2027-02-02\n    repeat: every week until 2027-06-29\n    except: [2027-02-09]\n    also: [2027-03-01]\n    continues: club",
        ),
        (
            "when: 2027-01-05, repeat: every week",
            ["2027-03"],
            "repeat: every week until 2027-01-26",
            "when: 2027-03\n    continues: club",
        ),
    ],
)
def test_a_series_that_changes_from_a_day_on_ends_and_is_continued(
    tmp_path: Path, shell: Any, series: str, words: list[str], ended: str, continuation: str | None
) -> None:
    path = tmp_path / "events.yaml"
    path.write_text(f"{HEAD}events:\n  - {{id: club, title: Club, {series}}}\n")
    before = path.read_text()

    moved = shell("move", "club", *words, "--from", "2027-02-01")

    if continuation is None:
        assert path.read_text() == before
        assert "2027-02-09" in moved.stderr
        return
    assert f"{ended}" in path.read_text().partition("\n  - id:")[0]
    assert path.read_text().endswith(f"  - id: club-2027-02\n    title: Club\n    {continuation}\n")
    assert "club ends on" in moved.stdout
    assert "club-2027-02 continues it: " in moved.stdout


def test_what_is_written_for_later_dates_goes_to_the_series_that_has_them(tmp_path: Path, shell: Any) -> None:
    path = tmp_path / "events.yaml"
    path.write_text(
        f"{HEAD}events:\n"
        "  - {id: club, x-room: a, title: Club, when: 2027-01-05, repeat: 'every week on Tue, Thu', except: [2027-02-04], "
        "exceptions: {2027-01-28: {place: Annex}, 2027-02-02: {place: Hall}}}\n"
        "  - {id: choir, title: Choir, when: 2027-01-05, rrule: FREQ=WEEKLY, exceptions: {2027-02-02: {place: Hall}}, also: [2027-01-07]}\n"
    )

    shell("move", "club", "2027-02-02", "--from", "2027-02-02")
    shell("move", "choir", "2027-02-02", "--from", "2027-02-02")

    assert path.read_text().removeprefix(HEAD) == (
        "events:\n"
        '  - {id: club, x-room: a, title: Club, when: 2027-01-05, repeat: "every week on Tue, Thu until 2027-01-28", '
        "exceptions: {2027-01-28: {place: Annex}}}\n"
        "  - {id: choir, title: Choir, when: 2027-01-05, rrule: FREQ=WEEKLY;UNTIL=20270126, also: [2027-01-07]}\n"
        "  - id: club-2027-02\n    title: Club\n    when: 2027-02-02\n    repeat: every week on Tue, Thu\n"
        "    except: [2027-02-04]\n    exceptions: {2027-02-02: {place: Hall}}\n    continues: club\n    x-room: a\n"
        "  - id: choir-2027-02\n    title: Choir\n    when: 2027-02-02\n    rrule: FREQ=WEEKLY\n"
        "    exceptions: {2027-02-02: {place: Hall}}\n    continues: choir\n"
    )
    assert (
        "'club' has no date from 2027-02-01 on: its last is 2027-01-28"
        in shell("move", "club", "2027-02-02", "--from", "2027-02-01").stderr
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["lunch", "2027-02-03 12:00", "--from", "2027-01-05"], "has no date before 2027-01-05: to move all of them, leave out"),
        (["lunch", "2027-02-03 12:00", "--from", "2027-02"], "--from '2027-02': write a day, such as 2027-11-02"),
        (["lunch", "2027-02-03 12:00", "--from", "2027-02-01", "--postponed"], "--from combines only with --repeat"),
        (["lunch", "2027-02-03 12:00", "--repeat", "every week"], "--repeat combines only with --from"),
        (["day", "2027-02-03", "--from", "2027-02-01"], "'day' has no rule: only a series changes from a day on"),
    ],
)  # fmt: skip
def test_what_cannot_change_from_a_day_on_stays(tmp_path: Path, shell: Any, words: list[str], said: str) -> None:
    assert said in shell("move", *words).stderr
    assert changed_lines(tmp_path) == []


def test_a_date_of_a_series_is_cancelled_where_it_moved_to_and_takes_place_where_it_moves_again(
    tmp_path: Path, shell: Any
) -> None:
    shell("move", "lunch", "2027-01-13 12:00/13:00", "--date", "2027-01-12")
    cancelled = shell("cancel", "lunch", "--date", "2027-01-12").stdout
    assert cancelled == "events.yaml: lunch on 12 January 2027 is cancelled\n"
    assert "+    exceptions: {2027-01-12: {status: cancelled, when: 2027-01-13 12:00/13:00}}" in changed_lines(tmp_path)
    shell("move", "lunch", "2027-01-14 12:00/13:00", "--date", "2027-01-12")
    assert "+    exceptions: {2027-01-12: {when: 2027-01-14 12:00/13:00}}" in changed_lines(tmp_path)


def test_cancelling_a_series_says_that_all_its_dates_are_cancelled_and_how_one_is(tmp_path: Path, shell: Any) -> None:
    cancelled = shell("cancel", "lunch")

    assert cancelled.stdout == "events.yaml: lunch is cancelled, with all dates of the series\n"
    advice = "eventcal edit lunch --remove status && eventcal cancel lunch --date DAY"
    assert cancelled.stderr == f"to cancel one date alone: {advice}\n"
    shell("edit", "lunch", "--remove", "status")
    shell("cancel", "lunch", "--date", "2027-01-12")
    assert changed_lines(tmp_path) == ["+    exceptions: {2027-01-12: {status: cancelled}}"]


@pytest.mark.parametrize(
    "words", [("move", "broken", "2027-02-02"), ("cancel", "broken"), ("edit", "broken", "when=2027")]
)
def test_an_event_with_a_problem_is_not_said_to_be_missing(tmp_path: Path, shell: Any, words: tuple[str, ...]) -> None:
    with (tmp_path / "events.yaml").open("a") as file:
        file.write("  - {id: broken, title: Broken, when: 2027-13-01}\n")

    assert "there is no month 13" in shell(*words).stderr


def test_what_was_understood_is_said(shell: Any) -> None:
    assert "day moves: 1 February 2027 -> " in shell("move", "day", "2027-02-02").stdout.replace("Mon ", "")
    assert "lunch is cancelled" in shell("cancel", "lunch").stdout
    assert "lunch is unchanged" in shell("cancel", "lunch").stdout
    assert shell("move", "day", "TBD", "--postponed").stdout.endswith(" -> no date yet, and is postponed\n")
    shell("cancel", "day")
    assert shell("move", "day", "2027-02-03").stdout.endswith(" -> 3 February 2027, and is confirmed\n")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["move", "lunhc", "2027-02-02"], "there is no event 'lunhc', did you mean 'lunch'"),
        (["move", "day", "2 February"], "year"),
        (["edit", "day", "wen=2027"], "did you mean 'when'"),
        (["edit", "day", "when"], "write KEY=VALUE"),
        (["edit", "day", "when="], "--remove when"),
        (["edit", "day", "tags=[a"], "tags=[a"),
        (["edit", "day"], "nothing to change"),
        (["edit", "day", "repeat=every week on Fri"], "is not a date that the rule makes"),
        (["edit", "day", "--remove", "title"], "'title' is missing"),
        (["edit", "day", "--remove", "id"], "an event needs its id; `eventcal edit day id=NEW` renames it"),
        (["edit", "day", "id=lunch"], "lunch"),
        (["edit", "day", "id=A day"], "A day"),
        (["cancel", "day", "--date", "2027-02-02"], "exceptions"),
    ],
)
def test_a_change_that_cannot_be_is_refused_and_writes_nothing(
    tmp_path: Path, shell: Any, words: list[str], told: str
) -> None:
    done = shell(*words)

    assert done.exit_code in (1, 2)
    assert told in done.stderr
    assert [] == changed_lines(tmp_path)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["add", "Title", "Sept 2027"], "eventcal: when 'Sept 2027': months are numbers: write 2027-09\n"),
        (["edit", "day", "when=Sept 2027"], "eventcal: when 'Sept 2027': months are numbers: write 2027-09\n"),
        (["edit", "day", "tags=press"], "eventcal: 'tags' must be a list, not text: write it as [press]\n"),
        (["move", "day", "16.9.2027"], "eventcal: when '16.9.2027': the year comes first,"),
        (
            ["feed", "--from", "soon"],
            "eventcal: --from: 'soon' is not a date; write the first day, such as --from 2021",
        ),
        (["feed", "--without-tag", ","], "eventcal: --without-tag: ',' is not a tag; write a tag of the calendar"),
    ],
)
def test_what_was_typed_is_refused_by_its_own_name_and_no_place_in_a_file(
    shell: Any, words: list[str], said: str
) -> None:
    done = shell(*words)

    assert done.stderr.startswith(said)
    assert "events.yaml" not in done.stderr
    assert "from=" not in done.stderr


def test_a_change_that_breaks_another_event_names_its_place(shell: Any) -> None:
    assert "events.yaml:" in shell("edit", "lunch", "id=day").stderr


def test_a_renamed_event_keeps_every_former_id_but_the_one_taken_back(tmp_path: Path, shell: Any) -> None:
    def former_ids(event_id: str) -> tuple[str, ...]:
        events = registry.read(tmp_path / "events.yaml").events
        return next(event.formerly for event in events if event.id == event_id)

    assert (
        "day is renamed to a; `formerly` keeps the old id, so calendars and links follow"
        in shell("edit", "day", "id=a").stdout
    )
    assert shell("edit", "a", "id=b").exit_code == 0
    assert former_ids("b") == ("day", "a")
    assert "b is unchanged" in shell("edit", "day", "id=b").stdout
    assert shell("edit", "day", "id=day").exit_code == 0
    assert former_ids("day") == ("a", "b")


def test_parts_follow_a_renamed_event_in_every_file(tmp_path: Path, shell: Any) -> None:
    main = (HEAD + EVENTS).replace("events:\n", "include: [talks.yaml]\nevents:\n")
    menu = "  - {id: menu, title: Menu, when: 1 day before start, part_of: day}\n"
    (tmp_path / "events.yaml").write_text(main + menu)
    (tmp_path / "talks.yaml").write_bytes(
        b"events:\r\n  - id: talk\r\n    title: T\r\n    when: 2027\r\n    part_of: day\r\n"
    )

    assert shell("edit", "day", "id=feast").exit_code == 0
    parents = {event.id: event.part_of for event in registry.read(tmp_path / "events.yaml").events}
    assert parents == {"lunch": "", "feast": "", "off": "", "menu": "feast", "talk": "feast"}
    assert b"    part_of: feast\r\n" in (tmp_path / "talks.yaml").read_bytes()


def test_a_file_that_cannot_be_written_is_named(shell: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("os.replace", refuse)

    assert shell("edit", "day", "title=B").stderr == "eventcal: events.yaml: cannot be written: Permission denied\n"
    fmt = shell("fmt")
    assert ("", "eventcal: events.yaml: cannot be written: Permission denied\n") == (fmt.stdout, fmt.stderr)


def test_what_several_add_at_once_is_all_there(tmp_path: Path, shell: Any) -> None:
    def add(number: int) -> None:
        with lock_registry(Path("events.yaml")):
            append_event(Path("events.yaml"), {"id": f"e{number}", "title": "E", "when": "2027-03-01"})

    with ThreadPoolExecutor() as threads:
        list(threads.map(add, range(6)))

    assert {f"e{number}" for number in range(6)} <= {event.id for event in registry.read(Path("events.yaml")).events}


@pytest.mark.parametrize(
    "words",
    [
        ["add", "New", "2027-03-01"],
        ["edit", "day", "title=B"],
        ["move", "day", "2027-03-01"],
        ["cancel", "day"],
        ["fmt"],
        ["import", "new.ics"],
        ["draft", "new.txt", "--into", "events.yaml"],
    ],
)
def test_a_command_that_changes_the_registry_waits_for_the_one_that_does(
    tmp_path: Path, shell: Any, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    (tmp_path / "new.ics").write_text(
        "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:a\nDTSTART:20270301T100000Z\nSUMMARY:New\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    (tmp_path / "new.txt").write_text("The summit opens on 1 March 2027 in Dushanbe.\n")
    monkeypatch.setattr("eventcal.registry.write_event.LOCK_SECONDS", 0)
    with lock_registry(Path("events.yaml")):
        refused = shell(*words)

    assert (refused.exit_code, changed_lines(tmp_path)) == (1, [])
    assert refused.stderr.endswith(
        "eventcal: events.yaml: another command is changing the registry; try again when it has ended\n"
    )
    assert shell(*words).exit_code == 0
    assert changed_lines(tmp_path)


def save_first(file: Path, text: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Returns *function* as it is called a moment after an editor has saved *text* in *file*."""

    def run(*arguments: Any) -> Any:
        file.write_text(text, encoding="utf-8")
        return function(*arguments)

    return run


@pytest.mark.parametrize(
    ("words", "last_step"),
    [
        (["add", "New", "2027-03-01"], "registry.write_event.has_changed"),
        (["edit", "day", "title=B"], "registry.write_event.has_changed"),
        (["fmt"], "cli.editing.write_texts"),
        (["import", "theirs.csv"], "cli.importing.write_texts"),
        (["draft", "article.txt", "--into", "events.yaml"], "cli.drafting.write_texts"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_a_file_that_is_saved_by_an_editor_meanwhile_is_not_overwritten(
    tmp_path: Path, shell: Any, monkeypatch: pytest.MonkeyPatch, words: list[str], last_step: str
) -> None:
    file, saved = tmp_path / "events.yaml", HEAD + EVENTS.replace("Lunch", "Dinner")
    (tmp_path / "theirs.csv").write_text("title,when\nNew,2027-03-01\n")
    (tmp_path / "article.txt").write_text("The conference takes place on 1 March 2027.\n")
    module, _, name = f"eventcal.{last_step}".rpartition(".")
    function = getattr(importlib.import_module(module), name)
    monkeypatch.setattr(f"{module}.{name}", save_first(file, saved, function))
    refused = shell(*words)

    assert (refused.exit_code, file.read_text()) == (1, saved)
    assert "saved by another program meanwhile; run the command again" in refused.stderr


def test_a_file_that_appears_while_an_import_is_planned_is_not_overwritten(
    tmp_path: Path, shell: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "theirs.csv").write_text("title,when\nNew,2027-03-01\n")
    new = tmp_path / "partners.yaml"
    monkeypatch.setattr("eventcal.cli.importing.write_texts", save_first(new, "events: []\n", write_texts))
    refused = shell("import", "theirs.csv", "--into", "partners.yaml")

    assert (refused.exit_code, new.read_text()) == (1, "events: []\n")
    assert "partners.yaml: saved by another program meanwhile" in refused.stderr


def test_an_event_of_an_included_file_is_changed_there(tmp_path: Path, shell: Any) -> None:
    main = HEAD + "include: [parts/*.yaml]\n"
    (tmp_path / "events.yaml").write_text(main)
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts/a.yaml").write_bytes(EVENTS.replace("\n", "\r\n").encode())

    done = shell("move", "day", "2027-02-02")

    assert "parts/a.yaml: day moves" in done.stdout
    assert (tmp_path / "parts/a.yaml").read_bytes() == EVENTS.replace("2027-02-01", "2027-02-02").replace(
        "\n", "\r\n"
    ).encode()
    assert [] == changed_lines(tmp_path, main)


def many(number: int) -> str:
    entries = (
        f"  # number {n}\n  - id: event-{n}\n    title: Event {n}   # as told\n    when: 2027-01-{n % 28 + 1:02}\n\n"
        for n in range(number)
    )
    return HEAD + "events:\n" + "".join(entries)


def test_a_file_with_a_byte_order_mark_keeps_it(tmp_path: Path, shell: Any) -> None:
    main = (HEAD + EVENTS).replace("events:\n", "include: [talks.yaml]\nevents:\n")
    (tmp_path / "events.yaml").write_text(main)
    talk = b"\xef\xbb\xbfevents:\r\n  - id: talk\r\n    title: T\r\n    when: %s\r\n"
    (tmp_path / "talks.yaml").write_bytes(talk % b"2027")

    assert shell("move", "talk", "2028").exit_code == 0
    assert (tmp_path / "talks.yaml").read_bytes() == talk % b"2028"
    assert shell("edit", "talk", "when=2028-01/2028-02").exit_code == shell("fmt").exit_code == 0
    assert (tmp_path / "talks.yaml").read_bytes() == talk % b"2028-01/02"


def test_in_a_file_of_both_line_ends_each_line_keeps_its_own(tmp_path: Path, shell: Any) -> None:
    text = (HEAD + EVENTS).replace("\n", "\r\n", 3).replace("was: 2027-03-01\n", "was: 2027-03-01\r\n")
    (tmp_path / "events.yaml").write_bytes(text.encode())

    assert shell("move", "day", "2027-02-02").exit_code == 0
    assert (tmp_path / "events.yaml").read_bytes() == text.replace("2027-02-01", "2027-02-02").encode()


def test_a_thousand_events_with_comments_keep_all_lines_but_one(tmp_path: Path, shell: Any) -> None:
    text = many(1000)
    (tmp_path / "events.yaml").write_text(text)

    shell("move", "event-500", "2027-06-01")
    once = changed_lines(tmp_path, text)
    shell("fmt")

    assert ["-    when: 2027-01-25", "+    when: 2027-06-01"] == once
    assert once == changed_lines(tmp_path, text.rstrip("\n") + "\n")[:2]


@pytest.mark.parametrize(
    ("entry", "changes", "expected"),
    [
        ("- id: a\n  when:\n", {"when": "2027"}, "- id: a\n  when: 2027\n"),
        ("- {id: a, b: c}\n", {"b": None}, "- {id: a}\n"),
        ("- {b: c, id: a}\n", {"b": None}, "- {id: a}\n"),
        ("- id: a\n  source:\n    - x\n    # about x\n\n", {"source": ["y"]}, "- id: a\n  source: [y]\n    # about x\n\n"),
        ("- id: a\n  notes: >-\n    long\n    text\n  url: u\n", {"notes": "short"}, "- id: a\n  notes: short\n  url: u\n"),
        ("- id: a\n  url: u", {"when": "2027"}, "- id: a\n  when: 2027\n  url: u"),
        ("- id: a\n  when:   # soon\n    TBD\n", {"when": "2027"}, "- id: a\n  when: 2027   # soon\n"),
        ("- id: a\n  notes: >- # long\n    text\n", {"notes": "short"}, "- id: a\n  notes: short   # long\n"),
        ("- id: a\n  notes: short  # c\n", {"notes": "1\n2"}, "- id: a\n  notes: |-  # c\n    1\n    2\n"),
        ("- b: c\n  id: a\n", {"b": None}, "- id: a\n"),
        ("-   b: c\n    id: a\n    d: e\n", {"b": None}, "-   id: a\n    d: e\n"),
        ("- b: c\n  # about a\n  id: a\n", {"b": None}, "-\n  # about a\n  id: a\n"),
        ("- id: a\n  b: # x\n  - c   # d\n  # e\n", {"b": ["c", "f"]}, "- id: a\n  b: # x\n  - c   # d\n  - f\n  # e\n"),
        ("- {id: a, b: [c, # d\n   e]}\n", {"b": ["c", "e", "f"]}, "- {id: a, b: [c, # d\n   e, f]}\n"),
        ("- id: a\n  b: [ c ]\n", {"b": ["c"]}, "- id: a\n  b: [ c ]\n"),
    ],
)  # fmt: skip
def test_a_key_is_set_or_removed_in_any_layout(entry: str, changes: dict[str, Any], expected: str) -> None:
    assert expected == edit_entry(entry, changes)


def test_a_map_is_changed_key_by_key() -> None:
    entry = """\
- id: a
  notes:   # in two languages
    # ours
    en: |
      Text
      # Heading
  exceptions:
    # the fair
    2027-01-12: {when: 2027-01-13}   # in the garden
    2027-01-19: # ill
      notes: Sorry
    2027-01-26: {status: cancelled}
"""
    changes = {
        "exceptions": {
            "2027-01-05": {"status": "cancelled"},
            "2027-01-12": {"status": "cancelled", "when": "2027-01-13"},
            "2027-01-19": {"when": "TBD", "notes": "Sorry"},
        },
        "url": "u",
        "notes": {"en": "Text\n# Heading\n", "de": "Worte"},
    }

    changed = """\
- id: a
  notes:   # in two languages
    # ours
    en: |
      Text
      # Heading
    de: Worte
  exceptions:
    2027-01-05: {status: cancelled}
    # the fair
    2027-01-12: {status: cancelled, when: 2027-01-13}   # in the garden
    2027-01-19: # ill
      when: TBD
      notes: Sorry
  url: u
"""

    assert changed == edit_entry(entry, changes)


# fmt


def test_fmt_orders_keys_and_keeps_comments_with_them() -> None:
    text = (
        HEAD
        + """\
events:
- when: 2027-01-05/2027-01-06   # two days
  # the name
  title: A
  id: a
  notes: |-
    one
      two

- {when: 2027-02-01, title: B, id: b}
# the end
"""
    )
    assert (
        HEAD
        + """\
events:
  - id: a
    # the name
    title: A
    when: 2027-01-05/06   # two days
    notes: |-
      one
        two

  - {when: 2027-02-01, title: B, id: b}
# the end
"""
        == reformat(text)
    )


@pytest.mark.parametrize("text", [HEAD + EVENTS, many(30), HEAD + "events: []\n", HEAD + "include: [a.yaml]\n"])
def test_fmt_is_idempotent_and_keeps_the_meaning(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.yaml").write_text("events: []\n")
    once = reformat(text)

    assert once == reformat(once)
    found = []
    for version in (text, once):
        (tmp_path / "events.yaml").write_text(version)
        found.append(registry.read(tmp_path / "events.yaml"))
    assert found[0].events == found[1].events
    assert sorted(line.strip() for line in text.split("\n") if "#" in line) == sorted(
        line.strip() for line in once.split("\n") if "#" in line
    )


def test_fmt_leaves_keys_of_ones_own_in_their_order() -> None:
    text = HEAD + "events:\n  - x-b: c\n    id: a\n    x-a: d\n    title: A\n    when: 2027\n"

    assert "    when: 2027\n    x-b: c\n    x-a: d\n" in reformat(text)


def test_a_long_entry_in_braces_becomes_a_block() -> None:
    entry = f'  - {{when: 2027-02-01, title: "{"word " * 25}end", id: b}}\n'

    assert (
        f"  - id: b\n    title: {'word ' * 25}end\n    when: 2027-02-01\n"
        == reformat(HEAD + "events:\n" + entry)[len(HEAD + "events:\n") :]
    )


def test_trailing_blanks_go_where_they_mean_nothing() -> None:
    text = HEAD + "events:   \n  - id: a  \n    title: A\n    when: 2027  \n    notes: |\n      one  \n      two\n"

    assert "      one  \n" in reformat(text)
    assert "    title: A\n" in reformat(text.replace("one  \n", "one\n"))
    assert " \n" not in reformat(text.replace("one  \n", "one\n"))


def test_fmt_check_says_which_file_and_writes_nothing(tmp_path: Path, shell: Any) -> None:
    assert (1, "events.yaml: not in canonical form\n") == (
        (done := shell("fmt", "--check")).exit_code,
        done.stdout,
    )
    assert [] == changed_lines(tmp_path)
    assert 0 == shell("fmt").exit_code
    assert 0 == shell("fmt", "--check").exit_code


def test_fmt_split_gives_a_file_for_each_event(tmp_path: Path, shell: Any) -> None:
    before = registry.read(tmp_path / "events.yaml").events

    done = shell("fmt", "--split", "events/")

    assert 0 == done.exit_code, done.output
    assert ["day.yaml", "lunch.yaml", "off.yaml"] == sorted(path.name for path in (tmp_path / "events").iterdir())
    after = registry.read(tmp_path / "events.yaml")
    assert (set(before), ()) == (set(after.events), after.problems)
    assert "# with soup" in (tmp_path / "events/lunch.yaml").read_text()
    again = shell("fmt", "--split", "more/")
    assert (again.exit_code, "has no list of events" in again.stderr) == (1, True)


def test_a_date_of_a_series_that_moves_keeps_its_other_facts(tmp_path: Path, shell: Any) -> None:
    registry = tmp_path / "events.yaml"
    own = "{2027-01-12: {status: cancelled, place: Garden}}"
    registry.write_text(registry.read_text().replace("- id: lunch\n", f"- id: lunch\n    exceptions: {own}\n"))

    assert shell("move", "lunch", "2027-01-13 12:00", "--date", "2027-01-12").exit_code == 0
    assert "exceptions: {2027-01-12: {when: 2027-01-13 12:00, place: Garden}}" in registry.read_text()


def test_a_reason_is_behind_the_notes_of_its_date_and_asked_for_in_each_language(tmp_path: Path, shell: Any) -> None:
    registry = tmp_path / "events.yaml"
    own = "{2027-01-12: {place: Garden, notes: Bring a hat.}}"
    text = registry.read_text().replace("- id: lunch\n", f"- id: lunch\n    exceptions: {own}\n")
    registry.write_text(text.replace("id: off\n", "id: off\n    notes: {en: Soup, de: Suppe}\n"))

    assert shell("cancel", "lunch", "--date", "2027-01-12", "--reason", "Snow").exit_code == 0
    new = r'{2027-01-12: {status: cancelled, place: Garden, notes: "Bring a hat.\n\nSnow"}}'
    assert f"exceptions: {new}" in registry.read_text()
    refused = shell("cancel", "off", "--reason", "Snow")
    assert (refused.exit_code, "notes are in several languages" in refused.stderr) == (2, True)


DINNER = """\
  - id: dinner
    title: Dinner
    when: 2027-05-01
    milestones:
      # before it
      - {id: guests, title: Guests, kind: deadline, when: 1 week before start}   # by mail
      - id: boat
        title: Boat   # at the lake
        when: 2027-05-01 19:00
        milestones:
        - when: 1 day before start
          id: menu
          title: Menu
          notes: |-
            Fish.
  - {id: walk, title: Walk, when: 2027-05-02, part_of: boat}
"""


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        (
            ("move", "guests", "2027-04-20"),
            [
                "-      - {id: guests, title: Guests, kind: deadline, when: 1 week before start}   # by mail",
                "+      - {id: guests, title: Guests, kind: deadline, when: 2027-04-20}   # by mail",
            ],
        ),
        (("cancel", "boat", "--reason", "A storm."), ["+        status: cancelled", "+        notes: A storm."]),
        (
            ("cancel", "menu", "--reason", "No fish."),
            ["+          status: cancelled", "+", "+            No fish."],
        ),
        (
            ("edit", "boat", "id=ship"),
            [
                "-      - id: boat",
                "+      - id: ship",
                "+        formerly: [boat]",
                "-  - {id: walk, title: Walk, when: 2027-05-02, part_of: boat}",
                "+  - {id: walk, title: Walk, when: 2027-05-02, part_of: ship}",
            ],
        ),
    ],
)
def test_a_milestone_is_changed_where_it_stands_by_its_own_id(
    tmp_path: Path, shell: Any, words: tuple[str, ...], lines: list[str]
) -> None:
    before = HEAD + "events:\n" + DINNER
    (tmp_path / "events.yaml").write_text(before)

    assert shell(*words).exit_code == 0
    assert changed_lines(tmp_path, before) == lines


def test_fmt_split_keeps_the_comments_above_an_event_with_it(tmp_path: Path, shell: Any) -> None:
    shell("fmt", "--split", "events/")

    assert (tmp_path / "events/lunch.yaml").read_text().startswith("events:\n  # the first one\n  - id: lunch\n")
    assert "#" not in (tmp_path / "events/day.yaml").read_text().replace("# in braces", "")
    assert (tmp_path / "events/off.yaml").read_text().startswith("events:\n  # about the last one\n  - id: off\n")


def test_fmt_keeps_line_ends_and_has_nothing_to_do_again(tmp_path: Path, shell: Any) -> None:
    registry = tmp_path / "events.yaml"
    registry.write_bytes((HEAD + EVENTS).replace("\n", "\r\n").encode())

    assert shell("fmt").stdout == "events.yaml: written\n"
    assert shell("fmt").stdout == "1 file already in canonical form\n"
    assert registry.read_bytes().count(b"\r\n") == registry.read_bytes().count(b"\n")


@pytest.mark.parametrize(
    ("key", "text"), [("title", "[Draft] A day"), ("notes", "[map](https://example.org/map) and [way]")]
)
def test_a_text_may_begin_with_a_bracket(tmp_path: Path, shell: Any, key: str, text: str) -> None:
    assert shell("edit", "day", f"{key}={text}").exit_code == 0
    assert f'{key}: "{text}"' in (tmp_path / "events.yaml").read_text()


@pytest.mark.parametrize("new", ["2027-03-05", "2027-03-05/2027-03-06"])
def test_what_is_postponed_again_to_the_same_date_is_unchanged(tmp_path: Path, shell: Any, new: str) -> None:
    shell("move", "day", new, "--postponed")

    assert shell("move", "day", new, "--postponed").stdout == "events.yaml: day is unchanged\n"
    assert "was: 2027-02-01" in (tmp_path / "events.yaml").read_text()


@pytest.mark.parametrize("words", [("cancel", "lunch"), ("move", "lunch", "2027-05-01")])
def test_an_empty_date_of_a_series_is_not_the_series(tmp_path: Path, shell: Any, words: tuple[str, ...]) -> None:
    assert "write a day" in shell(*words, "--date", "").stderr
    assert [] == changed_lines(tmp_path)


def test_a_cancelled_deadline_keeps_the_date_before_it_was_extended(tmp_path: Path, shell: Any) -> None:
    deadline = "  - {id: papers, title: Papers, kind: deadline, when: 2027-05-04, was: 2027-04-04}\n"
    (tmp_path / "events.yaml").write_text(HEAD + EVENTS + deadline)

    assert shell("cancel", "papers").exit_code == 0
    assert "when: 2027-05-04, status: cancelled, was: 2027-04-04}" in (tmp_path / "events.yaml").read_text()


def test_a_date_of_no_event_is_refused_by_the_events_name(shell: Any) -> None:
    assert "there is no event 'lunhc', did you mean 'lunch'" in shell("cancel", "lunhc", "--date", "2027-01-12").stderr


def test_a_file_in_braces_is_named_and_hinders_no_change_elsewhere(tmp_path: Path, shell: Any) -> None:
    main = (HEAD + EVENTS).replace("events:\n", 'include: [talks.yaml]\n"events":\n')
    (tmp_path / "events.yaml").write_text(main)
    (tmp_path / "talks.yaml").write_text("events: [{id: talk, title: T, when: 2027}]\n")

    assert shell("move", "day", "2027-02-02").exit_code == 0
    assert "'talk' is not below `events:` in a layout that can be edited" in shell("cancel", "talk").stderr
    assert shell("fmt").stderr.startswith("eventcal: talks.yaml: the events here do not stand one below the other")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["fmt", "--split", "../parts"], "events go below the registry's folder"),
        (["fmt", "--split", "foreign"], "not UTF-8"),
        (["fmt", "--split", "a[1]"], "matches no file"),
        (["import", "in.csv", "--into", "foreign/"], "not UTF-8"),
        (["import", "in.csv", "--into", "list.yaml"], "list.yaml: the events here do not stand one below the other"),
        (["draft", "in.txt", "--into", "foreign/latin.yaml"], "foreign/latin.yaml: cannot be added to: 'utf-8'"),
        (["draft", "in.txt", "--into", "list.yaml"], "list.yaml: cannot be added to: the events here"),
        (["draft", "in.txt", "--into", "words.yaml"], "words.yaml:"),
    ],
)
def test_a_file_that_the_registry_could_not_read_is_not_written(
    tmp_path: Path, shell: Any, words: list[str], told: str
) -> None:
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign/latin.yaml").write_bytes(b"events: [{id: x, title: F\xeate, when: 2027}]\n")
    (tmp_path / "list.yaml").write_text("events: [{id: x, title: X, when: 2027}]\n")
    (tmp_path / "words.yaml").write_text("only words\n")
    (tmp_path / "in.csv").write_text("title,when\nTalk,2027-05-01\n")
    (tmp_path / "in.txt").write_text("The Summit of Readers takes place on 16 September 2027 in Berlin.\n")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.yaml")}

    done = shell(*words)

    assert done.exit_code in (1, 2)
    assert told in done.stderr
    assert before == {path: path.read_bytes() for path in tmp_path.rglob("*.yaml")}


def test_an_import_below_a_folder_that_is_included_is_included_too(tmp_path: Path, shell: Any) -> None:
    (tmp_path / "parts/deep").mkdir(parents=True)
    (tmp_path / "parts/a.yaml").write_text("events: []\n")
    (tmp_path / "events.yaml").write_text((HEAD + EVENTS).replace("events:\n", "include: [parts/*.yaml]\nevents:\n"))
    (tmp_path / "in.csv").write_text("title,when\nTalk,2027-05-01\n")

    assert shell("import", "in.csv", "--into", "parts/deep/new.yaml").exit_code == 0
    assert "talk" in [event.id for event in registry.read(tmp_path / "events.yaml").events]
