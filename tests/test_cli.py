"""The command line as a person meets it: what it prints, how it ends, and that no mistake shows a traceback."""

from __future__ import annotations

import json
import os
import pkgutil
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

import eventcal.cli
from eventcal import edition_problems
from eventcal.cli import cli
from eventcal.cli.commands import COMMANDS, SYNONYMS
from eventcal.cli.completion import complete_event_id
from eventcal.cli.group import COMMAND_MODULES, format_count
from eventcal.cli.inputs import write_texts
from eventcal.ledger_rows import CircuitBreaker, NewDelivery
from eventcal.registry import read
from eventcal.states import DeliveryKind, SubscriptionOrigin
from eventcal.store import Connection, Store, edition_store, open_store, recipients
from eventcal.store.ledger import delivery_rows, health
from eventcal.store.tables import delivery
from eventcal.web.snapshots import SnapshotPoller
from eventcal.words import LANGUAGES

from .factories import fail_to_draw
from .world import World

ROOT = Path(__file__).parent.parent
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def call(*words: str, code: int = 0) -> Result:
        result = CliRunner().invoke(cli, words)
        assert code == result.exit_code, result.output
        assert "Traceback" not in result.output
        return result

    return call


@pytest.fixture
def seed(run: Run, tmp_path: Path) -> Run:
    shutil.copy(ROOT / "events.yaml", tmp_path)
    return run


def command_called(name: str) -> click.Command:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None, name
    return command


@pytest.mark.parametrize("name", sorted(COMMAND_MODULES))
def test_every_command_has_a_help_with_an_example(name: str, run: Run) -> None:
    if isinstance(command_called(name), click.Group):
        return
    assert f"eventcal {name}" in run(name, "--help").stdout.partition("Examples:")[2]


def test_a_registry_begins_without_a_problem_and_grows_by_add(run: Run) -> None:
    run("init", "--timezone", "Europe/Berlin")
    run(
        "add",
        "Press briefing",
        "2027-03-04 10:00",
        "--tag",
        "press",
        "--reminder",
        "1 day before",
        "--notes",
        "With: a colon",
    )

    assert "1 event (1 with a day), no problems" in run("check").stdout
    assert "Thu, 4 Mar 2027, 10:00  Press briefing" in run("next", "--from", "2027-01-01").stdout
    assert json.loads(Path("events.schema.json").read_text(encoding="utf-8"))["type"] == "object"


def test_a_deadline_of_an_event_is_added_as_one(run: Run) -> None:
    run("init", "--timezone", "Europe/Berlin")
    run("add", "Hearing", "2099-03-04 10:00")
    added = run("add", "Papers", "2 weeks before start", "--kind", "deadline", "--part-of", "hearing").stdout
    assert "Wednesday, 18 February 2099" in added
    assert "Deadline: Papers" in run("feed").stdout
    assert "part of     hearing" in run("show", "papers").stdout
    assert "no event has the id 'hering'" in run("add", "Talk", "2099-03-04", "--part-of", "hering", code=2).stderr


def test_init_and_add_leave_alone_what_is_there(run: Run) -> None:
    run("init")
    before = Path("events.yaml").read_bytes()

    assert "already exists" in run("init", code=1).stderr
    assert "September has 30 days" in run("add", "Bad", "2021-09-31", code=2).stderr
    assert "no id can be made" in run("add", "!?", "2021-09", code=1).stderr
    assert before == Path("events.yaml").read_bytes()


def test_check_ends_with_2_and_gives_each_problem_its_place_in_three_forms(run: Run) -> None:
    Path("events.yaml").write_text(
        "version: 1\ncalendar: {id: a, name: A, timezone: UTC}\nevents:\n  - {id: a, tittle: A, when: 2021-13}\n",
        encoding="utf-8",
    )

    lines = run("check", code=2).stdout.splitlines()
    assert [line.split(" ")[0] for line in lines] == ["events.yaml:4:13:", "events.yaml:4:30:"]
    assert [4, 4] == [each["line"] for each in json.loads(run("check", "--format", "json", code=2).stdout)]
    assert run("check", "--format", "github", code=2).stdout.startswith("::error file=events.yaml,line=4,col=13::")


def test_next_never_gives_a_period_as_certain(seed: Run) -> None:
    found = json.loads(seed("next", "--from", "2021-08-20", "-n", "3", "--json").stdout)

    assert ["peaceful-mission-2021", "summit-2021", "pabby-antiterror-2021"] == [each["id"] for each in found]
    assert "September 2021 (date to be confirmed)" == found[0]["words"]


def test_next_gives_programs_the_instant_of_each_date_of_a_series(seed: Run) -> None:
    with Path("events.yaml").open("a") as file:
        file.write(
            "  - {id: call, title: Call, when: 2021-10-05 10:00/11:00, repeat: every week, place: Online, tags: [a]}\n"
        )

    second = json.loads(seed("next", "--from", "2021-10", "--tag", "a", "-n", "2", "--json").stdout)[1]
    assert (second["recurrence"], second["starts_at"], second["ends_at"]) == (
        "2021-10-12",
        "2021-10-12T05:00:00Z",
        "2021-10-12T06:00:00Z",
    )
    assert (second["timezone"], second["first_day"], second["place"]) == ("Asia/Dushanbe", "2021-10-12", "Online")


def test_show_says_the_date_its_reminders_and_its_source_and_helps_with_a_slip(seed: Run) -> None:
    shown = seed("show", "summit-2021").stdout

    for words in (
        "Thursday 16 September – Friday 17 September 2021",
        "the day before at 18:00 (Wed 2021-09-15 18:00)",
        "scheduled for September 16-17, 2021 in Dushanbe",
    ):
        assert words in shown
    assert "did you mean 'summit-2021'?" in seed("show", "sumit-2021", code=1).stderr


def test_a_new_registry_publishes_no_example_and_has_the_head_that_was_asked_for(run: Run, tmp_path: Path) -> None:
    run("init", "desk", "--name", 'Desk "A"', "--id", "desk.example", "--timezone", "Asia/Dushanbe", "--language", "ru")

    loaded = read(tmp_path / "desk" / "events.yaml")
    assert (loaded.events, loaded.problems, "first-event" in (tmp_path / "desk/events.yaml").read_text()) == (
        (),
        (),
        True,
    )
    assert loaded.calendar is not None
    assert (loaded.calendar.id, loaded.calendar.name.in_language("ru")) == ("desk.example", 'Desk "A"')
    run("init", "bare", "--empty")
    assert "first-event" not in (tmp_path / "bare/events.yaml").read_text()
    assert "small letters" in run("init", "other", "--id", "A b", code=1).stderr
    assert not (tmp_path / "other").exists()


def test_add_says_what_it_understood_and_proposes_an_id_where_one_is_taken(run: Run) -> None:
    run("init", "--timezone", "Europe/Berlin")

    added = run("add", "Briefing", "2099-03-04 10:00").stdout
    assert "Wednesday, 4 March 2099, 10:00 (Berlin" in added
    assert "reminder the day before at 18:00: Tue 2099-03-03 18:00" in added
    assert (
        "reminder 1 week before at 09:00: Sat 1998-09-05 09:00, which is past" in run("add", "Old", "1998-09-12").stdout
    )
    assert "add --id briefing-2" in run("add", "Briefing", "2099-04", code=1).stderr
    assert "added briefing-2" in run("add", "Briefing", "2099-04", "--id", "briefing-2").stdout
    assert "add --id briefing-3" in run("add", "Briefing", "2099-04", code=1).stderr


@pytest.mark.parametrize(
    ("title", "name"), [("会议", "huiyi"), ("Встреча, щука", "vstrecha-shchuka"), ("Größe", "grosse")]
)
def test_a_title_in_any_script_gives_an_id(run: Run, title: str, name: str) -> None:
    run("init")

    assert f"added {name}" in run("add", title, "2099-09").stdout


def test_show_and_next_have_all_that_an_event_says(run: Run) -> None:
    run("init", "--timezone", "Europe/Berlin")
    Path("events.yaml").write_text(
        Path("events.yaml").read_text().partition("events:")[0]
        + """events:
- id: meeting
  title: Meeting
  when: 2099-09-16
  series: Meetings
  organizer: {name: Desk, url: "https://a.example/desk"}
  language: [en, ru]
  image: https://a.example/poster.png
  links: {programme: "https://a.example/programme"}
  x-room: "12"
  milestones: [{id: papers, title: Papers, kind: deadline, when: 1 week before start}]
"""
    )
    shown = run("show", "meeting").stdout

    for line in (
        "series      Meetings",
        "organizer   Desk, https://a.example/desk",
        "language    English, Russian",
        "image       https://a.example/poster.png",
        "link        programme: https://a.example/programme",
        "x-room      12",
        "part        papers: until Wednesday, 9 September 2099",
    ):
        assert line in shown
    assert "until Wed, 9 Sep 2099" in run("next").stdout


def test_a_series_shows_its_coming_dates_and_when_it_reminds(seed: Run) -> None:
    shown = seed("show", "founding").stdout
    fields = json.loads(seed("show", "founding", "--json").stdout)

    assert shown.count("coming  ") == len(fields["coming"]) == 5
    year = int(fields["coming"][0]["recurrence"][:4])
    assert fields["coming"][0]["reminders"] == [
        {"lead": "1 week before at 09:00", "at": f"{year}-06-08T04:00:00+00:00"}
    ]
    assert f"{year}-06-08 09:00" in shown


@pytest.mark.parametrize("words", [("next",), ("show", "summit-2021"), ("feed",), ("preview", "summit-2021")])
def test_a_language_that_nothing_is_written_in_is_refused_with_those_there_are(
    seed: Run, words: tuple[str, ...]
) -> None:
    result = seed(*words, "--lang", "tlh", code=1)

    assert "--lang: nothing is written in 'tlh'; choose one of ar, de, en, es, ru, zh" in result.output.replace(
        "\n", " "
    )
    seed(*words, "--lang", "zh-Hans")


def test_next_and_feed_take_the_filters_of_every_other_surface(seed: Run) -> None:
    listed = json.loads(seed("next", "--from", "2021-09", "--to", "2021", "--tag", "exercise", "--json").stdout)
    assert [item["id"] for item in listed] == ["peaceful-mission-2021", "pabby-antiterror-2021"]
    assert [item["id"] for item in json.loads(seed("next", "--from", "2021", "--place", "PK", "--json").stdout)] == [
        "pabby-antiterror-2021"
    ]
    feed = seed("feed", "--without-tag", "exercise", "-q", "summit").stdout
    assert (feed.count("BEGIN:VEVENT"), "UID:summit-2021@" in feed) == (1, True)
    assert len(json.loads(seed("feed", "--format", "json", "--tag", "exercise").stdout)["events"]) == 2
    assert "is none of span, all" in seed("feed", "--imprecise", "maybe", code=2).stderr
    assert "no upcoming events match" in seed("next", "--tag", "nosuch").stdout


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("explain", "2021-09-16 10:00", "30 minutes before", "--timezone", "Asia/Dushanbe"), 0, "2021-09-16 09:30 +05"),
        (("explain", "2021-09-16 10:00", "30 minutes before", "--timezone", "floating"), 0, "30 minutes before: 2021-09-16 09:30\n"),
        (("explain", "2021-09-16 10:00", "--timezone", "floating"), 0, "10:00 (local time, wherever you are)"),
        (("explain", "2021-09", "30 minutes before"), 0, "never: the event has no start time"),
        (("explain", "2021-09", "on change"), 0, "sent when it happens"),
        (("explain", "every week", "--from", "2021-09-16"), 0, "Thu 2021-09-23"),
        (("explain", "every week"), 2, "add --from"),
        (("explain", "FREQ=WEEKLY;BYDAY=MO", "--from", "2021-09-20"), 0, "Mon 2021-09-27"),
        (("explain", "RRULE:FREQ=WEEKLY;BYDAY=MO", "--from", "2021-09-20"), 0, "every week on Mon"),
        (("explain", "FREQ=YEARLY;BYMONTHDAY=1", "--from", "2021-09-01"), 0, "in feeds    FREQ=MONTHLY;BYMONTHDAY=1"),
        (("explain", "FREQ=YEARLY;BYDAY=20MO", "--from", "2021-05-17"), 0, "in feeds    the dates of last year"),
        (("explain", "FREQ=YEARLY;BYDAY=20MO", "--from", "2021-05-17"), 0, "misread by  ical.js (Thunderbird, Nextcloud Calendar), as FREQ=YEARLY;BYDAY=MO: also 2021-05-24, 2021-05-31"),
        (("explain", "FREQ=YEARLY;BYMONTHDAY=1", "--from", "2021-09-01"), 0, "libical (Evolution, GNOME Calendar), as FREQ=YEARLY;BYMONTHDAY=1;BYMONTH=9: not 2021-10-01"),
        (("explain", "FREQ=YEARLY;BYMONTH=3,9;BYDAY=MO;BYSETPOS=1", "--from", "2027-03-01"), 0, "Calendar), as FREQ=MONTHLY;BYMONTH=3,9;BYDAY=MO;BYSETPOS=1: also 2027-09-06"),
        (("explain", "FREQ=YEARLY", "--from", "2028-02-29"), 0, "ical.js (Thunderbird, Nextcloud Calendar), as FREQ=YEARLY;BYYEARDAY=60: also 2029-03-01"),
        (("explain", "FREQ=YEARLY;BYYEARDAY=1;BYMONTH=1", "--from", "2027-01-01"), 0, "libical (Evolution, GNOME Calendar): no date: it refuses the rule"),
        (("explain", "FREQ=MONTHLY;BYDAY=1MO,TU", "--from", "2027-03-01"), 2, "BYDAY numbers all of its days or none"),
        (("explain", "every year on Easter", "--from", "2021-04-04"), 0, "Sun 2022-04-17"),
        (("explain", "FREQ=HOURLY", "--from", "2021-09-20"), 2, "one start a day at most"),
        (("explain", "FREQ=WEEKLY"), 2, "add --from"),
        (("explain", "weekly", "--from", "2021-09-16"), 2, "every week"),
        (("explain", "mid September"), 2, "such as early 2021-09"),
        (("explain", "1 week bfore"), 2, "'1 week bfore': did you mean 1 week before?"),
        (("explain", "2 weeks"), 2, "did you mean 2 weeks before?"),
        (("explain", "on the day at 8"), 2, "did you mean on the day at 08:00?"),
        (("explain", "a day after"), 2, "nothing is sent after the date"),
        (("explain", "1 week before"), 2, 'a reminder needs its date: eventcal explain 2021-09-16 "1 week before"'),
        (("explain", "after 2021-09-16"), 2, "write from 2021-09-17"),
        (("explain", "6 weeks before start"), 0, "counted from the start of another event, and moves with it"),
        (("explain", "6 weeks before start"), 0, "add --of with the date of the other event"),
        (("explain", "1 day after end", "--of", "2027-09-16/17"), 0, "first day   2027-09-18"),
        (("explain", "6 weeks before start", "--of", "2027-09"), 0, "21 July – 19 August 2027"),
        (("explain", "1 week before start", "on the day at 08:00", "--of", "2027-09-16"), 0, "2027-09-09 08:00 UTC"),
        (("explain", "2 hours before start", "--of", "2027-09-16"), 2, "has no hour; count days"),
        (("explain", "6 weeks before the start at noon"), 2, "is written 6 weeks before start"),
        (("explain", "2027", "--of", "2027"), 2, "counted from another event, which '2027' is not"),
        (("explain", "1. September"), 2, "a year is missing: write YYYY-09-01"),
        (("explain", "2021-09-16", "--timezone", "Europe/Berln"), 2, "did you mean Europe/Berlin"),
    ],
)  # fmt: skip
def test_explain_says_what_is_meant_or_how_to_write_it(run: Run, words: tuple[str, ...], code: int, said: str) -> None:
    assert said in run(*words, code=code).output


def test_explain_gives_a_program_the_same_as_a_person(run: Run) -> None:
    date = json.loads(run("explain", "2021-09-16 10:00", "30 minutes before", "on change", "--json").stdout)
    assert (date["when"], date["first_day"], date["last_day"]) == ("2021-09-16 10:00", "2021-09-16", "2021-09-16")
    assert date["words"].keys() == set(LANGUAGES)
    assert date["reminders"] == [{"lead": "30 minutes before", "at": "2021-09-16T09:30:00+00:00"}]
    rule = json.loads(run("explain", "every week 2 times", "--from", "2021-09-16", "--json").stdout)
    assert (rule["rrule"], rule["dates"]) == ("FREQ=WEEKLY;UNTIL=20210923", ["2021-09-16", "2021-09-23"])
    assert json.loads(run("explain", "1 day after end", "--json").stdout) == {
        "relative": "1 day after end", "counts_from": "end",
    }  # fmt: skip


WRITERS = {
    "init", "add", "import", "fmt", "edit", "move", "cancel", "publish", "build", "send-test", "retry", "pause", "resume", "bounce",
    "serve", "backup", "restore", "rotate-key", "upgrade", "export", "remove", "web", "scheduler", "worker",
}  # fmt: skip
OTHER_FORMS = {"draft": "YAML", "propose": "Markdown", "preview": "a mail", "schema": "JSON", "completion": "a script"}


def test_every_command_that_reads_has_a_form_for_programs() -> None:
    main_commands = {name: command_called(name) for name in COMMAND_MODULES}
    groups = [command.commands for command in main_commands.values() if isinstance(command, click.Group)]
    commands = {
        name: command
        for group in (main_commands, *groups)
        for name, command in group.items()
        if not isinstance(command, click.Group) and name not in WRITERS | OTHER_FORMS.keys()
    }

    without = [
        name
        for name, command in commands.items()
        if not any("json" in str(parameter.to_info_dict()) for parameter in command.params)
    ]
    assert without == []
    assert {"check", "next", "show", "explain", "todo", "diff", "status", "why", "list"} <= commands.keys()


@pytest.mark.parametrize(
    ("word", "meant"), [("chek", "check"), ("list", "next"), ("serch", "next --search"), ("subscriber", "subscribers")]
)
def test_an_unknown_command_names_the_one_that_is_meant(run: Run, word: str, meant: str) -> None:
    assert f"no command '{word}', did you mean '{meant}'?" in run(word, code=2).stderr


def test_what_other_words_stand_for_is_a_command() -> None:
    assert {name.split()[0] for name in SYNONYMS.values()} <= COMMAND_MODULES.keys()
    assert not SYNONYMS.keys() & COMMAND_MODULES.keys()


def test_next_says_a_status_in_the_readers_language_and_its_columns_are_straight(run: Run) -> None:
    run("init", "--language", "zh")
    run("add", "理事会会议", "2099-01-05", "--status", "tentative")
    run("add", "AI", "2099-01-06")

    assert run("next").stdout.splitlines() == [
        "2099年1月5日周一  理事会会议 (暂定)  lishihuihuiyi",
        "2099年1月6日周二  AI                 ai",
    ]


def test_next_takes_ids_and_lists_as_undated_what_has_its_date_to_come(run: Run) -> None:
    run("init")
    for name, when in (("Open", "TBD"), ("Never", "none"), ("Past", "past"), ("Off", "TBD"), ("Day", "2099-01-05")):
        run("add", name, when)
    run("cancel", "off")

    listed = run("next").stdout.splitlines()
    assert (listed[-2], listed[-1]) == ("Mon, 5 Jan 2099  Day  day", "no date yet: Open"), "however far it is"
    assert run("next", "--from", "2099", "--id", "day", "--id", "never").stdout.rstrip() == "Mon, 5 Jan 2099  Day  day"
    assert run("next", "--from", "9999-12-31").stdout == "no upcoming events\nno date yet: Open\n"

    run("add", "Rare", "2090-04-01")
    run("edit", "rare", "repeat=every 12 years")
    assert run("next", "--from", "2091", "-n", "3").stdout.splitlines()[:3] == [
        "Mon, 5 Jan 2099  Day   day",
        "Sat, 1 Apr 2102  Rare  rare",
        "Sun, 1 Apr 2114  Rare  rare",
    ]
    assert run("next", "--from", "2100", "--to", "2113").stdout.splitlines()[:2] == [
        "Sat, 1 Apr 2102  Rare  rare",
        "no date yet: Open",
    ]


SERIES = """
- id: nights
  title: "{nth} club night"
  when: 2097-01-05 19:00/22:00
  repeat: every year
  place: Berlin
  reminders: [1 week before at 09:00]
  exceptions:
    2098-01-05: {status: cancelled}
    2099-01-05: {title: Special night, place: Paris}
    2100-01-05: {when: 2100-01-09 19:00}
- {id: put-off, title: Put off, when: TBD, status: postponed, was: 2099-03-01}
"""


def test_show_counts_years_and_marks_what_is_different_of_each_date(
    run: Run, write_registry: Callable[..., Path]
) -> None:
    write_registry(SERIES)

    lines = run("show", "nights").stdout.splitlines()
    assert lines[0] == "Club night"
    assert [line.split()[0] for line in lines[2:]] == [
        "when", "as", "status", "place", "repeats", "coming", "coming", "coming", "coming", "coming", "reminder",
    ]  # fmt: skip
    assert [line.partition(") ")[2] or line.partition("): ")[2] for line in lines[7:10]] == [
        "(cancelled): 1st club night", "Special night, Paris", "3rd club night",
    ]  # fmt: skip
    assert lines[-1] == "reminder    1 week before at 09:00 (Mon 2098-12-29 09:00)"
    coming = json.loads(run("show", "nights", "--json").stdout)["coming"]
    assert [bool(date["reminders"]) for date in coming[:2]] == [False, True]
    assert "was         Sunday, 1 March 2099" in run("show", "put-off").stdout


def test_every_command_that_the_runbook_names_runs_as_it_is_written(run: Run) -> None:
    runbook = (Path(__file__).parents[1] / "docs" / "operate.md").read_text(encoding="utf-8")
    commands = {" ".join(words.split()) for words in re.findall(r"`eventcal ([^`]+)`", runbook)}
    assert len(commands) > 10
    run("init")
    run("publish")
    for command in sorted(commands - {"serve", "worker", "restore FILE", "send-test CHANNEL"}):
        run(*command.removesuffix(" [CHANNEL]").split())


@pytest.mark.parametrize("words", [("status",), ("deliveries",), ("subscribers",), ("retry", "--all"), ("rotate-key",)])
def test_a_registry_that_is_missing_is_said_with_the_remedy(run: Run, words: tuple[str, ...]) -> None:
    said = run(*words, code=1).stderr

    assert said == (
        "eventcal: events.yaml: no such file; name the registry with --registry, or make one with `eventcal init`\n"
    )


@pytest.mark.parametrize(
    "words", [("db", "upgrade"), ("publish",), ("build", "site"), ("serve",), ("scheduler",), ("restore", "a.db"), ("backup", "b.db")], ids=" ".join
)  # fmt: skip
def test_no_command_makes_a_store_beside_a_registry_that_is_missing(run: Run, words: tuple[str, ...]) -> None:
    Path("a.db").touch()

    said = run(*words, "--registry", "mistyped/evnts.yaml", code=1).stderr

    assert said.startswith("eventcal: mistyped/evnts.yaml: no such file; name the registry with --registry")
    assert not Path("mistyped").exists()

    Path("folder").mkdir()
    said = run(*words, "--registry", "folder", code=1).stderr

    assert said == "eventcal: folder: a folder or a device; name the file, such as events.yaml\n"
    assert not Path(".eventcal").exists()


def test_status_names_a_disk_that_is_full(seed: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    seed("publish")
    monkeypatch.setattr(Store, "disk_problem", lambda store: "the store's disk is full")

    said = seed("status", code=1).stdout
    assert "attention  the store's disk is full: edits and sent messages are recorded once it takes them" in said


def test_status_names_a_registry_that_went_away(seed: Run) -> None:
    seed("publish")
    Path("events.yaml").unlink()

    said = seed("status", code=1).stdout
    assert [line for line in said.splitlines() if line.startswith("attention")] == [
        "attention  events.yaml: no such file; name the registry with --registry, or make one with `eventcal init`"
    ]
    assert "`eventcal init` makes one" in seed("fmt", code=2).stderr


@pytest.mark.parametrize(
    ("count", "shown"),
    [((1, "address", "addresses"), "1 address"), ((0, "file"), "0 files"), ((2, "event"), "2 events")],
)
def test_a_count_has_its_noun_in_the_right_number(count: tuple[Any, ...], shown: str) -> None:
    assert format_count(*count) == shown


def test_the_feed_has_the_five_events_three_of_them_as_marked_spans(seed: Run) -> None:
    feed = seed("feed").stdout_bytes.decode()

    assert feed.endswith("END:VCALENDAR\r\n")
    uids = {line for line in feed.splitlines() if line.startswith("UID:")}
    assert {
        f"UID:{each}@sco-watch"
        for each in ("founding", "secretaries-16", "summit-2021", "peaceful-mission-2021", "pabby-antiterror-2021")
    } == uids
    assert 3 == sum(
        line.startswith(
            ("SUMMARY:[Sep 2021\\, day not known]", "SUMMARY:[Oct 2021\\, day not known]", "SUMMARY:[unconfirmed]")
        )
        for line in feed.splitlines()
    )


def test_an_edition_is_published_once_and_the_feed_is_then_the_same_bytes(seed: Run) -> None:
    assert "edition 1 published: 5 events" in seed("publish").stdout
    feed = seed("feed").stdout_bytes

    assert "no changes: edition 1 stays" in seed("publish").stdout
    assert feed == seed("feed").stdout_bytes


def test_publishing_what_has_problems_ends_with_2_and_the_last_edition_stands(seed: Run) -> None:
    seed("publish")
    feed = seed("feed").stdout_bytes
    Path("events.yaml").write_text("version: 1\n", encoding="utf-8")

    assert "edition 1 stays" in seed("publish", code=2).output
    assert feed == seed("feed").stdout_bytes
    assert "the calendar file has errors" in seed("status", code=1).stdout


def test_the_ledgers_commands_say_where_it_comes_from_when_there_is_none(seed: Run) -> None:
    for words in (("status",), ("deliveries",), ("deliveries", "--balance"), ("pause",), ("retry", "--all")):
        assert "nothing was published from events.yaml yet" in seed(*words, code=1).stderr


def test_a_new_calendar_has_no_deliveries_and_they_balance(seed: Run) -> None:
    seed("publish")

    assert "none" in seed("deliveries").stdout
    assert "no deliveries yet" in seed("deliveries", "--balance").stdout


@pytest.fixture
def with_log_channel(seed: Run) -> Run:
    seed("publish")
    recipient = recipients.ConfiguredRecipient(SubscriptionOrigin.CONFIG, "log", "", "")
    with open_store("sqlite:///.eventcal/eventcal.db").write() as conn:
        recipients.sync_configured(conn, [recipient], datetime.now(UTC))
    return seed


def test_a_pause_is_seen_and_undone(with_log_channel: Run) -> None:
    with_log_channel("pause", "log")

    assert "log is paused: `eventcal resume log`" in with_log_channel("status", code=1).stdout
    assert ["log"] == json.loads(with_log_channel("status", "--json", code=1).stdout)["paused"]
    assert "sending resumed: log" in with_log_channel("resume", "log").stdout
    assert "was not paused" in with_log_channel("resume", "log").stdout


def test_the_channel_of_those_who_sign_up_is_paused_by_its_name(seed: Run) -> None:
    seed("publish")

    assert [seed(word, "email").stdout for word in ("pause", "resume")] == [
        "paused email\n",
        "sending resumed: email\n",
    ]


@pytest.mark.parametrize("word", ["pause", "resume"])
def test_a_pause_of_no_channel_names_those_that_there_are(with_log_channel: Run, word: str) -> None:
    said = with_log_channel(word, "nonsense", code=1).stderr

    assert "no channel 'nonsense'; channels: email, log, webpush" in said


def test_what_is_still_paused_is_named_when_all_channels_resume(with_log_channel: Run) -> None:
    with_log_channel("pause")
    assert "sending is paused: `eventcal resume`" in with_log_channel("status", code=1).stdout
    with_log_channel("pause", "log")

    still_paused = "still paused: log: `eventcal resume log`\n"
    assert with_log_channel("resume").stdout == f"sending resumed: all channels\n{still_paused}"
    assert with_log_channel("resume").stdout == f"sending was not paused\n{still_paused}"


def test_a_number_that_is_no_dead_delivery_is_named_and_not_counted_as_retried(seed: Run, tmp_path: Path) -> None:
    seed("publish")
    (tmp_path / "eventcal.toml").write_text(
        '[[channels]]\nname = "hook"\ntype = "webhook"\nurl = "http://127.0.0.1:9/"\n', encoding="utf-8"
    )
    seed("send-test", "hook", code=1)

    result = seed("retry", "99", "1", code=1)

    assert result.stdout == "0 requeued\n"
    assert "not dead: 99 is unknown, 1 is a test" in result.stderr
    assert seed("retry", "--all").stdout == "0 requeued\n"


def test_what_waits_for_its_next_try_is_retried_by_its_number_and_with_all(seed: Run) -> None:
    seed("publish")
    seed("send-test", "log")
    later = "UPDATE delivery SET kind = 'reminder', state = 'retry', settled_at = NULL, not_before = 9999999999999"
    for words in (("retry", "1"), ("retry", "--all")):
        with open_store("sqlite:///.eventcal/eventcal.db").write() as conn:
            conn.exec_driver_sql(later)
        assert seed(*words).stdout == "1 requeued\n"
    assert seed("retry", "--all").stdout == "0 requeued\n"  # it is due


@pytest.mark.parametrize("words", [("config",), ("serve", "--port", "8199")])
def test_every_channel_that_cannot_be_built_is_named_with_its_cause(
    seed: Run, tmp_path: Path, words: tuple[str, ...]
) -> None:
    addresses = {"a": "https://x.example", "b": "https://x.example", "c": "https://user@x.example"}
    keys = {"a": 'secret = "whsec_!"', "b": 'body = "{"', "c": ""}
    text = "".join(
        f'[[channels]]\nname = "{name}"\ntype = "webhook"\nurl = "{address}"\n{keys[name]}\n'
        for name, address in addresses.items()
    )
    (tmp_path / "eventcal.toml").write_text(text, encoding="utf-8")

    said = seed(*words, code=2).stderr
    assert [line.removeprefix("eventcal: ").partition(":")[0] for line in said.splitlines()] == [
        "channel 'a'", "channel 'b'", "channel 'c'",
    ]  # fmt: skip


def test_octets_that_are_not_utf_8_in_a_setting_are_named(seed: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENTCAL_SECRET_KEY", "\udcff")

    assert "EVENTCAL_SECRET_KEY: not UTF-8" in seed("config", code=2).stderr


def test_a_test_is_kept_where_there_is_a_store_and_a_failed_one_needs_nobody_afterwards(
    seed: Run, tmp_path: Path
) -> None:
    (tmp_path / "eventcal.toml").write_text(
        '[[channels]]\nname = "hook"\ntype = "webhook"\nurl = "http://127.0.0.1:9/"\n', encoding="utf-8"
    )
    seed("send-test", "hook", code=1)
    seed("publish")
    assert "private address" in seed("send-test", "hook", code=1).stdout
    assert "dead" in seed("deliveries", "--kind", "test").stdout
    assert "test: 1 created = 0 sent + 1 dead" in seed("deliveries", "--balance").stdout
    seed("status")


@pytest.mark.parametrize(
    ("silent", "advice"), [(False, "`eventcal deliveries --state open`"), (True, "is `eventcal serve` running?")]
)
def test_status_asks_for_the_process_only_where_it_is_silent(
    seed: Run, tmp_path: Path, silent: bool, advice: str
) -> None:
    seed("publish")
    now = datetime.now(UTC)
    store = open_store(f"sqlite:///{tmp_path / '.eventcal' / 'eventcal.db'}")
    hour_ago = now - timedelta(hours=1)
    overdue = NewDelivery("k", DeliveryKind.ALARM, None, "log", "", hour_ago, now + timedelta(hours=1))  # type: ignore[arg-type]
    with store.write() as conn:
        health.record_tick(conn, hour_ago if silent else now)
        delivery_rows.insert_deliveries(conn, [overdue], hour_ago)
    store.close()

    (warning,) = json.loads(seed("status", "--json", code=1).stdout)["needs_a_person"]
    assert warning.startswith("deliveries overdue since ")
    assert warning.endswith(advice)


@pytest.mark.parametrize(
    ("break_it", "condition"),
    [
        (
            lambda conn, now: conn.execute(delivery.update().values(due_at=now - timedelta(hours=1))),
            "deliveries are overdue",
        ),
        (lambda conn, now: conn.execute(delivery.update().values(state="dead")), "deliveries are dead"),
        (lambda conn, now: health.pause(conn, "log"), "sending is paused"),
        (
            lambda conn, now: health.save_breaker(conn, CircuitBreaker("smtp://relay", failures=5, open_until=now)),
            "a destination is not responding",
        ),
        (
            lambda conn, now: edition_store.write_feed_conditions(conn, 1, ["the feed cannot be rendered"]),
            "the feed cannot be rendered",
        ),
    ],
)
def test_status_and_readiness_know_the_same(
    seed: Run, tmp_path: Path, break_it: Callable[[Connection, datetime], object], condition: str
) -> None:
    seed("publish")
    now = datetime.now(UTC)
    store = open_store(f"sqlite:///{tmp_path / '.eventcal' / 'eventcal.db'}")
    waiting = NewDelivery("k", DeliveryKind.ALARM, None, "log", "", now, now + timedelta(hours=1))  # type: ignore[arg-type]
    with store.write() as conn:
        health.record_tick(conn, now)
        delivery_rows.insert_deliveries(conn, [waiting], now)
    assert SnapshotPoller(store).refresh().degraded == ()
    assert json.loads(seed("status", "--json").stdout)["needs_a_person"] == []

    with store.write() as conn:
        break_it(conn, now)

    assert SnapshotPoller(store).refresh().degraded == (condition,)
    assert len(json.loads(seed("status", "--json", code=1).stdout)["needs_a_person"]) == 1
    store.close()


def test_status_says_when_no_pass_comes_by_any_more(seed: Run, tmp_path: Path) -> None:
    seed("publish")
    store = open_store(f"sqlite:///{tmp_path / '.eventcal' / 'eventcal.db'}")
    with store.write() as conn:
        health.record_tick(conn, datetime.now(UTC))
    advice = "is `eventcal serve` running, and can it write?"
    assert "last tick" in seed("status").stdout
    with store.write() as conn:
        health.record_tick(conn, datetime(2998, 9, 1, 12, tzinfo=UTC))
    said = seed("status", code=1).stdout
    assert f"last scheduler tick was Sat 2998-09-01 17:00 (Asia/Dushanbe) by a clock that was ahead: {advice}" in said
    with store.write() as conn:
        health.record_tick(conn, datetime(1998, 9, 1, 12, tzinfo=UTC))
    store.close()
    said = seed("status", code=1).stdout
    assert f"last scheduler tick was Tue 1998-09-01 17:00 (Asia/Dushanbe): {advice}" in said
    assert json.loads(seed("status", "--json", code=1).stdout)["suppressed"] == 0


def test_send_test_proves_a_channel_or_names_those_there_are(seed: Run) -> None:
    assert "log: accepted" in seed("send-test", "log").stdout
    assert "channels: log" in seed("send-test", "desk", code=2).stderr


def test_a_rehearsal_plays_real_mails_into_a_folder(seed: Run) -> None:
    seed("rehearse", "--from", "2021-06-01", "--to", "2021-11-01", "--send-to", "maildir:out")

    mails = [each.read_text(encoding="utf-8") for each in Path("out/new").iterdir()]
    assert 5 == len(mails)
    assert all("Content-Type: text/calendar" in each for each in mails)


def test_a_channel_whose_filter_matches_no_event_is_warned_of(seed: Run) -> None:
    log = '[[channels]]\nname = "{0}"\ntype = "log"\nfilter = "tag={0}"\n'
    Path("eventcal.toml").write_text(log.format("summit") + log.format("sumit"))

    warning = "eventcal: warning: channel sumit: no event of events.yaml matches its filter tag=sumit\n"
    assert seed("config").stderr == warning
    assert seed("rehearse", "--from", "2021-06-01", "--to", "2021-11-01").stderr == warning


def test_a_rehearsed_edit_says_what_would_be_told_and_leaves_the_store_as_it_was(seed: Run) -> None:
    for words in (
        ("init", "-q"),
        ("add", "events.yaml"),
        ("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"),
    ):
        subprocess.run(["git", *words], check=True)
    assert "no notifications would be sent" in seed("rehearse", "--diff", "HEAD").stdout
    seed("publish")
    text = Path("events.yaml").read_text(encoding="utf-8")
    Path("events.yaml").write_text(
        text.replace("    when: 2021-10\n", "    when: 2099-10-05\n").replace(
            "    when: 2021-09\n", "    when: 2099-11\n"
        ),
        encoding="utf-8",
    )

    told = seed("rehearse", "--diff", "HEAD").stdout
    assert "Was: October 2021 (date to be confirmed)" in told
    assert "Now: Monday, 5 October 2099" in told
    assert "edition    1," in seed("status").stdout
    assert "knows no revision" in seed("rehearse", "--diff", "nonsense", code=1).stderr
    assert "combines only with --json" in seed("rehearse", "--diff", "HEAD", "--summary", code=2).stderr


@pytest.mark.parametrize(
    "words",
    [
        ("serve", "--port", "0"), ("serve", "--port", "many"), ("rehearse",), ("rehearse", "--from", "x", "--to", "y"),
        ("rehearse", "--from", "2021-02-02", "--to", "2021-01-01"), ("retry",), ("retry", "1", "--all"), ("nothing",), ("next", "-n", "0"),
        ("check", "missing.yaml"), ("rehearse", "--from", "2021-01-01", "--to", "2021-02-01", "--send-to", "pigeon"),
        ("rehearse", "--from", "9998-12-01", "--to", "9998-12-31"), ("rehearse", "--from", "1000-01-01", "--to", "1000-02-01"),
        ("draft", "events.yaml", "--published", "9999-12-31"), ("todo", "--on", "0001-01-01"),
        ("retry", "9" * 20), ("deliveries", "--limit", "9" * 20), ("check", "\udcff"), ("feed", "--tag", "\udcff"),
        ("preview", "peaceful-mission-2021", "--was", "2021-08"), ("backup", "x" * 300), ("status", "--registry", "x" * 300), ("publish", "--since", "x" * 300),
        ("feed", "--database-url", "mysql://x"), ("db", "upgrade", "--database-url", "oracle://x"), ("serve", "--config", "missing.toml"),
    ],
)  # fmt: skip
def test_bad_usage_is_answered_in_a_line_or_two(seed: Run, words: tuple[str, ...]) -> None:
    result = CliRunner().invoke(cli, words)

    assert result.exit_code in (1, 2)
    assert 0 < len(result.output.splitlines()) <= 4
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("2027-02-30", "there is no day 30; February 2027 has 28 days"),
        ("16.9.2027", "write 2027-09-16"),
        ("2027-06", "'2027-06': write one day, such as 2027-06-01"),
        ("2027-06-01?", "'2027-06-01?': write one day, such as 2027-06-01"),
    ],
)
def test_an_option_that_takes_a_day_says_how_one_is_written(seed: Run, text: str, advice: str) -> None:
    assert advice in seed("todo", "--on", text, code=2).stderr
    assert "--on DAY" in seed("todo", "--help").stdout


def test_a_fault_of_ours_is_one_line_and_a_file_to_send(seed: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(path: Path) -> None:
        raise ZeroDivisionError("an odd thing")

    monkeypatch.setattr("eventcal.registry.read", broken)
    said = seed("check", code=70).stderr

    assert "internal error (ZeroDivisionError: an odd thing)" in said
    log = Path(said.split("details are in ")[1].split(";")[0])
    assert "ZeroDivisionError" in log.read_text(encoding="utf-8")
    log.unlink()


def test_the_database_is_made_and_named(seed: Run) -> None:
    assert "the schema is up to date" in seed("db", "upgrade").stdout
    assert Path(".eventcal/.gitignore").read_text(encoding="utf-8") == "*\n"


def test_help_lists_every_command_in_a_section_with_the_first_sentence_of_its_help(run: Run) -> None:
    shown = run("--help").stdout
    for module in pkgutil.iter_modules(eventcal.cli.__path__, "eventcal.cli."):
        import_module(module.name)
    summaries = {name: summary for section in COMMANDS.values() for name, (_, summary) in section.items()}

    assert {name: command.get_short_help_str(1000) for name, command in cli.commands.items()} == summaries
    assert [title for title in COMMANDS if f"{title}:" not in shown] == []
    assert " ".join(summaries["build"].split()) in " ".join(shown.split())


def test_a_title_in_cyrillic_letters_has_an_id(run: Run) -> None:
    run("init")
    assert "vstrecha-v-verkhakh" in run("add", "Встреча в верхах", "2027-03-04").output


def test_the_json_of_the_balance_keeps_the_keys_that_programs_read(world_folder: Path) -> None:
    world = World(world_folder, url=f"sqlite:///{world_folder / '.eventcal' / 'eventcal.db'}")
    now = datetime(2021, 9, 1, tzinfo=UTC)
    world.publish("- {id: summit, title: Summit, when: 2021-09-16, reminders: [1 day before]}", now)
    world.run(now, now + timedelta(days=15))
    world.store.close()

    printed = [
        json.loads(CliRunner().invoke(cli, ["deliveries", "--json", *options]).output)[0]
        for options in ([], ["--balance"])
    ]

    assert "generation" in printed[0]
    assert list(printed[1]) == ["source", "made", "sent", "dead", "skipped", "open", "erased"]


@pytest.fixture
def world_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_shells_complete_the_ids_of_events(seed: Run) -> None:
    items = [item.value for item in complete_event_id(None, None, "su")]  # type: ignore[arg-type]

    assert items == ["summit-2021"]
    assert "_EVENTCAL_COMPLETE=bash_complete" in seed("completion", "bash").stdout


def test_a_diff_without_a_repository_or_revision_says_so(seed: Run, tmp_path: Path) -> None:
    assert "is not in a git repository" in seed("diff", code=1).stderr
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    assert "git knows no revision 'v9'" in seed("diff", "v9", code=1).stderr


def test_what_is_listed_is_listed_for_programs_too(seed: Run) -> None:
    settings = {row["name"]: row["origin"] for row in json.loads(seed("config", "--json").stdout)}
    assert settings["registry"] == "default"


def test_a_variable_that_is_no_setting_is_warned_of_beside_the_answer(
    seed: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVENTCAL_PORTS", "1")
    for command in ("config", "check"):
        result = seed(command, *(("--format", "json") if command == "check" else ("--json",)))
        assert result.stderr.startswith(
            "eventcal: warning: EVENTCAL_PORTS is no setting and is ignored, did you mean EV"
        )
        json.loads(result.stdout)


def test_no_description_of_a_subcommand_is_cut(run: Run) -> None:
    for group in ("subscribers", "db"):
        assert "..." not in run(group, "--help").stdout.partition("Commands:")[2]


def test_what_cannot_be_drawn_is_named_by_check_and_build_and_left_out_of_the_feed(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_to_draw(monkeypatch, "never-drawn-before")
    run("init")
    run("add", "Never drawn before", "2099-09")
    run("add", "Drawn", "2099-10")
    for command in (["check"], ["build", "site"]):
        answer = run(*command, code=2)
        assert re.search(
            r"events.yaml:1\d:\d+: event never-drawn-before cannot be drawn \(OverflowError: a bug\)", answer.stdout
        )
        assert "Traceback" not in answer.output
    for _ in range(2):  # from the file, and from what was published
        answer = run("feed")
        assert "UID:drawn@" in answer.stdout
        assert "UID:never" not in answer.stdout
        assert "event never-drawn-before is left out" in answer.stderr
        run("publish")


def test_check_warns_of_series_that_a_change_of_zone_rules_reaches(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edition_problems, "changed_offsets", lambda zone, today: {date(2099, 9, 7): timedelta(hours=1)})
    run("init")
    run("add", "Weekly", "2099-09-07 10:00", "--repeat", "every week")
    said = run("check").stdout

    assert "warning: weekly: the rules of UTC have changed: UTC+0 on 2099-09-07, and UTC+1" in said
    assert "no problems, 1 warning" in said


def test_a_command_that_is_not_run_imports_nothing() -> None:
    script = "import eventcal.cli, sys; print(*(m for m in sys.modules if m.startswith('eventcal.')))"
    shown = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert set(shown.split()) == {"eventcal.cli", "eventcal.cli.commands", "eventcal.cli.group", "eventcal.errors"}
    assert not modules_after("import eventcal.cli") & {"asyncio", "http", "json", "logging", "pathlib", "sqlalchemy"}


def modules_after(script: str) -> set[str]:
    script = f"import sys; {script}; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(ran.stdout.splitlines()[-1].split())


def test_a_check_imports_nothing_for_stores_mails_logs_and_writing_and_no_advice_on_dates() -> None:
    modules = modules_after("from eventcal.cli import cli; cli(['check'], standalone_mode=False)")
    assert not modules & {"http.client", "icalendar", "logging", "markdown_it", "sqlalchemy", "subprocess", "tomllib"}
    assert not modules & {f"eventcal.{name}" for name in ("when.advice", "when.corrections", "registry.write_event")}


def test_what_a_command_leaves_is_not_searched_for_garbage_as_it_ends() -> None:
    at_exit = "atexit.register(lambda: print(len(gc.get_objects()) < gc.get_freeze_count()))"
    script = f"import atexit, gc; {at_exit}; from eventcal.cli import main; main()"
    command = [sys.executable, "-c", script, "--version"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[-1] == "True"


@pytest.mark.parametrize("arguments", [["feed"], ["show", "summit-2021"], ["preview", "summit-2021"]])
def test_what_the_file_alone_gives_needs_no_store(arguments: list[str], tmp_path: Path) -> None:
    shutil.copy2(ROOT / "events.yaml", tmp_path)
    arguments += ["--registry", str(tmp_path / "events.yaml")]
    modules = modules_after(f"from eventcal.cli import cli; cli({arguments}, standalone_mode=False); print()")
    assert "eventcal.registry" in modules
    assert "sqlalchemy" not in modules


def test_settings_need_neither_pydantic_nor_yaml() -> None:
    assert not modules_after("from eventcal.settings import load; load({}, {}, ())") & {"pydantic", "yaml"}


def test_a_pipe_or_device_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with open(os.open(pipe, os.O_RDWR), "rb", buffering=0) as reader:
        write_texts({pipe: "events: []\n"}, {})
        assert reader.read(100) == b"events: []\n"
    assert pipe.is_fifo()
