"""The files of a registry: include, signatures, and adding an event."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from eventcal.errors import EventcalError, RegistryError
from eventcal.registry import has_changed, read
from eventcal.registry.write_event import append_event

from .factories import said

Write = Callable[..., Path]

EVENT = "events:\n  - {id: NAME, title: Event, when: 2021-09}\n"


def part(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


# --- include


def test_included_files_come_in_order_with_their_own_defaults(write_registry: Write, head: str, tmp_path: Path):
    part(tmp_path, "parts/b.yaml", EVENT.replace("NAME", "b"))
    part(tmp_path, "parts/a.yaml", "defaults: {tags: [own], timezone: UTC}\n" + EVENT.replace("NAME", "a"))
    head += "defaults: {tags: [main], reminders: [on change]}\ninclude: [parts/*.yaml]\n"

    found = read(write_registry("- {id: main, title: Main, when: 2021}", head))

    assert said(found) == []
    assert [(each.id, each.tags, each.timezone) for each in found.events] == [
        ("main", ("main",), "Asia/Dushanbe"),
        ("a", ("own",), "UTC"),
        ("b", ("main",), "Asia/Dushanbe"),
    ]
    assert {len(each.notices) for each in found.events} == {1}
    assert [each.relative_to(tmp_path).as_posix() for each in found.files] == [
        "events.yaml",
        "parts/a.yaml",
        "parts/b.yaml",
    ]


def test_sources_of_one_file_serve_all_and_a_key_is_given_once(write_registry: Write, head: str, tmp_path: Path):
    part(tmp_path, "a.yaml", "sources: {news: {title: News}}\nevents: []\n")
    path = write_registry("- {id: x, title: X, when: 2021, source: news}", head + "include: [a.yaml]\n")
    assert read(path).events[0].sources[0].title == "News"

    write_registry(
        "- {id: x, title: X, when: 2021, source: news}", head + "include: [a.yaml]\nsources: {news: {title: Other}}\n"
    )
    (line,) = said(read(path))
    assert line.startswith("a.yaml:1:11: the source 'news' is given twice (first in ")


def test_problems_of_an_included_file_name_it(write_registry: Write, head: str, tmp_path: Path):
    part(tmp_path, "parts/a.yaml", "version: 1\nevents:\n  - {id: x, title: A, when: 2021-13}\n")

    found = read(write_registry("- {id: x, title: X, when: 2021}", head + "include: [parts/a.yaml]\n"))

    assert [line.split(": ", 1)[0] for line in said(found)] == [
        "parts/a.yaml:1:1",
        "parts/a.yaml:3:10",
        "parts/a.yaml:3:29",
    ]
    assert "only the main file has it" in said(found)[0]
    assert "'x' is an event's id already (in " in said(found)[1]


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        ("../other.yaml", "reaches only below"),
        ("parts/../../other.yaml", "reaches only below"),
        ("/etc/*.yaml", "reaches only below"),
        ("none/*.yaml", "matches no file"),
        ("events.yaml", "matches no file"),
        ("'**x/['", "is not a file name pattern"),
        ("'parts/**.yaml'", "as in partners/**/*.yaml"),
        ("'**'", "as in partners/**/*.yaml"),
        ("linked/*.yaml", "lies outside"),
    ],
)
def test_include_stays_below_its_folder(write_registry: Write, head: str, tmp_path: Path, pattern: str, problem: str):
    home = tmp_path / "home"
    home.mkdir()
    part(tmp_path, "other.yaml", EVENT)
    (home / "linked").symlink_to(tmp_path, target_is_directory=True)

    found = read(
        write_registry("- {id: x, title: X, when: 2021}", head + f"include: [{pattern}]\n", "home/events.yaml")
    )

    (line,) = said(found)
    assert line.startswith("events.yaml:6:11: ")
    assert problem in line


def test_hidden_folders_are_not_included_by_a_star(write_registry: Write, head: str, tmp_path: Path):
    part(tmp_path, ".venv/a.yaml", "not: a registry\n")
    part(tmp_path, "parts/a.yaml", EVENT.replace("NAME", "a"))

    found = read(write_registry("- {id: x, title: X, when: 2021}", head + "include: ['**/*.yaml']\n"))

    assert said(found) == []
    assert [each.id for each in found.events] == ["x", "a"]


def test_broken_included_file_is_reported_alone(write_registry: Write, head: str, tmp_path: Path):
    part(tmp_path, "a.yaml", "sources: {news: {title: 'News}}\n")

    found = read(write_registry("- {id: x, title: X, when: 2021, source: news}", head + "include: [a.yaml]\n"))

    assert said(found) == ["a.yaml:1:25: the quote that opens here is never closed"]


def test_signature_sees_a_file_that_appears_and_one_that_is_saved(write_registry: Write, head: str, tmp_path: Path):
    part(tmp_path, "parts/a.yaml", EVENT.replace("NAME", "a"))
    found = read(write_registry("- {id: x, title: X, when: 2021}", head + "include: [parts/*.yaml]\n"))
    assert not has_changed(found)

    part(tmp_path, "parts/b.yaml", EVENT.replace("NAME", "b"))
    assert has_changed(found)
    again = read(found.path)
    assert [each.id for each in again.events] == ["x", "a", "b"]
    os.utime(tmp_path / "parts/a.yaml", (1, 1))
    assert has_changed(again)


def test_digest_depends_on_content_and_not_on_the_folder(write_registry: Write, head: str, tmp_path: Path):
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    entry = "- {id: x, title: X, when: 2021}"

    assert (
        read(write_registry(entry, name="one/events.yaml")).digest
        == read(write_registry(entry, name="two/other.yaml")).digest
    )
    assert read(tmp_path / "none.yaml").digest == ""


# --- adding an event

NEW = {
    "id": "new",
    "title": "Briefing: #5, or so",
    "when": "2027-03-04 10:00",
    "tags": ["press"],
    "place": {"country": "TJ"},
}


@pytest.mark.parametrize(
    "events",
    [
        "events: []   # none yet\n",
        "events:\n- id: x\n  title: X\n  when: 2021\n",
        "events:\n  # the first\n  - id: x\n    title: X   # words\n    when: 2021\n\n  - {id: y, title: Y, when: 2022}\n\n# the end\n",
        "events:\n  - id: x\n    title: X\n    when: 2021\n    notes: |\n      # a heading\n  # later\nsources: {a: {title: A}}\n",
        "events:\n    - {id: x, title: X, when: 2021}",
        "events:\r\n  - {id: x, title: X, when: 2021}\r\n",
    ],
)
def test_added_event_is_the_last_and_nothing_else_changes(tmp_path: Path, head: str, events: str):
    path = tmp_path / "events.yaml"
    text = (head.replace("\n", "\r\n") if "\r" in events else head) + events
    path.write_bytes(text.encode())
    path.chmod(0o640)
    before = read(path).events

    found = append_event(path, NEW)

    assert read(path) == found
    assert found.events[:-1] == before
    assert (found.events[-1].id, found.events[-1].title.in_language("en")) == ("new", "Briefing: #5, or so")
    lines = iter(path.read_bytes().decode().splitlines())
    assert all(line.replace("events: []", "events:") in lines for line in text.splitlines())
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert os.listdir(tmp_path) == ["events.yaml"]


def test_event_is_not_added_to_a_broken_registry_nor_breaks_a_sound_one(write_registry: Write):
    sound = write_registry("- {id: x, title: X, when: 2021}")
    text = sound.read_text()
    with pytest.raises(RegistryError, match="there is no day 31"):
        append_event(sound, NEW | {"when": "2027-04-31"})
    with pytest.raises(RegistryError, match="is an event's id already"):
        append_event(sound, NEW | {"id": "x"})
    assert sound.read_text() == text

    broken = write_registry("- {id: x, title: X, when: soon}")
    with pytest.raises(RegistryError, match="'soon'"):
        append_event(broken, NEW)


def test_event_is_not_added_where_the_events_stand_in_brackets(tmp_path: Path, head: str):
    path = tmp_path / "events.yaml"
    path.write_text(head + "events: [{id: x, title: X, when: 2021}]\n")
    with pytest.raises(EventcalError, match="by hand"):
        append_event(path, NEW)


def test_notes_of_several_lines_are_added_as_a_block(write_registry: Write):
    path = write_registry("- {id: x, title: X, when: 2021}")
    found = append_event(path, NEW | {"notes": "One.\n\n- two: 2\n- #3"})

    assert found.events[-1].notes is not None
    assert found.events[-1].notes.in_language("en") == "One.\n\n- two: 2\n- #3"
    assert "    notes: |-\n      One.\n" in path.read_text()
