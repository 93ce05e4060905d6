"""Tags and their colours: declared ones, and those that the others get."""

from __future__ import annotations

from pathlib import Path

from eventcal import registry
from eventcal.event_bodies import calendar_from_json, calendar_to_json
from eventcal.events import TagColor, TagStyle, Text
from eventcal.web.edition_index import AUTOMATIC_COLORS, EditionIndex, build_palette
from tests import calendars

HEAD = "version: 1\ncalendar: {id: a, name: A, timezone: UTC}\nevents: []\n"


def problems(tmp_path: Path, tags: str) -> list[str]:
    path = tmp_path / "events.yaml"
    path.write_text(HEAD + f"tags: {tags}\n", encoding="utf-8")
    return [problem.message for problem in registry.read(path).problems]


def test_no_two_tags_share_a_colour_while_there_are_colours() -> None:
    palette = build_palette([TagStyle("exam", color=TagColor.TEAL)], [f"t{number}" for number in range(9)] + ["exam"])

    assert palette.colors["exam"] is TagColor.TEAL
    automatic = [palette.colors[f"t{number}"] for number in range(7)]
    assert automatic == [color for color in AUTOMATIC_COLORS if color is not TagColor.TEAL]
    assert [palette.colors[f"t{number}"] for number in (7, 8)] == [TagColor.GRAY, TagColor.GRAY]


def test_the_eight_most_frequent_tags_of_a_university_differ() -> None:
    snapshot = calendars.university()
    index: EditionIndex = snapshot.index

    assert len(index.tags) == 9
    assert len({index.palette.colors[tag] for tag in index.tags}) == 9


def test_an_event_has_the_colour_that_the_registry_names_else_that_of_its_last_tag() -> None:
    palette = build_palette([TagStyle("exam", color=TagColor.RED)], ["term", "sport"])

    assert [palette.leading_tag(tags) for tags in (("exam", "sport"), ("term", "sport"), ("other",), ())] == [
        "exam", "sport", "", "",
    ]  # fmt: skip
    assert [palette.css_class(tag) for tag in ("exam", "")] == ["hue-red", "hue-none"]


def test_a_tag_has_a_name_in_the_readers_language() -> None:
    name = Text((("en", "Exams"), ("ru", "Экзамены")))
    palette = build_palette([TagStyle("exam", name)], ["exam", "sport"])

    assert [palette.name("exam", language) for language in ("ru", "zh")] == ["Экзамены", "Exams"]
    assert palette.name("sport", "ru") == "sport"


def test_names_and_colours_are_read_and_kept_in_the_store(tmp_path: Path) -> None:
    path = tmp_path / "events.yaml"
    path.write_text(
        HEAD + "tags: {exam: {name: {en: Exams, ru: Экзамены}, color: teal}, sport: {color: red}}\n", "utf-8"
    )
    calendar = registry.read(path).calendar

    assert calendar is not None
    assert calendar.tags == (
        TagStyle("exam", Text((("en", "Exams"), ("ru", "Экзамены"))), TagColor.TEAL),
        TagStyle("sport", None, TagColor.RED),
    )
    assert calendar_from_json(calendar_to_json(calendar)) == calendar


def test_a_wrong_tag_is_answered_with_the_right_form(tmp_path: Path) -> None:
    assert problems(tmp_path, "{exam: {color: teel}}") == [
        "color 'teel', did you mean 'teal'? Or write blue, orange, green, purple, teal, pink, olive, red or gray"
    ]
    assert "write it as {exam: {name:" in problems(tmp_path, "[exam, sport]")[0]
    assert "write it as {exam: {name:" in problems(tmp_path, "{exam: teal}")[0]
    assert "did you mean 'color'" in problems(tmp_path, "{exam: {colr: teal}}")[0]
    assert "a tag is up to 63 characters" in problems(tmp_path, "{'a,b': {color: teal}}")[0]
