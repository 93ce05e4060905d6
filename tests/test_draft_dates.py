"""The dates that sentences give: how many of them are found, how many are right, and none more precise than the words."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from eventcal import when
from eventcal.mentions import read_mentions
from tests.draft_sentences import ARABIC, CHINESE, ENGLISH, GERMAN, PUBLISHED, RUSSIAN, SPANISH, expected

SENTENCES = [*ENGLISH, *RUSSIAN, *CHINESE, *GERMAN, *SPANISH, *ARABIC]
UTC = ZoneInfo("UTC")


def dates_in(text: str) -> list[str]:
    """The dates of a text as the registry would have them, in its order."""
    found = read_mentions(text, PUBLISHED)
    return [mention.reading.when for _, mentions in found for mention in mentions if mention.reading.when]


@pytest.mark.parametrize(("text", "wanted"), SENTENCES, ids=[text[:40] for text, _ in SENTENCES])
def test_a_sentence_gives_the_dates_of_its_words(text: str, wanted: list[str]) -> None:
    assert [expected(item) for item in wanted] == dates_in(text)


def test_precision_and_recall_over_all_sentences(capsys: pytest.CaptureFixture[str]) -> None:
    right = given = sought = invented = 0
    for text, wanted in SENTENCES:
        known, found = [expected(item) for item in wanted], dates_in(text)
        right += sum(item in known for item in found)
        given, sought = given + len(found), sought + len(known)
        finest = {when.parse(item, UTC) for item in known}
        invented += sum(when.parse(item, UTC).is_day_known and when.parse(item, UTC) not in finest for item in found)

    with capsys.disabled():
        print(
            f"\n{len(SENTENCES)} sentences: precision {right / given:.3f}, recall {right / sought:.3f}, {invented} days invented"
        )
    assert len(SENTENCES) >= 120
    assert right / given >= 0.95
    assert right / sought >= 0.95
    assert 0 == invented


@pytest.mark.parametrize(
    "text",
    [
        "The summit will open on 16 September.",
        "Talks resume tomorrow.",
        "Саммит пройдёт 16 сентября.",
        "会谈明天继续。",
    ],
)
def test_without_a_day_of_publication_nothing_is_counted_from_one(text: str) -> None:
    [(_, [mention])] = read_mentions(text, None)

    assert "" == mention.reading.when
    assert "--published" in mention.reading.reason


def test_a_word_behind_a_day_is_no_ordinal() -> None:
    [(_, [mention])] = read_mentions("On May 20 the club meets.", PUBLISHED)

    assert "May 20" == mention.text


def test_every_date_that_is_given_is_one_of_the_registry() -> None:
    for text, _ in SENTENCES:
        for item in dates_in(text):
            when.parse(item, UTC)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("The festival is in the week of Monday, 4 May 2027.", ["2027-W18?"]),
        ("The fair will be on 16 September next year.", ["2022-09-16"]),
        ("The fair will be in September next year.", ["2022-09"]),
    ],
)
def test_a_week_with_a_wrong_weekday_is_doubtful_and_a_day_of_next_year_is_a_day(text: str, wanted: list[str]) -> None:
    assert wanted == dates_in(text)


@pytest.mark.parametrize("text", ["〇五〇〇年上半年。", "0500年初。", "0000年5月3日。", "2027年5月3日至0000年5月5日。"])
def test_a_year_that_the_registry_does_not_take_is_left_out(text: str) -> None:
    assert [] == dates_in(text)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("The regatta is on either 18 or 25 September 2027.", ["2027-09-18..25"]),
        ("Polling is on September 30 or on October 7, 2028.", ["2028-09-30..10-07"]),
        ("Polling is on September 30 and October 7, 2028.", ["2028-09-30", "2028-10-07"]),
        ("Polling is on 30 September and on 7 October 2028.", ["2028-09-30", "2028-10-07"]),
        ("Выборы пройдут 30 сентября и 7 октября 2028 года.", ["2028-09-30", "2028-10-07"]),
        ("Polling is on 30 September or 1 October 2027.", ["2027-09-30..10-01"]),
        ("It will be on December 26 or 27, 2027.", ["2027-12-26..27"]),
        ("Встреча пройдёт 18 или 25 сентября 2027 года.", ["2027-09-18..25"]),
        ("会议将于2027年9月18日或25日举行。", ["2027-09-18..25"]),
        ("Boat christening: May 2027?", ["2027-05?"]),
        ("The gala is maybe on 3 July 2027, and possibly on 4 July 2028.", ["2027-07-03?", "2028-07-04?"]),
        ("The trial opens on 3 July 2027 (tbc), the verdict is due in May 2028, tbc.", ["2027-07-03?", "2028-05"]),
        ("Саммит пройдёт, вероятно, в мае 2027 года?", ["2027-05?"]),
        ("会议可能于2027年9月18日举行。", ["2027-09-18?"]),
        ("If it rains, the walk will be on 3 July 2027; the feast is on 5 July 2027.", ["2027-07-03?", "2027-07-05"]),
        (
            "The walk will be on 3 July 2027 unless it rains; if you need a lift, call by 1 July 2027.",
            ["2027-07-03?", "by 2027-07-01"],
        ),
        ("Bei Regen wird am 3. Juli 2027 gefeiert.", ["2027-07-03?"]),
        ("Si llueve, la fiesta será el 3 de julio de 2027.", ["2027-07-03?"]),
        ("В случае дождя праздник пройдёт 3 июля 2027 года.", ["2027-07-03?"]),
        ("如果下雨，比赛将于2027年7月3日举行。", ["2027-07-03?"]),
    ],
)
def test_one_of_two_days_and_a_doubt_stay_what_they_are(text: str, wanted: list[str]) -> None:
    assert wanted == dates_in(text)


MIXED = [
    (
        "The summit will open on 16 September 2027.\n\nСаммит пройдёт 3 октября 2027 года.\n\n会谈将于2027年11月5日举行。",
        ["2027-09-16", "2027-10-03", "2027-11-05"],
    ),
    (
        "The summit will open on 16 September 2027.\nСаммит пройдёт 3 октября 2027 года.\n会谈将于2027年11月5日举行。",
        ["2027-09-16", "2027-10-03", "2027-11-05"],
    ),
    (
        "The summit will open on 16 September 2027. Саммит пройдёт 3 октября 2027 года. 会谈将于2027年11月5日举行。"
        "A review follows on 8 December 2027.",
        ["2027-09-16", "2027-10-03", "2027-11-05", "2027-12-08"],
    ),
    (
        "Саммит ШОС (SCO Council of Heads of State\nsummit meeting) пройдёт 3 октября 2027 года.",
        ["2027-10-03"],
    ),
    ("Mr. Ivanov (Иванов) will speak on 16 September 2027.", ["2027-09-16"]),
]


@pytest.mark.parametrize(("text", "wanted"), MIXED, ids=["paragraphs", "lines", "sentences", "one sentence", "a name"])
def test_a_text_in_several_languages_gives_the_dates_of_all(text: str, wanted: list[str]) -> None:
    assert wanted == dates_in(text)


def test_each_sentence_of_a_mixed_text_has_its_own_language() -> None:
    sentences = [sentence for sentence, _ in read_mentions(MIXED[2][0], PUBLISHED)]

    assert ["en", "ru", "zh", "en"] == [sentence.language for sentence in sentences]
    assert MIXED[2][0] == "".join(sentence.text for sentence in sentences)
