"""Markdown files with front matter become registries that pass `check`; what they lose is named with its file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from eventcal import importing, registry
from eventcal.cli import inputs
from eventcal.events import Event
from eventcal.importing import ImportContext, ImportingError, Target
from eventcal.importing.page_texts import page_to_markdown

from .factories import write_import


def write(folder: Path, **texts: str) -> Path:
    """A folder `site` with these files, a `__` in a name being a slash."""
    for name, text in texts.items():
        path = folder / "site" / f"{name.replace('__', '/')}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder / "site"


def page(*lines: str, body: str = "", fence: str = "---") -> str:
    return "\n".join([fence, *lines, fence, body])


def run(site: Path, **options: object) -> tuple[dict[str, Event], list[str], list[str]]:
    """The events by id after an import of *site*, what was lost, and what changed."""
    context = ImportContext(**{"zone": "Europe/Berlin", "reader_zone": "Europe/Berlin", **options})
    path = site.parent / "events.yaml"
    imported = importing.read_markdown(inputs.read_folder(str(site)), context)
    merge = importing.plan_merge(imported, Target(path, path), context)
    write_import(merge)
    events = registry.read(path).require_valid().events
    losses = [str(loss) for loss in (*imported.losses, *merge.losses)]
    return {event.id: event for event in events}, losses, [text for change in merge.changed for text in change.texts]


def dates(events: dict[str, Event]) -> dict[str, str]:
    return {name: str(event.when) for name, event in events.items()}


def test_each_file_of_a_folder_is_an_event_in_yaml_and_in_toml(tmp_path: Path) -> None:
    site = write(
        tmp_path,
        lunch=page("title: Lunch", "date: 2027-01-05", "start_time: '12:30'", "venue: Inn", body="Bring *a friend*.\n"),
        walk__index=page("title = 'Walk'", "date = 2027-04-03T10:00:00+02:00", "featured = true", fence="+++"),
        _index=page("title: All events", "date: 2020-01-01"),
        README="How we write events.",
    )

    events, losses, _ = run(site)

    assert {"lunch": "2027-01-05 12:30", "walk": "2027-04-03 10:00"} == dates(events)
    lunch = events["lunch"]
    assert ("Bring *a friend*.", "Inn", []) == (
        lunch.notes.in_language("en"),
        lunch.places[0].name.in_language("en"),
        losses,
    )


def test_a_file_is_known_by_its_path_when_all_else_has_changed(tmp_path: Path) -> None:
    old = page("title: Lunch", "date: 2027-01-05")
    run(write(tmp_path, a__meet=old, b__meet=old, c=old))
    edited = (tmp_path / "events.yaml").read_text().replace("id: c\n", "id: dinner\n    formerly: [c]\n")
    (tmp_path / "events.yaml").write_text(edited)

    new = page("title: Supper", "date: 2029-09-09")
    events, _, changes = run(write(tmp_path, a__meet=old, b__meet=new, c=new))

    assert {"a-meet": "2027-01-05", "b-meet": "2029-09-09", "dinner": "2029-09-09"} == dates(events)
    assert ["title: Lunch -> Supper", "when: 2027-01-05 -> 2029-09-09"] * 2 == changes


def test_keys_in_the_map_of_a_page_or_its_event_are_those_of_the_page(tmp_path: Path) -> None:
    site = write(
        tmp_path,
        a=page(
            "title = 'A'", "date = 2026-11-02", "[params]", "start_date = 2027-01-05", "venue = 'Hall'", fence="+++"
        ),
        b=page(
            "title = 'B'", "date = 2026-11-02", "[event]", "start = 2027-01-05T18:00:00", "place = 'Hall'", fence="+++"
        ),
        c=page("title: C", "date: 2027-01-05", "extra: {location: Hall, title: X}", "event: {en: Talk}"),
    )

    events, _, _ = run(site)

    assert {"a": "2027-01-05", "b": "2027-01-05 18:00", "c": "2027-01-05"} == dates(events)
    assert ["A", "B", "C"] == [event.title.in_language("en") for event in events.values()]
    assert ["Hall"] * 3 == [event.places[0].name.in_language("en") for event in events.values()]


def test_a_file_that_was_renamed_is_known_by_its_title_and_date_and_a_copy_is_another_event(tmp_path: Path) -> None:
    lunch = page("title: Lunch", "date: 2027-01-05")
    run(write(tmp_path, c=lunch))
    (tmp_path / "site/c.md").rename(tmp_path / "site/b.md")

    assert ["c"] == [*run(tmp_path / "site")[0]]
    (tmp_path / "site/b.md").rename(tmp_path / "site/c.md")
    assert ["c", "a"] == [*run(write(tmp_path, a=lunch))[0]]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("start_date: 2027-01-05", "end_date: 2027-01-07"), "2027-01-05/07"),
        (("eventDate: 2027-01-05T00:00:00.000Z", "eventTime: 6pm - 8pm"), "2027-01-05 18:00/20:00"),
        (("eventstart: 2027-01-05T18:00:00", "eventend: 2027-01-05T20:00:00"), "2027-01-05 18:00/20:00"),
        (("start: 2027-01-05T18:00:00+01:00", "end: 2027-01-05T20:00:00+01:00"), "2027-01-05 18:00/20:00"),
        (("start: 2027-01-05 18:00", "time: late"), "2027-01-05 18:00"),
        (("datetime-start: 2027-01-05 18:00", "datetime-end: 2027-01-06 02:00"), "2027-01-05 18:00/2027-01-06 02:00"),
        (("eventdates: {from: 2027-01-05, till: 2027-01-07}",), "2027-01-05/07"),
        (("event_date: 01-25-2027 18:00 -0500",), "2027-01-26 00:00"),
    ],
)
def test_a_date_of_the_event_counts_more_than_that_of_its_page_and_what_was_taken_is_said(
    tmp_path: Path, lines: tuple[str, ...], expected: str
) -> None:
    events, losses, _ = run(write(tmp_path, a=page("title: A", "date: 2026-11-02", *lines)))

    assert {"a": expected} == dates(events)
    assert f"column date: left out where {lines[0].partition(':')[0]} is filled in" == losses[0]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("date: 2027-01-05", "endDate: 2027-01-07", "time: 9:00 AM - 5:00 PM"), "2027-01-05 09:00/2027-01-07 17:00"),
        (("date: 2027-01-05T12:00:00-4:00",), "2027-01-05 17:00"),
        (("event_time: 2027-01-05T18:00:00Z",), "2027-01-05 19:00"),
        (("date: 2027-01-05", "startTime: 2027-01-01T18:00:00Z"), "2027-01-05"),
        (("date: 2027-01-05T18:00:00Z", "start_time: 7 PM"), "2027-01-05 19:00"),
        (("date: TBA",), "TBD"),
        (("date:", "start_time: '18:00'"), "2027-06-12 18:00"),
        ((), "2027-06-12"),
    ],
)
def test_where_the_front_matter_has_no_day_that_of_the_name_counts(
    tmp_path: Path, lines: tuple[str, ...], expected: str
) -> None:
    events, _, _ = run(write(tmp_path, **{"2027-06-12-fair": page("title: Fair", *lines)}))

    assert {"2027-06-12-fair": expected} == dates(events)


def test_drafts_are_left_out_and_what_is_called_off_is_called_off(tmp_path: Path) -> None:
    date = "date: 2027-01-05"
    site = write(
        tmp_path,
        a=page("title: A", date, "draft: true"),
        b=page("title: B", date, "published: false", "draft: false"),
        c=page("title: C", date, "published: 2026-01-01", "draft: false"),
        d=page("title: D", date, "cancelled: true", "location: https://meet.example/d"),
    )

    events, losses, _ = run(site)

    assert ({"c", "d"}, "cancelled") == ({*events}, str(events["d"].status))
    assert ("https://meet.example/d", ()) == (events["d"].online, events["d"].places)
    assert [
        f"{name}.md: {name.upper()}: private: the event is private, or a draft; --private imports it" for name in "ab"
    ] == losses
    assert {*"abcd"} == {*run(site, with_private=True)[0]}


def test_a_file_without_a_title_has_that_of_its_name(tmp_path: Path) -> None:
    events, losses, _ = run(write(tmp_path, **{"2027-06-12-summer_fair": page("layout: event")}))

    assert ["Summer fair"] == [event.title.in_language("en") for event in events.values()]
    assert [
        "2027-06-12-summer_fair.md: Summer fair: title: there is none; it was made of the name of the file"
    ] == losses


@pytest.mark.parametrize(
    ("text", "expected", "lost"),
    [
        ("A *b* [c](https://example.org/).\n\n- d", "A *b* [c](https://example.org/).\n\n- d", []),
        ("A ![b](/c.png) d ![e](https://example.org/e.png)", "A  d", ["images"]),
        ("A [b](/c/) d [e](f.md 'g')", "A b d e", ["links within the site"]),
        ('{{< figure src="a" >}}B {{% c %}}D{{% /c %}} {{ page.e }}{% raw %}F{% endraw %}', "B D F", ["templates"]),
        (
            "<!-- more -->\nA<br/>\nB <a class=c href='https://d.example/'>e</a>\n{: .f}",
            "A\\\nB [e](<https://d.example/>)",
            [],
        ),
        ("<div>\n\nA <https://b.example/>, 1 < 2 > 0\n</div>", "A <https://b.example/>, 1 < 2 > 0", ["marks of HTML"]),
        ("A `<b> {{ c }}`\n\n```\n{% d %}\n```", "A `<b> {{ c }}`\n\n```\n{% d %}\n```", []),
        ("A {{ b", "A {{ b", []),
    ],
)
def test_notes_are_without_what_only_the_site_can_show(text: str, expected: str, lost: list[str]) -> None:
    assert (expected, lost) == page_to_markdown(text)


@pytest.mark.parametrize(
    "word", ["{{", "{%", "<!--", "<a ", "![", "[a](", "`", "```\n", "<a href='https://a", "\n \t", "{:"]
)
def test_what_opens_half_a_million_times_and_never_ends_is_read_at_once(word: str) -> None:
    assert page_to_markdown(word * (importing.MAX_PAGE_OCTETS // len(word)))


ALIASES = "\n".join(["a0: &a0 [x, x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12))])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            page("title: A", "date: [", body="b").encode(),
            "this is not YAML: line 4: did not find expected node content",
        ),
        (page("title = 'A'", "date = ", fence="+++").encode(), "this is not TOML: Invalid value (at line 3"),
        (
            page(ALIASES, "date: 2027-01-05").encode(),
            "this is not YAML: line 2: an alias that holds itself, or far too many",
        ),
        (page("date: " + "[" * 999).encode(), "nested deeper than 60 levels"),
        (page("date = " + "[" * 9_999, fence="+++").encode(), "its front matter is nested too deep"),
        (page("date = " + "9" * 5_000, fence="+++").encode(), "this is not TOML"),
        (page("a" + ".a" * 100_000 + " = 1", fence="+++").encode(), "line 2 has more than 200 dots"),
        (page("- date").encode(), "its front matter is no map of keys and values"),
        (b"---\ndate: 2027-01-05\n", "no line --- ends its front matter within 256 KB"),
        (page("date: 2027-01-05\n" + "#" * 300_000).encode(), "no line --- ends its front matter within 256 KB"),
        (b"# Events\n", "it has no front matter, which begins with a line of three hyphens"),
        (b"\x89PNG\r\n\x1a\n\x00", "line 1: byte 0x89 is not UTF-8"),
        (page("date: 2027-01-05").encode() + b"a" * 600_000, "it is larger than 512 KB"),
        (page("title: About us").encode(), "neither its front matter nor its name has a date"),
    ],
)
def test_a_file_that_is_no_event_is_named_and_the_others_are_read(tmp_path: Path, text: bytes, told: str) -> None:
    site = write(tmp_path, good=page("title: Good", "date: 2027-01-05"), bad="")
    (site / "bad.md").write_bytes(text)

    events, losses, _ = run(site)

    assert (["good"], 1) == ([*events], len(losses))
    assert losses[0].startswith("bad.md: file: ") and told in losses[0] and losses[0].endswith("; left out")


def test_a_date_that_is_none_is_named_with_its_file_and_a_key_that_is_not_known_once(tmp_path: Path) -> None:
    files = {"a.md": page("title: A", "date: soon", "odd: 2"), "b.md": page("title: B", "date: 2027-02-30", "odd: 1")}

    imported = importing.read_markdown({name: text.encode() for name, text in files.items()}, ImportContext())

    assert [
        "column odd: left out; --columns KEY=odd says which key it holds",
        "a.md: A: when: 'soon' is not a date; the file was left out",
        "b.md: B: when: '2027-02-30' is not a date; the file was left out",
    ] == [str(loss) for loss in imported.losses]


def test_a_folder_is_read_without_links_and_what_is_hidden_and_has_bounds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = page("title: A", "date: 2027-01-05")
    site = write(tmp_path, a=text, b__c=text, **{".git__d": text, "node_modules__e": text})
    (tmp_path / "secret.md").write_text(text)
    (site / "link.md").symlink_to(tmp_path / "secret.md")
    (site / "loop").symlink_to(site)
    os.mkfifo(site / "pipe.md")
    (site / os.fsdecode(b"\xff.md")).write_text(text)

    assert ["a.md", "b/c.md", "\\xff.md"] == [*inputs.read_folder(str(site))]
    monkeypatch.setattr(inputs, "MAX_FILES", 2)
    with pytest.raises(ImportingError, match=r"more than 2 Markdown files .* name the folder of the events"):
        inputs.read_folder(str(site))


@pytest.mark.parametrize(
    ("files", "told"),
    [
        (
            {"a.md": page("date: 2027-01-05", *(f"k{n}: 1" for n in range(1_000))).encode()},
            r"^_events: its files have 1003 different keys, 1000 at most are read$",
        ),
        ({}, r"^_events: there is no Markdown file in it; import an \.ics or a table by its own name$"),
        (
            {"a.md": b"# About"},
            r"^_events: no Markdown file in it is an event; the first, a\.md: file: it has no front matter",
        ),
    ],
)
def test_a_folder_that_is_none_of_events_says_why(files: dict[str, bytes], told: str) -> None:
    with pytest.raises(ImportingError, match=told):
        importing.read_markdown(files, ImportContext(source="_events"))


def test_one_file_is_read_as_in_its_folder(tmp_path: Path) -> None:
    text = page("title: A", "date: soon").encode()

    for name, event_id in (("_events/2027-01-05-a.md", "2027-01-05-a"), ("content/events/lunch/index.md", "lunch")):
        data = page("title: A", "date: 2027-01-05").encode()
        [event] = importing.read_source(data, name, "", ImportContext()).events
        assert (event_id, "2027-01-05") == (event.name, event.fields["when"])
    assert ["A: when: 'soon' is not a date; the file was left out"] == [
        str(loss) for loss in importing.read_source(text, "a.md", "", ImportContext()).losses
    ]
    with pytest.raises(ImportingError, match=r"^a\.md: it has no front matter"):
        importing.read_source(b"# About", "a.md", "", ImportContext())


def test_dots_may_end_front_matter_and_modules_of_a_page_are_no_notes(tmp_path: Path) -> None:
    site = write(tmp_path, dots="---\ntitle: Dots\ndate: 2027-01-05\n...\nA text.\n")
    module = 'import Map from "../map.astro"\nexport const a = 1\n\nBring imports.\nimported cheese\n\n<Map />\n'
    (site / "talk.mdx").write_text(page("title: Talk", "date: 2027-01-06", body=module))

    events, losses, _ = run(site)

    assert {"dots": "2027-01-05", "talk": "2027-01-06"} == dates(events)
    notes = [events[name].notes for name in ("dots", "talk")]
    assert ["A text.", "Bring imports.\nimported cheese"] == [text and text.in_language("en") for text in notes]
    assert ["talk.mdx: Talk: notes: without its marks of HTML"] == losses
