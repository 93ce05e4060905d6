"""What one registry may hold: every limit is a problem with a place, and costs no more than what it leaves out."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from eventcal.registry import Registry, limits, problems_as_text, read

from .serve_process import WAIT_SECONDS

DOCS = Path(__file__).parent.parent / "docs" / "registry.md"
HEAD = "version: 1\ncalendar: {id: test-calendar, name: Test calendar, timezone: Asia/Dushanbe}\n"


def load(tmp_path: Path, events: str, head: str = HEAD) -> Registry:
    path = tmp_path / "events.yaml"
    path.write_text(head + (f"events:\n{events}\n" if events else "events: []\n"), encoding="utf-8")
    return read(path)


def messages(registry: Registry) -> list[str]:
    return [str(problem).replace(f"{registry.path.parent}{os.sep}", "") for problem in registry.problems]


def event(**fields: object) -> str:
    pairs = {"id": "a", "title": "A", "when": "2027-09-16"} | fields
    return "- " + "\n  ".join(f"{key}: {value}" for key, value in pairs.items())


def numbered(count: int, form: Callable[[int], str]) -> str:
    return f"[{', '.join(map(form, range(count)))}]"


def day(number: int) -> str:
    return f"{2000 + number // 336:04}-{number // 28 % 12 + 1:02}-{number % 28 + 1:02}"


LIMITS = [
    ("title", "title", "x" * 300, "x" * 301, "title 'x", "has 301 characters: at most 300"),
    ("title", "title", f"{{en: {'x' * 300}}}", f"{{en: {'x' * 301}}}", "en 'x", "at most 300"),
    ("notes", "notes", "x" * 20_000, "x" * 20_001, "notes 'x", "at most 20000"),
    ("place", "place", "x" * 300, "x" * 301, "place 'x", "at most 300"),
    ("place", "place", f"{{region: {'x' * 300}}}", f"{{region: {'x' * 301}}}", "region 'x", "at most 300"),
    ("url", "url", "https://a.example/" + "x" * 1982, "https://a.example/" + "x" * 1983, "url 'https", "at most 2000"),
    ("quote", "source", f"{{quote: {'x' * 2000}}}", f"{{quote: {'x' * 2001}}}", "quote 'x", "at most 2000"),
    ("source", "source", numbered(50, lambda n: f"{{title: s{n}}}"), numbered(51, lambda n: f"{{title: s{n}}}"),
     "'source' has too many entries", "at most 50"),
    ("tags", "tags", numbered(50, "t{}".format), numbered(51, "t{}".format), "'tags' has too many", "at most 50"),
    ("reminders", "reminders", numbered(50, lambda n: f"{n + 1} days before"),
     numbered(51, lambda n: f"{n + 1} days before"), "'reminders' has too many", "at most 50"),
    ("also", "also", numbered(1000, day), numbered(1001, day), "'also' has too many", "at most 1000"),
    ("formerly", "formerly", numbered(50, "f{}".format), numbered(51, "f{}".format), "'formerly' has", "at most 50"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "key", "most", "too_much", "start", "advice"), LIMITS)
def test_what_is_longer_than_its_limit_is_a_problem_with_its_line(
    tmp_path: Path, name: str, key: str, most: str, too_much: str, start: str, advice: str
) -> None:
    assert [] == messages(load(tmp_path, event(**{key: most})))

    [line] = messages(load(tmp_path, event(**{key: too_much})))

    assert re.match(r"events\.yaml:[4-7]:\d+: ", line)
    assert start in line
    assert line.endswith(advice)
    assert len(line) < 200


@pytest.mark.parametrize("key", ["name", "description", "contact"])
def test_the_calendar_s_texts_have_their_limits_too(tmp_path: Path, key: str) -> None:
    fields = {"id": "a", "timezone": "UTC", "name": "A", key: "x" * 2001}
    head = "version: 1\ncalendar:\n" + "".join(f"  {name}: {value}\n" for name, value in fields.items())

    [line] = messages(load(tmp_path, "", head))

    assert f"{key} 'xxx" in line
    assert "has 2001 characters: at most" in line


def test_a_megabyte_in_any_short_text_is_answered_in_one_line(tmp_path: Path) -> None:
    for key in ("when", "timezone", "repeat", "rrule", "was", "status", "id", "unknown"):
        for line in messages(load(tmp_path, event(**{key: "2027-09 " * 130_000}))):
            assert len(line) < 700


def test_problems_are_counted_past_the_first_hundred_and_the_rest_is_not_read(tmp_path: Path) -> None:
    registry = load(tmp_path, "\n".join(f"- {{id: {n}, title: A, when: soon}}" for n in range(5000)))

    lines = messages(registry)
    assert 101 == len(lines)
    assert lines[0].startswith("events.yaml:4:27: when 'soon'")
    assert "events.yaml:104:1: the events from here on were not checked: fix those above first" == lines[-1]


def test_one_entry_with_any_number_of_problems_is_cut_as_well(tmp_path: Path) -> None:
    registry = load(tmp_path, "- {id: a, title: A, when: 2027, " + ", ".join(f"x{n}: 1" for n in range(20_000)) + "}")

    lines = messages(registry)
    assert 101 == len(lines)
    assert ": and 1 more problem from here on" in lines[-1]


@pytest.mark.parametrize("wrong", ["x", "[x]", "{a: b}", "{when: [x], status: x, title: [x], url: x, name: [x]}"])
@pytest.mark.parametrize(
    ("place", "form"),
    [
        *(
            (key, "list")
            for key in ("also", "except", "formerly", "milestones", "place", "reminders", "source", "tags")
        ),
        *((key, "map") for key in ("exceptions", "links", "notes", "source", "title")),
        *((key, "top") for key in ("sources", "tags")),
    ],
)
def test_hundreds_of_mistakes_below_one_key_are_problems_and_nothing_of_it_is_read(
    tmp_path: Path, place: str, form: str, wrong: str
) -> None:
    keys = day if place == "exceptions" else "k{}".format
    value = numbered(300, lambda n: wrong if form == "list" else f"{keys(n)}: {wrong}")
    if form != "list":
        value = f"{{{value[1:-1]}}}"
    fields = {"repeat": "every day"} | ({} if form == "top" else {place: value})
    file = tmp_path / "events.yaml"
    file.write_text(f"{HEAD}{place + ': ' + value if form == 'top' else ''}\nevents:\n{event(**fields)}\n")

    assert read(file).errors


def test_warnings_are_cut_as_well_and_do_not_hide_an_error(tmp_path: Path) -> None:
    entry = "- {id: e%d, title: A, when: 2027-09-16, reminders: [1 day before, 1 day before]}"
    entries = [entry % number for number in range(300)]

    registry = load(tmp_path, "\n".join([*entries, "- {id: last, title: A, when: soon}"]))

    assert 300 == len(registry.events)
    assert [False] == [problem.warning for problem in registry.problems if "soon" in problem.message]
    assert "events.yaml:104:68: warning: and 200 more warnings from here on" == messages(registry)[-1]


def test_a_registry_that_is_a_pipe_or_a_device_is_a_problem(tmp_path: Path) -> None:
    pipe = tmp_path / "events.yaml"
    os.mkfifo(pipe)
    answers: list[Registry] = []
    reader = threading.Thread(target=lambda: answers.append(read(pipe)), daemon=True)
    reader.start()
    reader.join(WAIT_SECONDS)

    assert [["events.yaml:1:1: not a regular file but a pipe or a device: name a file, such as events.yaml"]] == [
        messages(answer) for answer in answers
    ]
    assert "not a regular file" in problems_as_text(read(Path("/dev/zero")).problems)


def test_the_files_of_a_registry_are_counted_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(6):
        (tmp_path / f"p{number}.yaml").write_text("events: []\n")
    monkeypatch.setattr("eventcal.registry.load.MAX_FILES", 5)

    [line] = messages(load(tmp_path, "", HEAD + "include: ['p[0-2].yaml', 'p[3-5].yaml']\n"))

    assert "events.yaml:3:26: the patterns name more than 5 files: include fewer" == line


def test_the_bytes_of_a_registry_are_counted_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        (tmp_path / f"p{number}.yaml").write_text("events: []\n")
    monkeypatch.setattr("eventcal.registry.load.MAX_REGISTRY_BYTES", 150)

    lines = messages(load(tmp_path, "", HEAD + "include: ['p*.yaml']\n"))

    assert "p2.yaml:1:1: with this file the registry is larger than" in lines[-1]


@pytest.mark.parametrize("pattern", ["**/a/**/*.yaml", "x" * 101])
def test_a_pattern_that_could_walk_for_ever_is_refused(tmp_path: Path, pattern: str) -> None:
    [line] = messages(load(tmp_path, "", HEAD + f"include: ['{pattern}']\n"))

    assert "events.yaml:3:11: " in line


@pytest.mark.parametrize(
    "text",
    [
        "a\\u202eb", "\\u2066a", "\\u202ba", "a\\u2069", "\\u2067a\\nb\\u2069", "\\u200b", "\\u2800", "\\u3164\\uFE0F", "\\u00ad",
        "a\\u2060b", "a\\ufff9b", "pre\\u200bfix", "\\U000E0041b", "a\\ufdd0", "a\\U0001fffe", "a\\u0007",
    ],
)  # fmt: skip
def test_text_that_hides_or_reorders_is_a_problem_with_its_place(tmp_path: Path, text: str) -> None:
    as_escape = messages(load(tmp_path, f'- id: a\n  title: "{text}"\n  when: 2027'))
    typed = text.encode().decode("unicode_escape")
    as_typed = (
        messages(load(tmp_path, f"- id: a\n  title: '{typed}'\n  when: 2027")) if "\n" not in typed else as_escape
    )

    for lines in (as_escape, as_typed):
        assert 1 == len(lines)
        assert re.match(r"events\.yaml:5:\d+: ", lines[0])
        assert lines[0].isprintable()


@pytest.mark.parametrize(
    "text",
    [
        "می\u200cخواهم", "👩\u200d👩\u200d👧", "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f England",
        "Donau\u00addampf", "\u2067שלום\u2069 a", "\u202bשלום\u202c", "שלום\u200f!", "ភាសា\u200bខ្មែរ", "\u061c١٢", "日本\u3000語",
    ],
)  # fmt: skip
def test_text_that_its_script_needs_stays_as_it_is(tmp_path: Path, text: str) -> None:
    registry = load(tmp_path, f"- id: a\n  title: '{text}'\n  when: 2027")

    assert [] == messages(registry)
    assert text == registry.events[0].title.in_language("en")


def test_a_line_break_in_a_value_makes_no_second_line_of_a_problem(tmp_path: Path) -> None:
    registry = load(tmp_path, '- id: a\n  title: A\n  when: 2027\n  url: "https://a.example\\nerror: all is lost"')

    [line] = messages(registry)
    assert "events.yaml:7:8: url" not in line
    assert "\\n" in line
    assert 1 == len(problems_as_text(registry.problems).splitlines())


def test_every_limit_stands_in_the_documentation() -> None:
    text = DOCS.read_text(encoding="utf-8")
    table = text[text.index("### Limits") :].split("\n\n## ")[0]

    for name, value in vars(limits).items():
        if name.startswith("MAX_"):
            size = f"{value >> 20} MB" if name.endswith("BYTES") else f"{value:,}"
            assert re.search(rf"(?<![\d,]){size}(?![\d,])", table), name
