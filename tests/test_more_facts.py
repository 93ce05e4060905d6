"""Language, image, length and several places of an event: where each is read, and where it comes out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eventcal import filters
from eventcal.event_bodies import event_from_json, event_to_json
from eventcal.events import Occurrence
from eventcal.feeds import render_calendar_feed
from eventcal.feeds.events_json import render_events_json
from eventcal.filters import Filter
from eventcal.history import ChangeKind
from eventcal.messages import MessageContext
from eventcal.messages.reminder import reminder_body
from eventcal.registry import Registry
from eventcal.settings import Settings
from eventcal.web.app import create_app
from eventcal.web.pages import jsonld
from eventcal.web.snapshots import Snapshot
from tests.factories import NEW_YEAR, build_next, read_registry

HEAD = "version: 1\ncalendar: {id: test-calendar, name: Test calendar, timezone: Europe/Berlin}\n"
FESTIVAL = """\
events:
- id: festival
  title: Festival
  when: 2027-07-02 18:00
  length: 1 hour 30 minutes
  language: [de, FR]
  image: https://a.example/poster ü.png
  place: [{name: Hall, region: Bavaria, country: DE}, Old church, {name: {en: Square, ru: Площадь}, country: AT}]
"""


def load(tmp_path: Path, text: str = FESTIVAL) -> Registry:
    return read_registry(tmp_path, HEAD + text.replace("poster ü", "poster-ü"))


def test_the_facts_are_read_and_survive_the_store(tmp_path: Path) -> None:
    [event] = load(tmp_path).events
    assert (str(event.when), event.languages, len(event.places)) == ("2027-07-02 18:00/19:30", ("de", "fr"), 3)
    assert event_from_json(event_to_json(event)) == event


def test_the_feed_has_image_and_every_place(tmp_path: Path) -> None:
    body = render_calendar_feed(build_next(load(tmp_path))[0], NEW_YEAR.date(), Filter()).body
    lines = body.decode().replace("\r\n ", "").split("\r\n")
    assert "IMAGE;VALUE=URI:https://a.example/poster-%C3%BC.png" in lines
    assert "LOCATION:Hall\\, Bavaria\\, Germany\\; Old church\\; Square\\, Austria" in lines
    assert "DTEND:20270702T173000Z" in lines


def test_programs_and_search_engines_read_them(tmp_path: Path) -> None:
    shown, _ = build_next(load(tmp_path))
    [entry] = json.loads(render_events_json(shown, Filter(), "en", "")[0])["events"]
    assert [place["words"] for place in entry["places"]] == ["Hall, Bavaria, Germany", "Old church", "Square, Austria"]
    assert (entry["place"]["name"], entry["languages"]) == ("Hall", ["de", "fr"])
    assert entry["image"] == "https://a.example/poster-ü.png"
    [event] = [version.event for version in shown.versions]
    data = jsonld.event_jsonld(Occurrence(event, "", event.when, event.status), "Festival", "")
    assert [place["name"] for place in data["location"]] == ["Hall", "Old church", "Square"]  # type: ignore[attr-defined]
    assert data["location"][1]["address"] == "Old church"  # type: ignore[index]
    assert (data["inLanguage"], data["image"]) == (["de", "fr"], "https://a.example/poster-ü.png")
    assert data["endDate"] == "2027-07-02T19:30+02:00"


@pytest.mark.parametrize(
    ("language", "languages", "image", "place"),
    [
        ("en", "<dt>Language</dt><dd>German, French</dd>", "<dt>Image</dt>", "Square, Austria"),
        ("ru", "<dt>Язык</dt><dd>немецкий, французский</dd>", "<dt>Изображение</dt>", "Площадь, Австрия"),
        ("zh", "<dt>语言</dt><dd>德语、法语</dd>", "<dt>图片</dt>", "Square，奥地利"),
    ],
)
def test_the_page_says_them_in_three_languages(
    tmp_path: Path, language: str, languages: str, image: str, place: str
) -> None:
    shown, _ = build_next(load(tmp_path))
    client = create_app(lambda: Snapshot.of(shown, (), ()), Settings(), clock=lambda: NEW_YEAR).test_client()
    page = client.get(f"/events/festival?lang={language}").get_data(as_text=True)
    assert languages in page
    assert image in page
    assert place in page


def test_mails_and_filters_know_every_place_and_a_change_of_one_is_told(tmp_path: Path) -> None:
    shown, _ = build_next(load(tmp_path))
    [event] = [version.event for version in shown.versions]
    body = reminder_body(
        MessageContext(shown.calendar, NEW_YEAR, "en"), Occurrence(event, "", event.when, event.status)
    )
    assert "Hall, Bavaria, Germany; Old church; Square, Austria" in body.facts
    for query, expected in (("place=AT", True), ("place=church", True), ("place=FR", False), ("q=square", True)):
        assert filters.matches_event(filters.parse_query(query), event) is expected
    _, changes = build_next(load(tmp_path, FESTIVAL.replace("Old church", "New church")), shown)
    assert [change.kind for change in changes] == [ChangeKind.PLACE]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("when: 2027-07-02 18:00", "2027-07-02 18:00/20:00"),
        ("when: 2027-07-02 18:00, length: 45 minutes", "2027-07-02 18:00/18:45"),
        ("when: 2027-07-02 18:00, length: 2 days", "2027-07-02 18:00/2027-07-04 18:00"),
        ("when: 2027-07-02 18:00/19:00", "2027-07-02 18:00/19:00"),
        ("when: 2027-07-02", "2027-07-02"),
        ("when: 2027-07-02 18:00, kind: deadline", "2027-07-02 18:00"),
        ("when: 2027-03-28 01:30, length: 30 minutes", "2027-03-28 01:30/03:00"),
    ],
)
def test_a_length_ends_what_has_an_hour_and_no_end(tmp_path: Path, fields: str, expected: str) -> None:
    text = f"defaults: {{length: 2 hours}}\nevents:\n- {{id: a, title: A, {fields}}}\n"
    registry = load(tmp_path, text)
    assert registry.problems == ()
    assert str(registry.events[0].when) == expected


@pytest.mark.parametrize(
    ("fields", "warning"),
    [
        ("when: 2027-10-31 02:30, length: 1 hour", "it ends at 03:30 by the clock, 120 minutes later"),
        ("when: 2027-10-30 22:00, length: 8 hours", "it ends at 06:00 by the clock, 540 minutes later"),
        ("when: 2027-03-28 01:30", "it ends at 03:30 by the clock, 60 minutes later"),
        ("when: 2027-10-30 22:00, length: 1 day", ""),
        ("when: 2027-10-31 02:30, timezone: floating", ""),
        ("when: 2027-10-31 02:30/03:30", ""),
    ],
)
def test_a_length_that_the_clocks_change_is_warned_of(tmp_path: Path, fields: str, warning: str) -> None:
    registry = load(tmp_path, f"defaults: {{length: 2 hours}}\nevents:\n- {{id: a, title: A, {fields}}}\n")

    told = [problem.message.partition("meanwhile: ")[2].split("; ")[0] for problem in registry.problems]
    assert told == ([warning] if warning else [])


def test_an_occurrence_that_moves_keeps_the_length(tmp_path: Path) -> None:
    text = "events:\n- {id: a, title: A, when: 2027-07-02 18:00, length: 2 hours, repeat: every week, exceptions: {2027-07-09: {when: 2027-07-10 12:00}}}\n"
    [override] = load(tmp_path, text).events[0].overrides
    assert str(override.when) == "2027-07-10 12:00/14:00"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("1 hour 30 minutes", "soon", "write minutes, hours or days, such as 90 minutes"),
        ("18:00\n", "18:00/20:00\n", "when has an end: remove it, or length"),
        ("2027-07-02 18:00", "2027-07-02", "a length needs a start time"),
        ("  language", "  kind: deadline\n  language", "a deadline is a moment: remove length"),
        ("[de, FR]", "Deutsch!", "write a tag such as en"),
        ("https://a.example/poster ü.png", "mailto:a@b.example", "an image needs a web address"),
        ("country: AT", "country: XX", "country 'XX'"),
        (
            "[{name: Hall, region: Bavaria, country: DE}, Old",
            "[{nane: Hall}, Old",
            "unknown key 'nane', did you mean 'name'?",
        ),
        ("image: https", "imag: https", "unknown key 'imag', did you mean 'image'?"),
    ],
)
def test_what_is_wrong_has_its_answer(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in FESTIVAL
    problems = load(tmp_path, FESTIVAL.replace(old, new, 1)).problems
    assert [problem.message for problem in problems if said in problem.message], problems
    assert len(problems) == 1
