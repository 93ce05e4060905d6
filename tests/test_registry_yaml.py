"""What YAML does to a text: refused with its place, in words of our own, and never with a traceback."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from eventcal import when
from eventcal.errors import GrammarError
from eventcal.registry import Registry, read
from eventcal.registry.editor_schema import json_schema
from eventcal.registry.load import _RegistryLoader
from eventcal.registry.yaml_nodes import (
    MalformedYaml,
    _parse_plain_entry,
    parse_whole,
    parse_yaml,
    split_entries,
)
from tests.factories import examples

HEAD = "version: 1\ncalendar: {id: test, name: Test, timezone: Asia/Dushanbe}\n"
SEED = (Path(__file__).parent.parent / "events.yaml").read_text(encoding="utf-8")
Write = Callable[..., Path]


def reading(text: str | bytes) -> Registry:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "events.yaml")
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
        return read(path)


def said(text: str | bytes) -> list[str]:
    return [f"{each.line}:{each.column}: {each.message}" for each in reading(text).problems]


def entry(*lines: str) -> str:
    return HEAD + "events:\n  - id: a\n" + "".join(f"    {line}\n" for line in lines)


# --- syntax errors: alone, in our words


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (
            "title: SCO summit: Dushanbe",
            '5:12: a colon inside a value: put the text in quotes: title: "SCO summit: Dushanbe"',
        ),
        ("title: Agenda:", "5:12: a colon inside a value"),
        ("title: {nth} anniversary", "5:12: text that begins with { is read as a map: put the text in quotes"),
        ("title: [draft] agenda", "5:12: text that begins with [ is read as a list: put the text in quotes"),
        ("title: @home", "5:12: text cannot begin with @: put the text in quotes"),
        ("title: `home`", "5:12: text cannot begin with `: put the text in quotes"),
        ("title: % of it", "5:12: text cannot begin with %: put the text in quotes"),
        ("title: *home*", "5:12: text cannot begin with *: put the text in quotes"),
        ("title: **home** again", "5:12: text cannot begin with *: put the text in quotes"),
        ("title: *home again", "5:12: text cannot begin with *: put the text in quotes"),
        ("title:\n      *home again", "6:7: text cannot begin with *: put the text in quotes"),
        ("title: *home\n      again", "5:12: text cannot begin with *: put the text in quotes"),
        ("tags: [*home again]", "5:12: text cannot begin with *: put the text in quotes"),
        ("tags:\n      - *home again", "6:9: text cannot begin with *: put the text in quotes"),
        ("title: & home", "5:12: text cannot begin with &: put the text in quotes"),
        ("title: !home!again", "5:12: text cannot begin with !: put the text in quotes"),
        ("title: !<home", "5:12: text cannot begin with !: put the text in quotes"),
        ("title: - home", "5:12: text cannot begin with -: put the text in quotes"),
        ("title: > 5", "5:12: text that begins with | or > is read as a block of lines: put the text in quotes"),
        ('title: "Peaceful" mission', "5:23: more text after the closing quote"),
        ("title: 'it's'", "5:16: more text after the closing quote"),
        ('title: "open', "5:12: the quote that opens here is never closed"),
        ('title: "C:\\home"', '5:15: a backslash inside "..." begins an escape'),
        ("title:Summit", "5:11: a space is missing after the colon: title: Summit"),
        ("title", "5:5: a key without a colon"),
        ("k" * 1025 + ": A", "5:5: a key of over 1024 characters"),
        ("tags: [a, b", "5:11: the [ that opens here is not closed by ]"),
        ("tags: [a #5, b]", "5:14: what follows # is lost as a comment: put the text in quotes"),
        ("tags: ['a #5', b #6]", "5:22: what follows # is lost as a comment: put the text in quotes"),
        (" title: A", "5:6: indented further than the key above"),
        ("title: A\n  when: 2021", "6:3: this key belongs to no entry: begin it in column 5"),
        ("title: A\n   when: 2021", "6:4: this key belongs to no entry: begin it in column 5"),
        ("title： 会议", "5:10: U+FF1A only looks like a colon: write : and a space"),
        ("title:\u00a0A", "5:11: U+00A0 only looks like a space: write a plain one"),
        ("place: {name: A， country: DE}", "5:20: U+FF0C only looks like a comma: write , and a space"),
        ("\ttitle: A", "5:5: a tab: write spaces"),
        ("title: A\n---\nb: c", "6:1: a second document begins here"),
        ("title: A #5\n      when", "5:14: what follows # is lost as a comment"),
    ],
)
def test_syntax_error_is_alone_and_in_our_words(line: str, problem: str):
    (only,) = said(entry(line, "when: 2021", "tittle: x"))
    assert only.startswith(problem)


def test_a_space_that_yaml_takes_for_a_letter_of_the_key_is_named():
    problems = said(entry("title: A", "\u3000when: 2021"))
    assert any("U+3000 only looks like a space" in problem for problem in problems)


def test_unclosed_quote_is_blamed_where_it_opens():
    text = entry('title: "A', "when: 2021") + '  - id: b\n    title: "B"\n    when: 2021\n'
    (only,) = said(text)
    assert only == "5:12: the quote that opens here is not closed on its line"


# --- what YAML would take, and we refuse


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("title: Meeting #5 of the SCO", "5:12: what follows # here is lost as a comment: put the text in quotes"),
        ("title: #5", "5:11: what follows # here is lost as a comment"),
        ("title: 'Meeting'#5", "5:12: what follows # here is lost as a comment"),
        ("title: {nth}", "5:12: text that begins with { is read as a map: put the text in quotes"),
        ("title: &SCO summit", "5:12: &SCO is an anchor"),
        ("title: *SCO", "5:12: *SCO is an alias"),
        ("title: !important thing", "5:12: !important is a tag"),
        ("title: !!str thing", "5:12: !!str is a tag"),
        ("title: A\n    title: B", "6:5: 'title' is given twice (first on line 5)"),
        ('title: "a\\tb"', "5:12: a control character"),
        ('title: "a\\u2028b"', "5:12: a control character"),
        ("title: a\u2028b", "5:13: an invisible control character (U+2028)"),
        ("title: a\x07b", "5:13: an invisible control character (U+0007)"),
        ("title: a\tb", "5:13: a tab: write spaces"),
        (
            "title: A\n    place: {name: Dushanbe, Tajikistan}",
            "6:29: inside {...} a comma begins a new key, here 'Tajikistan'",
        ),
        ("title: A\n    notes: [[[[[[[[x]]]]]]]]", "6:17: nested deeper than 8 levels"),
        ("title: A\n    ? [x]\n    : y", "6:7: a key must be one word"),
    ],
)
def test_what_yaml_takes_silently_is_a_problem(line: str, problem: str):
    problems = said(entry(line, "when: 2021"))
    assert [each[: len(problem)] for each in problems] == [problem]


def test_comma_in_an_entry_in_braces_is_explained():
    text = HEAD + "events:\n  - {id: a, title: A, when: 2021-09-13, repeat: every week on Mon, Wed}\n"
    assert said(text) == [
        "4:68: inside {...} a comma begins a new key, here 'Wed': put the text with the comma in quotes"
    ]


def test_other_problems_of_an_entry_are_told_beside_it():
    problems = said(entry("title: Meeting #5", "when: 2021-13", "stat: confirmed"))
    assert [each.split(": ")[0] for each in problems] == ["5:12", "6:11", "7:5"]


def test_comments_and_quoted_signs_are_no_problem():
    text = entry(
        "title: 'Meeting #5: {one} of & and *'   # a comment",
        "when: 2021 #  also one",
        "notes: |",
        "  # no comment: #5",
        "tags: [a]",
    )
    found = reading(text + "# the end\n")
    assert found.problems == ()
    assert found.events[0].notes is not None
    assert found.events[0].notes.in_language("en") == "# no comment: #5"


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "1:1: the file is empty"),
        (b"# nothing but a comment\n", "1:1: the file is empty"),
        (b"version: 1\nname: caf\xe9\n", "2:10: byte 0xe9 is not UTF-8"),
        ("version: 1\n".encode("utf-16"), "1:1: this file is UTF-16"),
        (b"x" * (2 * 1024 * 1024 + 1), "1:1: larger than 2 MB"),
        (b"[" * 200_000, "1:1001: nested deeper"),
        (b"- " * 200_000, "1:217: nested deeper"),
        (b"just words\n", "1:1: a registry is a map of keys"),
        (b"%YAML 1.1\n---\n[]\n", "1:1: a line that begins with %"),
        (b"%YAML 2.0\n---\n[]\n", "1:1: a line that begins with %"),
        (b"%YAML 1.2\na: b\n", "1:1: a line that begins with %"),
        (b"%FOO\n---\na: b\n", "1:1: a line that begins with %"),
    ],
)
def test_file_that_is_no_registry_is_a_problem(data: bytes, problem: str):
    assert said(data)[0].startswith(problem)


def test_a_misspelt_events_is_one_problem():
    assert said(HEAD + "event:\n  - {id: a, title: A, when: 2027-05-01}\n") == [
        "3:1: unknown key 'event': here it is called 'events'"
    ]


def test_events_below_the_calendar_are_told_where_they_belong():
    text = (
        "version: 1\ncalendar:\n  id: a\n  name: A\n  timezone: UTC\n  events:\n    - {id: a, title: A, when: 2027}\n"
    )
    assert said(text) == ["6:3: unknown key 'events': begin it in the first column, as calendar itself"]


def test_a_hyphen_without_its_space_is_named():
    assert said(HEAD + "events:\n  -id: a\n   title: A\n") == ["4:3: a space is missing after the hyphen: - id: ..."]


def test_file_cut_off_before_its_events_is_no_empty_calendar():
    assert said(HEAD) == ["1:1: 'events' is missing: write a list of events, or events: [] for none"]
    assert said(HEAD + "events:\n") == ["3:8: 'events' is empty: begin each event with - id: ..., or write [] for none"]
    assert said(HEAD + "events: []\n") == []


def test_byte_order_mark_and_windows_line_ends_are_accepted():
    found = reading(b"\xef\xbb\xbf" + entry("title: A", "when: 2021", "tittle: x").replace("\n", "\r\n").encode())
    assert [(each.line, each.column) for each in found.problems] == [(7, 5)]


# --- slices: the same as in one piece


@pytest.mark.parametrize(
    "text",
    [
        SEED,
        HEAD
        + "events:\n- id: a\n  title: A\n  when: 2021\n\n- {id: b, title: B, when: 2021}\nsources: {a: {title: A}}\n",
        HEAD
        + "events:\n\n  # words\n  -\n    id: a\n    title: >\n      A\n\n      - b\n    when: 2021\n# words\n  - {id: b,\n  title: B, when: 2021}\n",
        HEAD + 'events:\n  - id: a\n    title: "A\n  - B"\n    when: 2021\n',
        HEAD + "events: # all\n  - id: a\n    title: A\n    when: 2021\n...\n",
        'version: 1\nx: "\nevents:\n  - a"\n',
    ],
)
def test_entries_read_one_by_one_are_those_of_the_whole(text: str):
    document = parse_whole(text)
    entries = [each.value for each in document.entries or ()]  # type: ignore[union-attr]

    found = split_entries(text)
    try:
        sliced = None if found is None else [each.parse().value for each in found[1]]
        frame = None if found is None else parse_yaml(found[0]).value
    except MalformedYaml:
        return  # unusual, so it is read in one piece
    if sliced is not None and isinstance(frame, dict) and frame.get("events") == "":
        assert sliced == entries
        assert frame | {"events": []} == document.top_level.value


def test_a_slice_knows_its_line():
    text = entry("title: A", "when: 2021") + "\n  # words\n  - id: b\n    title: B\n    when: soon\n"
    assert [each.split(": ")[0] for each in said(text)] == ["11:11"]


plain_values = st.text("ab0 ,./:#\"'-[{\u0441\u202e\u3164\u2028", min_size=1, max_size=8)
plain_lines = st.tuples(st.sampled_from(["id", "title", "when", "x-key", "notes", "A", "~"]), plain_values).map(
    ": ".join
)


@examples(2000)
@given(
    st.lists(plain_lines, min_size=1, max_size=4), st.sampled_from(["", "  "]), st.sampled_from(["", "\n", "# end\n"])
)
@example(["title: a:", "when: b"], "", "")
@example(["title: a: b"], "", "")
@example(["title: 2021-09-16 10:00/12:30"], "  ", "\n")
@example(["title: \u202eabc"], "", "")
@example(["title: \u3164"], "", "")
@example(["title: a ", "title: b"], "", "")
@example(["title: a", "k" * 1025 + ": b"], "", "")
def test_an_entry_of_plain_lines_reads_as_all_of_yaml_reads_it(lines: list[str], indent: str, end: str):
    text = f"{indent}- {lines[0]}\n" + "".join(f"{indent}  {line}\n" for line in lines[1:]) + end
    value = _parse_plain_entry(text)

    if value is not None:
        parsed = parse_yaml(text)
        assert ([value], ()) == (parsed.value, parsed.findings)


def test_a_problem_in_an_entry_of_plain_lines_has_its_place():
    assert _parse_plain_entry("- id: a\n  when: 2021-09-16 10:00\n  url: https://example.org/?a=b&c\n  title: Саммит\n")
    assert said(entry("title: One", "when: 2021-09-31")) == [
        "6:11: when '2021-09-31': there is no day 31; September has 30 days"
    ]


# --- no input gives a traceback


KEYS = [
    "id",
    "title",
    "when",
    "timezone",
    "place",
    "tags",
    "status",
    "was",
    "notes",
    "url",
    "source",
    "repeat",
    "rrule",
    "except",
    "also",
    "exceptions",
    "reminders",
    "formerly",
    "busy",
]
VALUES = [
    *("a", "b", "", "2021-09-16", "2021-09-16/17", "2021-09-16 10:00", "2021-09", "2021?", "TBD", "0001-01-01", "9999-12-31", "UTC"),
    *("Asia/Dushanbe", "confirmed", "postponed", "cancelled", "https://example.org", "every year", "every week on Tue", "every day 3 times"),
    *("FREQ=DAILY", "FREQ=YEARLY;COUNT=3", "1 week before", "30 minutes before", "on change", "true", "{nth} day", "article", "{", "x: y", "TJ"),
]  # fmt: skip

scalars = st.sampled_from(VALUES) | st.text(max_size=12)
shapes = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*KEYS, "name", "lat", "lon", "country", "grade", "2021-09-16", "en", "EN"]) | scalars,
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)
entries = st.dictionaries(st.sampled_from(KEYS), shapes, max_size=8) | shapes
sound = st.fixed_dictionaries(
    {"id": st.sampled_from("abc"), "title": st.sampled_from(["A", "{nth} day"]), "when": st.sampled_from(VALUES)},
    optional={key: st.sampled_from(VALUES) | st.lists(st.sampled_from(VALUES), max_size=3) for key in KEYS[3:]},
)


def as_yaml(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def is_told(found: Registry) -> bool:
    """Either it was read, or somebody is told why not; nothing of the parser's or the library's own words shows."""
    words = " ".join(each.message for each in found.problems)
    assert not re.search(r"while (parsing|scanning)|pydantic|Traceback|expected <|tag:yaml", words)
    return bool(found.problems) or found.calendar is not None


@examples(150)
@given(st.text() | st.binary().map(lambda each: each.decode("latin-1")))
@example("events:\n  - &a [*a]")
@example("\ud800")
def test_no_text_gives_a_traceback(text: str):
    assert is_told(reading(text))


@examples(150)
@given(st.data())
def test_no_damage_to_a_registry_gives_a_traceback(data: st.DataObject):
    text = SEED
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        cut = data.draw(st.integers(0, 20))
        text = (
            text[:at]
            + data.draw(st.sampled_from([*"'\"[]{}#&*!|>%@`,:-?\t\n \\", "\n\n", "- ", ": ", "---\n", ""]))
            + text[at + cut :]
        )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "events.yaml")
        path.write_text(text, encoding="utf-8", newline="")
        found = read(path)
        assert is_told(found)
        # Entry by entry is only a faster way: it finds neither more nor less.
        assert found == _RegistryLoader(path, {}, frozenset({path.name})).load()


@examples(200)
@given(
    st.lists(entries | sound, max_size=3),
    st.dictionaries(st.sampled_from(["tags", "source", "reminders", "timezone"]), shapes),
)
def test_no_shape_gives_a_traceback(events: list[Any], defaults: dict[str, Any]):
    listed = "".join(f"  - {as_yaml(each)}\n" for each in events)
    head = HEAD + f"defaults: {as_yaml(defaults)}\nsources: {{article: {{title: A}}}}\n"
    assert is_told(reading(head + ("events:\n" + listed if listed else "events: []\n")))


@examples(100)
@given(
    st.dictionaries(
        st.sampled_from(["version", "calendar", "defaults", "sources", "include", "events"]), shapes | st.just("1")
    )
)
def test_no_head_gives_a_traceback(head: dict[str, Any]):
    assert is_told(reading(as_yaml(head)))


# --- the schema for editors


def test_schema_describes_every_key():
    def bare(node: Any, path: str = "") -> list[str]:
        if isinstance(node, list):
            return [each for number, part in enumerate(node) for each in bare(part, f"{path}/{number}")]
        if not isinstance(node, dict):
            return []
        found = [
            f"{path}/{name}"
            for name, part in node.get("properties", {}).items()
            if not part.keys() & {"description", "$ref"}
        ]
        return found + [each for name, part in node.items() for each in bare(part, f"{path}/{name}")]

    made = json_schema()
    assert bare(made) == []
    assert json.loads(json.dumps(made)) == made
    assert "except" in made["$defs"]["EventShape"]["properties"]
    assert made["$defs"]["EventShape"]["required"] == ["id", "title", "when"]


@pytest.mark.parametrize(
    "text",
    [
        "2021-09-16",
        "2021-09-16/17",
        "2021-09-30/10-02",
        "2021-12-30/2022-01-02",
        "2021-09-16_10:00",
        "2021-09-16_10:00/12:30",
        "2021-09",
        "2021-09/10",
        "2021-09-16_10:00/2021-09-17_12:00",
        "2021-Q3",
        "2021-35",
        "2021-09-XX",
        "2021",
        "2021/2022",
        "2021-09?",
        "TBD",
        "2021-9",
        "soon",
        "2021-09-16T10:00",
        "16.9.2021",
        "TBD?",
    ],
)
def test_schema_takes_the_dates_that_are_dates(text: str):
    text = text.replace("_", " ")
    (pattern,) = [
        each["pattern"]
        for each in json_schema()["$defs"]["EventShape"]["properties"]["when"]["anyOf"]
        if "pattern" in each
    ]
    try:
        when.parse(text, when.find_zone("UTC"))
        accepted = True
    except GrammarError:
        accepted = False
    assert bool(re.search(pattern, text)) is accepted
